"""Where the blocks are: a grid of cells that knows which boxes touch each, so that a search looks at few of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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

    def touching(self, area: QRectF, but: Collection[str] = ()) -> list[QRectF]:
        """Return the boxes that overlap an area, without those of some names."""
        near = {name: box for cell in _cells(area) for name, box in self._cells.get(cell, {}).items()}
        return [box for name, box in near.items() if name not in but and box.intersects(area)]

    def all(self) -> dict[str, QRectF]:
        """Return every box by its name."""
        return dict(self._boxes)


def _cells(area: QRectF) -> Iterator[tuple[int, int]]:
    for across in range(int(area.left() // _CELL), int(area.right() // _CELL) + 1):
        for down in range(int(area.top() // _CELL), int(area.bottom() // _CELL) + 1):
            yield across, down
