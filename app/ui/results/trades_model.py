"""The trades of a run as rows of a table: sorted and filtered as whole columns, written out only where they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.canvas.theme import Theme, color
from app.engine.completed import TRADES
from app.engine.position import EXIT_REASONS, LONG, SHORT
from app.results import numbers
from app.results.glance import Glance

Rows = np.ndarray[Any, Any]
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
# In the place of a time, for a position still open.
OPEN = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Column:
    """A column: its field of TRADES ("" for the number of the trade), how a value reads, whether it shows at first."""

    key: str
    title: str
    text: Callable[[Any], str]
    shown: bool = True
    words: bool = False
    about: str = ""


@dataclass(frozen=True)
class TradeFilter:
    """Which trades show: a side (0 for both), exit reasons by number (empty: all), won (None: both), and a text."""

    side: int = 0
    reason: int = -1
    won: bool | None = None
    text: str = ""


def say(text: str) -> str:
    """Return a text of the table in the trader's language."""
    return QCoreApplication.translate("Trades", text)


def reason_text(reason: int) -> str:
    """Return an exit reason in words."""
    return say(EXIT_REASONS[reason].replace("_", " ").capitalize()) if reason else say("Still open")


def _side(value: int) -> str:
    return say("Long") if value == LONG else say("Short")


def _moment(value: int) -> str:
    return numbers.NONE if value == OPEN else numbers.moment(value)


def _signed(text: str) -> str:
    return text.replace("-", "−")


def columns() -> tuple[Column, ...]:
    """Return every column there is, in order."""
    return (
        Column("", say("#"), lambda value: str(value + 1), words=True),
        Column("side", say("Side"), _side, words=True),
        Column("entry_time", say("Entered (UTC)"), _moment, words=True),
        Column("exit_time", say("Left (UTC)"), _moment, words=True),
        Column("exit_reason", say("Left because"), reason_text, words=True),
        Column("entry_price", say("Entry"), numbers.price),
        Column("exit_price", say("Exit"), lambda value: numbers.price(None if value != value else value)),
        Column("pnl", say("P&L"), lambda value: _signed(numbers.money(value, sign=True))),
        Column("return_", say("Return"), lambda value: _signed(numbers.percent(value, sign=True, decimals=2))),
        Column("r_multiple", say("R"), lambda value: _signed(numbers.ratio(None if value != value else value))),
        Column("bars_held", say("Bars held"), numbers.whole, False),
        Column("mae", say("MAE"), lambda value: numbers.percent(value, decimals=2), False, about=say("Worst fall")),
        Column("mfe", say("MFE"), lambda value: numbers.percent(value, decimals=2), False, about=say("Best rise")),
        Column("units", say("Units"), numbers.price, False),
        Column("fees", say("Fees"), numbers.money, False),
        Column("slippage", say("Slippage"), numbers.money, False),
        Column("ambiguous", say("Ambiguous"), lambda value: say("Yes") if value else say("No"), False, words=True),
    )


def trade_table(run: Glance) -> Rows:
    """Return the closed trades as rows of TRADES, and the open one after them."""
    trade = run.open_trade
    if trade is None:
        return run.trades
    row = np.zeros(1, TRADES)
    for name in ("entry_time", "entry_price", "units", "fees", "slippage", "pnl", "return_", "mae", "mfe", "bars_held"):
        row[name] = getattr(trade, name)
    row["side"] = LONG if trade.side == "long" else SHORT
    row["exit_time"], row["exit_price"] = OPEN, np.nan
    row["r_multiple"] = np.nan if trade.r_multiple is None else trade.r_multiple
    return np.concatenate((run.trades, row))


