"""The strategy document: blocks, wires and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.blocks.params import ParamValue
from app.market.timeframe import HOUR_MS, Timeframe

Place = tuple[float, float]

_ONE_HOUR = Timeframe(HOUR_MS)


@dataclass(frozen=True)
class Block:
    """A placed block: its own id, the kind it is of, and every param of that kind. The mapping is never changed.

    A `muted` block counts as if it were taken out and its wires healed; `collapsed` only says how it is drawn.
    """

    id: str
    kind: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    muted: bool = False
    collapsed: bool = False


@dataclass(frozen=True, order=True)
class Wire:
    """A line from an output of one block to an input of another."""

    source: str
    output: str
    target: str
    input: str


@dataclass(frozen=True)
class Frame:
    """A titled, coloured rectangle behind blocks, from its top left corner; what stands in it moves with it."""

    id: str
    title: str = ""
    color: str = "grey"
    at: Place = (0.0, 0.0)
    size: Place = (320.0, 200.0)


@dataclass(frozen=True)
class Note:
    """A sticky note: text on a coloured sheet, from its top left corner."""

    id: str
    text: str = ""
    color: str = "yellow"
    at: Place = (0.0, 0.0)
    size: Place = (200.0, 120.0)


@dataclass(frozen=True)
class Strategy:
    """What the trader drew: one instrument, one timeframe, blocks and wires, and apart from them the layout.

    `symbol` and `exchange` name the instrument; `exchange` is `sample` for the synthetic sample market. `note` is
    free text. `layout` holds the position of blocks by id, in scene pixels. `frames`, `notes`, `reroutes` (the points
    through which a wire is led) and `dials` (params kept at hand, as block id and name) belong to the layout too: none
    of them is logic.
    """

    name: str
    symbol: str = "RIVER/USD"
    exchange: str = "sample"
    timeframe: Timeframe = _ONE_HOUR
    note: str = ""
    blocks: tuple[Block, ...] = ()
    wires: tuple[Wire, ...] = ()
    layout: Mapping[str, Place] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    notes: tuple[Note, ...] = ()
    reroutes: Mapping[Wire, tuple[Place, ...]] = field(default_factory=dict)
    dials: tuple[tuple[str, str], ...] = ()

    def block(self, block_id: str) -> Block | None:
        """Return the block with this id, or None."""
        return next((block for block in self.blocks if block.id == block_id), None)
