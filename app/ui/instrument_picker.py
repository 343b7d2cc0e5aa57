"""Choosing what to trade: the sample market, popular instruments, imports, and a search over what exchanges list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.canvas.theme import font
from app.data.dialects import DIALECTS
from app.data.instruments import POPULAR, search
from app.data.markets import Market
from app.data.records import Series
from app.data.sample_market import SAMPLES
from app.jobs.market_bars import IMPORT
from app.jobs.sample_bars import SAMPLE
from app.market import exchange_names
from app.ui.candle_desk import CandleDesk
from app.ui.choice import Choice
from app.ui.labels import label

_ENTRY = Qt.ItemDataRole.UserRole
_TYPING_MS = 250


@dataclass(frozen=True)
class Entry:
    """An instrument that can be chosen; `stored` tells that candles of it are on this computer."""

    symbol: str
    exchange: str
    stored: bool = False


def exchange_name(exchange: str) -> str:
    """Return what a trader calls the place an instrument comes from."""
    own = {SAMPLE: _say("sample market"), IMPORT: _say("imported")}
    return own.get(exchange) or exchange_names.exchange_name(exchange)


class InstrumentButton(QPushButton):
    """Shows the instrument of the drawing and opens the panel to choose another one."""

    chosen = Signal(str, str)

    def __init__(self, desk: CandleDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picker")
        self.setMinimumWidth(160)
        self.panel = InstrumentPanel(desk, self)
        self.panel.chosen.connect(self.chosen)
        self.clicked.connect(self._open)

    def show_instrument(self, symbol: str, exchange: str) -> None:
        """Show what is chosen."""
        self.setText(f"{symbol}  ·  {exchange_name(exchange)}")
        self.setAccessibleName(_say("Instrument: %1 (%2)").replace("%1", symbol).replace("%2", exchange_name(exchange)))
        self.panel.current = Entry(symbol, exchange)

    def _open(self) -> None:
        self.panel.open(self.mapToGlobal(QPoint(0, self.height() + 4)))


class InstrumentPanel(QFrame):
    """A field to search in, the exchange to search on, and a list; closes when something is chosen."""

    chosen = Signal(str, str)

    def __init__(self, desk: CandleDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self._desk = desk
        self.current = Entry("", "")
        self._stored: tuple[Series, ...] = ()
        self._found: tuple[Market, ...] = ()
        self._asked = ""
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search, for example BTC or PEPE/USDT"))
        self.search.setAccessibleName(self.tr("Search instruments"))
        self.search.installEventFilter(self)
        self.exchange = Choice()
        self.exchange.setAccessibleName(self.tr("Exchange to search on"))
        for name in DIALECTS:
            self.exchange.addItem(exchange_name(name), name)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Instruments"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._choose)
        self.note = label(pixels=12, muted=True, wrap=True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.exchange)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(self.note)
        self.resize(440, 440)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self.search.textChanged.connect(self._typed)
        self.exchange.activated.connect(self._typed)

    def open(self, at: QPoint) -> None:
        """Open with its upper left corner at a point of the screen, inside it."""
        self.search.clear()
        self._fill()
        screen = self.screen().availableGeometry()
        x = min(at.x(), screen.right() - self.width())
        y = at.y() if at.y() + self.height() <= screen.bottom() else max(at.y() - self.height() - 40, screen.top())
        self.move(x, y)
        self.show()
        self.search.setFocus()
        self._desk.later(lambda: self._desk.store.cache().series(), self._take_stored)

    def entries(self) -> list[Entry]:
        """Return what is listed, in order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(_ENTRY) for item in items if item.data(_ENTRY) is not None]

    def _take_stored(self, series: tuple[Series, ...]) -> None:
        self._stored = series
        self._fill()

    def _typed(self) -> None:
        self._found = ()
        self._fill()
        if self.search.text().strip():
            self._say(self.tr("Searching…"))
            self._typing.start()
        else:
            self._say("")

    def _ask(self) -> None:
        text, exchange = self.search.text().strip(), str(self.exchange.currentData())
        self._asked = f"{exchange} {text}"
        asked, store = self._asked, self._desk.store

        def look() -> tuple[Market, ...]:
            with store.feeds() as feeds:
                return search(feeds.lists, text, exchange, now_ms=store.now())

        self._desk.later(
            look, lambda found: self._take(asked, found), lambda told: self._fail(asked, told), hand="search"
        )

    def _take(self, asked: str, found: tuple[Market, ...]) -> None:
        if asked == self._asked and self.search.text().strip():
            self._found = found
            self._fill()
            name = self.exchange.currentText()
            self._say("" if found else self.tr("%1 has no spot instrument like this.").replace("%1", name))

    def _fail(self, asked: str, sentence: str) -> None:
        if asked == self._asked:
            self._say(sentence)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _fill(self) -> None:
        """List what fits what is typed, under headings; what is chosen now is marked."""
        self.list.clear()
        for heading, entries in self._sections():
            if not entries:
                continue
            item = QListWidgetItem(heading, self.list)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(font(11, 600))
            for entry in entries:
                self._add(entry)
        self._go(0)

    def _sections(self) -> Iterator[tuple[str, list[Entry]]]:
        typed = "".join(c for c in self.search.text().upper() if c.isalnum())
        here = {(one.key.source, one.key.symbol) for one in self._stored}

        def fitting(entries: Iterable[Entry]) -> list[Entry]:
            return [one for one in entries if typed in "".join(c for c in one.symbol.upper() if c.isalnum())]

        popular = [Entry(symbol, "binance", ("binance", symbol) in here) for symbol in POPULAR]
        imports = [Entry(one.key.symbol, IMPORT, True) for one in self._stored if one.key.source == IMPORT]
        known = set(popular)
        stored = [Entry(one.key.symbol, one.key.source, True) for one in self._stored if one.key.source in DIALECTS]
        found = [Entry(m.symbol, m.exchange, (m.exchange, m.symbol) in here) for m in self._found]
        yield self.tr("Sample market"), fitting(Entry(each.symbol, SAMPLE, True) for each in SAMPLES)
        yield self.tr("Popular on Binance"), fitting(popular)
        yield self.tr("On this computer"), fitting([one for one in stored if one not in known])
        yield self.tr("Imported"), fitting(list(dict.fromkeys(imports)))
        shown = known | set(stored)
        listed = [one for one in found if one not in shown]
        yield self.tr("On %1").replace("%1", self.exchange.currentText()), listed

    def _add(self, entry: Entry) -> None:
        name = exchange_name(entry.exchange)
        there = f"  ·  {self.tr('stored')}" if entry.stored and entry.exchange in DIALECTS else ""
        item = QListWidgetItem(f"{entry.symbol}  ·  {name}{there}", self.list)
        item.setData(_ENTRY, entry)
        if (entry.symbol, entry.exchange) == (self.current.symbol, self.current.exchange):
            item.setFont(font(13, 600))

    def _go(self, step: int) -> None:
        """Move the mark by so many entries, over headings; 0 goes to the first one."""
        rows = [row for row in range(self.list.count()) if self.list.item(row).data(_ENTRY) is not None]
        if not rows:
            return
        at = self.list.currentRow()
        place = rows.index(at) + step if step and at in rows else 0
        self.list.setCurrentRow(rows[min(max(place, 0), len(rows) - 1)])

    def _choose(self, item: QListWidgetItem | None) -> None:
        entry = item.data(_ENTRY) if item is not None else None
        if entry is not None:
            self.hide()
            self.chosen.emit(entry.symbol, entry.exchange)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys of the field move through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in steps:
                self._go(steps[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)


def _say(text: str) -> str:
    return QCoreApplication.translate("InstrumentPicker", text)
