"""Standard deviation."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def standard_deviation(source: FloatSeries, period: int) -> FloatSeries:
    """Return the standard deviation of the last `period` values of `source`: the population's, divided by `period`.

    Source: TA-Lib STDDEV.
    """
    return standard.standard_deviation(source, period)


KIND = BlockKind(
    id="standard_deviation",
    title="Standard deviation",
    group="Indicators",
    about="How widely the last bars are scattered around their mean, in the units of what is measured. "
    "Zero in a market that stands still.",
    phrase="the {period}-bar standard deviation of {source}",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(low=0, chart="own pane"),),
    params=(whole("period", default=20, low=2, high=500, unit="bars"),),
    compute=standard_deviation,
    warmup=lambda period: period - 1,
    settles=lambda period: period - 1,
    also=("volatility", "deviation", "stdev", "sigma", "spread"),
)
