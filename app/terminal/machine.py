"""A result for other programs: one JSON object with the names of rule 24."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from app.engine.result import BacktestResult, Trade
from app.engine.version import ENGINE_VERSION
from app.strategy.revision import document_hash, logic_hash
from app.terminal.sources import Source


def result_object(result: BacktestResult, source: Source, *, equity: bool) -> dict[str, Any]:
    """Return the result as plain values; times are UTC ms, what is absent is None."""
    trades = [*result.trades, *([result.open_trade] if result.open_trade else [])]
    found: dict[str, Any] = {
        "run": _run(result, source),
        "metrics": dict(result.metrics),
        "counts": dict(result.counts),
        "trades": [trade_object(trade) for trade in trades],
    }
    if equity:
        found["equity"] = list(zip(result.bars.time.tolist(), result.equity.tolist(), strict=True))
    return found


def _run(result: BacktestResult, source: Source) -> dict[str, Any]:
    strategy, instrument = result.strategy, source.instrument
    return {
        "strategy": strategy.name,
        "revision": document_hash(strategy),
        "logic_hash": logic_hash(strategy),
        "instrument": {"symbol": instrument.symbol, "exchange": instrument.exchange},
        "timeframe": str(strategy.timeframe),
        "range": {"from": result.start, "to": result.end, "bars": len(result.bars)},
        "dataset": {**asdict(result.dataset), "source": source.label, "synthetic": source.synthetic},
        "assumptions": {
            "capital": result.assumptions.capital,
            "fee_rate": result.assumptions.fee_rate,
            "slippage_rate": result.assumptions.slippage_rate,
        },
        "fill_model": result.assumptions.fill_model,
        "engine_version": ENGINE_VERSION,
        "result_hash": result.result_hash,
        "pending": result.pending,
    }


def trade_object(trade: Trade) -> dict[str, Any]:
    """Return a trade with the names that other programs know."""
    return {name.removesuffix("_"): value for name, value in asdict(trade).items()}


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return strict JSON in ASCII: any program can read it and any terminal print it."""
    return json.dumps(_finite(value), allow_nan=False, indent=indent)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
