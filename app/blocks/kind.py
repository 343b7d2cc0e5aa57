"""What a block is: one definition from which palette, form, checks, evaluation and explanation follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.blocks.params import Param, ParamValue

PortType = Literal["series", "signal"]
Role = Literal[
    "",
    "enter_long",
    "exit_long",
    "enter_short",
    "exit_short",
    "position_size",
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "time_exit",
    "cooldown",
]


@dataclass(frozen=True)
class Input:
    """A socket on the left of a block.

    Unconnected, it takes the market column named by `market`, or the number in the param named by `param`; with
    neither it has to be connected, unless it is `optional`. A `many` socket takes any number of wires.
    """

    name: str
    type: PortType
    market: str = ""
    param: str = ""
    many: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Output:
    """A socket on the right of a block.

    A series is float64, NaN where unknown; a signal is int8: 1 true, 0 false, -1 unknown. `low` and `high` are the
    bounds a series keeps to where it has any; `chart` says where it is drawn. `warmup` overrides the kind's own, and
    `phrase` is the words for this output where a block has several.
    """

    name: str
    type: PortType
    low: float | None = None
    high: float | None = None
    chart: Literal["", "price", "own pane"] = ""
    warmup: Callable[..., int] | None = None
    phrase: str = ""


def series(name: str, *, market: str = "", param: str = "") -> Input:
    """Return an input that takes a number per bar."""
    return Input(name, "series", market=market, param=param)


def signal(name: str, *, many: bool = False, optional: bool = False) -> Input:
    """Return an input that takes true, false or unknown per bar."""
    return Input(name, "signal", many=many, optional=optional)


def gives_series(
    name: str = "value",
    *,
    low: float | None = None,
    high: float | None = None,
    chart: Literal["", "price", "own pane"] = "",
    warmup: Callable[..., int] | None = None,
    phrase: str = "",
) -> Output:
    """Return an output that carries a number per bar."""
    return Output(name, "series", low, high, chart, warmup, phrase)


def gives_signal(name: str = "signal", *, phrase: str = "") -> Output:
    """Return an output that carries true, false or unknown per bar."""
    return Output(name, "signal", phrase=phrase)


def _no_bars(**_: ParamValue) -> int:
    return 0


@dataclass(frozen=True, eq=False)
class Together:
    """One call for several blocks that read the same arrays, where that is quicker than one call after the other.

    `compute` takes these arrays, and by the id of each kind the params of its blocks. It returns one array per block,
    kinds in the order of `most`, which says how many blocks of a kind one call can take.
    """

    compute: Callable[..., Sequence[Any]]
    most: Mapping[str, int]


@dataclass(frozen=True)
class BlockKind:
    """The definition of a block.

    `compute` is called with the market columns named in `market` (`time`, `open`, `high`, `low`, `close`, `volume`),
    then one array per input in their order (a `many` input gives a list of arrays; a number typed on the block is an
    array of one value, which stands for every bar), then the params by name, without those that stand in for an input.
    It returns one array per output, all as long as the bars; a tuple of them when there are several outputs. It never
    changes what it is given, so that it may hand it on as its result, and bar `i` of its result depends on bars up to
    `i` alone. `together` computes the same for several blocks at once.

    `warmup(**params)` is the number of bars at the start of its input for which a series output is NaN, or a signal
    output unknown; `settles(**params)` the number of earlier bars after which a value no longer depends on where the
    data began, and `settles_ms` the same as a stretch of time, for kinds that start anew each day (rule 6).
    `warmup_is_least` means that the values decide whether it stays unknown for longer: a cross does until its sides
    have differed once. `looks_past_gaps` means that a stretch of unknown values does not make it warm up anew, because
    it looks at single earlier bars.

    `phrase` reads `the {period}-bar RSI of {source}`: params by name, inputs by name; a callable gets the params and
    returns such a text. `also` are other words that people search for. `role` is how the engine uses a block of the
    groups Orders and Risk; such blocks have no outputs and no `compute`.
    """

    id: str
    title: str
    group: Literal["Inputs", "Indicators", "Maths", "Comparison", "Logic", "Orders", "Risk"]
    about: str
    phrase: str | Callable[..., str]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    params: tuple[Param, ...] = ()
    market: tuple[str, ...] = ()
    compute: Callable[..., Any] | None = None
    together: Together | None = None
    warmup: Callable[..., int] = _no_bars
    settles: Callable[..., int] = _no_bars
    settles_ms: int = 0
    warmup_is_least: bool = False
    looks_past_gaps: bool = False
    also: tuple[str, ...] = ()
    role: Role = ""
    former_ids: tuple[str, ...] = ()

    def input(self, name: str) -> Input | None:
        """Return the input called `name`, or None."""
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Output | None:
        """Return the output called `name`, or None."""
        return next((port for port in self.outputs if port.name == name), None)

    def param(self, name: str) -> Param | None:
        """Return the param called `name`, or None."""
        return next((param for param in self.params if param.name == name), None)

    def defaults(self) -> dict[str, ParamValue]:
        """Return every param with its default value."""
        return {param.name: param.settle(param.default) for param in self.params}

    def warmup_of(self, output: Output, params: Mapping[str, ParamValue]) -> int:
        """Return how many bars at the start of its input `output` has no value."""
        return (output.warmup or self.warmup)(**params)

    def phrase_of(self, output: str, params: Mapping[str, ParamValue]) -> str:
        """Return the phrase of one output ("" for a block without outputs), with its names still in braces."""
        port = self.output(output)
        phrase = port.phrase if port and port.phrase else self.phrase
        return phrase if isinstance(phrase, str) else phrase(**params)
