"""The file to import as a stream of bytes: plain, gzip, or the one table in a zip, unpacked in memory alone."""

from __future__ import annotations

import errno
import gzip
import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from app.data.candle_columns import plain
from app.data.importing.refusal import refuse
from app.data.missing_file import missing

MAX_BYTES = 200_000_000
MAX_MEMBERS = 100
BLOCK = 1 << 20
_GZIP_RATIO = 4

_TABLES = (".csv", ".txt", ".tsv", ".prn", ".json")
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, gzip.BadGzipFile),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError, UnicodeError),
)
# What people try, told by the first bytes.
_OTHERS = (
    (b"7z\xbc\xaf", "is a 7z archive; unpack it and import the file inside"),
    (b"Rar!", "is a RAR archive; unpack it and import the file inside"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the sheet as CSV and import that"),
    (b"ARROW1", "is a Feather file; save it as Parquet or CSV (freqtrade convert-data does that) and import that"),
    (b"%PDF", "is a PDF; candles are needed as CSV, ZIP or Parquet"),
    (b"\x89PNG", "is a picture; candles are needed as CSV, ZIP or Parquet"),
    (b"SQLite format 3", "is a database; export the candles as CSV and import that"),
)

Packing = Literal["plain", "zip", "gzip", "parquet"]


@dataclass(frozen=True)
class Source:
    """A file to import: where it lies, what it was called, how it is packed, and the hash of its bytes.

    `name` is what the trader's file is called; `path` may be a copy of it. `inner` is the table inside a zip.
    `unpacked_size` is only what the file says, or a guess, for showing how far reading is.
    """

    path: Path
    name: str
    packing: Packing
    size: int
    sha256: str
    inner: str | None = None
    unpacked_size: int = 0

    @property
    def table_name(self) -> str:
        """The name that says most about the content: that of the table in a zip, else that of the file."""
        return self.inner or self.name.removesuffix(".gz")

    @contextmanager
    def open(self) -> Iterator[Unpacked]:
        """Yield the unpacked bytes. Raises ImportRefused when they turn out damaged or too many."""
        with ExitStack() as stack:
            with _in_words(self):
                stream = stack.enter_context(self._stream())
            yield Unpacked(stream, self)

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes] | gzip.GzipFile]:
        match self.packing:
            case "zip":
                with zipfile.ZipFile(self.path) as archive, archive.open(_member(archive, self.name)) as stream:
                    yield stream
            case "gzip":
                with gzip.open(self.path) as stream:
                    yield stream
            case _:
                with self.path.open("rb") as stream:
                    yield stream


class Unpacked:
    """The bytes of a file; refuses to give more than is allowed, whatever an archive says about its size."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, source: Source) -> None:
        self._stream = stream
        self._source = source
        self.given = 0

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes, at most `size`; none at the end. Raises ImportRefused."""
        with _in_words(self._source):
            data = self._stream.read(min(size, BLOCK))
        self.given += len(data)
        if self.given > MAX_BYTES:
            refuse(self._source.name, f"holds more than {_mb(MAX_BYTES)} unpacked. Cut it into shorter ranges")
        return data


@contextmanager
def _in_words(source: Source) -> Iterator[None]:
    """Turn what reading and unpacking can raise into ImportRefused."""
    try:
        yield
    except _DAMAGED as error:
        if "password" in str(error):
            refuse(source.name, "is locked with a password; unpack it and import the file inside")
        verb = "read" if source.packing == "plain" else "unpacked"
        refuse(source.name, f"is damaged and cannot be {verb}; download or export it again")
    except OSError as error:
        if error.errno == errno.EINVAL and source.packing != "plain":  # an archive that points to before its beginning
            refuse(source.name, "is damaged and cannot be unpacked; download or export it again")
        refuse(source.name, f"cannot be read ({(error.strerror or 'unknown reason').lower()})")


def find_source(path: Path, name: str | None = None) -> Source:
    """Return what there is to import at `path`, which counts as called `name`. Raises ImportRefused."""
    name = plain(name or path.name or os.path.abspath(path))
    _check_file(path, name)
    digest, start, size = hashlib.sha256(), b"", 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                start = start or block[:16]
                size += len(block)
                digest.update(block)
    except OSError as error:
        refuse(name, f"cannot be read ({(error.strerror or 'unknown reason').lower()})")
    packing = _packing(start, name)
    source = Source(path, name, packing, size, digest.hexdigest())
    if packing != "zip":
        return replace(source, unpacked_size=size * (_GZIP_RATIO if packing == "gzip" else 1))
    with _in_words(source), zipfile.ZipFile(path) as archive:
        member = _member(archive, name)
    inner = plain(member.filename.replace("\\", "/").rsplit("/", 1)[-1])
    return replace(source, inner=inner, unpacked_size=member.file_size)


def _check_file(path: Path, name: str) -> None:
    try:
        if path.is_dir():
            refuse(name, "is a folder; name one file inside it")
        if not path.exists():
            refuse(name, missing(path))
        if not path.is_file():
            refuse(name, "is not a plain file")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not a file name"
        refuse(name, f"cannot be opened ({reason.lower()})")
    if not size:
        refuse(name, "is empty")
    if size > MAX_BYTES:
        refuse(name, f"has {_mb(size)}; {_mb(MAX_BYTES)} is the most. Cut it into shorter ranges")


def _packing(start: bytes, name: str) -> Packing:
    for sign, what in _OTHERS:
        if start.startswith(sign):
            refuse(name, what)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"PAR1"):
        return "parquet"
    ending = Path(name).suffix.lower()
    if ending in (".parquet", ".pq", ".zip", ".gz"):
        kind = {".zip": "a ZIP archive", ".gz": "a gzip archive"}.get(ending, "a Parquet file")
        refuse(name, f"is not {kind}, whatever its name says; download or export it again")
    return "plain"


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """Return the one table in an archive; its name is only ever shown, never used as a path."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        refuse(name, f"has {len(members):,} files in it; import archives with one table")
    members = [member for member in members if "__MACOSX" not in member.filename]
    if any(member.filename == "[Content_Types].xml" for member in members):
        refuse(name, "is an Excel workbook; save the sheet as CSV and import that")
    tables = _tables(members)
    if not tables:
        refuse(name, "has no CSV file in it")
    if len(tables) > 1:
        names = ", ".join(plain(member.filename) for member in tables[:3])
        refuse(name, f"has {len(tables):,} tables in it ({names}); unpack it and import them one by one")
    if tables[0].flag_bits & 1:
        refuse(name, "is locked with a password; unpack it and import the file inside")
    return tables[0]


def _tables(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the members with the best ending that any has: HistData puts a report (.txt) beside its table (.csv)."""
    for ending in _TABLES:
        found = [member for member in members if member.filename.lower().endswith(ending)]
        if found:
            return found
    return members if len(members) == 1 else []


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
