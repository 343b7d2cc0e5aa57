"""The fields that open over a frame or a note to type its words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.canvas.sheet_items import HEADER
from app.canvas.sheet_layer import SheetHit
from app.canvas.theme import font
from app.canvas.value_editor import take_away
from app.strategy import sheets
from app.strategy.document import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.canvas.canvas_view import CanvasView

_RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def edit_sheet(view: CanvasView, hit: SheetHit) -> None:
    """Open the title of a frame or the text of a note for typing."""
    item = view.canvas.sheets.item(hit)
    view.editor.pick(hit.parts)
    view.ensureVisible(item.place(), 20, 20)
    # All that is typed until the field closes is one step, and is in the drawing from the first letter on.
    view.editor.settle()
    box = view.mapFromScene(item.place()).boundingRect()
    sheet = item.sheet
    if isinstance(sheet, Frame):
        place = QRect(box.left(), box.top(), max(min(box.width(), 480), 160), max(round(HEADER * view.zoom), 30))
        TitleField(sheet.title, place, lambda text: _rename(view, hit.id, text), view)
    else:
        place = QRect(box.left(), box.top(), max(box.width(), 180), max(box.height(), 90))
        NoteField(sheet.text, place, lambda text: _rewrite(view, hit.id, text), view)


class TitleField(QLineEdit):
    """Takes a title. Return keeps it, so does leaving the field; Escape leaves the old one."""

    def __init__(self, text: str, box: QRect, keep: Callable[[str], None], over: QWidget) -> None:
        super().__init__(text, over)
        self.setAccessibleName(self.tr("Title of the frame"))
        self.setPlaceholderText(self.tr("Title"))
        self.setFont(font(13, 600))
        self.textEdited.connect(keep)
        _Typing(self, box, keep, over)

    def written(self) -> str:
        """Return what is typed."""
        return self.text()

    def ends(self, event: QKeyEvent) -> bool:
        """Return whether a key says that all is typed."""
        return event.key() in _RETURNS


class NoteField(QPlainTextEdit):
    """Takes the text of a note. Return begins a line; Ctrl+Return and leaving keep it, Escape leaves the old one."""

    def __init__(self, text: str, box: QRect, keep: Callable[[str], None], over: QWidget) -> None:
        super().__init__(text, over)
        self.setAccessibleName(self.tr("Text of the note"))
        self.setPlaceholderText(self.tr("Write a note. Ctrl+Return keeps it."))
        self.setFont(font(13))
        self.setTabChangesFocus(True)
        self.textChanged.connect(lambda: keep(self.toPlainText()))
        _Typing(self, box, keep, over)

    def written(self) -> str:
        """Return what is typed."""
        return self.toPlainText()

    def ends(self, event: QKeyEvent) -> bool:
        """Return whether a key says that all is typed."""
        return event.key() in _RETURNS and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class _Typing(QObject):
    """Opens a field over the canvas, and closes it when all is typed or another widget has the focus."""

    def __init__(self, field: TitleField | NoteField, box: QRect, keep: Callable[[str], None], over: QWidget) -> None:
        super().__init__(field)
        self._field, self._keep, self._over = field, keep, over
        self._before = field.written()
        field.setGeometry(box)
        field.show()
        field.setFocus()
        field.selectAll()
        field.installEventFilter(self)
        # Not by the event of the field, which still comes while the field is being destroyed.
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._keep(self._before)
            take_away(self._field, self._over)
            return True
        if self._field.ends(event):
            self._leave()
            return True
        return False

    def _follow_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is self._field and now is not None and now is not self._field:
            self._leave()

    def _leave(self) -> None:
        if self._field.isVisible():
            if self._field.written() != self._before:
                self._keep(self._field.written())
            take_away(self._field, self._over)


def _rename(view: CanvasView, frame_id: str, text: str) -> None:
    change = partial(sheets.change_frame, frame_id=frame_id, title=text.strip())
    view.editor.perform(view.tr("Rename frame"), change, f"title {frame_id}")


def _rewrite(view: CanvasView, note_id: str, text: str) -> None:
    view.editor.perform(
        view.tr("Write note"), partial(sheets.change_note, note_id=note_id, text=text.rstrip()), f"text {note_id}"
    )
