"""Constant."""

import numpy as np

from app.blocks.kind import BlockKind, gives_series
from app.blocks.params import number
from app.market.candles import FloatSeries, TimeSeries


def constant(time: TimeSeries, value: float) -> FloatSeries:
    """Return `value` at every bar."""
    return np.full(len(time), value, dtype=np.float64)


KIND = BlockKind(
    id="constant",
    title="Number",
    group="Inputs",
    about="A number you type, the same at every bar. Useful where several blocks share one limit, such as 30 for RSI.",
    phrase="{value}",
    outputs=(gives_series(),),
    params=(number("value", default=0.0, low=-1e12, high=1e12),),
    market=("time",),
    compute=constant,
    also=("constant", "value", "level", "threshold"),
)
