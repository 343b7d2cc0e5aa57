"""What a file seems to hold, how sure that is, and what the trader has to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from app.data.candle_columns import plain
from app.data.importing import parquet_rows, text_rows
from app.data.importing.column_names import plain_name
from app.data.importing.columns import Found, Table, find_columns, price_order
from app.data.importing.date_order import choose_order
from app.data.importing.dialect import Dialect, find_dialect
from app.data.importing.layouts import Layout, find_layout, with_scale
from app.data.importing.numbers import Decimal, style_with
from app.data.importing.options import Options
from app.data.importing.refusal import refuse
from app.data.importing.rows import Rows
from app.data.importing.series_name import name_series
from app.data.importing.source import Source, find_source
from app.data.importing.steps import each_once, find_step, step_problem
from app.data.importing.symbols import Symbol, guess_symbol, read_symbol
from app.data.importing.zone_choice import Clock, ZoneChoice, choose_zone
from app.data.importing.zone_evidence import guess_calendar
from app.data.records import IMPORTED, Calendar, Series, SeriesKey, VolumeKind
from app.market.candles import PRICES, FloatSeries
from app.market.timeframe import Timeframe
from app.results.numbers import count

_MOST_COMPARED = 100_000

Option = Literal["--symbol", "--zone", "--dates", "--decimal", "--map"]


@dataclass(frozen=True)
class Question:
    """Something that the file leaves open, and the option that answers it."""

    option: Option
    text: str


@dataclass(frozen=True, eq=False)
class Proposal:
    """How a file would be imported; nothing has been stored yet.

    `columns` says by part which column it is, by name or number. `questions` have to be answered before an import;
    `notes` are worth knowing. `rows` are those of the file, prices in their right order.
    """

    source: Source
    options: Options
    layout: Layout
    columns: Mapping[str, str]
    how: tuple[str, ...]
    symbol: Symbol | None
    calendar: Calendar
    zone: ZoneChoice
    step_ms: int
    volume: VolumeKind
    series: Series
    series_name: str
    dates: str | None
    decimal: str
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    rows: Rows

    @property
    def timeframe(self) -> Timeframe:
        """The length of the candles."""
        return Timeframe(self.step_ms)


def propose(
    path: Path,
    options: Options = Options(),  # noqa: B008
    name: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Proposal:
    """Return how the file at `path`, which counts as called `name`, would be imported. Raises ImportRefused.

    `progress` is told the share of a text file that is read, and may raise Cancelled.
    """
    source = find_source(path, name)
    if source.packing == "parquet":
        names, first = parquet_rows.first_rows(source)
        table, dialect = Table(source.table_name, names, first), None
    else:
        dialect, first = find_dialect(source)
        table = Table(source.table_name, dialect.header, first, dialect.delimiter)
    return _Draft(source, options, table, dialect, progress).finish()


class _Draft:
    """A proposal in the making: one decision after the other, with what there is to say about each."""

    def __init__(
        self,
        source: Source,
        options: Options,
        table: Table,
        dialect: Dialect | None,
        progress: Callable[[float], None] | None,
    ) -> None:
        self.source = source
        self.progress = progress
        self.options = options
        self.table = table
        self.dialect = dialect
        self.notes: list[str] = []
        self.questions: list[Question] = []

    def finish(self) -> Proposal:
        found = self._styles(find_columns(self.table, self.options.columns))
        layout, rows, columns = self._filled(found)
        symbol = self._symbol()
        step_ms = find_step(rows.time)
        if problem := step_problem(step_ms):
            refuse(self.source.name, problem)
        clock = Clock(each_once(rows.time), step_ms, found.times, rows.zoned, self._time_column(found))
        calendar = self._calendar(symbol, clock)
        zone = self._zone(clock, layout, calendar)
        volume = _volume_kind(rows, layout, symbol)
        named = name_series(self.source.table_name, layout, symbol, self.options.name)
        market, text = (symbol.asset, symbol.text) if symbol else ("other", "?")
        series = Series(SeriesKey(IMPORTED, market, f"{text} {named}", step_ms), calendar, volume=volume)
        return Proposal(
            source=self.source,
            options=self.options,
            layout=layout,
            columns=columns,
            how=self._how(found),
            symbol=symbol,
            calendar=calendar,
            zone=zone,
            step_ms=step_ms,
            volume=volume,
            series=series,
            series_name=named,
            dates=None if found.times.order == "ymd" else found.times.order,
            decimal="comma" if found.numbers.decimal == "," else "point",
            notes=tuple(self.notes),
            questions=tuple(self.questions),
            rows=_with_volume(rows, volume),
        )

    def _filled(self, found: Found) -> tuple[Layout, Rows, dict[str, str]]:
        """Return the layout, the rows with their prices as they are meant, and which column each part is."""
        above = "\n".join(self.dialect.before) if self.dialect else ""
        layout = find_layout(self.table, found, self.source.name, above)
        rows, columns = self._ordered(self._read(found), found)
        layout, divisor = with_scale(layout, [rows.values[name] for name in PRICES])
        if not len(rows):
            first = f": {rows.unit} {rows.bad.listed[0].line} {rows.bad.listed[0].reason}" if rows.bad.total else ""
            refuse(self.source.name, f"has no row that is a candle{first}")
        return layout, _divided(rows, divisor), columns

    def _styles(self, found: Found) -> Found:
        """Return what was found with the decimal sign and the order of dates decided."""
        if self.options.decimal:
            cells = [cell for place in found.places.prices.values() for cell in self.table.cells(place)]
            sign: Decimal = "," if self.options.decimal == "comma" else "."
            found = replace(found, numbers=style_with(sign, cells))
        elif found.doubtful_number:
            whole, part = (found.doubtful_number.replace(",", replaced) for replaced in ("", "."))
            text = f"Is {found.doubtful_number} {whole} (--decimal point) or {part} (--decimal comma)?"
            self.questions.append(Question("--decimal", text))
        if self.dialect is None or found.times.order == "ymd":
            return found
        texts = text_rows.date_texts(self.source, self.dialect, found.places, found.times)
        choice = choose_order(texts, self.options.dates)
        if choice.question:
            self.questions.append(Question("--dates", choice.question))
        if choice.note:
            self.notes.append(choice.note)
        return replace(found, times=replace(found.times, order=choice.order))

    def _read(self, found: Found) -> Rows:
        if self.dialect is None:
            return parquet_rows.read_rows(self.source, found.places, found.numbers, found.times)
        return text_rows.read_rows(self.source, self.dialect, found.places, found.numbers, found.times, self.progress)

    def _ordered(self, rows: Rows, found: Found) -> tuple[Rows, dict[str, str]]:
        """Return the rows with each price under its right name, and which column each part is."""
        columns = {name: self._column(place) for name, place in found.places.prices.items()}
        some = slice(None, None, 1 + len(rows) // _MOST_COMPARED)
        order = price_order([rows.values[name][some] for name in PRICES])
        if order is not None:
            was = {name: PRICES[place] for name, place in zip(PRICES, order, strict=True)}
            fitting = {name: columns[was[name]] for name in PRICES}
            self._say_order(fitting, found.by_name)
            if not self._prices_typed:
                columns = fitting
                values: dict[str, FloatSeries] = {name: rows.values[was[name]] for name in PRICES}
                rows = replace(rows, values={**values, "volume": rows.values["volume"]})
        time = "+".join(self._column(place) for place in found.places.time)
        volume = {} if found.places.volume is None else {"volume": self._column(found.places.volume)}
        return rows, {"time": time, **{name: columns[name] for name in PRICES}, **volume}

    @property
    def _prices_typed(self) -> bool:
        return any(name in self.options.columns for name in PRICES)

    def _say_order(self, columns: Mapping[str, str], by_name: bool) -> None:
        listed = ",".join(f"{name}={columns[name]}" for name in PRICES)
        what = "In the order open, high, low, close most rows would have a high below the close"
        if self._prices_typed:
            self.notes.append(f"{what}; --map {listed} would fit.")
        elif by_name:
            text = f"{what}, so the names of the columns seem wrong. Say which is which, perhaps --map {listed}"
            self.questions.append(Question("--map", text))
        else:
            self.notes.append(f"{what}; the columns fit as {listed}.")

    def _column(self, place: int) -> str:
        """Return what a column is called where --map is typed: its name if that is plain and its own, else a number."""
        name = self.table.names[place].strip() if self.table.names else ""
        twice = [known.strip().lower() for known in self.table.names or ()].count(name.lower()) > 1
        return str(place + 1) if not name or twice or set(name) & set(",=+") or name.isdigit() else name

    def _symbol(self) -> Symbol | None:
        if self.options.symbol:
            return read_symbol(self.options.symbol)
        cells: Iterable[str] = ()
        for place, name in enumerate(self.table.names or ()):
            if plain_name(name) in ("symbol", "ticker", "pair"):
                cells = self.table.cells(place)
                break
        if len(set(cells)) > 1:
            listed = ", ".join(plain(cell) for cell in sorted(set(cells))[:3])
            refuse(self.source.name, f"has candles of several instruments ({listed}); import them one by one")
        found = guess_symbol(self.source.table_name, cells) or guess_symbol(self.source.name)
        if found is None:
            self.questions.append(Question("--symbol", "Which instrument is it? Say for example --symbol EUR/USD."))
        return found

    def _calendar(self, symbol: Symbol | None, clock: Clock) -> Calendar:
        typed: Calendar | None = self.options.calendar  # type: ignore[assignment]
        if typed or (symbol and symbol.asset != "other"):
            return typed or (symbol.calendar if symbol else "24x7")
        found = guess_calendar(clock.times, clock.step_ms)
        if found != "24x7":
            self.notes.append(
                f"There is nothing on weekends, so the market is taken for one with the hours of {found}; --calendar "
                "changes that."
            )
        return found

    def _time_column(self, found: Found) -> str:
        return self.table.names[found.places.time[0]] if self.table.names else ""

    def _zone(self, clock: Clock, layout: Layout, calendar: Calendar) -> ZoneChoice:
        choice = choose_zone(clock, layout, calendar, self.options.zone)
        if choice.question:
            self.questions.append(Question("--zone", choice.question))
        return choice

    def _how(self, found: Found) -> tuple[str, ...]:
        """Return in words how the file is written."""
        packing = {"zip": f"ZIP with {plain(self.source.inner or '')}", "gzip": "gzip"}.get(self.source.packing)
        if self.dialect is None:
            return ("Parquet",)
        between = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "spaces"}[self.dialect.delimiter]
        if self.dialect.lists:
            return (*((packing,) if packing else ()), "JSON lists")
        words = [f"text ({self.dialect.encoding.removesuffix('-sig')})", f"{between} between cells"]
        words += ["decimal commas"] if found.numbers.decimal == "," else []
        words += ["header" if self.dialect.header else "no header"]
        if self.dialect.before:
            words.append(f"{count(len(self.dialect.before), 'line')} above the table left out")
        shape = found.times.shape
        words.append(f"times in {found.times.unit} since 1970" if shape == "epoch" else "times as text")
        return ((packing,) if packing else ()) + tuple(words)


def _divided(rows: Rows, divisor: float) -> Rows:
    if divisor == 1.0:
        return rows
    return replace(rows, values={**rows.values, **{name: rows.values[name] / divisor for name in PRICES}})


def _volume_kind(rows: Rows, layout: Layout, symbol: Symbol | None) -> VolumeKind:
    """Return what the volume counts. Zeros alone mean that there is none, but on an exchange they are real."""
    volume = rows.values["volume"]
    exchange = layout.volume != "none" and not (symbol and symbol.asset in ("fx", "metals"))
    if np.isnan(volume).all() or not (exchange or np.nan_to_num(volume).any()):
        return "none"
    if layout.volume not in (None, "none"):
        return layout.volume
    return "base" if exchange else "ticks"


def _with_volume(rows: Rows, kind: VolumeKind) -> Rows:
    """Return the rows, their volume unknown where the source gives none."""
    if kind != "none":
        return rows
    return replace(rows, values={**rows.values, "volume": np.full(len(rows), np.nan)})
