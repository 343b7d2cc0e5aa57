"""The name of a run and what it ran on, above everything, with the switches of the charts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.canvas.theme import font
from app.results.glance import Glance
from app.results.numbers import count, day


class Header(QWidget):
    """`logarithmic` tells the switch of the equity's scale, `fit_wanted` that all bars should show.

    Buttons of the window can be added; `last` is what Tab reaches last.
    """

    logarithmic = Signal(bool)
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(16, 600)
        self.subtitle = ElidedLabel(12, 400)
        self.subtitle.setProperty("muted", True)
        self.log = _switch(self.tr("Log scale"), self.tr("Equal growth is equally high on the equity chart"))
        self.log.setCheckable(True)
        self.log.toggled.connect(self.logarithmic)
        self.fit = _switch(self.tr("All bars"), self.tr("Show the whole run"))
        self.fit.clicked.connect(lambda: self.fit_wanted.emit())
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self.last: QWidget = self.log
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.fit)
        row.addWidget(self.log)
        row.addLayout(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 2)
        column.setSpacing(2)
        column.addLayout(row)
        # Below the buttons, which would leave it too little of a narrow window.
        column.addWidget(self.subtitle)

    def add_button(self, button: QWidget) -> None:
        """Put a button at the end, where Tab reaches it after those before it."""
        self._buttons.addWidget(button)
        QWidget.setTabOrder(self.last, button)
        self.last = button

    def show_run(self, run: Glance, bars: int) -> None:
        """Name a run of so many bars."""
        self.title.say(run.strategy.name)
        what = f"{run.instrument} · {run.strategy.timeframe}"
        self.subtitle.show()
        self.subtitle.say(f"{what} · {day(run.start)} – {day(run.end - 1)} · {count(bars, 'bar')}")
        self.enable(True)

    def show_name(self, name: str, about: str) -> None:
        """Name something else; there is nothing to switch."""
        self.title.say(name)
        self.subtitle.say(about)
        self.subtitle.setVisible(bool(about))
        self.enable(False)

    def enable(self, on: bool) -> None:
        """Let the switches work, or not."""
        self.log.setEnabled(on)
        self.fit.setEnabled(on)


class ElidedLabel(QLabel):
    """One line of plain text that gives way: what does not fit ends in an ellipsis, and is whole on hover."""

    def __init__(self, pixels: int, weight: int) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(pixels, weight))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Show a text, whatever lines it has, as one."""
        line = " ".join(text.split())
        self.setText(line)
        # A tool tip with an angle bracket would be taken for a page.
        self.setToolTip(label_safe(line))
        self.setAccessibleName(line)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        # As the text begins: a name in Hebrew or Arabic is read from the right.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


def label_safe(text: str) -> str:
    """Return a text that Qt takes for plain wherever it guesses."""
    return text.replace("<", "‹").replace(">", "›")


def _switch(text: str, about: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(about)
    button.setProperty("segment", True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
