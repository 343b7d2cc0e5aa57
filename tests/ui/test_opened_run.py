"""A kept run on the page of results: named, checked, repeated, noted, shared."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from pytestqt.qtbot import QtBot
from support.window_saving import settle

from app.ui.main_window import MainWindow
from app.ui.opened.chart_png import spelled_out
from app.ui.opened.opened_run import OpenedRunBar
from app.ui.task import Report, Task

pytestmark = pytest.mark.gui


@pytest.fixture
def bar(drawn: MainWindow, qtbot: QtBot) -> OpenedRunBar:
    """Return what stands above a run that has just been made."""
    assert drawn.builder is not None
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.mouseClick(drawn.builder.run_button, Qt.MouseButton.LeftButton)
    settle(drawn, qtbot)
    assert drawn.history.bar is not None
    return drawn.history.bar


def _opened_again(window: MainWindow, run_id: int, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.running().shown, timeout=20_000):
        window.running().open(run_id)
    settle(window, qtbot)


def test_the_page_says_which_run_it_shows(bar: OpenedRunBar) -> None:
    assert bar.strip.isVisible()
    assert bar.strip.name.text().startswith("Run 1 · 20")
    assert all(button.isEnabled() for button in (bar.again, bar.pin, bar.note, bar.look_ahead, bar.share))


def test_without_a_run_nothing_can_be_done_with_it(drawn: MainWindow) -> None:
    drawn.show_results()
    bar = drawn.history.bar
    assert bar is not None
    assert not bar.strip.isVisible()
    assert not any(button.isEnabled() for button in (bar.again, bar.pin, bar.note, bar.look_ahead, bar.share))


def test_pin_and_note_are_kept_and_shown_in_the_history(bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.pin, Qt.MouseButton.LeftButton)
    bar.ask_note = lambda note: "worth a second look"
    qtbot.mouseClick(bar.note, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "worth a second look" in bar.strip.name.text(), timeout=5_000)
    qtbot.waitUntil(lambda: bar.pin.text() == "Pinned", timeout=5_000)
    drawn.show_history()
    page = drawn.history.page()
    qtbot.waitUntil(lambda: bool(page.model.ids), timeout=5_000)
    shown = page.model.run_at(0)
    assert shown is not None
    assert (shown.note, shown.pinned) == ("worth a second look", True)


def test_run_again_says_that_it_is_the_same_to_the_last_bit(bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.mouseClick(bar.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(bar.strip.said("again")), timeout=10_000)
    assert "again after run 1" in bar.strip.name.text()
    assert bar.strip.said("again").startswith("Compared with run 1: Reproduced to the last bit: 18 trades")


def test_a_run_with_other_settings_says_what_differs(bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot) -> None:
    from dataclasses import replace

    from app.data.library.records import RunRequest
    from app.engine.assumptions import Assumptions

    asked: list[RunRequest] = []
    drawn.shelf.ask(lambda library: library.runs.request(1), asked.append)
    qtbot.waitUntil(lambda: bool(asked), timeout=5_000)
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        drawn.running().run_again(replace(asked[0], assumptions=Assumptions(fee_rate=0.002)), 1)
    qtbot.waitUntil(lambda: bool(bar.strip.said("again")), timeout=10_000)
    assert "The fee was 0.1000 % and is 0.2000 % a fill." in bar.strip.said("again")


def test_figures_and_trades_are_there_before_the_bars_are_read(
    bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.data.library.runs import Runs

    gate, whole = threading.Event(), Runs.whole

    def slow(self: Runs, overview: Any) -> Any:
        gate.wait(20)
        return whole(self, overview)

    monkeypatch.setattr(Runs, "whole", slow)
    page = drawn.results
    assert page is not None
    drawn.show_history()
    drawn.running().open(1)
    qtbot.waitUntil(lambda: drawn.pages.currentWidget() is page and page.run is None, timeout=10_000)
    assert bar.strip.name.text().startswith("Run 1 · 20")
    assert page.cards.cards[0].value.text() == "−4.1 %"
    assert page.trades.model.rowCount() == 18
    assert page.header.subtitle.text().endswith("8,760 bars")
    assert page.statistics.extremes.isHidden() or not page.statistics.extremes.isVisible()
    assert [button.isEnabled() for button in (bar.again, bar.pin, bar.look_ahead, bar.share)] == [
        True,
        True,
        False,
        False,
    ]
    assert not page.trades.save.isEnabled()
    page.trades.choose(3)
    gate.set()
    qtbot.waitUntil(lambda: page.view is not None, timeout=10_000)
    assert page.price.chosen == page.trades.trade == 3
    assert page.trades.save.isEnabled()
    assert bar.look_ahead.isEnabled()
    assert bar.share.isEnabled()


def test_of_a_run_with_damaged_curves_figures_and_trades_stay(
    bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.data.library.failures import LibraryDamaged
    from app.data.library.runs import Runs

    def damaged(self: Runs, overview: Any) -> Any:
        raise LibraryDamaged("The curves of this run are damaged on the disk.")

    monkeypatch.setattr(Runs, "whole", damaged)
    page = drawn.results
    assert page is not None
    drawn.running().open(1)
    qtbot.waitUntil(drawn.banner.isVisible, timeout=10_000)
    assert drawn.banner.text.text() == "The curves of this run are damaged on the disk."
    assert page.findings.notice.text() == "The curves of this run are damaged on the disk."
    assert page.trades.model.rowCount() == 18
    assert page.run is None
    page.ask_bar(3)
    page.ask_trade(3)
    assert not page.making.busy


def test_the_look_ahead_check_is_done_once_and_kept(
    bar: OpenedRunBar, drawn: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    qtbot.mouseClick(bar.look_ahead, Qt.MouseButton.LeftButton)
    assert drawn.busy.isVisible()
    qtbot.waitUntil(lambda: "Nothing in this run looks ahead" in bar.strip.said("look_ahead"), timeout=30_000)
    assert not drawn.busy.isVisible()
    assert bar.look_ahead.isEnabled()
    settle(drawn, qtbot)
    drawn.close()
    again = open_window()
    _opened_again(again, 1, qtbot)
    assert again.history.bar is not None
    assert "Checked at 20 moments" in again.history.bar.strip.said("look_ahead")
    qtbot.waitUntil(lambda: bool(again.history.bar and again.history.bar.strip.said("repeated")), timeout=20_000)
    assert again.history.bar.strip.said("repeated") == "Repeated just now: the same result to the last bit."


def test_the_look_ahead_check_can_be_stopped(
    bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.results import look_ahead

    def endless(result: object, progress: Report) -> None:
        while True:
            progress(0.5)

    monkeypatch.setattr(look_ahead, "look_ahead_check", endless)
    qtbot.mouseClick(bar.look_ahead, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: drawn.busy.bar.value() == 50, timeout=10_000)
    qtbot.mouseClick(drawn.busy.stop, Qt.MouseButton.LeftButton)
    assert not drawn.busy.isVisible()
    qtbot.waitUntil(lambda: not bar.check.busy, timeout=10_000)
    assert bar.strip.said("look_ahead") == ""
    assert bar.look_ahead.isEnabled()


def test_a_check_that_finds_something_says_so_in_the_colour_of_bad_news(
    bar: OpenedRunBar, drawn: MainWindow, qtbot: QtBot
) -> None:
    finding = {"cuts": 3, "difference": "equity", "sentence": "Look-ahead found: equity.", "checked_ms": 0}
    drawn.shelf.ask(lambda library: library.runs.remember(1, "look_ahead", finding))
    _opened_again(drawn, 1, qtbot)
    assert bar.strip.said("look_ahead").endswith("Look-ahead found: equity.")
    assert bar.strip._facts["look_ahead"].property("tone") == "bad"


def test_the_menu_shares_the_run(bar: OpenedRunBar, qtbot: QtBot, tmp_path: Path) -> None:
    offered: list[str] = []

    def choose(name: str) -> str:
        offered.append(name)
        return str(tmp_path / file)

    bar.sharing.choose_target = choose
    qtbot.waitUntil(lambda: bar._page.values is not None, timeout=20_000)
    for file in ("report.html", "trades.csv", "run.json", "equity.svg", "equity.png", "price.png"):
        with qtbot.waitSignal(bar.sharing.said, timeout=20_000) as said:
            _entry(bar, file).trigger()
        assert said.args == [f"Saved to {file}.", False]
        assert offered.pop() == f"RSI dip in an uptrend {file}"
        _holds_the_run(bar, tmp_path / file)


def _holds_the_run(bar: OpenedRunBar, file: Path) -> None:
    content = file.read_bytes()
    if file.suffix == ".png":
        image = QImage(str(file))
        assert image.width() == 1920
        shades = {image.pixel(x, y) for x in range(0, 1920, 7) for y in range(0, image.height(), 7)}
        assert len(shades) > 8
    elif file.suffix == ".json":
        assert bar.opened is not None
        assert json.loads(content)["run"]["result_hash"] == bar.opened.run.result_hash
    elif file.suffix == ".html":
        assert content.startswith(b"<!doctype html>")
        assert b"Nothing" not in content[:200]
        assert b'class="stage condition"' in content
    else:
        assert content.startswith(b"<svg" if file.suffix == ".svg" else b"side,")


def test_a_place_that_cannot_be_written_is_a_sentence(bar: OpenedRunBar, qtbot: QtBot, tmp_path: Path) -> None:
    bar.sharing.choose_target = lambda name: str(tmp_path / "none" / name)
    with qtbot.waitSignal(bar.sharing.said, timeout=20_000) as said:
        _entry(bar, "run.json").trigger()
    assert said.args is not None
    assert "cannot be written" in said.args[0]
    assert said.args[1]


def _entry(bar: OpenedRunBar, file: str) -> QAction:
    name = {"report.html": "report", "trades.csv": "trades", "run.json": "json"}.get(file, file.replace(".", "_"))
    return next(action for action in bar.share.menu().actions() if action.objectName() == name)


def test_a_chart_has_no_rule_left_that_qt_does_not_know() -> None:
    svg = (
        '<svg class="picture"><style>svg{--own:#123456}.picture .a.b{fill:var(--own)}</style><path class="b a"/></svg>'
    )
    assert spelled_out(svg) == '<svg class="picture"><path class="b a" style="fill:#123456"/></svg>'


def test_a_newer_task_silences_the_older_one(qtbot: QtBot) -> None:
    task = Task()
    told: list[Any] = []

    def slow(report: Report) -> str:
        while True:
            report(0.1)

    task.begin(slow, told.append)
    task.begin(lambda report: "new", told.append)
    qtbot.waitUntil(lambda: told == ["new"], timeout=5_000)
    task.close()
    assert told == ["new"]
