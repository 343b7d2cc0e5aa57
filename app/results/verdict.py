"""The honest verdict: every reason for doubt about a run, the gravest first. There is no score and no approval."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.completed import CompletedRun
from app.results.certainty import DataQuality, certainty_findings
from app.results.costs import CostTest, cost_findings, cost_test
from app.results.evidence import evidence_findings
from app.results.finding import SEVERITIES, Finding
from app.results.holding import holding_findings
from app.results.other_fill import OtherFill, other_fill, other_fill_findings
from app.results.repeat import Repeat

NOTHING_FOUND = (
    "None of these checks found a reason for doubt. That is no proof: what worked in the past may fail in the future."
)


@dataclass(frozen=True)
class Verdict:
    """The findings about a run; `costs` and `other` are None where nothing was repeated to find them out."""

    findings: tuple[Finding, ...]
    costs: CostTest | None = None
    other: OtherFill | None = None


def verdict(
    run: CompletedRun,
    repeat: Repeat | None = None,
    *,
    quality: DataQuality | None = None,
    variants_tried: int | None = None,
) -> Verdict:
    """Return what to know before believing a run: the gravest first, among equals in a fixed order.

    `repeat` runs it again under other assumptions, up to 17 times, for the costs and the other fill model; without it
    those findings are left out, as are those about missing candles without `quality` and about variants without
    `variants_tried`. What `repeat` raises, Cancelled for one, goes through.
    """
    positions = len(run.trades) or run.open_trade is not None
    costs = cost_test(run, repeat) if repeat and positions else None
    other = other_fill(run, repeat) if repeat and positions else None
    findings = [
        *evidence_findings(run, variants_tried),
        *cost_findings(costs),
        *holding_findings(run),
        *other_fill_findings(run, other),
        *certainty_findings(run, quality),
    ]
    return Verdict(tuple(sorted(findings, key=lambda each: SEVERITIES.index(each.severity))), costs, other)
