"""What the documentation shows is what the app does."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.strategy import codec, validate
from app.terminal import arguments
from app.terminal.arguments import UsageError

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def examples(page: Path, language: str) -> list[str]:
    """Return the text of all blocks of code in this language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def example_kind(code: str) -> BlockKind:
    """Return the definition made by code that stands in a page."""
    names: dict[str, object] = {}
    exec(compile(code, "page", "exec"), names)
    kind = names["KIND"]
    assert isinstance(kind, BlockKind)
    return kind


def test_the_strategy_file_on_the_page_runs() -> None:
    (text,) = examples(ROOT / "docs/strategy-format.md", "json")
    strategy = codec.read(text)
    assert validate.validate(strategy) == ()


def test_the_block_on_the_page_passes_the_suite_of_all_blocks_with_its_one_line(tmp_path: Path) -> None:
    (code,) = examples(ROOT / "docs/adding-a-block.md", "python")
    kind = example_kind(code)
    for name in ("app", "tests/blocks", "tests/support", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / f"app/blocks/indicators/{kind.id}.py").write_text(code)
    listed = tmp_path / "app/blocks/catalog.py"
    text = listed.read_text().replace("    roc,\n", f"    roc,\n    {kind.id},\n")
    listed.write_text(text.replace("    roc.KIND,\n", f"    roc.KIND,\n    {kind.id}.KIND,\n"))
    typed = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/blocks", "-k", kind.id, "--tb=short")
    done = subprocess.run(typed, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(".") > 20


def test_the_block_in_the_readme_is_the_one_in_the_app() -> None:
    (code,) = examples(ROOT / "README.md", "python")
    assert code == (ROOT / "app/blocks/indicators/roc.py").read_text()


def test_the_output_in_the_readme_is_what_a_first_start_shows(tmp_path: Path) -> None:
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "XDG_CACHE_HOME": str(tmp_path)}
    shown = subprocess.check_output([sys.executable, "-m", "app"], cwd=ROOT, env=environment, encoding="utf-8")
    (text,) = examples(ROOT / "README.md", "text")
    lines = text.splitlines()
    assert lines.pop() == "…"
    assert [line.rstrip() for line in shown.splitlines()][: len(lines)] == lines, "see packaging/renew_readme.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def commands(page: Path) -> list[str]:
    """Return every command of the app that a page tells to type, outlines with brackets left out."""
    text = page.read_text()
    lines = re.findall(r"(?m)^ {4}(?:\./run|blockbuilders) (.*)$", text)
    lines += re.findall(r"`(?:\./run|blockbuilders) ([^`]+)`", text)
    return [line for line in lines if "[" not in line and line != "COMMAND"]


def refusal(command: str) -> str:
    """Return what is said against a command, nothing where it would be carried out."""
    try:
        arguments.parse(shlex.split(command.split(" > ")[0], comments=True))
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_are_understood_as_they_are_written(page: Path) -> None:
    # A text may name a command alone, such as `explain`, without the strategy.
    refused = {command: refusal(command) for command in commands(page)}
    assert [sentence for sentence in refused.values() if sentence and " is missing. " not in sentence] == []


def test_every_metric_and_count_has_its_line_in_the_docs() -> None:
    text = (ROOT / "docs/metrics.md").read_text()
    rules = (ROOT / "docs/backtest-semantics.md").read_text()
    names = re.findall(r"`([a-z_]+)`", rules[rules.index("24. Metrics") :].split("\n")[0])
    assert len(names) > 25
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_field_of_a_definition_is_explained() -> None:
    text = (ROOT / "docs/adding-a-block.md").read_text()
    table = text[text.index("## What the definition says") :].partition("\n## ")[0]
    assert [field.name for field in fields(BlockKind) if f"`{field.name}`" not in table] == []


def test_every_group_of_blocks_is_named_where_adding_one_is_explained() -> None:
    text = (ROOT / "docs/adding-a-block.md").read_text()
    assert [kind.group for kind in catalog.KINDS if kind.group not in text] == []


def test_every_door_of_the_contracts_stands_in_the_architecture_page() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    text = (ROOT / "docs/architecture.md").read_text()
    one_door = [contract for contract in contracts if contract["name"].endswith(" has one door")]
    doors = [door for contract in one_door for door in contract["allowed_importers"]]
    paths = [door.replace(".", "/") for door in doors]
    assert len(doors) > 5
    assert [path for path in paths if f"`{path}.py`" not in text and f"`{path}/`" not in text] == []


def test_the_rooms_stand_in_the_order_of_their_contract() -> None:
    (contract, *_) = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = [layer for layer in contract["layers"] if (ROOT / "app" / layer).is_dir()]
    (arrows,) = examples(ROOT / "docs/architecture.md", "")[:1]
    assert arrows.strip() == " → ".join(["desktop", *rooms])
    table = re.findall(r"(?m)^\| `app/([a-z]+)/`", (ROOT / "README.md").read_text())
    assert table == list(reversed(rooms))
    beside = {path.name for path in (ROOT / "app").glob("[a-z]*.py")}
    text = (ROOT / "docs/architecture.md").read_text()
    assert {name for name in beside if f"`app/{name}`" not in text} == set()
