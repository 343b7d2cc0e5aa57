"""The funnel of a run for its report: how many bars each condition let through, as lines that grow shorter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.export.markup import element, words
from app.results.funnel import Funnel, Stage

_WIDTH = 1000.0
# What is left may be one bar of a million, and is still seen.
_LEAST = 3.0


def funnel_rows(funnels: Sequence[Funnel]) -> Iterator[str]:
    """Yield each funnel, under the name of its entry where there are several."""
    for funnel in funnels:
        if len(funnels) > 1:
            yield element("h3", words(funnel.role.replace("_", " ").capitalize()))
        most = max(funnel.stages[0].bars, 1)
        yield element("div", *(_row(stage, stage.bars / most) for stage in funnel.stages), class_="funnel")


def _row(stage: Stage, share: float) -> str:
    width = max(share * _WIDTH, _LEAST) if stage.bars else 0.0
    bar = element(
        "svg",
        element("rect", width=width, height=4),
        viewBox="0 0 1000 4",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    left = element("data", f"{stage.bars:,}", value=stage.bars)
    return element("div", element("span", words(stage.words)), left, bar, class_=f"stage {stage.kind}")
