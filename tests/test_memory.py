"""Freed memory is kept where the system lets a process say so, and nothing happens where it does not."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
import types
from pathlib import Path

import pytest

from app import memory

# Ten columns of a year of minutes each, freed again; printed is how much of them the process still holds, in MB.
HELD = """
import sys
import numpy as np
from app import memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

if sys.argv[1] == "keep":
    memory.keep_freed_memory()
before = resident()
columns = [np.ones(525_600) for _ in range(10)]
del columns
print(resident() - before)
"""


def held(how: str) -> float:
    command = [sys.executable, "-c", HELD, how]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc gives freed memory back, and can be told not to"
)
def test_columns_that_are_freed_stay_with_a_process_that_has_asked_for_it() -> None:
    assert held("keep") > 40.0
    assert held("give back") < 20.0


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("nothing is to be loaded here"))
    memory.keep_freed_memory()


def test_a_c_library_without_the_switch_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: asked.append(name) or types.SimpleNamespace())
    memory.keep_freed_memory()
    assert asked == [None]
