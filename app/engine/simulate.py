"""The walk over the bars: orders fill at the open, levels are watched, the close decides (rules 4, 7, 14 and 15)."""

from __future__ import annotations

import math
from typing import Any

from app.compiled import loop, step
from app.engine.fill_models import slipped, watches
from app.engine.position import (
    ENTER_LONG,
    ENTER_SHORT,
    EXIT_LONG,
    EXIT_SHORT,
    LIQUIDATION,
    LONG,
    REVERSAL,
    SHORT,
    SIGNAL,
    TAKE_PROFIT,
    TIME_EXIT,
    Distances,
    Rules,
    State,
    TradeRow,
)
from app.engine.protective_exits import distance, may_touch, nearest_stop, touch
from app.engine.sizing import affordable, rounded, wanted_units
from app.market.candles import FloatSeries, Signal, TimeSeries

NEVER = 1 << 62

# Open, high and low of base bars.
Base = tuple[FloatSeries, FloatSeries, FloatSeries]
# Open, high, low and close of the bars; for each of them, and for the end, the base row that opens it; the base bars.
Market = tuple[tuple[FloatSeries, FloatSeries, FloatSeries, FloatSeries], TimeSeries, Base]


@loop
def simulate(
    market: Market,
    orders: Signal,
    distances: Distances,
    rules_values: tuple[Any, ...],
    account: Any,
    book: Any,
    equity: FloatSeries,
    position: Signal,
    start: int,
    stop: int,
) -> int:
    """Walk the bars start..stop-1, filling `equity` and `position` per bar and `book` per closed trade.

    `orders` adds up the orders that are true at each close; `rules_values` are Rules as a plain tuple, which reaches
    compiled code in half the time; `account` is the one row of state, carried from call to call. Returns the bar to go
    on with: `stop`, or an earlier one when `book` has no room for the two trades that one bar can close.
    """
    state, rules = account[0], Rules(*rules_values)
    (opens, highs, lows, closes), first, base = market
    stops, targets, trails = distances
    i = start
    while i < stop and state.trades + 2 <= len(book):
        if state.exit_order != 0:
            leave(rules, state, book[state.trades], i, first[i], opens[i], state.exit_order, 0)
            state.exit_order = 0
        if state.entry_order != 0:
            stop_now, target_now, trail_now = at_bar(stops, i - 1), at_bar(targets, i - 1), at_bar(trails, i - 1)
            enter(rules, state, i, first[i], opens[i], stop_now, target_now, trail_now)
            state.entry_order = 0
        if state.side == 0:
            i += stay_out(orders[i:stop], equity[i:stop], position[i:stop], state.cash)
        else:
            i = hold(state, i, min(stop, time_exit_bar(rules, state)), orders, highs, lows, closes, equity, position)
        if i < stop:
            if state.side != 0:
                watch(rules, state, book, i, highs[i], lows[i], first[i], first[i + 1], base)
            equity[i] = state.cash + state.exposure * (closes[i] - state.reference)
            position[i] = state.side
            decide(rules, state, i, orders[i])
            if rules.bar_fills and state.entry_order != 0:
                fix_units(rules, state, closes[i], equity[i], at_bar(stops, i), at_bar(trails, i))
            i += 1
    return i


@step
def at_bar(distances: FloatSeries, i: int) -> float:
    """Return the distance of a level at bar `i`; of one that does not change from bar to bar, it has no meaning."""
    return distances[i] if len(distances) > 0 else 0.0


@step
def stay_out(orders: Signal, equity: FloatSeries, position: Signal, cash: float) -> int:
    """Fill in bars without a position up to one at whose close an order could act, and return how many they are."""
    bars, acting = 0, acting_orders(0)
    while bars < len(orders) and orders[bars] & acting == 0:
        bars += 1
    # Column by column, many bars at once.
    for i in range(bars):
        equity[i] = cash
    for i in range(bars):
        position[i] = 0
    return bars


@step
def hold(
    state: State,
    i: int,
    until: int,
    orders: Signal,
    highs: FloatSeries,
    lows: FloatSeries,
    closes: FloatSeries,
    equity: FloatSeries,
    position: Signal,
) -> int:
    """Fill in the calm bars of a position from `i` on, and return the first bar that is not calm, or `until`.

    Most bars are: no level comes into reach, no stop moves, and no order could act at the close.
    """
    side, cash, exposure, reference = state.side, state.cash, state.exposure, state.reference
    floor, ceiling, highest, lowest = state.floor, state.ceiling, state.highest, state.lowest
    acting = acting_orders(side)
    if i < 0:  # never so, but the compiler, once told, leaves out the look for negative rows at each access
        return i
    while i < until and lows[i] > floor and highs[i] < ceiling and orders[i] & acting == 0:
        highest, lowest = max(highest, highs[i]), min(lowest, lows[i])
        equity[i] = cash + exposure * (closes[i] - reference)
        position[i] = side
        i += 1
    state.highest, state.lowest = highest, lowest
    return i


