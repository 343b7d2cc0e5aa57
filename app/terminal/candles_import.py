"""`blockbuilders candles import FILE`: what a file holds, what would be stored of it, and then the import."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.data.candle_cache import CandleCache, default_path
from app.data.importing import storing
from app.data.importing.dry_run import dry_run
from app.data.importing.options import Options, read_columns
from app.data.importing.originals import Originals, default_folder
from app.data.importing.proposal import Proposal, propose
from app.data.importing.storing import Shelf
from app.data.records import CacheBusy
from app.terminal import screen
from app.terminal.import_page import import_object, outcome, page
from app.terminal.lost_imports import make_again
from app.terminal.progress import long_work

if TYPE_CHECKING:
    import argparse

    from app.data.importing.report import Imported, Report

DONE, REFUSED = 0, 2


def run_import(options: argparse.Namespace) -> int:
    """Show what a file holds, and import it unless something is open, wrong, or the answer is no."""
    chosen = Options(
        columns=read_columns(options.map) if options.map else {},
        zone=options.zone,
        symbol=options.symbol,
        name=options.name,
        calendar=options.calendar,
        dates=options.dates,
        decimal=options.decimal,
    )
    now = time.time_ns() // 1_000_000
    with long_work(f"Reading {screen.shown(options.file.name)}") as draw:
        proposal = propose(options.file, chosen, progress=draw)
    report = dry_run(proposal, now_ms=now)
    if options.dry_run:
        report = _compared(proposal, report, now)
        _show(options, proposal, report, None)
        return _verdict(proposal, report)
    with opened_shelf() as shelf:
        report = storing.compare(report, proposal, shelf)
        if not options.json:
            screen.show(page(proposal, report))
        code = _verdict(proposal, report)
        done = None
        if code == DONE and _wanted(options, report):
            done = storing.store(proposal, report, shelf, now_ms=now)
    if options.json:
        _show(options, proposal, report, done)
    elif done is not None:
        screen.write("".join(f"{screen.shown(line)}\n" for line in outcome(proposal, report, done)))
    return code


@contextmanager
def opened_shelf() -> Iterator[Shelf]:
    """Give the cache and the folder of originals of this computer, with imports that the cache has lost made again."""
    now = time.time_ns() // 1_000_000
    with CandleCache.open(default_path(), now_ms=now) as cache:
        if cache.notice:
            screen.complain(cache.notice)
        make_again(cache)
        yield Shelf(cache, Originals(default_folder()))


def _compared(proposal: Proposal, report: Report, now: int) -> Report:
    """Return the report with what the cache has to say, if there is one that is free."""
    if not default_path().exists():
        return report
    try:
        with CandleCache.open(default_path(), now_ms=now) as cache:
            return storing.compare(report, proposal, Shelf(cache, Originals(default_folder())))
    except CacheBusy:
        return report


def _show(options: argparse.Namespace, proposal: Proposal, report: Report, done: Imported | None) -> None:
    if not options.json:
        screen.show(page(proposal, report))
        return
    from app.export.run_json import json_text

    screen.write(json_text(import_object(proposal, report, done)) + "\n")


def _verdict(proposal: Proposal, report: Report) -> int:
    """Return the exit code, and say what stands in the way of an import."""
    if report.refusal:
        end = "" if report.refusal.endswith("?") else "."
        screen.complain(screen.shown(f"{proposal.source.name} {report.refusal}{end}"))
        return REFUSED
    for question in proposal.questions:
        screen.complain(screen.shown(question.text))
    return REFUSED if proposal.questions else DONE


def _wanted(options: argparse.Namespace, report: Report) -> bool:
    """Return whether to import: asked once on a terminal, taken for granted elsewhere and with --yes."""
    if options.yes or options.json:
        return True
    answer = screen.answer(f"Import these {len(report.candles):,} candles? [Y/n]")
    if answer is None or answer.strip().lower() in ("y", "yes") or answer == "\n":
        return True
    screen.write("Nothing was imported.\n")
    return False
