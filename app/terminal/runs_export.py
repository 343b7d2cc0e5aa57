"""`blockbuilders runs export`: a kept run as files for others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.export.files import write_file
from app.export.html_report import html_report
from app.export.run_folder import write_run
from app.export.run_json import json_text, run_object
from app.export.trades_csv import trades_csv
from app.terminal import screen
from app.terminal.arguments import UsageError
from app.terminal.runs_commands import library_with_runs
from app.terminal.runs_show import Kept, kept

if TYPE_CHECKING:
    import argparse


def run_export(options: argparse.Namespace) -> int:
    """Write what was asked for, and name every file."""
    if not any((options.html, options.csv, options.json, options.out)):
        raise UsageError("Say what to write: --html FILE, --csv FILE, --json FILE, or --out DIR for all of it.")
    with library_with_runs() as library:
        found = kept(library, options.run)
    for path in _written(options, found):
        screen.write(f"Written: {screen.shown(str(path))}\n")
    return 0


def _written(options: argparse.Namespace, found: Kept) -> Iterator[Path]:
    run = found.run
    if options.html is not None:
        write_file(options.html, [html_report(run, found.source, found.judged, found.notes)])
        yield options.html
    if options.csv is not None:
        write_file(options.csv, trades_csv(run))
        yield options.csv
    if options.json is not None:
        write_file(options.json, [json_text(run_object(run, found.source, equity=True), indent=1), "\n"])
        yield options.json
    if options.out is not None:
        write_run(options.out, run, found.source, found.judged, found.notes, equity=True)
        yield options.out
