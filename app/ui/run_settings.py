"""What a run takes besides the drawing, remembered between starts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from app.engine.assumptions import Assumptions, AssumptionsInvalid

PERIODS: tuple[int | None, ...] = (91, 183, 365, None)


@dataclass(frozen=True)
class RunSettings:
    """How many days back from the last candle (None: all there are), and the assumptions."""

    days: int | None = 365
    assumptions: Assumptions = Assumptions()


def load(settings: QSettings) -> RunSettings:
    """Return what was set last; the usual where that cannot be read."""
    usual = Assumptions()
    try:
        period = int(str(settings.value("run/period", 2)))
        capital, fee, slippage = (float(str(settings.value(f"run/{name}", getattr(usual, name)))) for name in _NAMES)
        days = PERIODS[period if 0 <= period < len(PERIODS) else 2]
        return RunSettings(days, Assumptions(capital, fee, slippage))
    except (ValueError, AssumptionsInvalid):
        return RunSettings()


def save(settings: QSettings, run: RunSettings) -> None:
    """Remember what is set."""
    settings.setValue("run/period", PERIODS.index(run.days))
    for name in _NAMES:
        settings.setValue(f"run/{name}", getattr(run.assumptions, name))


_NAMES = ("capital", "fee_rate", "slippage_rate")
