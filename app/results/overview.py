"""The cards of a result: every metric with its value as text, its formula in a sentence, and its tone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from app.engine.metrics import Metric
from app.results.glance import Glance
from app.results.numbers import money, percent, points, ratio, span, whole

Tone = Literal["good", "bad", "plain"]


@dataclass(frozen=True)
class Card:
    """One metric as it is shown: `name` is its name in machine output, `text` a dash where it cannot be computed.

    `key` says that it belongs to the first row. `formula` is a sentence for a trader. The tone is that of the sign;
    where more is neither good nor bad it is plain.
    """

    name: str
    title: str
    value: Metric
    text: str
    formula: str
    tone: Tone
    key: bool


@dataclass(frozen=True)
class _Kind:
    title: str
    show: Callable[[Metric], str]
    formula: str
    # The value at which good turns into bad; None where neither is meant.
    turns_at: float | None = None


_signed = partial(percent, sign=True)
_signed_money = partial(money, sign=True)

_KEY: Mapping[str, _Kind] = {
    "total_return": _Kind(
        "Total return",
        _signed,
        "Equity at the end divided by the starting capital, less 1; an open position counts.",
        0.0,
    ),
    "cagr": _Kind(
        "CAGR",
        _signed,
        "The yearly growth that leads from the capital to the final equity; shown from 30 days on.",
        0.0,
    ),
    "max_drawdown": _Kind(
        "Max drawdown", percent, "The deepest fall of equity, at closes, below its highest value before.", 0.0
    ),
    "trades": _Kind("Trades", whole, "The number of closed trades; a position still open is not one of them."),
    "win_rate": _Kind(
        "Win rate", percent, "Closed trades with a profit after all costs, divided by all closed trades."
    ),
    "profit_factor": _Kind(
        "Profit factor",
        ratio,
        "The sum of all profits divided by the sum of all losses; above 1 the trades gained.",
        1.0,
    ),
    "average_r": _Kind(
        "Average R",
        ratio,
        "The mean of profit divided by the money at risk to the first stop, over trades with a stop.",
        0.0,
    ),
    "sharpe": _Kind(
        "Sharpe",
        ratio,
        "Mean daily return divided by its standard deviation, times the square root of 365; "
        "risk-free rate 0; shown from 30 days on.",
        0.0,
    ),
    "exposure": _Kind("Exposure", percent, "The share of bars at whose close a position was open."),
    "buy_and_hold_return": _Kind(
        "Buy and hold",
        _signed,
        "What all of the capital, bought at the first open and sold at the last close, would have "
        "given after two fees.",
    ),
}

_FURTHER: Mapping[str, _Kind] = {
    "max_drawdown_duration_ms": _Kind(
        "Longest drawdown",
        span,
        "The longest time from a close at a peak of equity to the first close back at it, or to the end.",
    ),
    "volatility": _Kind(
        "Volatility",
        percent,
        "The standard deviation of daily returns times the square root of 365; shown from 30 days on.",
    ),
    "sortino": _Kind(
        "Sortino",
        ratio,
        "As the Sharpe ratio, but divided by the root mean square of the negative daily returns alone.",
        0.0,
    ),
    "calmar": _Kind("Calmar", ratio, "CAGR divided by the size of the max drawdown.", 0.0),
    "expectancy": _Kind("Expectancy", _signed_money, "The mean profit or loss of a closed trade after all costs.", 0.0),
    "average_win": _Kind("Average win", _signed_money, "The mean profit of the closed trades that gained.", 0.0),
    "average_loss": _Kind("Average loss", _signed_money, "The mean loss of the closed trades that lost.", 0.0),
    "best_trade": _Kind("Best trade", _signed_money, "The largest profit of a closed trade.", 0.0),
    "worst_trade": _Kind("Worst trade", _signed_money, "The largest loss of a closed trade.", 0.0),
    "average_bars_held": _Kind("Average bars held", ratio, "The mean number of closes at which a trade was open."),
    "longest_losing_streak": _Kind("Losses in a row", whole, "The most closed trades in a row with a loss."),
    "fees_paid": _Kind("Fees paid", money, "All fees of all fills, the open position's entry included."),
    "slippage_paid": _Kind(
        "Slippage paid", money, "What slippage made all fills worse by, the open position's entry included."
    ),
}

_AGAINST = _Kind(
    "Against holding", points, "The total return less the buy-and-hold return, in percentage points (pp).", 0.0
)

TITLES: Mapping[str, str] = {name: kind.title for name, kind in {**_KEY, **_FURTHER}.items()}


def overview(run: Glance) -> tuple[Card, ...]:
    """Return a card for every metric, the most important first, and one for the run against buy-and-hold."""
    cards = [
        *(_card(name, kind, run.metrics[name], key=True) for name, kind in _KEY.items()),
        _card("against_holding", _AGAINST, against_holding(run.metrics), key=True),
        *(_card(name, kind, run.metrics[name], key=False) for name, kind in _FURTHER.items()),
    ]
    return tuple(cards)


def against_holding(metrics: Mapping[str, Metric]) -> float | None:
    """Return the total return less that of buy-and-hold, None where one of them is not known."""
    gained, held = metrics["total_return"], metrics["buy_and_hold_return"]
    return None if gained is None or held is None else gained - held


def shown(name: str, value: Metric) -> str:
    """Return the value of a metric as it is shown, a dash where there is none."""
    return _kind(name).show(value)


def shown_apart(name: str, value: float) -> str:
    """Return how far two values of a metric are apart, with its sign; shares are apart by percentage points."""
    if _kind(name).show in (percent, _signed, points):
        return points(value)
    size = shown(name, abs(value)).lstrip("+")
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{size}"


def _kind(name: str) -> _Kind:
    return _AGAINST if name == "against_holding" else (_KEY.get(name) or _FURTHER[name])


def _card(name: str, kind: _Kind, value: Metric, *, key: bool) -> Card:
    tone: Tone = "plain"
    # What reads like the turning point has its colour, which is none.
    if value is not None and kind.turns_at is not None and _digits(kind, value) != _digits(kind, kind.turns_at):
        tone = "good" if value > kind.turns_at else "bad"
    return Card(name, kind.title, value, kind.show(value), kind.formula, tone, key)


def _digits(kind: _Kind, value: Metric) -> str:
    return kind.show(value).lstrip("+-−")
