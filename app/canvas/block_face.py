"""What is on the face of a block and where: title, ports and values, in pixels from its top left corner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from app.blocks import catalog
from app.blocks.kind import BlockKind, Input, PortType
from app.blocks.params import Param, ParamValue
from app.strategy.document import Block
from app.strategy.wording import readable

WIDTH = 176.0
HEADER = 36.0
ROW = 24.0
FOOT = 8.0
STRIP = 28.0
# As near as ports can be when each has a tag with its value.
_CLOSE = 22.0
_MARGIN = 12.0
_LONGEST_BESIDE_A_VALUE = 9
_LONGEST_UNIT = 5

Side = Literal["input", "output"]


@dataclass(frozen=True)
class Socket:
    """A port as it stands on the face of a block; `hint` is what an unconnected input takes instead."""

    block_id: str
    name: str
    type: PortType
    side: Side
    x: float
    y: float
    many: bool = False
    hint: str = ""
    labelled: bool = True


@dataclass(frozen=True)
class Field:
    """A value that can be changed where it stands: the label left of `x`, the text in a box `width` wide."""

    param: Param
    value: ParamValue
    text: str
    x: float
    y: float
    width: float
    label: str = ""

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point on the face is within the box of the value."""
        return self.x <= x <= self.x + self.width and abs(y - self.y) <= ROW / 2


@dataclass(frozen=True)
class Face:
    """Everything that is drawn on one block, before it has a place or a colour."""

    title: str
    group: str
    role: str
    height: float
    sockets: tuple[Socket, ...] = ()
    fields: tuple[Field, ...] = ()
    width: float = field(default=WIDTH)
    collapsed: bool = False
    summary: str = ""

    def socket(self, side: Side, name: str) -> Socket | None:
        """Return the port with this name on one side, or None."""
        return next((each for each in self.sockets if each.side == side and each.name == name), None)


def face(block: Block, connected: Collection[str] = ()) -> Face:
    """Return the face of a block; `connected` are the names of its inputs at which a wire ends."""
    kind = catalog.kind(block.kind)
    if kind is None:
        return Face("Block", "", "", HEADER)
    if _fits_in_header(block, kind):
        return _header_only(block, kind)
    if block.collapsed:
        return _collapsed(block, kind, connected)
    rows = max(len(kind.inputs), len(kind.outputs) if len(kind.outputs) > 1 else 0)
    sockets = [*_inputs(block, kind, connected), *_outputs(block, kind)]
    fields = [_stand_in(block, kind, port, at) for at, port in _with_own_value(kind, connected)]
    for number, param in enumerate(shown_params(block, kind)):
        fields.append(_field(block, param, _row(rows + number), readable(param.name)))
    height = HEADER + ROW * (rows + len(shown_params(block, kind))) + FOOT
    return Face(kind.title, kind.group, kind.role, height, tuple(sockets), tuple(fields))


def shown_params(block: Block, kind: BlockKind) -> tuple[Param, ...]:
    """Return the params that have a meaning as the block is set, without those that stand in for an input."""
    stand_ins = {port.param for port in kind.inputs}
    return tuple(
        param
        for param in kind.params
        if param.name not in stand_ins and (param.when is None or block.params.get(param.when[0]) == param.when[1])
    )


def shown_value(param: Param, value: ParamValue) -> str:
    """Return a value as it stands on a block: with its unit, where that is short."""
    unit = param.unit if param.type in ("whole", "number") and len(param.unit) <= _LONGEST_UNIT else ""
    text = choice_text(str(value)) if param.type == "choice" else param.show(value)
    unit = "bar" if (unit, value) == ("bars", 1) else unit
    return f"{text} {unit}" if unit else text


def choice_text(option: str) -> str:
    """Return a choice as words: `risk_percent` is `risk percent`, `atr` is `ATR`."""
    return "ATR" if option == "atr" else readable(option)


def _fits_in_header(block: Block, kind: BlockKind) -> bool:
    if len(kind.outputs) > 1:
        return False
    if not kind.inputs:
        params = shown_params(block, kind)
        return not params or (len(params) == 1 and len(kind.title) <= _LONGEST_BESIDE_A_VALUE)
    return len(kind.inputs) == 1 and not kind.params and not kind.inputs[0].market


def _header_only(block: Block, kind: BlockKind) -> Face:
    middle = HEADER / 2
    sockets = [_input(block, port, middle, (), labelled=False) for port in kind.inputs]
    sockets += _outputs(block, kind)
    fields = [_field(block, param, middle, "") for param in shown_params(block, kind)]
    return Face(kind.title, kind.group, kind.role, HEADER, tuple(sockets), tuple(fields))


def foldable(block: Block) -> bool:
    """Return whether a block has more on its face than its title."""
    kind = catalog.kind(block.kind)
    return kind is not None and not _fits_in_header(block, kind)


def _collapsed(block: Block, kind: BlockKind, connected: Collection[str]) -> Face:
    """Return the title with all ports beside it, and the values that count in a few words."""
    most = max(len(kind.inputs), len(kind.outputs), 1)
    height = max(HEADER, _CLOSE * most)
    inputs = [
        _input(block, port, height * (at + 0.5) / len(kind.inputs), connected, labelled=False)
        for at, port in enumerate(kind.inputs)
    ]
    outputs = [
        Socket(block.id, port.name, port.type, "output", WIDTH, height * (at + 0.5) / len(kind.outputs), labelled=False)
        for at, port in enumerate(kind.outputs)
    ]
    own = [kind.param(port.param) for _, port in _with_own_value(kind, connected)]
    params = [param for param in (*own, *shown_params(block, kind)) if param]
    summary = ", ".join(param.show(block.params.get(param.name, param.default)) for param in params)
    return Face(
        kind.title,
        kind.group,
        kind.role,
        height,
        (*inputs, *outputs),
        collapsed=True,
        summary=summary.replace("_", " "),
    )


def _inputs(block: Block, kind: BlockKind, connected: Collection[str]) -> list[Socket]:
    return [_input(block, port, _row(number), connected) for number, port in enumerate(kind.inputs)]


def _input(block: Block, port: Input, y: float, connected: Collection[str], labelled: bool = True) -> Socket:
    hint = port.market if port.name not in connected else ""
    return Socket(block.id, port.name, port.type, "input", 0.0, y, port.many, hint, labelled)


def _outputs(block: Block, kind: BlockKind) -> list[Socket]:
    if len(kind.outputs) == 1:
        port = kind.outputs[0]
        return [Socket(block.id, port.name, port.type, "output", WIDTH, HEADER / 2, labelled=False)]
    return [
        Socket(block.id, port.name, port.type, "output", WIDTH, _row(number))
        for number, port in enumerate(kind.outputs)
    ]


def _with_own_value(kind: BlockKind, connected: Collection[str]) -> list[tuple[int, Input]]:
    return [(at, port) for at, port in enumerate(kind.inputs) if port.param and port.name not in connected]


def _stand_in(block: Block, kind: BlockKind, port: Input, at: int) -> Field:
    param = kind.param(port.param)
    assert param is not None  # every input that names a param has it
    return _field(block, param, _row(at), "")


def _field(block: Block, param: Param, y: float, label: str) -> Field:
    value = block.params.get(param.name, param.default)
    x = 56.0 if param.type == "choice" else 88.0
    return Field(param, value, shown_value(param, value), x, y, WIDTH - _MARGIN - x, label)


def _row(number: int) -> float:
    return HEADER + ROW * (number + 0.5) - 2
