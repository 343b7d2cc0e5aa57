"""Imported candles for a backtest."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from app.errors import CandlesUnavailable
from app.market.instrument import Instrument
from app.strategy.document import Strategy
from app.terminal.candles_import import opened_shelf
from app.terminal.screen import shown

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from app.data.records import Series
    from app.terminal.sources import Source

EXCHANGE = "import"


def find(options: argparse.Namespace, strategy: Strategy) -> Source:
    """Return the candles of an imported series, named in full or by its symbol alone. Raises CandlesUnavailable."""
    from app.terminal.sources import Source

    wanted = options.instrument or strategy.symbol
    with opened_shelf() as shelf:
        imports = [series for series in shelf.cache.series() if series.key.source == EXCHANGE]
        series = _chosen(wanted, imports, strategy)
        spans = [covered.span for covered in shelf.cache.coverage(series.key)]
        candles = shelf.cache.read(series.key, 0, max((span.end for span in spans), default=0))
    if not len(candles):
        raise CandlesUnavailable(f"{shown(series.key.symbol)} has no candles; import its file again.")
    instrument = Instrument(series.key.symbol, EXCHANGE, price_step=series.price_step)
    return Source(candles, instrument, "imported candles", False, candles.end, series.calendar)


def _chosen(wanted: str, imports: Sequence[Series], strategy: Strategy) -> Series:
    """Return the import that was meant: of several lengths the finest one that the bars can be made of."""
    name = _plain(wanted)
    named = [one for one in imports if _plain(one.key.symbol) == name]
    named = named or [one for one in imports if _plain(one.key.symbol).split(" ")[0] == name]
    fitting = sorted(
        (one for one in named if strategy.timeframe.ms % one.key.step_ms == 0), key=lambda one: one.key.step_ms
    )
    if named and not fitting:
        raise CandlesUnavailable(
            f"{shown(named[0].key.symbol)} was imported as candles of which {strategy.timeframe} bars cannot be made; "
            "choose a longer timeframe with --timeframe."
        )
    symbols = list(dict.fromkeys(one.key.symbol for one in fitting))
    if len(symbols) > 1:
        listed = ", ".join(f'"{shown(symbol)}"' for symbol in symbols)
        raise CandlesUnavailable(
            f"There are several imports of {shown(wanted)}: say which one with --instrument, {listed}."
        )
    if fitting:
        return fitting[0]
    known = [one.key.symbol for one in imports]
    near = get_close_matches(wanted, known, n=1, cutoff=0.4)
    hint = f'Did you mean "{shown(near[0])}"?' if near else "Import a file with blockbuilders candles import FILE."
    raise CandlesUnavailable(f"Nothing was imported as {shown(wanted)[:60]!r}. {hint}")


def _plain(name: str) -> str:
    return " ".join(name.replace("/", "").upper().split())
