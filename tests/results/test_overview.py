"""The cards of a result."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.hand_made_run import METRICS, hand_made_run
from support.sample_results import TEMPLATES, template_result

from app.engine.completed import completed
from app.results.numbers import NONE, listed, moment, money, percent, price, span
from app.results.overview import overview, shown

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_every_metric_has_its_card_with_its_own_value(template_id: str) -> None:
    run = completed(template_result(template_id))
    cards = {card.name: card for card in overview(run)}
    assert cards.keys() - {"against_holding"} == run.metrics.keys()
    for name, value in run.metrics.items():
        assert cards[name].value == value
        assert (cards[name].text == NONE) == (value is None)
        assert "nan" not in cards[name].text


def test_what_cannot_be_computed_is_a_dash_and_has_no_tone() -> None:
    cards = overview(hand_made_run([1_000.0]))
    without = [card for card in cards if card.name != "total_return"]
    assert len(without) == len(METRICS)
    assert {(card.text, card.tone) for card in without} == {(NONE, "plain")}


def test_the_tone_is_that_of_the_sign_and_of_one_for_the_profit_factor() -> None:
    def tone(**metrics: float) -> str:
        (name,) = metrics
        return next(card.tone for card in overview(hand_made_run([1_000], metrics=metrics)) if card.name == name)

    assert [tone(total_return=value) for value in (0.1, 0.0, -0.1)] == ["good", "plain", "bad"]
    assert [tone(profit_factor=value) for value in (1.1, 1.0, 0.9)] == ["good", "plain", "bad"]
    assert [tone(average_r=0.01), tone(average_r=0.001), tone(average_r=-0.001)] == ["good", "plain", "plain"]
    assert tone(max_drawdown=-0.1) == "bad"
    assert [tone(trades=5), tone(exposure=0.4), tone(buy_and_hold_return=-0.3)] == ["plain"] * 3


def test_the_first_row_is_the_ten_of_the_result_page() -> None:
    key = [card.name for card in overview(hand_made_run([1_000])) if card.key]
    assert key == [
        *("total_return", "cagr", "max_drawdown", "trades", "win_rate", "profit_factor", "average_r", "sharpe"),
        *("exposure", "buy_and_hold_return", "against_holding"),
    ]


def test_every_formula_is_one_sentence() -> None:
    for card in overview(hand_made_run([1_000])):
        assert re.fullmatch(r"[A-Z][^.]*\.", card.formula), card.formula
        assert 20 < len(card.formula) < 160


def test_the_distance_from_holding_is_in_points_not_in_percent() -> None:
    card = next(card for card in overview(completed(template_result("rsi_dip"))) if card.name == "against_holding")
    assert card.value is not None
    assert card.text == f"{card.value * 100:+.1f} pp"
    assert shown("against_holding", None) == NONE


def test_numbers_are_written_as_people_read_them() -> None:
    assert (percent(0.1234, sign=True), percent(-0.5), percent(None)) == ("+12.3 %", "-50.0 %", NONE)
    assert (money(1234.5), money(2.5e12), money(3e20)) == ("1,234.50", "2.500 trillion", "3.000e+20")
    assert [price(value) for value in (43_210.5, 1.23456, 0.000012345, float("nan"), None)] == [
        *("43,210.50", "1.2346", "0.00001234"),
        *(NONE, NONE),
    ]
    assert (span(90_000), span(86_400_000), span(None)) == ("1.5 minutes", "1 day", NONE)
    assert (moment(1_704_067_200_000), moment(None)) == ("2024-01-01 00:00", NONE)
    assert (listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == ("a", "a and b", "a, b and c")


def test_every_code_of_a_finding_has_its_line_in_the_docs() -> None:
    sources = [path.read_text() for path in (ROOT / "app/results").glob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Finding\(\s*"([a-z_]+)"', text)}
    page = (ROOT / "docs/verdict.md").read_text()
    assert len(codes) > 20
    assert sorted(code for code in codes if f"`{code}`" not in page) == []
    assert sorted(set(re.findall(r"^\| `([a-z_]+)`", page, re.MULTILINE)) - codes) == []
