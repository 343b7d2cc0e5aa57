"""Which bars the charts show, and the bar under the pointer: the same for all charts of a run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

_FEWEST = 12.0


class TimeRange(QObject):
    """A stretch of bars in fractions of a bar: zoomed, moved and watched."""

    changed = Signal()
    hovered = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count = 0
        self.first = 0.0
        self.last = 1.0
        self.hover = -1

    def show_bars(self, count: int, *, keep: bool) -> None:
        """Be about so many bars; `keep` leaves the part in view, otherwise all of them are shown."""
        whole = self.count == 0 or (self.first <= 0.0 and self.last >= self.count)
        same = keep and not whole and count == self.count
        self.count = count
        self.point_at(-1)
        if not same:
            self.fit()

    def fit(self) -> None:
        """Show all bars."""
        self._set(0.0, float(max(self.count, 1)))

    def zoom(self, at: float, factor: float) -> None:
        """Show fewer bars (`factor` < 1) or more, the bar `at` staying where it is."""
        size = min(max((self.last - self.first) * factor, _FEWEST), float(max(self.count, 1)))
        share = (at - self.first) / max(self.last - self.first, 1e-9)
        self._set(at - size * share, at - size * share + size)

    def move(self, bars: float) -> None:
        """Show later bars, or earlier ones where `bars` is negative."""
        self._set(self.first + bars, self.last + bars)

    def reveal(self, first: int, last: int) -> None:
        """Bring the bars `first` to `last` well into view: nearer where they would be too small to see."""
        size, wanted = self.last - self.first, float(last - first + 1)
        if wanted * 40 < size or wanted > size:
            size = min(max(wanted * 5, 96.0), float(max(self.count, 1)))
        elif self.first <= first and last < self.last:
            return
        middle = (first + last + 1) / 2
        self._set(middle - size / 2, middle + size / 2)

    def frame(self, first: int, last: int) -> None:
        """Show the bars `first` to `last`, with a little room on both sides."""
        room = max((last - first) * 0.08, _FEWEST / 2)
        self._set(first - room, last + 1 + room)

    def bring(self, bar: int) -> None:
        """Move until a bar is in view; one that is leaves everything as it stands."""
        if not self.first <= bar < self.last:
            size = self.last - self.first
            self._set(bar + 0.5 - size / 2, bar + 0.5 + size / 2)

    def point_at(self, bar: int) -> None:
        """Let every chart mark this bar; -1 marks none."""
        bar = bar if 0 <= bar < self.count else -1
        if bar != self.hover:
            self.hover = bar
            self.hovered.emit(bar)

    def _set(self, first: float, last: float) -> None:
        size = min(last - first, float(max(self.count, 1)))
        first = min(max(first, 0.0), max(self.count, 1) - size)
        if (first, first + size) != (self.first, self.last):
            self.first, self.last = first, first + size
            self.changed.emit()
