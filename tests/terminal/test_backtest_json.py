"""`backtest --json`: one strict object, the same numbers as the engine's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.candle_file import START, rows, write_csv, write_parquet
from support.sample import sample_candles
from support.strategy_file import write_strategy

from app.data.candle_files import read_candles
from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.engine.version import ENGINE_VERSION
from app.market.instrument import Instrument
from app.market.timeframe import DAY_MS, HOUR_MS, Timeframe
from app.strategy import codec
from app.strategy.revision import document_hash, logic_hash
from app.strategy.templates import template

RUN = (
    *("strategy", "revision", "logic_hash", "instrument", "timeframe", "range", "dataset", "assumptions"),
    *("fill_model", "engine_version", "result_hash", "pending"),
)
METRICS = (
    *("total_return", "cagr", "max_drawdown", "max_drawdown_duration_ms", "volatility", "sharpe", "sortino", "calmar"),
    *("exposure", "trades", "win_rate", "profit_factor", "expectancy", "average_r", "average_win", "average_loss"),
    *("best_trade", "worst_trade", "average_bars_held", "longest_losing_streak", "fees_paid", "slippage_paid"),
    "buy_and_hold_return",
)
COUNTS = (
    *("conflicts", "ambiguous", "zero_size", "no_level", "incomplete_bars", "pending_orders", "warmup_bars"),
    "liquidations",
)
TRADE = (
    *("side", "entry_time", "exit_time", "entry_price", "exit_price", "units", "fees", "slippage", "exit_reason"),
    *("pnl", "return", "r_multiple", "mae", "mfe", "bars_held", "ambiguous"),
)


@pytest.fixture(scope="module")
def hourly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of 60 days of hours with a rising price."""
    return write_parquet(tmp_path_factory.mktemp("candles") / "hours.parquet", rows(60 * 24, HOUR_MS))


def trade_values(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {("return_" if name == "return" else name): value for name, value in row.items()} for row in found["trades"]
    ]


