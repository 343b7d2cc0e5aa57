"""Lines and boxes for the painter, straight from arrays: making each of them in Python would take longer than painting.

Qt's objects lie one behind the other in memory that numpy fills; they are made once and used again for every frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr, wrapInstance

_FIRST = 1024
Numbers = NDArray[np.floating[Any]]


class _Pool:
    """Objects of four numbers each."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._memory: NDArray[np.float64] = np.zeros((0, 4))
        self._objects: list[Any] = []

    def filled(self, columns: tuple[Numbers, ...]) -> list[Any]:
        """Return an object for each row of the four columns. They last until this is called again."""
        count = len(columns[0])
        if count > len(self._memory):
            size = max(_FIRST, 1 << (count - 1).bit_length())
            self._objects = []  # none may outlive its memory
            self._memory = np.zeros((size, 4))
            begin, step = self._memory.ctypes.data, self._memory.strides[0]
            self._objects = [wrapInstance(begin + row * step, self._kind) for row in range(size)]
        for place, column in enumerate(columns):
            self._memory[:count, place] = column
        return self._objects[:count]


_lines, _boxes = _Pool(QLineF), _Pool(QRectF)


def lines(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> list[Any]:
    """Return QLineF from (x1, y1) to (x2, y2), to be painted before more are asked for. For the window's thread."""
    return _lines.filled((x1, y1, x2, y2))


def boxes(x: Numbers, y: Numbers, width: Numbers, height: Numbers) -> list[Any]:
    """Return QRectF, to be painted before more are asked for. For the window's thread."""
    return _boxes.filled((x, y, width, height))


def polygon(x: Numbers, y: Numbers) -> QPolygonF:
    """Return the polygon through these points."""
    result = QPolygonF()
    result.resize(len(x))
    if len(x):
        memory: Any = VoidPtr(result.data(), 16 * len(x), True)  # type: ignore[call-arg, arg-type]
        points = np.frombuffer(memory, dtype=np.float64)
        points[0::2], points[1::2] = x, y
    return result
