"""Rows of the table of runs as the summaries that lists are made of."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from app.data.library.records import RunSummary
from app.data.library.tables import runs
from app.engine.assumptions import Assumptions

# The fields of RunSummary in their order; four columns make up the assumptions.
_BEFORE = (
    *("id", "strategy_id", "revision_id", "strategy_name", "symbol", "exchange", "timeframe", "state", "reason"),
    *("asked_ms", "finished_ms", "start_ms", "end_ms"),
)
_ASSUMPTIONS = ("capital", "fee_rate", "slippage_rate", "fill_model")
FIGURES = (
    *("total_return", "buy_and_hold_return", "max_drawdown", "trades", "win_rate", "profit_factor", "sharpe", "cagr"),
)
_AFTER = (
    *("engine_version", "logic_hash", "dataset_fingerprint", "result_hash", *FIGURES),
    *("sparkline", "pinned", "note", "seen", "again_of", "deleted", "cleaned"),
)
SUMMARY = tuple(runs.c[name] for name in (*_BEFORE, *_ASSUMPTIONS, *_AFTER))
_FIRST, _LAST, _SPARKLINE = len(_BEFORE), len(_BEFORE) + len(_ASSUMPTIONS), _AFTER.index("sparkline")


def summary_of(row: Any) -> RunSummary:
    """Return a row of SUMMARY as what it says."""
    after: tuple[Any, ...] = row[_LAST:]
    sparkline = np.frombuffer(after[_SPARKLINE], "<f4")
    values = (*row[:_FIRST], _assumptions(*row[_FIRST:_LAST]), *after[:_SPARKLINE], sparkline, *after[_SPARKLINE + 1 :])
    return RunSummary(*values)


@lru_cache(maxsize=1_000)
def _assumptions(capital: float, fee_rate: float, slippage_rate: float, fill_model: Any) -> Assumptions:
    return Assumptions(capital, fee_rate, slippage_rate, fill_model)
