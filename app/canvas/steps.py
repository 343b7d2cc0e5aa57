"""How a value changes under the hand: dragged by pixels, stepped by a key, typed as text."""

from __future__ import annotations

import math
import re

from app.blocks.params import Param, ParamValue

PIXELS_PER_STEP = 4.0
_SLOW_UP_TO = 10


def step_of(param: Param, value: ParamValue) -> float:
    """Return the step that suits a value: 1 for whole numbers, about a fiftieth of its size for others."""
    if param.type == "whole":
        return 1.0
    size = abs(float(value))
    if param.type == "percent":
        return 0.001 if size < 0.1 else 0.01
    if size == 0:
        return 1.0
    return float(10.0 ** max(math.floor(math.log10(size)) - 1, -8))


def stepped(param: Param, value: ParamValue, steps: float) -> ParamValue:
    """Return a value some steps further, within the bounds and free of binary dust."""
    if param.type == "choice":
        at = param.options.index(str(value)) + (1 if steps > 0 else -1)
        return param.options[min(max(at, 0), len(param.options) - 1)]
    step = step_of(param, value)
    target = round(float(value) / step + steps) * step
    return _within(param, round(target, 10))


def dragged(param: Param, start: ParamValue, pixels: float, fine: bool = False, coarse: bool = False) -> ParamValue:
    """Return the value after dragging this far from `start`; long drags go faster."""
    steps = pixels / PIXELS_PER_STEP
    if abs(steps) > _SLOW_UP_TO:
        beyond = abs(steps) - _SLOW_UP_TO
        steps = math.copysign(_SLOW_UP_TO + beyond + beyond**2 / 20, steps)
    steps = math.trunc(steps * (10 if coarse else 1))
    if fine and param.type != "whole":
        step = step_of(param, start) / 10
        return _within(param, round(round(float(start) / step + steps) * step, 10))
    return stepped(param, start, steps)


def typed(param: Param, text: str) -> tuple[ParamValue | None, str]:
    """Return the value that a text stands for, or None and a sentence that says what would be valid.

    Units and percent signs may be there or not; a comma may stand for the decimal point.
    """
    cleaned = re.sub(r"[^0-9eE+\-.,]", "", text.strip().removesuffix(param.unit)).replace("−", "-")
    if "," in cleaned and "." not in cleaned and not re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", cleaned):
        cleaned = cleaned.replace(",", ".")
    try:
        number = float(cleaned.replace(",", ""))
    except ValueError:
        return None, f"Type a number, for example {param.show(param.default)}."
    value: ParamValue = number
    if param.type == "percent":
        value = round(number / 100, 12)
    elif param.type == "whole" and number.is_integer():
        value = int(number)
    flaw = param.flaw(value)
    return (None, f"The {param.name.replace('_', ' ')} {flaw}.") if flaw else (value, "")


def slider_range(param: Param, value: ParamValue) -> tuple[float, float]:
    """Return ends for a slider around a value: wide enough to explore, narrow enough to aim."""
    size = max(abs(float(value)), abs(float(param.default)), 1e-9)
    if param.type == "whole":
        return max(param.low, 1), min(param.high, max(50.0, _round_up(2 * size)))
    low = param.low if param.low > -1e9 else (0.0 if float(value) >= 0 else -_round_up(2 * size))
    high = min(param.high, max(_round_up(2 * size), 100.0 if param.high > 1e9 and size <= 100 else 0.0))
    return max(low, param.low), high


def _round_up(value: float) -> float:
    unit = 10.0 ** math.floor(math.log10(value))
    return math.ceil(value / unit) * unit


def _within(param: Param, value: float) -> ParamValue:
    bounded = min(max(value, param.low), param.high)
    return round(bounded) if param.type == "whole" else bounded
