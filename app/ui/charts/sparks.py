"""A small curve of the latest values of every block."""

from __future__ import annotations

import numpy as np

from app.engine.result import BacktestResult

# So many of the latest bars are shown, in so many points.
_BARS = 240
_POINTS = 48


def sparks(result: BacktestResult) -> dict[tuple[str, str], tuple[float, ...]]:
    """Return the last values of every output, thinned; signals are 0 and 1, what is unknown is left out."""
    found = {}
    for port, values in result.values.items():
        part = values[-_BARS:]
        part = part[np.isfinite(part)] if part.dtype.kind == "f" else part[part >= 0]
        if len(part) > _POINTS:
            part = part[np.linspace(0, len(part) - 1, _POINTS).round().astype(np.int64)]
        if len(part) > 1:
            found[port] = tuple(part.astype(np.float64).tolist())
    return found
