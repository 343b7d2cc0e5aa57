"""How many bars each condition of an entry let through, down to the trades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engine.plan import prepare
from app.engine.position import LONG, SHORT
from app.engine.result import BacktestResult
from app.results.conditions import conditions_of, words_of
from app.results.decisions import Decisions, Flags, decisions
from app.strategy.graph import role_of


@dataclass(frozen=True)
class Stage:
    """What is left after one more sieve: its words, the block that sieves ("" where the rules do), and the bars left.

    `share` is that of the stage before, None where nothing was left there.
    """

    kind: Literal["bars", "condition", "free", "agreed", "entered"]
    words: str
    block_id: str
    bars: int
    share: float | None


@dataclass(frozen=True)
class Funnel:
    """The stages of one entry order, from all bars of the range to the positions it entered."""

    order_id: str
    role: str
    stages: tuple[Stage, ...]


def funnels(result: BacktestResult) -> tuple[Funnel, ...]:
    """Return the funnel of each entry order that is connected, in the order of the drawing.

    The conditions come in the order of the wires. Then: `free` are bars at whose close the order could act: flat and
    not cooling down, or holding the other side, which it then reverses; `agreed` are those without an order that spoke
    against it; `entered` those whose order was filled. A position that two orders of one side asked for at the same
    close counts for both.
    """
    decided = decisions(result, prepare(result.strategy))
    connected = {wire.target for wire in result.strategy.wires}
    entries = [block for block in result.strategy.blocks if role_of(block) in ("enter_long", "enter_short")]
    return tuple(
        Funnel(block.id, role_of(block), _stages(result, decided, block.id, role_of(block)))
        for block in entries
        if block.id in connected
    )


def _stages(result: BacktestResult, decided: Decisions, order_id: str, role: str) -> tuple[Stage, ...]:
    side = LONG if role == "enter_long" else SHORT
    left: Flags = np.ones(len(result.bars), bool)
    stages = [Stage("bars", "bars in the range", "", len(left), None)]
    words = words_of(result.strategy)
    for port in conditions_of(result.strategy, order_id):
        left = left & (result.values[port] == 1)
        stages.append(_stage("condition", words[port], port[0], left, stages[-1]))
    cooldown = any(role_of(block) == "cooldown" for block in result.strategy.blocks)
    reverses = bool(np.any(result.orders["enter_short" if side == LONG else "enter_long"] == 1))
    left = left & (result.position != side) & ~decided.cooling & ~decided.ruined
    stages.append(_stage("free", _free(cooldown, reverses), "", left, stages[-1]))
    left = left & (decided.entry == side)
    stages.append(_stage("agreed", "no other order against it", "", left, stages[-1]))
    left = left & decided.filled
    stages.append(_stage("entered", "entered", order_id, left, stages[-1]))
    return tuple(stages)


def _stage(
    kind: Literal["condition", "free", "agreed", "entered"], words: str, block_id: str, left: Flags, before: Stage
) -> Stage:
    bars = int(np.count_nonzero(left))
    return Stage(kind, words, block_id, bars, bars / before.bars if before.bars else None)


def _free(cooldown: bool, reverses: bool) -> str:
    words = "not in a position on that side" if reverses else "not in a position"
    return f"{words}, no cooldown" if cooldown else words
