"""`blockbuilders runs show`: a kept run in figures and sentences, as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.data.library.records import RunSummary
from app.engine.completed import CompletedRun
from app.market.exchange_names import exchange_name
from app.results.numbers import moment
from app.results.overview import overview
from app.results.verdict import NOTHING_FOUND
from app.terminal import screen
from app.terminal.fitting import figures
from app.terminal.kept_run import Judged, Kept, judge, kept
from app.terminal.runs_commands import kept_summary, library_with_runs
from app.terminal.runs_list import summary_object
from app.terminal.screen import shown
from app.terminal.warnings import sieved

if TYPE_CHECKING:
    import argparse

    from rich.console import RenderableType


def run_show(options: argparse.Namespace) -> int:
    """Show a run; one without a result says why there is none."""
    with library_with_runs() as library:
        summary = kept_summary(library, options.run)
        found = kept(library, options.run) if summary.state == "completed" and not summary.cleaned else None
    told = judge(found) if found is not None else None
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text(_object(summary, found, told), indent=2) + "\n")
    else:
        screen.show(_page(summary, found, told))
    return 0


def _object(summary: RunSummary, found: Kept | None, told: Judged | None) -> dict[str, Any]:
    from app.export.run_json import run_object

    if found is None or told is None:
        return {"summary": summary_object(summary)}
    return {
        "summary": summary_object(summary),
        **run_object(found.run, found.source),
        "findings": [
            {"code": each.code, "severity": each.severity, "sentence": each.sentence, "numbers": dict(each.numbers)}
            for each in told.verdict.findings
        ],
        "look_ahead": found.look_ahead,
        "libraries": dict(found.about.libraries),
    }


def _page(summary: RunSummary, found: Kept | None, told: Judged | None) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    yield Text(f"Run {summary.id}: {shown(' '.join(summary.strategy_name.split()))}", "bold")
    where = " · ".join(part for part in (summary.symbol, exchange_name(summary.exchange), summary.timeframe) if part)
    yield Text(f"{shown(where)}, run {moment(summary.asked_ms)} UTC")
    for line in _about(summary):
        yield Text(shown(line), "dim")
    if found is None or told is None:
        return
    yield Text(f"{moment(found.run.start)} to {moment(found.run.end)} UTC, {shown(found.source)}")
    cards = [(card.title, card.text) for card in overview(found.run)]
    yield Padding(figures(cards, screen.width()), (1, 0, 1, 0))
    yield Text("Before you believe it", "bold yellow")
    for line in _doubts(found.run, told):
        yield Padding(Text(shown(line)), (0, 0, 0, 2))
    yield Text()
    if found.look_ahead:
        yield Text(shown(str(found.look_ahead.get("sentence", ""))))
    for line in (*found.run.assumptions.describe(found.run.dataset.step_ms), *told.notes):
        yield Text(shown(line), "dim")
    yield Text(f"Engine {found.run.engine_version}, result {found.run.result_hash[:16]}", "dim")


def _doubts(run: CompletedRun, told: Judged) -> Iterator[str]:
    for finding in told.verdict.findings:
        yield f"{finding.sentence} {finding.what_to_do}"
    if not told.verdict.findings:
        yield NOTHING_FOUND
    if not len(run.trades) and not run.open_trade:
        yield from sieved(told.funnels)


def _about(summary: RunSummary) -> Iterator[str]:
    if summary.again_of is not None:
        yield f"Run again after run {summary.again_of}."
    if summary.pinned:
        yield "Pinned."
    if summary.note:
        yield f"Note: {' '.join(summary.note.split())}"
    if summary.state != "completed":
        yield f"There is no result; it is {summary.state}. {' '.join(summary.reason.split())}".rstrip()
    elif summary.cleaned:
        yield "Only the figures in the list are left: this run was cleaned up. Run it again to see more."
