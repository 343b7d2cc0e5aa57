"""Arrows on the price chart: one where a trade began, one where it ended."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.ui.builder import Builder
from app.ui.charts.price_chart import PriceChart
from app.ui.charts.run_view import TradeMarks

pytestmark = pytest.mark.gui

Painted = dict[tuple[str, bool], list[tuple[float, float]]]


@pytest.fixture
def price(builder: Builder) -> PriceChart:
    return builder.result.price


def _painted(price: PriceChart, trades: TradeMarks, monkeypatch: pytest.MonkeyPatch) -> Painted:
    """Return where arrows are painted, by their colour and whether they point up."""
    found: Painted = {}

    def note(_: object, x: np.ndarray, y: np.ndarray, token: str, up: bool) -> None:
        found.setdefault((token, up), []).extend(zip(x.tolist(), y.tolist(), strict=True))

    monkeypatch.setattr(price, "_paint_marks", note)
    assert price.view is not None
    price.view = replace(price.view, trades=trades)
    price.redraw()
    price.grab()
    return found


def test_buying_points_up_and_selling_points_down_in_the_colour_of_what_came_of_it(
    price: PriceChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    trades = TradeMarks(
        entry=np.array([100, 3000, 6000]),
        exit=np.array([900, 4000, 7000]),
        entry_price=np.array([300.0, 310.0, 320.0]),
        exit_price=np.array([330.0, 300.0, 300.0]),
        long=np.array([True, True, False]),
        won=np.array([True, False, True]),
    )
    theme = price.theme
    found = _painted(price, trades, monkeypatch)

    def at(bar: int, value: float) -> tuple[float, float]:
        return price.x_of(bar + 0.5), price.y_of(value)

    wanted = {
        (theme.accent, True): [at(100, 300.0), at(3000, 310.0)],
        (theme.accent, False): [at(6000, 320.0)],
        (theme.good, False): [at(900, 330.0)],
        (theme.bad, False): [at(4000, 300.0)],
        (theme.good, True): [at(7000, 300.0)],
    }
    assert {key: places for key, places in found.items() if places} == {
        key: [pytest.approx(place) for place in places] for key, places in wanted.items()
    }


@pytest.mark.parametrize("up", [True, False])
def test_an_arrow_is_narrow_at_its_tip_and_painted_once(price: PriceChart, up: bool) -> None:
    mark = price._mark(price.theme.good, up)
    picture = mark.toImage()
    ratio = mark.devicePixelRatio()

    def filled(y: int) -> int:
        return sum(picture.pixelColor(x, int(y * ratio)).alpha() > 128 for x in range(picture.width()))

    assert (filled(6) < filled(11)) == up
    assert (filled(4) > filled(9)) != up
    assert price._mark(price.theme.good, up) is mark
