"""The sample market: two years of made-up minute candles for three made-up instruments.

Nothing in it is a real price. It is there so that a first backtest needs neither the internet nor a file, and every
screen and report that uses it says "synthetic sample market".
"""

from __future__ import annotations

import os
import tempfile
import zlib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from app import paths
from app.data.sample_paths import DAY_SHAPE, Character, Hours, Regime, noise, uniforms, walk_hours
from app.errors import CandlesUnavailable
from app.market.candles import Candles, FloatSeries
from app.market.instrument import Instrument
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS

LABEL = "synthetic sample market"
GENERATOR_VERSION = 1
START_MS = 1_704_067_200_000  # 2024-01-01
END_MS = 1_767_225_600_000  # 2026-01-01
HOURS = (END_MS - START_MS) // HOUR_MS


@dataclass(frozen=True)
class _Sample:
    instrument: Instrument
    character: Character
    ticks_per_unit: int
    volume_a_minute: float


_SAMPLES = (
    _Sample(
        Instrument("RIVER/USD", "sample", price_step=0.01),
        Character(
            seed=300,
            first_price=120.0,
            regimes=(Regime(0.00034, 1.0, 18, 45), Regime(-0.00034, 1.1, 12, 28), Regime(0.0, 0.6, 4, 10)),
            drift_spread=0.0050,
            swing_spread=0.0026,
            swing_pull=0.040,
            jumps_per_year=12,
            jump_size=0.022,
        ),
        ticks_per_unit=100,
        volume_a_minute=90.0,
    ),
    _Sample(
        Instrument("HARBOR/USD", "sample", price_step=0.001),
        Character(
            seed=141,
            first_price=38.0,
            regimes=(Regime(0.0, 0.85, 15, 45), Regime(0.00005, 1.2, 6, 20), Regime(-0.00005, 1.0, 6, 20)),
            drift_spread=0.0036,
            swing_spread=0.0046,
            swing_pull=0.055,
            pull_home=0.0010,
            jumps_per_year=5,
            jump_size=0.015,
        ),
        ticks_per_unit=1_000,
        volume_a_minute=400.0,
    ),
    _Sample(
        Instrument("STORM/USD", "sample", price_step=0.0001),
        Character(
            seed=492,
            first_price=2.4,
            regimes=(Regime(0.00040, 1.05, 10, 30), Regime(-0.00026, 1.2, 8, 25), Regime(0.0, 0.7, 6, 20)),
            drift_spread=0.0066,
            swing_spread=0.0030,
            swing_pull=0.040,
            jumps_per_year=30,
            jump_size=0.032,
            crashes=(131, 402, 598),
            crash_drift=-0.012,
        ),
        ticks_per_unit=10_000,
        volume_a_minute=6_000.0,
    ),
)

SAMPLES = tuple(sample.instrument for sample in _SAMPLES)


def sample_candles(symbol: str) -> Candles:
    """Return the minute candles of a sample instrument: the same on every machine, generated once and then kept.

    Raises CandlesUnavailable for any other symbol.
    """
    sample = next((one for one in _SAMPLES if one.instrument.symbol == symbol), None)
    if sample is None:
        known = [instrument.symbol for instrument in SAMPLES]
        near = get_close_matches(symbol.upper(), known, n=1, cutoff=0.3)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}."
        raise CandlesUnavailable(f"The {LABEL} has no {symbol[:40]!r}; {hint}")
    file = _file(sample)
    rows = _stored(file)
    if rows is None:
        rows = _generate(sample)
        _store(file, rows)
    return _candles(sample, rows)


def _candles(sample: _Sample, rows: np.ndarray) -> Candles:
    """Return candles of whole numbers: minutes since the start, prices in ticks, volume in tenths."""
    open_, high, low, close = (column / float(sample.ticks_per_unit) for column in rows[1:5])
    time = rows[0] * np.int64(MINUTE_MS) + START_MS
    return Candles(time, open_, high, low, close, rows[5] / 10.0, MINUTE_MS)


