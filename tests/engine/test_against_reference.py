"""The engine against the plain reference simulator, on random small markets and settings."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from support.cases import Case, cases
from support.dictated import Drawing, as_candles
from support.equal import assert_same_result, close

from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.errors import CandlesUnavailable
from app.market.timeframe import Timeframe
from app.strategy.document import Strategy

EXAMPLES = settings.default.max_examples
several = settings(max_examples=3 * EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
some = settings(max_examples=max(EXAMPLES // 2, 1), suppress_health_check=several.suppress_health_check)


@several
@given(cases())
def test_the_engine_equals_the_reference(case: Case):
    if not case.bars():
        with pytest.raises(CandlesUnavailable):
            case.engine()
        return
    expected, found = case.reference(), case.engine()
    note(f"expected {expected.trades} {expected.open_trade}")
    note(f"found {found.trades} {found.open_trade}")
    assert_same_result(found, expected)


@some
@given(cases())
def test_rule_19_the_books_balance_at_every_close(case: Case):
    assume(case.bars())
    result, capital = case.engine(), case.settings.capital
    opened = result.open_trade
    ends = result.bars.time + case.timeframe_ms
    balance = sum(trade.pnl for trade in result.trades) + (opened.pnl if opened else 0)
    largest = max(capital, result.equity[-1])
    assert abs(result.equity[-1] - capital - balance) <= 1e-9 * largest
    every = [*result.trades, opened] if opened else list(result.trades)
    for i, end in enumerate(ends.tolist()):
        worth = capital
        for trade in every:
            side = 1 if trade.side == "long" else -1
            if trade.exit_time is not None and trade.exit_time < end:
                worth += trade.pnl
            elif trade.entry_time < end:
                move = side * (result.bars.close[i] - trade.entry_price)
                worth += trade.units * (move - case.settings.fee * trade.entry_price)
        assert close(float(result.equity[i]), worth, capital)


@some
@given(cases())
def test_rule_19_fills_lie_within_their_base_bar_but_for_the_exceptions(case: Case):
    assume(case.bars())
    slip = case.settings.slippage
    in_bars = case.settings.fill_model == "bar"
    rows = {row.time: row for row in (case.bars() if in_bars else case.base)}

    def inside(price: float, time: int, buys: bool, slips: bool) -> bool:
        before = price / (1 + slip if buys else 1 - slip) if slips else price
        row = rows[time]
        return row.low * (1 - 1e-12) <= before <= row.high * (1 + 1e-12)

    result = case.engine()
    for trade in [*result.trades, *([result.open_trade] if result.open_trade else [])]:
        long = trade.side == "long"
        assert inside(trade.entry_price, trade.entry_time, long, slips=True)
        if trade.exit_reason is None or trade.exit_reason == "liquidation":
            continue
        if trade.exit_reason == "take_profit":
            row = rows[trade.exit_time]
            gapped = row.open >= trade.exit_price if long else row.open <= trade.exit_price
            assert gapped or inside(trade.exit_price, trade.exit_time, not long, slips=False)
        else:
            assert inside(trade.exit_price, trade.exit_time, not long, slips=True)


@some
@given(cases())
def test_rule_18_no_metric_is_infinite_or_not_a_number(case: Case):
    assume(case.bars())
    for name, value in case.engine().metrics.items():
        assert value is None or math.isfinite(value), name


# Rule 21: no look-ahead


def assert_same_until(before: BacktestResult, after: BacktestResult, bars: int, moment: int) -> None:
    """Compare the first `bars` bars, which close at `moment`, bit for bit."""
    assert before.equity[:bars].tobytes() == after.equity[:bars].tobytes()
    assert before.position[:bars].tobytes() == after.position[:bars].tobytes()
    for name, column in before.orders.items():
        assert column[:bars].tobytes() == after.orders[name][:bars].tobytes()
    for port, column in before.values.items():
        assert np.array_equal(column[:bars], after.values[port][:bars], equal_nan=column.dtype.kind == "f")
    done = [[trade for trade in result.trades if trade.exit_time < moment] for result in (before, after)]
    assert done[0] == done[1]
    running = [_running_at(result, moment) for result in (before, after)]
    assert running[0] == running[1]


def _running_at(result: BacktestResult, moment: int) -> list[tuple]:
    every = [*result.trades, result.open_trade] if result.open_trade else result.trades
    return [
        (trade.side, trade.entry_time, trade.entry_price, trade.units)
        for trade in every
        if trade.entry_time < moment and (trade.exit_time is None or trade.exit_time >= moment)
    ]


@some
@given(cases(whole=True), cases(whole=True))
def test_rule_21_neither_a_cut_nor_another_future_changes_the_past(case: Case, other: Case):
    bars = case.bars()
    assume(bars)
    whole = case.engine()
    for kept in {1, len(bars) // 2, len(bars) - 1} - {0, len(bars)}:
        moment = bars[kept - 1].end
        past = tuple(row for row in case.base if row.time < moment)
        cut = replace(case, base=past, coverage_end=moment).engine()
        assert len(cut.bars) == kept
        assert_same_until(whole, cut, kept, moment)
        future = tuple(replace(row, time=moment + i * case.step_ms) for i, row in enumerate(other.base))
        says = (*case.says, *other.says)
        garbage = replace(case, says=says, base=past + future).engine()
        familiar = replace(case, says=says).engine()
        assert_same_until(familiar, garbage, kept, moment)


# Metamorphic laws


@some
@given(cases())
def test_doubled_prices_and_capital_double_every_result_exactly(case: Case):
    assume(case.bars())
    risk = case.risk

    def doubled(rule):
        return replace(rule, value=2 * rule.value) if rule is not None and rule.mode == "price" else rule

    twice = replace(
        case,
        base=tuple(
            replace(row, open=2 * row.open, high=2 * row.high, low=2 * row.low, close=2 * row.close)
            for row in case.base
        ),
        risk=replace(
            risk,
            stop=doubled(risk.stop),
            take=doubled(risk.take),
            trailing=doubled(risk.trailing),
            size_value=2 * risk.size_value if risk.size_mode == "fixed_quote" else risk.size_value,
        ),
        settings=replace(case.settings, capital=2 * case.settings.capital),
    )
    one, two = case.engine(), twice.engine()
    assert (2 * one.equity).tobytes() == two.equity.tobytes()
    assert one.counts == two.counts
    for small, large in zip(one.trades, two.trades, strict=True):
        assert (2 * small.pnl, small.units, small.return_, small.r_multiple, small.exit_time) == (
            large.pnl,
            large.units,
            large.return_,
            large.r_multiple,
            large.exit_time,
        )


@some
@given(cases())
def test_costs_never_make_the_same_trades_better(case: Case):
    assume(case.bars())
    risk = replace(case.risk, size_mode="fixed_base", size_value=0.25)
    case = replace(case, risk=risk, settings=replace(case.settings, size_step=None))
    costly, free = case.engine(), replace(case, settings=replace(case.settings, fee=0.0, slippage=0.0)).engine()
    for one, other in zip(costly.trades, free.trades, strict=False):
        same = ("side", "entry_time", "exit_time", "exit_reason")
        if [getattr(one, name) for name in same] != [getattr(other, name) for name in same]:
            break
        # a level that stands further away because the fill did may be left at a better price
        if one.exit_reason in ("signal", "reversal", "time_exit"):
            assert one.pnl <= other.pnl


@some
@given(cases(whole=True))
def test_rule_03_bars_after_the_end_change_nothing(case: Case):
    bars = case.bars()
    assume(len(bars) > 2)
    end = bars[-2].end
    cut = replace(case, base=tuple(row for row in case.base if row.time < end), coverage_end=end)
    one, other = replace(case, end=end).engine(), cut.engine()
    assert one.result_hash == other.result_hash
    assert one.metrics == other.metrics
    assert one.counts == other.counts


def test_the_order_of_the_inputs_of_and_and_or_changes_nothing():
    generator = random.Random(7)

    def drawn(order: list[int]) -> Strategy:
        drawing = Drawing()
        volume = drawing.add("volume") + ".value"
        bounds = [(1.0, 9.0), (3.0, 12.0), (2.0, 20.0)]
        between = [drawing.add("between", {"source": volume}, low_value=low, high_value=high) for low, high in bounds]
        parts = [between[i] + ".signal" for i in order]
        drawing.add("enter_long", {"when": drawing.add("all_of", {"inputs": parts}) + ".signal"})
        ends = [drawing.add("at_least", {"left": volume}, value=value) for value in (22.0, 18.0, 20.0)]
        ends = [ends[i] + ".signal" for i in order]
        drawing.add("exit_long", {"when": drawing.add("any_of", {"inputs": ends}) + ".signal"})
        blocks, wires = tuple(drawing.blocks), tuple(drawing.wires)
        return Strategy("x", timeframe=Timeframe(60_000), blocks=blocks, wires=wires)

    from support import reference

    base = [
        reference.Candle(i * 60_000, 100, 101, 99, 100 + (i % 3 - 1) / 2, float(generator.randrange(25)))
        for i in range(200)
    ]
    results = [backtest(drawn(order), as_candles(base), Assumptions()) for order in ([0, 1, 2], [1, 0, 2])]
    assert results[0].trades == results[1].trades
    assert results[0].equity.tobytes() == results[1].equity.tobytes()
    assert results[0].metrics["exposure"] > 0
