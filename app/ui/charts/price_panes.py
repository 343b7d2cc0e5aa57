"""The price chart with a pane below it for each indicator that has a scale of its own."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QSizePolicy, QSplitter, QWidget

from app.canvas.theme import Theme
from app.ui.charts.indicator_pane import HEADING, IndicatorPane
from app.ui.charts.price_chart import PriceChart
from app.ui.charts.shown import Paned
from app.ui.charts.time_range import TimeRange
from app.ui.labels import label

# More than these begin folded; where the headings leave little room more than one, very little all.
_OPEN_AT_FIRST = 2
_LITTLE, _VERY_LITTLE = 232, 146
# More than these would leave the price none at all; the others are told of in a line.
MOST_PANES = 6


class PricePanes(QSplitter):
    """Charts one below the other, moved and pointed at together."""

    def __init__(
        self, bars: TimeRange, theme: Theme, parent: QWidget | None = None, price: PriceChart | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self._bars, self._theme = bars, theme
        self.price = price or PriceChart(bars, theme)
        self.price.setAccessibleName(self.tr("Price chart with indicators and trades"))
        self.addWidget(self.price)
        self.setStretchFactor(0, 3)
        self.panes: list[IndicatorPane] = []
        self._folded: dict[str, bool] = {}
        self.more = label(pixels=12, muted=True)
        self.more.setContentsMargins(12, 4, 12, 4)
        self.more.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.addWidget(self.more)
        self.more.hide()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        for chart in (self.price, *self.panes):
            chart.set_theme(theme)

    def show_run(self, view: Paned | None) -> None:
        """Show a run, or nothing; panes are made and taken away only when there are more or fewer of them."""
        self.price.show_run(view)
        wanted = view.panes[:MOST_PANES] if view is not None else ()
        self._tell_of_others(view)
        moved = len(self.panes) != len(wanted)
        while len(self.panes) > len(wanted):
            pane = self.panes.pop()
            pane.setParent(None)
            pane.deleteLater()
        while len(self.panes) < len(wanted):
            self._add()
        room = self.height() - HEADING * len(wanted)
        open_ = _OPEN_AT_FIRST if room >= _LITTLE else int(room >= _VERY_LITTLE)
        for place, (pane, shown) in enumerate(zip(self.panes, wanted, strict=True)):
            assert view is not None
            pane.show_pane(view, shown)
            folded = self._folded.get(shown.block_id, place >= open_)
            moved |= pane.folded != folded
            with QSignalBlocker(pane):  # only what the hand does is remembered
                pane.fold(folded)
        if moved:
            self._share_room()

    def _add(self) -> None:
        pane = IndicatorPane(self._bars, self._theme)
        pane.folded_changed.connect(lambda folded: self._remember(pane, folded))
        above = self.panes[-1] if self.panes else self.price
        self.panes.append(pane)
        self.insertWidget(len(self.panes), pane)
        self.setStretchFactor(len(self.panes), 1)
        QWidget.setTabOrder(above, pane)

    def _tell_of_others(self, view: Paned | None) -> None:
        left_out = [pane.title for pane in view.panes[MOST_PANES:]] if view is not None else []
        self.more.setText(
            self.tr("Not drawn for want of room: %1").replace(
                "%1", ", ".join(left_out[:3]) + (" …" if len(left_out) > 3 else "")
            )
        )
        self.more.setToolTip(", ".join(left_out[:40]))
        self.more.setVisible(bool(left_out))

    def _remember(self, pane: IndicatorPane, folded: bool) -> None:
        if pane.pane is not None:
            self._folded[pane.pane.block_id] = folded
        self._share_room()

    def _share_room(self) -> None:
        """Give the price half of the room or more, and the open panes the rest in equal parts."""
        open_ = [pane for pane in self.panes if not pane.folded]
        room = self.height() - HEADING * (len(self.panes) - len(open_))
        each = int(room * (0.3 if len(open_) < 2 else 0.5 / len(open_)))
        sizes = [HEADING if pane.folded else each for pane in self.panes]
        rest = self.more.sizeHint().height() if not self.more.isHidden() else 0
        self.setSizes([max(self.height() - sum(sizes) - rest, 1), *sizes, rest])
