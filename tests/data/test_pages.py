"""Rows of a source: stored only when every rule of a candle holds, refused as a whole otherwise."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stand_in import DAY, MINUTE, START, columns

from app.data.feed_errors import PageRefused
from app.data.pages import CheckedPage, check_columns, check_rows
from app.data.records import Span
from app.market.candles import Candles, first_flaw

COUNT = 60
WINDOW = Span(START, START + COUNT * MINUTE)
LATER = WINDOW.end + DAY // 2

Rows = list[list[Any]]


def good_rows(count: int = COUNT) -> Rows:
    return [list(row) for row in zip(*(column[:count].tolist() for column in columns(COUNT).values()), strict=True)]


def check(rows: object, **changes: Any) -> CheckedPage:
    return check_rows(rows, **({"step_ms": MINUTE, "window": WINDOW, "closed_by": LATER, "most": COUNT} | changes))


def times(page: CheckedPage) -> list[int]:
    return [(int(time) - START) // MINUTE for time in page.candles.time]


def test_good_rows_are_candles() -> None:
    page = check(good_rows())
    assert times(page) == list(range(COUNT))
    assert page.candles.close.tolist() == [row[4] for row in good_rows()]
    assert page.notes() == ()


def test_no_rows_are_no_candles() -> None:
    assert len(check([]).candles) == 0


@pytest.mark.parametrize("per", [1e-3, 1, 1e3])
def test_the_unit_of_times_is_found_by_their_size(per: float) -> None:
    rows = [[int(row[0] * per), *row[1:]] for row in good_rows()]
    assert times(check(rows)) == list(range(COUNT))


def test_nanoseconds_are_found_in_columns() -> None:
    time, *values = columns(COUNT).values()
    page = check_columns(time * 1_000_000, values, step_ms=MINUTE, window=WINDOW, closed_by=LATER)
    assert (page.unit, times(page)) == ("nanoseconds", list(range(COUNT)))


def test_rows_in_any_order_are_sorted() -> None:
    assert times(check(good_rows()[::-1])) == list(range(COUNT))


def test_equal_rows_count_once_and_of_unequal_ones_the_later_one() -> None:
    rows = good_rows()
    other = [*rows[7][:5], 99.0]
    page = check([*rows[:50], rows[5], other])
    assert (page.repeated, page.replaced) == (1, 1)
    assert page.candles.volume[7] == 99.0
    assert page.notes() == ("1 × a candle came twice with two contents; the later one counts.",)


def test_rows_off_the_minute_take_their_minute_if_it_is_free() -> None:
    rows = good_rows()
    rows[10][0] += 28_789
    rows.append([rows[20][0] + 5_000, *rows[20][1:]])
    page = check(rows)
    assert (page.floored, page.crowded, times(page)) == (1, 1, list(range(COUNT)))


def test_the_forming_candle_goes_by_the_clock_and_not_by_its_place() -> None:
    rows = good_rows()
    page = check(rows[::-1], closed_by=START + 40 * MINUTE + 59_999)
    assert (times(page), page.forming) == (list(range(40)), 20)
    rows[59][1:] = [None, None, None, None, 0]
    assert len(check(rows, closed_by=START + 59 * MINUTE + 1).candles) == 59


def test_rows_without_prices_are_missing_candles() -> None:
    rows = good_rows()
    rows[3][1:] = [None] * 5
    page = check(rows)
    assert (page.empty, 3 in times(page), len(page.candles)) == (1, False, COUNT - 1)


def test_a_volume_may_be_unknown() -> None:
    rows = good_rows()
    rows[3][5] = None
    volume = check(rows).candles.volume
    assert np.flatnonzero(np.isnan(volume)).tolist() == [3]


def test_ends_of_the_window_may_be_read_either_way() -> None:
    page = check(good_rows(), window=Span(START + MINUTE, WINDOW.end - MINUTE))
    assert (times(page), page.beside) == (list(range(1, COUNT - 1)), 2)


def test_jumps_are_flagged_and_kept() -> None:
    rows = good_rows()
    rows[9][2] = rows[9][3] * 1.6
    for row in rows[40:]:
        row[0] += 70 * MINUTE
        row[1:5] = [price * 1.35 for price in row[1:5]]
    page = check(rows, window=Span(START, START + 200 * MINUTE))
    assert page.jumps == (rows[9][0], rows[40][0])
    assert page.notes()[0] == "The price jumps at 2024-12-02 00:09 UTC; it was kept as it is."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({3: {4: math.nan}}, "00:03 UTC has a price that is not a number"),
        ({3: {1: math.inf}}, "has a price that is not a number"),
        ({3: {3: 0.0}}, "has a price that is not above zero"),
        ({3: {1: -5.0}}, "has a price that is not above zero"),
        ({3: {2: 1.0}}, "has a high below its body"),
        ({3: {3: 1e9}}, "has a low above its body"),
        ({3: {5: -1.0}}, "has a volume that cannot be"),
        ({3: {5: math.inf}}, "has a volume that cannot be"),
        ({3: {4: None}}, "a value is not a number"),
        ({3: {4: "1.0"}}, "a value is not a number"),
        ({3: {4: True, 5: None}}, "a value is not a number"),
        ({3: {5: "x", 4: None}}, "a value is not a number"),
        ({3: {4: 10**400}}, "a value is not a number"),
        ({3: {0: START + 0.5}}, "a time is not a whole number"),
        ({3: {0: math.nan}}, "a time is not a whole number"),
        ({3: {0: 5}}, "no dates, or are in different units"),
        ({3: {0: START // 1000}}, "no dates, or are in different units"),
        ({3: {0: START - 90 * MINUTE}}, "2024-12-01 22:30 UTC is outside the time that was asked for"),
        ({3: {0: WINDOW.end + 2 * MINUTE}}, "is outside the time that was asked for"),
        ({3: {0: START + 3 * DAY}}, "cannot be"),
    ],
)
def test_one_bad_value_refuses_the_page(change: dict[int, dict[int, Any]], reason: str) -> None:
    rows = good_rows()
    for row, cells in change.items():
        for cell, value in cells.items():
            rows[row][cell] = value
    with pytest.raises(PageRefused, match=reason):
        check(rows)


@pytest.mark.parametrize("rows", [{}, "rows", None, 5, [[]], [1, 2], [[1, 2]], [good_rows()[0], [1]], [{"t": 1}]])
def test_what_is_not_a_list_of_rows_is_refused(rows: object) -> None:
    with pytest.raises(PageRefused):
        check(rows)


def test_times_of_before_bitcoin_are_refused() -> None:
    with pytest.raises(PageRefused, match="cannot be"):
        check([[1_100_000_000_000, 1, 1, 1, 1, 1]], window=Span(0, LATER))


def test_more_candles_than_asked_for_are_refused() -> None:
    with pytest.raises(PageRefused, match="has 60 candles where 59 were asked for"):
        check(good_rows(), most=COUNT - 1)


CELLS = [
    *(math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1e-300, 1e308, 5e-324, 10**30, -(10**30), 2**63),
    *(None, True, "1", "", "NaN", b"1", [], {}, 1 + 1j, START, START + 1, START // 1000, START * 1000, 2**53 + 1),
]


def mutated_pages() -> list[tuple[str, Any]]:
    """Return every odd value in every column, and rows moved, dropped, doubled, cut and torn."""
    pages: list[tuple[str, Any]] = []
    for column in range(6):
        for number, value in enumerate(CELLS):
            rows = good_rows()
            rows[11][column] = value
            pages.append((f"column {column} value {number}", rows))
    for shift in (-DAY, -MINUTE, -1, 1, 1_000, 59_999, MINUTE, 10 * DAY):
        for some in (slice(0, 1), slice(30, 31), slice(0, 60, 3), slice(None)):
            rows = good_rows()
            for row in rows[some]:
                row[0] += shift
            pages.append((f"shifted by {shift}", rows))
    for first, second in [(1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (0, 5), (0, 1)]:
        rows = good_rows()
        for row in rows:
            row[first], row[second] = row[second], row[first]
        pages.append((f"columns {first} and {second} swapped", rows))
    rows = good_rows()
    pages += [("longer rows", [[*row, 0.0] for row in rows]), ("shorter rows", [row[:5] for row in rows])]
    pages += [("one short row", [*rows[:5], rows[5][:3], *rows[6:]]), ("doubled", rows + good_rows())]
    pages += [
        ("a row of text", [*rows, "nonsense"]),
        ("nothing between", [*rows, None]),
        ("as dict", [dict.fromkeys(row) for row in rows]),
    ]
    return pages


PAGES = mutated_pages()


def test_there_are_enough_mutated_pages() -> None:
    assert len(PAGES) >= 200


@pytest.mark.parametrize(("what", "rows"), PAGES)
def test_a_mutated_page_is_sound_or_refused(what: str, rows: Any) -> None:
    sound_or_refused(rows)


numbers = st.one_of(st.floats(), st.integers(-(10**20), 10**20), st.sampled_from(CELLS))
change = st.one_of(
    st.tuples(st.just("cell"), st.integers(0, COUNT - 1), st.integers(0, 5), numbers),
    st.tuples(st.just("scale"), st.integers(0, COUNT - 1), st.integers(0, 5), st.floats(0.2, 5.0)),
    st.tuples(st.just("move"), st.integers(0, COUNT - 1), st.just(0), st.integers(-10 * MINUTE, 10 * MINUTE)),
    st.tuples(st.just("copy"), st.integers(0, COUNT - 1), st.integers(0, COUNT), st.just(0)),
    st.tuples(st.just("drop"), st.integers(0, COUNT - 1), st.just(0), st.just(0)),
)


@given(st.lists(change, min_size=1, max_size=6))
def test_any_mutation_of_a_page_is_sound_or_refused(changes: list[tuple[str, int, int, Any]]) -> None:
    rows = good_rows()
    for kind, row, place, value in changes:
        row = min(row, len(rows) - 1)
        if kind == "copy":
            rows.insert(min(place, len(rows)), copy.copy(rows[row]))
        elif kind == "drop":
            del rows[row]
        elif kind == "cell":
            rows[row][place] = value
        elif isinstance(rows[row][place], int | float):
            rows[row][place] = rows[row][place] * value if kind == "scale" else rows[row][place] + value
    sound_or_refused(rows)


def sound_or_refused(rows: Any) -> None:
    try:
        page = check(copy.deepcopy(rows))
    except PageRefused:
        return
    candles = page.candles
    assert isinstance(candles, Candles)
    assert first_flaw(candles) is None
    assert len(candles) <= COUNT
    assert ((candles.time >= WINDOW.start) & (candles.time < WINDOW.end)).all()
    assert (candles.time + MINUTE <= LATER).all()
    assert ((candles.time % MINUTE) == 0).all()
