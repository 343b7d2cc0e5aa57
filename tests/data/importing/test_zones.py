from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.candle_text import rows, stamp, table

from app.data.importing.refusal import ImportRefused
from app.data.importing.zone_evidence import weigh
from app.data.importing.zones import NEW_YORK, Zone, read_zone

HOUR = 3_600_000
DAY = 24 * HOUR
SERVER = Zone(NEW_YORK, 7 * HOUR)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("UTC", Zone()),
        ("gmt", Zone()),
        ("UTC+3", Zone(None, 3 * HOUR)),
        ("-05:00", Zone(None, -5 * HOUR)),
        ("GMT+0530", Zone(None, 5 * HOUR + HOUR // 2)),
        ("America/New_York", Zone(NEW_YORK)),
        ("new york", Zone(NEW_YORK)),
        ("America/New_York+7", SERVER),
        ("New York + 7 h", SERVER),
        ("Europe/Berlin", Zone("Europe/Berlin")),
        ("berlin", Zone("Europe/Berlin")),
        ("Etc/GMT+3", Zone("Etc/GMT+3")),
    ],
)
def test_zones_are_read_as_people_type_them(typed: str, zone: Zone) -> None:
    assert read_zone(typed) == zone
    assert read_zone(str(zone)) == zone


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Amerika/New_York", "did you mean America/New_York"),
        ("../../etc/passwd", "is not a time zone; try UTC"),
        ("UTC+15", "no clock is more than 14 hours off"),
        ("", "is not a time zone"),
        ("\x1b[31mred", "is not a time zone"),
    ],
)
def test_what_is_no_zone_is_refused_with_the_nearest_choice(typed: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words) as caught:
        read_zone(typed)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("zone", [Zone(), Zone(None, -3 * HOUR), Zone(NEW_YORK), SERVER, Zone("Europe/Berlin")])
