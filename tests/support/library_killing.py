"""A process that uses the library is killed again and again; what it was told is stored must be there.

    python -m support.library_killing       waits for lines "FOLDER SEED" and starts a process of its own for each

The process says what it is about to do and what was done. It is a fork of one that has imported everything, so that a
round takes the time until the kill and hardly more.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support.library import drawing
from support.library_runs import made_up, request, sample_run

from app.data.library.library import Library
from app.data.library.records import RunFilter

STRATEGIES = 4
FILES = {"library.db", "library.lock", "library.reserve", "curves.db", "library.db-wal", "library.db-shm"} | {
    f"curves.db{ending}" for ending in ("-wal", "-shm")
}


def say(*words: object) -> None:
    """Say a line, which is out of the process when this returns."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def use(folder: Path, seed: int) -> None:
    """Save, draw and run, for ever; say before and after what was done."""
    chance = random.Random(seed)
    with Library.open(folder) as library:
        say("OPEN")
        own = [saved.id for saved in library.strategies.all()][:STRATEGIES]
        for step in range(1_000_000):
            name = f"{seed}-{step}"
            deed = chance.random()
            if deed < 0.35:
                strategy_id = chance.choice(own) if len(own) == STRATEGIES else None
                revision = library.strategies.save(drawing(name), strategy_id)
                own = own if strategy_id else [*own, revision.strategy_id]
                say("SAVED", revision.id, name)
            elif deed < 0.55:
                say("DRAWS", name)
                library.drafts.write(None, drawing(name))
                say("DRAFT", name)
            elif deed < 0.97:
                _run(library, chance, name)
            elif deed < 0.985:
                library.clean_up()
            else:
                library.back_up_if_due()


def _run(library: Library, chance: random.Random, name: str) -> None:
    asked = request(library, "Run")
    run_id = library.runs.begin(asked)
    say("BEGUN", run_id)
    library.runs.running(run_id)
    how = chance.random()
    if how < 0.15:
        library.runs.fail(run_id, name)
        say("ENDED", run_id, "failed")
    elif how < 0.25:
        library.runs.cancel(run_id, name)
        say("ENDED", run_id, "cancelled")
    else:
        trades = chance.randrange(3_000)
        run = made_up(sample_run("Run"), 1_000 + chance.randrange(20_000), trades, seed=run_id)
        library.runs.complete(run_id, run, {}, {"trades": trades})
        say("ENDED", run_id, "completed")


def serve() -> None:
    """Start a process for each line on the input, and say when it has ended."""
    sample_run("Run")
    say("READY")
    for line in sys.stdin:
        folder, _, seed = line.rstrip("\n").rpartition(" ")
        child = os.fork()
        if not child:
            say("PROCESS", os.getpid())
            use(Path(folder), int(seed))
        os.waitpid(child, 0)
        say("GONE")


@dataclass
class Told:
    """What the killed processes said."""

    saved: dict[str, str] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)
    draft: str | None = None
    later_drafts: set[str] = field(default_factory=set)
    slowest_opening_s: float = 0.0

    def hear(self, line: str) -> None:
        """Take one line."""
        match line.split():
            case ["SAVED", revision, name]:
                self.saved[revision] = name
            case ["BEGUN", run_id]:
                self.begun.add(int(run_id))
            case ["ENDED", run_id, state]:
                self.ended[int(run_id)] = state
            case ["DRAWS", name]:
                self.later_drafts.add(name)
            case ["DRAFT", name]:
                self.draft = name
                self.later_drafts.clear()


def kill_rounds(folder: Path, rounds: int, *, seed: int = 0, longest_s: float = 0.4) -> Iterator[Told]:
    """Kill `rounds` processes at any moment, check the library after each, and yield what was said so far.

    Raises AssertionError when something is lost, half there, or takes long.
    """
    chance, told = random.Random(seed), Told()
    server = _server()
    try:
        for round_ in range(rounds):
            at_opening, after_s = chance.random() < 0.15, chance.random() * longest_s
            for line in _killed(server, folder, seed * 100_000 + round_ + 1, at_opening, after_s):
                told.hear(line)
            _check(folder, told)
            yield told
    finally:
        server.kill()
        server.communicate()


def _server() -> subprocess.Popen[str]:
    tests = Path(__file__).parents[1]
    path = f"{tests}{os.pathsep}{tests.parent}"
    # Without threads, or a fork is not safe.
    environment = {**os.environ, "PYTHONPATH": path, "BLOCKBUILDERS_COMPILE": "0"}
    server = subprocess.Popen(
        [sys.executable, "-m", "support.library_killing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "READY\n"
    return server


def _killed(server: subprocess.Popen[str], folder: Path, seed: int, at_opening: bool, after_s: float) -> list[str]:
    assert server.stdin is not None
    assert server.stdout is not None
    print(folder, seed, file=server.stdin, flush=True)
    process = int(server.stdout.readline().split()[1])
    if not at_opening:
        assert server.stdout.readline() == "OPEN\n"
    time.sleep(after_s)
    os.kill(process, signal.SIGKILL)
    lines = []
    while (line := server.stdout.readline()) != "GONE\n":
        assert line, "the process that starts the others has ended"
        lines.append(line)
    return lines


def _check(folder: Path, told: Told) -> None:
    started = time.monotonic()
    with Library.open(folder) as library:
        told.slowest_opening_s = max(told.slowest_opening_s, time.monotonic() - started)
        assert library.notice is None, library.notice
        known = {one.id: one for saved in library.strategies.all() for one in library.strategies.revisions(saved.id)}
        for revision, name in told.saved.items():
            assert known[revision].name == name, f"version {name} was saved and is not there"
        for revision in list(told.saved)[-5:]:
            assert library.strategies.read(revision).name == told.saved[revision]
        _check_runs(library, told)
        draft = library.drafts.read()
        found = draft.strategy.name if draft else None
        assert found in {told.draft, *told.later_drafts}, f"draft {told.draft} was written, {found} is there"
        told.draft = found
        told.later_drafts.clear()
    assert {file.name for file in folder.iterdir()} <= FILES
    assert not list(folder.with_name(f"{folder.name}-backups").glob("*.part*"))


def _check_runs(library: Library, told: Told) -> None:
    runs = {run.id: run for run in library.runs.find(RunFilter())}
    assert told.begun <= runs.keys(), "a run that was begun is not there"
    for run_id, state in told.ended.items():
        assert runs[run_id].state == state, f"run {run_id} was {state} and is {runs[run_id].state}"
    assert not [run for run in runs.values() if run.state in ("pending", "running")]
    completed = [run.id for run in runs.values() if run.state == "completed"]
    for run_id in completed[:8]:
        overview = library.runs.overview(run_id)
        assert len(overview.trades) == overview.quality["trades"]
    for run_id in completed[:2]:
        run = library.runs.open(run_id)
        assert len(run.bars) == len(run.equity) == len(run.position)


if __name__ == "__main__":
    serve()
