"""Any instrument can be chosen; what is not stored is fetched, and the result grows with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.desks import NOW, desk_in, keep
from support.fake_feeds import FakeFeeds

from app.canvas.theme import LIGHT
from app.data.feed_errors import FeedUnavailable
from app.jobs.market_bars import Period
from app.market.timeframe import DAY_MS
from app.strategy import templates
from app.ui import look
from app.ui.builder import Builder
from app.ui.run_settings import RunSettings

pytestmark = pytest.mark.gui


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds(together=10)


@pytest.fixture
def builder(qtbot: QtBot, qapp: QApplication, tmp_path: Path, feeds: FakeFeeds) -> Iterator[Builder]:
    qapp.setStyle("Fusion")
    desk = desk_in(tmp_path, feeds)
    made = Builder(LIGHT, RunSettings(Period(91)), desk)
    look.apply(made, LIGHT)
    made.resize(1280, 860)
    qtbot.addWidget(made)
    made.show()
    made.open(templates.template("rsi_dip").strategy)
    qtbot.waitUntil(lambda: made.result.view is not None, timeout=20_000)
    yield made
    feeds.gate.set()
    made.close_down()


def _choose(builder: Builder, qtbot: QtBot, text: str) -> None:
    button = builder.result.run_bar.instrument
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(button.panel.search, text)
    qtbot.waitUntil(lambda: any(entry.symbol.startswith(text.upper()) for entry in button.panel.entries()))
    qtbot.keyClick(button.panel.search, Qt.Key.Key_Return)


def _bars(builder: Builder) -> int:
    view = builder.result.view
    return len(view.bars) if view is not None and view.symbol == builder.editor.strategy.symbol else 0


def test_choosing_an_instrument_fetches_it_and_runs_on_all_of_it(builder: Builder, qtbot: QtBot) -> None:
    _choose(builder, qtbot, "btc")
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)
    assert (builder.editor.strategy.symbol, builder.editor.strategy.exchange) == ("BTC/USDT", "binance")
    qtbot.waitUntil(lambda: not builder.result.fetch.isVisible(), timeout=10_000)
    builder.editor.undo_stack.undo()
    qtbot.waitUntil(lambda: _bars(builder) > 0, timeout=10_000)
    assert builder.editor.strategy.symbol == "RIVER/USD"


def test_a_result_appears_early_and_the_fetch_can_be_stopped(builder: Builder, qtbot: QtBot, feeds: FakeFeeds) -> None:
    feeds.gate.clear()
    _choose(builder, qtbot, "btc")
    qtbot.waitUntil(lambda: 0 < _bars(builder) <= 2 * 24, timeout=20_000)
    strip = builder.result.fetch
    assert strip.isVisible()
    assert "minutes" in strip.text.text()
    assert strip.button.text() == "Stop"
    qtbot.mouseClick(strip.button, Qt.MouseButton.LeftButton)
    feeds.gate.set()
    qtbot.waitUntil(lambda: strip.button.text() == "Go on", timeout=10_000)
    assert _bars(builder) > 0
    qtbot.mouseClick(strip.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)


def test_more_candles_of_the_same_drawing_leave_no_ghost(builder: Builder, qtbot: QtBot) -> None:
    _choose(builder, qtbot, "btc")
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)
    ghost = builder.result.ghost
    assert ghost is None or ghost.symbol == "RIVER/USD"


def test_without_the_network_a_sentence_stands_there_and_the_drawing_is_untouched(
    builder: Builder, qtbot: QtBot, feeds: FakeFeeds
) -> None:
    feeds.problem = FeedUnavailable("Binance cannot be reached; is this computer online?")
    before = builder.editor.strategy.blocks
    _choose(builder, qtbot, "btc")
    strip = builder.result.fetch
    qtbot.waitUntil(lambda: "cannot be reached" in strip.text.text(), timeout=20_000)
    assert strip.button.text() == "Try again"
    assert builder.editor.strategy.blocks == before
    feeds.problem = None
    qtbot.mouseClick(strip.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)


def test_a_longer_period_fetches_what_it_needs_more(builder: Builder, qtbot: QtBot, feeds: FakeFeeds) -> None:
    keep(builder.desk, "BTC/USDT", NOW - 200 * DAY_MS, NOW)
    _choose(builder, qtbot, "btc")
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)
    assert feeds.asked == []
    button = next(b for b in builder.result.run_bar.periods.buttons.buttons() if b.text() == "1Y")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _bars(builder) >= 365 * 24, timeout=30_000)
    assert len(feeds.asked) == 1


def test_undoing_to_an_instrument_without_candles_offers_and_fetches_nothing(
    builder: Builder, qtbot: QtBot, feeds: FakeFeeds
) -> None:
    from app.strategy import edits

    builder.editor.perform("Choose", lambda strategy: edits.set_instrument(strategy, "ETH/USDT", "binance"))
    qtbot.waitUntil(lambda: builder.result.fetch.isVisible(), timeout=10_000)
    assert builder.result.fetch.button.text() == "Fetch"
    assert feeds.asked == []


def test_dates_of_ones_own_are_chosen_and_bound_the_run(builder: Builder, qtbot: QtBot) -> None:
    periods = builder.result.run_bar.periods
    dates = periods.dates
    dates.open(QPoint(50, 50), None)
    view = builder.result.view
    assert view is not None
    dates.first.setDate(QDate(2025, 3, 1))
    dates.last.setDate(QDate(2025, 2, 1))
    dates._use()
    assert "before" in dates.problem.text()
    assert dates.isVisible()
    dates.last.setDate(QDate(2025, 3, 31))
    dates._use()
    qtbot.waitUntil(lambda: builder.result.view is not view, timeout=10_000)
    assert _bars(builder) == 31 * 24
    assert periods.buttons.checkedButton().text() == "2025-03-01 – 2025-03-31"


def test_the_search_lists_what_the_exchange_trades(builder: Builder, qtbot: QtBot, feeds: FakeFeeds) -> None:
    panel = builder.result.run_bar.instrument.panel
    panel.open(QPoint(50, 50))
    assert [entry.symbol for entry in panel.entries()][3:10][0] == "BTC/USDT"
    qtbot.keyClicks(panel.search, "pepe")
    qtbot.waitUntil(lambda: [entry.symbol for entry in panel.entries()] == ["PEPE/USDT"], timeout=10_000)
    feeds.lists._problem = FeedUnavailable("Binance cannot be reached.")
    panel.search.clear()
    qtbot.keyClicks(panel.search, "shib")
    qtbot.waitUntil(lambda: "cannot be reached" in panel.note.text(), timeout=10_000)


def test_the_newest_minutes_come_by_themselves_and_make_a_bar_more(builder: Builder, qtbot: QtBot) -> None:
    desk = builder.desk
    key = keep(desk, "BTC/USDT", NOW - 200 * DAY_MS, NOW)
    _choose(builder, qtbot, "btc")
    qtbot.waitUntil(lambda: _bars(builder) >= 91 * 24, timeout=30_000)
    before = _bars(builder)
    later = NOW + 3 * 3_600_000
    desk.store.now = lambda: later
    with qtbot.waitSignal(desk.newer, timeout=10_000) as told:
        desk.tend()
    assert told.args == [key]
    qtbot.waitUntil(lambda: _bars(builder) == before + 3, timeout=10_000)


def test_what_is_not_stored_is_not_asked_for(builder: Builder, qtbot: QtBot, feeds: FakeFeeds) -> None:
    from app.strategy import edits

    builder.desk.store.cache()
    builder.editor.perform("Choose", lambda strategy: edits.set_instrument(strategy, "ETH/USDT", "binance"))
    with qtbot.assertNotEmitted(builder.desk.newer, wait=300):
        builder.desk.tend()
    assert feeds.asked == []
