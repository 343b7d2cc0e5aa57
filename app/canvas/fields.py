"""What fields for numbers share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox

# The style gives a field no room at the side of its hidden arrows.
_EDGE = 4


def align_right(field: QAbstractSpinBox) -> None:
    """Let the number of a field stand at the right, as far from the edge as texts are from the left one."""
    field.setAlignment(Qt.AlignmentFlag.AlignRight)
    field.lineEdit().setTextMargins(0, 0, _EDGE, 0)
