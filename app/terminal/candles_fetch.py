"""Fetching candles into the cache, for `candles fetch` and for a backtest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.data.backfill import Outcome
from app.data.backfill_progress import Progress
from app.data.candle_cache import CandleCache, default_path
from app.data.dialects import known_exchange
from app.data.feed_errors import SymbolUnknown
from app.data.feeds import Feeds
from app.data.instruments import nearest, symbol_of
from app.data.records import Gap, SeriesKey, Span
from app.market.exchange_names import exchange_name
from app.market.timeframe import DAY_MS, MINUTE_MS
from app.results.numbers import count, moment, span
from app.settings import load
from app.terminal import screen
from app.terminal.arguments import UsageError
from app.terminal.lost_imports import make_again
from app.terminal.progress import long_work

if TYPE_CHECKING:
    import argparse

USUAL_SPAN_MS = 365 * DAY_MS
REFUSED = 2
_CAUSES = {
    "quiet": "without a trade",
    "outage": "of an outage of the exchange",
    "closed": "while the market was closed",
    "unknown": "for no known reason",
}


def now_ms() -> int:
    """Return the time of this computer in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def key_of(symbol: str, exchange: str) -> SeriesKey:
    """Return the series of an instrument as typed. Raises FeedError for an exchange that is not known."""
    return SeriesKey(known_exchange(exchange), "spot", symbol_of(symbol))


def usual_range(start: int | None, end: int | None) -> Span:
    """Return the range that was typed, a year up to now where nothing was. Raises UsageError."""
    until = now_ms() if end is None else end
    since = (until - USUAL_SPAN_MS) // DAY_MS * DAY_MS if start is None else start
    if since >= until:
        raise UsageError("--from has to be before --to, and before now.")
    return Span(since, until)


@contextmanager
def opened_cache() -> Iterator[CandleCache]:
    """Give the candle cache of this computer, and say so when it had to be begun anew."""
    with CandleCache.open(default_path(), now_ms=now_ms()) as cache:
        if cache.notice:
            screen.complain(cache.notice)
        make_again(cache)
        yield cache


@contextmanager
def said_when_stopped() -> Iterator[None]:
    """Say what becomes of a fetch that is stopped with Ctrl-C: each answer is stored as it comes."""
    try:
        yield
    except KeyboardInterrupt:
        screen.complain("Stopped. What is stored stays, and the same command goes on from there.")
        raise


def fetch(cache: CandleCache, key: SeriesKey, wanted: Span, *, again: bool = False) -> Outcome:
    """Fetch what is missing of a span with a bar on the screen. Raises a FeedError."""
    title = f"{key.symbol} from {exchange_name(key.source)}"
    with said_when_stopped(), Feeds(load()) as feeds, long_work(title) as draw:
        backfill = feeds.backfill(cache, key.source, now=now_ms, report=drawing(draw))
        try:
            outcome = backfill.fetch(key, wanted)
            if outcome.problem is None and wanted.end > now_ms() - DAY_MS:
                # All that was asked for is there: that it could not be looked at once more is no failure.
                looked = outcome.and_then(backfill.refresh_day(key)).and_then(backfill.recheck_gaps(key))
                outcome = replace(looked, problem=None)
            return outcome.and_then(backfill.refresh_archives(key)) if again else outcome
        except SymbolUnknown as unknown:
            near = nearest(feeds.lists, key.symbol, key.source)
            if near is None or near == key.symbol:
                raise
            raise SymbolUnknown(f"{unknown} Did you mean {near}?") from None


def run_fetch(options: argparse.Namespace) -> int:
    """Fetch candles and say what came of it."""
    key = key_of(options.symbol, options.exchange)
    wanted = usual_range(options.start, options.end)
    with opened_cache() as cache:
        outcome = fetch(cache, key, wanted, again=options.again)
        there = cache.read(key, outcome.asked.start, max(outcome.asked.end, outcome.asked.start))
        gaps = cache.gaps(key, outcome.asked)
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text(_object(key, outcome, len(there), gaps)) + "\n")
    else:
        for line in _lines(key, outcome, len(there), gaps):
            screen.write(f"{screen.shown(line)}\n")
    if outcome.problem is not None:
        screen.complain(screen.shown(str(outcome.problem)))
        return REFUSED
    return 0


def drawing(draw: Callable[..., None] | None) -> Callable[[Progress], None] | None:
    """Return what draws progress on a bar, None without one."""
    if draw is None:
        return None

    def report(progress: Progress) -> None:
        left = "" if progress.seconds_left is None else f", {_seconds(progress.seconds_left)} left"
        minutes = f"{progress.minutes:,} of {progress.minutes_asked:,} minutes"
        draw(progress.share, f"{minutes}, {progress.received_bytes / 1e6:,.1f} MB{left}")

    return report


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90.0 else f"{seconds / 60.0:.0f} min"


def _lines(key: SeriesKey, outcome: Outcome, there: int, gaps: tuple[Gap, ...]) -> Iterator[str]:
    asked, stored = outcome.asked, outcome.stored
    if asked.start >= asked.end or not (there or outcome.missing or outcome.problem):
        yield f"{key.symbol} on {exchange_name(key.source)} has no candles in this range."
        return
    fresh = f"{count(stored.added, 'new candle')} of 1m" if stored.added else "nothing new"
    whole = f"{there:,} from {moment(asked.start)} to {moment(asked.end)} UTC"
    if not there:
        fresh, whole = "nothing came", f"nothing is stored from {moment(asked.start)} to {moment(asked.end)} UTC"
    yield f"{key.symbol} on {exchange_name(key.source)}: {fresh}, {whole}."
    if stored.changed:
        yield f"{count(stored.changed, 'candle')} came with other values than before; the newer ones count."
    if gaps:
        yield _missing_minutes(gaps)
    yield from outcome.notes
    for part in outcome.missing:
        yield f"Not fetched: {moment(part.start)} to {moment(part.end)} UTC ({span(part.end - part.start)})."


def _missing_minutes(gaps: tuple[Gap, ...]) -> str:
    """Return a sentence about the minutes that the exchange does not have, why, and the longest stretch of them."""
    minutes: dict[str, int] = {}
    for gap in gaps:
        minutes[gap.cause] = minutes.get(gap.cause, 0) + (gap.span.end - gap.span.start) // MINUTE_MS
    causes = ", ".join(f"{number:,} {_CAUSES[cause]}" for cause, number in sorted(minutes.items()))
    longest = max(gaps, key=lambda gap: gap.span.end - gap.span.start).span
    length = span(longest.end - longest.start)
    return (
        f"{count(sum(minutes.values()), 'minute')} without a candle: {causes}; "
        f"at most {length} in a row, from {moment(longest.start)} UTC."
    )


def _object(key: SeriesKey, outcome: Outcome, there: int, gaps: tuple[Gap, ...]) -> dict[str, Any]:
    return {
        "symbol": key.symbol,
        "exchange": key.source,
        "from": outcome.asked.start,
        "to": outcome.asked.end,
        "candles": there,
        "added": outcome.stored.added,
        "changed": outcome.stored.changed,
        "missing": [[part.start, part.end] for part in outcome.missing],
        "gaps": [[gap.span.start, gap.span.end, gap.cause] for gap in gaps],
        "notes": list(outcome.notes),
        "problem": None if outcome.problem is None else str(outcome.problem),
    }
