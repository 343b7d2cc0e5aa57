"""What a set of candles holds, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.market.candles import Candles


@dataclass(frozen=True)
class CandleSummary:
    """Figures about candles; times are UTC milliseconds, lengths of gaps are counted in missing candles.

    `first` and `last` are open times. `share_present` is the fraction of the candles between first and last that are
    there. `longest_gap_after` is the open time of the last candle before the longest gap, and `jump_after` of the last
    candle before the gap over which the price moved most; `jump` is that move from close to open as a fraction.
    They are None without gaps.
    """

    rows: int
    first: int
    last: int
    end: int
    step_ms: int
    share_present: float
    gaps: int
    longest_gap: int
    longest_gap_after: int | None
    zero_volume: int
    no_volume: int
    jump: float | None
    jump_after: int | None


def describe(candles: Candles) -> CandleSummary:
    """Return the summary of at least one candle."""
    slots = (int(candles.time[-1]) - int(candles.time[0])) // candles.step_ms + 1
    missing = np.diff(candles.time) // candles.step_ms - 1
    before = np.flatnonzero(missing)
    moves = candles.open[before + 1] / candles.close[before] - 1.0
    widest = int(np.abs(moves).argmax()) if len(before) else None
    longest = int(missing.argmax()) if len(before) else None
    return CandleSummary(
        rows=len(candles),
        first=int(candles.time[0]),
        last=int(candles.time[-1]),
        end=candles.end,
        step_ms=candles.step_ms,
        share_present=len(candles) / slots,
        gaps=len(before),
        longest_gap=0 if longest is None else int(missing[longest]),
        longest_gap_after=None if longest is None else int(candles.time[longest]),
        zero_volume=int(np.count_nonzero(candles.volume == 0.0)),
        no_volume=int(np.count_nonzero(np.isnan(candles.volume))),
        jump=None if widest is None else float(moves[widest]),
        jump_after=None if widest is None else int(candles.time[before[widest]]),
    )
