"""The length of a file's candles, and rows of another length among them."""

from __future__ import annotations

import numpy as np

from app.market.candles import TimeSeries
from app.market.timeframe import MINUTE_MS, WEEK_MS

_MONTH_MS = 27 * 86_400_000
# By how much coarser another timeframe is, and how many rows of it in a line are no chance any more.
_RUNS = {2: 45, 3: 30, 5: 20, 7: 16}
_FINER_RUN = 10


def each_once(time: TimeSeries) -> TimeSeries:
    """Return the different times in rising order."""
    ordered = time if (time[1:] >= time[:-1]).all() else np.sort(time)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]


def find_step(time: TimeSeries) -> int:
    """Return the most frequent distance between times in any order, in ms; a minute for a single one."""
    apart = np.sort(np.diff(each_once(time)))
    if not len(apart):
        return MINUTE_MS
    starts = np.flatnonzero(np.diff(apart, prepend=apart[0] - 1))
    return int(apart[starts[np.diff(starts, append=len(apart)).argmax()]])


def step_problem(step_ms: int) -> str | None:
    """Return why candles of a length cannot be used, as the end of a sentence; None when they can."""
    if step_ms < MINUTE_MS:
        return f"has a row every {step_ms / 1000:g} s; candles of one minute are the finest that can be used"
    if step_ms > WEEK_MS:
        long = "months" if step_ms >= _MONTH_MS else f"{step_ms // 86_400_000} days"
        return f"has candles of {long}; one week is the longest that can be used"
    if step_ms % MINUTE_MS:
        return f"has a row every {step_ms / 1000:g} s, which is not a whole number of minutes"
    return None


def of_another_length(time: TimeSeries, step_ms: int) -> np.ndarray:
    """Return which rows, in the order of the file, belong to another timeframe than the one of most rows.

    Finer ones follow each other more closely than a step, many in a row. Coarser ones follow each other at multiples of
    two, three, five or seven steps for so long that candles of the step itself, even thin ones, never do.
    """
    apart = np.abs(np.diff(time))
    other = _in_long_runs((apart > 0) & (apart < step_ms), _FINER_RUN)
    for factor, shortest in _RUNS.items():
        if step_ms * factor <= WEEK_MS:
            other |= _in_long_runs((apart > 0) & (apart % (step_ms * factor) == 0), shortest)
    return other


def _in_long_runs(steps: np.ndarray, shortest: int) -> np.ndarray:
    """Return which rows lie in a run of at least `shortest` marked steps; a step is that from a row to the next one."""
    edges = np.diff(np.concatenate([[0], steps.view(np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = ends - starts >= shortest
    rows = np.zeros(len(steps) + 1, dtype=bool)
    for start, end in zip(starts[long].tolist(), ends[long].tolist(), strict=True):
        rows[start : end + 1] = True
    return rows
