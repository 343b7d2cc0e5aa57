"""Charts: sound pictures of the run's own numbers, of a size that a page can carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.runs import HOSTILE, example, hostile, with_open_trade, without_trades

from app.engine.completed import CompletedRun
from app.export.chart_svg import CROWDED, charts, equity_chart, monthly_chart, price_chart
from app.export.curves import holding, merged, thinned
from app.results.monthly import monthly_returns

SVG = "{http://www.w3.org/2000/svg}"


def tree(picture: object) -> ElementTree.Element:
    """Return a picture as other programs read it."""
    assert picture is not None
    return ElementTree.fromstring(picture.file())  # type: ignore[attr-defined]


def path(root: ElementTree.Element, class_: str) -> str:
    return next(each.attrib["d"] for each in root.iter(f"{SVG}path") if each.attrib["class"] == class_)


def points(shape: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", shape)]


def test_the_curve_of_equity_ends_where_the_scale_says() -> None:
    run = example()
    root = tree(equity_chart(run))
    own, held = points(path(root, "own")), points(path(root, "hold"))
    gained = run.equity[-1] / run.assumptions.capital - 1.0
    kept = holding(run.bars, run.assumptions)[-1] / run.assumptions.capital - 1.0
    zero = float(next(each.attrib["y1"] for each in root.iter(f"{SVG}line") if each.attrib["class"] == "zero"))
    assert (zero - own[-1][1]) / (zero - held[-1][1]) == pytest.approx(gained / kept, abs=0.01)
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert f"Strategy {gained * 100:+.1f} %" in texts


def test_no_peak_is_lost_when_a_curve_is_thinned() -> None:
    values = np.sin(np.arange(100_000) / 50.0)
    values[54_321] = 7.0
    values[54_322] = -9.0
    rows, kept = thinned(values, 400)
    assert len(kept) <= 1_600
    assert (kept.max(), kept.min()) == (7.0, -9.0)
    assert np.array_equal(values[rows.astype(int)], kept)
    assert (rows[0], rows[-1]) == (0, len(values) - 1)


@given(length=st.integers(1, 700), most=st.integers(1, 220))
def test_merged_candles_hold_every_bar_once(length: int, most: int) -> None:
    run = example()
    bars = run.bars.rows(0, length)
    rows, candles = merged(bars, most)
    assert len(candles) == len(rows) == min(length, most)
    assert (candles.open[0], candles.close[-1]) == (bars.open[0], bars.close[-1])
    assert (candles.high.max(), candles.low.min()) == (bars.high.max(), bars.low.min())


def test_every_trade_is_marked_at_entry_and_exit() -> None:
    run = with_open_trade()
    root = tree(price_chart(run))
    longs = int(np.count_nonzero(run.trades["side"] > 0))
    shorts = len(run.trades) - longs
    assert run.open_trade is not None
    still = (1, 0) if run.open_trade.side == "long" else (0, 1)
    # One mark more of each explains it above the chart.
    marks = {name: len(shapes(root, name)) - 1 for name in ("entry", "entry short", "exit")}
    assert marks == {"entry": longs + still[0], "entry short": shorts + still[1], "exit": len(run.trades)}
    won = int(np.count_nonzero(run.trades["pnl"] > 0))
    assert len(shapes(root, "trip won")) == won
    assert len(shapes(root, "trip lost")) == len(run.trades) - won


def shapes(root: ElementTree.Element, class_: str) -> list[str]:
    found = "".join(each.attrib["d"] for each in root.iter(f"{SVG}path") if each.attrib["class"] == class_)
    return re.findall(r"M[\d.]+ [\d.]+", found)


def test_very_many_trades_are_dots_each_place_once() -> None:
    run = example()
    times = CROWDED // len(run.trades) + 1
    crowded = tree(price_chart(replace(run, trades=np.repeat(run.trades, times))))
    assert 0 < len(shapes(crowded, "exit dots")) <= len(run.trades)
    assert len(shapes(crowded, "entry dots")) <= len(run.trades)
    assert shapes(crowded, "trip won") == []
    alone = tree(price_chart(run))
    dots = [place(each) for each in shapes(crowded, "exit dots")]
    for x, y in map(place, shapes(alone, "exit")[:-1]):
        assert any(abs(x - at) <= 1.1 and abs(y - height) <= 1.1 for at, height in dots)


def place(mark: str) -> tuple[float, float]:
    x, y = mark[1:].split()
    return float(x), float(y)


def test_the_months_say_what_each_month_gave() -> None:
    run = example()
    root = tree(monthly_chart(run))
    texts = [each.text for each in root.iter(f"{SVG}text")][14:-1]
    expected = []
    for year in monthly_returns(run):
        values = [value for value in (*year.months, year.whole) if value is not None]
        expected += [str(year.year), *(f"{value * 100:+,.1f}" for value in values)]
    assert texts == [re.sub(r"^[+-](0\.0)$", r"\1", text) for text in expected]
    colours = [each.attrib["class"] for each in root.iter(f"{SVG}rect")]
    assert colours.count("cell empty") == 12 * 2 - 14


@pytest.mark.parametrize("made", [example, with_open_trade, without_trades, hostile])
def test_every_chart_is_sound_and_small(made: Callable[[], CompletedRun]) -> None:
    drawn = charts(made())
    assert list(drawn) == ["equity", "price", "months"]
    for picture in drawn.values():
        root = tree(picture)
        assert root.tag == f"{SVG}svg"
        assert "nan" not in picture.content
        assert "inf" not in picture.content
        assert len(picture.file()) < 250_000
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
            "svg",
            "title",
            "style",
            "path",
            "line",
            "rect",
            "text",
        }


def test_a_hostile_name_is_text() -> None:
    root = tree(price_chart(hostile()))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert "</script><script>alert(1)</script>" in title.text
    assert HOSTILE not in title.text  # what cannot be seen is gone
    assert not set("\n\x1b\u202e") & set(title.text)


def test_what_cannot_be_drawn_is_left_out() -> None:
    run = example()
    beyond = replace(run, equity=np.where(np.arange(len(run.equity)) == 5, np.inf, run.equity))
    assert equity_chart(beyond) is None
    assert set(charts(beyond)) == {"price", "months"}


def test_one_bar_is_drawn() -> None:
    run = example()
    one = replace(run, bars=run.bars.rows(0, 1), equity=run.equity[:1], trades=run.trades[:0])
    assert "nan" not in "".join(picture.content for picture in charts(one).values())


def test_a_picture_alone_says_of_which_run_it_is_and_that_its_prices_are_made_up() -> None:
    run = example()
    for picture in charts(run).values():
        *_, last = tree(picture).iter(f"{SVG}text")
        assert last.text is not None
        assert last.text.startswith(f"{run.strategy.name} on RIVER/USD (synthetic sample market), 1h bars, ")
        assert "synthetic" not in picture.inline()
    long = replace(run, strategy=replace(run.strategy, name="W" * 120))
    *_, last = tree(equity_chart(long)).iter(f"{SVG}text")
    assert (last.text or "").startswith(f"{'W' * 50}… on ")
