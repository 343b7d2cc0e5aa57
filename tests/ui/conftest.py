"""A window in memory, with its settings and drafts in a folder of the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.compiled_code import lay_compiled_code
from support.kept_runs import keep_runs
from support.result_pages import template_result, wait_for_all
from support.sample import sample_candles
from support.window_runs import wait_for_run

from app import paths
from app.canvas.theme import LIGHT
from app.data import sample_market
from app.data.candle_cache import CandleCache, default_path
from app.data.library.library import Library
from app.engine.completed import completed
from app.strategy import templates
from app.strategy.document import Strategy
from app.strategy.revision import document_hash
from app.ui import look
from app.ui.builder import Builder
from app.ui.garbage import Collector
from app.ui.main_window import MainWindow
from app.ui.results.extras import Extras
from app.ui.results.page import ResultsPage


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["blockbuilders"]


@pytest.fixture(autouse=True)
def _collected_here(qapp: QApplication) -> Iterator[None]:
    collector = Collector()
    yield
    collector.stop()


@pytest.fixture(scope="session", autouse=True)
def _fusion(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale.c())


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for what is the same in every test and takes a while to make."""
    folder = tmp_path_factory.mktemp("made-once")
    (folder / "sample-market").mkdir()
    lay_compiled_code(folder)
    return folder


@pytest.fixture(scope="session")
def _started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what a first start leaves behind; to make it takes as long as many a test."""
    folder = tmp_path_factory.mktemp("started-once")
    Library.open(folder / "data").close()
    CandleCache.open(folder / "candles.duckdb", now_ms=0).close()
    return folder


@pytest.fixture(scope="session")
def _kept_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for libraries that tests begin with."""
    return tmp_path_factory.mktemp("kept-once")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _made_once: Path) -> None:
    """Keep candles, lists of markets and settings of this computer out of the tests, and the tests off the network."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    caches = paths.cache_folder()
    caches.mkdir(parents=True)
    for part in _made_once.iterdir():
        (caches / part.name).symlink_to(part)
    monkeypatch.setattr(sample_market, "sample_candles", sample_candles)
    for name in ("BINANCE", "BINANCE_ARCHIVE", "COINBASE", "BYBIT", "OKX", "BITSTAMP", "KRAKEN"):
        monkeypatch.setenv(f"BLOCKBUILDERS_{name}", "http://127.0.0.1:9")


@pytest.fixture
def begin_with(_kept_once: Path, tmp_path: Path) -> Callable[..., None]:
    """Return a function that has the next window find these drawings, saved and run: runs 1, 2 and so on."""

    def begin(*drawings: Strategy) -> None:
        made = _kept_once / "-".join(document_hash(drawing)[:12] for drawing in drawings)
        if not made.exists():
            keep_runs(made, drawings)
        shutil.copytree(made, tmp_path / "data")

    return begin


@pytest.fixture
def open_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, _started_once: Path
) -> Iterator[Callable[..., MainWindow]]:
    """Return a function that opens the window as a start of the app does, if not the first, and waits for the gallery.

    What the test has laid there itself stays.
    """
    windows: list[MainWindow] = []

    def opened(*, crashed: bool = False) -> MainWindow:
        if not (tmp_path / "data").exists():
            shutil.copytree(_started_once / "data", tmp_path / "data")
        if not default_path().exists():
            shutil.copy(_started_once / "candles.duckdb", default_path())
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(settings, tmp_path / "data", crashed=crashed)
        look.apply(window, LIGHT)
        window.resize(1280, 860)
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.load()
        qtbot.waitUntil(lambda: bool(window.home.gallery.cards), timeout=20_000)
        return window

    yield opened
    for window in windows:
        # What cannot be kept holds a window back, but once.
        if not window.close():
            window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    """Return the window on its first page."""
    return open_window()


@pytest.fixture
def drawn(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with a template in the builder, run and shown."""
    window.open_strategy(templates.template("rsi_dip").strategy)
    wait_for_run(window, qtbot)
    return window


@pytest.fixture
def builder(drawn: MainWindow) -> Builder:
    """Return the page with the drawing of that window."""
    assert drawn.builder is not None
    return drawn.builder


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> Iterator[ResultsPage]:
    """Return the results page on its own, without a run."""
    page = ResultsPage(LIGHT)
    look.apply(page, LIGHT)
    qtbot.addWidget(page)
    page.resize(1280, 860)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.close_down()


@pytest.fixture
def opened(page: ResultsPage, qtbot: QtBot) -> ResultsPage:
    """Return the page with a year of a template, everything shown."""
    result = template_result()
    page.show_run(completed(result), Extras(result=result))
    wait_for_all(page, qtbot)
    return page
