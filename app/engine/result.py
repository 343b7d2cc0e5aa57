"""What a backtest gives: equity, trades, figures, and every value on the way, so that "why" can be answered later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from app.engine.assumptions import Assumptions
from app.engine.metrics import Metric
from app.engine.position import EXIT_REASONS, LONG
from app.engine.version import ENGINE_VERSION
from app.market.candles import Candles, FloatSeries, Signal
from app.market.instrument import Instrument
from app.strategy.document import Strategy
from app.strategy.revision import logic_hash


@dataclass(frozen=True)
class Trade:
    """A round trip, or with `exit_time` None the position still open at the end (rule 17).

    Times are UTC ms, prices are the fills', `units` base currency, `fees`, `slippage` and `pnl` quote currency after
    all costs; `return_`, `mae` and `mfe` are fractions of the entry. `r_multiple` is None where no stop stood.
    """

    side: Literal["long", "short"]
    entry_time: int
    exit_time: int | None
    entry_price: float
    exit_price: float | None
    units: float
    fees: float
    slippage: float
    exit_reason: str | None
    pnl: float
    return_: float
    r_multiple: float | None
    mae: float
    mfe: float
    bars_held: int
    ambiguous: bool


@dataclass(frozen=True)
class Dataset:
    """Exactly which base bars a run has used (rule 20): `first` to `end` in UTC ms, and a SHA-256 of their columns."""

    symbol: str
    exchange: str
    step_ms: int
    first: int
    end: int
    count: int
    fingerprint: str


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """The outcome of one backtest. Arrays have one entry per bar of the range.

    `bars` are the strategy's bars; `equity` is in quote currency at each close; `position` is the side held there (1,
    0, -1). `values` maps (block id, output) to its array, `orders` each order to its signal. `book` holds the closed
    trades as rows of `position.TRADE`, whose rows count bars of `traded`: the base bars, or in the bar fill model the
    strategy's. `base` are the base bars used, those for settling included. `settling_bars` is how many earlier bars the
    blocks need to settle; `counts["warmup_bars"]` is how many there were (rule 6).
    """

    strategy: Strategy
    instrument: Instrument
    assumptions: Assumptions
    bars: Candles
    base: Candles
    traded: Candles
    equity: FloatSeries
    position: Signal
    book: np.ndarray[Any, Any]
    open_trade: Trade | None
    metrics: Mapping[str, Metric]
    counts: Mapping[str, int]
    values: Mapping[tuple[str, str], np.ndarray[Any, Any]]
    orders: Mapping[str, Signal]
    pending: str | None
    settling_bars: int

    @property
    def start(self) -> int:
        """The open time of the first bar, in UTC ms."""
        return int(self.bars.time[0])

    @property
    def end(self) -> int:
        """The moment the last bar closes, in UTC ms."""
        return self.bars.end

    @cached_property
    def trades(self) -> tuple[Trade, ...]:
        """The closed trades, in order."""
        return tuple(_trade(row, self.traded) for row in self.book.tolist())

    @cached_property
    def dataset(self) -> Dataset:
        """The base bars used, with their fingerprint."""
        return dataset_of(self.instrument, self.base)

    @cached_property
    def result_hash(self) -> str:
        """SHA-256 over engine version, logic, data, assumptions, range, trades and equity.

        Only IEEE-exact arithmetic goes into it, so it does not depend on the processor's vector unit.
        """
        inputs = {
            "engine_version": ENGINE_VERSION,
            "logic": logic_hash(self.strategy),
            "dataset": asdict(self.dataset),
            "size_step": self.instrument.size_step,
            "assumptions": asdict(self.assumptions),
            "range": [self.start, self.end, len(self.bars)],
            "counts": dict(self.counts),
            "open_trade": asdict(self.open_trade) if self.open_trade else None,
        }
        digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode())
        for name in self.book.dtype.names or ():
            digest.update(np.ascontiguousarray(self.book[name]).astype(self.book.dtype[name].newbyteorder("<")).data)
        digest.update(self.equity.astype("<f8", copy=False).data)
        return digest.hexdigest()


def dataset_of(instrument: Instrument, base: Candles) -> Dataset:
    """Return the name of at least one base bar of an instrument."""
    first, fingerprint = int(base.time[0]), base.fingerprint()
    return Dataset(instrument.symbol, instrument.exchange, base.step_ms, first, base.end, len(base), fingerprint)


def _trade(row: tuple[Any, ...], base: Candles) -> Trade:
    """Return the trade a row of the book holds."""
    side, entry_row, exit_row, entry, exit_, units, fees, slippage, reason, pnl, risk, mae, mfe, held, ambiguous = row
    return Trade(
        side="long" if side == LONG else "short",
        entry_time=int(base.time[entry_row]),
        exit_time=int(base.time[exit_row]),
        entry_price=entry,
        exit_price=exit_,
        units=units,
        fees=fees,
        slippage=slippage,
        exit_reason=EXIT_REASONS[reason],
        pnl=pnl,
        return_=pnl / (entry * units),
        r_multiple=pnl / risk if risk > 0 else None,
        mae=mae,
        mfe=mfe,
        bars_held=held,
        ambiguous=bool(ambiguous),
    )
