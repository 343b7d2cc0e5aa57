"""The walk of EMAs and an RSI as it is written, in plain Python: the same bits as TA-Lib's.

The app itself only walks once that is compiled. What is compiled is kept on the disk, where nothing may get that was
made with a mistake on purpose, so mistakes are looked for here.
"""

from __future__ import annotations

import numpy as np
import pytest
from support.prices import same, walk

from app.blocks import one_walk, standard
from app.market.candles import FloatSeries

PRICES = walk(2_000).close
# Next to prices the step of an EMA is so small that how it is rounded hardly shows; around zero it does.
CHANGES = np.diff(PRICES)


def walked(source: FloatSeries, emas: list[int], rsi: list[int]) -> list[FloatSeries] | None:
    """Return the columns of the walk, None where it does not vouch for them."""
    one, other, strength = (np.empty(len(source)) for _ in range(3))
    periods, columns = (emas[0], emas[-1], rsi[0] if rsi else 0), (one, other, strength[: len(source) * len(rsi)])
    vouched = one_walk._walk.plain(source.data, periods, tuple(column.data for column in columns))
    return [*[one, other][: len(emas)], *[strength][: len(rsi)]] if vouched else None


@pytest.mark.parametrize(
    ("emas", "rsi"), [([12, 26], [14]), ([26, 12], [2]), ([9, 9], [200]), ([200], [7]), ([5, 300], []), ([3], [])]
)
def test_values_are_walked_as_ta_lib_does(emas: list[int], rsi: list[int]) -> None:
    if not one_walk._ROUNDS_ALIKE:
        pytest.skip("nothing is walked on this processor")
    for source in (PRICES, CHANGES):
        values = walked(source, emas, rsi)
        assert values is not None
        alone = [standard.ema(source, period) for period in emas] + [standard.rsi(source, period) for period in rsi]
        assert all(same(*pair) for pair in zip(values, alone, strict=True))


@pytest.mark.parametrize(("emas", "rsi"), [([12, 26], []), ([12, 26], [14]), ([3, 5], [14])])
def test_halves_that_do_not_meet_are_walked_again(emas: list[int], rsi: list[int]) -> None:
    """Next to the later of these prices, what a run-up leaves of the first ones is a lot."""
    source = np.concatenate([1e13 * PRICES[:700], 1e-7 * PRICES[700:]])
    values = walked(source, emas, rsi)
    assert values is not None
    alone = [standard.ema(source, period) for period in emas] + [standard.rsi(source, period) for period in rsi]
    assert all(same(*pair) for pair in zip(values, alone, strict=True))


def test_moves_that_ta_lib_takes_for_none_are_left_to_it() -> None:
    still = np.concatenate([PRICES[:100], np.full(500, PRICES[99])])
    for source in (1e-16 * PRICES, still):
        assert walked(source, [12, 26], []) is not None
        assert walked(source, [12, 26], [14]) is None
