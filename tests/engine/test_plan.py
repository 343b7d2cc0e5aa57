"""In which calls the blocks of a drawing are computed."""

from __future__ import annotations

import numpy as np
from support.prices import same
from support.sample import sample_candles

from app.blocks import catalog
from app.engine.plan import prepare
from app.engine.signals import evaluate
from app.market.timeframe import Timeframe
from app.strategy.document import Block, Strategy, Wire

CANDLES = sample_candles("RIVER/USD").rows(0, 3_000)

# Of the close: five EMAs, two RSIs. Of the high: an EMA and an RSI. Crosses of the first two EMAs, both ways and back.
BLOCKS = (
    *[Block(f"ema_{period}", "ema", {"period": period}) for period in (5, 8, 13, 21, 34)],
    *[Block(f"rsi_{period}", "rsi", {"period": period}) for period in (7, 14)],
    Block("high_1", "high"),
    Block("ema_of_high", "ema", {"period": 9}),
    Block("rsi_of_high", "rsi", {"period": 9}),
    Block("up", "crosses_above", {"value": 0.0}),
    Block("down", "crosses_below", {"value": 0.0}),
    Block("back", "crosses_above", {"value": 0.0}),
    Block("enter", "enter_long"),
    Block("leave", "exit_long"),
)
WIRES = (
    Wire("high_1", "value", "ema_of_high", "source"),
    Wire("high_1", "value", "rsi_of_high", "source"),
    *[Wire("ema_5", "value", block, "left") for block in ("up", "down")],
    *[Wire("ema_8", "value", block, "right") for block in ("up", "down")],
    Wire("ema_8", "value", "back", "left"),
    Wire("ema_5", "value", "back", "right"),
    Wire("up", "signal", "enter", "when"),
    Wire("down", "signal", "leave", "when"),
)
STRATEGY = Strategy("Many averages", "RIVER/USD", "sample", Timeframe.parse("1m"), blocks=BLOCKS, wires=WIRES)


def test_blocks_that_read_the_same_share_a_call_as_far_as_one_has_room() -> None:
    plan = prepare(STRATEGY)
    slots = {slot: block_id for (block_id, _), slot in plan.outputs.items()}
    calls = [{slots[slot] for slot in step.results} for step in plan.steps]
    of_close = [call for call in calls if call & {f"ema_{period}" for period in (5, 8, 13, 21, 34)}]
    assert sorted(len(call) for call in of_close) == [1, 3, 3]
    assert {"ema_of_high", "rsi_of_high"} in calls
    assert {"up", "down"} in calls
    assert {"back"} in calls


def test_a_shared_call_gives_each_block_its_own_values() -> None:
    values = evaluate(prepare(STRATEGY), CANDLES).outputs
    assert len(values) == 13
    for block in BLOCKS[:7]:
        kind = catalog.kind(block.kind)
        assert kind is not None
        assert kind.compute is not None
        assert same(values[block.id, "value"], kind.compute(CANDLES.close, **block.params))
    for name, sides in (("up", ("ema_5", "ema_8")), ("back", ("ema_8", "ema_5"))):
        left, right = (values[side, "value"] for side in sides)
        above = left > right
        crossed = np.flatnonzero(above[1:] & ~above[:-1] & ~np.isnan(left[:-1]) & ~np.isnan(right[:-1])) + 1
        assert set(crossed) == set(np.flatnonzero(values[name, "signal"] == 1))
    assert np.array_equal(values["down", "signal"] == 1, values["back", "signal"] == 1)
