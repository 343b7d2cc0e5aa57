"""Where one number crosses another, upwards and downwards, in one walk: drawings often want both."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.blocks.kind import Together
from app.blocks.sides import stride
from app.compiled import loop
from app.market.candles import FloatSeries, Signal


def crossings(left: FloatSeries, right: FloatSeries) -> tuple[Signal, Signal]:
    """Return at which bars `left` has come from below to above `right`, and from above to below it (rule 5).

    A bar where either is unknown is unknown, and so is one with `left` on a side while nothing but equal or unknown
    values came before it. Otherwise the last bar on which the two differed decides.
    """
    bars = max(len(left), len(right))
    up, down = np.empty(bars, np.int8), np.empty(bars, np.int8)
    _crossings(left, right, up, down)
    return up, down


@loop
def _crossings(left: FloatSeries, right: FloatSeries, up: Signal, down: Signal) -> None:
    on_left, on_right = stride(left), stride(right)
    # As if the two differed on every bar, which they mostly do: on which side each bar is, then where that changes.
    # Without branches and in two goes, many bars are done at once.
    alike = 0
    for i in range(len(up)):
        a, b = left[i * on_left], right[i * on_right]
        above, below = a > b, a < b
        up[i], down[i] = above, below
        alike += not (above | below)
    for i in range(len(up) - 1, 0, -1):
        up[i], down[i] = up[i] & down[i - 1], down[i] & up[i - 1]
    # Bar by bar, up to the first one after which they differ on every bar.
    last_side = 0
    for i in range(len(up)):
        a, b = left[i * on_left], right[i * on_right]
        if a == b:
            up[i], down[i] = 0, 0
        elif a != a or b != b:  # only NaN differs from itself
            up[i], down[i] = -1, -1
        else:
            side = 1 if a > b else -1
            changed = -1 if last_side == 0 else int(side != last_side)
            up[i], down[i] = changed if side > 0 else 0, changed if side < 0 else 0
            last_side = side
            if alike == 0:
                break
            continue
        alike -= 1


def _of_blocks(left: FloatSeries, right: FloatSeries, **_: Any) -> tuple[Signal, Signal]:
    return crossings(left, right)


CROSSINGS = Together(_of_blocks, most={"crosses_above": 1, "crosses_below": 1})
