from __future__ import annotations

import pytest
from support.candle_text import START, rows, stamp, table

from app.data.importing.dates import read_clock, read_date
from app.data.importing.refusal import ImportRefused

HOUR = 3_600_000
# From 8 January on days are above twelve, so that the order of day and month is clear.
LATE = START + 6 * 24 * HOUR


@pytest.mark.parametrize(
    "pattern",
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%dT%H:%M:%S.000000+00:00",
        "%Y/%m/%d %H:%M",
        "%Y.%m.%d %H:%M:%S.000",
        "%Y%m%d %H%M%S",
        "%Y%m%d%H%M",
        "%Y%m%d%H%M%S",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y %H:%M:%S.000",
        "%d.%m.%Y %H:%M:%S.000 GMT+0000",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y %I:%M:%S %p",
        "%d/%m/%y %H:%M",
        "%d-%b-%Y %H:%M",
        "%b %d, %Y %H:%M",
    ],
)
def test_times_are_read_however_they_are_written(tried, pattern: str) -> None:
    _, report = tried(table(rows(30, LATE), stamp(pattern), between=";"))

    assert report.bad == ()
    assert report.candles.time.tolist() == [row[0] for row in rows(30, LATE)]


@pytest.mark.parametrize(
    ("date", "clock"), [("%Y.%m.%d", "%H:%M"), ("%Y%m%d", "%H%M%S"), ("%d/%m/%Y", "%H:%M:%S"), ("%Y-%m-%d", "%I:%M %p")]
)
def test_date_and_time_may_stand_in_two_columns(tried, date: str, clock: str) -> None:
    text = table(rows(30, LATE), stamp(f"{date},{clock}"), header="Date,Time,Open,High,Low,Close,Volume")

    proposal, report = tried(text)

    assert report.candles.time.tolist() == [row[0] for row in rows(30, LATE)]
    assert proposal.columns["time"] == "Date+Time"


@pytest.mark.parametrize(("factor", "per"), [(1, 1_000), (1, 1), (1_000, 1), (1_000_000, 1)])
@pytest.mark.parametrize("written", [str, lambda number: f"{number}.0"])
def test_times_counted_from_1970_are_read_in_the_unit_that_fits(tried, factor: int, per: int, written) -> None:
    _, report = tried(table(rows(30), lambda time: written(time * factor // per)))

    assert report.candles.time.tolist() == [row[0] for row in rows(30)]


def test_rows_in_another_unit_than_the_rest_are_bad_rows(tried) -> None:
    lines = table(rows(200)).splitlines()
    lines[50] = lines[50].replace(",", "000,", 1)

    _, report = tried("\n".join(lines))

    told = [(row.line, row.reason) for row in report.bad]
    assert told == [(51, "has a time in microseconds, where the other rows have milliseconds")]


def test_day_and_month_are_told_apart_over_the_whole_column(tried) -> None:
    # Eleven days could be months too; the thirteenth day is far down the file.
    days = rows(14, START - 6 * 24 * HOUR, step=24 * HOUR)

    for pattern in ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d-%m-%y %H:%M"):
        many = [row for day in days for row in rows(300, day[0])]
        proposal, report = tried(table(many, stamp(pattern)))

        assert proposal.questions == ()
        assert report.candles.time.tolist() == [row[0] for row in many]


def test_the_order_of_day_and_month_is_asked_for_where_both_fit(tried) -> None:
    text = table(rows(30, START - 4 * 24 * HOUR), stamp("%d/%m/%Y %H:%M"))  # 3 January

    proposal, _ = tried(text)
    day_first, month_first = (tried(text, dates=order)[1].candles.time[0] for order in ("dmy", "mdy"))

    assert [question.option for question in proposal.questions] == ["--dates"]
    assert "Is 03/01/2019 2019-01-03 or 2019-03-01?" in proposal.questions[0].text
    assert "--dates dmy" in proposal.questions[0].text
    assert month_first - day_first == 57 * 24 * HOUR


def test_dates_with_points_are_day_first_and_it_is_said(tried) -> None:
    proposal, report = tried(table(rows(30), stamp("%d.%m.%Y %H:%M"), between=";"))

    assert proposal.questions == ()
    assert "day.month.year" in proposal.notes[0]
    assert report.candles.time[0] == START


def test_closing_moments_are_turned_into_opens(tried) -> None:
    for late in (59_999, 59_000):
        _, report = tried(table([(row[0] + late, *row[1:]) for row in rows(30)]))

        assert report.candles.time.tolist() == [row[0] for row in rows(30)]
        assert "the open is stored" in report.notes[0]


def test_lean_keeps_the_day_in_the_name_of_the_file(tried) -> None:
    day = START - START % (24 * HOUR)
    quotes = [f"{row[0] - day},{row[1]},{row[2]},{row[3]},{row[4]},0,1,2,3,4,0" for row in rows(30)]
    trades = [f"{row[0] - day},{row[1]},{row[2]},{row[3]},{row[4]},{row[5]}" for row in rows(30)]

    for lines, name, volume in ((quotes, "quote", "none"), (trades, "trade", "base")):
        proposal, report = tried("\n".join(lines), f"20190107_btcusd_minute_{name}.csv")

        assert proposal.layout.series == "LEAN"
        assert proposal.volume == volume
        assert report.candles.time.tolist() == [row[0] for row in rows(30)]


def test_shares_of_lean_are_in_ten_thousandths_and_on_the_clock_of_new_york(tried) -> None:
    day = START - START % (24 * HOUR)
    lines = [f"{row[0] - day},{row[1]:.0f}000,{row[2]:.0f}000,{row[3]:.0f}000,{row[4]:.0f}000,5" for row in rows(30)]

    proposal, report = tried("\n".join(lines), "20190107_spy_minute_trade.csv", symbol="SPY")

    assert proposal.layout.title == "LEAN equities, in ten-thousandths"
    assert report.candles.close[0] == 410.2
    assert report.candles.time[0] == START + 5 * HOUR


def test_rows_that_name_a_zone_and_rows_that_do_not_are_not_mixed(tried) -> None:
    one, other = stamp("%Y-%m-%d %H:%M:%SZ"), stamp("%Y-%m-%d %H:%M:%S")
    text = table(rows(20), one) + table(rows(20, START + HOUR), other, header=None)

    with pytest.raises(ImportRefused, match="names a time zone in some of its rows and none in others"):
        tried(text)


@pytest.mark.parametrize("text", ["", "2019", "2019-13-01", "2019-02-30", "31.11.2019", "2019-1", "0000-01-01"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, "dmy") is None


@pytest.mark.parametrize("text", ["", "24:00", "12:60", "12:00:60", "13:00 PM", "0:00 AM", "12", "12:00+99:00"])
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert read_clock(text) is None


@pytest.mark.parametrize(
    ("text", "ms", "offset"),
    [
        ("08:00", 8 * HOUR, None),
        ("8:00 PM", 20 * HOUR, None),
        ("12:00 am", 0, None),
        ("08:00:01.25", 8 * HOUR + 1_250, None),
        ("08:00Z", 8 * HOUR, 0),
        ("08:00:00+05:30", 8 * HOUR, 5 * HOUR + HOUR // 2),
        ("08:00:00.000 GMT-0500", 8 * HOUR, -5 * HOUR),
        ("080000", 8 * HOUR, None),
        ("0800", 8 * HOUR, None),
        ("80000", 8 * HOUR, None),
    ],
)
def test_times_of_day_are_read_with_their_offset(text: str, ms: int, offset: int | None) -> None:
    assert read_clock(text) == (ms, offset)