def _generate(sample: _Sample) -> np.ndarray:
    """Return the rows of a sample instrument: int32, one row each for minute, open, high, low, close and volume."""
    hours = walk_hours(sample.character, HOURS)
    seed = sample.character.seed
    close = np.rint(_minute_closes(hours, seed) * sample.ticks_per_unit)
    open_ = np.empty_like(close)
    open_[0] = np.rint(hours.price[0] * sample.ticks_per_unit)
    open_[1:] = close[:-1]
    reach = np.repeat(hours.spread * hours.price[:-1] * sample.ticks_per_unit, 60) * 0.16
    high = np.maximum(open_, close) + np.rint(reach * _squared(seed, 40))
    low = np.minimum(open_, close) - np.rint(reach * _squared(seed, 41))
    volume = np.rint(_volume(sample, open_, high, low, reach) * 10.0)
    there = _present(seed)
    columns = (np.arange(HOURS * 60), open_, high, low, close, volume)
    return np.stack([column[there].astype(np.int32) for column in columns])


def _squared(seed: int, stream: int) -> FloatSeries:
    draw = uniforms(seed, stream, HOURS * 60)
    return draw * draw


def _minute_closes(hours: Hours, seed: int) -> FloatSeries:
    """Return a close per minute: a random walk inside each hour, bent so that it ends at the hour's price.

    A jump comes in one of the first fifty minutes, whole.
    """
    begin = hours.price[:-1, None]
    unit = hours.spread[:, None] * begin * 0.13
    stir = 0.5 + uniforms(seed, 20, HOURS * 60)
    steps = unit * (noise(seed, 10, HOURS * 60) * stir).reshape(HOURS, 60)
    jumping = np.flatnonzero(hours.jump)
    minute = (uniforms(seed, 21, HOURS)[jumping] * 50.0).astype(np.int64)
    steps[jumping, minute] += hours.jump[jumping] * hours.price[jumping]
    path = np.cumsum(steps, axis=1)
    bend = (hours.price[1:] - hours.price[:-1] - path[:, -1]) / 60.0
    return (begin + path + bend[:, None] * np.arange(1.0, 61.0)).ravel()


def _volume(
    sample: _Sample, open_: FloatSeries, high: FloatSeries, low: FloatSeries, reach: FloatSeries
) -> FloatSeries:
    """Return the volume per minute: busier in busy hours, on working days and when the price moves."""
    hour = np.arange(HOURS)
    weekend = ((START_MS + hour * HOUR_MS) // DAY_MS + 3) % 7 >= 5
    shape = np.array(DAY_SHAPE)[hour % 24]
    usual = np.repeat(shape * shape * np.where(weekend, 0.65, 1.0), 60) * sample.volume_a_minute
    stir = (high - low) / (reach + 1.0)
    draw = uniforms(sample.character.seed, 50, HOURS * 60)
    return usual * (0.15 + 1.7 * draw * draw * draw + 0.35 * stir)


def _present(seed: int) -> np.ndarray:
    """Return which minutes the market has: one in about 2,500 is missing, and once the exchange was down."""
    there = uniforms(seed, 60, HOURS * 60) >= 0.0004
    outage = (511 * 24 + 14) * 60 + 8
    there[outage : outage + 47] = False
    there[0] = there[-1] = True
    return there


def _file(sample: _Sample) -> Path:
    # Another version of the generator, or another character, is another file.
    key = zlib.crc32(f"{GENERATOR_VERSION} {sample}".encode())
    return paths.cache_folder() / "sample-market" / f"{sample.instrument.symbol.replace('/', '-')}-{key:08x}.npy"


def _stored(file: Path) -> np.ndarray | None:
    """Return the rows kept in a file; None where there is none or it is damaged."""
    try:
        flat = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = flat.dtype == np.int32 and flat.ndim == 1 and len(flat) % 6 == 1
    if not whole or int(flat[-1]) & 0xFFFFFFFF != zlib.crc32(flat[:-1].data):
        return None
    rows: np.ndarray = flat[:-1].reshape(6, -1)
    return rows


def _store(file: Path, rows: np.ndarray) -> None:
    """Keep the rows in a file that is there whole or not at all; where that is not possible, do without."""
    check = np.array([zlib.crc32(np.ascontiguousarray(rows).data)], np.uint32).view(np.int32)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                np.save(stream, np.concatenate([rows.ravel(), check]))
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    except OSError:
        return
