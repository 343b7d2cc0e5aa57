"""A trade in sentences says what the engine did."""

from __future__ import annotations

import pytest
from support import dictated
from support.dictated import bar, flat, run
from support.sample_results import TEMPLATES, template_result

from app.results.numbers import moment, money, price
from app.results.story import trade_story


def told(*bars: dictated.BarSketch, **settings: object) -> str:
    return "\n".join(trade_story(run(*bars, **settings), 0).sentences)


@pytest.mark.parametrize("model", ["minute", "bar"])
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_trade_of_a_template_has_a_story_with_its_own_figures(template_id: str, model: str) -> None:
    result = template_result(template_id, model, days=500 if template_id == "golden_cross" else 120)
    numbers = [*range(0, len(result.book), max(1, len(result.book) // 15)), *([None] if result.open_trade else [])]
    assert numbers
    for number in numbers:
        story = trade_story(result, number)
        text = "\n".join(story.sentences)
        assert result.orders[f"enter_{story.trade.side}"][story.entry_bar - 1] == 1
        for decided in (*story.entered_by, *story.left_by):
            assert all(condition.state == "true" for condition in decided.conditions)
        assert story.entered_by
        assert bool(story.left_by) == (story.trade.exit_reason in ("signal", "reversal"))
        assert price(story.trade.entry_price) in text
        assert moment(story.trade.entry_time) in text
        assert money(story.trade.pnl, sign=True) in text
        if number is None:
            assert "still open" in text
        else:
            assert price(story.trade.exit_price) in text
            assert moment(story.trade.exit_time) in text
        assert "nan" not in text
        assert "None" not in text


def test_a_stop_is_told_with_the_low_that_reached_it_and_the_minute() -> None:
    text = told(bar("L", 100), bar("", 100, (100, 100, 94, 96)), risk=(dictated.stop(percent=0.05),), slippage=0.001)
    assert "bought 9.99001 units at 100.10 (open 100.00" in text
    assert "The stop loss stood at 95.09" in text
    assert f"Ended at {moment(dictated.at(1, 1))} UTC: the low of 94.00 reached the stop loss at 95.09" in text
    assert "with slippage" in text


def test_a_gap_beyond_the_stop_is_told_as_one() -> None:
    text = told(bar("L", 100), bar("", 100), bar("", 90), risk=(dictated.stop(percent=0.05),))
    assert "the minute opened at 90.00, at or beyond the stop loss at 95.00; filled at 90.00" in text


def test_a_minute_that_reached_both_levels_is_told_as_such() -> None:
    risk = (dictated.stop(percent=0.05), dictated.take(percent=0.05))
    text = told(bar("L", 100), bar("", (100, 110, 90, 100)), risk=risk)
    assert "the take profit at 105.00" not in text
    assert "The stop loss stood at 95.00 (5.00 % below the entry) and the take profit stood at 105.00" in text
    assert "reached the target as well; what came first cannot be known" in text


def test_a_target_of_a_short_lies_below_and_has_no_slippage() -> None:
    text = told(bar("S", 100), bar("", (100, 100, 94, 96)), risk=(dictated.take(percent=0.04),), slippage=0.001)
    assert "sold short" in text
    assert "the low of 94.00 reached the take profit at 95.90; filled at 95.90 without slippage" in text


def test_a_trailing_stop_is_told_with_where_it_began_and_where_it_ended() -> None:
    rise = bar("", (100, 120, 100, 120), (120, 120, 105, 105))
    text = told(bar("L", 100), rise, risk=(dictated.trailing(distance=10.0),))
    assert "trailing stop began at 90.00 (10.00 % below the entry) and followed the price to 110.00" in text
    assert "the low of 105.00 reached the trailing stop at 110.00" in text


def test_a_signal_a_time_exit_and_a_reversal_are_told_apart() -> None:
    signal = told(*flat(100, "L", "l", ""))
    assert "Exit long" in signal
    assert f"sold at the next open, {moment(dictated.at(2))} UTC" in signal
    assert "It had no stop and no target." in signal
    timed = told(*flat(100, "L", "", "", "", ""), risk=(dictated.time_exit(2),))
    assert "the time set was over, after 2 bars" in timed
    reversal = told(*flat(100, "L", "S", ""))
    assert "Enter short" in reversal


def test_a_liquidation_is_told_where_a_high_reached_it_and_where_leaving_would_have_left_nothing() -> None:
    reached = told(bar("S", 100), bar("", (100, 230, 100, 230)))
    assert "the high of 230.00 reached the liquidation price at 200.00" in reached
    # Slippage makes the exit dearer than the cash there is, although no high reached the price of liquidation.
    broke = told(bar("S", 100), bar("s", (100, 185, 100, 185)), bar("", 185), slippage=0.05)
    assert "would have left no cash" in broke
