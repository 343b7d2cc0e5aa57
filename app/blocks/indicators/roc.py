"""Rate of change."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import whole
from app.market.candles import FloatSeries


def roc(source: FloatSeries, period: int) -> FloatSeries:
    """Return the change of `source` over `period` bars in percent: 5.0 is 5 % more than `period` bars ago.

    NaN where the earlier value is zero (rule 23).

    Source: TA-Lib ROC.
    """
    return standard.roc(source, period)


KIND = BlockKind(
    id="roc",
    title="ROC",
    group="Indicators",
    about="How many percent the price has risen or fallen since a number of bars ago: 5 means 5 % higher. "
    "Above zero is upward momentum.",
    phrase="the {period}-bar rate of change of {source} in percent",
    inputs=(series("source", market="close"),),
    outputs=(gives_series(chart="own pane"),),
    params=(whole("period", default=10, low=1, high=500, unit="bars"),),
    compute=roc,
    warmup=lambda period: period,
    settles=lambda period: period,
    also=("rate of change", "momentum", "percent change"),
)
