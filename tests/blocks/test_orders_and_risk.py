"""What order and risk blocks offer: the rules of position and price they stand for belong to the engine."""

from __future__ import annotations

import pytest

from app.blocks import catalog
from app.blocks.kind import BlockKind


def kind(kind_id: str) -> BlockKind:
    found = catalog.kind(kind_id)
    assert found is not None
    return found


@pytest.mark.parametrize("kind_id", ["enter_long", "exit_long", "enter_short", "exit_short"])
def test_an_order_takes_one_signal_that_may_be_missing(kind_id: str) -> None:
    (port,) = kind(kind_id).inputs
    assert (port.name, port.type, port.optional, port.many) == ("when", "signal", True, False)


@pytest.mark.parametrize("kind_id", ["stop_loss", "take_profit", "trailing_stop"])
def test_rule_06_only_a_distance_in_atr_has_to_settle(kind_id: str) -> None:
    exit_kind = kind(kind_id)
    bars = {mode: exit_kind.settles(**{**exit_kind.defaults(), "mode": mode}) for mode in ("percent", "price", "atr")}
    assert bars == {"percent": 0, "price": 0, "atr": 140}


@pytest.mark.parametrize(
    ("kind_id", "params", "words"),
    [
        ("stop_loss", {}, "a stop loss ends a trade at 2 % from the entry price, on the losing side"),
        ("take_profit", {"mode": "price"}, "a take profit ends a trade at 100 in price from the entry price, on the"),
        ("trailing_stop", {"mode": "atr"}, "a trailing stop ends a trade at 3 x the 14-bar ATR from the best price"),
        ("position_size", {}, "each trade uses 100 % of the equity"),
        ("position_size", {"mode": "fixed_quote"}, "each trade is worth 1000 in the quote currency"),
        ("position_size", {"mode": "risk_percent"}, "each trade is sized to lose 1 % of the equity"),
        ("time_exit", {"bars": 1}, "a trade ends after 1 bar if"),
        ("cooldown", {}, "after a trade ends, no entry is decided for 12 bars"),
    ],
)
def test_the_rule_reads_as_a_trader_would_say_it(kind_id: str, params: dict, words: str) -> None:
    risk = kind(kind_id)
    values = {**risk.defaults(), **params}
    shown = {param.name: param.show(values[param.name]) for param in risk.params}
    assert risk.phrase_of("", values).format_map(shown).startswith(words)


@pytest.mark.parametrize(
    ("kind_id", "param", "refused"),
    [
        ("stop_loss", "percent", (0.0, 1.0)),
        ("trailing_stop", "percent", (0.0, 1.0)),
        ("stop_loss", "distance", (0.0, -1.0)),
        ("take_profit", "multiple", (0.0, 101.0)),
        ("position_size", "percent", (0.0, 1.01)),
        ("position_size", "quote_amount", (0.0, -1.0)),
        ("position_size", "base_amount", (0.0, -1.0)),
        ("time_exit", "bars", (0, 1.5)),
        ("cooldown", "bars", (0, 100_001)),
    ],
)
def test_what_makes_no_sense_is_refused(kind_id: str, param: str, refused: tuple[float, ...]) -> None:
    found = kind(kind_id).param(param)
    assert found is not None
    assert all(found.flaw(value) for value in refused)
