"""The strategy being edited, what is selected in it, and every step back and forward."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.strategy.document import Strategy, Wire
from app.strategy.edits import EditRefused
from app.strategy.parts import Parts, everything
from app.strategy.problem import Problem
from app.strategy.validate import validate


class Editor(QObject):
    """The one owner of the strategy being edited. Views change it through `perform` and follow the signals."""

    about_to_change = Signal()
    strategy_changed = Signal(object)
    selection_changed = Signal(object)
    problem_focused = Signal(object)
    refused = Signal(str)

    def __init__(self, strategy: Strategy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(500)
        self._strategy = strategy
        self._problems: tuple[Problem, ...] | None = None
        self._picked = Parts()
        self._round = 0

    def __del__(self) -> None:
        """Give up the steps first: Qt would delete once more what Python has taken apart before the list it is in."""
        with suppress(RuntimeError):  # Qt has deleted the list already.
            self.undo_stack.blockSignals(True)
            self.undo_stack.clear()

    @property
    def strategy(self) -> Strategy:
        """The strategy as it is now."""
        return self._strategy

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with the strategy, or worth knowing about it."""
        if self._problems is None:
            self._problems = validate(self._strategy)
        return self._problems

    @property
    def selection(self) -> frozenset[str]:
        """The ids of the selected blocks."""
        return self._picked.blocks

    @property
    def selected_wires(self) -> frozenset[Wire]:
        """The selected wires."""
        return self._picked.wires

    @property
    def picked(self) -> Parts:
        """All that is selected: blocks and wires, frames, notes and points of wires."""
        return self._picked

    def perform(self, name: str, change: Callable[[Strategy], Strategy], merge: str = "") -> bool:
        """Do one named, undoable step; return whether the strategy has changed.

        Steps in a row with the same `merge` become one, until `settle` is called. What an edit refuses is told by
        `refused`, and nothing changes.
        """
        try:
            after = change(self._strategy)
        except EditRefused as reason:
            self.refused.emit(str(reason))
            return False
        if after is self._strategy or after == self._strategy:
            return False
        key = f"{merge}/{self._round}" if merge else ""
        self.undo_stack.push(_Step(self, name, self._strategy, after, key))
        return True

    def settle(self) -> None:
        """Let the next step stand for itself, whatever it would merge with: the hand has let go."""
        self._round += 1

    def open(self, strategy: Strategy) -> None:
        """Edit another strategy; its history starts empty."""
        self.undo_stack.clear()
        self.settle()
        self.select(())
        self.show(strategy)

    def select(self, block_ids: Iterable[str], wires: Iterable[Wire] = ()) -> None:
        """Select these blocks and wires and nothing else."""
        self.pick(Parts(frozenset(block_ids), frozenset(wires)))

    def pick(self, parts: Parts) -> None:
        """Select these parts of the drawing and nothing else."""
        if parts != self._picked:
            self._picked = parts
            self.selection_changed.emit(parts.blocks)

    def focus_problem(self, problem: Problem) -> None:
        """Select the block that a problem is about and let every view go there."""
        if problem.block_id:
            self.select([problem.block_id])
        self.problem_focused.emit(problem)

    def show(self, strategy: Strategy) -> None:
        """Put a strategy in the place of the present one without a step of its own: steps call it."""
        self.about_to_change.emit()
        self._strategy = strategy
        self._problems = None
        self.pick(self._picked & everything(strategy))
        self.strategy_changed.emit(strategy)


class _Step(QUndoCommand):
    """Remembers the strategy before and after; they share all that is the same."""

    def __init__(self, editor: Editor, name: str, before: Strategy, after: Strategy, merge: str) -> None:
        super().__init__(name)
        self._editor, self._before, self._after, self._merge = editor, before, after, merge

    def redo(self) -> None:
        self._editor.show(self._after)

    def undo(self) -> None:
        self._editor.settle()
        self._editor.show(self._before)

    def id(self) -> int:
        return hash(self._merge) & 0x7FFFFFFF if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True
