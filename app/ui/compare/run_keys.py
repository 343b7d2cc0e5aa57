"""Which runs are compared: a key with the line of each, its name and what it ran on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.canvas.theme import Theme, color, font
from app.ui.charts.chart import measures
from app.ui.compare.compared import Compared
from app.ui.compare.curves_plot import pen
from app.ui.history.run_columns import instrument, period
from app.ui.results.header import label_safe
from app.ui.times import minute

_HEIGHT, _EDGE = 54, 12


class RunKeys(QWidget):
    """A button for each run; `opened` carries the number of the one that was pressed."""

    opened = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.keys: list[RunKey] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 8)
        self._row.setSpacing(8)

    def show_runs(self, shown: Compared) -> None:
        """Show these runs."""
        for key in self.keys:
            self._row.removeWidget(key)
            key.hide()
            key.deleteLater()
        self.keys = [RunKey(shown, number, self._theme) for number in range(len(shown.runs))]
        for key, summary in zip(self.keys, shown.summaries, strict=True):
            key.clicked.connect(lambda _=False, run_id=summary.id: self.opened.emit(run_id))
            self._row.addWidget(key, 1)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        for key in self.keys:
            key.theme = theme
            key.update()


class RunKey(QToolButton):
    """The line of a run as it is drawn, with its name and what it ran on."""

    def __init__(self, shown: Compared, number: int, theme: Theme) -> None:
        super().__init__()
        summary = shown.summaries[number]
        self.theme, self._number = theme, number
        name = self.tr("Run %1").replace("%1", str(summary.id))
        self._title = f"{name} · {' '.join(summary.strategy_name.split())}"
        self._about = f"{instrument(summary)} · {summary.timeframe} · {period(summary)}"
        self.setAccessibleName(f"{self._title}, {self._about}")
        self.setToolTip(label_safe(f"{self._title} · {self._about} · {minute(summary.asked_ms)}"))
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        painter.setPen(color(self.theme.accent if lively else self.theme.border))
        painter.setBrush(color(self.theme.surface_raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        line = pen(self.theme, self._number)
        line.setWidthF(2.4)
        painter.setPen(line)
        painter.drawLine(_EDGE, 18, _EDGE + 24, 18)
        for text, pixels, weight, tone, left, top in (
            (self._title, 13, 600, self.theme.text, _EDGE + 32, 8),
            (self._about, 12, 400, self.theme.text_muted, _EDGE, 29),
        ):
            painter.setFont(font(pixels, weight))
            painter.setPen(color(tone))
            room = self.width() - left - _EDGE
            said = measures(pixels, weight).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, 20), Qt.AlignmentFlag.AlignVCenter, said)
        painter.end()
