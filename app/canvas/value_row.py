"""One value with its name: a field to type in, a slider where there is a range, and a star to keep it at hand."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.blocks.params import Param, ParamValue
from app.canvas import steps
from app.canvas.block_face import choice_text
from app.canvas.choice import Choice
from app.canvas.editor import Editor
from app.canvas.fields import align_right
from app.canvas.sheet_form import plain
from app.strategy.wording import readable

_SLIDER_STEPS = 400


class Keeper(Protocol):
    """Who takes the values of rows."""

    editor: Editor

    def set_value(self, block_id: str, param: Param, value: ParamValue, merge: bool) -> None:
        """Take a value; steps of one drag become one."""

    def set_dial(self, block_id: str, name: str, on: bool) -> None:
        """Keep a setting among the dials, or no longer."""


class Row(QWidget):
    """One value: its name, a field to type in, and a slider where there is a range to drag through."""

    def __init__(self, form: Keeper, block_id: str, param: Param, value: ParamValue, title: str = "") -> None:
        super().__init__()
        self._form, self._block_id, self.param = form, block_id, param
        self.slider: QSlider | None = None
        self._low, self._high = (0.0, 1.0) if param.type == "choice" else steps.slider_range(param, value)
        name = title or readable(param.name)
        label = plain(name[:1].upper() + name[1:], muted=False)
        self.field = self._make_field(value)
        self.star = self._make_star(name)
        self.field.setAccessibleName(name)
        label.setBuddy(self.field)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label, 1)
        head.addWidget(self.field, 2 if param.type == "choice" else 1)
        head.addWidget(self.star)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        if param.type != "choice":
            self.slider = self._make_slider(name)
            layout.addWidget(self.slider)

    def show_value(self, value: ParamValue) -> None:
        """Show the value of the strategy; a field that is being typed in keeps its text."""
        with QSignalBlocker(self.field):
            if isinstance(self.field, QComboBox):
                self.field.setCurrentIndex(self.param.options.index(str(value)))
            elif isinstance(self.field, QSpinBox):
                self.field.setValue(int(value))
            else:
                self.field.setValue(float(value) * _scale(self.param))
        if self.slider is not None and not self.slider.isSliderDown():
            if not self._low <= float(value) <= self._high:
                self._low, self._high = steps.slider_range(self.param, value)
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((float(value) - self._low) / (self._high - self._low) * _SLIDER_STEPS))

    def _make_star(self, name: str) -> QToolButton:
        star = QToolButton()
        star.setText("☆")
        star.setCheckable(True)
        star.setFixedSize(24, 24)
        star.setToolTip(self.tr("Keep it among the dials"))
        star.setAccessibleName(self.tr("{0} among the dials").format(name))
        star.toggled.connect(lambda on: star.setText("★" if on else "☆"))
        star.clicked.connect(lambda on: self._form.set_dial(self._block_id, self.param.name, on))
        return star

    def _make_field(self, value: ParamValue) -> QComboBox | QSpinBox | QDoubleSpinBox:
        param = self.param
        if param.type == "choice":
            box = Choice()
            box.addItems([choice_text(option) for option in param.options])
            box.currentIndexChanged.connect(lambda at: self._set(param.options[at], False))
            return box
        unit = " %" if param.type == "percent" else f" {param.unit}" if param.unit else ""
        if param.type == "whole":
            spin = QSpinBox()
            spin.setRange(int(param.low), int(param.high))
            spin.setSuffix(unit)
            spin.setKeyboardTracking(False)
            align_right(spin)
            spin.valueChanged.connect(lambda number: self._set(number, True))
            return spin
        field = _Number(param)
        field.setSuffix(unit)
        field.valueChanged.connect(lambda number: self._set(round(number / _scale(param), 12), True))
        return field

    def _make_slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _SLIDER_STEPS)
        slider.setAccessibleName(self.tr("{0}, slider").format(name))
        slider.valueChanged.connect(self._slide)
        slider.sliderPressed.connect(self._form.editor.settle)
        slider.sliderReleased.connect(self._form.editor.settle)
        return slider

    def _slide(self, at: int) -> None:
        value = self._low + (self._high - self._low) * at / _SLIDER_STEPS
        self._set(_rounded(self.param, value, (self._high - self._low) / _SLIDER_STEPS), True)

    def _set(self, value: ParamValue, merge: bool) -> None:
        self._form.set_value(self._block_id, self.param, value, merge)


class _Number(QDoubleSpinBox):
    """A field for any number that shows no needless zeros."""

    def __init__(self, param: Param) -> None:
        super().__init__()
        self._param = param
        self.setDecimals(8)
        scale = _scale(param)
        self.setRange(param.low * scale, param.high * scale)
        self.setKeyboardTracking(False)
        align_right(self)

    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    def stepBy(self, number: int) -> None:
        scale = _scale(self._param)
        self.setValue(float(steps.stepped(self._param, round(self.value() / scale, 12), number)) * scale)


def _scale(param: Param) -> float:
    return 100.0 if param.type == "percent" else 1.0


def _rounded(param: Param, value: float, grain: float) -> ParamValue:
    """Return a value from a slider as a person would write it: no more digits than one step of the slider is worth."""
    if param.type == "whole":
        return round(min(max(value, param.low), param.high))
    digits = max(0, -int(f"{grain:e}".split("e")[1]))
    return min(max(round(value, digits), param.low), param.high)
