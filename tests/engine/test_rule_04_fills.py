"""Rules 4 to 6: when a strategy decides, when an order fills, and what is fed before the range."""

from __future__ import annotations

import pytest
from support.dictated import (
    DAY,
    HOLE,
    START,
    Drawing,
    as_candles,
    at,
    bar,
    block,
    flat,
    rows,
    run,
    stop,
    strategy,
    time_exit,
)  # fmt: skip

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.market.timeframe import Timeframe
from app.strategy.document import Block, Strategy

FREE = Assumptions(1_000.0, 0.0, 0.0)


def test_rule_04_an_order_fills_at_the_open_of_the_next_bar():
    result = run(bar("L", (100, 101, 99, 100)), bar("l", 110, 115), bar("", 120, 125))
    (trade,) = result.trades
    assert (trade.side, trade.entry_time, trade.entry_price) == ("long", at(1), 110)
    assert (trade.exit_time, trade.exit_price, trade.exit_reason) == (at(2), 120, "signal")
    # 1000 / 110 units gain 10 each
    assert trade.pnl == pytest.approx(1_000 / 110 * 10, rel=1e-12)
    assert result.position.tolist() == [0, 1, 0]


def test_rule_04_a_short_fills_at_the_open_of_the_next_bar():
    result = run(bar("S", 100), bar("s", 110, 105), bar("", 100, 95))
    (trade,) = result.trades
    assert (trade.side, trade.entry_price, trade.exit_price) == ("short", 110, 100)
    assert trade.pnl == pytest.approx(1_000 / 110 * 10, rel=1e-12)
    assert result.position.tolist() == [0, -1, 0]


def test_rule_04_a_fill_takes_time_and_price_of_the_first_minute_present():
    result = run(bar("L", 100), bar("l", None, 110, 111), bar("", None, None, 120))
    (trade,) = result.trades
    assert (trade.entry_time, trade.entry_price) == (at(1, 1), 110)
    assert (trade.exit_time, trade.exit_price) == (at(2, 2), 120)


def test_rule_04_in_the_bar_model_a_fill_takes_the_time_of_the_bar():
    result = run(bar("L", 100), bar("l", None, 100, 111), bar("", None, None, 120), fill_model="bar")
    (trade,) = result.trades
    assert (trade.entry_time, trade.entry_price) == (at(1), 100)
    assert (trade.exit_time, trade.exit_price) == (at(2), 120)


def test_rule_04_an_order_decided_before_a_hole_fills_after_it_at_any_price():
    result = run(bar("L", 100), bar("l", 100), HOLE, HOLE, HOLE, bar("", 40))
    (trade,) = result.trades
    assert (trade.exit_time, trade.exit_price) == (at(5), 40)
    assert trade.bars_held == 1


def test_rule_04_an_order_on_the_last_bar_never_fills_and_is_reported():
    result = run(bar("", 100), bar("L", 100))
    assert result.trades == ()
    assert result.open_trade is None
    assert result.counts["pending_orders"] == 1
    assert result.pending
    assert "long" in result.pending.lower()


@pytest.mark.parametrize("says", ["l", "S"])
def test_rule_04_an_exit_or_a_reversal_on_the_last_bar_is_one_pending_order(says):
    result = run(bar("L", 100), bar(says, 100))
    assert result.trades == ()
    assert result.open_trade is not None
    assert result.counts["pending_orders"] == 1
    assert result.pending


def test_rule_04_nothing_is_pending_when_the_last_bar_decides_nothing():
    for says in ("", "l", "s", "?", "LS", "Ll"):
        result = run(bar("", 100), bar(says, 100))
        assert result.counts["pending_orders"] == 0
        assert result.pending is None


def test_rule_04_holding_a_position_is_not_a_pending_order():
    result = run(bar("L", 100), bar("L", 100))
    assert result.counts["pending_orders"] == 0
    assert result.pending is None


def test_rule_04_a_time_exit_due_after_the_last_bar_is_pending():
    assert run(*flat(100, "L", "", ""), risk=[time_exit(2)]).counts["pending_orders"] == 1
    assert run(*flat(100, "L", ""), risk=[time_exit(2)]).counts["pending_orders"] == 0


# Rule 5 as far as orders go; the blocks have their own tests


@pytest.mark.parametrize("says", ["L?", "?"])
def test_rule_05_an_unknown_entry_does_not_enter(says):
    result = run(*flat(100, says, says, ""))
    assert result.position.tolist() == [0, 0, 0]
    assert result.orders["enter_long"].tolist() == [-1, -1, 0]


def test_rule_05_an_unknown_exit_does_not_leave():
    assert run(*flat(100, "L", "l?", "?", "")).position.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize("says", ["LS?", "Ll?"])
