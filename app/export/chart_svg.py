"""The charts of a completed run as SVG: equity and drawdown, price and trades, months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from app.engine.completed import CompletedRun
from app.engine.position import LONG
from app.export.curves import drawable, holding, merged, thinned
from app.export.markup import element, number, words
from app.export.picture import LEFT, RIGHT, WIDTH, Pane, Picture, ends, legend, spread, time_axis
from app.market.candles import Candles, FloatSeries
from app.results.drawdown import drawdown
from app.results.monthly import MONTHS, Year, monthly_returns
from app.results.numbers import count, moment, percent, price

Place = tuple[float, float]

# About one point per unit of width, and candles wide enough to be seen.
_STRETCHES = 400
_CANDLES = 220
# Beyond these, marks would cover each other and the prices: every trade is a dot then, and one place has one dot.
CROWDED = 300
_DOT_GRID = 2.0
_CELL_HEIGHT = 28
_HEAD = 24
# So much of a name, in letters, as a line has room for beside the rest.
_NAME = 50


def charts(run: CompletedRun) -> dict[str, Picture]:
    """Return every chart that can be drawn, by the name of its file."""
    drawn = {"equity": equity_chart(run), "price": price_chart(run), "months": monthly_chart(run)}
    return {name: picture for name, picture in drawn.items() if picture}


def equity_chart(run: CompletedRun) -> Picture | None:
    """Return equity beside buy-and-hold, and the drawdown beneath; None where the numbers cannot be drawn."""
    hold = holding(run.bars, run.assumptions)
    if not drawable(run.equity, hold):
        return None
    capital, bars = run.assumptions.capital, len(run.bars)
    own, held, under = run.equity / capital - 1.0, hold / capital - 1.0, drawdown(run)
    top = Pane(_HEAD + 8, 292, bars, *spread(*ends(own, held, np.zeros(1))))
    low = Pane(312, 392, bars, min(float(under.min()) * 1.08, -1e-6), 0.0)
    zero = top.y(0.0)
    parts = [
        legend([(f"Strategy {_figure(run, 'total_return')}", "own"), (_hold_name(run), "hold")], 14),
        time_axis(run.bars.time, [(top.top, top.bottom), (low.top, low.bottom)], 410),
        top.scale(_share, 6),
        low.scale(_share, 3),
        element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=zero, y2=zero, class_="zero"),
        low.area(*_closes(under), "under"),
        top.line(*_closes(held), "hold"),
        top.line(*_closes(own), "own"),
    ]
    title = f"Equity of the strategy ({_figure(run, 'total_return')}) and of buy and hold, with the drawdown beneath"
    return Picture(title, 416, "".join(parts), _about(run))


def price_chart(run: CompletedRun) -> Picture | None:
    """Return the price with the trades marked; None where the numbers cannot be drawn."""
    rows, candles = merged(run.bars, _CANDLES)
    if not drawable(candles.low, candles.high):
        return None
    pane = Pane(_HEAD + 8, 372, len(run.bars), *spread(*ends(candles.low, candles.high)))
    parts = [
        time_axis(run.bars.time, [(pane.top, pane.bottom)], 390),
        pane.scale(price, 7),
        *_candles(pane, rows, candles),
        *_trades(pane, run),
        _key(),
    ]
    title = f"Price of {run.instrument.symbol} with {count(len(run.trades), 'trade')}"
    return Picture(title, 396, "".join(parts), _about(run))


def monthly_chart(run: CompletedRun) -> Picture | None:
    """Return what each month and year gave as a heat map; None without anything to show."""
    years = [year for year in monthly_returns(run) if year.whole is not None]
    if not years:
        return None
    known = [abs(month) for year in years for month in year.months if month is not None]
    most = min(max(float(np.percentile(known, 95.0)), 1e-9), 1e9) if known else 1.0
    names = ("", *MONTHS, "Year")
    head = (element("text", name, x=_column(at) + 32, y=16, class_="mark middle") for at, name in enumerate(names))
    rows = (cell for row, year in enumerate(years) for cell in _year(year, row, most))
    title = "Return of each month and year"
    return Picture(title, _HEAD + _CELL_HEIGHT * len(years), "".join([*head, *rows]), _about(run))


def _year(year: Year, row: int, most: float) -> Iterator[str]:
    y = _HEAD + _CELL_HEIGHT * row
    yield element("text", str(year.year), x=_column(0) + 32, y=y + 19, class_="mark middle")
    for at, value in enumerate((*year.months, year.whole), 1):
        place = {"x": _column(at), "y": y, "width": 64.0, "height": _CELL_HEIGHT}
        if value is None:
            yield element("rect", **place, class_="cell empty")
            continue
        # Pale enough for the figure to be read on it.
        deep = 0.08 + 0.4 * min(abs(value) / most, 1.0)
        strong = " strong" if at == 13 else ""
        yield element("rect", **place, class_=f"cell {'up' if value >= 0 else 'down'}", fill_opacity=f"{deep:.2f}")
        says = words(percent(value, sign=True).removesuffix(" %"))
        yield element("text", says, x=_column(at) + 32, y=y + 19, class_=f"middle{strong}")


def _column(at: int) -> float:
    return at * (WIDTH - 64) / 13


def _candles(pane: Pane, rows: FloatSeries, candles: Candles) -> Iterator[str]:
    half = max((pane.x(1) - pane.x(0)) * (rows[1] - rows[0] if len(rows) > 1 else 1.0) * 0.36, 0.3)
    columns = (rows, candles.open, candles.high, candles.low, candles.close)
    rising: list[str] = []
    falling: list[str] = []
    for row, opened, high, low, closed in zip(*(column.tolist() for column in columns), strict=True):
        x, top, bottom = pane.x(row), pane.y(max(opened, closed)), pane.y(min(opened, closed))
        body = f"M{number(x - half)} {number(top)}h{number(2 * half)}V{number(bottom)}h{number(-2 * half)}Z"
        wick = f"M{number(x)} {number(pane.y(high))}V{number(pane.y(low))}"
        (rising if closed >= opened else falling).append(wick + body)
    for paths, class_ in ((rising, "up"), (falling, "down")):
        if paths:
            yield element("path", d="".join(paths), class_=f"candle {class_}")


def _trades(pane: Pane, run: CompletedRun) -> Iterator[str]:
    """Yield the trades: a line from entry to exit and a mark on both ends, or where they are many a dot on each."""
    trades, crowded = run.trades, len(run.trades) > CROWDED
    sides, opened = trades["side"].tolist(), _places(pane, run.bars, trades["entry_time"], trades["entry_price"])
    left = _places(pane, run.bars, trades["exit_time"], trades["exit_price"])
    if not crowded:
        yield from _trips(opened, left, (trades["pnl"] > 0).tolist())
    if run.open_trade:
        time, cost = np.array([run.open_trade.entry_time]), np.array([run.open_trade.entry_price])
        opened += _places(pane, run.bars, time, cost)
        sides.append(LONG if run.open_trade.side == "long" else -LONG)
    longs = [place for place, side in zip(opened, sides, strict=True) if side == LONG]
    shorts = [place for place, side in zip(opened, sides, strict=True) if side != LONG]
    for places, (shape, class_) in zip((left, longs, shorts), _MARKS, strict=True):
        if places:
            yield _marks(_on_grid(places) if crowded else places, _DOT if crowded else shape, class_, crowded)


def _trips(opened: list[Place], left: list[Place], won: list[bool]) -> Iterator[str]:
    for wanted, class_ in ((True, "won"), (False, "lost")):
        trips = [f"M{_at(a)}L{_at(b)}" for a, b, good in zip(opened, left, won, strict=True) if good is wanted]
        if trips:
            yield element("path", d="".join(trips), class_=f"trip {class_}")


def _marks(places: Iterable[Place], shape: str, class_: str, crowded: bool) -> str:
    shapes = "".join(shape.format(_at(place)) for place in places)
    return element("path", d=shapes, class_=f"{class_} dots" if crowded else class_)


def _on_grid(places: list[Place]) -> Iterable[Place]:
    """Return each place once, at the nearest crossing of a fine grid."""
    return dict.fromkeys((round(x / _DOT_GRID) * _DOT_GRID, round(y / _DOT_GRID) * _DOT_GRID) for x, y in places)


# Each around the place it marks.
_TRIANGLE_UP = "M{}m0 -4l4.5 8h-9Z"
_TRIANGLE_DOWN = "M{}m0 4l4.5 -8h-9Z"
_SQUARE = "M{}m-2.5 -2.5h5v5h-5Z"
_DOT = "M{}m-1 -1h2v2h-2Z"
_MARKS = ((_SQUARE, "exit"), (_TRIANGLE_UP, "entry"), (_TRIANGLE_DOWN, "entry short"))


def _at(place: Place) -> str:
    return f"{number(place[0])} {number(place[1])}"


def _places(pane: Pane, bars: Candles, times: FloatSeries, prices: FloatSeries) -> list[Place]:
    """Return where moments and prices stand, inside the frame."""
    row = np.maximum(np.searchsorted(bars.time, times, side="right") - 1, 0)
    within = np.clip((times - bars.time[row]) / bars.step_ms, 0.0, 1.0)
    costs = np.clip(prices, pane.low, pane.high)
    return [(pane.x(x), pane.y(y)) for x, y in zip((row + within).tolist(), costs.tolist(), strict=True)]


def _key() -> str:
    """Return what the marks mean."""
    parts, x = [], LEFT + 6.0
    exits, longs, shorts = _MARKS
    for (shape, class_), says in ((longs, "long entry"), (shorts, "short entry"), (exits, "exit")):
        parts.append(element("path", d=shape.format(f"{number(x)} 10"), class_=class_))
        parts.append(element("text", says, x=x + 10, y=14))
        x += 10 + 7.0 * len(says) + 20
    return "".join(parts)


def _closes(values: FloatSeries) -> tuple[FloatSeries, FloatSeries]:
    """Return rows, at the ends of bars, and values of a curve, in as few points as can be seen."""
    rows, kept = thinned(values, _STRETCHES)
    return rows + 1.0, kept


def _about(run: CompletedRun) -> str:
    """Return what a picture that has left its report is about, and whether its prices are made up."""
    name, when = run.strategy.name, f"{moment(run.start)[:10]} to {moment(run.end)[:10]}"
    name = name if len(name) <= _NAME else f"{name[:_NAME]}…"
    return f"{name} on {run.instrument}, {run.strategy.timeframe} bars, {when}. A simulation of the past."


def _figure(run: CompletedRun, name: str) -> str:
    return percent(run.metrics[name], sign=True)


def _hold_name(run: CompletedRun) -> str:
    return f"Buy and hold {_figure(run, 'buy_and_hold_return')}"


def _share(value: float) -> str:
    return percent(value, sign=True, decimals=1 if abs(value) < 0.1 and value else 0)
