"""A window that is used without a mouse: what Tab leads to is seen, and Return presses a button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QMainWindow, QWidget


class KeyboardWindow(QMainWindow):
    """Puts a ring around lists, tables and pages that Tab leads to; fields and buttons show the focus by themselves."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go where Tab leads. Every widget asks its window, so that this is about keys alone."""
        moved = super().focusNextPrevChild(forward)
        widget = QApplication.focusWidget()
        if moved and isinstance(widget, QAbstractScrollArea):
            FocusRing(widget)
        return moved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton):
            button.click()
        else:
            super().keyPressEvent(event)


class FocusRing(QWidget):
    """Lies over a widget as long as that has the focus; the mouse goes through it."""

    def __init__(self, around: QWidget) -> None:
        super().__init__(around)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(around.rect())
        around.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._leave)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color(), 1.5))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), 6.0, 6.0)
        painter.end()

    def _leave(self) -> None:
        self.hide()
        self.deleteLater()
