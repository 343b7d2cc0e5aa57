"""What a process said before it was killed."""

from __future__ import annotations

from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any


def next_word(read: Connection, process: BaseProcess) -> Any:
    """Return what a process says next; fail, with its exit code, when it ends without a word."""
    try:
        return read.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"the process ended by itself with {process.exitcode} and without a word") from None


def rest(read: Connection) -> list[Any]:
    """Return all else that a killed process had said; of a word that it was in the middle of, nothing."""
    told = []
    try:
        while True:
            told.append(read.recv())
    except (EOFError, OSError):
        return told
