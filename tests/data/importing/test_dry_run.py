from __future__ import annotations

import numpy as np
import pytest
from support.candle_text import MINUTE, START, Row, rows, stamp, table
from support.importing_now import NOW

HOUR = 60 * MINUTE
DAY = 24 * HOUR
CLOCK = stamp("%Y-%m-%d %H:%M:%S")


def minutes(report) -> list[int]:
    return report.candles.time.tolist()


def test_up_to_one_percent_of_bad_rows_is_left_out_and_listed_and_more_is_refused(tried) -> None:
    def with_bad(count: int) -> str:
        candles = rows(1_000)
        for place in range(count):
            row = candles[place * 7]
            candles[place * 7] = (row[0], row[1], row[3], row[2], row[4], row[5])
        return table(candles)

    few, many = tried(with_bad(10))[1], tried(with_bad(11))[1]

    assert (few.bad_rows, len(few.candles), few.refusal) == (10, 990, None)
    assert [row.line for row in few.bad] == [2 + 7 * place for place in range(10)]
    assert many.refusal is not None
    assert many.refusal.startswith("cannot be imported: 11 rows are bad of 1,000 (1.1 %), and up to 1 % may be.")


def test_rows_out_of_order_are_sorted_and_equal_ones_are_taken_once(tried) -> None:
    candles = rows(50)
    shuffled = [candles[place] for place in np.random.default_rng(1).permutation(50)]

    _, report = tried(table([*shuffled, *candles[10:15]]))

    assert minutes(report) == [row[0] for row in candles]
    assert (report.read, report.repeated, report.conflicting, report.out_of_order) == (55, 5, 0, True)


def test_newest_first_is_an_order_too(tried) -> None:
    _, report = tried(table(rows(50)[::-1]))

    assert minutes(report) == [row[0] for row in rows(50)]
    assert not report.out_of_order


def test_of_two_candles_of_one_time_the_later_line_counts_and_the_other_is_a_bad_row(tried) -> None:
    candles = rows(300)
    other = (candles[7][0], 1.0, 2.0, 0.5, 1.5, 9.0)

    _, report = tried(table([*candles, other]))

    assert (report.conflicting, report.bad_rows, report.refusal) == (1, 1, None)
    assert report.bad[0].line == 9
    assert report.bad[0].reason == "has other values than line 302 of the same time, which counts"
    assert report.candles.close[7] == 1.5


def test_many_contradictions_are_refused(tried) -> None:
    text = table(rows(100)) + table([(r[0], r[1], r[2] + 1.0, *r[3:]) for r in rows(100)], header=None)

    assert tried(text)[1].refusal is not None


@pytest.mark.parametrize("step", [HOUR, 5 * MINUTE, 15 * MINUTE, DAY])
def test_a_stretch_of_coarser_candles_is_left_out_of_minutes(tried, step: int) -> None:
    coarse = rows(60, START - START % DAY - 60 * step, step=step)
    fine = rows(500, START - START % DAY)

    for candles in ([*coarse, *fine], [*fine, *coarse]):
        _, report = tried(table(candles))

        # At a seam the row beside it may go as well: a candle less, never a wrong one.
        assert set(minutes(report)) <= {row[0] for row in fine}
        assert len(report.candles) >= 499
        assert [other.length for other in report.other] == [stamp_of(step)]
        assert report.bad_rows == 0


def stamp_of(step: int) -> str:
    return {HOUR: "1h", 5 * MINUTE: "5m", 15 * MINUTE: "15m", DAY: "1d"}[step]


def test_a_stretch_of_finer_candles_is_left_out_of_hours(tried) -> None:
    fine = rows(200, START)
    coarse = rows(900, START + 10 * HOUR, step=HOUR)

    proposal, report = tried(table([*fine, *coarse]))

    assert str(proposal.timeframe) == "1h"
    assert set(minutes(report)) <= {row[0] for row in coarse}
    assert len(report.candles) >= 899
    assert report.other[0].length == "1m"


def test_shuffled_stretches_of_another_timeframe_are_found_once_they_are_in_order(tried) -> None:
    coarse = rows(200, START - 300 * HOUR, step=HOUR)
    fine = rows(900, START)
    both = [*coarse, *fine]
    shuffled = [both[place] for place in np.random.default_rng(2).permutation(len(both))]

    _, report = tried(table(shuffled))

    assert set(minutes(report)) <= {row[0] for row in fine}
    assert len(report.candles) >= 899
    assert [other.length for other in report.other] == ["1h"]


def test_a_thin_market_is_still_one_of_minutes(tried) -> None:
    random = np.random.default_rng(5)
    candles = [row for row in rows(8_000) if random.random() < 0.25]

    proposal, report = tried(table(candles))

    assert str(proposal.timeframe) == "1m"
    assert report.other == ()
    assert len(report.candles) == len(candles)


@pytest.mark.parametrize(("step", "name"), [(15 * MINUTE, "15m"), (HOUR, "1h"), (4 * HOUR, "4h"), (DAY, "1d")])
def test_coarser_files_are_series_of_their_own_length(tried, step: int, name: str) -> None:
    proposal, report = tried(table(rows(40, START - START % DAY, step=step)))

    assert str(proposal.timeframe) == name
    assert proposal.series.key.step_ms == step == report.candles.step_ms
    assert len(report.candles) == 40


