"""A kept run again, on the candles it had, so that its block values can be seen or its result be proved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.engine.backtest import Progress, run
from app.engine.completed import CompletedRun
from app.engine.plan import prepare
from app.engine.result import BacktestResult, Dataset
from app.engine.version import ENGINE_VERSION
from app.errors import CandlesUnavailable
from app.jobs.candle_store import CandleStore
from app.jobs.sample_bars import SAMPLE
from app.market.candles import Candles
from app.market.resample import derive

if TYPE_CHECKING:
    from app.data.candle_cache import CandleCache


class NotAsItWas(CandlesUnavailable):
    """The run cannot be repeated; the message says exactly what differs."""


def repeated(
    kept: CompletedRun, made_ms: int, store: CandleStore | None, progress: Progress | None = None
) -> BacktestResult:
    """Return the run made at `made_ms` again, with the values of its blocks; its `result_hash` is the same.

    Raises NotAsItWas when the candles or the engine are not those of the run, and what opening the cache raises.
    """
    candles = _candles(kept.dataset, made_ms, store)
    again = run(
        prepare(kept.strategy),
        derive(candles, kept.strategy.timeframe),
        kept.assumptions,
        instrument=kept.instrument,
        start=kept.start,
        end=kept.end,
        coverage_end=kept.end,
        progress=progress,
    )
    if again.result_hash == kept.result_hash:
        return again
    if kept.engine_version != ENGINE_VERSION:
        raise NotAsItWas(
            f"This run was made by version {kept.engine_version} of the engine and this is version {ENGINE_VERSION}, "
            "which gives another result. What is stored here is the result of that time."
        )
    raise NotAsItWas(
        "The same candles and settings give another result than the one stored, though the engine is the same. "
        "A library may have changed; the run names the versions it was made with."
    )


def _candles(dataset: Dataset, made_ms: int, store: CandleStore | None) -> Candles:
    """Return exactly the base candles of a run. Raises NotAsItWas."""
    found, reason = _stored(dataset, made_ms, store)
    if found is None or len(found) != dataset.count or found.fingerprint() != dataset.fingerprint:
        raise NotAsItWas(reason() or "The candles of this run are not the same any more.")
    return found


def _stored(
    dataset: Dataset, made_ms: int, store: CandleStore | None
) -> tuple[Candles | None, Callable[[], str | None]]:
    """Return the candles there are now for the time of a run, and what says how they differ."""
    if dataset.exchange == SAMPLE:
        from app.data.sample_market import sample_candles

        whole = sample_candles(dataset.symbol)
        inside = (whole.time >= dataset.first) & (whole.time < dataset.end)
        rows = inside.nonzero()[0]
        part = whole.rows(int(rows[0]), int(rows[-1]) + 1) if len(rows) else None
        return part, lambda: "The sample market is made in another way by now."
    if store is None:
        return None, lambda: "The candles of this run are not on this computer."
    cache = store.cache()
    return _read(cache, dataset), lambda: _changed(cache, dataset, made_ms)


def _read(cache: CandleCache, dataset: Dataset) -> Candles | None:
    from app.data.snapshots import series_of_run

    key = series_of_run(cache, dataset)
    return None if key is None else cache.read(key, dataset.first, dataset.end)


def _changed(cache: CandleCache, dataset: Dataset, made_ms: int) -> str | None:
    from app.data.snapshots import data_changed_since

    return data_changed_since(cache, dataset, made_ms)
