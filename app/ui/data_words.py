"""Stored candles in words."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from app.data.records import IMPORTED, Cause, Gap
from app.jobs.stored_series import Held
from app.market.timeframe import DAY_MS, HOUR_MS, MINUTE_MS, Timeframe


def facts(held: Held) -> str:
    """Return the length of its candles, how many there are, how complete, how large, and the newest."""
    if held.span is None or held.last is None:
        return _say("Nothing stored yet.")
    length = str(Timeframe(held.series.key.step_ms))
    parts = [
        _say("%1 candles of %2").replace("%1", f"{held.candles:,}").replace("%2", length),
        _say("%1 complete").replace("%1", share_text(held.share)),
        _say("about %1").replace("%1", size_text(held.bytes)),
        _say("last one %1 UTC").replace("%1", moment(held.last)),
    ]
    if held.series.status == "ended":
        ended = held.series.ended_ms
        parts.append(_say("not traded now") if ended is None else _say("ended %1 UTC").replace("%1", moment(ended)))
    return "  ·  ".join(parts)


def gaps_text(held: Held) -> str:
    """Return what was never fetched in between, how many candles are missing and why, and the longest gap."""
    unasked = _say("%1 in between were never fetched.").replace("%1", length_text(held.not_asked_ms))
    return " ".join(text for text in (unasked if held.not_asked_ms else "", _missing_text(held)) if text)


def _missing_text(held: Held) -> str:
    imported = held.series.key.source == IMPORTED
    names: dict[Cause, str] = {
        # Nobody can say of a file whether it lacks a minute or its row was no candle.
        "quiet": _say("nobody traded or the row in the file was refused") if imported else _say("nobody traded"),
        "outage": _say("outage of the exchange"),
        "unknown": _say("not known why"),
    }
    missing = held.lack.candles
    if not missing:
        return ""
    step = Timeframe(held.series.key.step_ms)
    causes = ", ".join(f"{missing[cause]:,} {name}" for cause, name in names.items() if missing.get(cause))
    total = sum(missing.values())
    text = _say("%1 candles missing: %2").replace("%1", f"{total:,}").replace("%2", causes)
    longest = held.lack.longest
    if longest is None or longest.span.end - longest.span.start <= step.ms:
        return f"{text}."
    return f"{text}. {_longest(longest)}"


def _longest(gap: Gap) -> str:
    text = _say("Longest gap: %1 from %2 UTC.")
    return text.replace("%1", length_text(gap.span.end - gap.span.start)).replace("%2", moment(gap.span.start))


def share_text(share: float) -> str:
    """Return a share that is 100 % only when nothing is missing."""
    return "100 %" if share >= 1.0 else f"{100 * share:.1f} %"


def size_text(size: float) -> str:
    """Return bytes as people read them."""
    return (
        f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.0f} kB"
    )


def moment(time_ms: int) -> str:
    """Return a moment in UTC, to the minute."""
    when = datetime.fromtimestamp(time_ms / 1000, UTC)
    return f"{when.day} {when:%b %Y %H:%M}"


def day(time_ms: int) -> str:
    """Return a day in UTC."""
    when = datetime.fromtimestamp(time_ms / 1000, UTC)
    return f"{when.day} {when:%b %Y}"


def length_text(length_ms: int) -> str:
    """Return a length of time in its largest unit."""
    for unit, name in ((DAY_MS, _say("days")), (HOUR_MS, _say("hours")), (MINUTE_MS, _say("minutes"))):
        if length_ms >= 2 * unit or unit == MINUTE_MS:
            return f"{length_ms / unit:,.0f} {name}"
    raise AssertionError("minutes are the smallest unit")


def _say(text: str) -> str:
    return QCoreApplication.translate("DataPage", text)
