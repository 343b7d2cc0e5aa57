"""The shape of a document: plain values into a Strategy, and sentences about what does not fit.

Imported only when a document is read, because pydantic takes its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from app.blocks import catalog
from app.market.timeframe import Timeframe
from app.strategy import limits
from app.strategy.block_params import settled
from app.strategy.document import Block, Frame, Note, Place, Strategy, Wire
from app.strategy.document_models import (
    BlockModel,
    DocumentModel,
    FrameModel,
    NoteModel,
    PlaceModel,
    RerouteModel,
    WireModel,
    fields,
    flaws,
)
from app.strategy.problem import Problem
from app.strategy.structure import too_many
from app.strategy.wording import Nearest, quoted

# Stands for the end of a wire that could not be read, so that nothing more is said about it.
UNREADABLE = ""

_EXPECTED = {
    "string_type": "must be text between quotes",
    "int_type": "must be a whole number",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be an object in curly brackets",
    "model_type": "must be an object in curly brackets",
    "bool_type": "must be true or false",
    "float_type": "must hold numbers",
    "too_short": "must be two numbers in square brackets",
    "too_long": "must be two numbers in square brackets",
}


class Reader:
    """Reads one document as far as possible; `problems` and `unreadable` tell what could not be read.

    `unreadable` holds the ids of blocks that are in the document without being in the strategy.
    """

    def __init__(self, nearest: Nearest) -> None:
        self.problems: list[Problem] = []
        self.unreadable: set[str] = {UNREADABLE}
        self._nearest = nearest

    def strategy(self, document: Mapping[str, Any]) -> Strategy:
        """Return the strategy in `document` with everything readable in it, and all params settled."""
        self._check(DocumentModel, document, "The file")
        layout = document.get("layout")
        return Strategy(
            name=_text(document, "name", "unnamed"),
            symbol=_text(document, "symbol", Strategy.symbol),
            exchange=_text(document, "exchange", Strategy.exchange),
            timeframe=self._timeframe(document.get("timeframe")),
            note=_text(document, "note", ""),
            blocks=tuple(self._blocks(self._list(document, "blocks", limits.MAX_BLOCKS))),
            wires=tuple(self._wires(self._list(document, "wires", limits.MAX_WIRES))),
            layout=dict(self._places(layout)) if isinstance(layout, dict) else {},
            frames=tuple(self._frames(self._list(document, "frames", limits.MAX_FRAMES))),
            notes=tuple(self._notes(self._list(document, "notes", limits.MAX_NOTES))),
            reroutes=dict(self._reroutes(self._list(document, "reroutes", limits.MAX_REROUTES))),
            dials=tuple(self._dials(self._list(document, "dials", limits.MAX_DIALS))),
        )

    def _list(self, document: Mapping[str, Any], field: str, limit: int) -> list[Any]:
        value = document.get(field)
        if not isinstance(value, list):
            return []
        if len(value) > limit:
            self.problems.append(too_many(field, len(value), limit))
            if field == "blocks":
                self.unreadable.update(_ids(value))
        return value[:limit]

    def _blocks(self, items: list[Any]) -> Iterator[Block]:
        for place, item in enumerate(items, 1):
            block_id = next(_ids([item]), None)
            where = f"Block {place}" if block_id is None else f"Block {place} ({quoted(block_id)})"
            self._check(BlockModel, item, where, block_id or "")
            if block_id is not None and isinstance(item.get("kind"), str):
                params = item.get("params")
                given = params if isinstance(params, dict) else {}
                marks = (item.get("muted") is True, item.get("collapsed") is True)
                yield _settled(Block(block_id, item["kind"], given, *marks))
            elif block_id is not None:
                self.unreadable.add(block_id)

    def _wires(self, items: list[Any]) -> Iterator[Wire]:
        for place, item in enumerate(items, 1):
            where = f"Wire {place}"
            self._check(WireModel, item, where)
            if isinstance(item, dict):
                yield Wire(*self._port(item.get("from"), where), *self._port(item.get("to"), where))

    def _port(self, text: object, where: str) -> tuple[str, str]:
        if isinstance(text, str):
            block_id, _, port = text.partition(".")
            if block_id and port:
                return block_id, port
            self._add("bad_wire", f"{where}: {quoted(text)} is not a block and its port, such as 'rsi_1.value'.")
        return UNREADABLE, ""

    def _places(self, layout: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, float]]]:
        for block_id, place in layout.items():
            if not flaws(PlaceModel, {"place": place}):
                yield block_id, _pair(place)
            else:
                text = f"The position of {quoted(block_id)} must be two numbers in square brackets, such as [120, 80]."
                self._add("bad_place", text, block_id)

    def _frames(self, items: list[Any]) -> Iterator[Frame]:
        for place, item in enumerate(items, 1):
            if self._check(FrameModel, item, f"Frame {place}"):
                look = (item.get("title", ""), item.get("color", "grey"))
                yield Frame(item["id"], *look, _pair(item["at"]), _pair(item["size"]))

    def _notes(self, items: list[Any]) -> Iterator[Note]:
        for place, item in enumerate(items, 1):
            if self._check(NoteModel, item, f"Note {place}"):
                look = (item["text"], item.get("color", "yellow"))
                yield Note(item["id"], *look, _pair(item["at"]), _pair(item["size"]))

    def _reroutes(self, items: list[Any]) -> Iterator[tuple[Wire, tuple[Place, ...]]]:
        seen: set[Wire] = set()
        for place, item in enumerate(items, 1):
            where = f"Reroute {place}"
            if not self._check(RerouteModel, item, where):
                continue
            wire = Wire(*self._port(item["from"], where), *self._port(item["to"], where))
            if wire in seen:
                self._add("duplicate_reroute", f"{where}: the same wire is led through points twice. Keep one of them.")
            seen.add(wire)
            if item["points"]:
                yield wire, tuple(_pair(point) for point in item["points"])

    def _dials(self, items: list[Any]) -> Iterator[tuple[str, str]]:
        for place, item in enumerate(items, 1):
            block_id, _, name = item.partition(".") if isinstance(item, str) else ("", "", "")
            if limits.is_block_id(block_id) and limits.is_block_id(name):
                yield block_id, name
            else:
                self._add("bad_dial", f"Dial {place} must be a block and its setting, such as 'rsi_1.period'.")

    def _timeframe(self, text: object) -> Timeframe:
        if isinstance(text, str):
            try:
                return Timeframe.parse(text)
            except ValueError as error:
                self._add("bad_timeframe", str(error))
        return Strategy.timeframe

    def _check(self, model: type[BaseModel], value: object, where: str, block_id: str = "") -> bool:
        """Add a problem for each way in which `value` differs from `model`; return whether there is none."""
        found = flaws(model, value)
        for kind, field in found:
            subject = f"{where}: {quoted(field)}" if field else where
            if kind == "missing":
                self._add("missing_field", f"{subject} is missing.", block_id)
            elif kind == "extra_forbidden":
                hint = self._nearest.hint(model.__name__, field, fields(model))
                self._add("unknown_field", f"{subject} does not belong here.{hint}", block_id)
            else:
                self._add("wrong_type", f"{subject} {_EXPECTED.get(kind, 'has the wrong form')}.", block_id)
        return not found

    def _add(self, code: str, message: str, block_id: str = "") -> None:
        self.problems.append(Problem(code, message, block_id if limits.is_block_id(block_id) else ""))


def _text(document: Mapping[str, Any], field: str, otherwise: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else otherwise


def _pair(value: list[float]) -> Place:
    return float(value[0]) + 0.0, float(value[1]) + 0.0


def _ids(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            yield item["id"]


def _settled(block: Block) -> Block:
    """Return the block under its kind's present id, with every param."""
    kind = catalog.kind(block.kind)
    return replace(block, kind=kind.id, params=settled(kind, block.params)) if kind else block
