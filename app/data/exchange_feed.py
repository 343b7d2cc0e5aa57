"""Candles of an exchange, newest first; an empty answer is believed only when the exchange insists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.data.candle_rows import none
from app.data.exchange import Exchange, Wanted
from app.data.feed import Page
from app.data.feed_errors import FeedUnavailable, HistoryNotOffered, PageRefused, SymbolUnknown
from app.data.markets import Market, MarketLists
from app.data.pages import EARLIEST_MS, CheckedPage, check_rows, joined
from app.data.records import SeriesKey, Span
from app.market.candles import Candles
from app.market.timeframe import HOUR_MS, MINUTE_MS, Timeframe

# A candle counts as closed this long after its end, because exchanges need a moment to close it.
GRACE_MS = 2_000
# A candle that closed longer ago than this is not expected to change any more.
SETTLED_MS = 5 * MINUTE_MS
# A longer silence at an end of a page is asked about a second time before it is believed.
SILENCE_MS = 15 * MINUTE_MS
_TRIES = 3
_CLOCK_HOLDS_S = 600.0


class ExchangeFeed:
    """The candles of an exchange through its own interface. For one thread at a time.

    Where one instrument cannot be asked about alone, `lists` tells about all of them.
    """

    def __init__(self, exchange: Exchange, lists: MarketLists | None = None) -> None:
        self._exchange = exchange
        self._lists = lists
        self._clock: _Clock | None = None
        self._seen: dict[SeriesKey, Span] = {}

    @property
    def name(self) -> str:
        """What a trader calls the exchange."""
        return self._exchange.name

    def fetch(self, key: SeriesKey, span: Span, *, now_ms: int) -> Page:
        """Return the newest page of `span`, which must have closed by the clock of the exchange (`closed_until`).

        Nothing is taken for "there are no candles" until the exchange has said so twice and shown that it answers.

        Raises HistoryNotOffered where the exchange has only its newest page, and what `CandleFeed.fetch` raises.
        """
        before = self._exchange.http.received
        question = self._question(key, now_ms)
        part = question.recent(span) if self._exchange.dialect.recent else question.newest(span)
        if len(part.candles):
            self._seen[key] = Span(int(part.candles.time[0]), int(part.candles.time[0]) + key.step_ms)
        return Page(
            part.candles,
            part.covered,
            "rest",
            final=part.covered.end <= question.now - SETTLED_MS,
            size=self._exchange.http.received - before,
            notes=part.notes,
        )

    def closed_until(self, step_ms: int, *, now_ms: int) -> int:
        """Return the end of the newest closed candle, by the clock of the exchange where it tells one."""
        return Timeframe(step_ms).floor(now_ms + self._offset(now_ms) - GRACE_MS)

    def hours(self, key: SeriesKey, span: Span, *, now_ms: int) -> Candles:
        """Return the exchange's own one-hour candles of at most a page of hours. Raises a FeedError."""
        return self._question(key, now_ms).ask(span.start, span.end, HOUR_MS).candles

    def silence(self, key: SeriesKey, span: Span, *, now_ms: int) -> Page:
        """Return the newest part of a span in which there are no candles, as the long candles of the exchange tell.

        For a span whose newest pages were empty: years without a candle are a few requests so. Raises a FeedError.
        """
        since = self._question(key, now_ms).silent_since(span)
        return Page(none(key.step_ms), Span(since, span.end), "rest", final=True)

    def market(self, symbol: str, *, again: bool = False, now_ms: int) -> Market:
        """Return what the exchange says about an instrument, `again` what it or its list of the day says by now.

        Raises SymbolUnknown or another FeedError.
        """
        if again and self._lists is not None and not self._exchange.tells_of_one:
            listed = self._lists.of_today(self._exchange.id, now_ms=now_ms)
            self._exchange.learn(listed)
            # A coin may go by two names, of which the exchange takes both and lists one.
            called = self._exchange.dialect.called
            known = {called(market.symbol): market for market in listed}.get(called(symbol))
            if known is None:
                raise SymbolUnknown(f"{self.name} does not list {symbol} any more.")
            return known
        return self._exchange.market(symbol, again=again)

    def clock_note(self) -> str | None:
        """Return a sentence when the clock of this computer is a minute or more off the exchange's."""
        minutes = round(self._clock.ahead_ms / MINUTE_MS) if self._clock else 0
        if not minutes:
            return None
        way = "slow" if minutes > 0 else "fast"
        far = f"{abs(minutes)} min" if abs(minutes) < 2_880 else f"{abs(minutes) // 1_440} days"
        return f"The clock of this computer is {far} {way}; the clock of {self.name} was used."

    def _question(self, key: SeriesKey, now_ms: int) -> _Question:
        return _Question(self._exchange, key, now_ms + self._offset(now_ms), self._seen.get(key))

    def _offset(self, now_ms: int) -> int:
        """Return how far the exchange's clock is ahead of this computer's, 0 where it tells no time."""
        seconds = self._exchange.http.timing.clock()
        if self._clock is None or not self._clock.still_holds(now_ms, seconds):
            told = self._exchange.time(now_ms)
            self._clock = _Clock(told - now_ms if told is not None and told > EARLIEST_MS else 0, now_ms, seconds)
        return self._clock.ahead_ms


