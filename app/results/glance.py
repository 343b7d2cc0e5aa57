"""What is known of a completed run at a glance: everything but its long columns, which take longer to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from app.engine.assumptions import Assumptions
from app.engine.metrics import Metric
from app.engine.result import Dataset, Trade
from app.market.instrument import Instrument
from app.strategy.document import Strategy


class Glance(Protocol):
    """A CompletedRun has all of it, and so has what the library gives of a run before its bars and curves."""

    @property
    def strategy(self) -> Strategy: ...  # noqa: D102 - as in CompletedRun, all of them
    @property
    def instrument(self) -> Instrument: ...  # noqa: D102
    @property
    def assumptions(self) -> Assumptions: ...  # noqa: D102
    @property
    def trades(self) -> np.ndarray[Any, Any]: ...  # noqa: D102
    @property
    def open_trade(self) -> Trade | None: ...  # noqa: D102
    @property
    def metrics(self) -> Mapping[str, Metric]: ...  # noqa: D102
    @property
    def counts(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def dataset(self) -> Dataset: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def engine_version(self) -> int: ...  # noqa: D102
