"""What a checkpoint of a duckdb file writes over, kept beside the file until the checkpoint is done.

A checkpoint moves what was committed from the log into the file: duckdb fills blocks that nothing refers to, then
writes a header that refers to them, then removes the log. Broken off before the header it has changed nothing, but for
one thing: blocks of metadata that have room left are filled up and written over where they lie, while the old header
still refers to what else is in them. A process killed in the middle of such a write leaves a block with a wrong
checksum, and a file that nobody can open. So those blocks are copied first, and put back as long as the header is the
old one; the log is still there then. A header is never half written: all that it says is in its first 64 bytes.

Windows lets nobody else read a file that duckdb has open; nothing is kept there.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# Three of 4,096 bytes, the file's and two of the database that take turns; the blocks follow.
_HEADERS = 12_288

_CHECK = struct.Struct("<I")
_PLACE = struct.Struct("<QQ")

Piece = tuple[int, bytes]


def undo_of(path: Path) -> Path:
    """Return the name of the copy beside a database file."""
    return path.with_name(f"{path.name}.undo")


def reader(path: Path) -> BinaryIO | None:
    """Return an open database file to copy blocks from, None where that is not possible. Raises OSError.

    It has to stay open for as long as duckdb has the file open: closing it gives up duckdb's lock.
    """
    return None if sys.platform == "win32" else open(path, "rb", buffering=0)


@contextmanager
def kept(path: Path, file: BinaryIO | None, blocks: Iterable[tuple[int, int]]) -> Iterator[None]:
    """Keep the headers and these blocks, by number and size, until a checkpoint is made. Raises OSError."""
    if file is None:
        yield
        return
    undo = undo_of(path)
    places = [(0, _HEADERS), *((_HEADERS + number * size, size) for number, size in blocks)]
    headers, *others = [(place, os.pread(file.fileno(), size, place)) for place, size in places]
    # After a checkpoint that failed the blocks are no longer what the header refers to, but the copy is.
    if _pieces(undo)[:1] != [headers]:
        _write(undo, [headers, *others])
    yield
    undo.unlink(missing_ok=True)


def put_back(path: Path) -> None:
    """Undo the checkpoint that a killed process had begun, if there is one.

    Raises OSError, BlockingIOError when another process has the file open.
    """
    undo = undo_of(path)
    if not undo.exists():
        return
    with open(path, "r+b") as file:
        _lock(file)
        pieces = _pieces(undo)
        if pieces and file.read(_HEADERS) == pieces[0][1]:
            for place, content in pieces:
                file.seek(place)
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        undo.unlink(missing_ok=True)


def _lock(file: BinaryIO) -> None:
    """Take the lock that duckdb takes, until the file is closed."""
    if sys.platform != "win32":
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _pieces(undo: Path) -> list[Piece]:
    """Return what was kept and where it was; nothing when that was not yet written whole, or is not there."""
    content = undo.read_bytes() if undo.exists() else b""
    if content[: _CHECK.size] != _check(content[_CHECK.size :]):
        return []
    pieces, at = [], _CHECK.size
    while at < len(content):
        place, size = _PLACE.unpack_from(content, at)
        at += _PLACE.size + size
        pieces.append((place, content[at - size : at]))
    return pieces


def _write(undo: Path, pieces: list[Piece]) -> None:
    content = b"".join(_PLACE.pack(place, len(piece)) + piece for place, piece in pieces)
    try:
        with open(undo, "wb") as stream:
            stream.write(_check(content) + content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        undo.unlink(missing_ok=True)
        raise


def _check(content: bytes) -> bytes:
    return _CHECK.pack(zlib.crc32(content))
