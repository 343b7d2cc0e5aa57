"""Two curves drawn with letters."""

from __future__ import annotations

import numpy as np

from app.market.candles import FloatSeries

Rows = list[list[str]]


def two_curves(main: FloatSeries, other: FloatSeries, width: int, height: int) -> tuple[Rows, float, float]:
    """Return rows of single letters from top to bottom, and the values at the top and the bottom row.

    `main` is drawn as a line, `other` as dots behind it; both are as long as each other and share one scale.
    """
    picks = np.unique(np.linspace(0, len(main) - 1, width).astype(np.int64))
    low = float(min(main[picks].min(), other[picks].min()))
    high = float(max(main[picks].max(), other[picks].max()))
    scale = (height - 1) / (high - low) if high > low else 0.0
    grid = [[" "] * len(picks) for _ in range(height)]
    _draw_dots(grid, _rows(other[picks], high, scale))
    _draw_line(grid, _rows(main[picks], high, scale))
    return grid, high, low


def _rows(values: FloatSeries, high: float, scale: float) -> list[int]:
    return [round((high - value) * scale) for value in values.tolist()]


def _draw_dots(grid: Rows, rows: list[int]) -> None:
    before = rows[0]
    for column, row in enumerate(rows):
        grid[row][column] = "·"
        for between in range(min(before, row) + 1, max(before, row)):
            grid[between][column] = "·"
        before = row


def _draw_line(grid: Rows, rows: list[int]) -> None:
    before = rows[0]
    for column, row in enumerate(rows):
        if row == before:
            grid[row][column] = "─"
        else:
            falling = row > before
            grid[before][column] = "╮" if falling else "╯"
            grid[row][column] = "╰" if falling else "╭"
            for between in range(min(before, row) + 1, max(before, row)):
                grid[between][column] = "│"
        before = row
