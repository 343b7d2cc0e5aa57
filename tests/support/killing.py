"""Processes that are killed at any moment, and what they said before."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

# Imported once, by the process that all others are forked from: starting one takes hardly any time then. It finds only
# what is installed.
_PRELOADED = [
    *("ccxt", "duckdb", "httpx2", "nanoarrow", "numpy", "pytest"),
    *("app.data.feeds", "app.data.importing.dry_run", "app.data.importing.storing", "app.jobs.candle_upkeep"),
]
# How many processes each test kills; continuous integration asks for more.
KILLS = int(os.environ.get("BLOCKBUILDERS_TEST_KILLS", "8"))
_WAYS = multiprocessing.get_all_start_methods()


def words_of_killed(target: Callable[..., None], *arguments: Any, after_s: float, wait_for: int = 1) -> list[Any]:
    """Start `target(*arguments, tell)` in a process, kill it some time after its first words, and return all it told.

    Fails, with the exit code, where the process ends without so many words.
    """
    context = multiprocessing.get_context("forkserver" if "forkserver" in _WAYS else "spawn")
    if "forkserver" in _WAYS:
        context.set_forkserver_preload(_PRELOADED)
    read, write = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(*arguments, write), daemon=True)
    process.start()
    write.close()
    with read:
        told = [_next(read, process) for _ in range(wait_for)]
        time.sleep(after_s)
        process.kill()
        process.join()
        return told + _rest(read)


def _next(read: Connection, process: BaseProcess) -> Any:
    try:
        return read.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"the process ended by itself with {process.exitcode} and without a word") from None


def _rest(read: Connection) -> list[Any]:
    """Return all else that a killed process had said; of a word that it was in the middle of, nothing."""
    told = []
    try:
        while True:
            told.append(read.recv())
    except (EOFError, OSError):
        return told
