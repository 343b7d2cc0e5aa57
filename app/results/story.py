"""A trade told in sentences: what decided it, how it filled, where its levels stood, and what ended it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.engine.result import BacktestResult, Trade
from app.market.timeframe import MINUTE_MS, Timeframe
from app.results.conditions import Condition, conditions_at, together
from app.results.levels import Levels, levels
from app.results.numbers import count, listed, moment, money, percent, price, ratio
from app.results.why_not import connected_orders
from app.strategy.graph import role_of
from app.strategy.wording import Names

_TOUCHED = {
    "stop_loss": "stop loss",
    "trailing_stop": "trailing stop",
    "take_profit": "take profit",
    "liquidation": "liquidation price",
}


@dataclass(frozen=True)
class Decided:
    """What was true at the close of bar `bar`: the order block, and each condition behind it with its values."""

    bar: int
    block_id: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, eq=False)
class TradeStory:
    """One trade: its parts, and the sentences that tell them in order.

    `left_by` is what decided to leave, None where a level, the time or the end of the run did. Bars count those of the
    run; `exit_bar` is None while the position is open.
    """

    trade: Trade
    entry_bar: int
    exit_bar: int | None
    entered_by: tuple[Decided, ...]
    left_by: tuple[Decided, ...]
    levels: Levels
    sentences: tuple[str, ...]


def trade_story(result: BacktestResult, number: int | None) -> TradeStory:
    """Return the story of closed trade `number`, or with None that of the position still open.

    Raises IndexError when there is no such trade.
    """
    found = levels(result, number)
    trade = result.trades[number] if number is not None else result.open_trade
    assert trade is not None  # it has levels
    entry_bar = _bar(result, trade.entry_time)
    exit_bar = None if trade.exit_time is None else _bar(result, trade.exit_time)
    entered = _decided(result, f"enter_{trade.side}", entry_bar - 1)
    left = _left_by(result, trade, exit_bar)
    sentences = (
        _entered_sentence(result, entered),
        _fill_sentence(result, trade, entry_bar),
        *_level_sentences(found, trade),
        *_end_sentences(result, trade, found, left),
        *_outcome(trade),
    )
    return TradeStory(trade, entry_bar, exit_bar, entered, left, found, sentences)


def _bar(result: BacktestResult, time: int) -> int:
    """Return the bar of the run that holds the candle of this open time."""
    return int(np.searchsorted(result.bars.time, time, side="right")) - 1


def _decided(result: BacktestResult, role: str, bar: int) -> tuple[Decided, ...]:
    """Return the order blocks of a role that were true at a close."""
    found = [
        Decided(bar, block.id, conditions_at(result, block.id, bar))
        for block in connected_orders(result.strategy)
        if role_of(block) == role
    ]
    return tuple(each for each in found if all(condition.state == "true" for condition in each.conditions))


def _left_by(result: BacktestResult, trade: Trade, exit_bar: int | None) -> tuple[Decided, ...]:
    other = "short" if trade.side == "long" else "long"
    roles = {"signal": f"exit_{trade.side}", "reversal": f"enter_{other}"}
    if exit_bar is None or trade.exit_reason not in roles:
        return ()
    return _decided(result, roles[trade.exit_reason], exit_bar - 1)


def _entered_sentence(result: BacktestResult, entered: tuple[Decided, ...]) -> str:
    return f"Decided at {_close(result, entered[0].bar)}: {_orders(result, entered)}."


def _orders(result: BacktestResult, decided: tuple[Decided, ...]) -> str:
    names, texts = Names(result.strategy.blocks), []
    for each in decided:
        block = result.strategy.block(each.block_id)
        assert block is not None  # it is connected
        texts.append(f"{names.of(block)} was true, because {together(each.conditions)}")
    return "; ".join(texts)


def _close(result: BacktestResult, bar: int) -> str:
    return f"the close of the {result.strategy.timeframe} bar of {moment(int(result.bars.time[bar]))} UTC"


def _fill_sentence(result: BacktestResult, trade: Trade, entry_bar: int) -> str:
    opening = float(result.bars.open[entry_bar])
    fee = trade.units * trade.entry_price * result.assumptions.fee_rate
    verb = "bought" if trade.side == "long" else "sold short"
    return (
        f"Filled at the next open, {moment(trade.entry_time)} UTC: {verb} {trade.units:.8g} units at "
        f"{price(trade.entry_price)} (open {price(opening)}, made worse by slippage), worth "
        f"{money(trade.units * trade.entry_price)}, for a fee of {money(fee)}."
    )


def _level_sentences(found: Levels, trade: Trade) -> Iterator[str]:
    parts = []
    for name, column in (("stop loss", found.stop_loss), ("take profit", found.take_profit)):
        if column is not None:
            level = float(column[0])
            parts.append(f"the {name} stood at {price(level)} ({_away(level, trade)})")
    trailing = found.trailing_stop
    if trailing is not None:
        first, last = float(trailing[0]), float(trailing[-1])
        moved = f" and followed the price to {price(last)}" if last != first else " and never moved"
        parts.append(f"the trailing stop began at {price(first)} ({_away(first, trade)}){moved}")
    if parts:
        text = listed(parts)
        yield f"{text[:1].upper()}{text[1:]}."
    else:
        yield "It had no stop and no target."
    if found.watched_from and parts:
        yield "In the bar fill model they were watched from the bar after the entry on."


def _away(level: float, trade: Trade) -> str:
    share = level / trade.entry_price - 1.0
    return f"{percent(abs(share), decimals=2)} {'above' if share > 0 else 'below'} the entry"


def _end_sentences(result: BacktestResult, trade: Trade, found: Levels, left: tuple[Decided, ...]) -> Iterator[str]:
    if trade.exit_time is None or trade.exit_price is None:
        yield f"It is still open at the end of the run, at a close of {price(float(result.bars.close[-1]))}."
        return
    if trade.exit_reason in _TOUCHED:
        yield from _touch_sentences(result, trade, found)
        return
    verb = "sold" if trade.side == "long" else "bought back"
    filled = f"{verb} at the next open, {moment(trade.exit_time)} UTC, at {price(trade.exit_price)}"
    if left:
        yield f"Left at {_close(result, left[0].bar)}: {_orders(result, left)}; {filled}."
    else:
        yield f"Left because the time set was over, after {count(trade.bars_held, 'bar')}: {filled}."


def _touch_sentences(result: BacktestResult, trade: Trade, found: Levels) -> Iterator[str]:
    """Yield what happened in the base bar in which a level was reached."""
    assert trade.exit_time is not None
    assert trade.exit_price is not None
    row, name = found.row + len(found.time) - 1, trade.exit_reason or ""
    column = {"take_profit": found.take_profit, "liquidation": found.liquidation}.get(name, found.stop)
    assert column is not None  # a trade ends at a level that it has
    level, market = float(column[-1]), result.traded
    opening, high, low = (float(values[row]) for values in (market.open, market.high, market.low))
    up = (trade.side == "long") == (name == "take_profit")
    candle = "minute" if market.step_ms == MINUTE_MS else f"{Timeframe(market.step_ms)} candle"
    beyond = (opening >= level) if up else (opening <= level)
    if beyond:
        what = f"the {candle} opened at {price(opening)}, at or beyond the {_TOUCHED[name]} at {price(level)}"
    elif name == "liquidation" and high < level:  # rule 10
        what = "leaving at the open would have left no cash, so the position was liquidated"
    else:
        extreme = f"high of {price(high)}" if up else f"low of {price(low)}"
        what = f"the {extreme} reached the {_TOUCHED[name]} at {price(level)}"
    costs = " without slippage" if name in ("take_profit", "liquidation") else " with slippage"
    yield f"Ended at {moment(trade.exit_time)} UTC: {what}; filled at {price(trade.exit_price)}{costs}."
    if trade.ambiguous:
        yield f"The same {candle} reached the target as well; what came first cannot be known, so the stop counts."


def _outcome(trade: Trade) -> Iterator[str]:
    yield (
        f"On the way the price went at most {percent(trade.mae, decimals=2)} against the position and "
        f"{percent(trade.mfe, decimals=2)} in its favour."
    )
    multiple = "" if trade.r_multiple is None else f", {ratio(trade.r_multiple)} times the risk to the first stop"
    yield (
        f"{'So far' if trade.exit_time is None else 'Result'}: {money(trade.pnl, sign=True)} "
        f"({percent(trade.return_, sign=True, decimals=2)}){multiple}, after fees of {money(trade.fees)} "
        f"and slippage of {money(trade.slippage)}."
    )
