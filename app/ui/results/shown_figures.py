"""The key figures of a run as cards."""

from __future__ import annotations

from app.engine.completed import CompletedRun
from app.results.numbers import percent, ratio, whole
from app.ui.results.cards import Figure


def figures(run: CompletedRun) -> tuple[Figure, ...]:
    """Return the cards of a run, in order."""
    m = run.metrics
    return tuple(
        Figure(n, f(m[k]))
        for n, k, f in (
            ("Return", "total_return", percent),
            ("CAGR", "cagr", percent),
            ("Max drawdown", "max_drawdown", percent),
            ("Trades", "trades", whole),
            ("Win rate", "win_rate", percent),
            ("Profit factor", "profit_factor", ratio),
        )
    )
