"""The words and the colour of the selected frame or note."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.canvas.choice import Choice
from app.canvas.editor import Editor
from app.canvas.theme import font
from app.strategy import limits, sheets
from app.strategy.document import Frame, Note


def plain(text: str, muted: bool = True) -> QLabel:
    """Return a label of plain text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("muted", muted)
    return label


def selected_sheet(editor: Editor) -> Frame | Note | None:
    """Return the frame or note that is selected, if it is alone."""
    picked, strategy = editor.picked, editor.strategy
    if len(picked) != 1:
        return None
    found: list[Frame | Note] = [each for each in strategy.frames if each.id in picked.frames]
    found += [each for each in strategy.notes if each.id in picked.notes]
    return found[0] if found else None


class SheetForm(QWidget):
    """Shows and changes one frame or note."""

    def __init__(self, editor: Editor, sheet: Frame | Note) -> None:
        super().__init__()
        self._editor, self._id, self._frame = editor, sheet.id, isinstance(sheet, Frame)
        title = plain(self.tr("Frame") if self._frame else self.tr("Note"), muted=False)
        title.setFont(font(15, 600))
        about = plain(
            self.tr("What stands in a frame moves with it.") if self._frame else self.tr("A note changes nothing.")
        )
        self.title, self.text, self.color = QLineEdit(), QPlainTextEdit(), Choice()
        self.title.setAccessibleName(self.tr("Title"))
        self.text.setAccessibleName(self.tr("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(140)
        self.color.setAccessibleName(self.tr("Colour"))
        self.color.addItems(list(limits.COLORS))
        row = QHBoxLayout()
        row.addWidget(plain(self.tr("Colour"), muted=False), 1)
        row.addWidget(self.color, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (title, about, self.title if self._frame else self.text):
            layout.addWidget(widget)
        (self.text if self._frame else self.title).setParent(self)
        (self.text if self._frame else self.title).hide()
        layout.addLayout(row)
        self.title.textEdited.connect(lambda text: self._change(self.tr("Rename frame"), "words", title=text))
        self.text.textChanged.connect(
            lambda: self._change(self.tr("Write note"), "words", text=self.text.toPlainText())
        )
        self.color.activated.connect(lambda at: self._change(self.tr("Change colour"), "", color=limits.COLORS[at]))

    def show_sheet(self, sheet: Frame | Note) -> None:
        """Show the sheet as it is now; a field that says the same stays as it is."""
        if isinstance(sheet, Frame):
            if self.title.text() != sheet.title:
                self.title.setText(sheet.title)
        elif self.text.toPlainText() != sheet.text:
            with QSignalBlocker(self.text):
                self.text.setPlainText(sheet.text)
        self.color.setCurrentIndex(limits.COLORS.index(sheet.color))

    def _change(self, name: str, merge: str, **fields: str) -> None:
        change = sheets.change_frame if self._frame else sheets.change_note
        key = f"{merge} {self._id}" if merge else ""
        self._editor.perform(name, lambda s: change(s, self._id, **fields), key)
