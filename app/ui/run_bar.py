"""What the drawing is run on: instrument, timeframe, period, costs and capital, in a row above the result."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.canvas.editor import Editor
from app.engine.assumptions import Assumptions
from app.market.timeframe import COMMON, Timeframe
from app.strategy import edits
from app.strategy.document import Strategy
from app.ui.candle_desk import CandleDesk
from app.ui.choice import Choice
from app.ui.cost_fields import capital_field, named, rate_field
from app.ui.instrument_picker import InstrumentButton
from app.ui.period_bar import PeriodBar
from app.ui.run_settings import RunSettings
from app.ui.wrap_row import WrapRow


class RunBar(QWidget):
    """The row above the result. Instrument and timeframe belong to the drawing, the rest to this row.

    `picked` says that the hand has just chosen an instrument or a period: what is missing of it may be fetched.
    """

    changed = Signal()
    picked = Signal()

    def __init__(self, editor: Editor, settings: RunSettings, desk: CandleDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor = editor
        self.instrument = InstrumentButton(desk)
        self.timeframe = Choice()
        self.fee = rate_field(settings.assumptions.fee_rate)
        self.slippage = rate_field(settings.assumptions.slippage_rate)
        self.capital = capital_field(settings.assumptions.capital)
        for field in (self.fee, self.slippage, self.capital):
            field.valueChanged.connect(self.changed)
        row = WrapRow(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.instrument)
        self.timeframe.setAccessibleName(self.tr("Timeframe"))
        self.timeframe.setToolTip(self.tr("Timeframe: the length of a bar"))
        row.addWidget(self.timeframe)
        self.periods = PeriodBar(settings.period)
        row.addWidget(self.periods)
        row.addWidget(named(self.tr("Fee"), self.fee))
        row.addWidget(named(self.tr("Slippage"), self.slippage))
        row.addWidget(named(self.tr("Capital"), self.capital))
        row.add_stretch()
        self._follow(editor.strategy)
        editor.strategy_changed.connect(self._follow)
        self.instrument.chosen.connect(self._choose_instrument)
        self.periods.changed.connect(self.picked)
        self.periods.changed.connect(self.changed)
        self.timeframe.activated.connect(self._choose_timeframe)

    def settings(self) -> RunSettings:
        """Return what is set now."""
        rates = self.fee.value() / 100, self.slippage.value() / 100
        return RunSettings(self.periods.period(), Assumptions(self.capital.value(), *rates))

    def take(self, settings: RunSettings) -> None:
        """Set everything at once, as by hand."""
        assumptions = settings.assumptions
        values = (
            (self.fee, 100 * assumptions.fee_rate),
            (self.slippage, 100 * assumptions.slippage_rate),
            (self.capital, assumptions.capital),
        )
        for field, value in values:
            with QSignalBlocker(field):
                field.setValue(value)
        self.periods.show_period(settings.period)
        self.changed.emit()

    def _follow(self, strategy: Strategy) -> None:
        """Show the instrument and timeframe of the drawing."""
        self.instrument.show_instrument(strategy.symbol, strategy.exchange)
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

    def _choose_instrument(self, symbol: str, exchange: str) -> None:
        # Said before the drawing changes, because the run begins with the change.
        self.picked.emit()
        self._perform(self.tr("Choose the instrument"), lambda s: edits.set_instrument(s, symbol, exchange))

    def _choose_timeframe(self) -> None:
        frame = self.timeframe.currentData()
        self._perform(self.tr("Choose the timeframe"), lambda s: edits.set_timeframe(s, frame))

    def _perform(self, name: str, change: Callable[[Strategy], Strategy]) -> None:
        self._editor.settle()
        self._editor.perform(name, change)
