"""OR."""

from collections.abc import Sequence

from app.blocks.kind import BlockKind, gives_signal, signal
from app.compiled import loop
from app.market.candles import Signal


def any_of(inputs: Sequence[Signal]) -> Signal:
    """Return where any of one or more signals is true, after Kleene (rule 5).

    Where none is true, unknown where any is unknown, else false. One signal alone passes through.
    """
    result = inputs[0].copy()
    for other in inputs[1:]:
        _or(other, result)
    return result


@loop
def _or(other: Signal, result: Signal) -> None:
    for i in range(len(result)):
        a, b = other[i], result[i]
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
