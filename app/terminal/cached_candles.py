"""Candles of an exchange for a backtest: what is stored, and what is missing fetched first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.data.backfill import Outcome
from app.data.dialects import DIALECTS
from app.data.exchange_feed import SETTLED_MS
from app.data.records import CacheFull, CacheReadOnly, SeriesKey, Span
from app.engine.plan import prepare
from app.errors import CandlesUnavailable
from app.market.exchange_names import exchange_name
from app.market.instrument import Instrument
from app.results.numbers import moment
from app.strategy.document import Strategy
from app.terminal import screen
from app.terminal.candles_fetch import fetch, key_of, now_ms, opened_cache, usual_range

if TYPE_CHECKING:
    import argparse

    from app.data.candle_cache import CandleCache
    from app.terminal.sources import Source


def find(options: argparse.Namespace, strategy: Strategy) -> Source:
    """Return the stored candles of the range, with those that the strategy needs before it to settle.

    Sets `options.start` where no range was typed. What cannot be fetched is said; a backtest goes on with what is
    there. Raises a FeedError or CandlesUnavailable when nothing is.
    """
    from app.terminal.sources import Source

    own = strategy.exchange if strategy.exchange in DIALECTS else "binance"
    key = key_of(options.instrument or strategy.symbol, options.exchange or own)
    tested = usual_range(options.start, options.end)
    settling = prepare(strategy).settling_bars * strategy.timeframe.ms
    with opened_cache() as cache:
        outcome = _fetched(cache, key, Span(max(tested.start - settling, 0), tested.end))
        candles = cache.read(key, tested.start - settling, tested.end)
        instrument = _instrument(cache, key)
        covered = cache.last_covered(key)
    for part in outcome.missing:
        screen.complain(f"Not fetched: {moment(part.start)} to {moment(part.end)} UTC.")
    if not len(candles):
        _nothing(key, tested, outcome.problem)
    if outcome.problem is not None:
        screen.complain(screen.shown(str(outcome.problem)))
    if options.start is None:
        options.start = tested.start
    end = None if covered is None else max(candles.end, min(covered, tested.end))
    return Source(candles, instrument, f"candles of {exchange_name(key.source)}", False, end, "24x7")


def _fetched(cache: CandleCache, key: SeriesKey, span: Span) -> Outcome:
    """Fetch what is missing; where it cannot be stored, say so and go on with what is there."""
    try:
        return fetch(cache, key, span)
    except (CacheFull, CacheReadOnly) as problem:
        screen.complain(screen.shown(str(problem)))
        return Outcome(span, missing=cache.missing(key, Span(span.start, min(span.end, now_ms() - SETTLED_MS))))


def _instrument(cache: CandleCache, key: SeriesKey) -> Instrument:
    series = cache.find(key)
    return Instrument(key.symbol, key.source, price_step=series.price_step if series else None)


def _nothing(key: SeriesKey, tested: Span, problem: Exception | None) -> None:
    if problem is not None:
        raise problem
    name = exchange_name(key.source)
    raise CandlesUnavailable(
        f"{name} has no candles of {key.symbol} from {moment(tested.start)} to {moment(tested.end)} UTC; "
        "choose another range or instrument."
    )
