"""Print the result hash of every template over the sample market, in both fill models, as one JSON object.

Run as a script, it shows whether another process gets the same results.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from support.sample import sample_candles

from app import compiled
from app.engine.assumptions import Assumptions
from app.engine.backtest import BacktestResult, backtest
from app.market.timeframe import DAY_MS
from app.strategy.templates import all_templates


def results() -> Iterator[tuple[str, BacktestResult]]:
    """Return every template's result over the last 120 of 330 days, by template and fill model."""
    candles = sample_candles("RIVER/USD")
    first = int(candles.time[0])
    candles = candles.between(first, first + 330 * DAY_MS)
    for template in all_templates():
        for model in ("minute", "bar"):
            result = backtest(template.strategy, candles, Assumptions(fill_model=model), start=first + 210 * DAY_MS)
            yield f"{template.id} {model}", result


def hashes() -> dict[str, str]:
    """Return the result hash of each."""
    return {name: result.result_hash for name, result in results()}


if __name__ == "__main__":
    found = hashes()
    if "compiled" in sys.argv:
        compiled.wait()
        found = hashes()
    sys.stdout.write(json.dumps(found))
