"""Where the input of an indicator is unknown, it is unknown as well, and warms up anew (rule 5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.prices import Market, same, walk

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import ParamValue
from app.market.candles import FloatSeries

BARS = 160
SHORT: dict[str, dict[str, ParamValue]] = {
    "macd": {"fast": 3, "slow": 6, "signal": 4},
    "bollinger": {"period": 5, "deviations": 2.0},
    "stochastic": {"k_period": 5, "k_smooth": 3, "d_period": 2},
    "supertrend": {"period": 5, "multiplier": 1.0},
    "keltner": {"period": 7, "atr_period": 4, "multiplier": 2.0},
}
INDICATORS = [kind for kind in catalog.KINDS if kind.group == "Indicators"]
OF_A_SOURCE = [kind for kind in INDICATORS if kind.inputs]
OF_VOLUME = [kind for kind in INDICATORS if "volume" in kind.market and kind.id != "vwap"]


def short(kind: BlockKind) -> dict[str, ParamValue]:
    """Return params with short periods; those of a kind that is not listed are a third of the usual ones."""
    if kind.id in SHORT:
        return SHORT[kind.id]
    return {
        param.name: max(int(param.low), int(param.default) // 3) if param.type == "whole" else param.default
        for param in kind.params
    }


def outputs(
    kind: BlockKind, market: Market, params: dict[str, ParamValue], source: FloatSeries | None = None
) -> tuple[FloatSeries, ...]:
    """Return every output of a kind, its inputs connected to `source` or to the market."""
    assert kind.compute is not None
    columns = [getattr(market, name) for name in kind.market]
    series = [getattr(market, port.market) if source is None else source for port in kind.inputs]
    result = kind.compute(*columns, *series, **params)
    return result if isinstance(result, tuple) else (result,)


def cut(market: Market, first: int, last: int | None = None) -> Market:
    """Return copies of the columns from row `first` up to `last`."""
    return Market(*(getattr(market, name)[first:last].copy() for name in Market.__dataclass_fields__))


def runs(known: list[bool]) -> list[tuple[int, int]]:
    """Return the first row, and the one after the last, of each stretch of known values."""
    edges = [i for i in range(len(known) + 1) if (i < len(known) and known[i]) != (i > 0 and known[i - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


holes = st.lists(st.tuples(st.integers(0, BARS - 1), st.integers(1, 12)), max_size=8)


def with_holes(values: FloatSeries, where: list[tuple[int, int]]) -> FloatSeries:
    """Return a copy with NaN written over stretches given as (first row, length)."""
    result = values.copy()
    for first, length in where:
        result[first : first + length] = np.nan
    return result


@pytest.mark.parametrize("kind", OF_A_SOURCE, ids=lambda kind: kind.id)
@given(where=holes)
@settings(deadline=None, max_examples=25)
def test_each_run_of_known_values_is_computed_on_its_own(kind: BlockKind, where: list[tuple[int, int]]) -> None:
    market = walk(BARS)
    source = with_holes(market.close, where)
    expected = [np.full(BARS, np.nan) for _ in kind.outputs]
    for first, last in runs(np.isfinite(source).tolist()):
        alone = outputs(kind, cut(market, first, last), short(kind), source[first:last].copy())
        for values, part in zip(expected, alone, strict=True):
            values[first:last] = part
    for values, result in zip(expected, outputs(kind, market, short(kind), source), strict=True):
        assert same(values, result)


@pytest.mark.parametrize("kind", OF_VOLUME, ids=lambda kind: kind.id)
@given(where=holes)
@settings(deadline=None, max_examples=25)
def test_each_run_of_known_volume_is_computed_on_its_own(kind: BlockKind, where: list[tuple[int, int]]) -> None:
    whole = walk(BARS)
    market = Market(**{**vars(whole), "volume": with_holes(whole.volume, where)})
    expected = np.full(BARS, np.nan)
    for first, last in runs(np.isfinite(market.volume).tolist()):
        expected[first:last] = outputs(kind, cut(market, first, last), short(kind))[0]
    assert same(outputs(kind, market, short(kind))[0], expected)


@pytest.mark.parametrize("kind", OF_A_SOURCE, ids=lambda kind: kind.id)
def test_a_source_without_any_value_gives_none(kind: BlockKind) -> None:
    market = walk(30)
    for values in outputs(kind, market, short(kind), np.full(30, np.nan)):
        assert len(values) == 30
        assert np.isnan(values).all()


@pytest.mark.parametrize("kind", INDICATORS, ids=lambda kind: kind.id)
def test_what_an_indicator_is_given_stays_as_it_was(kind: BlockKind) -> None:
    market = walk(BARS)
    source = with_holes(market.close, [(0, 3), (80, 2)]) if kind.inputs else None
    before, source_before = cut(market, 0), None if source is None else source.copy()
    for values in outputs(kind, market, short(kind), source):
        values[:] = 0.0
    for name in Market.__dataclass_fields__:
        assert same(getattr(before, name), getattr(market, name))
    if source is not None and source_before is not None:
        assert same(source, source_before)


@pytest.mark.parametrize("kind", [kind for kind in INDICATORS if kind.id != "obv"], ids=lambda kind: kind.id)
@pytest.mark.parametrize("first", [24, 51, 77])
def test_after_its_settling_bars_a_value_hardly_depends_on_where_the_data_begin(kind: BlockKind, first: int) -> None:
    market = walk(900)
    settled = kind.settles(**short(kind)) + kind.settles_ms // 3_600_000
    whole, late = outputs(kind, market, short(kind)), outputs(kind, cut(market, first), short(kind))
    for complete, part in zip(whole, late, strict=True):
        np.testing.assert_allclose(part[settled:], complete[first + settled :], atol=1e-3 * float(np.nanstd(complete)))


def test_the_rises_and_falls_of_obv_do_not_depend_on_where_the_data_begin() -> None:
    market = walk(300)
    kind = catalog.kind("obv")
    assert kind is not None
    whole, late = outputs(kind, market, {})[0], outputs(kind, cut(market, 100), {})[0]
    np.testing.assert_allclose(np.diff(late), np.diff(whole[100:]), atol=1e-9)
