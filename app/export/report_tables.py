"""The tables of the report: figures, groups of trades, trades, data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.engine.completed import CompletedRun
from app.export.markup import element, words
from app.export.run_json import TRADE_NAMES, trade_values
from app.market.timeframe import Timeframe
from app.results.groups import Group, by_exit_reason, by_side
from app.results.numbers import count, moment, money, percent, price, ratio
from app.results.overview import Card, overview
from app.strategy.revision import document_hash, logic_hash

# A browser turns the page more slowly than anybody reads beyond these.
SHOWN_TRADES = 5_000
_TRADE_HEADS = (
    *("No.", "Side", "Entered (UTC)", "Left", "Why", "Return", "Result", "R", "Bars"),
    *("Entry", "Exit", "Units", "MAE", "MFE", "Fees"),
)
_LEFT_HEADS = ("Side", "Entered (UTC)", "Left", "Why")


def cards(run: CompletedRun) -> str:
    """Return the figures that are looked at first."""
    shown = (card for card in overview(run) if card.key)
    return element("div", *(_card(card) for card in shown), class_="cards")


def figures(run: CompletedRun) -> str:
    """Return the other figures."""
    shown = (card for card in overview(run) if not card.key)
    lines = (element("div", element("span", card.title), _value(card), title=card.formula) for card in shown)
    return element("div", *lines, class_="figures")


def formulas(run: CompletedRun) -> str:
    """Return what each figure means."""
    return _facts((card.title, words(card.formula)) for card in overview(run))


def groups(run: CompletedRun) -> str:
    """Return the trades by side and by exit reason."""
    tables = (
        element("div", element("h3", title), _group_table(title, found))
        for title, found in (("Side", by_side(run)), ("Exit reason", by_exit_reason(run)))
    )
    return element("div", *tables, class_="groups")


def trades(run: CompletedRun) -> str:
    """Return the newest trades, the newest last, with the open one."""
    rows = list(trade_values(run))
    first = max(len(rows) - SHOWN_TRADES, 0)
    heads = (element("th", head, class_=None if head in _LEFT_HEADS else "right") for head in _TRADE_HEADS)
    lines = (
        _trade(number, dict(zip(TRADE_NAMES, row, strict=True))) for number, row in enumerate(rows[first:], first + 1)
    )
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *lines))
    told = f"The newest {SHOWN_TRADES:,} of {count(len(rows), 'trade')}; trades.csv has them all."
    scrolled = element("div", table, class_="trades", tabindex=0, role="region", aria_label="Trades")
    return (element("p", told, class_="lead") if first else "") + scrolled


def data(run: CompletedRun, source: str) -> str:
    """Return which candles were used, and what was odd about them or about the orders."""
    used, counts = run.dataset, run.counts
    rows = [
        ("Candles", f"{used.symbol}, {source}"),
        ("Used", f"{used.count:,} of {Timeframe(used.step_ms)}, {moment(used.first)} to {moment(used.end)} UTC"),
        ("Tested", f"{count(len(run.bars), 'bar')} of {run.strategy.timeframe}"),
        ("Bars with candles missing", f"{counts['incomplete_bars']:,}"),
        ("Earlier bars for settling", f"{counts['warmup_bars']:,} of {run.settling_bars:,} wanted"),
        ("Exits that touched stop and target at once", f"{counts['ambiguous']:,}"),
        ("Entries blocked by another order", f"{counts['conflicts']:,}"),
        ("Entries of size zero", f"{counts['zero_size']:,}"),
        ("Entries without a level", f"{counts['no_level']:,}"),
        ("Liquidations", f"{counts['liquidations']:,}"),
    ]
    return _facts((name, words(value)) for name, value in rows)


def fingerprints(run: CompletedRun) -> str:
    """Return what proves that another run is the same: hashes over drawing, candles and result."""
    rows = (
        ("Result", run.result_hash),
        ("Drawing", document_hash(run.strategy)),
        ("Logic", logic_hash(run.strategy)),
        ("Candles", run.dataset.fingerprint),
        ("Engine", str(run.engine_version)),
    )
    return _facts((name, element("code", words(value))) for name, value in rows)


def _card(card: Card) -> str:
    tone = None if card.tone == "plain" else card.tone
    return element("div", element("span", card.title), _value(card, tone), class_="card", title=card.formula)


def _value(card: Card, tone: str | None = None) -> str:
    """Return a figure as people read it, with the exact number beside for programs."""
    exact = "" if card.value is None else repr(card.value)
    return element("data", words(card.text), value=exact, class_=tone)


def _group_table(title: str, found: Sequence[Group]) -> str:
    heads = (title, "Trades", "Win rate", "Profit factor", "Result")
    rows = (
        (
            each.label.replace("_", " "),
            f"{each.trades:,}",
            percent(each.win_rate),
            ratio(each.profit_factor),
            money(each.pnl, sign=True),
        )
        for each in found
    )
    lines = [element("tr", *(element("th", head, class_="right" if at else None) for at, head in enumerate(heads)))]
    lines += [
        element("tr", *(element("td", words(cell), class_="right" if at else None) for at, cell in enumerate(row)))
        for row in rows
    ]
    return element("table", *lines)


def _trade(number: int, values: dict[str, Any]) -> str:
    tone = "good" if values["pnl"] > 0 else "bad"
    cells = _trade_cells(number, values).items()
    return element("tr", *(element("td", words(text), class_=_classes(head, tone)) for head, text in cells))


def _classes(head: str, tone: str) -> str | None:
    if head in _LEFT_HEADS:
        return None
    return f"right {tone}" if head in ("Return", "Result") else "right"


def _trade_cells(number: int, values: dict[str, Any]) -> dict[str, str]:
    reason = values["exit_reason"] or "still open"
    unsure = " (stop and target in one candle)" if values["ambiguous"] else ""
    return dict(
        zip(
            _TRADE_HEADS,
            (
                f"{number:,}",
                values["side"],
                moment(values["entry_time"]),
                moment(values["exit_time"]),
                reason.replace("_", " ") + unsure,
                percent(values["return"], sign=True, decimals=2),
                money(values["pnl"], sign=True),
                ratio(values["r_multiple"]),
                f"{values['bars_held']:,}",
                price(values["entry_price"]),
                price(values["exit_price"]),
                f"{values['units']:.6g}",
                percent(values["mae"], decimals=2),
                percent(values["mfe"], decimals=2),
                money(values["fees"]),
            ),
            strict=True,
        )
    )


def _facts(rows: Iterable[tuple[str, str]]) -> str:
    return element("table", *_fact_rows(rows))


def _fact_rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in rows:
        yield element("tr", element("th", name), element("td", value))
