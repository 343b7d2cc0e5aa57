"""What it means that the engine and the reference agree (rule 20)."""

from __future__ import annotations

import math

from support import reference

from app.engine.backtest import BacktestResult
from app.engine.result import Trade

EXACT = ("side", "entry_time", "exit_time", "exit_reason", "bars_held", "ambiguous")
MONEY = ("entry_price", "exit_price", "units", "fees", "slippage", "pnl", "return_", "mae", "mfe", "r_multiple")
WHOLE = ("trades", "longest_losing_streak", "max_drawdown_duration_ms")
IN_QUOTE = ("expectancy", "average_win", "average_loss", "best_trade", "worst_trade")


def close(found: float | None, expected: float | None, scale: float = 1.0) -> bool:
    """Compare to 1e-9 relative; `scale` is the size of what was subtracted where a value is a difference."""
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9 * scale)


def assert_same_trade(found: Trade, expected: reference.Trade, capital: float) -> None:
    for name in EXACT:
        assert getattr(found, name) == getattr(expected, name), name
    for name in MONEY:
        scale = capital if name == "pnl" else 1.0
        assert close(getattr(found, name), getattr(expected, name), scale), name


def assert_same_result(found: BacktestResult, expected: reference.Result) -> None:
    """Compare times, sides, reasons and counts exactly, money to 1e-9."""
    capital = found.assumptions.capital
    assert found.bars.time.tolist() == [bar.time for bar in expected.bars]
    for name in ("open", "high", "low", "close"):
        assert getattr(found.bars, name).tolist() == [getattr(bar, name) for bar in expected.bars]
    assert found.position.tolist() == expected.position
    assert dict(found.counts) == expected.counts
    assert len(found.trades) == len(expected.trades)
    for one, other in zip(found.trades, expected.trades, strict=True):
        assert_same_trade(one, other, capital)
    assert (found.open_trade is None) == (expected.open_trade is None)
    if found.open_trade is not None and expected.open_trade is not None:
        assert_same_trade(found.open_trade, expected.open_trade, capital)
    for one, other in zip(found.equity.tolist(), expected.equity, strict=True):
        assert close(one, other, capital)
    assert list(found.metrics) == list(expected.metrics)
    for name, value in expected.metrics.items():
        if name in WHOLE:
            assert found.metrics[name] == value, name
        else:
            assert close(found.metrics[name], value, capital if name in IN_QUOTE else 1.0), name
