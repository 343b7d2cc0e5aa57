"""The lines of a text file, decoded and numbered, a block at a time."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.data.importing.refusal import refuse
from app.data.importing.source import Source, Unpacked

_HEAD_BYTES = 1 << 16
_BLOCK_LETTERS = 1 << 20
MAX_LINE = 20_000


@dataclass(frozen=True)
class Lines:
    """Lines that follow each other; `first` is the number of the first one, counted from 1 as editors do.

    `share` is how far into the file they reach, about, from 0 to 1.
    """

    first: int
    texts: list[str]
    share: float = 1.0


def find_encoding(source: Source) -> str:
    """Return the name of the encoding of a text file: UTF-8 or UTF-16, or Windows-1252 where neither fits."""
    with source.open() as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    zeros = [head[place::2].count(0) for place in range(2)]
    if sum(zeros) > len(head) // 4:
        if min(zeros) > max(zeros) // 4:
            refuse(source.name, "is not text; candles are needed as CSV, ZIP or Parquet")
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def read_lines(source: Source, encoding: str, *, lists: bool = False) -> Iterator[Lines]:
    """Yield all lines of a file without their ends. What cannot be decoded becomes the replacement sign.

    With `lists` the file is a JSON list of lists, as exchanges answer, and a line is what stands in one of those.
    """
    with source.open() as stream:
        reader = io.TextIOWrapper(io.BufferedReader(_Raw(stream), _BLOCK_LETTERS), encoding, "replace", newline=None)
        number, rest = 1, ""
        while block := reader.read(_BLOCK_LETTERS):
            texts = (_rows_of_lists(rest + block) if lists else rest + block).split("\n")
            rest = texts.pop()
            if len(rest) > MAX_LINE:
                refuse(source.name, f"has a line of more than {MAX_LINE:,} letters; that is no table of candles")
            if texts:
                yield Lines(number, texts, min(1.0, stream.given / max(source.unpacked_size, 1)))
            number += len(texts)
        if rest:
            yield Lines(number, [rest.rstrip("] \n") if lists else rest])


def _rows_of_lists(text: str) -> str:
    """Return lists inside a JSON list as lines; a list that has not ended yet stays as it is."""
    return re.sub(r"\]\s*,\s*\[", "\n", text.replace("\n", " ").replace('"', "")).lstrip("[ ")


class _Raw(io.RawIOBase):
    """What has only `read`, as Python's own text reader wants it."""

    def __init__(self, stream: Unpacked) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
