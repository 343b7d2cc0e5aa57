"""What the simulation carries from bar to bar, as compiled loops see it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.market.candles import FloatSeries, TimeSeries

LONG, SHORT = 1, -1

# The orders that are true at a close, added up into one number per bar; only true acts or blocks (rule 7).
ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT = 1, 2, 4, 8

# Exit reasons, by number in loops and by name everywhere else (rule 17).
SIGNAL, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME_EXIT, REVERSAL, LIQUIDATION = range(1, 8)
EXIT_REASONS = ("", "signal", "stop_loss", "take_profit", "trailing_stop", "time_exit", "reversal", "liquidation")

# How far a level stands from the entry: not at all, a fraction of the price, a price distance, one value per bar.
NO_LEVEL, FRACTION, DISTANCE, PER_BAR = range(4)


class Market(NamedTuple):
    """Strategy bars and the base bars they are made of; `first[i]` is the base row that opens bar `i`.

    In the bar fill model the base bars are the strategy bars themselves.
    """

    open: FloatSeries
    high: FloatSeries
    low: FloatSeries
    close: FloatSeries
    first: TimeSeries
    base_open: FloatSeries
    base_high: FloatSeries
    base_low: FloatSeries


class Rules(NamedTuple):
    """Costs, size and protective exits of a run. A mode is one of the numbers above; 0 stands for none or any."""

    bar_fills: int
    fee_rate: float
    slippage_rate: float
    size_mode: int
    size_value: float
    size_step: float
    stop_mode: int
    stop_value: float
    target_mode: int
    target_value: float
    trail_mode: int
    trail_value: float
    time_exit: int
    cooldown: int


class Distances(NamedTuple):
    """Distances that change from bar to bar (multiples of ATR); empty where the mode is not PER_BAR."""

    stop: FloatSeries
    target: FloatSeries
    trail: FloatSeries


class State:
    """The account, the open position (side 0: none), the orders waiting for the next open, and counts.

    The fields make up the record STATE; loops read and write them by attribute. Without a position its fields have no
    meaning, but for `exposure`, `reference`, `floor` and `ceiling`.
    """

    cash: float
    side: int
    units: float
    exposure: float  # the position is worth exposure x (price - reference)
    reference: float
    entry_price: float
    entry_bar: int
    entry_row: int
    entry_fee: float
    entry_slippage: float
    risk: float  # |entry price - first stop|, NaN without a stop
    fixed_stop: float  # infinitely far away where there is none, as is the target
    target: float
    trail: float  # distance of the trailing stop from the best price, unless it is a fraction
    best: float
    liquidation: float
    stop: float  # the nearest of fixed stop, trailing stop and liquidation, and which of them it is
    stop_reason: int
    floor: float  # a bar strictly between floor and ceiling touches nothing and moves no stop
    ceiling: float
    highest: float
    lowest: float
    exit_order: int  # the reason to leave at the next open, 0 for none
    entry_order: int  # the side to enter at the next open, 0 for none
    ordered_units: float
    cooled_at: int
    ruined: int
    trades: int
    conflicts: int
    zero_size: int
    no_level: int


class TradeRow:
    """A closed trade; the fields make up the record TRADE. Rows count base bars, bars those of the range."""

    side: int
    entry_row: int
    exit_row: int
    entry_price: float
    exit_price: float
    units: float
    fees: float
    slippage: float
    reason: int
    pnl: float
    risk: float  # money at risk to the first stop, NaN without a stop
    mae: float
    mfe: float
    bars_held: int
    ambiguous: int


def _record(fields: type) -> np.dtype[Any]:
    return np.dtype([(name, "f8" if kind == "float" else "i8") for name, kind in fields.__annotations__.items()])


STATE = _record(State)
TRADE = _record(TradeRow)


def _before_the_first_bar() -> bytes:
    state = np.zeros(1, STATE)
    state["floor"], state["ceiling"] = -np.inf, np.inf
    return state.tobytes()


_START = _before_the_first_bar()


def new_state(capital: float) -> np.ndarray[Any, Any]:
    """Return one row of STATE as it is before the first bar: cash alone."""
    # numpy copies a record field by field, which takes ten times as long as copying its bytes.
    state = np.frombuffer(bytearray(_START), STATE)
    state["cash"] = capital
    return state


def read_state(row: np.ndarray[Any, Any]) -> State:
    """Return the one row of STATE with Python numbers."""
    state = State()
    vars(state).update(zip(State.__annotations__, row.item(), strict=True))
    return state
