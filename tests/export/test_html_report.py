"""The report: one page with the run's own figures, in which nothing from outside is more than text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from support.browser import Opened, browser, open_page
from support.runs import HOSTILE, example, hostile, with_open_trade, without_trades

from app.engine.completed import CompletedRun
from app.export.html_report import html_report
from app.export.report_tables import SHOWN_TRADES
from app.export.run_json import run_object
from app.market.candles import candles
from app.results.finding import Finding
from app.results.funnel import Funnel, Stage
from app.results.numbers import percent
from app.results.overview import overview
from app.results.verdict import NOTHING_FOUND, Verdict, verdict

SOURCE = "synthetic sample market"
CARDS = [card.name for card in overview(example()) if card.key]


def report(run: CompletedRun) -> str:
    return html_report(run, SOURCE, verdict(run))


class Page(HTMLParser):
    """What a page holds: texts by section, exact numbers, rows of the table of trades, elements and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.unbalanced = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "data":
            self.values.append(dict(attrs)["value"] or "")
        if tag == "tr":
            self.rows.append([])
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.unbalanced |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "code"):
            self.rows[-1].append(data)


def trade_rows(page: Page) -> list[list[str]]:
    return [row for row in page.rows if len(row) == 15]


@pytest.mark.parametrize("made", [example, with_open_trade, without_trades, hostile])
def test_the_page_is_sound_and_stands_alone(made: Callable[[], CompletedRun]) -> None:
    text = html_report(made(), SOURCE, verdict(made()), [HOSTILE])
    page = Page(text)
    assert not page.unbalanced
    assert page.open == []
    assert not page.tags & {"script", "img", "iframe", "link", "object", "embed", "a", "form", "base", "image", "use"}
    assert not {name for name in page.attributes if name.startswith("on")} | page.attributes & {"href", "src", "style"}
    assert not re.search(r"https?:|url\(|@import", text)
    assert "default-src 'none'" in text.replace("&#x27;", "'")


def test_figures_are_those_of_the_object_for_programs() -> None:
    run = example()
    metrics = run_object(run, SOURCE)["metrics"]
    page = Page(report(run))
    cards, figures = page.values[: len(CARDS)], page.values[len(CARDS) :]
    metrics["against_holding"] = metrics["total_return"] - metrics["buy_and_hold_return"]
    assert [float(value) for value in cards] == [metrics[name] for name in CARDS]
    assert sorted(float(value) for value in cards + figures) == sorted(metrics.values())
    assert f"{metrics['total_return'] * 100:+.1f} %" in page.texts


def test_a_figure_that_cannot_be_computed_is_a_dash() -> None:
    run = without_trades()
    assert run.metrics["profit_factor"] is None
    page = Page(report(run))
    assert page.values[CARDS.index("profit_factor")] == ""
    assert "–" in page.texts
    assert "No trade was made." in page.texts


def test_every_trade_is_a_row_and_the_open_one_says_so() -> None:
    run = with_open_trade()
    rows = trade_rows(Page(report(run)))
    assert len(rows) == len(run.trades) + 1
    for place, (row, trade) in enumerate(zip(rows, run.trades, strict=False), 1):
        assert row[0] == str(place)
        assert row[1] == ("long" if trade["side"] > 0 else "short")
        assert row[2] == str(np.datetime64(int(trade["entry_time"]), "ms"))[:16].replace("T", " ")
        assert row[5] == percent(float(trade["return_"]), sign=True, decimals=2)
    assert rows[-1][3:5] == ["–", "still open"]


