"""The library: everything the trader made, opened once for the life of the process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from app.data.library.backups import Backups, folder_of_backups, put_back, taken_out
from app.data.library.curves import Curves
from app.data.library.drafts import Drafts
from app.data.library.folder import Folder
from app.data.library.opening import Opened, open_files
from app.data.library.records import Backup, Freed, Storage
from app.data.library.runs import Runs
from app.data.library.strategies import Strategies
from app.data.library.upkeep import clean_up, storage


def now_ms() -> int:
    """Return the time, in UTC ms."""
    return time.time_ns() // 1_000_000


class Library:
    """The open library. All methods of it and of its parts may be called from any thread.

    `notice` is a sentence for the trader when something had to be put right or cannot be done, else None.
    """

    def __init__(self, folder: Folder, backups: Backups, opened: Opened, clock: Callable[[], int]) -> None:
        self._folder, self._opened, self._clock = folder, opened, clock
        self._backups = backups
        self.notice = " ".join(opened.notices) or None
        self.read_only = opened.records.read_only
        self.strategies = Strategies(opened.records, opened.device, clock)
        self.drafts = Drafts(opened.records, clock)
        self._curves = Curves(opened.curves)
        self.runs = Runs(opened.records, self._curves, opened.instance, clock)

    @classmethod
    def open(cls, folder: Path, *, backups: Path | None = None, clock: Callable[[], int] = now_ms) -> Library:
        """Return the library in a folder, which is made when it is not there; backups go beside it.

        Takes up to a second, so not for the thread that draws. Raises LibraryLocked, LibraryTooNew, LibraryUnreadable.
        """
        held = Folder(folder)
        copies = Backups(backups or folder_of_backups(folder))
        try:
            return cls(held, copies, open_files(held, copies, clock), clock)
        except BaseException:
            held.release()
            raise

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def backups(self) -> tuple[Backup, ...]:
        """Return the backups there are, newest first."""
        return self._backups.all()

    def back_up_if_due(self) -> Backup | None:
        """Make the backup of the day unless there is one. Takes a while. Raises LibraryNotWritten, LibraryDamaged."""
        if self.read_only or not self._backups.is_due(self._clock()):
            return None
        return self._backups.make(self._opened.records, self._clock(), "daily")

    def back_up(self) -> Backup:
        """Make a backup because the trader asks for one. Takes a while. Raises LibraryNotWritten, LibraryDamaged."""
        return self._backups.make(self._opened.records, self._clock(), "asked-for")

    def folders(self) -> tuple[Path, Path]:
        """Return where strategies and runs are kept, and where their backups are."""
        return self._folder.path, self._backups.folder

    def storage(self) -> Storage:
        """Return how much room everything takes."""
        return storage(self._opened.records, self._opened.curves, self._backups)

    def clean_up(self, *, keep: int | None = None) -> Freed:
        """Remove for ever the results of deleted runs and, with `keep`, of all but the newest of each strategy.

        Pinned runs stay whole; of the others the figures in the list stay. Raises LibraryNotWritten.
        """
        self._backups.make(self._opened.records, self._clock(), "before-clean-up")
        return clean_up(self._opened.records, self._curves, self.runs.columns_lock, keep)

    @classmethod
    def go_back(
        cls, folder: Path, backup: Backup, *, backups: Path | None = None, clock: Callable[[], int] = now_ms
    ) -> Library:
        """Return the library as a backup has it, in place of a closed one, of which a backup is made first.

        Raises LibraryLocked, LibraryDamaged when the backup is not sound, LibraryUnreadable, LibraryNotWritten.
        """
        with cls.open(folder, backups=backups, clock=clock) as library:
            # First, because a new backup may take the place of an old one.
            part = taken_out(Path(backup.path), library._folder.records)
            library._backups.make(library._opened.records, clock(), "before-going-back")
        held = Folder(folder)
        try:
            put_back(part, held.records)
        finally:
            held.release()
        return cls.open(folder, backups=backups, clock=clock)

    def close(self) -> None:
        """Close the files and let another process have them."""
        self._opened.records.close()
        self._opened.curves.close()
        self._folder.release()
