"""Synthetic minute candles that every benchmark runs on: five years, always the same, and hours made of them.

The market drifts up or down for about an hour and a half at a time, just strongly enough that the reference strategy
lives on after fees. On a plain random walk it would lose all but nothing of its capital; engines that stop trading
below some amount of money would then look fast.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[np.float64] | NDArray[np.int64]]

NAMES = ("time", "open", "high", "low", "close", "volume")
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
YEAR = 525_600  # minutes
DAY, WEEK, MONTH = 1_440, 10_080, 43_200
START_MS = 1_577_836_800_000  # 2020-01-01
SEED = 20260801

# Name of a size: number of minutes, and how many of them make a bar.
SIZES = {"1h_1y": (YEAR, 60), "1h_5y": (5 * YEAR, 60), "m1_1y": (YEAR, 1), "m1_5y": (5 * YEAR, 1)}

_SPREAD = 0.00055  # standard deviation of a minute's return
_DRIFT = 0.000105  # standard deviation of the drift per minute
_DRIFT_LASTS = 95.0  # minutes, on average

FOLDER = Path(__file__).parents[1] / ".bench-data"


def load(size: str) -> Columns:
    """Return the columns of a size, each an array of its own; `time` is int64 UTC ms, the others are float64."""
    path = FOLDER / f"{size}.npy"
    if not path.exists():
        _build()
    rows = np.load(path, mmap_mode="r")
    columns: Columns = {name: np.array(row) for name, row in zip(NAMES, rows, strict=True)}
    return columns | {"time": columns["time"].astype(np.int64)}


def step_ms(size: str) -> int:
    """Return the length of a bar of this size in ms."""
    return SIZES[size][1] * MINUTE_MS


def _build() -> None:
    """Write one file per size, so that loading a small one takes little memory."""
    FOLDER.mkdir(exist_ok=True)
    minutes = generate()
    for size, (count, minutes_a_bar) in SIZES.items():
        part = {name: column[:count] for name, column in minutes.items()}
        columns = part if minutes_a_bar == 1 else _joined(part, minutes_a_bar)
        unfinished = FOLDER / f"{size}.unfinished.npy"
        np.save(unfinished, np.stack([columns[name].astype(np.float64) for name in NAMES]))
        os.replace(unfinished, FOLDER / f"{size}.npy")


def generate(count: int = 5 * YEAR, seed: int = SEED) -> Columns:
    """Return `count` minutes, with prices rounded to 0.01 and volumes to 0.00001 as an exchange does."""
    chance = np.random.default_rng(seed)
    drifts = int(count / _DRIFT_LASTS * 1.3) + 1000
    lengths = np.maximum(5, chance.exponential(_DRIFT_LASTS, drifts)).astype(np.int64)
    drift = np.repeat(chance.normal(0.0, _DRIFT, drifts), lengths)[:count]
    weekly = np.repeat(np.exp(chance.normal(0.0, 0.25, count // WEEK + 1)), WEEK)[:count]
    minute = np.arange(count)
    daily = 1.0 + 0.35 * np.sin(2.0 * np.pi * minute / DAY)
    price = np.cumsum(drift + chance.standard_normal(count) * _SPREAD * daily * weekly)
    # Over the years the level is drawn back, so that prices stay in a range one can imagine.
    price -= 0.9 * np.interp(minute, minute[::MONTH], price[::MONTH])
    close = np.round(30_000.0 * np.exp(price), 2)
    gap = 1.0 + chance.standard_normal(count) * 2e-5
    open_ = close.copy()
    open_[1:] = np.round(close[:-1] * gap[1:], 2)
    above, below = (1.0 + side * np.abs(chance.standard_normal(count)) * _SPREAD * 0.5 for side in (1, -1))
    return {
        "time": START_MS + MINUTE_MS * minute,
        "open": open_,
        "high": np.round(np.maximum(open_, close) * above, 2),
        "low": np.round(np.minimum(open_, close) * below, 2),
        "close": close,
        "volume": np.round(chance.gamma(1.2, 12.0, count) * daily, 5),
    }


def _joined(minutes: Columns, count: int) -> Columns:
    """Return bars of `count` minutes each."""
    part = {name: column.reshape(-1, count) for name, column in minutes.items()}
    return {
        "time": part["time"][:, 0],
        "open": part["open"][:, 0],
        "high": part["high"].max(axis=1),
        "low": part["low"].min(axis=1),
        "close": part["close"][:, -1],
        "volume": part["volume"].sum(axis=1),
    }
