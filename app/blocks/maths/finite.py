"""Arithmetic keeps to finite numbers."""

from app.compiled import step


@step
def finite(value: float) -> float:
    """Return `value`, with NaN for an infinite one (rule 5) and 0.0 for -0.0, so that equal numbers have equal bits."""
    return value + (value - value)
