"""Why something happened, or did not, is answered from the run's own arrays."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.result_pages import place_of, template_result, wait_for_all

from app.canvas.typeset import typeset
from app.engine.completed import completed
from app.engine.result import BacktestResult
from app.engine.why import why
from app.results.funnel import funnels
from app.results.story import trade_story
from app.results.why_not import Asking
from app.ui.bar_values import number
from app.ui.results.extras import Extras
from app.ui.results.page import ResultsPage

pytestmark = pytest.mark.gui


def _tags(page: ResultsPage) -> dict[tuple[str, str], str]:
    return {port: tag.text for port, tag in page.why.canvas.canvas.tags.items()}


def _click_bar(page: ResultsPage, bar: int, qtbot: QtBot) -> None:
    page.bars.reveal(bar - 10, bar + 10)
    page.price.repaint()
    at = place_of(page, bar, page.price.low)
    qtbot.mouseClick(page.price, Qt.MouseButton.LeftButton, pos=QPoint(at.x(), at.y() - 3))


def test_a_click_on_a_bar_shows_every_value_at_it(opened: ResultsPage, qtbot: QtBot) -> None:
    result = template_result()
    bar = 5_000
    with qtbot.waitSignal(opened.bar_asked) as asked:
        _click_bar(opened, bar, qtbot)
    bar = asked.args[0]
    assert abs(bar - 5_000) <= 1
    assert opened.side.currentWidget() is opened.why
    tags = _tags(opened)
    assert set(tags) == set(result.values)
    for port, values in result.values.items():
        expected = (
            number(float(values[bar]))
            if values.dtype.kind == "f"
            else {1: "true", 0: "false"}.get(int(values[bar]), "–")
        )
        assert tags[port] == expected
    assert opened.why.sentence.text() == typeset(Asking(result).at(bar).sentence)
    assert opened.price.asked == bar


def test_asking_about_a_bar_in_view_moves_nothing(opened: ResultsPage, qtbot: QtBot) -> None:
    before = opened.price.visible()
    at = QPoint(300, round(opened.price.plot().top()) + 3)
    with qtbot.waitSignal(opened.bar_asked) as asked:
        qtbot.mouseClick(opened.price, Qt.MouseButton.LeftButton, pos=at)
    assert opened.price.visible() == before
    assert opened.price.asked == asked.args[0]
    opened.bars.reveal(10, 30)
    opened.ask_bar(8_000)
    first, last = opened.price.visible()
    assert first <= 8_000 < last


def test_the_condition_that_failed_first_glows(opened: ResultsPage) -> None:
    result = template_result()
    flat = np.flatnonzero(result.position == 0)
    seen = set()
    for bar in flat[100:6_000:300].tolist():
        opened.ask_bar(bar)
        decided = why(result, bar)
        assert decided is not None
        glowing = {name for name, item in opened.why.canvas.canvas.blocks.items() if item.failing}
        assert glowing == ({decided.block_id} if decided.block_id else set())
        seen |= glowing
    assert seen


def test_wires_say_what_they_carry(opened: ResultsPage) -> None:
    result = template_result()
    opened.ask_bar(4_321)
    for wire, line in opened.why.canvas.canvas.wires.items():
        if line.carries == "signal":
            value = int(result.values[wire.source, wire.output][4_321])
            assert line.said == {1: "true", 0: "false"}.get(value, "–")
        else:
            assert line.said == ""


def test_a_double_click_on_a_row_tells_the_story_of_its_trade(opened: ResultsPage, qtbot: QtBot) -> None:
    table = opened.trades.table
    opened.trades.choose(3)
    at = table.visualRect(opened.trades.model.index(opened.trades.model.row_of(3), 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(opened.trade_asked) as asked:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked.args == [3]
    story = trade_story(template_result(), 3)
    shown = [line.text() for line in opened.why.story.lines if line.isVisibleTo(opened)]
    assert shown == [typeset(sentence) for sentence in story.sentences]
    assert opened.why.answer is not None
    assert opened.why.answer.bar == story.entry_bar - 1


@pytest.mark.parametrize(("width", "least"), [(1440, 770), (1024, 590)])
def test_the_answer_leaves_the_figures_of_the_trades_in_view(
    opened: ResultsPage, qtbot: QtBot, width: int, least: int
) -> None:
    opened.resize(width, 860)
    opened.across.setSizes([3 * width // 4, width // 4])
    opened.ask_trade(1)
    left, right = opened.across.sizes()
    assert left >= least
    assert right >= 415, "and the drawing"


def test_return_and_the_button_ask_about_the_chosen_trade(opened: ResultsPage, qtbot: QtBot) -> None:
    assert not opened.trades.why.isEnabled()
    opened.trades.choose(2)
    with qtbot.waitSignal(opened.trade_asked) as asked:
        qtbot.mouseClick(opened.trades.why, Qt.MouseButton.LeftButton)
    assert asked.args == [2]
    opened.trades.choose(4)
    with qtbot.waitSignal(opened.trade_asked) as asked:
        qtbot.keyClick(opened.trades.table, Qt.Key.Key_Return)
    assert asked.args == [4]


def test_while_reasons_are_looked_at_they_follow_the_chosen_trade(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.ask_trade(2)
    qtbot.keyClick(opened.trades.table, Qt.Key.Key_Right)
    assert opened.why.story.title.text() == "Trade 4"
    assert opened.why.story.lines[0].text() == typeset(trade_story(template_result(), 3).sentences[0])


def test_the_bar_before_and_after_are_one_press_away(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.ask_bar(300)
    qtbot.mouseClick(opened.why.later, Qt.MouseButton.LeftButton)
    assert opened.why.answer is not None
    assert opened.why.answer.bar == 301
    opened.ask_bar(0)
    qtbot.mouseClick(opened.why.earlier, Qt.MouseButton.LeftButton)
    assert opened.why.answer.bar == 0


def test_return_on_the_chart_asks_about_the_bar_under_the_crosshair(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.price.setFocus()
    opened.bars.point_at(1_234)
    with qtbot.waitSignal(opened.bar_asked) as asked:
        qtbot.keyClick(opened.price, Qt.Key.Key_Return)
    assert asked.args == [1_234]


def test_the_funnel_counts_the_bars_of_each_condition(opened: ResultsPage) -> None:
    (funnel,) = funnels(template_result())
    opened.ask_bar(10)
    said = [row.accessibleName() for row in opened.why.funnel.rows]
    assert said == [f"{stage.words}: {stage.bars:,}" for stage in funnel.stages]
    labels = {each.text() for each in opened.why.funnel.findChildren(QLabel)}
    assert {f"{stage.bars:,}" for stage in funnel.stages} <= labels


def test_nothing_changes_the_drawing_of_a_run(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.ask_bar(10)
    canvas = opened.why.canvas
    strategy = canvas.editor.strategy
    item = next(iter(canvas.canvas.blocks.values()))
    at = canvas.mapFromScene(item.pos() + item.body.center())
    qtbot.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(canvas.viewport(), at + QPoint(60, 40))
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(60, 40))
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_A, Qt.Key.Key_F2):
        qtbot.keyClick(canvas, key)
    assert canvas.editor.strategy is strategy
    assert not canvas.quick_add.isVisible()
    assert canvas.editor.undo_stack.count() == 0


def test_tab_leaves_the_drawing(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.ask_bar(10)
    opened.why.canvas.setFocus()
    qtbot.keyClick(opened.why.canvas, Qt.Key.Key_Tab)
    assert not opened.why.canvas.hasFocus()


def test_the_drawing_stays_large_enough_to_read_and_scrolls(opened: ResultsPage, qtbot: QtBot) -> None:
    canvas = opened.why.canvas
    opened.ask_bar(10)
    opened.resize(900, 620)
    qtbot.waitUntil(lambda: canvas.width() < 560, timeout=5_000)
    assert canvas.zoom == pytest.approx(0.8)
    across = canvas.horizontalScrollBar()
    assert across.maximum() > across.minimum()
    assert across.isVisible()
    opened.resize(2_200, 1_300)
    qtbot.waitUntil(lambda: canvas.width() > 740, timeout=5_000)
    shown = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert shown.contains(canvas.canvas.bounds())


def test_the_block_that_failed_is_brought_into_view(opened: ResultsPage, qtbot: QtBot) -> None:
    canvas = opened.why.canvas
    opened.resize(900, 620)
    opened.ask_bar(10)
    qtbot.waitUntil(lambda: canvas.width() < 560, timeout=5_000)
    failing = next(item for item in canvas.canvas.blocks.values() if item.failing)
    across = canvas.horizontalScrollBar()
    across.setValue(across.maximum())
    place = canvas.mapFromScene(failing.mapRectToScene(failing.body)).boundingRect()
    assert not canvas.viewport().rect().contains(place)
    opened.ask_bar(11)
    failing = next(item for item in canvas.canvas.blocks.values() if item.failing)
    place = canvas.mapFromScene(failing.mapRectToScene(failing.body)).boundingRect()
    assert canvas.viewport().rect().contains(place)


def test_the_block_that_failed_stays_in_view_when_the_panel_finds_its_size(opened: ResultsPage, qtbot: QtBot) -> None:
    canvas, result = opened.why.canvas, template_result()
    dip = next(bar for bar in range(300, len(result.bars)) if _failing(result, bar) == "greater_1")
    opened.resize(900, 620)
    opened.ask_bar(dip)
    qtbot.waitUntil(lambda: canvas.width() < 560, timeout=5_000)
    block = canvas.canvas.blocks["greater_1"]

    def seen() -> bool:
        return canvas.viewport().rect().contains(canvas.mapFromScene(block.mapRectToScene(block.body)).boundingRect())

    qtbot.waitUntil(lambda: canvas.verticalScrollBar().maximum() > 0 and seen(), timeout=5_000)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert not seen(), "Home shows the beginning"


def _failing(result: BacktestResult, bar: int) -> str:
    decided = why(result, bar)
    return decided.block_id if decided is not None else ""


def test_the_drawing_moves_and_zooms_by_keys(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.ask_bar(10)
    canvas = opened.why.canvas
    before = canvas.zoom
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom > before
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.zoom == pytest.approx(before)


def test_a_question_asked_too_early_is_answered_when_the_values_are_there(page: ResultsPage, qtbot: QtBot) -> None:
    result, gate = template_result(), threading.Event()

    def repeat(progress: object) -> object:
        gate.wait(20)
        return result

    page.show_run(completed(result), Extras(repeat=repeat))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.view is not None)
    page.ask_bar(777)
    assert "being worked out" in page.why.notice.text()
    assert not _tags(page)
    gate.set()
    wait_for_all(page, qtbot)
    assert page.why.answer is not None
    assert page.why.answer.bar == 777
    assert _tags(page)


def test_a_bar_outside_the_run_is_not_asked_about(opened: ResultsPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(opened.bar_asked):
        opened.ask_bar(-1)
        opened.ask_bar(10**9)
    with qtbot.assertNotEmitted(opened.trade_asked):
        opened.ask_trade(10**6)
