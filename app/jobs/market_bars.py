"""The bars a drawing runs on, from wherever its instrument comes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import CandlesUnavailable
from app.jobs.candle_store import CandleStore
from app.jobs.sample_bars import SAMPLE, SampleBars
from app.market.exchange_names import exchange_name
from app.market.instrument import Instrument
from app.market.resample import DerivedBars, derive
from app.market.timeframe import DAY_MS, Timeframe
from app.strategy.document import Strategy

if TYPE_CHECKING:
    from app.data.candle_cache import CandleCache
    from app.data.records import Calendar, Series, SeriesKey, Span
    from app.market.candles import Candles

IMPORT = "import"
# Before that, hardly any instrument of any exchange was traded.
_EARLIEST_MS = 1_483_228_800_000
# Less than that missing is no reason to speak: the newest minutes come by themselves.
_WORTH_SAYING = 0.01
_FEWEST_SETTLING_DAYS = 64


@dataclass(frozen=True)
class Period:
    """Which part of the candles to run on: the last `days`, from `start` to `end` (UTC ms), or with neither all."""

    days: int | None = 365
    start: int | None = None
    end: int | None = None


LAST_YEAR = Period()


@dataclass(frozen=True)
class Wanted:
    """Candles that are not stored but would be needed: what to fetch, and the share of the period that is missing."""

    key: SeriesKey
    span: Span
    share: float


class CandlesMissing(CandlesUnavailable):
    """None of the candles are stored; `wanted` says what to fetch."""

    def __init__(self, message: str, wanted: Wanted) -> None:
        super().__init__(message)
        self.wanted = wanted


@dataclass(frozen=True, eq=False)
class RunBars:
    """Bars for a run with the range to test; `wanted` is there where a part of the period is not stored."""

    derived: DerivedBars
    instrument: Instrument | None = None
    start: int | None = None
    end: int | None = None
    coverage_end: int | None = None
    wanted: Wanted | None = None
    calendar: Calendar = "24x7"


class MarketBars:
    """Gives the bars of the sample market, of an exchange or of an import. For one thread at a time.

    The candles last read stay in memory, so that a slider waits for no disk.
    """

    def __init__(self, sample: SampleBars | None = None, store: CandleStore | None = None) -> None:
        self._sample, self._store = sample or SampleBars(), store
        self._read: OrderedDict[tuple[SeriesKey, Span], Candles] = OrderedDict()
        self._derived: OrderedDict[tuple[SeriesKey, Span, Timeframe], DerivedBars] = OrderedDict()

    def of(self, strategy: Strategy, period: Period, settling_bars: int) -> RunBars:
        """Return the bars of a strategy's instrument and timeframe. Raises CandlesUnavailable or a failure to open."""
        if strategy.exchange == SAMPLE:
            derived = self._sample.of(strategy)
            return RunBars(derived, None, *_range(period, derived.base.end))
        if self._store is None:
            raise CandlesUnavailable(
                f"There are no candles of {strategy.symbol} ({exchange_name(strategy.exchange)}) here."
            )
        cache = self._store.cache()
        if strategy.exchange == IMPORT:
            return self._imported(cache, strategy, period)
        return self._fetched(cache, strategy, period, settling_bars * strategy.timeframe.ms)

    def _imported(self, cache: CandleCache, strategy: Strategy, period: Period) -> RunBars:
        from app.data.records import Span

        series = _import_of(cache.series(), strategy)
        spans = [covered.span for covered in cache.coverage(series.key)]
        if not spans:
            raise CandlesUnavailable(f"{strategy.symbol} has no candles; import its file again.")
        derived = self._bars(cache, series.key, Span(spans[0].start, spans[-1].end), strategy.timeframe)
        start, end = _range(period, derived.base.end)
        return RunBars(derived, _instrument(series), start, end, calendar=series.calendar)

    def _fetched(self, cache: CandleCache, strategy: Strategy, period: Period, settling_ms: int) -> RunBars:
        from app.data.records import Series, Span

        assert self._store is not None
        key = key_of(strategy)
        series = cache.find(key) or Series(key)
        tested = _tested(period, series, self._store.now())
        margin = _margin(settling_ms)
        stored = _longest(cache, key, Span(max(tested.start - margin, 0), tested.end))
        wanted = _wanted(cache, series, tested, settling_ms)
        if stored is None or stored.end <= tested.start:
            if wanted is None:
                raise CandlesUnavailable(f"There are no candles of {key.symbol} in this period; choose another one.")
            raise CandlesMissing(f"The candles of {key.symbol} for this period are not on this computer yet.", wanted)
        derived = self._bars(cache, key, stored, strategy.timeframe)
        if not len(derived.base):
            raise CandlesUnavailable(f"{key.symbol} was not traded in this period; choose another one.")
        start = _ceiling(strategy.timeframe, max(tested.start, stored.start))
        covered = min(stored.end, tested.end)
        return RunBars(derived, _instrument(series), start, period.end, covered, wanted, series.calendar)

    def _bars(self, cache: CandleCache, key: SeriesKey, span: Span, timeframe: Timeframe) -> DerivedBars:
        if timeframe.ms % key.step_ms:
            raise CandlesUnavailable(
                f"{timeframe} bars cannot be made of the {Timeframe(key.step_ms)} candles of {key.symbol}; choose a "
                "longer timeframe."
            )
        name = key, span, timeframe
        if name not in self._derived:
            self._derived[name] = derive(self._candles(cache, key, span), timeframe)
        self._derived.move_to_end(name)
        while len(self._derived) > 4:
            self._derived.popitem(last=False)
        return self._derived[name]

    def _candles(self, cache: CandleCache, key: SeriesKey, span: Span) -> Candles:
        name = key, span
        if name not in self._read:
            # An older span of the same series only takes room.
            for old in [old for old in self._read if old[0] == key]:
                del self._read[old]
                self._derived = OrderedDict((n, bars) for n, bars in self._derived.items() if n[:2] != old)
            self._read[name] = cache.read(key, span.start, span.end)
        self._read.move_to_end(name)
        while len(self._read) > 2:
            gone, _ = self._read.popitem(last=False)
            self._derived = OrderedDict((n, bars) for n, bars in self._derived.items() if n[:2] != gone)
        return self._read[name]

    def forget(self, key: SeriesKey) -> None:
        """Read a series anew when it is asked for next: its candles have changed."""
        for name in [name for name in self._read if name[0] == key]:
            self._read.pop(name, None)
        for whole in [whole for whole in self._derived if whole[0] == key]:
            self._derived.pop(whole, None)