def test_the_object_has_the_names_of_rule_24_in_their_order(blockbuilders: Any) -> None:
    answer = blockbuilders("backtest", "rsi_dip", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1
    assert answer.out.isascii()
    found = answer.json()
    assert tuple(found) == ("run", "metrics", "counts", "trades")
    assert tuple(found["run"]) == RUN
    assert tuple(found["metrics"]) == METRICS
    assert tuple(found["counts"]) == COUNTS
    assert found["trades"]
    assert all(tuple(trade) == TRADE for trade in found["trades"])


def test_the_numbers_are_the_engines_to_the_last_bit(blockbuilders: Any) -> None:
    found = blockbuilders("backtest", "donchian_breakout", "--json", "--equity").json()
    strategy = template("donchian_breakout").strategy
    result = backtest(
        strategy, sample_candles("RIVER/USD"), instrument=Instrument("RIVER/USD", "sample", price_step=0.01)
    )
    assert found["metrics"] == dict(result.metrics)
    assert found["counts"] == dict(result.counts)
    trades = [*result.trades, *([result.open_trade] if result.open_trade else [])]
    assert trade_values(found) == [vars(trade) for trade in trades]
    assert found["equity"] == [
        list(pair) for pair in zip(result.bars.time.tolist(), result.equity.tolist(), strict=True)
    ]
    run = found["run"]
    assert run["result_hash"] == result.result_hash
    assert (run["revision"], run["logic_hash"]) == (document_hash(strategy), logic_hash(strategy))
    assert run["engine_version"] == ENGINE_VERSION
    assert run["dataset"]["fingerprint"] == result.dataset.fingerprint
    assert run["dataset"]["count"] == result.dataset.count
    assert run["range"] == {"from": result.start, "to": result.end, "bars": len(result.bars)}


def test_the_sample_market_says_that_it_is_synthetic(blockbuilders: Any, tmp_path: Path) -> None:
    for strategy in ("rsi_dip", write_strategy(tmp_path / "own.json")):
        run = blockbuilders("backtest", strategy, "--json").json()["run"]
        assert run["instrument"] == {"symbol": "RIVER/USD", "exchange": "sample"}
        assert run["dataset"]["source"] == "synthetic sample market"
        assert run["dataset"]["synthetic"] is True


def test_a_sample_instrument_is_chosen_by_its_symbol(blockbuilders: Any) -> None:
    run = blockbuilders("backtest", "rsi_dip", "--sample", "storm/usd", "--json").json()["run"]
    assert run["instrument"]["symbol"] == "STORM/USD"
    answer = blockbuilders("backtest", "rsi_dip", "--sample", "RIVR/USD")
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean RIVER/USD?" in answer.err


def test_a_run_on_a_file_is_named_after_the_file(blockbuilders: Any, tmp_path: Path, hourly: Path) -> None:
    run = blockbuilders("backtest", write_strategy(tmp_path / "own.json"), "--candles", hourly, "--json").json()["run"]
    assert run["instrument"] == {"symbol": "hours", "exchange": "file"}
    assert run["dataset"]["source"] == "candles from hours.parquet"
    assert run["dataset"]["synthetic"] is False
    run = blockbuilders("backtest", "rsi_dip", "--candles", hourly, "--json").json()["run"]
    assert run["instrument"] == {"symbol": "hours", "exchange": "file"}


def test_csv_and_parquet_of_the_same_candles_give_the_same_result(
    blockbuilders: Any, tmp_path: Path, hourly: Path
) -> None:
    own = write_strategy(tmp_path / "own.json")
    csv = write_csv(tmp_path / "hours.csv", rows(60 * 24, HOUR_MS))
    one, other = (blockbuilders("backtest", own, "--candles", file, "--json").json() for file in (hourly, csv))
    assert one["run"]["result_hash"] == other["run"]["result_hash"]
    assert one["metrics"] == other["metrics"]


def test_the_same_command_gives_the_same_text(blockbuilders: Any) -> None:
    typed = ("backtest", "macd_momentum", "--json", "--equity")
    assert blockbuilders(*typed).out == blockbuilders(*typed).out


def test_the_open_trade_comes_last_without_an_exit(blockbuilders: Any, tmp_path: Path, hourly: Path) -> None:
    found = blockbuilders("backtest", write_strategy(tmp_path / "s.json"), "--candles", hourly, "--json").json()
    (trade,) = found["trades"]
    assert (trade["exit_time"], trade["exit_price"], trade["exit_reason"]) == (None, None, None)
    assert trade["entry_time"] == START + HOUR_MS
    assert found["metrics"]["trades"] == 0
    assert found["metrics"]["win_rate"] is None


def test_an_order_decided_on_the_last_bar_is_pending(blockbuilders: Any, tmp_path: Path) -> None:
    one = write_csv(tmp_path / "one.csv", rows(60))
    found = blockbuilders("backtest", write_strategy(tmp_path / "s.json"), "--candles", one, "--json").json()
    assert found["run"]["range"]["bars"] == 1
    assert found["counts"]["pending_orders"] == 1
    assert found["run"]["pending"] == "Go long at the next open"
    assert found["trades"] == []


@pytest.mark.parametrize(
    ("start", "end", "bars"),
    [
        ("2024-01-05", "2024-01-08", 72),
        ("2024-01-05T06:00", "2024-01-05T09:00", 3),
        ("2024-01-05T06:00:00Z", "2024-01-05T09:30:00+00:00", 3),
        ("2024-01-05T06:00:00+02:00", "2024-01-05T09:00:00+02:00", 3),
        ("2023-01-01", "2024-01-02", 24),
        ("2024-02-28", "2030-01-01", 48),
    ],
)
def test_a_range_holds_the_bars_wholly_inside_it(
    blockbuilders: Any, tmp_path: Path, hourly: Path, start: str, end: str, bars: int
) -> None:
    own = write_strategy(tmp_path / "own.json")
    found = blockbuilders(
        "backtest", own, "--candles", hourly, "--from", start, "--to", end, "--json", "--equity"
    ).json()
    assert found["run"]["range"]["bars"] == bars == len(found["equity"])


def test_a_range_is_half_open(blockbuilders: Any, tmp_path: Path, hourly: Path) -> None:
    typed = ("backtest", write_strategy(tmp_path / "own.json"), "--candles", hourly, "--json")
    span = blockbuilders(*typed, "--from", "2024-01-05", "--to", "2024-01-06").json()["run"]["range"]
    assert (span["from"], span["to"]) == (START + 4 * DAY_MS, START + 5 * DAY_MS)


def test_earlier_candles_settle_the_indicators(blockbuilders: Any) -> None:
    typed = ("backtest", "rsi_dip", "--json")
    assert blockbuilders(*typed).json()["counts"]["warmup_bars"] == 0
    assert blockbuilders(*typed, "--from", "2025-01-01").json()["counts"]["warmup_bars"] >= 1000


def test_another_timeframe_is_another_strategy(blockbuilders: Any) -> None:
    run = blockbuilders("backtest", "rsi_dip", "--timeframe", "4h", "--json").json()["run"]
    assert run["timeframe"] == "4h"
    assert run["range"]["bars"] == 731 * 6
    own = blockbuilders("backtest", "rsi_dip", "--json").json()["run"]
    assert run["logic_hash"] != own["logic_hash"]
    assert run["revision"] != own["revision"]


@pytest.mark.parametrize("fill_model", ["minute", "bar"])
def test_assumptions_reach_the_engine(blockbuilders: Any, fill_model: str) -> None:
    options = ("--capital", 2500, "--fee", 0.002, "--slippage", "0.001", "--fill-model", fill_model)
    found = blockbuilders("backtest", "rsi_long_short", *options, "--json").json()
    result = backtest(
        template("rsi_long_short").strategy,
        sample_candles("RIVER/USD"),
        Assumptions(2500.0, 0.002, 0.001, "minute" if fill_model == "minute" else "bar"),
        instrument=Instrument("RIVER/USD", "sample"),
    )
    assert found["run"]["assumptions"] == {"capital": 2500.0, "fee_rate": 0.002, "slippage_rate": 0.001}
    assert found["run"]["fill_model"] == fill_model
    assert found["metrics"] == dict(result.metrics)


def test_what_cannot_be_computed_is_null(blockbuilders: Any, tmp_path: Path) -> None:
    short = write_csv(tmp_path / "short.csv", rows(120))
    metrics = blockbuilders("backtest", "golden_cross", "--timeframe", "1h", "--candles", short, "--json").json()[
        "metrics"
    ]
    for name in ("cagr", "sharpe", "win_rate", "profit_factor", "average_r", "best_trade"):
        assert metrics[name] is None


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        ("bitfinex_BTCUSD_1m_2018", "donchian_breakout"),
        ("bitfinex_ETHUSD_1m_2019", "rsi_long_short"),
        ("histdata_EURUSD_1m_2017-01_2017-04", "bollinger_reversion"),
        ("mt5_XAUUSD_1m_2026-03_2026-05", "rsi_long_short"),
        ("oanda_XAUUSD_1h_2015_2019", "rsi_dip"),
    ],
)
def test_real_candles_give_the_stated_object(blockbuilders: Any, shared_data: Path, name: str, strategy: str) -> None:
    file = shared_data / f"{name}.parquet"
    found = blockbuilders("backtest", strategy, "--candles", file, "--json", "--equity").json()
    result = backtest(template(strategy).strategy, read_candles(file), instrument=Instrument(name, "file"))
    assert found["run"]["result_hash"] == result.result_hash
    assert found["run"]["dataset"]["fingerprint"] == read_candles(file).rows(0, result.dataset.count).fingerprint()
    assert len(found["trades"]) == len(result.trades) + (result.open_trade is not None)
    assert len(found["trades"]) > 5
    closed = sum(trade["pnl"] for trade in found["trades"])
    assert found["equity"][-1][1] - 10_000 == pytest.approx(closed, abs=1e-4)


