"""Charts made as SVG, as PNG pictures."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.canvas.theme import FAMILY, font

_SCALE = 2
_TAG = re.compile(r"<(\w+)([^<>]*?)(/?)>")


def png(svg: str) -> bytes:
    """Return a chart as a picture of twice its size, on white."""
    font()
    renderer = QSvgRenderer(QByteArray(spelled_out(svg).encode()))
    image = QImage(renderer.defaultSize() * _SCALE, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def spelled_out(svg: str) -> str:
    """Return the picture with the style of every shape written on it: Qt knows no variables and no nested selectors."""
    found = re.search(r"<style>(.*?)</style>", svg, re.DOTALL)
    style = found[1] if found else ""
    values = dict(re.findall(r"--([a-z]+):([^;}]+)", style))
    style = re.sub(r"var\(--([a-z]+)\)", lambda name: values.get(name[1], "none"), style)
    style = re.sub(r"font:(\d+px)[^;}]*", rf"font-size:\1;font-family:{FAMILY}", style)
    rules = [(name.strip(), body) for name, body in re.findall(r"\.picture([^{}]*)\{([^{}]*)\}", style)]

    def styled(tag: re.Match[str]) -> str:
        name, attributes, end = tag.groups()
        classes = re.search(r'class="([^"]*)"', attributes)
        own = set(classes[1].split()) if classes else set()
        bodies = [body for selector, body in rules if _fits(selector, name, own)]
        return f'<{name}{attributes} style="{";".join(bodies)}"{end}>' if bodies else tag[0]

    return _TAG.sub(styled, svg.replace(found[0], "") if found else svg)


def _fits(selector: str, name: str, classes: set[str]) -> bool:
    if not selector:
        return "picture" in classes
    return selector == name or (selector.startswith(".") and set(selector[1:].split(".")) <= classes)
