"""What every block says at a bar, in a few characters, and why the order came or did not."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from app.blocks import catalog
from app.engine.result import BacktestResult
from app.engine.why import why
from app.strategy.document import Block


def values_at(result: BacktestResult, bar: int) -> dict[tuple[str, str], str]:
    """Return the value of every output at a bar, as text; a dash where it is unknown."""
    texts = {}
    for (block_id, output), values in result.values.items():
        value = values[bar]
        texts[block_id, output] = _signal(int(value)) if values.dtype.kind == "i" else number(float(value))
    return texts


def number(value: float) -> str:
    """Return a value in about six characters."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    digits = 0 if size >= 100_000 else 2 if size >= 10 or value == 0 else 4
    return f"{value:,.{digits}f}".replace("-", "−")


def _signal(value: int) -> str:
    return {1: _say("true"), 0: _say("false")}.get(value, "–")


def reason_at(result: BacktestResult, bar: int) -> tuple[str, str]:
    """Return a sentence about what decided at a bar, and the id of the block that failed first ("" without one)."""
    answer = why(result, bar)
    if answer is None:
        return "", ""
    order = _title(result.strategy.block(answer.order))
    if answer.came:
        return _say("%1: every condition is met.").replace("%1", order), ""
    if not answer.block_id:
        return _say("%1: nothing decides yet.").replace("%1", order), ""
    block = result.strategy.block(answer.block_id)
    text = _say("No %1: %2 is not true").replace("%1", f"“{order}”").replace("%2", f"“{_title(block)}”")
    sides = _sides(result, block, bar) if block else ""
    return f"{text}{f' ({sides})' if sides else ''}.", answer.block_id


def _title(block: Block | None) -> str:
    kind = catalog.kind(block.kind) if block else None
    return kind.title if kind else (block.id if block else "")


def _sides(result: BacktestResult, block: Block, bar: int) -> str:
    """Return what a comparison compared: `RSI 41.20, right 35`."""
    kind = catalog.kind(block.kind)
    parts = []
    for port in kind.inputs if kind else ():
        wire = next((w for w in result.strategy.wires if (w.target, w.input) == (block.id, port.name)), None)
        if port.type == "signal":
            continue
        if wire is not None and (values := result.values.get((wire.source, wire.output))) is not None:
            parts.append(f"{_title(result.strategy.block(wire.source))} {number(float(values[bar]))}")
        elif port.market:
            parts.append(f"{port.market} {number(float(getattr(result.bars, port.market)[bar]))}")
        elif port.param:
            parts.append(number(float(block.params[port.param])))
    return ", ".join(parts)


def _say(text: str) -> str:
    return QCoreApplication.translate("BarValues", text)
