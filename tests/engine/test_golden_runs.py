"""Templates on real candles give the very runs that are stored in tests/golden/runs.json.

Only hashes and figures are stored, no candles. A run that differs while its template is the same means another result
for every trader: where that is meant, ENGINE_VERSION is raised and the file is written again with

    BLOCKBUILDERS_WRITE_GOLDEN_RUNS=1 .venv/bin/pytest tests/engine/test_golden_runs.py
"""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from app.data.candle_files import read_candles
from app.engine.assumptions import Assumptions, FillModel
from app.engine.backtest import backtest
from app.engine.version import ENGINE_VERSION
from app.market.candles import Candles
from app.strategy.templates import template

STORED = Path(__file__).parents[1] / "golden" / "runs.json"
WRITE = "BLOCKBUILDERS_WRITE_GOLDEN_RUNS"


@dataclass(frozen=True)
class Run:
    """A template over a whole file of real candles."""

    template: str
    file: str
    fill_model: FillModel

    @property
    def name(self) -> str:
        return f"{self.template} {self.file} {self.fill_model}"


RUNS = (
    Run("rsi_dip", "bitfinex_BTCUSD_1m_2018", "minute"),
    Run("rsi_long_short", "bitfinex_BTCUSD_1m_2018", "bar"),
    Run("ema_pullback", "bitfinex_ETHUSD_1m_2019", "minute"),
    Run("macd_momentum", "bitfinex_ETHUSD_1m_2019", "bar"),
    Run("bollinger_reversion", "histdata_EURUSD_1m_2017-01_2017-04", "minute"),
    Run("volatility_stop_trend", "mt5_XAUUSD_1m_2026-03_2026-05", "minute"),
    Run("donchian_breakout", "binance_BTCUSDT_1h_2017-08_2022-12", "minute"),
    Run("supertrend_follower", "binance_BTCUSDT_1h_2017-08_2022-12", "bar"),
    Run("volatility_stop_trend", "bitfinex_BTCUSD_1m_2019", "minute"),
    Run("bollinger_reversion", "bitfinex_LTCUSD_1m_2014", "bar"),
    Run("ema_pullback", "binance_BTCUSDT_1m_2024-12", "minute"),
    Run("ema_pullback", "binance_BTCUSDT_15m_2024-12", "minute"),
    Run("rsi_long_short", "binance_um_NEARUSDT_1m_2026-02", "minute"),
    Run("bollinger_breakout", "binance_um_LTCUSDT_1m_2026-02", "minute"),
    Run("supertrend_follower", "binance_um_DOTUSDT_1m_2026-02", "minute"),
    Run("bollinger_reversion", "binance_ETH_BTC_5m_2018-01", "minute"),
    Run("rsi_long_short", "binance_ADA_BTC_5m_2018-01", "minute"),
    Run("bollinger_reversion", "oanda_EURUSD_1m_2014-05", "minute"),
    Run("golden_cross", "oanda_XAUUSD_1h_2015_2019", "minute"),
)


# Runs on one file stand beside each other, so one file at a time is kept.
@functools.lru_cache(maxsize=1)
def candles_of(file: Path) -> Candles:
    return read_candles(file)


def outcome(run: Run, folder: Path) -> dict[str, str | int]:
    """Return what is stored of a run; the equity as text, to the last bit."""
    candles = candles_of(folder / f"{run.file}.parquet")
    result = backtest(template(run.template).strategy, candles, Assumptions(fill_model=run.fill_model))
    return {
        "engine_version": ENGINE_VERSION,
        "result_hash": result.result_hash,
        "trades": len(result.trades),
        "final_equity": repr(float(result.equity[-1])),
    }


def write(folder: Path) -> None:
    """Run everything and store what came out in place of what was stored."""
    outcomes = {run.name: outcome(run, folder) for run in RUNS}
    STORED.write_text(json.dumps(outcomes, indent=2) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def stored(shared_data: Path) -> dict[str, dict[str, str | int]]:
    if os.environ.get(WRITE):
        write(shared_data)
    return json.loads(STORED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_template_on_real_candles_gives_the_run_that_is_stored(
    shared_data: Path, stored: dict[str, dict[str, str | int]], run: Run
) -> None:
    assert outcome(run, shared_data) == stored[run.name], "if meant, raise ENGINE_VERSION and write the file again"


def test_every_file_of_real_candles_has_a_run(shared_data: Path) -> None:
    assert {path.stem for path in shared_data.glob("*.parquet")} <= {run.file for run in RUNS}


def test_what_is_stored_has_trades_of_both_fill_models_and_nothing_besides_the_runs() -> None:
    outcomes = json.loads(STORED.read_text(encoding="utf-8"))
    assert list(outcomes) == [run.name for run in RUNS]
    assert {run.fill_model for run in RUNS} == set(get_args(FillModel))
    assert all(found["trades"] > 0 for found in outcomes.values())
