"""The button Run: saved, run, kept, and shown on the page of results."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run
from support.window_saving import save, settle

from app.data.library.records import RunRequest
from app.engine import backtest
from app.engine.assumptions import Assumptions
from app.engine.plan import Plan
from app.engine.result import BacktestResult
from app.jobs import run_jobs
from app.strategy import edits
from app.strategy.document import Strategy, Wire
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def _run(window: MainWindow, qtbot: QtBot) -> None:
    """Press Run and wait for the page."""
    assert window.builder is not None
    with qtbot.waitSignal(window.running().shown, timeout=20_000):
        qtbot.mouseClick(window.builder.run_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)


def test_run_saves_the_drawing_keeps_the_result_and_shows_it(drawn: MainWindow, qtbot: QtBot) -> None:
    assert drawn.builder is not None
    drawn.banner.say("There was no room on the disk.", bad=True)
    _run(drawn, qtbot)
    assert not drawn.banner.isVisible(), "an earlier try is over"
    assert drawn.bar.state.text() == "Saved as version 1"
    assert drawn.pages.currentWidget() is drawn.results
    assert drawn.results is not None
    assert drawn.results.run is not None
    assert drawn.builder.result.view is not None
    assert drawn.results.run.result_hash == drawn.builder.result.view.result.result_hash
    row = drawn.home.saved.rows[0]
    assert row.saved.last_run is not None
    assert row.saved.last_run.state == "completed"
    assert not row.saved.unseen
    assert row.accessibleDescription().startswith("RIVER/USD · synthetic sample market · 1h · ")


def test_the_same_run_again_is_answered_from_the_record(drawn: MainWindow, qtbot: QtBot) -> None:
    _run(drawn, qtbot)
    drawn.show_builder()
    _run(drawn, qtbot)
    qtbot.waitUntil(drawn.banner.isVisible, timeout=5_000)
    assert drawn.banner.text.text().startswith("Same inputs, same result: this is run 1 of ")
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.mouseClick(drawn.banner.action, Qt.MouseButton.LeftButton)
    counts: list[int] = []
    drawn.shelf.ask(lambda library: len(library.runs.find()), counts.append)
    qtbot.waitUntil(lambda: bool(counts), timeout=5_000)
    assert counts == [2]


def test_a_drawing_that_cannot_run_says_why_and_leaves_a_failed_record(window: MainWindow, qtbot: QtBot) -> None:
    window.open_strategy(edits.add_block(Strategy("Half"), "enter_long"))
    assert window.builder is not None
    builder = window.builder
    builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "greater"))
    wire = Wire("greater_1", "signal", "enter_long_1", "when")
    builder.editor.perform("Wire", lambda strategy: edits.connect(strategy, wire))
    wait_for_run(window, qtbot)
    qtbot.mouseClick(builder.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.banner.isVisible() and "The run failed" in window.banner.text.text(), timeout=10_000)
    settle(window, qtbot)
    last = window.home.saved.rows[0].saved.last_run
    assert last is not None
    assert last.state == "failed"


def test_of_very_many_reasons_the_first_is_said_and_the_window_stays_as_it_is(window: MainWindow, qtbot: QtBot) -> None:
    drawing = Strategy("Many")
    for _ in range(40):
        drawing = edits.add_block(drawing, "stop_loss")
    window.open_strategy(drawing)
    wait_for_run(window, qtbot)
    size = window.size()
    window.run_drawing()
    qtbot.waitUntil(window.banner.isVisible, timeout=10_000)
    assert window.banner.text.text().startswith("The run failed: A strategy has at most one block “Stop loss”")
    assert window.banner.text.text().endswith(" There are 39 problems in all.")
    assert window.size() == size
    assert window.banner.height() < 80
    window.banner.say("\n".join(["A problem."] * 1_001))
    assert window.banner.text.text() == "A problem. There are 1,001 problems in all."


def test_the_key_runs_too_and_the_page_is_there_after_other_pages(drawn: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.keyClick(drawn, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    drawn.show_home()
    drawn.show_results()
    assert drawn.results is not None
    assert drawn.results.run is not None


def test_without_a_run_the_page_says_so(drawn: MainWindow) -> None:
    drawn.show_results()
    assert drawn.results is not None
    assert "No result yet" in " ".join(each.text() for each in drawn.results.findChildren(QLabel))


def test_a_kept_run_opens_after_a_new_start(
    drawn: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    _run(drawn, qtbot)
    assert drawn.results is not None
    assert drawn.results.run is not None
    known = drawn.results.run.result_hash
    drawn.close()
    again = open_window()
    with qtbot.waitSignal(again.running().shown, timeout=20_000):
        again.running().open(1)
    assert again.results is not None
    assert again.results.run is not None
    assert again.results.run.result_hash == known
    qtbot.waitUntil(lambda: again.results is not None and again.results.values is not None, timeout=20_000)


def test_pressing_run_twice_before_the_drawing_is_saved_runs_it_once(drawn: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        drawn.entries.run.trigger()
        drawn.entries.run.trigger()
    settle(drawn, qtbot)
    assert not drawn.banner.isVisible()
    counts: list[int] = []
    drawn.shelf.ask(lambda library: len(library.runs.find()), counts.append)
    qtbot.waitUntil(lambda: bool(counts), timeout=5_000)
    assert counts == [1]


class Held:
    """Holds every run in the engine until it is let go or stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inside: list[threading.Event] = []
        monkeypatch.setattr(run_jobs, "run", self._run)

    def _run(self, plan: Plan, *given: Any, progress: Callable[[float], None], **named: Any) -> BacktestResult:
        let_go = threading.Event()
        self.inside.append(let_go)
        while not let_go.wait(0.01):
            progress(0.5)
        return backtest.run(plan, *given, progress=progress, **named)


