"""The page Data: what is stored, fetching more, files in and out, and deleting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.desks import NOW, desk_in, keep
from support.fake_feeds import FakeFeeds

from app.canvas.theme import LIGHT
from app.data.candle_cache import CandleCache
from app.data.candle_files import read_candles
from app.data.feed_errors import FeedUnavailable
from app.data.quality import Lack
from app.data.records import Series, SeriesKey
from app.jobs.stored_series import Held
from app.market.timeframe import DAY_MS, MINUTE_MS
from app.ui import look
from app.ui.candle_desk import CandleDesk
from app.ui.data_page import DataPage
from app.ui.data_words import gaps_text
from app.ui.main_window import MainWindow
from app.ui.series_card import SeriesCard

pytestmark = pytest.mark.gui


@pytest.fixture
def feeds() -> FakeFeeds:
    return FakeFeeds(together=10)


@pytest.fixture
def desk(tmp_path: Path, feeds: FakeFeeds) -> Iterator[CandleDesk]:
    made = desk_in(tmp_path, feeds)
    yield made
    feeds.gate.set()
    made.close()


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, desk: CandleDesk) -> DataPage:
    qapp.setStyle("Fusion")
    made = DataPage(desk, LIGHT)
    look.apply(made, LIGHT)
    made.resize(1100, 800)
    qtbot.addWidget(made)
    made.show()
    return made


def _card(page: DataPage, qtbot: QtBot, symbol: str) -> SeriesCard:
    def there() -> bool:
        return any(key.symbol == symbol and card.held and card.isVisible() for key, card in page.cards.items())

    qtbot.waitUntil(there, timeout=20_000)
    return next(card for key, card in page.cards.items() if key.symbol == symbol)


def _file(path: Path, rows: int = 300) -> Path:
    lines = ["time,open,high,low,close,volume"]
    lines += [f"{1_600_000_020 + 60 * row},{100 + row % 7},{109 + row % 7},99,{101 + row % 7},5" for row in range(rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_an_empty_store_offers_a_first_fetch(page: DataPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=20_000)
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    card = _card(page, qtbot, "BTC/USDT")
    qtbot.waitUntil(lambda: bool(card.held and card.held.candles >= 365 * 1440), timeout=40_000)
    assert not page.empty.isVisible()


def test_a_card_says_what_is_there_and_why_something_is_missing(page: DataPage, desk: CandleDesk, qtbot: QtBot) -> None:
    keep(desk, "BTC/USDT", NOW - 3 * DAY_MS, NOW, without=range(100, 500))
    page.refresh()
    card = _card(page, qtbot, "BTC/USDT")
    qtbot.waitUntil(lambda: bool(card.gaps.text()), timeout=10_000)
    assert f"{3 * 1440 - 400:,} candles of 1m" in card.facts.text()
    assert "90.7 % complete" in card.facts.text()
    assert "400 candles missing: 400 not known why" in card.gaps.text()
    parts = card.coverage.parts
    assert parts[0] == 1.0
    assert min(part for part in parts if part is not None) == 0.0
    assert "1 series" in page.summary.text()


@pytest.mark.parametrize(
    ("source", "why"), [("import", "nobody traded or the row in the file was refused"), ("binance", "nobody traded")]
)
def test_of_a_file_nobody_knows_whether_a_row_was_missing_or_refused(source: str, why: str) -> None:
    held = Held(Series(SeriesKey(source, "spot", "BTC/USDT")), lack=Lack({"quiet": 1_500}))
    assert gaps_text(held) == f"1,500 candles missing: 1,500 {why}."


def test_a_stretch_nobody_asked_for_is_empty_in_the_bar_and_told(
    page: DataPage, desk: CandleDesk, qtbot: QtBot
) -> None:
    keep(desk, "ETH/USDT", NOW - 9 * DAY_MS, NOW - 6 * DAY_MS)
    keep(desk, "ETH/USDT", NOW - 3 * DAY_MS, NOW)
    page.refresh()
    card = _card(page, qtbot, "ETH/USDT")
    qtbot.waitUntil(lambda: card.gaps.text() == "3 days in between were never fetched.", timeout=10_000)
    assert card.coverage.parts.count(None) == len(card.coverage.parts) // 3


def test_more_is_fetched_and_can_be_stopped(page: DataPage, desk: CandleDesk, qtbot: QtBot, feeds: FakeFeeds) -> None:
    keep(desk, "BTC/USDT", NOW - 3 * DAY_MS, NOW)
    page.refresh()
    card = _card(page, qtbot, "BTC/USDT")
    feeds.gate.clear()
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "of" in card.strip.text.text() and "minutes" in card.strip.text.text(), timeout=10_000)
    assert feeds.asked[0][1].start == NOW - 368 * DAY_MS
    qtbot.mouseClick(card.strip.button, Qt.MouseButton.LeftButton)
    feeds.gate.set()
    qtbot.waitUntil(lambda: card.strip.button.text() == "Go on", timeout=10_000)
    qtbot.waitUntil(lambda: bool(card.held and card.held.candles > 3 * 1440), timeout=10_000)


def test_what_is_fetched_is_brought_into_view_among_many(
    page: DataPage, desk: CandleDesk, qtbot: QtBot, feeds: FakeFeeds
) -> None:
    for number in range(12):
        keep(desk, f"A{number:02}/USDT", NOW - DAY_MS, NOW)
    page.refresh()
    _card(page, qtbot, "A11/USDT")
    page.panel.chosen.emit("BTC/USDT", "binance")
    card = _card(page, qtbot, "BTC/USDT")
    qtbot.waitUntil(lambda: page.viewport().rect().contains(card.mapTo(page.viewport(), card.rect().center())))


def test_a_single_thing_worth_knowing_of_a_file_is_told_as_one(page: DataPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = _file(tmp_path / "mine.csv")
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:100], *lines[110:200], lines[199], *lines[200:], "1600090000,2,1,4,oh,6"]))
    page.import_file(file)
    qtbot.waitUntil(lambda: page.imports.looked is not None, timeout=20_000)
    notes = page.imports.notes.text().splitlines()
    assert "1 gap between the candles." in notes
    assert "1 row is there twice and taken once." in notes
    assert any(note.startswith("1 bad row is left out. ") for note in notes), notes


def test_an_exchange_that_refuses_is_a_sentence_on_the_card(
    page: DataPage, desk: CandleDesk, qtbot: QtBot, feeds: FakeFeeds
) -> None:
    keep(desk, "BTC/USDT", NOW - DAY_MS, NOW)
    page.refresh()
    card = _card(page, qtbot, "BTC/USDT")
    feeds.problem = FeedUnavailable("Binance cannot be reached.")
    qtbot.mouseClick(card.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.strip.text.text() == "Binance cannot be reached.", timeout=10_000)
    assert card.held is not None
    assert card.held.candles == 1440


def test_a_first_fetch_that_fails_stays_to_say_why_until_it_is_tried_again_or_deleted(
    page: DataPage, qtbot: QtBot, feeds: FakeFeeds
) -> None:
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=20_000)
    feeds.problem = FeedUnavailable("Binance cannot be reached.")
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    card = _card(page, qtbot, "BTC/USDT")
    qtbot.waitUntil(lambda: card.strip.text.text() == "Binance cannot be reached.", timeout=10_000)
    for _ in range(2):
        page.summary.clear()
        page.refresh()
        qtbot.waitUntil(lambda: bool(page.summary.text()), timeout=10_000)
    assert list(page.cards.values()) == [card]
    assert not page.empty.isVisible()
    qtbot.mouseClick(card.delete, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card.really, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.empty.isVisible, timeout=10_000)
    assert not page.cards


def test_deleting_asks_first(page: DataPage, desk: CandleDesk, qtbot: QtBot) -> None:
    key = keep(desk, "BTC/USDT", NOW - DAY_MS, NOW)
    page.refresh()
    card = _card(page, qtbot, "BTC/USDT")
    qtbot.mouseClick(card.delete, Qt.MouseButton.LeftButton)
    assert card.keep.isVisible()
    qtbot.mouseClick(card.keep, Qt.MouseButton.LeftButton)
    assert desk.store.cache().find(key) is not None
    qtbot.mouseClick(card.delete, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card.really, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.cards, timeout=10_000)
    assert desk.store.cache().find(key) is None
    assert "were deleted" in page.told.text.text()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_an_export_reads_back(page: DataPage, desk: CandleDesk, qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    keep(desk, "BTC/USDT", NOW - DAY_MS, NOW)
    page.refresh()
    card = _card(page, qtbot, "BTC/USDT")
    file = tmp_path / f"out{ending}"
    page.choose_target = lambda name: str(file)
    # The page may first have seen the series with nothing stored yet.
    qtbot.waitUntil(card.export.isEnabled, timeout=10_000)
    qtbot.mouseClick(card.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1,440 candles of BTC/USDT written" in page.told.text.text(), timeout=10_000)
    assert len(read_candles(file)) == 1440


def test_a_dropped_file_is_looked_at_asked_about_and_imported(
    page: DataPage, desk: CandleDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(_file(tmp_path / "mine.csv")))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys))
    panel = page.imports
    qtbot.waitUntil(lambda: panel.looked is not None, timeout=20_000)
    assert "Which instrument is it?" in panel.obstacle.text()
    assert "--" not in panel.obstacle.text()
    assert not panel.go.isEnabled()
    assert panel.table.rowCount() == 6
    qtbot.keyClicks(panel.symbol, "SOL/EUR")
    qtbot.keyClick(panel.symbol, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.go.isEnabled, timeout=20_000)
    assert panel.go.text() == "Import 300 candles"
    qtbot.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "300 new candles" in page.told.text.text(), timeout=20_000)
    assert page.empty.isHidden(), "what was just imported is stored"
    (series,) = desk.store.cache().series()
    assert series.key.source == "import"
    assert series.key.symbol.startswith("SOL/EUR")
    assert desk.store.cache().coverage(series.key)[0].span.end - MINUTE_MS == (1_600_000_020 + 60 * 299) * 1000
    _card(page, qtbot, series.key.symbol)


def test_a_file_that_is_no_table_is_a_sentence(page: DataPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.choose_file = lambda: str(file)
    qtbot.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "is a picture" in page.imports.obstacle.text(), timeout=10_000)
    assert not page.imports.go.isVisible()
    qtbot.mouseClick(page.imports.cancel, Qt.MouseButton.LeftButton)
    assert not page.imports.isVisible()


def test_what_was_found_in_one_file_is_not_shown_of_the_next(page: DataPage, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [f"{1_700_000_040_000 + 60_000 * n},1,2,0.5,1.5,9" for n in range(30)]
    good, bad = tmp_path / "euro.csv", tmp_path / "bad.csv"
    good.write_text("\n".join(["time,open,high,low,close,volume", *rows]))
    bad.write_text("hello,world\n1,2\n")
    page.import_file(good)
    qtbot.waitUntil(page.imports.table.isVisible, timeout=10_000)
    assert page.imports.name.placeholderText() == "euro"
    page.import_file(bad)
    assert page.imports.found.isVisible()
    assert page.imports.found.text() == "Looking at what is in it…", "more than an empty bar"
    shown = (page.imports.table, page.imports.go)
    assert not any(part.isVisible() for part in shown), "not even while the next one is read"
    qtbot.waitUntil(page.imports.obstacle.isVisible, timeout=10_000)
    assert not any(part.isVisible() for part in shown)
    assert page.imports.columns.isVisible(), "the columns can be named by hand"
    assert page.imports.name.placeholderText() == page.imports.columns.placeholderText() == ""


def test_candles_in_use_elsewhere_are_a_sentence_that_goes_away(
    qtbot: QtBot, tmp_path: Path, desk: CandleDesk, page: DataPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.candle_store._AGAIN_S", 0.0)
    desk.store._lock.acquire()
    desk.store._cache = None
    held = CandleCache.open(tmp_path / "other.duckdb", now_ms=NOW)
    desk.store._path = tmp_path / "other.duckdb"
    desk.store._lock.release()
    page.refresh()
    qtbot.waitUntil(lambda: "in use" in page.told.text.text(), timeout=20_000)
    assert page.told.button.text() == "Try again"
    held.close()
    qtbot.mouseClick(page.told.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=20_000)


def test_the_page_is_reached_from_the_bar(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.bar.page("data").isVisible(), timeout=20_000)
    qtbot.mouseClick(window.bar.page("data"), Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.data
