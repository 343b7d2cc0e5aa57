"""Long runs: progress, cancelling, and changing over to compiled loops on the way."""

from __future__ import annotations

import numpy as np
import pytest

from app import compiled
from app.engine import backtest as engine
from app.engine.simulate import simulate
from app.errors import Cancelled
from app.market.candles import candles
from app.market.timeframe import Timeframe
from app.strategy import edits, templates

DAYS = 40


def hourly_strategy():
    return edits.set_timeframe(templates.template("rsi_long_short").strategy, Timeframe.parse("1h"))


def minutes():
    steps = np.random.default_rng(7).integers(-3, 4, DAYS * 1440)
    close = 1000.0 + np.cumsum(steps)
    opening = np.concatenate(([1000.0], close[:-1]))
    high, low = np.maximum(opening, close) + 1.0, np.minimum(opening, close) - 1.0
    return candles(np.arange(len(close)) * 60_000, opening, high, low, close, np.ones(len(close)), 60_000)


def test_progress_rises_from_nothing_towards_one():
    shares: list[float] = []
    engine.backtest(hourly_strategy(), minutes(), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.5 < shares[-1] <= 1.0


def test_what_progress_raises_stops_the_run():
    def stop_half_way(share: float) -> None:
        if share > 0.5:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled, match="Stopped"):
        engine.backtest(hourly_strategy(), minutes(), progress=stop_half_way)


def test_a_run_in_many_chunks_with_a_book_that_grows_is_the_same_run(monkeypatch: pytest.MonkeyPatch):
    strategy, market = hourly_strategy(), minutes()
    whole = engine.backtest(strategy, market)
    assert len(whole.trades) > 10
    monkeypatch.setattr(engine, "_CHUNK", 7)
    monkeypatch.setattr(engine, "_BOOK", 2)
    assert engine.backtest(strategy, market).result_hash == whole.result_hash


def test_a_run_that_turns_compiled_half_way_is_the_same_run(monkeypatch: pytest.MonkeyPatch):
    strategy, market = hourly_strategy(), minutes()
    engine.backtest(strategy, market)
    compiled.wait()
    twin = simulate.twin
    if twin is None:
        pytest.skip("loops are not compiled on this machine")
    monkeypatch.setattr(simulate, "twin", None)
    plain = engine.backtest(strategy, market)

    def change_over(share: float) -> None:
        if share > 0.8:
            monkeypatch.setattr(simulate, "twin", twin)

    monkeypatch.setattr(engine, "_CHUNK", 100)
    mixed = engine.backtest(strategy, market, progress=change_over)
    assert simulate.twin is twin
    assert mixed.result_hash == plain.result_hash
