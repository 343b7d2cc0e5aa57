"""`blockbuilders candles verify`, `candles tidy` and `candles delete`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from app.data.importing.originals import Originals, default_folder
from app.data.importing.storing import forget
from app.data.records import Finding, Series
from app.results.numbers import count, moment
from app.terminal import screen
from app.terminal.candles_fetch import opened_cache
from app.terminal.lost_imports import need_anything_stored
from app.terminal.screen import shown
from app.terminal.stored_series import IMPORT, matching, mega, only, title

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

DONE, REFUSED = 0, 2


def run(options: argparse.Namespace) -> int:
    """Run the action that was typed and return its exit code."""
    return {"verify": run_verify, "tidy": run_tidy, "delete": run_delete}[options.action](options)


def run_verify(options: argparse.Namespace) -> int:
    """Read every stored candle and say what was not sound; the exit code is 2 when something was not."""
    need_anything_stored()
    with opened_cache() as cache:
        checked = matching(cache.series(), options.symbol, options.exchange)
        candles = sum(covered.rows for series in checked for covered in cache.coverage(series.key))
        found = [finding for series in checked for finding in cache.verify(series.key)]
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text({"series": len(checked), "candles": candles, "findings": _objects(found)}) + "\n")
    else:
        _say(checked, candles, found)
    return REFUSED if found else DONE


def run_tidy(options: argparse.Namespace) -> int:
    """Put stored candles into order on the disk, and give back room that nothing uses any more."""
    need_anything_stored()
    with opened_cache() as cache:
        before = cache.size()
        done = cache.tidy(lambda: True)
        after = cache.size()
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text({"changed": done, "bytes": after, "bytes_before": before}) + "\n")
    elif done:
        screen.write(f"Stored candles are in order on the disk now: {mega(before)} before, {mega(after)} after.\n")
    else:
        screen.write(f"Stored candles are in order on the disk: {mega(after)}.\n")
    return DONE


def run_delete(options: argparse.Namespace) -> int:
    """Remove a series with everything about it; of an import also the file that was kept."""
    need_anything_stored()
    with opened_cache() as cache:
        series = only(cache.series(), options.symbol, options.exchange)
        candles = sum(covered.rows for covered in cache.coverage(series.key))
        if not _wanted(options, series, candles):
            screen.write("Nothing was deleted.\n")
            return DONE
        if series.key.source == IMPORT:
            forget(series.key, Originals(default_folder()))
        cache.delete(series.key)
    if options.json:
        from app.export.run_json import json_text

        screen.write(json_text({**asdict(series.key), "deleted": candles}) + "\n")
    else:
        screen.write(f"{title(series)}: {count(candles, 'candle')} deleted.\n")
    return DONE


def _say(checked: Sequence[Series], candles: int, found: Sequence[Finding]) -> None:
    names = {series.key: title(series) for series in checked}
    for finding in found:
        where = f"{moment(finding.span.start)} to {moment(finding.span.end)} UTC"
        back = "made again from its kept file" if finding.key.source == IMPORT else "fetched again"
        screen.write(f"{names[finding.key]}, {where}: {shown(finding.text)}. It is dropped and will be {back}.\n")
    if not found:
        screen.write(f"{count(candles, 'candle')} of {len(checked):,} series read: all sound.\n")


def _objects(found: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {**asdict(finding.key), "from": finding.span.start, "to": finding.span.end, "text": finding.text}
        for finding in found
    ]


def _wanted(options: argparse.Namespace, series: Series, candles: int) -> bool:
    """Return whether to delete: asked once on a terminal, taken for granted elsewhere and with --yes."""
    if options.yes or options.json:
        return True
    again = (
        "The file it was imported from is forgotten too." if series.key.source == IMPORT else "It can be fetched again."
    )
    answer = screen.answer(f"Delete {count(candles, 'candle')} of {title(series)}? {again} [y/N]")
    return answer is None or answer.strip().lower() in ("y", "yes")