def test_a_template_file_gives_the_result_of_the_template(blockbuilders: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(codec.write(template("ema_pullback").strategy))
    one, other = (blockbuilders("backtest", name, "--json").out for name in ("ema_pullback", file))
    assert one == other
    assert Timeframe.parse("1h") == template("ema_pullback").strategy.timeframe


@pytest.mark.parametrize(
    ("typed", "rate"), [("0.1%", 0.001), ("0.07 %", 0.0007), (" 1% ", 0.01), ("5%", 0.05), ("0%", 0.0), ("0.02", 0.02)]
)
def test_fee_and_slippage_may_be_typed_in_percent(blockbuilders: Any, typed: str, rate: float) -> None:
    options = ("--from", "2025-05-01", "--to", "2025-05-10", "--json")
    run = blockbuilders("backtest", "rsi_dip", "--fee", typed, "--slippage", typed, *options).json()["run"]
    assert (run["assumptions"]["fee_rate"], run["assumptions"]["slippage_rate"]) == (rate, rate)


@pytest.mark.parametrize("typed", ["%", "a%", "1%%", "nan%", "snan%", "1e999999999999999999%", "6%"])
def test_a_percentage_that_is_no_rate_is_refused(blockbuilders: Any, typed: str) -> None:
    answer = blockbuilders("backtest", "rsi_dip", "--fee", typed)
    assert (answer.code, answer.out) == (2, "")
    assert "is not a rate; write 0.001 or 0.1%" in answer.err or "must be between 0 and 5 %" in answer.err
