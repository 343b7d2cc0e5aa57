"""Rules 1 to 3: which bars a run has."""

from __future__ import annotations

import numpy as np
import pytest
from support.dictated import DAY, HOLE, START, Drawing, as_candles, at, bar, flat, rows, run, strategy

from app.engine.assumptions import Assumptions
from app.engine.backtest import backtest
from app.errors import CandlesUnavailable
from app.market.timeframe import WEEK_MS, Timeframe
from app.strategy.document import Strategy

FREE = Assumptions(1_000.0, 0.0, 0.0)


def free_run(base, timeframe="3m", step="1m", **window):
    return backtest(strategy(["L"], (), timeframe), as_candles(base, step), FREE, **window)


def test_rule_01_a_bar_is_named_by_its_open_time_and_made_of_its_minutes():
    result = run(bar("", (10, 12, 9, 11), (11, 15, 10, 14), (14, 14, 8, 13)), bar("", 20))
    assert result.bars.time.tolist() == [at(0), at(1)]
    assert (result.bars.open[0], result.bars.high[0], result.bars.low[0], result.bars.close[0]) == (10, 15, 8, 13)
    assert result.bars.step_ms == 180_000


def test_rule_01_volume_is_the_sum_in_time_order():
    base = rows([bar("", 10, 10, 10)])
    volumes = [0.1, 0.2, 0.3]
    base = [type(row)(row.time, 10, 10, 10, 10, volume) for row, volume in zip(base, volumes, strict=True)]
    assert free_run(base).bars.volume.tolist() == [(0.1 + 0.2) + 0.3]


def test_rule_01_buckets_start_at_multiples_of_the_timeframe_since_the_epoch():
    base = rows(flat(10, *[""] * 40), start=START + 60_000)  # begins one minute into a bar
    result = free_run(base)
    assert all(time % 180_000 == 0 for time in result.bars.time.tolist())
    assert free_run(base, "7m").bars.time[0] == (START + 60_000) // 420_000 * 420_000


def test_rule_01_weeks_start_on_monday():
    base = rows(flat(10, *[""] * 21), timeframe="1d", step="1d", start=START + 2 * DAY)  # from a Wednesday on
    result = free_run(base, "1w", "1d")
    assert result.bars.time.tolist() == [START, START + WEEK_MS, START + 2 * WEEK_MS]


def test_rule_02_a_bucket_without_minutes_gives_no_bar():
    result = run(bar("", 10), HOLE, HOLE, bar("", 11))
    assert result.bars.time.tolist() == [at(0), at(3)]
    assert result.bars.open.tolist() == [10, 11]
    assert len(result.equity) == len(result.position) == 2


def test_rule_02_a_bar_from_the_minutes_present_is_counted_as_incomplete():
    result = run(bar("", 10), bar("", None, (11, 12, 9, 10), 10), bar("", 10, None, 12), bar("", 12))
    assert result.counts["incomplete_bars"] == 2
    assert (result.bars.open[1], result.bars.high[1], result.bars.low[1]) == (11, 12, 9)
    assert result.bars.time[1] == at(1)


def test_rule_02_a_hole_is_not_an_incomplete_bar():
    assert run(bar("", 10), HOLE, bar("", 11)).counts["incomplete_bars"] == 0


def test_rule_02_incomplete_bars_outside_the_range_are_not_counted():
    bars = [bar("", 10, None, 10), bar("", 10), bar("", 10, None, 10), bar("", 10), bar("", 10, None, 10)]
    assert run(*bars, start=at(1), end=at(4)).counts["incomplete_bars"] == 1


def test_rule_02_data_that_begins_inside_a_bar_gives_that_bar_from_the_minutes_present():
    result = run(bar("", None, None, 10), bar("", 11))
    assert result.bars.time.tolist() == [at(0), at(1)]
    assert result.counts["incomplete_bars"] == 1


def test_rule_03_the_range_holds_the_bars_wholly_inside_it():
    bars = flat(10, *[""] * 6)
    assert run(*bars, start=at(1), end=at(4)).bars.time.tolist() == [at(1), at(2), at(3)]
    assert run(*bars, start=at(1) + 1, end=at(4)).bars.time.tolist() == [at(2), at(3)]
    assert run(*bars, start=at(1), end=at(4) - 1).bars.time.tolist() == [at(1), at(2)]
    assert run(*bars, start=at(1), end=at(4) + 1).bars.time.tolist() == [at(1), at(2), at(3)]


