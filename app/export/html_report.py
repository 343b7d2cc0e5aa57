"""A completed run as one HTML file that opens anywhere, without a network and without a script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.engine.completed import CompletedRun
from app.export import report_tables
from app.export.chart_svg import charts
from app.export.funnel_rows import funnel_rows
from app.export.markup import element, words
from app.export.report_style import PAGE_RULES, PICTURE_RULES
from app.export.run_json import is_synthetic
from app.results.funnel import Funnel
from app.results.numbers import count, moment
from app.results.verdict import NOTHING_FOUND, Verdict
from app.strategy.explain import explain

_CHART_TITLES = {
    "equity": "Equity, against buying and holding",
    "price": "Price and trades",
    "months": "Return of each month, in percent",
}


def html_report(
    run: CompletedRun, source: str, judged: Verdict, notes: Sequence[str] = (), funnels: Sequence[Funnel] = ()
) -> str:
    """Return the whole report. `source` says where the candles are from, `notes` what to know about the strategy.

    `funnels` are those of the run, none where its block values are not known.

    The same run gives the same text. Names from outside are text wherever they stand, and nothing is fetched or run.
    """
    style = PAGE_RULES + PICTURE_RULES
    # The page allows its own style and nothing else.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = words(f"{run.strategy.name} · {run.instrument.symbol} · Blockbuilders")
    head = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", style),
    )
    body = element("main", *_head(run, source), *_sections(run, source, judged, notes, funnels), _foot(run))
    page = element("html", element("head", *head), element("body", body), lang="en")
    return f"<!doctype html>\n{page}\n"


def _head(run: CompletedRun, source: str) -> Iterator[str]:
    strategy, symbol = run.strategy, run.instrument.symbol
    yield element("h1", element("bdi", words(strategy.name)))
    about = f"{symbol} on {strategy.timeframe} bars, {source}"
    when = f"{moment(run.start)} to {moment(run.end)} UTC, {count(len(run.bars), 'bar')}"
    yield element("p", words(about), "<br/>", words(when), class_="lead")
    yield element("p", f"A simulation of the past, not a promise.{_made_up(run)}", class_="banner")


def _made_up(run: CompletedRun) -> str:
    return " These are no real prices: the sample market is synthetic." if is_synthetic(run) else ""


def _sections(
    run: CompletedRun, source: str, judged: Verdict, notes: Sequence[str], funnels: Sequence[Funnel]
) -> Iterator[str]:
    yield _section("Overview", report_tables.cards(run))
    yield _section("What the strategy does", *(element("p", words(line)) for line in _in_words(run)))
    yield _section("Before you believe it", *_doubts(judged, notes))
    for name, picture in charts(run).items():
        yield _section(_CHART_TITLES[name], element("div", picture.inline(), class_="wide"))
    yield _section("More figures", report_tables.figures(run))
    if len(run.trades):
        yield _section("Where the result comes from", report_tables.groups(run))
    if funnels:
        yield _section("Funnel: from all bars to the entries", *funnel_rows(funnels))
    if len(run.trades) or run.open_trade:
        yield _section("Trades", report_tables.trades(run), *_pending(run))
    else:
        yield _section("Trades", element("p", "No trade was made."), *_pending(run))
    yield _section("Taken for granted", _list(run.assumptions.describe(run.dataset.step_ms)[1:]))
    yield _section("What each figure means", report_tables.formulas(run))
    yield _section("Data", report_tables.data(run, source))
    yield _section("Fingerprints", _about_fingerprints(), report_tables.fingerprints(run))


def _doubts(judged: Verdict, notes: Sequence[str]) -> Iterator[str]:
    """Yield what speaks against the result, the gravest first, and what another fill model gives."""
    found = [
        element("li", element("b", words(each.sentence)), words(each.what_to_do), class_=each.severity)
        for each in judged.findings
    ]
    found += [element("li", words(note)) for note in notes]
    yield element("ul", *found, class_="doubts") if found else element("p", words(NOTHING_FOUND))
    if judged.other and not any(each.code == "fill_model_decides" for each in judged.findings):
        yield element("p", words(judged.other.sentence), class_="lead")


def _in_words(run: CompletedRun) -> list[str]:
    """Return the strategy in sentences, said of the candles it was tested on."""
    instrument = run.instrument
    return explain(replace(run.strategy, symbol=instrument.symbol, exchange=instrument.exchange)).splitlines()


def _pending(run: CompletedRun) -> Iterator[str]:
    if run.pending:
        yield element("p", words(f"Pending: {run.pending}."))


def _section(title: str, *inside: str) -> str:
    return element("section", element("h2", title), *inside)


def _list(sentences: Sequence[str]) -> str:
    return element("ul", *(element("li", words(sentence)) for sentence in sentences))


def _about_fingerprints() -> str:
    told = "The same drawing, candles, assumptions and engine give this result again, to the last digit of every trade."
    return element("p", told, class_="lead")


def _foot(run: CompletedRun) -> str:
    return element("footer", f"Made with Blockbuilders, engine {run.engine_version}. Nothing here is advice.")
