"""Every problem is said, in its sentence and in its place, and only errors stop a run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.problems import DIP, ERRORS, NOTES, SHAPE, with_blocks, with_params, with_wires
from support.wired import drawing, placed

import app.strategy
from app.blocks import catalog
from app.errors import StrategyInvalid
from app.strategy import codec
from app.strategy.document import Block, Strategy
from app.strategy.problem import Problem
from app.strategy.validate import require_valid, validate


def test_a_sound_drawing_has_no_problems() -> None:
    assert validate(DIP) == ()
    require_valid(DIP)


@pytest.mark.parametrize(("code", "make", "sentence"), ERRORS)
def test_an_error_is_said_and_stops_a_run(code: str, make: Callable[[], Strategy], sentence: str) -> None:
    problems = validate(make())
    assert ("error", code, sentence) in [(each.severity, each.code, each.message) for each in problems]
    with pytest.raises(StrategyInvalid) as caught:
        require_valid(make())
    assert all(problem.severity == "error" for problem in caught.value.problems)


@pytest.mark.parametrize(("code", "make", "sentence"), NOTES)
def test_a_note_is_said_and_stops_nothing(code: str, make: Callable[[], Strategy], sentence: str) -> None:
    problems = validate(make())
    assert ("note", code, sentence) in [(each.severity, each.code, each.message) for each in problems]
    require_valid(make())


@pytest.mark.parametrize(("code", "data", "sentence"), SHAPE)
def test_a_file_that_is_no_drawing_is_refused_in_a_sentence(code: str, data: str | bytes, sentence: str) -> None:
    with pytest.raises(StrategyInvalid) as caught:
        codec.read(data)
    assert (code, sentence) in [(each.code, each.message) for each in caught.value.problems]


def test_every_code_has_its_example() -> None:
    pattern = re.compile(r'(?:Problem|refuse|_add)\(\s*f?"([a-z_{}]+)"|^\s+\("(bad_[a-z]+)", "', re.MULTILINE)
    sources = [path.read_text() for path in Path(app.strategy.__path__[0]).glob("*.py")]
    said = {first or second for text in sources for first, second in pattern.findall(text)}
    shown = {code for code, _, _ in [*ERRORS, *NOTES]} | {code for code, _, _ in SHAPE}
    assert said - {"too_many_{what}"} <= shown, said - shown
    assert len(said) > 35


def test_all_problems_come_at_once_in_a_stable_order() -> None:
    broken = replace(
        with_wires("rsi_2.value > less_1.right"),
        name="",
        blocks=(*with_params(period=1).blocks, Block("x", "rsl"), placed("stop_loss_2", {}), placed("all_of_1", {})),
    )
    codes = [problem.code for problem in validate(broken)]
    assert codes == ["bad_name", "bad_param", "unknown_kind", "unknown_block", "repeated_risk_block"]
    assert validate(broken) == validate(broken)


def test_a_problem_says_where_it_is() -> None:
    where = {problem.code: (problem.block_id, problem.port) for problem in validate(with_params(period=1))}
    assert where == {"bad_param": ("rsi_1", "period")}
    found = validate(drawing("less_1.signal > enter_long_1.when", also=("stop_loss_1",)))
    assert [(problem.block_id, problem.port) for problem in found] == [("less_1", "left")]


def test_any_number_of_wires_may_end_at_an_input_for_many() -> None:
    strategy = drawing(
        "rising_1.signal > all_of_1.inputs",
        "falling_1.signal > all_of_1.inputs",
        "close_1.value > rising_1.source",
        "close_1.value > falling_1.source",
        "all_of_1.signal > enter_long_1.when",
        also=("stop_loss_1",),
    )
    assert validate(strategy) == ()


def test_the_opposite_entry_is_a_way_out() -> None:
    both = drawing(
        "rsi_1.value > less_1.left",
        "rsi_1.value > greater_1.left",
        "less_1.signal > enter_long_1.when",
        "greater_1.signal > enter_short_1.when",
    )
    assert validate(both) == ()


def test_a_trailing_stop_is_stop_enough_to_size_by_risk() -> None:
    strategy = drawing(
        *("rsi_1.value > less_1.left", "less_1.signal > enter_long_1.when"),
        also=("position_size_1", "trailing_stop_1"),
        params={"position_size_1": {"mode": "risk_percent"}},
    )
    assert validate(strategy) == ()


@pytest.mark.parametrize(
    ("word", "kind"),
    [("RSI", "rsi"), ("and", "all_of"), ("moving average convergence divergence", "macd"), ("enter_lng", "enter_long")],
)
def test_a_block_is_found_by_its_title_and_by_what_people_call_it(word: str, kind: str) -> None:
    problems = validate(with_blocks(Block("x", word)))
    assert problems[0].message == f"There is no block called '{word}'. Did you mean '{kind}'?"


def test_a_name_like_nothing_gets_no_suggestion() -> None:
    assert validate(with_blocks(Block("x", "qqqqqqq")))[0].message == "There is no block called 'qqqqqqq'."


@pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)
def test_every_kind_alone_on_the_canvas_is_calm(kind: Any) -> None:
    lonely = drawing(also=(f"{kind.id}_1",))
    assert {problem.severity for problem in validate(lonely)} == {"note"}


def test_what_is_wrong_in_a_part_that_leads_nowhere_is_a_note_unless_a_setting_is_wrong() -> None:
    unfinished = with_blocks(placed("all_of_1", {}), placed("crosses_1", {}))
    assert {problem.severity for problem in validate(unfinished)} == {"note"}
    wrong = with_blocks(Block("ema_1", "ema", {"period": 0}))
    assert [problem.code for problem in validate(wrong) if problem.severity == "error"] == ["bad_param"]


def test_problems_are_values() -> None:
    assert validate(drawing()) == (
        Problem(
            "nothing_enters",
            "Nothing happens yet: place a block 'Enter long' or 'Enter short' and connect a condition to it.",
            severity="note",
        ),
    )
