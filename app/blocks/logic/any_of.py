"""OR."""

import functools
from collections.abc import Sequence

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, signal
from app.compiled import loop
from app.market.candles import Signal


def any_of(inputs: Sequence[Signal]) -> Signal:
    """Return where any of one or more signals is true, after Kleene (rule 5).

    Where none is true, unknown where any is unknown, else false. One signal alone passes through.
    """
    return functools.reduce(_either, inputs) if len(inputs) > 1 else inputs[0].copy()


def _either(left: Signal, right: Signal) -> Signal:
    result = np.empty(len(left), np.int8)
    _or(left, right, result)
    return result


@loop
def _or(left: Signal, right: Signal, result: Signal) -> None:
    for i in range(len(result)):
        a, b = left[i], right[i]
        result[i] = 1 if (a == 1) | (b == 1) else min(a, b)


KIND = BlockKind(
    id="any_of",
    title="OR",
    group="Logic",
    about="True while at least one condition connected to it is true. Connect as many as you like.",
    phrase="{inputs}",
    inputs=(signal("inputs", many=True),),
    outputs=(gives_signal(),),
    compute=any_of,
    also=("any of", "either", "at least one", "|"),
)
