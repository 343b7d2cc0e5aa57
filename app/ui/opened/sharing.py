"""A run for others: a report, tables and charts, written to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.engine.completed import CompletedRun
from app.export.files import replace_file, write_file
from app.market.exchange_names import exchange_name
from app.results.funnel import Funnel
from app.results.verdict import Verdict, verdict
from app.ui.results.extras import Extras
from app.ui.task import Task

_KINDS = {"html": "HTML (*.html)", "csv": "CSV (*.csv)", "json": "JSON (*.json)", "svg": "SVG (*.svg)"}


@dataclass(frozen=True, eq=False)
class Shared:
    """What is shared: a run, what came with it, and what was judged of it so far (None: nothing yet).

    `funnels` are there once the values of its blocks are.
    """

    run: CompletedRun
    extras: Extras
    judged: Verdict | None
    funnels: Sequence[Funnel] = ()


class Sharing(QObject):
    """`said` is a sentence, and whether it is a bad one. `choose_target` is given a name and returns a path or ""."""

    said = Signal(str, bool)

    def __init__(self, page: QWidget, shared: Callable[[], Shared | None]) -> None:
        super().__init__(page)
        self._page, self._shared = page, shared
        self.choose_target: Callable[[str], str] = self._ask_for_target
        self.task = Task(self)
        self.task.failed.connect(lambda text: self.said.emit(text, True))

    def menu(self) -> QMenu:
        """Return the menu of everything that can be made of a run."""
        menu = QMenu(self._page)
        entries: Mapping[str, tuple[str, str]] = {
            "report": (self.tr("Report to open in any browser (HTML)…"), "report.html"),
            "trades": (self.tr("Trades (CSV)…"), "trades.csv"),
            "json": (self.tr("Everything as JSON…"), "run.json"),
            "equity_svg": (self.tr("Equity chart (SVG)…"), "equity.svg"),
            "equity_png": (self.tr("Equity chart (PNG)…"), "equity.png"),
            "price_svg": (self.tr("Price chart with trades (SVG)…"), "price.svg"),
            "price_png": (self.tr("Price chart with trades (PNG)…"), "price.png"),
        }
        for name, (text, file) in entries.items():
            action = QAction(text, menu)
            action.setObjectName(name)
            action.triggered.connect(lambda _=False, file=file: self.save_chosen(file))
            menu.addAction(action)
            if name == "json":
                menu.addSeparator()
        return menu

    def save_chosen(self, kind: str) -> None:
        """Let a place be chosen for one of the files and write it; its ending says what it is."""
        shared = self._shared()
        if shared is None:
            return
        words = "".join(c if c.isalnum() or c in " -_" else " " for c in shared.run.strategy.name).split()
        if name := self.choose_target(f"{' '.join(words)[:60] or 'strategy'} {kind}"):
            self.save(shared, kind, Path(name))

    def save(self, shared: Shared, kind: str, path: Path) -> None:
        """Write one of the files."""
        written = self.tr("Saved to %1.").replace("%1", path.name)
        if kind.endswith(".png"):
            self.task.begin(lambda _: _chart(shared.run, kind), lambda svg: self._write_picture(svg, path, written))
        else:
            self.task.begin(lambda _: _write(shared, kind, path), lambda _: self.said.emit(written, False))

    def _write_picture(self, svg: str, path: Path, written: str) -> None:
        from app.ui.opened.chart_png import png

        # Letters are painted in the window's own thread.
        picture = png(svg)
        self.task.begin(
            lambda _: replace_file(path, lambda part: _write_bytes(part, picture)),
            lambda _: self.said.emit(written, False),
        )

    def _ask_for_target(self, name: str) -> str:
        ending = name.rpartition(".")[2]
        kinds = _KINDS.get(ending, f"{ending.upper()} (*.{ending})")
        return QFileDialog.getSaveFileName(self._page, self.tr("Share the run"), name, kinds)[0]


def _write(shared: Shared, kind: str, path: Path) -> None:
    from app.export.html_report import html_report
    from app.export.run_json import json_lines, run_object
    from app.export.trades_csv import trades_csv

    run, source = shared.run, exchange_name(str(shared.extras.quality.get("source", shared.run.instrument.exchange)))
    if kind == "report.html":
        judged = shared.judged or verdict(
            run, quality=shared.extras.data_quality(), variants_tried=shared.extras.variants
        )
        notes = [str(note) for note in shared.extras.quality.get("notes", ())]  # type: ignore[attr-defined]
        write_file(path, [html_report(run, source, judged, notes, shared.funnels)])
    elif kind == "trades.csv":
        write_file(path, trades_csv(run))
    elif kind == "run.json":
        write_file(path, json_lines(run_object(run, source, equity=True)))
    else:
        write_file(path, [_chart(run, kind)])


def _chart(run: CompletedRun, kind: str) -> str:
    from app.errors import BlockbuildersError
    from app.export.chart_svg import equity_chart, price_chart

    made = (equity_chart if kind.startswith("equity") else price_chart)(run)
    if made is None:
        raise BlockbuildersError("The numbers of this run are too large or too small to be drawn.")
    return made.file()


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
