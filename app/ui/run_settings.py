"""What a run takes besides the drawing, remembered between starts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from app.engine.assumptions import Assumptions, AssumptionsInvalid
from app.jobs.market_bars import LAST_YEAR, Period

# Days of the presets; None stands for all there are.
PERIODS: tuple[int | None, ...] = (91, 183, 365, 730, 1095, None)


@dataclass(frozen=True)
class RunSettings:
    """The period to run on and the assumptions."""

    period: Period = LAST_YEAR
    assumptions: Assumptions = Assumptions()


def load(settings: QSettings) -> RunSettings:
    """Return what was set last; the usual where that cannot be read."""
    usual = Assumptions()
    try:
        capital, fee, slippage = (float(str(settings.value(f"run/{name}", getattr(usual, name)))) for name in _NAMES)
        return RunSettings(_period(str(settings.value("run/period", "365"))), Assumptions(capital, fee, slippage))
    except (ValueError, AssumptionsInvalid):
        return RunSettings()


def save(settings: QSettings, run: RunSettings) -> None:
    """Remember what is set."""
    period = run.period
    text = "all" if period.days is None else str(period.days)
    if period.start is not None or period.end is not None:
        text = f"{period.start or ''}..{period.end or ''}"
    settings.setValue("run/period", text)
    for name in _NAMES:
        settings.setValue(f"run/{name}", getattr(run.assumptions, name))


def _period(text: str) -> Period:
    """Return a period as it was written down. Raises ValueError."""
    if text == "all":
        return Period(None)
    if ".." in text:
        start, end = (int(part) if part else None for part in text.split("..", 1))
        if start is not None and end is not None and start >= end:
            raise ValueError(text)
        return Period(None, start, end)
    days = int(text)
    return Period(days) if days in PERIODS else Period()


_NAMES = ("capital", "fee_rate", "slippage_rate")
