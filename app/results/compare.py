"""Two to six runs side by side: figures, drawings, trades, and what else differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.assumptions import Assumptions
from app.engine.completed import CompletedRun
from app.engine.metrics import Metric
from app.market.candles import COLUMNS
from app.results.glance import Glance
from app.results.numbers import NONE, count, moment, money, percent
from app.results.overview import against_holding, overview, shown, shown_apart
from app.strategy.difference import Difference, difference

FEWEST, MOST = 2, 6

Rows = NDArray[np.int64]
SameBars = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class FigureRow:
    """One metric of all runs: values, texts, and as text how far each is from the first run; a dash where unknown."""

    name: str
    title: str
    values: tuple[Metric, ...]
    texts: tuple[str, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TradeDifference:
    """Which trades the runs share: numbers into the trades of each run.

    Trades are the same when side, entry and exit time are. `only[i]` are those that no other run has, `shared` counts
    those that all have.
    """

    only: tuple[Rows, ...]
    shared: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between runs; `drawings` and `circumstances` compare each further run with the first."""

    figures: tuple[FigureRow, ...]
    drawings: tuple[Difference, ...]
    circumstances: tuple[tuple[str, ...], ...]
    trades: TradeDifference


def same_bars(old: CompletedRun, new: CompletedRun) -> bool:
    """Say whether two runs have the same bars, from the first to the last bit."""
    before, after = old.bars, new.bars
    pairs = ((getattr(before, name), getattr(after, name)) for name in ("time", *COLUMNS))
    return before.step_ms == after.step_ms and all(np.array_equal(*pair, equal_nan=True) for pair in pairs)


def compare(runs: Sequence[Glance], same_bars: SameBars = same_bars) -> Comparison:
    """Compare two to six runs, each with the first. Raises ValueError for fewer or more.

    `same_bars` says of two of them whether their bars are the same, where only that much is known of the bars.
    """
    if not FEWEST <= len(runs) <= MOST:
        raise ValueError(f"{FEWEST} to {MOST} runs can be compared, not {len(runs)}.")
    first, *others = runs
    return Comparison(
        figures=_figures(runs),
        drawings=tuple(difference(first.strategy, other.strategy) for other in others),
        circumstances=tuple(tuple(circumstances(first, other, same_bars)) for other in others),
        trades=trade_difference(runs),
    )


def _figures(runs: Sequence[Glance]) -> tuple[FigureRow, ...]:
    rows = []
    for card in overview(runs[0]):
        known = card.name in runs[0].metrics
        values = tuple(run.metrics[card.name] if known else against_holding(run.metrics) for run in runs)
        texts = tuple(shown(card.name, value) for value in values)
        rows.append(FigureRow(card.name, card.title, values, texts, _from_first(card.name, values)))
    return tuple(rows)


def _from_first(name: str, values: tuple[Metric, ...]) -> tuple[str, ...]:
    first = values[0]
    return tuple(NONE if value is None or first is None else shown_apart(name, value - first) for value in values)


def trade_difference(runs: Sequence[Glance]) -> TradeDifference:
    """Return which trades only one of the runs has, in order, and how many all of them have."""
    names = ("exit_time", "entry_time", "side")
    keys = [np.concatenate([run.trades[name] for run in runs]).astype(np.int64) for name in names]
    sizes = [len(run.trades) for run in runs]
    order = np.lexsort(keys)
    size = len(order)
    new = np.ones(size, bool)
    if size:
        new[1:] = np.logical_or.reduce([np.diff(key[order]) != 0 for key in keys])
    times = np.diff(np.append(np.flatnonzero(new), size))
    alone = np.zeros(size, bool)
    alone[order] = np.repeat(times == 1, times)
    starts = np.cumsum([0, *sizes])
    only = tuple(np.flatnonzero(alone[low:high]) for low, high in pairwise(starts.tolist()))
    return TradeDifference(only, int(np.count_nonzero(times == len(runs))))


