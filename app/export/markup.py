"""HTML and SVG written by hand, in which nothing from outside can be more than text."""

from __future__ import annotations

from html import escape

_EMPTY = ("path", "rect", "line", "circle", "meta", "br")


def words(text: str) -> str:
    """Return text as it may stand between tags and in attributes; what cannot be seen is a question mark.

    Control characters are not allowed in SVG, and marks that turn the direction of writing could make text read
    as what it is not.
    """
    return escape("".join(letter if letter.isprintable() else "?" for letter in text))


def element(name: str, /, *inside: str, **attributes: object) -> str:
    """Return an element around `inside`, which is markup.

    `class_` is the attribute class, `fill_opacity` is fill-opacity, and an attribute that is None is left out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{words(number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}/>" if name in _EMPTY else f"<{name}{given}>{''.join(inside)}</{name}>"


def number(value: float) -> str:
    """Return a coordinate, to a tenth."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
