"""Frames and sticky notes on the canvas: coloured sheets with words."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.theme import Theme, color, font, mixed
from app.strategy.document import Frame, Note

HEADER = 32.0
_PAD = 12.0
_LARGEST = 52.0
_TITLE = 13.0
_FITS = 17.0
_LEGIBLE = 0.35
_TINTS = {"grey": "inputs", "blue": "accent", "green": "good", "yellow": "warn", "red": "bad", "violet": "signal"}


def tint_of(name: str, theme: Theme) -> str:
    """Return the token for the colour of a frame or a note."""
    return str(getattr(theme, _TINTS.get(name, "inputs")))


def ground_of(name: str, frame: bool, theme: Theme) -> QColor:
    """Return the colour of the sheet itself, opaque: it is painted faster than one that lets the ground through."""
    share = (0.07 if frame else 0.14) * (1.0 if theme.name == "light" else 1.6)
    return mixed(tint_of(name, theme), theme.canvas if frame else theme.surface, share)


class SheetItem(QGraphicsItem):
    """A rectangle with words, seen from its top left corner."""

    def __init__(self, sheet: Frame | Note, theme: Theme) -> None:
        super().__init__()
        self.sheet, self.theme = sheet, theme
        self.selected = self.found = False
        self.box = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.show_sheet(sheet)

    @property
    def what(self) -> Literal["frame", "note"]:
        """Whether this is a frame or a note."""
        return "frame" if isinstance(self.sheet, Frame) else "note"

    def show_sheet(self, sheet: Frame | Note) -> None:
        """Draw a changed sheet."""
        self.sheet = sheet
        self.show_box(QRectF(*sheet.at, *sheet.size))

    def show_box(self, box: QRectF) -> None:
        """Draw the sheet in another place or size."""
        self.prepareGeometryChange()
        self.setPos(box.topLeft())
        self.box = QRectF(0, 0, box.width(), box.height())
        self.update()

    def show_as(self, **changes: bool) -> None:
        """Set how the sheet is drawn, and repaint only if something differs."""
        changed = {name: value for name, value in changes.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:
            self.update()

    def place(self) -> QRectF:
        """Return the rectangle in the scene."""
        return self.box.translated(self.pos())

    def edge_at(self, at: QPointF, reach: float) -> str:
        """Return the edges near a point of the scene, such as `right bottom`, "" where there is none."""
        box = self.place()
        if not box.adjusted(-reach, -reach, reach, reach).contains(at):
            return ""
        near = {
            "left": abs(at.x() - box.left()) <= reach,
            "right": abs(at.x() - box.right()) <= reach,
            "top": abs(at.y() - box.top()) <= reach,
            "bottom": abs(at.y() - box.bottom()) <= reach,
        }
        return " ".join(name for name, is_near in near.items() if is_near)

    def boundingRect(self) -> QRectF:
        above = 1.4 * _LARGEST if isinstance(self.sheet, Frame) else 6.0
        return self.box.adjusted(-6, -above, 6, 6)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.box)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        self._paint_sheet(painter)
        if isinstance(self.sheet, Frame):
            self._paint_title(painter, self.sheet.title, zoom)
        elif zoom >= _LEGIBLE:
            self._paint_text(painter, self.sheet.text)

    def _paint_sheet(self, painter: QPainter) -> None:
        theme, tint = self.theme, tint_of(self.sheet.color, self.theme)
        chosen = self.selected or self.found
        frame = isinstance(self.sheet, Frame)
        radius = 12.0 if frame else 6.0
        if chosen:
            painter.setPen(QPen(color(theme.accent, 0.22), 6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.box.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        ground = theme.canvas if frame else theme.surface
        edge = color(theme.accent) if chosen else mixed(tint, ground, 0.35)
        painter.setPen(QPen(edge, 1.5 if chosen else 1))
        painter.setBrush(ground_of(self.sheet.color, frame, theme))
        painter.drawRoundedRect(self.box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_title(self, painter: QPainter, title: str, zoom: float) -> None:
        """Paint the title as large on the screen from afar as from near: there it stands above the frame."""
        size = min(_TITLE / min(zoom, 1.0), _LARGEST)
        title_font = font(13, 600)
        title_font.setPixelSize(round(size))
        painter.setFont(title_font)
        painter.setPen(color(self.theme.text))
        room = self.box.width() - 2 * _PAD
        text = QFontMetricsF(title_font).elidedText(title, Qt.TextElideMode.ElideRight, room)
        foot = HEADER - 6 if size <= _FITS else -4.0
        line = QRectF(_PAD if size <= _FITS else 2.0, foot - 1.3 * size, room, 1.3 * size)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_text(self, painter: QPainter, text: str) -> None:
        painter.setPen(color(self.theme.text))
        inside = self.box.adjusted(_PAD, 10, -_PAD, -10)
        note_font = font(13)
        painter.setFont(note_font)
        height = QFontMetricsF(note_font).height() + 2
        for number, line in enumerate(lines_of(text, inside.width(), int(inside.height() / height))):
            row = QRectF(inside.left(), inside.top() + number * height, inside.width(), height)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, line)


def lines_of(text: str, width: float, most: int) -> list[str]:
    """Return a text in lines that fit, at most so many; where it goes on, the last one ends in an ellipsis."""
    found: list[str] = []
    metrics = QFontMetricsF(font(13))
    for paragraph in text.splitlines() or [""]:
        layout = QTextLayout(paragraph, font(13))
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        layout.beginLayout()
        while len(found) <= most and (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 8.0))
            found.append(paragraph[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
    if len(found) > most:
        found = found[:most]
        if found:
            found[-1] = metrics.elidedText(f"{found[-1]} …", Qt.TextElideMode.ElideRight, width)
    return found
