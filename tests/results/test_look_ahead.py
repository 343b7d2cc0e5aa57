"""The look-ahead check passes the app's own runs and finds what looks ahead."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from types import SimpleNamespace

import numpy as np
import pytest
from support.dictated import bar, flat, run
from support.sample_results import TEMPLATES, template_result

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.errors import Cancelled
from app.results import look_ahead
from app.results.look_ahead import cut_bars, look_ahead_check


@pytest.mark.parametrize("model", ["minute", "bar"])
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_no_template_looks_ahead(template_id: str, model: str) -> None:
    found = look_ahead_check(template_result(template_id, model), cuts=6)
    assert found.passed
    assert (found.cuts, found.difference, found.differs_at) == (6, "", None)


def test_twenty_cuts_half_of_them_around_trades() -> None:
    result = template_result("rsi_long_short")
    bars = cut_bars(result, 20)
    assert len(set(bars)) == 20
    assert list(bars) == sorted(bars)
    assert bars[0] >= 0
    assert bars[-1] <= len(result.bars) - 2
    trade_bars = np.searchsorted(result.bars.time, result.traded.time[result.book["entry_row"]], side="right") - 1
    exit_bars = np.searchsorted(result.bars.time, result.traded.time[result.book["exit_row"]], side="right") - 1
    around = {*trade_bars, *(trade_bars - 1), *exit_bars, *(exit_bars - 1)}
    assert len(around & set(bars)) >= 10
    assert cut_bars(result, 20) == bars


def test_the_moments_of_a_million_bars_are_chosen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = np.arange(5, 999_000, 50)
    decided = SimpleNamespace(entry_bars=entries, exit_bars=entries + 7)
    monkeypatch.setattr(look_ahead, "decisions", lambda _: decided)
    began = process_time()
    bars = cut_bars(SimpleNamespace(bars=range(1_000_000)), 20)  # type: ignore[arg-type]
    assert process_time() - began < 0.1
    assert list(bars) == sorted(set(bars))
    assert len(bars) == 20
    assert (bars[0], bars[-1]) == (0, 999_998)
    assert sum(bar % 50 in (4, 5, 11, 12) for bar in bars) >= 10


def cheating(monkeypatch: pytest.MonkeyPatch, kind_id: str, bars: int) -> None:
    """Make a kind of block give what it would only know so many bars later."""
    honest = catalog.kind

    def kind(wanted: str) -> BlockKind | None:
        found = honest(wanted)
        if found is None or found.id != kind_id:
            return found
        compute = found.compute
        assert compute is not None
        return replace(found, compute=lambda *given, **params: early(compute(*given, **params)), together=None)

    def early(values: np.ndarray) -> np.ndarray:
        return np.concatenate((values[bars:], values[-1:].repeat(bars)))

    monkeypatch.setattr(catalog, "kind", kind)


def test_a_block_that_looks_one_bar_ahead_is_found_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.engine.backtest import backtest

    honest = template_result("rsi_dip")
    cheating(monkeypatch, "rsi", 1)
    result = backtest(honest.strategy, honest.base, honest.assumptions, start=honest.start)
    assert result.result_hash != honest.result_hash
    found = look_ahead_check(result)
    assert not found.passed
    assert found.cuts == 1
    assert "the value of RSI (value)" in found.difference
    assert "cannot be trusted" in found.sentence
    assert found.differs_at is not None


def test_a_run_that_was_tampered_with_is_found() -> None:
    result = template_result("rsi_dip")
    equity = result.equity.copy()
    equity[len(equity) // 2] = np.nextafter(equity[len(equity) // 2], np.inf)
    found = look_ahead_check(replace(result, equity=equity))
    assert found.difference.startswith("equity at the bar of")
    book = result.book.copy()
    book["fees"][0] += 1e-9
    assert look_ahead_check(replace(result, book=book)).difference == "the fees of trade 1 is another one"
    assert "number of trades" in look_ahead_check(replace(result, book=result.book[1:])).difference


def test_the_last_bar_before_a_cut_is_compared_although_its_last_minute_is_missing() -> None:
    result = run(*(bar("L", 100, 100, None) for _ in range(5)))
    assert result.counts["incomplete_bars"] == len(result.bars) == 4
    equity = result.equity.copy()
    equity[2] += 1.0
    assert look_ahead_check(replace(result, equity=equity)).difference.startswith("equity at the bar of")


def test_it_says_how_far_it_is_and_can_be_cancelled() -> None:
    result, shares = template_result("rsi_dip"), list[float]()
    look_ahead_check(result, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        look_ahead_check(result, progress=stop)


def test_a_run_of_one_bar_cannot_be_checked_and_says_so() -> None:
    found = look_ahead_check(run(*flat(100, "L")))
    assert (found.passed, found.cuts) == (False, 0)
    assert "nothing to cut" in found.sentence
    assert look_ahead_check(run(*flat(100, "L", "", "l", ""))).cuts == 3
