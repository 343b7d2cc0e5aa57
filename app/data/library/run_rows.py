"""Rows of the table of runs as the summaries that lists are made of."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np

from app.data.library.records import RunSummary
from app.data.library.tables import runs
from app.engine.assumptions import Assumptions

FIGURES = (
    *("total_return", "buy_and_hold_return", "max_drawdown", "trades", "win_rate", "profit_factor", "sharpe", "cagr"),
)
_NAMES = tuple(field.name for field in fields(RunSummary))
_ASSUMPTIONS = ("capital", "fee_rate", "slippage_rate", "fill_model")
# A column for each field in its place, the first of the assumptions where they belong, and the rest of them at the end.
SUMMARY = tuple(
    runs.c[name] for name in (*("capital" if name == "assumptions" else name for name in _NAMES), *_ASSUMPTIONS[1:])
)
_CAPITAL, _OTHERS = _NAMES.index("assumptions"), len(_NAMES)


def summary_of(row: Any) -> RunSummary:
    """Return a row of SUMMARY as what it says."""
    values = dict(zip(_NAMES, row, strict=False))
    values["assumptions"] = _assumptions(row[_CAPITAL], *row[_OTHERS:])
    values["sparkline"] = np.frombuffer(values["sparkline"], "<f4")
    # Setting field after field, as the constructor of a frozen class does, takes as long as reading the whole row.
    summary = object.__new__(RunSummary)
    summary.__dict__.update(values)
    return summary


@lru_cache(maxsize=1_000)
def _assumptions(capital: float, fee_rate: float, slippage_rate: float, fill_model: Any) -> Assumptions:
    return Assumptions(capital, fee_rate, slippage_rate, fill_model)
