"""Period, costs and capital of the next backtest: the same that stand above the result of a drawing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.engine.assumptions import Assumptions
from app.ui.cost_fields import capital_field, named, rate_field
from app.ui.period_bar import PeriodBar
from app.ui.run_settings import RunSettings
from app.ui.settings.section import Section, button
from app.ui.wrap_row import WrapRow


class UsualRun(Section):
    """`changed` tells of a change by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        about = _tr("What a drawing is run with. The same fields stand above its result; kept runs stay as they are.")
        super().__init__(_tr("Backtests"), about, parent)
        usual = RunSettings()
        self.fee = rate_field(usual.assumptions.fee_rate)
        self.slippage = rate_field(usual.assumptions.slippage_rate)
        self.capital = capital_field(usual.assumptions.capital)
        self.periods = PeriodBar(usual.period)
        self.reset = button(_tr("Usual values"), self._reset, _tr("Go back to the usual period, costs and capital"))
        self._lay_out()
        for field in (self.fee, self.slippage, self.capital):
            field.valueChanged.connect(self._changed)
        self.periods.changed.connect(self._changed)

    def settings(self) -> RunSettings:
        """Return what is set."""
        rates = self.fee.value() / 100, self.slippage.value() / 100
        return RunSettings(self.periods.period(), Assumptions(self.capital.value(), *rates))

    def show_settings(self, settings: RunSettings) -> None:
        """Show what is set elsewhere."""
        values = settings.assumptions
        for field, value in (
            (self.fee, 100 * values.fee_rate),
            (self.slippage, 100 * values.slippage_rate),
            (self.capital, values.capital),
        ):
            with QSignalBlocker(field):
                field.setValue(value)
        self.periods.show_period(settings.period)
        self._allow_reset()

    def _lay_out(self) -> None:
        row = WrapRow()
        row.setSpacing(16)
        row.addWidget(self.periods)
        for text, field in ((_tr("Fee"), self.fee), (_tr("Slippage"), self.slippage), (_tr("Capital"), self.capital)):
            row.addWidget(named(text, field))
        self.body.addLayout(row)
        self.head.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)

    def _changed(self) -> None:
        self._allow_reset()
        self.changed.emit()

    def _reset(self) -> None:
        self.show_settings(RunSettings())
        self.changed.emit()

    def _allow_reset(self) -> None:
        self.reset.setEnabled(self.settings() != RunSettings())


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
