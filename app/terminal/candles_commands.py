"""`blockbuilders candles ACTION`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Run the action that was typed and return its exit code."""
    match options.action:
        case "fetch":
            from app.terminal import candles_fetch

            return candles_fetch.run_fetch(options)
        case "search":
            from app.terminal import candles_search

            return candles_search.run_search(options)
        case "import":
            from app.terminal import candles_import

            return candles_import.run_import(options)
        case "status":
            from app.terminal import candles_status

            return candles_status.run_status(options)
        case "export":
            from app.terminal import candles_export

            return candles_export.run_export(options)
        case "update":
            from app.terminal import candles_update

            return candles_update.run_update(options)
        case "verify" | "tidy" | "delete":
            from app.terminal import candles_upkeep

            return candles_upkeep.run(options)
        case _:
            from app.terminal import list_commands

            return list_commands.run_inspect(options.file)
