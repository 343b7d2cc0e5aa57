"""What the other fill model would have given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.engine.assumptions import FillModel
from app.engine.completed import CompletedRun
from app.engine.metrics import Metric
from app.results.finding import Finding
from app.results.numbers import count, percent
from app.results.repeat import Repeat
from app.strategy.graph import role_of

_LEVELS = {"stop_loss", "take_profit", "trailing_stop"}
# What the model means to a drawing with stops or targets, and to one without.
_WORDS: Mapping[FillModel, tuple[str, str]] = {
    "minute": ("with stops and targets watched on the finest candles", "with sizes fixed at the fill"),
    "bar": (
        "with stops and targets watched on whole bars only, from the bar after the entry on",
        "with sizes fixed at the close that decides",
    ),
}

_WATCHED = (
    "Take the result watched on the finest candles as the better guess, and try wider stops or a shorter timeframe: "
    "what hangs on the way inside one bar is fragile."
)
_SIZED = (
    "So small a difference should not decide: there is hardly any gain or loss. Try another idea, or a longer range."
)


@dataclass(frozen=True)
class OtherFill:
    """The figures of the same run under the other fill model (rule 12), and what that means in a sentence.

    `levels` tells whether the drawing has stops or targets to watch; without them only sizes are fixed otherwise.
    """

    fill_model: FillModel
    levels: bool
    metrics: Mapping[str, Metric]
    counts: Mapping[str, int]
    trades: int
    result_hash: str
    sentence: str


def other_fill(run: CompletedRun, repeat: Repeat) -> OtherFill:
    """Repeat a run under the other fill model."""
    model: FillModel = "bar" if run.assumptions.fill_model == "minute" else "minute"
    other = repeat(replace(run.assumptions, fill_model=model))
    levels = any(role_of(block) in _LEVELS for block in run.strategy.blocks if not block.muted)
    gained, here = other.metrics["total_return"], run.metrics["total_return"]
    text = (
        f"The other fill model, {_WORDS[model][not levels]}, gives {percent(gained, sign=True)} from "
        f"{count(len(other.book), 'trade')}; this run gives {percent(here, sign=True)} from "
        f"{count(len(run.trades), 'trade')}."
    )
    return OtherFill(model, levels, other.metrics, other.counts, len(other.book), other.result_hash, text)


def other_fill_findings(run: CompletedRun, other: OtherFill | None) -> Iterator[Finding]:
    """Yield a finding where the fill model decides between gain and loss."""
    if other is None:
        return
    here, there = run.metrics["total_return"] or 0.0, other.metrics["total_return"] or 0.0
    if (here > 0) != (there > 0):
        what, advice = ("how stops are watched", _WATCHED) if other.levels else ("when sizes are fixed", _SIZED)
        figures = {"total_return": here, "other_total_return": there, "other_fill_model": other.fill_model}
        text = f"Gain or loss depends on {what}. {other.sentence}"
        yield Finding("fill_model_decides", "serious", text, advice, figures)
