"""Cases run by Backtrader, a program of its own under the GPL; see jobs.py."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import backtrader as bt
from jobs import ORDERS, Case, Job, serve, wanted_side


class Columns(bt.feed.DataBase):
    """The bars of a job. Its own feed of a pandas frame takes as long for this as for everything else."""

    params = (("columns", None),)

    def start(self) -> None:
        """Begin with the first bar."""
        super().start()
        names = ("open", "high", "low", "close", "volume")
        dates = (bt.date2num(datetime.fromtimestamp(ms / 1000, UTC)) for ms in self.p.columns["time"])
        self.bars = zip(dates, *(self.p.columns[name] for name in names), strict=True)

    def _load(self) -> bool:
        bar = next(self.bars, None)
        if bar is None:
            return False
        lines = self.lines
        for line, value in zip(
            (lines.datetime, lines.open, lines.high, lines.low, lines.close, lines.volume), bar, strict=True
        ):
            line[0] = value
        return True


class Follower(bt.Strategy):
    """Does what a case says, at market, and writes down trades and equity."""

    params = (("case", None), ("units", 0.0))

    def __init__(self) -> None:
        self.trades: list[list[float]] = []
        self.equity: list[float] = []
        self.fills: list[tuple[int, float]] = []

    def prenext(self) -> None:
        """Note the equity while indicators warm up."""
        self.equity.append(self.broker.getvalue())

    def next(self) -> None:
        """Decide at the close."""
        self.prenext()
        side = (self.position.size > 0) - (self.position.size < 0)
        target = self.decide(side, len(self) - 1)
        if target != side:
            self.turn(side, target)

    def decide(self, side: int, bar: int) -> int:
        """Return the side wanted."""
        return wanted_side(side, self.p.case, bar)

    def turn(self, side: int, target: int) -> None:
        """Send the market order that leads from one side to another."""
        units = self.p.units * (target - side)
        (self.buy if units > 0 else self.sell)(size=abs(units))

    def notify_trade(self, trade: Any) -> None:
        """Write down a trade that has ended."""
        if trade.isclosed:
            side = 1 if trade.history[0].event.size > 0 else -1
            first, last = trade.history[0].event, trade.history[-1].event
            bars = trade.baropen - 1, trade.barclose - 1
            self.trades.append([side, *bars, first.price, last.price, trade.pnlcomm])


class Bracket(Follower):
    """Puts a stop and a target around each fill at the close of its bar: they rest from the next bar on."""

    def __init__(self) -> None:
        super().__init__()
        self.resting: list[Any] = []
        self.atr = bt.ind.ATR(period=14) if self.p.case["exits"]["mode"] == "atr" else None
        self.filled_at: float | None = None

    def notify_order(self, order: Any) -> None:
        """Remember the price of an entry."""
        if order.status == order.Completed and order.exectype == order.Market:
            self.filled_at = order.executed.price if self.position.size else None

    def next(self) -> None:
        """Decide, and put the bracket around an entry that is to stay; one just sent could not be cancelled yet."""
        super().next()
        if self.filled_at is not None:
            self.place(self.filled_at)
        self.filled_at = None

    def turn(self, side: int, target: int) -> None:
        """Take the resting orders away, for at the next open they would still be there."""
        for order in self.resting:
            self.cancel(order)
        self.resting, self.filled_at = [], None
        super().turn(side, target)

    def place(self, price: float) -> None:
        """Send stop and target."""
        size = self.position.size
        side = 1 if size > 0 else -1
        stop, target = self.distances(price)
        leave = self.sell if side > 0 else self.buy
        first = leave(size=abs(size), exectype=bt.Order.Stop, price=price - side * stop)
        second = leave(size=abs(size), exectype=bt.Order.Limit, price=price + side * target, oco=first)
        self.resting = [first, second]

    def distances(self, price: float) -> tuple[float, float]:
        """Return how far stop and target are from the fill."""
        exits = self.p.case["exits"]
        if exits["mode"] == "percent":
            return price * exits["stop"], price * exits["target"]
        if exits["mode"] == "price":
            return exits["stop"], exits["target"]
        atr = self.atr[-1]  # as known when the entry was decided
        return atr * exits["stop"], atr * exits["target"]


class OrderedBracket(Follower):
    """Sends entry, stop and target as one `buy_bracket`; where bars open at the close before, levels are the same."""

    def __init__(self) -> None:
        super().__init__()
        self.bracket: list[Any] = []

    def turn(self, side: int, target: int) -> None:
        """Leave with all that rests taken away, or enter with a bracket; there is no reversal."""
        if self.bracket:
            self.cancel(self.bracket[1])
            self.bracket = []
        if not target:
            super().turn(side, target)
            return
        price, exits = self.data.close[0], self.p.case["exits"]
        order = self.buy_bracket if target > 0 else self.sell_bracket
        self.bracket = order(
            size=self.p.units,
            exectype=bt.Order.Market,
            stopprice=price - target * price * exits["stop"],
            limitprice=price + target * price * exits["target"],
        )


class OwnIndicators(Follower):
    """Decides with Backtrader's indicators; each strategy gives `signals`, called at every close."""

    def decide(self, side: int, bar: int) -> int:
        """Return the side wanted."""
        now = self.signals()
        return wanted_side(side, {name: [int(bool(now.get(name)))] for name in ORDERS}, 0)

    def signals(self) -> dict[str, bool]:
        """Return what the orders say; those left out are false."""
        raise NotImplementedError


