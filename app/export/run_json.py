"""A completed run as one object for other programs, with the names of rule 24."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.engine.completed import TRADES, CompletedRun
from app.engine.position import EXIT_REASONS, LONG
from app.engine.result import Trade
from app.strategy.revision import document_hash, logic_hash

TRADE_NAMES = tuple(name.removesuffix("_") for name in TRADES.names or ())


def run_object(run: CompletedRun, source: str, *, equity: bool = False) -> dict[str, Any]:
    """Return the run as plain values; times are UTC ms, what is absent is None.

    `source` says in words where the candles are from.
    """
    found: dict[str, Any] = {
        "run": _run(run, source),
        "metrics": dict(run.metrics),
        "counts": dict(run.counts),
        "trades": [dict(zip(TRADE_NAMES, values, strict=True)) for values in trade_values(run)],
    }
    if equity:
        found["equity"] = list(zip(run.bars.time.tolist(), run.equity.tolist(), strict=True))
    return found


def trade_values(run: CompletedRun) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each trade in the order of TRADE_NAMES, the open one last, with no exit."""
    rows = run.trades
    columns = {name: rows[name].tolist() for name in rows.dtype.names or ()}
    columns["side"] = ["long" if side == LONG else "short" for side in columns["side"]]
    columns["exit_reason"] = [EXIT_REASONS[reason] for reason in columns["exit_reason"]]
    columns["r_multiple"] = [None if multiple != multiple else multiple for multiple in columns["r_multiple"]]
    yield from zip(*columns.values(), strict=True)
    if run.open_trade is not None:
        yield _open(run.open_trade)


def is_synthetic(run: CompletedRun) -> bool:
    """Return whether the prices are made up: those of the sample market."""
    return run.instrument.exchange == "sample"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return strict JSON in ASCII: any program can read it and any terminal print it."""
    try:
        return json.dumps(value, allow_nan=False, indent=indent)
    except ValueError:
        # Rare, so nothing is copied before it is known to be needed.
        return json.dumps(_finite(value), allow_nan=False, indent=indent)


def json_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the object as lines for a file, with a line for each entry of a list, such as a trade."""
    yield "{"
    for place, (name, value) in enumerate(found.items()):
        yield f"{',' if place else ''}\n {json_text(name)}: "
        if isinstance(value, list) and value:
            yield "["
            for row, each in enumerate(value):
                yield f"{',' if row else ''}\n  {json_text(each)}"
            yield "\n ]"
        else:
            yield json_text(value, indent=1).replace("\n", "\n ")
    yield "\n}\n"


def _open(trade: Trade) -> tuple[Any, ...]:
    return tuple(asdict(trade)[name] for name in TRADES.names or ())


def _run(run: CompletedRun, source: str) -> dict[str, Any]:
    strategy, instrument = run.strategy, run.instrument
    return {
        "strategy": strategy.name,
        "revision": document_hash(strategy),
        "logic_hash": logic_hash(strategy),
        "instrument": {"symbol": instrument.symbol, "exchange": instrument.exchange},
        "timeframe": str(strategy.timeframe),
        "range": {"from": run.start, "to": run.end, "bars": len(run.bars)},
        "dataset": {**asdict(run.dataset), "source": source, "synthetic": is_synthetic(run)},
        "assumptions": {
            "capital": run.assumptions.capital,
            "fee_rate": run.assumptions.fee_rate,
            "slippage_rate": run.assumptions.slippage_rate,
        },
        "fill_model": run.assumptions.fill_model,
        "engine_version": run.engine_version,
        "result_hash": run.result_hash,
        "pending": run.pending,
    }


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