@step
def watch(
    rules: Rules,
    state: State,
    book: Any,
    i: int,
    high: float,
    low: float,
    row: int,
    end: int,
    base: Base,
) -> None:
    """Take the position through bar `i`, base bar by base bar if a level can be touched at all (rule 12).

    Its base bars are the rows from `row` up to, without, `end` of `base`: open, high and low.
    """
    opens, highs, lows = base
    if not reaches(rules, state, i, high, low):
        survive(rules, state, high, low)
        row = end
    while row < end:
        reason, price, ambiguous = touched(rules, state, i, opens[row], highs[row], lows[row])
        if reason == 0:
            survive(rules, state, highs[row], lows[row])
            row += 1
        else:
            leave(rules, state, book[state.trades], i, row, price, reason, ambiguous)
            row = end


@step
def time_exit_bar(rules: Rules, state: State) -> int:
    """Return the bar at whose close the time exit is decided, which is not a calm one; a far bar without (rule 14)."""
    if rules.time_exit > 0:
        return state.entry_bar + rules.time_exit - 1
    return NEVER


@step
def enter(
    rules: Rules,
    state: State,
    i: int,
    row: int,
    opening: float,
    stop_now: float,
    target_now: float,
    trail_now: float,
) -> None:
    """Fill the waiting entry at the open of bar `i`, unless a level is unknown or the size is zero (rules 8, 10, 11).

    The last three are the distances of the deciding bar, for levels whose distance changes per bar.
    """
    side = state.entry_order
    price = slipped(rules, opening, side)
    stop = distance(rules.stop_mode, rules.stop_value, stop_now, price)
    target = distance(rules.target_mode, rules.target_value, target_now, price)
    trail = distance(rules.trail_mode, rules.trail_value, trail_now, price)
    if not (stop > 0.0 and target > 0.0 and trail > 0.0):
        state.no_level += 1
        return
    if rules.bar_fills:
        units = affordable(rules, state.ordered_units, state.cash, price)
    else:
        units = wanted_units(rules, state.cash, price, min(stop, trail))
    units = rounded(rules, units)
    if not units > 0.0:
        state.zero_size += 1
        return
    fee = units * price * rules.fee_rate
    state.cash -= units * price + fee if side == LONG else fee
    state.side = side
    state.units = units
    state.exposure = side * units
    state.reference = price if side == SHORT else 0.0
    state.entry_price = price
    state.entry_bar = i
    state.entry_row = row
    state.entry_fee = fee
    state.entry_slippage = units * abs(price - opening)
    state.highest = price
    state.lowest = price
    place_levels(rules, state, stop, target, trail)


@step
def place_levels(rules: Rules, state: State, stop: float, target: float, trail: float) -> None:
    """Set the levels of a new position from their distances; infinity stands for none (rules 10, 11 and 13)."""
    price, side = state.entry_price, state.side
    state.fixed_stop = price - side * stop
    state.target = price + side * target
    state.trail = trail
    state.best = price
    state.liquidation = price + state.cash / state.units if side == SHORT else -math.inf
    nearest = min(stop, trail)
    state.risk = abs(price - (price - side * nearest)) if nearest < math.inf else math.nan
    nearest_stop(rules, state)
    if rules.bar_fills:  # the entry bar is a matter of its own: no range of prices passes for calm
        state.floor = math.inf


@step
def reaches(rules: Rules, state: State, i: int, high: float, low: float) -> bool:
    """Return whether bar `i` can touch a level that is watched on it (rule 12)."""
    if watches(rules, i, state.entry_bar):
        return may_touch(rules, state, high, low)
    return state.side == SHORT and high >= state.liquidation


@step
def touched(rules: Rules, state: State, i: int, opening: float, high: float, low: float) -> tuple[int, float, int]:
    """Return reason (0: none), price before slippage and ambiguity of an exit in one base bar of bar `i` (rule 12)."""
    if watches(rules, i, state.entry_bar):
        return touch(rules, state, opening, high, low)
    return LIQUIDATION, state.liquidation, 0


@step
def live_through(state: State, high: float, low: float) -> None:
    """Remember how far the price went while the position was open (rule 17)."""
    state.highest = max(state.highest, high)
    state.lowest = min(state.lowest, low)


@step
def survive(rules: Rules, state: State, high: float, low: float) -> None:
    """Take in a bar that came near a level, or moves a trailing stop, without ending the position (rule 13)."""
    live_through(state, high, low)
    favourable = low if state.side == SHORT else high
    if state.side * (favourable - state.best) > 0.0:
        state.best = favourable
    nearest_stop(rules, state)


