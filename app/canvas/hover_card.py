"""What a block is for, in a sentence, with its recent values as a picture and what its settings usually are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.blocks.kind import BlockKind
from app.blocks.params import Param
from app.canvas.block_face import choice_text
from app.canvas.block_item import paint_curve
from app.canvas.role_picture import ROLES, paint_role
from app.canvas.theme import Theme, color, font
from app.strategy.wording import readable

_WIDTH = 280
_UNBOUNDED = 1e9


class HoverCard(QFrame):
    """Shows about one kind of block; it never takes the mouse."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title, self.about, self.usual = QLabel(self), QLabel(self), QLabel(self)
        self.title.setFont(font(13, 600))
        self.picture = _Picture(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        for label in (self.title, self.about, self.picture, self.usual):
            layout.addWidget(label)
        for label in (self.title, self.about, self.usual):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.usual.setProperty("muted", True)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def show_kind(self, kind: BlockKind, beside: QRect, values: Sequence[float], theme: Theme, problem: str) -> None:
        """Open beside a block, inside the parent."""
        self.title.setText(kind.title)
        self.about.setText(problem or kind.about)
        self.usual.setText(" ".join(usual(param) for param in kind.params if param.when is None))
        self.usual.setVisible(bool(self.usual.text()))
        self.picture.values, self.picture.theme = values, theme
        self.picture.port = kind.outputs[0].type if kind.outputs else "series"
        self.picture.role = kind.role
        self.picture.setVisible(len(values) > 1 or kind.role in ROLES)
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(_WIDTH))
        room = self._over.rect().adjusted(8, 8, -8, -8)
        y = beside.bottom() + 10
        if y + self.height() > room.bottom():
            y = max(beside.top() - self.height() - 10, room.top())
        self.move(max(min(beside.left(), room.right() - self.width()), room.left()), y)
        self.show()
        self.raise_()


class _Picture(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme, self.port, self.role = theme, "series", ""
        self.values: Sequence[float] = ()
        self.setFixedHeight(48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self.theme.sunken))
        painter.drawRoundedRect(self.rect(), 6, 6)
        inside = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        if len(self.values) > 1:
            paint_curve(painter, self.values, inside, self.port, self.theme)
        elif self.role in ROLES:
            paint_role(painter, self.role, inside, self.theme)


def usual(param: Param) -> str:
    """Return a sentence about what a param usually is and how far it goes."""
    name = readable(param.name)
    if param.type == "choice":
        return f"{name.capitalize()}: {', '.join(choice_text(option) for option in param.options)}."
    text = f"{name.capitalize()}: usually {param.show(param.default)}"
    if abs(param.low) < _UNBOUNDED and abs(param.high) < _UNBOUNDED:
        text += f", from {param.show(param.low)} to {param.show(param.high)}"
    return f"{text}."
