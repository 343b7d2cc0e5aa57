"""`blockbuilders runs compare`: two to six kept runs side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from app.results.compare import FEWEST, MOST, Comparison, FigureRow, compare
from app.results.glance import Glance
from app.results.numbers import count
from app.terminal import screen
from app.terminal.arguments import UsageError
from app.terminal.fitting import BETWEEN, beside
from app.terminal.runs_commands import kept_summary, library_with_runs
from app.terminal.screen import shown

if TYPE_CHECKING:
    import argparse

    from rich.console import RenderableType
    from rich.table import Table

# What there is room for side by side.
_FIGURES = (
    *("total_return", "cagr", "max_drawdown", "trades", "win_rate", "profit_factor", "average_r", "sharpe"),
    *("exposure", "buy_and_hold_return", "against_holding", "fees_paid"),
)


def run_compare(options: argparse.Namespace) -> int:
    """Compare each further run with the first that was typed."""
    numbers: list[int] = options.runs
    if not FEWEST <= len(numbers) <= MOST or len(set(numbers)) < len(numbers):
        raise UsageError(f"Name {FEWEST} to {MOST} different runs, such as: blockbuilders runs compare 3 5.")
    with library_with_runs() as library:
        runs = [library.runs.overview(kept_summary(library, number).id) for number in numbers]
        found = compare(runs, lambda old, new: library.runs.same_bars(old.summary.id, new.summary.id))
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text(_object(numbers, runs, found), indent=2) + "\n")
    else:
        screen.show(_page(numbers, runs, found))
    return 0


def _object(numbers: Sequence[int], runs: Sequence[Glance], found: Comparison) -> dict[str, Any]:
    return {
        "runs": list(numbers),
        "figures": {row.name: list(row.values) for row in found.figures},
        "differences": [
            {"from": numbers[0], "to": number, "drawing": list(drawing.sentences()), "circumstances": list(other)}
            for number, drawing, other in zip(numbers[1:], found.drawings, found.circumstances, strict=True)
        ],
        "trades": {
            "shared": found.trades.shared,
            "only": {str(number): rows.tolist() for number, rows in zip(numbers, found.trades.only, strict=True)},
            "entered": {
                str(number): run.trades["entry_time"][rows].tolist()
                for number, run, rows in zip(numbers, runs, found.trades.only, strict=True)
            },
        },
    }


def _page(numbers: Sequence[int], runs: Sequence[Glance], found: Comparison) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    for number, run in zip(numbers, runs, strict=True):
        name = shown(" ".join(run.strategy.name.split()))
        yield Text(f"Run {number}: {name}, {shown(str(run.instrument))}, {run.strategy.timeframe}", "bold")
    yield from _figures(numbers, found, screen.width())
    yield Padding(Text(f"Under a figure: how far it is from that of run {numbers[0]}.", "dim"), (0, 0, 1, 0))
    for number, drawing, other in zip(numbers[1:], found.drawings, found.circumstances, strict=True):
        yield Text(f"From run {numbers[0]} to run {number}", "bold")
        sentences = list(chain(drawing.sentences(), other))
        for sentence in sentences or ["The drawings, candles, settings and engine are the same."]:
            yield Padding(Text(shown(sentence)), (0, 0, 0, 2))
    yield Text()
    yield Text(f"{count(found.trades.shared, 'trade')} in {'both' if len(numbers) == FEWEST else 'all'} of these runs.")
    for number, rows in zip(numbers, found.trades.only, strict=True):
        if len(rows):
            yield Text(f"{count(len(rows), 'trade')} in run {number} alone.")


def _figures(numbers: Sequence[int], found: Comparison, width: int) -> Iterator[RenderableType]:
    """Yield the figures of all runs: in one table, or in several that each begin with the first run."""
    from rich.padding import Padding

    rows = [row for row in found.figures if row.name in _FIGURES]
    columns = [
        (_head(number), *(row.texts[at] for row in rows), *(row.differences[at] for row in rows))
        for at, number in enumerate(numbers)
    ]
    wide = [max(map(len, column)) for column in columns]
    first = max(len(row.title) for row in rows) + BETWEEN + wide[0]
    for others in beside(first, wide[1:], width):
        yield Padding(_table(numbers, rows, [0, *(number + 1 for number in others)]), (1, 0, 0, 0))


def _head(number: int) -> str:
    return f"Run {number}"


def _table(numbers: Sequence[int], rows: Sequence[FigureRow], places: Sequence[int]) -> Table:
    """Return the figures of the runs in these places, of which the first is what the others are compared with."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="dim")
    table.add_column("", style="dim")
    for at in places:
        table.add_column(_head(numbers[at]), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(Text(row.title), *(Text(row.texts[at]) for at in places))
        if len(set(row.texts)) > 1:
            table.add_row(Text(""), *(Text(row.differences[at] if at else "", "dim") for at in places))
    return table