def left_otherwise(old: Glance, new: Glance) -> tuple[tuple[int, int], ...]:
    """Return the trades that two runs entered alike and left at another time, as pairs of their numbers."""
    before, after = trade_difference((old, new)).only
    _, here, there = np.intersect1d(_entries(old, before), _entries(new, after), return_indices=True)
    return tuple(zip(before[here].tolist(), after[there].tolist(), strict=True))


def _entries(run: Glance, rows: Rows) -> Rows:
    """Return a number for entry time and side of each trade."""
    trades = run.trades[rows]
    return np.asarray(trades["entry_time"] * 2 + (trades["side"] > 0), np.int64)


def circumstances(old: Glance, new: Glance, same_bars: SameBars = same_bars) -> Iterator[str]:
    """Yield in sentences what differs between two runs apart from the drawing: data, range, settings, engine."""
    yield from _data(old, new, same_bars)
    yield from _settings(old.assumptions, new.assumptions)
    before, after = old.instrument.size_step, new.instrument.size_step
    if before != after:
        yield f"The smallest step of a size was {_step(before)} and is {_step(after)}."
    if old.engine_version != new.engine_version:
        yield f"The engine was version {old.engine_version} and is version {new.engine_version}: rules have changed."


def _data(old: Glance, new: Glance, same_bars: SameBars) -> Iterator[str]:
    before, after = old.dataset, new.dataset
    if str(old.instrument) != str(new.instrument):
        yield f"The instrument was {old.instrument} and is {new.instrument}."
    if (old.start, old.end) != (new.start, new.end):
        before_range, after_range = (f"{moment(run.start)} to {moment(run.end)}" for run in (old, new))
        yield f"The range was {before_range} and is {after_range} UTC."
    if before.step_ms != after.step_ms:
        yield f"The finest candles were {before.step_ms // 60_000} minutes long and are {after.step_ms // 60_000}."
    if before.fingerprint == after.fingerprint:
        return
    if before.step_ms == after.step_ms and same_bars(old, new):
        yield _before_the_range(old, new)
        return
    same_stretch = (before.first, before.end, before.step_ms) == (after.first, after.end, after.step_ms)
    if before.count != after.count:
        where = " of the same stretch" if same_stretch else " used"
        yield f"The candles{where} were {before.count:,} and are {after.count:,}."
    elif same_stretch:
        yield f"The {count(after.count, 'candle')} are for the same times, but their prices or volumes have changed."
    else:
        yield f"The {count(after.count, 'candle')} used are others: they begin at {moment(after.first)} UTC."


def _before_the_range(old: Glance, new: Glance) -> str:
    """Return what differs in the candles of two runs whose bars of the range are the same."""
    before, after = (run.counts.get("warmup_bars", 0) for run in (old, new))
    lead = "Every bar of the range is the same."
    if before != after:
        return f"{lead} Only the bars before it, on which the blocks settle, were {before:,} and are {after:,}."
    if new.dataset.step_ms == new.strategy.timeframe.ms:
        return f"{lead} Only among the {count(after, 'bar')} before it, on which the blocks settle, some have changed."
    if not after:
        return f"{lead} Only the way of the price inside some of them has changed."
    return (
        f"{lead} What has changed are some of the {count(after, 'bar')} before it, on which the blocks settle, or the "
        "way of the price inside some bars."
    )


def _settings(old: Assumptions, new: Assumptions) -> Iterator[str]:
    if old.capital != new.capital:
        yield f"The capital was {money(old.capital)} and is {money(new.capital)}."
    for name, before, after in (
        ("fee", old.fee_rate, new.fee_rate),
        ("slippage", old.slippage_rate, new.slippage_rate),
    ):
        if before != after:
            yield f"The {name} was {percent(before, decimals=4)} and is {percent(after, decimals=4)} a fill."
    if old.fill_model != new.fill_model:
        yield f"The fill model was '{old.fill_model}' and is '{new.fill_model}'."


def _step(step: float | None) -> str:
    return "none" if step is None else f"{step:.8g}"
