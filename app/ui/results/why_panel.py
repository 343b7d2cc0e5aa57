"""Why something happened at a bar, or did not: the drawing of the run with every value, and sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.canvas.reading_view import ReadingView
from app.canvas.theme import Theme
from app.engine.result import BacktestResult
from app.engine.why import why
from app.results.funnel import Funnel
from app.results.numbers import moment
from app.results.why_not import Asking, OrderAnswer, WhyNot
from app.strategy.document import Strategy
from app.ui.bar_values import values_at
from app.ui.labels import label
from app.ui.results.funnel_view import FunnelView
from app.ui.results.paragraph import Paragraph
from app.ui.splitter import Splitter


class WhyPanel(QWidget):
    """`stepped` is -1 or 1: the bar before or after is wanted."""

    stepped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.asking: Asking | None = None
        self._result: BacktestResult | None = None
        self.answer: WhyNot | None = None
        self.title = label(pixels=14, weight=600)
        self.sentence, self.notice = Paragraph(), Paragraph(muted=True)
        self.canvas = ReadingView(theme)
        self.canvas.viewport().setAccessibleName(self.canvas.accessibleName())
        self.details = _Lines()
        self.story = _Lines()
        self.funnel = FunnelView(theme)
        self._lay_out()
        self.forget(self.tr("Click a bar in the price chart, or choose a trade, to see why."))

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self.canvas.set_theme(theme)
        self.funnel.set_theme(theme)

    def forget(self, notice: str) -> None:
        """Answer nothing; say why."""
        self.asking = self._result = self.answer = None
        self.canvas.clear_values()
        self.title.setText(self.tr("Why?"))
        self.sentence.setText("")
        for part in (self.details, self.story):
            part.show_lines("", ())
        self.show_funnels(())
        self._enable(False)
        self.say(notice)

    def say(self, notice: str) -> None:
        """Say what is missing, in the place of an answer."""
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))
        self.sentence.setVisible(bool(self.sentence.text()))

    def show_strategy(self, strategy: Strategy) -> None:
        """Show the drawing of the run."""
        self.canvas.show_strategy(strategy)

    def be_ready(self, result: BacktestResult, asking: Asking) -> None:
        """Answer from a result with the values of its blocks."""
        self._result, self.asking = result, asking

    def show_bar(self, bar: int) -> None:
        """Say what was decided at the close of a bar."""
        if self.asking is None or self._result is None:
            return
        self.answer = self.asking.at(bar)
        time = int(self._result.bars.time[bar])
        self.title.setText(self.tr("Bar of %1 UTC").replace("%1", moment(time)))
        self.sentence.setText(self.answer.sentence)
        lines = [line for order in self.answer.orders for line in _order_lines(order)]
        self.details.show_lines(self.tr("Orders at this close"), lines)
        decided = why(self._result, bar)
        failing = decided.block_id if decided is not None else ""
        self.canvas.show_values(values_at(self._result, bar), failing or None)
        self.canvas.bring(failing)
        self._enable(True)
        self.say("")
        self._scroll.verticalScrollBar().setValue(0)

    def show_story(self, title: str, sentences: Sequence[str]) -> None:
        """Tell about a trade, or about none."""
        self.story.show_lines(title, sentences)

    def _enable(self, on: bool) -> None:
        for button in (self.earlier, self.later):
            button.setEnabled(on)

    def _lay_out(self) -> None:
        self.earlier, self.later = QPushButton("‹"), QPushButton("›")
        self.earlier.setAccessibleName(self.tr("The bar before"))
        self.later.setAccessibleName(self.tr("The bar after"))
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        for button, way in ((self.earlier, -1), (self.later, 1)):
            button.setToolTip(button.accessibleName())
            button.setFixedWidth(32)
            button.clicked.connect(lambda _=False, way=way: self.stepped.emit(way))
            head.addWidget(button)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 12)
        top.setSpacing(8)
        top.addLayout(head)
        top.addWidget(self.sentence)
        top.addWidget(self.notice)
        down = Splitter("why", Qt.Orientation.Vertical)
        down.addWidget(self.canvas)
        down.addWidget(self._texts())
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        down.setSizes([320, 260])
        all_ = QVBoxLayout(self)
        all_.setContentsMargins(0, 0, 0, 0)
        all_.setSpacing(0)
        all_.addLayout(top)
        all_.addWidget(down, 1)

    def _texts(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(16)
        self._funnel_title = label(self.tr("The whole run, condition by condition"), weight=600)
        for part in (self.story, self.details, self._funnel_title, self.funnel):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("The answer in words"))
        scroll.setWidget(inside)
        return scroll

    def show_funnels(self, funnels: Sequence[Funnel]) -> None:
        """Show how many bars each condition let through."""
        self.funnel.show_funnels(funnels)
        self._funnel_title.setVisible(bool(funnels))

    def show_funnel(self) -> None:
        """Scroll to the conditions over the whole run."""
        self._scroll.ensureWidgetVisible(self.funnel)
        self._scroll.verticalScrollBar().setValue(self._funnel_title.y() - 12)


class _Lines(QWidget):
    """A heading with sentences under it; nothing where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label(weight=600)
        self.lines: list[Paragraph] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.title)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        self.title.setText(title)
        while len(self.lines) < len(lines):
            line = Paragraph()
            self.lines.append(line)
            self._column.addWidget(line)
        for number, line in enumerate(self.lines):
            line.setText(lines[number].strip() if number < len(lines) else "")
            line.setIndent(16 if number < len(lines) and lines[number].startswith(" ") else -1)
            line.setVisible(number < len(lines))
        self.setVisible(bool(title and lines))


def _order_lines(order: OrderAnswer) -> list[str]:
    signs = {"true": "✓", "false": "✗", "unknown": "?"}
    return [
        order.sentence,
        *(f"   {signs[condition.state]} {condition.sentence()}" for condition in order.conditions),
    ]
