"""What takes a tenth of a second waits until the hand rests."""

from __future__ import annotations

import gc
import sys

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.garbage import Collector


@pytest.fixture
def collected(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    generations: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: generations.append(generation) or 0)
    return generations


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
    assert collected.count(2) == 60 // 20


def test_what_modules_are_made_of_is_set_aside_as_soon_as_it_is_there(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector()
    collector.collect()
    assert gc.get_freeze_count() > 10_000
    assert 2 not in collected
    gc.unfreeze()
    few = {f"module_{number}": sys for number in range(40)}
    many = {f"other_{number}": sys for number in range(40)}
    monkeypatch.setattr(sys, "modules", {**sys.modules, **few})
    collector.collect()
    assert not gc.get_freeze_count()
    monkeypatch.setattr(sys, "modules", {**sys.modules, **many})
    collector.collect()
    assert gc.get_freeze_count()
    collector.stop()
    assert not gc.get_freeze_count()
    # Objects of Qt are taken down from here on.
    assert not gc.isenabled()
