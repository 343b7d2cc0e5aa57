"""Strategy files come and go by menu and by drag and drop."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.data.strategy_file import read_strategy
from app.strategy import codec, templates
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui

SHORT = templates.template("rsi_long_short").strategy


def _drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, mime, buttons, keys))


def test_a_dropped_file_is_drawn(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(codec.write(SHORT), encoding="utf-8")
    _drop(window, file)
    assert window.builder is not None
    assert window.builder.editor.strategy == SHORT


def test_dropped_candles_are_looked_at_on_the_page_of_candles(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "euro.csv"
    rows = [f"{1_700_000_040_000 + 60_000 * n},1,2,0.5,1.5,9" for n in range(30)]
    file.write_text("\n".join(["time,open,high,low,close,volume", *rows]), encoding="utf-8")
    window.open_file(file)
    assert window.pages.currentWidget() is window.data
    qtbot.waitUntil(window.data.imports.table.isVisible, timeout=10_000)
    assert not window.banner.isVisible()


def test_a_file_is_opened_by_the_button_of_the_first_page(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(codec.write(SHORT), encoding="utf-8")
    window.files.choose_file = lambda: str(file)
    button = next(each for each in window.home.findChildren(QPushButton) if each.text() == "Open a file…")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.builder is not None
    assert window.builder.editor.strategy == SHORT


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00\xff\xfe", "not plain text"),
        (b"{" * 5_000, "nested far deeper"),
        (b'{"format": 1, "blocks": 3}', "“name” is missing"),
        (b"x" * 2_000_000, "larger than 1 MB"),
        (b"<b>hello</b>", "damaged or not a strategy"),
    ],
)
def test_a_hostile_file_is_a_sentence(window: MainWindow, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "<b>bad.json"
    file.write_bytes(content)
    _drop(window, file)
    assert window.builder is None
    assert window.banner.isVisible()
    assert words in window.banner.text.text()
    assert window.banner.text.textFormat() == Qt.TextFormat.PlainText


def test_a_folder_and_a_missing_file_are_sentences(window: MainWindow, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        window.open_file(path)
        assert window.banner.text.text().startswith(f"{path.name} cannot be opened (")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names on this system")
def test_a_pipe_is_a_sentence_and_not_waited_for(window: MainWindow, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    writer = threading.Timer(10, lambda: pipe.write_bytes(b""))
    writer.daemon = True
    writer.start()
    window.open_file(pipe)
    writer.cancel()
    assert window.banner.text.text() == "pipe.json cannot be opened (it is not a file)."


def test_an_export_can_be_read_again(drawn: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    drawn.files.choose_target = lambda name: str(file)
    drawn.entries.export.trigger()
    assert drawn.builder is not None
    assert read_strategy(file) == drawn.builder.editor.strategy
    assert "out.json" in drawn.banner.text.text()
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []


def test_an_export_that_fails_leaves_the_old_file_and_says_why(drawn: MainWindow, tmp_path: Path) -> None:
    drawn.files.choose_target = lambda name: str(tmp_path / "no such folder" / "out.json")
    drawn.entries.export.trigger()
    assert "cannot be written" in drawn.banner.text.text()
