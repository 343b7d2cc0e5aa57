"""AND."""

from collections.abc import Sequence

from app.blocks.kind import BlockKind, gives_signal, signal
from app.compiled import loop
from app.market.candles import Signal


def all_of(inputs: Sequence[Signal]) -> Signal:
    """Return where all of one or more signals are true, after Kleene (rule 5).

    False where any of them is false, else unknown where any is unknown. One signal alone passes through.
    """
    result = inputs[0].copy()
    for other in inputs[1:]:
        _and(other, result)
    return result


@loop
def _and(other: Signal, result: Signal) -> None:
    for i in range(len(result)):
        a, b = other[i], result[i]
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
