"""nautilus_trader: `BacktestEngine` with a Python strategy on its own indicators, and bracket orders.

Stop and target are measured from the close that decides. Market orders fill at that close, which in these candles is
about the next open. Sizes leave a little room for the fees.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.candles import HOUR_MS, Columns
from benchmarks.engines import CAPITAL, FAST, FEE, RSI, RSI_LIMIT, SLOW, STOP, TARGET, Backtest

ROOM = 1.0025


def prepare(columns: Columns, step_ms: int) -> Backtest:
    """Return a backtest with `BacktestEngine.run`."""
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig, StrategyConfig
    from nautilus_trader.indicators import ExponentialMovingAverage, MovingAverageType, RelativeStrengthIndex
    from nautilus_trader.model.currencies import BTC, USDT
    from nautilus_trader.model.data import Bar, BarType
    from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
    from nautilus_trader.model.identifiers import Venue
    from nautilus_trader.model.objects import Money
    from nautilus_trader.test_kit.providers import TestInstrumentProvider
    from nautilus_trader.trading.strategy import Strategy

    class Config(StrategyConfig, frozen=True):  # type: ignore[call-arg]
        bar_type: str

    class Reference(Strategy):
        def __init__(self, config: Config, instrument: Any) -> None:
            super().__init__(config)
            self.instrument = instrument
            self.bar_type = BarType.from_str(config.bar_type)
            self.fast, self.slow = ExponentialMovingAverage(FAST), ExponentialMovingAverage(SLOW)
            self.rsi = RelativeStrengthIndex(RSI, MovingAverageType.WILDER)
            self.before = 0.0
            self.closed = 0

        def on_start(self) -> None:
            for indicator in (self.fast, self.slow, self.rsi):
                self.register_indicator_for_bars(self.bar_type, indicator)
            self.subscribe_bars(self.bar_type)

        def on_position_closed(self, event: Any) -> None:
            self.closed += 1

        def on_bar(self, bar: Any) -> None:
            if not self.slow.initialized:
                return
            before, self.before = self.before, self.fast.value - self.slow.value
            instrument_id = self.instrument.id
            if self.before > 0.0 >= before:
                if self.rsi.value < RSI_LIMIT / 100.0 and self.portfolio.is_flat(instrument_id):
                    self.enter(float(bar.close))
            elif self.before < 0.0 <= before and self.portfolio.is_net_long(instrument_id):
                self.cancel_all_orders(instrument_id)
                self.close_all_positions(instrument_id)

        def enter(self, price: float) -> None:
            cash = self.portfolio.account(self.instrument.id.venue).balance_free(USDT).as_double()
            bracket = self.order_factory.bracket(
                instrument_id=self.instrument.id,
                order_side=OrderSide.BUY,
                quantity=self.instrument.make_qty(cash / (price * ROOM)),
                sl_trigger_price=self.instrument.make_price(price * (1.0 - STOP)),
                tp_price=self.instrument.make_price(price * (1.0 + TARGET)),
                tp_post_only=False,
            )
            self.submit_order_list(bracket)

    standard = TestInstrumentProvider.btcusdt_binance()
    fees_and_sizes = {"maker_fee": str(FEE), "taker_fee": str(FEE), "max_notional": None, "max_quantity": "1e9"}
    instrument = type(standard).from_dict(type(standard).to_dict(standard) | fees_and_sizes)
    bar_type = f"{instrument.id}-1-{'HOUR' if step_ms == HOUR_MS else 'MINUTE'}-LAST-EXTERNAL"
    prices = [columns[name] for name in ("open", "high", "low", "close")]
    closes_at = ((columns["time"] + step_ms) * 1_000_000).astype(np.uint64)
    # A bar has room for its volume alone; more than enough of it keeps fills whole.
    room = columns["volume"] + 1e6
    bars = Bar.from_raw_arrays_to_list(BarType.from_str(bar_type), 2, 6, *prices, room, closes_at, closes_at)

    def run() -> tuple[int, float]:
        venue = Venue("BINANCE")
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(
            venue=venue,
            oms_type=OmsType.NETTING,
            account_type=AccountType.CASH,
            base_currency=None,
            starting_balances=[Money(CAPITAL, USDT), Money(0, BTC)],
        )
        engine.add_instrument(instrument)
        engine.add_data(bars, validate=False)
        strategy = Reference(Config(bar_type=bar_type), instrument)
        engine.add_strategy(strategy)
        engine.run()
        engine.get_result()
        account = engine.portfolio.account(venue)
        coins = account.balance_total(BTC).as_double()
        final = account.balance_total(USDT).as_double() + coins * float(columns["close"][-1])
        closed = strategy.closed
        engine.dispose()
        return closed, final

    return run
