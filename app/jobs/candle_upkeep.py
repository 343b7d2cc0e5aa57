"""Keeping the candles of chosen instruments up to date, and the candle cache tidy, a little at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from app.data.backfill import Backfill, Outcome
from app.data.candle_cache import CandleCache
from app.data.dialects import DIALECTS
from app.data.feed_errors import FeedBusy, FeedError, SymbolUnknown
from app.data.records import CacheFull, CacheReadOnly, Series, SeriesKey, Stored
from app.errors import BlockbuildersError, CandlesUnavailable
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, Timeframe

# An exchange needs a moment to close a candle.
AFTER_THE_CLOSE_MS = 3_000
LONGEST_PAUSE_MS = 30 * MINUTE_MS
_NEVER = 2**62


@dataclass(frozen=True)
class News:
    """What became of a series: candles stored, sentences about what was odd, and why it is not up to date.

    `stopped` tells that it does not trade, which is looked at every hour and later once a day, or that the exchange
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
        self._last_ms = 0

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
        day also whether it still trades, for what may have changed during the last day, and for gaps that nothing
        explains. After a failure it is left alone for one minute, two, four, up to half an hour, or for as long as the
        exchange says.
        """
        self._set_back(now_ms)
        news = tuple(self._tend(key, one, now_ms) for key, one in self._followed.items() if one.due_ms <= now_ms)
        # Where tidying fails nothing is lost, and what is wrong with the cache is said by whoever uses it next.
        with suppress(CacheFull, CacheReadOnly, CandlesUnavailable):
            if self._idle():
                self._cache.tidy(self._idle)
        return news

    def _set_back(self, now_ms: int) -> None:
        """Wait no longer than planned where the clock was put back since the last time."""
        back, self._last_ms = self._last_ms - now_ms, now_ms
        if back <= 0:
            return
        for one in self._followed.values():
            one.daily_ms -= back
            if one.due_ms != _NEVER:
                one.due_ms -= back

    def _tend(self, key: SeriesKey, one: _Followed, now_ms: int) -> News:
        try:
            known = self._looked_at(key, one, now_ms)
            ended = known is not None and known.status == "ended"
            if known is not None and ended and known.ended_ms is not None:
                one.due_ms = now_ms + DAY_MS
                return News(key, stopped=True)
            outcome = self._asked(key, one, now_ms)
            news = News(key, outcome.stored, outcome.notes, outcome.problem, stopped=ended)
        except SymbolUnknown as problem:
            # What was there before is looked at again: it has ended when it stays away.
            one.due_ms = now_ms + DAY_MS if self._cache.coverage(key) else _NEVER
            return News(key, problem=problem, stopped=True)
        except (FeedError, CacheFull, CacheReadOnly, CandlesUnavailable) as problem:
            news = News(key, problem=problem)
        self._plan(key, one, news, now_ms)
        return news

    def _looked_at(self, key: SeriesKey, one: _Followed, now_ms: int) -> Series | None:
        """Return what is known of a series; whether it trades is asked for once a day, or when it did not."""
        known = self._cache.find(key)
        if known is None or not (known.status == "ended" or one.daily_ms <= now_ms):
            return known
        self._of(key.source).trades(key)
        return self._cache.find(key)

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

    def _plan(self, key: SeriesKey, one: _Followed, news: News, now_ms: int) -> None:
        problem = news.problem
        one.failures = one.failures + 1 if problem else 0
        if problem is None:
            next_close = Timeframe(key.step_ms).floor(now_ms) + key.step_ms + AFTER_THE_CLOSE_MS
            one.due_ms = now_ms + self._pause(key, now_ms) if news.stopped else next_close
            return
        pause = min(MINUTE_MS * 2 ** min(one.failures - 1, 10), LONGEST_PAUSE_MS)
        asked_for = int(problem.retry_after_s * 1000) if isinstance(problem, FeedBusy) else 0
        one.due_ms = now_ms + max(pause, asked_for)

    def _pause(self, key: SeriesKey, now_ms: int) -> int:
        """Return how long to leave alone what does not trade: exchanges halt for some hours and then go on."""
        traded_lately = len(self._cache.times(key, now_ms - 2 * DAY_MS, now_ms)) > 0
        return HOUR_MS if traded_lately else DAY_MS
