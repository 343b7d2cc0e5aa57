"""The templates over weeks of minutes, simulated again by the plain reference from the same order signals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from support import reference
from support.dictated import block
from support.equal import assert_same_result
from support.sample import sample_candles

from app.blocks.params import ParamValue
from app.data.candle_files import read_candles
from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.market.candles import Candles
from app.market.timeframe import DAY_MS, Timeframe
from app.strategy import edits
from app.strategy.document import Block, Strategy
from app.strategy.templates import all_templates, template

DAYS = 40
# Shorter bars than the templates are drawn for make for more trades in the same minutes.
TIMEFRAME = "30m"
SIZES = {
    "percent_of_equity": "percent",
    "fixed_quote": "quote_amount",
    "fixed_base": "base_amount",
    "risk_percent": "risk",
}


def first_days(candles: Candles, days: int) -> Candles:
    return candles.between(int(candles.time[0]), int(candles.time[0]) + days * DAY_MS)


def as_rows(candles: Candles) -> list[reference.Candle]:
    columns = (candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume)
    return [reference.Candle(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def distance(params: Mapping[str, ParamValue] | None, bars: list[reference.Bar]) -> reference.Distance | None:
    if params is None:
        return None
    value = params[{"percent": "percent", "price": "distance", "atr": "multiple"}[params["mode"]]]
    return reference.Distance(params["mode"], value, reference.average_true_range(bars, params["period"]))


def risk_of(strategy: Strategy, bars: list[reference.Bar]) -> reference.Risk:
    params = {block.kind: block.params for block in strategy.blocks}
    size = params.get("position_size", {"mode": "percent_of_equity", "percent": 1.0})
    return reference.Risk(
        size["mode"],
        size[SIZES[size["mode"]]],
        distance(params.get("stop_loss"), bars),
        distance(params.get("take_profit"), bars),
        distance(params.get("trailing_stop"), bars),
        params["time_exit"]["bars"] if "time_exit" in params else None,
        params["cooldown"]["bars"] if "cooldown" in params else 0,
    )


def again(result: BacktestResult, candles: Candles) -> reference.Result:
    """Return the reference's result for the orders that the engine's blocks gave."""
    rows, step = as_rows(candles), result.strategy.timeframe.ms
    columns = [result.orders[name].tolist() for name in ("enter_long", "exit_long", "enter_short", "exit_short")]
    said = [reference.Orders(*signals) for signals in zip(*columns, strict=True)]
    used = result.assumptions
    return reference.run(
        rows,
        candles.step_ms,
        step,
        dict(zip(result.bars.time.tolist(), said, strict=True)),
        risk_of(result.strategy, reference.bars_of(rows, step)),
        reference.Settings(used.capital, used.fee_rate, used.slippage_rate, used.fill_model),
    )


def with_risk(strategy: Strategy, *blocks: Block) -> Strategy:
    kinds = {block.kind for block in blocks}
    kept = [block for block in strategy.blocks if block.kind not in kinds]
    return Strategy(
        strategy.name, strategy.symbol, strategy.exchange, strategy.timeframe, "", (*kept, *blocks), strategy.wires
    )


def drawings() -> dict[str, Strategy]:
    """Return the templates, and one that trades both ways under every protective exit at once."""
    found = {one.id: one.strategy for one in all_templates()}
    both_ways = template("rsi_long_short").strategy
    found["every exit at once"] = with_risk(
        both_ways,
        block("stop", "stop_loss", mode="atr", multiple=2.0, period=14),
        block("take", "take_profit", mode="percent", percent=0.01),
        block("trail", "trailing_stop", mode="percent", percent=0.008),
        block("time", "time_exit", bars=40),
        block("cool", "cooldown", bars=3),
        block("size", "position_size", mode="risk_percent", risk=0.01),
    )
    return {name: edits.set_timeframe(drawn, Timeframe.parse(TIMEFRAME)) for name, drawn in found.items()}


DRAWINGS = drawings()


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("model", ["minute", "bar"])
def test_on_the_sample_market(name: str, model: str):
    candles = first_days(sample_candles("STORM/USD"), DAYS)
    result = backtest(DRAWINGS[name], candles, Assumptions(fill_model=model))
    assert_same_result(result, again(result, candles))


@pytest.mark.parametrize("name", DRAWINGS)
def test_on_real_minutes_with_holes(name: str, shared_data: Path):
    candles = read_candles(shared_data / "bitfinex_LTCUSD_1m_2014.parquet")
    candles = candles.between(int(candles.time[0]), int(candles.time[0]) + 120 * DAY_MS)
    result = backtest(DRAWINGS[name], candles, Assumptions(fee_rate=0.002))
    expected = again(result, candles)
    assert expected.counts["incomplete_bars"] > 100
    assert_same_result(result, expected)
