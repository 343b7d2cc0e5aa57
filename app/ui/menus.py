"""The menus of the window."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.ui import look

if TYPE_CHECKING:
    from app.canvas.commands import Commands

Keys = QKeySequence | QKeySequence.StandardKey | None


class Menus:
    """File, Edit, View and Help, and beside them the commands of the canvas once there is one."""

    def __init__(self, window: QMainWindow, choice: str, choose_theme: Callable[[str], None]) -> None:
        self._window = window
        tr = window.tr
        self.file = window.menuBar().addMenu(tr("&File"))
        self.edit = window.menuBar().addMenu(tr("&Edit"))
        self.view = window.menuBar().addMenu(tr("&View"))
        self.help = window.menuBar().addMenu(tr("&Help"))
        self._of_drawing = [self.edit.menuAction()]
        self._themes = QActionGroup(window)
        names = {"system": tr("System colours"), "light": tr("Light"), "dark": tr("Dark")}
        self._themes.triggered.connect(lambda action: choose_theme(str(action.data())))
        self._before_themes = self.view.addSeparator()
        for name in look.CHOICES:
            action = self.view.addAction(names[name])
            action.setCheckable(True)
            action.setChecked(name == choice)
            action.setData(name)
            self._themes.addAction(action)

    def add(self, menu: QMenu, text: str, keys: Keys, does: Callable[[], object]) -> QAction:
        """Add an entry and return it; in View, pages stand before the colours."""
        action = QAction(text, self._window)
        if keys is not None:
            action.setShortcut(keys)
        action.triggered.connect(lambda _=False: does())
        if menu is self.view:
            menu.insertAction(self._before_themes, action)
        else:
            menu.addAction(action)
        return action

    def add_commands(self, commands: Commands) -> None:
        """Show the commands of the canvas in menus, each under its own heading."""
        own = {menu.title().replace("&", ""): menu for menu in (self.edit, self.view, self.help)}
        for heading, actions in commands.groups.items():
            menu = own.get(heading)
            if menu is None:
                menu = QMenu(heading, self._window)
                self._window.menuBar().insertMenu(self.help.menuAction(), menu)
                self._of_drawing.append(menu.menuAction())
            elif menu in (self.view, self.help):
                menu.addSeparator()
            for action in actions:
                if not action.objectName().startswith(("go_", "nudge_")):
                    stand_in = _StandIn(action, menu)
                    menu.addAction(stand_in)
                    if menu is self.help:
                        self._of_drawing.append(stand_in)

    def show_drawing(self, shown: bool) -> None:
        """Show or hide the menus and entries that are about the drawing."""
        for action in self._of_drawing:
            action.setVisible(shown)

    def choose(self, choice: str) -> None:
        """Choose colours as by hand."""
        next(action for action in self._themes.actions() if action.data() == choice).trigger()


class _StandIn(QAction):
    """An entry that names an action and its keys, but leaves the keys to where the action belongs.

    In a menu, the single letters of the canvas would be taken from every list and chart of the window.
    """

    def __init__(self, action: QAction, menu: QMenu) -> None:
        super().__init__(menu)
        self._action = action
        self._follow()
        action.changed.connect(self._follow)
        self.triggered.connect(lambda _=False: action.trigger())

    def _follow(self) -> None:
        # Actions tell of a last change while they are taken down; Qt then has no object behind them any more.
        with contextlib.suppress(RuntimeError):
            keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self.setText(f"{self._action.text()}\t{keys}" if keys else self._action.text())
            self.setEnabled(self._action.isEnabled())
