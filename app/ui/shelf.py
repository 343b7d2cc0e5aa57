"""The library as the window sees it: asked in a thread, one question after the other, answered in the window's own."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from app.errors import BlockbuildersError

if TYPE_CHECKING:
    from app.data.library.library import Library
    from app.data.library.records import Backup

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Work = Callable[["Library"], Any]


class Shelf(QObject):
    """Strategies, versions, drafts and runs, kept in a folder.

    `opened` tells that the library is there, `replaced` that it is as a backup has it, `changed` that something in it
    has, `said` is a sentence for the trader, and whether it is a bad one. What is asked before the library is open
    waits; where it cannot be opened, every question is answered with the reason.
    """

    opened = Signal()
    replaced = Signal()
    changed = Signal()
    said = Signal(str, bool)
    _answered = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._work: queue.SimpleQueue[Callable[[Library | None], None] | None] = queue.SimpleQueue()
        self._refusal: BlockbuildersError | None = None
        self._library: Library | None = None
        # Called in the thread before the library is closed for another: nobody may use it any more.
        self.leavers: list[Callable[[], object]] = []
        self.read_only = False
        self._closed = False
        self._answered.connect(self._pass_on)
        self._thread = threading.Thread(target=self._serve, name="library", daemon=True)

    def open(self) -> None:
        """Open the library in a thread."""
        self._thread.start()

    def ask(
        self,
        work: Callable[[Library], Answer],
        then: Callable[[Answer], object] | None = None,
        otherwise: Callable[[BlockbuildersError], object] | None = None,
    ) -> None:
        """Do `work` in the thread, then `then` with its answer in this one.

        When it fails, `otherwise` is called with the failure; where that is None, the trader is told.
        """
        self._work.put(lambda library: self._answer(library, work, then, otherwise))

    def change(
        self,
        work: Callable[[Library], Answer],
        then: Callable[[Answer], object] | None = None,
        otherwise: Callable[[BlockbuildersError], object] | None = None,
    ) -> None:
        """Do `work`, which writes, as `ask` does, and tell everybody that something has changed."""

        def done(answer: Answer) -> None:
            if then is not None:
                then(answer)
            self.changed.emit()

        self.ask(work, done, otherwise)

    def wait(self) -> None:
        """Wait until everything asked for so far is done and answered. For the moment of closing."""
        if self._thread.is_alive():
            done = threading.Event()
            self._work.put(lambda _: done.set())
            done.wait()
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def go_back(
        self,
        backup: Backup,
        then: Callable[[tuple[Backup, ...]], object],
        otherwise: Callable[[BlockbuildersError], object],
    ) -> None:
        """Put a backup in the place of the library, then call `then` with the backups there are.

        One that holds what was there before is among them. When it fails, everything is as it was.
        """
        self._work.put(lambda library: self._answer(library, lambda _: self._replace(backup), then, otherwise))

    def close(self) -> None:
        """Do what has been asked for, then close the library; answers come no more."""
        self._closed = True
        if self._thread.is_alive():
            self._work.put(None)
            self._thread.join()

    def _pass_on(self, answer: Callable[[], object]) -> None:
        if not self._closed:
            answer()

    def _serve(self) -> None:
        self._library = self._open()
        while (work := self._work.get()) is not None:
            work(self._library)
        if self._library is not None:
            self._library.close()

    def _replace(self, backup: Backup) -> tuple[Backup, ...]:
        """Close the library, open it as a backup has it, and return the backups there are."""
        from app.data.library.library import Library

        assert self._library is not None, "there is no answer without a library"
        for leave in self.leavers:
            leave()
        self._library.close()
        self._library = None
        try:
            self._library = Library.go_back(self._folder, backup)
        except BaseException:
            self._library = self._open_again()
            raise
        self._answered.emit(self.replaced.emit)
        self._answered.emit(self.changed.emit)
        return self._library.backups()

    def _open_again(self) -> Library | None:
        """Open the library that could not be replaced."""
        from app.data.library.library import Library

        try:
            return Library.open(self._folder)
        except BlockbuildersError as error:
            self._refusal = error
            return None

    def _open(self) -> Library | None:
        from app.data.library.library import Library

        try:
            library = Library.open(self._folder)
        except BlockbuildersError as error:
            self._refusal = error
        except Exception:
            log.exception("the library cannot be opened")
            self._refusal = BlockbuildersError(
                "Your strategies cannot be opened, sorry: something is wrong in the app."
            )
        else:
            self.read_only = library.read_only
            if library.notice:
                self._tell(library.notice, bad=True)
            self._answered.emit(self.opened.emit)
            self.ask(lambda library: library.back_up_if_due(), lambda made: self.changed.emit() if made else None)
            return library
        self._tell(str(self._refusal), bad=True)
        return None

    def _answer(
        self,
        library: Library | None,
        work: Work,
        then: Callable[[Any], object] | None,
        otherwise: Callable[[BlockbuildersError], object] | None,
    ) -> None:
        try:
            if library is None:
                raise self._refusal or BlockbuildersError("Your strategies are not open.")
            answer = work(library)
        except BlockbuildersError as error:
            self._fail(error, otherwise)
        except Exception:
            log.exception("the library failed")
            self._fail(BlockbuildersError("Something is wrong with the app itself, sorry."), otherwise)
        else:
            if then is not None:
                self._answered.emit(lambda: then(answer))

    def _fail(self, error: BlockbuildersError, otherwise: Callable[[BlockbuildersError], object] | None) -> None:
        if otherwise is None:
            self._tell(str(error), bad=True)
        else:
            self._answered.emit(lambda: otherwise(error))

    def _tell(self, text: str, *, bad: bool) -> None:
        self._answered.emit(lambda: self.said.emit(text, bad))
