"""Trades and equity as tables: every value reads back exactly, and text stays text."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from support.runs import example, with_open_trade

from app.engine.completed import trade
from app.export import trades_csv


def read(lines: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_every_trade_is_a_line_with_every_value() -> None:
    run = with_open_trade()
    trades = [*(trade(row) for row in run.trades), run.open_trade]
    lines = read(trades_csv.trades_csv(run))
    assert len(lines) == len(trades) > 2
    for line, known in zip(lines, trades, strict=True):
        assert known is not None
        assert line["side"] == known.side
        assert int(line["entry_time"]) == known.entry_time
        assert line["exit_time"] == ("" if known.exit_time is None else str(known.exit_time))
        for name in ("entry_price", "units", "fees", "slippage", "pnl", "mae", "mfe"):
            assert float(line[name]) == getattr(known, name), name
        assert float(line["return"]) == known.return_
        assert line["r_multiple"] == ("" if known.r_multiple is None else repr(known.r_multiple))
        assert line["exit_reason"] == (known.exit_reason or "")
        assert (int(line["bars_held"]), line["ambiguous"]) == (known.bars_held, str(int(known.ambiguous)))
        assert datetime.fromisoformat(line["entry_utc"]).timestamp() * 1000 == known.entry_time
    assert lines[-1]["exit_utc"] == ""
    assert datetime.fromisoformat(lines[0]["exit_utc"]).timestamp() * 1000 == int(lines[0]["exit_time"])


def test_equity_is_a_line_a_bar() -> None:
    run = example()
    lines = read(trades_csv.equity_csv(run))
    assert [(int(line["time"]), float(line["equity"])) for line in lines] == list(
        zip(run.bars.time.tolist(), run.equity.tolist(), strict=True)
    )


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ('a "b", c', '"a ""b"", c"'),
        ("=a,b", '"\'=a,b"'),
        (-1.5, "-1.5"),
        (None, ""),
        (True, "1"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_text_is_no_formula_and_numbers_read_back_exactly(value: object, cell: str) -> None:
    assert trades_csv.cell(value) == cell
