"""Rows as a source sent them: either candles without a flaw, or refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from app.data.feed_errors import PageRefused
from app.data.records import Span
from app.market.candles import COLUMNS, LEAST_PRICE, MOST_PRICE, PRICES, Candles, FloatSeries, TimeSeries
from app.market.timeframe import DAY_MS, Timeframe

EARLIEST_MS = 1_230_768_000_000  # 2009-01-01, when Bitcoin began
JUMP_IN_A_BAR = 0.5
JUMP_ACROSS_A_GAP = 0.3

# Times of 2001 to 2286 in each unit: a source is read in the unit that fits, never in one it is said to have.
_UNITS = (
    ("seconds", 1e9, 1e10, 1_000, 1),
    ("milliseconds", 1e12, 1e13, 1, 1),
    ("microseconds", 1e15, 1e16, 1, 1_000),
    ("nanoseconds", 1e18, 1e19, 1, 1_000_000),
)


@dataclass(frozen=True, eq=False)
class CheckedPage:
    """Sound candles, and what was done to rows on the way.

    `floored` rows stood off the step and were taken for the step they began in; `crowded` ones were left out because
    that step has a candle. `repeated` rows were there twice, `replaced` ones gave way to a later row of the same time,
    `empty` ones had no prices at all, `forming` ones were not closed yet, `beside` ones stood just outside the window.
    `jumps` are open times of candles that moved, or come after a gap that moved, so far that a person should look.
    """

    candles: Candles
    unit: str = "milliseconds"
    floored: int = 0
    crowded: int = 0
    repeated: int = 0
    replaced: int = 0
    empty: int = 0
    forming: int = 0
    beside: int = 0
    jumps: tuple[int, ...] = ()

    def notes(self) -> tuple[str, ...]:
        """Return a sentence for everything out of the ordinary; forming candles and edges are ordinary."""
        counted = (
            (self.floored, "opened off the minute and counts for the minute it began in"),
            (self.crowded, "opened off the minute beside another candle and was left out"),
            (self.replaced, "came twice with two contents; the later one counts"),
            (self.empty, "came without prices and counts as missing"),
        )
        told = [f"{count:,} × a candle {what}." for count, what in counted if count]
        told += [f"The price jumps at {_when(time)}; it was kept as it is." for time in self.jumps[:3]]
        return tuple(told)


def check_rows(rows: object, *, step_ms: int, window: Span, closed_by: int, most: int | None = None) -> CheckedPage:
    """Return the candles of rows `[time, open, high, low, close, volume]`. Raises PageRefused.

    None as volume means that it is unknown; a row in which all prices are None is a missing candle.
    """
    if not isinstance(rows, list | tuple):
        _refuse("it is not a list of candles")
    if not len(rows):
        return CheckedPage(_no_candles(step_ms))
    table, empty = _table(rows)
    time = table[:, 0]
    if not (np.isfinite(time) & (np.abs(time) < 9e18)).all() or (time != np.floor(time)).any():
        _refuse("a time is not a whole number")
    values = [np.ascontiguousarray(table[:, place]) for place in range(1, 6)]
    checked = check_columns(
        time.astype(np.int64), values, step_ms=step_ms, window=window, closed_by=closed_by, most=most
    )
    return replace(checked, empty=checked.empty + empty) if empty else checked


def check_columns(
    time: TimeSeries,
    values: Sequence[FloatSeries],
    *,
    step_ms: int,
    window: Span,
    closed_by: int,
    most: int | None = None,
) -> CheckedPage:
    """Return the candles of columns open, high, low, close and volume at open times of any unit. Raises PageRefused.

    Candles that had not closed at `closed_by` are left out; NaN as volume means that it is unknown. Rows up to one
    step outside the window are left out as well, because sources differ on whether an end belongs to it; rows further
    away refuse the page, as do more candles than `most`.
    """
    time, unit = _milliseconds(time, closed_by)
    rows, empty = _without_empty([time, *values])
    rows, forming = _kept(rows, rows[0] + step_ms <= closed_by)
    _check_values(rows)
    rows, floored, crowded = _on_step(rows, step_ms)
    rows, repeated, replaced = _each_once(rows)
    near = (rows[0] >= window.start - step_ms) & (rows[0] < window.end + step_ms)
    if not near.all():
        _refuse(f"a candle of {_when(int(rows[0][~near][0]))} is outside the time that was asked for")
    rows, beside = _kept(rows, (rows[0] >= window.start) & (rows[0] < window.end))
    if most is not None and len(rows[0]) > most:
        _refuse(f"it has {len(rows[0]):,} candles where {most:,} were asked for")
    candles = _candles(rows, step_ms)
    return CheckedPage(
        candles, unit, floored, crowded, repeated, replaced, empty, forming, beside, tuple(jumps(candles))
    )


def joined(parts: Sequence[Candles]) -> Candles:
    """Return candles one part after the other; at least one part, in order of time."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("time", *COLUMNS)}
    return Candles(**columns, step_ms=parts[0].step_ms)


def jumps(candles: Candles) -> list[int]:
    """Return the open times of candles that move by half, or come after a gap with a move of 30 %."""
    if not len(candles):
        return []
    with np.errstate(over="ignore"):
        within = (candles.high / candles.low - 1.0) > JUMP_IN_A_BAR
        moves = np.abs(candles.open[1:] / candles.close[:-1] - 1.0)
    if len(candles) > 1:
        gap = np.diff(candles.time) > candles.step_ms
        within[1:] |= (moves > JUMP_IN_A_BAR) | ((moves > JUMP_ACROSS_A_GAP) & gap)
    return [int(time) for time in candles.time[within]]


