"""What people read after a backtest."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.candle_file import START, Row, rows, write_csv
from support.sample import sample_candles
from support.strategy_file import always_long, write_strategy

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.export.curves import drawable
from app.market.instrument import Instrument
from app.market.timeframe import HOUR_MS, MINUTE_MS
from app.results import numbers
from app.strategy.templates import all_templates, template
from app.terminal import screen
from app.terminal.chart import two_curves
from app.terminal.report import report
from app.terminal.sources import Source


def own(tmp_path: Path, lines: list[Row], **changes: Any) -> tuple[object, ...]:
    """Return what to type for a strategy and candles of one's own."""
    strategy = write_strategy(tmp_path / "own.json", always_long(**changes))
    return ("backtest", strategy, "--candles", write_csv(tmp_path / "own.csv", lines))


def test_without_arguments_the_example_runs_and_says_what_to_try_next(blockbuilders: Any) -> None:
    answer = blockbuilders()
    assert (answer.code, answer.err) == (0, "")
    for words in (
        *(
            "built-in example",
            "RSI dip in an uptrend",
            "RIVER/USD",
            "synthetic sample market",
            "These are no real prices",
        ),
        *("Buy (enter long) when", "─ strategy ", "· buy and hold +", "Win rate", "Last 6 of", "Fees paid", "Try next"),
        "A simulation of the past, not a promise.",
    ):
        assert words in answer.out, words


def test_missing_candles_are_told_in_the_report_and_in_the_page(blockbuilders: Any, tmp_path: Path) -> None:
    told = re.compile(r"477 of 1,052,640 candles of the range are missing \(0\.05 %\)")
    answer = blockbuilders("backtest", "rsi_dip", "--sample", "STORM/USD", "--out", tmp_path / "out")
    assert told.search(" ".join(answer.out.split()))
    assert told.search((tmp_path / "out" / "report.html").read_text())
    of_a_file = blockbuilders(*own(tmp_path, [*rows(3), *rows(3, start=START + 9 * MINUTE_MS)]))
    assert "candles of the range are missing" not in of_a_file.out


