"""Runs are records from the moment they are asked for, and every one of them ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.data.library.library import Library
from app.data.library.records import Revision, RunRequest, RunSummary
from app.engine import backtest
from app.engine.assumptions import Assumptions
from app.engine.plan import Plan
from app.engine.result import BacktestResult
from app.errors import CandlesUnavailable
from app.jobs import known_run, library_versions, run_jobs
from app.jobs.market_bars import MarketBars, Period, RunBars
from app.jobs.repeat_run import NotAsItWas, repeated
from app.jobs.run_jobs import RunJobs
from app.market.instrument import Instrument
from app.market.resample import derive
from app.strategy import edits, templates
from app.strategy.document import Strategy

RSI = templates.template("rsi_dip").strategy


class Heard:
    """Remembers what it hears; `gate` holds runs where they report progress."""

    def __init__(self) -> None:
        self.states: list[int] = []
        self.answers: list[tuple[int, int, BacktestResult | None]] = []
        self.refusals: list[tuple[int, str]] = []
        self.gate, self.inside = threading.Event(), threading.Event()
        self.gate.set()

    def changed(self, run_id: int) -> None:
        self.states.append(run_id)

    def progressed(self, run_id: int, share: float) -> None:
        self.inside.set()
        self.gate.wait(10)

    def answered(self, run_id: int, answer_id: int, result: BacktestResult | None) -> None:
        self.answers.append((run_id, answer_id, result))

    def refused(self, run_id: int, reason: str) -> None:
        self.refusals.append((run_id, reason))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as library:
        yield library


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def start(library: Library, heard: Heard) -> Iterator[Callable[..., RunJobs]]:
    begun: list[RunJobs] = []

    def started(bars: Callable[[Strategy, Period, int], RunBars] | None = None) -> RunJobs:
        begun.append(RunJobs(library, bars or MarketBars().of, heard))
        return begun[-1]

    yield started
    heard.gate.set()
    for jobs in begun:
        jobs.close()


def _request(revision: Revision, **changes: object) -> RunRequest:
    asked = {"start_ms": None, "end_ms": None, "days": 91, "assumptions": Assumptions()} | changes
    return RunRequest(revision.strategy_id, revision.id, **asked)  # type: ignore[arg-type]


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if holds():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it does not come about")


def _ended(library: Library, run_id: int) -> RunSummary:
    _until(lambda: library.runs.summary(run_id).state not in ("pending", "running"))
    return library.runs.summary(run_id)


def test_a_run_is_completed_with_everything_about_it(library: Library, heard: Heard, start) -> None:
    jobs = start()
    run_id = jobs.ask(_request(library.strategies.save(RSI)))
    assert _ended(library, run_id).state == "completed"
    _until(lambda: bool(heard.answers))
    asked_id, answer_id, result = heard.answers[0]
    assert (asked_id, answer_id) == (run_id, run_id)
    assert result is not None
    kept, overview = library.runs.open(run_id), library.runs.overview(run_id)
    assert kept.result_hash == result.result_hash
    assert set(overview.libraries) == {"numpy", "TA-Lib", "numba"}
    assert overview.quality["source"] == "synthetic sample market"
    assert overview.quality["expected"] == 91 * 1440
    assert overview.quality["missing"] == 91 * 1440 - int((result.base.time >= result.start).sum())
    assert heard.states == [run_id, run_id]


@pytest.fixture
def simulations(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Return what the engine is asked to run from here on."""
    asked: list[Plan] = []

    def counted(plan: Plan, *given: Any, **named: Any) -> BacktestResult:
        asked.append(plan)
        return backtest.run(plan, *given, **named)

    monkeypatch.setattr(run_jobs, "run", counted)
    return asked


def test_an_equal_request_is_answered_from_the_record_and_nothing_is_run(
    library: Library, heard: Heard, start, simulations: list[Plan]
) -> None:
    jobs, request = start(), _request(library.strategies.save(RSI))
    first = jobs.ask(request)
    assert _ended(library, first).state == "completed"
    again = jobs.ask(request)
    _until(lambda: len(heard.answers) == 2)
    assert heard.answers[1] == (again, first, None)
    assert len(simulations) == 1
    assert [run.id for run in library.runs.find()] == [first]


def _one_known_and_a_long_one_under_way(jobs: RunJobs, revision: Revision, heard: Heard) -> tuple[int, int]:
    """Return the numbers of a run that has been answered, and of one held until the gate opens."""
    known = jobs.ask(_request(revision))
    _until(lambda: len(heard.answers) == 1)
    heard.gate.clear()
    heard.inside.clear()
    long = jobs.ask(_request(revision, days=183))
    assert heard.inside.wait(20)
    return known, long


