"""How a block that differs is marked: by colour, by the kind of line around it, and by a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.canvas.theme import Theme, color, font
from app.ui.charts.chart import measures
from app.ui.labels import label

What = Literal["added", "removed", "changed"]
_ROUND = 12.0
_PIXELS, _TAG = 11, 16.0


@dataclass(frozen=True)
class Mark:
    """A way to stand out: the token of its colour, its line, its sign."""

    token: str
    line: Qt.PenStyle
    sign: str

    def pen(self, theme: Theme, width: float = 2.5) -> QPen:
        """Return what its line is drawn with."""
        return QPen(color(getattr(theme, self.token)), width, self.line)


MARKS: dict[What, Mark] = {
    "added": Mark("good", Qt.PenStyle.SolidLine, "+"),
    "removed": Mark("bad", Qt.PenStyle.DashLine, "−"),
    "changed": Mark("warn", Qt.PenStyle.DotLine, "≠"),
}


def words(what: What) -> str:
    """Return the sign and the word of a mark in the trader's language."""
    texts = {
        "added": QCoreApplication.translate("Marks", "added"),
        "removed": QCoreApplication.translate("Marks", "removed"),
        "changed": QCoreApplication.translate("Marks", "changed"),
    }
    return f"{MARKS[what].sign} {texts[what]}"


def paint_frame(painter: QPainter, box: QRectF, what: What, theme: Theme) -> None:
    """Paint the line around a block."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(MARKS[what].pen(theme))
    painter.drawRoundedRect(box, _ROUND, _ROUND)


def paint_tag(painter: QPainter, corner: QPointF, what: What, theme: Theme) -> None:
    """Paint the word of a mark over a corner, in pixels of the screen: it is as large at any zoom."""
    text = words(what)
    box = QRectF(corner.x() + 6, corner.y() - _TAG / 2, measures(_PIXELS, 600).horizontalAdvance(text) + 12, _TAG)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(getattr(theme, MARKS[what].token)))
    painter.drawRoundedRect(box, _TAG / 2, _TAG / 2)
    painter.setFont(font(_PIXELS, 600))
    painter.setPen(color(theme.surface))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Legend(QWidget):
    """What the lines around blocks mean, side by side."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.samples: list[_Sample] = []
        for what in MARKS:
            self.samples.append(_Sample(what, theme))
            row.addWidget(self.samples[-1])
            row.addWidget(label(words(what), pixels=12))
            row.addSpacing(12)
        row.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        for sample in self.samples:
            sample.theme = theme
            sample.update()


class _Sample(QWidget):
    def __init__(self, what: What, theme: Theme) -> None:
        super().__init__()
        self._what, self.theme = what, theme
        self.setFixedSize(QSize(30, 18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(MARKS[self._what].pen(self.theme, 2.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5.0, 5.0)
        painter.end()
