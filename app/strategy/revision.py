"""Names for what was drawn: the same drawing has the same name on every machine."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.strategy.codec import canonical, canonical_json, logic_document
from app.strategy.document import Strategy
from app.strategy.muting import without_muted


def document_hash(strategy: Strategy) -> str:
    """Return the SHA-256 of the whole document as hex: the name of a revision."""
    return _tagged("blockbuilders document 1", canonical(strategy))


def logic_hash(strategy: Strategy) -> str:
    """Return the SHA-256, as hex, of what decides about orders: timeframe, blocks with kind and params, and wires.

    Name, note, instrument, layout and the order in which blocks and wires are listed do not matter. Muted blocks are
    as if they were not there.
    """
    strategy = without_muted(strategy)
    blocks = sorted((logic_document(block) for block in strategy.blocks), key=lambda block: str(block["id"]))
    wires = sorted((wire.source, wire.output, wire.target, wire.input) for wire in strategy.wires)
    logic = {"timeframe": str(strategy.timeframe), "blocks": blocks, "wires": wires}
    return _tagged("blockbuilders logic 1", canonical_json(logic))


def logic_alone(strategy: Strategy) -> Strategy:
    """Return the strategy without what changes no result of its instrument: name, note, and how it is drawn."""
    blocks = tuple(replace(block, collapsed=False) if block.collapsed else block for block in strategy.blocks)
    return Strategy("-", strategy.symbol, strategy.exchange, strategy.timeframe, blocks=blocks, wires=strategy.wires)


def _tagged(tag: str, content: bytes) -> str:
    # The tag keeps the two hashes apart, and from any other use of the same bytes.
    return hashlib.sha256(tag.encode() + b"\n" + content).hexdigest()
