"""The result follows the drawing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from support.window_runs import wait_for_run

from app.engine.backtest import backtest
from app.jobs.live_run import Outcome, Request
from app.market.resample import derive
from app.market.timeframe import Timeframe
from app.strategy import edits, templates
from app.strategy.document import Strategy
from app.ui.background import Finished
from app.ui.builder import Builder
from app.ui.charts.chart import Chart
from app.ui.charts.run_view import RunViews
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


def _focused(chart: Chart, qtbot: QtBot) -> Chart:
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    qtbot.waitUntil(chart.hasFocus)
    return chart


def _change(builder: Builder, block: str, name: str, value: float) -> None:
    builder.editor.perform("Change", lambda strategy: edits.set_param(strategy, block, name, value))


def test_an_edit_changes_curve_figures_and_words(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    before, words = builder.result.view, builder.words.text.text()
    _change(builder, "rsi_1", "period", 7)
    wait_for_run(drawn, qtbot)
    after = builder.result.view
    assert after is not None
    assert before is not None
    assert after.figures["trades"] != before.figures["trades"]
    assert builder.result.ghost is before
    assert builder.words.text.text() != words
    assert builder.result.figures.tiles["trades"].change.text()[0] in "▲▼"
    for name, tile in builder.result.figures.tiles.items():
        tone = {"+": "good", "−": "bad"}[tile.value.text()[0]] if name in ("total_return", "against_holding") else ""
        assert tile.value.property("tone") == tone


def test_another_market_is_no_change_of_the_one_before(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    _change(builder, "rsi_1", "period", 7)
    wait_for_run(drawn, qtbot)
    assert builder.result.ghost is not None
    builder.editor.perform("Change", lambda strategy: edits.set_instrument(strategy, "HARBOR/USD", "sample"))
    wait_for_run(drawn, qtbot)
    assert builder.result.ghost is None
    assert builder.result.figures.tiles["total_return"].change.text() == " "


def test_moving_a_block_runs_nothing(builder: Builder, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(builder.background.started, wait=100):
        builder.editor.perform("Move", lambda strategy: edits.move(strategy, {"rsi_1": (5.0, 5.0)}))


def test_another_fee_changes_the_result_and_the_sentence(builder: Builder, qtbot: QtBot) -> None:
    before = builder.result.view
    assert before is not None
    builder.result.run_bar.fee.setValue(0.5)
    qtbot.waitUntil(lambda: builder.result.view is not before, timeout=10_000)
    after = builder.result.view
    assert after is not None
    assert after.figures["total_return"] < before.figures["total_return"]  # type: ignore[operator]
    assert "0.5\u00a0%" in builder.result.assumptions.text()
    assert "not a promise" in builder.result.assumptions.text()
    assert "synthetic sample market" in builder.result.assumptions.text()


def test_where_the_finest_candles_are_hours_no_minute_is_said_to_be_watched(builder: Builder) -> None:
    assert "minute by minute" in builder.result.assumptions.toolTip()
    view = builder.result.view
    assert view is not None
    found = backtest(view.result.strategy, derive(view.result.base, Timeframe.parse("1h")).bars)
    outcome = replace(view.outcome, result=found)
    builder.background.finished.emit(Finished(outcome, RunViews().of(outcome)))
    for _ in range(2):
        assert "watched on 1h candles, the finest there are" in builder.result.assumptions.toolTip()
        assert "minute" not in builder.result.assumptions.toolTip()
        builder.result.refresh()


def test_a_longer_period_shows_more_bars(builder: Builder, qtbot: QtBot) -> None:
    before = builder.result.view
    button = next(b for b in builder.result.run_bar.periods.buttons.buttons() if b.text() == "All")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: builder.result.view is not before, timeout=10_000)
    assert builder.result.view is not None
    assert before is not None
    assert len(builder.result.view.bars) > len(before.bars)


def test_the_instrument_is_an_edit_that_can_be_undone(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    box = builder.result.run_bar.instrument
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(box.panel.search, "storm")
    qtbot.keyClick(box.panel.search, Qt.Key.Key_Return)
    wait_for_run(drawn, qtbot)
    assert builder.editor.strategy.symbol == "STORM/USD"
    assert "STORM/USD" in builder.words.text.text()
    drawn.activateWindow()
    qtbot.waitUntil(drawn.isActiveWindow)
    QTest.keySequence(drawn, "Ctrl+Z")
    wait_for_run(drawn, qtbot)
    assert builder.editor.strategy.symbol == "RIVER/USD"
    assert box.text().startswith("RIVER/USD")
    assert not box.panel.isVisible()


def test_a_drawing_that_does_nothing_yet_says_so_calmly(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.open_strategy(Strategy("Empty"))
    wait_for_run(drawn, qtbot)
    assert builder.result.message.text().startswith("Nothing happens yet")
    assert builder.result.message.property("tone") == ""
    assert builder.result.figures.tiles["total_return"].value.text() == "–"


def test_an_unfinished_drawing_still_shows_the_market(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    builder.editor.perform("Remove", lambda strategy: edits.remove_block(strategy, "rsi_1"))
    qtbot.waitUntil(lambda: builder.result.message.text().startswith("Not finished yet"), timeout=10_000)
    assert "'" not in builder.result.message.text()
    assert builder.result.view is not None
    assert len(builder.result.view.bars) > 8_000


def test_an_instrument_without_candles_is_a_sentence(builder: Builder, qtbot: QtBot) -> None:
    builder.editor.perform("Choose", lambda strategy: edits.set_instrument(strategy, "BTC/USDT", "binance"))
    qtbot.waitUntil(lambda: "candles of BTC/USDT" in builder.result.message.text(), timeout=10_000)
    assert builder.result.run_bar.instrument.text() == "BTC/USDT  ·  Binance"
    assert builder.result.price.view is None
    assert builder.result.message.property("tone") == ""
    assert builder.result.fetch.isVisible()
    assert builder.result.fetch.button.text() == "Fetch"


def test_pointing_at_a_bar_says_which_condition_failed_first(builder: Builder) -> None:
    chart = builder.result.price
    seen = set()
    for x in range(20, int(chart.plot().width()), 40):
        QTest.mouseMove(chart, QPoint(x, 80))
        if builder.result.bars.hover >= 0:
            seen.add(builder.result.reason.text().split(" (")[0])
    assert any("is not true" in text for text in seen)
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert builder.result.bars.hover == -1
    assert builder.result.reason.text() == ""
    assert builder.result.assumptions.isVisible()


def test_the_arrows_move_the_crosshair(builder: Builder, qtbot: QtBot) -> None:
    chart = _focused(builder.result.price, qtbot)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    pointed = builder.result.bars.hover
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert builder.result.bars.hover == pointed - 1
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert builder.result.bars.hover == -1


def test_zoom_and_pan_stay_within_the_bars(builder: Builder, qtbot: QtBot) -> None:
    chart, bars = _focused(builder.result.price, qtbot), builder.result.bars
    for _ in range(8):
        qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert bars.last - bars.first < bars.count / 4
    for _ in range(40):
        qtbot.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert bars.last == bars.count
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert (bars.first, bars.last) == (0.0, float(bars.count))


def test_opening_another_drawing_compares_with_nothing(builder: Builder, drawn: MainWindow, qtbot: QtBot) -> None:
    _change(builder, "rsi_1", "period", 7)
    wait_for_run(drawn, qtbot)
    drawn.open_strategy(templates.template("golden_cross").strategy)
    wait_for_run(drawn, qtbot)
    assert builder.result.ghost is None
    assert builder.result.figures.tiles["trades"].change.text().strip() == ""


@pytest.mark.parametrize("end", ["takes long", "failed"])
def test_figures_of_one_drawing_are_not_shown_under_another(
    builder: Builder, drawn: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    background, result = builder.background, builder.result

    def ask(request: Request) -> None:
        background.started.emit()
        if end == "failed":
            background.finished.emit(Finished(Outcome(request, "failed", "It went wrong."), None))

    assert result.price.view is not None
    monkeypatch.setattr(background, "ask", ask)
    drawn.open_strategy(templates.template("golden_cross").strategy)
    qtbot.waitUntil(lambda: result.price.view is None)
    assert {tile.value.text() for tile in result.figures.tiles.values()} == {"–"}
    assert result.equity.view is None
    assert result.message.isVisible() == (end == "failed")
