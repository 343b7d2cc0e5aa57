"""A table of whole rows that cannot be edited, sorted by its headings, with columns as the trader wants them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QToolButton, QWidget

_NARROWEST, _WIDEST = 24, 2_000


@dataclass(frozen=True)
class Heading:
    """A column by its key: what the menu calls it, and whether it shows until the trader chooses.

    What is `held` cannot be hidden; an `elastic` one takes the room that the others leave, from `least` pixels on.
    In a narrow table those that `yields` numbers are put away, the lowest first, as many as there is no room for.
    """

    key: str
    title: str
    shown: bool = True
    held: bool = False
    elastic: bool = False
    least: int = 0
    yields: int = 0


class RowTable(QTableView):
    """Rows of one height; columns can be moved, widened, hidden and sorted by, which `rearranged` tells.

    Without `headings` they are those of the model. Sorting begins once the owner has said by which column. `put_away`
    carries the titles of the columns that there is no room for.
    """

    rearranged = Signal()
    put_away = Signal(tuple)

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
        self._hidden = _usually_hidden(self.headings)
        # Asked for by the trader, whether there is room or not.
        self._wanted: set[str] = set()
        self._away: frozenset[str] = frozenset()
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
        self._show_columns()
        header.sectionMoved.connect(lambda *_: self._tell())
        header.sortIndicatorChanged.connect(self._sorted)
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
            self._put_away(widths)
            for key, width in widths.items():
                if not self.isColumnHidden(self._places[key]):
                    self.setColumnWidth(self._places[key], width)
            elastic = next((each for each in self.headings if each.elastic), None)
            if elastic is not None and elastic.key not in self._chosen:
                place = self._places[elastic.key]
                room = self.viewport().width() - self.horizontalHeader().length() + self.columnWidth(place)
                if not self.isColumnHidden(place):
                    self.setColumnWidth(place, max(room, elastic.least, self._fitted.get(elastic.key, 0)))

    def _put_away(self, widths: Mapping[str, int]) -> None:
        """Put away what there is no room for, and take out again what there is room for."""
        shown = [heading for heading in self.headings if heading.key not in self._hidden]
        room = self.viewport().width() - sum(max(widths.get(each.key, 0), each.least) for each in shown)
        stays = {*self._wanted, *self._chosen, self.headings[self.horizontalHeader().sortIndicatorSection()].key}
        away = set()
        for heading in sorted(shown, key=lambda each: each.yields):
            if heading.yields and heading.key not in stays and room < 0:
                away.add(heading.key)
                room += max(widths.get(heading.key, 0), heading.least)
        if self._away != away:
            self._away = frozenset(away)
            self._show_columns()
            self.put_away.emit(tuple(heading.title for heading in shown if heading.key in away))

    def _sorted(self, *_: object) -> None:
        self._lay_out()
        self._tell()

    def _resized(self, place: int, old: int, new: int) -> None:
        # Hidden and shown, a column has no width for a moment.
        if self._fitted and not self._by_itself and old and new:
            self._chosen[self.headings[place].key] = new
            self._tell()

    # Which columns show.

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for heading in self.headings:
            action = menu.addAction(heading.title.replace("&", "&&"))
            action.setObjectName(heading.key)
            action.setCheckable(True)
            action.setEnabled(not heading.held)
            action.triggered.connect(lambda on, key=heading.key: self._choose(key, on))
        menu.addSeparator()
        usual = menu.addAction(self.tr("Usual columns"))
        usual.setObjectName("usual")
        usual.triggered.connect(self.arrange_as_usual)
        return menu

    def _show_columns(self) -> None:
        for place, heading in enumerate(self.headings):
            shown = heading.key not in self._hidden | self._away
            self.setColumnHidden(place, not shown)
            self.column_menu.actions()[place].setChecked(shown)

    def chosen_columns(self) -> list[int]:
        """Return the places of the columns in the order in which they stand, with those there is no room for."""
        header = self.horizontalHeader()
        return [n for n in map(header.logicalIndex, range(header.count())) if self.headings[n].key not in self._hidden]

    def show_column(self, key: str) -> None:
        """Show a column, if it is hidden."""
        if self.isColumnHidden(self._places[key]):
            self._choose(key, True)

    def _choose(self, key: str, on: bool) -> None:
        if on:
            self._hidden.discard(key)
            self._wanted.add(key)
        else:
            self._hidden.add(key)
            self._wanted.discard(key)
        self._show_columns()
        self._lay_out()
        self._tell()

    def arrange_as_usual(self) -> None:
        """Have the columns as they are before the trader chooses; the order of the rows stays."""
        self._chosen, self._wanted, self._hidden = {}, set(), _usually_hidden(self.headings)
        with self._alone():
            for place in range(len(self.headings)):
                self.horizontalHeader().moveSection(self.horizontalHeader().visualIndex(place), place)
        self._show_columns()
        self._lay_out()
        self._tell()

    # What is remembered of it.

    def arrangement(self) -> str:
        """Return order, widths and hiding of the columns, and by what the rows are sorted, for `arrange`."""
        header = self.horizontalHeader()
        columns = [self.headings[header.logicalIndex(at)].key for at in range(header.count())]
        hidden, wanted = (self._in_order(keys) for keys in (self._hidden, self._wanted))
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        sorted_by = [self.headings[header.sortIndicatorSection()].key, down]
        told = {"columns": columns, "hidden": hidden, "wanted": wanted, "widths": self._chosen, "sorted": sorted_by}
        return json.dumps(told)

    def arrange(self, arrangement: str) -> None:
        """Have the columns as `arrangement` told; what cannot be read of it, or is of no column here, is as usual."""
        try:
            told = json.loads(arrangement)
            order, hidden = [str(key) for key in told["columns"]], {str(key) for key in told["hidden"]}
            wanted = {str(key) for key in told.get("wanted", ())}
            widths = {str(key): int(width) for key, width in told["widths"].items()}
            sorted_by, down = str(told["sorted"][0]), bool(told["sorted"][1])
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            return
        known = [key for key in dict.fromkeys(order) if key in self._places]
        self._chosen = {key: min(max(widths[key], _NARROWEST), _WIDEST) for key in known if key in widths}
        held = {heading.key for heading in self.headings if heading.held}
        self._wanted = wanted & set(known)
        self._hidden = (self._hidden - set(known)) | (hidden & set(known)) - held
        header = self.horizontalHeader()
        with self._alone():
            for at, key in enumerate(known):
                header.moveSection(header.visualIndex(self._places[key]), at)
            if sorted_by in self._places:
                order_ = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
                self.sortByColumn(self._places[sorted_by], order_)
        self._show_columns()
        self._lay_out()

    def _in_order(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=lambda key: self._places[key])

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


class ColumnsButton(QToolButton):
    """Opens the menu of a table's columns, and says how many of them there is no room for."""

    def __init__(self, table: RowTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setProperty("segment", True)
        self.setMenu(table.column_menu)
        self._say(())
        table.put_away.connect(self._say)

    def _say(self, away: Sequence[str]) -> None:
        more = self.tr("1 more column") if len(away) == 1 else self.tr("%1 more columns")
        self.setText(more.replace("%1", str(len(away))) if away else self.tr("Columns"))
        lacking = self.tr("There is no room for: %1").replace("%1", ", ".join(away))
        self.setToolTip(lacking if away else self.tr("Which columns show"))


def _usually_hidden(headings: Sequence[Heading]) -> set[str]:
    return {heading.key for heading in headings if not heading.shown}


def _headings_of(model: QAbstractItemModel) -> tuple[Heading, ...]:
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    return tuple(Heading(str(place), str(title or "")) for place, title in enumerate(titles))
