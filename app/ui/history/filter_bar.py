"""Which runs of the history show: words, strategy, instrument, bars, tested year, state, when, and least figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolButton, QWidget

from app.ui.choice import Choice
from app.ui.labels import label
from app.ui.wrap_row import WrapRow

if TYPE_CHECKING:
    from app.data.library.records import RunChoices, RunFilter

_DAY_MS = 86_400_000
_TYPING_MS = 120
_LONGEST = 40
_WIDEST = 168
# Beside the text of a box: its edges and its arrow.
_AROUND = 42


class FilterBar(QWidget):
    """`changed` tells that other runs are wanted than before."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the runs"))
        self.search.setToolTip(self.tr("Names, instruments, exchanges and notes"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(_WIDEST)
        self.search.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self.strategy = self._box(self.tr("Strategy"), [(self.tr("Any strategy"), None)])
        self.instrument = self._box(self.tr("Instrument"), [(self.tr("Any instrument"), None)])
        self.timeframe = self._box(self.tr("Length of the bars"), [(self.tr("Any bars"), None)])
        self.tested = self._box(self.tr("Tested on candles of"), [(self.tr("Any period"), None)])
        self.state = self._box(self.tr("State"), self._states())
        self.when = self._box(self.tr("When it was run"), self._times())
        self.gain = self._box(self.tr("Least return"), self._gains())
        self.drawdown = self._box(self.tr("Deepest drawdown"), self._drawdowns())
        self.trades = self._box(self.tr("Least number of trades"), self._counts())
        self.clear = QToolButton()
        self.clear.setText(self.tr("Clear"))
        self.clear.setToolTip(self.tr("Show all runs"))
        self.clear.setProperty("segment", True)
        self.clear.clicked.connect(self.show_all)
        self.count = label(pixels=12, muted=True)
        row = WrapRow(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.search)
        for box in self.boxes:
            row.addWidget(box)
        row.addWidget(self.clear)
        row.add_stretch()
        row.addWidget(self.count)
        self._say_clear()
        self.changed.connect(self._say_clear)

    @property
    def boxes(self) -> tuple[Choice, ...]:
        """The boxes to choose from."""
        what = (self.strategy, self.instrument, self.timeframe, self.tested)
        return (*what, self.state, self.when, self.gain, self.drawdown, self.trades)

    @property
    def empty(self) -> bool:
        """Whether every run is wanted."""
        return not self.search.text().split() and all(box.currentIndex() == 0 for box in self.boxes)

    def wanted(self, now_ms: int) -> RunFilter:
        """Return the filter that is set."""
        from app.data.library.records import RunFilter

        symbol, exchange = self.instrument.currentData() or (None, None)
        tested_from, tested_to = _year(self.tested.currentData())
        days = self.when.currentData()
        return RunFilter(
            strategy_id=self.strategy.currentData(),
            symbol=symbol,
            exchange=exchange,
            timeframe=self.timeframe.currentData(),
            text=self.search.text(),
            since_ms=None if days is None else now_ms - days * _DAY_MS,
            range_from_ms=tested_from,
            range_to_ms=tested_to,
            least_return=self.gain.currentData(),
            deepest_drawdown=self.drawdown.currentData(),
            least_trades=self.trades.currentData(),
            **(self.state.currentData() or {}),
        )

    def show_choices(self, choices: RunChoices) -> None:
        """Offer the strategies, instruments, lengths of bars and tested years that there are runs of."""
        _fill(self.strategy, [(name, strategy_id) for strategy_id, name in choices.strategies])
        _fill(self.instrument, [(" · ".join(part for part in place if part), place) for place in choices.instruments])
        _fill(self.timeframe, [(self.tr("%1 bars").replace("%1", each), each) for each in choices.timeframes])
        tested = self.tr("Tested on %1")
        _fill(self.tested, [(tested.replace("%1", str(year)), year) for year in _years(choices.tested)])
        self._say_clear()

    def show_strategy(self, strategy_id: str, name: str) -> None:
        """Want every run of one strategy."""
        self.show_all(tell=False)
        if self.strategy.findData(strategy_id) < 0:
            self.strategy.addItem(_short(name), strategy_id)
        self.strategy.setCurrentIndex(self.strategy.findData(strategy_id))
        self.changed.emit()

    def show_all(self, _: bool = False, *, tell: bool = True) -> None:
        """Want every run."""
        self.search.clear()
        self._typing.stop()
        for box in self.boxes:
            box.setCurrentIndex(0)
        if tell:
            self.changed.emit()

    def _box(self, name: str, choices: Sequence[tuple[str, Any]]) -> Choice:
        box = _Box()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setMaximumWidth(_WIDEST)
        for text, value in choices:
            box.addItem(text, value)
        box.activated.connect(lambda _: self.changed.emit())
        return box

    def _say_clear(self) -> None:
        self.clear.setEnabled(not self.empty)

    def _states(self) -> list[tuple[str, Any]]:
        return [
            (self.tr("Any state"), None),
            (self.tr("Completed"), {"states": ("completed",)}),
            (self.tr("Failed"), {"states": ("failed",)}),
            (self.tr("Stopped"), {"states": ("cancelled",)}),
            (self.tr("Under way"), {"states": ("pending", "running")}),
            (self.tr("Pinned"), {"pinned": True}),
            (self.tr("New"), {"unseen": True}),
        ]

    def _times(self) -> list[tuple[str, Any]]:
        days = ((1, self.tr("Last 24 hours")), (7, self.tr("Last 7 days")), (30, self.tr("Last 30 days")))
        return [(self.tr("Any time"), None), *((text, value) for value, text in days), (self.tr("Last year"), 365)]

    def _gains(self) -> list[tuple[str, Any]]:
        shares = (0.0, 0.1, 0.25, 0.5, 1.0)
        text = self.tr("Return from %1 %")
        return [(self.tr("Any return"), None), *((text.replace("%1", f"{100 * each:.0f}"), each) for each in shares)]

    def _drawdowns(self) -> list[tuple[str, Any]]:
        shares = (0.05, 0.1, 0.2, 0.3, 0.5)
        text = self.tr("Drawdown to %1 %")
        return [
            (self.tr("Any drawdown"), None),
            *((text.replace("%1", f"{100 * each:.0f}"), -each) for each in shares),
        ]

    def _counts(self) -> list[tuple[str, Any]]:
        text = self.tr("From %1 trades")
        return [(self.tr("Any trades"), None), *((text.replace("%1", str(each)), each) for each in (1, 10, 30, 100))]


class _Box(Choice):
    """As wide as what is chosen, so that all boxes stand in one line as long as nothing is; its list is wider."""

    def __init__(self) -> None:
        super().__init__()
        self.currentTextChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.currentText()) + _AROUND, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), _WIDEST), super().minimumSizeHint().height())

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + _AROUND)
        super().showPopup()


def _fill(box: Choice, choices: Sequence[tuple[str, Any]]) -> None:
    """Replace all choices but the first, and keep the one that is chosen."""
    chosen, text = box.currentData(), box.currentText()
    while box.count() > 1:
        box.removeItem(box.count() - 1)
    for name, value in choices:
        box.addItem(_short(name), value)
    if chosen is not None and box.findData(chosen) < 0:
        box.addItem(text, chosen)
    box.setCurrentIndex(max(box.findData(chosen), 0) if chosen is not None else 0)


def _years(span: tuple[int, int] | None) -> Sequence[int]:
    """Return the years that a span of UTC ms touches, the newest first."""
    if span is None:
        return ()
    import numpy as np

    first, last = (int(str(np.datetime64(moment, "ms").astype("datetime64[Y]"))) for moment in (span[0], span[1] - 1))
    return range(last, first - 1, -1)


def _year(year: int | None) -> tuple[int | None, int | None]:
    """Return the begin of a year and of the next one, in UTC ms."""
    if year is None:
        return None, None
    return _begin_of(year), _begin_of(year + 1)


def _begin_of(year: int) -> int:
    import numpy as np

    return int(np.datetime64(year - 1970, "Y").astype("datetime64[ms]").astype(np.int64))


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