def test_rule_05_an_unknown_signal_does_not_block_an_entry(says):
    result = run(*flat(100, says, ""))
    assert result.position.tolist() == [0, 1]
    assert result.counts["conflicts"] == 0


def test_rule_05_an_unknown_own_entry_does_not_block_a_reversal():
    result = run(*flat(100, "L", "L?S", ""))
    assert result.position.tolist() == [0, 1, -1]
    assert result.counts["conflicts"] == 0


# Rule 6


def average_cross(**window):
    """Enter long while the close is above its 3-bar EMA: the EMA states how far back it has to look."""
    drawing = Drawing()
    close = drawing.add("close") + ".value"
    ema = drawing.add("ema", period=3) + ".value"
    drawing.add("enter_long", {"when": drawing.add("greater", {"left": close, "right": ema}) + ".signal"})
    return Strategy("x", timeframe=Timeframe(180_000), blocks=tuple(drawing.blocks), wires=tuple(drawing.wires))


def wavy(count):
    return [bar("", 100 + 7 * ((i * 37) % 11) + (i % 3)) for i in range(count)]


def settling_need(kind, **params):
    from app.blocks import catalog

    found = catalog.kind(kind)
    return found.settles(**{**found.defaults(), **params})


def test_rule_06_an_ema_states_at_least_five_periods_and_wilder_averages_ten():
    assert settling_need("ema", period=20) >= 100
    for kind in ("rsi", "atr"):
        assert settling_need(kind, period=20) >= 200


def test_rule_06_as_many_earlier_bars_are_fed_as_the_blocks_need():
    need = settling_need("ema", period=3)
    base = as_candles(rows(wavy(need + 20)))
    result = backtest(average_cross(), base, FREE, start=at(need + 10))
    assert result.counts["warmup_bars"] == need


def test_rule_06_fewer_earlier_bars_are_fed_where_fewer_are_stored():
    base = as_candles(rows(wavy(20)))
    assert backtest(average_cross(), base, FREE, start=at(2)).counts["warmup_bars"] == 2
    assert backtest(average_cross(), base, FREE).counts["warmup_bars"] == 0


def test_rule_06_a_strategy_that_needs_nothing_is_fed_nothing():
    assert run(*flat(100, *["L"] * 9), start=at(5)).counts["warmup_bars"] == 0


def test_rule_06_no_bar_further_back_than_needed_has_an_influence():
    need = settling_need("ema", period=3)
    base = as_candles(rows(wavy(need + 40)))
    start = at(need + 20)
    whole = backtest(average_cross(), base, FREE, start=start)
    cut = backtest(average_cross(), base.between(at(20), at(10_000)), FREE, start=start)
    longer = backtest(average_cross(), base.between(at(19), at(10_000)), FREE, start=start)
    shorter = backtest(average_cross(), base.between(at(21), at(10_000)), FREE, start=start)
    assert whole.counts["warmup_bars"] == cut.counts["warmup_bars"] == longer.counts["warmup_bars"] == need
    assert shorter.counts["warmup_bars"] == need - 1
    (column,) = [key for key in whole.values if key[0].startswith("ema")]
    assert whole.values[column].tobytes() == cut.values[column].tobytes() == longer.values[column].tobytes()
    assert whole.values[column].tobytes() != shorter.values[column].tobytes()
    assert whole.result_hash == cut.result_hash == longer.result_hash


def test_rule_06_earlier_bars_settle_an_average_before_the_first_bar_of_the_range():
    base = as_candles(rows(wavy(40)))
    (column,) = [key for key in backtest(average_cross(), base, FREE).values if key[0].startswith("ema")]
    cold = backtest(average_cross(), base, FREE).values[column]
    warm = backtest(average_cross(), base, FREE, start=at(3)).values[column]
    assert cold[:2].tolist() != cold[:2].tolist()  # NaN
    assert (warm == warm).all()
    assert warm[0] == cold[3]


def test_rule_06_needs_add_up_along_a_chain_and_the_longest_chain_counts():
    drawing = Drawing()
    close = drawing.add("close") + ".value"
    smooth = drawing.add("ema", {"source": drawing.add("ema", {"source": close}, period=4) + ".value"}, period=3)
    alone = drawing.add("ema", {"source": close}, period=5)
    above = drawing.add("greater", {"left": smooth + ".value", "right": alone + ".value"}) + ".signal"
    drawing.add("enter_long", {"when": above})
    sketch = Strategy("x", timeframe=Timeframe(180_000), blocks=tuple(drawing.blocks), wires=tuple(drawing.wires))
    need = max(settling_need("ema", period=4) + settling_need("ema", period=3), settling_need("ema", period=5))
    base = as_candles(rows(wavy(need + 20)))
    assert backtest(sketch, base, FREE, start=at(need + 5)).counts["warmup_bars"] == need


