"""What the drawing is run on: instrument, timeframe, period, costs and capital, in one row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from app.canvas.editor import Editor
from app.data.sample_market import SAMPLES
from app.engine.assumptions import HIGHEST_RATE, Assumptions
from app.market.timeframe import COMMON, Timeframe
from app.strategy import edits
from app.strategy.document import Strategy
from app.ui.choice import Choice
from app.ui.labels import label
from app.ui.run_settings import PERIODS, RunSettings


class RunBar(QWidget):
    """The row above the result. Instrument and timeframe belong to the drawing, the rest to this row."""

    changed = Signal()

    def __init__(self, editor: Editor, settings: RunSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor = editor
        self.instrument = Choice()
        self.timeframe = Choice()
        self.fee = self._spin(100 * settings.assumptions.fee_rate, 100 * HIGHEST_RATE, 0.01, 3, " %")
        self.slippage = self._spin(100 * settings.assumptions.slippage_rate, 100 * HIGHEST_RATE, 0.01, 3, " %")
        self.capital = self._spin(settings.assumptions.capital, 1e12, 1_000.0, 0, "")
        self.capital.setMinimum(1.0)
        self.capital.setGroupSeparatorShown(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self._named(row, self.tr("Instrument"), self.instrument)
        self._named(row, self.tr("Timeframe"), self.timeframe)
        row.addWidget(label(self.tr("Period"), muted=True))
        row.addLayout(self._periods(settings.days))
        row.addSpacing(8)
        self._named(row, self.tr("Fee"), self.fee)
        self._named(row, self.tr("Slippage"), self.slippage)
        self._named(row, self.tr("Capital"), self.capital)
        row.addStretch(1)
        self._follow(editor.strategy)
        editor.strategy_changed.connect(self._follow)
        self.instrument.activated.connect(self._choose_instrument)
        self.timeframe.activated.connect(self._choose_timeframe)

    def settings(self) -> RunSettings:
        """Return what is set now."""
        days = PERIODS[self.period.checkedId()]
        rates = self.fee.value() / 100, self.slippage.value() / 100
        return RunSettings(days, Assumptions(self.capital.value(), *rates))

    def _named(self, row: QHBoxLayout, text: str, field: QWidget) -> None:
        name = label(text, muted=True)
        name.setBuddy(field)
        field.setAccessibleName(text)
        row.addWidget(name)
        row.addWidget(field)

    def _spin(self, value: float, high: float, step: float, digits: int, suffix: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setDecimals(digits)
        field.setRange(0.0, high)
        field.setSingleStep(step)
        field.setSuffix(suffix)
        field.setValue(value)
        field.setProperty("plain", True)
        field.setFixedWidth(76 if suffix else 88)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.valueChanged.connect(self.changed)
        return field

    def _periods(self, days: int | None) -> QHBoxLayout:
        texts = (self.tr("3 months"), self.tr("6 months"), self.tr("1 year"), self.tr("All"))
        self.period = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(2)
        for number, text in enumerate(texts):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setAccessibleName(self.tr("Period: %1").replace("%1", text))
            self.period.addButton(button, number)
            row.addWidget(button)
        self.period.button(PERIODS.index(days) if days in PERIODS else 2).setChecked(True)
        self.period.idClicked.connect(self.changed)
        return row

    def _follow(self, strategy: Strategy) -> None:
        """Show the instrument and timeframe of the drawing."""
        own = (strategy.symbol, strategy.exchange)
        instruments = [(each.symbol, each.exchange) for each in SAMPLES]
        texts = [f"{symbol} ({self.tr('sample')})" for symbol, _ in instruments]
        if own not in instruments:
            instruments, texts = [own, *instruments], [f"{own[0]} ({own[1]})", *texts]
        self._fill(self.instrument, instruments, texts, instruments.index(own))
        frames = [Timeframe.parse(text) for text in COMMON]
        if strategy.timeframe not in frames:
            frames = sorted([*frames, strategy.timeframe])
        self._fill(self.timeframe, frames, [str(frame) for frame in frames], frames.index(strategy.timeframe))

    def _fill(self, box: QComboBox, values: list, texts: list[str], current: int) -> None:  # type: ignore[type-arg]
        with QSignalBlocker(box):
            if [box.itemText(at) for at in range(box.count())] != texts:
                box.clear()
                for text, value in zip(texts, values, strict=True):
                    box.addItem(text, value)
            box.setCurrentIndex(current)

    def _choose_instrument(self) -> None:
        symbol, exchange = self.instrument.currentData()
        self._perform(self.tr("Choose the instrument"), lambda s: edits.set_instrument(s, symbol, exchange))

    def _choose_timeframe(self) -> None:
        frame = self.timeframe.currentData()
        self._perform(self.tr("Choose the timeframe"), lambda s: edits.set_timeframe(s, frame))

    def _perform(self, name: str, change: Callable[[Strategy], Strategy]) -> None:
        self._editor.settle()
        self._editor.perform(name, change)
