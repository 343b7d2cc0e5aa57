"""What is wrong with the drawing, and what is worth knowing; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.canvas.editor import Editor
from app.canvas.theme import Theme, color, font
from app.canvas.typeset import typeset
from app.strategy.problem import Problem

_PROBLEM = Qt.ItemDataRole.UserRole


class ProblemsPanel(QWidget):
    """Lists the problems of the strategy, errors first."""

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.editor, self.theme = editor, theme
        self.list = QListWidget(self)
        self.list.setObjectName("problems")
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setIconSize(QSize(18, 18))
        self.list.setSpacing(1)
        self.list.setAccessibleName(self.tr("Problems"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.fine = QLabel(self.tr("Nothing to fix."), self)
        self.fine.setTextFormat(Qt.TextFormat.PlainText)
        self.fine.setProperty("muted", True)
        self.fine.setMargin(12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.fine)
        layout.addWidget(self.list, 1)
        layout.addStretch()
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        editor.strategy_changed.connect(self.refresh)
        self._shown: tuple[Problem, ...] | None = None
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme, self._shown = theme, None
        self.refresh()

    def refresh(self) -> None:
        """Show the problems as they are now."""
        problems = tuple(sorted(self.editor.problems, key=lambda problem: problem.severity != "error"))
        if problems == self._shown:
            return
        self._shown = problems
        self.list.clear()
        kinds = {"error": (self._icon(True), self.tr("Error")), "note": (self._icon(False), self.tr("Note"))}
        for problem in problems:
            icon, kind = kinds[problem.severity]
            item = QListWidgetItem(icon, typeset(problem.message), self.list)
            item.setData(_PROBLEM, problem)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {problem.message}")
        self.list.setVisible(bool(problems))
        self.fine.setVisible(not problems)

    def _go(self, item: QListWidgetItem) -> None:
        problem = item.data(_PROBLEM)
        if isinstance(problem, Problem):
            self.editor.focus_problem(problem)

    def _icon(self, error: bool) -> QIcon:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(int(18 * ratio), int(18 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self.theme.bad if error else self.theme.border_strong))
        painter.drawEllipse(QRectF(1, 1, 16, 16))
        painter.setPen(color(self.theme.surface))
        painter.setFont(font(11, 700))
        painter.drawText(QRectF(1, 1, 16, 16), Qt.AlignmentFlag.AlignCenter, "!" if error else "i")
        painter.end()
        return QIcon(picture)
