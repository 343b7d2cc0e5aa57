"""What the charts of the results page show of a completed run, made away from the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.engine.completed import CompletedRun
from app.market.candles import Candles, FloatSeries
from app.results.drawdown import drawdown
from app.ui.charts.pane_view import PaneView
from app.ui.charts.pyramid import Pyramid
from app.ui.charts.run_view import Overlay, TradeMarks


@dataclass(frozen=True, eq=False)
class ResultView:
    """A completed run, ready to be painted. Equity and holding are returns since the start, drawdown is <= 0."""

    run: CompletedRun
    pyramid: Pyramid
    trades: TradeMarks
    equity: FloatSeries
    holding: FloatSeries
    drawdown: FloatSeries
    overlays: tuple[Overlay, ...] = ()
    panes: tuple[PaneView, ...] = ()

    @property
    def bars(self) -> Candles:
        """The bars of the run."""
        return self.run.bars

    @property
    def symbol(self) -> str:
        """What was traded."""
        return self.run.instrument.symbol


def result_view(run: CompletedRun) -> ResultView:
    """Return what the charts show of a run."""
    capital, fee = run.assumptions.capital, run.assumptions.fee_rate
    return ResultView(
        run=run,
        pyramid=Pyramid(run.bars),
        trades=trade_marks(run),
        equity=run.equity / capital - 1.0,
        holding=run.bars.close / run.bars.open[0] * ((1.0 - fee) / (1.0 + fee)) - 1.0,
        drawdown=drawdown(run),
    )


def trade_marks(run: CompletedRun) -> TradeMarks:
    """Return where the trades of a run began and ended, the open one last."""
    rows, time = run.trades, run.bars.time
    entry_time, exit_time = rows["entry_time"], rows["exit_time"]
    columns = {
        "entry_price": rows["entry_price"],
        "exit_price": rows["exit_price"],
        "long": rows["side"] > 0,
        "won": rows["pnl"] > 0,
    }
    trade = run.open_trade
    if trade is not None:
        entry_time, exit_time = np.append(entry_time, trade.entry_time), np.append(exit_time, time[-1])
        last = (trade.entry_price, run.bars.close[-1], trade.side == "long", trade.pnl > 0)
        columns = {name: np.append(column, value) for (name, column), value in zip(columns.items(), last, strict=True)}
    return TradeMarks(bar_of(run.bars, entry_time), bar_of(run.bars, exit_time), **columns)


def bar_of(bars: Candles, time: np.ndarray) -> np.ndarray:
    """Return the bars that moments fall into, the first one for those before it."""
    return np.maximum(0, np.searchsorted(bars.time, time, side="right") - 1)


def with_values(view: ResultView, lines: tuple[Overlay, ...], panes: tuple[PaneView, ...]) -> ResultView:
    """Return a view with the indicators of the run."""
    return replace(view, overlays=lines, panes=panes)
