"""How many bars each condition let through, as rows that grow shorter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.canvas.theme import Theme, color
from app.results.funnel import Funnel, Stage
from app.ui.labels import label
from app.ui.results.paragraph import Paragraph


class FunnelView(QWidget):
    """The stages of each entry, one row each."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.rows: list[QWidget] = []

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.update()

    def show_funnels(self, funnels: Sequence[Funnel]) -> None:
        """Show these; nothing where no entry is connected."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for funnel in funnels:
            if len(funnels) > 1:
                self._add(label(funnel.role.replace("_", " ").capitalize(), muted=True))
            most = max(funnel.stages[0].bars, 1)
            for stage in funnel.stages:
                self._add(_Row(self, stage, stage.bars / most))
        self.setVisible(bool(self.rows))

    def _add(self, row: QWidget) -> None:
        self.rows.append(row)
        self._column.addWidget(row)


class _Row(QWidget):
    def __init__(self, owner: FunnelView, stage: Stage, share: float) -> None:
        super().__init__(owner)
        self._owner, self._share, self._own = owner, share, stage.kind == "condition"
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 8)
        row.setSpacing(12)
        row.addWidget(Paragraph(stage.words), 1)
        count = label(f"{stage.bars:,}", weight=600)
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(count)
        self.setAccessibleName(f"{stage.words}: {stage.bars:,}")

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._owner.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(8, self.height() - 5, self.width() - 16, 3)
        painter.setBrush(color(theme.sunken))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if self._share > 0:
            painter.setBrush(color(theme.accent if self._own else theme.border_strong))
            painter.drawRoundedRect(QRectF(8, self.height() - 5, max(track.width() * self._share, 3), 3), 1.5, 1.5)
        painter.end()