def _table(rows: Sequence[Any]) -> tuple[np.ndarray, int]:
    """Return six columns of numbers, and how many rows had no prices at all and were left out."""
    try:
        table = np.array(rows)
    except ValueError:
        _refuse("its rows have different lengths")
    if table.ndim != 2 or table.shape[1] != 6:
        _refuse("a row does not have a time, four prices and a volume")
    if table.dtype != object:
        if table.dtype.kind not in "if":
            _refuse("a value is not a number")
        return table.astype(np.float64, copy=False), 0
    there = np.array([any(price is not None for price in row[1:5]) for row in rows])
    kept = [row for row, there_ in zip(rows, there, strict=True) if there_]
    for row in kept:
        if any(isinstance(cell, bool) or not isinstance(cell, int | float) for cell in row[:5]):
            _refuse("a value is not a number")
        if row[5] is not None and (isinstance(row[5], bool) or not isinstance(row[5], int | float)):
            _refuse("a volume is not a number")
    numbers = [[*row[:5], np.nan if row[5] is None else row[5]] for row in kept]
    try:
        return np.array(numbers, dtype=np.float64).reshape(-1, 6), len(rows) - len(kept)
    except OverflowError:
        _refuse("a value is not a number")


def _milliseconds(time: TimeSeries, closed_by: int) -> tuple[TimeSeries, str]:
    """Return times in milliseconds with the name of the unit they came in, which all of them share."""
    if not len(time):
        return time, "milliseconds"
    low, high = int(time.min()), int(time.max())
    unit = next((unit for unit in _UNITS if unit[1] <= low and high < unit[2]), None)
    if unit is None:
        _refuse("its times are no dates, or are in different units")
    name, _, _, times, per = unit
    time = time * times // per
    if int(time.min()) < EARLIEST_MS or int(time.max()) > closed_by + DAY_MS:
        _refuse(f"a candle of {_when(int(time.min()))} or {_when(int(time.max()))} cannot be")
    return time, name


def _without_empty(rows: list[np.ndarray]) -> tuple[list[np.ndarray], int]:
    """Return the rows with a price, and how many had none at all."""
    return _kept(rows, ~np.logical_and.reduce([np.isnan(column) for column in rows[1:5]]))


def _check_values(rows: list[np.ndarray]) -> None:
    _, open_, high, low, close, volume = rows
    with np.errstate(invalid="ignore"):
        checks = (
            (~np.logical_and.reduce([np.isfinite(p) for p in rows[1:5]]), "has a price that is not a number"),
            (np.logical_or.reduce([p <= 0.0 for p in rows[1:5]]), "has a price that is not above zero"),
            (
                np.logical_or.reduce([(p < LEAST_PRICE) | (p > MOST_PRICE) for p in rows[1:5]]),
                "has a price beyond all sense",
            ),
            (low > np.minimum(open_, close), "has a low above its body"),
            (high < np.maximum(open_, close), "has a high below its body"),
            ((volume < 0.0) | np.isinf(volume), "has a volume that cannot be"),
        )
    for bad, what in checks:
        if bad.any():
            _refuse(f"the candle of {_when(int(rows[0][bad.argmax()]))} {what}")


def _on_step(rows: list[np.ndarray], step_ms: int) -> tuple[list[np.ndarray], int, int]:
    """Return rows on the step, with how many were moved onto it and how many found it taken."""
    time = rows[0]
    off = (time - Timeframe(step_ms).origin_ms) % step_ms
    late = off != 0
    if not late.any():
        return rows, 0, 0
    floor = time - off
    taken = late & np.isin(floor, floor[~late])
    rows, crowded = _kept([floor, *rows[1:]], ~taken)
    return rows, int(np.count_nonzero(late & ~taken)), crowded


def _each_once(rows: list[np.ndarray]) -> tuple[list[np.ndarray], int, int]:
    """Return rows in order of time, each time once: the one that came last, and how many were equal and were not."""
    time = rows[0]
    if (time[1:] > time[:-1]).all():
        return rows, 0, 0
    order = np.argsort(time, kind="stable")
    rows = [column[order] for column in rows]
    again = np.flatnonzero(rows[0][1:] == rows[0][:-1])
    if not len(again):
        return rows, 0, 0
    same = np.logical_and.reduce(
        [(c[again] == c[again + 1]) | (np.isnan(c[again]) & np.isnan(c[again + 1])) for c in rows[1:]]
    )
    keep = np.ones(len(rows[0]), dtype=bool)
    keep[again] = False
    return _kept(rows, keep)[0], int(np.count_nonzero(same)), int(np.count_nonzero(~same))


def _kept(rows: list[np.ndarray], keep: np.ndarray) -> tuple[list[np.ndarray], int]:
    left = int(np.count_nonzero(~keep))
    return ([column[keep] for column in rows] if left else rows), left


def _candles(rows: list[np.ndarray], step_ms: int) -> Candles:
    time, *values = (np.require(column, requirements=["C", "W"]) for column in rows)
    return Candles(time, **dict(zip(COLUMNS, values, strict=True)), step_ms=step_ms)


def _no_candles(step_ms: int) -> Candles:
    return _candles([np.empty(0, np.int64), *(np.empty(0) for _ in (*PRICES, "volume"))], step_ms)


def _when(time_ms: int) -> str:
    return f"{str(np.datetime64(time_ms, 'ms'))[:16].replace('T', ' ')} UTC"


def _refuse(why: str) -> NoReturn:
    raise PageRefused(f"The answer was refused as a whole: {why}.")
