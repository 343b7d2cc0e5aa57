"""The folder of the library: who owns it, where it is, and the room kept in it for the day the disk is full."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from app.data.library.failures import LibraryLocked, LibraryUnreadable

RECORDS, CURVES, LOCK, RESERVE = "library.db", "curves.db", "library.lock", "library.reserve"
COMPANIONS = ("", "-wal", "-shm", "-journal")
RESERVE_BYTES = 4 << 20
# With less than this left on the disk the reserve is not made again.
ENOUGH_ROOM = 64 << 20

_NETWORK_TYPES = frozenset(
    ("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ceph", "9p", "davfs", "fuse.sshfs", "fuse.davfs")
)
_REMOTE_DRIVE = 4
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT))


class Folder:
    """The folder, held by this process until `release`. `writable` is False where nothing can be written.

    Raises LibraryLocked when another process holds it, LibraryUnreadable when there is none and none can be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records, self.curves = path / RECORDS, path / CURVES
        self._lock: FileLock | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.writable = self._take()
        except OSError as error:
            raise LibraryUnreadable(
                f"Your strategies cannot be kept in {path} ({(error.strerror or 'unknown reason').lower()}). "
                + ("Make room" if error.errno in _NO_ROOM else "Choose a folder that can be written to")
                + ", then start again."
            ) from error
        self.on_network = is_on_network(path)

    def release(self) -> None:
        """Let another process have the folder."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def give_room(self) -> bool:
        """Give the reserve away; return whether there was one."""
        try:
            (self.path / RESERVE).unlink()
        except OSError:
            return False
        return True

    def keep_room(self) -> None:
        """Make the reserve, where there is none and room enough."""
        reserve = self.path / RESERVE
        if reserve.exists() or not self.writable or free_bytes(self.path) < ENOUGH_ROOM:
            return
        part = reserve.with_suffix(".part")
        try:
            with part.open("wb") as stream:
                # Chance, because some file systems store zeros as nothing.
                stream.write(os.urandom(RESERVE_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(reserve)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()

    def drop_leftovers(self) -> None:
        """Remove what a process left that ended in the middle of putting things right."""
        for name in (".salvage-*", "library.rebuilt*", "library.restored*", "library.part"):
            for path in self.path.glob(name):
                with contextlib.suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _take(self) -> bool:
        """Take the lock, which the system takes back when the process ends; return whether writing is possible."""
        lock = FileLock(self.path / LOCK, thread_local=False, blocking=False)
        try:
            lock.acquire()
        except Timeout:
            raise LibraryLocked(
                "Blockbuilders is already running with these strategies. Use its window, or close it and start again."
            ) from None
        except OSError:
            if not (self.path / RECORDS).exists():
                raise
            return False
        self._lock = lock
        return True


def free_bytes(path: Path) -> int:
    """Return how much room the disk has for this person."""
    return shutil.disk_usage(path).free


def is_on_network(path: Path) -> bool:
    """Say whether the folder is known to be on another computer, where locks cannot be relied on."""
    if sys.platform == "win32":
        import ctypes

        drive = Path(path.absolute().anchor)
        return bool(ctypes.windll.kernel32.GetDriveTypeW(str(drive)) == _REMOTE_DRIVE)
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace")
    except OSError:
        return False
    return network_type(mounts, path.resolve()) is not None


def network_type(mounts: str, path: Path) -> str | None:
    """Return the network file system that a path is on by the lines of /proc/mounts; None when it is local."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        # Spaces and the like are written as their octal code.
        place = Path(words[1].encode("latin-1", "replace").decode("unicode_escape"))
        if path.is_relative_to(place) and len(place.parts) >= best:
            best, kind = len(place.parts), words[2]
    return kind if kind in _NETWORK_TYPES else None


def put_aside(path: Path, stamp: str) -> Path:
    """Rename a database and what belongs to it to `NAME.corrupt-STAMP`, and return the new name. Raises OSError."""
    aside, count = path.with_name(f"{path.name}.corrupt-{stamp}"), 1
    while any(os.path.lexists(f"{aside}{ending}") for ending in COMPANIONS):
        count += 1
        aside = path.with_name(f"{path.name}.corrupt-{stamp}-{count}")
    for ending in COMPANIONS:
        if os.path.lexists(f"{path}{ending}"):
            os.rename(f"{path}{ending}", f"{aside}{ending}")
    return aside


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk, where the system knows how."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
