from __future__ import annotations

from itertools import combinations

import pytest

from app.strategy import arrange, edits
from app.strategy.document import Strategy
from app.strategy.templates import Template, all_templates, template

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


def test_risk_stands_with_the_orders_where_no_wire_passes_and_the_drawing_stays_low() -> None:
    strategy = template("rsi_dip").strategy
    for kind in ("take_profit", "trailing_stop", "cooldown", "time_exit"):
        strategy = edits.add_block(strategy, kind)
    places = arrange.tidy(strategy, {block.id: SIZE for block in strategy.blocks})
    risks = {"stop_loss_1", "take_profit_1", "trailing_stop_1", "cooldown_1", "time_exit_1"}
    assert {places[name][0] - places["enter_long_1"][0] for name in risks} == {0, 240, 480}
    assert not any(boxes_overlap(a, b) for a, b in combinations(places.values(), 2))
    others = [places[name][1] for name in places if name not in risks]
    assert max(places[name][1] for name in risks) <= max(*others, min(others) + 320)


def test_risk_alone_stands_side_by_side() -> None:
    strategy = edits.add_block(edits.add_block(Strategy("Risk"), "stop_loss"), "take_profit")
    assert arrange.tidy(strategy, {}) == {"stop_loss_1": (40.0, 40.0), "take_profit_1": (280.0, 40.0)}
