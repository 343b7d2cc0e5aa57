"""The columns of the history: what each says of a run, and by what it is sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.market.exchange_names import exchange_name
from app.results import numbers
from app.ui.times import minute

if TYPE_CHECKING:
    from app.data.library.records import RunOrder, RunSummary

MARKS, CURVE, NAME, NOTE = "marks", "curve", "strategy_name", "note"
# What a gain or a loss colours.
TONED = ("total_return", "against_hold")


@dataclass(frozen=True)
class Column:
    """A column: what it says, by what the library sorts it and whether that begins with the highest, if it holds words.

    `value` is what colours it; `shown` says whether it shows until the trader chooses.
    """

    key: str
    title: str
    text: Callable[[RunSummary], str]
    order: RunOrder
    falls: bool = False
    value: Callable[[RunSummary], float | None] = lambda _: None
    words: bool = False
    width: int = 0
    shown: bool = True


def say(text: str) -> str:
    """Return a text of the history in the trader's language."""
    return QCoreApplication.translate("History", text)


def columns() -> tuple[Column, ...]:
    """Return every column, in order."""
    return (
        Column(MARKS, say("Marks"), marks, "marks", falls=True, words=True, width=44),
        Column("id", say("Run"), lambda run: str(run.id), "newest", falls=True, words=True),
        Column("when", say("When"), lambda run: minute(run.asked_ms), "newest", falls=True, words=True),
        Column(CURVE, say("Equity"), lambda _: "", "total_return", falls=True, words=True, width=80),
        _named(NAME, "strategy_name", say("Strategy"), 128),
        Column("symbol", say("Instrument"), instrument, "instrument", words=True),
        Column("timeframe", say("Bars"), lambda run: run.timeframe, "timeframe", words=True),
        Column("total_return", say("Return"), gained, "total_return", True, total_return),
        Column("against_hold", say("Against holding"), against, "against_hold", True, against_hold),
        Column("max_drawdown", say("Drawdown"), _drawdown, "max_drawdown", falls=True),
        Column("trades", say("Trades"), lambda run: numbers.whole(run.trades), "trades", falls=True),
        Column("state", say("State"), state, "state", words=True, width=100),
        Column("range", say("Period"), period, "range", words=True, shown=False),
        _named(NOTE, "note", say("Note"), 100),
    )


def _named(key: str, order: RunOrder, title: str, width: int) -> Column:
    def text(run: RunSummary) -> str:
        return " ".join(str(getattr(run, key)).split())

    return Column(key, title, text, order, words=True, width=width)


def gained(run: RunSummary) -> str:
    """Return what a run gained, with its sign, or how far it has come: the column of states may have no room."""
    return signed(run.total_return) if run.state == "completed" else stage(run)


def says_stage(key: str, run: RunSummary) -> bool:
    """Return whether a column says how far this run has come."""
    return key == "state" or (key == "total_return" and run.state != "completed")


def against(run: RunSummary) -> str:
    """Return how far a run is from buy-and-hold."""
    return apart(against_hold(run))


def total_return(run: RunSummary) -> float | None:
    """Return what a run gained, None where it has no result."""
    return run.total_return


def against_hold(run: RunSummary) -> float | None:
    """Return the return less that of buy-and-hold, None where one of them is not known."""
    if run.total_return is None or run.buy_and_hold_return is None:
        return None
    return run.total_return - run.buy_and_hold_return


def signed(value: float | None) -> str:
    """Return a return in percent with its sign."""
    return numbers.percent(value, sign=True).replace("-", "−")


def apart(value: float | None) -> str:
    """Return how far two returns are apart, in percentage points."""
    return numbers.points(value).replace("-", "−")


def instrument(run: RunSummary) -> str:
    """Return what was traded, and where."""
    return " · ".join(part for part in (run.symbol, exchange_name(run.exchange)) if part)


def period(run: RunSummary) -> str:
    """Return the first and the last day of the candles."""
    if run.start_ms is None or run.end_ms is None:
        return numbers.NONE
    return f"{numbers.day(run.start_ms)} – {numbers.day(run.end_ms - 1)}"


def marks(run: RunSummary) -> str:
    """Return in words what the marks before a run mean."""
    return ", ".join([*([say("pinned")] if run.pinned else []), *([say("new")] if is_new(run) else [])])


def is_new(run: RunSummary) -> bool:
    """Return whether a run has ended and nobody has looked at it."""
    return not run.seen and run.state in ("completed", "failed")


def stage(run: RunSummary) -> str:
    """Return how far a run has come, in a word or two."""
    states = {
        "pending": say("Waiting"),
        "running": say("Running"),
        "completed": say("Figures only") if run.cleaned else say("Completed"),
        "failed": say("Failed"),
        "cancelled": say("Stopped"),
    }
    return states.get(run.state, run.state)


def state(run: RunSummary) -> str:
    """Return how far a run has come, or why there is no result."""
    text = stage(run)
    if run.state == "completed" and run.again_of is not None:
        again = say("Repeats #%1").replace("%1", str(run.again_of))
        return f"{text}: {again}" if run.cleaned else again
    reason = " ".join(run.reason.split())
    return f"{text}: {reason}" if reason and run.state == "failed" else text


def _drawdown(run: RunSummary) -> str:
    return numbers.percent(run.max_drawdown).replace("-", "−")
