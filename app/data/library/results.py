"""A completed run as rows, and back, so that it is the same to the last bit or said to be damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from app.data.library.curves import Curves
from app.data.library.failures import LibraryDamaged
from app.data.library.packing import Column, digest, dtype_of, dtype_text, pack, unpack
from app.data.library.records import RunOverview
from app.data.library.run_rows import FIGURES, summary_of
from app.engine.completed import CompletedRun
from app.engine.result import Dataset, Trade
from app.market.candles import COLUMNS, Candles
from app.market.instrument import Instrument
from app.strategy.document import Strategy

SPARKLINE, PREVIEW = 40, 1_000
PREVIEW_ROW = np.dtype([("time", "<i8"), ("equity", "<f8"), ("close", "<f8")])
BARS, CURVES = ("time", *COLUMNS), ("equity", "position")

# What a seal covers of the row of a run: all that is settled once it is completed.
_SEALED = (
    *("strategy_id", "revision_id", "strategy_name", "symbol", "exchange", "timeframe", "logic_hash", "asked_ms"),
    *("started_ms", "finished_ms", "asked_start_ms", "asked_end_ms", "asked_days", "start_ms", "end_ms"),
    *("capital", "fee_rate", "slippage_rate", "fill_model", "engine_version", "dataset_fingerprint"),
    *("dataset_first_ms", "dataset_end_ms", "result_hash", *FIGURES),
)


def columns_of(run: CompletedRun) -> dict[str, Column]:
    """Return the long columns of a run by name, and the preview of it."""
    bars = {name: getattr(run.bars, name) for name in BARS}
    return bars | {"equity": run.equity, "position": run.position, "preview": preview(run)}


def preview(run: CompletedRun) -> Column:
    """Return time, equity and close of bars spread evenly over a run, the first and the last among them."""
    at = _spread(len(run.bars), PREVIEW)
    rows = np.empty(len(at), PREVIEW_ROW)
    rows["time"], rows["equity"], rows["close"] = run.bars.time[at], run.equity[at], run.bars.close[at]
    return rows


def figures_of(run: CompletedRun) -> dict[str, Any]:
    """Return what the row of a run says about its result."""
    return {
        "start_ms": run.start,
        "end_ms": run.end,
        "engine_version": run.engine_version,
        "dataset_fingerprint": run.dataset.fingerprint,
        "dataset_first_ms": run.dataset.first,
        "dataset_end_ms": run.dataset.end,
        "result_hash": run.result_hash,
        **{name: run.metrics.get(name) for name in FIGURES},
        "sparkline": run.equity[_spread(len(run.equity), SPARKLINE)].astype("<f4").tobytes(),
    }


def content_of(
    run: CompletedRun, hashes: Mapping[str, str], libraries: Mapping[str, str], quality: Mapping[str, Any]
) -> str:
    """Return as JSON all of a run but its row, its drawing and its columns of numbers."""
    content = {
        "instrument": asdict(run.instrument),
        "dataset": asdict(run.dataset),
        "metrics": {name: _plain(value) for name, value in run.metrics.items()},
        "counts": {name: _plain(value) for name, value in run.counts.items()},
        "open_trade": asdict(run.open_trade) if run.open_trade else None,
        "pending": run.pending,
        "settling_bars": run.settling_bars,
        "step_ms": run.bars.step_ms,
        "bars": len(run.bars),
        "columns": dict(hashes),
        "trades": {"dtype": dtype_text(run.trades.dtype), "count": len(run.trades), "hash": digest(run.trades)},
        "libraries": dict(libraries),
        "quality": dict(quality),
    }
    return json.dumps(content, ensure_ascii=False, default=_plain)


def packed_trades(run: CompletedRun) -> bytes:
    """Return the trades of a run as bytes."""
    return pack(run.trades)


def seal(row: Mapping[str, Any], content: str) -> str:
    """Return the SHA-256 over what a completed run was asked, what came of it, and the hashes of all its columns."""
    text = json.dumps([row[name] for name in _SEALED], ensure_ascii=False)
    parts = (b"blockbuilders run 1", text.encode(), row["sparkline"], content.encode())
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def trades_of(row: Any) -> Column:
    """Return the trades in a row of results. Raises ValueError when they are not as they were stored."""
    told = json.loads(row.content)["trades"]
    trades = unpack(row.trades, dtype_of(told["dtype"]), told["count"])
    if digest(trades) != told["hash"]:
        raise ValueError("other trades")
    return trades


def is_as_sealed(run: Any, result: Any) -> bool:
    """Say whether the row of a completed run and that of its result are as they were stored."""
    try:
        trades_of(result)
        return bool(seal(run._mapping, result.content) == result.seal)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def overview_of(run: Any, summary_row: Any, result: Any, strategy: Strategy, curves: Curves) -> RunOverview:
    """Return a run without its long columns. Raises LibraryDamaged."""
    if not is_as_sealed(run, result):
        raise LibraryDamaged(
            f"The record of this run of “{run.strategy_name}” is damaged on the disk. Run it again to have it back."
        )
    content = json.loads(result.content)
    open_trade = content["open_trade"]
    return RunOverview(
        summary=summary_of(summary_row),
        strategy=strategy,
        instrument=Instrument(**content["instrument"]),
        trades=trades_of(result),
        open_trade=Trade(**open_trade) if open_trade else None,
        metrics=content["metrics"],
        counts=content["counts"],
        dataset=Dataset(**content["dataset"]),
        pending=content["pending"],
        settling_bars=content["settling_bars"],
        bars=content["bars"],
        preview=curves.read({"preview": content["columns"]["preview"]})["preview"],
        libraries=content["libraries"],
        quality=content["quality"],
    )


def bars_of(content: Mapping[str, Any], columns: Mapping[str, Column]) -> Candles:
    """Return the bars of a run from its columns."""
    return Candles(step_ms=content["step_ms"], **{name: columns[name] for name in BARS})


def run_of(overview: RunOverview, content: Mapping[str, Any], columns: Mapping[str, Column]) -> CompletedRun:
    """Return a whole run from its parts."""
    summary = overview.summary
    return CompletedRun(
        strategy=overview.strategy,
        instrument=overview.instrument,
        assumptions=summary.assumptions,
        bars=bars_of(content, columns),
        equity=columns["equity"],
        position=columns["position"],
        trades=overview.trades,
        open_trade=overview.open_trade,
        metrics=overview.metrics,
        counts=overview.counts,
        dataset=overview.dataset,
        pending=overview.pending,
        settling_bars=overview.settling_bars,
        result_hash=summary.result_hash or "",
        engine_version=summary.engine_version or 0,
    )


def _spread(count: int, most: int) -> np.ndarray[Any, Any]:
    """Return at most `most` rows of `count`, evenly spread, first and last included."""
    return np.arange(count) if count <= most else np.arange(most) * (count - 1) // (most - 1)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
