"""JSON text into plain values, with every limit checked before it can cost anything."""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

from app.errors import StrategyInvalid
from app.strategy import limits
from app.strategy.problem import Problem
from app.strategy.wording import quoted

_SHAPE = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
_LONGEST_NUMBER = 100


def plain_value(data: bytes | str) -> object:
    """Return the JSON value in `data`: UTF-8 with or without a byte order mark, or text.

    Raises StrategyInvalid with one problem for what is too large, too deep or not JSON as everybody reads it:
    duplicate keys, NaN, infinite or unsafe numbers and halves of characters are refused.
    """
    text = _decoded(data)
    if not text.strip():
        refuse("empty", "The file is empty.")
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_whole, parse_float=_number, parse_constant=_not_a_number
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, character {error.colno:,}"
        refuse("not_json", f"The file is damaged or not a strategy: it cannot be read at {where}.")
    if "\\u" in text:
        _check_characters(value)
    return value


def refuse(code: str, message: str) -> NoReturn:
    """Raise StrategyInvalid with this one problem."""
    raise StrategyInvalid([Problem(code, message)])


def _decoded(data: bytes | str) -> str:
    if len(data) > limits.MAX_BYTES:
        _refuse_size()
    try:
        raw = data.encode() if isinstance(data, str) else bytes(data)
        text = raw.decode("utf-8-sig")
    except UnicodeError:
        refuse("not_utf8", "The file is not plain text in UTF-8. Export the strategy again and use that file.")
    if len(raw) > limits.MAX_BYTES:
        _refuse_size()
    return text


def _refuse_size() -> NoReturn:
    refuse("too_large", "The file is larger than 1 MB, more than any strategy needs. Is it the right file?")


def _check_depth(text: str) -> None:
    depth, in_string = 0, False
    for match in _SHAPE.finditer(text):
        mark = match[0]
        if mark == '"':
            in_string = not in_string
        elif in_string:
            continue
        elif mark in "[{":
            depth += 1
            if depth > limits.MAX_DEPTH:
                refuse("too_deep", "The file is nested far deeper than any strategy. Is it the right file?")
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > limits.MAX_KEYS:
        refuse("too_many_entries", f"One part of the file has {len(pairs):,} entries; {limits.MAX_KEYS} are possible.")
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        refuse("duplicate_key", f"{quoted(twice)} stands twice in the same place of the file. Keep one of them.")
    return result


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > limits.MAX_WHOLE:
        refuse("bad_number", f"The number {_short(text)} is too large.")
    return int(text)


def _number(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        refuse("bad_number", f"The number {_short(text)} has too many digits.")
    value = float(text)
    if not math.isfinite(value):
        refuse("bad_number", f"The number {_short(text)} is too large.")
    return value


def _not_a_number(text: str) -> NoReturn:
    refuse("bad_number", f"{text} is not a number. Put an ordinary number there.")


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:20] + "…"


def _check_characters(value: object) -> None:
    # Only an escape can bring in half of a character, and writing the value out again finds it wherever it is.
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        refuse("bad_text", "A text in the file holds half of a character. Type that text again.")
