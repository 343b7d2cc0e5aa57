"""What is stored, how complete it is, and getting rid of it or taking it elsewhere. For a thread of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from app.data.calendar import expected
from app.data.candle_cache import CandleCache
from app.data.candle_export import csv_lines, write_parquet
from app.data.importing.storing import forget
from app.data.quality import NOTHING_LACKING, Lack, lacking, shares
from app.data.records import Series, SeriesKey, Span
from app.data.spans import without
from app.errors import CandlesUnavailable
from app.export.files import replace_file, write_file
from app.jobs.candle_store import CandleStore
from app.jobs.market_bars import IMPORT

CELLS = 120
ENDINGS = (".csv", ".parquet")
_EVER = 2**60


@dataclass(frozen=True)
class Held:
    """What is stored of a series.

    `candles` of the `due` ones are there; `parts` are the shares of equal parts of `span`, None where nothing was
    asked for; `bytes` is its share of the file, about; `not_asked_ms` is the time within `span` that nobody asked for.
    """

    series: Series
    span: Span | None = None
    candles: int = 0
    due: int = 0
    parts: tuple[float | None, ...] = ()
    lack: Lack = NOTHING_LACKING
    last: int | None = None
    bytes: int = 0
    not_asked_ms: int = 0

    @property
    def share(self) -> float:
        """The share that is there, rounded down to a thousandth: only what is complete is 1."""
        return min(1.0, math.floor(1000 * self.candles / self.due) / 1000) if self.due else 1.0


@dataclass(frozen=True)
class Shelves:
    """Everything that is stored, and how many bytes that takes."""

    held: tuple[Held, ...]
    bytes: int

    @property
    def candles(self) -> int:
        """How many candles there are in all."""
        return sum(one.candles for one in self.held)


def look(store: CandleStore) -> Shelves:
    """Return what is stored, series by series. Raises what opening the cache raises."""
    cache = store.cache()
    size = cache.size()
    rows = {one.key: sum(covered.rows for covered in cache.coverage(one.key)) for one in cache.series()}
    each = size / max(sum(rows.values()), 1)
    return Shelves(tuple(_held(cache, one, round(each * rows[one.key])) for one in cache.series()), size)


def look_at(store: CandleStore, key: SeriesKey) -> Held | None:
    """Return what is stored of one series, None where it is not known any more."""
    cache = store.cache()
    series = cache.find(key)
    if series is None:
        return None
    rows = {one.key: sum(covered.rows for covered in cache.coverage(one.key)) for one in cache.series()}
    return _held(cache, series, round(cache.size() * rows[key] / max(sum(rows.values()), 1)))


def delete(store: CandleStore, key: SeriesKey) -> None:
    """Remove a series with everything about it; of an import also the file that was kept."""
    shelf = store.shelf()
    if key.source == IMPORT:
        forget(key, shelf.originals)
    shelf.cache.delete(key)


def export(store: CandleStore, key: SeriesKey, path: Path) -> int:
    """Write all candles of a series to a CSV or Parquet file and return how many. Raises CannotWrite."""
    candles = store.cache().read(key, -_EVER, _EVER)
    if not len(candles):
        raise CandlesUnavailable(f"No candles of {key.symbol} are stored.")
    if path.suffix.lower() == ".parquet":
        replace_file(path, lambda part: write_parquet(candles, part))
    else:
        write_file(path, csv_lines(candles))
    return len(candles)


def _held(cache: CandleCache, series: Series, size: int) -> Held:
    key = series.key
    coverage = cache.coverage(key)
    if not coverage:
        return Held(series)
    whole = Span(coverage[0].span.start, coverage[-1].span.end)
    times = cache.times(key, whole.start, whole.end)
    return Held(
        series,
        whole,
        sum(covered.rows for covered in coverage),
        sum(expected(series.calendar, covered.span, key.step_ms) for covered in coverage),
        shares(cache, key, whole, CELLS),
        lacking(cache, key, whole),
        int(times[-1]) if len(times) else None,
        size,
        sum(part.end - part.start for part in without(whole, (covered.span for covered in coverage))),
    )
