"""Failures that a person can do something about. The message is a sentence for a trader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.strategy.problem import Problem


class BlockbuildersError(Exception):
    """Base of every failure that is shown as a sentence instead of a traceback."""


class StrategyInvalid(BlockbuildersError):
    """The strategy cannot be read or run; `problems` lists everything that is wrong, at least one entry."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))


class CandlesUnavailable(BlockbuildersError):
    """The candles asked for are not there or not usable: another file or another range is needed."""


class Cancelled(BlockbuildersError):
    """The work was stopped on request; raised from a progress callable, nothing is kept."""
