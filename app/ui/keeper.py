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


@dataclass(eq=False)
class Place:
    """Where a drawing is kept: the id of its strategy, None until its first version is on the disk.

    Written in the thread of the library, so that whatever is asked there later knows what an earlier save has made.
    """

    strategy_id: str | None = None


@dataclass(frozen=True, eq=False)
class Stranded:
    """A drawing that another has replaced and that could not be saved, and why."""

    strategy: Strategy
    place: Place
    reason: str


class Keeper(QObject):
    """Saves the open drawing as versions, and keeps a draft of it while it changes.

    `told` says how far it is kept after every step. A drawing that is replaced before it was saved becomes a version
    by itself, so that no click loses work; `replaced` then gives its name, or `stranded` what could not be saved.
    """

    told = Signal(object)
    replaced = Signal(str)
    stranded = Signal(object)

    def __init__(self, shelf: Shelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._strategy: Strategy | None = None
        self._offered: Draft | None = None
        self._clean: Strategy | None = None
        self._saving: Strategy | None = None
        self._place = Place()
        self._parted: tuple[Place, Kept, Strategy | None] | None = None
        self._complaint = ""
        self.kept = Kept()
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_AFTER_MS)
        self._timer.timeout.connect(self.keep_draft)
        self._undrafted = False

    def offer(self, draft: Draft | None) -> None:
        """Take the draft of last time, which is kept until somebody goes on with it or draws something else."""
        self._offered = draft
        if self._strategy is not None:
            self._keep_offered()
            self._draft_soon()

    @property
    def offers(self) -> bool:
        """Whether the draft of last time waits for somebody to go on with it."""
        return self._offered is not None

    @property
    def drawing(self) -> Strategy | None:
        """The open drawing as it was told last."""
        return self._strategy

    @property
    def unsaved(self) -> bool:
        """Whether the drawing has changes that no version holds."""
        return self._strategy is not None and self._strategy != self._clean

    @property
    def at_risk(self) -> bool:
        """Whether the drawing has changes that are not even in a draft."""
        return self.unsaved and self._undrafted and has_content(self._strategy)

    def go_on(self) -> Strategy | None:
        """Open the draft of last time and return it; it stays unsaved."""
        draft, self._offered = self._offered, None
        if draft is None:
            return None
        self._leave()
        self._begin(draft.strategy, Place(draft.strategy_id), None)
        self._clean = None
        self._tell("changed")
        return draft.strategy

    def come_back(self, stranded: Stranded) -> None:
        """Take a drawing that could not be saved as the open one again."""
        self._leave()
        self._begin(stranded.strategy, stranded.place, None)
        self._clean = None
        self._tell("changed")
        self._draft_soon()

    def opened(self, strategy: Strategy, strategy_id: str | None = None, revision: Revision | None = None) -> None:
        """Take note of the drawing that is opened, in the place of the one before it."""
        self._leave()
        self._begin(strategy, Place(strategy_id), revision)
        self._tell("saved" if strategy_id else "untouched")

    def follow(self, strategy: Strategy) -> None:
        """Take note of a change of the drawing."""
        if strategy == self._strategy:
            return
        self._strategy = strategy
        self._tell("changed" if self.unsaved else "saved" if self.kept.strategy_id else "untouched")
        self._draft_soon()

    def keep_draft(self) -> None:
        """Write the draft now if the drawing has changed since the last one."""
        self._timer.stop()
        if self._strategy is None or not self._undrafted:
            return
        self._keep_offered()
        strategy, place, unsaved = self._strategy, self._place, self.unsaved
        self._undrafted = False

        def failed(error: BlockbuildersError) -> None:
            if place is self._place:
                self._not_drafted(error)

        if unsaved:
            self._shelf.ask(lambda library: library.drafts.write(place.strategy_id, strategy), self._drafted, failed)
        else:
            self._shelf.ask(lambda library: library.drafts.forget_one(place.strategy_id))

    def save(
        self,
        note: str = "",
        then: Callable[[Revision], object] | None = None,
        otherwise: Callable[[], object] | None = None,
    ) -> None:
        """Save the drawing as a new version; `then` is called with it once it is on the disk, or else `otherwise`."""
        strategy, place = self._strategy, self._place
        if strategy is None:
            return
        self._keep_offered()
        self._timer.stop()
        self._undrafted = False
        self._saving = strategy
        self._tell("saving")

        def saved(revision: Revision) -> None:
            if place is self._place:
                self.kept = Kept("saved", revision.strategy_id, revision)
                self._clean = strategy
                self._tell("changed" if self.unsaved else "saved")
            if then is not None:
                then(revision)

        def failed(error: BlockbuildersError) -> None:
            if place is self._place:
                self._not_saved(error)
            else:
                self.stranded.emit(Stranded(strategy, place, str(error)))
            if otherwise is not None:
                otherwise()

        self._shelf.change(lambda library: _save(library, strategy, place, note), saved, failed)

    def forget(self, strategy_id: str) -> None:
        """Take note that a strategy is deleted: its drawing, if it is open, belongs to none any more."""
        self._shelf.ask(lambda library: library.drafts.forget_one(strategy_id))
        if self.kept.strategy_id == strategy_id:
            self._parted = self._place, self.kept, self._clean
            self._place, self.kept = Place(), Kept("changed")
            self._clean = None
            self._tell("changed")
            self._draft_soon()

    def remember(self, strategy_id: str) -> None:
        """Take note that a deleted strategy is back: its drawing, if it is still open, belongs to it again."""
        if self._parted is None or self._parted[1].strategy_id != strategy_id or self._place.strategy_id is not None:
            return
        self._shelf.ask(lambda library: library.drafts.forget_one(None))
        (self._place, self.kept, self._clean), self._parted = self._parted, None
        self._tell("changed" if self.unsaved else "saved")
        self._draft_soon()

    def look_again(self) -> None:
        """Take note that another library is open, where the strategy of the drawing has other versions, or is not."""
        place, parted = self._place, self._parted
        strategy_id = self.kept.strategy_id or (parted[1].strategy_id if parted else None)
        if strategy_id is None:
            if self.unsaved:
                self._draft_soon()
            return

        def found(newest: tuple[Revision, Strategy]) -> None:
            if place is self._place:
                self._place, self._parted, self._clean = Place(strategy_id), None, newest[1]
                self.kept = Kept("changed", strategy_id, newest[0])
                self._tell("changed" if self.unsaved else "saved")
                self._draft_soon()

        self._shelf.ask(lambda library: _newest(library, strategy_id), found, lambda _: self.forget(strategy_id))

    def _begin(self, strategy: Strategy, place: Place, revision: Revision | None) -> None:
        self._strategy = self._clean = strategy
        self._place = place
        self._parted = self._saving = None
        self._undrafted = False
        self._timer.stop()
        self.kept = Kept("untouched", place.strategy_id, revision)

    def _draft_soon(self) -> None:
        self._undrafted = True
        if not self._timer.isActive():
            self._timer.start()

    def _leave(self) -> None:
        """Make a version of the drawing that is replaced, when it has changes."""
        self._keep_offered()
        strategy, place = self._strategy, self._place
        if strategy is None or (self.kept.state == "saving" and strategy == self._saving):
            return
        if self.unsaved and has_content(strategy):
            self._keep(strategy, place)
        elif self._undrafted or self.unsaved:
            self._shelf.ask(lambda library: library.drafts.forget_one(place.strategy_id), otherwise=lambda _: None)

    def _keep_offered(self) -> None:
        """Make a version of the draft of last time, before a newer draft takes its place."""
        draft, self._offered = self._offered, None
        if draft is not None:
            self._keep(draft.strategy, Place(draft.strategy_id))

    def _keep(self, strategy: Strategy, place: Place) -> None:
        note = self.tr("Kept by itself when another drawing was opened")
        self._shelf.change(
            lambda library: _save(library, strategy, place, note),
            lambda _: self.replaced.emit(strategy.name),
            lambda error: self.stranded.emit(Stranded(strategy, place, str(error))),
        )

    def _not_saved(self, error: BlockbuildersError) -> None:
        self._complaint = str(error)
        self._tell("changed")
        self._shelf.said.emit(str(error), True)
        self._draft_soon()

    def _drafted(self, _: None) -> None:
        self._complaint = ""

    def _not_drafted(self, error: BlockbuildersError) -> None:
        # Tried again with the next change; said again only when there is something new to say.
        self._undrafted = True
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._shelf.said.emit(str(error), True)

    def _tell(self, state: State) -> None:
        self.kept = Kept(state, self.kept.strategy_id, self.kept.revision)
        self.told.emit(self.kept)


def has_content(strategy: Strategy | None) -> bool:
    """Say whether anything is drawn."""
    return strategy is not None and bool(strategy.blocks or strategy.frames or strategy.notes)


def _newest(library: Library, strategy_id: str) -> tuple[Revision, Strategy]:
    """Return the newest version of a strategy that is on the list. Raises NotInLibrary."""
    from app.data.library.failures import NotInLibrary

    if all(saved.id != strategy_id for saved in library.strategies.all()):
        raise NotInLibrary("This strategy is not on the list.")
    newest = library.strategies.revisions(strategy_id)[0]
    return newest, library.strategies.read(newest.id)


def _save(library: Library, strategy: Strategy, place: Place, note: str) -> Revision:
    """Return the version made, whose drawing needs no draft any more."""
    before = place.strategy_id
    revision = library.strategies.save(strategy, before, note)
    place.strategy_id = revision.strategy_id
    library.drafts.forget_one(before)
    return revision
