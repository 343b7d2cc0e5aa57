"""What a fetch asks for, in which order: months as files where they are worth one, pages for the rest."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support.backfilling import CLOSED, DECEMBER, FIRST
from support.stand_in import DAY, MINUTE

from app.data.backfill_plan import WORTH_A_FILE_MS, plan
from app.data.records import Span
from app.data.spans import union


def test_nothing_missing_is_nothing_to_do() -> None:
    assert plan((), archive=True, now_ms=CLOSED) == ()


def test_a_month_is_a_file_when_it_is_published_and_enough_of_it_is_missing() -> None:
    later = DECEMBER.end + 10 * DAY
    half = Span(DECEMBER.start, DECEMBER.start + WORTH_A_FILE_MS)
    assert [chunk.kind for chunk in plan([half], archive=True, now_ms=later)] == ["month"]
    assert [chunk.span for chunk in plan([half], archive=True, now_ms=later)] == [DECEMBER]
    less = Span(half.start, half.end - MINUTE)
    assert [chunk.span for chunk in plan([less], archive=True, now_ms=later)] == [less]
    assert [chunk.kind for chunk in plan([half], archive=True, now_ms=DECEMBER.end + DAY)] == ["pages"]
    assert [chunk.kind for chunk in plan([half], archive=False, now_ms=later)] == ["pages"]


minutes = st.integers(0, 200 * 1440)


@settings(max_examples=60)
@given(st.lists(st.tuples(minutes, minutes), max_size=6), st.booleans(), minutes)
def test_a_plan_holds_what_is_missing_once_newest_first(pairs: list[tuple[int, int]], archive: bool, now: int) -> None:
    missing = union(Span(FIRST + low * MINUTE, FIRST + high * MINUTE) for low, high in pairs)
    chunks = plan(missing, archive=archive, now_ms=FIRST + now * MINUTE)
    assert union(part for chunk in chunks for part in chunk.missing) == missing
    assert [chunk.span.start for chunk in chunks] == sorted((chunk.span.start for chunk in chunks), reverse=True)
    assert len({chunk.span for chunk in chunks if chunk.kind == "month"}) == sum(c.kind == "month" for c in chunks)
    for chunk in chunks:
        assert all(chunk.span.start <= part.start < part.end <= chunk.span.end for part in chunk.missing)