def key_of(strategy: Strategy) -> SeriesKey:
    """Return the series of minute candles of a strategy's instrument on an exchange."""
    from app.data.records import SeriesKey

    return SeriesKey(strategy.exchange, "spot", strategy.symbol)


def _range(period: Period, end: int) -> tuple[int | None, int | None]:
    """Return start and end of a period, counted back from the last candle."""
    start = period.start if period.days is None else (period.end or end) - period.days * DAY_MS
    return start, period.end


def _tested(period: Period, series: Series, now: int) -> Span:
    """Return the period in whole days, up to now where no end is chosen, and not past the end of trading."""
    from app.data.records import Span

    end = min(period.end or now, series.ended_ms or now, now) // 60_000 * 60_000
    start = period.start if period.start is not None else _EARLIEST_MS
    if period.days is not None:
        start = (end - period.days * DAY_MS) // DAY_MS * DAY_MS
    return Span(start, max(end, start))


def _margin(settling_ms: int) -> int:
    """Return how far before the period to read, in steps so wide that a slider seldom reaches the next."""
    days = _FEWEST_SETTLING_DAYS
    while days * DAY_MS < settling_ms:
        days *= 2
    return days * DAY_MS


def _longest(cache: CandleCache, key: SeriesKey, span: Span) -> Span | None:
    """Return the longest stretch of a span that was asked for without a break.

    While months arrive, the newest first, this is what grows; older candles beyond a break would make bars of both.
    """
    from app.data.spans import overlap, union

    parts = [inside for part in union(one.span for one in cache.coverage(key)) if (inside := overlap(part, span))]
    return max(parts, key=lambda part: part.end - part.start, default=None)


def _wanted(cache: CandleCache, series: Series, tested: Span, settling_ms: int) -> Wanted | None:
    """Return what to fetch where a part of the period worth speaking of is not stored."""
    from app.data.records import Span

    missing = sum(part.end - part.start for part in cache.missing(series.key, tested))
    share = missing / max(tested.end - tested.start, 1)
    if share <= _WORTH_SAYING:
        return None
    return Wanted(series.key, Span(max(tested.start - settling_ms, 0), tested.end), share)


def _import_of(known: Sequence[Series], strategy: Strategy) -> Series:
    """Return the import of this name with the finest candles that its bars can be made of."""
    named = [one for one in known if one.key.source == IMPORT and one.key.symbol == strategy.symbol]
    if not named:
        raise CandlesUnavailable(
            f"Nothing was imported as {strategy.symbol} on this computer. Import its file on the page Data, or choose "
            "another instrument."
        )
    fitting = [one for one in named if strategy.timeframe.ms % one.key.step_ms == 0] or named
    return min(fitting, key=lambda one: one.key.step_ms)


def _instrument(series: Series) -> Instrument:
    return Instrument(series.key.symbol, series.key.source, price_step=series.price_step)


def _ceiling(timeframe: Timeframe, time_ms: int) -> int:
    floor = timeframe.floor(time_ms)
    return floor if floor == time_ms else floor + timeframe.ms
