"""Fetching what is missing in the candle cache: planned from what it covers, so that every run goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from app.data.backfill_plan import plan
from app.data.backfill_progress import Meter, Progress
from app.data.backfill_run import Run, minute
from app.data.binance_archive import BinanceArchive, day_of, month_of
from app.data.candle_cache import CandleCache
from app.data.exchange_feed import SETTLED_MS, ExchangeFeed
from app.data.feed_errors import FeedBlocked, FeedBusy, FeedError, FeedUnavailable, HistoryNotOffered, SymbolUnknown
from app.data.http import Timing
from app.data.quality import note_gaps
from app.data.records import CacheFull, CacheReadOnly, Job, Series, SeriesKey, Span, Stored
from app.data.spans import overlap
from app.errors import CandlesUnavailable
from app.market.timeframe import DAY_MS, HOUR_MS, Timeframe

POLLED_BARS = 5
MOST_CHECKS = 3
# Who comes back after a longer time is not kept waiting for all of it.
MOST_POLLED_MS = 366 * DAY_MS

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Outcome:
    """What a backfill has done: candles stored, sentences about what was odd, and what is still missing and why."""

    asked: Span
    stored: Stored = field(default_factory=Stored)
    notes: tuple[str, ...] = ()
    missing: tuple[Span, ...] = ()
    problem: FeedError | None = None

    def and_then(self, later: Outcome) -> Outcome:
        """Return this with what was done after it for the same series."""
        notes = tuple(dict.fromkeys((*self.notes, *later.notes)))
        return replace(self, stored=self.stored + later.stored, notes=notes, problem=self.problem or later.problem)


class Backfill:
    """Fetches candles of one exchange into the cache. For one thread at a time; one of these per exchange.

    `report` is told after every answer and may raise Cancelled; what had arrived until then is stored.
    """

    def __init__(
        self,
        cache: CandleCache,
        feed: ExchangeFeed,
        archive: BinanceArchive | None,
        *,
        now: Callable[[], int],
        timing: Timing | None = None,
        report: Report | None = None,
    ) -> None:
        self._cache = cache
        self._feed = feed
        self._archive = archive
        self._now = now
        self._timing = timing or Timing()
        self._report = report or (lambda _: None)

    def fetch(self, key: SeriesKey, span: Span) -> Outcome:
        """Make a span of a series complete as far as its sources allow; nothing is asked where nothing is missing.

        Raises SymbolUnknown, HistoryNotOffered, and Cancelled from `report`. Other failures of the sources end in
        `Outcome.problem`; what could be had is stored.
        """
        return self._complete(key, span, _job_id(key))

    def _complete(self, key: SeriesKey, span: Span, job_id: str) -> Outcome:
        new = self._cache.find(key) is None
        ended = self._known(key).ended_ms
        if ended is not None and span.end > ended:
            self.trades(key)
        span = _clipped(span, self._known(key), self._now())
        if span.start >= span.end or not self._cache.missing(key, span):
            return Outcome(span)
        try:
            return self._as_job(key, span, job_id, again=False)
        except (SymbolUnknown, HistoryNotOffered):
            if new:
                self._drop_empty(key)
            raise

    def fetch_again(self, key: SeriesKey, span: Span) -> Outcome:
        """Ask the exchange for a span once more, whatever is stored of it; what it says now counts."""
        return self._as_job(key, _clipped(span, self._known(key), self._now()), _job_id(key), again=True)

    def poll(self, key: SeriesKey) -> Outcome:
        """Ask for the last five closed candles, and for all that came since the newest stored ones, up to a year.

        What was broken off is gone on with, because the newest come first. An exchange that does not go back that far
        gives what it has.
        """
        timeframe = Timeframe(key.step_ms)
        end = timeframe.floor(self._now())
        start = end - POLLED_BARS * key.step_ms
        since = self._cache.last_covered(key) or min(
            (one.span.start for one in self._cache.coverage(key)), default=start
        )
        broken_off = self._unfinished(_poll_id(key))
        since = min(since, broken_off.span.start) if broken_off else since
        start = min(start, max(since, timeframe.floor(end - MOST_POLLED_MS)))
        try:
            outcome = self._complete(key, Span(start, end), _poll_id(key))
        except HistoryNotOffered as limit:
            start = timeframe.floor(limit.earliest_ms) + key.step_ms
            outcome = self._complete(key, Span(start, end), _poll_id(key))
        if since >= start:
            return outcome
        left_out = f"From {minute(since)} to {minute(start)} UTC nothing was asked for; fetch it if it is needed."
        return replace(outcome, notes=(*outcome.notes, left_out))

    def refresh_day(self, key: SeriesKey, *, older_ms: int = HOUR_MS) -> Outcome:
        """Ask once more for what is stored of the last 24 hours, because exchanges correct themselves late.

        What is covered by answers of which the newest is not `older_ms` old is left alone.
        """
        now = self._now()
        day = Span(now - DAY_MS, now)
        old = [one for one in self._cache.coverage(key) if one.origin == "rest" and now - one.fetched_ms >= older_ms]
        parts = [part for part in (overlap(one.span, day) for one in old) if part]
        return self.fetch_again(key, Span(parts[0].start, parts[-1].end)) if parts else Outcome(day)

    def recheck_gaps(self, key: SeriesKey) -> Outcome:
        """Ask once more for gaps of the last week that nothing explains, up to three times each, an hour apart."""
        now = self._now()
        week = Span(Timeframe(key.step_ms).floor(now - 7 * DAY_MS), Timeframe(key.step_ms).floor(now))
        outcome = Outcome(week)
        for gap in self._cache.gaps(key, week):
            again = gap.cause == "unknown" and gap.checks < MOST_CHECKS and now - gap.checked_ms > HOUR_MS
            if again and outcome.problem is None:
                outcome = outcome.and_then(self.fetch_again(key, gap.span))
        return outcome

    def refresh_archives(self, key: SeriesKey) -> Outcome:
        """Fetch those files of the archive anew that were published again since they were stored."""
        run = self._begin(key, Span(0, self._now()), self._now(), 0)
        published: dict[Span, str] = {}
        for covered in self._cache.coverage(key):
            if self._archive is None or not covered.checksum:
                continue
            file = month_of(covered.span.start) if covered.origin == "archive month" else day_of(covered.span.start)
            if file not in published:
                published[file] = self._archive.published_checksum(key, file)
            if published[file] != covered.checksum:
                run.fetch_file_again(file, covered.span)
        return Outcome(run.span, run.stored, run.told())

    def trades(self, key: SeriesKey) -> bool:
        """Return whether an instrument trades, by what the exchange says now; as was known, where nobody can tell.

        What the exchange does not know any more, and had no candle for a day, does not trade.
        """
        if self._resting(key.source) is None:
            try:
                self._describe(key, again=True)
            except SymbolUnknown:
                self._note_as_gone(key)
            except FeedError:
                pass
        return self._known(key).status != "ended"

    def _note_as_gone(self, key: SeriesKey) -> None:
        """Note that an instrument has ended with its last candle, unless that is younger than a day."""
        now = self._now()
        times = self._cache.times(key, 0, now)
        if len(times) and times[-1] + key.step_ms <= now - DAY_MS:
            ended_ms = int(times[-1]) + key.step_ms
            self._cache.ensure(replace(self._known(key), status="ended", ended_ms=ended_ms))

    def _known(self, key: SeriesKey) -> Series:
        known = self._cache.find(key)
        if known is None:
            known = Series(key)
            self._cache.ensure(known)
        return known

    def _drop_empty(self, key: SeriesKey) -> None:
        """Forget a series that cannot be had."""
        with suppress(CacheFull, CacheReadOnly, CandlesUnavailable):
            if not self._cache.coverage(key):
                self._cache.delete(key)

    def _unfinished(self, job_id: str) -> Job | None:
        return next((one for one in self._cache.jobs() if one.id == job_id and one.state != "done"), None)

    def _as_job(self, key: SeriesKey, span: Span, job_id: str, *, again: bool) -> Outcome:
        """Carry out a job, and write down how it goes; one that was broken off counts as tried."""
        job = Job(job_id, key, span, "running")
        before = self._unfinished(job_id)
        if before:
            job = replace(job, attempts=before.attempts, not_before_ms=before.not_before_ms)
        job = replace(job, attempts=job.attempts + 1)
        self._cache.save_job(job)
        try:
            outcome = self._fetched(key, span, again=again)
        except FeedError as failure:
            self._cache.save_job(replace(job, state="failed", error=str(failure)))
            raise
        except BaseException:
            self._cache.save_job(replace(job, state="stopped"))
            raise
        self._cache.save_job(self._ended(job, outcome.problem))
        return outcome

    def _ended(self, job: Job, problem: FeedError | None) -> Job:
        if problem is None:
            return replace(job, state="done")
        if isinstance(problem, FeedBusy):
            until = self._now() + int(problem.retry_after_s * 1000)
            return replace(job, state="resting", not_before_ms=until, error=str(problem))
        return replace(job, state="failed", error=str(problem))

    def _fetched(self, key: SeriesKey, span: Span, *, again: bool) -> Outcome:
        closed, resting = Timeframe(key.step_ms).floor(self._now()), self._resting(key.source)
        try:
            if resting:
                raise resting
            closed = self._feed.closed_until(key.step_ms, now_ms=self._now())
            self._describe(key)
        except (FeedBlocked, FeedUnavailable, FeedBusy) as problem:
            resting = problem
        span = Span(span.start, min(span.end, closed))
        missing = () if span.start >= span.end else (span,) if again else self._cache.missing(key, span)
        run = self._begin(key, span, closed - SETTLED_MS, sum(part.end - part.start for part in missing))
        run.rest_problem = resting
        run.note(self._feed.clock_note())
        run.carry_out(plan(missing, archive=self._archive is not None and not again, now_ms=closed), again=again)
        run.note_the_beginning()
        run.note_the_end()
        if span.start < span.end:
            note_gaps(self._cache, key, span, now_ms=self._now())
        left = run.left()
        lacking = left or again or run.unanswered()
        return Outcome(span, run.stored, run.told(), left, run.problem if lacking else None)

    def _resting(self, source: str) -> FeedError | None:
        """Return why an exchange must not be asked yet: it has told us to stay away, whatever series that was about."""
        until = max((one.not_before_ms for one in self._cache.jobs() if one.key.source == source), default=0)
        wait = (until - self._now()) / 1000.0
        if wait <= 0.0:
            return None
        return FeedBusy(f"{self._feed.name} has asked to be left alone for {wait / 60.0:.0f} more minutes.", wait)

    def _describe(self, key: SeriesKey, *, again: bool = False) -> None:
        """Note what the exchange says about an instrument; `again`: what it says now, not what it said before."""
        market = self._feed.market(key.symbol, again=again, now_ms=self._now())
        known = self._known(key)
        status = known.status if market.status == "unknown" else market.status
        ended_ms = known.ended_ms if status == "ended" else None
        self._cache.ensure(
            replace(known, price_step=market.price_step or known.price_step, status=status, ended_ms=ended_ms)
        )

    def _begin(self, key: SeriesKey, span: Span, settled: int, asked_ms: int) -> Run:
        meter = Meter(self._timing.clock, self._report, asked_ms)
        return Run(self._cache, self._feed, self._archive, key, span, settled, self._now, self._timing.clock, meter)


def _job_id(key: SeriesKey) -> str:
    return f"{key.source} {key.market} {key.symbol} {Timeframe(key.step_ms)}"


def _poll_id(key: SeriesKey) -> str:
    return f"{_job_id(key)} newest"


def _clipped(span: Span, series: Series, now_ms: int) -> Span:
    """Return a span up to the last closed candle, or to the last one of all where an instrument trades no more."""
    timeframe = Timeframe(series.key.step_ms)
    end = min(span.end, timeframe.floor(now_ms), series.ended_ms or span.end)
    return Span(timeframe.floor(span.start), timeframe.floor(end))
