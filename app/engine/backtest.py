"""One backtest: a strategy, candles and assumptions in, a result out (rules 3 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from app.engine.assumptions import Assumptions
from app.engine.metrics import metrics
from app.engine.plan import Plan, prepare
from app.engine.position import (
    LONG,
    TIME_EXIT,
    TRADE,
    Rules,
    State,
    new_state,
    read_state,
)
from app.engine.result import BacktestResult, Dataset, Trade, dataset_of
from app.engine.signals import Values, evaluate
from app.engine.simulate import Market, best_excursion, simulate, worst_excursion
from app.errors import CandlesUnavailable
from app.market.candles import Candles, FloatSeries, Signal
from app.market.instrument import Instrument
from app.market.resample import DerivedBars, derive
from app.market.timeframe import COMMON, Timeframe
from app.strategy.document import Strategy

Progress = Callable[[float], None]

# Bars between two reports of progress, each of which is a chance to cancel and to go on compiled: a fraction of a
# second either way.
_CHUNK = 100_000
# Trades there is room for at first.
_BOOK = 1024


def backtest(
    strategy: Strategy,
    candles: Candles,
    assumptions: Assumptions = Assumptions(),
    *,
    instrument: Instrument | None = None,
    start: int | None = None,
    end: int | None = None,
    coverage_end: int | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Return the result of `strategy` over `[start, end)` of `candles`, the finest bars there are.

    Candles before `start` are used for settling, those from `end` on not at all. `coverage_end` is the moment up to
    which the source has answered, where that is known; it stands in for the end of the last candle. `progress` is
    called with a share from 0 to 1 and may raise Cancelled to stop. Raises StrategyInvalid, or CandlesUnavailable
    when the range holds no bar, or prices that cannot be of one market.
    """
    plan = prepare(strategy)
    if strategy.timeframe.ms % candles.step_ms:
        raise CandlesUnavailable(_cannot_be_made(strategy.timeframe, Timeframe(candles.step_ms)))
    derived = derive(candles, strategy.timeframe)
    return run(
        plan,
        derived,
        assumptions,
        instrument=instrument,
        start=start,
        end=end,
        coverage_end=coverage_end,
        progress=progress,
    )


def run(
    plan: Plan,
    derived: DerivedBars,
    assumptions: Assumptions = Assumptions(),
    *,
    instrument: Instrument | None = None,
    start: int | None = None,
    end: int | None = None,
    coverage_end: int | None = None,
    progress: Progress | None = None,
) -> BacktestResult:
    """Return the result of a prepared strategy over bars derived beforehand; see `backtest` for the arguments."""
    instrument = instrument or plan.instrument
    window = _window(derived, plan.settling_bars, start, end, coverage_end)
    values = evaluate(plan, window.fed, _part(progress, 0.0, 0.6)).after(window.settling)
    walk = _walk(plan, window, values, assumptions, instrument, _part(progress, 0.6, 1.0))
    return _result(plan, window, values, walk, assumptions, instrument)


@dataclass(frozen=True)
class Inputs:
    """Which candles a run is made of: `dataset` with those for settling, `start` and `end` of its range in UTC ms."""

    instrument: Instrument
    dataset: Dataset
    start: int
    end: int


def inputs(
    plan: Plan,
    derived: DerivedBars,
    *,
    instrument: Instrument | None = None,
    start: int | None = None,
    end: int | None = None,
    coverage_end: int | None = None,
) -> Inputs:
    """Return what `run` with the same arguments would be made of, without running anything."""
    instrument = instrument or plan.instrument
    window = _window(derived, plan.settling_bars, start, end, coverage_end)
    bars, base = window.range.bars, window.range.base
    return Inputs(instrument, dataset_of(instrument, base), int(bars.time[0]), bars.end)


class _Window(NamedTuple):
    """The bars of the range, and `fed`: the same with `settling` earlier ones before them.

    `range.base` are the base bars of `fed`; `range.first` says at which of their rows each bar of the range begins.
    """

    fed: Candles
    range: DerivedBars
    settling: int


class _Walk(NamedTuple):
    """What the simulation leaves behind."""

    state: State
    book: np.ndarray[Any, Any]
    equity: FloatSeries
    position: Signal


def _window(
    derived: DerivedBars, settling_bars: int, start: int | None, end: int | None, coverage_end: int | None
) -> _Window:
    """Cut out the bars wholly inside the range and the settling bars before it (rules 3 and 6)."""
    bars = derived.bars
    covered = derived.base.end if coverage_end is None else coverage_end
    last_end = covered if end is None else min(end, covered)
    begin = 0 if start is None else int(np.searchsorted(bars.time, start))
    stop = len(bars)
    if last_end < bars.end:
        stop = int(np.searchsorted(bars.time, last_end - bars.step_ms, side="right"))
    if begin >= stop:
        raise CandlesUnavailable(_nothing_there(derived, start, end))
    if begin == 0 and stop == len(bars):
        return _Window(bars, derived, 0)
    settling = min(begin, settling_bars)
    fed = bars.rows(begin - settling, stop)
    inside = fed.rows(settling, len(fed))
    if derived.base is bars:
        return _Window(fed, DerivedBars(inside, fed, derived.first[settling : len(fed) + 1]), settling)
    first = derived.first[begin - settling : stop + 1]
    base = derived.base.rows(int(first[0]), int(first[-1]))
    return _Window(fed, DerivedBars(inside, base, first[settling:] - first[0]), settling)


def _cannot_be_made(wanted: Timeframe, given: Timeframe) -> str:
    fitting = [name for name in COMMON if Timeframe.parse(name).ms % given.ms == 0] or [str(given)]
    return (
        f"The strategy works on {wanted} bars, which cannot be made of {given} candles. "
        f"Choose {' or '.join(fitting[:2])} as its timeframe, or use shorter candles."
    )


