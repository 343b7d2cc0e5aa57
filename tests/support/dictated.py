"""Tiny hand-made candles, and a strategy whose orders a test dictates bar by bar.

A bar is written as `bar("L", 100, (100, 105, 99, 104))`: first what its four orders say at its close, then its
minutes, each as (open, high, low, close) or as one price for a minute that stands still; `None` is a missing minute,
and minutes not written stand still at the last close. The orders travel in the volume of the bar:

    L enter long    l exit long    S enter short    s exit short    L? unknown (one a bar)    ? all four unknown
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from support import reference

from app.blocks import catalog
from app.blocks.params import ParamValue
from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.market.candles import Candles, candles
from app.market.instrument import Instrument
from app.market.timeframe import Timeframe
from app.strategy.document import Block, Strategy, Wire

START = 1_704_067_200_000  # Monday 1 January 2024, 00:00 UTC
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ORDERS = ("enter_long", "exit_long", "enter_short", "exit_short")
LETTERS = "LlSs"

Minute = float | tuple[float, float, float, float] | None


@dataclass(frozen=True)
class BarSketch:
    """A bar as written in a test."""

    says: str
    minutes: tuple[Minute, ...]


def bar(says: str, *minutes: Minute) -> BarSketch:
    """Return a bar of these minutes at whose close the orders say `says`."""
    return BarSketch(says, minutes)


def flat(price: float, *says: str) -> list[BarSketch]:
    """Return bars in which the price stands still, one for each text."""
    return [bar(text, price) for text in says]


HOLE = BarSketch("", ())  # a stretch of one bar without any minute


def at(bar_index: int, minute: int = 0, timeframe: str = "3m") -> int:
    """Return the moment `minute` minutes after the open of the bar with this number, holes included."""
    return START + bar_index * Timeframe.parse(timeframe).ms + minute * MINUTE


# What the orders say, as a volume


def code(says: str) -> float:
    """Return the volume that stands for what the orders say."""
    if says == "?":
        return math.nan
    result = 0
    for place, letter in enumerate(LETTERS):
        if letter + "?" in says:
            result += 16 * (place + 1)
        elif letter in says:
            result += 1 << place
    return float(result)


def orders(says: str) -> reference.Orders:
    """Return what the orders say, for the reference."""
    if says == "?":
        return reference.Orders(-1, -1, -1, -1)
    return reference.Orders(*(-1 if x + "?" in says else int(x in says) for x in LETTERS))


# Candles


def rows(
    bars: Iterable[BarSketch], timeframe: str = "3m", step: str = "1m", start: int = START
) -> list[reference.Candle]:
    """Return the base candles of these bars, which follow each other from `start` on."""
    step_ms = Timeframe.parse(step).ms
    count = Timeframe.parse(timeframe).ms // step_ms
    result = []
    for i, sketch in enumerate(bars):
        volume, last = code(sketch.says), math.nan
        for k in range(count if sketch.minutes else 0):
            minute = sketch.minutes[k] if k < len(sketch.minutes) else last
            if minute is None:
                continue
            prices = minute if isinstance(minute, tuple) else (minute,) * 4
            result.append(reference.Candle(start + (i * count + k) * step_ms, *map(float, prices), volume))
            last, volume = float(prices[3]), 0.0
    return result


def as_candles(base: Sequence[reference.Candle], step: str = "1m") -> Candles:
    """Return the same candles as columns."""
    names = ("time", "open", "high", "low", "close", "volume")
    columns = [[getattr(row, name) for row in base] for name in names]
    return candles(*columns, step_ms=Timeframe.parse(step).ms)


# The drawing


def block(block_id: str, kind: str, **params: ParamValue) -> Block:
    """Return a block with every param of its kind, the others at their defaults."""
    found = catalog.kind(kind)
    assert found is not None, kind
    return Block(block_id, kind, {**found.defaults(), **params})


class Drawing:
    """Collects blocks and wires."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.wires: list[Wire] = []

    def add(self, kind: str, inputs: dict[str, str | list[str]] | None = None, **params: ParamValue) -> str:
        """Place a block, wire its inputs to ports given as `block.port`, and return its id."""
        name = f"{kind}_{len(self.blocks)}"
        self.blocks.append(block(name, kind, **params))
        for port, sources in (inputs or {}).items():
            for source in [sources] if isinstance(sources, str) else sources:
                self.wires.append(Wire(*source.split("."), name, port))
        return name


