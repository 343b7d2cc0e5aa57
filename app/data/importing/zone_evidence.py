"""In which time zone a file was written, told by the hour at which its weeks begin."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from app.data.importing.zones import NEW_YORK, Zone
from app.data.records import Calendar
from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKEND_MS = (30 * HOUR_MS, 110 * HOUR_MS)
_FIRST_MONDAY_MS = 4 * DAY_MS
_SUNDAY_MS = 6 * DAY_MS
# What the New York clock shows when a week of trading begins.
OPENS_MS = {"fx": 17 * HOUR_MS, "metals": 18 * HOUR_MS}
_CLOSES_MS = 17 * HOUR_MS
_LATE_MS = 20 * MINUTE_MS
_ENOUGH = 0.6

_LIKELY = (
    Zone(NEW_YORK),
    Zone(NEW_YORK, 7 * HOUR_MS),
    Zone(),
    Zone("Europe/London"),
    Zone("Europe/Berlin"),
    Zone("Europe/Helsinki"),
)
CANDIDATES = (*_LIKELY, *(Zone(None, hours * HOUR_MS) for hours in range(-12, 15) if hours))


@dataclass(frozen=True)
class WeeklyOpen:
    """When the weeks of a month begin: on the clock of the file, and in UTC if it is read as proposed."""

    month: str
    weeks: int
    in_file: str
    in_utc: str


@dataclass(frozen=True)
class Evidence:
    """What the weekly opens say: the zone that fits them, None where none does, and by how many weeks of how many.

    `score` also counts closes. `sentences` are for the trader; `months` is the table behind them.
    """

    zone: Zone | None
    fitting: int
    weeks: int
    score: float = 0.0
    sentences: tuple[str, ...] = ()
    months: tuple[WeeklyOpen, ...] = ()


def weigh(wall: TimeSeries, step_ms: int, calendar: Calendar) -> Evidence:
    """Return what the weekends in rising wall-clock times say about the zone of that clock."""
    weekends = _weekends(wall, step_ms)
    if calendar == "24x7" or step_ms > HOUR_MS or not len(weekends):
        return Evidence(None, 0, len(weekends) if calendar != "24x7" else 0)
    scored = [(_score(weekends, zone, calendar), zone) for zone in CANDIDATES]
    score, zone = max(scored, key=lambda pair: pair[0])  # of equals the first, which is the more likely one
    fitting = _fitting(weekends, zone, calendar)
    seen = _seen(weekends[:, 1])
    if fitting < _ENOUGH * len(weekends):
        return Evidence(None, fitting, len(weekends), score, (seen,), months(wall, step_ms, Zone()))
    sentences = [seen, _reading(weekends, zone, calendar)]
    sentences += _others(weekends, zone, calendar)
    return Evidence(zone, fitting, len(weekends), score, tuple(sentences), months(wall, step_ms, zone))


def guess_calendar(wall: TimeSeries, step_ms: int) -> Calendar:
    """Return when a market is open whose candles have the rising wall-clock times `wall`, told by its weekends."""
    weekends = _weekends(wall, step_ms)
    weeks = int(wall[-1] - wall[0]) // WEEK_MS
    if not len(weekends) or len(weekends) < _ENOUGH * weeks:
        return "24x7"
    return "metals" if weigh(wall, step_ms, "metals").score > weigh(wall, step_ms, "fx").score else "fx"


def months(wall: TimeSeries, step_ms: int, zone: Zone) -> tuple[WeeklyOpen, ...]:
    """Return for each month when its weeks begin, if the clock is read as `zone`."""
    opens: dict[str, list[int]] = defaultdict(list)
    for _, opened in _weekends(wall, step_ms).tolist():
        opens[str(np.datetime64(opened, "ms"))[:7]].append(opened)
    table = []
    for month, times in opens.items():
        utc = zone.to_utc(np.array(times, dtype=np.int64)).time.tolist()
        table.append(WeeklyOpen(month, len(times), _usual(times), _usual(utc)))
    return tuple(table)


def _weekends(wall: TimeSeries, step_ms: int) -> np.ndarray:
    """Return a row per weekend: the end of the last candle before it, and the open of the first one after it."""
    pause = np.diff(wall) - step_ms
    before = np.flatnonzero((pause >= _WEEKEND_MS[0]) & (pause <= _WEEKEND_MS[1]))
    return np.stack([wall[before] + step_ms, wall[before + 1]], axis=1)


def _new_york(times: TimeSeries, zone: Zone) -> TimeSeries:
    """Return what the clock in New York shows when that of `zone` shows `times`."""
    return Zone(NEW_YORK).from_utc(zone.to_utc(times).time)


def _opens_right(weekends: np.ndarray, zone: Zone, calendar: Calendar) -> np.ndarray:
    of_week = (_new_york(weekends[:, 1], zone) - _FIRST_MONDAY_MS) % WEEK_MS
    late = of_week - _SUNDAY_MS - OPENS_MS[calendar]
    return (late >= 0) & (late <= _LATE_MS)


def _score(weekends: np.ndarray, zone: Zone, calendar: Calendar) -> float:
    """Return how well a zone fits: a whole point for a right open, half a point for a right close."""
    early = _CLOSES_MS - (_new_york(weekends[:, 0] - MINUTE_MS, zone) % DAY_MS + MINUTE_MS)
    closes = (early >= 0) & (early <= _LATE_MS)
    opens = _opens_right(weekends, zone, calendar)
    return float(np.count_nonzero(opens) + 0.5 * np.count_nonzero(closes))


def _fitting(weekends: np.ndarray, zone: Zone, calendar: Calendar) -> int:
    return int(np.count_nonzero(_opens_right(weekends, zone, calendar)))


def _seen(opens: TimeSeries) -> str:
    times = Counter(_weekday_time(time) for time in opens.tolist())
    listed = " or ".join(f"{text} ({count} of {len(opens)})" for text, count in times.most_common(2))
    return f"On the clock of the file the week begins {listed}."


def _reading(weekends: np.ndarray, zone: Zone, calendar: Calendar) -> str:
    name = {"fx": "currencies open", "metals": "metals open"}[calendar]
    fits = f"{_fitting(weekends, zone, calendar)} of {_weeks(len(weekends))}"
    hour = OPENS_MS[calendar] // HOUR_MS
    return (
        f"Read as {zone.title()}, it {_seasons(weekends[:, 1], zone)}: "
        f"when {name} ({hour}:00 on Sunday in New York) in {fits}."
    )


def _seasons(opens: TimeSeries, zone: Zone) -> str:
    """Return `opens Sunday 22:00 UTC in winter, 21:00 UTC in summer`."""
    times = zone.to_utc(opens).time
    summer = Zone(NEW_YORK).from_utc(times) - times == -4 * HOUR_MS
    seasons = (("winter", times[~summer].tolist()), ("summer", times[summer].tolist()))
    parts = [f"{_usual(found)} UTC in {season}" for season, found in seasons if found]
    return f"opens {' and '.join(parts)}"


def _others(weekends: np.ndarray, chosen: Zone, calendar: Calendar) -> list[str]:
    """Return how well the next likely zones would fit, leaving out those that mean the same for this file."""
    same = chosen.to_utc(weekends[:, 1]).time
    sentences = []
    for zone in (*_LIKELY, *CANDIDATES):
        if np.array_equal(zone.to_utc(weekends[:, 1]).time, same) or not _fitting(weekends, zone, calendar):
            continue
        fits = f"{_fitting(weekends, zone, calendar)} of {_weeks(len(weekends))}"
        sentences.append(f"Read as {zone.title()}, it {_seasons(weekends[:, 1], zone)}, right in {fits}.")
    return list(dict.fromkeys(sentences))[:2]


def _usual(times: list[int]) -> str:
    return Counter(map(_weekday_time, times)).most_common(1)[0][0]


def _weekday_time(time_ms: int) -> str:
    day = (time_ms - _FIRST_MONDAY_MS) // DAY_MS % 7
    minute = time_ms % DAY_MS // MINUTE_MS
    return f"{_WEEKDAYS[day]} {minute // 60:02d}:{minute % 60:02d}"


def _weeks(count: int) -> str:
    return f"{count} week{'' if count == 1 else 's'}"
