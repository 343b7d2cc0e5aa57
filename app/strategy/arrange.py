"""Where blocks stand: tidied into columns, aligned, spread evenly. Positions only, never logic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from app.strategy.document import Strategy, Wire
from app.strategy.graph import ORDER_ROLES, depths, role_of

Place = tuple[float, float]
Size = tuple[float, float]
Edge = Literal["left", "right", "top", "bottom", "centre", "middle"]

COLUMN_GAP = 64.0
ROW_GAP = 32.0
_USUAL: Size = (176.0, 92.0)
_ROUNDS = 7
# Risk blocks stand below one another at least this far down before they begin a column of their own.
_LEAST_HEIGHT = 320.0


def tidy(strategy: Strategy, sizes: Mapping[str, Size], origin: Place = (40.0, 40.0)) -> dict[str, Place]:
    """Return a place for every block: wires run from left to right, users beside what feeds them, risk with the orders.

    `sizes` are widths and heights as drawn. The same drawing always gets the same places.
    """
    ids = [block.id for block in strategy.blocks]
    column_of = _columns(ids, strategy.wires)
    loose = [block.id for block in strategy.blocks if block.id not in _wired(strategy.wires)]
    columns: dict[int, list[str]] = {}
    for block_id in ids:
        if block_id not in loose:
            columns.setdefault(column_of[block_id], []).append(block_id)
    roles = {block.id: role_of(block) for block in strategy.blocks}
    for names in columns.values():
        names.sort(key=lambda name: ORDER_ROLES.index(roles[name]) if roles[name] in ORDER_ROLES else -1)
    _order(columns, strategy.wires, frozenset(name for name in ids if roles[name] in ORDER_ROLES))
    places = _stacked(columns, strategy.wires, sizes, origin)
    risks = [name for name in loose if places and roles[name] and roles[name] not in ORDER_ROLES]
    places |= _under_orders(risks, places, sizes)
    foot = max((_foot(name, places, sizes) for name in places), default=origin[1])
    others = sorted((name for name in loose if name not in places), key=lambda name: bool(roles[name]))
    return {**places, **_row_of(others, sizes, (origin[0], foot))}


def align(places: Mapping[str, Place], sizes: Mapping[str, Size], edge: Edge) -> dict[str, Place]:
    """Return the places with one edge, or the centre line, of all blocks in line."""
    if edge in ("left", "right", "centre"):
        share = {"left": 0.0, "centre": 0.5, "right": 1.0}[edge]
        lines = [x + share * sizes[name][0] for name, (x, _) in places.items()]
        line = {"left": min(lines), "right": max(lines), "centre": sum(lines) / len(lines)}[edge]
        return {name: (line - share * sizes[name][0], y) for name, (_, y) in places.items()}
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[edge]
    lines = [y + share * sizes[name][1] for name, (_, y) in places.items()]
    line = {"top": min(lines), "bottom": max(lines), "middle": sum(lines) / len(lines)}[edge]
    return {name: (x, line - share * sizes[name][1]) for name, (x, _) in places.items()}


def distribute(places: Mapping[str, Place], sizes: Mapping[str, Size], along: Literal["x", "y"]) -> dict[str, Place]:
    """Return the places with equal gaps between the blocks; the first and the last stay."""
    axis = 0 if along == "x" else 1
    order = sorted(places, key=lambda name: places[name][axis])
    if len(order) < 3:
        return dict(places)
    start = places[order[0]][axis]
    end = places[order[-1]][axis] + sizes[order[-1]][axis]
    gap = (end - start - sum(sizes[name][axis] for name in order)) / (len(order) - 1)
    result, at = dict(places), start
    for name in order:
        x, y = places[name]
        result[name] = (at, y) if axis == 0 else (x, at)
        at += sizes[name][axis] + gap
    return {**result, order[-1]: places[order[-1]]}


def _wired(wires: Collection[Wire]) -> frozenset[str]:
    return frozenset(name for wire in wires for name in (wire.source, wire.target))


def _columns(ids: list[str], wires: Collection[Wire]) -> dict[str, int]:
    """Return the column of each block: as far right as its users let it, so that wires stay short."""
    back = [Wire(wire.target, "", wire.source, "") for wire in wires]
    from_end = depths(ids, back)
    last = max(from_end.values(), default=0)
    return {name: last - from_end.get(name, 0) for name in ids}


def _order(columns: dict[int, list[str]], wires: Collection[Wire], still: frozenset[str]) -> None:
    """Sort each column by the middle of its neighbours, there and back, which takes out most crossings.

    Columns with a block of `still` keep their order: entries stand above exits.
    """
    users: dict[str, list[str]] = {}
    sources: dict[str, list[str]] = {}
    for wire in wires:
        users.setdefault(wire.source, []).append(wire.target)
        sources.setdefault(wire.target, []).append(wire.source)
    for turn in range(_ROUNDS):
        rank = {name: (at + 0.5) / len(names) for names in columns.values() for at, name in enumerate(names)}
        near = users if turn % 2 == 0 else sources
        for number in sorted(columns, reverse=turn % 2 == 0):
            if still & set(columns[number]):
                continue
            columns[number].sort(key=lambda name: _mean([rank[other] for other in near.get(name, [name])]))
            for at, name in enumerate(columns[number]):
                rank[name] = (at + 0.5) / len(columns[number])


def _stacked(
    columns: Mapping[int, list[str]], wires: Collection[Wire], sizes: Mapping[str, Size], origin: Place
) -> dict[str, Place]:
    """Return places column by column from the right, each block as near as it can be to the height of its users."""
    users: dict[str, list[str]] = {}
    for wire in wires:
        users.setdefault(wire.source, []).append(wire.target)
    tops: dict[str, float] = {}
    for number in sorted(columns, reverse=True):
        at = 0.0
        wanted = {name: _wish(name, users, tops, sizes) for name in columns[number]}
        for name in columns[number]:
            top = max(at, wanted[name])
            tops[name] = top
            at = top + sizes.get(name, _USUAL)[1] + ROW_GAP
    width = max((sizes.get(name, _USUAL)[0] for name in tops), default=0.0)
    x_of = {number: origin[0] + at * (width + COLUMN_GAP) for at, number in enumerate(sorted(columns))}
    return {name: (x_of[number], _round(origin[1] + tops[name])) for number in columns for name in columns[number]}


def _wish(name: str, users: Mapping[str, list[str]], tops: Mapping[str, float], sizes: Mapping[str, Size]) -> float:
    near = [tops[user] + sizes.get(user, _USUAL)[1] / 2 for user in users.get(name, []) if user in tops]
    return _mean(near) - sizes.get(name, _USUAL)[1] / 2 if near else 0.0


def _under_orders(ids: list[str], there: Mapping[str, Place], sizes: Mapping[str, Size]) -> dict[str, Place]:
    """Return places for risk blocks, which no wire reaches: in the last column, where orders stand, then beside it.

    No wire passes there, and the drawing stays about as high as it is.
    """
    if not ids:
        return {}
    top, x = min(y for _, y in there.values()), max(x for x, _ in there.values())
    floor = max(top + _LEAST_HEIGHT, *(_foot(name, there, sizes) for name in there)) - ROW_GAP
    width = max(sizes.get(name, _USUAL)[0] for name in [*there, *ids])
    y = max(_foot(name, there, sizes) for name in there if there[name][0] == x)
    places: dict[str, Place] = {}
    for name in ids:
        height = sizes.get(name, _USUAL)[1]
        if y > top and y + height > floor:
            x, y = x + width + COLUMN_GAP, top
        places[name] = (x, y)
        y += height + ROW_GAP
    return places


def _foot(name: str, places: Mapping[str, Place], sizes: Mapping[str, Size]) -> float:
    """Return where the next block below may begin."""
    return places[name][1] + sizes.get(name, _USUAL)[1] + ROW_GAP


def _row_of(ids: list[str], sizes: Mapping[str, Size], start: Place) -> dict[str, Place]:
    """Return places side by side."""
    places, x = {}, start[0]
    for name in ids:
        places[name] = (x, start[1])
        x += sizes.get(name, _USUAL)[0] + COLUMN_GAP
    return places


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _round(value: float) -> float:
    return float(round(value / 4) * 4)
