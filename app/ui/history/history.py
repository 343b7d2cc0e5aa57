"""From the page of runs to the library and back: found, pinned, noted, deleted, run again, cleaned up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import Freed, Revision, RunFilter, RunRequest, RunSummary, Storage
    from app.ui.compare.compare_page import ComparePage
    from app.ui.history.history_page import HistoryPage
    from app.ui.main_window import MainWindow
    from app.ui.opened.opened_run import OpenedRunBar
    from app.ui.results.page import ResultsPage
    from app.ui.run_desk import OpenedRun

    Found = tuple[Sequence[int], Mapping[int, RunSummary]]


_REST_MS = 100


class History(QObject):
    """Makes the page when it is first wanted, and lets it follow the library.

    `said` is a sentence, whether it is a bad one, the name of a button and what it does ("" and None without one).
    """

    said = Signal(str, bool, str, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._shelf = window, window.shelf
        self._page: HistoryPage | None = None
        self._storage: Storage | None = None
        self._asked = 0
        self._stale = True
        self.bar: OpenedRunBar | None = None
        self._compared: ComparePage | None = None
        self._shelf.changed.connect(self._changed)

    def page(self) -> HistoryPage:
        """Return the page of all runs."""
        if self._page is None:
            from app.ui.history.history_page import HistoryPage

            self._page = page = HistoryPage(self._window.theme)
            self._window.pages.addWidget(page)
            self._window.memory.remember_columns("runs", page.table)
            page.filter.changed.connect(self._find)
            page.model.reordered.connect(self._find)
            page.model.wanted.connect(self._read)
            page.opened.connect(self._open)
            page.again.connect(self.run_again)
            page.pinned.connect(self.pin)
            page.noted.connect(self.note)
            page.deleted.connect(self.delete)
            page.compared.connect(self.compare)
            page.clean.clicked.connect(self._ask_clean_up)
            page.clean_up.confirmed.connect(self._clean_up)
            self._shelf.opened.connect(self.refresh)
        return self._page

    def compare(self, run_ids: Sequence[int]) -> None:
        """Show two to six runs side by side, the oldest first."""
        from app.ui.compare.comparing import show_compared

        page = self._compare_page()
        show_compared(self._shelf, page, run_ids, lambda: self._window.show_page("history", page))

    def compare_versions(self, old: Revision, new: Revision) -> None:
        """Show the runs of two versions of a strategy side by side, or offer to run the one that has none."""

        def show(found: dict[str, RunSummary]) -> None:
            missing = next((each for each in (old, new) if each.id not in found), None)
            if missing is None:
                self.compare([found[old.id].id, found[new.id].id])
                return
            text = self.tr("Version %1 has not been run yet, so it has no trades to compare.")
            text = text.replace("%1", str(missing.number))
            like = next(iter(found.values()), None)
            if like is None:
                self.said.emit(text, False, "", None)
            else:
                self.said.emit(text, False, self.tr("Run it"), lambda: self._run_like(like.id, missing.id))

        self._shelf.ask(lambda library: alike(library, old, new), show)

    def _run_like(self, run_id: int, revision_id: str) -> None:
        """Run a version as a run of another version was."""

        def run(request: RunRequest) -> None:
            self._window.running().run_request(replace(request, revision_id=revision_id))

        self._shelf.ask(lambda library: library.runs.request(run_id), run)

    def attach(self, page: ResultsPage) -> None:
        """Add what can be done with a kept run to the page of results."""
        from app.ui.opened.opened_run import OpenedRunBar

        self.bar = OpenedRunBar(self._window, page)
        self.bar.said.connect(lambda text, bad: self.said.emit(text, bad, "", None))

    def show_glance(self, run: RunSummary) -> None:
        """Say of which run there is a glance on the page of results now."""
        if self.bar is not None:
            self.bar.show_glance(run)

    @property
    def shown_run(self) -> int | None:
        """The number of the run on the page of results."""
        return self.bar.run_id if self.bar is not None else None

    def show_opened(self, opened: OpenedRun) -> None:
        """Say which run is on the page of results now."""
        if self.bar is not None:
            self.bar.show(opened)

    def close(self) -> None:
        """Stop what is under way."""
        if self.bar is not None:
            self.bar.close()

    def set_theme(self) -> None:
        """Use the colours of the window."""
        for page in (self._page, self._compared):
            if page is not None:
                page.set_theme(self._window.theme)

    def show_strategy(self, strategy_id: str, name: str) -> None:
        """Show the page with the runs of one strategy."""
        self.page().filter.show_strategy(strategy_id, name)
        self._window.show_history()

    def refresh(self) -> None:
        """Show the runs as they are now, and what there is to choose from."""
        if self._page is None:
            return
        self._stale = False
        self._find()
        self._shelf.ask(lambda library: library.runs.choices(), self._page.filter.show_choices, lambda _: None)
        self._shelf.ask(lambda library: library.storage(), self._show_storage, lambda _: None)

    def refresh_if_stale(self) -> None:
        """Show the runs as they are now, if something has changed since."""
        if self._stale:
            self.refresh()

    def pin(self, run_ids: Sequence[int], pinned: bool) -> None:
        """Pin runs, or take the pins off."""
        self._shelf.change(lambda library: library.runs.pin(*run_ids, pinned=pinned))

    def note(self, run_id: int, note: str) -> None:
        """Write a note on a run."""
        self._shelf.change(lambda library: library.runs.note(run_id, note))

    def delete(self, run_ids: Sequence[int]) -> None:
        """Take runs off the list, and offer to put them back."""

        def undo() -> None:
            self._shelf.change(lambda library: library.runs.restore_deleted(*run_ids))

        def deleted(_: object) -> None:
            one = self.tr("Run %1 is deleted.").replace("%1", str(run_ids[0]))
            text = one if len(run_ids) == 1 else self.tr("%1 runs are deleted.").replace("%1", f"{len(run_ids):,}")
            self.said.emit(text, False, self.tr("Undo"), undo)

        self._shelf.change(lambda library: library.runs.delete(*run_ids), deleted)

    def run_again(self, run_id: int) -> None:
        """Run the same version again with the same settings, on the candles there are now, as a new run."""

        def run(request: RunRequest) -> None:
            self._window.running().run_again(request, run_id)

        self._shelf.ask(lambda library: library.runs.request(run_id), run)

    def _compare_page(self) -> ComparePage:
        if self._compared is None:
            from app.ui.compare.compare_page import ComparePage

            self._compared = ComparePage(self._window.theme)
            self._window.memory.remember_shares("compare", self._compared)
            self._compared.closed.connect(self._window.show_history)
            self._compared.opened.connect(lambda run_id: self._window.running().open(run_id))
            self._window.pages.addWidget(self._compared)
        return self._compared

    def _changed(self) -> None:
        self._stale = True
        if self._page is not None and self._page.isVisible():
            self.refresh()

    def _find(self) -> None:
        """Ask for what the filters want; an answer that a newer question has overtaken is not shown.

        Only the numbers of the runs, and those runs that will show at once: thousands would take a moment.
        """
        from app.data.library.library import now_ms
        from app.ui.history.runs_model import near

        page = self.page()
        order, reverse = page.model.order
        wanted: RunFilter = replace(page.filter.wanted(now_ms()), order=order, reverse=reverse)
        top, picked = page.showing()
        self._asked += 1
        asked = self._asked

        def find(library: Library) -> Found:
            ids = library.runs.numbers(wanted)
            return ids, library.runs.summaries({*near(ids, top), *picked})

        def show(found: Found) -> None:
            if asked == self._asked:
                page.show_runs(*found)
                # Made while the hand rests, so that opening a run from here waits for nothing.
                QTimer.singleShot(_REST_MS, self._window, self._window.pages.results_page)

        self._shelf.ask(find, show, lambda error: page.show_unreadable(str(error)))

    def _read(self, run_ids: Collection[int]) -> None:
        """Read runs that are about to show."""
        asked = self._asked

        def take(runs: Mapping[int, RunSummary]) -> None:
            # After a newer question they may not be what they were.
            if asked == self._asked:
                self.page().model.take(runs)

        self._shelf.ask(lambda library: library.runs.summaries(run_ids), take, lambda _: None)

    def _open(self, run_id: int) -> None:
        run = self.page().model.run(run_id)
        if run is None:
            return
        if run.state in ("failed", "cancelled"):
            text = self.tr("Run %1 has no result: %2").replace("%1", str(run_id)).replace("%2", run.reason)
            self.said.emit(text, run.state == "failed", self.tr("Run again"), lambda: self.run_again(run_id))
            if not run.seen:
                self._shelf.change(lambda library: library.runs.mark_seen(run_id))
        elif run.state != "completed":
            self.said.emit(self.tr("Run %1 is still under way.").replace("%1", str(run_id)), False, "", None)
        else:
            self._window.running().open(run_id)

    def _show_storage(self, storage: Storage) -> None:
        self._storage = storage
        text = self.tr("%1 on this disk").replace("%1", mega(storage.total))
        self.page().storage.setText(text)
        about = self.tr("Strategies and figures %1, curves %2, backups %3")
        for number, size in enumerate((storage.records, storage.curves, storage.backups), 1):
            about = about.replace(f"%{number}", mega(size))
        self.page().storage.setToolTip(about)

    def _ask_clean_up(self) -> None:
        def ask(found: tuple[tuple[RunSummary, ...], Storage, int]) -> None:
            self._show_storage(found[1])
            self.page().clean_up.ask(found[0], found[2])

        self._shelf.ask(_for_clean_up, ask)

    def _clean_up(self, keep: int | None) -> None:
        def say(freed: Freed) -> None:
            from app.results.numbers import count

            text = self.tr("Cleaned up: the results of %1 are gone, %2 in all.")
            text = text.replace("%1", count(freed.runs, self.tr("run"))).replace("%2", mega(freed.bytes))
            self.said.emit(text, False, "", None)

        self._shelf.change(lambda library: library.clean_up(keep=keep), say)


def mega(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"


def alike(library: Library, old: Revision, new: Revision) -> dict[str, RunSummary]:
    """Return a whole run of each version, as far as there is one: the newest two on the same period and settings."""
    from app.data.library.records import RunFilter

    runs = library.runs.find(RunFilter(strategy_id=new.strategy_id, states=("completed",)))
    whole = [[run for run in runs if run.revision_id == each.id and not run.cleaned] for each in (old, new)]
    pairs = ((one, other) for other in whole[1] for one in whole[0])
    same = ((one, other) for one, other in pairs if _settings(one) == _settings(other))
    chosen = next(same, None) or [found[0] for found in whole if found]
    return {run.revision_id: run for run in chosen}


def _settings(run: RunSummary) -> tuple[object, ...]:
    return run.start_ms, run.end_ms, run.assumptions


def _for_clean_up(library: Library) -> tuple[tuple[RunSummary, ...], Storage, int]:
    """Return all runs on the list, the room everything takes, and how many deleted runs still hold a result."""
    from app.data.library.records import RunFilter

    gone = library.runs.find(RunFilter(deleted=True))
    held = sum(run.state == "completed" and not run.cleaned and not run.pinned for run in gone)
    return library.runs.find(), library.storage(), held
