"""An import without storing anything: every row becomes a sound candle, or is counted among those that do not."""

from __future__ import annotations

import numpy as np

from app.data.importing.proposal import Proposal
from app.data.importing.report import MOST_BAD_SHARE, Report
from app.data.importing.sieve import Sieve
from app.data.pages import jumps
from app.data.quality import causes, missing
from app.data.records import Gap, Jump, Span
from app.market.candles import Candles
from app.market.timeframe import WEEK_MS, Timeframe


def dry_run(proposal: Proposal, *, now_ms: int) -> Report:
    """Return what an import of a file as proposed would store, and what is wrong with the rest of its rows."""
    sieve = Sieve(proposal.rows, proposal.step_ms)
    sieve.reject_values()
    sieve.to_utc(proposal.zone, now_ms)
    notes = ["The times are those of the close of each candle; the open is stored."] if sieve.to_opens() else []
    other = sieve.leave_out_other_lengths()
    floored = sieve.floor_to_minutes() if proposal.layout.floors else 0
    refusal = _off_grid(sieve)
    sieve.reject_off_step()
    out_of_order = sieve.sort()
    repeated, conflicting = sieve.merge()
    other += sieve.leave_out_other_lengths()  # those that only show when the rows are in order
    unfinished = sieve.leave_out(sieve.time + proposal.step_ms > now_ms)
    closed, outside = sieve.leave_out_closed(proposal.calendar)
    candles = sieve.candles()
    read, bad = proposal.rows.read, sorted(sieve.bad.listed)
    return Report(
        candles=candles,
        read=read,
        bad_rows=sieve.bad.total,
        bad=tuple(bad),
        conflicting=conflicting,
        repeated=repeated,
        other=other,
        floored=floored,
        closed=closed,
        outside=outside,
        unfinished=unfinished,
        out_of_order=out_of_order,
        gaps=_gaps(proposal, candles),
        jumps=_jumps(candles),
        notes=tuple(notes),
        refusal=refusal or _too_bad(sieve, read) or (None if len(candles) else "has no row that is a candle"),
    )


def _off_grid(sieve: Sieve) -> str | None:
    """Return why candles that open between the bars of the app cannot be used, as the end of a sentence."""
    off = sieve.off_step() & (sieve.time % 60_000 == 0)
    if not len(off) or 2 * np.count_nonzero(off) < len(off):
        return None
    frame = Timeframe(sieve.step_ms)
    when = "on Mondays at 00:00 UTC" if frame.ms == WEEK_MS else f"at whole multiples of {frame} in UTC"
    first = str(np.datetime64(int(sieve.time[off][0]), "ms"))[:16].replace("T", " ")
    return (
        f"has candles of {frame} that do not open {when}, as bars do here (the first one that does not: {first} UTC). "
        "Export candles of one hour or shorter; longer bars are made from them. If the times of the file are UTC, say "
        "--zone UTC"
    )


def _too_bad(sieve: Sieve, read: int) -> str | None:
    total = sieve.bad.total
    if total <= MOST_BAD_SHARE * read:
        return None
    first = min(sieve.bad.listed)
    rows = "1 row is" if total == 1 else f"{total:,} rows are"
    return (
        f"cannot be imported: {rows} bad of {read:,} ({100 * total / read:.1f} %), and up to 1 % may be. "
        f"The first: {sieve.unit} {first.line} {first.reason}"
    )


def _gaps(proposal: Proposal, candles: Candles) -> tuple[Gap, ...]:
    """Return what is missing between the first and the last candle, and why, as far as this file alone can tell."""
    if not len(candles):
        return ()
    whole = Span(int(candles.time[0]), candles.end)
    return causes(missing(candles.time, [whole], candles.step_ms), proposal.series)


def _jumps(candles: Candles) -> tuple[Jump, ...]:
    before = np.searchsorted(candles.time, times := jumps(candles)) - 1
    moves = [
        float(candles.close[place + 1] / candles.close[place] - 1.0) if place >= 0 else 0.0 for place in before.tolist()
    ]
    return tuple(Jump(time, move) for time, move in zip(times, moves, strict=True))
