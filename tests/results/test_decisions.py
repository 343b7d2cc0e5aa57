"""What a close decided agrees with what the engine did."""

from __future__ import annotations

import numpy as np
import pytest
from support import dictated
from support.dictated import bar, flat, run
from support.sample_results import TEMPLATES, template_result, with_blocks

from app.engine.position import EXIT_REASONS, LONG
from app.engine.result import BacktestResult
from app.results.decisions import decisions, open_entry_bar
from app.results.funnel import funnels
from app.results.why_not import Asking

MORE = {
    "as drawn": (),
    "pauses": (dictated.cooldown(7), dictated.time_exit(5)),
}


def made(template_id: str, more: str, model: str) -> BacktestResult:
    result = template_result(template_id, model)
    return with_blocks(result, *MORE[more]) if MORE[more] else result


@pytest.mark.parametrize("model", ["minute", "bar"])
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_decisions_are_those_of_the_engine(template_id: str, more: str, model: str) -> None:
    result = made(template_id, more, model)
    found = decisions(result)
    assert np.count_nonzero(found.conflict) == result.counts["conflicts"]
    still_open = open_entry_bar(result)
    entered = sorted([*found.entry_bars.tolist(), *([] if still_open is None else [still_open])])
    assert (np.flatnonzero(found.filled) + 1).tolist() == entered
    sides = [*result.book["side"].tolist()]
    if result.open_trade:
        sides.append(1 if result.open_trade.side == "long" else -1)
    assert found.entry[found.filled].tolist() == sides
    refused = np.count_nonzero((found.entry != 0)[:-1] & ~found.filled[:-1])
    assert refused == result.counts["zero_size"] + result.counts["no_level"]
    decided = np.isin(result.book["reason"], [EXIT_REASONS.index(name) for name in ("signal", "time_exit", "reversal")])
    assert found.exit[found.exit_bars[decided] - 1].tolist() == result.book["reason"][decided].tolist()
    assert np.count_nonzero(found.exit[:-1]) == np.count_nonzero(decided)
    assert bool(found.entry[-1] or found.exit[-1]) == bool(result.counts["pending_orders"])


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_funnel_begins_with_all_bars_and_ends_with_the_trades(template_id: str, more: str) -> None:
    result = made(template_id, more, "minute")
    assert funnels(result)
    for funnel in funnels(result):
        counts = [stage.bars for stage in funnel.stages]
        assert counts[0] == len(result.bars)
        assert counts == sorted(counts, reverse=True)
        conditions = [stage for stage in funnel.stages if stage.kind == "condition"]
        assert conditions[-1].bars == np.count_nonzero(result.orders[funnel.role] == 1)
        side = "long" if funnel.role == "enter_long" else "short"
        trades = [*result.trades, *([result.open_trade] if result.open_trade else [])]
        assert counts[-1] == sum(trade.side == side for trade in trades)


def test_the_funnel_names_the_conditions_in_the_order_of_the_wires() -> None:
    result = template_result("rsi_dip")
    (funnel,) = funnels(result)
    assert [stage.kind for stage in funnel.stages] == ["bars", "condition", "condition", "free", "agreed", "entered"]
    below, trend = funnel.stages[1:3]
    assert below.words == "the 14-bar RSI of close is below 35"
    assert below.bars == np.count_nonzero(result.values["less_1", "signal"] == 1)
    both = (result.values["less_1", "signal"] == 1) & (result.values["greater_1", "signal"] == 1)
    assert trend.bars == np.count_nonzero(both)
    assert trend.share == trend.bars / below.bars


@pytest.mark.parametrize("model", ["minute", "bar"])
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_answer_at_any_bar_agrees_with_values_orders_and_trades(template_id: str, more: str, model: str) -> None:
    result = made(template_id, more, model)
    asking, found = Asking(result), decisions(result)
    blocks: dict[str, int] = {}
    for bar_number in range(0, len(result.bars), 7):
        for order in asking.at(bar_number).orders:
            blocks[order.reason] = blocks.get(order.reason, 0) + 1
            states = [condition.state for condition in order.conditions]
            came = order.failing is None
            assert came == all(state == "true" for state in states)
            if came:
                assert result.orders[order.role][bar_number] == 1
            else:
                assert order.reason in ("condition", "unknown")
                value = result.values[order.failing.block_id, order.failing.output][bar_number]
                assert value == {"false": 0, "unknown": -1}[order.failing.state]
            if order.role.startswith("enter") and order.reason == "acted":
                assert found.filled[bar_number]
            if order.reason == "in_position":
                assert result.position[bar_number] == (LONG if order.role == "enter_long" else -LONG)
            if order.reason == "cooldown":
                assert found.cooling[bar_number]
            if order.reason == "conflict":
                assert found.conflict[bar_number]
    assert "condition" in blocks or template_id == "buy_and_hold"


