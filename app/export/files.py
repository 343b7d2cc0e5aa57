"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from app.errors import BlockbuildersError


class CannotWrite(BlockbuildersError):
    """A file or folder could not be written; another place, or more room, is needed."""


def write_file(path: Path, lines: Iterable[str]) -> None:
    """Write text to a file, replacing an older one only when everything is on disk. Raises CannotWrite."""
    try:
        if path.is_dir():
            raise CannotWrite(f"{path} is a folder; name a file.")
        if path.exists() and not path.is_file():
            # A device or a pipe, such as /dev/stdout, is written to, never replaced.
            with path.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(lines)
        else:
            _replace(path, lines)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise CannotWrite(f"{path} cannot be written ({reason(error)}).") from None


def _replace(path: Path, lines: Iterable[str]) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(part, 0o666 & ~_mask())
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` write a file beside, and put it in the place of `path` when it is whole. Raises CannotWrite."""
    try:
        if path.is_dir():
            raise CannotWrite(f"{path} is a folder; name a file.")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=f".part{path.suffix}")
        os.close(handle)
        part = Path(name)
        try:
            write(part)
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            os.chmod(part, 0o666 & ~_mask())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        raise CannotWrite(f"{path} cannot be written ({reason(error)}).") from None


def make_folder(path: Path) -> None:
    """Make a folder and those above it; one that is there is fine. Raises CannotWrite."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CannotWrite(f"{path} is a file; name a folder.") from None
    except (OSError, ValueError) as error:
        raise CannotWrite(f"{path} cannot be made a folder ({reason(error)}).") from None


def reason(error: Exception) -> str:
    """Return why the system refused, in lower case."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not possible"
    return text[:1].lower() + text[1:]


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
