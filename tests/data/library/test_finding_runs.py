"""Runs are found again: by what they were of, by words and figures, in any order, and by what would repeat them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.library import drawing
from support.library_runs import kept, request, sample_run

from app.data.library.library import Library
from app.data.library.records import RunFilter, RunRequest
from app.engine.assumptions import Assumptions
from app.market.timeframe import Timeframe
from app.strategy import edits


@pytest.fixture
def history(library: Library) -> Library:
    """Return a library with three runs: 1 and 3 of one strategy, 2 of another; 3 is pinned, noted and failed."""
    kept(library, "Alpha 100%")
    kept(library, "Beta_2", 2)
    third = library.runs.begin(request(library, "Alpha 100%", start_ms=5, end_ms=9))
    library.runs.fail(third, "no candles")
    library.runs.pin(third)
    library.runs.note(third, "look again")
    return library


def test_filters_find_what_they_say(history: Library) -> None:
    find = history.runs.find
    first, second, third = find(RunFilter(order="oldest"))

    def ids(**wanted: object) -> list[int]:
        return [run.id for run in find(RunFilter(**wanted))]  # type: ignore[arg-type]

    assert ids() == [3, 2, 1]
    assert ids(order="oldest") == [1, 2, 3]
    assert ids(strategy_id=first.strategy_id) == [3, 1]
    assert ids(symbol=second.symbol, timeframe=second.timeframe) == [
        run.id for run in (third, second, first) if (run.symbol, run.timeframe) == (second.symbol, second.timeframe)
    ]
    assert ids(states=("failed",)) == [3]
    assert ids(states=()) == []
    assert ids(text="ALPHA") == [3, 1]
    assert ids(text="100%") == [3, 1]
    assert ids(text="a_2") == [2], "signs of SQL patterns are letters like others"
    assert ids(text="alpha look") == [3]
    assert ids(text="' OR 1=1 --") == []
    assert ids(pinned=True) == [3]
    assert ids(unseen=True) == [3, 2, 1]
    assert ids(since_ms=second.asked_ms) == [3, 2]
    assert ids(until_ms=second.asked_ms) == [2, 1]
    assert ids(range_from_ms=0, range_to_ms=9) == [3]
    assert ids(range_from_ms=first.start_ms) == [2, 1]
    assert ids(least_trades=1 + min(first.trades or 0, second.trades or 0)) == [
        max((first, second), key=lambda run: run.trades or 0).id
    ]
    assert ids(order="total_return")[-1] == 3, "runs without a figure come last"
    best = max((first, second), key=lambda run: run.total_return or 0.0)
    assert ids(order="total_return")[0] == best.id
    assert ids(least_return=best.total_return) == [best.id]
    assert ids(limit=1, offset=1) == [2]
    assert ids(offset=2) == [1]


def test_a_search_knows_the_capitals_of_every_language_and_goes_over_no_line(library: Library) -> None:
    kept(library, "Überkauft STRASSE")
    assert len(library.runs.numbers(RunFilter(text="überkauft straße"))) == 1
    run = library.runs.find()[0]
    assert library.runs.numbers(RunFilter(text=run.symbol + run.exchange)) == ()


def test_runs_come_in_the_order_asked_for_and_the_unknown_last(history: Library) -> None:
    first, second, third = history.runs.find(RunFilter(order="oldest"))
    against = {run.id: (run.total_return or 0.0) - (run.buy_and_hold_return or 0.0) for run in (first, second)}
    best, worst = sorted(against, key=lambda run_id: -against[run_id])

    def ids(order: str, reverse: bool = False) -> tuple[int, ...]:
        return history.runs.numbers(RunFilter(order=order, reverse=reverse))  # type: ignore[arg-type]

    assert ids("newest") == ids("oldest", reverse=True) == (3, 2, 1)
    assert ids("against_hold") == (best, worst, 3)
    assert ids("against_hold", reverse=True) == (worst, best, 3)
    assert ids("note") == ids("note", reverse=True) == (3, 2, 1)
    assert ids("strategy_name") == (3, 1, 2)
    assert ids("strategy_name", reverse=True) == (2, 3, 1)
    assert ids("marks")[0] == 3
    assert ids("range")[0] == 3
    assert ids("state") == (2, 1, 3)
    assert ids("instrument")[-1] == max((first, second, third), key=lambda run: (run.symbol, -run.id)).id


def test_the_shortest_bars_come_first_whatever_they_are_written_in(library: Library) -> None:
    run_ids = {}
    for timeframe in ("1h", "2d", "90m", "1w", "5m"):
        strategy = edits.set_timeframe(drawing(timeframe), Timeframe.parse(timeframe))
        revision = library.strategies.save(strategy)
        asked = RunRequest(revision.strategy_id, revision.id, None, None, 180, Assumptions())
        run_ids[library.runs.begin(asked)] = timeframe
    ordered = [run_ids[run_id] for run_id in library.runs.numbers(RunFilter(order="timeframe"))]
    assert ordered == ["5m", "1h", "90m", "2d", "1w"]
    assert library.runs.choices().timeframes == tuple(ordered)


def test_some_runs_are_had_by_their_numbers(history: Library) -> None:
    found = history.runs.summaries([3, 1, 99])
    assert found == {run.id: run for run in history.runs.find() if run.id in (1, 3)}


def test_there_is_to_choose_from_what_runs_on_the_list_have_the_newest_first(history: Library) -> None:
    history.strategies.rename(history.runs.summary(1).strategy_id, "Alpha again")
    newest = history.runs.begin(request(history, "Alpha again"))
    alpha, beta = history.runs.summary(newest), history.runs.summary(2)
    choices = history.runs.choices()
    assert choices.strategies == ((alpha.strategy_id, "Alpha again"), (beta.strategy_id, "Beta_2"))
    assert choices.instruments[0] == (alpha.symbol, alpha.exchange)
    ended = [run for run in history.runs.find() if run.state == "completed"]
    assert choices.tested == (min(run.start_ms or 0 for run in ended), max(run.end_ms or 0 for run in ended))
    history.runs.delete(1, 2, 3, newest)
    assert history.runs.choices().tested is None
    history.runs.restore_deleted(2)
    assert history.runs.choices().strategies == ((beta.strategy_id, "Beta_2"),)


def _alike(library: Library, asked: RunRequest, engine: int = sample_run().engine_version) -> list[int]:
    return [run.id for run in library.runs.alike(asked, engine)]


def test_a_request_finds_the_runs_it_would_repeat(library: Library) -> None:
    asked = request(library)
    assert _alike(library, asked) == []
    run_id, newer = kept(library), kept(library)
    library.runs.running(library.runs.begin(asked))
    assert _alike(library, asked) == [newer, run_id]
    library.runs.delete(newer)
    assert _alike(library, asked) == [run_id]
    for other in (
        replace(asked, days=90),
        replace(asked, start_ms=1),
        replace(asked, end_ms=1),
        replace(asked, assumptions=Assumptions(capital=1.0)),
        replace(asked, assumptions=Assumptions(fee_rate=0.0)),
        replace(asked, assumptions=Assumptions(slippage_rate=0.0)),
        replace(asked, assumptions=Assumptions(fill_model="bar")),
    ):
        assert _alike(library, other) == []
    assert _alike(library, asked, engine=sample_run().engine_version + 1) == []


def test_a_version_with_other_words_alone_would_repeat_the_same_runs(library: Library) -> None:
    first = request(library)
    run_id = kept(library)
    renamed = library.strategies.rename(first.strategy_id, "Another name")
    assert _alike(library, replace(first, revision_id=renamed.id)) == [run_id]


def test_a_run_that_was_cleaned_up_or_lost_its_curves_is_not_intact(library: Library) -> None:
    first, second = kept(library), kept(library)
    overview = library.runs.intact(second)
    assert overview is not None
    assert overview.dataset == sample_run().dataset
    library.clean_up(keep=1)
    assert library.runs.intact(first) is None
    assert _alike(library, request(library)) == [second]
    library._curves.drop_all_but(set())
    assert library.runs.intact(second) is None
