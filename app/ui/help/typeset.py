"""Markdown in the type and colours of the window."""

from __future__ import annotations

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from app.canvas.theme import Theme, prose

_PIXELS = 14
# Pixels, weight, room above and below, by level.
_HEADINGS = {1: (26, 650, 8, 12), 2: (18, 650, 28, 8), 3: (15, 600, 20, 6)}
_LINE = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def typeset(document: QTextDocument, markdown: str, theme: Theme) -> None:
    """Put a text into a document."""
    document.setDefaultFont(prose(_PIXELS))
    document.setMarkdown(markdown)
    block = document.begin()
    while block.isValid():
        _space(block, theme)
        _dress(block, theme)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _draw_table(frame, theme)


def typeset_code(document: QTextDocument, text: str) -> None:
    """Put a text into a document as it is."""
    document.setDefaultFont(_fixed())
    document.setPlainText(text)


def _fixed() -> QFont:
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    result.setPixelSize(_PIXELS - 1)
    return result


def _space(block: QTextBlock, theme: Theme) -> None:
    """Give a block room, and code a ground."""
    place = block.blockFormat()
    level = min(place.headingLevel(), 3)
    if level:
        _, _, above, below = _HEADINGS[level]
        place.setTopMargin(above)
        place.setBottomMargin(below)
    elif _is_code(block):
        place.setLeftMargin(0)
        place.setTopMargin(0)
        place.setBottomMargin(0 if _is_code(block.next()) else 12)
        place.setNonBreakableLines(False)
        place.setBackground(QBrush(QColor(theme.sunken)))
    elif QTextCursor(block).currentTable() is None:
        place.setTopMargin(0)
        within = block.textList() is not None and block.next().textList() is not None
        place.setBottomMargin(6 if within else 12)
        place.setLineHeight(140, _LINE)
    QTextCursor(block).setBlockFormat(place)


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence.value)


def _dress(block: QTextBlock, theme: Theme) -> None:
    """Give headings, bold words, code and links their type and colours."""
    level = min(block.blockFormat().headingLevel(), 3)
    for start, length, shape in _fragments(block):
        code = shape.fontFixedPitch() or _is_code(block)
        if level:
            # Kept, it would overrule the size.
            shape.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
            shape.setFont(prose(*_HEADINGS[level][:2]))
        elif code:
            shape.setFont(_fixed())
        elif shape.fontWeight() > QFont.Weight.Medium:
            shape.setFont(prose(_PIXELS, 650))
        if code:
            shape.setBackground(QColor(theme.sunken))
        if shape.isAnchor():
            shape.setForeground(QColor(theme.accent))
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(shape)


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Return position, length and format of each part of a block that looks the same."""
    found, at = [], block.begin()
    while not at.atEnd():
        part = at.fragment()
        found.append((part.position(), part.length(), part.charFormat()))
        at += 1
    return found


def _draw_table(table: QTextTable, theme: Theme) -> None:
    shape = table.format().toTableFormat()
    shape.setBorder(1)
    shape.setBorderCollapse(True)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QColor(theme.border))
    shape.setCellPadding(6)
    shape.setCellSpacing(0)
    shape.setTopMargin(4)
    shape.setBottomMargin(16)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(shape)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        head = cell.format().toTableCellFormat()
        head.setBackground(QColor(theme.sunken))
        cell.setFormat(head)
