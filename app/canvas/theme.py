"""Colours, type and spacing of the whole screen, light and dark, from one set of tokens."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

log = logging.getLogger(__name__)

FAMILY = "Inter"


@dataclass(frozen=True)
class Theme:
    """The tokens, each a colour as `#rrggbb`. Texts have a contrast of 4.5 or more on every ground."""

    name: str
    window: str
    canvas: str
    grid: str
    surface: str
    surface_raised: str
    sunken: str
    hover: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    bad: str
    warn: str
    series: str
    signal: str
    inputs: str
    indicators: str
    maths: str
    comparison: str
    logic: str
    orders: str
    risk: str

    def port(self, type_: str) -> str:
        """Return the colour of ports and wires that carry this type."""
        return self.signal if type_ == "signal" else self.series

    def group(self, name: str) -> str:
        """Return the colour of a group of blocks, by its title in the palette."""
        return str(getattr(self, name.lower(), self.text_muted))


LIGHT = Theme(
    name="light",
    window="#f4f5f8",
    canvas="#f8f9fb",
    grid="#dfe3ea",
    surface="#ffffff",
    surface_raised="#ffffff",
    sunken="#f0f2f6",
    hover="#e8ebf1",
    border="#dbe0e8",
    border_strong="#7d8798",
    text="#1a2230",
    text_muted="#5a6474",
    accent="#3a5fd9",
    on_accent="#ffffff",
    accent_soft="#e6ebfb",
    good="#14784a",
    bad="#c03535",
    warn="#8f5f00",
    series="#0b7c8c",
    signal="#8847c4",
    inputs="#6a7689",
    indicators="#0b7c8c",
    maths="#5b7083",
    comparison="#8847c4",
    logic="#8847c4",
    orders="#14784a",
    risk="#b3641b",
)

DARK = Theme(
    name="dark",
    window="#14171c",
    canvas="#111419",
    grid="#252a33",
    surface="#1c2129",
    surface_raised="#242a34",
    sunken="#272e39",
    hover="#303846",
    border="#323a47",
    border_strong="#7a8698",
    text="#e9edf3",
    text_muted="#a0abba",
    accent="#7f9dff",
    on_accent="#0f1420",
    accent_soft="#26304d",
    good="#58c690",
    bad="#f58a82",
    warn="#e2b24a",
    series="#45bdcb",
    signal="#c08df0",
    inputs="#97a3b5",
    indicators="#45bdcb",
    maths="#8fa6bb",
    comparison="#c08df0",
    logic="#c08df0",
    orders="#58c690",
    risk="#e6a05c",
)


@cache
def _load_fonts() -> None:
    try:
        entries = list((files("fontpkg_inter") / "files").iterdir())
        for entry in entries:
            if entry.name.endswith(".ttf") and "Italic" not in entry.name:
                QFontDatabase.addApplicationFontFromData(entry.read_bytes())
    except (ModuleNotFoundError, OSError) as error:
        # Qt takes the nearest font of the system then.
        log.warning("the font that comes with Blockbuilders cannot be read: %s", error)


def font(pixels: int = 13, weight: int = 400) -> QFont:
    """Return Inter in this size and weight, with figures that are all as wide as each other.

    The weight is set as an axis: by `setWeight` a variable font stays thin in Qt 6.12.
    """
    _load_fonts()
    result = QFont(FAMILY)
    result.setPixelSize(pixels)
    result.setVariableAxis(QFont.Tag("wght"), float(weight))
    result.setVariableAxis(QFont.Tag("opsz"), 14.0)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def prose(pixels: int = 13, weight: int = 400) -> QFont:
    """Return Inter for sentences. Figures of one width come with a hyphen as wide as they are, which tears words."""
    result = font(pixels, weight)
    result.unsetFeature(QFont.Tag("tnum"))
    return result


def color(token: str, alpha: float = 1.0) -> QColor:
    """Return a token as a colour of this opacity."""
    result = QColor(token)
    result.setAlphaF(alpha)
    return result


@cache
def mixed(token: str, ground: str, share: float) -> QColor:
    """Return the opaque colour of `share` of one token over another."""
    over, under = QColor(token), QColor(ground)
    parts = [
        round(a * share + b * (1 - share))
        for a, b in zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*parts)


def palette(theme: Theme) -> QPalette:
    """Return the palette for every widget."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.sunken,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.surface_raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.PlaceholderText: theme.text_muted,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.Light: theme.surface_raised,
        QPalette.ColorRole.Mid: theme.border,
        QPalette.ColorRole.Dark: theme.border_strong,
    }
    for role, token in roles.items():
        result.setColor(role, QColor(token))
    off = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(off, role, QColor(theme.border_strong))
    return result


