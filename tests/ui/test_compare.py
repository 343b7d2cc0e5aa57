"""Runs side by side: figures, curves, drawings, trades."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run
from support.window_saving import save, settle

from app.canvas.theme import DARK, LIGHT
from app.strategy import edits, templates
from app.strategy.difference import difference
from app.ui.compare.compare_page import ComparePage
from app.ui.compare.compared import dashed, shade
from app.ui.main_window import MainWindow
from app.ui.versions_panel import VersionsPanel

pytestmark = pytest.mark.gui


def _run(window: MainWindow, qtbot: QtBot) -> None:
    wait_for_run(window, qtbot)
    assert window.builder is not None
    with qtbot.waitSignal(window.running().shown, timeout=20_000):
        qtbot.mouseClick(window.builder.run_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    window.show_builder()


@pytest.fixture
def compared(begin_with: Callable[..., None], open_window: Callable[..., MainWindow]) -> MainWindow:
    """Return the window with three runs: one, one with another param, and one with a block more and a block less."""
    first = templates.template("rsi_dip").strategy
    second = edits.set_param(first, "rsi_1", "period", 7)
    third = edits.add_block(edits.remove_block(second, "stop_loss_1"), "time_exit")
    begin_with(first, second, third)
    return open_window()


@pytest.fixture
def page(compared: MainWindow, qtbot: QtBot) -> ComparePage:
    """Return the page with the three runs."""
    qtbot.mouseClick(compared.bar.page("history"), Qt.MouseButton.LeftButton)
    history = compared.history.page()
    qtbot.waitUntil(lambda: len(history.model.ids) == 3, timeout=10_000)
    for run_id, keys in (
        (3, Qt.KeyboardModifier.NoModifier),
        (1, Qt.KeyboardModifier.ControlModifier),
        (2, Qt.KeyboardModifier.ControlModifier),
    ):
        index = history.model.index(history.model.row_of(run_id), 4)
        at = history.table.visualRect(index).center()
        qtbot.mouseClick(history.table.viewport(), Qt.MouseButton.LeftButton, keys, at)
    qtbot.mouseClick(history.button("compare"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(compared.pages.currentWidget(), ComparePage), timeout=10_000)
    found = compared.pages.currentWidget()
    assert isinstance(found, ComparePage)
    qtbot.waitUntil(lambda: not found.plot.reading, timeout=10_000)
    return found


def test_one_run_alone_cannot_be_compared(drawn: MainWindow, qtbot: QtBot) -> None:
    _run(drawn, qtbot)
    drawn.show_history()
    history = drawn.history.page()
    qtbot.waitUntil(lambda: len(history.model.ids) == 1, timeout=10_000)
    history.table.selectRow(0)
    assert not history.button("compare").isEnabled()
    assert history.button("open").isEnabled()


def test_figures_stand_side_by_side_with_the_difference_to_the_first(page: ComparePage) -> None:
    shown = page.shown
    assert shown is not None
    assert [summary.id for summary in shown.summaries] == [1, 2, 3]
    heads = [page.figures.horizontalHeaderItem(n).text() for n in range(page.figures.columnCount())]
    assert heads == ["Figure", "Run 1", "Run 2", "to run 1", "Run 3", "to run 1"]
    rows = {page.figures.item(row, 0).text(): row for row in range(page.figures.rowCount())}
    trades = [page.figures.item(rows["Trades"], column).text() for column in range(1, 6)]
    first, second = len(shown.runs[0].trades), len(shown.runs[1].trades)
    assert trades[:3] == [str(first), str(second), f"+{second - first}"]
    assert page.figures.item(rows["Buy and hold"], 3).text() == "="


def test_what_differs_between_the_drawings_is_said_and_framed(page: ComparePage) -> None:
    assert "RSI: period was 14 and is 7." in page.sentences.text()
    assert page.drawing.changed == {"rsi_1"}
    assert not page.drawing.added
    page.pair.setCurrentIndex(1)
    assert page.pair.currentText() == "From run 1 to run 3"
    assert "Added: Time exit." in page.sentences.text()
    assert "Removed: Stop loss." in page.sentences.text()
    assert page.drawing.added == {"time_exit_1"}
    block = page.drawing.canvas.blocks["time_exit_1"]
    corner = page.drawing.mapFromScene(block.mapToScene(QPoint(88, -5)))
    picture = page.drawing.viewport().grab().toImage()
    near = [picture.pixelColor(corner.x(), corner.y() + shift) for shift in range(-3, 4)]
    assert any(shade.green() > shade.red() + 40 for shade in near)


def test_the_curves_can_be_read_at_any_moment(page: ComparePage, qtbot: QtBot) -> None:
    plot, shown = page.plot, page.shown
    assert shown is not None
    qtbot.mouseMove(plot, plot.plot().center().toPoint())
    words = plot.words(plot.count() - 1)
    total = shown.runs[0].metrics["total_return"]
    assert total is not None
    assert f"Run 1 {100 * total:+.1f} %".replace("-", "−") in words
    assert "Run 3" in words
    plot.point_at(10)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed == 11


def test_each_trade_that_only_one_run_has_is_listed(page: ComparePage, qtbot: QtBot) -> None:
    shown = page.shown
    assert shown is not None
    only = shown.comparison.trades.only
    assert page.trades.rowCount() == sum(map(len, only))
    assert page.only.itemText(2) == f"Run 2 alone has {len(only[1]):,}"
    page.only.setCurrentIndex(2)
    assert page.trades.rowCount() == len(only[1])
    assert {page.trades.run_of(row) for row in range(page.trades.rowCount())} == {2}
    assert page.trades.text(0, 0) == "Run 2"
    assert page.trades.text(0, 1) == str(only[1][0] + 1)
    page.only.setCurrentIndex(0)
    entered = [page.trades.text(row, 3) for row in range(page.trades.rowCount())]
    assert entered == sorted(entered)


def test_a_key_opens_its_run_and_back_leads_to_the_history(
    page: ComparePage, compared: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(compared.running().shown, timeout=10_000) as shown:
        qtbot.mouseClick(page.keys.keys[1], Qt.MouseButton.LeftButton)
    assert shown.args is not None
    assert shown.args[0].summary.id == 2
    compared.show_page("history", page)
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert compared.pages.currentWidget() is compared.history.page()


def test_the_colours_follow_the_theme_and_every_curve_is_its_own(page: ComparePage, compared: MainWindow) -> None:
    for theme in (LIGHT, DARK):
        looks = {(shade(theme, number), dashed(number)) for number in range(6)}
        assert len({look[0] for look in looks}) == 6
    compared.choose_theme("dark")
    assert page.plot.theme is DARK
    assert page.drawing.canvas.theme is DARK
    assert all(key.accessibleName().startswith("Run ") for key in page.keys.keys)


def test_shared_trades_are_counted(page: ComparePage) -> None:
    assert page.shown is not None
    shared = page.shown.comparison.trades.shared
    assert page.shared.text().startswith(f"{shared:,} trade")
    assert np.all([len(only) + shared <= len(run.trades) for only, run in zip(
        page.shown.comparison.trades.only, page.shown.runs, strict=True
    )])  # fmt: skip


def test_versions_lead_to_their_runs_side_by_side(drawn: MainWindow, qtbot: QtBot) -> None:
    builder = drawn.builder
    assert builder is not None
    _run(drawn, qtbot)
    builder.editor.perform("Period", lambda strategy: edits.set_param(strategy, "rsi_1", "period", 7))
    save(drawn, qtbot)
    panel = builder.findChildren(VersionsPanel)[0]
    builder.side.setCurrentWidget(panel)
    panel.list.setCurrentRow(0)
    settle(drawn, qtbot)
    assert not panel.compare_button.isEnabled()
    panel.list.setCurrentRow(1)
    settle(drawn, qtbot)
    qtbot.mouseClick(panel.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(drawn.banner.isVisible, timeout=5_000)
    assert drawn.banner.text.text() == "Version 2 has not been run yet, so it has no trades to compare."
    with qtbot.waitSignal(drawn.running().shown, timeout=20_000):
        qtbot.mouseClick(drawn.banner.action, Qt.MouseButton.LeftButton)
    drawn.show_builder()
    settle(drawn, qtbot)
    panel.list.setCurrentRow(1)
    settle(drawn, qtbot)
    qtbot.mouseClick(panel.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(drawn.pages.currentWidget(), ComparePage), timeout=10_000)
    page = drawn.pages.currentWidget()
    assert isinstance(page, ComparePage)
    assert "RSI: period was 14 and is 7." in page.sentences.text()


def test_a_curve_that_equals_another_still_shows(page: ComparePage, qtbot: QtBot) -> None:
    first = page.plot.curves[0]
    for number in (1, 2):
        page.plot.take(number, first)
    picture = page.plot.grab().toImage()
    shades = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert {shade(page.plot.theme, 0), shade(page.plot.theme, 2)} <= shades


def test_everything_but_the_curves_is_there_at_once_and_says_so(page: ComparePage) -> None:
    assert page.shown is not None
    shown, curves = page.shown, dict(page.plot.curves)
    page.show_runs(shown)
    assert page.figures.rowCount() == len(shown.comparison.figures)
    assert page.trades.rowCount() > 0
    assert page.plot.count() == 0
    assert page.plot.reading
    assert page.plot.accessibleDescription() == "Reading curve 1 of 3…"
    page.plot.take(0, curves[0])
    assert page.plot.count() > 0
    assert "Run 1" in page.plot.words(400)
    assert "Run 2" not in page.plot.words(400)
    assert page.plot.accessibleDescription() == "Reading curve 2 of 3…"
    page.plot.take(1, None)
    page.plot.take(2, curves[2])
    assert not page.plot.reading
    assert page.plot.accessibleDescription() == "1 curve cannot be drawn"
    assert "Run 3" in page.plot.words(400)


def test_curves_of_runs_that_are_not_compared_any_more_are_not_shown(
    page: ComparePage, compared: MainWindow, qtbot: QtBot
) -> None:
    compared.history.compare([1, 2, 3])
    compared.history.compare([2, 3])
    qtbot.waitUntil(lambda: page.shown is not None and len(page.shown.runs) == 2, timeout=10_000)
    qtbot.waitUntil(lambda: not page.plot.reading, timeout=10_000)
    settle(compared, qtbot)
    assert sorted(page.plot.curves) == [0, 1]


def test_the_figures_of_three_runs_are_all_in_view_unless_the_hand_has_divided_the_page(
    page: ComparePage, compared: MainWindow, qtbot: QtBot
) -> None:
    compared.resize(1024, 700)
    qtbot.waitUntil(lambda: page.figures.horizontalScrollBar().maximum() == 0, timeout=5_000)
    assert page.plot.width() >= 1024 // 3
    page.top.arrange("700 300")
    compared.resize(1034, 700)
    qtbot.waitUntil(lambda: page.top.width() == 1034, timeout=5_000)
    assert page.plot.width() > 650


def test_what_was_removed_stays_as_a_ghost(page: ComparePage) -> None:
    drawing = page.drawing
    assert not drawing.ghosts
    page.pair.setCurrentIndex(1)
    assert set(drawing.ghosts) == {"stop_loss_1"}
    ghost = drawing.ghosts["stop_loss_1"]
    blocks = drawing.canvas.blocks
    assert "stop_loss_1" not in blocks
    box = ghost.mapRectToScene(ghost.body)
    assert not any(box.intersects(item.mapRectToScene(item.body)) for item in blocks.values())
    assert drawing.whole().contains(box)
    assert sorted(what for _, what in drawing.marked()) == ["added", "changed", "removed"]
    tags = [" ".join(label.text().split()) for label in page.legend.findChildren(QLabel)]
    assert tags == ["+ added", "− removed", "≠ changed"]
    drawing.bring("time_exit_1")
    corner = drawing.mapFromScene(box.adjusted(-5, -5, 5, 5).topLeft())
    picture = drawing.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    near = [picture.pixelColor(round((corner.x() + x) * ratio), round(corner.y() * ratio)) for x in range(10, 40)]
    assert any(shade.name() == drawing.canvas.theme.bad for shade in near)
    page.pair.setCurrentIndex(0)
    assert not drawing.ghosts


def test_wires_of_a_ghost_end_where_they_did(page: ComparePage) -> None:
    drawing, old = page.drawing, templates.template("rsi_dip").strategy
    new = edits.remove_block(old, "rsi_1")
    drawing.show_difference(old, new, difference(old, new))
    gone = {wire for wire in old.wires if "rsi_1" in (wire.source, wire.target)}
    assert set(drawing.gone) == gone
    assert gone
    for wire in gone:
        start = drawing._end(wire.source, wire.output, "output")
        assert start.x() == drawing.ghosts["rsi_1"].pos().x() + drawing.ghosts["rsi_1"].body.width()
        target = drawing.canvas.blocks[wire.target]
        assert drawing._end(wire.target, wire.input, "input").x() == target.pos().x()
    assert not drawing.viewport().grab().isNull()