def _nothing_there(derived: DerivedBars, start: int | None, end: int | None) -> str:
    if not len(derived.base):
        return "There are no candles at all, so there is nothing to test on."
    first, last = _when(int(derived.base.time[0])), _when(derived.base.end)
    asked = f"{'the beginning' if start is None else _when(start)} to {'the end' if end is None else _when(end)}"
    return (
        f"There is no whole bar in the range asked for ({asked}): it is shorter than one, or has no candles. "
        f"The candles reach from {first} to {last} UTC; choose a longer range inside that, or a shorter timeframe."
    )


def _when(time_ms: int) -> str:
    return str(np.datetime64(time_ms, "ms").astype("datetime64[m]")).replace("T", " ")


def _part(progress: Progress | None, low: float, high: float) -> Progress | None:
    return progress and (lambda share: progress(low + (high - low) * share))


def _walk(
    plan: Plan,
    window: _Window,
    values: Values,
    assumptions: Assumptions,
    instrument: Instrument,
    progress: Progress | None,
) -> _Walk:
    """Simulate the range, in chunks, with room for trades growing as they come."""
    market = _market(window.range, by_minute=assumptions.fill_model == "minute")
    orders, distances = values.true_orders, values.distances
    rules = tuple(rules_of(plan, assumptions, instrument))
    size = len(window.range.bars)
    account, book = new_state(assumptions.capital), np.empty(_BOOK, TRADE)
    equity, position = np.empty(size), np.empty(size, np.int8)
    at = 0
    while at < size:
        if progress is not None:
            progress(at / size)
        until = min(size, at + _CHUNK)
        at = simulate(market, orders, distances, rules, account, book, equity, position, at, until)
        if at < until:
            book = _with_more_room(book)
    state = read_state(account)
    return _Walk(state, book[: state.trades], equity, position)


def _with_more_room(book: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    larger = np.empty(4 * len(book), TRADE)
    larger[: len(book)] = book
    return larger


def _market(derived: DerivedBars, by_minute: bool) -> Market:
    """Return the prices a run sees; in the bar fill model the base bars are the strategy's own."""
    bars = derived.bars
    base, first = (derived.base, derived.first) if by_minute else (bars, np.arange(len(bars) + 1))
    return (bars.open, bars.high, bars.low, bars.close), first, (base.open, base.high, base.low)


def rules_of(plan: Plan, assumptions: Assumptions, instrument: Instrument) -> Rules:
    """Return costs, size and protective exits of a run as compiled loops want them."""
    return Rules(
        int(assumptions.fill_model == "bar"),
        assumptions.fee_rate,
        assumptions.slippage_rate,
        *plan.size,
        float(instrument.size_step or 0.0),
        plan.stop_loss.mode,
        plan.stop_loss.value,
        plan.take_profit.mode,
        plan.take_profit.value,
        plan.trailing_stop.mode,
        plan.trailing_stop.value,
        plan.time_exit,
        plan.cooldown,
    )


def _result(
    plan: Plan, window: _Window, values: Values, walk: _Walk, assumptions: Assumptions, instrument: Instrument
) -> BacktestResult:
    bars, state, book = window.range.bars, walk.state, walk.book
    # Trades name rows of the base bars they were watched on; in the bar model those are the strategy's own.
    traded = window.range.base if assumptions.fill_model == "minute" else bars
    open_trade = _open_trade(state, traded, bars) if state.side else None
    pending = _pending(state)
    return BacktestResult(
        strategy=plan.strategy,
        instrument=instrument,
        assumptions=assumptions,
        bars=bars,
        base=window.range.base,
        traded=traded,
        equity=walk.equity,
        position=walk.position,
        book=book,
        open_trade=open_trade,
        metrics=metrics(bars, walk.equity, book, open_trade, assumptions),
        counts={
            "conflicts": state.conflicts,
            "ambiguous": state.ambiguous,
            "zero_size": state.zero_size,
            "no_level": state.no_level,
            "incomplete_bars": window.range.incomplete(),
            "pending_orders": int(pending is not None),
            "warmup_bars": window.settling,
            "liquidations": state.ruined,
        },
        values=values.outputs,
        orders=values.orders,
        pending=pending,
        settling_bars=plan.settling_bars,
    )


def _pending(state: State) -> str | None:
    """Return the order decided at the last close in words, None without one (rule 4)."""
    entry = {0: "", 1: "go long", -1: "go short"}[state.entry_order]
    if not state.exit_order:
        return f"{entry} at the next open".capitalize() if entry else None
    leave = "leave after the time set" if state.exit_order == TIME_EXIT else "leave the position"
    return f"{leave}{f' and {entry}' if entry else ''} at the next open".capitalize()


def _open_trade(state: State, base: Candles, bars: Candles) -> Trade:
    """Return the position still open, valued at the last close without exit costs (rule 16)."""
    side, units, entry = state.side, state.units, state.entry_price
    pnl = side * units * (float(bars.close[-1]) - entry) - state.entry_fee
    risk = units * state.risk
    return Trade(
        side="long" if side == LONG else "short",
        entry_time=int(base.time[state.entry_row]),
        exit_time=None,
        entry_price=entry,
        exit_price=None,
        units=units,
        fees=state.entry_fee,
        slippage=state.entry_slippage,
        exit_reason=None,
        pnl=pnl,
        return_=pnl / (entry * units),
        r_multiple=pnl / risk if risk > 0 else None,
        mae=worst_excursion(state),
        mfe=best_excursion(state),
        bars_held=len(bars) - state.entry_bar,
        ambiguous=False,
    )
