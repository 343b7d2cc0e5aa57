"""`blockbuilders candles export`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from app.data.candle_export import csv_lines, write_parquet
from app.errors import CandlesUnavailable
from app.export.files import replace_file, write_file
from app.market.candles import Candles
from app.market.resample import derive
from app.market.timeframe import Timeframe
from app.results.numbers import count, moment
from app.terminal import screen
from app.terminal.arguments import UsageError
from app.terminal.candles_fetch import opened_cache
from app.terminal.lost_imports import need_anything_stored
from app.terminal.screen import shown
from app.terminal.stored_series import only, title

if TYPE_CHECKING:
    import argparse

    from app.data.records import Series

_EVER = (-(2**60), 2**60)
_ENDINGS = (".csv", ".parquet")


def run_export(options: argparse.Namespace) -> int:
    """Write stored candles to a file that is there whole or not at all."""
    ending = options.file.suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(f"{shown(str(options.file))} should end in .csv or .parquet.")
    timeframe = _timeframe(options.timeframe)
    need_anything_stored()
    start, end = (
        usual if typed is None else typed for typed, usual in zip((options.start, options.end), _EVER, strict=True)
    )
    with opened_cache() as cache:
        series = only(cache.series(), options.symbol, options.exchange)
        candles = cache.read(series.key, start, end)
    candles = _derived(candles, timeframe, series)
    if not len(candles):
        raise CandlesUnavailable(f"No candles of {title(series)} are stored in this range.")
    if ending == ".csv":
        write_file(options.file, csv_lines(candles))
    else:
        replace_file(options.file, lambda part: write_parquet(candles, part))
    _say(options, series, candles)
    return 0


def _timeframe(text: str | None) -> Timeframe | None:
    try:
        return Timeframe.parse(text) if text else None
    except ValueError as error:
        raise UsageError(str(error)) from None


def _derived(candles: Candles, timeframe: Timeframe | None, series: Series) -> Candles:
    if timeframe is None:
        return candles
    if timeframe.ms % series.key.step_ms:
        raise CandlesUnavailable(
            f"{timeframe} bars cannot be made of the {Timeframe(series.key.step_ms)} candles of {title(series)}."
        )
    return derive(candles, timeframe).bars


def _say(options: argparse.Namespace, series: Series, candles: Candles) -> None:
    first, last = int(candles.time[0]), candles.end
    if options.json:
        from app.export.run_json import json_text

        found = {"file": str(options.file), **asdict(series.key), "timeframe": str(Timeframe(candles.step_ms))}
        found |= {"from": first, "to": last, "candles": len(candles), "fingerprint": candles.fingerprint()}
        screen.write(json_text(found) + "\n")
        return
    what = f"{count(len(candles), 'candle')} of {Timeframe(candles.step_ms)}"
    screen.write(
        f"{title(series)}: {what}, {moment(first)} to {moment(last)} UTC, written to {shown(str(options.file))}.\n"
    )
