"""Drawings for tests in one call: the kind of a block is its id without the number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.blocks import catalog
from app.blocks.params import ParamValue
from app.strategy.block_params import settled
from app.strategy.document import Block, Strategy, Wire


def drawing(
    *wires: str, also: tuple[str, ...] = (), params: Mapping[str, Mapping[str, ParamValue]] | None = None, **fields: Any
) -> Strategy:
    """Return a strategy of wires such as `rsi_1.value > less_1.left`, with the blocks that they name.

    `also` are further blocks, `params` what differs from the defaults by block id, `fields` the other fields of the
    strategy. Nothing is checked.
    """
    ends = [wire.split(" > ") for wire in wires]
    ids = dict.fromkeys([end.split(".")[0] for pair in ends for end in pair] + list(also))
    given = params or {}
    blocks = tuple(placed(block_id, given.get(block_id, {})) for block_id in ids)
    lines = tuple(Wire(*source.split("."), *target.split(".")) for source, target in ends)
    return Strategy(**{"name": "Test", "blocks": blocks, "wires": lines, **fields})


def placed(block_id: str, params: Mapping[str, ParamValue]) -> Block:
    """Return a block with these params and the defaults for the others."""
    kind = catalog.kind(block_id.rsplit("_", 1)[0])
    assert kind is not None, block_id
    return Block(block_id, kind.id, settled(kind, params))
