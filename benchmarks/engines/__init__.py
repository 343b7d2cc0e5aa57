"""The reference strategy in the words of each backtester, one module per backtester.

Each has `prepare(columns, step_ms)`, which loads the library and brings the candles into the form it likes, and
returns a function of no arguments that runs one whole backtest (indicators, simulation, trades, equity, key figures;
nothing kept from the call before) and returns the number of closed trades and the final equity.

The strategy, `reference.json`: EMA 12 and 26 of the close, RSI 14. Where the fast one crosses above the slow one and
the RSI is below 70, all the cash is invested at the next open; where it crosses below, it is sold at the next open.
Stop 2 % below and target 4 % above the fill, watched from the entry bar on. Fee 0.1 % a side, no slippage, capital
1,000,000. Each module says where its library cannot do exactly that.
"""

from __future__ import annotations

from collections.abc import Callable

CAPITAL = 1_000_000.0
FEE = 0.001
FAST, SLOW, RSI, RSI_LIMIT = 12, 26, 14, 70.0
STOP, TARGET = 0.02, 0.04

Backtest = Callable[[], tuple[int, float]]
