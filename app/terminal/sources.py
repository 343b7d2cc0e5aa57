"""Where a strategy and its candles come from: a file, or what the app brings along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import BlockbuildersError
from app.market.candles import Candles
from app.market.instrument import Instrument
from app.market.timeframe import Timeframe
from app.strategy.document import Strategy
from app.terminal.arguments import UsageError
from app.terminal.screen import shown

if TYPE_CHECKING:
    import argparse

    from app.data.candle_files import CandleFile
    from app.data.records import Calendar
    from app.strategy.templates import Template


class StrategyUnavailable(BlockbuildersError):
    """There is no such file or template, or it cannot be opened; another one is needed."""


@dataclass(frozen=True)
class Source:
    """Candles with what they are candles of; `label` says where they are from, in words.

    `coverage_end` is the moment up to which the source has answered, and `calendar` when its market is open, where that
    is known.
    """

    candles: Candles
    instrument: Instrument
    label: str
    synthetic: bool
    coverage_end: int | None = None
    calendar: Calendar | None = None


def find_strategy(name: str) -> Strategy:
    """Return the strategy in the file called `name`, or the template of that name.

    Raises StrategyUnavailable when there is neither, and StrategyInvalid when the file holds no drawing.
    """
    from app.strategy import codec

    path = Path(name)
    if _is(Path.exists, path) and not _is(Path.is_dir, path):
        return codec.read(_contents(path))
    known = _templates()
    found = _called(name, known)
    if found:
        return found
    if _is(Path.is_dir, path):
        raise StrategyUnavailable(f"{_quoted(name)} is a folder; name a strategy file inside it.")
    if _is(Path.is_symlink, path):
        from app.data.missing_file import missing

        raise StrategyUnavailable(f"{_quoted(name)} {missing(path)}.")
    raise StrategyUnavailable(f"There is no strategy file and no template called {_quoted(name)}.{_near(path, known)}")


def find_template(name: str) -> Strategy:
    """Return the template of that name or title. Raises StrategyUnavailable."""
    known = _templates()
    found = _called(name, known)
    if found:
        return found
    near = get_close_matches(name.casefold(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
    raise StrategyUnavailable(f"There is no template called {_quoted(name)}. {hint}")


def _templates() -> dict[str, Template]:
    from app.strategy import templates

    return {each.id: each for each in templates.all_templates()}


def _called(name: str, known: Mapping[str, Template]) -> Strategy | None:
    titles = {each.strategy.name.casefold(): each for each in known.values()}
    titles |= {each.title.casefold(): each for each in known.values()}
    found = known.get(name.casefold()) or titles.get(" ".join(name.casefold().split()))
    return found.strategy if found else None


def with_timeframe(strategy: Strategy, text: str | None) -> Strategy:
    """Return the strategy on another timeframe, if one was typed. Raises UsageError."""
    if text is None:
        return strategy
    try:
        return replace(strategy, timeframe=Timeframe.parse(text))
    except ValueError as error:
        raise UsageError(str(error)) from None


def find_candles(options: argparse.Namespace, strategy: Strategy) -> Source:
    """Return the candles that were asked for: of an exchange, imported, of a file, else of the sample market.

    Raises CandlesUnavailable, and for an exchange a FeedError.
    """
    from app.data import sample_market

    if options.exchange == "import":
        from app.terminal import imported_candles

        return imported_candles.find(options, strategy)
    if options.instrument or options.exchange:
        from app.terminal import cached_candles

        return cached_candles.find(options, strategy)

    if options.candles is not None:
        file = options.candles
        instrument = Instrument(shown(file.stem)[:60], "file")
        return Source(read_file(file).candles, instrument, f"candles from {shown(file.name)}", False)
    samples = {instrument.symbol: instrument for instrument in sample_market.SAMPLES}
    own = strategy.symbol if strategy.symbol in samples else next(iter(samples))
    symbol = (options.sample or own).upper()
    candles = sample_market.sample_candles(symbol)
    return Source(candles, samples[symbol], sample_market.LABEL, True, calendar="24x7")


def read_file(file: Path) -> CandleFile:
    """Return the candles of a file. Raises CandlesUnavailable, which names the command that takes other layouts."""
    from app.data.candle_columns import OtherLayout
    from app.data.candle_files import read_candle_file

    try:
        return read_candle_file(file)
    except OtherLayout as error:
        raise OtherLayout(f"{error} Or see whether 'blockbuilders candles import FILE' takes it as it is.") from None


def _is(what: Callable[[Path], bool], path: Path) -> bool:
    try:
        return what(path)
    except (OSError, ValueError):
        return False


def _contents(path: Path) -> bytes:
    from app.strategy import limits

    try:
        with path.open("rb") as stream:
            # One byte more than allowed is enough to be refused, so a huge file costs nothing.
            contents = stream.read(limits.MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise StrategyUnavailable(f"{shown(path.name)} cannot be opened ({reason}).") from None
    if contents.startswith(b"PAR1") or path.suffix.lower() == ".csv":
        raise StrategyUnavailable(f"{shown(path.name)} is a file of candles; put it after --candles.")
    if contents.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        text = "is a ZIP archive, no strategy; if it holds candles, unpack it and put the file inside after --candles."
        raise StrategyUnavailable(f"{shown(path.name)} {text}")
    return contents


def _near(path: Path, templates: Mapping[str, object]) -> str:
    folder = path.parent
    try:
        files = [entry.name for entry in sorted(folder.iterdir())[:1_000] if entry.suffix == ".json"]
    except (OSError, ValueError):
        files = []
    # Names that have no more in common than their ending are not alike.
    found = {Path(name).stem: name for name in files}
    named = {name: name for name in templates}
    known = named | found if path.suffix == ".json" else found | named
    near = [known[name] for name in get_close_matches(path.stem, known, n=1)]
    return f" Did you mean {shown(near[0])}?" if near else f" Templates are {', '.join(templates)}."


def _quoted(text: str) -> str:
    return f"'{shown(text[:80])}'"
