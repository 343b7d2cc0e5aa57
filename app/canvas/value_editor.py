"""The field that opens over a value on a block to type another one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.blocks.params import Param, ParamValue
from app.canvas import steps
from app.canvas.theme import font


class ValueEditor(QLineEdit):
    """Takes a typed value; arrow keys step it. Return keeps it, Escape leaves the old one."""

    def __init__(
        self,
        param: Param,
        value: ParamValue,
        box: QRect,
        keep: Callable[[ParamValue], None],
        complain: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(param.show(value).removesuffix(" %"), parent)
        self._param, self._value, self._keep, self._complain = param, value, keep, complain
        self._over = parent
        self.setAccessibleName(param.name.replace("_", " "))
        self.setGeometry(box)
        self.setFont(font(max(round(box.height() * 0.55), 10)))
        self.setStyleSheet("padding: 0 4px; min-height: 0; border-radius: 5px;")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.selectAll()
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            large = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._step(large if event.key() == Qt.Key.Key_Up else -large)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        value, _ = steps.typed(self._param, self.text())
        if value is not None and self.isVisible():
            self._keep(value)
        self._close()

    def _step(self, number: int) -> None:
        value, _ = steps.typed(self._param, self.text())
        after = steps.stepped(self._param, self._value if value is None else value, number)
        self.setText(self._param.show(after).removesuffix(" %"))
        self.selectAll()
        self._keep(after)

    def _commit(self) -> None:
        value, reason = steps.typed(self._param, self.text())
        if value is None:
            self._complain(reason)
            self.selectAll()
            return
        self._keep(value)
        self._close()

    def _close(self) -> None:
        if self.isVisible():
            take_away(self, self._over)


def take_away(field: QWidget, over: QWidget) -> None:
    """Let go of a field; what it lies over has the focus then, unless the hand has already led it elsewhere."""
    held = field.window().focusWidget() is field
    field.hide()
    if held:
        over.setFocus()
    field.deleteLater()
