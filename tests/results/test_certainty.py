"""How sure the simulation itself is: each reason for doubt, with its threshold from both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import dictated
from support.findings import ENOUGH, finding
from support.hand_made_run import hand_made_run, trade_row

from app.market.timeframe import Timeframe
from app.results.certainty import DataQuality
from app.results.verdict import verdict
from app.strategy.document import Block


@pytest.mark.parametrize(("times", "severity"), [(0, None), (1, "note"), (2, "caution")])
def test_ambiguous_exits_are_weighed_by_their_share(times: int, severity: str | None) -> None:
    found = finding(hand_made_run([1_000], trades=ENOUGH, counts={"ambiguous": times}), "ambiguous_exits")
    assert (found.severity if found else None) == severity


def test_trades_decided_within_their_entry_bar_are_taken_out_to_see_what_is_left() -> None:
    inside = {"bars_held": 0, "reason": "take_profit"}
    trades = [trade_row(100.0, **inside), trade_row(-40.0), trade_row(-20.0)]
    found = finding(hand_made_run([1_000], trades=trades), "entry_bar_decides")
    assert found is not None
    assert (found.numbers["trades"], found.numbers["closed_pnl"], found.numbers["rest"]) == (1, 40.0, -60.0)
    losing = [trade_row(-100.0, bars_held=0, reason="stop_loss"), trade_row(40.0)]
    assert finding(hand_made_run([1_000], trades=losing), "entry_bar_decides") is not None
    by_signal = [trade_row(100.0, bars_held=0, reason="reversal"), *trades[1:]]
    assert finding(hand_made_run([1_000], trades=by_signal), "entry_bar_decides") is None
    assert finding(hand_made_run([1_000], trades=[*trades, trade_row(80.0)]), "entry_bar_decides") is None


@pytest.mark.parametrize(("missing", "severity"), [(0, None), (4, "note"), (5, "caution"), (50, "serious")])
def test_missing_candles_are_weighed_by_their_share(missing: int, severity: str | None) -> None:
    found = finding(hand_made_run([1_000]), "missing_candles", quality=DataQuality(1_000, missing))
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(
    ("bars", "quality", "severity"),
    [(1, None, "note"), (4, None, "note"), (5, None, "caution"), (5, DataQuality(6_000, 5), "note")],
)
def test_incomplete_bars_weigh_more_where_nobody_knows_how_many_candles_are_missing(
    bars: int, quality: DataQuality | None, severity: str
) -> None:
    run = hand_made_run([1_000] * 100, trades=ENOUGH, counts={"incomplete_bars": bars})
    (found,) = (each for each in verdict(run, quality=quality).findings if each.code == "incomplete_bars")
    assert found.severity == severity
    made = "1 of 100 bars was made although some of its" if bars == 1 else f"{bars} of 100 bars were made although some"
    assert found.sentence.startswith(made)


@pytest.mark.parametrize(
    ("quality", "may_close"), [(None, True), (DataQuality(6_000, 5), False), (DataQuality(5_940, 5), True)]
)
def test_a_bar_in_which_the_market_may_have_closed_is_not_doubted(quality: DataQuality | None, may_close: bool) -> None:
    run = hand_made_run([1_000] * 100, timeframe="1h", counts={"incomplete_bars": 5})
    found = finding(run, "incomplete_bars", quality=quality)
    assert found is not None
    assert ("where the market closed or opened" in found.what_to_do) == may_close


def test_what_was_given_up_or_went_wrong_is_counted() -> None:
    counts = {"conflicts": 3, "zero_size": 2, "no_level": 1, "liquidations": 1, "incomplete_bars": 4}
    found = {each.code: each for each in verdict(hand_made_run([1_000], counts=counts)).findings}
    assert {"conflicts", "zero_size", "no_level", "liquidated", "incomplete_bars"} <= found.keys()
    assert found["liquidated"].severity == "serious"
    unsettled = finding(hand_made_run([1_000], settling_bars=10), "unsettled")
    assert unsettled is not None


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ((dictated.stop(percent=0.1), dictated.take(percent=0.1)), "which of two levels came first is guessed."),
        ((dictated.trailing(percent=0.1), dictated.take(percent=0.1)), "which of two levels came first is guessed."),
        ((dictated.trailing(percent=0.1), dictated.stop(percent=0.1)), "the trailing stop moves from bar to bar only."),
        ((dictated.stop(percent=0.1),), None),
        ((dictated.take(percent=0.1),), None),
        ((dictated.stop(percent=0.1), replace(dictated.take(percent=0.1), muted=True)), None),
    ],
)
def test_levels_on_candles_as_long_as_the_bars_are_named(blocks: tuple[Block, ...], said: str | None) -> None:
    hourly = hand_made_run([1_000], timeframe="1h")
    strategy = replace(hourly.strategy, blocks=blocks)
    coarse = replace(hourly, strategy=strategy, dataset=replace(hourly.dataset, step_ms=Timeframe.parse("1h").ms))
    found = finding(coarse, "coarse_candles")
    assert (found.sentence.split(": ")[1] if found else None) == said
    assert finding(replace(hourly, strategy=strategy), "coarse_candles") is None
