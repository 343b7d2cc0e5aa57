"""The points through which wires are led. The old strategy in, the new one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.strategy import limits
from app.strategy.document import Place, Strategy, Wire
from app.strategy.edits import EditRefused, changed, fitted, with_sheets
from app.strategy.wording import quoted


def add_point(strategy: Strategy, wire: Wire, at: Place, position: int) -> Strategy:
    """Return the strategy with a wire led through one more point, before the one that has this position now."""
    if wire not in strategy.wires:
        raise EditRefused(f"There is no wire from {quoted(wire.source)} to {quoted(wire.target)}.")
    points = list(strategy.reroutes.get(wire, ()))
    points.insert(position, at)
    return lead(strategy, {wire: tuple(points)})


def lead(strategy: Strategy, reroutes: Mapping[Wire, tuple[Place, ...]]) -> Strategy:
    """Return the strategy with these wires led through other points, or straight where there are none."""
    for points in reroutes.values():
        if len(points) > limits.MAX_POINTS:
            raise EditRefused(f"A wire can be led through {limits.MAX_POINTS} points, not more.")
    joined = {wire: points for wire, points in {**strategy.reroutes, **reroutes}.items() if points}
    after = changed(fitted(strategy), reroutes=joined)
    return with_sheets(after, after.frames, after.notes) if joined != strategy.reroutes else strategy


def remove_points(strategy: Strategy, points: Iterable[tuple[Wire, int]]) -> Strategy:
    """Return the strategy without these points of wires."""
    gone = frozenset(points)
    reroutes = {
        wire: tuple(at for number, at in enumerate(all_) if (wire, number) not in gone)
        for wire, all_ in strategy.reroutes.items()
    }
    return changed(strategy, reroutes={wire: left for wire, left in reroutes.items() if left})
