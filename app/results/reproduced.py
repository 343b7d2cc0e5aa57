"""Whether a run repeated is the same run, to the last bit, and if not, exactly what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.completed import TRADES, CompletedRun
from app.results.compare import circumstances
from app.results.numbers import count, moment
from app.strategy.difference import difference


@dataclass(frozen=True)
class Reproduction:
    """The outcome of repeating a run: `inputs` and `outcome` are what differs, in sentences; both empty if `same`."""

    same: bool
    sentence: str
    inputs: tuple[str, ...]
    outcome: tuple[str, ...]


def reproduced(old: CompletedRun, new: CompletedRun) -> Reproduction:
    """Return whether `new` gives what `old` gave: trades, equity and counts to the last bit, from the same inputs.

    The name, the note and the layout of a drawing do not matter.
    """
    drawing = difference(old.strategy, new.strategy)
    changed = () if drawing.same_logic else drawing.sentences()
    inputs = (*changed, *circumstances(old, new))
    outcome = tuple(_outcome(old, new))
    if old.result_hash != new.result_hash and not inputs and not outcome:
        outcome = ("The result hash is another one, although inputs, trades, equity and counts are the same.",)
    if not inputs and not outcome:
        text = (
            f"Reproduced to the last bit: {count(len(new.trades), 'trade')}, {count(len(new.bars), 'bar')} of equity."
        )
        return Reproduction(True, text, (), ())
    if not outcome:
        text = "The outcome is the same to the last bit, although the inputs differ."
    elif inputs:
        text = "Not the same result, and not from the same inputs."
    else:
        text = "Not the same result, although the inputs are the same. Please report this."
    return Reproduction(False, text, inputs, outcome)


def _outcome(old: CompletedRun, new: CompletedRun) -> Iterator[str]:
    yield from _trades(old, new)
    if old.open_trade != new.open_trade:
        yield "The position open at the end is another one."
    size = min(len(old.equity), len(new.equity))
    found = _first_difference(old.equity[:size], new.equity[:size])
    if found is not None:
        yield (
            f"Equity differs from the bar of {moment(int(old.bars.time[found]))} UTC on: {float(new.equity[found])!r} "
            f"instead of {float(old.equity[found])!r}."
        )
    if len(old.equity) != len(new.equity):
        yield f"There are {count(len(new.equity), 'bar')} instead of {len(old.equity):,}."
    for name, times in old.counts.items():
        if new.counts.get(name) != times:
            yield f"The count of {name.replace('_', ' ')} is {new.counts.get(name)} instead of {times}."


def _trades(old: CompletedRun, new: CompletedRun) -> Iterator[str]:
    size = min(len(old.trades), len(new.trades))
    names = TRADES.names or ()
    firsts = {name: _first_difference(old.trades[name][:size], new.trades[name][:size]) for name in names}
    known = {name: row for name, row in firsts.items() if row is not None}
    if known:
        row = min(known.values())
        name = next(name for name in names if known.get(name) == row)
        yield (
            f"Trade {row + 1:,} is the first that differs: its {name.strip('_').replace('_', ' ')} is "
            f"{new.trades[name][row].item()!r} instead of {old.trades[name][row].item()!r}."
        )
    if len(old.trades) != len(new.trades):
        yield f"There are {count(len(new.trades), 'trade')} instead of {len(old.trades):,}."


def _first_difference(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> int | None:
    """Return the first row that is not the same to the last bit; one NaN is as good as another."""
    left, right = np.ascontiguousarray(one), np.ascontiguousarray(other)
    if left.dtype.kind == "f":
        differs = (left.view(np.int64) != right.view(np.int64)) & ~(np.isnan(left) & np.isnan(right))
    else:
        differs = left != right
    found = np.flatnonzero(differs)
    return int(found[0]) if len(found) else None