def test_rule_03_start_and_end_of_a_result_are_those_of_its_bars():
    result = run(*flat(10, *[""] * 6), start=at(1) + 1, end=at(4) + 1)
    assert (result.start, result.end) == (at(2), at(4))
    result = run(bar("", 10), bar("", None, 10, 10))
    assert (result.start, result.end) == (at(0), at(2))


def test_rule_03_the_unfinished_last_bar_is_left_out():
    result = run(bar("", 10), bar("", 11), bar("", 12, 13, None))
    assert result.bars.time.tolist() == [at(0), at(1)]
    assert result.counts["incomplete_bars"] == 0


def test_rule_03_a_last_bar_whose_last_minute_is_missing_counts_once_the_data_go_on():
    result = run(bar("", 10), bar("", 12, 13, None), bar("", 14), end=at(2))
    assert result.bars.time.tolist() == [at(0), at(1)]
    assert result.bars.close[1] == 13
    assert result.counts["incomplete_bars"] == 1


def test_rule_03_a_coverage_that_reaches_further_finishes_the_last_bar():
    bars = bar("", 10), bar("", 12, 13, None)
    assert run(*bars, coverage_end=at(2)).bars.time.tolist() == [at(0), at(1)]
    assert run(*bars, coverage_end=at(2) - 1).bars.time.tolist() == [at(0)]


def test_rule_03_a_coverage_that_ends_earlier_leaves_bars_out():
    bars = flat(10, *[""] * 4)
    assert run(*bars, coverage_end=at(3)).bars.time.tolist() == [at(0), at(1), at(2)]
    assert run(*bars, coverage_end=at(3) - 60_000).bars.time.tolist() == [at(0), at(1)]


def test_rule_03_a_run_equals_a_run_on_data_cut_at_its_end():
    bars = [
        bar("L", 100), bar("", (100, 104, 99, 103)), bar("l", 103), bar("S", 101),
        bar("", 101, 99), bar("s", 98), bar("", 97), bar("L", 95), bar("", 96),
    ]  # fmt: skip
    drawing = strategy([sketch.says for sketch in bars])
    for last in range(1, len(bars)):
        whole = backtest(drawing, as_candles(rows(bars)), FREE, end=at(last))
        cut = backtest(drawing, as_candles(rows(bars[:last])), FREE)
        assert whole.trades == cut.trades
        assert whole.open_trade == cut.open_trade
        assert whole.equity.tobytes() == cut.equity.tobytes()
        assert whole.counts == cut.counts
        assert whole.metrics == cut.metrics
        assert whole.result_hash == cut.result_hash


def test_rule_03_minutes_after_the_range_are_not_part_of_it():
    # the crash comes in the minute after the range ends
    bars = [bar("L", 100), bar("", 100), bar("", 100), bar("", (100, 100, 1, 1))]
    result = run(*bars, end=at(3))
    assert result.equity.tolist() == [1_000, 1_000, 1_000]
    assert result.open_trade is not None
    assert result.open_trade.mae == 0


@pytest.mark.parametrize(
    "window",
    [
        {"start": at(9)},
        {"end": at(0)},
        {"start": at(1), "end": at(2) - 1},
        {"start": at(2), "end": at(1)},
        {"coverage_end": at(0) + 1},
    ],
)
def test_rule_03_a_range_without_a_whole_bar_is_refused_in_words(window):
    with pytest.raises(CandlesUnavailable, match=r"\w+ \w+"):
        run(*flat(10, "", "", ""), **window)


def test_rule_03_no_candles_at_all_are_refused_in_words():
    with pytest.raises(CandlesUnavailable, match=r"\w+ \w+"):
        backtest(strategy(["L"]), as_candles(rows(flat(10, ""))).rows(0, 0), FREE)


def test_rule_01_a_timeframe_finer_than_the_candles_is_refused_in_words():
    with pytest.raises(CandlesUnavailable, match=r"\w+ \w+"):
        backtest(strategy(["L"], (), "3m"), as_candles(rows(flat(10, "", ""), "1h", "1h"), "1h"), FREE)


def test_rule_01_bars_may_be_the_base_bars_themselves():
    base = rows([bar("", (10, 12, 9, 11), (11, 15, 10, 14))], timeframe="2m")
    drawing = Drawing()
    close = drawing.add("close") + ".value"
    drawing.add("enter_long", {"when": drawing.add("greater", {"left": close}, value=1.0) + ".signal"})
    sketch = Strategy("x", timeframe=Timeframe(60_000), blocks=tuple(drawing.blocks), wires=tuple(drawing.wires))
    result = backtest(sketch, as_candles(base), FREE)
    assert result.bars.time.tolist() == [START, START + 60_000]
    assert np.array_equal(result.bars.close, [11, 14])
    assert result.counts["incomplete_bars"] == 0
