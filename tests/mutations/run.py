"""Break the engine on purpose, one mistake at a time, and see that the tests notice.

`python tests/mutations/run.py [words]` tries the mutants whose description holds the words, all without.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Literal

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
sys.path[:0] = [] if str(TESTS) in sys.path else [str(TESTS)]

from mutations.mutants import MUTANTS, Mutant  # noqa: E402

Outcome = Literal["caught", "survived", "broken"]
AT_ONCE = 2
# pytest's own codes: all passed, some failed; anything else means that the tests did not run.
OUTCOMES: dict[int, Outcome] = {0: "survived", 1: "caught"}


def places(mutant: Mutant) -> int:
    """Return how often the text to be replaced stands in its file: once, or the mutant needs a look."""
    return (ROOT / "app" / mutant.file).read_text(encoding="utf-8").count(mutant.old)


def try_out(mutant: Mutant | None, tests: Iterable[str]) -> tuple[Outcome, str]:
    """Return what the tests make of a copy of the app with this mistake, or without one, and what they printed.

    To be called in a process of its own, into which the app has not been imported.
    """
    assert "app" not in sys.modules
    import pytest

    # Only the plugin that pyproject.toml configures: loading all there are takes longer than the tests.
    os.environ.update(BLOCKBUILDERS_COMPILE="0", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    printed = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for part in ("app", "resources"):
            shutil.copytree(ROOT / part, Path(folder, part))
        if mutant is not None:
            file = Path(folder, "app", mutant.file)
            text = file.read_text(encoding="utf-8")
            if text.count(mutant.old) != 1:
                return "broken", f"{mutant.old!r} does not stand in {mutant.file} exactly once\n"
            file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        sys.path[:] = [folder, *(place for place in sys.path if Path(place or ".").resolve() != ROOT)]
        options = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "pytest_timeout"]
        # pyproject.toml has options for plugins that are not loaded here.
        options += ["-o", f"pythonpath={TESTS} {folder}", "-W", "ignore::pytest.PytestConfigWarning"]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = pytest.main([*options, *(str(TESTS / name) for name in tests)])
    return OUTCOMES.get(int(code), "broken"), printed.getvalue()


def in_processes(work: Iterable[tuple[Mutant | None, list[str]]]) -> Iterator[tuple[Outcome, str]]:
    """Try things out, a few at once, each in a fresh process that finds the libraries already loaded."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        from multiprocessing.forkserver import _forkserver

        # There is one server for all of a process, and other tests have the app loaded into theirs.
        _forkserver._stop()
        context.set_forkserver_preload(["numpy", "talib", "pytest", "hypothesis"])
    with ProcessPoolExecutor(AT_ONCE, context, max_tasks_per_child=1) as pool:
        yield from pool.map(try_out, *zip(*work, strict=True))


def try_all(mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, Outcome, str]]:
    """Return each mutant, in order, with what came of it."""
    mutants = list(mutants)
    work: list[tuple[Mutant | None, list[str]]] = [(mutant, [mutant.tests]) for mutant in mutants]
    for mutant, (outcome, text) in zip(mutants, in_processes(work), strict=True):
        yield mutant, outcome, text


def main(words: str) -> int:
    """Print what becomes of each mutant; return 1 when one survives."""
    failed = 0
    for mutant, outcome, text in try_all(m for m in MUTANTS if words in m.mistake):
        failed |= outcome != "caught"
        sys.stdout.write(f"{outcome:9} {mutant.mistake} ({mutant.file})\n")
        if outcome == "broken":
            sys.stdout.write(text)
    return failed


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