def test_days_without_a_time_are_days_in_utc(tried) -> None:
    candles = rows(40, START - START % DAY, step=DAY)

    proposal, report = tried(table(candles, stamp("%Y-%m-%d")), "EURUSD.csv")

    assert proposal.questions == ()
    assert minutes(report) == [row[0] for row in candles]


def test_whole_days_with_a_midnight_beside_them_are_days_too(tried) -> None:
    candles = rows(40, START - START % DAY, step=DAY)

    proposal, report = tried(table(candles, stamp("%Y.%m.%d,%H:%M"), header=None), "EURUSD1440.csv")

    assert proposal.questions == ()
    assert "days in UTC" in proposal.zone.reasons[0]
    assert minutes(report) == [row[0] for row in candles]


def test_bars_of_a_server_that_open_between_bars_in_utc_are_refused_with_advice(tried) -> None:
    candles = rows(60, START - START % DAY, step=4 * HOUR)

    _, report = tried(table(candles, CLOCK), zone="UTC+3")

    assert report.refusal is not None
    assert "candles of 4h that do not open at whole multiples of 4h in UTC" in report.refusal
    assert "Export candles of one hour or shorter" in report.refusal


def test_times_off_the_minute_are_bad_rows_unless_the_source_is_known_for_them(tried) -> None:
    candles = rows(300)
    late = [(row[0] + 28_789, *row[1:]) if place in (50, 51) else row for place, row in enumerate(candles)]
    crowded = [*late, (candles[70][0] + 5_000, *candles[70][1:])]

    _, generic = tried(table(late))
    binance = [f"{r[0]},{r[1]},{r[2]},{r[3]},{r[4]},{r[5]},{r[0] + 59_999},1,1,1,1,0" for r in crowded]
    proposal, archive = tried("\n".join(binance), "BTCUSDT-1m-2018-02.csv")

    assert [row.reason for row in generic.bad] == ["has a time that is not on the minute"] * 2
    assert proposal.layout.title == "Binance archive (spot)"
    assert (archive.floored, archive.bad_rows) == (2, 1)
    assert minutes(archive) == [row[0] for row in candles]


def test_candles_of_the_future_and_unfinished_ones_are_not_taken(tried) -> None:
    last = NOW - NOW % MINUTE
    candles = rows(200, last - 198 * MINUTE)

    _, report = tried(table(candles))

    assert (report.unfinished, report.bad_rows) == (1, 1)
    assert report.bad[0].reason == "has a time in the future"
    assert report.candles.end <= NOW


def test_flat_candles_of_a_closed_market_are_left_out_and_others_are_kept_and_counted(tried) -> None:
    friday = 1_488_574_800_000  # 2017-03-03 21:00 UTC, an hour before the week ends
    week = rows(60, friday)
    flat = [(friday + HOUR + place * MINUTE, 2.0, 2.0, 2.0, 2.0, 0.0) for place in range(48 * 60)]
    odd: Row = (friday + 5 * HOUR, 2.0, 2.5, 1.5, 2.0, 1.0)
    sunday = rows(60, friday + 49 * HOUR)

    _, report = tried(table([*week, *[row for row in flat if row[0] != odd[0]], odd, *sunday]), "EURUSD.csv")

    assert (report.closed, report.outside) == (48 * 60 - 1, 1)
    assert len(report.candles) == 121


def test_a_flat_candle_at_the_end_of_some_weeks_is_a_candle(tried) -> None:
    friday = 1_488_574_800_000  # 2017-03-03 21:00 UTC, an hour before the week ends
    late = [*rows(63, friday)[:-1], (friday + HOUR + 2 * MINUTE, 2.0, 2.0, 2.0, 2.0, 0.0)]

    _, report = tried(table([*late, *rows(60, friday + 49 * HOUR)]), "EURUSD.csv")

    assert (report.closed, report.outside, len(report.candles)) == (0, 3, 123)


def test_gaps_come_with_their_cause_and_jumps_are_kept(tried) -> None:
    candles = rows(600)
    thin = [row for place, row in enumerate(candles) if place != 20 and not 100 <= place < 200]
    doubled = [(r[0], *(value * 3.0 for value in r[1:5]), r[5]) if r[0] >= START + 300 * MINUTE else r for r in thin]

    _, report = tried(table(doubled))

    assert [(gap.span.start, gap.cause) for gap in report.gaps] == [
        (START + 20 * MINUTE, "quiet"),
        (START + 100 * MINUTE, "unknown"),
    ]
    assert [jump.time for jump in report.jumps] == [START + 300 * MINUTE]
    assert report.jumps[0].move == pytest.approx(2.0, abs=0.01)


def test_zeros_as_volume_are_no_volume_for_currencies_and_quiet_minutes_on_an_exchange(tried) -> None:
    candles = [(*row[:5], 0.0) for row in rows(60)]

    fx, crypto = (tried(table(candles, stamp("%Y-%m-%dT%H:%MZ")), name) for name in ("EURUSD.csv", "BTCUSDT.csv"))

    assert (fx[0].volume, crypto[0].volume) == ("none", "base")
    assert np.isnan(fx[1].candles.volume).all()
    assert not crypto[1].candles.volume.any()


def test_a_file_that_is_bad_from_end_to_end_is_given_up_early(tried) -> None:
    lines = table(rows(3_000)).splitlines()
    text = "\n".join([*lines[:2_500], *["garbage"] * 300_000])

    _, report = tried(text)

    assert report.refusal is not None
    assert report.read < 300_000
    assert len(report.bad) == 1_000
