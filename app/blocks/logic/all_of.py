"""AND."""

import functools
from collections.abc import Sequence

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, signal
from app.compiled import loop
from app.market.candles import Signal


def all_of(inputs: Sequence[Signal]) -> Signal:
    """Return where all of one or more signals are true, after Kleene (rule 5).

    False where any of them is false, else unknown where any is unknown. One signal alone passes through.
    """
    return functools.reduce(_both, inputs) if len(inputs) > 1 else inputs[0].copy()


def _both(left: Signal, right: Signal) -> Signal:
    result = np.empty(len(left), np.int8)
    _and(left, right, result)
    return result


@loop
def _and(left: Signal, right: Signal, result: Signal) -> None:
    for i in range(len(result)):
        a, b = left[i], right[i]
        result[i] = 0 if (a == 0) | (b == 0) else min(a, b)


KIND = BlockKind(
    id="all_of",
    title="AND",
    group="Logic",
    about="True while every condition connected to it is true. Connect as many as you like.",
    phrase="{inputs}",
    inputs=(signal("inputs", many=True),),
    outputs=(gives_signal(),),
    compute=all_of,
    also=("all of", "every", "both", "&"),
)
