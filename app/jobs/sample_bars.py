"""Bars of the sample market, kept in memory once made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from app.market.candles import Candles
from app.market.resample import DerivedBars, derive
from app.market.timeframe import Timeframe
from app.strategy.document import Strategy

SAMPLE = "sample"


class SampleBars:
    """Gives the bars a strategy runs on. A few instruments and timeframes stay in memory; one thread may ask."""

    def __init__(self, candles: Callable[[str], Candles] | None = None) -> None:
        self._read = candles or _sample_candles
        self._candles: OrderedDict[str, Candles] = OrderedDict()
        self._derived: OrderedDict[tuple[str, Timeframe], DerivedBars] = OrderedDict()

    def of(self, strategy: Strategy) -> DerivedBars:
        """Return the bars of a strategy's instrument and timeframe. Raises CandlesUnavailable for an unknown one."""
        key = strategy.symbol, strategy.timeframe
        if key not in self._derived:
            self._derived[key] = derive(self._base(strategy.symbol), strategy.timeframe)
        self._derived.move_to_end(key)
        if len(self._derived) > 6:
            self._derived.popitem(last=False)
        return self._derived[key]

    def _base(self, symbol: str) -> Candles:
        if symbol not in self._candles:
            self._candles[symbol] = self._read(symbol)
        self._candles.move_to_end(symbol)
        if len(self._candles) > 2:
            old, _ = self._candles.popitem(last=False)
            self._derived = OrderedDict((key, bars) for key, bars in self._derived.items() if key[0] != old)
        return self._candles[symbol]


def _sample_candles(symbol: str) -> Candles:
    from app.data.sample_market import sample_candles

    return sample_candles(symbol)
