"""The open drawing and how it is kept: which strategy it belongs to, whether it is saved, and its draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import BlockbuildersError
from app.ui.shelf import Shelf

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import Draft, Revision
    from app.strategy.document import Strategy

DRAFT_AFTER_MS = 1_000

State = Literal["untouched", "changed", "saving", "saved"]


@dataclass(frozen=True, eq=False)
class Kept:
    """How far the open drawing is kept: the strategy it belongs to, if any, and the newest version of that."""

    state: State = "untouched"
    strategy_id: str | None = None
    revision: Revision | None = None


class Keeper(QObject):
    """Saves the open drawing as versions, and keeps a draft of it while it changes.

    `told` says how far it is kept after every step. A drawing that is replaced before it was saved becomes a version
    by itself, so that no click loses work; `replaced` then gives its name.
    """

    told = Signal(object)
    replaced = Signal(str)

    def __init__(self, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._strategy: Strategy | None = None
        self._offered: Draft | None = None
        self._clean: Strategy | None = None
        self.kept = Kept()
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_AFTER_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._undrafted = False

    def offer(self, draft: Draft | None) -> None:
        """Take the draft of last time, which is kept until somebody goes on with it."""
        self._offered = draft

    @property
    def drawing(self) -> Strategy | None:
        """The open drawing as it was told last."""
        return self._strategy

    @property
    def unsaved(self) -> bool:
        """Whether the drawing has changes that no version holds."""
        return self._strategy is not None and self._strategy != self._clean

    def go_on(self) -> Strategy | None:
        """Open the draft of last time and return it; it stays unsaved."""
        draft, self._offered = self._offered, None
        if draft is None:
            return None
        self._leave()
        self._begin(draft.strategy, draft.strategy_id, None)
        self._clean = None
        self._tell("changed")
        return draft.strategy

    def opened(self, strategy: Strategy, strategy_id: str | None = None, revision: Revision | None = None) -> None:
        """Take note of the drawing that is opened, in the place of the one before it."""
        self._leave()
        self._begin(strategy, strategy_id, revision)
        self._tell("saved" if strategy_id else "untouched")

    def follow(self, strategy: Strategy) -> None:
        """Take note of a change of the drawing."""
        if strategy == self._strategy:
            return
        self._strategy, self._undrafted = strategy, True
        self._tell("changed" if self.unsaved else "saved" if self.kept.strategy_id else "untouched")
        if not self._timer.isActive():
            self._timer.start()

    def keep_draft(self) -> None:
        """Write the draft now if the drawing has changed since the last one."""
        self._timer.stop()
        if self._strategy is None or not self._undrafted:
            return
        self._keep_offered()
        strategy, strategy_id, unsaved = self._strategy, self.kept.strategy_id, self.unsaved
        self._undrafted = False
        if unsaved:
            self._shelf.ask(lambda library: library.drafts.write(strategy_id, strategy), otherwise=self._not_drafted)
        else:
            self._shelf.ask(lambda library: library.drafts.forget_one(strategy_id))

    def save(self, note: str = "", then: Callable[[Revision], object] | None = None) -> None:
        """Save the drawing as a new version; `then` is called with it once it is on the disk."""
        strategy = self._strategy
        if strategy is None:
            return
        self._keep_offered()
        self._timer.stop()
        self._undrafted = False
        before = self.kept
        self._tell("saving")

        def work(library: Library) -> Revision:
            revision = library.strategies.save(strategy, before.strategy_id, note)
            library.drafts.forget_one(before.strategy_id)
            return revision

        def saved(revision: Revision) -> None:
            if self.kept.strategy_id == before.strategy_id:
                self.kept = Kept("saved", revision.strategy_id, revision)
                self._clean = strategy
                self._tell("changed" if self.unsaved else "saved")
            if then is not None:
                then(revision)

        self._shelf.change(work, saved, self._not_saved)

    def forget(self, strategy_id: str) -> None:
        """Take note that a strategy is deleted: its drawing, if it is open, belongs to none any more."""
        if self.kept.strategy_id == strategy_id:
            self.kept = Kept("changed")
            self._clean = None
            self._tell("changed")

    def _begin(self, strategy: Strategy, strategy_id: str | None, revision: Revision | None) -> None:
        self._strategy = self._clean = strategy
        self._undrafted = False
        self._timer.stop()
        self.kept = Kept("untouched", strategy_id, revision)

    def _leave(self) -> None:
        """Make a version of the drawing that is replaced, when it has changes."""
        self._keep_offered()
        if self._strategy is None or not self.unsaved or not self._strategy.blocks:
            return
        strategy, strategy_id = self._strategy, self.kept.strategy_id
        self._keep(strategy, strategy_id)
        self.replaced.emit(strategy.name)

    def _keep_offered(self) -> None:
        """Make a version of the draft of last time, before a newer draft takes its place."""
        if self._offered is not None:
            self._keep(self._offered.strategy, self._offered.strategy_id)
            self._offered = None

    def _keep(self, strategy: Strategy, strategy_id: str | None) -> None:
        note = self.tr("Kept by itself when another drawing was opened")

        def work(library: Library) -> None:
            library.strategies.save(strategy, strategy_id, note)
            library.drafts.forget_one(strategy_id)

        self._shelf.change(work)

    def _not_saved(self, error: BlockbuildersError) -> None:
        self._undrafted = True
        self._tell("changed")
        self._shelf.said.emit(str(error), True)

    def _not_drafted(self, error: BlockbuildersError) -> None:
        # Tried again with the next change.
        self._undrafted = True
        self._shelf.said.emit(str(error), True)

    def _tell(self, state: State) -> None:
        self.kept = Kept(state, self.kept.strategy_id, self.kept.revision)
        self.told.emit(self.kept)
