"""One stored series: what is there, what is missing, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.canvas.theme import Theme
from app.data.dialects import DIALECTS
from app.data.records import SeriesKey
from app.jobs.fetches import Fetch
from app.jobs.stored_series import Held
from app.ui import data_words as words
from app.ui.coverage_bar import CoverageBar
from app.ui.fetch_strip import FetchStrip
from app.ui.instrument_picker import exchange_name
from app.ui.labels import label


class SeriesCard(QFrame):
    """Shows a series. Its signals carry the key: fetch more, stop, export, delete (which was confirmed here)."""

    more_wanted = Signal(object)
    stop_wanted = Signal(object)
    export_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, key: SeriesKey, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.held: Held | None = None
        self.setProperty("card", True)
        self.setAccessibleName(f"{key.symbol}, {exchange_name(key.source)}")
        self.coverage = CoverageBar(theme)
        self.facts = label(pixels=12, muted=True, wrap=True)
        self.gaps = label(pixels=12, muted=True, wrap=True)
        self.begins, self.ends = label(pixels=11, muted=True), label(pixels=11, muted=True)
        self.strip = FetchStrip()
        self.strip.layout().setContentsMargins(0, 4, 0, 0)  # type: ignore[union-attr]
        self.strip.wanted.connect(lambda: self.more_wanted.emit(key))
        self.strip.stopped.connect(lambda: self.stop_wanted.emit(key))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(4)
        column.addLayout(self._head())
        column.addWidget(self.facts)
        column.addSpacing(8)
        column.addWidget(self.coverage)
        dates = QHBoxLayout()
        dates.addWidget(self.begins)
        dates.addStretch(1)
        dates.addWidget(self.ends)
        column.addLayout(dates)
        column.addWidget(self.gaps)
        column.addWidget(self.strip)
        self._ask = self._question()
        column.addWidget(self._ask)

    def show_held(self, held: Held) -> None:
        """Show what is stored."""
        self.held = held
        self.facts.setText(words.facts(held))
        gaps = words.gaps_text(held)
        self.gaps.setText(gaps)
        self.gaps.setVisible(bool(gaps))
        self.coverage.show_parts(held.parts)
        self.coverage.setAccessibleName(self.tr("Stored: %1").replace("%1", words.share_text(held.share)))
        self.begins.setText(words.day(held.span.start) if held.span else "")
        self.ends.setText(words.day(held.span.end) if held.span else "")
        self.export.setEnabled(held.candles > 0)

    def show_fetch(self, fetch: Fetch) -> None:
        """Show how a fetch of this series is."""
        self.strip.show_fetch(fetch)
        self.more.setEnabled(not fetch.going)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.coverage.set_theme(theme)

    def ask_to_delete(self) -> None:
        """Ask once, in place of a dialog, whether to delete the candles."""
        count = self.held.candles if self.held else 0
        imported = self.key.source not in DIALECTS
        after = (
            self.tr("The file they were imported from is forgotten too.")
            if imported
            else self.tr("They can be fetched again.")
        )
        text = self.tr("Delete %1 candles of %2?").replace("%1", f"{count:,}").replace("%2", self.key.symbol)
        self._sentence.setText(f"{text} {after}")
        self._ask.show()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.key.symbol, pixels=15, weight=600))
        row.addWidget(label(exchange_name(self.key.source), muted=True))
        row.addStretch(1)
        self.more = self._button(row, self.tr("Fetch more"), lambda: self.more_wanted.emit(self.key))
        self.more.setVisible(self.key.source in DIALECTS)
        self.export = self._button(row, self.tr("Export…"), lambda: self.export_wanted.emit(self.key))
        self.delete = self._button(row, self.tr("Delete"), self.ask_to_delete)
        return row

    def _question(self) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(8)
        self._sentence = label(wrap=True)
        row.addWidget(self._sentence, 1)
        self.keep = self._button(row, self.tr("Keep"), widget.hide)
        self.really = self._button(row, self.tr("Delete"), lambda: self._delete(widget))
        widget.hide()
        return widget

    def _delete(self, question: QWidget) -> None:
        question.hide()
        self.delete_wanted.emit(self.key)

    def _button(self, row: QHBoxLayout, text: str, does: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(f"{text}: {self.key.symbol}")
        button.clicked.connect(does)
        row.addWidget(button)
        return button