@pytest.mark.parametrize("newest_first", [False, True])
def test_two_years_of_clock_times_come_back_as_the_moments_they_were(zone: Zone, newest_first: bool) -> None:
    moments = np.arange(at("2017-01-01"), at("2019-01-01"), HOUR // 2, dtype=np.int64)
    moments = moments[::-1] if newest_first else moments

    found = zone.to_utc(zone.from_utc(moments))

    assert np.array_equal(found.time, moments)
    assert not found.missing.any()


@given(st.integers(at("2000-01-01"), at("2030-01-01")), st.sampled_from([NEW_YORK, "Europe/Berlin", "Asia/Kolkata"]))
def test_a_clock_shows_what_python_says_it_shows(time: int, region: str) -> None:
    from zoneinfo import ZoneInfo

    shown = datetime.fromtimestamp(time // 1000, ZoneInfo(region))
    clock = int(shown.replace(tzinfo=UTC).timestamp()) * 1000 + time % 1000

    assert Zone(region).from_utc(np.array([time])).tolist() == [clock]
    back = Zone(region).to_utc(np.array([clock]))
    assert back.time.tolist() == [time - (shown.fold * HOUR)]


def test_an_hour_that_the_clock_leaves_out_is_no_time(tried) -> None:
    night = rows(240, at("2019-03-31T00:00"))

    _, report = tried(table(night, stamp("%Y-%m-%d %H:%M")), zone="Europe/Berlin")

    assert report.bad_rows == 60
    assert "has a time that the clock in Europe/Berlin leaves out" in report.bad[0].reason


def test_an_hour_that_the_clock_shows_twice_is_two_hours(tried) -> None:
    night = rows(300, at("2019-10-26T23:00"))
    zone = Zone("Europe/Berlin")
    local = [(int(zone.from_utc(np.array([row[0]]))[0]), *row[1:]) for row in night]

    _, report = tried(table(local, stamp("%Y-%m-%d %H:%M")), zone="Europe/Berlin")

    assert report.bad_rows == 0
    assert report.candles.time.tolist() == [row[0] for row in night]


def weeks(calendar: str, first: str, count: int) -> np.ndarray:
    """Return open times of quarter hours over some weeks of an FX or metals market."""
    from app.data.calendar import closed_candles
    from app.data.records import Span

    span = Span(at(first), at(first) + count * 7 * DAY)
    times = np.arange(span.start, span.end, HOUR // 4, dtype=np.int64)
    open_ = np.ones(len(times), dtype=bool)
    for pause in closed_candles(calendar, span, HOUR // 4):  # type: ignore[arg-type]
        open_ &= (times < pause.start) | (times >= pause.end)
    return times[open_]


@pytest.mark.parametrize("calendar", ["fx", "metals"])
@pytest.mark.parametrize(
    "zone", [Zone(), Zone(NEW_YORK), SERVER, Zone("Europe/London"), Zone("Europe/Helsinki"), Zone(None, -5 * HOUR)]
)
def test_the_weekly_open_gives_the_zone_away(calendar: str, zone: Zone) -> None:
    times = weeks(calendar, "2017-01-02", 26)

    evidence = weigh(zone.from_utc(times), HOUR // 4, calendar)  # type: ignore[arg-type]

    assert evidence.zone == zone
    assert evidence.fitting == evidence.weeks == 26


def test_the_evidence_says_when_the_week_opens_in_winter_and_in_summer() -> None:
    times = weeks("fx", "2017-01-02", 26)

    evidence = weigh(Zone(NEW_YORK).from_utc(times), HOUR // 4, "fx")

    assert evidence.sentences[0] == "On the clock of the file the week begins Sunday 17:00 (26 of 26)."
    assert "opens Sunday 22:00 UTC in winter and Sunday 21:00 UTC in summer" in evidence.sentences[1]
    assert "Read as UTC-5, it opens Sunday 22:00 UTC in winter and Sunday 22:00 UTC in summer" in evidence.sentences[2]
    assert [month.month for month in evidence.months] == [f"2017-0{number}" for number in range(1, 8)]
    assert {month.in_file for month in evidence.months} == {"Sunday 17:00"}


def test_without_weekends_there_is_no_evidence() -> None:
    always = np.arange(at("2017-01-01"), at("2017-03-01"), HOUR // 4, dtype=np.int64)

    assert weigh(always, HOUR // 4, "24x7").zone is None
    assert weigh(always, HOUR // 4, "fx").zone is None


def test_a_file_about_an_index_is_told_by_its_weekends(tried) -> None:
    local = SERVER.from_utc(weeks("metals", "2017-01-02", 4)).tolist()
    text = table([(time, 2000.5, 2001.5, 1999.5, 2000.75, 3.0) for time in local], stamp("%Y.%m.%d,%H:%M"), header=None)

    proposal, report = tried(text, "US500_M15.csv", symbol="US500")

    assert (proposal.calendar, str(proposal.zone.zone)) == ("metals", "America/New_York+7")
    assert proposal.timeframe.ms == HOUR // 4
    assert report.refusal is None
    assert "hours of metals" in proposal.notes[0]


def test_a_broker_who_counts_seconds_on_the_clock_of_the_server_is_found_out(tried) -> None:
    local = SERVER.from_utc(weeks("fx", "2017-01-02", 4)).tolist()
    lines = ["time,open,high,low,close,tick_volume,spread,real_volume"]
    lines += [f"{time // 1000},1.05,1.06,1.04,1.05,7,1,0" for time in local]

    proposal, report = tried("\n".join(lines), "EURUSD.csv")

    assert str(proposal.zone.zone) == "America/New_York+7"
    assert report.candles.time.tolist() == weeks("fx", "2017-01-02", 4).tolist()


def test_seconds_that_do_not_fit_utc_stay_utc_elsewhere_and_it_is_said(tried) -> None:
    local = SERVER.from_utc(weeks("fx", "2017-01-02", 4)).tolist()

    proposal, _ = tried(table([(time // 1000, 1.05, 1.06, 1.04, 1.05, 7.0) for time in local]), "EURUSD.csv")

    assert str(proposal.zone.zone) == "UTC"
    assert "the weeks fit America/New_York+7 better" in proposal.zone.reasons[-1]


def test_an_fx_file_without_a_weekend_asks_for_its_zone(tried) -> None:
    proposal, _ = tried(table(rows(60), stamp("%Y-%m-%d %H:%M")), "EURUSD.csv")

    assert [question.option for question in proposal.questions] == ["--zone"]


def test_rows_that_name_their_zone_need_no_other(tried) -> None:
    proposal, report = tried(table(rows(30), stamp("%Y-%m-%dT%H:%M:%S+00:00")), zone="Europe/Berlin")

    assert proposal.zone.in_rows
    assert report.candles.time[0] == rows(1)[0][0]
