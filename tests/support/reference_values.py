"""What the reference simulator takes in, holds and gives out, in the words of BACKTEST_SEMANTICS.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["percent", "price", "atr"]
SizeMode = Literal["percent_of_equity", "fixed_quote", "fixed_base", "risk_percent"]
LONG, SHORT = 1, -1


@dataclass(frozen=True)
class Candle:
    """One base bar."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0


@dataclass(frozen=True)
class Bar:
    """One bar of the strategy and the base bars that it is made of."""

    time: int
    end: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    base: tuple[Candle, ...]


@dataclass(frozen=True)
class Orders:
    """What the four orders say at the close of one bar: 1 true, 0 false, -1 unknown."""

    enter_long: int = 0
    exit_long: int = 0
    enter_short: int = 0
    exit_short: int = 0


@dataclass(frozen=True)
class Distance:
    """How far a protective level is from its price; `atr` holds the ATR by the open time of the bar, NaN unknown."""

    mode: Mode
    value: float
    atr: Mapping[int, float] = field(default_factory=dict)

    def from_price(self, price: float, decision_bar: int) -> float:
        """Return the distance at this price, decided on the bar that opens at `decision_bar`; may be NaN."""
        if self.mode == "percent":
            return price * self.value
        if self.mode == "price":
            return self.value
        return self.value * self.atr.get(decision_bar, math.nan)


@dataclass(frozen=True)
class Risk:
    """The risk blocks of a drawing."""

    size_mode: SizeMode = "percent_of_equity"
    size_value: float = 1.0
    stop: Distance | None = None
    take: Distance | None = None
    trailing: Distance | None = None
    time_exit: int | None = None
    cooldown: int = 0


@dataclass(frozen=True)
class Settings:
    """What a run takes for granted."""

    capital: float = 10_000.0
    fee: float = 0.001
    slippage: float = 0.0005
    fill_model: Literal["minute", "bar"] = "minute"
    size_step: float | None = None


@dataclass
class Trade:
    """One round trip, or the one still open, with the words of rule 17."""

    side: str
    entry_time: int
    entry_price: float
    units: float
    fees: float
    slippage: float
    exit_time: int | None = None
    exit_price: float | None = None
    exit_reason: str | None = None
    pnl: float = 0.0
    return_: float = 0.0
    r_multiple: float | None = None
    mae: float = 0.0
    mfe: float = 0.0
    bars_held: int = 0
    ambiguous: bool = False


@dataclass
class Result:
    """What a run gives."""

    bars: list[Bar]
    equity: list[float]
    cash: list[float]
    position: list[int]
    trades: list[Trade]
    open_trade: Trade | None
    counts: dict[str, int]
    metrics: dict[str, float | int | None]


@dataclass
class Position:
    """What is held."""

    side: int
    price: float
    units: float
    entry_bar: int
    trade: Trade
    stop: float | None
    take: float | None
    trailing: Distance | None
    trailing_distance: float  # as at entry; a percent is taken anew of the best price
    first_stop: float | None
    liquidation: float | None
    best: float  # what a trailing stop follows
    highest: float
    lowest: float


@dataclass(frozen=True)
class Decision:
    """What the close of a bar orders for the next open."""

    leave: str | None = None
    enter: int = 0
    wanted_units: float = 0.0  # bar fill model only: the size fixed at the decision
