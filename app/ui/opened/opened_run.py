"""A kept run on the page of results: which one it is, whether it is still what it was, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QPushButton, QToolButton

from app.engine.version import ENGINE_VERSION
from app.ui.opened.findings_since import data_since, look_ahead_finding, look_ahead_words, what_changed
from app.ui.opened.run_strip import RunStrip
from app.ui.opened.sharing import Shared, Sharing
from app.ui.task import Task
from app.ui.times import minute

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import RunSummary
    from app.results.look_ahead import LookAheadCheck
    from app.ui.main_window import MainWindow
    from app.ui.results.making import Doubts
    from app.ui.results.page import ResultsPage
    from app.ui.run_desk import OpenedRun

_LONGEST_NOTE = 500


class OpenedRunBar(QObject):
    """Puts its strip and its buttons on the page. `said` is a sentence, and whether it is a bad one."""

    said = Signal(str, bool)

    def __init__(self, window: MainWindow, page: ResultsPage) -> None:
        super().__init__(page)
        self._window, self._page, self._shelf = window, page, window.shelf
        self.opened: OpenedRun | None = None
        self._summary: RunSummary | None = None
        self._judged: Doubts | None = None
        self.ask_note: Callable[[str], str | None] = self._ask_for_note
        self.strip = RunStrip()
        self.check, self.since = Task(self), Task(self)
        self.sharing = Sharing(page, self._shared)
        self._add_buttons()
        layout: Any = page.layout()
        layout.insertWidget(1, self.strip)
        self._connect()

    @property
    def run_id(self) -> int | None:
        """The number of the run that is named."""
        return self._summary.id if self._summary is not None else None

    def show_glance(self, summary: RunSummary) -> None:
        """Name a run of which the page shows what is known at a glance."""
        self.check.stop()
        self.opened, self._summary, self._judged = None, summary, None
        self._name()
        for button in self._buttons:
            button.setEnabled(button not in (self.look_ahead, self.share))
        if summary.engine_version != ENGINE_VERSION:
            text = self.tr("This run was made by version %1 of the engine; this is version %2.")
            text = text.replace("%1", str(summary.engine_version)).replace("%2", str(ENGINE_VERSION))
            self.strip.say("engine", text, "warn")

    def show(self, opened: OpenedRun) -> None:
        """Name a run that is on the page, and find out what has changed since."""
        if self._summary is None or self._summary.id != opened.summary.id or self.opened is not None:
            self.show_glance(opened.summary)
        self.opened = opened
        for button in self._buttons:
            button.setEnabled(True)
        run_id, again_of = opened.summary.id, opened.summary.again_of
        self._ask(run_id, lambda library: library.runs.remembered(run_id, "look_ahead"), self._show_look_ahead)
        if again_of is not None:
            self._ask(run_id, lambda library: what_changed(library, again_of, opened.run), self._show_changed)
        store, asked_ms = self._window.candles().store, opened.summary.asked_ms
        self.since.begin(lambda _: data_since(store, opened.run.dataset, asked_ms), self._show_data)

    def close(self) -> None:
        """Stop what is under way."""
        for task in (self.check, self.since, self.sharing.task):
            task.close()

    # What is done with the run.

    def check_look_ahead(self) -> None:
        """Run it again on cut candles, which takes a while, and say and keep what comes out."""
        opened, values = self.opened, self._page.values
        if opened is None or self.check.busy:
            return

        def work(report: Callable[[float], None]) -> LookAheadCheck:
            from app.results.look_ahead import look_ahead_check

            known = values.result if values is not None else opened.extras.result
            if known is None:
                assert opened.extras.repeat is not None
                known = opened.extras.repeat(report)
            return look_ahead_check(known, progress=report)

        self.look_ahead.setEnabled(False)
        self._window.busy.say(self.tr("Checking for look-ahead…"), 0.0)
        self.check.begin(work, lambda found: self._keep_look_ahead(opened, found))

    def _keep_look_ahead(self, opened: OpenedRun, found: LookAheadCheck) -> None:
        from app.data.library.library import now_ms

        finding = look_ahead_finding(found, now_ms())
        self._show_look_ahead(finding)
        self._shelf.ask(lambda library: library.runs.remember(opened.summary.id, "look_ahead", finding))

    def _pin(self, pinned: bool) -> None:
        if self._summary is not None and self._summary.pinned != pinned:
            self._window.history.pin([self._summary.id], pinned)

    def _note(self) -> None:
        if self._summary is not None:
            note = self.ask_note(self._summary.note)
            if note is not None and note.strip() != self._summary.note:
                self._window.history.note(self._summary.id, note.strip()[:_LONGEST_NOTE])

    def _again(self) -> None:
        if self._summary is not None:
            self._window.history.run_again(self._summary.id)

    # What is said of it.

    def _name(self) -> None:
        summary = self._summary
        assert summary is not None
        parts = [self.tr("Run %1").replace("%1", str(summary.id)), minute(summary.asked_ms)]
        if summary.again_of is not None:
            parts.append(self.tr("again after run %1").replace("%1", str(summary.again_of)))
        if summary.note:
            parts.append(f"“{summary.note}”")
        text = " · ".join(parts)
        if self.strip.isHidden() or self.strip.name.text().split(" · ")[:2] != parts[:2]:
            self.strip.show_name(text)
        else:
            self.strip.name.say(text)
        self.pin.setChecked(summary.pinned)
        self.pin.setText(self.tr("Pinned") if summary.pinned else self.tr("Pin"))

    def _show_look_ahead(self, finding: dict[str, Any] | None) -> None:
        text, tone = look_ahead_words(finding)
        self.strip.say("look_ahead", text, tone)

    def _show_changed(self, text: str) -> None:
        self.strip.say("again", text)

    def _show_data(self, text: str | None) -> None:
        self.strip.say("data", text or "", "warn")

    def _take(self, part: str, made: Any) -> None:
        if part == "verdict":
            self._judged = made
        elif part == "values" and self.opened is not None and self.opened.extras.result is None:
            self.strip.say("repeated", self.tr("Repeated just now: the same result to the last bit."))
        elif part == "no values":
            self.strip.say("repeated", made, "warn")

    def _follow(self) -> None:
        """Take over what was pinned or noted elsewhere."""
        if self._summary is None:
            return
        run_id = self._summary.id

        def show(summary: RunSummary) -> None:
            self._summary = summary
            self._name()

        self._ask(run_id, lambda library: library.runs.summary(run_id), show)

    def _ask(self, run_id: int, work: Callable[[Library], Any], show: Callable[[Any], None]) -> None:
        """Ask the library something about the run on the page; an answer about another one is dropped."""

        def shown(answer: Any) -> None:
            if self._summary is not None and self._summary.id == run_id:
                show(answer)

        self._shelf.ask(work, shown, lambda _: None)

    def _shared(self) -> Shared | None:
        if self.opened is None:
            return None
        values, judged = self._page.values, self._judged
        return Shared(
            self.opened.run,
            self.opened.extras,
            judged.verdict if judged else None,
            values.funnels if values else (),
        )

    def _checked(self) -> None:
        self.look_ahead.setEnabled(self.opened is not None)
        self._window.busy.hide()

    # Parts.

    def _add_buttons(self) -> None:
        entries = (
            (self.tr("Run again"), self.tr("The same version and settings on the candles there are now"), self._again),
            (self.tr("Note…"), self.tr("Write a note on this run"), self._note),
            (
                self.tr("Check for look-ahead"),
                self.tr("Run it again on candles cut off at 20 moments: nothing before may change"),
                self.check_look_ahead,
            ),
        )
        made = []
        for text, about, does in entries:
            button = QPushButton(text)
            button.setToolTip(about)
            button.clicked.connect(lambda _=False, does=does: does())
            made.append(button)
        self.again, self.note, self.look_ahead = made
        self.pin = QPushButton(self.tr("Pin"))
        self.pin.setCheckable(True)
        self.pin.setToolTip(self.tr("A pinned run is left alone when cleaning up"))
        self.pin.clicked.connect(self._pin)
        self.share = QToolButton()
        self.share.setObjectName("columns")
        self.share.setText(self.tr("Share ▾"))
        self.share.setAccessibleName(self.tr("Share this run"))
        self.share.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.share.setMenu(self.sharing.menu())
        self._buttons = (self.again, self.pin, self.note, self.look_ahead, self.share)
        for part in self._buttons:
            part.setEnabled(False)
            self._page.header.add_button(part)

    def _connect(self) -> None:
        self._page.making.made.connect(self._take)
        self._shelf.changed.connect(self._follow)
        self.sharing.said.connect(self.said)
        self.check.failed.connect(lambda text: self.said.emit(text, True))
        self.check.progressed.connect(lambda share: self._window.busy.say(self.tr("Checking for look-ahead…"), share))
        self.check.ended.connect(self._checked)
        self._window.busy.stopped.connect(self._stop_check)

    def _stop_check(self) -> None:
        if self.check.busy:
            self.check.stop()

    def _ask_for_note(self, note: str) -> str | None:
        title, text = self.tr("Note"), self.tr("What is worth remembering about this run?")
        typed, wanted = QInputDialog.getText(self._page, title, text, text=note)
        return typed if wanted else None
