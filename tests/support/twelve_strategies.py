"""Twelve strategies without stops, of the kinds that everybody knows, each drawn with blocks."""

from __future__ import annotations

from collections.abc import Callable

from support.dictated import Drawing, size

from app.market.timeframe import Timeframe
from app.strategy.document import Block, Strategy

UNITS = 10.0


def all_twelve() -> dict[str, Strategy]:
    """Return the strategies by name; each trades the same number of units, whatever happened before."""
    return {draw.__name__: _strategy(draw) for draw in _DRAWINGS}


def with_exits(name: str, *risk: Block) -> Strategy:
    """Return one of the strategies with protective exits."""
    draw = next(draw for draw in _DRAWINGS if draw.__name__ == name)
    return _strategy(draw, *risk)


def _strategy(draw: Callable[[Drawing], None], *risk: Block) -> Strategy:
    drawing = Drawing()
    draw(drawing)
    blocks = (*drawing.blocks, size(base_amount=UNITS), *risk)
    return Strategy(name=draw.__name__, timeframe=Timeframe.parse("1h"), blocks=blocks, wires=tuple(drawing.wires))


def sma_cross(d: Drawing) -> None:
    """Always in the market: long above, short below."""
    fast, slow = d.add("sma", period=10), d.add("sma", period=30)
    sides = {"left": f"{fast}.value", "right": f"{slow}.value"}
    d.add("enter_long", {"when": f"{d.add('crosses_above', sides)}.signal"})
    d.add("enter_short", {"when": f"{d.add('crosses_below', sides)}.signal"})


def ema_cross(d: Drawing) -> None:
    fast, slow = d.add("ema", period=12), d.add("ema", period=26)
    sides = {"left": f"{fast}.value", "right": f"{slow}.value"}
    _long(d, d.add("crosses_above", sides), d.add("crosses_below", sides))


def rsi_levels(d: Drawing) -> None:
    """Long from oversold to overbought, short the other way; each leaves at the middle."""
    rsi = {"left": f"{d.add('rsi', period=14)}.value"}
    _long(d, d.add("crosses_above", rsi, value=30.0), d.add("greater", rsi, value=55.0))
    _short(d, d.add("crosses_below", rsi, value=70.0), d.add("less", rsi, value=45.0))


def macd_cross(d: Drawing) -> None:
    macd = d.add("macd", fast=12, slow=26, signal=9)
    sides = {"left": f"{macd}.macd", "right": f"{macd}.signal_line"}
    _long(d, d.add("crosses_above", sides), d.add("crosses_below", sides))


def bollinger_reversion(d: Drawing) -> None:
    """Buys below the lower band and sells short above the upper one, until the middle."""
    bands, close = d.add("bollinger", period=20, deviations=2.0), d.add("close")
    lower, middle, upper = ({"left": f"{close}.value", "right": f"{bands}.{n}"} for n in ("lower", "middle", "upper"))
    _long(d, d.add("less", lower), d.add("at_least", middle))
    _short(d, d.add("greater", upper), d.add("at_most", middle))


def donchian_breakout(d: Drawing) -> None:
    close = d.add("close")
    top = d.add("previous", {"source": f"{d.add('donchian', period=20)}.upper"}, bars=1)
    bottom = d.add("previous", {"source": f"{d.add('donchian', period=10)}.lower"}, bars=1)
    above = d.add("greater", {"left": f"{close}.value", "right": f"{top}.value"})
    _long(d, above, d.add("less", {"left": f"{close}.value", "right": f"{bottom}.value"}))


def roc_momentum(d: Drawing) -> None:
    """Level-triggered: enters again as long as the momentum is there."""
    roc = {"left": f"{d.add('roc', period=12)}.value"}
    _long(d, d.add("greater", roc, value=2.0), d.add("less", roc, value=0.0))
    _short(d, d.add("less", roc, value=-2.0), d.add("greater", roc, value=0.0))


def stochastic_turn(d: Drawing) -> None:
    lines = d.add("stochastic", k_period=14, k_smooth=3, d_period=3)
    k = {"left": f"{lines}.k"}
    turns = d.add("crosses_above", {**k, "right": f"{lines}.d"})
    both = d.add("all_of", {"inputs": [f"{turns}.signal", f"{d.add('less', k, value=30.0)}.signal"]})
    _long(d, both, d.add("greater", k, value=80.0))


def cci_levels(d: Drawing) -> None:
    cci = {"left": f"{d.add('cci', period=20)}.value"}
    _long(d, d.add("crosses_above", cci, value=-100.0), d.add("crosses_below", cci, value=100.0))


def adx_filter(d: Drawing) -> None:
    adx = d.add("adx", period=14)
    up = d.add("greater", {"left": f"{adx}.plus_di", "right": f"{adx}.minus_di"})
    strong = d.add("greater", {"left": f"{adx}.adx"}, value=25.0)
    both = d.add("all_of", {"inputs": [f"{up}.signal", f"{strong}.signal"]})
    _long(d, both, d.add("negate", {"when": f"{up}.signal"}))


def price_against_sma(d: Drawing) -> None:
    """Always in the market, by level: both sides turn at the same bar."""
    sides = {"left": f"{d.add('close')}.value", "right": f"{d.add('sma', period=50)}.value"}
    above, below = d.add("greater", sides), d.add("less", sides)
    _long(d, above, below)
    _short(d, below, above)


def rising_and_falling(d: Drawing) -> None:
    close = {"source": f"{d.add('close')}.value"}
    _long(d, d.add("rising", close, bars=3), d.add("falling", close, bars=2))


def _long(d: Drawing, enter: str, leave: str) -> None:
    d.add("enter_long", {"when": f"{enter}.signal"})
    d.add("exit_long", {"when": f"{leave}.signal"})


def _short(d: Drawing, enter: str, leave: str) -> None:
    d.add("enter_short", {"when": f"{enter}.signal"})
    d.add("exit_short", {"when": f"{leave}.signal"})


_DRAWINGS = (
    sma_cross,
    ema_cross,
    rsi_levels,
    macd_cross,
    bollinger_reversion,
    donchian_breakout,
    roc_momentum,
    stochastic_turn,
    cci_levels,
    adx_filter,
    price_against_sma,
    rising_and_falling,
)
