"""Indicators with a scale of their own stand below the price, with the levels they are compared with."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run

from app.strategy import edits, templates
from app.strategy.document import Strategy, Wire
from app.ui.builder import Builder
from app.ui.charts.pane_view import levels
from app.ui.charts.price_chart import MOST_LINES
from app.ui.charts.price_panes import MOST_PANES
from app.ui.charts.scales import apart, value_text
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def test_the_rsi_has_a_pane_with_the_levels_it_is_compared_with(builder: Builder) -> None:
    (pane,) = builder.result.panes.panes
    assert pane.pane is not None
    assert pane.pane.title == "RSI 14"
    assert pane.pane.levels == (35.0, 55.0)
    assert (pane.pane.low, pane.pane.high) == (0.0, 100.0)
    pane.resize(600, 200)
    pane.grab()
    assert pane.marks(4) == [35.0, 55.0]


def test_levels_close_to_each_other_are_all_written_and_none_over_another(builder: Builder) -> None:
    (pane,) = builder.result.panes.panes
    assert pane.view is not None
    assert pane.pane is not None
    many = tuple(float(n) for n in range(40, 60))
    for compared in ((44.0, 46.0), (30.0, 31.0, 32.0), (0.0, 1.0), (99.0, 100.0), many):
        pane.show_pane(pane.view, replace(pane.pane, levels=compared))
        pane.resize(600, 70)
        pane.grab()
        marks = pane.marks(4)
        written = pane.written_at(marks)
        assert set(marks) >= {compared[0], compared[-1]}
        assert len(marks) == min(len(compared), 4)
        assert all(above - below <= -12.99 for below, above in pairwise(written))
        assert pane.plot().top() <= min(written) <= max(written) <= pane.plot().bottom()


def test_heights_move_no_further_than_they_must() -> None:
    assert apart([10.0, 40.0], 12.0, 0.0, 100.0) == [10.0, 40.0]
    assert apart([10.0, 14.0, 60.0], 12.0, 0.0, 100.0) == [6.0, 18.0, 60.0]
    assert apart([1.0, 2.0], 12.0, 0.0, 100.0) == [0.0, 12.0]
    assert apart([50.0, 98.0, 99.0], 12.0, 0.0, 100.0) == [50.0, 88.0, 100.0]
    assert apart([], 12.0, 0.0, 100.0) == []


def test_a_number_block_is_a_level_too_and_a_series_is_none() -> None:
    strategy = templates.template("rsi_dip").strategy
    strategy = edits.add_block(strategy, "constant")
    number = strategy.blocks[-1].id
    strategy = edits.set_param(strategy, number, "value", 20.0)
    target = next(wire.target for wire in strategy.wires if wire.source == "rsi_1")
    strategy = edits.connect(strategy, Wire(number, "value", target, "right"))
    assert 20.0 in levels(strategy, "rsi_1")
    assert 35.0 not in levels(strategy, "rsi_1")
    assert levels(strategy, "ema_1") == ()


def test_panes_come_and_go_with_the_blocks(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "macd"))
    wait_for_run(drawn, qtbot)
    assert [pane.pane.title for pane in builder.result.panes.panes if pane.pane] == ["RSI 14", "MACD 12 26 9"]
    builder.editor.undo_stack.undo()
    wait_for_run(drawn, qtbot)
    assert len(builder.result.panes.panes) == 1


def test_a_pane_folds_by_mouse_and_key_and_stays_folded(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    (pane,) = builder.result.panes.panes
    tall = pane.height()
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(60, 8))
    qtbot.waitUntil(lambda: pane.height() < tall / 2)
    builder.editor.perform("Change", lambda strategy: edits.set_param(strategy, "rsi_1", "period", 9))
    wait_for_run(drawn, qtbot)
    assert pane.folded
    qtbot.keyClick(pane, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pane.height() > tall / 2)


def test_the_crosshair_runs_through_price_and_pane(builder: Builder) -> None:
    (pane,) = builder.result.panes.panes
    QTest.mouseMove(pane, QPoint(200, 40))
    pointed = builder.result.bars.hover
    assert pointed >= 0
    assert builder.result.price.x_of(pointed) == pane.x_of(pointed)
    texts = [value for _, value, _ in pane.legend(pointed)]
    assert value_text(float(pane.pane.lines[0].values[pointed])) in texts  # type: ignore[union-attr]


def test_every_block_gets_a_small_curve(builder: Builder) -> None:
    sparks = builder.canvas.canvas.sparks
    assert 2 <= len(sparks["rsi_1", "value"]) <= 48
    assert {port[0] for port in sparks} >= {"rsi_1", "ema_1"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(35.0, "35"), (41.256, "41.26"), (-0.3191, "−0.3191"), (1_250_000.0, "1.25 M"), (float("nan"), "–"), (0.0, "0")],
)
def test_values_are_written_in_few_characters(value: float, text: str) -> None:
    assert value_text(value) == text


def test_more_lines_and_panes_than_there_is_room_for_are_told_of(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    def many(strategy: Strategy) -> Strategy:
        for number in range(14):
            strategy = edits.add_block(strategy, "ema")
            strategy = edits.set_param(strategy, strategy.blocks[-1].id, "period", 20 + number)
        for _ in range(8):
            strategy = edits.add_block(strategy, "roc")
        return strategy

    result = builder.result
    assert result.panes.more.isHidden()
    builder.editor.perform("Add", many)
    wait_for_run(drawn, qtbot)
    assert result.view is not None
    assert len(result.view.overlays) == 15
    assert [(name, text) for name, text, _ in result.price.legend(-1)][1] == ("Lines", f"{MOST_LINES} of 15")
    assert len([*result.price.legend(-1)]) == 2 + MOST_LINES
    assert len(result.panes.panes) == MOST_PANES
    assert result.panes.more.isVisible()
    assert all(pane.folded for pane in result.panes.panes), "their headings alone take much of the room"
    assert result.panes.more.text().startswith("Not drawn for want of room: ROC")
    assert result.panes.indexOf(result.panes.more) == result.panes.count() - 1
    builder.editor.undo_stack.undo()
    wait_for_run(drawn, qtbot)
    assert result.panes.more.isHidden()
    assert len([*result.price.legend(-1)]) == 2


def test_only_so_many_lines_are_painted(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    price, painted = builder.result.price, []
    view = builder.result.view
    assert view is not None
    monkeypatch.setattr(price, "paint_line", lambda *args: painted.append(args))
    price.view = replace(view, overlays=view.overlays * 40)
    price.redraw()
    price.grab()
    assert len(painted) == MOST_LINES


def test_in_a_very_low_window_no_pane_begins_open_in_a_low_one_one_and_more_where_there_is_room(
    builder: Builder, drawn: MainWindow, qtbot: QtBot
) -> None:
    panes = builder.result.panes
    for height, folded in ((600, [True, True]), (720, [False, True]), (1100, [False, False]), (720, [False, True])):
        drawn.resize(1280, height)
        qtbot.waitUntil(lambda height=height: drawn.height() == height)
        builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "macd"))
        wait_for_run(drawn, qtbot)
        assert [pane.folded for pane in panes.panes] == folded
        assert panes.price.plot().height() > 40
        builder.editor.undo_stack.undo()
        wait_for_run(drawn, qtbot)
    QTest.mouseClick(panes.panes[0].fold_button, Qt.MouseButton.LeftButton)
    builder.editor.perform("Add", lambda strategy: edits.add_block(strategy, "macd"))
    wait_for_run(drawn, qtbot)
    assert [pane.folded for pane in panes.panes] == [True, True]
