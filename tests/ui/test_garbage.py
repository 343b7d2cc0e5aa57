"""What takes a tenth of a second waits until the hand rests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.garbage import Collector


@pytest.fixture
def collected(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    generations: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: generations.append(generation) or 0)
    yield generations
    gc.enable()


def _counts(monkeypatch: pytest.MonkeyPatch, *counts: tuple[int, int, int]) -> None:
    # Asked for twice in each round: before and after.
    left = iter([count for count in counts for _ in range(2)])
    monkeypatch.setattr(gc, "get_count", lambda: next(left))


def test_while_much_is_made_only_young_objects_are_looked_through(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector()
    _counts(monkeypatch, *((5_000 * (1 + turn % 2), turn % 12, 99) for turn in range(60)))
    for _ in range(60):
        collector.collect()
    collector.stop()
    assert 2 not in collected
    assert {0, 1} <= set(collected)


def test_at_rest_everything_is_looked_through(collected: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Collector()
    _counts(monkeypatch, *(((10, 0, 99),) * 60))
    for _ in range(60):
        collector.collect()
    collector.stop()
    # The first time the modules are set aside instead.
    assert collected.count(2) == 60 // 20 - 1


def test_what_modules_are_made_of_is_set_aside_once_and_looked_through_no_more(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector()
    _counts(monkeypatch, *(((10, 0, 99),) * 60))
    for _ in range(20):
        collector.collect()
    assert 2 not in collected
    assert gc.get_freeze_count() > 10_000
    for _ in range(40):
        collector.collect()
    assert collected.count(2) == 2
    collector.stop()
    assert not gc.get_freeze_count()
