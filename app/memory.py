"""Memory that a long process keeps for its next backtest, where the system lets it say so."""

from __future__ import annotations

import ctypes
import sys

# Names and limits of glibc's mallopt, see its manual page.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGEST_KEPT = 32 << 20  # bytes of one array, the most glibc allows: a column of four million bars
_KEPT = 512 << 20


def keep_freed_memory() -> None:
    """Ask the C library to keep up to 512 MB of freed memory instead of giving it back after each backtest.

    Handing pages out anew takes a third of the time of a backtest on minutes. Other libraries than glibc have no such
    switch, or need none; there nothing happens.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT)
    mallopt(_M_TRIM_THRESHOLD, _KEPT)
