"""What the cache says it has against what it has; what does not agree goes and is fetched again."""

from __future__ import annotations

import numpy as np

from app.data import cache_tables as tables
from app.data.cache_tables import Shelved
from app.data.duck_file import DuckFile
from app.data.records import Covered, Finding, Span
from app.data.spans import runs, within
from app.market.candles import first_flaw


def compare(file: DuckFile, entry: Shelved, coverage: tuple[Covered, ...]) -> list[Finding]:
    """Return the covered spans whose candles are not those that were stored, and candles that no span covers."""
    time = tables.times(file, entry)
    repeated = np.append(time[1:] == time[:-1], False)
    found = []
    for covered in coverage:
        first, last = np.searchsorted(time, (covered.span.start, covered.span.end))
        if repeated[first:last].any():
            found.append(_finding(entry, covered.span, "has candles that are there twice"))
        elif last - first != covered.rows:
            found.append(
                _finding(entry, covered.span, f"has {last - first:,} candles where {covered.rows:,} were stored")
            )
    alone = np.unique(time[~within(time, (covered.span for covered in coverage))])
    found += [_finding(entry, span, "has candles that nobody asked for") for span in runs(alone, entry.step_ms)]
    return found


def examine(file: DuckFile, entry: Shelved, coverage: tuple[Covered, ...]) -> list[Finding]:
    """Return what `compare` does, and the covered spans with a candle that cannot be one."""
    found = compare(file, entry, coverage)
    told = {finding.span for finding in found}
    for covered in coverage:
        if covered.span in told:
            continue
        flaw = first_flaw(tables.candles(file, entry, covered.span)[0])
        if flaw:
            found.append(_finding(entry, covered.span, f"has a candle that {flaw[1]}"))
    return found


def mend(file: DuckFile, entry: Shelved, coverage: tuple[Covered, ...], findings: list[Finding]) -> tuple[Covered, ...]:
    """Remove the candles of the findings and return the coverage without their spans."""
    bad = {finding.span for finding in findings}
    left = tuple(covered for covered in coverage if covered.span not in bad)
    with file.transaction():
        for span in sorted(bad):
            tables.delete_candles(file, entry, span)
        tables.put_coverage(file, entry, coverage, left)
    return left


def put_in_order(file: DuckFile, entry: Shelved) -> None:
    """Write the candles of a series anew, in order of time."""
    rows = tables.all_candles(file, entry)
    with file.transaction():
        tables.delete_candles(file, entry)
        tables.insert_candles(file, entry, rows)
    file.checkpoint()


def _finding(entry: Shelved, span: Span, text: str) -> Finding:
    return Finding(entry.series.key, span, text)