def test_of_very_many_trades_the_newest_are_shown_and_it_is_said() -> None:
    run = example()
    many = replace(run, trades=np.repeat(run.trades, SHOWN_TRADES // len(run.trades) + 1))
    text = report(many)
    rows = trade_rows(Page(text))
    assert (len(rows), rows[-1][0]) == (SHOWN_TRADES, f"{len(many.trades):,}")
    assert f"The newest 5,000 of {len(many.trades):,} trades; trades.csv has them all." in text
    assert len(text) < 4_000_000


def test_hashes_assumptions_and_doubts_are_there() -> None:
    run = example()
    luck = Finding("luck", "serious", "It was luck.", "Do not count on it.")
    text = html_report(run, SOURCE, Verdict((luck,)), ["Made in a hurry."])
    for words in (
        *(run.result_hash, run.dataset.fingerprint, "A simulation of the past, not a promise."),
        *("It was luck.", "Do not count on it.", 'class="serious"', "Made in a hurry."),
        *("These are no real prices", "fee of 0.1 %", "minute by minute", "Bars with candles missing"),
    ):
        assert words in text
    real = replace(run, instrument=replace(run.instrument, exchange="binance"))
    assert "no real prices" not in html_report(real, "candles of Binance", verdict(real))
    assert NOTHING_FOUND in html_report(run, SOURCE, Verdict(()))


def test_the_funnel_is_drawn_from_all_bars_to_the_entries() -> None:
    stages = (
        Stage("bars", "bars in the range", "", 2000, None),
        Stage("condition", "RSI < 30", "less_1", 500, 0.25),
        Stage("entered", "entered", "enter_long_1", 0, 0.0),
    )
    text = html_report(example(), SOURCE, Verdict(()), funnels=[Funnel("enter_long_1", "enter_long", stages)])
    page = Page(text)
    assert page.values[-3:] == ["2000", "500", "0"]
    assert "RSI &lt; 30" in text
    assert '<div class="stage condition">' in text
    assert re.findall(r'<rect width="(\d+)" height="4"/>', text) == ["1000", "250", "0"]
    assert "Funnel" not in report(example())
    two = [Funnel(name, name, stages) for name in ("enter_long", "enter_short")]
    assert "<h3>Enter short</h3>" in html_report(example(), SOURCE, Verdict(()), funnels=two)


def test_the_same_run_gives_the_same_page() -> None:
    assert report(example()) == report(example())


def test_names_from_outside_are_text() -> None:
    run = hostile()
    text = html_report(run, HOSTILE, verdict(run), [HOSTILE])
    page = Page(text)
    assert "<script" not in text
    assert "<img" not in text
    shown = "".join(letter if letter.isprintable() else "?" for letter in HOSTILE)
    assert page.texts.count(shown) >= 2
    assert not set("\x1b\u202e\u202c") & set(text)


def test_prices_beyond_measure_make_a_page_too() -> None:
    run = example()
    huge = np.full(len(run.bars), 1e15)
    bars = candles(run.bars.time, huge, huge, huge, huge, huge, run.bars.step_ms)
    page = Page(html_report(replace(run, bars=bars, equity=np.full(len(huge), np.inf)), SOURCE, Verdict(())))
    assert "Trades" in page.texts


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str], Opened]:
    """Give what opens a page's text in a browser; skip where there is none."""
    program = browser()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed to open the report in")

    def open_text(text: str) -> Opened:
        page = tmp_path / "report.html"
        page.write_text(text, encoding="utf-8")
        return open_page(program, page, tmp_path / "profile")

    return open_text


def test_a_browser_shows_the_figures_and_its_console_is_silent(opened: Callable[[str], Opened]) -> None:
    run = with_open_trade()
    found = opened(report(run))
    assert found.console == ()
    page = Page(found.document)
    metrics = run_object(run, SOURCE)["metrics"]
    known = {name: value for name, value in zip(CARDS, page.values, strict=False) if name in metrics}
    assert len(known) == 10
    assert {name: float(value) for name, value in known.items()} == {name: metrics[name] for name in known}
    assert len(trade_rows(page)) == len(run.trades) + 1
    assert found.document.count("<svg") == 3


def test_a_browser_runs_nothing_of_hostile_names(opened: Callable[[str], Opened]) -> None:
    found = opened(html_report(hostile(), HOSTILE, verdict(hostile()), [HOSTILE]))
    assert found.console == ()
    assert not Page(found.document).tags & {"script", "img"}


def test_a_browser_refuses_what_is_not_of_the_report(opened: Callable[[str], Opened]) -> None:
    # Shows that a silent console means something, and that the page would stop what slipped in.
    bad = "<script>document.title='ran'</script><style>p{color:red}</style>"
    found = opened(report(example()).replace("</main>", f"{bad}</main>"))
    assert len(found.console) == 2
    assert "<title>ran" not in found.document
