"""The look of the whole window: the tokens of the canvas, and what only the window needs."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas import theme as tokens
from app.canvas.theme import DARK, LIGHT, Theme, font, prose

ThemeChoice = Literal["system", "light", "dark"]
CHOICES: tuple[ThemeChoice, ...] = get_args(ThemeChoice)


def chosen(choice: str) -> Theme:
    """Return the theme of a choice; the system's where it has one, else the light one."""
    if choice in ("light", "dark"):
        return DARK if choice == "dark" else LIGHT
    return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def apply(window: QWidget, theme: Theme) -> None:
    """Give a window, and all that is or will be in it, the colours of a theme."""
    # A size in the style would overrule that of every label.
    base = tokens.style_sheet(theme).replace("font-family: Inter; font-size: 13px; ", "")
    sheet = base + _STYLE.format(**vars(theme), bad_soft=tokens.mixed(theme.bad, theme.surface, 0.1).name())
    # Each of these goes through every widget there is.
    if window.styleSheet() != sheet:
        # The stubs ask for bytes, which Qt refuses.
        if QApplication.font("QAbstractButton") != prose(13):  # type: ignore[call-overload]
            QApplication.setFont(font(13))
            QApplication.setFont(prose(13), "QAbstractButton")  # type: ignore[arg-type]
        QApplication.setPalette(tokens.palette(theme))
        # Not that of the application: then each part put into another would go through all its own parts again, and a
        # page, made from the inside out, would take ten times as long to make.
        window.setStyleSheet(sheet)


_STYLE = """
QMenuBar, QMenu, QPushButton, QToolButton, QLineEdit, QComboBox, QAbstractSpinBox, QTabBar, QAbstractItemView,
QToolTip {{
    font-family: Inter; font-size: 13px;
}}
QDoubleSpinBox[plain="true"] {{ padding: 4px 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QTabWidget#side > QStackedWidget > QWidget, QTabWidget#side QScrollArea > QWidget > QWidget {{ background: {surface}; }}
QTabWidget#side QWidget QTreeView {{ background: {surface}; }}
QScrollArea#wordscroll > QWidget > QWidget, QScrollArea#wordscroll > QWidget {{ background: transparent; }}
QMenuBar {{ background: {surface}; border-bottom: 1px solid {border}; padding: 2px 8px; }}
QMenuBar::item {{ background: transparent; padding: 4px 10px; border-radius: 6px; }}
QMenuBar::item:selected {{ background: {hover}; }}
QWidget#bar, QWidget#results {{ background: {surface}; }}
QWidget#bar {{ border-bottom: 1px solid {border}; }}
QWidget#runbar {{ background: {surface}; border-bottom: 1px solid {border}; }}
QWidget#words {{ background: {surface}; border-bottom: 1px solid {border}; }}
QTabWidget#side > QTabBar::tab {{ padding: 8px 7px; }}
QTabWidget#side, QTabWidget#side > QTabBar, QWidget#side {{ background: {surface}; }}
QScrollArea {{ background: transparent; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget#page, QWidget#page {{ background: {window}; }}
QLineEdit#name {{ background: transparent; border-color: transparent; font-weight: 600; padding: 4px 6px; }}
QLineEdit#name:hover {{ border-color: {border}; }}
QLineEdit#name:focus {{ background: {surface}; border-color: {accent}; }}
QFrame#banner {{ background: {accent_soft}; border: none; border-bottom: 1px solid {border}; }}
QFrame#banner[tone="bad"] {{ background: {bad_soft}; }}
QFrame#banner[tone="bad"] QLabel {{ color: {bad}; }}
QToolButton[segment="true"] {{ padding: 4px 8px; color: {text_muted}; }}
QToolButton[segment="true"]:disabled {{ color: {border_strong}; }}
QToolButton[segment="true"]:checked {{ background: {accent_soft}; color: {accent}; }}
QToolButton[nav="true"] {{ padding: 4px 12px; color: {text_muted}; }}
QToolButton[nav="true"]:checked {{ background: {accent_soft}; color: {accent}; }}
QFrame[figure="true"] {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; }}
QFrame[figure="true"]:hover, QFrame[figure="true"]:focus {{ border-color: {accent}; }}
QFrame[finding] {{ background: {sunken}; border: 1px solid transparent; border-left: 3px solid {border_strong}; }}
QFrame[finding="serious"] {{ border-left-color: {bad}; }}
QFrame[finding="caution"] {{ border-left-color: {warn}; }}
QFrame[finding]:focus {{ border-color: {accent}; }}
QTableView#trades QHeaderView::up-arrow, QTableView#trades QHeaderView::down-arrow {{ width: 0; height: 0; }}
QTableView#runs QHeaderView::up-arrow, QTableView#runs QHeaderView::down-arrow {{ width: 0; height: 0; }}
QTableView#trades QHeaderView::section {{ padding: 6px 3px; }}
QTableView#trades {{ padding-left: 9px; }}
QTableView#runs::item {{ padding: 0 6px; }}
QTableView#runs QHeaderView::section {{ padding: 6px 8px; }}
QTextBrowser#reader {{ background: {surface}; border: none; border-left: 1px solid {border}; }}
QListWidget#documents {{ background: transparent; padding: 8px; }}
QListWidget#documents::item:disabled {{ color: {text_muted}; padding-top: 12px; }}
QFrame#rule {{ background: {border}; border: none; }}
QTableView#plain {{ background: transparent; }}
QTableView#plain QHeaderView, QTableView#plain QHeaderView::section, QTableView#plain QTableCornerButton::section {{
    background: transparent; border: none; padding: 4px 3px;
}}
QTableView#groups {{ background: transparent; }}
QTableView#groups::item {{ padding: 0 6px; }}
QTableView#groups QHeaderView::section {{ background: transparent; padding: 6px 8px; }}
QToolButton#columns::menu-indicator {{ width: 0; image: none; }}
QProgressBar {{ background: {border}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QProgressBar#busy {{ background: transparent; border-radius: 0; max-height: 3px; min-height: 3px; }}
QProgressBar#busy::chunk {{ border-radius: 0; }}
QWidget#runbar + QWidget#fetch, QWidget#results > QWidget#fetch {{ background: {accent_soft}; }}
QPushButton#picker {{ text-align: left; font-weight: 600; }}
QTableWidget, QTableWidget QHeaderView, QTableWidget QHeaderView::section {{ background: transparent; border: none; }}
QTableWidget QHeaderView::section {{ border-bottom: 1px solid {border}; }}
QDateEdit {{
    background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px; min-height: 22px;
}}
QDateEdit QLineEdit {{ padding: 0 8px; }}
QDateEdit:focus {{ border: 1px solid {accent}; }}
QLabel[tone="good"] {{ color: {good}; }}
QLabel[tone="bad"] {{ color: {bad}; }}
QLabel[tone="warn"] {{ color: {warn}; }}
QPushButton[primary="true"]:hover {{ background: {accent}; border-color: {text}; }}
QPushButton[primary="true"]:focus {{ border-color: {text}; }}
QPushButton[primary="true"]:disabled {{ color: {border_strong}; background: {window}; border-color: {border}; }}
QSplitter::handle:hover {{ background: {accent}; }}
"""
