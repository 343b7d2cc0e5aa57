"""Strategy files for tests of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def always_long(**changes: Any) -> dict[str, Any]:
    """Return a document that buys at once and holds, with the fields in `changes` in place of its own."""
    document: dict[str, Any] = {
        "format": 1,
        "name": "Always long",
        "symbol": "BTC/USDT",
        "exchange": "binance",
        "timeframe": "1h",
        "note": "",
        "blocks": [
            {"id": "close_1", "kind": "close"},
            {"id": "greater_1", "kind": "greater", "params": {"value": 0.0}},
            {"id": "enter_long_1", "kind": "enter_long"},
        ],
        "wires": [
            {"from": "close_1.value", "to": "greater_1.left"},
            {"from": "greater_1.signal", "to": "enter_long_1.when"},
        ],
        "layout": {},
    }
    return {**document, **changes}


def write_strategy(path: Path, document: dict[str, Any] | None = None) -> Path:
    """Write a document, `always_long()` unless another is given."""
    path.write_text(json.dumps(document or always_long()))
    return path
