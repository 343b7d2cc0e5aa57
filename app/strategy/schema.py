"""The published description of a strategy file, made from the catalog."""

from __future__ import annotations

import json
import math
from typing import Any

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import Param
from app.strategy import limits
from app.strategy.upgrades import FORMAT

# A timeframe of at most a week in each unit, as Timeframe.parse takes it.
_TIMEFRAME = "|".join(
    (
        r"([1-9][0-9]{0,3}|100[0-7][0-9]|10080)m",
        r"([1-9][0-9]?|1[0-5][0-9]|16[0-8])h",
        r"[1-7]d",
        r"1w",
    )
)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a strategy file in the present format.

    It accepts what `codec.read` accepts as far as a schema can say. What it cannot: that ids are unique, that wires
    end at ports of the same type, that an input takes one wire and that nothing goes round in a circle.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Blockbuilders strategy",
        "description": "A trading strategy drawn from blocks: one instrument, one timeframe, blocks and wires.",
        "type": "object",
        "properties": _properties(),
        "required": ["format", "name", "symbol", "exchange", "timeframe", "blocks", "wires"],
        "additionalProperties": False,
        "$defs": {kind.id: _params(kind) for kind in catalog.KINDS},
    }


def schema_text() -> str:
    """Return the schema as it is published, ending in a line break."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _properties() -> dict[str, Any]:
    place = {"type": "number", "minimum": -limits.MAX_PLACE, "maximum": limits.MAX_PLACE}
    return {
        # What format 2 adds may be left out, so a file of format 1 keeps to this schema as well.
        "format": {"enum": list(range(1, FORMAT + 1))},
        "name": _one_line(limits.MAX_NAME),
        "symbol": {**_one_line(limits.MAX_INSTRUMENT), "description": "What is traded, such as BTC/USDT."},
        "exchange": {
            **_one_line(limits.MAX_INSTRUMENT),
            "description": "Where it is traded, such as binance; `sample` is the synthetic sample market.",
        },
        "timeframe": {"type": "string", "pattern": f"^({_TIMEFRAME})$", "examples": ["15m", "1h", "4h", "1d"]},
        "note": {"type": "string", "maxLength": limits.MAX_NOTE, "pattern": f"^{limits.LINES}$", "default": ""},
        "blocks": {"type": "array", "maxItems": limits.MAX_BLOCKS, "items": _block()},
        "wires": {"type": "array", "maxItems": limits.MAX_WIRES, "uniqueItems": True, "items": _wire()},
        "layout": {
            "description": "Where blocks stand on the canvas, in pixels; it changes nothing about the strategy.",
            "type": "object",
            "propertyNames": {"pattern": f"^{limits.BLOCK_ID}$"},
            "additionalProperties": {"type": "array", "items": place, "minItems": 2, "maxItems": 2},
            "default": {},
        },
        **_beside_the_logic(place),
    }


def _beside_the_logic(place: dict[str, Any]) -> dict[str, Any]:
    """Return what is drawn beside blocks and wires; it changes nothing about the strategy."""
    pair = {"type": "array", "items": place, "minItems": 2, "maxItems": 2}
    points = {"type": "array", "maxItems": limits.MAX_POINTS, "items": pair}
    text = {"type": "string", "maxLength": limits.MAX_NOTE_TEXT, "pattern": f"^{limits.LINES}$"}
    title = {"type": "string", "maxLength": limits.MAX_NAME, "pattern": f"^{limits.ONE_LINE}$", "default": ""}
    dial = {"type": "string", "pattern": rf"^{limits.BLOCK_ID}\.{limits.PORT}$"}
    parts = {
        "frames": ("Titled rectangles behind blocks.", limits.MAX_FRAMES, _sheet("title", title, "grey", pair)),
        "notes": ("Sticky notes.", limits.MAX_NOTES, _sheet("text", text, "yellow", pair)),
        "reroutes": ("Points through which wires are led.", limits.MAX_REROUTES, _wire(points)),
        "dials": ("Settings kept at hand, such as rsi_1.period.", limits.MAX_DIALS, dial),
    }
    return {
        name: {"description": what, "type": "array", "maxItems": most, "items": items, "default": []}
        for name, (what, most, items) in parts.items()
    }


def _sheet(name: str, words: dict[str, Any], color: str, pair: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a frame or a note."""
    side = {"type": "number", "minimum": limits.MIN_SIDE, "maximum": limits.MAX_SIDE}
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": f"^{limits.BLOCK_ID}$"},
            name: words,
            "color": {"enum": list(limits.COLORS), "default": color},
            "at": {**pair, "description": "The top left corner, in pixels."},
            "size": {**pair, "items": side, "description": "Width and height, in pixels."},
        },
        "required": ["id", *([] if "default" in words else [name]), "at", "size"],
        "additionalProperties": False,
    }


def _one_line(length: int) -> dict[str, Any]:
    pattern = rf"^(?=.*\S){limits.ONE_LINE}$"
    return {"type": "string", "minLength": 1, "maxLength": length, "pattern": pattern}


def _block() -> dict[str, Any]:
    """Return the schema of a block: what its params are follows from its kind."""
    choices = [
        {
            "if": {"properties": {"kind": {"enum": [kind.id, *kind.former_ids]}}, "required": ["kind"]},
            "then": {"properties": {"params": {"$ref": f"#/$defs/{kind.id}"}}},
        }
        for kind in catalog.KINDS
    ]
    kinds = [name for kind in catalog.KINDS for name in (kind.id, *kind.former_ids)]
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": f"^{limits.BLOCK_ID}$"},
            "kind": {"enum": kinds},
            "params": {"type": "object", "default": {}},
            "muted": {"type": "boolean", "description": "As if it were not there.", "default": False},
            "collapsed": {"type": "boolean", "description": "Drawn as its title alone.", "default": False},
        },
        "required": ["id", "kind"],
        "additionalProperties": False,
        "allOf": choices,
    }


def _wire(points: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of a wire, or of the points through which one is led."""
    port = {"type": "string", "pattern": rf"^{limits.BLOCK_ID}\.{limits.PORT}$"}
    return {
        "type": "object",
        "properties": {
            "from": {**port, "description": "A block and its output, such as rsi_1.value."},
            "to": {**port, "description": "A block and its input, such as less_1.left."},
            **({"points": points} if points else {}),
        },
        "required": ["from", "to", *(["points"] if points else [])],
        "additionalProperties": False,
    }


def _params(kind: BlockKind) -> dict[str, Any]:
    return {
        "title": kind.title,
        "description": kind.about,
        "type": "object",
        "properties": {param.name: _param(param) for param in kind.params},
        "additionalProperties": False,
    }


def _param(param: Param) -> dict[str, Any]:
    if param.type == "choice":
        return {"enum": list(param.options), "default": param.default}
    schema: dict[str, Any] = {"type": "integer" if param.type == "whole" else "number"}
    if param.unit:
        schema["description"] = "a fraction: 0.02 is 2 %" if param.type == "percent" else f"in {param.unit}"
    if math.isfinite(param.low):
        schema["minimum"] = param.low
    if math.isfinite(param.high):
        schema["maximum"] = param.high
    return {**schema, "default": param.default}
