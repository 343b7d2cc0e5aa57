"""The backups of strategies and runs: made now and then, and gone back to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.labels import label
from app.ui.settings.section import Section, button, line, paragraph
from app.ui.times import ago, minute

if TYPE_CHECKING:
    from app.data.library.records import Backup

_FIRST = 6


class BackupList(Section):
    """`wanted` asks for a backup now, `go_back_wanted` carries the Backup to go back to, once that is confirmed."""

    wanted = Signal()
    go_back_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        about = _tr(
            "Made by itself once a day, kept for about a year, and before anything risky. Going back to one makes a "
            "backup of how things are first, so that you can return."
        )
        super().__init__(_tr("Backups of strategies and runs"), about, parent)
        self.now = button(_tr("Back up now"), self.wanted.emit)
        self.head.addWidget(self.now, 0, Qt.AlignmentFlag.AlignTop)
        self.none = label(_tr("There is no backup yet."), muted=True)
        self.rows: list[BackupRow] = []
        self._shown: list[QWidget] = []
        self._focus_back = False
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.more = QPushButton()
        self.more.clicked.connect(self._show_all)
        self.body.addWidget(self.none)
        self.body.addLayout(self._list)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        self.body.addLayout(row)
        self._all = False
        self._backups: tuple[Backup, ...] = ()
        self._now_ms = 0
        self.show_backups((), 0)

    def show_backups(self, backups: Sequence[Backup], now_ms: int) -> None:
        """Show these, newest first. A question that is being asked stays, whatever comes meanwhile."""
        if tuple(backups) == self._backups and self.rows:
            return
        self._backups, self._now_ms = tuple(backups), now_ms
        self._build()

    def _build(self) -> None:
        asked = next((row for row in self.rows if row.asks), None)
        focused = QApplication.focusWidget()
        asking = asked is not None and focused is not None and asked.question.isAncestorOf(focused)
        for gone in self._shown:
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._shown, self.rows = [], []
        for backup in self._backups if self._all else self._backups[:_FIRST]:
            if self.rows:
                self._shown.append(line())
            row = BackupRow(backup, self._now_ms)
            row.opened.connect(self._close_others)
            row.confirmed.connect(lambda backup=backup: self.go_back_wanted.emit(backup))
            self._shown.append(row)
            self.rows.append(row)
        for part in self._shown:
            self._list.addWidget(part)
            # A layout would show it later only, and what does not show takes no focus.
            part.show()
        before: QWidget = self.now
        for row in self.rows:
            before = row.come_after(before)
        QWidget.setTabOrder(before, self.more)
        for row in self.rows:
            if asked is not None and row.backup == asked.backup:
                row.open_question()
                if asking:
                    row.cancel.setFocus()
        self.none.setVisible(not self._backups)
        self.more.setVisible(len(self.rows) < len(self._backups))
        self.more.setText(_tr("Show all %1").replace("%1", str(len(self._backups))))

    def allow(self, allowed: bool) -> None:
        """Let the buttons work, or not while something is under way or nothing can be written.

        The keyboard finds its way back to where it was.
        """
        focus = QApplication.focusWidget()
        if not allowed and focus is not None and self.isAncestorOf(focus):
            self._focus_back = True
        self.now.setEnabled(allowed)
        if allowed and self._focus_back:
            self._focus_back = False
            self.now.setFocus()
        for row in self.rows:
            row.allow(allowed)

    def _show_all(self) -> None:
        self._all = True
        shown = len(self.rows)
        self._build()
        self.rows[shown].go_back.setFocus()

    def _close_others(self) -> None:
        for row in self.rows:
            if row is not self.sender():
                row.close_question()


class BackupRow(QWidget):
    """A backup with a button to go back to it, which asks once more in the same place."""

    opened = Signal()
    confirmed = Signal()

    def __init__(self, backup: Backup, now_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.backup = backup
        self.when = minute(backup.made_ms)
        name = _tr("Go back to the backup of %1").replace("%1", self.when)
        self.asks = False
        self.go_back = button(_tr("Go back to this…"), self.ask, name)
        self.about = label(f"{why(backup.reason)}  ·  {size_text(backup.size)}", pixels=12, muted=True)
        top = QHBoxLayout()
        top.setSpacing(12)
        date = label(self.when, weight=550)
        date.setMinimumWidth(128)
        top.addWidget(date)
        since = label(ago(backup.made_ms, now_ms), pixels=12, muted=True)
        since.setMinimumWidth(72)
        top.addWidget(since)
        top.addWidget(self.about, 1)
        top.addWidget(self.go_back)
        text = _tr(
            "Strategies, versions and runs become what they were on %1; what was saved since leaves the lists. "
            "A backup of how things are now is made first. The drawing on the canvas stays."
        ).replace("%1", self.when)
        self.confirm = button(_tr("Go back"), self._confirm, name)
        self.cancel = button(_tr("Cancel"), self._cancel, _tr("Do not go back"))
        self.question = QWidget()
        asked = QHBoxLayout(self.question)
        asked.setContentsMargins(0, 4, 0, 4)
        asked.setSpacing(8)
        asked.addWidget(paragraph(text), 1)
        asked.addWidget(self.confirm)
        asked.addWidget(self.cancel)
        self.question.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.question)

    def come_after(self, before: QWidget) -> QWidget:
        """Be reached by Tab right after another widget; return the last one that is reached here."""
        parts = (before, self.go_back, self.confirm, self.cancel)
        for one, next_ in pairwise(parts):
            QWidget.setTabOrder(one, next_)
        return parts[-1]

    def allow(self, allowed: bool) -> None:
        """Let the buttons work, or not."""
        self.go_back.setEnabled(allowed)
        self.confirm.setEnabled(allowed)

    def close_question(self) -> None:
        """Take the question away."""
        self.asks = False
        self.question.hide()
        self.go_back.show()

    def open_question(self) -> None:
        """Show the question, and leave the keyboard where it is."""
        self.asks = True
        self.opened.emit()
        self.go_back.hide()
        self.question.show()

    def ask(self) -> None:
        """Ask whether to go back to this backup."""
        self.open_question()
        self.cancel.setFocus()

    def _cancel(self) -> None:
        self.close_question()
        self.go_back.setFocus()

    def _confirm(self) -> None:
        self.close_question()
        self.confirmed.emit()


def why(reason: str) -> str:
    """Return what a backup was made for."""
    known = {
        "daily": _tr("made by itself"),
        "asked-for": _tr("asked for"),
        "before-going-back": _tr("before going back to a backup"),
        "before-clean-up": _tr("before a clean-up"),
        "before-update": _tr("before an update of the app"),
    }
    return known.get(reason, reason.replace("-", " "))


def size_text(size: int) -> str:
    """Return bytes as people read them."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
