"""Whether there is enough to tell skill from luck: few trades, one trade, one year, one kind of market, many tries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.engine.completed import CompletedRun
from app.market.timeframe import DAY_MS
from app.results.finding import Finding
from app.results.groups import added
from app.results.monthly import Period, quarters, years
from app.results.numbers import count, money, percent

FEW_TRADES = 30
VERY_FEW_TRADES = 10
MOST_OF_THE_PROFIT = 0.5
SHORT_RANGE_MS = 180 * DAY_MS
# Shorter pieces of a year or a quarter say nothing about it.
SHORTEST_PERIOD_MS = 30 * DAY_MS
# A quarter rises or falls when it ends so much of its range from where it began.
DIRECTED = 0.5
SOME_VARIANTS, MANY_VARIANTS, VERY_MANY_VARIANTS = 5, 20, 100

Phase = Literal["rising", "falling", "sideways"]


@dataclass(frozen=True)
class PhaseResult:
    """What a run made of the quarters of one kind; `growth` is a factor, 1 where there were none."""

    phase: Phase
    quarters: int
    growth: float


def evidence_findings(run: CompletedRun, variants_tried: int | None) -> Iterator[Finding]:
    """Yield what makes a result look like luck."""
    yield from _few_trades(run)
    yield from _one_trade(run)
    yield from _one_year(run)
    yield from _one_phase(run)
    yield from _short_range(run)
    yield from _variants(variants_tried)


def phases(run: CompletedRun) -> tuple[PhaseResult, ...]:
    """Return what a run made of rising, falling and sideways quarters; pieces under 30 days are left out.

    A calendar quarter is rising when the market ended it higher than it began by at least half of its range from low to
    high, falling when lower by as much, else sideways.
    """
    kinds: tuple[Phase, ...] = ("rising", "falling", "sideways")
    found: dict[Phase, list[float]] = {kind: [] for kind in kinds}
    for quarter in quarters(run):
        if quarter.length_ms >= SHORTEST_PERIOD_MS and math.isfinite(quarter.growth):
            found[_phase(run, quarter)].append(quarter.growth)
    return tuple(PhaseResult(kind, len(found[kind]), math.prod(found[kind])) for kind in kinds)


def _phase(run: CompletedRun, quarter: Period) -> Phase:
    bars = run.bars.rows(quarter.start, quarter.end)
    moved, reach = float(bars.close[-1]) - float(bars.open[0]), float(bars.high.max()) - float(bars.low.min())
    if abs(moved) < DIRECTED * reach or not moved:
        return "sideways"
    return "rising" if moved > 0 else "falling"


def _few_trades(run: CompletedRun) -> Iterator[Finding]:
    trades = len(run.trades)
    if trades >= FEW_TRADES:
        return
    advice = "Test on a longer range or on more instruments before drawing any conclusion."
    if trades:
        severity: Literal["serious", "caution"] = "serious" if trades < VERY_FEW_TRADES else "caution"
        text = f"Only {count(trades, 'closed trade')}: too few to tell skill from luck ({FEW_TRADES} is the least)."
        yield Finding("few_trades", severity, text, advice, {"trades": trades})
    elif run.open_trade:
        yield Finding("few_trades", "serious", "0 trades have closed, and 1 is still open.", advice, {"trades": 0})
    else:
        advice = "Look at the funnel of its conditions: it shows which one lets nothing through."
        yield Finding(
            "no_trades", "serious", f"No trade was made in {count(len(run.bars), 'bar')}.", advice, {"trades": 0}
        )


def _one_trade(run: CompletedRun) -> Iterator[Finding]:
    pnl = run.trades["pnl"]
    total, best = added(pnl), float(pnl.max(initial=0.0))
    if len(pnl) < 2 or total <= 0 or best < MOST_OF_THE_PROFIT * total:
        return
    figures = {"best_trade": best, "closed_pnl": total, "share": best / total}
    advice = "Look at that trade: would you have held it, and could it come again? Do not count on the rest."
    if best >= total:
        text = (
            f"Without the best one ({money(best, sign=True)}) the closed trades would give "
            f"{money(total - best, sign=True)} instead of {money(total, sign=True)}."
        )
        yield Finding("one_trade", "serious", text, advice, figures)
    else:
        gained = f"{money(best, sign=True)} of {money(total, sign=True)}"
        text = f"One trade made {percent(best / total)} of the profit: {gained}."
        yield Finding("one_trade", "caution", text, advice, figures)


def _one_year(run: CompletedRun) -> Iterator[Finding]:
    parts = [year for year in years(run) if math.isfinite(year.growth)]
    long = [year for year in parts if year.length_ms >= SHORTEST_PERIOD_MS]
    if len(long) < 2 or _product(parts) <= 1.0:
        return
    best = max(long, key=lambda year: year.growth)
    rest = math.prod(year.growth for year in parts if year is not best)
    if rest > 1.0:
        return
    others = len(parts) - 1
    text = (
        f"All of the profit was made in {best.label} ({percent(best.growth - 1, sign=True)}); the other "
        f"{'year' if others == 1 else f'{others} years together'} gave {percent(rest - 1, sign=True)}."
    )
    advice = "Find out what was special about that year, and test on other years or instruments."
    figures: dict[str, float | int | str] = {
        "year": best.label,
        "year_return": best.growth - 1,
        "rest_return": rest - 1,
    }
    yield Finding("one_year", "caution", text, advice, figures)


def _product(parts: Sequence[Period]) -> float:
    return math.prod(part.growth for part in parts)


def _one_phase(run: CompletedRun) -> Iterator[Finding]:
    there = [each for each in phases(run) if each.quarters]
    gaining = [each for each in there if each.growth > 1.0]
    if len(there) < 2 or len(gaining) != 1 or math.prod(each.growth for each in there) <= 1.0:
        return
    (only,) = gaining
    rest = math.prod(each.growth for each in there if each is not only)
    text = (
        f"It gained only while the market was {only.phase}: {percent(only.growth - 1, sign=True)} in "
        f"{count(only.quarters, 'such quarter')}, {percent(rest - 1, sign=True)} in the others."
    )
    advice = "It is a bet on that kind of market; think about how to notice when it is over."
    figures: dict[str, float | int | str] = {
        "phase": only.phase,
        "phase_return": only.growth - 1,
        "rest_return": rest - 1,
        "quarters": only.quarters,
    }
    yield Finding("one_phase", "caution", text, advice, figures)


def _short_range(run: CompletedRun) -> Iterator[Finding]:
    length = run.end - run.start
    if length < SHORT_RANGE_MS:
        text = f"The range is only {count(round(length / DAY_MS), 'day')} long: too short to hold every kind of market."
        advice = "Test on several years if there are candles for them."
        yield Finding("short_range", "caution", text, advice, {"length_ms": length})


def _variants(tried: int | None) -> Iterator[Finding]:
    if tried is None or tried < SOME_VARIANTS:
        return
    severity: Literal["serious", "caution", "note"] = "note"
    if tried >= MANY_VARIANTS:
        severity = "serious" if tried >= VERY_MANY_VARIANTS else "caution"
    text = f"{tried:,} variants have been tried on these candles; the best of that many looks good by luck alone."
    advice = "Keep a stretch of candles that you have not looked at, and test the final version on it once."
    yield Finding("many_variants", severity, text, advice, {"variants": tried})
