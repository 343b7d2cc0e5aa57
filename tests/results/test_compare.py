"""Runs side by side, and a run repeated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.dictated import DAY, HOUR, START
from support.hand_made_run import hand_made_run, trade_row
from support.sample_results import TEMPLATES, template_result

from app.engine.completed import CompletedRun, completed
from app.engine.metrics import Metric
from app.engine.version import ENGINE_VERSION
from app.results.compare import circumstances, compare, left_otherwise, trade_difference
from app.results.repeat import repeater
from app.results.reproduced import reproduced
from app.strategy import edits

DIP = completed(template_result("rsi_dip"))


def with_trades(*rows: dict) -> CompletedRun:
    return hand_made_run([1_000], trades=rows)


def row(day: int, length: int = 1, side: int = 1) -> dict:
    return trade_row(1.0, START + day * DAY, exit_time=START + (day + length) * DAY, side=side)


def test_trades_that_only_one_run_has_are_found_by_side_entry_and_exit() -> None:
    first = with_trades(row(0), row(5), row(9))
    second = with_trades(row(0), row(5, side=-1), row(9, length=2))
    third = with_trades(row(0), row(5))
    found = trade_difference((first, second, third))
    assert [rows.tolist() for rows in found.only] == [[2], [1, 2], []]
    assert found.shared == 1
    assert left_otherwise(first, second) == ((2, 2),)
    nothing = trade_difference((with_trades(), with_trades()))
    assert ([rows.tolist() for rows in nothing.only], nothing.shared) == ([[], []], 0)


def test_a_run_beside_itself_differs_in_nothing() -> None:
    found = compare((DIP, DIP))
    assert found.drawings[0].same
    assert found.circumstances == ((),)
    assert found.trades.shared == len(DIP.trades)
    assert all(row.values[0] == row.values[1] for row in found.figures)
    assert [row.name for row in found.figures if any(sign in "".join(row.differences) for sign in "+-")] == []


def test_figures_stand_beside_each_other_with_their_distance_from_the_first() -> None:
    def made(**metrics: Metric) -> CompletedRun:
        return hand_made_run([1_000], metrics=metrics)

    runs = (
        made(total_return=0.10, trades=40, sharpe=None, buy_and_hold_return=0.2, max_drawdown=-0.2),
        made(total_return=0.25, trades=30, sharpe=1.5, buy_and_hold_return=0.2, max_drawdown=-0.1),
        made(total_return=-0.05, trades=40, sharpe=None, buy_and_hold_return=None, max_drawdown=-0.2),
    )
    rows = {figure.name: figure for figure in compare(runs).figures}
    assert rows["total_return"].texts == ("+10.0 %", "+25.0 %", "-5.0 %")
    assert rows["total_return"].differences == ("0.0 pp", "+15.0 pp", "-15.0 pp")
    assert rows["trades"].differences == ("0", "-10", "0")
    assert rows["sharpe"].differences == ("–", "–", "–")
    assert rows["max_drawdown"].differences == ("0.0 pp", "+10.0 pp", "0.0 pp")
    assert rows["against_holding"].values == (pytest.approx(-0.1), pytest.approx(0.05), None)


@pytest.mark.parametrize("number", [1, 7])
def test_two_to_six_runs_can_be_compared(number: int) -> None:
    with pytest.raises(ValueError, match="2 to 6 runs"):
        compare([DIP] * number)


def test_drawings_are_compared_with_the_first() -> None:
    other = replace(DIP, strategy=edits.set_param(DIP.strategy, "less_1", "value", 30.0))
    found = compare((DIP, DIP, other))
    assert found.drawings[0].same
    assert found.drawings[1].changed[0].block.id == "less_1"


def test_everything_else_that_differs_is_a_sentence() -> None:
    other = replace(
        DIP,
        instrument=replace(DIP.instrument, symbol="STORM/USD", size_step=0.5),
        assumptions=replace(DIP.assumptions, capital=500.0, fee_rate=0.002, slippage_rate=0.0, fill_model="bar"),
        bars=DIP.bars.rows(24, len(DIP.bars)),
        dataset=replace(DIP.dataset, count=5, first=1, fingerprint="1" * 64, step_ms=300_000),
        engine_version=ENGINE_VERSION + 1,
    )
    text = "\n".join(circumstances(DIP, other))
    for words in ("RIVER/USD", "capital was 10,000.00", "fee was 0.1000 %", "slippage", "fill model was 'minute'"):
        assert words in text
    for words in (
        "The range was",
        f"The candles used were {DIP.dataset.count:,} and are 5.",
        "step of a size was none and is 0.5",
        f"version {ENGINE_VERSION} and is version {ENGINE_VERSION + 1}",
    ):
        assert words in text


def test_candles_that_changed_in_place_are_told_from_candles_that_came() -> None:
    bars = replace(DIP.bars, volume=DIP.bars.volume + 1.0)
    changed = replace(DIP, bars=bars, dataset=replace(DIP.dataset, fingerprint="1" * 64))
    assert "their prices or volumes have changed" in "\n".join(circumstances(DIP, changed))
    more = replace(changed, dataset=replace(changed.dataset, count=DIP.dataset.count + 3))
    was = f"{DIP.dataset.count:,} and are {DIP.dataset.count + 3:,}."
    assert f"The candles of the same stretch were {was}" in "\n".join(circumstances(DIP, more))


@pytest.mark.parametrize(
    ("settled", "step_ms", "said"),
    [
        ((200, 14), 60_000, "Only the bars before it, on which the blocks settle, were 200 and are 14."),
        ((200, 200), HOUR, "Only among the 200 bars before it, on which the blocks settle, some have changed."),
        ((0, 0), 60_000, "Only the way of the price inside some of them has changed."),
        (
            (200, 200),
            60_000,
            "What has changed are some of the 200 bars before it, on which the blocks settle, or the way of the price "
            "inside some bars.",
        ),
    ],
)
def test_candles_that_differ_where_the_bars_of_the_range_do_not_are_told(
    settled: tuple[int, int], step_ms: int, said: str
) -> None:
    runs = [
        replace(
            DIP,
            counts=dict(DIP.counts) | {"warmup_bars": bars},
            dataset=replace(DIP.dataset, step_ms=step_ms, fingerprint=str(number) * 64, count=bars + number),
        )
        for number, bars in enumerate(settled)
    ]
    assert DIP.bars.step_ms == HOUR
    assert tuple(circumstances(*runs)) == (f"Every bar of the range is the same. {said}",)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_a_run_repeated_is_reproduced_to_the_last_bit(template_id: str) -> None:
    result = template_result(template_id)
    again = completed(repeater(result)(result.assumptions))
    found = reproduced(completed(result), again)
    assert found.same
    assert found.sentence.startswith("Reproduced to the last bit")
    renamed = replace(again, strategy=replace(again.strategy, name="Another name", note="x"))
    assert reproduced(completed(result), renamed).same


def test_one_bit_of_equity_or_of_a_trade_is_enough_to_differ() -> None:
    equity = DIP.equity.copy()
    equity[100] = np.nextafter(equity[100], np.inf)
    found = reproduced(DIP, replace(DIP, equity=equity))
    assert not found.same
    assert found.inputs == ()
    assert repr(float(equity[100])) in found.outcome[0]
    assert "Please report this" in found.sentence
    trades = DIP.trades.copy()
    trades["pnl"][2] += 1e-9
    assert (
        reproduced(DIP, replace(DIP, trades=trades)).outcome[0].startswith("Trade 3 is the first that differs: its pnl")
    )


def test_other_settings_data_or_engine_are_named_beside_what_came_of_them() -> None:
    result = template_result("rsi_dip")
    dearer = completed(repeater(result)(replace(result.assumptions, fee_rate=0.002)))
    found = reproduced(DIP, dearer)
    assert found.inputs == ("The fee was 0.1000 % and is 0.2000 % a fill.",)
    assert any("Equity differs" in sentence for sentence in found.outcome)
    assert found.sentence == "Not the same result, and not from the same inputs."
    newer = reproduced(DIP, replace(DIP, engine_version=ENGINE_VERSION + 1, result_hash="1" * 64))
    assert not newer.same
    assert f"version {ENGINE_VERSION + 1}" in newer.inputs[0]
    assert newer.outcome == ()


def test_another_hash_alone_is_not_the_same() -> None:
    found = reproduced(DIP, replace(DIP, result_hash="1" * 64))
    assert not found.same
    assert "result hash" in found.outcome[0]


def test_another_drawing_is_named() -> None:
    other = replace(DIP, strategy=edits.set_param(DIP.strategy, "less_1", "value", 30.0), result_hash="1" * 64)
    assert reproduced(DIP, other).inputs == ("Less than: value was 35 and is 30.",)
