"""What the trader may decide about an import, in place of what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.data.importing.refusal import ImportRefused

DATE_ORDERS = ("dmy", "mdy")
DECIMALS = ("point", "comma")
CALENDARS = ("24x7", "fx", "metals")


@dataclass(frozen=True)
class Options:
    """Decisions of the trader; None leaves one to what the file looks like.

    `columns` says by part (`time`, `open`, ...) which column it is: its name, or its number from 1; `time` may be two,
    joined by +. `dates` is dmy or mdy, `decimal` point or comma. `name` tells the series from others of its symbol.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    symbol: str | None = None
    name: str | None = None
    calendar: str | None = None
    dates: str | None = None
    decimal: str | None = None

    def __post_init__(self) -> None:
        for value, allowed, option in (
            (self.calendar, CALENDARS, "--calendar"),
            (self.dates, DATE_ORDERS, "--dates"),
            (self.decimal, DECIMALS, "--decimal"),
        ):
            if value is not None and value not in allowed:
                raise ImportRefused(f"{option} is one of {', '.join(allowed)}.")

    def as_object(self) -> dict[str, Any]:
        """Return them as JSON takes them."""
        return {**asdict(self), "columns": dict(self.columns)}


def read_columns(text: str) -> dict[str, str]:
    """Return the columns typed as `time=Date+Time,open=Open`. Raises ImportRefused."""
    found: dict[str, str] = {}
    for pair in text.split(","):
        part, sign, column = (side.strip() for side in pair.partition("="))
        if not sign or not part or not column:
            raise ImportRefused("--map is written like time=Date+Time,open=Open,high=High,low=Low,close=Close.")
        found[part.lower()] = column
    return found
