"""Everything the charts and figures show of a run, made in the thread that ran it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.blocks import catalog
from app.engine.result import BacktestResult
from app.jobs.live_run import Outcome
from app.market.candles import Candles, FloatSeries, TimeSeries
from app.strategy.document import Block
from app.ui.charts.pane_view import PaneView, panes
from app.ui.charts.pyramid import Pyramid
from app.ui.charts.sparks import sparks

FIGURES = ("total_return", "against_holding", "max_drawdown", "win_rate", "trades")


@dataclass(frozen=True, eq=False)
class Overlay:
    """A line over the price: an output of a block that shares the price's scale."""

    block_id: str
    name: str
    values: FloatSeries


@dataclass(frozen=True, eq=False)
class TradeMarks:
    """Trades by bar of entry and exit (the last bar for one still open), with their prices; arrays of one length."""

    entry: TimeSeries
    exit: TimeSeries
    entry_price: FloatSeries
    exit_price: FloatSeries
    long: np.ndarray
    won: np.ndarray

    def __len__(self) -> int:
        return len(self.entry)


@dataclass(frozen=True, eq=False)
class RunView:
    """An outcome, ready to be painted. Equity and holding are returns since the start, as fractions."""

    outcome: Outcome
    bars: Candles
    pyramid: Pyramid
    overlays: tuple[Overlay, ...]
    panes: tuple[PaneView, ...]
    trades: TradeMarks
    equity: FloatSeries
    holding: FloatSeries
    figures: dict[str, float | None]
    sparks: dict[tuple[str, str], tuple[float, ...]]

    @property
    def result(self) -> BacktestResult:
        """The result shown."""
        assert self.outcome.result is not None
        return self.outcome.result

    @property
    def symbol(self) -> str:
        """What was traded."""
        return self.result.instrument.symbol


class RunViews:
    """Makes views of outcomes; what belongs to the bars is kept, as most edits do not change them."""

    def __init__(self) -> None:
        self._bars: tuple[object, ...] = ()
        self._pyramid: Pyramid | None = None
        self._fee = -1.0
        self._holding: FloatSeries = np.empty(0)

    def of(self, outcome: Outcome) -> RunView | None:
        """Return the view of an outcome; None where it has no result."""
        result = outcome.result
        if result is None:
            return None
        bars = result.bars
        key = (str(result.instrument), bars.step_ms, len(bars), int(bars.time[0]), float(bars.close[-1]))
        capital, fee = result.assumptions.capital, result.assumptions.fee_rate
        if self._pyramid is None or key != self._bars:
            self._bars, self._pyramid, self._fee = key, Pyramid(bars), -1.0
        if fee != self._fee:
            self._fee, self._holding = fee, bars.close / bars.open[0] * ((1.0 - fee) / (1.0 + fee)) - 1.0
        found = result.metrics
        total, held = found["total_return"], found["buy_and_hold_return"]
        figures = {
            "total_return": total,
            "against_holding": None if total is None or held is None else total - held,
            "max_drawdown": found["max_drawdown"],
            "win_rate": found["win_rate"],
            "trades": found["trades"],
        }
        return RunView(
            outcome=outcome,
            bars=bars,
            pyramid=self._pyramid,
            overlays=overlays(result),
            panes=panes(result),
            trades=_marks(result),
            equity=result.equity / capital - 1.0,
            holding=self._holding,
            figures=figures,
            sparks=sparks(result),
        )


def overlays(result: BacktestResult) -> tuple[Overlay, ...]:
    """Return the outputs of a result's blocks that share the price's scale."""
    lines = []
    for block in result.strategy.blocks:
        kind = catalog.kind(block.kind)
        for port in kind.outputs if kind else ():
            values = result.values.get((block.id, port.name))
            if port.chart == "price" and values is not None:
                name = short_name(block)
                lines.append(Overlay(block.id, f"{name} {port.name}" if len(kind.outputs) > 1 else name, values))  # type: ignore[union-attr]
    return tuple(lines)


def short_name(block: Block) -> str:
    """Return the title of a block with its period: `EMA 200`."""
    kind = catalog.kind(block.kind)
    if kind is None:
        return block.id
    whole = next((param for param in kind.params if param.type == "whole"), None)
    return f"{kind.title} {block.params[whole.name]}" if whole and whole.name in block.params else kind.title


def _marks(result: BacktestResult) -> TradeMarks:
    book, time, bar_time = result.book, result.traded.time, result.bars.time
    entry_time, exit_time = time[book["entry_row"]], time[book["exit_row"]]
    columns = {
        "entry_price": book["entry_price"],
        "exit_price": book["exit_price"],
        "long": book["side"] > 0,
        "won": book["pnl"] > 0,
    }
    trade = result.open_trade
    if trade:
        entry_time, exit_time = np.append(entry_time, trade.entry_time), np.append(exit_time, bar_time[-1])
        last = (trade.entry_price, result.bars.close[-1], trade.side == "long", trade.pnl > 0)
        columns = {name: np.append(column, value) for (name, column), value in zip(columns.items(), last, strict=True)}
    entry = np.maximum(0, np.searchsorted(bar_time, entry_time, side="right") - 1)
    left = np.maximum(0, np.searchsorted(bar_time, exit_time, side="right") - 1)
    return TradeMarks(entry, left, **columns)
