"""Where Blockbuilders starts. Nothing heavy is loaded before it is known to be needed."""

from __future__ import annotations

import multiprocessing
import sys
import warnings
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in `arguments` (those of the process when None) and return its exit code."""
    multiprocessing.freeze_support()
    if arguments is None and not sys.warnoptions:
        # Warnings are for developers, who ask for them with -W.
        warnings.simplefilter("ignore")
    try:
        from app.terminal.command_line import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
