"""One saved strategy in the list of Home: its last result as a small curve, its name, and its key figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from app.canvas.theme import Theme, color, font
from app.market.exchange_names import exchange_name
from app.ui.charts.scales import percent_text
from app.ui.times import ago

if TYPE_CHECKING:
    from app.data.library.records import RunSummary, SavedStrategy

HEIGHT = 68
_EDGE = 16
_CURVE = 112
_FIGURE = 100
_MENU = 32
_LONGEST_NAME = 120


class SavedRow(QAbstractButton):
    """A button the width of the list. `wanted` tells what the trader asks of the strategy besides opening it."""

    wanted = Signal(str)
    renamed = Signal(str)

    def __init__(self, saved: SavedStrategy, theme: Theme, now_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.saved, self.theme, self._now = saved, theme, now_ms
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.more = QToolButton(self)
        self.more.setText("⋯")
        self.more.setProperty("quiet", True)
        self.more.setCursor(Qt.CursorShape.ArrowCursor)
        self.more.setToolTip(self.tr("History of runs, rename, duplicate, export, delete"))
        self.more.clicked.connect(lambda: self._show_menu(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        self._name: QLineEdit | None = None
        self.show_saved(saved, now_ms)

    def show_saved(self, saved: SavedStrategy, now_ms: int) -> None:
        """Show the strategy as it is now; a name that is being typed stays."""
        self.saved, self._now = saved, now_ms
        self.setAccessibleName(saved.name)
        self.setAccessibleDescription(f"{self._about()}. {self._spoken()}")
        self.more.setAccessibleName(self.tr("More about %1").replace("%1", saved.name))
        self.update()

    def come_after(self, before: QWidget) -> None:
        """Be reached by Tab right after another widget."""
        QWidget.setTabOrder(before, self)
        QWidget.setTabOrder(self, self.more)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.theme = theme
        self.update()

    def begin_rename(self) -> None:
        """Let the name be typed over."""
        if self._name is None:
            self._name = QLineEdit(self)
            self._name.setMaxLength(_LONGEST_NAME)
            self._name.setAccessibleName(self.tr("New name"))
            self._name.editingFinished.connect(self._finish_rename)
            self._place_name()
        self._name.setText(self.saved.name)
        self._name.show()
        self._name.selectAll()
        self._name.setFocus()

    def menu(self) -> QMenu:
        """Return the menu of everything that can be done with the strategy."""
        menu = QMenu(self)
        entries = (
            ("open", self.tr("Open"), self.click),
            ("history", self.tr("History of runs"), None),
            ("rename", self.tr("Rename"), self.begin_rename),
            ("duplicate", self.tr("Duplicate"), None),
            ("export", self.tr("Export…"), None),
            ("delete", self.tr("Delete"), None),
        )
        for name, text, does in entries:
            action = QAction(text, menu)
            action.setObjectName(name)
            action.triggered.connect(does or (lambda _=False, wish=name: self.wanted.emit(wish)))
            menu.addAction(action)
        return menu

    def sizeHint(self) -> QSize:
        return QSize(720, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.more.setGeometry(self.width() - _MENU - 8, (HEIGHT - _MENU) // 2, _MENU, _MENU)
        self._place_name()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Escape and self._name is not None and not self._name.isHidden():
            self._name.hide()
            self.setFocus()
        elif event.key() == Qt.Key.Key_F2:
            self.begin_rename()
        elif event.key() == Qt.Key.Key_Delete:
            self.wanted.emit("delete")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(color(self.theme.accent if lively else self.theme.border), 2.0 if self.hasFocus() else 1.0))
        painter.setBrush(color(self.theme.surface_raised))
        painter.drawRoundedRect(box, 8.0, 8.0)
        run = self.saved.last_run
        self._paint_curve(painter, run)
        right = self._paint_figures(painter, run)
        self._paint_words(painter, right)
        painter.end()

    def _show_menu(self, at: QPoint) -> None:
        self.menu().popup(at)

    def _place_name(self) -> None:
        if self._name is not None:
            self._name.setGeometry(2 * _EDGE + _CURVE - 6, 10, min(420, max(160, self.width() // 2 - _CURVE)), 26)

    def _finish_rename(self) -> None:
        if self._name is None or self._name.isHidden():
            return
        self._name.hide()
        self.setFocus()
        name = self._name.text().strip()
        if name and name != self.saved.name:
            self.renamed.emit(name)

    def _about(self) -> str:
        saved = self.saved
        blocks = self.tr("1 block") if saved.blocks == 1 else self.tr("%1 blocks").replace("%1", str(saved.blocks))
        version = self.tr("version %1").replace("%1", str(saved.revisions))
        when = self.tr("saved %1").replace("%1", ago(saved.saved_ms, self._now))
        return " · ".join((saved.symbol, exchange_name(saved.exchange), saved.timeframe, blocks, version, when))

    def _spoken(self) -> str:
        return ", ".join(f"{caption} {value}" for caption, value, _ in self._figures(self.saved.last_run))

    def _figures(self, run: RunSummary | None) -> tuple[tuple[str, str, str], ...]:
        """Return the key figures of a run: caption, value, colour."""
        if run is None:
            return ((self.tr("Last run"), self.tr("not run yet"), self.theme.text_muted),)
        if run.state != "completed" or run.total_return is None:
            states = {
                "pending": self.tr("waiting"),
                "running": self.tr("running"),
                "failed": self.tr("failed"),
                "cancelled": self.tr("cancelled"),
            }
            return ((self.tr("Last run"), states.get(run.state, run.state), self.theme.text_muted),)
        tone = self.theme.good if run.total_return > 0 else self.theme.bad if run.total_return < 0 else self.theme.text
        drawdown = "–" if run.max_drawdown is None else percent_text(run.max_drawdown)
        when = ago(run.finished_ms or run.asked_ms, self._now)
        return (
            (self.tr("Return"), percent_text(run.total_return), tone),
            (self.tr("Drawdown"), drawdown, self.theme.text),
            (self.tr("Trades"), "–" if run.trades is None else f"{run.trades:,}", self.theme.text),
            (self.tr("New result") if self.saved.unseen else self.tr("Last run"), when, self.theme.text),
        )

    def _paint_words(self, painter: QPainter, right: float) -> None:
        left = 2 * _EDGE + _CURVE
        width = int(right - left - _EDGE)
        # As the text begins: a name in Hebrew or Arabic is read from the right.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        for text, pixels, weight, tone, top, height in (
            (self.saved.name, 15, 600, self.theme.text, 12, 22),
            (self._about(), 12, 400, self.theme.text_muted, 36, 18),
        ):
            painter.setFont(font(pixels, weight))
            painter.setPen(color(tone))
            line = QFontMetrics(painter.font()).elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, width)
            painter.drawText(left, top, width, height, int(Qt.AlignmentFlag.AlignVCenter), line)

    def _paint_figures(self, painter: QPainter, run: RunSummary | None) -> float:
        """Paint captions above values and return where they begin."""
        figures = self._figures(run)
        shown = figures[: max(1, (self.width() - _CURVE - 280) // _FIGURE)]
        left = self.width() - _MENU - _EDGE - _FIGURE * len(shown)
        for number, (caption, value, tone) in enumerate(shown):
            box = QRectF(left + number * _FIGURE, 14, _FIGURE - 8, 18)
            fresh = self.saved.unseen and number == 3
            painter.setFont(font(11, 600 if fresh else 400))
            painter.setPen(color(self.theme.accent if fresh else self.theme.text_muted))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), caption)
            painter.setFont(font(13, 500))
            painter.setPen(color(tone))
            painter.drawText(
                box.translated(0, 20), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), value
            )
        return left

    def _paint_curve(self, painter: QPainter, run: RunSummary | None) -> None:
        box = QRectF(_EDGE, 12, _CURVE, HEIGHT - 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color(self.theme.sunken))
        painter.drawRoundedRect(box, 6.0, 6.0)
        points = [] if run is None else [float(value) for value in run.sparkline]
        if len(points) < 2:
            return
        low, high = min(points), max(points)
        inner = box.adjusted(6, 7, -6, -7)
        step, reach = inner.width() / (len(points) - 1), high - low or 1.0
        line = QPolygonF(
            [
                QPointF(inner.left() + step * number, inner.bottom() - inner.height() * (value - low) / reach)
                for number, value in enumerate(points)
            ]
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color(self.theme.accent), 1.5))
        painter.drawPolyline(line)
