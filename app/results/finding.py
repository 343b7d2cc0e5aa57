"""A reason for doubt: a sentence with the number behind it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["serious", "caution", "note"]

SEVERITIES: tuple[Severity, ...] = ("serious", "caution", "note")


@dataclass(frozen=True)
class Finding:
    """One thing to know before believing a result; docs/verdict.md lists every `code` with its threshold.

    `serious`: the result should not be relied on as it stands. `caution`: it may mislead. `note`: worth knowing.
    `numbers` are the figures in the sentence by name, as they are in machine output: fractions, ms, quote money.
    """

    code: str
    severity: Severity
    sentence: str
    what_to_do: str
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