@step
def leave(
    rules: Rules, state: State, trade: TradeRow, i: int, row: int, price: float, reason: int, ambiguous: int
) -> None:
    """Close the position in base row `row` of bar `i` at `price` before slippage, and write the trade down.

    A short whose exit would leave no cash is liquidated instead, without fee or slippage (rule 10).
    """
    side, units, entry = state.side, state.units, state.entry_price
    fill = price if reason == TAKE_PROFIT else slipped(rules, price, -side)
    fee = units * fill * rules.fee_rate
    slippage = units * abs(fill - price)
    cash = state.cash + (units * fill if side == LONG else units * (entry - fill)) - fee
    if side == SHORT and (reason == LIQUIDATION or cash <= 0.0):
        reason, fill, fee, slippage, cash = LIQUIDATION, state.liquidation, 0.0, 0.0, 0.0
        state.ruined, state.entry_order = 1, 0
    live_through(state, fill, fill)

    trade.side = side
    trade.entry_row = state.entry_row
    trade.exit_row = row
    trade.entry_price = entry
    trade.exit_price = fill
    trade.units = units
    trade.fees = state.entry_fee + fee
    trade.slippage = state.entry_slippage + slippage
    trade.reason = reason
    trade.pnl = side * units * (fill - entry) - state.entry_fee - fee
    trade.risk = units * state.risk
    trade.mae = worst_excursion(state)
    trade.mfe = best_excursion(state)
    trade.bars_held = i - state.entry_bar
    trade.ambiguous = ambiguous
    state.ambiguous += ambiguous
    state.trades += 1
    state.cash = cash
    state.side = 0
    state.exposure = 0.0
    state.floor, state.ceiling = -math.inf, math.inf
    state.cooled_at = i + rules.cooldown


@step
def worst_excursion(state: State) -> float:
    """Return how far the price went against the position so far, as a fraction of the entry price (MAE, rule 17)."""
    if state.side == LONG:
        return (state.entry_price - state.lowest) / state.entry_price
    return (state.highest - state.entry_price) / state.entry_price


@step
def best_excursion(state: State) -> float:
    """Return how far the price went for the position so far, as a fraction of the entry price (MFE, rule 17)."""
    if state.side == LONG:
        return (state.highest - state.entry_price) / state.entry_price
    return (state.entry_price - state.lowest) / state.entry_price


@step
def acting_orders(side: int) -> int:
    """Return the orders that can act, or count a conflict, at a close where `side` is held (rule 7)."""
    if side == 0:
        return ENTER_LONG | ENTER_SHORT
    return EXIT_LONG | ENTER_SHORT if side == LONG else EXIT_SHORT | ENTER_LONG


@step
def decide(rules: Rules, state: State, i: int, orders: int) -> None:
    """Decide at the close of bar `i` what fills at the next open (rules 4, 7, 14 and 15)."""
    enter_long, enter_short = orders & ENTER_LONG != 0, orders & ENTER_SHORT != 0
    exit_long, exit_short = orders & EXIT_LONG != 0, orders & EXIT_SHORT != 0
    if state.side == LONG:
        decide_in_position(rules, state, i, enter_long, exit_long, enter_short, exit_short)
    elif state.side == SHORT:
        decide_in_position(rules, state, i, enter_short, exit_short, enter_long, exit_long)
    elif i >= state.cooled_at and state.ruined == 0:
        if enter_long and not enter_short and not exit_long:
            state.entry_order = LONG
        elif enter_short and not enter_long and not exit_short:
            state.entry_order = SHORT
        elif enter_long or enter_short:
            state.conflicts += 1


@step
def decide_in_position(
    rules: Rules, state: State, i: int, enter: bool, leave: bool, enter_opposite: bool, leave_opposite: bool
) -> None:
    """Decide whether to leave, and whether to enter the opposite side at the same open (rule 7)."""
    cooling = i < state.cooled_at
    if enter_opposite and not enter and not leave_opposite:
        state.exit_order = REVERSAL
        state.entry_order = 0 if cooling else -state.side
        return
    if enter_opposite and not cooling:
        state.conflicts += 1
    if leave:
        state.exit_order = SIGNAL
    elif i >= time_exit_bar(rules, state):
        state.exit_order = TIME_EXIT


@step
def fix_units(rules: Rules, state: State, close: float, equity: float, stop_now: float, trail_now: float) -> None:
    """Fix the size of the entry just decided at this close, as the bar model does (rule 12)."""
    price = slipped(rules, close, state.entry_order)
    stop = distance(rules.stop_mode, rules.stop_value, stop_now, price)
    trail = distance(rules.trail_mode, rules.trail_value, trail_now, price)
    # A distance that is unknown or not above zero enters nothing; that is found and counted when the order fills.
    known = stop > 0.0 and trail > 0.0
    state.ordered_units = wanted_units(rules, equity, price, min(stop, trail)) if known else 0.0
