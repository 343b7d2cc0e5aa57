"""NOT."""

import numpy as np

from app.blocks.kind import BlockKind, gives_signal, signal
from app.market.candles import Signal


def negate(when: Signal) -> Signal:
    """Return true where `when` is false and false where it is true; unknown stays unknown (rule 5)."""
    # Flipping the lowest bit turns 1 into 0 and 0 into 1; -1 is left as it is.
    return np.bitwise_xor(when, (when >= 0).view(np.int8))


KIND = BlockKind(
    id="negate",
    title="NOT",
    group="Logic",
    about="Turns true into false and false into true. What is unknown stays unknown.",
    phrase="NOT {when}",
    inputs=(signal("when"),),
    outputs=(gives_signal(),),
    compute=negate,
    also=("negate", "opposite", "invert", "unless", "!"),
)
