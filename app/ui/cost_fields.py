"""Fields for costs and capital, the same wherever they are set."""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from app.canvas.fields import align_right
from app.engine.assumptions import HIGHEST_RATE
from app.ui.labels import label

_MOST_CAPITAL = 1e12


def rate_field(rate: float) -> QDoubleSpinBox:
    """Return a field for a fee or slippage, in percent."""
    return _field(100 * rate, 0.0, 100 * HIGHEST_RATE, 0.01, 3, " %")


def capital_field(capital: float) -> QDoubleSpinBox:
    """Return a field for the initial capital."""
    field = _field(capital, 1.0, _MOST_CAPITAL, 1_000.0, 0, "")
    field.setGroupSeparatorShown(True)
    return field


def named(text: str, field: QDoubleSpinBox) -> QWidget:
    """Return a field with its name before it."""
    result = QWidget()
    name = label(text, muted=True)
    name.setBuddy(field)
    field.setAccessibleName(text)
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(name)
    row.addWidget(field)
    return result


def _field(value: float, low: float, high: float, step: float, digits: int, suffix: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setDecimals(digits)
    field.setRange(low, high)
    field.setSingleStep(step)
    field.setSuffix(suffix)
    field.setValue(value)
    field.setProperty("plain", True)
    field.setFixedWidth(72 if suffix else 84)
    align_right(field)
    return field
