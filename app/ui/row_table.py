"""A table of whole rows that cannot be edited, sorted by its headings, with columns as the trader wants them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

_NARROWEST, _WIDEST = 24, 2_000


@dataclass(frozen=True)
class Heading:
    """A column by its key: what the menu calls it, and whether it shows until the trader chooses.

    What is `held` cannot be hidden; an `elastic` one takes the room that the others leave, from `least` pixels on.
    """

    key: str
    title: str
    shown: bool = True
    held: bool = False
    elastic: bool = False
    least: int = 0


class RowTable(QTableView):
    """Rows of one height; columns can be moved, widened, hidden and sorted by, which `rearranged` tells.

    Without `headings` they are those of the model. Sorting begins once the owner has said by which column.
    """

    rearranged = Signal()

    def __init__(
        self,
        model: QAbstractItemModel,
        row_height: int,
        headings: Sequence[Heading] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.headings = headings or _headings_of(model)
        self._places = {heading.key: place for place, heading in enumerate(self.headings)}
        self._fitted: dict[str, int] = {}
        self._chosen: dict[str, int] = {}
        self._by_itself = False
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # All columns, where each is shown or hidden.
        self.column_menu = self._make_menu()
        self._set_up_header()

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self.column_menu.popup(header.mapToGlobal(at)))
        for heading in self.headings:
            self.setColumnHidden(self._places[heading.key], not heading.shown)
        self._check_menu()
        header.sectionMoved.connect(lambda *_: self._tell())
        header.sortIndicatorChanged.connect(lambda *_: self._tell())
        header.sectionResized.connect(self._resized)

    # Widths.

    def fit(self, widths: Mapping[str, int]) -> None:
        """Make columns as wide as what they say needs; one that the trader has widened stays as it is."""
        self._fitted = dict(widths)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        widths = self._fitted | self._chosen
        with self._alone():
            for key, width in widths.items():
                if not self.isColumnHidden(self._places[key]):
                    self.setColumnWidth(self._places[key], width)
            elastic = next((each for each in self.headings if each.elastic), None)
            if elastic is not None and elastic.key not in self._chosen:
                place = self._places[elastic.key]
                room = self.viewport().width() - self.horizontalHeader().length() + self.columnWidth(place)
                if not self.isColumnHidden(place):
                    self.setColumnWidth(place, max(room, elastic.least, self._fitted.get(elastic.key, 0)))

    def _resized(self, place: int, old: int, new: int) -> None:
        # Hidden and shown, a column has no width for a moment.
        if self._fitted and not self._by_itself and old and new:
            self._chosen[self.headings[place].key] = new
            self._tell()

    # Which columns show.

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for place, heading in enumerate(self.headings):
            action = menu.addAction(heading.title.replace("&", "&&"))
            action.setObjectName(heading.key)
            action.setCheckable(True)
            action.setEnabled(not heading.held)
            action.toggled.connect(lambda on, place=place: self._show(place, on))
        menu.addSeparator()
        usual = menu.addAction(self.tr("Usual columns"))
        usual.setObjectName("usual")
        usual.triggered.connect(self.arrange_as_usual)
        return menu

    def _check_menu(self) -> None:
        for place, action in enumerate(self.column_menu.actions()[: len(self.headings)]):
            action.setChecked(not self.isColumnHidden(place))

    def show_column(self, key: str) -> None:
        """Show a column, if it is hidden."""
        self._show(self._places[key], True)
        self._check_menu()

    def _show(self, place: int, on: bool) -> None:
        if self.isColumnHidden(place) == on:
            self.setColumnHidden(place, not on)
            self._lay_out()
            self._tell()

    def arrange_as_usual(self) -> None:
        """Have the columns as they are before the trader chooses; the order of the rows stays."""
        self._chosen = {}
        with self._alone():
            for place, heading in enumerate(self.headings):
                self.horizontalHeader().moveSection(self.horizontalHeader().visualIndex(place), place)
                self.setColumnHidden(place, not heading.shown)
        self._lay_out()
        self._check_menu()
        self._tell()

    # What is remembered of it.

    def arrangement(self) -> str:
        """Return order, widths and hiding of the columns, and by what the rows are sorted, for `arrange`."""
        header = self.horizontalHeader()
        columns = [self.headings[header.logicalIndex(at)].key for at in range(header.count())]
        hidden = [key for key in columns if self.isColumnHidden(self._places[key])]
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        sorted_by = [self.headings[header.sortIndicatorSection()].key, down]
        return json.dumps({"columns": columns, "hidden": hidden, "widths": self._chosen, "sorted": sorted_by})

    def arrange(self, arrangement: str) -> None:
        """Have the columns as `arrangement` told; what cannot be read of it, or is of no column here, is as usual."""
        try:
            told = json.loads(arrangement)
            order, hidden = [str(key) for key in told["columns"]], {str(key) for key in told["hidden"]}
            widths = {str(key): int(width) for key, width in told["widths"].items()}
            sorted_by, down = str(told["sorted"][0]), bool(told["sorted"][1])
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            return
        known = [key for key in dict.fromkeys(order) if key in self._places]
        self._chosen = {key: min(max(widths[key], _NARROWEST), _WIDEST) for key in known if key in widths}
        header = self.horizontalHeader()
        with self._alone():
            for at, key in enumerate(known):
                header.moveSection(header.visualIndex(self._places[key]), at)
                held = self.headings[self._places[key]].held
                self.setColumnHidden(self._places[key], key in hidden and not held)
            if sorted_by in self._places:
                order_ = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
                self.sortByColumn(self._places[sorted_by], order_)
        self._lay_out()
        self._check_menu()

    def _tell(self, *_: Any) -> None:
        if not self._by_itself:
            self.rearranged.emit()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Change something about the columns that the trader has not chosen."""
        before, self._by_itself = self._by_itself, True
        try:
            yield
        finally:
            self._by_itself = before


def _headings_of(model: QAbstractItemModel) -> tuple[Heading, ...]:
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    return tuple(Heading(str(place), str(title or "")) for place, title in enumerate(titles))
