"""From runs in the library to the page that compares them: what is known at once, then curve by curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.ui.compare.compared import Compared, Curve, compared, curve_of

if TYPE_CHECKING:
    from app.ui.compare.compare_page import ComparePage
    from app.ui.shelf import Shelf


def show_compared(shelf: Shelf, page: ComparePage, run_ids: Sequence[int], ready: Callable[[], object]) -> None:
    """Compare two to six runs; `ready` is called when the page shows all of them but the curves, which follow."""

    def show(shown: Compared) -> None:
        page.show_runs(shown)
        ready()
        _read(shelf, page, shown, 0)

    shelf.ask(lambda library: compared(library, run_ids), show)


def _read(shelf: Shelf, page: ComparePage, shown: Compared, number: int) -> None:
    """Read a curve and those after it, for as long as these runs are on the page.

    Each is a question of its own, so that others of the window are answered in between.
    """
    if number == len(shown.runs):
        return

    def take(curve: Curve | None) -> None:
        if page.shown is shown:
            page.plot.take(number, curve)
            _read(shelf, page, shown, number + 1)

    shelf.ask(lambda library: curve_of(library, shown, number), take, lambda _: take(None))
