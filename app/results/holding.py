"""A result beside doing nothing: buying and holding, and the longest wait for a new peak."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.completed import CompletedRun
from app.market.timeframe import DAY_MS
from app.results.drawdown import longest_under_water
from app.results.finding import Finding
from app.results.numbers import day, percent, span

NEARLY_ALWAYS = 0.95
LONG_WAIT, VERY_LONG_WAIT = 0.25, 0.5
SHORTEST_WAIT_MS = 30 * DAY_MS


def holding_findings(run: CompletedRun) -> Iterator[Finding]:
    """Yield where doing nothing would have been as good, or easier to bear."""
    yield from _against_holding(run)
    yield from _under_water(run)


def _against_holding(run: CompletedRun) -> Iterator[Finding]:
    gained, held, exposure = (run.metrics[name] for name in ("total_return", "buy_and_hold_return", "exposure"))
    if gained is None or held is None or exposure is None or not exposure or _is_held(run):
        return
    scaled = held * exposure
    if gained >= scaled and gained >= held:
        return
    figures = {"total_return": gained, "buy_and_hold_return": held, "scaled_buy_and_hold_return": scaled}
    own, market, share = percent(gained, sign=True), percent(held, sign=True), percent(exposure)
    if own == market:
        return
    same = (
        f"holding with {share} of the capital, its share of time in the market, would have given "
        f"{percent(scaled, sign=True)}"
    )
    if gained >= scaled:
        text = f"Buying and holding gave more: {market} against {own}; {same}."
        advice = "Ask whether the smaller risk is worth the difference: compare the drawdowns."
        yield Finding("worse_than_holding", "caution", text, advice, figures)
    elif gained >= held:
        text = f"It beat holding ({own} against {market}) only by staying out: {same}."
        advice = "Its entries added nothing in this range; a smaller position held all the time did better."
        yield Finding("worse_than_scaled_holding", "caution", text, advice, figures)
    else:
        text = f"Buying and holding gave more: {market} against {own}; {same}."
        advice = "Even a position of that size, held all the time, did better in this range: holding is to be beaten."
        yield Finding("worse_than_holding", "serious", text, advice, figures)


def _is_held(run: CompletedRun) -> bool:
    """Return whether the strategy itself did little but buy and hold."""
    trade, exposure = run.open_trade, run.metrics["exposure"]
    bought = trade is not None and trade.side == "long" and not len(run.trades)
    return bought and exposure is not None and exposure >= NEARLY_ALWAYS


def _under_water(run: CompletedRun) -> Iterator[Finding]:
    wait = longest_under_water(run)
    length = run.end - run.start
    if wait is None or wait.length_ms < max(SHORTEST_WAIT_MS, LONG_WAIT * length):
        return
    share = wait.length_ms / length
    when = f"from {day(wait.start)} to {day(wait.end)}" if wait.recovered else f"from {day(wait.start)} to the end"
    text = (
        f"It stayed below an earlier peak for {span(wait.length_ms)}, {percent(share)} of the range, {when}; "
        f"the deepest fall was {percent(-wait.depth)}."
    )
    advice = "Ask whether you would have gone on that long; many people stop near the bottom."
    figures = {"length_ms": wait.length_ms, "share": share, "depth": wait.depth}
    yield Finding("long_under_water", "serious" if share >= VERY_LONG_WAIT else "caution", text, advice, figures)
