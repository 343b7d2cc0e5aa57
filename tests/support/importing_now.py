"""The time at which tests import."""

from __future__ import annotations

NOW = 1_795_000_000_000  # 2026-11-18
