"""`blockbuilders candles status`: which candles are stored, how complete they are, and why some are missing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.data.calendar import expected
from app.data.candle_cache import CandleCache, default_path
from app.data.quality import asked_for, bar, find_gaps, jumps_across_gaps, shares
from app.data.records import IMPORTED, Cause, Covered, Gap, Jump, Series, Span
from app.results.numbers import count, moment, percent, span
from app.terminal import screen
from app.terminal.candles_fetch import opened_cache
from app.terminal.lost_imports import NOTHING, anything_stored
from app.terminal.screen import shown
from app.terminal.stored_series import candle_length, matching, mega, title

if TYPE_CHECKING:
    import argparse

    from rich.console import RenderableType

_CELLS = 60
_MOST_LISTED = 20
_MOST_JUMPS = 5
_CAUSES: dict[Cause, str] = {
    "quiet": "quiet (nobody traded)",
    "outage": "outage (other markets of the source stood still too)",
    "closed": "closed (outside the market's hours)",
    "unknown": "not known why",
}
# Nobody can say of a file whether it lacks a minute or its row was no candle.
_CAUSES_OF_IMPORTS = _CAUSES | {"quiet": "quiet (nobody traded, or the row in the file was refused)"}


@dataclass(frozen=True)
class Status:
    """What is stored of a series: coverage, candles there and due, shares of equal parts of its time, gaps, jumps."""

    series: Series
    coverage: tuple[Covered, ...]
    candles: int
    due: int
    parts: tuple[float | None, ...]
    gaps: tuple[Gap, ...]
    jumps: tuple[Jump, ...]

    @property
    def span(self) -> Span | None:
        """From the first to the last moment that was asked for."""
        return Span(self.coverage[0].span.start, self.coverage[-1].span.end) if self.coverage else None


@dataclass(frozen=True)
class Store:
    """How much all series take on the disk."""

    bytes: int
    candles: int

    @property
    def bytes_per_candle(self) -> float | None:
        """The same for each candle, None without any."""
        return self.bytes / self.candles if self.candles else None


def run_status(options: argparse.Namespace) -> int:
    """Show what is stored, of one instrument or of all."""
    if not anything_stored():
        screen.write(_no_json() if options.json else f"{NOTHING}\n")
        return 0
    with opened_cache() as cache:
        # A bar that does not fit the terminal is no picture of anything.
        cells = _CELLS if options.json else min(_CELLS, screen.width() - len("  ▕▏"))
        known = matching(cache.series(), options.symbol, options.exchange)
        found = [_status(cache, series, cells) for series in known]
        store = Store(cache.size(), sum(one.rows for each in cache.series() for one in cache.coverage(each.key)))
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text(_object(found, store), indent=2) + "\n")
    elif not found:
        screen.write(f"{NOTHING}\n")
    else:
        screen.show(_page(found, store, listed=options.symbol is not None))
    return 0


def _status(cache: CandleCache, series: Series, cells: int) -> Status:
    key = series.key
    coverage = cache.coverage(key)
    if not coverage:
        return Status(series, (), 0, 0, (), (), ())
    whole = Span(coverage[0].span.start, coverage[-1].span.end)
    due = sum(expected(series.calendar, part, key.step_ms) for part in asked_for(cache, key))
    gaps = find_gaps(cache, key, whole)
    return Status(
        series,
        coverage,
        sum(covered.rows for covered in coverage),
        due,
        shares(cache, key, whole, cells),
        gaps,
        jumps_across_gaps(cache, key, gaps),
    )


def _page(found: Sequence[Status], store: Store, *, listed: bool) -> Iterator[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    for status in found:
        head = Text(title(status.series), "bold cyan")
        head.append(f"  {candle_length(status.series)}{_state(status.series)}", "default")
        yield head
        for line in _lines(status, listed=listed):
            yield Padding(Text(line), (0, 0, 0, 2))
        yield Text()
    if listed:
        yield Text("Full: every candle is there; emptier: more are missing; a dot: not asked for.", "dim")
        return
    each = f", {store.bytes_per_candle:.1f} bytes a candle" if store.bytes_per_candle else ""
    yield Text(f"{len(found):,} series, {count(store.candles, 'candle')}, {mega(store.bytes)} on disk{each}")
    yield Text(f"in {shown(str(default_path()))}", "dim")
    for line in _aside():
        yield Text(line, "dim")


def _lines(status: Status, *, listed: bool) -> Iterator[str]:
    whole = status.span
    if whole is None:
        yield "nothing stored"
        return
    yield f"{moment(whole.start)} to {moment(whole.end)} UTC"
    yield f"▕{bar(status.parts)}▏"
    yield f"{count(status.candles, 'candle')}, {_share(status)} of those expected where asked"
    holes = _not_asked(status)
    if holes:
        yield f"not asked for in between: {_listed(holes)}"
    yield from _gap_lines(status, listed=listed)


def _share(status: Status) -> str:
    """Return the share that is there, rounded down: only what is complete is 100 %."""
    share = status.candles / status.due if status.due else 1.0
    return percent(min(1.0, math.floor(share * 1000) / 1000))


def _not_asked(status: Status) -> list[Span]:
    pairs = zip(status.coverage, status.coverage[1:], strict=False)
    return [Span(one.span.end, other.span.start) for one, other in pairs if one.span.end < other.span.start]


def _listed(spans: Sequence[Span]) -> str:
    first = [f"{moment(one.start)} to {moment(one.end)}" for one in spans[:3]]
    more = [f"and {len(spans) - 3:,} more"] if len(spans) > 3 else []
    return ", ".join([*first, *more])


def _gap_lines(status: Status, *, listed: bool) -> Iterator[str]:
    number = Counter[str](gap.cause for gap in status.gaps)
    missing = Counter[Cause]()
    for gap in status.gaps:
        missing[gap.cause] += (gap.span.end - gap.span.start) // status.series.key.step_ms
    causes = _CAUSES_OF_IMPORTS if status.series.key.source == IMPORTED else _CAUSES
    for cause, words in causes.items():
        if number[cause]:
            yield f"{count(number[cause], 'gap')} of {count(missing[cause], 'candle')} {words}"
    telling = [gap for gap in status.gaps if gap.cause in ("outage", "unknown")]
    if not listed:
        telling = sorted(telling, key=lambda gap: gap.span.start - gap.span.end)[:1]
    for gap in telling[:_MOST_LISTED]:
        longest = "" if listed else "the longest: "
        yield f"{longest}{moment(gap.span.start)}, {span(gap.span.end - gap.span.start)}, {_word(gap)}"
    if len(telling) > _MOST_LISTED:
        yield f"and {len(telling) - _MOST_LISTED:,} more, with --json"
    yield from _jump_lines(status)


def _jump_lines(status: Status) -> Iterator[str]:
    for jump in status.jumps[:_MOST_JUMPS]:
        yield f"{moment(jump.time)}, the price jumps by {percent(jump.move, sign=True)} across a gap; kept as it is"
    if len(status.jumps) > _MOST_JUMPS:
        yield f"and {len(status.jumps) - _MOST_JUMPS:,} more such jumps, with --json"


def _word(gap: Gap) -> str:
    return "not known why" if gap.cause == "unknown" else gap.cause


def _state(series: Series) -> str:
    if series.status == "ended":
        return f", ended {moment(series.ended_ms)}" if series.ended_ms else ", not traded now"
    return ""


def _aside() -> Iterator[str]:
    """Yield a line for each damaged file that was put aside."""
    for file in _put_aside():
        yield f"{shown(file['name'])} was damaged and put aside ({mega(file['bytes'])}); it can be deleted."


def _put_aside() -> list[dict[str, Any]]:
    path = default_path()
    files = sorted(path.parent.glob(f"{path.name}.bad-*"))
    return [{"name": file.name, "bytes": file.stat().st_size} for file in files if file.is_file()]


def _no_json() -> str:
    from app.export.run_json import json_text

    return json_text(_object([], Store(0, 0)), indent=2) + "\n"


def _object(found: Sequence[Status], store: Store) -> dict[str, Any]:
    return {
        "file": str(default_path()),
        "bytes": store.bytes,
        "bytes_per_candle": store.bytes_per_candle,
        "put_aside": _put_aside(),
        "series": [_series_object(status) for status in found],
    }


def _series_object(status: Status) -> dict[str, Any]:
    series, whole = status.series, status.span
    return {
        **asdict(series.key),
        "calendar": series.calendar,
        "status": series.status,
        "price_step": series.price_step,
        "from": whole.start if whole else None,
        "to": whole.end if whole else None,
        "candles": status.candles,
        "expected": status.due,
        "share": status.candles / status.due if status.due else None,
        "bar": list(status.parts),
        "coverage": [
            {"from": one.span.start, "to": one.span.end, **{name: getattr(one, name) for name in _COVERED}}
            for one in status.coverage
        ],
        "gaps": [[gap.span.start, gap.span.end, gap.cause, gap.checks] for gap in status.gaps],
        "jumps": [[jump.time, jump.move] for jump in status.jumps],
    }


_COVERED = ("origin", "rows", "fetched_ms", "final", "checksum")
