"""What people call the places that candles come from."""

from __future__ import annotations

from app.data.dialects import DIALECTS
from app.market.exchange_names import exchange_name
from app.market.instrument import Instrument


def test_every_exchange_and_every_other_place_has_a_name() -> None:
    known = [*DIALECTS, "sample", "import", "file"]
    assert all(exchange_name(exchange) != exchange for exchange in known)
    assert exchange_name("okx") == "OKX"
    assert str(Instrument("EUR/USD broker", "import")) == "EUR/USD broker (imported)"


def test_an_exchange_that_nobody_knows_keeps_its_name() -> None:
    assert exchange_name("my-desk") == "my-desk"
