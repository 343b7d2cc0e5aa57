"""One line about candles that are missing or on their way, with the button that fetches or stops them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from app.jobs.fetches import Fetch
from app.ui.labels import label


class FetchStrip(QWidget):
    """Offers a fetch, shows how far one is, or says why it ended. `wanted` and `stopped` are what the button asks."""

    wanted = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fetch")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = label(pixels=12)
        self.text.setMinimumWidth(1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Progress of the fetch"))
        self.button = QPushButton()
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._press)
        self._going = False
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.hide()

    def offer(self, text: str) -> None:
        """Offer to fetch what is missing."""
        self._show(text, self.tr("Fetch"), going=False)

    def show_fetch(self, fetch: Fetch) -> None:
        """Show how a fetch is; one that ended well is no reason for a line."""
        if fetch.going:
            self._show(progress_text(fetch), self.tr("Stop"), going=True)
            share = fetch.progress.share if fetch.progress else 0.0
            # Without a bound the bar moves to and fro: it is not known yet how much there is.
            self.bar.setRange(0, 1000 if fetch.progress else 0)
            self.bar.setValue(round(1000 * share))
        elif fetch.state == "done":
            self.hide()
        else:
            again = self.tr("Go on") if fetch.state == "stopped" else self.tr("Try again")
            self._show(fetch.message, again, going=False)

    def _show(self, text: str, button: str, *, going: bool) -> None:
        self._going = going
        if text != self.text.text():
            self.text.setText(text)
            self.text.setToolTip(text)
        if button != self.button.text():
            self.button.setText(button)
        self.bar.setVisible(going)
        self.setAccessibleName(text)
        self.show()

    def _press(self) -> None:
        (self.stopped if self._going else self.wanted).emit()


def progress_text(fetch: Fetch) -> str:
    """Return how far a fetch is: minutes, bytes, and the time left."""
    progress, symbol = fetch.progress, fetch.key.symbol
    if fetch.state == "waiting":
        return _say("%1: waiting for its turn").replace("%1", symbol)
    if progress is None:
        return _say("%1: asking for candles…").replace("%1", symbol)
    text = _say("%1: %2 of %3 minutes, %4 MB")
    for place, value in enumerate(
        (symbol, f"{progress.minutes:,}", f"{progress.minutes_asked:,}", f"{progress.received_bytes / 1e6:,.1f}"), 1
    ):
        text = text.replace(f"%{place}", value)
    left = progress.seconds_left
    if left is None:
        return text
    seconds = _say("%1 s left") if left < 90 else _say("%1 min left")
    return f"{text}, {seconds.replace('%1', f'{left if left < 90 else left / 60:.0f}')}"


def _say(text: str) -> str:
    return QCoreApplication.translate("FetchStrip", text)
