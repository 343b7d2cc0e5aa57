"""`blockbuilders runs export`: a kept run as files for others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.export.files import write_file
from app.export.html_report import html_report
from app.export.run_folder import write_run
from app.export.run_json import json_lines, run_object
from app.export.trades_csv import trades_csv
from app.results.numbers import listed
from app.terminal import screen
from app.terminal.arguments import PRINTED, UsageError
from app.terminal.kept_run import Judged, Kept, judge, kept
from app.terminal.runs_commands import kept_summary, library_with_runs

if TYPE_CHECKING:
    import argparse


def run_export(options: argparse.Namespace) -> int:
    """Write what was asked for, and name every file, unless one is printed."""
    if not any((options.html, options.csv, options.json, options.out)):
        raise UsageError("Say what to write: --html FILE, --csv FILE, --json FILE, or --out DIR for all of it.")
    printed = [f"--{kind}" for kind in ("html", "csv", "json") if getattr(options, kind) == PRINTED]
    if len(printed) > 1:
        raise UsageError(f"{listed(printed)} would all be printed; give a name to all but one.")
    with library_with_runs() as library:
        found = kept(library, kept_summary(library, options.run).id)
    told = judge(found) if options.html is not None or options.out is not None else None
    for path in _written(options, found, told):
        if not printed:
            screen.write(f"Written: {screen.shown(str(path))}\n")
    return 0


def _written(options: argparse.Namespace, found: Kept, told: Judged | None) -> Iterator[Path]:
    run = found.run
    if options.html is not None and told is not None:
        _write(options.html, [html_report(run, found.source, told.verdict, told.notes, told.funnels)])
        yield options.html
    if options.csv is not None:
        _write(options.csv, trades_csv(run))
        yield options.csv
    if options.json is not None:
        _write(options.json, json_lines(run_object(run, found.source, equity=True)))
        yield options.json
    if options.out is not None and told is not None:
        write_run(options.out, run, found.source, told.verdict, told.notes, told.funnels, equity=True)
        yield options.out


def _write(path: Path, lines: Iterable[str]) -> None:
    if path != PRINTED:
        write_file(path, lines)
        return
    for line in lines:
        screen.write(line)
