"""Break the engine on purpose, one mistake at a time, and see that the tests notice.

`python tests/mutations/run.py [words]` tries the mutants whose description holds the words, all without.
"""

from __future__ import annotations

import contextlib
import gc
import io
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Literal

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
sys.path[:0] = [] if str(TESTS) in sys.path else [str(TESTS)]

from mutations.mutants import MUTANTS, Mutant  # noqa: E402

Outcome = Literal["caught", "survived", "broken"]
AT_ONCE = 2
# pytest's own codes: all passed, some failed; anything else means that the tests did not run.
OUTCOMES: dict[int, Outcome] = {0: "survived", 1: "caught"}
# Only the plugin that pyproject.toml configures: loading all there are takes longer than the tests.
OPTIONS = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "pytest_timeout"]
# pyproject.toml has options for plugins that are not loaded here.
OPTIONS += ["-W", "ignore::pytest.PytestConfigWarning"]


def places(mutant: Mutant) -> int:
    """Return how often the text to be replaced stands in its file: once, or the mutant needs a look."""
    return (ROOT / "app" / mutant.file).read_text(encoding="utf-8").count(mutant.old)


class Mistaken(SourceFileLoader):
    """Finds and loads the module of a mutant with the mistake in it; the file stays as it is."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__("app." + mutant.file.removesuffix(".py").replace("/", "."), str(ROOT / "app" / mutant.file))
        self.mutant = mutant

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        text = Path(self.path).read_text(encoding="utf-8").replace(self.mutant.old, self.mutant.new)
        return compile(text, self.path, "exec", dont_inherit=True)


def try_out(mutant: Mutant | None, tests: Iterable[str]) -> tuple[Outcome, str]:
    """Return what the tests make of the app with this mistake, or without one, and what they printed.

    To be called in a process of its own, into which the app has not been imported.
    """
    assert "app" not in sys.modules
    import pytest

    # Looking at each object that was there before would copy it into this short-lived process.
    gc.disable()
    os.environ.update(BLOCKBUILDERS_COMPILE="0", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    if mutant is not None:
        if places(mutant) != 1:
            return "broken", f"{mutant.old!r} does not stand in {mutant.file} exactly once\n"
        sys.meta_path.insert(0, Mistaken(mutant))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = pytest.main([*OPTIONS, *(str(TESTS / name) for name in tests)])
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
