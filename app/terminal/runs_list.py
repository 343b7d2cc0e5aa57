"""`blockbuilders runs list`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from app.data.library.records import RunFilter, RunOrder, RunSummary
from app.market.exchange_names import exchange_name
from app.results.numbers import count, moment, percent, whole
from app.terminal import screen
from app.terminal.fitting import BETWEEN, room_for
from app.terminal.runs_commands import NOTHING, opened_library
from app.terminal.screen import shown

if TYPE_CHECKING:
    import argparse

    from rich.console import RenderableType

_ORDERS: dict[str, RunOrder] = {
    "newest": "newest",
    "oldest": "oldest",
    "return": "total_return",
    "drawdown": "max_drawdown",
    "trades": "trades",
}
_LEFT_OUT = ("sparkline", "assumptions")
_TITLES = ("Run", "When (UTC)", "Strategy", "On", "Return", "Drawdown", "Trades")
_RIGHT = ("Run", "Return", "Drawdown", "Trades")
# Where there is little room these columns go, in this order; before that names of strategies are cut.
_DISPENSABLE = ("When (UTC)", "On", "Strategy")
_SHORTEST_NAME = 8


def run_list(options: argparse.Namespace) -> int:
    """List runs as a table or as JSON."""
    wanted = _filter(options)
    with opened_library() as library:
        found = library.runs.find(wanted) if library else ()
        total = library.storage().runs if library else 0
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text([summary_object(summary) for summary in found], indent=2) + "\n")
    elif not found:
        screen.write(f"{'No run is like that.' if total else NOTHING}\n")
    else:
        screen.show(_page(found, total))
    return 0


def summary_object(summary: RunSummary) -> dict[str, Any]:
    """Return a run as plain values; times are UTC ms, what is absent is None."""
    names = [field.name for field in fields(RunSummary) if field.name not in _LEFT_OUT]
    return {**{name: getattr(summary, name) for name in names}, "assumptions": asdict(summary.assumptions)}


def _filter(options: argparse.Namespace) -> RunFilter:
    return RunFilter(
        symbol=options.symbol,
        states=(options.state,) if options.state else None,
        text=" ".join(options.text),
        since_ms=options.start,
        until_ms=None if options.end is None else options.end - 1,
        range_from_ms=options.tested_from,
        range_to_ms=options.tested_to,
        least_return=options.least_return,
        deepest_drawdown=None if options.most_drawdown is None else -options.most_drawdown,
        least_trades=options.least_trades,
        pinned=True if options.pinned else None,
        order=_ORDERS[options.order],
        limit=options.limit or None,
    )


def _page(found: Sequence[RunSummary], total: int) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    rows = [dict(zip(_TITLES, _cells(summary), strict=True)) for summary in found]
    wide = {title: max(len(title), *(len(row[title]) for row in rows)) for title in _TITLES}
    titles = room_for(wide | {"Strategy": _SHORTEST_NAME}, _DISPENSABLE, screen.width())
    others = sum(wide[title] + BETWEEN for title in titles if title != "Strategy")
    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, justify="right" if title in _RIGHT else "left", no_wrap=True)
    for row in rows:
        row["Strategy"] = _short(row["Strategy"], screen.width() - others)
        table.add_row(*(Text(row[title]) for title in titles))
    yield table
    yield Text()
    more = "" if len(found) == total else f"{len(found):,} of "
    yield Text(f"{more}{count(total, 'run')}; * is pinned. blockbuilders runs show RUN says more.", "dim")
    made_up = sorted({summary.symbol for summary in found if summary.exchange == "sample"})
    if made_up:
        yield Text(f"{shown(', '.join(made_up))}: {exchange_name('sample')}, no real prices.", "dim")


def _cells(summary: RunSummary) -> list[str]:
    name = shown(" ".join(summary.strategy_name.split()))
    where = shown(f"{summary.symbol} {summary.timeframe}")
    cells = [str(summary.id), moment(summary.asked_ms)[2:], f"* {name}" if summary.pinned else name, where]
    if summary.state != "completed":
        return [*cells, summary.state, "", ""]
    return [*cells, percent(summary.total_return, sign=True), percent(summary.max_drawdown), whole(summary.trades)]


def _short(name: str, room: int) -> str:
    return name if len(name) <= room else f"{name[: room - 1]}…"