class TradesModel(QAbstractTableModel):
    """Rows are trades; `trade_of` says which. Sorting and filtering keep an order of numbers, never rows of objects."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.columns = columns()
        self.trades: Rows = np.empty(0, TRADES)
        self._order = np.empty(0, np.int64)
        self._places = np.empty(0, np.int64)
        self._sorted: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)
        self._filter = TradeFilter()
        self._texts: tuple[np.ndarray[Any, Any], ...] | None = None

    def show_trades(self, trades: Rows) -> None:
        """Show other trades, filtered and sorted as before."""
        self.trades, self._texts = trades, None
        self._arrange()

    def filter(self, wanted: TradeFilter) -> None:
        """Show these trades alone."""
        self._filter = wanted
        self._arrange()

    def trade_of(self, row: int) -> int:
        """Return the number of the trade in a row, from 0; -1 outside."""
        return int(self._order[row]) if 0 <= row < len(self._order) else -1

    def row_of(self, trade: int) -> int:
        """Return the row of a trade; -1 where it is filtered out."""
        return int(self._places[trade]) if 0 <= trade < len(self._places) else -1

    def next_trade(self, trade: int, way: int) -> int:
        """Return the trade before (`way` -1) or after another in time, among those that show; -1 for none."""
        shown = np.flatnonzero(self._places >= 0)
        if not len(shown):
            return -1
        at = int(np.searchsorted(shown, trade, side="left" if way < 0 else "right")) + (-1 if way < 0 else 0)
        if trade < 0:
            at = 0 if way > 0 else len(shown) - 1
        return int(shown[min(max(at, 0), len(shown) - 1)])

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        trade, key = int(self._order[row]), self.columns[column].key
        return self.columns[column].text(self.trades[key][trade].item() if key else trade)

    # What Qt asks.

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column.words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column.key in ("pnl", "return_", "r_multiple"):
            return self._tone(float(self.trades["pnl"][self._order[index.row()]]))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = " ↓" if self._sorted[1] == Qt.SortOrder.DescendingOrder else " ↑"
            return self.columns[section].title + (arrow if section == self._sorted[0] else "")
        if role == Qt.ItemDataRole.ToolTipRole and self.columns[section].about:
            return self.columns[section].about
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if self.columns[section].words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = (max(column, 0), order)
        self._arrange()

    def _tone(self, pnl: float) -> QColor | None:
        if pnl == 0:
            return None
        return color(self.theme.good if pnl > 0 else self.theme.bad)

    def _arrange(self) -> None:
        self.beginResetModel()
        kept = np.flatnonzero(self._kept())
        key, down = self.columns[self._sorted[0]].key, self._sorted[1] == Qt.SortOrder.DescendingOrder
        values = self.trades[key][kept] if key else kept
        if values.dtype == bool:
            values = values.astype(np.int8)
        # What is unknown comes last either way.
        self._order = kept[np.argsort(-values if down else values, kind="stable")]
        self._places = np.full(len(self.trades), -1, np.int64)
        self._places[self._order] = np.arange(len(self._order))
        self.endResetModel()

    def _kept(self) -> np.ndarray[Any, Any]:
        wanted, trades = self._filter, self.trades
        kept = np.ones(len(trades), bool)
        if wanted.side:
            kept &= trades["side"] == wanted.side
        if wanted.reason >= 0:
            kept &= trades["exit_reason"] == wanted.reason
        if wanted.won is not None:
            kept &= (trades["pnl"] > 0) == wanted.won
        for word in wanted.text.lower().split():
            kept &= self._said(word)
        return kept

    def _said(self, word: str) -> np.ndarray[Any, Any]:
        """Return which trades say a word: their number, times, side or the reason they ended."""
        trades = self.trades
        reasons = [word in reason_text(number).lower() for number in range(len(EXIT_REASONS))]
        found: np.ndarray[Any, Any] = np.array(reasons)[trades["exit_reason"]]
        for side in (LONG, SHORT):
            if word in _side(side).lower():
                found |= trades["side"] == side
        digits = word.removeprefix("#")
        if digits.isdecimal() and 0 < int(digits[:12]) <= len(trades):
            found[int(digits[:12]) - 1] = True
        for moments in self._moments():
            found |= np.char.find(moments, word) >= 0
        return found

    def _moments(self) -> tuple[np.ndarray[Any, Any], ...]:
        """Return entry and exit times as texts."""
        if self._texts is None:
            left = np.where(self.trades["exit_time"] == OPEN, self.trades["entry_time"], self.trades["exit_time"])
            self._texts = tuple(
                np.datetime_as_string(time.astype("datetime64[ms]"), unit="m")
                for time in (self.trades["entry_time"], left)
            )
        return self._texts
