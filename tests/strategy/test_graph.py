"""The drawing as a graph."""

from __future__ import annotations

from support.wired import drawing

from app.strategy.graph import depths, evaluation_order, feeds_orders, one_cycle, settling_bars

DIP = (
    "less_1.signal > all_of_1.inputs",
    "all_of_1.signal > enter_long_1.when",
    "rsi_1.value > less_1.left",
    "greater_1.signal > all_of_1.inputs",
    "close_1.value > greater_1.left",
    "ema_1.value > greater_1.right",
)


def test_inputs_come_before_users_and_blocks_of_equal_depth_as_listed() -> None:
    order = [block.id for block in evaluation_order(drawing(*DIP))]
    assert order == ["rsi_1", "close_1", "ema_1", "less_1", "greater_1", "all_of_1", "enter_long_1"]


def test_a_block_stands_as_deep_as_its_longest_way_from_an_input() -> None:
    strategy = drawing(
        "close_1.value > ema_1.source", "ema_1.value > greater_1.left", "close_1.value > greater_1.right"
    )
    assert depths([block.id for block in strategy.blocks], strategy.wires) == {"close_1": 0, "ema_1": 1, "greater_1": 2}


def test_only_blocks_with_a_path_to_an_order_feed_orders() -> None:
    strategy = drawing(*DIP, "sma_1.value > rising_1.source", also=("stop_loss_1", "exit_long_1"))
    assert feeds_orders(strategy) == {
        *("rsi_1", "close_1", "ema_1", "less_1", "greater_1", "all_of_1", "enter_long_1", "exit_long_1")
    }


def test_one_cycle_is_named_in_the_direction_of_the_wires() -> None:
    wires = drawing(
        "add_1.value > add_2.left",
        "add_2.value > add_3.left",
        "add_3.value > add_1.left",
        "close_1.value > add_1.right",
        "add_3.value > add_4.left",
    ).wires
    assert one_cycle(["close_1", "add_4", "add_2", "add_1", "add_3"], wires) == ("add_2", "add_3", "add_1")


def test_a_drawing_without_a_cycle_has_none() -> None:
    assert one_cycle([block.id for block in drawing(*DIP).blocks], drawing(*DIP).wires) == ()


def test_settling_adds_up_along_the_longest_chain() -> None:
    strategy = drawing(
        "ema_1.value > rsi_1.source",
        "rsi_1.value > greater_1.left",
        "sma_1.value > greater_1.right",
        params={"ema_1": {"period": 20}, "rsi_1": {"period": 14}, "sma_1": {"period": 50}},
    )
    bars = settling_bars(strategy)
    assert bars["rsi_1"] == bars["ema_1"] + 10 * 14
    assert bars["greater_1"] == max(bars["rsi_1"], bars["sma_1"])


def test_settling_over_a_stretch_of_time_counts_bars_of_the_timeframe() -> None:
    from app.market.timeframe import Timeframe

    hourly = drawing(also=("vwap_1",))
    odd = drawing(also=("vwap_1",), timeframe=Timeframe.parse("7h"))
    assert settling_bars(hourly)["vwap_1"] == 24
    assert settling_bars(odd)["vwap_1"] == 4


def test_a_chain_of_five_hundred_blocks_needs_no_stack() -> None:
    wires = [f"sma_{i}.value > sma_{i + 1}.source" for i in range(1, 500)]
    order = evaluation_order(drawing(*wires))
    assert [block.id for block in order] == [f"sma_{i}" for i in range(1, 501)]
