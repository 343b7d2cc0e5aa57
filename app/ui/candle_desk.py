"""The bridge between the stored candles and the window: work goes into threads, what comes of it to the window's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.errors import BlockbuildersError
from app.jobs.candle_store import CandleStore
from app.jobs.fetches import Fetch, Fetches
from app.jobs.upkeep import Upkeep

if TYPE_CHECKING:
    from app.data.records import SeriesKey
    from app.jobs.candle_upkeep import News

log = logging.getLogger(__name__)

Done = Callable[[Any], object]
Failed = Callable[[str], object]
# So often it is looked whether there is something to keep up to date, or time to tidy.
_TEND_MS = 20_000


class CandleDesk(QObject):
    """Opens the candles, fetches more of them and asks about them, never in the window's own thread.

    `fetch_changed` carries a Fetch, `grew` the key of a series that has other candles than before, `newer` that of one
    whose newest minutes have come by themselves, `opened` says that the candles can be used and `closed_off` a sentence
    about why they can not.
    """

    fetch_changed = Signal(object)
    grew = Signal(object)
    newer = Signal(object)
    opened = Signal()
    closed_off = Signal(str)
    _handed = Signal(object)

    def __init__(self, parent: QObject | None = None, store: CandleStore | None = None) -> None:
        super().__init__(parent)
        self.store = store or CandleStore()
        self.problem = ""
        self._fetches = Fetches(self.store, _Ears(self))
        # Those that may wait for the network wait for themselves alone.
        self._hands = {name: ThreadPoolExecutor(1, f"candles-{name}") for name in ("disk", "search", "upkeep")}
        self._upkeep = Upkeep(self.store, self._idle)
        self._followed: SeriesKey | None = None
        self._tending = False
        self._tender = QTimer(self, interval=_TEND_MS)
        self._tender.timeout.connect(self.tend)
        self._gone = threading.Event()
        self._handed.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Open the candles in a thread."""
        self.later(lambda: self.store.cache().size(), lambda _: self._opened(), self._not_opened)

    def later(self, work: Callable[[], Any], done: Done, failed: Failed | None = None, hand: str = "disk") -> None:
        """Do `work` in a thread, one after the other; then hand what it returns, or a sentence, to the window."""
        if not self._gone.is_set():
            self._hands[hand].submit(self._do, work, done, failed)

    def fetch(self, key: SeriesKey, span: Any) -> None:
        """Fetch what is missing of a span."""
        self._fetches.ask(key, span)

    def stop(self, key: SeriesKey) -> None:
        """Stop fetching a series."""
        self._fetches.stop(key)

    def fetch_of(self, key: SeriesKey) -> Fetch | None:
        """Return how the newest fetch of a series is."""
        return self._fetches.of(key)

    def follow(self, key: SeriesKey | None) -> None:
        """Keep this series up to date while it is worked with; one that is not stored is left alone."""
        self._followed = key

    def tend(self) -> None:
        """Ask for the newest minutes of what is followed, and tidy up, unless that is going on already."""
        if self._tending or not self.store.opened:
            return
        self._tending = True
        followed = self._followed
        self.later(lambda: self._upkeep.tend(followed), self._tended, lambda _: self._tended(()), hand="upkeep")

    def _tended(self, news: tuple[News, ...]) -> None:
        self._tending = False
        for one in news:
            if one.stored.added or one.stored.changed:
                self.newer.emit(one.key)

    def _idle(self) -> bool:
        return not self._gone.is_set() and not any(fetch.going for fetch in self._fetches.all())

    def close(self) -> None:
        """Stop everything and close the candles."""
        if self._gone.is_set():
            return
        self._gone.set()
        self._tender.stop()
        for hand in self._hands.values():
            hand.shutdown(wait=False, cancel_futures=True)
        self._fetches.close()
        self._upkeep.close()
        self.store.close()

    def _do(self, work: Callable[[], Any], done: Done, failed: Failed | None) -> None:
        if self._gone.is_set():
            return
        try:
            found = work()
        except BlockbuildersError as problem:
            told = str(problem)
        except Exception:
            if self._gone.is_set():
                return  # what it was reading has been closed
            log.exception("work on candles failed")
            told = self.tr("Something is wrong with the app itself, sorry. Your candles and drawings are untouched.")
        else:
            self._hand((done, found))
            return
        if failed is not None:
            self._hand((failed, told))

    def _hand(self, call: tuple[Callable[[Any], object], Any]) -> None:
        if not self._gone.is_set():
            self._handed.emit(call)

    def _hand_over(self, call: tuple[Callable[[Any], object], Any]) -> None:
        if not self._gone.is_set():
            call[0](call[1])

    def _opened(self) -> None:
        self.problem = ""
        self._tender.start()
        self.opened.emit()

    def _not_opened(self, sentence: str) -> None:
        self.problem = sentence
        self.closed_off.emit(sentence)


class _Ears:
    """Hears of fetches in their thread and tells the window."""

    def __init__(self, desk: CandleDesk) -> None:
        self._desk = desk

    def fetch_changed(self, fetch: Fetch) -> None:
        self._desk.fetch_changed.emit(fetch)

    def candles_grew(self, key: SeriesKey) -> None:
        self._desk.grew.emit(key)
