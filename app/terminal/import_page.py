"""What a file to import holds, for people and for programs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from app.data.importing.preview import PreviewRow, preview
from app.market.timeframe import Timeframe
from app.results.numbers import NONE, count, moment, percent
from app.terminal import screen
from app.terminal.fitting import BETWEEN, room_for
from app.terminal.screen import shown

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from app.data.importing.proposal import Proposal
    from app.data.importing.report import Imported, Report

_LISTED = 10
_MONTHS = 24
_NUMBERS = ("Open", "High", "Low", "Close", "Volume")


def page(proposal: Proposal, report: Report) -> Iterator[RenderableType]:
    """Yield what was found in a file, its first rows, and what an import would store."""
    from rich.text import Text

    yield Text(shown(proposal.source.name), "bold")
    yield _facts(_found(proposal))
    if proposal.zone.reasons or proposal.zone.months:
        yield from _section("Time zone")
    yield from _lines(proposal.zone.reasons)
    if proposal.zone.months:
        yield _months(proposal)
    yield from _section("First rows")
    yield _preview(proposal)
    yield from _section("What would be stored")
    yield _facts(_counts(proposal, report))
    yield from _bad(report)
    notes = [*proposal.notes, *report.notes, *_worth_knowing(proposal, report)]
    if notes:
        yield from _section("Worth knowing")
        yield from _lines(notes)
    yield Text()


def outcome(proposal: Proposal, report: Report, done: Imported) -> Iterator[str]:
    """Yield what an import did."""
    name = proposal.series.key.symbol
    if done.again:
        yield f"This file was imported before, in the same way, as {name}: nothing has changed."
        return
    yield from done.notes
    stored = done.stored
    already = len(report.candles) - stored.added - stored.changed
    told = [f"{count(stored.added, 'new candle')} of {proposal.timeframe}"]
    told += [f"{stored.changed:,} with new values"] if stored.changed else []
    told += [f"{already:,} there already"] if already else []
    yield f"Imported as {name}: {', '.join(told)}."
    yield "The original file is kept as well, so that the candles can be made again."


def import_object(proposal: Proposal, report: Report, done: Imported | None) -> dict[str, Any]:
    """Return the same as plain values; times are UTC ms, `imported` is None where nothing was stored."""
    return {
        "file": proposal.source.name,
        "layout": proposal.layout.title,
        "written": list(proposal.how),
        "columns": dict(proposal.columns),
        "symbol": proposal.symbol.text if proposal.symbol else None,
        "series": asdict(proposal.series.key),
        "timeframe": str(proposal.timeframe),
        "calendar": proposal.calendar,
        "volume": proposal.volume,
        "zone": {
            "name": str(proposal.zone.zone),
            "named_in_file": proposal.zone.in_rows,
            "reasons": list(proposal.zone.reasons),
            "weekly_opens": [asdict(month) for month in proposal.zone.months],
        },
        "questions": [asdict(question) for question in proposal.questions],
        "notes": [*proposal.notes, *report.notes],
        "preview": [[row.line, row.time, *row.values] for row in preview(proposal)],
        "report": _report_object(report),
        "imported": None if done is None else {**asdict(done.stored), "again": done.again, "notes": list(done.notes)},
    }


def _report_object(report: Report) -> dict[str, Any]:
    candles = report.candles
    filled = len(candles) > 0
    return {
        "rows": report.read,
        "candles": len(candles),
        "first": int(candles.time[0]) if filled else None,
        "last": int(candles.time[-1]) if filled else None,
        "sum_close": math.fsum(candles.close.tolist()),
        "sum_volume": math.fsum(np.nan_to_num(candles.volume).tolist()),
        "sha256": candles.fingerprint(),
        "bad_rows": report.bad_rows,
        "bad": [asdict(row) for row in report.bad],
        "repeated": report.repeated,
        "conflicting": report.conflicting,
        "other_timeframes": [asdict(other) for other in report.other],
        "off_the_minute": report.floored,
        "while_closed": report.closed,
        "outside_hours": report.outside,
        "unfinished": report.unfinished,
        "gaps": [[gap.span.start, gap.span.end, gap.cause] for gap in report.gaps],
        "jumps": [[jump.time, jump.move] for jump in report.jumps],
        "overlap": asdict(report.overlap) if report.overlap else None,
        "refusal": report.refusal,
    }


def _found(proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield "Layout", proposal.layout.title
    yield "Written", ", ".join(proposal.how)
    yield "Columns", ", ".join(f"{part}={column}" for part, column in proposal.columns.items())
    yield "Instrument", proposal.symbol.text if proposal.symbol else "not known"
    yield "Series", f"{proposal.series.key.symbol} ({proposal.series.key.market}), candles of {proposal.timeframe}"
    if proposal.step_ms > 60_000:
        yield "", f"longer bars can be made of these, shorter than {proposal.timeframe} can not"
    hours = {"24x7": "always", "fx": "the week of currencies", "metals": "the week of metals"}[proposal.calendar]
    yield "Market open", f"{hours} ({proposal.calendar})"
    kinds = {"base": "units traded", "quote": "money traded", "ticks": "price changes counted", "none": "none given"}
    yield "Volume", kinds[proposal.volume]
    yield "Zone", "written in every row" if proposal.zone.in_rows else proposal.zone.zone.title()


def _counts(proposal: Proposal, report: Report) -> Iterator[tuple[str, str]]:
    candles, unit = report.candles, proposal.rows.unit
    yield "Rows", f"{report.read:,}"
    if len(candles):
        yield "Candles", f"{len(candles):,}, {moment(int(candles.time[0]))} to {moment(int(candles.time[-1]))} UTC"
    share = f" ({percent(report.bad_share)}; up to 1 % is left out)" if report.bad_rows else ""
    yield "Bad rows", f"{report.bad_rows:,}{share}"
    if report.repeated:
        yield "Repeated", f"{count(report.repeated, 'row')} there twice, taken once"
    if report.conflicting:
        yield "Conflicting", f"{count(report.conflicting, 'row')} of a time with other values; the later {unit} counts"
    for other in report.other[:_LISTED]:
        yield "Left out", f"{other.rows:,} rows of {other.length}, {unit} {other.first_line} to {other.last_line}"
    if report.floored:
        yield "Off the minute", f"{count(report.floored, 'row')} taken for the minute they fall into"
    if report.closed:
        yield "Closed", f"{count(report.closed, 'flat row')} without volume while the market is closed, left out"
    if report.unfinished:
        yield "Unfinished", f"{count(report.unfinished, 'candle')} not closed yet, left out"
    yield "Gaps", _gaps(report)
    for jump in report.jumps[:_LISTED]:
        yield "Price jump", f"{percent(jump.move, sign=True)} at {moment(jump.time)} UTC, kept as it is"
    if report.overlap and report.overlap.same + report.overlap.different:
        yield "There already", f"{report.overlap.same:,} the same, {report.overlap.different:,} with other values"


def _gaps(report: Report) -> str:
    if not report.gaps:
        return "none"
    step = report.candles.step_ms
    missing: Counter[str] = Counter()
    for gap in report.gaps:
        missing[gap.cause] += (gap.span.end - gap.span.start) // step
    quiet = "quiet or refused" if report.bad_rows else "quiet"
    causes = {"quiet": quiet, "outage": "in an outage", "closed": "while closed", "unknown": "for unknown reasons"}
    told = ", ".join(f"{missing[cause]:,} {words}" for cause, words in causes.items() if missing[cause])
    return f"{told} ({Timeframe(step)} candles missing)"


def _worth_knowing(proposal: Proposal, report: Report) -> Iterator[str]:
    if report.out_of_order:
        yield "The rows are not in order of time; they are put in order."
    if report.outside > 0.001 * len(report.candles):
        outside = count(report.outside, "candle")
        yield f"{outside} stand at times when the market is usually closed. Is the time zone right?"
    longest = max((gap for gap in report.gaps if gap.cause == "unknown"), key=_length, default=None)
    if longest is not None and _length(longest) > 60 * report.candles.step_ms:
        yield f"The longest gap nobody can explain: {moment(longest.span.start)} to {moment(longest.span.end)} UTC."


def _length(gap: Any) -> int:
    return int(gap.span.end - gap.span.start)


def _bad(report: Report) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    for row in report.bad[:_LISTED]:
        yield Padding(Text(f"line {row.line:,} {shown(row.reason)}", "dim"), (0, 0, 0, 2))
    if report.bad_rows > _LISTED:
        yield Padding(Text(f"and {report.bad_rows - min(_LISTED, len(report.bad)):,} more", "dim"), (0, 0, 0, 2))


def _preview(proposal: Proposal) -> Table:
    """Return the first rows in the columns there is room for, with the clock of the file where it is not UTC."""
    unit, found = proposal.rows.unit.title(), preview(proposal)
    rows = [_row(unit, row) for row in found]
    wide = {name: max(map(len, (name, *(row[name] for row in rows)))) for name in _row_titles(unit, found)}
    names = room_for(wide, (unit, "Volume", "Open", "High", "Low"), screen.width())
    table = _table(*((name, name not in ("In file", "Opens (UTC)")) for name in names))
    for row in rows:
        table.add_row(*(row[name] for name in names))
    return table


def _row_titles(unit: str, rows: Sequence[PreviewRow]) -> tuple[str, ...]:
    two_clocks = any(row.clock != row.time for row in rows)
    return (unit, *(("In file",) if two_clocks else ()), "Opens (UTC)", *_NUMBERS)


def _row(unit: str, row: PreviewRow) -> dict[str, str]:
    values = (NONE if math.isnan(value) else f"{value:,.7g}" for value in row.values)
    numbers = dict(zip(_NUMBERS, values, strict=True))
    return {unit: f"{row.line}", "In file": moment(row.clock)[11:], "Opens (UTC)": moment(row.time), **numbers}


def _months(proposal: Proposal) -> Table:
    table = _table(("Month", False), ("Weeks", True), ("Open in the file", False), ("In UTC", False))
    for month in proposal.zone.months[:_MONTHS]:
        table.add_row(month.month, str(month.weeks), month.in_file, month.in_utc)
    if len(proposal.zone.months) > _MONTHS:
        table.add_row(f"and {len(proposal.zone.months) - _MONTHS} more months")
    return table


def _table(*columns: tuple[str, bool]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="dim")
    for name, right in columns:
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    return table


def _facts(facts: Iterator[tuple[str, str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    for name, value in facts:
        table.add_row(name, Text(shown(value)))
    return table


def _section(title: str) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    yield Padding(Text(title, "bold"), (1, 0, 0, 0))


def _lines(sentences: Sequence[str]) -> Iterator[RenderableType]:
    from rich.text import Text

    for sentence in sentences:
        yield Text(shown(sentence))
