"""Which time zone a file is read in, why, and whether the trader has to say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.data.importing.column_names import plain_name
from app.data.importing.layouts import Layout
from app.data.importing.times import TimeStyle
from app.data.importing.zone_evidence import Evidence, WeeklyOpen, weigh
from app.data.importing.zones import Zone, read_zone
from app.data.records import Calendar
from app.market.candles import TimeSeries
from app.market.timeframe import DAY_MS


@dataclass(frozen=True)
class ZoneChoice:
    """The zone that the clock of a file is read in, with sentences that say why and a table of weekly opens.

    `in_rows` says that the file names the zone itself, so that `zone` is UTC; `question` is set where only a guess is
    possible.
    """

    zone: Zone
    in_rows: bool
    reasons: tuple[str, ...]
    months: tuple[WeeklyOpen, ...] = ()
    question: str | None = None

    def to_utc(self, time: TimeSeries) -> tuple[TimeSeries, np.ndarray]:
        """Return UTC times, and which of them the clock never showed."""
        moments = self.zone.to_utc(time)
        return moments.time, moments.missing


@dataclass(frozen=True, eq=False)
class Clock:
    """What is known about the clock of a file: its times in rising order, how they are written, and what they name.

    `zoned` says that they are UTC by what stands in the file; `column` is the name of the time column.
    """

    times: TimeSeries
    step_ms: int
    style: TimeStyle
    zoned: bool
    column: str = ""


def choose_zone(clock: Clock, layout: Layout, calendar: Calendar, typed: str | None) -> ZoneChoice:
    """Return the zone to read a file in. Raises ImportRefused when what was typed is no zone."""
    in_rows = clock.zoned and clock.style.shape != "epoch"
    if in_rows:
        ignored = (" What was typed as the zone is not needed.",) if typed else ()
        return ZoneChoice(Zone(), True, ("Every row names its own offset from UTC." + "".join(ignored),))
    evidence = weigh(clock.times, clock.step_ms, calendar)
    if typed:
        return _typed(read_zone(typed), evidence)
    if clock.zoned:
        return _epoch(layout, evidence)
    if clock.style.shape == "date" or _are_days(clock):
        return ZoneChoice(Zone(), False, ("The file has whole days; they are read as days in UTC.",))
    named = _named_in(clock.column)
    if named is not None:
        return ZoneChoice(named, False, (f"The time column is called {clock.column}.",), evidence.months)
    if evidence.zone is not None:
        return ZoneChoice(evidence.zone, False, evidence.sentences, evidence.months)
    return _by_layout(layout, calendar, evidence)


def _are_days(clock: Clock) -> bool:
    """Return whether candles of a day or longer all begin at midnight, which says nothing about a zone."""
    return clock.step_ms % DAY_MS == 0 and not (clock.times % DAY_MS).any()


def _typed(zone: Zone, evidence: Evidence) -> ZoneChoice:
    reasons = [f"{zone.title()}, as you said."]
    if evidence.zone is not None and evidence.zone != zone:
        reasons += evidence.sentences
    return ZoneChoice(zone, False, tuple(reasons), evidence.months)


def _epoch(layout: Layout, evidence: Evidence) -> ZoneChoice:
    """Return UTC for times counted from 1970, unless they come from a broker who counts on the server's clock."""
    counted = "The times are counted from 1970, which means UTC."
    other = evidence.zone is not None and evidence.zone != Zone()
    if other and layout.clock == "broker":
        told = "The times are counted from 1970 like UTC, but on the clock of the broker's server."
        return ZoneChoice(evidence.zone or Zone(), False, (told, *evidence.sentences), evidence.months)
    if other:
        doubt = f"But the weeks fit {evidence.zone} better; if the file is not in UTC, say so with --zone."
        return ZoneChoice(Zone(), False, (counted, *evidence.sentences, doubt), evidence.months)
    if layout.clock == "broker" and evidence.zone is None:
        return _by_layout(layout, "fx", evidence)
    return ZoneChoice(Zone(), False, (counted,), evidence.months)


def _named_in(column: str) -> Zone | None:
    words = plain_name(column).split()
    if "gmt" in words or "utc" in words:
        return Zone()
    return Zone("EET") if "eet" in words else None


def _by_layout(layout: Layout, calendar: Calendar, evidence: Evidence) -> ZoneChoice:
    """Return the usual zone of a layout, asking where there is more than one."""
    if layout.clock == "exchange":
        return ZoneChoice(layout.zone, False, (f"{layout.title} are on the clock of New York.",), evidence.months)
    if layout.clock == "utc":
        return ZoneChoice(Zone(), False, (f"{layout.title} files are in UTC.",), evidence.months)
    if layout.clock == "unknown" and calendar == "24x7":
        why = "The file names no time zone; it is read as UTC, as nearly all crypto data are. --zone changes that."
        return ZoneChoice(Zone(), False, (why,), evidence.months)
    zone = layout.zone
    short = "and there is no weekend in it to tell by" if not evidence.weeks else "and its weeks fit none"
    usual = {
        "broker": "Most brokers' servers run at New York + 7 h (--zone America/New_York+7); the market watch of the "
        "terminal shows it.",
        "new york": "HistData's files are mostly in New York time (--zone America/New_York), some in UTC-5 all year.",
    }.get(layout.clock, "Common ones are --zone UTC, America/New_York and America/New_York+7 (most brokers).")
    question = f"In which time zone is the file? It names none, {short}. {usual}"
    return ZoneChoice(zone, False, evidence.sentences, evidence.months, question)