class SmaCross(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=10), bt.ind.SMA(period=30))

    def signals(self) -> dict[str, bool]:
        return {"enter_long": self.cross[0] > 0, "enter_short": self.cross[0] < 0}


class EmaCross(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.cross = bt.ind.CrossOver(bt.ind.EMA(period=12), bt.ind.EMA(period=26))

    def signals(self) -> dict[str, bool]:
        return {"enter_long": self.cross[0] > 0, "exit_long": self.cross[0] < 0}


class RsiLevels(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.rsi = bt.ind.RSI(period=14, safediv=True)
        self.up, self.down = bt.ind.CrossUp(self.rsi, 30.0), bt.ind.CrossDown(self.rsi, 70.0)

    def signals(self) -> dict[str, bool]:
        rsi = self.rsi[0]
        return {"enter_long": self.up[0], "exit_long": rsi > 55, "enter_short": self.down[0], "exit_short": rsi < 45}


class MacdCross(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        macd = bt.ind.MACD(period_me1=12, period_me2=26, period_signal=9)
        self.cross = bt.ind.CrossOver(macd.macd, macd.signal)

    def signals(self) -> dict[str, bool]:
        return {"enter_long": self.cross[0] > 0, "exit_long": self.cross[0] < 0}


class BollingerReversion(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.bands = bt.ind.BollingerBands(period=20, devfactor=2.0)

    def signals(self) -> dict[str, bool]:
        close, bands = self.data.close[0], self.bands
        return {
            "enter_long": close < bands.bot[0],
            "exit_long": close >= bands.mid[0],
            "enter_short": close > bands.top[0],
            "exit_short": close <= bands.mid[0],
        }


class DonchianBreakout(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.top, self.bottom = bt.ind.Highest(self.data.high, period=20), bt.ind.Lowest(self.data.low, period=10)

    def signals(self) -> dict[str, bool]:
        close = self.data.close[0]
        known = len(self) > 20
        return {"enter_long": known and close > self.top[-1], "exit_long": close < self.bottom[-1]}


class RocMomentum(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.roc = bt.ind.ROC100(period=12)

    def signals(self) -> dict[str, bool]:
        roc = self.roc[0]
        return {"enter_long": roc > 2, "exit_long": roc < 0, "enter_short": roc < -2, "exit_short": roc > 0}


class StochasticTurn(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.lines_ = bt.ind.StochasticSlow(period=14, period_dfast=3, period_dslow=3)
        self.turn_up = bt.ind.CrossUp(self.lines_.percK, self.lines_.percD)

    def signals(self) -> dict[str, bool]:
        k = self.lines_.percK[0]
        return {"enter_long": self.turn_up[0] and k < 30, "exit_long": k > 80}


class PriceAgainstSma(OwnIndicators):
    def __init__(self) -> None:
        super().__init__()
        self.sma = bt.ind.SMA(period=50)

    def signals(self) -> dict[str, bool]:
        above, below = self.data.close[0] > self.sma[0], self.data.close[0] < self.sma[0]
        return {"enter_long": above, "exit_long": below, "enter_short": below, "exit_short": above}


class RisingAndFalling(OwnIndicators):
    def signals(self) -> dict[str, bool]:
        if len(self) < 4:
            return {}
        now, before, two_before, three_before = (self.data.close[-back] for back in range(4))
        return {"enter_long": now > before > two_before > three_before, "exit_long": now < before < two_before}


OWN = {
    "sma_cross": SmaCross,
    "ema_cross": EmaCross,
    "rsi_levels": RsiLevels,
    "macd_cross": MacdCross,
    "bollinger_reversion": BollingerReversion,
    "donchian_breakout": DonchianBreakout,
    "roc_momentum": RocMomentum,
    "stochastic_turn": StochasticTurn,
    "price_against_sma": PriceAgainstSma,
    "rising_and_falling": RisingAndFalling,
}


def strategy_class(case: Case) -> type[Follower]:
    """Return what runs a case."""
    if case.get("own"):
        return OWN[case["own"]]
    if case.get("exits"):
        return OrderedBracket if case["exits"].get("as_one_order") else Bracket
    return Follower


def run(job: Job, case: Case) -> dict[str, Any]:
    """Return the trades and the equity of a case."""
    cerebro = bt.Cerebro(stdstats=False, tradehistory=True)
    cerebro.adddata(Columns(columns=job["columns"]))
    cerebro.addstrategy(strategy_class(case), case=case, units=job["units"])
    cerebro.broker.setcash(job["capital"])
    cerebro.broker.setcommission(commission=job["fee"])
    strategy = cerebro.run()[0]
    return {"trades": strategy.trades, "equity": strategy.equity}


if __name__ == "__main__":
    serve(run)