def test_rule_06_the_atr_of_a_stop_is_settled_as_well():
    need = settling_need("atr", period=2)
    assert need >= 20
    bars = [bar("L", (100, 101 + i % 5, 99 - i % 3, 100)) for i in range(need + 12)]
    result = run(*bars, risk=[stop(multiple=5.0, period=2)], start=at(need + 4))
    assert result.counts["warmup_bars"] == need
    assert result.counts["no_level"] == 0
    assert result.position.tolist() == [0] + [1] * 7


def test_rule_06_the_bar_that_the_start_cuts_in_two_may_settle_but_not_decide():
    result = run(*flat(100, *["L"] * 5), start=at(1) + 60_000)
    assert result.bars.time.tolist() == [at(2), at(3), at(4)]
    assert result.position.tolist() == [0, 1, 1]


def test_rule_06_no_order_is_decided_before_the_range():
    result = run(*flat(100, "L", "L", "", "", ""), start=at(2))
    assert result.position.tolist() == [0, 0, 0]
    assert result.counts["pending_orders"] == 0
    # first decided at the close of the first bar of the range
    assert run(*flat(100, *["L"] * 5), start=at(2)).position.tolist() == [0, 1, 1]


def test_rule_06_a_run_begins_flat_with_its_capital_whatever_happened_before():
    result = run(bar("L", 100), bar("", 100), bar("", 50), bar("L", 50), bar("", 50), start=at(2))
    assert result.equity.tolist() == [1_000, 1_000, 1_000]
    assert result.open_trade.entry_price == 50


def test_rule_06_bars_before_the_range_are_not_counted_in_anything():
    result = run(*flat(100, "LS", "LS", "LS", ""), start=at(2))
    assert result.counts["conflicts"] == 1
    assert result.metrics["exposure"] == 0
    assert len(result.bars) == len(result.equity) == 2
    assert all(len(column) == 2 for column in result.values.values())
    assert all(len(column) == 2 for column in result.orders.values())


# Rule 22


def test_rule_22_order_blocks_of_one_kind_are_ored():
    drawing = Drawing()
    volume = drawing.add("volume") + ".value"
    for value in (1.0, 2.0):
        signal = drawing.add("between", {"source": volume}, low_value=value, high_value=value) + ".signal"
        drawing.add("enter_long", {"when": signal})
    sketch = Strategy("x", timeframe=Timeframe(180_000), blocks=tuple(drawing.blocks), wires=tuple(drawing.wires))
    for says, position in (("L", 1), ("l", 1), ("S", 0), ("?", 0)):  # volumes 1, 2, 4, unknown
        result = backtest(sketch, as_candles(rows(flat(100, says, ""))), FREE)
        assert result.position.tolist() == [0, position]


def test_rule_22_an_order_that_is_not_connected_is_false():
    sketch = strategy(["L", "l"])
    sketch = Strategy(
        "x", timeframe=sketch.timeframe, wires=sketch.wires, blocks=(*sketch.blocks, block("idle", "exit_long"))
    )
    result = backtest(sketch, as_candles(rows(flat(100, "L", "", "l", ""))), FREE)
    assert result.position.tolist() == [0, 1, 1, 0]


def test_rule_22_without_a_size_block_all_of_the_equity_is_spent():
    assert run(*flat(100, "L", "")).open_trade.units == 10


def test_rule_22_two_blocks_for_one_protective_exit_are_refused():
    from app.errors import StrategyInvalid

    for kind in ("position_size", "stop_loss", "take_profit", "trailing_stop", "time_exit", "cooldown"):
        twice = [Block(f"{kind}_{i}", kind, block("x", kind).params) for i in (1, 2)]
        with pytest.raises(StrategyInvalid):
            run(*flat(100, "L", ""), risk=twice)


def test_rule_04_weekly_bars_fill_at_the_open_of_monday():
    base = rows(flat(10, *["L"] * 21), timeframe="1d", step="1d")
    sketch = strategy(["L"], (), "1w")
    volume = [key for key in backtest(sketch, as_candles(base, "1d"), FREE).values if key[0].startswith("volume")]
    result = backtest(sketch, as_candles(base, "1d"), FREE)
    assert result.values[volume[0]].tolist() == [7, 7, 7]
    base = [type(row)(*list(vars(row).values())[:5], 1.0 if i % 7 == 3 else 0.0) for i, row in enumerate(base)]
    result = backtest(sketch, as_candles(base, "1d"), FREE)
    assert result.open_trade.entry_time == START + 7 * DAY
