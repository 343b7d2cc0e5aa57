from __future__ import annotations

from itertools import combinations

import pytest

from app.strategy import arrange
from app.strategy.document import Strategy
from app.strategy.templates import Template, all_templates

SIZE = (176.0, 92.0)


def boxes_overlap(one: arrange.Place, other: arrange.Place) -> bool:
    return abs(one[0] - other[0]) < SIZE[0] and abs(one[1] - other[1]) < SIZE[1]


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
def test_a_tidy_template_runs_from_left_to_right_and_nothing_overlaps(template: Template) -> None:
    strategy = template.strategy
    places = arrange.tidy(strategy, {block.id: SIZE for block in strategy.blocks})
    assert set(places) == {block.id for block in strategy.blocks}
    assert all(places[wire.source][0] + SIZE[0] < places[wire.target][0] for wire in strategy.wires)
    assert not any(boxes_overlap(a, b) for a, b in combinations(places.values(), 2))


def test_the_same_drawing_gets_the_same_places_whatever_its_layout() -> None:
    strategy = all_templates()[0].strategy
    assert arrange.tidy(strategy, {}) == arrange.tidy(strategy, {})


def test_an_empty_strategy_is_tidy() -> None:
    assert arrange.tidy(Strategy("Empty"), {}) == {}


PLACES = {"a": (0.0, 0.0), "b": (100.0, 40.0), "c": (400.0, 20.0)}
SIZES = {"a": (100.0, 20.0), "b": (100.0, 40.0), "c": (100.0, 60.0)}


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ("left", [(0, 0), (0, 40), (0, 20)]),
        ("right", [(400, 0), (400, 40), (400, 20)]),
        ("top", [(0, 0), (100, 0), (400, 0)]),
        ("bottom", [(0, 60), (100, 40), (400, 20)]),
        ("middle", [(0, 30), (100, 20), (400, 10)]),
        ("centre", [(650 / 3 - 50, 0), (650 / 3 - 50, 40), (650 / 3 - 50, 20)]),
    ],
)
def test_aligning_puts_one_edge_in_line(edge: arrange.Edge, expected: list[arrange.Place]) -> None:
    assert list(arrange.align(PLACES, SIZES, edge).values()) == expected


def test_spreading_keeps_the_ends_and_makes_the_gaps_equal() -> None:
    assert arrange.distribute(PLACES, SIZES, "x") == {"a": (0, 0), "b": (200, 40), "c": (400, 20)}
    assert arrange.distribute({"a": (0, 0), "b": (9, 9)}, SIZES, "x") == {"a": (0, 0), "b": (9, 9)}
