"""The drawing as a graph: who feeds whom. Nothing here recurses, so a long chain costs no stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.blocks import catalog
from app.blocks.kind import Role
from app.strategy.document import Block, Strategy, Wire

ORDER_ROLES: tuple[Role, ...] = ("enter_long", "exit_long", "enter_short", "exit_short")


def evaluation_order(strategy: Strategy) -> tuple[Block, ...]:
    """Return every block, inputs before users: by depth in the graph, then as listed in the document.

    Assumes that there is no cycle; blocks on one, and all they feed, are left out.
    """
    ids = [block.id for block in strategy.blocks]
    depth = depths(ids, strategy.wires)
    placed = [block for block in strategy.blocks if block.id in depth]
    return tuple(sorted(placed, key=lambda block: depth[block.id]))


def depths(ids: Iterable[str], wires: Iterable[Wire]) -> dict[str, int]:
    """Return for each id the length of the longest chain that ends in it; ids on or after a cycle are absent."""
    waiting = dict.fromkeys(ids, 0)
    users: dict[str, list[str]] = {name: [] for name in waiting}
    for wire in wires:
        if wire.source in waiting and wire.target in waiting:
            users[wire.source].append(wire.target)
            waiting[wire.target] += 1
    ready = [name for name, count in waiting.items() if not count]
    result = dict.fromkeys(ready, 0)
    for name in ready:
        for user in users[name]:
            waiting[user] -= 1
            if not waiting[user]:
                # The last of a block's sources to come up is the deepest: `ready` is in order of depth.
                result[user] = result[name] + 1
                ready.append(user)
    return result


def feeds_orders(strategy: Strategy) -> frozenset[str]:
    """Return the ids of the blocks with a path to an order, the orders included."""
    sources = sources_of(strategy.wires)
    found = {block.id: None for block in strategy.blocks if role_of(block) in ORDER_ROLES}
    ready = list(found)
    for name in ready:
        for source in sources.get(name, ()):
            if source not in found:
                found[source] = None
                ready.append(source)
    return frozenset(found) & {block.id for block in strategy.blocks}


def sources_of(wires: Iterable[Wire]) -> Mapping[str, list[str]]:
    """Return for each block id the ids that are wired into it, in the order of the wires."""
    result: dict[str, list[str]] = {}
    for wire in wires:
        result.setdefault(wire.target, []).append(wire.source)
    return result


def one_cycle(ids: Iterable[str], wires: Iterable[Wire]) -> tuple[str, ...]:
    """Return the ids along one cycle, each feeding the next and the last the first, or () when there is none.

    It starts with the one that comes first in `ids`.
    """
    wires = tuple(wires)
    names = list(ids)
    fine = depths(names, wires)
    stuck = {name: None for name in names if name not in fine}
    if not stuck:
        return ()
    # Every stuck block has a stuck source, so walking backwards from any of them must come round.
    sources = sources_of(wire for wire in wires if wire.source in stuck)
    path: dict[str, int] = {}
    name = next(iter(stuck))
    while name not in path:
        path[name] = len(path)
        name = sources[name][0]
    circle = list(path)[path[name] :][::-1]
    first = circle.index(min(circle, key=names.index))
    return tuple(circle[first:] + circle[:first])


def role_of(block: Block) -> str:
    """Return how the engine uses the block, "" for blocks that only compute and for unknown kinds."""
    kind = catalog.kind(block.kind)
    return kind.role if kind else ""


def settling_bars(strategy: Strategy) -> dict[str, int]:
    """Return for each block how many earlier bars it and the longest chain before it need to settle (rule 6).

    Assumes a drawing without flaws of structure.
    """
    sources = sources_of(strategy.wires)
    result: dict[str, int] = {}
    for block in evaluation_order(strategy):
        before = max((result[source] for source in sources.get(block.id, ())), default=0)
        kind = catalog.kind(block.kind)
        own = kind.settles(**block.params) - (-kind.settles_ms // strategy.timeframe.ms) if kind else 0
        result[block.id] = before + own
    return result
