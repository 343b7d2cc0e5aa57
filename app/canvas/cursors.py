"""The shape of the hand over each thing on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.scene import Hit

_CURSORS = {
    "port": Qt.CursorShape.CrossCursor,
    "value": Qt.CursorShape.SizeHorCursor,
    "fold": Qt.CursorShape.PointingHandCursor,
    "point": Qt.CursorShape.SizeAllCursor,
    "sheet": Qt.CursorShape.SizeAllCursor,
}
_EDGES = {
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
    "top": Qt.CursorShape.SizeVerCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "left top": Qt.CursorShape.SizeFDiagCursor,
    "right bottom": Qt.CursorShape.SizeFDiagCursor,
    "right top": Qt.CursorShape.SizeBDiagCursor,
    "left bottom": Qt.CursorShape.SizeBDiagCursor,
}


def cursor_over(hit: Hit) -> Qt.CursorShape:
    """Return the shape of the hand over something."""
    if hit.sheet and hit.sheet.edge:
        return _EDGES.get(hit.sheet.edge, Qt.CursorShape.SizeAllCursor)
    if hit.field and hit.field.param.type == "choice":
        return Qt.CursorShape.PointingHandCursor
    return _CURSORS.get(hit.what, Qt.CursorShape.ArrowCursor)
