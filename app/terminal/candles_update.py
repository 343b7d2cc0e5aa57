"""`blockbuilders candles update`: the newest candles of what is stored."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.data.candle_cache import CandleCache
from app.data.dialects import DIALECTS
from app.data.feeds import Feeds
from app.errors import CandlesUnavailable
from app.jobs.candle_upkeep import CandleUpkeep, News
from app.results.numbers import count
from app.settings import load
from app.terminal import screen
from app.terminal.candles_fetch import drawing, now_ms, opened_cache, said_when_stopped
from app.terminal.lost_imports import need_anything_stored
from app.terminal.progress import long_work
from app.terminal.stored_series import matching, title

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from app.data.records import Series, SeriesKey

DONE, REFUSED = 0, 2


def run_update(options: argparse.Namespace) -> int:
    """Bring stored series of exchanges up to date; the exit code is 2 when one could not be."""
    need_anything_stored()
    with opened_cache() as cache:
        known = matching(cache.series(), options.symbol, options.exchange)
        chosen = [series for series in known if series.key.source in DIALECTS]
        if not chosen:
            raise CandlesUnavailable(
                "What is stored was imported; there is no exchange to ask for newer candles of it."
            )
        news = _updated(cache, [series.key for series in chosen])
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text([_object(one) for one in news], indent=2) + "\n")
    else:
        _say(chosen, news)
    return REFUSED if any(one.problem for one in news) else DONE


def _updated(cache: CandleCache, keys: Sequence[SeriesKey]) -> tuple[News, ...]:
    with said_when_stopped(), Feeds(load()) as feeds, long_work("Newest candles") as draw:
        report = drawing(draw)
        upkeep = CandleUpkeep(cache, lambda name: feeds.backfill(cache, name, now=now_ms, report=report))
        upkeep.follow(keys)
        return upkeep.tick(now_ms())


def _say(chosen: Sequence[Series], news: Sequence[News]) -> None:
    names = {series.key: title(series) for series in chosen}
    for one in news:
        name = names[one.key]
        if one.problem is not None:
            screen.complain(screen.shown(f"{name}: {one.problem}"))
        elif one.stopped:
            screen.write(f"{name}: not traded now; what is stored stays.\n")
        else:
            changed = f", {one.stored.changed:,} changed" if one.stored.changed else ""
            screen.write(
                f"{name}: {count(one.stored.added, 'new candle') if one.stored.added else 'nothing new'}{changed}.\n"
            )
        for note in one.notes:
            screen.write(f"  {screen.shown(note)}\n")


def _object(one: News) -> dict[str, Any]:
    return {
        **asdict(one.key),
        "added": one.stored.added,
        "changed": one.stored.changed,
        "notes": list(one.notes),
        "stopped": one.stopped,
        "problem": None if one.problem is None else str(one.problem),
    }
