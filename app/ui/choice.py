"""The box to choose from, under the name by which the window knows it."""

from __future__ import annotations

from app.canvas.choice import Choice

__all__ = ["Choice"]
