"""The sample market, read once in a process: two years of minutes take a while, and a result keeps hold of them all."""

from __future__ import annotations

from functools import cache

from app.data import sample_market

sample_candles = cache(sample_market.sample_candles)
