"""Which version this is, what it promises, and what it is made of."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPlainTextEdit, QTableView, QWidget

from app.canvas.theme import font
from app.engine.version import ENGINE_VERSION
from app.ui.labels import label
from app.ui.settings.libraries import Used, used_by, version_of
from app.ui.settings.section import Section, button

PACKAGE = "blockbuilders"
_Index = QModelIndex | QPersistentModelIndex


class About(Section):
    """The list of libraries is made when it is first looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        about = _tr(
            "Strategies, results and candles never leave this computer. The network is asked for public candles and "
            "lists of markets alone, when you fetch them or keep them up to date."
        )
        super().__init__(_tr("About Blockbuilders"), about, parent)
        text = _tr("Version %1  ·  engine version %2  ·  MIT licence")
        text = text.replace("%1", version_of(PACKAGE)).replace("%2", str(ENGINE_VERSION))
        self.version = label(text)
        self.more = button(_tr("Libraries and licences"), self._toggle)
        self.more.setCheckable(True)
        self.table = QTableView()
        self.text = QPlainTextEdit()
        self.parts = QWidget()
        self._set_up()
        row = QHBoxLayout()
        row.addWidget(self.version, 1)
        row.addWidget(self.more)
        self.body.addLayout(row)
        self.body.addWidget(self.parts)

    def _set_up(self) -> None:
        self.table.setObjectName("plain")
        self.table.setAccessibleName(_tr("Libraries, their versions and licences"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.text.setReadOnly(True)
        self.text.setFont(font(11))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(_tr("Text of the licence"))
        self.text.setTabChangesFocus(True)
        row = QHBoxLayout(self.parts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.table, 2)
        row.addWidget(self.text, 3)
        self.parts.setFixedHeight(320)
        self.parts.hide()

    def _toggle(self) -> None:
        if self.more.isChecked() and self.table.model() is None:
            model = _Libraries(used_by(PACKAGE), self.table)
            self.table.setModel(model)
            header = self.table.horizontalHeader()
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setStretchLastSection(True)
            header.setHighlightSections(False)
            header.setFixedHeight(32)
            self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._show(model.libraries[now.row()]))
            self.table.selectRow(0)
        self.parts.setVisible(self.more.isChecked())

    def _show(self, library: Used) -> None:
        nothing = _tr("%1 is installed without a copy of its licence: %2.")
        nothing = nothing.replace("%1", library.name).replace("%2", library.licence)
        self.text.setPlainText(library.text or nothing)


class _Libraries(QAbstractTableModel):
    def __init__(self, libraries: tuple[Used, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.libraries = libraries

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.libraries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        library = self.libraries[index.row()]
        text = (library.name, library.version, library.licence)[index.column()]
        if role == Qt.ItemDataRole.SizeHintRole and index.column() == 2:
            return QSize(120, 28)
        return text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_tr("Library"), _tr("Version"), _tr("Licence"))[section]
        return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
