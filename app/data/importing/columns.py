"""Which column is what: by the names in the header, else by what the cells hold, else as the trader says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import permutations

import numpy as np

from app.data.candle_columns import plain
from app.data.importing import times
from app.data.importing.column_names import columns_called, price_columns
from app.data.importing.dates import read_date
from app.data.importing.numbers import NumberStyle
from app.data.importing.numbers import find_style as find_number_style
from app.data.importing.refusal import refuse
from app.data.importing.text_rows import Places
from app.data.importing.times import TimeStyle
from app.market.candles import PRICES, FloatSeries

_LEAN_DAY = re.compile(r"(?<!\d)(\d{8})_")
_PARTS = ("time", *PRICES, "volume")
_ENOUGH = 0.9
_BARELY = 0.5


@dataclass(frozen=True)
class Table:
    """What is known of a table before it is read: the names of its columns, if any, and its first rows as cells."""

    name: str
    names: tuple[str, ...] | None
    rows: Sequence[Sequence[str]]
    delimiter: str = ","

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names) if self.names else len(self.rows[0])

    def cells(self, place: int) -> list[str]:
        """Return the cells of a column in the first rows."""
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Found:
    """What stands where, how times and numbers are written, and a number that can be read in two ways, if any."""

    places: Places
    times: TimeStyle
    numbers: NumberStyle
    doubtful_number: str | None
    by_name: bool


def find_columns(table: Table, chosen: Mapping[str, str]) -> Found:
    """Return where the parts of a candle stand; `chosen` names columns, or their numbers from 1, by part.

    Raises ImportRefused, saying what was looked for, where a time or a price is missing.
    """
    picked = {part: chosen_places(table, part, text) for part, text in chosen.items()}
    stamp = _time_places(table, picked.get("time"))
    prices = {part: picked[part][0] for part in PRICES if part in picked}
    named = price_columns(table.names) if table.names else None
    if named:
        prices = {**named, **prices}
    elif len(prices) < len(PRICES):
        prices = {**_price_places(table, stamp.places), **prices}
    if len(set(prices.values())) < len(PRICES):
        refuse(table.name, "would take two prices from one column; name four different ones with --map")
    numbers, doubtful = find_number_style(
        [cell for place in prices.values() for cell in table.cells(place)], table.delimiter
    )
    taken = {*stamp.places, *prices.values()}
    volume = picked["volume"][0] if picked.get("volume") else None
    if "volume" not in picked:
        volume = _volume_place(table, taken, max(prices.values()))
    return Found(Places(stamp.places, prices, volume), stamp.style, numbers, doubtful, named is not None)


def chosen_places(table: Table, part: str, text: str) -> tuple[int, ...]:
    """Return the columns named for a part: a name or a number from 1; two, joined by +, for date and clock time.

    For the volume "none" stands for no column.
    """
    if part not in _PARTS:
        near = get_close_matches(part, _PARTS, n=1)
        refuse(
            table.name, f"has no part {plain(part)!r} to map; {f'did you mean {near[0]}?' if near else _listed(_PARTS)}"
        )
    if part == "volume" and text.strip().lower() == "none":
        return ()
    whole = _place(table, text)
    if whole is not None:
        return (whole,)
    found = [_place(table, name) for name in text.split("+")] if part == "time" else [None]
    if len(found) > 2 or None in found:
        known = _listed(table.names) if table.names else f"columns 1 to {table.width}"
        refuse(table.name, f"has no column {plain(text)!r} for {part}; it has {known}")
    return tuple(place for place in found if place is not None)


def price_order(columns: Sequence[FloatSeries]) -> tuple[int, ...] | None:
    """Return which of four columns are open, high, low and close, where they are not so already; None where they are.

    Only an order in which nearly all rows can be candles counts. Of the two columns that are neither high nor low the
    left one is the open, unless the other one goes on from close to close far more smoothly.
    """
    good = np.logical_and.reduce([np.isfinite(column) & (column > 0) for column in columns])
    prices = [column[good] for column in columns]
    if not len(prices[0]) or _sound_share(prices, (0, 1, 2, 3)) >= _BARELY:
        return None
    shares = {order: _sound_share(prices, order) for order in permutations(range(4)) if order[0] < order[3]}
    best = max(shares, key=shares.__getitem__)
    if shares[best] < _ENOUGH:
        return None
    left, right = prices[best[0]], prices[best[3]]
    swapped = _roughness(right, left) < _BARELY * _roughness(left, right)
    return (best[3], best[1], best[2], best[0]) if swapped else best


@dataclass(frozen=True)
class _Stamp:
    places: tuple[int, ...]
    style: TimeStyle


def _time_places(table: Table, chosen: tuple[int, ...] | None) -> _Stamp:
    if chosen is not None:
        style = _pair_style(table, chosen) if len(chosen) == 2 else _style(table, chosen[0])
        if style is None:
            refuse(table.name, f"has no times that can be read in the column for time: {_examples(table, chosen)}")
        return _Stamp(chosen, style)
    order: Sequence[int] = range(table.width)
    if table.names:
        order = columns_called(table.names, "time") or order
    styles = {place: style for place in order if (style := _style(table, place))}
    whole = [place for place in styles if styles[place].shape not in ("date", "of the day")]
    epochs = [place for place in whole if styles[place].shape == "epoch"]
    if whole:
        place = (epochs or whole)[0] if table.names else whole[0]
        return _Stamp((place,), styles[place])
    for place, style in styles.items():
        clocks = [other for other in order if other not in styles and times.find_clock(table.cells(other))]
        if clocks:
            return _Stamp((place, clocks[0]), TimeStyle("pair", order=style.order))
        return _Stamp((place,), style)
    refuse(table.name, "has no column of times that can be read; name it with --map time=COLUMN")


def _style(table: Table, place: int) -> TimeStyle | None:
    """Return how the times of a column are written; LEAN keeps the day in the name of the file."""
    cells = table.cells(place)
    found = times.find_style(cells)
    day = _LEAN_DAY.search(table.name)
    if found is None and place == 0 and day and all(cell.strip().isdigit() for cell in cells):
        since_1970 = read_date(day[1], "ymd")
        if since_1970 is not None:
            return TimeStyle("of the day", day=since_1970)
    return found


def _pair_style(table: Table, chosen: tuple[int, ...]) -> TimeStyle | None:
    date, clock = chosen
    style = _style(table, date)
    fits = style is not None and style.shape == "date" and times.find_clock(table.cells(clock))
    return TimeStyle("pair", order=style.order) if fits and style else None


def _price_places(table: Table, taken: Sequence[int]) -> dict[str, int]:
    """Return the first four columns side by side whose numbers lie close together."""
    places = [place for place in range(table.width) if place not in taken]
    numbers, _ = find_number_style([cell for place in places for cell in table.cells(place)], table.delimiter)
    columns = {place: numbers.column(table.cells(place), False)[0] for place in places}
    for start in places:
        four = [columns.get(start + step) for step in range(4)]
        if all(column is not None for column in four) and _close_together([c for c in four if c is not None]):
            return dict(zip(PRICES, range(start, start + 4), strict=True))
    refuse(
        table.name,
        "has no four columns that look like open, high, low and close; name them with "
        "--map open=COLUMN,high=COLUMN,low=COLUMN,close=COLUMN",
    )


def _close_together(columns: Sequence[FloatSeries]) -> bool:
    table = np.stack(columns)
    with np.errstate(invalid="ignore"):
        near = (table.min(axis=0) > 0) & (table.max(axis=0) < 1.5 * table.min(axis=0))
    return bool(np.count_nonzero(near) >= _BARELY * table.shape[1])


def _volume_place(table: Table, taken: set[int], last_price: int) -> int | None:
    if table.names:
        called = [place for place in columns_called(table.names, "volume") if place not in taken]
        return next((place for place in called if _has_numbers(table, place)), None)
    after = last_price + 1
    return after if after < table.width and after not in taken and _has_numbers(table, after) else None


def _has_numbers(table: Table, place: int) -> bool:
    numbers, _ = find_number_style(table.cells(place), table.delimiter)
    values = [numbers.read(cell, short=True) for cell in table.cells(place)]
    return sum(value is not None for value in values) >= _BARELY * len(values)


def _sound_share(prices: Sequence[FloatSeries], order: Sequence[int]) -> float:
    open_, high, low, close = (prices[place] for place in order)
    sound = (high >= np.maximum(open_, close)) & (low <= np.minimum(open_, close))
    return float(np.count_nonzero(sound) / len(sound))


def _roughness(open_: FloatSeries, close: FloatSeries) -> float:
    return float(np.median(np.abs(open_[1:] - close[:-1]))) if len(open_) > 1 else 0.0


def _place(table: Table, text: str) -> int | None:
    name = text.strip().lower()
    for same in _COMPARISONS:
        for place, known in enumerate(table.names or ()):
            if same(known).lower() == name:
                return place
    if name.isascii() and name.isdigit() and len(name) < 6 and 1 <= int(name) <= table.width:
        return int(name) - 1
    return None


_COMPARISONS: tuple[Callable[[str], str], ...] = (str.strip, lambda known: known.strip("<> "))


def _examples(table: Table, places: Sequence[int]) -> str:
    return ", ".join(plain(" ".join(row[place] for place in places)) for row in list(table.rows)[:2])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(plain(name) for name in names[:20])
