"""Where the blocks are: a grid of cells that knows which boxes touch each, so that a search looks at few of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product

from PySide6.QtCore import QRectF

_CELL = 256.0


class BoxIndex:
    """Boxes by name, found by their place."""

    def __init__(self) -> None:
        self._boxes: dict[str, QRectF] = {}
        self._cells: dict[tuple[int, int], dict[str, QRectF]] = {}

    def put(self, name: str, box: QRectF) -> None:
        """Keep a box in the place of the one of this name."""
        if self._boxes.get(name) == box:
            return
        self.drop(name)
        self._boxes[name] = box
        for cell in _cells(box):
            self._cells.setdefault(cell, {})[name] = box

    def drop(self, name: str) -> None:
        """Forget the box of this name, if there is one."""
        box = self._boxes.pop(name, None)
        for cell in _cells(box) if box is not None else ():
            self._cells[cell].pop(name)
            if not self._cells[cell]:
                del self._cells[cell]

    def touching(self, area: QRectF, but: Collection[str] = ()) -> list[QRectF]:
        """Return the boxes that overlap an area, without those of some names."""
        return [box for name, box in self._near(area).items() if name not in but and box.intersects(area)]

    def all(self) -> dict[str, QRectF]:
        """Return every box by its name."""
        return dict(self._boxes)

    def _near(self, area: QRectF) -> dict[str, QRectF]:
        across, down = _ranges(area)
        # A wire between blocks that are far apart spans millions of cells, nearly all of them empty.
        if len(across) * len(down) > len(self._cells):
            return self._boxes
        return {name: box for cell in _cells(area) for name, box in self._cells.get(cell, {}).items()}


def _ranges(area: QRectF) -> tuple[range, range]:
    """Return the columns and the rows of cells that an area touches."""
    return (
        range(int(area.left() // _CELL), int(area.right() // _CELL) + 1),
        range(int(area.top() // _CELL), int(area.bottom() // _CELL) + 1),
    )


def _cells(area: QRectF) -> Iterator[tuple[int, int]]:
    return product(*_ranges(area))
