"""Copies of the library beside its folder: one a day, thinned with age, and one before anything risky."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.data.library.database import Database
from app.data.library.failures import LibraryDamaged, LibraryError, LibraryNotWritten
from app.data.library.folder import COMPANIONS, sync_folder
from app.data.library.records import Backup

DAY_MS = 86_400_000
DAILY, WEEKLY, MONTHLY = 12, 10, 9
# Those made before something risky.
OTHERS = 5

_NAME = re.compile(r"library-(\d{8}-\d{6}-\d{3})-([a-z-]+)\.db")
_STAMP = "%Y%m%d-%H%M%S"
# Scanners of viruses may hold a new file for a moment.
_TRIES, _PAUSE_S = 4, 0.1


def folder_of_backups(folder: Path) -> Path:
    """Return where the backups of a library are kept: outside its folder, so that losing one keeps the other."""
    return folder.with_name(f"{folder.name}-backups")


class Backups:
    """The backups in one folder, which is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[Backup, ...]:
        """Return the backups, newest first."""
        found = []
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                name = _NAME.fullmatch(path.name)
                if name:
                    found.append(Backup(str(path), _moment(name[1]), name[2], path.stat().st_size))
        return tuple(sorted(found, key=lambda backup: backup.made_ms, reverse=True))

    def is_due(self, now_ms: int) -> bool:
        """Say whether the last daily backup is a day away, in the past or, with a clock put back, in the future."""
        daily = [backup.made_ms for backup in self.all() if backup.reason == "daily"]
        return not daily or abs(now_ms - daily[0]) >= DAY_MS

    def make(self, database: Database, now_ms: int, reason: str) -> Backup:
        """Copy the database, check the copy, put it in place and drop backups nobody needs any more.

        Raises LibraryNotWritten when there is no room or no right to do so, LibraryDamaged when the copy is not sound.
        """
        path = self.folder / f"library-{stamp(now_ms)}-{reason}.db"
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.drop_parts()
            database.copy_to(part)
            _check(part)
            _put_in_place(part, path)
        except OSError as error:
            raise LibraryNotWritten(
                f"No backup could be made in {self.folder} ({(error.strerror or 'unknown reason').lower()}). Your "
                "strategies are untouched."
            ) from error
        finally:
            self.drop_parts()
        self._thin()
        return Backup(str(path), now_ms, reason, path.stat().st_size)

    def bytes(self) -> int:
        """Return how much room the backups take."""
        return sum(backup.size for backup in self.all())

    def _thin(self) -> None:
        """Remove what is kept by no rule. By the times of the backups alone: a wrong clock removes nothing."""
        found = self.all()
        others = [backup for backup in found if backup.reason != "daily"]
        needed = kept(backup.made_ms for backup in found if backup.reason == "daily")
        for backup in found:
            if backup.made_ms not in needed and backup not in others[:OTHERS]:
                with contextlib.suppress(OSError):
                    Path(backup.path).unlink()

    def drop_parts(self) -> None:
        """Remove what a process left that ended in the middle of making a backup."""
        for part in self.folder.glob("library-*.part*"):
            with contextlib.suppress(OSError):
                part.unlink()


def kept(moments: Iterable[int]) -> set[int]:
    """Return which backups stay: the newest of each of the last 12 days, 10 weeks and 9 months that have one."""
    newest_first = sorted(moments, reverse=True)
    stays: set[int] = set()
    for form, count in (("%Y-%m-%d", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        newest: dict[str, int] = {}
        for moment in newest_first:
            newest.setdefault(datetime.fromtimestamp(moment / 1000, UTC).strftime(form), moment)
        stays.update(list(newest.values())[:count])
    return stays


def stamp(now_ms: int) -> str:
    """Return a time as part of a file's name, in UTC."""
    return datetime.fromtimestamp(now_ms // 1000, UTC).strftime(_STAMP) + f"-{now_ms % 1000:03d}"


def is_sound(path: Path) -> bool:
    """Say whether a backup is whole."""
    try:
        _check(path)
    except LibraryError:
        return False
    return True


def taken_out(backup: Path, path: Path) -> Path:
    """Return a copy of a backup beside the library at `path`. Raises LibraryDamaged, LibraryNotWritten."""
    part = path.with_suffix(".restored")
    try:
        shutil.copyfile(backup, part)
    except OSError as error:
        raise _not_put_in_place(error) from error
    try:
        _check(part)
    except LibraryError as error:
        part.unlink(missing_ok=True)
        raise LibraryDamaged(
            f"The backup {backup.name} is not sound, so everything stays as it is. Choose another one."
        ) from error
    return part


def put_back(part: Path, path: Path) -> None:
    """Put what was taken out in place of a closed library. Raises LibraryNotWritten."""
    try:
        for ending in COMPANIONS[1:]:
            Path(f"{path}{ending}").unlink(missing_ok=True)
        _put_in_place(part, path)
    except OSError as error:
        raise _not_put_in_place(error) from error


def _not_put_in_place(error: OSError) -> LibraryNotWritten:
    return LibraryNotWritten(
        f"The backup could not be put in place ({(error.strerror or 'unknown reason').lower()}). Your strategies are "
        "as they were."
    )


def _check(path: Path) -> None:
    database = Database(path, read_only=True)
    try:
        flaws = database.flaws()
    finally:
        database.close()
    if flaws:
        raise LibraryDamaged(f"The backup {path.name} is not sound: {flaws[0]}.")


def _put_in_place(part: Path, path: Path) -> None:
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())
    for attempt in range(1, _TRIES + 1):
        try:
            os.replace(part, path)
            break
        except PermissionError:
            if attempt == _TRIES:
                raise
            time.sleep(_PAUSE_S)
    for ending in COMPANIONS[1:]:
        with contextlib.suppress(OSError):
            Path(f"{path}{ending}").unlink()
    sync_folder(path.parent)


def _moment(text: str) -> int:
    seconds, _, thousandths = text.rpartition("-")
    return int(datetime.strptime(seconds, _STAMP).replace(tzinfo=UTC).timestamp()) * 1000 + int(thousandths)