@dataclass(frozen=True)
class _Clock:
    """How far an exchange's clock was ahead of this computer's, at a moment by both clocks of the computer."""

    ahead_ms: int
    now_ms: int
    seconds: float

    def still_holds(self, now_ms: int, seconds: float) -> bool:
        """Say whether that is not long ago, and nobody has set the clock or put the computer to sleep since."""
        passed = seconds - self.seconds
        return passed < _CLOCK_HOLDS_S and abs(now_ms - self.now_ms - passed * 1000.0) < GRACE_MS


@dataclass(frozen=True, eq=False)
class _Part:
    """Candles of the newest part of a span."""

    candles: Candles
    covered: Span
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Question:
    """What is asked about one series at one moment, `now` by the clock of the exchange.

    `seen` is where the exchange had a candle before.
    """

    exchange: Exchange
    key: SeriesKey
    now: int
    seen: Span | None = None

    def newest(self, span: Span, tries: int = _TRIES) -> _Part:
        """Return the newest page of a span, with silences asked about twice."""
        start = max(span.start, span.end - self._page_ms)
        by_rows = self.exchange.dialect.by_rows and start > span.start
        since = None if by_rows else start
        page = self.ask(since, span.end)
        if not len(page.candles):
            page = self.ask(since, span.end)
        if not len(page.candles):
            silent = self._silent(Span(span.start if by_rows else start, span.end), span, by_rows=by_rows)
            if silent is not None:
                return _Part(page.candles, silent)
            if tries == 1:
                raise FeedUnavailable(f"{self.exchange.name} contradicts itself about {self.key.symbol}; try again.")
            return self.newest(span, tries - 1)
        candles, notes = page.candles, page.notes()
        if span.end - candles.end > SILENCE_MS:
            candles, notes = self._with_tail(candles, notes, span.end)
        first = int(candles.time[0])
        if by_rows or first - start > SILENCE_MS:
            start = max(span.start, first)
        return _Part(candles.between(start, span.end), Span(start, span.end), notes)

    def recent(self, span: Span) -> _Part:
        """Return what an exchange with nothing but a newest page has of a span."""
        dialect = self.exchange.dialect
        page = self.ask(span.start, None)
        candles = page.candles
        if not len(candles):
            raise FeedUnavailable(f"{self.exchange.name} sent no candles of {self.key.symbol}; try again later.")
        first = int(candles.time[0])
        full = len(candles) + page.forming + page.beside >= dialect.page - 1
        if first - span.start > self._page_ms or (full and first >= span.end):
            raise HistoryNotOffered(
                f"{self.exchange.name} gives only its newest {dialect.page} candles, here from {_moment(first)} UTC "
                f"on. Fetch {self.key.symbol} from another exchange, or import older candles from a file.",
                first,
            )
        start = max(span.start, first) if full else span.start
        return _Part(candles.between(start, span.end), Span(start, span.end), page.notes())

    def ask(self, since: int | None, until: int | None, step_ms: int = 0) -> CheckedPage:
        """Return one checked page; one that has to be refused is asked for again, after a pause."""
        for attempt in range(_TRIES):
            try:
                return self._once(since, until, step_ms or self.key.step_ms)
            except PageRefused as problem:
                refused = problem
                self.exchange.http.timing.sleep(2.0**attempt)
        raise PageRefused(f"{self.exchange.name}, {self.key.symbol}: {refused}")

    @property
    def _page_ms(self) -> int:
        return self.exchange.dialect.page * self.key.step_ms

    def _once(self, since: int | None, until: int | None, step_ms: int) -> CheckedPage:
        limit = self.exchange.dialect.page
        if since is not None and until is not None:
            limit = min(limit, -(-(until - since) // step_ms))
        rows = self.exchange.rows(self.key.symbol, Wanted(step_ms, limit, self.now, since, until))
        window = Span(EARLIEST_MS if since is None else since, self.now + step_ms if until is None else until)
        return check_rows(rows, step_ms=step_ms, window=window, closed_by=self.now - GRACE_MS, most=limit)

    def _with_tail(self, candles: Candles, notes: tuple[str, ...], end: int) -> tuple[Candles, tuple[str, ...]]:
        """Return candles with those that the exchange has after them when it is asked for these alone."""
        for _ in range(_TRIES):
            more = self.ask(candles.end, min(end, candles.end + self._page_ms))
            if not len(more.candles):
                return candles, notes
            candles, notes = joined([candles, more.candles]), notes + more.notes()
            if end - candles.end <= SILENCE_MS:
                return candles, notes
        raise FeedUnavailable(f"{self.exchange.name} gives {self.key.symbol} in pieces that do not join; try again.")

    def _silent(self, window: Span, span: Span, *, by_rows: bool) -> Span | None:
        """Return the newest part of `span` that has no candles, given a window that stayed empty twice.

        The exchange has to show that it answers, and that it has no hours where it says that it has no minutes; with
        these, a silence may reach further back than the window. None when it does have hours there.
        """
        self._prove_alive()
        hour = Timeframe(HOUR_MS)
        end = hour.floor(window.end)
        reach = hour.floor(max(span.start, window.end - self.exchange.dialect.page * HOUR_MS))
        if end <= reach:
            return window
        hours = self.ask(None if by_rows else reach, end, HOUR_MS).candles
        if len(hours) and int(hours.time[-1]) >= window.start:
            return None
        if by_rows or hours.end > window.start:
            return window
        return Span(max(span.start, hours.end if len(hours) else reach), window.end)

    def silent_since(self, span: Span) -> int:
        """Return the end of the newest long candle before the end of a span, the start of the span without one."""
        step_ms = self.exchange.dialect.long_ms
        long = Timeframe(step_ms)
        end = long.floor(span.end)
        while end > span.start:
            start = max(long.floor(span.start), end - self.exchange.dialect.page * step_ms)
            found = self.ask(start, end, step_ms).candles
            if not len(found):
                found = self.ask(start, end, step_ms).candles
            if len(found):
                return min(max(span.start, found.end), span.end)
            end = start
        return span.start

    def _prove_alive(self) -> None:
        """Raise FeedUnavailable unless the exchange sends candles of this instrument for some other time."""
        if len(self.ask(None, None).candles):
            return
        if self.seen is None or not len(self.ask(self.seen.start, self.seen.end).candles):
            raise FeedUnavailable(
                f"{self.exchange.name} sends no candles of {self.key.symbol} at all. "
                "Try again later, or take another exchange."
            )


def _moment(time_ms: int) -> str:
    return str(np.datetime64(time_ms, "ms"))[:16].replace("T", " ")
