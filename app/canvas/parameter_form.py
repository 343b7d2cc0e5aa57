"""The settings of the selected block: what it is for, and a slider and a field for each value."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QScrollArea,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.blocks import catalog
from app.blocks.kind import BlockKind
from app.blocks.params import Param, ParamValue
from app.canvas import steps
from app.canvas.block_face import choice_text, shown_params
from app.canvas.choice import Choice
from app.canvas.editor import Editor
from app.canvas.move_gesture import described
from app.canvas.sheet_form import SheetForm, plain, selected_sheet
from app.canvas.theme import font
from app.strategy import edits
from app.strategy.document import Block, Strategy
from app.strategy.wording import readable

_SLIDER_STEPS = 400


class Keeper(Protocol):
    """Who takes the values of rows."""

    editor: Editor

    def set_value(self, block_id: str, param: Param, value: ParamValue, merge: bool) -> None:
        """Take a value; steps of one drag become one."""

    def set_dial(self, block_id: str, name: str, on: bool) -> None:
        """Keep a setting among the dials, or no longer."""


class ParameterForm(QScrollArea):
    """Shows and changes the values of the one selected block."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.rows: dict[str, Row] = {}
        self.muted = QCheckBox()
        self.sheet: SheetForm
        self._shown: tuple[str, tuple[str, ...]] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Settings of the selected block"))
        editor.strategy_changed.connect(self.refresh)
        editor.selection_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the selected block as it is now; fields that are in use stay."""
        block = self._block()
        kind = catalog.kind(block.kind) if block else None
        if block is None or kind is None:
            self._refresh_beside()
            return
        params = _params(self.editor.strategy, block, kind)
        shown = (block.id, tuple(param.name for param in params))
        if shown != self._shown:
            self._shown = shown
            self._build(block, kind, params)
        for param in params:
            self.rows[param.name].show_value(block.params.get(param.name, param.default))
            self.rows[param.name].star.setChecked((block.id, param.name) in self.editor.strategy.dials)
        self.muted.setChecked(block.muted)

    def _refresh_beside(self) -> None:
        """Show the words of the one selected frame or note, or what to do."""
        sheet = selected_sheet(self.editor)
        if sheet is None:
            self._shown = None
            self._build_empty()
            return
        shown = (sheet.id, (type(sheet).__name__,))
        if shown != self._shown:
            self._shown, self.rows = shown, {}
            self.sheet = SheetForm(self.editor, sheet)
            self._show_column([self.sheet])
        self.sheet.show_sheet(sheet)

    def set_value(self, block_id: str, param: Param, value: ParamValue, merge: bool) -> None:
        """Change a value; steps of one drag become one."""
        block = self.editor.strategy.block(block_id)
        kind = catalog.kind(block.kind) if block else None
        name = f"{kind.title}: {readable(param.name)}" if kind else readable(param.name)
        key = f"param {block_id} {param.name}" if merge else ""
        self.editor.perform(f"Change {name}", lambda s: edits.set_param(s, block_id, param.name, value), key)

    def _block(self) -> Block | None:
        picked = self.editor.picked
        return self.editor.strategy.block(next(iter(picked.blocks))) if len(picked.blocks) == len(picked) == 1 else None

    def _build_empty(self) -> None:
        picked = self.editor.picked
        text = ""
        if picked:
            words = described(picked)
            text = self.tr("{0} selected.").format(f"{len(picked)} parts" if words == "selection" else words)
            text = text[:1].upper() + text[1:]
        label = plain(text or self.tr("Select a block to see what it does and to change its values."))
        label.setWordWrap(True)
        self.rows = {}
        self._show_column([label])

    def _build(self, block: Block, kind: BlockKind, params: list[Param]) -> None:
        title = plain(kind.title, muted=False)
        title.setFont(font(15, 600))
        about = plain(kind.about)
        about.setWordWrap(True)
        self.muted = QCheckBox(self.tr("Muted: as if it were not there"))
        self.muted.setChecked(block.muted)
        self.muted.toggled.connect(lambda on: self._mute(block.id, on))
        values = {**kind.defaults(), **block.params}
        self.rows = {param.name: Row(self, block.id, param, values[param.name]) for param in params}
        self._show_column([title, about, *self.rows.values(), self.muted])

    def _mute(self, block_id: str, on: bool) -> None:
        name = self.tr("Mute") if on else self.tr("Unmute")
        self.editor.perform(name, lambda s: edits.mute(s, [block_id], on))

    def set_dial(self, block_id: str, name: str, on: bool) -> None:
        """Keep a setting among the dials, or no longer."""
        text = self.tr("Add dial") if on else self.tr("Remove dial")
        self.editor.perform(text, lambda s: edits.set_dial(s, block_id, name, on))

    def _show_column(self, widgets: list[QWidget]) -> None:
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(column)


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
            spin.setAlignment(Qt.AlignmentFlag.AlignRight)
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
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:
        return f"{value:.10g}"

    def stepBy(self, number: int) -> None:
        scale = _scale(self._param)
        self.setValue(float(steps.stepped(self._param, round(self.value() / scale, 12), number)) * scale)


def _params(strategy: Strategy, block: Block, kind: BlockKind) -> list[Param]:
    """Return the params that count: those shown, and those that stand in for an input without a wire."""
    connected = {wire.input for wire in strategy.wires if wire.target == block.id}
    stand_ins = [kind.param(port.param) for port in kind.inputs if port.param and port.name not in connected]
    return [*(param for param in stand_ins if param), *shown_params(block, kind)]


def _scale(param: Param) -> float:
    return 100.0 if param.type == "percent" else 1.0


def _rounded(param: Param, value: float, grain: float) -> ParamValue:
    """Return a value from a slider as a person would write it: no more digits than one step of the slider is worth."""
    if param.type == "whole":
        return round(min(max(value, param.low), param.high))
    digits = max(0, -int(f"{grain:e}".split("e")[1]))
    return min(max(round(value, digits), param.low), param.high)
