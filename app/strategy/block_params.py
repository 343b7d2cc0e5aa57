"""The params of a placed block, held against its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.blocks.kind import BlockKind
from app.blocks.params import ParamValue
from app.strategy import limits
from app.strategy.document import Block
from app.strategy.problem import Problem
from app.strategy.wording import Nearest, named, quoted, readable


def settled(kind: BlockKind, given: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """Return the params of a block of this kind: defaults for what is not given, valid values in their one form.

    Unknown names and bad values are kept as they are, for `flaws` to name.
    """
    params = kind.defaults() | dict(given)
    for param in kind.params:
        if param.flaw(params[param.name]) is None:
            params[param.name] = param.settle(params[param.name])
    return params


def flaws(block: Block, kind: BlockKind, nearest: Nearest) -> Iterator[Problem]:
    """Yield a problem for each param that is missing, unknown or has a value it cannot have."""
    if len(block.params) > limits.MAX_PARAMS:
        text = f"{named(block)} has more than {limits.MAX_PARAMS} settings."
        yield Problem("too_many_params", text, block.id)
        return
    for param in kind.params:
        if param.name not in block.params:
            text = f"{named(block)}: {readable(param.name)} is missing; use {param.show(param.default)}."
            yield Problem("missing_param", text, block.id, param.name)
        elif flaw := param.flaw(block.params[param.name]):
            yield Problem("bad_param", f"{named(block)}: {readable(param.name)} {flaw}.", block.id, param.name)
    names = [param.name for param in kind.params]
    for name in block.params:
        if name not in names:
            hint = nearest.hint_or_list(kind.id, name, names)
            yield Problem("unknown_param", f"{named(block)} has no setting called {quoted(name)}.{hint}", block.id)
