"""Keeping the candles of chosen instruments up to date, and the candle cache tidy, a little at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from app.data.backfill import Backfill, Outcome
from app.data.candle_cache import CandleCache
from app.data.dialects import DIALECTS
from app.data.feed_errors import FeedBusy, FeedError, SymbolUnknown
from app.data.records import CacheFull, CacheReadOnly, SeriesKey, Stored
from app.errors import BlockbuildersError, CandlesUnavailable
from app.market.timeframe import DAY_MS, MINUTE_MS, Timeframe

# An exchange needs a moment to close a candle.
AFTER_THE_CLOSE_MS = 3_000
LONGEST_PAUSE_MS = 30 * MINUTE_MS
_NEVER = 2**62


@dataclass(frozen=True)
class News:
    """What became of a series: candles stored, sentences about what was odd, and why it is not up to date.

    `stopped` tells that nothing new is asked for: it does not trade, which is looked at once a day, or the exchange
    does not know it.
    """

    key: SeriesKey
    stored: Stored = field(default_factory=Stored)
    notes: tuple[str, ...] = ()
    problem: BlockbuildersError | None = None
    stopped: bool = False


@dataclass
class _Followed:
    due_ms: int = 0
    daily_ms: int = 0
    failures: int = 0


class CandleUpkeep:
    """Asks for the newest candles of the series that are followed, and puts the cache in order while nothing is due.

    Nothing happens by itself: whoever owns this calls `tick` when `due_ms` has come, from one thread. `backfill` makes
    what fetches from an exchange, once for each; its report may raise Cancelled, which passes through `tick`. `idle`
    says whether there is time to tidy up; it is asked again and again while that is done.
    """

    def __init__(
        self, cache: CandleCache, backfill: Callable[[str], Backfill], idle: Callable[[], bool] = lambda: True
    ) -> None:
        self._cache = cache
        self._make = backfill
        self._idle = idle
        self._backfills: dict[str, Backfill] = {}
        self._followed: dict[SeriesKey, _Followed] = {}

    def follow(self, keys: Iterable[SeriesKey]) -> None:
        """Follow these series and no others. Imports have nobody to ask and are passed over."""
        wanted = [key for key in keys if key.source in DIALECTS]
        self._followed = {key: self._followed.get(key, _Followed()) for key in wanted}

    @property
    def due_ms(self) -> int | None:
        """When `tick` has something to ask for next, None when nothing is followed."""
        due = min((one.due_ms for one in self._followed.values()), default=_NEVER)
        return None if due == _NEVER else due

    def tick(self, now_ms: int) -> tuple[News, ...]:
        """Ask for what is due and return what came of it; then tidy up if there is time.

        A series is asked for its newest candles three seconds after each one has closed; when it is new here and once a
        day also for what may have changed during the last day, and for gaps that nothing explains. After a failure it
        is left alone for one minute, two, four, up to half an hour, or for as long as the exchange says.
        """
        news = tuple(self._tend(key, one, now_ms) for key, one in self._followed.items() if one.due_ms <= now_ms)
        # Where tidying fails nothing is lost, and what is wrong with the cache is said by whoever uses it next.
        with suppress(CacheFull, CacheReadOnly, CandlesUnavailable):
            if self._idle():
                self._cache.tidy(self._idle)
        return news

    def _tend(self, key: SeriesKey, one: _Followed, now_ms: int) -> News:
        known = self._cache.find(key)
        if known is not None and known.status == "ended" and not self._of(key.source).trades_again(key):
            one.due_ms = now_ms + DAY_MS
            return News(key, stopped=True)
        try:
            outcome = self._asked(key, one, now_ms)
            news = News(key, outcome.stored, outcome.notes, outcome.problem)
        except SymbolUnknown as problem:
            one.due_ms = _NEVER
            return News(key, problem=problem, stopped=True)
        except (FeedError, CacheFull, CacheReadOnly, CandlesUnavailable) as problem:
            news = News(key, problem=problem)
        self._plan(key, one, news.problem, now_ms)
        return news

    def _asked(self, key: SeriesKey, one: _Followed, now_ms: int) -> Outcome:
        """Return what came of the newest candles, and of the daily questions where these are due."""
        backfill = self._of(key.source)
        outcome = backfill.poll(key)
        if outcome.problem is None and one.daily_ms <= now_ms:
            outcome = outcome.and_then(backfill.refresh_day(key, older_ms=0)).and_then(backfill.recheck_gaps(key))
            if outcome.problem is None:
                one.daily_ms = now_ms + DAY_MS
        return outcome

    def _of(self, source: str) -> Backfill:
        if source not in self._backfills:
            self._backfills[source] = self._make(source)
        return self._backfills[source]

    def _plan(self, key: SeriesKey, one: _Followed, problem: BlockbuildersError | None, now_ms: int) -> None:
        one.failures = one.failures + 1 if problem else 0
        if problem is None:
            one.due_ms = Timeframe(key.step_ms).floor(now_ms) + key.step_ms + AFTER_THE_CLOSE_MS
            return
        pause = min(MINUTE_MS * 2 ** min(one.failures - 1, 10), LONGEST_PAUSE_MS)
        asked_for = int(problem.retry_after_s * 1000) if isinstance(problem, FeedBusy) else 0
        one.due_ms = now_ms + max(pause, asked_for)
