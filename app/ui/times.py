"""When something was, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def ago(then_ms: int, now_ms: int) -> str:
    """Return how long ago a moment was, or its date where that was more than six days ago; both in UTC ms."""
    seconds = (now_ms - then_ms) // 1000
    if 0 <= seconds < _MINUTE:
        return _tr("just now")
    for unit, limit, text in (
        (_MINUTE, _HOUR, "%1 min ago"),
        (_HOUR, _DAY, "%1 h ago"),
        (_DAY, 7 * _DAY, "%1 d ago"),
    ):
        if 0 <= seconds < limit:
            return _tr(text).replace("%1", str(seconds // unit))
    return day(then_ms)


def day(then_ms: int) -> str:
    """Return the local date of a moment: `2026-11-21`."""
    return _local(then_ms).strftime("%Y-%m-%d")


def minute(then_ms: int) -> str:
    """Return the local date and time of a moment: `2026-11-21 14:05`."""
    return _local(then_ms).strftime("%Y-%m-%d %H:%M")


def _local(then_ms: int) -> datetime:
    return datetime.fromtimestamp(then_ms / 1000, UTC).astimezone()


def _tr(text: str) -> str:
    return QCoreApplication.translate("times", text)
