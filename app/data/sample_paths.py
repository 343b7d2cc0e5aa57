"""Made-up price paths, hour by hour: the same numbers on every machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.market.candles import FloatSeries

_GOLDEN = 0x9E3779B97F4A7C15
_UNIT = 1.0 / 9_007_199_254_740_992.0
_FIELD = np.uint64(0x1FFFFF)


def uniforms(seed: int, stream: int, count: int) -> FloatSeries:
    """Return `count` numbers from 0 up to, without, 1."""
    return (_bits(seed, stream, count) >> np.uint64(11)).astype(np.float64) * _UNIT


def noise(seed: int, stream: int, count: int) -> FloatSeries:
    """Return bell-shaped numbers of mean 0 and spread 1, each the sum of three uniforms of 21 bits."""
    bits = _bits(seed, stream, count)
    total = bits >> np.uint64(43)
    total += (bits >> np.uint64(22)) & _FIELD
    total += (bits >> np.uint64(1)) & _FIELD
    return total.astype(np.float64) * (2.0 / 2_097_152.0) - 3.0


def _bits(seed: int, stream: int, count: int) -> np.ndarray:
    """Return `count` random whole numbers of 64 bits: whole-number arithmetic only, so the same everywhere.

    Source: G. L. Steele, D. Lea, C. H. Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
    """
    start = (seed * 1_000_003 + stream + 1) * 0xD1342543DE82EF95 % 2**64
    state = np.arange(1, count + 1, dtype=np.uint64)
    state *= np.uint64(_GOLDEN)
    state += np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state ^= state >> np.uint64(shift)
        state *= np.uint64(factor)
    state ^= state >> np.uint64(31)
    return state


@dataclass(frozen=True)
class Regime:
    """A stretch of one mood: drift per hour as a fraction, how lively it is, and how long it lasts, in days."""

    drift: float
    liveliness: float
    shortest: int
    longest: int


@dataclass(frozen=True)
class Character:
    """What kind of market a made-up instrument is; rates are fractions per hour.

    The price is a path that drifts, times a swing around it that is pulled back. `pull_home` draws the path itself
    back to where it began. A jump comes in one minute; a crash is a day of falling fast.
    """

    seed: int
    first_price: float
    regimes: tuple[Regime, ...]
    drift_spread: float
    swing_spread: float
    swing_pull: float
    pull_home: float = 0.0
    jumps_per_year: float = 0.0
    jump_size: float = 0.0
    crashes: tuple[int, ...] = ()
    crash_drift: float = 0.0


@dataclass(frozen=True, eq=False)
class Hours:
    """An hourly path: `price` at every full hour (one more than hours), `spread` of an hour, jump inside each hour."""

    price: FloatSeries
    spread: FloatSeries
    jump: FloatSeries


# How lively each hour of the day is, UTC: quiet in the early morning, busy when Europe and America overlap.
DAY_SHAPE = (
    0.95, 0.90, 0.86, 0.80, 0.75, 0.74, 0.80, 0.92, 1.02, 1.02, 0.98, 0.97,
    1.04, 1.20, 1.34, 1.32, 1.22, 1.12, 1.06, 1.04, 1.05, 1.02, 0.97, 0.95,
)  # fmt: skip
_CRASH_HOURS = 22


def walk_hours(character: Character, count: int) -> Hours:
    """Return `count` hours of a made-up market, one hour after the other in plain arithmetic."""
    draws = (noise(character.seed, 110, count), noise(character.seed, 120, count))
    mood = _moods(character, count)
    jump = _jumps(character, count)
    crash_hours = {day * 24 + 9 + hour for day in character.crashes for hour in range(_CRASH_HOURS)}
    base, swing, stir = character.first_price, 0.0, 1.0
    price, spread = np.empty(count + 1), np.empty(count)
    price[0] = base
    rows = zip(*(draw.tolist() for draw in draws), jump.tolist(), mood, strict=True)
    for hour, (step, back, leap, regime) in enumerate(rows):
        crashing = hour in crash_hours
        lively = stir * regime.liveliness * DAY_SHAPE[hour % 24] * (2.2 if crashing else 1.0)
        drift = character.crash_drift if crashing else regime.drift
        home = character.pull_home * (character.first_price / base - 1.0)
        base *= 1.0 + drift + home + character.drift_spread * lively * step + leap
        swing += character.swing_spread * lively * back - character.swing_pull * swing
        stir += 0.03 * (1.0 - stir) + 0.05 * stir * (abs(step) - 0.8) + (0.9 if leap else 0.0)
        stir = min(max(stir, 0.45), 3.5)
        price[hour + 1] = base * (1.0 + swing)
        spread[hour] = (character.drift_spread + character.swing_spread) * 0.75 * lively
    return Hours(price, spread, jump)


def _moods(character: Character, count: int) -> list[Regime]:
    """Return the regime of every hour: each follows another one, never itself."""
    picks = iter(uniforms(character.seed, 130, 4_000).tolist())
    moods: list[Regime] = []
    current = 0
    while len(moods) < count:
        regime = character.regimes[current]
        days = regime.shortest + int(next(picks) * (regime.longest - regime.shortest + 1))
        moods.extend([regime] * (24 * days))
        current = (current + 1 + int(next(picks) * (len(character.regimes) - 1))) % len(character.regimes)
    return moods[:count]


def _jumps(character: Character, count: int) -> FloatSeries:
    """Return the jump of every hour as a fraction, 0 in most."""
    there = uniforms(character.seed, 140, count) < character.jumps_per_year / 8_766.0
    size = (0.4 + uniforms(character.seed, 141, count)) * character.jump_size
    sign = np.where(uniforms(character.seed, 142, count) < 0.45, 1.0, -1.0)
    return np.where(there, size * sign, 0.0)
