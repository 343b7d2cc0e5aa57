"""The two sides of a sum or a comparison: a wire on the left, a wire or a typed number on the right.

A typed number is a series of one value, which stands for every bar.
"""

from app.blocks.kind import series
from app.blocks.params import Param, number
from app.compiled import step
from app.market.candles import FloatSeries

LARGEST = 1e12

SIDES = (series("left"), series("right", param="value"))


def typed_number(default: float, name: str = "value") -> Param:
    """Return the param for a number that is typed on the block where nothing is connected."""
    return number(name, default, -LARGEST, LARGEST)


@step
def stride(side: FloatSeries) -> int:
    """Return how many values a side goes on from bar to bar: none where it is a typed number."""
    return 1 if len(side) > 1 else 0
