"""The rules of a backtest as a slow, plain simulator: the oracle that the engine is compared with.

It walks every base bar, one after the other, with Python floats, lists and dataclasses, and shares no code with the
engine. Numbers in comments are the rules of BACKTEST_SEMANTICS.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from support import reference_metrics
from support.reference_bars import average_true_range, bars_in_range, bars_of
from support.reference_values import (
    LONG,
    SHORT,
    Bar,
    Candle,
    Decision,
    Distance,
    Orders,
    Position,
    Result,
    Risk,
    Settings,
    Trade,
)

__all__ = [
    "Bar",
    "Candle",
    "Distance",
    "Orders",
    "Result",
    "Risk",
    "Settings",
    "Trade",
    "average_true_range",
    "bars_in_range",
    "bars_of",
    "run",
]


def run(
    base: Sequence[Candle],
    base_step: int,
    timeframe: int,
    orders: Mapping[int, Orders],
    risk: Risk,
    settings: Settings,
    *,
    start: int | None = None,
    end: int | None = None,
    coverage_end: int | None = None,
    settling: int = 0,
) -> Result:
    """Return the backtest of orders given by the open time of the bar at whose close they stand."""
    every_bar = bars_of(base, timeframe)
    bars = bars_in_range(every_bar, base[-1].time + base_step, start, end, coverage_end)
    earlier = [bar for bar in every_bar if bar.time < bars[0].time]
    walk = Walk(bars, orders, risk, settings)
    walk.all_bars()
    counts = {
        "conflicts": walk.conflicts,
        "ambiguous": sum(trade.ambiguous for trade in walk.trades),
        "zero_size": walk.zero_size,
        "no_level": walk.no_level,
        "incomplete_bars": sum(len(bar.base) < timeframe // base_step for bar in bars),  # 2
        "pending_orders": walk.pending,
        "warmup_bars": min(settling, len(earlier)),  # 6
        "liquidations": sum(trade.exit_reason == "liquidation" for trade in walk.trades),
    }
    open_trade = walk.open_trade()
    metrics = reference_metrics.metrics_of(
        bars, walk.equity, walk.held, walk.trades, open_trade, settings.capital, settings.fee
    )
    return Result(bars, walk.equity, walk.cash_at_close, walk.held, walk.trades, open_trade, counts, metrics)


class Walk:
    """The state of a run while it walks over the bars."""

    def __init__(self, bars: list[Bar], orders: Mapping[int, Orders], risk: Risk, settings: Settings) -> None:
        self.bars, self.orders, self.risk, self.settings = bars, orders, risk, settings
        self.cash = settings.capital
        self.position: Position | None = None
        self.last_exit_bar: int | None = None
        self.ruined = False
        self.trades: list[Trade] = []
        self.equity: list[float] = []
        self.cash_at_close: list[float] = []
        self.held: list[int] = []
        self.conflicts = self.zero_size = self.no_level = self.pending = 0

    def all_bars(self) -> None:
        decision = Decision()
        for i in range(len(self.bars)):
            self.fill_orders(i, decision)
            self.watch_levels(i)
            self.close_bar(i)
            decision = Decision() if self.ruined else self.decide(i)
        if decision.leave or decision.enter:
            self.pending = 1  # 4: decided on the last bar, never fills

    def base_bars(self, i: int) -> Sequence[Candle]:
        """Return what levels are watched on: base bars, or the bar itself in the bar fill model (12)."""
        bar = self.bars[i]
        if self.settings.fill_model == "minute":
            return bar.base
        return [Candle(bar.time, bar.open, bar.high, bar.low, bar.close)]

    # Decisions (rules 4, 7, 14, 15)

    def decide(self, i: int) -> Decision:
        said = self.orders.get(self.bars[i].time, Orders())
        enter_long, exit_long = said.enter_long == 1, said.exit_long == 1  # 7: only true acts or blocks
        enter_short, exit_short = said.enter_short == 1, said.exit_short == 1
        both = enter_long and enter_short
        cooling = self.last_exit_bar is not None and i < self.last_exit_bar + self.risk.cooldown  # 7
        may = {
            LONG: enter_long and not both and not exit_long,
            SHORT: enter_short and not both and not exit_short,
        }
        wants = {LONG: enter_long, SHORT: enter_short}
        leaves = {LONG: exit_long, SHORT: exit_short}
        if self.position is None:
            if cooling:
                return Decision()
            if (wants[LONG] and not may[LONG]) or (wants[SHORT] and not may[SHORT]):
                self.conflicts += 1
            side = LONG if may[LONG] else SHORT if may[SHORT] else 0
            return self.entry(i, None, side)
        opposite = -self.position.side
        if wants[opposite] and not may[opposite] and not cooling:
            self.conflicts += 1
        if may[opposite]:
            return self.entry(i, "reversal", 0 if cooling else opposite)  # 7: in the cooldown it only leaves
        if leaves[self.position.side]:
            return Decision("signal")
        if self.risk.time_exit is not None and i + 1 == self.position.entry_bar + self.risk.time_exit:
            return Decision("time_exit")  # 14: due at the open of bar i + 1
        return Decision()

    def entry(self, i: int, leave: str | None, side: int) -> Decision:
        if side == 0 or self.settings.fill_model == "minute":
            return Decision(leave, side)
        # 12, bar model: the size is fixed at this close, with its price and its equity, and not rounded yet
        price = self.slipped(self.bars[i].close, side)
        first = self.first_stop_distance(price, self.bars[i].time)
        if first == 0:
            return Decision(leave, side)  # found and counted when the order fills
        return Decision(leave, side, self.size(price, self.equity[i], first))

    # Size and costs (rules 8 and 9)

    def slipped(self, price: float, direction: int) -> float:
        """Return the price made worse: up when buying (1), down when selling (-1)."""
        if direction > 0:
            return price * (1 + self.settings.slippage)
        return price * (1 - self.settings.slippage)

    def first_stop_distance(self, price: float, decision_bar: int) -> float:
        """Return the distance to the nearer of the stops that stand at entry, NaN where there is none (8)."""
        stops = [stop for stop in (self.risk.stop, self.risk.trailing) if stop is not None]
        return min((stop.from_price(price, decision_bar) for stop in stops), default=math.nan)

    def size(self, price: float, equity: float, first_stop_distance: float) -> float:
        """Return units by the mode, cut so that price x units + fee does not exceed the equity; not rounded (8)."""
        mode, value = self.risk.size_mode, self.risk.size_value
        if mode == "percent_of_equity":
            units = equity * value / price
        elif mode == "fixed_quote":
            units = value / price
        elif mode == "fixed_base":
            units = value
        else:
            units = equity * value / first_stop_distance
        return min(units, self.affordable(price, equity))

    def affordable(self, price: float, money: float) -> float:
        return money / (price * (1 + self.settings.fee))

    def rounded(self, units: float) -> float:
        step = self.settings.size_step
        return units if step is None else math.floor(units / step + 1e-9) * step  # 8

    # Fills at an open (rules 4, 10, 11, 15)

    def fill_orders(self, i: int, decision: Decision) -> None:
        first = self.base_bars(i)[0]  # 4: price and time of the first base bar
        if decision.leave is not None and self.position is not None:
            self.leave(i, first.time, first.open, decision.leave, slips=True)
        if decision.enter and not self.ruined:
            self.enter(i, first, decision)

    def enter(self, i: int, first: Candle, decision: Decision) -> None:
        side, risk = decision.enter, self.risk
        decided = self.bars[i - 1].time
        price = self.slipped(first.open, side)
        distances = {
            name: rule.from_price(price, decided)
            for name, rule in (("stop", risk.stop), ("take", risk.take), ("trailing", risk.trailing))
            if rule is not None
        }
        if not all(distance > 0 and math.isfinite(distance) for distance in distances.values()):
            self.no_level += 1  # 11
            return
        if self.settings.fill_model == "minute":
            units = self.size(price, self.cash, self.first_stop_distance(price, decided))
        else:
            units = min(decision.wanted_units, self.affordable(price, self.cash))  # 12: cut to the cash at the fill
        units = self.rounded(units)
        if not units > 0:
            self.zero_size += 1  # 8
            return
        fee = self.settings.fee * units * price  # 9
        slippage = units * abs(price - first.open)
        trade = Trade("long" if side == LONG else "short", first.time, price, units, fee, slippage)
        stop = price - side * distances["stop"] if "stop" in distances else None  # 11
        take = price + side * distances["take"] if "take" in distances else None
        trailing = price - side * distances["trailing"] if "trailing" in distances else None
        stops = [level for level in (stop, trailing) if level is not None]
        self.cash -= fee if side == SHORT else units * price + fee  # 10
        self.position = Position(
            side,
            price,
            units,
            i,
            trade,
            stop,
            take,
            risk.trailing,
            distances.get("trailing", math.nan),
            first_stop=(max(stops) if side == LONG else min(stops)) if stops else None,
            liquidation=price + self.cash / units if side == SHORT else None,  # 10
            best=price,
            highest=price,
            lowest=price,
        )

    # Protective levels (rules 10 to 13)

    def watch_levels(self, i: int) -> None:
        for base in self.base_bars(i):
            held = self.position
            if held is None:
                return
            # 12, bar model: levels from the bar after the entry bar, liquidation from the entry bar
            only_liquidation = self.settings.fill_model == "bar" and i == held.entry_bar
            self.check(i, base, held, only_liquidation)
            if self.position is not None:
                # 13, 17: this base bar counts for the ones after it
                held.highest = max(held.highest, base.high)
                held.lowest = min(held.lowest, base.low)
                held.best = held.highest if held.side == LONG else held.lowest

    def nearest_stop(self, held: Position, only_liquidation: bool) -> tuple[float | None, str]:
        """Return the one stop level that counts, and the reason it gives (12, 13)."""
        level, reason = None, ""
        if not only_liquidation:
            level, reason = held.stop, "stop_loss"
            if held.trailing is not None:
                distance = held.trailing_distance
                if held.trailing.mode == "percent":
                    distance = held.best * held.trailing.value  # 13: a percent is of the best price
                trailing = held.best - held.side * distance
                if level is None or (trailing - level) * held.side > 0:  # 13: tie: stop_loss
                    level, reason = trailing, "trailing_stop"
        if held.liquidation is not None and (level is None or held.liquidation < level):  # 12
            level, reason = held.liquidation, "liquidation"
        return level, reason

    def check(self, i: int, base: Candle, held: Position, only_liquidation: bool) -> None:
        stop, reason = self.nearest_stop(held, only_liquidation)
        take = None if only_liquidation else held.take
        if held.side == LONG:
            stop_gap = stop is not None and base.open <= stop
            stop_touch = stop is not None and base.low <= stop
            take_gap = take is not None and base.open >= take
            take_touch = take is not None and base.high >= take
        else:
            stop_gap = stop is not None and base.open >= stop
            stop_touch = stop is not None and base.high >= stop
            take_gap = take is not None and base.open <= take
            take_touch = take is not None and base.low <= take
        if stop_gap:  # 12a
            self.leave(i, base.time, base.open, reason, slips=True)
        elif take_gap and take is not None:  # 12a: a better open is credited in the bar model alone
            price = base.open if self.settings.fill_model == "bar" else take
            self.leave(i, base.time, price, "take_profit", slips=False)
        elif stop_touch and stop is not None:  # 12b
            self.leave(i, base.time, stop, reason, slips=True)
            self.trades[-1].ambiguous = take_touch
        elif take_touch and take is not None:  # 12c
            self.leave(i, base.time, take, "take_profit", slips=False)

    def leave(self, i: int, time: int, price: float, reason: str, slips: bool) -> None:
        held = self.position
        assert held is not None
        fill = self.slipped(price, -held.side) if slips else price
        fee = self.settings.fee * held.units * fill
        if held.side == LONG:
            cash = self.cash + held.units * fill - fee
        else:
            cash = self.cash + held.units * (held.price - fill) - fee
        if held.liquidation is not None and (reason == "liquidation" or cash <= 0):  # 10
            reason, fill, price, fee, cash = "liquidation", held.liquidation, held.liquidation, 0.0, 0.0
            self.ruined = True
        self.cash = cash
        trade = held.trade
        trade.exit_time, trade.exit_price, trade.exit_reason = time, fill, reason
        trade.fees += fee
        trade.slippage += held.units * abs(fill - price)
        trade.bars_held = i - held.entry_bar
        self.measure(trade, held, fill, [fill])
        self.trades.append(trade)
        self.position = None
        self.last_exit_bar = i

    def measure(self, trade: Trade, held: Position, price: float, last: list[float]) -> None:
        """Settle what rule 17 derives, with the position valued at `price`."""
        trade.pnl = held.side * held.units * (price - held.price) - trade.fees
        trade.return_ = trade.pnl / (held.price * held.units)
        if held.first_stop is not None:
            trade.r_multiple = reference_metrics.ratio(trade.pnl, held.units * abs(held.price - held.first_stop))
        up = (max([held.highest, *last]) - held.price) / held.price
        down = (held.price - min([held.lowest, *last])) / held.price
        trade.mfe, trade.mae = (up, down) if held.side == LONG else (down, up)

    def close_bar(self, i: int) -> None:
        """Note equity, cash and side at the close of bar i (16)."""
        held, close = self.position, self.bars[i].close
        value = 0.0
        if held is not None:
            value = held.units * close if held.side == LONG else held.units * (held.price - close)
        self.equity.append(self.cash + value)
        self.cash_at_close.append(self.cash)
        self.held.append(held.side if held is not None else 0)

    def open_trade(self) -> Trade | None:
        held = self.position
        if held is None:
            return None
        held.trade.bars_held = len(self.bars) - held.entry_bar
        self.measure(held.trade, held, self.bars[-1].close, [])
        return held.trade
