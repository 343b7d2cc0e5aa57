"""Columns and signals written as text, and Kleene's AND and OR in plain Python."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

TRUE, FALSE, UNKNOWN = 1, 0, -1
_LETTERS = {"T": TRUE, "F": FALSE, "?": UNKNOWN}


def column(words: str) -> np.ndarray:
    """Return the series written as numbers, `?` being unknown."""
    return np.array([np.nan if word == "?" else float(word) for word in words.split()], dtype=np.float64)


def signal(words: str) -> np.ndarray:
    """Return the signal written as T, F and ?."""
    return np.array([_LETTERS[word] for word in words.split()], dtype=np.int8)


def text(values: np.ndarray) -> str:
    """Return a signal as T, F and ?."""
    assert values.dtype == np.int8
    return " ".join({value: letter for letter, value in _LETTERS.items()}[value] for value in values.tolist())


def all_true(values: Iterable[int]) -> int:
    """Return AND after Kleene: false if any is false, else unknown if any is unknown, else true."""
    given = list(values)
    return FALSE if FALSE in given else UNKNOWN if UNKNOWN in given else TRUE


def any_true(values: Iterable[int]) -> int:
    """Return OR after Kleene: true if any is true, else unknown if any is unknown, else false."""
    given = list(values)
    return TRUE if TRUE in given else UNKNOWN if UNKNOWN in given else FALSE


def is_greater(a: float, b: float) -> int:
    """Return a > b, unknown where either is NaN."""
    return UNKNOWN if a != a or b != b else int(a > b)
