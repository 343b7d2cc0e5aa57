"""What a backtest takes for granted: capital, costs, and where stops are watched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from app.errors import BlockbuildersError
from app.market.timeframe import MINUTE_MS, Timeframe

FillModel = Literal["minute", "bar"]

HIGHEST_RATE = 0.05


class AssumptionsInvalid(BlockbuildersError):
    """Capital or costs are outside what a backtest can mean."""


@dataclass(frozen=True)
class Assumptions:
    """Settings of a run that are not part of the drawing (rules 9 and 12). Rates are fractions, capital is in quote.

    Raises AssumptionsInvalid, with a sentence, when a value is out of bounds.
    """

    capital: float = 10_000.0
    fee_rate: float = 0.001
    slippage_rate: float = 0.0005
    fill_model: FillModel = "minute"

    def __post_init__(self) -> None:
        for name, rate in (("fee", self.fee_rate), ("slippage", self.slippage_rate)):
            if not 0 <= rate <= HIGHEST_RATE:
                raise AssumptionsInvalid(f"The {name} must be between 0 and 5 % (0 to 0.05), not {rate!r}.")
        if not (0 < self.capital <= 1e15 and math.isfinite(self.capital)):
            raise AssumptionsInvalid(f"The capital must be above 0 and at most 1e15, not {self.capital!r}.")
        if self.fill_model not in ("minute", "bar"):
            raise AssumptionsInvalid(f"The fill model must be 'minute' or 'bar', not {self.fill_model!r}.")
        # Compiled loops and hashes know numbers of one type only.
        for name in ("capital", "fee_rate", "slippage_rate"):
            object.__setattr__(self, name, float(getattr(self, name)) + 0.0)

    def describe(self, base_step_ms: int = MINUTE_MS) -> tuple[str, ...]:
        """Return the rules that matter for reading a result, as sentences (rule 25).

        `base_step_ms` is the length of the finest candles there are, on which the minute model watches.
        """
        if self.fill_model == "bar":
            watched = (
                "Stops and targets are watched on the strategy's own bars, from the bar after the entry on; if one "
                "bar touches both, the stop counts. Sizes are fixed at the close that decides."
            )
        elif base_step_ms == MINUTE_MS:
            watched = (
                "Stops and targets are watched minute by minute from the minute of the entry on; if one minute touches "
                "both, the stop counts."
            )
        else:
            watched = (
                f"Stops and targets are watched on {Timeframe(base_step_ms)} candles, the finest there are, from the "
                "one of the entry on; if one candle touches both, the stop counts."
            )
        return (
            "A simulation of the past, not a promise.",
            f"It starts with {_plain(self.capital)} in cash. Every fill costs a fee of {_percent(self.fee_rate)}; "
            f"market and stop orders fill {_percent(self.slippage_rate)} worse than the price.",
            "Decisions are made at the close of a bar from that bar and earlier ones alone, and fill at the next "
            "bar's open.",
            watched,
            "Only candles are known, no order book: a take-profit fills when the price touches it, orders fill in "
            "full, and there is no minimum order.",
            "A short is a one-to-one margin position; funding, borrow costs and maintenance margin are not modelled.",
            "An order decided before an outage fills after it, at whatever price is there.",
            "Foreign-exchange files with bid prices only carry no spread; raise the slippage for them.",
        )


def _percent(rate: float) -> str:
    return f"{rate * 100:.6g} %"


def _plain(amount: float) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
