"""Commands that say what there is: in a strategy, in a file, in the app."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from app.blocks.kind import BlockKind, Input, Output
from app.blocks.params import Param
from app.errors import StrategyInvalid
from app.results.numbers import count, moment, percent
from app.terminal import screen, sources
from app.terminal.screen import shown


def run_validate(name: str) -> int:
    """Say what is wrong with a strategy, or that nothing is."""
    from app.strategy.validate import validate
    from app.terminal.notes import notes

    strategy = sources.find_strategy(name)
    problems = validate(strategy)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise StrategyInvalid(errors)
    idle = any(problem.code == "nothing_enters" for problem in problems)
    screen.write(f"{shown(strategy.name)}: {'it does nothing yet' if idle else 'nothing is wrong with it'}.\n")
    for note in notes(problems):
        screen.write(f"Worth knowing: {shown(note)}\n")
    return 0


def run_explain(name: str) -> int:
    """Say what a strategy does."""
    from app.strategy.explain import explain
    from app.strategy.validate import require_valid

    strategy = sources.find_strategy(name)
    require_valid(strategy)
    for line in explain(strategy).splitlines():
        screen.write(f"{shown(line)}\n")
    return 0


def run_schema() -> int:
    """Print the JSON Schema of a strategy file."""
    from app.strategy.schema import schema_text

    screen.write(schema_text())
    return 0


def run_blocks(*, as_json: bool) -> int:
    """List every kind of block."""
    from app.blocks.catalog import KINDS

    if as_json:
        from app.export.run_json import json_text

        screen.write(json_text([_kind(kind) for kind in KINDS], indent=2) + "\n")
        return 0
    from rich.table import Table
    from rich.text import Text

    parts: list[Any] = []
    for group, kinds in groupby(KINDS, key=lambda kind: kind.group):
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, min_width=18, style="cyan")
        for kind in kinds:
            table.add_row(kind.id, Text(f"{kind.title}. {kind.about}"))
        parts += [Text(group, "bold"), table, Text()]
    screen.show(parts[:-1])
    return 0


def run_templates() -> int:
    """List every template with its idea and when that fails."""
    from rich.padding import Padding
    from rich.text import Text

    from app.strategy.templates import all_templates

    parts: list[Any] = []
    for template in all_templates():
        head = Text(template.id, "bold cyan")
        head.append(f"  {template.title}, {template.strategy.timeframe} bars", "default")
        parts += [head, Padding(Text(template.idea), (0, 0, 0, 2))]
        parts += [Padding(Text(f"Fails when: {template.fails_when}", "dim"), (0, 0, 1, 2))]
    parts.append(Text("To test one: blockbuilders backtest golden_cross"))
    parts.append(Text("To have one as a file: blockbuilders templates golden_cross > my.json"))
    screen.show(parts)
    return 0


def run_template(name: str) -> int:
    """Print a template as a strategy file."""
    from app.strategy import codec

    screen.write(codec.write(sources.find_template(name)))
    return 0


def run_inspect(file: Path) -> int:
    """Say what a file of candles holds and what it lacks."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    for name, value in _facts(sources.read_file(file)):
        table.add_row(name, Text(value))
    screen.show([Text(shown(file.name), "bold"), table])
    return 0


def _facts(read: Any) -> list[tuple[str, str]]:
    from app.data.candle_summary import describe
    from app.market.timeframe import Timeframe

    found = describe(read.candles)
    facts = [
        ("Candles", f"{found.rows:,} of {Timeframe(found.step_ms)}"),
        ("First, last", f"{moment(found.first)} to {moment(found.last)} UTC"),
        ("Present", f"{_present(found.share_present)} of the candles in between"),
        ("Gaps", f"{found.gaps:,}"),
    ]
    if found.longest_gap_after is not None:
        facts.append(("Longest gap", f"{count(found.longest_gap, 'candle')} after {moment(found.longest_gap_after)}"))
    if found.jump is not None:
        facts.append(
            ("Biggest jump", f"{percent(found.jump, sign=True)} over the gap after {moment(found.jump_after)}")
        )
    facts.append(("Zero volume", _volume(found.zero_volume, found.rows)))
    if found.no_volume:
        facts.append(("No volume", count(found.no_volume, "candle")))
    if read.repeated_rows:
        facts.append(("Repeated", f"{count(read.repeated_rows, 'row')} there twice, counted once"))
    if not read.in_order:
        facts.append(("Order", "the rows were not in order of time and have been sorted"))
    return facts


def _present(share: float) -> str:
    # A single missing candle among very many does not round up to all of them.
    return "100 %" if share == 1.0 else f"{min(share * 100, 99.99):.2f} %"


def _volume(zero: int, rows: int) -> str:
    return "every candle: the file gives no volume" if zero == rows else count(zero, "candle")


def _kind(kind: BlockKind) -> dict[str, Any]:
    return {
        "id": kind.id,
        "title": kind.title,
        "group": kind.group,
        "about": kind.about,
        "also": list(kind.also),
        "inputs": [_input(port) for port in kind.inputs],
        "outputs": [_output(port) for port in kind.outputs],
        "params": [_param(param) for param in kind.params],
    }


def _input(port: Input) -> dict[str, Any]:
    required = not (port.market or port.param or port.optional)
    return {
        "name": port.name,
        "type": port.type,
        "many": port.many,
        "required": required,
        "otherwise": port.market or port.param or None,
    }


def _output(port: Output) -> dict[str, Any]:
    return {"name": port.name, "type": port.type}


def _param(param: Param) -> dict[str, Any]:
    found: dict[str, Any] = {"name": param.name, "type": param.type, "default": param.settle(param.default)}
    if param.type == "choice":
        return {**found, "options": list(param.options)}
    return {**found, "low": param.low, "high": param.high, "unit": param.unit}
