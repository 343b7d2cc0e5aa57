"""Strategies from and to text."""

from __future__ import annotations

import json
from typing import Any

from app.blocks import catalog
from app.errors import StrategyInvalid
from app.strategy import json_text, structure, validate
from app.strategy.block_params import settled
from app.strategy.document import Block, Place, Strategy, Wire
from app.strategy.problem import Problem
from app.strategy.upgrades import FORMAT, upgraded
from app.strategy.wording import Nearest

_MOST_PROBLEMS = 1_000
_SELDOM = ("frames", "notes", "reroutes", "dials")


def read(data: bytes | str) -> Strategy:
    """Return the strategy in `data`, which may come from anybody: params left out at their defaults, kinds renamed.

    A drawing that is not finished (nothing connected yet, two stop losses) opens; `validate` tells what it lacks.
    Raises StrategyInvalid with everything that is wrong when the text is not a document or the document not a drawing.
    """
    # Here, because pydantic takes longer to import than most strategies to run.
    from app.strategy.shape import Reader

    document = json_text.plain_value(data)
    if not isinstance(document, dict):
        json_text.refuse("no_format", "This is not a Blockbuilders strategy: the file holds something else.")
    nearest = Nearest()
    reader = Reader(nearest)
    strategy = reader.strategy(upgraded(document))
    found = reader.problems + structure.flaws(strategy, frozenset(reader.unreadable), nearest)
    if found:
        found += validate.errors_of_meaning(strategy)
        raise StrategyInvalid(_first_of(found))
    return strategy


def write(strategy: Strategy) -> str:
    """Return the document as people read it: one line per block and wire, in the order of the strategy.

    Frames, notes, reroutes and dials are left out where there are none.
    """
    parts = {field: value for field, value in _document(strategy).items() if value or field not in _SELDOM}
    lines = []
    for field, value in parts.items():
        if isinstance(value, list) and value:
            text = "[\n" + ",\n".join(f"    {_json(item)}" for item in value) + "\n  ]"
        elif field == "layout" and value:
            text = "{\n" + ",\n".join(f"    {_json(key)}: {_json(place)}" for key, place in value.items()) + "\n  }"
        else:
            text = _json(value)
        lines.append(f"  {_json(field)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def canonical(strategy: Strategy) -> bytes:
    """Return the one form of the document that is hashed and stored: compact UTF-8 JSON with sorted keys.

    Blocks and wires keep their order, so that reading it gives an equal strategy.
    """
    return canonical_json(_document(strategy))


def canonical_json(value: object) -> bytes:
    """Return a plain value as compact UTF-8 JSON with sorted keys."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def _document(strategy: Strategy) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": strategy.name,
        "symbol": strategy.symbol,
        "exchange": strategy.exchange,
        "timeframe": str(strategy.timeframe),
        "note": strategy.note,
        "blocks": [_block(block) for block in strategy.blocks],
        "wires": [_ends(wire) for wire in strategy.wires],
        "layout": {block_id: _pair(place) for block_id, place in sorted(strategy.layout.items())},
        "frames": [
            {"id": each.id, "title": each.title, "color": each.color, "at": _pair(each.at), "size": _pair(each.size)}
            for each in strategy.frames
        ],
        "notes": [
            {"id": each.id, "text": each.text, "color": each.color, "at": _pair(each.at), "size": _pair(each.size)}
            for each in strategy.notes
        ],
        "reroutes": [
            {**_ends(wire), "points": [_pair(point) for point in points]}
            for wire, points in sorted(strategy.reroutes.items())
        ],
        "dials": [f"{block_id}.{name}" for block_id, name in strategy.dials],
    }


def logic_document(block: Block) -> dict[str, Any]:
    """Return what one block decides about: id, kind and every param in its one form."""
    kind = catalog.kind(block.kind)
    params = settled(kind, block.params) if kind else block.params
    return {"id": block.id, "kind": block.kind, "params": dict(sorted(params.items()))}


def _block(block: Block) -> dict[str, Any]:
    """Return one block as it stands in the document; it is said only of some that they are muted or collapsed."""
    marks = {"muted": block.muted, "collapsed": block.collapsed}
    return {**logic_document(block), **{name: True for name, on in marks.items() if on}}


def _ends(wire: Wire) -> dict[str, str]:
    return {"from": f"{wire.source}.{wire.output}", "to": f"{wire.target}.{wire.input}"}


def _pair(pair: Place) -> list[float]:
    # Adding zero makes 0.0 of -0.0, so that equal places have one form.
    return [float(at) + 0.0 for at in pair]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _first_of(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    left = len(problems) - _MOST_PROBLEMS
    more = "is one more problem" if left == 1 else f"are {left:,} more problems"
    return [*problems[:_MOST_PROBLEMS], Problem("more_problems", f"There {more} like these.")]
