"""Decisions, answers and stories agree with the engine whatever the orders say and the market does."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import dictated
from support.dictated import bar, run

from app.engine.backtest import rules_of
from app.engine.plan import prepare
from app.engine.position import EXIT_REASONS, LIQUIDATION, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from app.engine.protective_exits import touch
from app.engine.result import BacktestResult
from app.results.decisions import decisions, open_entry_bar
from app.results.funnel import funnels
from app.results.levels import levels
from app.results.look_ahead import look_ahead_check
from app.results.story import trade_story
from app.results.why_not import Asking

RISKS = (
    (),
    (dictated.cooldown(2), dictated.time_exit(3)),
    (dictated.stop(percent=0.03), dictated.take(percent=0.04)),
    (dictated.trailing(distance=3.0), dictated.cooldown(1)),
    (dictated.stop(multiple=1.0, period=3), dictated.trailing(percent=0.05), dictated.time_exit(4)),
    (dictated.take(multiple=1.5, period=2), dictated.size(quote_amount=500.0)),
)
SAYS = ("", "", "L", "S", "l", "s", "Ll", "LS", "Ss", "Ls", "?", "L?")
PRICES = st.integers(88, 112).map(float)


@st.composite
def minutes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    opening, close = draw(PRICES), draw(PRICES)
    return opening, max(opening, close, draw(PRICES)), min(opening, close, draw(PRICES)), close


MARKETS = st.lists(
    st.tuples(st.sampled_from(SAYS), st.lists(minutes(), min_size=1, max_size=3)), min_size=3, max_size=25
)


def made(market: list, risk: int, model: str, step: float | None) -> BacktestResult:
    bars = [bar(says, *prices) for says, prices in market]
    return run(*bars, risk=RISKS[risk], fill_model=model, fee=0.001, slippage=0.001, size_step=step)


@given(MARKETS, st.integers(0, len(RISKS) - 1), st.sampled_from(["minute", "bar"]), st.sampled_from([None, 6.0]))
@settings(max_examples=60)
def test_decisions_answers_and_stories_hold_for_any_market(market: list, risk: int, model: str, step: float | None):
    result = made(market, risk, model, step)
    agrees(result)
    asking = Asking(result)
    for number in range(len(result.bars)):
        answers = asking.at(number)
        assert answers.sentence
        acted = [order for order in answers.orders if order.reason == "acted" and order.role.startswith("enter")]
        assert bool(acted) == bool(decisions(result).filled[number])
        for order in answers.orders:
            assert (order.reason == "no_level") <= (result.counts["no_level"] > 0)
            assert (order.reason == "zero_size") <= (result.counts["zero_size"] > 0)
    for funnel in funnels(result):
        sides = [row["side"] for row in result.book] + ([0] if result.open_trade is None else [_side(result)])
        assert funnel.stages[-1].bars == sides.count(1 if funnel.role == "enter_long" else -1)
    numbers = [*range(len(result.book)), *([None] if result.open_trade else [])]
    for each in numbers:
        assert trade_story(result, each).entered_by
    assert look_ahead_check(result, cuts=4).difference == ""


def _side(result: BacktestResult) -> int:
    assert result.open_trade is not None
    return 1 if result.open_trade.side == "long" else -1


def agrees(result: BacktestResult) -> None:
    found = decisions(result)
    assert np.count_nonzero(found.conflict) == result.counts["conflicts"]
    still_open = open_entry_bar(result)
    entered = sorted([*found.entry_bars.tolist(), *([] if still_open is None else [still_open])])
    assert (np.flatnonzero(found.filled) + 1).tolist() == entered
    refused = (found.entry != 0)[:-1] & ~found.filled[:-1] & ~found.ruined[1:]
    assert np.count_nonzero(refused) == result.counts["zero_size"] + result.counts["no_level"]
    decided = np.isin(result.book["reason"], [EXIT_REASONS.index(name) for name in ("signal", "time_exit", "reversal")])
    assert found.exit[found.exit_bars[decided] - 1].tolist() == result.book["reason"][decided].tolist()
    assert bool(found.entry[-1] or found.exit[-1]) == bool(result.counts["pending_orders"])


@given(MARKETS, st.integers(2, len(RISKS) - 1), st.sampled_from(["minute", "bar"]))
@settings(max_examples=60)
def test_the_levels_end_every_trade_where_the_engine_does(market: list, risk: int, model: str) -> None:
    result = made(market, risk, model, None)
    rules = rules_of(prepare(result.strategy), result.assumptions, result.instrument)
    for number, trade in enumerate(result.book):
        if trade["reason"] not in (STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, LIQUIDATION):
            continue
        found, side, prices = levels(result, number), int(trade["side"]), result.traded
        touched = []
        for at in range(found.watched_from, len(found.time)):
            state = SimpleNamespace(
                side=side,
                stop=-side * np.inf if found.stop is None else found.stop[at],
                stop_reason=int(found.stop_reason[at]),
                target=side * np.inf if found.take_profit is None else found.take_profit[at],
            )
            row = found.row + at
            reason, *_ = touch(rules, state, prices.open[row], prices.high[row], prices.low[row])  # type: ignore[arg-type]
            touched.append(reason)
        if trade["reason"] == LIQUIDATION and touched[-1:] != [LIQUIDATION]:
            continue  # leaving by a signal would have left no cash
        assert touched[:-1] == [0] * (len(touched) - 1)
        assert touched[-1:] == [trade["reason"]] or not touched


def test_a_market_of_one_price_has_nothing_to_tell() -> None:
    result = run(*dictated.flat(100, "", "", ""))
    assert funnels(result)[0].stages[-1].bars == 0
    with pytest.raises(IndexError):
        trade_story(result, 0)
