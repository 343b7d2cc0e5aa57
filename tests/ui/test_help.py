"""Help: the documents in the window, found, followed and searched with mouse and keys."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QTextCursor
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.canvas.theme import LIGHT
from app.ui.help import documents
from app.ui.help.documents import Target, anchor, read_all, target
from app.ui.help.help_page import HelpPage
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> HelpPage:
    """Return the page as the menu opens it."""
    _entry(window).trigger()
    page = window.help.page()
    qtbot.waitUntil(page.isVisible)
    return page


def _entry(window: MainWindow) -> QAction:
    return next(action for action in window.menus.help.actions() if action.text().startswith("How it works"))


def _row(page: HelpPage, text: str) -> QPoint:
    (item,) = page.list.findItems(text, Qt.MatchFlag.MatchExactly)
    page.list.scrollToItem(item)
    return page.list.visualItemRect(item).center()


def _click_link(page: HelpPage, qtbot: QtBot, text: str) -> None:
    """Click on the first place where a text is part of a link."""
    reader = page.reader
    cursor = QTextCursor(reader.document())
    while not (cursor := reader.document().find(text, cursor)).isNull():
        if cursor.charFormat().isAnchor():
            reader.setTextCursor(cursor)
            reader.ensureCursorVisible()
            corner = reader.cursorRect(cursor).center() - QPoint(4, 0)
            cursor.clearSelection()
            reader.setTextCursor(cursor)
            qtbot.mouseClick(reader.viewport(), Qt.MouseButton.LeftButton, pos=corner)
            return
    raise AssertionError(f"no link {text!r}")


def _top_line(page: HelpPage) -> str:
    return page.reader.cursorForPosition(QPoint(40, 24)).block().text()


def test_every_document_is_listed_and_read(page: HelpPage, qtbot: QtBot) -> None:
    names = {path.name for path in (ROOT / "docs").iterdir() if path.suffix in (".md", ".json")}
    listed = [page.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(page.list.count())]
    assert {name for name in listed if name} == names
    assert page.name == "first-steps.md"
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=_row(page, "Figures and formulas"))
    assert page.name == "metrics.md"
    assert "sum of P&L above zero" in page.reader.toPlainText()
    assert "| --- |" not in page.reader.toPlainText(), "tables are tables"
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert page.name == "verdict.md"


def test_a_heading_cannot_be_opened(page: HelpPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=_row(page, "Candles"))
    assert page.name == "first-steps.md"


def test_links_between_documents_lead_there_and_back(page: HelpPage, qtbot: QtBot) -> None:
    opened: list[str] = []
    page.open_address = opened.append
    page.open("command-line.md")
    _click_link(page, qtbot, "below")
    assert _top_line(page) == "candles"
    _click_link(page, qtbot, "importing")
    assert page.name == "importing-candles.md"
    qtbot.keyClick(page.reader, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert (page.name, opened) == ("command-line.md", [])
    assert page.reader.verticalScrollBar().value() > 0, "where it was left"


def test_addresses_outside_are_opened_by_a_click_and_by_nothing_else(page: HelpPage, qtbot: QtBot) -> None:
    opened: list[str] = []
    page.open_address = opened.append
    page.reader.setMarkdown(
        "![](https://example.com/a.png) [elsewhere](https://example.com/b) [bad](file:///etc/passwd)"
    )
    assert opened == []
    _click_link(page, qtbot, "elsewhere")
    assert opened == ["https://example.com/b"]
    _click_link(page, qtbot, "bad")
    assert opened == ["https://example.com/b"]
    assert page.problem.text() == "This link leads nowhere."


def test_finding_goes_from_place_to_place_and_on_to_other_documents(page: HelpPage, qtbot: QtBot) -> None:
    page.open("metrics.md")
    qtbot.keyClick(page.reader, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.field.hasFocus()
    qtbot.keyClicks(page.field, "longest_losing_streak")
    assert page.count.text() == "1 of 1"
    assert page.reader.verticalScrollBar().value() > 0
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert page.name == "backtest-semantics.md"
    assert page.count.text().startswith("1 of ")
    page.field.clear()
    qtbot.keyClicks(page.field, "no such word")
    assert page.count.text() == "Found nowhere"
    qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    assert page.field.text() == ""
    assert page.isVisible()


def test_f1_helps_where_nothing_else_takes_it_and_escape_goes_back(drawn: MainWindow, qtbot: QtBot) -> None:
    assert drawn.builder is not None
    canvas = drawn.builder.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_F1)
    assert drawn.pages.currentWidget() is drawn.builder, "on the canvas, F1 is about the block"
    drawn.show_data()
    drawn.data.setFocus()
    qtbot.keyClick(drawn.data, Qt.Key.Key_F1)
    page = drawn.help.page()
    assert drawn.pages.currentWidget() is page
    assert page.name == "stored-candles.md"
    qtbot.keyClick(page.reader, Qt.Key.Key_Escape)
    assert drawn.pages.currentWidget() is drawn.data


def test_the_formulas_are_a_click_away_from_the_figures(drawn: MainWindow, qtbot: QtBot) -> None:
    drawn.show_results()
    (button,) = [each for each in drawn.results.findChildren(QToolButton) if each.text() == "Formulas"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert drawn.help.page().name == "metrics.md"
    qtbot.mouseClick(drawn.help.page().back_button, Qt.MouseButton.LeftButton)
    assert drawn.pages.currentWidget() is drawn.results


def test_f1_in_a_field_helps_too(drawn: MainWindow, qtbot: QtBot) -> None:
    field = drawn.findChild(QLineEdit, "name")
    assert isinstance(field, QWidget)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_F1)
    assert drawn.pages.currentWidget() is drawn.help.page()
    assert not drawn.entries.save.isEnabled()


def test_help_about_the_drawing_is_in_the_menu_beside_the_drawing_alone(drawn: MainWindow) -> None:
    def shown() -> set[str]:
        return {action.text().split("\t")[0] for action in drawn.menus.help.actions() if action.isVisible()}

    assert {"How it works", "About the selected block"} <= shown()
    drawn.show_home()
    assert "About the selected block" not in shown()
    assert drawn.menuBar().actions()[-1] is drawn.menus.help.menuAction()


def test_other_colours_leave_the_reader_where_it_is(page: HelpPage, window: MainWindow) -> None:
    page.open("metrics.md", "the-trades")
    scrolled = page.reader.verticalScrollBar().value()
    window.choose_theme("dark")
    assert page.name == "metrics.md"
    assert page.reader.verticalScrollBar().value() == scrolled > 0


def test_the_keys_of_the_first_steps_are_those_of_the_window(drawn: MainWindow) -> None:
    text = (ROOT / "docs/first-steps.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:Ctrl|Alt)\+(?:\d|[A-Z]\b|,)", text))
    there = {action.shortcut().toString() for action in drawn.findChildren(QAction)}
    assert {"Ctrl+S", "Ctrl+K", "Alt+1"} <= named
    assert named - there == set()


def test_every_link_in_the_documents_leads_somewhere(qtbot: QtBot) -> None:
    page = HelpPage(LIGHT)
    qtbot.addWidget(page)
    page.open_address = lambda address: None
    astray = []
    for document in read_all():
        for link in re.findall(r"\]\(([^)\s]+)\)", document.text):
            page.open(document.name)
            page.follow(link)
            astray += [(document.name, link)] if page.problem.text() else []
    assert astray == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("metrics.md", Target("metrics.md")),
        ("metrics.md#the-trades", Target("metrics.md", "the-trades")),
        ("#bars", Target("here.md", "bars")),
        ("../docs/verdict.md", Target("verdict.md")),
        ("https://example.com/a.md", Target(address="https://example.com/a.md")),
        ("file:///elsewhere/notes.md", None),
        ("javascript:alert(1)", None),
        ("//host/share/a.md", None),
        ("run.exe", None),
    ],
)
def test_where_a_link_leads(link: str, expected: Target | None) -> None:
    assert target(link, "here.md") == expected


def test_headings_are_known_by_the_name_that_links_use() -> None:
    assert anchor("The JSON object") == "the-json-object"
    assert anchor("Is there enough to tell skill from luck?") == "is-there-enough-to-tell-skill-from-luck"


def test_an_installed_app_has_the_documents_in_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    place = tmp_path / wheel["force-include"]["docs"]
    place.mkdir(parents=True)
    (place / "metrics.md").write_text("# Figures\n", encoding="utf-8")
    monkeypatch.setattr(documents, "__file__", str(tmp_path / "app/ui/help/documents.py"))
    assert [document.title for document in read_all()] == ["Figures"]