def reasons(result: BacktestResult, bar_number: int) -> dict[str, str]:
    return {order.role: order.reason for order in Asking(result).at(bar_number).orders}


def test_pending_position_cooldown_and_conflict_are_told_apart() -> None:
    bars = flat(100, "L", "L", "l", "L", "L", "Ll", "L")
    result = run(*bars, risk=(dictated.cooldown(2),))
    told = [reasons(result, number)["enter_long"] for number in range(7)]
    assert told == ["acted", "in_position", "condition", "cooldown", "cooldown", "conflict", "pending"]
    assert reasons(result, 2)["exit_long"] == "acted"
    assert reasons(result, 5)["exit_long"] == "no_position"
    assert "still lasted 1 more bar" in Asking(result).at(3).sentence
    assert "last bar of the cooldown" in Asking(result).at(4).sentence


def test_an_exit_is_told_as_a_reversal_only_where_the_other_side_is_entered() -> None:
    def told(*bars: dictated.BarSketch, number: int, role: str, pause: int = 0) -> str:
        result = run(*bars, risk=(dictated.cooldown(pause),) if pause else ())
        (sentence,) = [order.sentence for order in Asking(result).at(number).orders if order.role == role]
        return sentence

    assert "was reversed" in told(*flat(100, "L", "Sl", ""), number=1, role="exit_long")
    assert "next open, which lies beyond" in told(*flat(100, "L", "", "Sl"), number=2, role="exit_long")
    assert "was left at" in told(*flat(100, "L", "S", "Ls", ""), number=2, role="exit_short", pause=3)


def test_a_size_of_zero_and_a_level_not_known_yet_are_told_apart() -> None:
    none = run(*flat(100, "L", ""), size_step=1_000.0)
    assert reasons(none, 0)["enter_long"] == "zero_size"
    cold = run(*flat(100, "L", ""), risk=(dictated.stop(multiple=2.0, period=14),))
    assert reasons(cold, 0)["enter_long"] == "no_level"
    assert cold.counts["no_level"] == 1


def test_in_a_cooldown_an_opposite_entry_only_closes() -> None:
    bars = (bar("L", 100), bar("S", 100), bar("L", 100), bar("", 100))
    result = run(*bars, risk=(dictated.cooldown(3),))
    assert [(trade.side, trade.exit_reason) for trade in result.trades] == [("long", "reversal"), ("short", "reversal")]
    assert result.open_trade is None
    assert reasons(result, 1) == {"enter_long": "condition", "enter_short": "acted"}
    assert reasons(result, 2)["enter_long"] == "cooldown"


def test_after_a_liquidation_nothing_is_decided() -> None:
    result = run(*flat(100, "S"), bar("L", (100, 230, 100, 230)), *flat(230, "L", ""))
    assert result.counts["liquidations"] == 1
    assert reasons(result, 1)["enter_long"] == reasons(result, 2)["enter_long"] == "liquidated"


def test_a_value_that_is_missing_makes_the_answer_unknown() -> None:
    result = template_result("golden_cross", days=1_000)
    cold = int(np.flatnonzero(result.orders["enter_long"] == -1)[0])
    (answer,) = [order for order in Asking(result).at(cold).orders if order.role == "enter_long"]
    assert answer.reason == "unknown"
    assert "not there yet" in answer.sentence


def test_the_values_that_a_condition_saw_are_those_of_the_engine() -> None:
    result = template_result("rsi_dip")
    (order,) = [each for each in Asking(result).at(500).orders if each.role == "enter_long"]
    rsi = result.values["rsi_1", "value"][500]
    assert order.conditions[0].operands[0].value == rsi
    assert f"(RSI {rsi:.2f})" in order.conditions[0].sentence()
    assert [operand.name for operand in order.conditions[1].operands] == ["Close", "EMA"]


def test_a_bar_outside_the_run_is_refused() -> None:
    with pytest.raises(IndexError):
        Asking(template_result("rsi_dip")).at(1_000_000)
