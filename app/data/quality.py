"""What is missing in a series although it was asked for, and why."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.data.calendar import closed_candles, expected
from app.data.candle_cache import CandleCache
from app.data.pages import JUMP_ACROSS_A_GAP
from app.data.records import Calendar, Cause, Gap, Jump, Series, SeriesKey, Span
from app.data.spans import overlap, union, without
from app.market.candles import TimeSeries
from app.market.timeframe import HOUR_MS, MINUTE_MS

# A market may be without a trade for some minutes; when it is for longer, it is worth asking why.
QUIET_BELOW_MS = 15 * MINUTE_MS
HOLIDAY_MS = HOUR_MS
# More series are not more certain, and each has to be read.
_MOST_PEERS = 5

# A row for every stretch of time, its start and its end.
_Stretches = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Peer:
    """Another series to compare with: what was asked for, and which 15 minutes or more of open hours are missing."""

    calendar: Calendar
    source: str
    covered: tuple[Span, ...]
    missing: tuple[Span, ...]

    def covers(self, span: Span) -> bool:
        """Say whether all of a span was asked for."""
        return not without(span, self.covered)

    def absent(self, span: Span) -> int:
        """Return the longest stretch within a span that is missing, in milliseconds."""
        first = bisect_left(self.missing, span.start, key=lambda part: part.end)
        longest = 0
        for part in self.missing[first:]:
            if part.start >= span.end:
                break
            inside = overlap(part, span)
            longest = max(longest, inside.end - inside.start if inside else 0)
        return longest


@dataclass(frozen=True)
class Lack:
    """How many candles are missing for each cause although the market was open, and the longest such gap."""

    candles: Mapping[Cause, int]
    longest: Gap | None = None


NOTHING_LACKING = Lack({})


def missing(times: TimeSeries, covered: Iterable[Span], step_ms: int) -> tuple[Span, ...]:
    """Return the parts of what was asked for that have no candle; `times` are the open times of those there are."""
    return _spans(_holes(times, covered, step_ms))


def causes(parts: Iterable[Span], series: Series, peers: Sequence[Peer] = ()) -> tuple[Gap, ...]:
    """Return what is missing as gaps with their cause, in order of time.

    Closed: by the weekly hours, or a holiday, when every other series with the same calendar lacks an hour or more as
    well. Quiet: less than 15 minutes. Outage: when another series of the same source lacks 15 minutes of it as well.
    What is longer and has nothing to be compared with, or others went on meanwhile, is unknown.
    """
    parts = tuple(parts)
    if not parts:
        return ()
    closed = closed_candles(series.calendar, Span(parts[0].start, parts[-1].end), series.key.step_ms)
    gaps: list[Gap] = []
    for part in parts:
        shut = _around(closed, part)
        gaps += [Gap(inside, "closed") for inside in (overlap(part, pause) for pause in shut) if inside]
        gaps += [Gap(open_, _cause(open_, series, peers)) for open_ in without(part, shut)]
    return tuple(sorted(gaps, key=lambda gap: gap.span))


def asked_for(cache: CandleCache, key: SeriesKey) -> tuple[Span, ...]:
    """Return what was asked for and answered of the time in which a series traded; none for one that is not known."""
    series = cache.find(key)
    if series is None:
        return ()
    inside = (overlap(entry.span, series.life) for entry in cache.coverage(key))
    return union(part for part in inside if part)


def find_gaps(cache: CandleCache, key: SeriesKey, span: Span) -> tuple[Gap, ...]:
    """Return the gaps of a stored series within a span; other stored series tell outages and holidays.

    How often a gap was looked at is taken over from what the cache knows.
    """
    series = cache.find(key)
    if series is None:
        return ()
    known = cache.gaps(key, span)
    return tuple(_with_checks(gap, known) for gap in _causes(cache, series, _missing(cache, key, span)))


def lacking(cache: CandleCache, key: SeriesKey, span: Span) -> Lack:
    """Return the same gaps counted: a market that is often quiet has too many to look at each of them."""
    series = cache.find(key)
    if series is None:
        return NOTHING_LACKING
    holes = _missing(cache, key, span)
    looked_at = _long(holes) | _touched(holes, series)
    gaps = [gap for gap in _causes(cache, series, holes[looked_at]) if gap.cause != "closed"]
    quiet = holes[~looked_at]
    counts = Counter[Cause]()
    for gap in gaps:
        counts[gap.cause] += (gap.span.end - gap.span.start) // key.step_ms
    if len(quiet):
        lengths = quiet[:, 1] - quiet[:, 0]
        counts["quiet"] += int(lengths.sum()) // key.step_ms
        gaps += [Gap(part, "quiet") for part in _spans(quiet[[lengths.argmax()]])]
    return Lack(counts, max(gaps, key=lambda gap: gap.span.end - gap.span.start, default=None))


def note_gaps(cache: CandleCache, key: SeriesKey, span: Span, *, now_ms: int) -> tuple[Gap, ...]:
    """Write down the gaps of a span that was asked for just now, and return them: each has been looked at once more."""
    gaps = tuple(Gap(gap.span, gap.cause, gap.checks + 1, now_ms) for gap in find_gaps(cache, key, span))
    cache.set_gaps(key, span, gaps)
    return gaps


def jumps_across_gaps(cache: CandleCache, key: SeriesKey, gaps: Sequence[Gap]) -> tuple[Jump, ...]:
    """Return the first candles after gaps over which the price moved by more than 30 %.

    They are pointed out and stay as they are: a split, another coin under the same name, or a market that fell. Where
    nothing was asked for is no gap.
    """
    spans = union(gap.span for gap in gaps)
    if not spans:
        return ()
    rows = cache.read(key, spans[0].start - key.step_ms, spans[-1].end + key.step_ms)
    starts, ends = np.array([(span.start, span.end) for span in spans], np.int64).T
    before, after = np.searchsorted(rows.time, starts - key.step_ms), np.searchsorted(rows.time, ends)
    there = after < len(rows)
    before, after, starts, ends = before[there], after[there], starts[there], ends[there]
    there = (rows.time[before] == starts - key.step_ms) & (rows.time[after] == ends)
    before, after = before[there], after[there]
    moves = rows.open[after] / rows.close[before] - 1.0
    far = np.abs(moves) > JUMP_ACROSS_A_GAP
    return tuple(Jump(int(rows.time[place]), float(move)) for place, move in zip(after[far], moves[far], strict=True))


def shares(cache: CandleCache, key: SeriesKey, span: Span, cells: int) -> tuple[float | None, ...]:
    """Return, for equal parts of a span, the share of the expected candles that is there; None where none was asked.

    A part in which the market is closed throughout counts as whole.
    """
    series = cache.find(key)
    step_ms = key.step_ms
    steps = (span.end - span.start) // step_ms
    edges = [span.start + steps * place // cells * step_ms for place in range(cells + 1)]
    times = cache.times(key, span.start, span.end)
    covered = asked_for(cache, key)
    found: list[float | None] = []
    for start, end in pairwise(edges):
        asked = [
            inside
            for inside in (overlap(part, Span(start, end)) for part in _around(covered, Span(start, end)))
            if inside
        ]
        if series is None or not asked:
            found.append(None)
            continue
        due = sum(expected(series.calendar, inside, step_ms) for inside in asked)
        first, last = times.searchsorted((start, end))
        found.append(min(1.0, int(last - first) / due) if due else 1.0)
    return tuple(found)


def bar(parts: Iterable[float | None]) -> str:
    """Return shares as text, a sign for each: a dot where nothing was asked for, the fuller the more is there."""
    return "".join("·" if share is None else _SIGNS[_level(share)] for share in parts)


_SIGNS = " ░▒▓█"


def _level(share: float) -> int:
    """Return 4 for all, 0 for nothing; a part that lacks a single candle is not full."""
    if share >= 1.0:
        return 4
    return 0 if share <= 0.0 else 1 + min(2, int(share * 3))


def _cause(part: Span, series: Series, peers: Sequence[Peer]) -> Cause:
    length = part.end - part.start
    beside = [peer for peer in peers if peer.covers(part)]
    kin = [peer for peer in beside if peer.calendar == series.calendar]
    if series.calendar != "24x7" and length >= HOLIDAY_MS and kin and all(peer.absent(part) == length for peer in kin):
        return "closed"
    if length < QUIET_BELOW_MS:
        return "quiet"
    if any(peer.source == series.key.source and peer.absent(part) >= QUIET_BELOW_MS for peer in beside):
        return "outage"
    return "unknown"


def _peers(cache: CandleCache, series: Series, span: Span) -> tuple[Peer, ...]:
    """Return series to compare with, those of the same source first."""
    near = [
        other
        for other in cache.series()
        if other.key != series.key
        and other.key.step_ms <= QUIET_BELOW_MS
        and (other.key.source == series.key.source or other.calendar == series.calendar != "24x7")
        and any(overlap(entry.span, span) for entry in cache.coverage(other.key))
    ]
    near.sort(key=lambda other: (other.key.source != series.key.source, other.calendar != series.calendar, other.key))
    return tuple(_peer(cache, other, span) for other in near[:_MOST_PEERS])


def _peer(cache: CandleCache, other: Series, span: Span) -> Peer:
    holes = _missing(cache, other.key, span)
    closed = closed_candles(other.calendar, span, other.key.step_ms)
    open_ = tuple(left for part in _spans(holes[_long(holes)]) for left in without(part, _around(closed, part)))
    return Peer(other.calendar, other.key.source, asked_for(cache, other.key), open_)


def _causes(cache: CandleCache, series: Series, holes: _Stretches) -> tuple[Gap, ...]:
    long = _spans(holes[_long(holes)])
    peers = _peers(cache, series, Span(long[0].start, long[-1].end)) if long else ()
    return causes(_spans(holes), series, peers)


def _missing(cache: CandleCache, key: SeriesKey, span: Span) -> _Stretches:
    covered = [inside for inside in (overlap(part, span) for part in asked_for(cache, key)) if inside]
    return _holes(cache.times(key, span.start, span.end), covered, key.step_ms)


def _holes(times: TimeSeries, covered: Iterable[Span], step_ms: int) -> _Stretches:
    found = [np.empty((0, 2), np.int64)]
    for span in union(covered):
        first, last = times.searchsorted(span.start - step_ms, "right"), times.searchsorted(span.end)
        inside = times[first:last]
        between = np.column_stack((np.append(span.start, inside + step_ms), np.append(inside, span.end)))
        found.append(between[between[:, 0] < between[:, 1]])
    return np.concatenate(found)


def _long(holes: _Stretches) -> npt.NDArray[np.bool_]:
    """Return which of them are so long that it is worth asking why."""
    return holes[:, 1] - holes[:, 0] >= QUIET_BELOW_MS


def _touched(holes: _Stretches, series: Series) -> npt.NDArray[np.bool_]:
    """Return in which of them, in order of time, the market is closed for a while."""
    if not len(holes):
        return np.zeros(0, np.bool_)
    pauses = closed_candles(series.calendar, Span(int(holes[0, 0]), int(holes[-1, 1])), series.key.step_ms)
    starts, ends = [pause.start for pause in pauses], [pause.end for pause in pauses]
    return np.searchsorted(ends, holes[:, 0], "right") < np.searchsorted(starts, holes[:, 1])


def _spans(stretches: _Stretches) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in stretches.tolist())


def _around(parts: Sequence[Span], span: Span) -> Sequence[Span]:
    """Return those of some ordered parts that reach into a span."""
    first = bisect_left(parts, span.start + 1, key=lambda part: part.end)
    last = bisect_left(parts, span.end, key=lambda part: part.start)
    return parts[first:last]


def _with_checks(gap: Gap, known: Sequence[Gap]) -> Gap:
    first = bisect_left(known, gap.span.start + 1, key=lambda one: one.span.end)
    last = bisect_left(known, gap.span.end, lo=first, key=lambda one: one.span.start)
    return Gap(gap.span, gap.cause, max((one.checks for one in known[first:last]), default=0))
