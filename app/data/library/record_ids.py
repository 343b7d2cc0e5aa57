"""Names for records: what is in it decides the name, so the same record is the same everywhere, and damage shows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

_TAG = b"blockbuilders record 1"


def record_id(
    *,
    strategy: str,
    kind: str,
    schema: int,
    parents: Sequence[str],
    device: str,
    at_ms: int,
    note: str,
    payload: bytes,
) -> str:
    """Return the SHA-256, as hex, over every field, each with its length before it."""
    fields = [strategy, kind, str(schema), str(len(parents)), *parents, device, moment(at_ms), note]
    digest = hashlib.sha256(_TAG)
    for field in (*(field.encode() for field in fields), payload):
        digest.update(len(field).to_bytes(8, "big"))
        digest.update(field)
    return digest.hexdigest()


def moment(at_ms: int) -> str:
    """Return a time as RFC 3339 text in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"
