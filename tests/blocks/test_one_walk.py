"""EMAs and an RSI in one walk: what TA-Lib gives for each alone, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.prices import column, same, walk

from app import compiled
from app.blocks import one_walk, standard
from app.market.candles import FloatSeries

NAN, INF = float("nan"), float("inf")
PRICES = walk(3_000).close

periods = st.integers(2, 300)
one_or_two, one_or_none = st.lists(periods, min_size=1, max_size=2), st.lists(periods, max_size=1)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> Iterator[None]:
    pytest.importorskip("numba", reason="numba is not here: nothing is walked")
    before = compiled._enabled, compiled._patient
    compiled.use(True)
    one_walk.emas_and_rsi(PRICES, (2, 3), (4,))
    compiled.wait()
    yield
    compiled.use(before[0], patient=before[1])


def alone(source: FloatSeries, emas: list[int], rsi: list[int]) -> list[FloatSeries]:
    return [standard.ema(source, period) for period in emas] + [standard.rsi(source, period) for period in rsi]


def is_walked(source: FloatSeries, emas: list[int], rsi: list[int]) -> bool:
    """Return whether the walk itself vouches for what it gives."""
    if not one_walk._ROUNDS_ALIKE:
        pytest.skip("nothing is walked on this processor")
    columns = [np.empty(len(source)) for _ in range(3)]
    strength = columns[2] if rsi else np.empty(0)
    periods = emas[0], emas[-1], rsi[0] if rsi else 0
    return bool(one_walk._walk(source, periods, (columns[0], columns[1], strength)))


def assert_as_alone(source: FloatSeries, emas: list[int], rsi: list[int]) -> None:
    before = source.copy()
    values = one_walk.emas_and_rsi(source, emas, rsi)
    assert all(same(*pair) for pair in zip(values, alone(source, emas, rsi), strict=True))
    assert same(source, before)


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.floats(-6, 6), one_or_two, one_or_none)
@example(1, 0.0, [12, 26], [14])
@example(1, 0.0, [26, 12], [14])
@example(1, 0.0, [200], [2])
def test_prices_of_any_size_are_walked_as_ta_lib_does(seed: int, size: float, emas: list[int], rsi: list[int]) -> None:
    steps = np.random.default_rng(seed).normal(size=600)
    source = (np.abs(np.cumsum(steps)) + 0.01) * 10.0**size
    assert is_walked(source, emas, rsi)
    assert_as_alone(source, emas, rsi)


UNKNOWN = {
    "nothing": column(),
    "shorter than every period": PRICES[:10],
    "unknown at first": np.concatenate([np.full(40, NAN), PRICES]),
    "unknown in between": np.concatenate([PRICES[:400], column(NAN), PRICES]),
    "unknown at last": np.concatenate([PRICES, column(NAN)]),
    "infinite in between": np.concatenate([PRICES[:400], column(INF), PRICES]),
    "too large to add up": np.full(100, 1e308),
    "never moving": np.full(100, 7.0),
    "standing still for so long that nothing is left of the last move": np.concatenate([PRICES[:50], np.ones(3_000)]),
    "moving by less than TA-Lib takes for a move": 1e-16 * PRICES,
}


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN)
def test_where_ta_lib_goes_a_way_of_its_own_it_is_asked(source: FloatSeries) -> None:
    if len(source) > 26:
        assert not is_walked(source, [12, 26], [14])
    assert_as_alone(source, [12, 26], [14])


@pytest.mark.parametrize("name", ["unknown at first", "unknown at last"])
def test_a_source_that_is_unknown_at_an_end_is_not_walked_in_vain(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_walk, "_walk", lambda *_: pytest.fail("walked"))
    assert_as_alone(UNKNOWN[name], [12, 26], [14])


def test_a_market_that_only_rises_or_falls_is_walked() -> None:
    for source in (np.arange(1.0, 400.0), np.arange(400.0, 1.0, -1.0)):
        assert is_walked(source, [12, 26], [14])
        assert_as_alone(source, [12, 26], [14])


def test_an_ema_over_one_bar_is_its_source() -> None:
    assert same(one_walk.emas_and_rsi(PRICES, (1, 26))[0], PRICES)


def test_until_it_is_compiled_ta_lib_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_walk._walk, "twin", None)
    assert_as_alone(PRICES, [12, 26], [14])
