"""How sure the simulation itself is: ambiguous exits, the bar of the entry, missing candles, orders given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.engine.completed import CompletedRun
from app.engine.position import LIQUIDATION, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from app.market.timeframe import Timeframe
from app.results.finding import Finding, Severity
from app.results.groups import added
from app.results.numbers import count, money, percent
from app.strategy.graph import role_of

MANY_AMBIGUOUS = 0.05
SOME_MISSING, MUCH_MISSING = 0.005, 0.05
_STOPS = {"stop_loss", "trailing_stop"}


@dataclass(frozen=True)
class DataQuality:
    """What is known of the base candles of the range: how many there should be, and how many of them are missing.

    Hours in which the market is closed count for neither.
    """

    expected: int
    missing: int

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> DataQuality | None:
        """Return what was kept beside a run as `expected` and `missing`, None where that was not known."""
        expected, missing = kept.get("expected"), kept.get("missing")
        return cls(expected, missing) if isinstance(expected, int) and isinstance(missing, int) else None


def certainty_findings(run: CompletedRun, quality: DataQuality | None) -> Iterator[Finding]:
    """Yield where the simulation had to guess, or did less than was drawn."""
    yield from _liquidated(run)
    yield from _ambiguous(run)
    yield from _entry_bar(run)
    yield from _coarse(run)
    yield from _missing(run, quality)
    yield from _incomplete(run, quality)
    yield from _unsettled(run)
    yield from _given_up(run)


def _liquidated(run: CompletedRun) -> Iterator[Finding]:
    times = run.counts["liquidations"]
    if times:
        text = f"{count(times, 'short')} was liquidated: the loss used up all cash, and nothing was traded after it."
        advice = "Add a stop loss, or trade with less than all of the equity."
        yield Finding("liquidated", "serious", text, advice, {"liquidations": times})


def _ambiguous(run: CompletedRun) -> Iterator[Finding]:
    times, trades = run.counts["ambiguous"], len(run.trades)
    if not times:
        return
    share = times / trades
    text = (
        f"{count(times, 'trade')} ({percent(share)}) touched stop and target in the same candle; the stop was taken, "
        "but nobody knows which came first."
    )
    advice = "Finer candles would tell; or move stop and target further apart."
    severity: Severity = "caution" if share >= MANY_AMBIGUOUS else "note"
    yield Finding("ambiguous_exits", severity, text, advice, {"ambiguous": times, "share": share})


def _entry_bar(run: CompletedRun) -> Iterator[Finding]:
    """Yield a finding where the trades that a level ended in their own entry bar decide between gain and loss."""
    trades = run.trades
    inside = (trades["bars_held"] == 0) & np.isin(
        trades["exit_reason"], (STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, LIQUIDATION)
    )
    total, rest = added(trades["pnl"]), added(trades["pnl"][~inside])
    number = int(np.count_nonzero(inside))
    if not number or (total > 0) == (rest > 0):
        return
    text = (
        f"{number:,} of {count(len(trades), 'trade')} ended at a stop or target in the very bar of their entry. "
        f"Without them the closed trades give {money(rest, sign=True)} instead of {money(total, sign=True)}."
    )
    advice = (
        "Gain or loss hangs on single minutes: try wider stops or a shorter timeframe, and see the other fill model."
    )
    yield Finding("entry_bar_decides", "serious", text, advice, {"trades": number, "closed_pnl": total, "rest": rest})


def _coarse(run: CompletedRun) -> Iterator[Finding]:
    there = {role_of(block) for block in run.strategy.blocks if not block.muted}
    trails, both = "trailing_stop" in there, "take_profit" in there and bool(there & _STOPS)
    if (trails or both) and run.dataset.step_ms == run.bars.step_ms > Timeframe.parse("1m").ms:
        length = str(Timeframe(run.dataset.step_ms))
        what = "which of two levels came first is guessed" if both else "the trailing stop moves from bar to bar only"
        text = f"The finest candles are {length}, as long as the bars: {what}."
        advice = "Fetch or import minute candles for this instrument."
        yield Finding("coarse_candles", "caution", text, advice, {"step_ms": run.dataset.step_ms})


def _missing(run: CompletedRun, quality: DataQuality | None) -> Iterator[Finding]:
    advice = "Look at where they are missing: fetch them again where they can be had, or leave that stretch out."
    if quality is not None and quality.missing > 0 and quality.expected > 0:
        share = quality.missing / quality.expected
        text = (
            f"{quality.missing:,} of {quality.expected:,} candles of the range are missing "
            f"({percent(share, decimals=2)}); nothing was filled in."
        )
        figures = {"missing": quality.missing, "expected": quality.expected, "share": share}
        yield Finding("missing_candles", _severity(share), text, advice, figures)


def _incomplete(run: CompletedRun, quality: DataQuality | None) -> Iterator[Finding]:
    incomplete, bars = run.counts["incomplete_bars"], len(run.bars)
    if not incomplete:
        return
    share = incomplete / bars
    made = "was made although some of its" if incomplete == 1 else "were made although some of their"
    text = f"{incomplete:,} of {count(bars, 'bar')} {made} candles are missing."
    whose = "Their highs and lows"
    if quality is None or quality.expected < (run.end - run.start) // run.dataset.step_ms:
        whose = "Nothing is amiss where the market closed or opened inside a bar. The highs and lows of the others"
    advice = f"{whose} may fall short of the market's; doubt trades that hang on such a bar."
    # How many candles are missing says more, where it is known.
    severity: Severity = "caution" if quality is None and share >= MUCH_MISSING else "note"
    yield Finding("incomplete_bars", severity, text, advice, {"incomplete_bars": incomplete, "share": share})


def _severity(share: float) -> Severity:
    return "serious" if share >= MUCH_MISSING else "caution" if share >= SOME_MISSING else "note"


def _unsettled(run: CompletedRun) -> Iterator[Finding]:
    fed, needed = run.counts["warmup_bars"], run.settling_bars
    if fed < needed:
        text = (
            f"The indicators need {count(needed, 'earlier bar')} to settle and had {fed:,}: their first values depend "
            "on where the candles begin, or are missing."
        )
        advice = "Begin the range later, or fetch earlier candles."
        yield Finding("unsettled", "note", text, advice, {"settling_bars": needed, "warmup_bars": fed})


def _given_up(run: CompletedRun) -> Iterator[Finding]:
    conflicts, zero, cold = (run.counts[name] for name in ("conflicts", "zero_size", "no_level"))
    if conflicts:
        text = f"At {count(conflicts, 'close')} an entry was blocked because another order spoke against it."
        advice = "Ask why at such a bar; make the conditions of the two orders exclude each other."
        yield Finding("conflicts", "note", text, advice, {"conflicts": conflicts})
    if zero:
        text = f"{count(zero, 'entry order')} came to a size of zero and entered nothing."
        yield Finding("zero_size", "note", text, "Raise the position size or the capital.", {"zero_size": zero})
    if cold:
        text = f"{count(cold, 'entry order')} had no stop or target distance above zero and entered nothing."
        advice = "Begin the range later, so that the ATR is known, or use a shorter period."
        yield Finding("no_level", "note", text, advice, {"no_level": cold})
