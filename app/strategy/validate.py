"""Everything that is wrong with a drawing, or worth knowing about it, at once."""

from __future__ import annotations

from collections.abc import Iterator

from app.blocks import catalog
from app.blocks.kind import BlockKind, Input
from app.errors import StrategyInvalid
from app.strategy import layout_rules, limits, structure
from app.strategy.document import Block, Strategy
from app.strategy.graph import ORDER_ROLES, feeds_orders, role_of, settling_bars
from app.strategy.muting import without_muted
from app.strategy.problem import Problem, Severity
from app.strategy.wording import Names, quoted, title

_SINGLE_ROLES = ("position_size", "stop_loss", "take_profit", "trailing_stop", "time_exit", "cooldown")
_ENDS_ANY_POSITION = ("stop_loss", "take_profit", "trailing_stop", "time_exit")
_NEEDS = {"series": "a number", "signal": "true or false"}


def validate(strategy: Strategy) -> tuple[Problem, ...]:
    """Return all problems in a stable order: flaws of structure, what keeps it from running, then notes.

    Muted blocks must be drawn well; otherwise they are as if they were not there.
    """
    flaws = structure.flaws(strategy)
    return (*_errors(strategy, flaws), *([] if flaws else _notes(strategy)))


def require_valid(strategy: Strategy) -> None:
    """Raise StrategyInvalid, with every error, if the strategy cannot be run."""
    errors = _errors(strategy, structure.flaws(strategy))
    if errors:
        raise StrategyInvalid(errors)


def _errors(strategy: Strategy, flaws: list[Problem]) -> list[Problem]:
    active = without_muted(strategy)
    if not flaws and len(active.wires) > limits.MAX_WIRES:
        text = f"Around the muted blocks run more than {limits.MAX_WIRES:,} wires. Take some of these blocks out."
        return [Problem("too_many_wires", text)]
    return [*flaws, *errors_of_meaning(strategy), *([] if flaws else _too_much_history(active))]


def errors_of_meaning(strategy: Strategy) -> list[Problem]:
    """Return what keeps a drawing from running although it is drawn well; copes with one that is not."""
    strategy = without_muted(strategy)
    return [*_unconnected(strategy, feeds_orders(strategy), "error"), *_risk(strategy)]


def _notes(strategy: Strategy) -> Iterator[Problem]:
    yield from layout_rules.strays(strategy)
    strategy = without_muted(strategy)
    needed = feeds_orders(strategy)
    idle = frozenset(block.id for block in strategy.blocks) - needed
    nothing = nothing_enters(strategy)
    if nothing:
        yield nothing
    yield from _silent_orders(strategy, nothing.block_id if nothing else "")
    yield from _ways_out(strategy)
    yield from _unconnected(strategy, idle, "note")
    users = {wire.source for wire in strategy.wires}
    names = Names(strategy.blocks)
    for block in strategy.blocks:
        if block.id in idle and block.id not in users and not role_of(block):
            text = f"{names.of(block)} leads nowhere yet, so it changes nothing."
            yield Problem("leads_nowhere", text, block.id, severity="note")


def _unconnected(strategy: Strategy, ids: frozenset[str], severity: Severity) -> Iterator[Problem]:
    connected = {(wire.target, wire.input) for wire in strategy.wires}
    names = Names(strategy.blocks)
    for block in strategy.blocks:
        for port in must_connect(catalog.kind(block.kind)) if block.id in ids else ():
            if (block.id, port.name) not in connected:
                text = f"{names.of(block)}: connect {_NEEDS[port.type]} to {quoted(port.name)}."
                yield Problem("unconnected_input", text, block.id, port.name, severity)


def must_connect(kind: BlockKind | None) -> tuple[Input, ...]:
    """Return the inputs that have nothing to fall back on when no wire ends at them."""
    ports = kind.inputs if kind else ()
    return tuple(port for port in ports if not (port.optional or port.market or port.param))


def _risk(strategy: Strategy) -> Iterator[Problem]:
    first: dict[str, Block] = {}
    for block in strategy.blocks:
        role = role_of(block)
        if role in _SINGLE_ROLES and first.setdefault(role, block) is not block:  # rule 22
            text = (
                f"A strategy has at most one block {quoted(title(block))}: "
                f"remove {quoted(first[role].id)} or {quoted(block.id)}."
            )
            yield Problem("repeated_risk_block", text, block.id)
    size = first.get("position_size")
    if size and size.params.get("mode") == "risk_percent" and not {"stop_loss", "trailing_stop"} & first.keys():
        text = f"{title(size)} risks a share of the equity up to the stop, so it needs a stop loss or trailing stop."
        yield Problem("risk_needs_stop", text, size.id, "mode")  # rule 8


def _too_much_history(strategy: Strategy) -> Iterator[Problem]:
    settling = settling_bars(strategy)
    needed = feeds_orders(strategy) if max(settling.values(), default=0) > limits.MAX_SETTLING_BARS else ()
    for block_id, bars in settling.items():
        if bars > limits.MAX_SETTLING_BARS and block_id in needed:
            text = (
                f"{quoted(block_id)} and the blocks before it need {bars:,} earlier bars; "
                f"at most {limits.MAX_SETTLING_BARS:,} are possible. Use shorter periods or fewer blocks in a row."
            )
            yield Problem("too_much_history", text, block_id)
            return


def nothing_enters(strategy: Strategy) -> Problem | None:
    """Return the note that the strategy never opens a position, with what to do about it, or None."""
    strategy = without_muted(strategy)
    entries = [block for block in strategy.blocks if role_of(block) in ("enter_long", "enter_short")]
    connected = {wire.target for wire in strategy.wires}
    if any(block.id in connected for block in entries):
        return None
    if entries:
        text = f"Nothing happens yet: connect a condition to {Names(strategy.blocks).of(entries[0])}."
        return Problem("nothing_enters", text, entries[0].id, severity="note")
    titles = " or ".join(quoted(kind.title) for kind in catalog.KINDS if kind.role in ("enter_long", "enter_short"))
    text = f"Nothing happens yet: place a block {titles} and connect a condition to it."
    return Problem("nothing_enters", text, severity="note")


def _silent_orders(strategy: Strategy, besides: str) -> Iterator[Problem]:
    connected = {wire.target for wire in strategy.wires}
    names = Names(strategy.blocks)
    for block in strategy.blocks:
        if role_of(block) in ORDER_ROLES and block.id not in connected and block.id != besides:
            text = f"{names.of(block)} has no condition yet, so it never acts."
            yield Problem("order_unconnected", text, block.id, severity="note")


def _ways_out(strategy: Strategy) -> Iterator[Problem]:
    connected = {wire.target for wire in strategy.wires}
    orders = [block for block in strategy.blocks if block.id in connected]
    active = {role_of(block) for block in orders}
    protected = {role_of(block) for block in strategy.blocks} & set(_ENDS_ANY_POSITION)
    for side, other in (("long", "short"), ("short", "long")):
        if f"enter_{side}" in active and not protected and not active & {f"exit_{side}", f"enter_{other}"}:
            text = f"Nothing ends a {side} position: once opened, it is held to the end."
            yield Problem("no_exit", text, severity="note")
    if active & {"enter_long", "enter_short"}:
        for block in orders:
            side = role_of(block).removeprefix("exit_")
            if side in ("long", "short") and f"enter_{side}" not in active:
                text = f"{Names(strategy.blocks).of(block)} never acts, because nothing enters {side}."
                yield Problem("exit_without_entry", text, block.id, severity="note")
