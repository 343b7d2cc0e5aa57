"""Indicators with a scale of their own: their lines, and the levels they are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from app.blocks import catalog
from app.blocks.kind import BlockKind, Output
from app.engine.result import BacktestResult
from app.market.candles import FloatSeries
from app.strategy.document import Block, Strategy

_AS_BARS = ("histogram",)


@dataclass(frozen=True, eq=False)
class PaneLine:
    """An output in a pane; `bars` are drawn from zero in the place of a line."""

    name: str
    values: FloatSeries
    bars: bool


@dataclass(frozen=True, eq=False)
class PaneView:
    """What the pane of a block shows. `low` and `high` are the ends of its scale where it has any."""

    block_id: str
    title: str
    lines: tuple[PaneLine, ...]
    levels: tuple[float, ...]
    low: float | None
    high: float | None


def panes(result: BacktestResult) -> tuple[PaneView, ...]:
    """Return a pane for each block of the drawing whose values do not share the price's scale."""
    found = []
    for block in result.strategy.blocks:
        kind = catalog.kind(block.kind)
        if kind is None:
            continue
        ports = [port for port in kind.outputs if port.chart == "own pane" and (block.id, port.name) in result.values]
        if ports:
            found.append(_pane(result, block, kind, ports))
    return tuple(found)


def _pane(result: BacktestResult, block: Block, kind: BlockKind, ports: list[Output]) -> PaneView:
    title = titled(block, kind)
    lines = tuple(
        PaneLine(
            port.name.replace("_", " ") if len(ports) > 1 else "",
            result.values[block.id, port.name],
            port.name in _AS_BARS or kind.id == "volume",
        )
        for port in ports
    )
    # Bounds are the scale only where every line has both.
    bounded = all(port.low is not None and port.high is not None for port in ports)
    low = min(port.low for port in ports if port.low is not None) if bounded else None
    high = max(port.high for port in ports if port.high is not None) if bounded else None
    return PaneView(block.id, title, lines, levels(result.strategy, block.id), low, high)


def titled(block: Block, kind: BlockKind) -> str:
    """Return the title of a block with its whole numbers: `EMA 200`, `MACD 12 26 9`."""
    numbers = [str(block.params.get(param.name, param.default)) for param in kind.params if param.type == "whole"]
    return " ".join([kind.title, *numbers])


def levels(strategy: Strategy, block_id: str) -> tuple[float, ...]:
    """Return the numbers that outputs of a block are compared with, each once, from the lowest."""
    found = set()
    for wire in strategy.wires:
        target = strategy.block(wire.target) if wire.source == block_id else None
        kind = catalog.kind(target.kind) if target else None
        if target is None or kind is None or kind.group != "Comparison":
            continue
        for port in kind.inputs:
            if port.name != wire.input and port.type != "signal":
                number = _number(strategy, target, kind, port.name)
                if number is not None:
                    found.add(number)
    return tuple(sorted(found))


def _number(strategy: Strategy, block: Block, kind: BlockKind, name: str) -> float | None:
    """Return what an input is when that never changes: typed on the block, or a number block on its wire."""
    wire = next((one for one in strategy.wires if (one.target, one.input) == (block.id, name)), None)
    if wire is not None:
        source = strategy.block(wire.source)
        constant = source is not None and source.kind == "constant"
        return float(source.params["value"]) if constant and source else None
    port = kind.input(name)
    param = kind.param(port.param) if port else None
    return float(block.params.get(param.name, param.default)) if param else None
