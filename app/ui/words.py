"""The drawing in plain sentences, above the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.canvas.editor import Editor
from app.canvas.typeset import typeset
from app.strategy.document import Strategy
from app.strategy.explain import explain
from app.ui.labels import label

_ONE_LINE = 37
# Of the room of the canvas they take at most so much by themselves, and so much when they are unfolded by hand.
_SHARE, _SHARE_BY_HAND = 0.2, 0.5
# Where there is less, even one line is more than the drawing can spare.
_LEAST_ROOM = 160


class Words(QWidget):
    """What the strategy does, renewed with every change. Where there is little room it is folded into one line."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("words")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.folded = False
        self._by_hand: bool | None = None
        self._room = 500
        self._brief = ""
        self.text = label(wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setContentsMargins(16, 10, 16, 10)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(self.tr("The strategy in words"))
        self.line = label()
        self.line.setContentsMargins(16, 0, 16, 0)
        self.line.setAccessibleName(self.tr("The strategy in words"))
        self.fold_button = QToolButton()
        self.fold_button.clicked.connect(self._fold_by_hand)
        self._lay_out()
        # After what the hand is on: a sentence may come a moment later than a slider.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(lambda: self.show_strategy(editor.strategy))
        editor.strategy_changed.connect(self._later.start)
        self.show_strategy(editor.strategy)

    def show_strategy(self, strategy: Strategy) -> None:
        """Say what a strategy does."""
        sentences = explain(strategy).splitlines()
        text = typeset(" ".join(sentences))
        # What is traded stands elsewhere too; what is done with it comes first in a single line.
        self._brief = typeset(" ".join(sentences[1:] or sentences))
        if text != self.text.text():
            self.text.setText(text)
            self.line.setAccessibleDescription(text)
            self.line.setToolTip(text)
            self._settle()

    def give_room(self, height: int) -> None:
        """Take no more than a part of so much height, and nothing where it is very low."""
        self._room = height
        self.setVisible(height >= _LEAST_ROOM)
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle()

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setObjectName("wordscroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._scroll, 1)
        row.addWidget(self.line, 1)
        self._beside = QWidget()
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 6, 8, 0)
        beside.addWidget(self.fold_button)
        beside.addStretch(1)
        row.addWidget(self._beside)
        self.line.setMinimumWidth(1)

    def _fold_by_hand(self) -> None:
        self._by_hand = not self.folded
        self._settle()

    def _settle(self) -> None:
        """Take the height that the sentences need, as far as there is room; else one line."""
        width = max(self.width(), 200)
        height = max(self.text.heightForWidth(width), _ONE_LINE)
        crowded = height > self._room * _SHARE
        foldable = height > _ONE_LINE and (crowded or self._by_hand is not None)
        self.folded = foldable and (crowded if self._by_hand is None else self._by_hand)
        self._show_button(foldable)
        if foldable:
            width -= self._beside.sizeHint().width()
            height = self.text.heightForWidth(width)
        self._scroll.setHidden(self.folded)
        self.line.setHidden(not self.folded)
        most = max(int(self._room * _SHARE_BY_HAND), _ONE_LINE)
        bars = Qt.ScrollBarPolicy
        self._scroll.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOff if height < most else bars.ScrollBarAsNeeded)
        self.setFixedHeight(1 + (_ONE_LINE if self.folded else min(height, most)))
        if self.folded:
            room = width - 32
            self.line.setText(self.line.fontMetrics().elidedText(self._brief, Qt.TextElideMode.ElideRight, room))

    def _show_button(self, shown: bool) -> None:
        self._beside.setVisible(shown)
        self.fold_button.setArrowType(Qt.ArrowType.DownArrow if self.folded else Qt.ArrowType.UpArrow)
        name = self.tr("Show all sentences") if self.folded else self.tr("Show one line")
        self.fold_button.setAccessibleName(name)
        self.fold_button.setToolTip(name)


class UnderWords(QWidget):
    """The sentences with what they are about below them, which keeps most of the room."""

    def __init__(self, words: Words, below: QWidget) -> None:
        super().__init__()
        self._words = words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(words)
        column.addWidget(below, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._words.give_room(event.size().height())
