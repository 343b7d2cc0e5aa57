"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import os
import ssl
from collections import Counter
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

# The usual run tries the same examples each time; `--hypothesis-profile=thorough --timeout=0` looks for new ones.
settings.register_profile("usual", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=5_000)
settings.load_profile("usual")

# Windows are drawn into memory; decided before any test imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# To read what all authorities vouch with takes as long as many a test; it is the same for each connection.
ssl.create_default_context = cache(ssl.create_default_context)

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real candles that lies beside the checkout on some machines; skip where it does not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder with real candles is not beside this checkout")
    return SHARED_DATA


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Return one more than there are processors: a quarter of the time tests wait, for timers and other processes."""
    return (yield) + 1


def pytest_collection() -> None:
    """Do not look for unreachable objects among thousands of tests that are only beginning to be there."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Set aside what lasts to the end, so that looking for unreachable objects passes it over."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Look for unreachable objects here once a test of windows has told Python not to in whichever thread allocates."""
    young, middle, old = (count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True))
    if young and not gc.isenabled() and item.get_closest_marker("gui") is None:
        gc.collect(2 if middle and old else 1 if middle else 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each reason how many tests were skipped for it."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in reports)
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} not run: {reason}")
