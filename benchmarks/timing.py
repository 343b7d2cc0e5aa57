"""Timing of short functions in turns, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

Seconds = dict[str, list[float]]


def in_turns(functions: Mapping[str, Callable[[], Any]], rounds: int, at_least_s: float = 0.02) -> Seconds:
    """Return CPU seconds per call of each function, one figure a round: A B C, A B C, ...

    In a round a function is called for `at_least_s`, so that the clock is fine enough.
    """
    repeats = {name: _repeats(function, at_least_s) for name, function in functions.items()}
    seconds: Seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            started = time.process_time()
            for _ in range(repeats[name]):
                function()
            seconds[name].append((time.process_time() - started) / repeats[name])
    return seconds


def _repeats(function: Callable[[], Any], at_least_s: float) -> int:
    function()
    started = time.process_time()
    function()
    return 1 + int(at_least_s / max(time.process_time() - started, 1e-6))


def ratio(seconds: Seconds, name: str, to: str) -> float:
    """Return how many times as long one function takes as another: the median of the ratios of each round."""
    return median(mine / its for mine, its in zip(seconds[name], seconds[to], strict=True))