@pytest.fixture
def asked(drawn: MainWindow, qtbot: QtBot) -> RunRequest:
    """Return a request for a run of the drawing, which is saved."""
    save(drawn, qtbot)
    revision = drawn.keeper.kept.revision
    assert revision is not None
    return RunRequest(revision.strategy_id, revision.id, None, None, 91, Assumptions())


def test_each_of_two_runs_under_way_can_be_stopped(
    drawn: MainWindow, qtbot: QtBot, asked: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, running, strip = Held(monkeypatch), drawn.running(), drawn.busy
    running.run_request(asked)
    qtbot.waitUntil(lambda: len(held.inside) == 1, timeout=10_000)
    running.run_again(asked, 1)
    running.run_again(asked, 1)
    qtbot.waitUntil(lambda: strip.isVisible() and strip.text.text() == "Running… (2 more after it)", timeout=10_000)
    with qtbot.waitSignal(running.shown, timeout=20_000) as shown:
        held.inside[0].set()
    assert shown.args[0].summary.id == 1  # type: ignore[index]
    for number, said in ((1, "Running… (1 more after it)"), (2, "Running…")):
        qtbot.waitUntil(lambda number=number: len(held.inside) == number + 1, timeout=10_000)
        qtbot.waitUntil(lambda said=said: strip.text.text() == said, timeout=10_000)
        qtbot.mouseClick(strip.stop, Qt.MouseButton.LeftButton)
        # Pressed again, it does not reach the one after it.
        qtbot.mouseClick(strip.stop, Qt.MouseButton.LeftButton)
        assert strip.text.text().startswith("Stopping…")
    qtbot.waitUntil(strip.isHidden, timeout=10_000)
    settle(drawn, qtbot)
    assert drawn.banner.text.text() == "No result: It was stopped."
    states: list[list[str]] = []
    drawn.shelf.ask(lambda library: [run.state for run in library.runs.find()], states.append)
    qtbot.waitUntil(lambda: bool(states), timeout=5_000)
    assert states == [["cancelled", "cancelled", "completed"]]


def test_whoever_has_gone_to_another_page_is_told_that_the_run_is_done(
    drawn: MainWindow, qtbot: QtBot, asked: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    drawn.running().run_request(asked)
    qtbot.waitUntil(lambda: len(held.inside) == 1, timeout=10_000)
    drawn.show_history()
    held.inside[0].set()
    qtbot.waitUntil(lambda: drawn.banner.text.text() == "Run 1 is done.", timeout=10_000)
    settle(drawn, qtbot)
    assert drawn.pages.currentWidget() is drawn.history.page()
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.mouseClick(drawn.banner.action, Qt.MouseButton.LeftButton)
    assert drawn.pages.currentWidget() is drawn.results


def test_a_run_stopped_before_its_number_is_known_is_stopped(
    drawn: MainWindow, qtbot: QtBot, asked: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    Held(monkeypatch)
    drawn.running().run_request(asked)
    drawn.running().stop()
    qtbot.waitUntil(lambda: drawn.banner.text.text() == "No result: It was stopped.", timeout=10_000)


def test_pressing_run_while_the_same_is_under_way_asks_for_nothing_more(
    drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    drawn.entries.run.trigger()
    qtbot.waitUntil(lambda: len(held.inside) == 1, timeout=10_000)
    drawn.entries.run.trigger()
    settle(drawn, qtbot)
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        held.inside[0].set()
    settle(drawn, qtbot)
    assert not drawn.banner.isVisible()


def test_a_run_asked_for_while_the_window_closes_does_not_begin(drawn: MainWindow, qtbot: QtBot) -> None:
    save(drawn, qtbot)
    assert drawn.keeper.kept.revision is not None
    drawn.running()
    drawn.show_home()
    running = drawn._running
    assert running is not None
    running._desk.close()
    with qtbot.waitSignal(running._desk.refused, timeout=10_000):
        running._run_version(drawn.keeper.kept.revision)
    assert drawn.banner.text.text() == "Blockbuilders is being closed."
    assert not [thread for thread in threading.enumerate() if thread.name == "runs"]
