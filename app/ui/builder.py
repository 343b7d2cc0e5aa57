"""The builder: the drawing, the words for it, and its result."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QTabWidget, QVBoxLayout, QWidget

from app.canvas.canvas_view import CanvasView
from app.canvas.commands import Commands
from app.canvas.editor import Editor
from app.canvas.outline import Outline
from app.canvas.palette import Palette
from app.canvas.parameter_form import ParameterForm
from app.canvas.problems_panel import ProblemsPanel
from app.canvas.theme import Theme
from app.strategy.document import Strategy
from app.ui.background import Background
from app.ui.bar_values import reason_at, values_at
from app.ui.candle_desk import CandleDesk
from app.ui.charts.run_view import RunView
from app.ui.live_result import LiveResult
from app.ui.panels import Panels
from app.ui.run_settings import RunSettings
from app.ui.splitter import Splitter
from app.ui.words import UnderWords, Words

# What stands beside the result may become as low as this.
_LOWEST = 48


class Builder(QWidget):
    """The page on which a strategy is drawn."""

    strategy_changed = Signal(object)
    run_wanted = Signal()

    def __init__(
        self, theme: Theme, settings: RunSettings, desk: CandleDesk | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.editor = Editor(Strategy("New strategy"), self)
        self.desk = desk or CandleDesk(self)
        self.background = Background(self, self.desk.store)
        # First of all that follow the drawing: it runs in its thread while the others show the change.
        self.result = LiveResult(self.editor, self.background, theme, settings, self.desk)
        self.run_button = QPushButton(self.tr("Run"))
        self.run_button.setProperty("primary", True)
        self.run_button.setToolTip(self.tr("Keep this result as a run and take it apart: figures, trades, reasons"))
        self.run_button.clicked.connect(lambda: self.run_wanted.emit())
        self.result.run_bar.layout().addWidget(self.run_button)  # type: ignore[union-attr]
        self.canvas = CanvasView(self.editor, theme)
        self.canvas.viewport().setAccessibleName(self.tr("Canvas"))
        self.commands = Commands(self.canvas)
        for name in ("undo", "redo", "commands", "keyboard", "find"):
            # Wherever the focus is on this page, these keys mean the drawing.
            self.commands.action(name).setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.palette_ = Palette(theme)
        self.palette_.wanted.connect(self._add)
        self.form = ParameterForm(self.editor)
        self.problems = ProblemsPanel(self.editor, theme)
        self.outline = Outline(self.editor)
        self.words = Words(self.editor)
        self._lay_out()
        self.result.hovered.connect(self._show_bar)
        self.result.shown.connect(self._show_run)
        self.editor.strategy_changed.connect(self.strategy_changed)

    def open(self, strategy: Strategy) -> None:
        """Draw another strategy."""
        self.result.forget()
        self.editor.open(strategy)
        self.canvas.fit()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.canvas.set_theme(theme)
        self.palette_.set_theme(theme)
        self.problems.set_theme(theme)
        self.result.set_theme(theme)

    def close_down(self) -> None:
        """Stop what runs in the background."""
        self.background.close()
        self.desk.close()

    def _lay_out(self) -> None:
        self.across = Splitter("across", Qt.Orientation.Horizontal)
        self.palette_.setObjectName("side")
        self.palette_.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.across.addWidget(self.palette_)
        self.across.addWidget(UnderWords(self.words, self.canvas))
        self.across.addWidget(self._side())
        self.across.setStretchFactor(1, 1)
        # Each of them scrolls; together with the result they fit a small screen.
        for part in (self.canvas, self.palette_, self.side):
            part.setMinimumHeight(_LOWEST)
        self.down = Splitter("down", Qt.Orientation.Vertical)
        self.down.addWidget(self.across)
        self.down.addWidget(self.result)
        self.down.setStretchFactor(0, 3)
        self.down.setStretchFactor(1, 2)
        self.down.setSizes([500, 360])
        all_ = QVBoxLayout(self)
        all_.setContentsMargins(0, 0, 0, 0)
        all_.addWidget(self.down)
        self.panels = Panels(self.across, self.palette_, self.side, self.result, self.commands)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panels.give_way(event.size().width())

    def _side(self) -> QTabWidget:
        self.side = QTabWidget()
        self.side.setObjectName("side")
        self.side.setAccessibleName(self.tr("Inspector"))
        self.side.setDocumentMode(True)
        self.side.tabBar().setDrawBase(False)
        self.side.setMinimumWidth(280)
        for part, name in (
            (self.form, self.tr("Settings")),
            (self.problems, self.tr("Problems")),
            (self.outline, self.tr("Outline")),
        ):
            self.side.addTab(part, name)
        # A list that nobody sees need not follow every step of a slider.
        for part in (self.problems, self.outline):
            self.editor.strategy_changed.disconnect(part.refresh)
        self.editor.strategy_changed.connect(self._refresh_side)
        self.side.currentChanged.connect(self._refresh_side)
        self.editor.selection_changed.connect(self._show_settings)
        self.editor.strategy_changed.connect(self._count_problems)
        self._count_problems()
        return self.side

    def _refresh_side(self) -> None:
        part = self.side.currentWidget()
        if part in (self.problems, self.outline):
            part.refresh()

    def _show_settings(self, selected: frozenset[str]) -> None:
        """Bring the settings up when a block is picked on the canvas; the other tabs select blocks themselves."""
        if len(selected) == 1 and self.canvas.hasFocus():
            self.side.setCurrentWidget(self.form)

    def _count_problems(self) -> None:
        count = len(self.editor.problems)
        name = self.tr("Problems")
        self.side.setTabText(1, f"{name} ({count})" if count else name)

    def _add(self, kind_id: str) -> None:
        self.canvas.add_block(kind_id)
        self.canvas.setFocus()

    def _show_run(self) -> None:
        """Show on the canvas what the newest run says of it."""
        view = self.result.view
        self.canvas.show_sparklines(view.sparks if view is not None else {})
        self._show_bar(self.result.bars.hover)

    def _show_bar(self, bar: int) -> None:
        view: RunView | None = self.result.view
        if bar < 0 or view is None or bar >= len(view.bars):
            self.result.say_reason("")
            self.canvas.clear_values()
            return
        text, failing = reason_at(view.result, bar)
        self.result.say_reason(text)
        self.canvas.show_values(values_at(view.result, bar), failing or None)