def style_sheet(theme: Theme) -> str:
    """Return the style of every widget, over Fusion and `palette`."""
    return _STYLE.format(**{name: getattr(theme, name) for name in theme.__dataclass_fields__})


_STYLE = """
QWidget {{ color: {text}; }}
QMainWindow, QDialog {{ background: {window}; }}
QToolTip {{ background: {surface_raised}; color: {text}; border: 1px solid {border}; padding: 6px 8px; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {{
    background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 4px 8px; min-height: 22px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit {{ placeholder-text-color: {text_muted}; }}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {{ border-color: {border_strong}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
    border: 1px solid {accent};
}}
QAbstractSpinBox QLineEdit {{ border: none; padding: 0 6px 0 0; background: transparent; min-height: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox QAbstractItemView {{ background: {surface_raised}; border: 1px solid {border}; padding: 4px; outline: 0; }}
QPushButton {{
    background: {surface}; border: 1px solid {border}; border-radius: 6px; padding: 4px 12px; min-height: 22px;
}}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {sunken}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {border_strong}; background: {window}; }}
QToolButton:disabled {{ color: {border_strong}; }}
QPushButton[primary="true"] {{
    background: {accent}; color: {on_accent}; border-color: {accent};
}}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:checked {{ background: {accent_soft}; color: {accent}; }}
QTreeView, QListView, QTableView {{
    background: {surface}; border: none; outline: 0; alternate-background-color: {surface};
    selection-background-color: {accent_soft}; selection-color: {text};
}}
QTreeView::item, QListView::item {{ padding: 4px 6px; border-radius: 4px; min-height: 20px; }}
QTreeView::item:hover, QListView::item:hover {{ background: {sunken}; }}
QTreeView::item:selected, QListView::item:selected {{ background: {accent_soft}; color: {text}; }}
QHeaderView::section {{
    background: {surface}; color: {text_muted}; border: none; border-bottom: 1px solid {border}; padding: 6px 8px;
}}
QMenu {{ background: {surface_raised}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent_soft}; color: {text}; }}
QMenu::item:disabled {{ color: {border_strong}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle {{ background: {border}; border-radius: 3px; min-height: 32px; min-width: 32px; }}
QScrollBar::handle:hover {{ background: {border_strong}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; border: none; width: 0; height: 0;
}}
QTabBar::tab {{
    background: transparent; color: {text_muted}; padding: 8px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QSlider {{ min-height: 20px; }}
QSlider::groove:horizontal {{ height: 4px; background: {hover}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ height: 4px; background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{
    background: {surface}; border: 2px solid {accent}; width: 12px; height: 12px; margin: -6px 0; border-radius: 8px;
}}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; }}
QSplitter::handle {{ background: {border}; }}
QFrame[card="true"] QAbstractItemView, QTreeView#palette, QTreeView#outline, QListView#problems {{
    background: transparent;
}}
QFrame[card="true"] {{ background: {surface_raised}; border: 1px solid {border}; border-radius: 10px; }}
QLabel[muted="true"] {{ color: {text_muted}; }}
QStatusBar {{ background: {surface}; color: {text_muted}; border-top: 1px solid {border}; }}
"""
