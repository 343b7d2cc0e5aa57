"""Prices that cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from app.market.candles import candles


@pytest.mark.parametrize("price", [1e-300, 1e-16, 1e16, 1e300])
def test_a_price_beyond_all_sense_is_refused_with_its_row(price: float) -> None:
    column = np.array([10.0, price])
    with pytest.raises(ValueError, match=r"row 2\) has a price beyond all sense"):
        candles([0, 60_000], column, column, column, column, [1.0, 1.0], 60_000)


def test_tiny_and_huge_coins_are_fine() -> None:
    column = np.array([1e-8, 1e9])
    assert len(candles([0, 60_000], column, column, column, column, [1.0, 1.0], 60_000)) == 2
