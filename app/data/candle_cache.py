"""The candle cache: every candle that was ever fetched or imported, in one file that may be deleted at any time.

Only the finest candles of a source are kept, what is longer is derived. Together with the candles the cache knows which
spans were asked for and answered, so that a minute without a trade differs from one that nobody asked for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from weakref import WeakValueDictionary

import numpy as np

from app import paths
from app.data import cache_compaction, cache_opening, cache_repair
from app.data import cache_tables as tables
from app.data.cache_changes import check_answer
from app.data.cache_coverage import Coverage
from app.data.cache_opening import Opened
from app.data.cache_storing import put_answer
from app.data.cache_tables import Shelved
from app.data.candle_rows import none
from app.data.duck_file import Damaged, DiskFull, DuckFile, NotWritable
from app.data.records import (
    IMPORTED,
    CacheBusy,
    Covered,
    Finding,
    Gap,
    Job,
    Origin,
    Revision,
    Series,
    SeriesKey,
    Span,
    Stored,
)
from app.data.spans import overlap, without
from app.errors import CandlesUnavailable
from app.market.candles import Candles, TimeSeries

# A second door to the same file inside one process would share duckdb's connection, but not the lock.
_open_here: WeakValueDictionary[str, CandleCache] = WeakValueDictionary()
_open_here_lock = threading.Lock()


def default_path() -> Path:
    """Return where the candle cache is kept on this computer."""
    return paths.cache_folder() / "candles.duckdb"


class CandleCache:
    """The stored candles of all series, for any number of threads of one process.

    Every method may raise CandlesUnavailable when the file turns out damaged: it was then put aside, `notice` says so,
    and the cache goes on empty. What writes may raise CacheFull or CacheReadOnly; what it was to write is then there
    whole or not at all, and the file is read anew to see which.
    """

    def __init__(self, path: Path, opened: Opened, now_ms: int) -> None:
        self.path = path
        self.notice = opened.notice
        self._name = os.path.realpath(path)
        self._now_ms = now_ms
        self._closed = False
        self._wanted = False
        self._lock = threading.RLock()
        self._file: DuckFile | None = opened.file
        self._series: dict[SeriesKey, Shelved] = {}
        self._coverage: dict[int, Coverage] = {}
        self._doubtful: set[SeriesKey] = set()

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, now_ms: int) -> CandleCache:
        """Return the open cache. A damaged file is put aside as `*.bad-<time>` and begun anew; `notice` tells.

        Raises CacheBusy when another process holds it, CacheReadOnly when it cannot be made, CacheFull.
        """
        place = Path(os.path.abspath(path))
        with _open_here_lock:
            if os.path.realpath(place) in _open_here:
                raise CacheBusy("The candles are in use by another part of Blockbuilders; wait until it is done.")
            cache = cls(place, cache_opening.open_file(place, now_ms), now_ms)
            _open_here[cache._name] = cache
        try:
            with cache._working():
                cache._load()
        except CandlesUnavailable:
            pass  # it was damaged, and is a new one by now
        except BaseException:
            cache.close()
            raise
        return cache

    def close(self) -> None:
        """Close the file. Closing again does nothing."""
        with self._lock, _open_here_lock:
            if self._file is not None:
                self._file.close()
                self._file = None
            self._closed = True
            if _open_here.get(self._name) is self:
                del _open_here[self._name]

    def __enter__(self) -> CandleCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Series

    def ensure(self, series: Series) -> None:
        """Make a series known, or note what is new about it."""
        with self._working() as file:
            there = self._series.get(series.key)
            if there is not None and there.series == series:
                return
            if there is None:
                numbers = [entry.id for entry in self._series.values()]
                entry = Shelved(series, max(numbers, default=0) + 1, tables.free_shelf(self._series.values()))
            else:
                entry = replace(there, series=series)
            tables.put_series(file, entry)
            self._series[series.key] = entry

    def series(self) -> tuple[Series, ...]:
        """Return every known series, by name."""
        with self._turn():
            return tuple(self._series[key].series for key in sorted(self._series))

    def find(self, key: SeriesKey) -> Series | None:
        """Return what is known about a series, None when it is not known."""
        with self._turn():
            entry = self._series.get(key)
            return entry.series if entry else None

    def delete(self, key: SeriesKey) -> None:
        """Remove a series with everything about it; one that is not there is gone already."""
        with self._working() as file:
            entry = self._series.get(key)
            if entry is None:
                return
            tables.delete_series(file, entry)
            del self._series[key]
            self._coverage.pop(entry.id, None)

    # Candles

    def store(
        self,
        key: SeriesKey,
        candles: Candles,
        covered: Span,
        *,
        origin: Origin,
        final: bool,
        authoritative: bool,
        checksum: str | None = None,
        now_ms: int,
    ) -> Stored:
        """Store the answer for a span: its candles and that it was asked for, both or neither.

        The new values count, and what they replace is kept as a revision. A stored candle that the answer lacks goes
        only if the answer is `authoritative`. What a better source has finally answered stays as it is: the exchange
        itself before daily archives, those before monthly ones. The same answer again changes nothing but the time of
        coverage. Raises ValueError when the candles are not sound candles of that span, CandlesUnavailable when the
        series was deleted meanwhile, CacheFull, CacheReadOnly.
        """
        check_answer(key.step_ms, candles, covered)
        answer = Covered(covered, origin, 0, now_ms, final, checksum)
        with self._working() as file:
            entry = self._known(key)
            before = self._coverage.get(entry.id, ())
            change, after = put_answer(file, entry, before, candles, answer, authoritative=authoritative)
            self._coverage[entry.id] = after
            if change.touched and change.touched.end < after[-1].span.end:
                self._doubtful.add(key)
            return change.stored

    def read(self, key: SeriesKey, start: int, end: int) -> Candles:
        """Return the stored candles with `start <= open time < end`; none for a series that is not known."""
        with self._working() as file:
            entry = self._series.get(key)
            if entry is None or start >= end:
                return none(key.step_ms)
            rows, in_order = tables.candles(file, entry, Span(start, end))
            if not in_order:
                self._doubtful.add(key)
            return rows

    def times(self, key: SeriesKey, start: int, end: int) -> TimeSeries:
        """Return the open times of the same candles: several times as fast as reading them."""
        with self._working() as file:
            entry = self._series.get(key)
            times = tables.times(file, entry) if entry else np.empty(0, np.int64)
            first, last = np.searchsorted(times, (start, end))
            return times[first:last]

    # Coverage, gaps, revisions

    def coverage(self, key: SeriesKey) -> tuple[Covered, ...]:
        """Return what was asked and answered, in order of time; neighbours of one kind are one entry.

        The time of such an entry is that of its newest part.
        """
        with self._turn():
            entry = self._series.get(key)
            return self._coverage.get(entry.id, ()) if entry else ()

    def missing(self, key: SeriesKey, span: Span) -> tuple[Span, ...]:
        """Return the parts of a span that were not finally answered yet, in order of time."""
        return without(span, (covered.span for covered in self.coverage(key) if covered.final))

    def last_covered(self, key: SeriesKey) -> int | None:
        """Return the moment up to which the newest final answer reaches, None without any."""
        return max((covered.span.end for covered in self.coverage(key) if covered.final), default=None)

    def gaps(self, key: SeriesKey, span: Span) -> tuple[Gap, ...]:
        """Return the known gaps within a span, in order of time, cut off at its ends."""
        with self._working() as file:
            entry = self._series.get(key)
            found = tables.gaps(file, entry, span) if entry else []
            cut = ((gap, overlap(gap.span, span)) for gap in found)
            return tuple(replace(gap, span=inside) for gap, inside in cut if inside)

    def set_gaps(self, key: SeriesKey, span: Span, gaps: Sequence[Gap]) -> None:
        """Write the gaps within a span, in place of those known before. Raises CandlesUnavailable as `store` does."""
        with self._working() as file:
            entry = self._known(key)
            before = tables.gaps(file, entry, span)
            around = [replace(gap, span=left) for gap in before for left in without(gap.span, [span])]
            after = sorted([*around, *gaps], key=lambda gap: gap.span)
            if after != before:
                with file.transaction():
                    tables.put_gaps(file, entry, before, after)

    def revisions(self, key: SeriesKey, span: Span) -> tuple[Revision, ...]:
        """Return what later answers changed in a span, the earliest first."""
        with self._working() as file:
            entry = self._series.get(key)
            return tuple(tables.revisions(file, entry, span)) if entry else ()

    # Jobs

    def save_job(self, job: Job) -> None:
        """Write down a job, in place of one with the same id. Raises CandlesUnavailable as `store` does."""
        with self._working() as file:
            tables.put_job(file, self._known(job.key), job)

    def jobs(self) -> tuple[Job, ...]:
        """Return every job, by id."""
        with self._working() as file:
            return tuple(tables.jobs(file, self._series.values()))

    def delete_job(self, job_id: str) -> None:
        """Remove a job; one that is not there is gone already."""
        with self._working() as file:
            tables.delete_job(file, job_id)

    # Upkeep

    def tidy(self, idle: Callable[[], bool]) -> bool:
        """Put candles into order of time on the disk and give unused room back, as long as `idle` says there is time.

        Return whether anything was done. What was fetched newest months first lies out of order; reading it is a
        little slower. Between two series `idle` is asked again, and whoever waits for the cache meanwhile goes first.
        """
        done = False
        while self._doubtful and idle():
            with self._working() as file:
                entry = self._series.get(self._doubtful.pop())
                if entry is not None and not file.read_only and not tables.in_order(file, entry):
                    cache_repair.put_in_order(file, entry)
                    done = True
        return (not self._doubtful and idle() and self._shrink(idle)) or done

    def _shrink(self, idle: Callable[[], bool]) -> bool:
        with self._working() as file:
            if file.read_only or not cache_compaction.is_due(file):
                return False
            entries = self._series.values()
            if not cache_compaction.written_anew(
                file, self.path, entries, self._coverage, lambda: idle() and not self._wanted
            ):
                return False
            cache_compaction.put_in_place(self.path, self._forget)
            self._take(cache_opening.open_file(self.path, self._now_ms))
            return True

    def verify(self, key: SeriesKey | None = None) -> tuple[Finding, ...]:
        """Read every candle, of one series or of all, and return what was wrong.

        What was wrong is removed together with its coverage, so that it is fetched again.
        """
        found: list[Finding] = []
        for known in [key] if key else [series.key for series in self.series()]:
            with self._working() as file:
                entry = self._series.get(known)
                if entry is not None:
                    findings = cache_repair.examine(file, entry, self._coverage.get(entry.id, ()))
                    self._mend(file, entry, findings)
                    found += findings
        return tuple(found)

    def size(self) -> int:
        """Return how many bytes the cache takes on the disk."""
        with self._turn():
            files = (self.path, self.path.with_name(f"{self.path.name}.wal"))
            return sum(file.stat().st_size for file in files if file.exists())

    def _known(self, key: SeriesKey) -> Shelved:
        entry = self._series.get(key)
        if entry is None:
            raise CandlesUnavailable(f"The candles of {key.symbol} were deleted meanwhile; nothing more is stored.")
        return entry

    def _mend(self, file: DuckFile, entry: Shelved, findings: list[Finding]) -> None:
        if findings and not file.read_only:
            self._coverage[entry.id] = cache_repair.mend(file, entry, self._coverage.get(entry.id, ()), findings)

    # The file

    @contextmanager
    def _working(self) -> Iterator[DuckFile]:
        """Hold the lock and give the file; afterwards the cache is usable whatever has happened to the file."""
        with self._turn():
            try:
                yield self._opened()
            except DiskFull as failure:
                self._forget()
                raise cache_opening.full(self.path) from failure
            except NotWritable as failure:
                self._forget()
                raise cache_opening.read_only(self.path) from failure
            except Damaged as failure:
                self._forget()
                self._take(cache_opening.start_anew(self.path, self._now_ms))
                raise CandlesUnavailable(self.notice or "The stored candles are damaged.") from failure

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the lock; while it is waited for, what is not urgent gives way."""
        if not self._lock.acquire(blocking=False):
            self._wanted = True
            self._lock.acquire()
            self._wanted = False
        try:
            yield
        finally:
            self._lock.release()

    def _opened(self) -> DuckFile:
        """Return the file, opened anew where it had to be closed."""
        if self._file is None:
            if self._closed:
                raise ValueError("The candle cache is closed.")
            self._take(cache_opening.open_file(self.path, self._now_ms))
        assert self._file is not None
        return self._file

    def _take(self, opened: Opened) -> None:
        self._file = opened.file
        self.notice = opened.notice or self.notice
        self._load()

    def _forget(self) -> None:
        """Close a file whose connection may be of no more use."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self) -> None:
        """Read what is known about every series, and drop what does not agree with the candles."""
        file = self._opened()
        self._series = {entry.series.key: entry for entry in tables.all_series(file)}
        self._doubtful |= set(self._series)
        self._coverage = tables.coverage(file)
        stored = tables.counts(file, list(self._series.values()))
        for entry in self._series.values():
            said = self._coverage.get(entry.id, ())
            if stored.get(entry.id, 0) == sum(covered.rows for covered in said):
                continue
            findings = cache_repair.compare(file, entry, said)
            self._mend(file, entry, findings)
            imported = entry.series.key.source == IMPORTED
            back = "made again from the kept file" if imported else "fetched again when needed"
            self.notice = self.notice or (
                f"Some stored candles of {entry.series.key.symbol} were not whole; they are {back}."
            )
