"""The newest request wins; every end is a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.engine.assumptions import Assumptions
from app.jobs.live_run import LiveRun, Outcome, Request
from app.jobs.market_bars import MarketBars, Period, RunBars
from app.jobs.sample_bars import SampleBars
from app.market.candles import Candles, candles
from app.market.timeframe import HOUR_MS
from app.strategy import edits, templates
from app.strategy.document import Strategy


class Heard:
    """Remembers outcomes; `slow` keeps a run busy until it is set free."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.started_runs = 0
        self.changed = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()
        self.inside = threading.Event()

    def started(self) -> None:
        self.started_runs += 1

    def progressed(self, share: float) -> None:
        self.inside.set()
        self.gate.wait(10)

    def finished(self, outcome: Outcome) -> None:
        with self.changed:
            self.outcomes.append(outcome)
            self.changed.notify_all()

    def wait(self, count: int) -> list[Outcome]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.outcomes) >= count, 20)
            return self.outcomes


def _hours(symbol: str) -> Candles:
    rng = np.random.default_rng(1)
    close = 100 + np.cumsum(rng.normal(0, 1, 3_000)).clip(-50, 50)
    open_ = np.append(100.0, close[:-1])
    time = np.arange(3_000) * HOUR_MS
    return candles(time, open_, np.maximum(open_, close) + 1, np.minimum(open_, close) - 1, close, close, HOUR_MS)


RSI = templates.template("rsi_dip").strategy


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def live(heard: Heard) -> Iterator[LiveRun]:
    clock = iter(np.arange(0.0, 1e6, 1.0).tolist())
    runner = LiveRun(MarketBars(SampleBars(_hours)).of, heard, clock=lambda: next(clock))
    yield runner
    heard.gate.set()
    runner.close()


def test_a_request_becomes_a_result(live: LiveRun, heard: Heard) -> None:
    live.ask(Request(RSI, period=Period(None)))
    (outcome,) = heard.wait(1)
    assert outcome.state == "done"
    assert outcome.result is not None
    assert len(outcome.result.bars) == 3_000


def test_the_newest_request_takes_the_place_of_all_before_it(live: LiveRun, heard: Heard) -> None:
    heard.gate.clear()
    live.ask(Request(RSI))
    assert heard.inside.wait(10)
    for fee in (0.001, 0.002, 0.003):
        live.ask(Request(RSI, Assumptions(fee_rate=fee)))
    heard.gate.set()
    outcomes = heard.wait(1)
    assert [each.request.assumptions.fee_rate for each in outcomes] == [0.003]
    assert heard.started_runs == 2


def test_a_run_can_be_stopped_and_says_so(live: LiveRun, heard: Heard) -> None:
    heard.gate.clear()
    live.ask(Request(RSI))
    assert heard.inside.wait(10)
    live.cancel()
    heard.gate.set()
    (outcome,) = heard.wait(1)
    assert outcome.state == "cancelled"
    assert outcome.message.startswith("The run was stopped")


def test_a_drawing_without_entry_does_nothing_yet(live: LiveRun, heard: Heard) -> None:
    live.ask(Request(Strategy("Empty")))
    (outcome,) = heard.wait(1)
    assert (outcome.state, outcome.message[:15]) == ("nothing yet", "Nothing happens")
    assert outcome.result is not None


def test_an_unfinished_drawing_still_brings_the_bars(live: LiveRun, heard: Heard) -> None:
    live.ask(Request(edits.remove_block(RSI, "rsi_1")))
    (outcome,) = heard.wait(1)
    assert outcome.state == "unfinished"
    assert "connect a number" in outcome.message
    assert outcome.result is not None


def test_candles_that_are_not_there_are_a_sentence(live: LiveRun, heard: Heard) -> None:
    live.ask(Request(replace(RSI, symbol="BTC/USDT", exchange="binance")))
    (outcome,) = heard.wait(1)
    assert outcome.state == "unavailable"
    assert "BTC/USDT" in outcome.message


def test_a_bug_is_told_and_the_next_run_works(heard: Heard) -> None:
    bars = MarketBars(SampleBars(_hours))
    broken = iter([True, False])

    def of(strategy: Strategy, period: Period, settling: int) -> RunBars:
        if next(broken):
            raise RuntimeError("a bug")
        return bars.of(strategy, period, settling)

    runner = LiveRun(of, heard)
    runner.ask(Request(RSI))
    heard.wait(1)
    runner.ask(Request(RSI))
    first, second = heard.wait(2)
    runner.close()
    assert (first.state, second.state) == ("failed", "done")
    assert "wrong with the app" in first.message


def test_bars_are_derived_once_for_each_timeframe() -> None:
    bars = SampleBars(_hours)
    assert bars.of(RSI) is bars.of(replace(RSI, name="Another"))


def test_an_outcome_that_cannot_be_shown_is_told_and_the_next_run_is_done() -> None:
    class Clumsy(Heard):
        def finished(self, outcome: Outcome) -> None:
            if outcome.state == "done" and not self.outcomes:
                raise ZeroDivisionError
            super().finished(outcome)

    heard = Clumsy()
    live = LiveRun(MarketBars(SampleBars(_hours)).of, heard)
    try:
        live.ask(Request(RSI))
        assert heard.wait(1)[0].state == "failed"
        live.ask(Request(replace(RSI, name="Other")))
        assert heard.wait(2)[1].state == "done"
    finally:
        live.close()
