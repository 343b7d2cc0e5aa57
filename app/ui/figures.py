"""Five key figures of a run, each with its difference to the run before."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.charts.run_view import FIGURES, RunView
from app.ui.charts.scales import percent_text
from app.ui.labels import label

# Whether more of it is better; of the number of trades nobody knows.
_BETTER = {"total_return": 1, "against_holding": 1, "max_drawdown": 1, "win_rate": 1, "trades": 0}
# Figures whose sign says whether it was worth it.
_SIGNED = ("total_return", "against_holding")
NONE = "–"


@dataclass(frozen=True)
class _Shown:
    text: str
    change: str
    tone: str
    # The colour of the figure itself.
    sign: str


class Figures(QWidget):
    """A row of figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = {
            "total_return": self.tr("Return"),
            "against_holding": self.tr("Against holding"),
            "max_drawdown": self.tr("Max drawdown"),
            "win_rate": self.tr("Win rate"),
            "trades": self.tr("Trades"),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 4)
        row.setSpacing(12)
        self.tiles = {name: _Tile(names[name]) for name in FIGURES}
        for tile in self.tiles.values():
            row.addWidget(tile, 1)

    def show_run(self, view: RunView | None, before: RunView | None) -> None:
        """Show the figures of a run; nothing for a drawing that does nothing yet."""
        there = view is not None and view.outcome.state == "done"
        compared = before is not None and before.outcome.state == "done"
        for name, tile in self.tiles.items():
            value = view.figures[name] if view and there else None
            old = before.figures[name] if before and compared else None
            tile.show_figure(_shown(name, value, old))


class _Tile(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.value = label(NONE, pixels=19, weight=600)
        self.change = label("", pixels=11)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(label(name, pixels=11, muted=True))
        column.addWidget(self.value)
        column.addWidget(self.change)
        for part in (self.value, self.change):
            part.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def show_figure(self, shown: _Shown) -> None:
        self.value.setText(shown.text)
        self.change.setText(shown.change)
        for part, tone in ((self.value, shown.sign), (self.change, shown.tone)):
            if part.property("tone") != tone:
                part.setProperty("tone", tone)
                part.style().unpolish(part)
                part.style().polish(part)
        self.setAccessibleName(f"{self._name}: {shown.text} {shown.change}".strip())


def _shown(name: str, value: float | None, old: float | None) -> _Shown:
    if value is None:
        return _Shown(NONE, " ", "", "")
    text = f"{value:,.0f}" if name == "trades" else percent_text(value)
    if name == "win_rate":
        text = text.lstrip("+")
    if name == "against_holding":
        text = f"{text.removesuffix(' %')} pp"
    sign = _sign(text) if name in _SIGNED else ""
    difference = 0.0 if old is None else value - old
    unchanged = abs(difference) < (0.5 if name == "trades" else 0.0005)
    if old is None or unchanged:
        return _Shown(text, " ", "", sign)
    tone = _BETTER[name] * difference
    change = (
        f"{difference:+,.0f}".replace("-", "−") if name == "trades" else percent_text(difference).removesuffix(" %")
    )
    arrow = "▲" if difference > 0 else "▼"
    return _Shown(text, f"{arrow} {change}", "good" if tone > 0 else "bad" if tone < 0 else "", sign)


def _sign(text: str) -> str:
    return {"+": "good", "−": "bad"}.get(text[:1], "")
