"""A strategy made ready to run: which block is computed when, from what, and what the orders and rules are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.blocks import catalog
from app.blocks.kind import BlockKind, Input, Role
from app.blocks.logic import any_of
from app.blocks.params import ParamValue
from app.engine import position, sizing
from app.market.candles import FloatSeries
from app.market.instrument import Instrument
from app.strategy.document import Block, Strategy
from app.strategy.graph import ORDER_ROLES, evaluation_order, feeds_orders, settling_bars
from app.strategy.muting import without_muted
from app.strategy.validate import require_valid

MARKET_COLUMNS = ("time", "open", "high", "low", "close", "volume")
# The slot of a signal that is false at every bar.
NEVER = len(MARKET_COLUMNS)

_SIZE_MODES = {
    "percent_of_equity": (sizing.PERCENT_OF_EQUITY, "percent"),
    "fixed_quote": (sizing.FIXED_QUOTE, "quote_amount"),
    "fixed_base": (sizing.FIXED_BASE, "base_amount"),
    "risk_percent": (sizing.RISK_PERCENT, "risk"),
}
_LEVEL_MODES = {
    "percent": (position.FRACTION, "percent"),
    "price": (position.DISTANCE, "distance"),
    "atr": (position.PER_BAR, "multiple"),
}


@dataclass(frozen=True)
class Step:
    """One call that computes a block, or several together: values are kept in numbered slots.

    `arguments` name the slots it reads and `results` those it fills, in order.
    """

    compute: Callable[..., Any]
    arguments: tuple[int | tuple[int, ...], ...]
    params: Mapping[str, Any]
    results: tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """One protective exit (rule 11): its mode, its value, and the period of the ATR it is a multiple of, if it is."""

    mode: int = position.NO_LEVEL
    value: float = 0.0
    period: int = 0


@dataclass(frozen=True, eq=False)
class Plan:
    """A valid strategy, compiled: what to compute in which order, and what to do with it.

    Slots 0 to 5 hold the market columns, then comes NEVER, then the `constants` (arrays of one value, which stands for
    every bar), then what the steps compute. `outputs` says which slot holds which (block id, output); `orders` in which
    one the signal of each order stands. `instrument` is the one that the strategy names.
    """

    strategy: Strategy
    instrument: Instrument
    constants: tuple[FloatSeries, ...]
    steps: tuple[Step, ...]
    slots: int
    outputs: Mapping[tuple[str, str], int]
    orders: Mapping[Role, int]
    settling_bars: int
    size: tuple[int, float] = (sizing.PERCENT_OF_EQUITY, 1.0)
    stop_loss: Level = Level()
    take_profit: Level = Level()
    trailing_stop: Level = Level()
    time_exit: int = 0
    cooldown: int = 0


def prepare(strategy: Strategy) -> Plan:
    """Return the plan of a strategy. Raises StrategyInvalid when it has errors."""
    require_valid(strategy)
    strategy = without_muted(strategy)
    builder = _Builder(strategy)
    blocks = evaluation_order(strategy)
    for block in blocks:
        builder.place(block)
    orders = {role: builder.order(role) for role in ORDER_ROLES}
    rules = {kind.role: block.params for block in blocks if (kind := _kind(block)).group == "Risk"}
    return Plan(
        strategy=strategy,
        instrument=Instrument(strategy.symbol, strategy.exchange),
        constants=tuple(np.array([constant]) for constant in builder.constants),
        steps=tuple(map(_one_step, builder.calls)),
        slots=builder.slots,
        outputs=builder.outputs,
        orders=orders,
        settling_bars=_settling_bars(strategy),
        size=_size(rules.get("position_size")),
        stop_loss=_level(rules.get("stop_loss")),
        take_profit=_level(rules.get("take_profit")),
        trailing_stop=_level(rules.get("trailing_stop")),
        time_exit=int(rules["time_exit"]["bars"]) if "time_exit" in rules else 0,
        cooldown=int(rules["cooldown"]["bars"]) if "cooldown" in rules else 0,
    )


class _Builder:
    """Gives every value a slot, block by block in the order of evaluation."""

    def __init__(self, strategy: Strategy) -> None:
        self.sources: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for wire in strategy.wires:
            self.sources.setdefault((wire.target, wire.input), []).append((wire.source, wire.output))
        # Constants get their slots before any block, so that they are filled in one go.
        self.constants: list[float] = []
        for block in strategy.blocks:
            self.constants += [
                float(block.params[port.param])
                for port in _kind(block).inputs
                if port.param and (block.id, port.name) not in self.sources
            ]
        self.constants = sorted(set(self.constants))
        self.slots = NEVER + 1 + len(self.constants)
        self.calls: list[list[tuple[BlockKind, Step]]] = []
        self.outputs: dict[tuple[str, str], int] = {}
        self.orders: dict[Role, list[int]] = {role: [] for role in ORDER_ROLES}

    def place(self, block: Block) -> None:
        """Add the step of a block; a block whose inputs have no value yet gets none."""
        kind = _kind(block)
        arguments = [self._slot(block, port) for port in kind.inputs]
        if kind.role in self.orders and arguments[0] is not None:
            self.orders[kind.role].append(arguments[0])  # type: ignore[arg-type]
        if kind.compute is None or any(slot is None for slot in arguments):
            return
        columns = tuple(MARKET_COLUMNS.index(name) for name in kind.market)
        # A param that stands in for an input is that input's value, not an argument of its own.
        stands_in = {port.param for port in kind.inputs}
        params = {name: value for name, value in block.params.items() if name not in stands_in}
        results = tuple(range(self.slots, self.slots + len(kind.outputs)))
        self.slots += len(results)
        self.outputs.update(((block.id, port.name), slot) for port, slot in zip(kind.outputs, results, strict=True))
        step = Step(kind.compute, (*columns, *arguments), params, results)  # type: ignore[arg-type]
        call = self._call_with_room(kind, step)
        if call is None:
            self.calls.append([(kind, step)])
        else:
            call.append((kind, step))

    def order(self, role: Role) -> int:
        """Return the slot of the signal for an order: several blocks are ORed, none never orders (rules 7 and 22)."""
        signals = tuple(self.orders[role])
        if len(signals) > 1:
            self.calls.append([(any_of.KIND, Step(any_of.any_of, (signals,), {}, (self.slots,)))])
            self.slots += 1
            return self.slots - 1
        return signals[0] if signals else NEVER

    def _call_with_room(self, kind: BlockKind, step: Step) -> list[tuple[BlockKind, Step]] | None:
        """Return the first call that takes one more block of this kind, which it does only if it reads the same."""
        if kind.together is None:
            return None
        for call in self.calls:
            first_kind, first = call[0]
            alike = first_kind.together is kind.together and first.arguments == step.arguments
            if alike and sum(each is kind for each, _ in call) < kind.together.most[kind.id]:
                return call
        return None

    def _slot(self, block: Block, port: Input) -> int | tuple[int, ...] | None:
        """Return where the value for an input stands, several for a `many` input, None where there is none."""
        slots = [self.outputs.get(source) for source in self.sources.get((block.id, port.name), ())]
        known = [slot for slot in slots if slot is not None]
        if len(known) < len(slots):
            return None
        if port.many:
            return tuple(known) or None
        if known:
            return known[0]
        if port.market:
            return MARKET_COLUMNS.index(port.market)
        if port.param:
            return NEVER + 1 + self.constants.index(float(block.params[port.param]))
        return None


def _one_step(call: Sequence[tuple[BlockKind, Step]]) -> Step:
    """Return the step that computes all blocks of a call."""
    (kind, first), *more = call
    if kind.together is None or not more:
        return first
    of_kind = {kind_id: [step for each, step in call if each.id == kind_id] for kind_id in kind.together.most}
    params = {kind_id: tuple(step.params for step in steps) for kind_id, steps in of_kind.items()}
    results = tuple(slot for steps in of_kind.values() for step in steps for slot in step.results)
    return Step(kind.together.compute, first.arguments, params, results)


def _kind(block: Block) -> BlockKind:
    kind = catalog.kind(block.kind)
    assert kind is not None, "a valid strategy has known kinds only"
    return kind


def _settling_bars(strategy: Strategy) -> int:
    """Return how many earlier bars the longest chain that ends in an order or a risk block needs (rule 6)."""
    acting = feeds_orders(strategy) | {block.id for block in strategy.blocks if _kind(block).group == "Risk"}
    return max((bars for block_id, bars in settling_bars(strategy).items() if block_id in acting), default=0)


def _size(params: Mapping[str, ParamValue] | None) -> tuple[int, float]:
    if params is None:
        return sizing.PERCENT_OF_EQUITY, 1.0  # rule 22
    mode, name = _SIZE_MODES[str(params["mode"])]
    return mode, float(params[name])


def _level(params: Mapping[str, ParamValue] | None) -> Level:
    if params is None:
        return Level()
    mode, name = _LEVEL_MODES[str(params["mode"])]
    return Level(mode, float(params[name]), int(params["period"]))
