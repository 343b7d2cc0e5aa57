"""The results page shows a run, whole and honest."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from support.result_pages import template_result, wait_for_all

from app.canvas.theme import DARK, LIGHT
from app.canvas.typeset import typeset
from app.engine.assumptions import Assumptions
from app.engine.completed import completed
from app.errors import CandlesUnavailable
from app.results.costs import cost_test
from app.results.overview import overview
from app.results.repeat import repeater
from app.results.verdict import verdict
from app.ui.results.extras import Extras
from app.ui.results.findings_list import FindingsList
from app.ui.results.page import ResultsPage
from app.ui.results.tall import Tall

pytestmark = pytest.mark.gui

HOSTILE = '<img src=x onerror=alert(1)>\n=cmd|"/c calc"!A1 ' + "very long " * 8


def _texts(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


def test_figures_and_trades_are_there_at_once(page: ResultsPage) -> None:
    run = completed(template_result())
    page.show_run(run)
    shown = {face.name.text(): face.value.text() for face in page.cards.cards}
    assert shown == {card.title: card.text.replace("-", "−") for card in overview(run) if card.key}
    assert page.trades.model.rowCount() == len(run.trades) + (run.open_trade is not None)
    assert page.header.title.text() == run.strategy.name


def test_every_figure_has_its_formula_on_hover(opened: ResultsPage) -> None:
    faces = [*opened.cards.cards, *opened.statistics.further.cards]
    assert len(faces) == 24
    assert all(len(face.toolTip()) > 20 for face in faces)


def test_what_cannot_be_computed_is_a_dash(page: ResultsPage) -> None:
    run = completed(template_result(days=20))
    page.show_run(run)
    shown = {face.name.text(): face.value.text() for face in page.cards.cards}
    assert run.metrics["sharpe"] is None
    assert shown["Sharpe"] == shown["CAGR"] == "–"


def test_the_charts_show_the_run(opened: ResultsPage) -> None:
    run, view = opened.run, opened.view
    assert run is not None
    assert view is not None
    assert opened.price.view is view
    assert opened.equity.view is opened.drawdown.view is not None
    assert view.equity[-1] == pytest.approx(run.metrics["total_return"])
    assert float(view.drawdown.min()) == pytest.approx(run.metrics["max_drawdown"])
    assert {overlay.name for overlay in view.overlays} == {"EMA 200"}
    assert [pane.pane.title for pane in opened.panes.panes if pane.pane] == ["RSI 14"]


def test_an_axis_has_two_marks_wherever_there_is_room_for_them(opened: ResultsPage) -> None:
    chart = opened.equity
    for height in (84, 100, 140, 200):
        chart.resize(600, height)
        for low, high in ((-0.25, 0.49), (-0.31, 0.52), (-0.9, 1.7), (0.0, 0.019)):
            chart.low, chart.high = low, high
            marks = chart.marks(2)
            apart = chart.y_of(marks[0]) - chart.y_of(marks[1]) if len(marks) > 1 else 0.0
            assert len(marks) > 1, (height, low, high)
            assert apart >= 14 or height < 100


def test_the_charts_zoom_together(opened: ResultsPage) -> None:
    before = opened.price.visible()
    at = QPointF(200, 60)
    turn = QWheelEvent(
        at, opened.equity.mapToGlobal(at), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(opened.equity, turn)
    after = opened.price.visible()
    assert after[1] - after[0] < (before[1] - before[0]) * 0.6
    assert opened.drawdown.visible() == after
    opened.header.fit.click()
    assert opened.price.visible() == before


def test_on_the_log_scale_equal_growth_is_equally_high(opened: ResultsPage, qtbot: QtBot) -> None:
    chart = opened.equity
    qtbot.mouseClick(opened.header.log, Qt.MouseButton.LeftButton)
    chart.repaint()
    heights = [chart.y_of(math.log(factor)) for factor in (1.0, 2.0, 4.0)]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2])
    marks = chart.marks(6)
    assert marks
    assert all(chart.low <= mark <= chart.high for mark in marks)
    assert chart.axis_text(math.log(1.5)) == "+50 %"
    qtbot.mouseClick(opened.header.log, Qt.MouseButton.LeftButton)
    assert chart.axis_text(0.5) == "+50 %"


def test_an_account_at_zero_has_no_logarithm(opened: ResultsPage) -> None:
    assert opened.view is not None
    gone = replace(opened.view, equity=np.full(len(opened.view.equity), -1.0))
    opened.equity.show_run(gone)
    opened.equity.set_logarithmic(True)
    opened.equity.repaint()
    assert math.isfinite(opened.equity.low)


def test_assumptions_and_the_quality_of_the_candles_stay_in_view(opened: ResultsPage) -> None:
    run = opened.run
    assert run is not None
    said = " ".join(_texts(opened.conditions))
    where = "RIVER/USD (synthetic sample market)"
    for words in ("Prices of a synthetic sample market", "not a promise", "0.1\u00a0%", where, "ambiguous exit"):
        assert words in said
    data = run.dataset
    missing = (data.end - data.first) // data.step_ms - data.count
    assert f"{missing:,} minute" in said
    assert f"{run.counts['incomplete_bars']:,} incomplete bar" in said
    assert opened.conditions.isVisible()


def test_the_other_fill_model_stands_beside_the_result(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result("donchian_breakout") if _there("donchian_breakout") else template_result()
    page.show_run(completed(result), Extras(result=result))
    wait_for_all(page, qtbot)
    other = repeater(result)(replace(result.assumptions, fill_model="bar"))
    there = other.metrics["total_return"]
    assert there is not None
    assert f"{there * 100:+,.1f} %".replace("-", "−") in page.conditions.other.text()
    assert page.conditions.other.isVisible()
    assert page.conditions.other.text().startswith("Stops watched bar by bar: ")
    costs = cost_test(completed(result), repeater(result))
    assert costs is not None
    words = f"{costs.break_even * 100:.3f} %" if costs.break_even else "osts"
    assert words in page.conditions.costs.text()


def test_without_stops_nothing_is_said_about_watching_them(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result("golden_cross")
    page.show_run(completed(result), Extras(result=result))
    wait_for_all(page, qtbot)
    assert page.conditions.other.text().startswith("Sizes fixed at the close before: ")
    assert "top" not in page.conditions.other.text()


def _there(template: str) -> bool:
    from app.strategy import templates

    return any(each.id == template for each in templates.all_templates())


def test_the_findings_are_those_of_the_verdict(opened: ResultsPage) -> None:
    assert opened.run is not None
    found = verdict(opened.run, repeater(template_result())).findings
    said = _texts(opened.findings)
    assert found
    sentences = [typeset(each.sentence) for each in found]
    assert [text for text in said if text in sentences] == sentences
    assert all(typeset(each.what_to_do) in said for each in found)


def test_no_finding_is_no_approval(qtbot: QtBot) -> None:
    findings = FindingsList()
    qtbot.addWidget(findings)
    findings.show_verdict((), complete=True)
    assert "no proof" in findings.notice.text()
    findings.show_verdict((), complete=False)
    assert "Still looking" in findings.notice.text()


def test_months_are_those_of_the_breakdown(opened: ResultsPage) -> None:
    from app.results.monthly import monthly_returns

    assert opened.run is not None
    year = monthly_returns(opened.run)[-1]
    model = opened.statistics.months.model()
    for month, value in enumerate(year.months):
        shown = model.index(0, month).data()
        assert shown == ("" if value is None else f"{value * 100:+,.1f}".replace("-", "−").replace("+0.0", "0.0")) or (
            value is not None and abs(value) < 0.001
        )
    assert model.headerData(0, Qt.Orientation.Vertical) == str(year.year)


def test_the_best_and_the_worst_trades_lead_to_themselves(opened: ResultsPage, qtbot: QtBot) -> None:
    assert opened.run is not None
    pnl = opened.run.trades["pnl"]
    order = np.argsort(-pnl, kind="stable")
    wanted = [*order[:5].tolist(), *order[-5:].tolist()]
    table = opened.statistics.extremes
    rows = [[table.item(row, column).text() for column in range(5)] for row in range(table.rowCount())]
    assert [int(row[0]) - 1 for row in rows] == wanted
    assert [row[4] for row in rows] == [f"{pnl[number]:+,.2f}".replace("-", "−") for number in wanted]
    opened.side.setCurrentWidget(opened.statistics)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(table.item(9, 2)).center())
    assert opened.trades.trade == opened.price.chosen == wanted[-1]
    table.setCurrentCell(0, 0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.trades.trade == wanted[0]


def test_without_trades_there_is_no_best_one(page: ResultsPage, qtbot: QtBot) -> None:
    page.show_run(completed(template_result(days=2)))
    qtbot.waitUntil(lambda: page.view is not None, timeout=10_000)
    qtbot.waitUntil(lambda: page.complete, timeout=10_000)
    assert page.statistics.extremes.rowCount() == 0


def test_the_histogram_is_read_by_arrow_keys(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.side.setCurrentIndex(1)
    plot = opened.statistics.histogram
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    first = plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed == 1
    assert "trade" in plot.accessibleDescription() != first
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.pointed == -1


def test_a_point_of_the_excursions_chooses_its_trade(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.side.setCurrentIndex(1)
    plot = opened.statistics.excursions
    x, y = plot._points()
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(x[4]), round(y[4])))
    assert opened.trades.trade == plot.pointed >= 0


def test_a_run_without_trades_says_so_calmly(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result(days=3)
    assert not len(result.book)
    page.show_run(completed(result), Extras(result=result))
    wait_for_all(page, qtbot)
    assert any("No trade in this period" in text for text in _texts(page.trades))
    assert not page.trades.save.isEnabled()
    assert page.statistics.histogram.count() == 0
    page.statistics.histogram.grab()
    page.trades.step(1)
    assert page.trades.trade == -1


@pytest.mark.parametrize("reason", ["The run was stopped.", "There is no whole bar in the range\nasked for."])
def test_a_failed_or_cancelled_run_is_a_sentence(opened: ResultsPage, reason: str) -> None:
    opened.show_nothing("Some strategy", reason)
    assert " ".join(reason.split()) in _texts(opened)
    assert opened.run is None
    assert not opened.cards.isVisible()
    opened.ask_bar(3)
    opened.ask_trade(3)
    opened.save_trades(None)  # type: ignore[arg-type]


def test_hostile_names_stay_plain(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result()
    run = completed(result)
    run = replace(run, strategy=replace(run.strategy, name=HOSTILE))
    page.show_run(run, Extras(result=result, quality={"source": HOSTILE, "notes": [HOSTILE]}))
    wait_for_all(page, qtbot)
    assert "\n" not in page.header.title.text()
    assert "<" not in page.header.title.toolTip()
    assert "<" not in page.conditions.quality.toolTip()
    assert page.minimumSizeHint().width() < 1280
    assert [each.text() for each in page.findChildren(QLabel) if each.textFormat() != Qt.TextFormat.PlainText] == []


def test_a_newer_run_takes_the_place_of_an_older_one(page: ResultsPage, qtbot: QtBot) -> None:
    old, new = template_result(), template_result("golden_cross")
    page.show_run(completed(old), Extras(result=old))
    page.show_run(completed(new), Extras(result=new))
    wait_for_all(page, qtbot)
    assert page.values is not None
    assert page.values.result is new
    assert page.view is not None
    assert len(page.view.bars) == len(new.bars)


def test_a_run_that_cannot_be_repeated_says_why(page: ResultsPage, qtbot: QtBot) -> None:
    def gone(progress: object) -> None:
        raise CandlesUnavailable("The candles of this run are no longer there.")

    page.show_run(completed(template_result()), Extras(repeat=gone))  # type: ignore[arg-type]
    wait_for_all(page, qtbot)
    page.ask_bar(10)
    assert "no longer there" in page.why.notice.text()


def test_values_of_another_result_are_not_shown(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result()
    other = repeater(result)(Assumptions(fee_rate=0.002))
    page.show_run(completed(result), Extras(result=other))
    wait_for_all(page, qtbot)
    assert page.values is None
    assert "cannot be repeated" in page.why.notice.text()


def test_everything_that_takes_the_focus_has_a_name(opened: ResultsPage) -> None:
    nameless = []
    for tab in range(3):
        opened.side.setCurrentIndex(tab)
        for widget in opened.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
                interface = QAccessible.queryAccessibleInterface(widget)
                if not interface.text(QAccessible.Text.Name) and not widget.objectName().startswith("qt_"):
                    nameless.append(f"{type(widget).__name__} in {widget.parent()}")
    assert nameless == []


def test_other_colours_reach_every_part(opened: ResultsPage) -> None:
    opened.set_theme(DARK)
    parts = (opened.price, opened.equity, opened.drawdown, opened.trades.model, opened.statistics.histogram)
    assert {part.theme.name for part in parts} == {"dark"}
    assert opened.why.canvas.theme is DARK


def test_a_low_screen_is_enough(opened: ResultsPage) -> None:
    assert opened.minimumSizeHint().height() <= 600
    opened.resize(1200, 600)
    assert opened.height() == 600


def test_a_low_window_stays_as_low_as_it_is(page: ResultsPage, qtbot: QtBot) -> None:
    result = template_result()
    page.resize(1280, 600)
    page.show_run(completed(result), Extras(result=result))
    wait_for_all(page, qtbot)
    assert page.height() == 600
    assert page.minimumSizeHint().height() <= 600


def test_tab_goes_through_the_page_as_it_is_read(opened: ResultsPage) -> None:
    button = QPushButton("One more")
    opened.header.add_button(button)
    wanted = [opened.header.fit, opened.header.log, button, *opened.cards.cards, opened.price, *opened.panes.panes]
    wanted += [opened.equity, opened.drawdown, opened.trades.table, *opened.findings.parts]
    assert len(opened.findings.parts) > 1
    reached, part = [], opened.nextInFocusChain()
    while part is not opened:
        reached += [part] if part in wanted else []
        part = part.nextInFocusChain()
    assert reached == wanted


def test_without_a_run_the_switches_look_as_if_they_cannot_be_pressed(page: ResultsPage, qapp: QApplication) -> None:
    page.show()
    faint = QColor(LIGHT.border_strong).lightness()
    for switch in (page.header.fit, page.header.log):
        picture = page.grab(QRect(switch.mapTo(page, QPoint()), switch.size())).toImage()
        dots = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        assert min(picture.pixelColor(x, y).lightness() for x, y in dots) >= faint - 8
    assert not page.header.subtitle.isVisible()
    middle = page.header.title.mapTo(page.header, page.header.title.rect().center()).y()
    assert abs(middle - page.header.fit.geometry().center().y()) <= 1


def test_on_a_laptop_nothing_needs_to_be_scrolled_to(opened: ResultsPage, qtbot: QtBot) -> None:
    opened.resize(1280, 720)
    around = [scroll for scroll in opened.findChildren(QScrollArea) if scroll.isAncestorOf(opened.trades)]
    bars = [scroll.verticalScrollBar() for scroll in around]
    assert bars
    qtbot.waitUntil(lambda: not any(bar.maximum() for bar in bars), timeout=5_000)
    assert opened.trades.table.visibleRegion().boundingRect().height() == opened.trades.table.height()


def test_on_a_low_screen_figures_and_charts_scroll_and_what_is_taken_for_granted_stays(
    opened: ResultsPage, qtbot: QtBot
) -> None:
    opened.resize(900, 330)
    scrolled = next(each for each in opened.findChildren(Tall) if each.isAncestorOf(opened.cards))
    qtbot.waitUntil(lambda: scrolled.verticalScrollBar().maximum() > 0, timeout=5_000)
    for place in (0, scrolled.verticalScrollBar().maximum()):
        scrolled.verticalScrollBar().setValue(place)
        strip = opened.conditions
        assert strip.visibleRegion().boundingRect().size() == strip.size()
        assert strip.mapTo(opened, strip.rect().bottomLeft()).y() < opened.height()


@pytest.mark.parametrize("notes", [[], ["These are prices of a synthetic sample market, not of any market."]])
def test_made_up_prices_are_told_of_once(page: ResultsPage, notes: list[str]) -> None:
    result = template_result()
    page.show_run(completed(result), Extras(result=result, quality={"notes": notes}))
    told = f"{page.conditions.assumptions.text()} {page.conditions.quality.text()}".lower()
    assert told.count("prices of a synthetic sample market") == 1
