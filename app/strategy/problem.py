"""What is wrong with a drawing, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "note"]


@dataclass(frozen=True)
class Problem:
    """One flaw of a strategy, in words for a trader.

    `code` is a stable name such as `unknown_kind`; `block_id` and `port` say where, both "" when it concerns the whole
    strategy. An `error` stops a run; a `note` is worth knowing, nothing more ("does nothing yet").
    """

    code: str
    message: str
    block_id: str = ""
    port: str = ""
    severity: Severity = "error"
