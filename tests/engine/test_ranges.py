"""Ranges that hold no bar are refused with the range there is."""

from __future__ import annotations

import numpy as np
import pytest
from support.dictated import bar, run
from support.sample import sample_candles

from app.engine.backtest import backtest, inputs
from app.engine.plan import prepare
from app.errors import CandlesUnavailable
from app.market.candles import candles
from app.market.instrument import Instrument
from app.market.resample import derive
from app.market.timeframe import Timeframe
from app.strategy import edits, templates

START = 1_704_067_200_000  # 2024-01-01
HOUR = 3_600_000


def hours(count: int):
    price = np.full(count, 10.0)
    return candles(START + HOUR * np.arange(count), price, price, price, price, price, HOUR)


@pytest.mark.parametrize(
    ("start", "end", "asked"),
    [
        (START + 100 * HOUR, None, r"\(2024-01-05 04:00 to the end\)"),
        (None, START, r"\(the beginning to 2024-01-01 00:00\)"),
        (START + 1, START + HOUR + 1, r"\(2024-01-01 00:00 to 2024-01-01 01:00\)"),
    ],
)
def test_a_range_without_a_whole_bar_is_refused_naming_the_candles_there_are(start, end, asked):
    strategy = templates.template("rsi_dip").strategy
    with pytest.raises(CandlesUnavailable, match=asked + r".* from 2024-01-01 00:00 to 2024-01-03 00:00 UTC"):
        backtest(strategy, hours(48), start=start, end=end)


def test_no_candles_at_all_are_refused():
    with pytest.raises(CandlesUnavailable, match="no candles at all"):
        backtest(templates.template("rsi_dip").strategy, hours(0))


def test_a_timeframe_that_the_candles_cannot_make_is_refused():
    strategy = edits.set_timeframe(templates.template("rsi_dip").strategy, Timeframe.parse("15m"))
    with pytest.raises(CandlesUnavailable, match=r"cannot be made of 1h candles\. Choose 1h or 2h as its timeframe"):
        backtest(strategy, hours(48))


def trips(count: int, losses: int = 0):
    """Return a run in which each two hours make a hundred million times the money, 1,000 at first, or lose as much."""
    gain = [bar("L", (1e8, 1e8, 1, 1)), bar("l", (1, 1e8, 1, 1e8))]
    loss = [bar("L", (1, 1e8, 1, 1e8)), bar("l", (1e8, 1e8, 1, 1))]
    return run(*gain * count, *loss * losses, timeframe="1h", step="1h")


def test_any_money_that_can_be_counted_is():
    assert trips(11).equity[-1] == pytest.approx(1e91)


@pytest.mark.parametrize(
    ("gains", "losses"), [(13, 0), (40, 0), (13, 8)], ids=["past counting", "past any number", "lost again"]
)
def test_prices_that_make_money_beyond_counting_are_refused_naming_the_moment(gains, losses):
    with pytest.raises(CandlesUnavailable, match=r"By 2024-01-02 01:00 UTC .* more money than can be counted"):
        trips(gains, losses)


@pytest.mark.parametrize("timeframe", ["1m", "1h"])
@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(None, None, None), (START, None, None), (START + 1, START + 400 * HOUR, None), (None, None, START + 90 * HOUR)],
)
def test_what_a_run_is_made_of_is_known_without_running_it(timeframe, start, end, covered):
    strategy = edits.set_timeframe(templates.template("rsi_dip").strategy, Timeframe.parse(timeframe))
    base = sample_candles(strategy.symbol).between(START - 1_000 * HOUR, START + 500 * HOUR)
    chosen = {"instrument": Instrument("X", "y", 0.5), "start": start, "end": end, "coverage_end": covered}
    found = inputs(prepare(strategy), derive(base, strategy.timeframe), **chosen)
    result = backtest(strategy, base, **chosen)
    assert (found.dataset, found.start, found.end) == (result.dataset, result.start, result.end)
    assert found.instrument == result.instrument
