"""One backfill under way: chunk by chunk, from whoever has the candles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.data.backfill_plan import Chunk, plan
from app.data.backfill_progress import Meter
from app.data.binance_archive import BinanceArchive, day_of
from app.data.candle_cache import CandleCache
from app.data.exchange_feed import SILENCE_MS, ExchangeFeed
from app.data.feed import Page
from app.data.feed_errors import FeedError, HistoryNotOffered, NotPublished, PageRefused, SymbolUnknown
from app.data.pages import joined
from app.data.records import SeriesKey, Span, Stored
from app.data.spans import overlap, union, without
from app.market.candles import COLUMNS, Candles
from app.market.resample import derive
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, Timeframe

# Pages are stored together: one write to disk costs about as much as two pages.
PAGES_TOGETHER = 25
SECONDS_TOGETHER = 2.0
# After so many answers in a row without a candle, long candles tell where there are some again.
EMPTY_IN_A_ROW = 3
# With more differing hours than that, an archive file is not worth mending.
MENDED_HOURS = 96


@dataclass
class Run:
    """One backfill of `span`; candles from `settled` on are not final yet.

    `rest_problem` and `archive_problem` say why a source is not asked any more.
    """

    cache: CandleCache
    feed: ExchangeFeed
    archive: BinanceArchive | None
    key: SeriesKey
    span: Span
    settled: int
    now: Callable[[], int]
    clock: Callable[[], float]
    meter: Meter
    rest_problem: FeedError | None = None
    archive_problem: FeedError | None = None
    stored: Stored = field(default_factory=Stored)
    _notes: list[str] = field(default_factory=list)
    _waiting: list[Page] = field(default_factory=list)
    _stored_at: float = 0.0

    def carry_out(self, chunks: Sequence[Chunk], *, again: bool = False) -> None:
        """Fetch every chunk; where one way is closed, go the other. What has come by then is skipped unless `again`."""
        self._stored_at = self.clock()
        for place, chunk in enumerate(chunks):
            if not again and not any(self.cache.missing(self.key, part) for part in chunk.missing):
                continue
            if chunk.kind == "month" and self.archive_problem is None:
                self._month(chunk)
            elif chunk.kind == "month" and self.rest_problem is None:
                # Months that the archive would have had are neighbours now, and one stretch of pages.
                spans = [part for later in reversed(chunks[place:]) for part in later.missing]
                self.carry_out(plan(spans, archive=False, now_ms=self.now()))
                return
            else:
                for part in reversed(chunk.missing):
                    self._pages(part)

    def fetch_file_again(self, file: Span, part: Span) -> None:
        """Store what a file of the archive has now for a part of it."""
        assert self.archive is not None
        page = self.archive.fetch(self.key, file, now_ms=self.now())
        self._keep(page, part)
        self.note(f"{_name(file)} was published again by {self.archive.name}; it was fetched anew.")

    def note_the_beginning(self) -> None:
        """Note when an instrument began to trade, as far as the span goes back and all of it is there."""
        series = self.cache.find(self.key)
        if series is None or self.left():
            return
        rows = self.cache.read(self.key, self.span.start, self.span.end)
        if not len(rows):
            return
        first = int(rows.time[0])
        listed = series.listed_ms if series.listed_ms is not None and series.listed_ms <= first else None
        if first - self.span.start >= DAY_MS and not len(self.cache.times(self.key, 0, first)):
            listed = first
        if listed != series.listed_ms:
            self.cache.ensure(replace(series, listed_ms=listed))
            if listed is not None:
                since = minute(self.span.start)
                self.note(f"{self.feed.name} has no candles of {self.key.symbol} from {since} to {minute(first)} UTC.")

    def note_the_end(self) -> None:
        """Note when an instrument stopped trading, if it did and nothing is missing since."""
        series = self.cache.find(self.key)
        # `settled` is by the clock of the exchange.
        if series is None or series.status != "ended" or self.span.end <= self.settled - DAY_MS:
            return
        times = self.cache.times(self.key, 0, self.span.end)
        end = int(times[-1]) + self.key.step_ms if len(times) else self.span.end
        until = min(self.span.end, self.settled)
        if end < self.span.end - DAY_MS and not self.cache.missing(self.key, Span(end, until)):
            self.cache.ensure(replace(series, ended_ms=end))
            self.note(f"{self.key.symbol} does not trade any more; its last candle is that of {minute(end)} UTC.")

    def left(self) -> tuple[Span, ...]:
        """Return what is still missing, without minutes that are too young to be final."""
        return self.cache.missing(self.key, Span(self.span.start, min(self.span.end, self.settled)))

    def unanswered(self) -> tuple[Span, ...]:
        """Return for what there is no answer at all, not even one that may still change."""
        return without(self.span, (covered.span for covered in self.cache.coverage(self.key)))

    @property
    def problem(self) -> FeedError | None:
        """Why something is missing, if it is."""
        return self.rest_problem or self.archive_problem

    def note(self, sentence: str | None) -> None:
        """Keep a sentence for the end."""
        if sentence:
            self._notes.append(sentence)

    def told(self) -> tuple[str, ...]:
        """Return all sentences, each once."""
        return tuple(dict.fromkeys(self._notes))

    # Months and days from the archive

    def _month(self, chunk: Chunk) -> None:
        """Fetch a month as a file, and in pages what the file lacks."""
        assert self.archive is not None
        try:
            page = self.archive.fetch(self.key, chunk.span, now_ms=self.now())
        except NotPublished as problem:
            self._in_pages(chunk, problem)
            self._look_before(chunk.span)
        except PageRefused as problem:
            self._in_pages(chunk, problem)
        except FeedError as problem:
            self.archive_problem = problem
            self._in_pages(chunk, None)
        else:
            for part in self.cache.missing(self.key, chunk.span):
                inside = overlap(part, page.covered)
                if inside:
                    self._keep(page, inside)
            for sentence in page.notes:
                self.note(f"{_name(chunk.span)}: {sentence}")
            self.meter.add(_length_within(page.covered, chunk.missing), page.size)
            self._compare(page, _name(chunk.span))
            self._in_pages(chunk, None)

    def _in_pages(self, chunk: Chunk, why: FeedError | None) -> None:
        """Fetch in pages what is missing of a chunk."""
        before = self.stored.added
        for part in reversed(chunk.missing):
            for left in reversed(self.cache.missing(self.key, part)):
                self._pages(left)
        if why and self.stored.added > before:
            self.note(f"{_name(chunk.span)} did not come from the archive: {why}")

    def _look_before(self, month: Span) -> None:
        """Where a month has neither a file nor candles, ask the exchange for its newest candles before it.

        That is one question for all months without any.
        """
        if self.rest_problem is not None or self.span.start >= month.start:
            return
        if len(self.cache.read(self.key, month.start, month.end)):
            return
        try:
            older = self.feed.fetch(self.key, Span(self.span.start, month.start), now_ms=self.now())
        except FeedError as problem:
            self.rest_problem = problem
            return
        for part in self.cache.missing(self.key, older.covered):
            self._keep(older, part)

    def _compare(self, page: Page, name: str) -> None:
        """Compare a file with the exchange's own hours; where they differ, the exchange counts.

        Files of the archive have been wrong, or cut short, while the exchange itself was right.
        """
        hours = Span(-(-page.covered.start // HOUR_MS) * HOUR_MS, page.covered.end // HOUR_MS * HOUR_MS)
        if self.rest_problem is not None or hours.start >= hours.end or self.key.step_ms != MINUTE_MS:
            return
        try:
            theirs = self.feed.hours(self.key, hours, now_ms=self.now())
        except PageRefused:
            return
        except FeedError as problem:
            self.rest_problem = problem
            return
        differing = differing_hours(page.candles.between(hours.start, hours.end), theirs)
        for part in reversed(union(differing) if len(differing) <= MENDED_HOURS else (hours,)):
            self._pages(part, again=True)
        if differing and self.rest_problem is None:
            count = "1 hour" if len(differing) == 1 else f"{len(differing)} hours"
            self.note(f"{name}: {count} of the archive differed from {self.feed.name} itself, whose candles count.")

    def _days(self, span: Span) -> None:
        """Fetch whole days from the archive, the newest first, as far as it has them."""
        if self.archive is None:
            return
        day = day_of(span.end - 1)
        while day.end > span.start and self.archive_problem is None:
            inside = overlap(day, span)
            if inside and self.cache.missing(self.key, inside):
                self._day(day, span)
            day = day_of(day.start - 1)

    def _day(self, day: Span, span: Span) -> None:
        assert self.archive is not None
        try:
            page = self.archive.fetch(self.key, day, now_ms=self.now())
        except (NotPublished, PageRefused):
            return
        except FeedError as problem:
            self.archive_problem = problem
            return
        # A silence at an end of the file may be a file that was cut off: it stays missing.
        start = day.start if page.covered.start - day.start <= SILENCE_MS else page.covered.start
        end = day.end if day.end - page.covered.end <= SILENCE_MS else page.covered.end
        for part in self.cache.missing(self.key, Span(start, end)):
            self._keep(page, part)
        self.meter.add(_length_within(Span(start, end), [span]), page.size)

    # Pages of the exchange

    def _pages(self, span: Span, *, again: bool = False) -> None:
        """Fetch a span in pages, the newest first; in days from the archive where the exchange is closed to us."""
        end = span.end
        try:
            end = self._paged(span, again=again)
        except (SymbolUnknown, HistoryNotOffered):
            raise
        except FeedError as problem:
            self.rest_problem = problem
        finally:
            self._store_waiting()
        if self.rest_problem is not None and end > span.start and not again:
            for left in reversed(self.cache.missing(self.key, span)):
                self._days(left)

    def _paged(self, span: Span, *, again: bool) -> int:
        """Fetch pages and return how far back they reach. Raises a FeedError."""
        end, empty = span.end, 0
        while end > span.start and self.rest_problem is None:
            page = self.feed.fetch(self.key, Span(span.start, end), now_ms=self.now())
            end = page.covered.start
            self._take(page, counts=not again)
            empty = 0 if len(page.candles) else empty + 1
            if empty == EMPTY_IN_A_ROW and end > span.start:
                silence = self.feed.silence(self.key, Span(span.start, end), now_ms=self.now())
                if silence.covered.start < end:
                    end = silence.covered.start
                    self._take(silence, counts=not again)
                empty = 0
        return end

    def _take(self, page: Page, *, counts: bool) -> None:
        """Take a page, to be stored with its neighbours."""
        self._waiting.append(page)
        for sentence in page.notes:
            self.note(sentence)
        if len(self._waiting) >= PAGES_TOGETHER or self.clock() - self._stored_at > SECONDS_TOGETHER:
            self._store_waiting()
        self.meter.add(page.covered.end - page.covered.start if counts else 0, page.size)

    def _store_waiting(self) -> None:
        """Store the pages that wait: what is settled as final, the newest minutes as what may still change."""
        pages, self._waiting = self._waiting[::-1], []
        if pages:
            whole = Span(pages[0].covered.start, pages[-1].covered.end)
            settled = max(whole.start, min(whole.end, self.settled))
            candles = joined([page.candles for page in pages])
            for part, final in ((Span(whole.start, settled), True), (Span(settled, whole.end), False)):
                if part.start < part.end:
                    self._keep(Page(candles, part, "rest", final), part)
        self._stored_at = self.clock()

    def _keep(self, page: Page, part: Span) -> None:
        """Store a part of a page."""
        self.stored += self.cache.store(
            self.key,
            page.candles.between(part.start, part.end),
            part,
            origin=page.origin,
            final=page.final,
            authoritative=page.authoritative,
            checksum=page.checksum,
            now_ms=self.now(),
        )


def differing_hours(candles: Candles, theirs: Candles) -> list[Span]:
    """Return the hours in which minute candles do not make the one-hour candle that the exchange gives."""
    ours = derive(candles, Timeframe(HOUR_MS)).bars
    time = np.union1d(ours.time, theirs.time)
    same = np.isin(time, ours.time) & np.isin(time, theirs.time)
    mine, other = np.searchsorted(ours.time, time[same]), np.searchsorted(theirs.time, time[same])
    equal = np.ones(len(mine), dtype=bool)
    for name in COLUMNS:
        slack = 1e-6 if name == "volume" else 0.0
        equal &= np.isclose(getattr(ours, name)[mine], getattr(theirs, name)[other], rtol=slack, atol=slack)
    same[same] = equal
    return [Span(int(start), int(start) + HOUR_MS) for start in time[~same]]


def _length_within(span: Span, parts: Sequence[Span]) -> int:
    return sum(inside.end - inside.start for part in parts if (inside := overlap(part, span)))


def _name(span: Span) -> str:
    """Return a month as 2024-12 and a day as 2024-12-05."""
    return str(np.datetime64(span.start, "ms"))[: 7 if span.end - span.start > DAY_MS else 10]


def minute(time_ms: int) -> str:
    """Return a moment as 2024-12-05 10:00."""
    return str(np.datetime64(time_ms, "ms"))[:16].replace("T", " ")
