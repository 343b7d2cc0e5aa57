"""Parameters of blocks: what a trader can set, within which bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

ParamValue = int | float | str
ParamType = Literal["whole", "number", "percent", "choice"]


@dataclass(frozen=True)
class Param:
    """One thing a trader can set on a block.

    A `whole` param is an int, a `number` a float, a `percent` a fraction as a float (0.02 is shown as 2 %) and a
    `choice` one of `options`. `low` and `high` are included bounds. `when` names another param and the choice of it
    for which this one has a meaning; it is kept, but not shown, for the others.
    """

    name: str
    type: ParamType
    default: ParamValue
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    options: tuple[str, ...] = ()
    when: tuple[str, str] | None = None

    def flaw(self, value: object) -> str | None:
        """Return what is wrong with `value` as the end of a sentence, with the nearest valid choice, or None."""
        if self.type == "choice":
            return None if value in self.options else f"must be one of {', '.join(self.options)}"
        kind = "a whole number" if self.type == "whole" else "a number"
        allowed = int if self.type == "whole" else (int, float)
        if isinstance(value, bool) or not isinstance(value, allowed) or not math.isfinite(value):
            return f"must be {kind}, for example {self.show(self.default)}"
        if value < self.low:
            return f"must be at least {self.show(self.low)}"
        if value > self.high:
            return f"must be at most {self.show(self.high)}"
        return None

    def settle(self, value: ParamValue) -> ParamValue:
        """Return a valid `value` in the one form it is stored and hashed in: 70 becomes 70.0 for a number."""
        return float(value) + 0.0 if self.type in ("number", "percent") else value

    def show(self, value: ParamValue | float) -> str:
        """Return `value` as a trader reads it, without its unit: 0.02 of a percent param is `2 %`."""
        if self.type == "percent":
            return f"{_plain(float(value) * 100)} %"
        return value if isinstance(value, str) else _plain(float(value))


def whole(name: str, default: int, low: int, high: int, unit: str = "", when: tuple[str, str] | None = None) -> Param:
    """Return a param that is a whole number within included bounds."""
    return Param(name, "whole", default, low, high, unit, when=when)


def number(
    name: str, default: float, low: float, high: float, unit: str = "", when: tuple[str, str] | None = None
) -> Param:
    """Return a param that is any finite number within included bounds."""
    return Param(name, "number", default, low, high, unit, when=when)


def percent(name: str, default: float, low: float, high: float, when: tuple[str, str] | None = None) -> Param:
    """Return a param that is stored as a fraction and shown as a percentage."""
    return Param(name, "percent", default, low, high, "%", when=when)


def choice(name: str, default: str, options: tuple[str, ...]) -> Param:
    """Return a param that is one of a few words."""
    return Param(name, "choice", default, options=options)


def _plain(value: float) -> str:
    return f"{value:.10g}"
