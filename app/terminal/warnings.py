"""What a trader should know before believing a result, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.engine.result import BacktestResult
from app.results.numbers import count, percent

FEW_TRADES = 30
NEARLY_ALWAYS = 0.95


def warnings(result: BacktestResult) -> Iterator[str]:
    """Yield a sentence per reason for doubt."""
    yield from _about_trades(result)
    yield from _about_luck(result)
    counts = result.counts
    if counts["incomplete_bars"]:
        yield (
            f"{counts['incomplete_bars']:,} of {count(len(result.bars), 'bar')} were made although some of their "
            "candles are missing."
        )
    if counts["liquidations"]:
        yield "A short was liquidated: the loss used up all cash, and nothing was traded after it."
    if counts["ambiguous"]:
        yield (
            f"{count(counts['ambiguous'], 'trade')} touched stop and target in the same candle; the stop was taken. "
            "Finer candles would tell."
        )
    if counts["conflicts"]:
        yield f"At {count(counts['conflicts'], 'close')} an entry was blocked because another order spoke against it."
    if counts["zero_size"]:
        yield f"{count(counts['zero_size'], 'entry order')} came to a size of zero and entered nothing."
    if counts["no_level"]:
        yield f"{count(counts['no_level'], 'entry order')} had no stop or target distance yet and entered nothing."


def _about_trades(result: BacktestResult) -> Iterator[str]:
    trades = len(result.book)
    if trades >= FEW_TRADES:
        return
    if result.open_trade and not trades:
        yield "No trade has closed yet."
        return
    if trades:
        yield f"Only {count(trades, 'closed trade')}: too few to tell skill from luck."
        return
    entries = [signal for order, signal in result.orders.items() if order.startswith("enter")]
    if not any(np.any(signal == 1) for signal in entries):
        yield "No trade was made: no entry condition was true on any bar of the range."
        unknown = max((int(np.count_nonzero(signal == -1)) for signal in entries), default=0)
        if unknown:
            yield f"An entry condition was unknown on {unknown:,} of {count(len(result.bars), 'bar')}: too few candles."
    else:
        yield "No trade was made."


def _is_held(result: BacktestResult) -> bool:
    """Return whether the strategy itself did little but buy and hold."""
    held, exposure = result.open_trade, result.metrics["exposure"]
    bought = held is not None and held.side == "long" and not len(result.book)
    return bought and exposure is not None and exposure >= NEARLY_ALWAYS


def _about_luck(result: BacktestResult) -> Iterator[str]:
    gained = result.metrics["total_return"]
    held = result.metrics["buy_and_hold_return"]
    if gained is not None and held is not None and held > gained and not _is_held(result):
        more, less = percent(held, sign=True), percent(gained, sign=True)
        if more != less:
            yield f"Buying and holding gave more: {more} against {less}."
    results = result.book["pnl"]
    if len(results) > 1 and 0 < float(np.add.accumulate(results)[-1]) <= float(results.max()):
        yield "Without its best trade the strategy would have lost money."
