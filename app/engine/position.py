"""What the simulation carries from bar to bar, as compiled loops see it."""

from __future__ import annotations

import math
import struct
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

import numpy as np

from app.market.candles import FloatSeries

LONG, SHORT = 1, -1

# The orders that are true at a close, added up into one number per bar; only true acts or blocks (rule 7).
ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT = 1, 2, 4, 8

# Exit reasons, by number in loops and by name everywhere else (rule 17).
SIGNAL, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME_EXIT, REVERSAL, LIQUIDATION = range(1, 8)
EXIT_REASONS = ("", "signal", "stop_loss", "take_profit", "trailing_stop", "time_exit", "reversal", "liquidation")

# How far a level stands from the entry: not at all, a fraction of the price, a price distance, one value per bar.
NO_LEVEL, FRACTION, DISTANCE, PER_BAR = range(4)

# Of stop, target and trailing stop: distances that change from bar to bar, empty where the mode is not PER_BAR.
Distances = tuple[FloatSeries, FloatSeries, FloatSeries]


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


@dataclass(slots=True)
class State:
    """The account, the open position (side 0: none), the orders waiting for the next open, and counts.

    The fields make up the record STATE; loops read and write them by attribute. Without a position its fields have no
    meaning, but for `exposure`, `reference`, `floor` and `ceiling`.
    """

    cash: float
    side: int = 0
    units: float = 0.0
    exposure: float = 0.0  # the position is worth exposure x (price - reference)
    reference: float = 0.0
    entry_price: float = 0.0
    entry_bar: int = 0
    entry_row: int = 0
    entry_fee: float = 0.0
    entry_slippage: float = 0.0
    risk: float = 0.0  # |entry price - first stop|, NaN without a stop
    fixed_stop: float = 0.0  # infinitely far away where there is none, as is the target
    target: float = 0.0
    trail: float = 0.0  # distance of the trailing stop from the best price, unless it is a fraction
    best: float = 0.0
    liquidation: float = 0.0
    stop: float = 0.0  # the nearest of fixed stop, trailing stop and liquidation, and which of them it is
    stop_reason: int = 0
    floor: float = -math.inf  # a bar strictly between floor and ceiling touches nothing and moves no stop
    ceiling: float = math.inf
    highest: float = 0.0
    lowest: float = 0.0
    exit_order: int = 0  # the reason to leave at the next open, 0 for none
    entry_order: int = 0  # the side to enter at the next open, 0 for none
    ordered_units: float = 0.0
    cooled_at: int = 0
    ruined: int = 0
    trades: int = 0
    conflicts: int = 0
    zero_size: int = 0
    no_level: int = 0
    ambiguous: int = 0


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

# numpy reads and writes a record field by field, which takes ten times as long as its bytes all at once.
_BYTES = struct.Struct("=" + "".join("d" if kind == "float" else "q" for kind in State.__annotations__.values()))
_ALL_BUT_CASH = astuple(State(cash=0.0))[1:]


def new_state(capital: float) -> np.ndarray[Any, Any]:
    """Return one row of STATE as it is before the first bar: cash alone."""
    return np.frombuffer(bytearray(_BYTES.pack(capital, *_ALL_BUT_CASH)), STATE)


def read_state(row: np.ndarray[Any, Any]) -> State:
    """Return the one row of STATE with Python numbers."""
    return State(*_BYTES.unpack(row.tobytes()))
