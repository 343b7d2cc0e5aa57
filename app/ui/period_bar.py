"""Which part of the candles to run on: presets in a row, and dates of one's own."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateEdit,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs.market_bars import Period
from app.market.timeframe import DAY_MS
from app.ui.labels import label
from app.ui.run_settings import PERIODS

_CUSTOM = len(PERIODS)


class PeriodBar(QWidget):
    """A row of periods, one of which is chosen; `changed` when the hand chooses another one."""

    changed = Signal()

    def __init__(self, period: Period, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = QButtonGroup(self)
        self._custom: Period | None = None
        self.dates = DatesPanel(self)
        self.dates.chosen.connect(self._take_dates)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number, (short, whole) in enumerate(self._names()):
            button = QToolButton()
            button.setText(short)
            button.setToolTip(whole)
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setAccessibleName(self.tr("Period: %1").replace("%1", whole))
            self.buttons.addButton(button, number)
            row.addWidget(button)
        self.show_period(period)
        self.buttons.idClicked.connect(self._press)

    def period(self) -> Period:
        """Return what is chosen."""
        number = self.buttons.checkedId()
        if number == _CUSTOM and self._custom is not None:
            return self._custom
        return Period(PERIODS[number] if 0 <= number < _CUSTOM else 365)

    def show_period(self, period: Period) -> None:
        """Show a period as chosen."""
        own = period.start is not None or period.end is not None
        self._custom = period if own else self._custom
        number = _CUSTOM if own else PERIODS.index(period.days) if period.days in PERIODS else 2
        self.buttons.button(number).setChecked(True)
        self._chosen = number
        button = self.buttons.button(_CUSTOM)
        button.setText(dates_text(self._custom) if own and self._custom else self.tr("Dates…"))

    def _names(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("3M"), self.tr("the last 3 months")),
            (self.tr("6M"), self.tr("the last 6 months")),
            (self.tr("1Y"), self.tr("the last year")),
            (self.tr("2Y"), self.tr("the last 2 years")),
            (self.tr("3Y"), self.tr("the last 3 years")),
            (self.tr("All"), self.tr("all there is")),
            (self.tr("Dates…"), self.tr("from one date to another")),
        )

    def _press(self, number: int) -> None:
        if number != _CUSTOM:
            self.show_period(Period(PERIODS[number]))
            self.changed.emit()
            return
        self.buttons.button(self._chosen).setChecked(True)  # until dates are chosen
        button = self.buttons.button(_CUSTOM)
        self.dates.open(button.mapToGlobal(QPoint(0, button.height() + 4)), self._custom)

    def _take_dates(self, period: Period) -> None:
        self.show_period(period)
        self.changed.emit()


class DatesPanel(QFrame):
    """Two dates and a button that uses them; both days count in full, in UTC."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.first, self.last = self._field(self.tr("From")), self._field(self.tr("To"))
        self.problem = label(pixels=12)
        self.problem.setProperty("tone", "warn")
        use = QPushButton(self.tr("Use these dates"))
        use.setProperty("primary", True)
        use.clicked.connect(self._use)
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, field in ((self.tr("From"), self.first), (self.tr("to"), self.last)):
            row.addWidget(label(text, muted=True))
            row.addWidget(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.problem)
        column.addWidget(use)

    def open(self, at: QPoint, period: Period | None) -> None:
        """Open below a button, with the dates of a period, else with last year."""
        today = QDate.currentDate()
        start = _date(period.start) if period and period.start is not None else today.addYears(-1)
        end = _date(period.end - DAY_MS) if period and period.end is not None else today
        self.first.setDate(start)
        self.last.setDate(end)
        self.problem.hide()
        self.adjustSize()
        screen = self.screen().availableGeometry()
        above = at.y() + self.height() > screen.bottom()
        self.move(min(at.x(), screen.right() - self.width()), at.y() - self.height() - 40 if above else at.y())
        self.show()
        self.first.setFocus()

    def _use(self) -> None:
        start, end = (_time(field.date()) for field in (self.first, self.last))
        if start > end:
            self.problem.setText(self.tr("The first date has to be before the last one."))
            self.problem.show()
            self.adjustSize()
            return
        self.hide()
        self.chosen.emit(Period(None, start, end + DAY_MS))

    def _field(self, name: str) -> QDateEdit:
        field = QDateEdit()
        field.setDisplayFormat("yyyy-MM-dd")
        field.setDateRange(QDate(2009, 1, 1), QDate.currentDate())
        field.setCalendarPopup(False)
        field.setAccessibleName(name)
        field.setMinimumWidth(112)
        return field


def dates_text(period: Period) -> str:
    """Return the first and the last day of a period."""
    days = [f"{_moment(time):%Y-%m-%d}" for time in (period.start or 0, (period.end or 0) - DAY_MS)]
    return " – ".join(days)


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def _date(time_ms: int) -> QDate:
    when = _moment(time_ms)
    return QDate(when.year, when.month, when.day)


def _time(date: QDate) -> int:
    return int(datetime(date.year(), date.month(), date.day(), tzinfo=UTC).timestamp() * 1000)
