"""Day before month or month before day, decided over a whole column of dates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from app.data.importing.dates import Order, ends_with_year, possible_orders, read_date


@dataclass(frozen=True)
class OrderChoice:
    """The order of dates, with a question where both can be meant, and a note where one was taken for granted."""

    order: Order
    question: str | None = None
    note: str | None = None


def choose_order(texts: Collection[str], typed: str | None) -> OrderChoice:
    """Return the order of all dates in a column that end with the year; `typed` is dmy or mdy."""
    doubtful = sorted(text.strip() for text in texts if ends_with_year(text))
    if typed or not doubtful:
        return OrderChoice("mdy" if typed == "mdy" else "dmy")
    possible = possible_orders(doubtful)
    if possible == {"mdy"}:
        return OrderChoice("mdy")
    if possible == {"dmy"} or not possible:
        return OrderChoice("dmy")
    first, last = _ends(doubtful, "dmy")
    other_first, other_last = _ends(doubtful, "mdy")
    if all("." in text for text in doubtful):
        note = f"Dates such as {doubtful[0]} are read as day.month.year: {first} to {last}. --dates mdy changes that."
        return OrderChoice("dmy", note=note)
    one, other = _iso(doubtful[0], "dmy"), _iso(doubtful[0], "mdy")
    question = (
        f"Is {doubtful[0]} {one} or {other}? With day before month the file runs from {first} to {last} (--dates dmy), "
        f"with month before day from {other_first} to {other_last} (--dates mdy)."
    )
    return OrderChoice("dmy", question=question)


def _ends(texts: Collection[str], order: Order) -> tuple[str, str]:
    days = [day for text in texts if (day := read_date(text, order)) is not None]
    return str(np.datetime64(min(days), "D")), str(np.datetime64(max(days), "D"))


def _iso(text: str, order: Order) -> str:
    day = read_date(text, order)
    return str(np.datetime64(0 if day is None else day, "D"))
