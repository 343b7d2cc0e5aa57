"""Tables that fit the terminal without cutting a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

# Blanks between two columns.
BETWEEN = 2
_NAME, _FIGURE = 18, 12


def room_for(wide: Mapping[str, int], dispensable: Sequence[str], width: int) -> list[str]:
    """Return the columns that fit into `width`, given how wide each is; dispensable ones go in the order given."""
    left = dict(wide)
    for name in dispensable:
        if sum(left.values()) + BETWEEN * (len(left) - 1) > width:
            del left[name]
    return list(left)


def beside(first: int, others: Sequence[int], width: int) -> list[list[int]]:
    """Return which other columns go behind the first ones, `first` wide together, in as many tables as that takes."""
    tables: list[list[int]] = [[]]
    taken = first
    for number, wide in enumerate(others):
        if tables[-1] and taken + BETWEEN + wide > width:
            tables.append([])
            taken = first
        tables[-1].append(number)
        taken += BETWEEN + wide
    return tables


def figures(named: Sequence[tuple[str, str]], width: int) -> Table:
    """Return figures behind their names in two pairs of columns, or in one where two do not fit."""
    from rich.table import Table
    from rich.text import Text

    names, values = max(_NAME, *(len(name) for name, _ in named)), max(_FIGURE, *(len(text) for _, text in named))
    pairs = 2 if 2 * (names + values) + 3 * BETWEEN <= width else 1
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, BETWEEN, 0, 0))
    for _ in range(pairs):
        table.add_column(style="dim", no_wrap=True, min_width=_NAME)
        table.add_column(justify="right", no_wrap=True, min_width=_FIGURE)
    for at in range(0, len(named), pairs):
        table.add_row(*(Text(cell) for pair in named[at : at + pairs] for cell in pair))
    return table
