"""Numbers as people and programs write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from app.market.candles import FloatSeries

Decimal = Literal[".", ","]

NO_NUMBER = {"", "-", "--", "nan", "null", "none", "n/a", "na", "#n/a"}
_GROUPS = (",", ".", " ", "'", "\u00a0", "\u202f", "’")
_SIGNS: tuple[tuple[Decimal, Decimal], ...] = ((".", ","), (",", "."))
_SHORT = {"k": 1e3, "m": 1e6, "b": 1e9}
_DIGITS = re.compile(r"[\d.,'’ \u00a0\u202f]+", re.ASCII)


@dataclass(frozen=True)
class NumberStyle:
    """How a file writes numbers: its decimal sign, and the sign between thousands ("" for none)."""

    decimal: Decimal = "."
    thousands: str = ""
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _other_line: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        decimal, group = re.escape(self.decimal), re.escape(self.thousands)
        grouped = rf"|\d{{1,3}}(?:{group}\d{{3}})+(?:{decimal}\d*)?" if self.thousands else ""
        pattern = rf"[+-]?(?:\d+(?:{decimal}\d*)?|{decimal}\d+{grouped})(?:[eE][+-]?\d{{1,3}})?"
        object.__setattr__(self, "_pattern", re.compile(pattern, re.ASCII))
        # Finds the first line that is no number; unlike a pattern over all lines it never looks back.
        object.__setattr__(self, "_other_line", re.compile(rf"^(?!(?:{pattern})$)", re.ASCII | re.MULTILINE))

    def read(self, text: str, *, short: bool = False) -> float | None:
        """Return the number in a cell, NaN for an empty one, None for anything else; `short` allows 1.2K and 3M."""
        text = text.strip().lstrip("$€£¥₿").strip()
        if text.lower() in NO_NUMBER:
            return math.nan
        factor = 1.0
        if short and text[-1:].lower() in _SHORT:
            factor, text = _SHORT[text[-1].lower()], text[:-1].strip()
        if not self._pattern.fullmatch(text):
            return None
        return float(self._plain(text)) * factor

    def column(self, cells: Sequence[str], plain: bool, *, short: bool = False) -> tuple[FloatSeries, list[int]]:
        """Return the numbers of a column, NaN where there is none, and the places of cells that are no numbers.

        `plain` says that the cells are ASCII without underscores, where Python's own reading is right and quick.
        """
        try:
            if plain and self == NumberStyle():
                return np.fromiter(map(float, cells), np.float64, len(cells)), []
            text = "\n".join(cells)
            if self._other_line.search(text) is None:
                return np.fromiter(map(float, self._plain(text).split("\n")), np.float64, len(cells)), []
        except ValueError:
            pass
        values = [self.read(cell, short=short) for cell in cells]
        wrong = [place for place, value in enumerate(values) if value is None]
        return np.array([math.nan if value is None else value for value in values]), wrong

    def _plain(self, text: str) -> str:
        """Return numbers of this style as Python writes them."""
        return text.replace(self.thousands, "").replace(",", ".") if self.thousands else text.replace(",", ".")


def find_style(cells: Iterable[str], delimiter: str) -> tuple[NumberStyle, str | None]:
    """Return how the numbers in price cells are written, and one of them where that can be read in two ways."""
    texts = _number_texts(cells)
    spaced = next((sign for sign in _GROUPS[2:] for text in texts if sign in text), "")
    for decimal, other in _SIGNS:
        if any(other in text and decimal in text.rsplit(other, 1)[-1] for text in texts):
            return NumberStyle(decimal, other), None
    for decimal, other in _SIGNS:
        if any(text.count(other) > 1 for text in texts):
            return NumberStyle(decimal, other), None
    with_comma = [text for text in texts if "," in text]
    if not with_comma:
        return NumberStyle(".", spaced), None
    doubtful = [text for text in with_comma if re.fullmatch(r"\d{1,3},\d{3}", text)]
    # A semicolon between cells is what spreadsheets write where the comma is the decimal sign.
    asked = len(doubtful) == len(with_comma) and delimiter != ";"
    return NumberStyle(",", spaced), doubtful[0] if asked else None


def style_with(decimal: Decimal, cells: Iterable[str]) -> NumberStyle:
    """Return how the numbers in price cells are written when their decimal sign is known."""
    texts = _number_texts(cells)
    groups = [sign for sign in _GROUPS if sign != decimal and any(sign in text for text in texts)]
    return NumberStyle(decimal, groups[0] if groups else "")


def _number_texts(cells: Iterable[str]) -> list[str]:
    return [text for cell in cells if _DIGITS.fullmatch(text := cell.strip().lstrip("$€£¥₿+-").strip())]
