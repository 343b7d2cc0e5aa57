"""What a block is given in tests: market columns, one array per input, and params."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.blocks.kind import BlockKind, Output
from app.blocks.params import ParamValue
from app.market.candles import Candles, candles
from app.market.timeframe import DAY_MS, HOUR_MS

START = 20_000 * DAY_MS  # a UTC midnight
NAMES = ("time", "open", "high", "low", "close", "volume")

Change = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Feed:
    """The arrays that `compute` of one kind is called with, by market column and by input."""

    market: Mapping[str, np.ndarray]
    inputs: Mapping[str, Any]

    def changed(self, change: Change, market: tuple[str, ...] = NAMES) -> Feed:
        """Return the feed with `change` made to the market columns named and to every array of every input."""

        def each(value: Any) -> Any:
            return [change(one) for one in value] if isinstance(value, list) else change(value)

        return Feed(
            {name: change(column) if name in market else column for name, column in self.market.items()},
            {name: each(value) for name, value in self.inputs.items()},
        )

    def cut(self, first: int, last: int | None = None) -> Feed:
        """Return copies of the rows from `first` up to, without, `last`."""
        return self.changed(lambda array: array[first:last].copy())

    def unknown(self, first: int, last: int, market: tuple[str, ...] = ("volume",)) -> Feed:
        """Return the feed with nothing known in these rows of the inputs and of the market columns that may lack."""

        def change(array: np.ndarray) -> np.ndarray:
            array = array.copy()
            array[first:last] = -1 if array.dtype == np.int8 else np.nan
            return array

        return self.changed(change, market)

    def arrays(self) -> list[np.ndarray]:
        """Return every array in the feed."""
        values = [*self.market.values(), *self.inputs.values()]
        return [array for value in values for array in (value if isinstance(value, list) else [value])]


def wandering(count: int, seed: int = 1) -> Candles:
    """Return hourly candles of a price that goes up and down and never stands still."""
    rng = np.random.default_rng(seed)
    close = 100.0 * np.cumprod(1.0 + rng.normal(0.0, 0.01, count))
    open_ = close * (1.0 + rng.normal(0.0, 0.004, count))
    high = np.maximum(open_, close) * (1.0 + rng.uniform(0.0005, 0.01, count))
    low = np.minimum(open_, close) * (1.0 - rng.uniform(0.0005, 0.01, count))
    return candles(times(count), open_, high, low, close, rng.uniform(1.0, 50.0, count), HOUR_MS)


def straight(count: int, step: float) -> Candles:
    """Return hourly candles whose price changes by `step` per bar, all four prices of a bar being one."""
    price = 100.0 + step * np.arange(count)
    return candles(times(count), price, price, price, price, np.full(count, 3.0), HOUR_MS)


def times(count: int) -> np.ndarray:
    return START + HOUR_MS * np.arange(count)


def feed(kind: BlockKind, bars: Candles, seed: int = 2) -> Feed:
    """Return what `kind` is given over `bars`: inputs for the price are the price, the others wander on their own."""
    rng = np.random.default_rng(seed)

    def array(port_type: str, market: str, many: bool) -> Any:
        if many:
            return [array(port_type, market, False) for _ in range(3)]
        if port_type == "signal":
            return rng.integers(0, 2, len(bars)).astype(np.int8)
        return getattr(bars, market).copy() if market else rng.normal(0.0, 50.0, len(bars))

    columns = {name: getattr(bars, name).copy() for name in kind.market}
    return Feed(columns, {port.name: array(port.type, port.market, port.many) for port in kind.inputs})


def run(kind: BlockKind, given: Feed, params: Mapping[str, ParamValue]) -> dict[str, np.ndarray]:
    """Return what the kind computes, by output."""
    assert kind.compute is not None
    result = kind.compute(*given.market.values(), *given.inputs.values(), **own_params(kind, params))
    values = result if len(kind.outputs) > 1 else (result,)
    return {port.name: value for port, value in zip(kind.outputs, values, strict=True)}


def own_params(kind: BlockKind, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """Return the params without those that stand in for an input."""
    stands_in = {port.param for port in kind.inputs}
    return {name: value for name, value in params.items() if name not in stands_in}


def settings(kind: BlockKind) -> Iterator[dict[str, ParamValue]]:
    """Yield the defaults, then each param at both of its ends, or at each of its choices, then all at their ends."""
    defaults = kind.defaults()
    yield defaults
    for param in kind.params:
        for value in param.options or (param.low, param.high):
            yield {**defaults, param.name: int(value) if param.type == "whole" else value}
    for end in ("low", "high") if len(kind.params) > 1 else ():
        bounded = {p.name: getattr(p, end) for p in kind.params if not p.options}
        yield {**defaults, **{n: int(v) if isinstance(defaults[n], int) else v for n, v in bounded.items()}}


def unknown(output: Output, values: np.ndarray) -> np.ndarray:
    """Return at which bars `values` of `output` are unknown."""
    return values == -1 if output.type == "signal" else np.isnan(values)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Return whether both are equal to the last bit, any NaN being equal to any other."""
    return a.dtype == b.dtype and a.shape == b.shape and _bits(a) == _bits(b)


def _bits(values: np.ndarray) -> bytes:
    return np.where(np.isnan(values), np.nan, values).tobytes()


def hostile(kind: BlockKind, count: int, seed: int) -> Feed:
    """Return what a kind may be given at worst: unknown stretches, zeros, repeats, and steps over many sizes."""
    rng = np.random.default_rng(seed)
    bars = wandering(count, seed)
    calm = np.where(rng.random(count) < 0.3, 0.0, bars.volume)
    given = feed(kind, replace(bars, volume=calm), seed)

    def change(array: np.ndarray) -> np.ndarray:
        array = array.copy()
        if array.dtype == np.int8:
            array[rng.random(len(array)) < 0.2] = -1
            return array
        array[rng.random(len(array)) < 0.2] = 0.0
        array[rng.random(len(array)) < 0.1] *= -1e9
        for start in rng.integers(0, len(array) + 1, 4):
            array[start : start + int(rng.integers(1, 9))] = rng.choice([1.5, np.nan, np.nan, 1e300])
        return array

    return Feed(given.market, given.changed(change, market=()).inputs)
