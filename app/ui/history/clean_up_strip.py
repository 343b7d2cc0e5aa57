"""Giving room back: what is removed, said before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.results.numbers import count
from app.ui.choice import Choice
from app.ui.labels import label

if TYPE_CHECKING:
    from app.data.library.records import RunSummary

_KEPT = (100, 20, 5, 1)


class CleanUpStrip(QFrame):
    """`confirmed` carries how many of the newest runs of each strategy stay whole, None for all."""

    confirmed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._runs: Sequence[RunSummary] = ()
        self._deleted = 0
        self.keep = Choice()
        self.keep.setAccessibleName(self.tr("What to remove"))
        self.keep.addItem(self.tr("Deleted runs only"), None)
        for number in _KEPT:
            text = self.tr("Keep the newest %1 of each strategy") if number > 1 else self.tr("Keep the newest one only")
            self.keep.addItem(text.replace("%1", str(number)), number)
        self.keep.currentIndexChanged.connect(lambda _: self._say())
        self.sentence = label(wrap=True)
        self.confirm = QPushButton(self.tr("Clean up"))
        self.confirm.clicked.connect(self._confirm)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.keep)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.confirm)
        row.addWidget(self.cancel)
        self.hide()

    def ask(self, runs: Sequence[RunSummary], deleted: int) -> None:
        """Ask what is to be removed of all runs, of which some more are deleted."""
        self._runs, self._deleted = runs, deleted
        self.keep.setCurrentIndex(0)
        self._say()
        self.show()
        self.keep.setFocus()

    def emptied(self) -> int:
        """Return how many runs on the list would be left with nothing but their figures."""
        keep = self.keep.currentData()
        if keep is None:
            return 0
        seen: Counter[str] = Counter()
        emptied = 0
        for run in self._runs:
            if not run.pinned:
                seen[run.strategy_id] += 1
                emptied += seen[run.strategy_id] > keep and run.state == "completed" and not run.cleaned
        return emptied

    def _say(self) -> None:
        emptied = self.emptied()
        parts = []
        if self._deleted:
            text = self.tr("The results of %1 are removed for ever; they cannot be restored any more.")
            parts.append(text.replace("%1", count(self._deleted, self.tr("deleted run"))))
        if emptied:
            text = self.tr("Of %1 only the figures in this list stay: charts, trades and reasons are removed.")
            parts.append(text.replace("%1", count(emptied, self.tr("run"))))
        if parts:
            parts.append(self.tr("Pinned runs stay whole. A backup is made first."))
        self.sentence.setText(" ".join(parts) or self.tr("There is nothing to remove."))
        self.confirm.setEnabled(bool(parts))

    def _confirm(self) -> None:
        self.hide()
        self.confirmed.emit(self.keep.currentData())
