"""`blockbuilders runs ACTION`: the library is opened for the length of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app import paths
from app.data.library.failures import LibraryLocked, NotInLibrary
from app.terminal import screen

if TYPE_CHECKING:
    import argparse

    from app.data.library.library import Library
    from app.data.library.records import RunSummary

NOTHING = "No runs are kept yet. Draw a strategy in the window and press Run."


def run(options: argparse.Namespace) -> int:
    """Run the action that was typed and return its exit code."""
    match options.action:
        case "list":
            from app.terminal import runs_list

            return runs_list.run_list(options)
        case "show":
            from app.terminal import runs_show

            return runs_show.run_show(options)
        case "export":
            from app.terminal import runs_export

            return runs_export.run_export(options)
        case _:
            from app.terminal import runs_compare

            return runs_compare.run_compare(options)


@contextmanager
def opened_library() -> Iterator[Library | None]:
    """Give the library, None where none was ever made. Raises LibraryLocked while the window is open."""
    from app.data.library.library import Library

    folder = paths.data_folder()
    if not (folder / "library.db").exists():
        yield None
        return
    try:
        library = Library.open(folder)
    except LibraryLocked:
        raise LibraryLocked(
            "The window of Blockbuilders is open and holds the runs. Close it, then try again; the History page shows "
            "and exports the same."
        ) from None
    with library:
        if library.notice:
            screen.complain(library.notice)
        yield library


@contextmanager
def library_with_runs() -> Iterator[Library]:
    """Give the library. Raises NotInLibrary where none was ever made, LibraryLocked while the window is open."""
    with opened_library() as library:
        if library is None:
            raise NotInLibrary(NOTHING)
        yield library


def kept_summary(library: Library, number: int) -> RunSummary:
    """Return a run as the list has it. Raises NotInLibrary, which names the run and where the others are."""
    try:
        return library.runs.summary(number)
    except NotInLibrary:
        raise NotInLibrary(f"Run {number} is not in the history; blockbuilders runs list tells what is.") from None
