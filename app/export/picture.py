"""An SVG picture, and the frame of a chart: panes with scales on one axis of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from app.export.markup import element, number, words
from app.export.report_style import LIGHT, PICTURE_RULES
from app.export.scales import nice_values, time_marks
from app.market.candles import FloatSeries, TimeSeries

WIDTH = 960
LEFT, RIGHT = 8, 68
_ABOUT_HEIGHT = 24


@dataclass(frozen=True)
class Picture:
    """A drawing of some height and WIDTH units; `title` says in words what it shows, `about` of which run."""

    title: str
    height: int
    content: str
    about: str = ""

    def inline(self) -> str:
        """Return the picture as part of a page, whose style it takes and which says what it is about."""
        return self._drawn(self.height, self.content)

    def file(self) -> str:
        """Return the picture as a file of its own, on white, with a line beneath that says what it is about."""
        style = element("style", f"svg{{{LIGHT};background:var(--surface)}}{PICTURE_RULES}")
        beneath = element("text", words(self.about), x=LEFT, y=self.height + 16, class_="mark")
        height = self.height + _ABOUT_HEIGHT
        own = {"xmlns": "http://www.w3.org/2000/svg", "width": WIDTH, "height": height}
        return self._drawn(height, style, self.content, beneath, **own) + "\n"

    def _drawn(self, height: int, /, *inside: str, **attributes: object) -> str:
        parts = (element("title", words(self.title)), *inside)
        return element("svg", *parts, **attributes, class_="picture", viewBox=f"0 0 {WIDTH} {height}", role="img")


@dataclass(frozen=True)
class Pane:
    """A strip of a picture from `top` to `bottom`, with bars `0..count` from left to right and a scale of values."""

    top: float
    bottom: float
    count: int
    low: float
    high: float

    def x(self, row: float) -> float:
        """Return the place of a row; the middle of a bar is its row and a half."""
        return LEFT + (WIDTH - LEFT - RIGHT) * row / max(self.count, 1)

    def y(self, value: float) -> float:
        """Return the height of a value."""
        if self.high <= self.low:
            return (self.top + self.bottom) / 2
        return self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low)

    def line(self, rows: FloatSeries, values: FloatSeries, class_: str) -> str:
        """Return a curve."""
        return element("path", d=f"M{self._points(rows, values)}", class_=class_)

    def area(self, rows: FloatSeries, values: FloatSeries, class_: str) -> str:
        """Return the area between a curve and zero."""
        zero = number(self.y(0.0))
        first, last = number(self.x(float(rows[0]))), number(self.x(float(rows[-1])))
        return element("path", d=f"M{first} {zero}L{self._points(rows, values)}L{last} {zero}Z", class_=class_)

    def scale(self, says: Callable[[float], str], most: int) -> str:
        """Return lines across at round values, and what each says at the right."""
        parts = []
        for value in nice_values(self.low, self.high, most):
            y = self.y(value)
            parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
            parts.append(element("text", words(says(value)), x=WIDTH - RIGHT + 8, y=y + 4, class_="mark"))
        return "".join(parts)

    def _points(self, rows: FloatSeries, values: FloatSeries) -> str:
        places = zip(rows.tolist(), values.tolist(), strict=True)
        return "L".join(f"{number(self.x(row))} {number(self.y(value))}" for row, value in places)


def time_axis(time: TimeSeries, tops: Iterable[tuple[float, float]], bottom: float) -> str:
    """Return lines down at round times through strips from top to bottom, and what each says below all."""
    strips = list(tops)
    pane = Pane(0.0, bottom, len(time), 0.0, 1.0)
    parts, free = [], float(LEFT)
    for row, says in time_marks(time, 10):
        x = pane.x(row)
        parts += [element("line", x1=x, x2=x, y1=top, y2=end, class_="grid") for top, end in strips]
        half = 4.0 * len(says)
        if x - half >= free and x + half <= WIDTH - RIGHT:
            parts.append(element("text", words(says), x=x, y=bottom, class_="mark middle"))
            free = x + half + 12
    return "".join(parts)


def legend(entries: Iterable[tuple[str, str]], y: float) -> str:
    """Return names with a dash in their colour, in a row; each entry is a text and a class."""
    parts, x = [], float(LEFT)
    for text, class_ in entries:
        parts.append(element("line", x1=x, x2=x + 16, y1=y - 4, y2=y - 4, class_=class_))
        parts.append(element("text", words(text), x=x + 22, y=y, class_="name"))
        x += 22 + 7.2 * len(text) + 24
    return "".join(parts)


def spread(low: float, high: float, share: float = 0.04) -> tuple[float, float]:
    """Return bounds with a little room above and below, and some height where all values are one."""
    room = (high - low) * share or max(abs(high) * share, 1e-12)
    return low - room, high + room


def ends(*curves: FloatSeries) -> tuple[float, float]:
    """Return the least and the greatest value of curves."""
    return min(float(np.min(curve)) for curve in curves), max(float(np.max(curve)) for curve in curves)