def test_the_example_has_a_name_and_needs_no_window_even_where_there_is_a_screen(
    blockbuilders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = blockbuilders().out
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert blockbuilders("example").out == plain


def test_the_commands_to_try_next_work(blockbuilders: Any) -> None:
    lines = blockbuilders().out.split("Try next")[1].splitlines()
    commands = [line.split()[1:] for line in lines if re.match(r" {4}\S", line)]
    assert len(commands) == 3
    for command in commands:
        assert blockbuilders(*command).code == 0


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_report_fits_the_terminal(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for each in all_templates():
        out = blockbuilders("backtest", each.id).out
        assert max(map(len, out.splitlines())) <= min(columns, 100)
        assert "\x1b" not in out


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("capital", ["2e9", "1e15"])
def test_no_figure_is_cut_however_long_it_is(
    blockbuilders: Any, monkeypatch: pytest.MonkeyPatch, columns: int, capital: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = blockbuilders("backtest", "rsi_dip", "--capital", capital).out
    assert max(map(len, out.splitlines())) <= columns
    metrics = blockbuilders("backtest", "rsi_dip", "--capital", capital, "--json").json()["metrics"]
    for name in ("fees_paid", "slippage_paid", "best_trade", "worst_trade", "average_win", "average_loss"):
        assert numbers.money(metrics[name]) in out, name
    assert out.count("…") == 0


def test_figures_are_those_of_the_engine(blockbuilders: Any) -> None:
    metrics = blockbuilders("backtest", "rsi_dip", "--json").json()["metrics"]
    out = blockbuilders("backtest", "rsi_dip").out
    for name, text in (
        ("Total return", f"{metrics['total_return'] * 100:+.1f} %"),
        ("Max drawdown", f"{metrics['max_drawdown'] * 100:.1f} %"),
        ("Sharpe", f"{metrics['sharpe']:.2f}"),
        ("Trades", str(metrics["trades"])),
        ("Win rate", f"{metrics['win_rate'] * 100:.1f} %"),
        ("Profit factor", f"{metrics['profit_factor']:.2f}"),
        ("Fees paid", f"{metrics['fees_paid']:,.2f}"),
        ("Longest drawdown", f"{metrics['max_drawdown_duration_ms'] / 86_400_000:.0f} days"),
    ):
        assert re.search(rf"{name} +{re.escape(text)}(  |$)", out, re.MULTILINE), name


def test_what_cannot_be_computed_is_a_dash(blockbuilders: Any, tmp_path: Path) -> None:
    out = blockbuilders(*own(tmp_path, rows(50, HOUR_MS))).out
    for name in ("Sharpe", "CAGR", "Win rate", "Profit factor", "Average R"):
        assert re.search(rf"{name} +–", out), name


def test_assumptions_stand_beside_the_result(blockbuilders: Any) -> None:
    out = " ".join(blockbuilders("backtest", "rsi_dip", "--fee", 0.003, "--fill-model", "bar").out.split())
    for sentence in Assumptions(fee_rate=0.003, fill_model="bar").describe():
        assert sentence in out


def test_buy_and_hold_is_compared_and_said_when_it_won(blockbuilders: Any, tmp_path: Path) -> None:
    out = blockbuilders("backtest", "rsi_dip").out
    assert "Buying and holding gave more:" in out
    falling = [(START + place * HOUR_MS, *[200.0 - place] * 4, 1.0) for place in range(100)]
    strategy = always_long(blocks=always_long()["blocks"][:2], wires=always_long()["wires"][:1])
    assert "Buying and holding gave more" not in blockbuilders(*own(tmp_path, falling, **strategy)).out


def test_few_trades_and_no_trades_are_said(blockbuilders: Any, tmp_path: Path) -> None:
    out = blockbuilders("backtest", "rsi_dip", "--from", "2025-06-01").out
    assert re.search(r"Only \d+ closed trades: too few to tell skill from luck", out)
    blocks = always_long()["blocks"]
    blocks[1] = {"id": "greater_1", "kind": "greater", "params": {"value": 1e6}}
    out = blockbuilders(*own(tmp_path, rows(50, HOUR_MS), blocks=blocks)).out
    assert "No entry condition was true on any bar of the range." in " ".join(out.split())
    assert "Last" not in out


def test_without_a_trade_the_conditions_are_counted_one_after_another(blockbuilders: Any, tmp_path: Path) -> None:
    blocks = [
        {"id": "close_1", "kind": "close"},
        {"id": "vwap_1", "kind": "vwap"},
        {"id": "greater_1", "kind": "greater", "params": {"value": 20.0}},
        {"id": "greater_2", "kind": "greater"},
        {"id": "both_1", "kind": "all_of"},
        {"id": "enter_long_1", "kind": "enter_long"},
    ]
    pairs = ("close_1.value greater_1.left", "close_1.value greater_2.left", "vwap_1.value greater_2.right")
    pairs += ("greater_1.signal both_1.inputs", "greater_2.signal both_1.inputs", "both_1.signal enter_long_1.when")
    wires = [dict(zip(("from", "to"), pair.split(), strict=True)) for pair in pairs]
    # No candle says how much was traded, so that nothing is ever above the VWAP.
    lines = [(*row[:5], None) for row in rows(50, HOUR_MS)]
    out = " ".join(blockbuilders(*own(tmp_path, lines, blocks=blocks, wires=wires)).out.split())
    assert "The funnel of 'enter_long_1': 50 bars; close is above 20: 40; close is above the VWAP" in out
    assert out.index("No trade was made") < out.index("The funnel of") < out.index("An entry condition was unknown")
    assert "An entry condition was unknown on 40 of 50 bars: an indicator warms up there, or lacks a value such" in out


def test_one_lucky_trade_is_said(blockbuilders: Any, tmp_path: Path) -> None:
    prices = [100.0] * 5 + [99.0] * 10 + [300.0] * 10 + [299.0] * 5
    lines: list[Row] = [(START + place * HOUR_MS, *[price] * 4, 1.0) for place, price in enumerate(prices)]
    blocks = [*always_long()["blocks"], {"id": "time_exit_1", "kind": "time_exit", "params": {"bars": 3}}]
    out = " ".join(blockbuilders(*own(tmp_path, lines, blocks=blocks)).out.split())
    assert re.search(r"Without the best one \(\+[\d,.]+\) the closed trades would give -[\d,.]+ instead of \+", out)


def test_incomplete_bars_ambiguous_exits_and_conflicts_are_counted_in_words(blockbuilders: Any, tmp_path: Path) -> None:
    lines: list[Row] = [
        (START + place * MINUTE_MS, 100.0, 103.0, 97.0, 100.0, 1.0) for place in range(240) if place != 130
    ]
    risk = [
        {"id": "stop_loss_1", "kind": "stop_loss", "params": {"percent": 0.01}},
        {"id": "take_profit_1", "kind": "take_profit", "params": {"percent": 0.01}},
    ]
    out = " ".join(blockbuilders(*own(tmp_path, lines, blocks=[*always_long()["blocks"], *risk])).out.split())
    assert "1 of 4 bars was made although some of its candles are missing." in out
    assert "3 trades (100.0 %) touched stop and target in the same candle; the stop was taken, but nobody knows" in out
    both = [{"id": "enter_short_1", "kind": "enter_short"}]
    wires = [*always_long()["wires"], {"from": "greater_1.signal", "to": "enter_short_1.when"}]
    out = blockbuilders(*own(tmp_path, lines, blocks=[*always_long()["blocks"], *both], wires=wires)).out
    assert "At 4 closes an entry was blocked because another order spoke against it." in " ".join(out.split())


def test_a_drawing_that_does_nothing_yet_runs_and_says_so(blockbuilders: Any, tmp_path: Path) -> None:
    answer = blockbuilders(*own(tmp_path, rows(50, HOUR_MS), blocks=[], wires=[]))
    assert answer.code == 0
    assert "Nothing happens yet: place a block" in answer.out


def test_the_open_position_and_the_pending_order_are_listed(blockbuilders: Any, tmp_path: Path) -> None:
    assert "still open" in blockbuilders(*own(tmp_path, rows(50, HOUR_MS))).out
    out = blockbuilders(*own(tmp_path, rows(1, HOUR_MS)), "--timeframe", "1m").out
    assert "Pending: Go long at the next open." in out


def test_a_short_that_is_liquidated_is_said(blockbuilders: Any, tmp_path: Path) -> None:
    lines: list[Row] = [(START + place * HOUR_MS, *[100.0 * 1.3**place] * 4, 1.0) for place in range(10)]
    blocks = [*always_long()["blocks"][:2], {"id": "enter_short_1", "kind": "enter_short"}]
    wires = [always_long()["wires"][0], {"from": "greater_1.signal", "to": "enter_short_1.when"}]
    out = blockbuilders(*own(tmp_path, lines, blocks=blocks, wires=wires)).out
    assert "1 short was liquidated" in out
    assert "-100.0 %" in out


def test_the_strategy_is_explained_for_the_candles_it_is_tested_on(blockbuilders: Any, tmp_path: Path) -> None:
    out = blockbuilders("backtest", "rsi_dip", "--candles", write_csv(tmp_path / "BTCUSD.csv", rows(300, HOUR_MS))).out
    assert "This strategy trades BTCUSD (from a file) on 1-hour bars." in out
    assert "RIVER" not in out
    assert "synthetic" not in out


def test_an_old_console_gets_plain_signs(monkeypatch: pytest.MonkeyPatch, blockbuilders: Any) -> None:
    import io

    for encoding in ("ascii", "cp437", "cp1252", "utf-8"):
        page = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", page)
        from app.__main__ import main

        assert main([]) == 0
        page.seek(0)
        text = page.read()
        monkeypatch.undo()
        assert "buy and hold" in text
        assert ("─" in text) == (encoding in ("cp437", "utf-8")) or encoding == "cp437"


def test_colour_is_for_terminals_that_want_it(blockbuilders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in blockbuilders("templates").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in blockbuilders("templates").out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b[" not in blockbuilders("templates").out


def test_curves_share_a_scale_and_end_where_they_should() -> None:
    up, flat = np.linspace(100.0, 200.0, 50), np.full(50, 100.0)
    grid, high, low = two_curves(up, flat, width=20, height=5)
    assert (high, low) == (200.0, 100.0)
    assert [len(row) for row in grid] == [20] * 5
    assert grid[0][-1] in "─╭"
    assert grid[4][0] == "─"
    assert grid[4][-1] == "·"
    assert grid[0][0] == " "


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [1.0, 9.0], [3.0, 1.0, 2.0]])
def test_curves_of_any_length_can_be_drawn(values: list[float]) -> None:
    curve = np.array(values)
    grid, high, low = two_curves(curve, curve, width=64, height=9)
    assert (high, low) == (max(values), min(values))
    assert all(any(row[column] != " " for row in grid) for column in range(len(grid[0])))


def test_numbers_for_people() -> None:
    assert [numbers.percent(value, sign=True) for value in (0.1234, -0.5, 0.0, None)] == [
        "+12.3 %",
        "-50.0 %",
        "0.0 %",
        "–",
    ]
    assert [numbers.money(value) for value in (1234.5, None)] == ["1,234.50", "–"]
    large = (999_999_999.99, 12_345_678_901.2, 1e12, -1.25e17, 1e300)
    assert [numbers.money(value, sign=True) for value in large] == [
        *("+999,999,999.99", "+12,345,678,901", "+1.000 trillion", "-125,000.000 trillion", "+1.000e+300"),
    ]
    spans = [numbers.span(ms) for ms in (0, 60_000, 5_400_000, 86_400_000, 120 * 86_400_000, None)]
    assert spans == ["none", "1 minute", "1.5 hours", "1 day", "120 days", "–"]
    assert numbers.moment(START) == "2024-01-01 00:00"
    assert [numbers.count(number, "trade") for number in (0, 1, 2000)] == ["0 trades", "1 trade", "2,000 trades"]


def test_text_from_outside_cannot_steer_a_terminal() -> None:
    assert screen.shown("a\x1b[2J\n\u202eb\udcff漢") == "a?[2J??b?漢"


DRAWN_FOR_BTC = {"symbol": "BTC/USDT", "exchange": "binance"}


def test_a_run_on_a_file_is_named_after_the_file_and_says_what_the_strategy_is_drawn_for(
    blockbuilders: Any, tmp_path: Path
) -> None:
    strategy = write_strategy(tmp_path / "own.json", always_long(**DRAWN_FOR_BTC))
    gold = write_csv(tmp_path / "Gold.csv", rows(50, HOUR_MS))
    out = " ".join(blockbuilders("backtest", strategy, "--candles", gold).out.split())
    assert "Gold on 1h bars" in out
    assert "This strategy trades Gold (from a file)" in out
    first = "• The strategy is drawn for BTC/USDT (Binance); these are candles of Gold, from a file."
    assert f"Before you believe it {first}" in out
    run = blockbuilders("backtest", strategy, "--candles", gold, "--json").json()["run"]
    assert run["instrument"] == {"symbol": "Gold", "exchange": "file"}


@pytest.mark.parametrize(
    ("name", "same"), [("BTCUSDT", True), ("binance_btc-usdt_1h", True), ("BTCUSDTPERP", False), ("BTC_USD", False)]
)
def test_a_file_that_names_the_instrument_raises_no_doubt(
    blockbuilders: Any, tmp_path: Path, name: str, same: bool
) -> None:
    strategy = write_strategy(tmp_path / "own.json", always_long(**DRAWN_FOR_BTC))
    out = blockbuilders("backtest", strategy, "--candles", write_csv(tmp_path / f"{name}.csv", rows(50, HOUR_MS))).out
    assert ("is drawn for" not in out) == same


def test_a_strategy_for_a_real_instrument_on_the_sample_market_says_so_first(
    blockbuilders: Any, tmp_path: Path
) -> None:
    strategy = write_strategy(tmp_path / "own.json", always_long(**DRAWN_FOR_BTC))
    assert (
        "Before you believe it • The strategy is drawn for BTC/USDT (Binance); this is the synthetic sample market. "
        "Add --instrument BTC/USDT --exchange binance for the real one."
    ) in " ".join(blockbuilders("backtest", strategy).out.split())
    assert "is drawn for" not in blockbuilders("backtest", "rsi_dip").out
    strategy = write_strategy(tmp_path / "own.json", always_long(symbol='$(x)"', exchange="binance"))
    assert "Add --instrument" not in blockbuilders("backtest", strategy).out


def test_a_range_that_the_candles_do_not_fill_is_said(blockbuilders: Any, tmp_path: Path) -> None:
    typed = own(tmp_path, rows(50, HOUR_MS))

    def said(*ends: str) -> list[str]:
        out = " ".join(blockbuilders(*typed, *ends).out.split())
        return re.findall(r"The candles (?:begin|end) on [^.]*\.", out)

    assert said("--from", "2020-01-01", "--to", "2030-01-01") == [
        f"The candles begin on {numbers.moment(START)} UTC, later than the range asked for.",
        f"The candles end on {numbers.moment(START + 50 * HOUR_MS)} UTC, before the range asked for does.",
    ]
    whole = (numbers.moment(START), numbers.moment(START + 50 * HOUR_MS))
    assert said("--from", whole[0], "--to", whole[1]) == said() == []


def test_curves_that_are_no_numbers_or_too_far_apart_are_not_drawn() -> None:
    flat = np.full(3, 100.0)
    assert drawable(flat, flat)
    assert drawable(flat, flat * 2)
    for other in ([1.0, np.nan, 2.0], [1.0, np.inf, 2.0], [1.7e308, -1.7e308, 0.0], [100.0, 5e-324, 0.0]):
        assert drawable(flat, np.array(other)) == (other[1] == 5e-324)
    assert not drawable(np.array([0.0, 5e-324]), np.zeros(2))


def test_an_equity_that_is_no_number_leaves_the_chart_out() -> None:
    strategy = template("supertrend_follower").strategy
    result = backtest(strategy, sample_candles("RIVER/USD"), start=1740787200000, end=1748736000000)
    source = Source(result.bars, Instrument("RIVER/USD", "sample"), "made up", True)
    whole = screen.drawn(report(result, source, "", [], 80))
    broken = replace(result, equity=np.full(len(result.bars), np.nan))
    found = screen.drawn(report(broken, source, "", [], 80))
    assert "╭" in whole
    assert "╭" not in found
    assert "· buy and hold" in found


def test_one_open_trade_over_the_whole_range_is_not_compared_with_holding(blockbuilders: Any, tmp_path: Path) -> None:
    rising: list[Row] = [(START + place * HOUR_MS, *[100.0 + place] * 4, 1.0) for place in range(100)]
    out = blockbuilders(*own(tmp_path, rising)).out
    assert "0 trades have closed, and 1 is still open." in out
    assert "closed trades" not in out
    assert "gave more" not in out


def test_holding_is_not_said_to_give_more_when_both_read_the_same(blockbuilders: Any, tmp_path: Path) -> None:
    quiet: list[Row] = [(START + place * HOUR_MS, *[100.0 + place * 1e-4] * 4, 1.0) for place in range(100)]
    blocks = [*always_long()["blocks"][:2], {"id": "enter_long_1", "kind": "enter_long"}]
    blocks[1] = {"id": "greater_1", "kind": "greater", "params": {"value": 100.005}}
    out = blockbuilders(*own(tmp_path, quiet, blocks=blocks), "--fee", 0, "--slippage", 0).out
    assert "0 trades have closed, and 1 is still open." in out
    assert "gave more" not in out
