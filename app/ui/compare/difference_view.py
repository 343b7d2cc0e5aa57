"""A drawing with what is new in it framed in one colour and what has changed in another."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.canvas.reading_view import ReadingView
from app.canvas.theme import Theme, color
from app.strategy.difference import Difference
from app.strategy.document import Strategy, Wire

_ROUND = 12.0
_BESIDE = 5.0


class DifferenceView(ReadingView):
    """Shows the newer of two drawings; what was removed is not in it and is told in sentences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.added: frozenset[str] = frozenset()
        self.changed: frozenset[str] = frozenset()
        self.wires: frozenset[Wire] = frozenset()
        self.setAccessibleName(self.tr("The newer drawing, with what differs framed"))

    def show_difference(self, strategy: Strategy, found: Difference) -> None:
        """Show a drawing and frame what the older one has not, or has otherwise."""
        self.added = frozenset(block.id for block in found.added)
        self.changed = frozenset(change.block.id for change in found.changed)
        self.wires = frozenset(found.wires_added)
        self.show_strategy(strategy)
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # type: ignore[override]
        super().drawForeground(painter, rect)
        theme = self.canvas.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire, drawn in self.canvas.wires.items():
            if wire in self.wires:
                painter.setPen(QPen(color(theme.good), 3.0))
                painter.drawPath(drawn.path)
        for block_id, block in self.canvas.blocks.items():
            if block_id in self.added or block_id in self.changed:
                new = block_id in self.added
                style = Qt.PenStyle.SolidLine if new else Qt.PenStyle.DashLine
                painter.setPen(QPen(color(theme.good if new else theme.warn), 3.0, style))
                frame = block.mapRectToScene(block.body).adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE)
                painter.drawRoundedRect(frame, _ROUND, _ROUND)
