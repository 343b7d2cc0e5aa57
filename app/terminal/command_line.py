"""One command from what is typed to an exit code; whatever happens, nobody sees a traceback."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import BlockbuildersError, StrategyInvalid
from app.terminal import screen
from app.terminal.arguments import parse

if TYPE_CHECKING:
    import argparse

DONE, BUG, REFUSED, STOPPED, NOBODY_READS = 0, 1, 2, 130, 141


def run(typed: Sequence[str]) -> int:
    """Run a command and return its exit code.

    0 is done, 2 a strategy, candles or arguments that cannot be used, 1 a failure of the app or the computer, 130
    stopped by the user, 141 that nobody reads the output any more.
    """
    try:
        code = _dispatch(typed)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except KeyboardInterrupt:
        return STOPPED
    except BlockbuildersError as error:
        screen.complain(_sentences(error))
        return REFUSED
    except BrokenPipeError:
        _stop_writing()
        return NOBODY_READS
    except Exception as error:
        screen.complain(_failure(error, typed))
        return BUG


def _dispatch(typed: Sequence[str]) -> int:
    options = parse(typed)
    _keep_quiet()
    match options.command:
        case "backtest":
            from app.terminal import backtest_command

            return backtest_command.run_backtest(options)
        case "example":
            from app.terminal import backtest_command

            return backtest_command.run_example()
        case "runs":
            from app.terminal import runs_commands

            return runs_commands.run(options)
        case "candles":
            from app.terminal import candles_commands

            return candles_commands.run(options)
        case _:
            return _list(options)


def _list(options: argparse.Namespace) -> int:
    from app.terminal import list_commands

    match options.command:
        case "validate":
            return list_commands.run_validate(options.strategy)
        case "explain":
            return list_commands.run_explain(options.strategy)
        case "schema":
            return list_commands.run_schema()
        case "blocks":
            return list_commands.run_blocks(as_json=options.json)
        case _:
            return list_commands.run_templates() if options.name is None else list_commands.run_template(options.name)


def _keep_quiet() -> None:
    """Keep messages for developers off the screen: a loop that stays plain Python changes no result."""
    import logging

    logger = logging.getLogger("app")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _sentences(error: BlockbuildersError) -> str:
    """Return the message of a failure; several problems of a strategy are listed one per line, with their block."""
    if not isinstance(error, StrategyInvalid):
        return screen.shown(str(error))
    from app.strategy.wording import quoted

    lines = []
    for problem in error.problems:
        message, block = screen.shown(problem.message), quoted(problem.block_id)
        named = not problem.block_id or block in message
        lines.append(message if named else f"{block[1:-1]}: {message}")
    if len(lines) == 1:
        return lines[0]
    return "\n".join([f"There are {len(lines):,} problems with this strategy.", *(f"  {line}" for line in lines)])


def _failure(error: Exception, typed: Sequence[str]) -> str:
    """Return what to say of a failure of the computer or of the app."""
    if _lacks_memory(error):
        return (
            "There is not enough memory for this. Close other programs, or raise the limit set for this one; a shorter "
            "range or a longer timeframe needs less."
        )
    if isinstance(error, OSError):
        _stop_writing()
        return f"The output cannot be written ({(error.strerror or 'unknown reason').lower()})."
    if isinstance(error, ModuleNotFoundError) and error.name not in (None, "app"):
        return f"The library {error.name} is not installed here. ./run in the folder of the app brings what it needs."
    return f"Something is wrong with the app itself, sorry. The details are in {_log(typed)}."


def _lacks_memory(error: Exception) -> bool:
    """Say whether memory has run out, for which Python has more than one failure."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    said = str(error)
    return isinstance(error, MemoryError) or "can't start new thread" in said or "failed to map segment" in said


def _stop_writing() -> None:
    """Give the output nowhere to go, so that nothing is said when Python closes it at the end."""
    if sys.stdout is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _log(typed: Sequence[str]) -> Path | str:
    """Write the traceback to a file and return its path, or what to say where that is impossible."""
    from app import paths

    text = f"blockbuilders {' '.join(map(repr, typed))}\n{traceback.format_exc()}"
    file = paths.cache_folder() / "last-failure.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return "no file, because the cache folder cannot be written"
    return file
