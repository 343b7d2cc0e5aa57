"""The rows of a file on their way to candles: each step takes some out, and keeps count of why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.data.calendar import closed_candles
from app.data.importing.report import OtherRows
from app.data.importing.rows import Rows
from app.data.importing.steps import find_step, of_another_length
from app.data.importing.zone_choice import ZoneChoice
from app.data.records import Calendar, Span
from app.market.candles import COLUMNS, LEAST_PRICE, MOST_PRICE, PRICES, Candles, TimeSeries
from app.market.timeframe import DAY_MS, MINUTE_MS, Timeframe

_MOST = 0.9


class Sieve:
    """Rows in the order of the file until they are sorted; `bad` are those that are no candles."""

    def __init__(self, rows: Rows, step_ms: int) -> None:
        self.unit = rows.unit
        self.step_ms = step_ms
        self.bad = rows.bad.copy()
        self.line: NDArray[np.int64] = rows.line
        self.time = rows.time
        self.columns = [rows.values[name] for name in COLUMNS]

    def leave_out(self, unwanted: np.ndarray) -> int:
        """Leave rows out that are not wrong, and return how many."""
        count = int(np.count_nonzero(unwanted))
        if count:
            kept = ~unwanted
            self.line, self.time = self.line[kept], self.time[kept]
            self.columns = [column[kept] for column in self.columns]
        return count

    def reject(self, wrong: np.ndarray, reason: str) -> None:
        """Leave rows out as bad ones, for a reason that ends a sentence about the row."""
        self.bad.add_all(self.line[wrong], reason)
        self.leave_out(wrong)

    def reject_values(self) -> None:
        """Leave out rows that can be no candles, whatever their time."""
        for place, name in enumerate(PRICES):
            self.reject(np.isnan(self.columns[place]), f"has no {name}")
            column = self.columns[place]
            self.reject(~(np.isfinite(column) & (column > 0.0)), f"has a price that is not above zero ({name})")
        self.reject(self.columns[1] < self.columns[2], "has a high below its low")
        open_, high, low, close, _ = self.columns
        self.reject(
            (high < np.maximum(open_, close)) | (low > np.minimum(open_, close)), "has a body beyond high or low"
        )
        self.reject((self.columns[2] < LEAST_PRICE) | (self.columns[1] > MOST_PRICE), "has a price beyond all sense")
        volume = self.columns[-1]
        self.reject((volume < 0.0) | np.isinf(volume), "has a volume that cannot be")

    def to_utc(self, zone: ZoneChoice, now_ms: int) -> None:
        """Turn the clock of the file into UTC; times before 1970 and after `now_ms` are no times of candles."""
        self._reject_times(now_ms + DAY_MS)
        self.time, missing = zone.to_utc(self.time)
        self.reject(missing, f"has a time that the clock in {zone.zone.title()} leaves out")
        self._reject_times(now_ms)

    def _reject_times(self, end: int) -> None:
        self.reject(self.time < 0, "has a time before 1970")
        self.reject(self.time > end, "has a time in the future")

    def to_opens(self) -> bool:
        """Turn closing moments, a second or a millisecond before the full minute, into open times."""
        for short in (1, 1_000):
            closes = (self.time + short) % MINUTE_MS == 0
            if len(closes) and np.count_nonzero(closes) > _MOST * len(closes):
                self.time = self.time + short - self.step_ms
                return True
        return False

    def leave_out_other_lengths(self) -> tuple[OtherRows, ...]:
        """Leave out rows of another timeframe that follow each other, and return in which stretches they were."""
        other = of_another_length(self.time, self.step_ms)
        places = np.flatnonzero(other)
        if not len(places):
            return ()
        stretches = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
        found = tuple(self._stretch(rows) for rows in stretches)
        self.leave_out(other)
        return found

    def _stretch(self, rows: np.ndarray) -> OtherRows:
        step = find_step(self.time[rows])
        whole = step % MINUTE_MS == 0 and step <= 7 * DAY_MS
        length = str(Timeframe(step)) if whole else f"{step / 1000:g} s"
        return OtherRows(int(self.line[rows].min()), int(self.line[rows].max()), len(rows), length)

    def floor_to_minutes(self) -> int:
        """Take times some seconds off the minute for that minute where it has no row of its own; return how many."""
        off = self.time % MINUTE_MS != 0
        if not off.any():
            return 0
        minute = self.time - self.time % MINUTE_MS
        taken = off & np.isin(minute, minute[~off])
        self.time = np.where(taken, self.time, minute)
        return int(np.count_nonzero(off & ~taken))

    def off_step(self) -> np.ndarray:
        """Return which times are no multiples of the candle length."""
        return np.asarray((self.time - Timeframe(self.step_ms).origin_ms) % self.step_ms != 0)

    def reject_off_step(self) -> None:
        """Leave out rows between the open times of candles."""
        self.reject(self.time % MINUTE_MS != 0, "has a time that is not on the minute")
        self.reject(self.off_step(), f"has a time that is no multiple of {Timeframe(self.step_ms)}")

    def sort(self) -> bool:
        """Put the rows in order of time, equal times as they came; return whether they were out of order."""
        if (self.time[1:] >= self.time[:-1]).all():
            return False
        mixed = not (self.time[1:] <= self.time[:-1]).all()
        order = np.argsort(self.time, kind="stable")
        self.line, self.time = self.line[order], self.time[order]
        self.columns = [column[order] for column in self.columns]
        return mixed

    def merge(self) -> tuple[int, int]:
        """Keep one row per time, the one that stands later in the file; return how many were equal and how many not."""
        again = np.flatnonzero(self.time[1:] == self.time[:-1])
        if not len(again):
            return 0, 0
        same = np.ones(len(again), dtype=bool)
        for column in self.columns:
            here, next_ = column[again], column[again + 1]
            same &= (here == next_) | (np.isnan(here) & np.isnan(next_))
        for place in again[~same].tolist():
            later = int(self.line[place + 1])
            self.bad.add(
                int(self.line[place]), f"has other values than {self.unit} {later} of the same time, which counts"
            )
        gone = np.zeros(len(self.time), dtype=bool)
        gone[again] = True
        self.leave_out(gone)
        return int(np.count_nonzero(same)), int(np.count_nonzero(~same))

    def leave_out_closed(self, calendar: Calendar) -> tuple[int, int]:
        """Leave out flat candles without volume while the market is closed, which some sources fill weekends with.

        That is so when most candles of those hours are flat; a few beside others are the last prices of a week. Return
        how many were left out, and how many others stand in those hours: they are kept.
        """
        if calendar == "24x7" or not len(self.time):
            return 0, 0
        pauses = closed_candles(calendar, Span(int(self.time[0]), int(self.time[-1]) + self.step_ms), self.step_ms)
        shut = _within(self.time, pauses)
        open_, high, low, close, volume = self.columns
        flat = (high == low) & (open_ == close) & ~(volume > 0.0)
        inside, filled = int(np.count_nonzero(shut)), shut & flat
        if 2 * np.count_nonzero(filled) < inside:
            return 0, inside
        left = self.leave_out(filled)
        return left, inside - left

    def candles(self) -> Candles:
        """Return what is left as candles."""
        time = np.require(self.time, np.int64, ["C", "W"])
        columns = {
            name: np.require(column, np.float64, ["C", "W"]) for name, column in zip(COLUMNS, self.columns, strict=True)
        }
        return Candles(time=time, **columns, step_ms=self.step_ms)


def _within(time: TimeSeries, spans: Sequence[Span]) -> np.ndarray:
    """Return which times lie in one of some ordered spans."""
    starts = np.array([span.start for span in spans], dtype=np.int64)
    ends = np.array([span.end for span in spans], dtype=np.int64)
    place = np.searchsorted(starts, time, side="right") - 1
    return np.asarray((place >= 0) & (time < np.append(ends, 0)[place]))
