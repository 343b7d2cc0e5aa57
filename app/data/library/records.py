"""What the library answers with. Times are UTC milliseconds, rates and returns fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.engine.assumptions import Assumptions
    from app.engine.metrics import Metric
    from app.engine.result import Dataset, Trade
    from app.market.instrument import Instrument
    from app.strategy.document import Strategy

RunState = Literal["pending", "running", "completed", "failed", "cancelled"]
RunOrder = Literal[
    "newest",
    "oldest",
    "total_return",
    "against_hold",
    "max_drawdown",
    "trades",
    "win_rate",
    "profit_factor",
    "sharpe",
    "marks",
    "strategy_name",
    "instrument",
    "timeframe",
    "state",
    "range",
    "note",
]


@dataclass(frozen=True)
class Revision:
    """One saved version of a strategy, which never changes.

    `id` names its whole content; `number` counts from 1 within the strategy; `parent` is the version it was made from.
    """

    id: str
    strategy_id: str
    number: int
    saved_ms: int
    note: str
    name: str
    logic_hash: str
    parent: str | None


@dataclass(frozen=True)
class SavedStrategy:
    """A strategy in the list: what its newest version (`head`) says, and how its last run went.

    `unseen` says that a run has ended which nobody has looked at.
    """

    id: str
    name: str
    symbol: str
    exchange: str
    timeframe: str
    revisions: int
    head: str
    saved_ms: int
    blocks: int
    last_run: RunSummary | None
    unseen: bool
    created_ms: int
    deleted: bool = False


@dataclass(frozen=True)
class Draft:
    """A drawing that was not saved; `strategy_id` is None where it was never saved at all."""

    strategy_id: str | None
    strategy: Strategy
    written_ms: int


@dataclass(frozen=True)
class RunRequest:
    """What is to be run. `days` asks for the last days of the candles, where `start_ms` is None."""

    strategy_id: str
    revision_id: str
    start_ms: int | None
    end_ms: int | None
    days: int | None
    assumptions: Assumptions


@dataclass(frozen=True)
class RunSummary:
    """A run in the history. Everything about the result is None, or empty, until it is completed.

    `start_ms` and `end_ms` are the range of the result, before that the range asked for. `reason` says why a run
    failed or was cancelled. `sparkline` is its equity in about 40 points. `again_of` is the run that it repeats.
    `cleaned` says that a clean-up left nothing but these figures.
    """

    id: int
    strategy_id: str
    revision_id: str
    strategy_name: str
    symbol: str
    exchange: str
    timeframe: str
    state: RunState
    reason: str
    asked_ms: int
    finished_ms: int | None
    start_ms: int | None
    end_ms: int | None
    assumptions: Assumptions
    engine_version: int | None
    logic_hash: str
    dataset_fingerprint: str | None
    result_hash: str | None
    total_return: float | None
    buy_and_hold_return: float | None
    max_drawdown: float | None
    trades: int | None
    win_rate: float | None
    profit_factor: float | None
    sharpe: float | None
    cagr: float | None
    sparkline: NDArray[np.float32] = field(compare=False, repr=False)
    pinned: bool
    note: str
    seen: bool
    again_of: int | None
    deleted: bool
    cleaned: bool


@dataclass(frozen=True, eq=False)
class RunOverview:
    """Everything about a completed run but its long columns, which take longer to read.

    `trades` are rows of `app.engine.completed.TRADES`. `preview` has the fields `time`, `equity` and `close` (of the
    bar) at up to 1,000 bars, the first and the last among them. `libraries` names the versions it ran with, `quality`
    is what was said of its candles.
    """

    summary: RunSummary
    strategy: Strategy
    instrument: Instrument
    trades: np.ndarray[Any, Any]
    open_trade: Trade | None
    metrics: Mapping[str, Metric]
    counts: Mapping[str, int]
    dataset: Dataset
    pending: str | None
    settling_bars: int
    bars: int
    preview: np.ndarray[Any, Any]
    libraries: Mapping[str, str]
    quality: Mapping[str, Any]

    @property
    def assumptions(self) -> Assumptions:
        """What the run took for granted."""
        return self.summary.assumptions

    @property
    def start(self) -> int:
        """The open time of the first bar, in UTC ms."""
        return self.summary.start_ms or 0

    @property
    def end(self) -> int:
        """The moment the last bar closes, in UTC ms."""
        return self.summary.end_ms or 0

    @property
    def engine_version(self) -> int:
        """The version of the engine that made it."""
        return self.summary.engine_version or 0


@dataclass(frozen=True)
class RunFilter:
    """Which runs to find; what is None does not matter.

    `text` is looked for in the strategy's name, the symbol, the exchange and the note. `since_ms` and `until_ms` bound
    the moment a run was asked for, `range_from_ms` and `range_to_ms` find those whose candles overlap that period.
    Figures and marks come in order with the highest first, words from A on; `reverse` turns that round, and what is
    not known comes last either way.
    """

    strategy_id: str | None = None
    symbol: str | None = None
    exchange: str | None = None
    timeframe: str | None = None
    states: tuple[RunState, ...] | None = None
    text: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    range_from_ms: int | None = None
    range_to_ms: int | None = None
    least_return: float | None = None
    least_trades: int | None = None
    deepest_drawdown: float | None = None
    pinned: bool | None = None
    unseen: bool | None = None
    deleted: bool = False
    order: RunOrder = "newest"
    reverse: bool = False
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class RunChoices:
    """What the runs that are not deleted can be told apart by, that of the newest runs first.

    `strategies` are pairs of the id and the name that the newest run has, `instruments` of symbol and exchange;
    `timeframes` begin with the shortest. `tested` is from where to where those that are completed reach, UTC ms.
    """

    strategies: tuple[tuple[str, str], ...]
    instruments: tuple[tuple[str, str], ...]
    timeframes: tuple[str, ...]
    tested: tuple[int, int] | None


@dataclass(frozen=True)
class Backup:
    """A copy of the library; `reason` is "daily", or what it was made before."""

    path: str
    made_ms: int
    reason: str
    size: int


@dataclass(frozen=True)
class Storage:
    """How many bytes the library takes, and how many runs there are."""

    records: int
    curves: int
    backups: int
    runs: int
    deleted_runs: int
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.records + self.curves + self.backups)


@dataclass(frozen=True)
class Freed:
    """What a clean-up removed for ever."""

    runs: int
    bytes: int
