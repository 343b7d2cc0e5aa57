"""What stands around the canvas."""

from __future__ import annotations

import pytest

from app.strategy import edits
from app.ui.builder import Builder
from app.ui.main_window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def builder(drawn: MainWindow) -> Builder:
    assert drawn.builder is not None
    return drawn.builder


def test_lists_beside_the_canvas_are_filled_when_they_are_looked_at(builder: Builder) -> None:
    before = builder.problems.list.count(), builder.outline.topLevelItemCount()
    builder.editor.perform("Add", lambda strategy: edits.add_block(edits.add_block(strategy, "ema"), "ema"))
    assert builder.side.tabText(1) == "Problems (2)"
    assert (builder.problems.list.count(), builder.outline.topLevelItemCount()) == before
    builder.side.setCurrentWidget(builder.problems)
    assert builder.problems.list.count() == 2
    builder.side.setCurrentWidget(builder.outline)
    assert builder.outline.topLevelItemCount() == len(builder.editor.strategy.blocks)
    builder.editor.undo_stack.undo()
    assert builder.outline.topLevelItemCount() == len(builder.editor.strategy.blocks)
