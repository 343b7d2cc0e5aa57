"""As much of JSON Schema (draft 2020-12) as the published schema uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
}
_SAID = {"$schema", "$defs", "title", "description", "default", "examples", "then"}


def accepts(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any] | None = None) -> bool:
    """Return whether `value` fits; a keyword that this does not know raises KeyError."""
    root = root or schema
    return all(
        _CHECKS[keyword](schema, wanted, value, root) for keyword, wanted in schema.items() if keyword not in _SAID
    )


def keywords(schema: Any) -> Iterator[str]:
    """Yield each key of a schema, however deep."""
    if isinstance(schema, dict):
        for key, inner in schema.items():
            yield key
            yield from keywords(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keywords(inner)


def _type(schema: Any, wanted: str, value: Any, root: Any) -> bool:
    return (
        isinstance(value, bool)
        if wanted == "boolean"
        else not isinstance(value, bool) and isinstance(value, _TYPES[wanted])
    )


def _properties(schema: Any, wanted: Any, value: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(accepts(wanted[k], v, root) for k, v in value.items() if k in wanted)


def _additional(schema: Any, wanted: Any, value: Any, root: Any) -> bool:
    if not isinstance(value, dict):
        return True
    others = [inner for key, inner in value.items() if key not in schema.get("properties", {})]
    return not others if wanted is False else all(accepts(wanted, inner, root) for inner in others)


def _if(schema: Any, wanted: Any, value: Any, root: Any) -> bool:
    return not accepts(wanted, value, root) or accepts(schema["then"], value, root)


def _ref(schema: Any, wanted: str, value: Any, root: Any) -> bool:
    target = root
    for part in wanted.removeprefix("#/").split("/"):
        target = target[part]
    return accepts(target, value, root)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


_CHECKS: Mapping[str, Any] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "if": _if,
    "$ref": _ref,
    "allOf": lambda s, wanted, v, root: all(accepts(each, v, root) for each in wanted),
    "const": lambda s, wanted, v, root: _same(v, wanted),
    "enum": lambda s, wanted, v, root: any(_same(v, each) for each in wanted),
    "required": lambda s, wanted, v, root: not isinstance(v, dict) or set(wanted) <= set(v),
    "items": lambda s, wanted, v, root: not isinstance(v, list) or all(accepts(wanted, each, root) for each in v),
    "propertyNames": lambda s, wanted, v, root: not isinstance(v, dict) or all(accepts(wanted, k, root) for k in v),
    "minItems": lambda s, wanted, v, root: not isinstance(v, list) or len(v) >= wanted,
    "maxItems": lambda s, wanted, v, root: not isinstance(v, list) or len(v) <= wanted,
    "uniqueItems": lambda s, wanted, v, root: not isinstance(v, list) or len({repr(each) for each in v}) == len(v),
    "minLength": lambda s, wanted, v, root: not isinstance(v, str) or len(v) >= wanted,
    "maxLength": lambda s, wanted, v, root: not isinstance(v, str) or len(v) <= wanted,
    "pattern": lambda s, wanted, v, root: not isinstance(v, str) or re.search(wanted, v) is not None,
    "minimum": lambda s, wanted, v, root: not isinstance(v, int | float) or v >= wanted,
    "maximum": lambda s, wanted, v, root: not isinstance(v, int | float) or v <= wanted,
}
