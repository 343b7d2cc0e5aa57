"""What the boxes above the runs ask for."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.data.library.records import RunChoices, RunFilter
from app.ui.choice import Choice
from app.ui.history.filter_bar import FilterBar

pytestmark = pytest.mark.gui

START_OF_2024, START_OF_2025, START_OF_2026 = 1_704_067_200_000, 1_735_689_600_000, 1_767_225_600_000


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar()
    qtbot.addWidget(bar)
    bar.show_choices(RunChoices((), (), (), (START_OF_2024, START_OF_2026)))
    return bar


def _choices(box: Choice) -> list[str]:
    return [box.itemText(number) for number in range(box.count())]


def test_each_year_that_runs_were_tested_on_can_be_chosen_up_to_its_last_moment(bar: FilterBar) -> None:
    assert _choices(bar.tested) == ["Any period", "Tested on 2025", "Tested on 2024"]
    bar.tested.setCurrentIndex(2)
    assert bar.wanted(0) == RunFilter(range_from_ms=START_OF_2024, range_to_ms=START_OF_2025)
    bar.show_choices(RunChoices((), (), (), (START_OF_2024, START_OF_2026 + 1)))
    assert _choices(bar.tested)[1] == "Tested on 2026"
    assert bar.tested.currentText() == "Tested on 2024"


def test_a_bound_on_drawdown_leaves_out_what_fell_deeper(bar: FilterBar) -> None:
    bar.drawdown.setCurrentIndex(bar.drawdown.findText("Drawdown to 20 %"))
    assert bar.wanted(0) == RunFilter(deepest_drawdown=-0.2)
    assert not bar.empty
    bar.show_all()
    assert bar.empty


def test_without_completed_runs_there_is_no_year_to_choose(bar: FilterBar) -> None:
    bar.show_choices(RunChoices((), (), (), None))
    assert _choices(bar.tested) == ["Any period"]


def test_all_boxes_stand_in_one_line_of_a_laptop_and_one_grows_with_its_choice(bar: FilterBar, qtbot: QtBot) -> None:
    bar.resize(1280, 60)
    bar.show()
    qtbot.waitUntil(lambda: bar.trades.isVisible() and len({box.y() for box in bar.boxes}) == 1)
    before = bar.drawdown.sizeHint().width()
    assert all(box.width() > box.fontMetrics().horizontalAdvance(box.currentText()) + 30 for box in bar.boxes)
    bar.drawdown.setCurrentIndex(3)
    assert bar.drawdown.sizeHint().width() > before
    bar.drawdown.showPopup()
    assert bar.drawdown.view().width() >= bar.drawdown.view().sizeHintForColumn(0)
    bar.drawdown.hidePopup()