def _answers(library: Library, jobs: RunJobs, heard: Heard, request: RunRequest) -> tuple[int, int]:
    """Ask, and return the number of the run asked for and of that which answered."""
    told = len(heard.answers)
    jobs.ask(request)
    _until(lambda: len(heard.answers) > told)
    return heard.answers[told][:2]


@pytest.mark.parametrize("change", ["candles", "range", "instrument", "libraries", "deleted", "cleaned", "no curves"])
def test_what_is_not_the_same_is_run(
    library: Library, heard: Heard, start, simulations: list[Plan], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    real, others = MarketBars().of, {}

    def bars(strategy: Strategy, period: Period, settling: int) -> RunBars:
        return replace(real(strategy, period, settling), **others)

    jobs, request = start(bars), _request(library.strategies.save(RSI))
    first = _answers(library, jobs, heard, request)[1]
    assert _answers(library, jobs, heard, request)[1] == first
    whole = real(RSI, Period(91), 0)
    base = whole.derived.base
    if change == "candles":
        volume = base.volume.copy()
        volume[-1] += 1.0
        others["derived"] = derive(replace(base, volume=volume), RSI.timeframe)
    elif change == "range":
        assert whole.start is not None
        # All candles settle the blocks, so these are the same ones.
        others["start"] = whole.start + RSI.timeframe.ms
        others["derived"] = derive(base.between(whole.start, base.end), RSI.timeframe)
        _answers(library, jobs, heard, request)
        others["start"] = whole.start + 2 * RSI.timeframe.ms
    elif change == "instrument":
        others["instrument"] = Instrument(RSI.symbol, RSI.exchange, size_step=0.5)
    elif change == "libraries":
        monkeypatch.setattr(known_run, "library_versions", lambda: {"numpy": "0"})
    elif change == "deleted":
        library.runs.delete(first)
    elif change == "cleaned":
        library.runs.delete(first)
        library.clean_up()
        library.runs.restore_deleted(first)
    else:
        library._curves.drop_all_but(set())
    before = len(simulations)
    asked, answer = _answers(library, jobs, heard, request)
    assert asked == answer != first
    assert len(simulations) == before + 1


def test_a_new_variant_is_run_without_naming_its_candles_first(
    library: Library, heard: Heard, start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_run, "inputs", None)
    run_id = start().ask(_request(library.strategies.save(RSI)))
    assert _ended(library, run_id).state == "completed"


def test_the_number_of_a_run_is_told_before_anything_else_about_it(library: Library, heard: Heard, start) -> None:
    told: list[tuple[int, int]] = []
    request = _request(library.strategies.save(RSI))
    run_id = start().ask(request, recorded=lambda run_id: told.append((run_id, len(heard.states))))
    _ended(library, run_id)
    assert told == [(run_id, 0)]


def test_an_equal_request_is_run_anyway_when_asked_to(library: Library, heard: Heard, start) -> None:
    jobs, request = start(), _request(library.strategies.save(RSI))
    first = jobs.ask(request)
    second = jobs.ask(request, anyway=True, again_of=first)
    assert _ended(library, second).result_hash == _ended(library, first).result_hash
    assert library.runs.summary(second).again_of == first


def test_another_setting_is_another_run(library: Library, start) -> None:
    jobs, revision = start(), library.strategies.save(RSI)
    jobs.ask(_request(revision))
    other = jobs.ask(_request(revision, assumptions=Assumptions(fee_rate=0.0)))
    _ended(library, other)
    assert len(library.runs.find()) == 2


def test_a_running_run_can_be_cancelled(library: Library, heard: Heard, start) -> None:
    jobs = start()
    heard.gate.clear()
    run_id = jobs.ask(_request(library.strategies.save(RSI)))
    assert heard.inside.wait(20)
    assert library.runs.summary(run_id).state == "running"
    jobs.cancel(run_id)
    heard.gate.set()
    ended = _ended(library, run_id)
    assert (ended.state, ended.reason) == ("cancelled", "It was stopped.")
    assert heard.answers == []


def test_a_waiting_run_that_is_cancelled_never_begins(library: Library, heard: Heard, start) -> None:
    jobs, revision = start(), library.strategies.save(RSI)
    heard.gate.clear()
    jobs.ask(_request(revision))
    assert heard.inside.wait(20)
    waiting = jobs.ask(_request(revision, days=183))
    jobs.cancel(waiting)
    heard.gate.set()
    assert _ended(library, waiting).state == "cancelled"


def test_what_is_known_is_answered_while_another_run_is_being_done(
    library: Library, heard: Heard, start, simulations: list[Plan]
) -> None:
    jobs, revision = start(), library.strategies.save(RSI)
    known, long = _one_known_and_a_long_one_under_way(jobs, revision, heard)
    again, new = jobs.ask(_request(revision)), jobs.ask(_request(revision, days=60))
    anyway = jobs.ask(_request(revision), anyway=True)
    heard.gate.set()
    _until(lambda: len(heard.answers) == 5)
    assert [(asked, answer) for asked, answer, _ in heard.answers[1:]] == [
        (again, known),
        (long, long),
        (new, new),
        (anyway, anyway),
    ]
    assert len(simulations) == 4


def test_a_run_goes_on_where_there_is_no_memory_to_look_at_those_that_wait(
    library: Library, heard: Heard, start
) -> None:
    scarce = threading.Event()

    def bars(strategy: Strategy, period: Period, settling: int) -> RunBars:
        if scarce.is_set():
            scarce.clear()
            raise MemoryError
        return MarketBars().of(strategy, period, settling)

    jobs, revision = start(bars), library.strategies.save(RSI)
    known, long = _one_known_and_a_long_one_under_way(jobs, revision, heard)
    scarce.set()
    again = jobs.ask(_request(revision))
    heard.gate.set()
    _until(lambda: len(heard.answers) == 3)
    assert not scarce.is_set()
    assert [(asked, answer) for asked, answer, _ in heard.answers[1:]] == [(long, long), (again, known)]


def test_closing_ends_what_is_under_way_and_what_waits(library: Library, heard: Heard, start) -> None:
    jobs, revision = start(), library.strategies.save(RSI)
    heard.gate.clear()
    first = jobs.ask(_request(revision))
    assert heard.inside.wait(20)
    second = jobs.ask(_request(revision, days=183))
    threading.Timer(0.2, heard.gate.set).start()
    jobs.close()
    for run_id in (first, second):
        summary = library.runs.summary(run_id)
        assert (summary.state, summary.reason) == ("cancelled", "Blockbuilders was closed.")


def test_an_unfinished_drawing_fails_with_its_problem(library: Library, start) -> None:
    unfinished = replace(RSI, wires=RSI.wires[1:])
    run_id = start().ask(_request(library.strategies.save(unfinished)))
    ended = _ended(library, run_id)
    assert ended.state == "failed"
    assert ended.reason.startswith("Less than: connect")


def test_missing_candles_fail_with_a_sentence(library: Library, start) -> None:
    def none(strategy: Strategy, period: Period, settling: int) -> RunBars:
        raise CandlesUnavailable("There are no candles.")

    run_id = start(none).ask(_request(library.strategies.save(RSI)))
    assert _ended(library, run_id).reason == "There are no candles."


def test_a_bug_fails_the_run_and_the_next_one_is_done(library: Library, start) -> None:
    real, broken = MarketBars().of, [True]

    def bars(strategy: Strategy, period: Period, settling: int) -> RunBars:
        if broken:
            broken.clear()
            raise ZeroDivisionError
        return real(strategy, period, settling)

    jobs, revision = start(bars), library.strategies.save(RSI)
    first, second = jobs.ask(_request(revision)), jobs.ask(_request(revision))
    assert "app itself" in _ended(library, first).reason
    assert _ended(library, second).state == "completed"


def test_a_kept_run_is_repeated_to_the_last_bit(library: Library, start) -> None:
    run_id = start().ask(_request(library.strategies.save(RSI)))
    ended = _ended(library, run_id)
    kept = library.runs.open(run_id)
    assert repeated(kept, ended.asked_ms, None).result_hash == kept.result_hash


def test_a_drawing_with_a_muted_block_is_kept_as_it_was_drawn(library: Library, start) -> None:
    muted = edits.mute(RSI, ["stop_loss_1"])
    run_id = start().ask(_request(library.strategies.save(muted)))
    assert _ended(library, run_id).state == "completed"
    kept = library.runs.open(run_id)
    assert kept.strategy == muted
    assert repeated(kept, 0, None).result_hash == kept.result_hash


def test_what_differs_is_said_when_a_run_cannot_be_repeated(
    library: Library, start, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = start().ask(_request(library.strategies.save(RSI)))
    ended = _ended(library, run_id)
    kept = library.runs.open(run_id)
    other = replace(kept, dataset=replace(kept.dataset, fingerprint="0" * 64))
    with pytest.raises(NotAsItWas, match="sample market"):
        repeated(other, ended.asked_ms, None)
    older = replace(kept, result_hash="0" * 64, engine_version=0)
    with pytest.raises(NotAsItWas, match="version 0 of the engine"):
        repeated(older, ended.asked_ms, None)


def test_a_library_without_a_version_is_named_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_versions, "_LIBRARIES", ("numpy", "no such library"))
    assert library_versions.library_versions()["no such library"] == "none"
