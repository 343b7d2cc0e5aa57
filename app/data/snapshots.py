"""Which candles a run has used, and whether the cache has others by now."""

from __future__ import annotations

from dataclasses import dataclass

from app.data.candle_cache import CandleCache
from app.data.dialects import DIALECTS
from app.data.records import IMPORTED, SeriesKey, Span
from app.data.spans import without
from app.engine.result import Dataset
from app.market.candles import Candles


@dataclass(frozen=True)
class Snapshot:
    """The exact candles of a run: all that a series had in `span` at `taken_ms`, by number and fingerprint.

    A run keeps its own results, so later revisions never change it; they can be told by comparing with this.
    """

    key: SeriesKey
    span: Span
    count: int
    fingerprint: str
    taken_ms: int


def of_run(key: SeriesKey, dataset: Dataset, taken_ms: int) -> Snapshot:
    """Return the snapshot of a run that was made at `taken_ms`, from what the run says about its candles."""
    return Snapshot(key, Span(dataset.first, dataset.end), dataset.count, dataset.fingerprint, taken_ms)


def series_of_run(cache: CandleCache, dataset: Dataset) -> SeriesKey | None:
    """Return the stored series that a run was made on; None when it is not stored, as for files and the sample market.

    Of imports under one name with candles of the same length, it is the one that has candles for that time.
    """
    named = [
        key
        for key in (series.key for series in cache.series())
        if (key.source, key.symbol, key.step_ms) == (dataset.exchange, dataset.symbol, dataset.step_ms)
    ]
    there = [key for key in named if not cache.missing(key, Span(dataset.first, dataset.end))]
    return next(iter(there or named), None)


def data_changed_since(cache: CandleCache, dataset: Dataset, run_ms: int) -> str | None:
    """Return a sentence when the stored candles are not those of a run made at `run_ms`; None when they are the same.

    None also for a run on candles that were never stored: those of a file, or of the sample market.
    """
    key = series_of_run(cache, dataset)
    if key is not None:
        return changed_since(cache, of_run(key, dataset, run_ms))
    if dataset.exchange != IMPORTED and dataset.exchange not in DIALECTS:
        return None
    return f"The {dataset.count:,} candles of this run are not stored here any more."


def take(key: SeriesKey, candles: Candles, *, now_ms: int) -> Snapshot:
    """Return the snapshot of at least one candle of a series, from the first up to the end of the last."""
    span = Span(int(candles.time[0]), candles.end)
    return Snapshot(key, span, len(candles), candles.fingerprint(), now_ms)


def changed_since(cache: CandleCache, snapshot: Snapshot) -> str | None:
    """Return a sentence about how the stored candles differ from those of a run, None when they are the same."""
    now = cache.read(snapshot.key, snapshot.span.start, snapshot.span.end)
    if len(now) == snapshot.count and now.fingerprint() == snapshot.fingerprint:
        return None
    if without(snapshot.span, (covered.span for covered in cache.coverage(snapshot.key))):
        there = f"Only {len(now):,}" if len(now) else "None"
        return f"{there} of the {snapshot.count:,} candles of this run are stored here; fetch the rest to compare."
    return f"The data has changed since this run: {', '.join(_differences(cache, snapshot, len(now)))}."


def _differences(cache: CandleCache, snapshot: Snapshot, count: int) -> list[str]:
    """Return what is different, by the revisions since; a cache that was begun anew has none."""
    since = [one for one in cache.revisions(snapshot.key, snapshot.span) if one.seen_ms >= snapshot.taken_ms]
    gone = {one.time for one in since if one.new is None}
    changed = {one.time for one in since if one.new is not None} - gone
    new = count - snapshot.count + len(gone)
    counted = ((len(changed), "with other values"), (new, "new"), (len(gone), "gone"))
    told = [f"{number:,} {'candle' if number == 1 else 'candles'} {what}" for number, what in counted if number > 0]
    return told or ["some candles have other values"]
