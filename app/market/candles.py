"""Candles: open, high, low, close and volume per open time, as numpy columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.market.timeframe import Timeframe

FloatSeries = NDArray[np.float64]
TimeSeries = NDArray[np.int64]
Signal = NDArray[np.int8]

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume")

# Beyond these no sum of money made of a price can be trusted.
LEAST_PRICE, MOST_PRICE = 1e-15, 1e15


@dataclass(frozen=True, eq=False)
class Candles:
    """Candles of one length, in order of time, each named by its open time (rule 1).

    `time` is int64 UTC milliseconds, strictly rising; the other columns are float64 of the same length, writable and
    contiguous, because compiled loops take nothing else. A minute that the source does not have is absent, never
    filled in. NaN in `volume` means that the source gives none; prices are never NaN.
    """

    time: TimeSeries
    open: FloatSeries
    high: FloatSeries
    low: FloatSeries
    close: FloatSeries
    volume: FloatSeries
    step_ms: int

    def __len__(self) -> int:
        return len(self.time)

    @property
    def end(self) -> int:
        """The moment the last candle closes, in UTC milliseconds; 0 without candles."""
        return int(self.time[-1]) + self.step_ms if len(self) else 0

    def between(self, start: int, end: int) -> Candles:
        """Return the candles with `start <= open time < end`, as views of the same memory."""
        first, last = np.searchsorted(self.time, (start, end))
        return self.rows(int(first), int(last))

    def rows(self, first: int, last: int) -> Candles:
        """Return the candles from row `first` up to, without, row `last`, as views of the same memory."""
        if first == 0 and last == len(self):
            return self
        cut = slice(first, last)
        return Candles(
            self.time[cut],
            self.open[cut],
            self.high[cut],
            self.low[cut],
            self.close[cut],
            self.volume[cut],
            self.step_ms,
        )

    def fingerprint(self) -> str:
        """Return the SHA-256 of the columns as little-endian bytes: the same candles give the same text anywhere."""
        digest = hashlib.sha256(f"candles/1 {self.step_ms} {len(self)}\n".encode())
        digest.update(self.time.astype("<i8", copy=False).data)
        for name in COLUMNS:
            column = getattr(self, name)
            # Adding 0.0 turns -0.0 into 0.0; a NaN may carry any payload, so it is written as the one standard NaN.
            plain = np.where(np.isnan(column), np.nan, column + 0.0) if name == "volume" else column
            digest.update(np.ascontiguousarray(plain, dtype="<f8").data)
        return digest.hexdigest()


def candles(
    time: object, open: object, high: object, low: object, close: object, volume: object, step_ms: int
) -> Candles:
    """Return candles from anything numpy can read, with columns as the compiled loops want them.

    Raises ValueError, naming the first flaw and where it is, when the rows break a rule of `flaw`.
    """
    o, h, l, c, v = (np.require(column, np.float64, ["C", "W"]) for column in (open, high, low, close, volume))  # noqa: E741
    result = Candles(np.require(time, np.int64, ["C", "W"]), o, h, l, c, v, step_ms)
    problem = flaw(result)
    if problem:
        raise ValueError(problem)
    return result


def flaw(rows: Candles) -> str | None:
    """Return a sentence about the first row that cannot be a candle, or None when all are sound.

    Sound means: times rising and on the step; prices finite, above zero, LEAST_PRICE to MOST_PRICE; low <= open,
    close <= high; volume not negative and not infinite.
    """
    if len({len(getattr(rows, name)) for name in ("time", *COLUMNS)}) > 1:
        return "The columns have different lengths."
    found = first_flaw(rows)
    if found is None:
        return None
    row, text = found
    return f"The candle of {np.datetime64(int(rows.time[row]), 'ms')}Z (row {row + 1}) {text}."


def first_flaw(rows: Candles) -> tuple[int, str] | None:
    """Return the first row that breaks a rule of `flaw`, with the end of a sentence about it, or None."""
    open_, high, low, close = prices = [getattr(rows, name) for name in PRICES]
    with np.errstate(invalid="ignore"):
        off_step = (rows.time - Timeframe(rows.step_ms).origin_ms) % rows.step_ms
        checks = [
            (off_step != 0, "is not at a multiple of the candle length"),
            (np.diff(rows.time, prepend=rows.time[:1] - 1) <= 0, "does not come after the candle before it"),
            (~np.logical_and.reduce([np.isfinite(p) & (p > 0) for p in prices]), "has a price that is not above zero"),
            ((low > np.minimum(open_, close)) | (high < np.maximum(open_, close)), "has a low or high inside its body"),
            ((low < LEAST_PRICE) | (high > MOST_PRICE), "has a price beyond all sense"),
            ((rows.volume < 0) | np.isinf(rows.volume), "has a volume that cannot be"),
        ]
    for bad, text in checks:
        if bad.any():
            return int(bad.argmax()), text
    return None
