"""The stand-in exchange that lies beside the checkout on some machines, and a made-up market for it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.data.http import Http, Pace, Timing

FOLDER = Path(__file__).parents[3] / "shared" / "fake_exchange"
MINUTE = 60_000
DAY = 86_400_000
START = 1_733_097_600_000  # Monday 2 December 2024, 00:00 UTC


def exchange_class() -> Any:
    """Return the class FakeExchange; skip where it is not there."""
    if not (FOLDER / "fake_exchange.py").is_file():
        pytest.skip("the stand-in exchange is not beside this checkout")
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    from fake_exchange import FakeExchange

    return FakeExchange


def columns(bars: int = 3 * 1440, start: int = START, seed: int = 4) -> dict[str, np.ndarray]:
    """Return minute bars of a random walk, priced in cents."""
    return {name: column.copy() for name, column in _columns(bars, start, seed).items()}


@cache
def _columns(bars: int, start: int, seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    close = np.round(40_000.0 + random.normal(0.0, 5.0, bars).cumsum(), 2)
    open_ = np.concatenate([[40_000.0], close[:-1]])
    return {
        "ts": start + MINUTE * np.arange(bars),
        "open": open_,
        "high": np.round(np.maximum(open_, close) + 1.25, 2),
        "low": np.round(np.minimum(open_, close) - 1.5, 2),
        "close": close,
        "volume": np.round(random.gamma(2.0, 3.0, bars), 5),
    }


class Seconds:
    """A clock that only sleeping moves, and a record of the sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def timing(self, chance: float = 1.0) -> Timing:
        """Return a timing by this clock, with jitter that is always the same."""
        return Timing(clock=lambda: self.now, sleep=self._sleep, chance=lambda: chance)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def quick_http(seconds: Seconds | None = None) -> Http:
    """Return connections that never really sleep and hold no pace."""
    return Unpaced((seconds or Seconds()).timing(), timeout_s=5.0)


class Unpaced(Http):
    """Connections without a pace."""

    def pace(self, url: str, pace: Pace) -> None:
        """Do without."""
        super().pace(url, Pace(1e9, 1_000_000))


def as_new(exchange: Any) -> None:
    """Forget what the stand-in was asked and told, but keep the files that it has made."""
    exchange.requests.clear()
    exchange.fault()
    exchange.state.archive_faults = []
    exchange._429s = 0
    if exchange.state.gaps:
        exchange.gap()
