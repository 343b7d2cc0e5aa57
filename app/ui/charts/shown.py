"""What a chart needs of whatever it shows, be it the live result or a completed run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.market.candles import Candles
from app.ui.charts.pyramid import Pyramid

if TYPE_CHECKING:
    from app.ui.charts.pane_view import PaneView
    from app.ui.charts.run_view import Overlay, TradeMarks


class OnBars(Protocol):
    """Anything with bars: they give every chart its time axis."""

    @property
    def bars(self) -> Candles:
        """The bars that the values belong to."""


class Priced(OnBars, Protocol):
    """What a price chart shows besides the bars."""

    @property
    def symbol(self) -> str:
        """The name over the chart."""

    @property
    def pyramid(self) -> Pyramid:
        """The bars at several sizes."""

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """Lines over the price."""

    @property
    def trades(self) -> TradeMarks:
        """Where trades began and ended."""


class Paned(Priced, Protocol):
    """The same with what stands in panes below the price."""

    @property
    def panes(self) -> tuple[PaneView, ...]:
        """The indicators with a scale of their own."""
