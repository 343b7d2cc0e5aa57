"""Just became true."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, signal
from app.compiled import loop
from app.market.candles import Signal


def became_true(when: Signal) -> Signal:
    """Return whether `when` is true and was false one bar before (rule 23).

    That is an AND: false where `when` is false or was true, else unknown where either is, as the bar before bar 0 is.
    """
    result = np.empty(len(when), np.int8)
    _became_true(when, result)
    return result


@loop
def _became_true(when: Signal, result: Signal) -> None:
    before = -1
    for i in range(len(result)):
        now = when[i]
        if now == 0 or before == 1:
            result[i] = 0
        elif now == 1 and before == 0:
            result[i] = 1
        else:
            result[i] = -1
        before = now


KIND = BlockKind(
    id="became_true",
    title="Just became true",
    group="Comparison",
    about="True on the first bar of a condition only, so that a condition that lasts acts once.",
    phrase="{when} has just become true",
    inputs=(signal("when"),),
    outputs=(gives_signal(),),
    compute=became_true,
    warmup_is_least=True,
    settles=lambda: 1,
    also=("edge", "trigger", "once", "first bar", "starts", "new"),
)
