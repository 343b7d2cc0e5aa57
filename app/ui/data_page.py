"""Data: which candles are stored on this computer, fetching more, and importing files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.data.dialects import DIALECTS
from app.data.records import Series, SeriesKey, Span
from app.jobs import stored_series
from app.jobs.fetches import Fetch
from app.jobs.stored_series import Held, Shelves
from app.market.timeframe import DAY_MS
from app.ui import data_words as words
from app.ui.candle_desk import CandleDesk
from app.ui.column_page import ColumnPage
from app.ui.import_panel import ImportPanel
from app.ui.instrument_picker import InstrumentPanel
from app.ui.labels import label
from app.ui.leading_card import LeadingCard
from app.ui.series_card import SeriesCard

_YEAR_MS = 365 * DAY_MS
_WIDEST = 1280
_FILES = "*.csv *.txt *.tsv *.json *.gz *.zip *.parquet"


class DataPage(ColumnPage):
    """A card for every stored series. What takes time happens elsewhere; the page only shows it."""

    def __init__(self, desk: CandleDesk, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, widest=_WIDEST)
        self.setAccessibleName(self.tr("Market data"))
        self._desk, self._theme = desk, theme
        self.cards: dict[SeriesKey, SeriesCard] = {}
        self._awaited: SeriesKey | None = None
        self.choose_file: Callable[[], str] = self._ask_for_file
        self.choose_target: Callable[[str], str] = self._ask_for_target
        self.setAcceptDrops(True)
        self.summary = label(pixels=15, muted=True, wrap=True)
        self.summary.setText(self.tr("Looking at what is stored…"))
        self.told = Telling()
        self.imports = ImportPanel(desk)
        self.imports.imported.connect(self._imported)
        self.panel = InstrumentPanel(desk, self)
        self.panel.chosen.connect(self._chosen)
        self.empty = EmptyCard()
        self.empty.wanted.connect(lambda: self._chosen("BTC/USDT", "binance"))
        self._lay_out()
        self._later = QTimer(self, singleShot=True, interval=400)
        self._later.timeout.connect(self.refresh)
        desk.opened.connect(self.refresh)
        desk.closed_off.connect(self._not_opened)
        desk.grew.connect(lambda _: self._later.start() if self.isVisible() else None)
        desk.fetch_changed.connect(self._show_fetch)

    def refresh(self) -> None:
        """Look at what is stored, in a thread."""
        store = self._desk.store
        self._desk.later(lambda: stored_series.look(store), self._show, self._not_opened)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._theme = theme
        for card in self.cards.values():
            card.set_theme(theme)

    def import_file(self, path: Path) -> None:
        """Look at a file and offer to import it."""
        self.told.hide()
        self.imports.look_at(path)
        QTimer.singleShot(0, lambda: self.ensureWidgetVisible(self.imports))

    def _lay_out(self) -> None:
        column = self.column
        column.addLayout(self._heading())
        for part in (self.told, self.imports, self.empty):
            column.addWidget(part)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        column.addLayout(self._list)
        column.addStretch(1)

    def _heading(self) -> QHBoxLayout:
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(label(self.tr("Market data"), pixels=26, weight=650))
        text.addWidget(self.summary)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(text, 1)
        self.import_button = QPushButton(self.tr("Import a file…"))
        self.import_button.clicked.connect(self._import_chosen)
        self.fetch_button = QPushButton(self.tr("Fetch candles…"))
        self.empty.instead_of(self.fetch_button)
        self.fetch_button.clicked.connect(self._open_panel)
        for button in (self.import_button, self.fetch_button):
            button.setMinimumHeight(34)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _show(self, shelves: Shelves) -> None:
        there = {held.series.key for held in shelves.held}
        for key in [key for key in self.cards if key not in there and not self._first_fetch(key)]:
            self._drop(key)
        for held in shelves.held:
            self._card(held).show_held(held)
        self.empty.setVisible(not self.cards)
        texts = [
            (self.tr("1 series") if len(there) == 1 else self.tr("%1 series").replace("%1", f"{len(there):,}")),
            self.tr("%1 candles").replace("%1", f"{shelves.candles:,}"),
            self.tr("%1 on this computer").replace("%1", words.size_text(shelves.bytes)),
        ]
        nothing = self.tr("Candles are fetched once, kept on this computer, and used by every drawing.")
        self.summary.setText("  ·  ".join(texts) if there else nothing)

    def _first_fetch(self, key: SeriesKey) -> bool:
        """Return whether a series that has nothing stored yet is being fetched, or could not be."""
        fetch, held = self._desk.fetch_of(key), self.cards[key].held
        return fetch is not None and fetch.state != "done" and (held is None or not held.candles)

    def _drop(self, key: SeriesKey) -> None:
        card = self.cards.pop(key, None)
        if card is not None:
            card.setParent(None)
            card.deleteLater()

    def _card(self, held: Held) -> SeriesCard:
        key = held.series.key
        card = self.cards.get(key)
        if card is None:
            card = self.cards[key] = SeriesCard(key, self._theme)
            card.more_wanted.connect(self._fetch_more)
            card.stop_wanted.connect(self._desk.stop)
            card.export_wanted.connect(self._export)
            card.delete_wanted.connect(self._delete)
            place = sorted(self.cards).index(key)
            self._list.insertWidget(place, card)
            fetch = self._desk.fetch_of(key)
            if fetch is not None and fetch.state != "done":
                card.show_fetch(fetch)
        return card

    def _not_opened(self, sentence: str) -> None:
        self.empty.hide()
        self.summary.setText(self.tr("The stored candles cannot be used at the moment."))
        self.told.say(sentence, self.tr("Try again"), self.refresh)

    # Fetching

    def _open_panel(self) -> None:
        at = self.fetch_button.mapToGlobal(QPoint(self.fetch_button.width() - self.panel.width(), 0))
        self.panel.open(at + QPoint(0, self.fetch_button.height() + 4))

    def _chosen(self, symbol: str, exchange: str) -> None:
        if exchange in DIALECTS:
            key, now = SeriesKey(exchange, "spot", symbol), self._desk.store.now()
            self.told.hide()
            self._awaited = key
            self._desk.fetch(key, Span((now - _YEAR_MS) // DAY_MS * DAY_MS, now // 60_000 * 60_000))
        else:
            self.told.say(self.tr("These candles are on this computer already."))

    def _fetch_more(self, key: SeriesKey) -> None:
        """Fetch what came since, what is missing, and a year before the first candle."""
        card, now = self.cards.get(key), self._desk.store.now() // 60_000 * 60_000
        fetch = self._desk.fetch_of(key)
        if fetch is not None and fetch.state in ("stopped", "failed"):
            self._desk.fetch(key, Span(fetch.span.start, now))
            return
        first = card.held.span.start if card and card.held and card.held.span else now
        self._desk.fetch(key, Span(first - _YEAR_MS, now))

    def _show_fetch(self, fetch: Fetch) -> None:
        card = self.cards.get(fetch.key)
        if card is not None:
            card.show_fetch(fetch)
            if not fetch.going:
                self._later.start()
        elif fetch.going:
            self.empty.hide()
            nothing = Held(Series(fetch.key))
            self._card(nothing).show_held(nothing)
            self.cards[fetch.key].show_fetch(fetch)
        if fetch.key == self._awaited and fetch.key in self.cards:
            self._awaited, card = None, self.cards[fetch.key]
            QTimer.singleShot(0, card, lambda: self.ensureWidgetVisible(card))

    # Files

    def _ask_for_file(self) -> str:
        kinds = f"{self.tr('Candles')} ({_FILES})"
        return QFileDialog.getOpenFileName(self, self.tr("Import a file of candles"), "", kinds)[0]

    def _ask_for_target(self, name: str) -> str:
        return QFileDialog.getSaveFileName(self, self.tr("Export candles"), name, "CSV (*.csv);;Parquet (*.parquet)")[0]

    def _import_chosen(self) -> None:
        if name := self.choose_file():
            self.import_file(Path(name))

    def _imported(self, sentence: str) -> None:
        self.told.say(sentence)
        self.empty.hide()
        self.refresh()

    def _export(self, key: SeriesKey) -> None:
        plain = "".join(c if c.isalnum() else " " for c in f"{key.symbol} {key.source}").split()
        name = self.choose_target(f"{'_'.join(plain)}.csv")
        if not name:
            return
        path = Path(name) if Path(name).suffix.lower() in stored_series.ENDINGS else Path(f"{name}.csv")
        self.told.say(self.tr("Writing %1…").replace("%1", path.name))
        store = self._desk.store
        text = self.tr("%1 candles of %2 written to %3.").replace("%2", key.symbol).replace("%3", path.name)
        self._desk.later(
            lambda: stored_series.export(store, key, path),
            lambda count: self.told.say(text.replace("%1", f"{count:,}")),
            self.told.say,
        )

    def _delete(self, key: SeriesKey) -> None:
        self._desk.stop(key)
        store = self._desk.store
        text = self.tr("The candles of %1 were deleted.").replace("%1", key.symbol)

        def done(_: object) -> None:
            self.told.say(text)
            self._drop(key)
            self._desk.grew.emit(key)
            self.refresh()

        self._desk.later(lambda: stored_series.delete(store, key), done, self.told.say)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.import_file(files[0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


class Telling(QFrame):
    """A sentence on the page, with a way to do something about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.text = label(wrap=True)
        self._does: Callable[[], object] = self.hide
        self.button = QPushButton()
        self.button.clicked.connect(lambda: self._does())
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 20, 12)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self.hide()

    def say(self, text: str, button: str = "", does: Callable[[], object] | None = None) -> None:
        """Show a sentence in the place of the last one."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.button.setText(button or self.tr("OK"))
        self._does = does or self.hide
        self.show()


class EmptyCard(LeadingCard):
    """What the page says while nothing is stored."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self.tr("Fetch a year of BTC/USDT"))
        self.button.setProperty("primary", True)
        self.wanted = self.button.clicked
        about = self.tr(
            "Fetch an instrument from an exchange, or drop a file of candles here: CSV, ZIP or Parquet. "
            "Until then every drawing can run on the sample market."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(8)
        title = label(self.tr("No candles are stored yet"), pixels=17, weight=600)
        text = label(about, muted=True, wrap=True)
        for part in (title, text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()
