"""The two sides of a sum or a comparison: a wire on the left, a wire or a typed number on the right."""

from app.blocks.kind import series
from app.blocks.params import Param, number

LARGEST = 1e12

SIDES = (series("left"), series("right", param="value"))


def typed_number(default: float, name: str = "value") -> Param:
    """Return the param for a number that is typed on the block where nothing is connected."""
    return number(name, default, -LARGEST, LARGEST)
