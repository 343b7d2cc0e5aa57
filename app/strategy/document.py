"""The strategy document: blocks, wires and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.blocks.params import ParamValue
from app.market.timeframe import HOUR_MS, Timeframe

_ONE_HOUR = Timeframe(HOUR_MS)


@dataclass(frozen=True)
class Block:
    """A placed block: its own id, the kind it is of, and every param of that kind. The mapping is never changed."""

    id: str
    kind: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Wire:
    """A line from an output of one block to an input of another."""

    source: str
    output: str
    target: str
    input: str


@dataclass(frozen=True)
class Strategy:
    """What the trader drew: one instrument, one timeframe, blocks and wires, and apart from them the layout.

    `symbol` and `exchange` name the instrument; `exchange` is `sample` for the synthetic sample market. `note` is
    free text. `layout` holds the position of blocks by id, in scene pixels; it is not logic.
    """

    name: str
    symbol: str = "RIVER/USD"
    exchange: str = "sample"
    timeframe: Timeframe = _ONE_HOUR
    note: str = ""
    blocks: tuple[Block, ...] = ()
    wires: tuple[Wire, ...] = ()
    layout: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def block(self, block_id: str) -> Block | None:
        """Return the block with this id, or None."""
        return next((block for block in self.blocks if block.id == block_id), None)
