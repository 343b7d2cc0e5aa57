"""The drawing in plain sentences, above the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.canvas.editor import Editor
from app.strategy.document import Strategy
from app.strategy.explain import explain
from app.ui.labels import label, typeset

_TALLEST = 84


class Words(QWidget):
    """What the strategy does, renewed with every change."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("words")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = label(wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setContentsMargins(16, 10, 16, 10)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(self.tr("The strategy in words"))
        self._scroll = QScrollArea()
        self._scroll.setObjectName("wordscroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._scroll)
        # After what the hand is on: a sentence may come a moment later than a slider.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(lambda: self.show_strategy(editor.strategy))
        editor.strategy_changed.connect(self._later.start)
        self.show_strategy(editor.strategy)

    def show_strategy(self, strategy: Strategy) -> None:
        """Say what a strategy does."""
        text = typeset(" ".join(explain(strategy).splitlines()))
        if text != self.text.text():
            self.text.setText(text)
            self._settle()

    def resizeEvent(self, event: object) -> None:
        self._settle()

    def _settle(self) -> None:
        height = self.text.heightForWidth(max(self.width(), 200))
        bars = Qt.ScrollBarPolicy
        fits = height < _TALLEST
        self._scroll.setVerticalScrollBarPolicy(bars.ScrollBarAlwaysOff if fits else bars.ScrollBarAsNeeded)
        self.setFixedHeight(min(max(height, 37) + 1, _TALLEST))
