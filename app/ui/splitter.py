"""Parts of a page that share its room as the hand has divided it, on a screen of another size too."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter


class Splitter(QSplitter):
    """Parts beside or below each other, with a thin line between them and none ever folded away.

    Once the hand has moved a line, a part that takes no room to spare (stretch 0) keeps its size as long as it keeps
    its share; the others keep their shares. `rearranged` tells that the hand has moved one.
    """

    rearranged = Signal()

    def __init__(self, name: str, way: Qt.Orientation) -> None:
        super().__init__(way)
        self.setObjectName(name)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._chosen: list[int] = []
        self.splitterMoved.connect(self._moved)

    @property
    def by_hand(self) -> bool:
        """Whether the room is divided as the trader wants it."""
        return bool(self._chosen)

    def arrangement(self) -> str:
        """Return the sizes that the hand has given, for `arrange`; "" where it has given none."""
        return " ".join(map(str, self._chosen))

    def arrange(self, arrangement: str) -> None:
        """Divide the room as `arrangement` told; what cannot be read, or is of other parts, is passed over."""
        words = arrangement.split()
        sizes = [int(word) for word in words if word.isdecimal() and len(word) < 6]
        if len(sizes) == len(words) == self.count() and all(sizes):
            self._chosen = sizes
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._chosen:
            return
        across = self.orientation() == Qt.Orientation.Horizontal
        scale = (self.width() if across else self.height()) / sum(self._chosen)
        parts = [self.widget(place) for place in range(self.count())]
        policies = [part.sizePolicy() for part in parts if part is not None]
        stretches = [each.horizontalStretch() if across else each.verticalStretch() for each in policies]
        self.setSizes(
            [
                round(size * (scale if stretch else min(scale, 1.0)))
                for size, stretch in zip(self._chosen, stretches, strict=True)
            ]
        )

    def _moved(self) -> None:
        # Of a part that is put away nobody knows how large it is wanted.
        if all(self.sizes()):
            self._chosen = self.sizes()
            self.rearranged.emit()