def strategy(says: Iterable[str], risk: Iterable[Block] = (), timeframe: str = "3m") -> Strategy:
    """Return a strategy whose orders say what the volume dictates, for all the texts in `says`."""
    texts = set(says)
    codes = {code(text) for text in texts if text != "?"}
    drawing = Drawing()
    volume = drawing.add("volume") + ".value"
    for place, kind in enumerate(ORDERS):
        signals = []
        true = [value for value in sorted(codes) if int(value) >> place & 1 and int(value) // 16 != place + 1]
        if any(LETTERS[place] + "?" in text for text in texts):
            signals.append(_unknown_signal(drawing, volume, place))
        for low, high in _stretches(true, sorted(codes)):
            signals.append(drawing.add("between", {"source": volume}, low_value=low, high_value=high) + ".signal")
        if "?" in texts or (kind == "enter_long" and not signals):
            signals.append(drawing.add("between", {"source": volume}, low_value=1e3, high_value=1e3) + ".signal")
        if len(signals) > 1:
            signals = [drawing.add("any_of", {"inputs": signals}) + ".signal"]
        if signals:
            drawing.add(kind, {"when": signals[0]})
    return Strategy(
        name="dictated by the volume",
        timeframe=Timeframe.parse(timeframe),
        blocks=(*drawing.blocks, *risk),
        wires=tuple(drawing.wires),
    )


def _unknown_signal(drawing: Drawing, volume: str, place: int) -> str:
    """Return a signal that is unknown where the order at this place is to be unknown, else false."""
    middle = 16 * (place + 1) + 7.5
    away = drawing.add("subtract", {"left": volume}, value=middle) + ".value"
    away = drawing.add("absolute", {"source": away}) + ".value"
    away = drawing.add("subtract", {"left": away}, value=8.0) + ".value"
    zero_there = drawing.add("maximum", {"left": away}, value=0.0) + ".value"
    one = drawing.add("constant", value=1.0) + ".value"
    unknown_there = drawing.add("divide", {"left": one, "right": zero_there}) + ".value"
    return drawing.add("less", {"left": unknown_there}, value=0.0) + ".signal"


def _stretches(wanted: Sequence[float], used: Sequence[float]) -> list[tuple[float, float]]:
    """Return the wanted codes as few ranges that hold no other code in use."""
    result: list[tuple[float, float]] = []
    open_range = False
    for value in used:
        if value in wanted:
            result = [*result[:-1], (result[-1][0], value)] if open_range else [*result, (value, value)]
        open_range = value in wanted
    return result


# Risk blocks

_MODES = {"percent": "percent", "distance": "price", "multiple": "atr", "period": "atr"}


def _level(kind: str, params: dict[str, float]) -> Block:
    return block(kind, kind, mode=_MODES[next(iter(params))], **params)


def stop(**params: float) -> Block:
    """Return a stop loss by `percent`, `distance`, or `multiple` and `period`."""
    return _level("stop_loss", params)


def take(**params: float) -> Block:
    """Return a take profit by `percent`, `distance`, or `multiple` and `period`."""
    return _level("take_profit", params)


def trailing(**params: float) -> Block:
    """Return a trailing stop by `percent`, `distance`, or `multiple` and `period`."""
    return _level("trailing_stop", params)


def time_exit(bars: int) -> Block:
    return block("time_exit", "time_exit", bars=bars)


def cooldown(bars: int) -> Block:
    return block("cooldown", "cooldown", bars=bars)


_SIZES = {
    "percent": "percent_of_equity",
    "quote_amount": "fixed_quote",
    "base_amount": "fixed_base",
    "risk": "risk_percent",
}


def size(**params: float) -> Block:
    """Return a position size by `percent`, `quote_amount`, `base_amount` or `risk`."""
    return block("position_size", "position_size", mode=_SIZES[next(iter(params))], **params)


def risk_blocks(risk: reference.Risk, atr_period: int) -> list[Block]:
    """Return the blocks for risk settings of the reference."""
    result = [size(**{{mode: name for name, mode in _SIZES.items()}[risk.size_mode]: risk.size_value})]
    for make, rule in ((stop, risk.stop), (take, risk.take), (trailing, risk.trailing)):
        if rule is not None and rule.mode == "atr":
            result.append(make(multiple=rule.value, period=atr_period))
        elif rule is not None:
            result.append(make(**{"percent" if rule.mode == "percent" else "distance": rule.value}))
    if risk.time_exit is not None:
        result.append(time_exit(risk.time_exit))
    if risk.cooldown:
        result.append(cooldown(risk.cooldown))
    return result


# Running


def run(
    *bars: BarSketch,
    risk: Iterable[Block] = (),
    timeframe: str = "3m",
    step: str = "1m",
    capital: float = 1_000.0,
    fee: float = 0.0,
    slippage: float = 0.0,
    fill_model: str = "minute",
    size_step: float | None = None,
    begin: int = START,
    **window: Any,
) -> BacktestResult:
    """Return the backtest of these bars: free of costs and with 1,000 to spend, unless told otherwise."""
    return backtest(
        strategy([sketch.says for sketch in bars], risk, timeframe),
        as_candles(rows(bars, timeframe, step, begin), step),
        Assumptions(capital, fee, slippage, fill_model),
        instrument=Instrument("RIVER/USD", "sample", size_step=size_step),
        **window,
    )
