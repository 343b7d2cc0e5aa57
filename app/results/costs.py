"""What costs do to a result: at twice the costs, and where it stops being profitable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.engine.assumptions import HIGHEST_RATE, Assumptions
from app.engine.completed import CompletedRun
from app.results.finding import Finding
from app.results.numbers import percent
from app.results.repeat import Repeat

# The search for the break-even ends when it is known to a thousandth of a percent a fill, or after so many runs.
MOST_RUNS = 16
EXACT_ENOUGH = 1e-5


@dataclass(frozen=True)
class CostTest:
    """How the total return depends on costs, fee and slippage scaled together.

    Costs are fractions a fill, fee and slippage added. `doubled` is the total return at twice the costs, None where
    these would be more than the app allows, or are zero; `free` is that without costs, None where it was not tried.
    `break_even` is the highest cost found at which the run still gains, None where it gains at the highest allowed
    (`gains_always`) or loses without any costs (`loses_always`).
    """

    cost: float
    total_return: float
    doubled: float | None
    free: float | None
    break_even: float | None
    gains_always: bool
    loses_always: bool
    runs: int


class _Trials:
    """Total returns at multiples of the costs; those known already cost no run."""

    def __init__(self, run: CompletedRun, repeat: Repeat) -> None:
        self._assumptions, self._repeat = run.assumptions, repeat
        free = not (run.assumptions.fee_rate or run.assumptions.slippage_rate)
        # What is free of costs has no proportion of fee to slippage of its own.
        self._unit = Assumptions() if free else run.assumptions
        self.now = 0.0 if free else 1.0
        self.most = HIGHEST_RATE / max(self._unit.fee_rate, self._unit.slippage_rate)
        usual = Assumptions()
        self.usual = (usual.fee_rate + usual.slippage_rate) / self.cost(1.0)
        self._known = {self.now: float(run.metrics["total_return"] or 0.0)}
        self.runs = 0

    def cost(self, factor: float) -> float:
        return (self._unit.fee_rate + self._unit.slippage_rate) * factor

    def total_return(self, factor: float) -> float:
        if factor not in self._known:
            rates = [min(rate * factor, HIGHEST_RATE) for rate in (self._unit.fee_rate, self._unit.slippage_rate)]
            tried = replace(self._assumptions, fee_rate=rates[0], slippage_rate=rates[1])
            self._known[factor] = float(self._repeat(tried).metrics["total_return"] or 0.0)
            self.runs += 1
        return self._known[factor]

    def known(self, factor: float) -> float | None:
        return self._known.get(factor)

    def gains(self, factor: float) -> bool:
        return self.total_return(factor) > 0.0


def cost_test(run: CompletedRun, repeat: Repeat, most_runs: int = MOST_RUNS) -> CostTest | None:
    """Return how the result stands up to costs, None without any position to pay for.

    The break-even is found by bisection between a cost at which the run gains and one at which it does not. Where the
    return goes up and down with the costs, because other stops are hit, it is one of several such places.
    """
    if not len(run.trades) and run.open_trade is None:
        return None
    trials = _Trials(run, repeat)
    doubled = trials.total_return(2.0) if trials.now and trials.most >= 2.0 else None
    low, high = _bracket(trials, most_runs)
    while low is not None and high is not None and trials.runs < most_runs:
        if trials.cost(high - low) <= EXACT_ENOUGH:
            break
        middle = (low + high) / 2.0
        low, high = (middle, high) if trials.gains(middle) else (low, middle)
    found = low is not None and high is not None
    return CostTest(
        cost=trials.cost(trials.now),
        total_return=trials.total_return(trials.now),
        doubled=doubled,
        free=trials.known(0.0),
        break_even=trials.cost(low) if low is not None and found else None,
        gains_always=high is None,
        loses_always=low is None,
        runs=trials.runs,
    )


def _bracket(trials: _Trials, most_runs: int) -> tuple[float | None, float | None]:
    """Return a multiple of the costs at which the run gains and a higher one at which it does not; None for neither."""
    if not trials.gains(trials.now):
        return (0.0, trials.now) if trials.gains(0.0) else (None, trials.now)
    low, high = trials.now, min(max(2.0 * trials.now, trials.usual), trials.most)
    while trials.runs < most_runs:
        if not trials.gains(high):
            return low, high
        if high == trials.most:
            return high, None
        low, high = high, min(2.0 * high, trials.most)
    return low, None


def cost_findings(test: CostTest | None) -> Iterator[Finding]:
    """Yield what the costs do to a result: one finding, or none where even the highest costs leave a gain."""
    if test is None or test.gains_always:
        return
    cost = percent(test.cost, decimals=3)
    figures: dict[str, float | int | str] = {"cost": test.cost, "total_return": test.total_return}
    if test.loses_always:
        assert test.free is not None  # it was tried
        figures["without_costs"] = test.free
        text = f"It loses even without any costs: {percent(test.free, sign=True)}"
        text += f", and {percent(test.total_return, sign=True)} with {cost} a fill." if test.cost else "."
        yield Finding("loses_without_costs", "serious", text, "Lower fees will not save it; change the idea.", figures)
        return
    assert test.break_even is not None  # one of the three holds
    figures["break_even"] = test.break_even
    even = percent(test.break_even, decimals=3)
    if test.total_return <= 0.0:
        text = f"Costs turn it into a loss: it breaks even at {even} a fill (fee and slippage) and pays {cost}."
        yield Finding("loses_to_costs", "serious", text, "Trade less often, or where fees are lower.", figures)
    elif test.doubled is not None and test.doubled <= 0.0:
        figures["doubled"] = test.doubled
        text = (
            f"At twice the costs it gives {percent(test.doubled, sign=True)}; it stops being profitable at {even} a "
            f"fill (fee and slippage), and pays {cost}."
        )
        advice = "Ask what you would really pay, spread included, and leave room: trade less often or aim further."
        yield Finding("dies_at_double_costs", "serious", text, advice, figures)
    else:
        text = f"It stops being profitable at {even} a fill (fee and slippage); this run pays {cost}."
        yield Finding(
            "break_even_cost", "note", text, "Compare it with what you would really pay, spread included.", figures
        )
