"""Bollinger Bands."""

from app.blocks import standard
from app.blocks.kind import BlockKind, gives_series, series
from app.blocks.params import number, whole
from app.market.candles import FloatSeries


def bollinger(source: FloatSeries, period: int, deviations: float) -> tuple[FloatSeries, FloatSeries, FloatSeries]:
    """Return the upper, middle and lower band: the SMA of `source` and `deviations` standard deviations around it.

    The deviation is that of the population, divided by `period` (rule 23).

    Source: J. Bollinger, Bollinger on Bollinger Bands, 2001.
    """
    middle = standard.sma(source, period)
    width = deviations * standard.standard_deviation(source, period)
    return middle + width, middle, middle - width


KIND = BlockKind(
    id="bollinger",
    title="Bollinger Bands",
    group="Indicators",
    about="A moving average with a band above and below it that widens when prices swing more. "
    "With 20 bars and 2 deviations most closes lie inside.",
    phrase="the middle Bollinger band ({period} bars) of {source}",
    inputs=(series("source", market="close"),),
    outputs=(
        gives_series(
            "upper",
            chart="price",
            phrase="the upper Bollinger band ({period} bars, {deviations} deviations) of {source}",
        ),
        gives_series("middle", chart="price"),
        gives_series(
            "lower",
            chart="price",
            phrase="the lower Bollinger band ({period} bars, {deviations} deviations) of {source}",
        ),
    ),
    params=(
        whole("period", default=20, low=2, high=500, unit="bars"),
        number("deviations", default=2.0, low=0.1, high=10.0),
    ),
    compute=bollinger,
    warmup=lambda period, deviations: period - 1,
    settles=lambda period, deviations: period - 1,
    also=("bands", "BB", "volatility", "squeeze", "channel"),
)
