"""What can be done with drawings and saved strategies: opened, saved, renamed, duplicated, exported, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QInputDialog

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import Revision, SavedStrategy
    from app.strategy.document import Strategy
    from app.ui.keeper import Kept, Stranded
    from app.ui.main_window import MainWindow

_LONGEST_NOTE = 500


class Drawings(QObject):
    """Works on the window's keeper, its library and its list of saved strategies.

    `drawn` asks the window to put a drawing on the canvas; `said` is a sentence, the name of a button and what it does
    ("" and None without one).
    """

    drawn = Signal(object)
    said = Signal(str, str, object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shelf, self._keeper, self._files = window.shelf, window.keeper, window.files
        self._list = window.home.saved
        self._held_back = False
        self._last = window.memory.strategy
        self._keeper.replaced.connect(self._say_replaced)
        self._keeper.stranded.connect(self._say_stranded)
        self._keeper.told.connect(self._follow)
        self._list.opened.connect(self.open_saved)
        self._list.renamed.connect(self._rename_saved)
        self._list.duplicated.connect(lambda key: self._shelf.change(lambda library: library.strategies.duplicate(key)))
        self._list.exported.connect(self._export_saved)
        self._list.deleted.connect(self._delete)

    def open(self, strategy: Strategy) -> None:
        """Draw a strategy that is not among the saved ones."""
        self.settle()
        self._keeper.opened(strategy)
        self.drawn.emit(strategy)

    def open_saved(self, strategy_id: str) -> None:
        """Draw the newest version of a saved strategy; one that is on the canvas already stays as it is."""

        def work(library: Library) -> tuple[Revision, Strategy]:
            newest = library.strategies.revisions(strategy_id)[0]
            return newest, library.strategies.read(newest.id)

        def drawn(found: tuple[Revision, Strategy]) -> None:
            self.settle()
            there = self._keeper.kept
            if there.strategy_id == strategy_id and (self._keeper.unsaved or there.revision == found[0]):
                self._window.show_builder()
                return
            self._keeper.opened(found[1], strategy_id, found[0])
            self.drawn.emit(found[1])

        self._shelf.ask(work, drawn)

    def start_new(self) -> None:
        """Draw on an empty canvas."""
        from app.strategy.document import Strategy

        self.open(Strategy(self.tr("New strategy")))

    def go_on(self) -> None:
        """Draw what was drawn last time: what was left unsaved, else the strategy that was open."""
        self.settle()
        strategy = self._keeper.go_on()
        if strategy is not None:
            self.drawn.emit(strategy)
        elif self._last:
            self.open_saved(self._last)

    def save(
        self, then: Callable[[Revision], object] | None = None, otherwise: Callable[[], object] | None = None
    ) -> None:
        """Save the drawing as a new version; `then` is called with the newest one on the disk, or else `otherwise`."""
        self.settle()
        self._keeper.save(then=then, otherwise=otherwise)

    def save_with_note(self) -> None:
        """Ask for a note and save the drawing with it."""
        self.settle()
        title, text = self.tr("Save a version"), self.tr("What is new in this version?")
        note, wanted = QInputDialog.getText(self._window, title, text)
        if wanted:
            self._keeper.save(note.strip()[:_LONGEST_NOTE])

    def export(self) -> None:
        """Write the drawing to a file of the trader's choice."""
        if self._window.builder is not None:
            self._files.export_chosen(self._window.builder.editor.strategy)

    def rename(self, name: str) -> None:
        """Give the drawing another name, which can be undone; one that cannot be taken leaves the old one."""
        from app.strategy import edits

        builder, field = self._window.builder, self._window.bar.name
        if builder is None:
            return
        if name != builder.editor.strategy.name:
            builder.editor.settle()
            builder.editor.perform(self.tr("Rename"), lambda strategy: edits.rename(strategy, name))
        field.setText(builder.editor.strategy.name)

    def refresh(self) -> None:
        """Show the saved strategies as they are now."""
        from app.data.library.library import now_ms

        def show(found: tuple[SavedStrategy, ...]) -> None:
            self._list.show_strategies(found, now_ms())
            self._offer_last(found)

        self._shelf.ask(lambda library: library.strategies.all(), show)

    def settle(self) -> None:
        """Take over what is still being typed: fields keep what they hold when the focus leaves them."""
        builder, field = self._window.builder, self._window.focusWidget()
        if builder is None:
            return
        if field is not None and (builder.isAncestorOf(field) or field is self._window.bar.name):
            field.clearFocus()
            if field.isVisible():
                field.setFocus()
        self.rename(self._window.bar.name.text().strip())
        builder.editor.settle()

    def may_close(self) -> bool:
        """Keep the drawing, and say whether the window may go; what cannot be kept holds it back, but once."""
        self.settle()
        self._keeper.keep_draft()
        if self._held_back or not self._keeper.unsaved:
            return True
        self._shelf.wait()
        strategy = self._keeper.drawing
        if strategy is None or not self._keeper.at_risk:
            return True
        self._held_back = True
        text = self.tr("“%1” is not saved and cannot be kept here. Export it to a file, or close again to leave it.")
        self.said.emit(
            text.replace("%1", strategy.name), self.tr("Export…"), lambda: self._files.export_chosen(strategy)
        )
        return False

    def _delete(self, strategy_id: str) -> None:
        name = next(row.saved.name for row in self._list.rows if row.saved.id == strategy_id)

        def undo() -> None:
            self._shelf.change(
                lambda library: library.strategies.restore_deleted(strategy_id),
                lambda _: self._keeper.remember(strategy_id),
            )

        def deleted(_: object) -> None:
            self._keeper.forget(strategy_id)
            text = self.tr("“%1” is deleted, with its versions and runs.").replace("%1", name)
            self.said.emit(text, self.tr("Undo"), undo)

        self._shelf.change(lambda library: library.strategies.delete(strategy_id), deleted)

    def _rename_saved(self, strategy_id: str, name: str) -> None:
        if self._keeper.kept.strategy_id == strategy_id and self._window.builder is not None:
            self.rename(name)
            self._keeper.save()
        else:
            self._shelf.change(lambda library: library.strategies.rename(strategy_id, name))

    def _export_saved(self, strategy_id: str) -> None:
        self._shelf.ask(
            lambda library: library.strategies.read(library.strategies.revisions(strategy_id)[0].id),
            self._files.export_chosen,
        )

    def _follow(self, kept: Kept) -> None:
        """Take note of a step: a window that was held back may be closed, and the strategy is the last one now."""
        self._held_back = False
        self._window.memory.strategy = kept.strategy_id or ""

    def _offer_last(self, found: Sequence[SavedStrategy]) -> None:
        """Offer the saved strategy of last time, as long as nothing unsaved is offered and nothing is drawn."""
        if self._keeper.drawing is None and not self._keeper.offers:
            name = next((saved.name for saved in found if saved.id == self._last), "")
            self._window.home.draft.offer_saved(name)

    def _say_stranded(self, stranded: Stranded) -> None:
        def back() -> None:
            self.settle()
            self._keeper.come_back(stranded)
            self.drawn.emit(stranded.strategy)

        text = self.tr("“%1” is not saved. %2").replace("%1", stranded.strategy.name).replace("%2", stranded.reason)
        self.said.emit(text, self.tr("Back to it"), back)

    def _say_replaced(self, name: str) -> None:
        text = self.tr("“%1” had changes, so it was saved among your strategies.").replace("%1", name)
        # The page of the drawing that takes its place takes sentences away first.
        QTimer.singleShot(0, lambda: self.said.emit(text, "", None))
