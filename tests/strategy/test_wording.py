"""Blocks are called by the shortest name that means one of them."""

from __future__ import annotations

import pytest

from app.strategy.document import Block
from app.strategy.wording import Names

FAST = Block("ema_1", "ema", {"period": 20})
SLOW = Block("ema_2", "ema", {"period": 200})
ALIKE = Block("ema_3", "ema", {"period": 200})
LESS = Block("less_1", "less", {"value": 35.0})
OTHER = Block("less_2", "less", {"value": 70.0})


@pytest.mark.parametrize(
    ("blocks", "names"),
    [
        ([FAST, LESS], ["EMA", "Less than"]),
        ([FAST, SLOW], ["EMA 20", "EMA 200"]),
        ([FAST, SLOW, ALIKE], ["EMA 20", "EMA 'ema_2'", "EMA 'ema_3'"]),
        ([LESS, OTHER], ["Less than 'less_1'", "Less than 'less_2'"]),
    ],
    ids=["the title", "the period", "the id of those alike", "the id where there is no period"],
)
def test_a_block_is_called_by_what_tells_it_apart(blocks: list[Block], names: list[str]) -> None:
    called = Names(blocks)
    assert [called.of(block) for block in blocks] == names


def test_where_a_period_may_have_changed_it_is_no_name() -> None:
    assert Names([FAST, SLOW], periods=False).of(FAST) == "EMA 'ema_1'"
