"""When a market is open: the weekly hours of currencies and metals, so that a weekend is not a gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.data.records import Calendar, Span
from app.data.spans import overlap, union

# The week of currencies and metals begins and ends at five in the afternoon in New York, in summer and in winter.
_ZONE = "America/New_York"
_CLOSE = time(17)
_METALS_OPEN = time(18)
_SUNDAY, _FRIDAY, _SATURDAY = 6, 4, 5


def closed(calendar: Calendar, span: Span) -> tuple[Span, ...]:
    """Return when a market is closed within a span by its weekly hours, in order of time.

    Currencies trade from Sunday 17:00 to Friday 17:00 in New York; metals from Sunday 18:00, with a break from 17:00 to
    18:00 on the other days. Holidays are not among these hours: they are learnt from what no market of the class has.
    """
    if calendar == "24x7" or span.start >= span.end:
        return ()
    inside = (overlap(pause, span) for pause in _pauses(calendar, span))
    return tuple(part for part in inside if part)


def closed_candles(calendar: Calendar, span: Span, step_ms: int) -> tuple[Span, ...]:
    """Return the same in whole candles: a candle during which the market opens or closes for a part is not closed."""
    if calendar == "24x7":
        return ()
    whole = (
        Span(-(-pause.start // step_ms) * step_ms, pause.end // step_ms * step_ms) for pause in closed(calendar, span)
    )
    return tuple(pause for pause in whole if pause.start < pause.end)


def expected(calendar: Calendar, span: Span, step_ms: int) -> int:
    """Return how many candles a market has in a span of whole steps, were it to trade in every one."""
    shut = sum(pause.end - pause.start for pause in closed_candles(calendar, span, step_ms))
    return max(0, span.end - span.start - shut) // step_ms


def _pauses(calendar: Calendar, span: Span) -> tuple[Span, ...]:
    first = datetime.fromtimestamp(span.start / 1000, UTC).date() - timedelta(days=4)
    last = datetime.fromtimestamp(span.end / 1000, UTC).date() + timedelta(days=1)
    return union(_daily(calendar, first, last))


def _daily(calendar: Calendar, first: date, last: date) -> Iterator[Span]:
    """Yield the pause that begins on each day, if one does."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        weekday = date.fromordinal(number).weekday()
        if weekday == _FRIDAY:
            opens = _CLOSE if calendar == "fx" else _METALS_OPEN
            yield Span(_in_new_york(number, _CLOSE), _in_new_york(number + 2, opens))
        elif calendar == "metals" and weekday not in (_SATURDAY, _SUNDAY):
            yield Span(_in_new_york(number, _CLOSE), _in_new_york(number, _METALS_OPEN))


@lru_cache(maxsize=20_000)
def _in_new_york(day: int, hour: time) -> int:
    """Return a time of day in New York, on a day counted from the year 1, as UTC milliseconds."""
    return int(datetime.combine(date.fromordinal(day), hour, ZoneInfo(_ZONE)).timestamp()) * 1000
