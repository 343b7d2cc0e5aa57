"""Series and candles for tests of the candle cache: what a candle holds follows from its minute and a version."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.data.records import Series, SeriesKey, Span
from app.market.candles import Candles, candles

MINUTE = 60_000
START = 1_577_836_800_000  # 2020-01-01
EVER = Span(0, 2**50)


def series(number: int = 0, **known: object) -> Series:
    """Return one of many series."""
    return Series(SeriesKey("binance", "spot", f"COIN{number}/USDT"), **known)  # type: ignore[arg-type]


def span(first: int, last: int) -> Span:
    """Return the span from minute `first` up to, without, minute `last`."""
    return Span(START + first * MINUTE, START + last * MINUTE)


def minutes(numbers: Iterable[int], version: int = 0) -> Candles:
    """Return the candles of these minutes, as a source gave them in this version."""
    number = np.array(sorted(numbers), np.int64)
    open_ = 100.0 + number % 977 * 0.01
    close = open_ + (number * 7 + version * 13) % 11 * 0.01
    volume = np.round((number * 31 + version) % 1009 * 0.001, 3)
    return candles(START + number * MINUTE, open_, close + 0.02, open_ - 0.03, close, volume, MINUTE)


def same(one: Candles, other: Candles) -> bool:
    """Say whether two sets of candles are the same to the last bit."""
    return one.fingerprint() == other.fingerprint()
