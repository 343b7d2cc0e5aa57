"""The templates are sound, legible and tidy."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from app.errors import StrategyInvalid
from app.strategy import codec
from app.strategy.explain import explain
from app.strategy.graph import depths
from app.strategy.templates import Template, TemplateUnknown, all_templates, template
from app.strategy.upgrades import upgraded
from app.strategy.validate import validate

EXAMPLES = Path(__file__).parents[1] / "strategies"
WIDTH, HEIGHT = 200, 60
ids = [each.id for each in all_templates()]
every_template = pytest.mark.parametrize("each", all_templates(), ids=ids)


def test_the_ideas_people_know_by_name_are_there_and_the_baseline_comes_last() -> None:
    assert {
        "rsi_dip",
        "golden_cross",
        "macd_momentum",
        "bollinger_reversion",
        "bollinger_breakout",
        "donchian_breakout",
        "ema_pullback",
        "supertrend_follower",
        "volatility_stop_trend",
        "rsi_long_short",
    } <= set(ids)
    assert ids[-1] == "buy_and_hold"
    assert len(ids) == len(set(ids))


@every_template
def test_a_template_can_be_run_and_trades(each: Template) -> None:
    allowed = {"no_exit"} if each.id == "buy_and_hold" else set()
    assert {problem.code for problem in validate(each.strategy)} == allowed


@pytest.mark.parametrize("folder", sorted(EXAMPLES.iterdir()), ids=lambda folder: folder.name)
def test_an_example_reads_as_it_is_kept(folder: Path) -> None:
    """A folder holds the explanation of its `strategy.json`, or of the template of the same name."""
    file = folder / "strategy.json"
    strategy = codec.read(file.read_bytes()) if file.exists() else template(folder.name).strategy
    assert explain(strategy) == (folder / "explanation.txt").read_text("utf-8")


def test_every_template_has_its_explanation_kept() -> None:
    assert set(ids) <= {folder.name for folder in EXAMPLES.iterdir()}


@every_template
def test_idea_and_weakness_are_one_sentence_each(each: Template) -> None:
    for text in (each.idea, each.fails_when):
        assert text.endswith(".")
        assert ". " not in text
        assert 40 < len(text) < 160
    assert each.title == each.strategy.name


@every_template
def test_blocks_stand_left_to_right_without_overlap(each: Template) -> None:
    layout, blocks = each.strategy.layout, each.strategy.blocks
    assert set(layout) == {block.id for block in blocks}
    for one, other in combinations(layout.values(), 2):
        assert abs(one[0] - other[0]) >= WIDTH or abs(one[1] - other[1]) >= HEIGHT
    for wire in each.strategy.wires:
        assert layout[wire.source][0] < layout[wire.target][0]
    assert depths([block.id for block in blocks], each.strategy.wires).keys() == set(layout)


@every_template
def test_a_template_is_for_the_sample_market(each: Template) -> None:
    assert (each.strategy.symbol, each.strategy.exchange) == ("RIVER/USD", "sample")


@every_template
def test_the_file_says_every_setting_and_nothing_else(each: Template) -> None:
    path = Path(__file__).parents[2] / "resources" / "templates" / f"{each.id}.json"
    kept = json.loads(path.read_text("utf-8"))
    assert list(kept) == ["id", "title", "idea", "fails_when", "strategy"]
    assert upgraded(kept["strategy"]) == json.loads(codec.write(each.strategy))


def test_a_template_is_found_by_its_id() -> None:
    assert template("golden_cross").title == "Golden cross"


def test_an_unknown_template_comes_with_the_nearest_one() -> None:
    with pytest.raises(TemplateUnknown, match=r"There is no template called 'rsi-dip'\. Did you mean 'rsi_dip'\?"):
        template("rsi-dip")
    with pytest.raises(TemplateUnknown, match=r"There are .*buy_and_hold"):
        template("zzz")


def test_a_template_file_as_a_whole_is_not_a_strategy() -> None:
    text = next((Path(__file__).parents[2] / "resources" / "templates").glob("*.json")).read_text("utf-8")
    with pytest.raises(StrategyInvalid):
        codec.read(text)
