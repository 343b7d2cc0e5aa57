"""A folder with everything that a run is for others: page, charts, tables, object, drawing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.engine.completed import CompletedRun
from app.export.chart_svg import charts
from app.export.files import CannotWrite, make_folder, reason, write_file
from app.export.html_report import html_report
from app.export.run_json import json_lines, run_object
from app.export.trades_csv import equity_csv, trades_csv
from app.results.funnel import Funnel
from app.results.verdict import Verdict
from app.strategy import codec

# Written last, so that it is there only when everything is.
LAST = "result.json"


def write_run(
    folder: Path,
    run: CompletedRun,
    source: str,
    judged: Verdict,
    notes: Sequence[str] = (),
    funnels: Sequence[Funnel] = (),
    *,
    equity: bool = False,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write a run to a folder, which need not be there yet, and `more` files by name beside it. Raises CannotWrite.

    `source` says where the candles are from, `notes` what to know about the strategy, `funnels` what each
    condition let through; `equity` adds the curve to result.json.
    """
    make_folder(folder)
    _clear(folder)
    write_file(folder / "strategy.json", [codec.write(run.strategy)])
    write_file(folder / "trades.csv", trades_csv(run))
    write_file(folder / "equity.csv", equity_csv(run))
    for name, picture in charts(run).items():
        write_file(folder / f"{name}.svg", [picture.file()])
    write_file(folder / "report.html", [html_report(run, source, judged, notes, funnels)])
    for name, text in (more or {}).items():
        write_file(folder / name, [text])
    found = run_object(run, source, equity=equity)
    write_file(folder / LAST, json_lines(found))


def _clear(folder: Path) -> None:
    """Remove what says that an older run is complete, pictures of it, and parts of a killed one."""
    try:
        (folder / LAST).unlink(missing_ok=True)
        for entry in list(folder.iterdir()):
            if re.fullmatch(r"\.[a-z0-9_]{8}\.part|(equity|price|months)\.svg", entry.name) and entry.is_file():
                entry.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be cleared ({reason(error)}).") from None
