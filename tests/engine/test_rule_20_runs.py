"""Rule 20: what a result is of, and the same result every time; rule 25: what is said beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from support import template_runs
from support.cases import cases
from support.dictated import as_candles, at, bar, flat, rows, run, size, stop, strategy

from app import compiled
from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.engine.version import ENGINE_VERSION
from app.market.instrument import Instrument

ROOT = Path(__file__).parents[2]


def facts(result: BacktestResult) -> tuple:
    """Return everything that a result says, comparable bit for bit."""
    return (
        result.equity.tobytes(),
        result.position.tobytes(),
        repr(result.trades),
        repr(result.open_trade),
        {name: repr(float(value)) if value is not None else None for name, value in result.metrics.items()},
        dict(result.counts),
        {name: column.tobytes() for name, column in result.orders.items()},
        {port: column.tobytes() for port, column in result.values.items()},
        result.result_hash,
    )


# What a result is of

BARS = [bar("L", 100), bar("", 101), bar("l", 102), bar("S", 103), bar("", 101), bar("", 102)]
BASE = rows(BARS)
SAYS = [sketch.says for sketch in BARS]


def result_of(base=BASE, drawing=None, assumptions=Assumptions(), **settings_) -> BacktestResult:
    return backtest(drawing or strategy(SAYS), as_candles(base), assumptions, **settings_)


def test_rule_20_a_result_names_its_dataset():
    result = result_of(instrument=Instrument("ETH/EUR", "kraken"), start=at(1), end=at(5))
    data = result.dataset
    assert (data.symbol, data.exchange) == ("ETH/EUR", "kraken")
    assert data.count == 12
    assert data.fingerprint == as_candles(BASE[3:15]).fingerprint()
    assert data.fingerprint != as_candles(BASE[3:16]).fingerprint()


def test_rule_20_the_dataset_holds_the_settling_bars_too():
    drawing = strategy(["L"], [stop(multiple=2.0, period=2)])
    result = result_of(rows(flat(100, *["L"] * 40)), drawing, start=at(30))
    settled = result.counts["warmup_bars"]
    assert settled >= 20
    assert result.dataset.count == (10 + settled) * 3


def test_rule_20_the_hash_is_a_sha256():
    assert len(bytes.fromhex(result_of().result_hash)) == 32


def test_rule_20_what_a_version_of_the_engine_changes_is_told_to_traders():
    assert f"**Engine {ENGINE_VERSION}**" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"assumptions": Assumptions(capital=10_001.0)},
        {"assumptions": Assumptions(fee_rate=0.002)},
        {"assumptions": Assumptions(slippage_rate=0.001)},
        {"assumptions": Assumptions(fill_model="bar")},
        {"instrument": Instrument("ETH/EUR", "sample")},
        {"instrument": Instrument("RIVER/USD", "elsewhere")},
        {"start": at(1)},
        {"end": at(5)},
        {"base": [*BASE[:-1], replace(BASE[-1], high=BASE[-1].high + 1e-9)]},
        {"base": BASE[1:]},
        {"drawing": strategy(SAYS, [size(percent=0.5)])},
        {"drawing": strategy(SAYS, [stop(percent=0.5)])},
    ],
)
def test_rule_20_another_input_gives_another_hash(change):
    assert result_of(**change).result_hash != result_of().result_hash


def test_rule_20_what_is_not_logic_does_not_change_the_hash():
    drawing = strategy(SAYS)
    moved = replace(drawing, name="other", note="a note", layout={block.id: (1.0, 2.0) for block in drawing.blocks})
    assert result_of(drawing=moved).result_hash == result_of().result_hash


def test_rule_20_candles_given_are_not_changed():
    candles = as_candles(BASE)
    before = candles.fingerprint()
    backtest(strategy(SAYS), candles)
    assert candles.fingerprint() == before


# The same every time


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return template_runs.hashes()


def test_rule_20_the_templates_trade_on_the_sample_market():
    # the golden cross comes once in years
    found = {name: len(result.trades) + (result.open_trade is not None) for name, result in template_runs.results()}
    assert {name.split()[0] for name, trades in found.items() if not trades} <= {"golden_cross"}


def test_rule_20_the_same_inputs_give_the_same_result_again(expected):
    assert template_runs.hashes() == expected


def test_rule_20_any_number_of_threads_gives_the_same_result(expected):
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: template_runs.hashes(), range(4)):
            assert found == expected


def _cpu_features_to_switch_off() -> str:
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "BLOCKBUILDERS_COMPILE": "0"},
        {"PYTHONHASHSEED": "1", "BLOCKBUILDERS_COMPILE": "1"},
        {"PYTHONHASHSEED": "random", "NPY_DISABLE_CPU_FEATURES": _cpu_features_to_switch_off()},
    ],
    ids=["plain", "compiled", "plain processor"],
)
def test_rule_20_another_process_gives_the_same_result(expected, environment):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, str(ROOT / "tests" / "support" / "template_runs.py")]
    if environment.get("BLOCKBUILDERS_COMPILE") == "1":
        command.append("compiled")
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


# Plain Python and compiled twins


def every_loop() -> list[compiled.Loop]:
    """Return the loops of all modules of the app."""
    modules = [module for name, module in sys.modules.items() if name.startswith("app.")]
    return [thing for module in modules for thing in vars(module).values() if isinstance(thing, compiled.Loop)]


@contextmanager
def plain_python() -> Iterator[None]:
    """Let every loop run as plain Python, whatever has been compiled."""
    loops = every_loop()
    before = [(loop, loop.twin, loop._asked) for loop in loops]
    for loop in loops:
        loop.twin, loop._asked = None, True
    try:
        yield
    finally:
        for loop, twin, asked in before:
            loop.twin, loop._asked = twin, asked


def both_ways(work: Callable[[], object]) -> tuple[object, object]:
    """Return what `work` gives in plain Python and compiled."""
    pytest.importorskip("numba", reason="numba is not here: there is one way only")
    with plain_python():
        plain = work()
    compiled.use(True)
    work()
    compiled.wait()
    loops = every_loop()
    used = [loop for loop in loops if loop._asked]
    assert used
    assert all(loop.twin is not None for loop in used), [loop.__name__ for loop in used if loop.twin is None]
    return plain, work()


@pytest.mark.timeout(300)
def test_rule_20_templates_are_bit_identical_in_plain_python_and_compiled():
    plain, twin = both_ways(lambda: {name: facts(result) for name, result in template_runs.results()})
    assert plain == twin


@pytest.mark.timeout(300)
def test_rule_20_random_runs_are_bit_identical_in_plain_python_and_compiled():
    drawn = []

    @settings(max_examples=settings.default.max_examples, database=None)
    @given(cases())
    def draw(case):
        if case.bars():
            drawn.append(case)

    draw()
    plain, twin = both_ways(lambda: [facts(case.engine()) for case in drawn])
    assert plain == twin


@pytest.mark.timeout(300)
def test_rule_08_a_cheap_coin_in_tiny_steps_is_the_same_in_plain_python_and_compiled():
    # 1e13 units in steps of 1e-8: more steps than an integer of 64 bits can count
    plain, twin = both_ways(lambda: facts(run(*flat(1e-7, "L", ""), capital=1e6, size_step=1e-8)))
    assert plain == twin


# Rules 9, 10, 12 and 25: what stands beside the result


@pytest.mark.parametrize(
    "word",
    ["simulation", "promise", "order book", "touch", "partial|in full", "minimum order", "maintenance margin",
     "funding", "borrow", "outage", "bid", "spread", "slippage"],
)  # fmt: skip
def test_rule_25_the_assumptions_say(word):
    text = " ".join(Assumptions().describe()).lower()
    assert any(one in text for one in word.split("|")), text


def test_rule_25_the_assumptions_name_costs_capital_and_fill_model():
    text = " ".join(Assumptions(12_345.0, 0.0025, 0.0075).describe())
    assert "12,345" in text
    assert "0.25 %" in text
    assert "0.75 %" in text
    assert Assumptions().describe() != Assumptions(fill_model="bar").describe()


def test_rule_12_only_the_two_named_fill_models_differ_and_each_is_told():
    minute, by_bar = run(*flat(100, "L", "")), run(*flat(100, "L", ""), fill_model="bar")
    assert minute.assumptions.fill_model == "minute"
    assert by_bar.assumptions.fill_model == "bar"
    assert minute.result_hash != by_bar.result_hash
