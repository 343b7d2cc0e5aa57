"""The files that were imported, kept as they were, with how they were read: a lost cache is made again from them."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from app import paths
from app.data.importing.options import Options
from app.data.importing.refusal import ImportRefused, refuse
from app.data.importing.source import BLOCK, Source
from app.data.records import Calendar, Series, SeriesKey, Span, VolumeKind

_FORMAT = 1

_NOT_KEPT = (
    "Nothing was imported: the original file cannot be kept in {where}, and without it the candles could not be made "
    "again."
)
_NOT_REMOVED = "The kept file of an import cannot be removed from {where}, so its candles stay."


def default_folder() -> Path:
    """Return where imported files are kept on this computer."""
    return paths.data_folder() / "imports"


@dataclass(frozen=True)
class Kept:
    """One import: the file it came from, every decision about how to read it, and what it gave.

    `fingerprint` is that of the candles, by which the same import made again can be told from another one.
    """

    sha256: str
    name: str
    imported_ms: int
    options: Options
    series: Series
    span: Span
    rows: int
    fingerprint: str

    def same_as(self, other: Kept) -> bool:
        """Return whether another import is of the same file, read the same way, into the same series."""
        return replace(other, imported_ms=self.imported_ms) == self


class Originals:
    """A folder of imported files, gzip-compressed under their hash, each with a JSON file about its import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Kept]:
        """Return every import, the oldest first; files that cannot be read are passed over."""
        found = [kept for path in sorted(self.folder.glob("*.json")) if (kept := _read(path))]
        return sorted(found, key=lambda kept: (kept.imported_ms, kept.sha256))

    def find(self, sha256: str) -> Kept | None:
        """Return the import of the file with that hash, None when it was not imported."""
        return _read(self._about(sha256))

    def of(self, key: SeriesKey) -> list[Kept]:
        """Return the imports that a series was made of, the oldest first."""
        return [kept for kept in self.all() if kept.series.key == key]

    def keep(self, source: Source) -> None:
        """Keep a copy of a file unless there is a sound one. Raises ImportRefused when it cannot be kept."""
        if self._is_sound(source.sha256):
            return

        def copy(stream: IO[bytes]) -> None:
            digest = hashlib.sha256()
            with source.path.open("rb") as original, gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
                while block := original.read(BLOCK):
                    digest.update(block)
                    packed.write(block)
            if digest.hexdigest() != source.sha256:
                refuse(source.name, "has changed while it was read; try again when nothing writes to it any more")

        with _in_words(_NOT_KEPT, self.folder):
            _write_whole(self._copy(source.sha256), copy)

    def note(self, kept: Kept) -> None:
        """Write down an import, in place of an earlier one of the same file. Raises ImportRefused."""
        text = json.dumps(_to_object(kept), indent=1, ensure_ascii=False) + "\n"
        with _in_words(_NOT_KEPT, self.folder):
            _write_whole(self._about(kept.sha256), lambda stream: stream.write(text.encode()))

    def forget(self, sha256: str) -> None:
        """Remove an import and its file; one that is not there is gone already. Raises ImportRefused."""
        with _in_words(_NOT_REMOVED, self.folder):
            self._about(sha256).unlink(missing_ok=True)
            self._copy(sha256).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a process left behind that was stopped while it kept a file."""
        with suppress(OSError):
            for part in self.folder.glob(".*.part"):
                part.unlink(missing_ok=True)
            for copy in self.folder.glob("*.gz"):
                if not self._about(copy.stem).exists():
                    copy.unlink(missing_ok=True)

    @contextmanager
    def unpacked(self, kept: Kept) -> Iterator[Path]:
        """Yield a copy of the original file as it was. Raises ImportRefused when it is not there or damaged."""
        handle, name = tempfile.mkstemp(prefix="import-")
        try:
            digest = hashlib.sha256()
            with os.fdopen(handle, "wb") as stream:
                for block in self._blocks(kept.sha256):
                    digest.update(block)
                    stream.write(block)
            if digest.hexdigest() != kept.sha256:
                refuse(kept.name, "cannot be imported again: its kept copy is damaged. Import the file once more")
            yield Path(name)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            refuse(kept.name, f"cannot be imported again: the copy that was kept cannot be read ({reason})")
        finally:
            os.unlink(name)

    def _blocks(self, sha256: str) -> Iterator[bytes]:
        try:
            with gzip.open(self._copy(sha256)) as packed:
                while block := packed.read(BLOCK):
                    yield block
        except (EOFError, zlib.error):
            return

    def _is_sound(self, sha256: str) -> bool:
        digest = hashlib.sha256()
        try:
            for block in self._blocks(sha256):
                digest.update(block)
        except OSError:
            return False
        return digest.hexdigest() == sha256

    def _about(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _copy(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.gz"


def _to_object(kept: Kept) -> dict[str, Any]:
    return {"format": _FORMAT, **asdict(kept), "options": kept.options.as_object()}


def _read(path: Path) -> Kept | None:
    """Return what a JSON file says about an import, None where it does not make sense."""
    try:
        found = json.loads(path.read_bytes())
        return _from_object(found) if found["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, ImportRefused):
        return None


def _from_object(found: Mapping[str, Any]) -> Kept:
    series = found["series"]
    calendar: Calendar = series["calendar"]
    volume: VolumeKind = series["volume"]
    return Kept(
        sha256=found["sha256"],
        name=found["name"],
        imported_ms=int(found["imported_ms"]),
        options=Options(**found["options"]),
        series=Series(SeriesKey(**series["key"]), calendar, volume=volume),
        span=Span(**found["span"]),
        rows=int(found["rows"]),
        fingerprint=found["fingerprint"],
    )


@contextmanager
def _in_words(told: str, folder: Path) -> Iterator[None]:
    """Raise ImportRefused with the sentence `told` where the system refuses to write to the folder."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ImportRefused(told.format(where=f"{folder} ({reason})")) from None


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
