"""How much of a stretch of time is stored, as a painted bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.canvas.theme import Theme, color, mixed


class CoverageBar(QWidget):
    """Equal parts of time: full where every candle is there, paler where some are missing, empty where none was asked.

    A part that lacks anything is told apart by its height as well as by its colour.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.parts: tuple[float | None, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, 12)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        self.update()

    def show_parts(self, parts: Sequence[float | None]) -> None:
        """Show these shares from 0 to 1, None where nothing was asked for."""
        self.parts = tuple(parts)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        round_ = QPainterPath()
        round_.addRoundedRect(box, 4.0, 4.0)
        painter.setClipPath(round_)
        painter.fillRect(box, color(self._theme.sunken))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        each = box.width() / max(len(self.parts), 1)
        for place, share in enumerate(self.parts):
            left, right = round(place * each), round((place + 1) * each)
            if share is None:
                continue
            whole = share >= 1.0
            tint = color(self._theme.series) if whole else mixed(self._theme.warn, self._theme.sunken, 0.75)
            height = box.height() if whole else max(3.0, box.height() * (0.2 + 0.6 * share))
            painter.fillRect(QRectF(left, box.height() - height, right - left, height), tint)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color(self._theme.border), 1.0))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        painter.end()
