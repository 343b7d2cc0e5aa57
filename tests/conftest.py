"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real candles that lies beside the checkout on some machines; skip where it does not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder with real candles is not beside this checkout")
    return SHARED_DATA
