"""The shape of a document: plain values into a Strategy, and sentences about what does not fit.

Imported only when a document is read, because pydantic takes its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from app.blocks import catalog
from app.market.timeframe import Timeframe
from app.strategy import limits
from app.strategy.block_params import settled
from app.strategy.document import Block, Strategy, Wire
from app.strategy.document_models import BlockModel, DocumentModel, PlaceModel, WireModel, fields, flaws
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
        )

    def _list(self, document: Mapping[str, Any], field: str, limit: int) -> list[Any]:
        value = document.get(field)
        if not isinstance(value, list):
            return []
        if len(value) > limit:
            self.problems.append(too_many(field, len(value), limit))
            self.unreadable.update(_ids(value))
        return value[:limit]

    def _blocks(self, items: list[Any]) -> Iterator[Block]:
        for place, item in enumerate(items, 1):
            block_id = next(_ids([item]), None)
            where = f"Block {place}" if block_id is None else f"Block {place} ({quoted(block_id)})"
            self._check(BlockModel, item, where, block_id or "")
            if block_id is not None and isinstance(item.get("kind"), str):
                params = item.get("params")
                yield _settled(Block(block_id, item["kind"], params if isinstance(params, dict) else {}))
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
                yield block_id, (float(place[0]) + 0.0, float(place[1]) + 0.0)
            else:
                text = f"The position of {quoted(block_id)} must be two numbers in square brackets, such as [120, 80]."
                self._add("bad_place", text, block_id)

    def _timeframe(self, text: object) -> Timeframe:
        if isinstance(text, str):
            try:
                return Timeframe.parse(text)
            except ValueError as error:
                self._add("bad_timeframe", str(error))
        return Strategy.timeframe

    def _check(self, model: type[BaseModel], value: object, where: str, block_id: str = "") -> None:
        """Add a problem for each way in which `value` differs from `model`."""
        for kind, field in flaws(model, value):
            subject = f"{where}: {quoted(field)}" if field else where
            if kind == "missing":
                self._add("missing_field", f"{subject} is missing.", block_id)
            elif kind == "extra_forbidden":
                hint = self._nearest.hint(model.__name__, field, fields(model))
                self._add("unknown_field", f"{subject} does not belong here.{hint}", block_id)
            else:
                self._add("wrong_type", f"{subject} {_EXPECTED.get(kind, 'has the wrong form')}.", block_id)

    def _add(self, code: str, message: str, block_id: str = "") -> None:
        self.problems.append(Problem(code, message, block_id if limits.is_block_id(block_id) else ""))


def _text(document: Mapping[str, Any], field: str, otherwise: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else otherwise


def _ids(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            yield item["id"]


def _settled(block: Block) -> Block:
    """Return the block under its kind's present id, with every param."""
    kind = catalog.kind(block.kind)
    return Block(block.id, kind.id, settled(kind, block.params)) if kind else block
