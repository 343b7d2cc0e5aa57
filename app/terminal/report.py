"""A result for people: pictures and figures, what to doubt, and what was taken for granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.engine.result import BacktestResult, Trade
from app.engine.version import ENGINE_VERSION
from app.export.curves import drawable, holding
from app.market.candles import FloatSeries
from app.results.numbers import count, moment, money, percent
from app.results.overview import TITLES
from app.results.overview import shown as shown_metric
from app.results.verdict import NOTHING_FOUND
from app.terminal.chart import two_curves
from app.terminal.fitting import BETWEEN, figures, room_for
from app.terminal.screen import shown
from app.terminal.sources import Source
from app.terminal.warnings import about_orders, findings

LAST_TRADES = 6
_MARGIN = 10
_CHART_HEIGHT = 9
_FIGURES = (
    *("total_return", "cagr", "max_drawdown", "max_drawdown_duration_ms", "sharpe", "sortino", "calmar", "volatility"),
    *("trades", "win_rate", "profit_factor", "expectancy", "average_win", "average_loss", "best_trade", "worst_trade"),
    *("average_r", "longest_losing_streak", "exposure", "average_bars_held", "fees_paid", "slippage_paid"),
)
# The columns of trades, and which of them go first where there is little room.
_TRADE_COLUMNS = ("Side", "Entered (UTC)", "Left", "Return", "Result", "Why")
_DISPENSABLE = ("Left", "Result", "Side")


def report(
    result: BacktestResult, source: Source, words: str, notes: Sequence[str], width: int
) -> Iterator[RenderableType]:
    """Yield the parts of the report from top to bottom, for a page of `width` columns.

    `words` explains the strategy, `notes` are what the validator finds worth knowing.
    """
    yield from _head(result, source)
    yield from _indented(words.splitlines())
    yield _title("Equity")
    yield from _picture(result, width - _MARGIN - 4)
    yield _title("Figures")
    yield figures([(TITLES[name], shown_metric(name, result.metrics[name])) for name in _FIGURES], width)
    yield from _trades(result, width)
    yield _title("Before you believe it", "bold yellow")
    yield from _doubts(result, source, notes)
    yield _title("Taken for granted")
    yield from _bullets(_granted(result, source))
    yield Text()
    yield Text(f"Engine {ENGINE_VERSION}, result {result.result_hash[:16]}", "dim")


def _head(result: BacktestResult, source: Source) -> Iterator[RenderableType]:
    strategy = result.strategy
    yield Text(shown(strategy.name), "bold")
    yield Text(f"{shown(source.instrument.symbol)} on {strategy.timeframe} bars, {source.label}")
    yield Text(f"{moment(result.start)} to {moment(result.end)} UTC, {count(len(result.bars), 'bar')}")
    yield Text()


def _picture(result: BacktestResult, width: int) -> Iterator[RenderableType]:
    capital = result.assumptions.capital
    hold = holding(result.bars, result.assumptions)
    if len(hold) > 1 and drawable(result.equity, hold):
        yield from _chart(result.equity, hold, capital, width)
        first, last = moment(result.start)[:10], moment(result.end - 1)[:10]
        yield Text(f"{'':{_MARGIN}}{first}{last:>{width - len(first)}}", "dim")
    legend = (("─ strategy", "cyan", "total_return"), ("· buy and hold", "yellow", "buy_and_hold_return"))
    for words, style, name in legend:
        line = Text(f"{'':{_MARGIN}}{words:15}", style)
        line.append(percent(result.metrics[name], sign=True), "bold")
        yield line


def _chart(equity: FloatSeries, hold: FloatSeries, capital: float, width: int) -> Iterator[Text]:
    rows, high, low = two_curves(equity, hold, width, _CHART_HEIGHT)
    for place, row in enumerate(rows):
        value = high - (high - low) * place / (len(rows) - 1)
        label = percent(value / capital - 1.0, sign=True) if place in (0, len(rows) // 2, len(rows) - 1) else ""
        line = Text(f"{label:>{_MARGIN - 1}} ", "dim")
        for dotted, letters in groupby(row, key="·".__eq__):
            line.append("".join(letters), "yellow" if dotted else "cyan")
        yield line


def _trades(result: BacktestResult, width: int) -> Iterator[RenderableType]:
    total = len(result.book)
    last: list[Trade] = list(result.trades[-LAST_TRADES:])
    if total or result.open_trade:
        yield _title(f"Last {len(last)} of {count(total, 'closed trade')}" if total > len(last) else "Trades")
        yield _trade_table([*last, *([result.open_trade] if result.open_trade else [])], width)
    if total:
        reasons = Counter(trade.exit_reason or "" for trade in result.trades).most_common()
        listed = ", ".join(f"{name.replace('_', ' ')} {times:,}" for name, times in reasons)
        longs = int(np.count_nonzero(result.book["side"] > 0))
        yield Text(f"Exits: {listed}. Long {longs:,}, short {total - longs:,}.", "dim")
    if result.pending:
        yield _title(f"Pending: {result.pending}.", "")


def _trade_table(trades: Sequence[Trade], width: int) -> Table:
    """Return the trades as a table, with the columns there is room for."""
    rows = [_trade_cells(trade) for trade in trades]
    wide = {name: max(len(name), *(len(row[name]) for row in rows)) for name in _TRADE_COLUMNS}
    names = room_for(wide, _DISPENSABLE, width)
    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="dim")
    for name in names:
        table.add_column(name, justify="right" if name in ("Return", "Result") else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in names))
    return table


def _trade_cells(trade: Trade) -> dict[str, Text]:
    return {
        "Side": Text(trade.side),
        "Entered (UTC)": Text(moment(trade.entry_time)),
        "Left": Text("still open" if trade.exit_time is None else moment(trade.exit_time)),
        "Return": Text(percent(trade.return_, sign=True), "green" if trade.pnl > 0 else "red"),
        "Result": Text(money(trade.pnl, sign=True)),
        "Why": Text((trade.exit_reason or "still open").replace("_", " ")),
    }


def _doubts(result: BacktestResult, source: Source, notes: Sequence[str]) -> Iterator[RenderableType]:
    """Yield what to know: about the strategy, about what it gave with what to do about it, and why no trade came."""
    yield from _bullets(notes)
    found = findings(result, source)
    if not found:
        yield from _bullets([NOTHING_FOUND])
    table = _bullet_table()
    for each in found:
        table.add_row("•", Text.assemble(shown(each.sentence), (f"\n{shown(each.what_to_do)}", "dim")))
    yield table
    yield from _bullets(list(about_orders(result)))


def _granted(result: BacktestResult, source: Source) -> list[str]:
    sentences = list(result.assumptions.describe(result.base.step_ms))
    if source.synthetic:
        sentences.insert(0, f"These are no real prices: they come from the {source.label}.")
    needed = result.settling_bars
    if 0 < needed <= result.counts["warmup_bars"]:
        settling = count(needed, "bar")
        sentences.append(f"{settling} before the range went into the indicators, so that they start settled.")
    return sentences


def _title(text: str, style: str = "bold") -> Padding:
    return Padding(Text(text, style), (1, 0, 0, 0))


def _indented(lines: Sequence[str]) -> Iterator[Padding]:
    for line in lines:
        yield Padding(Text(shown(line)), (0, 0, 0, 2))


def _bullets(sentences: Sequence[str]) -> Iterator[Table]:
    table = _bullet_table()
    for sentence in sentences:
        table.add_row("•", Text(shown(sentence)))
    if sentences:
        yield table


def _bullet_table() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table
