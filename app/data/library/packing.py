"""Columns of numbers as few bytes, without losing a bit."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import numpy as np

# Bytes of equal weight are put side by side, which is what makes them small; more effort than this saves little.
_LEVEL = 1
_PLAIN, _STEPS, _DECIMAL = 0, 1, 2
_MOST_DECIMALS = 9
# Up to here every whole number is a float.
_EXACT = 2.0**53
_TRIED = 1_000

Column = np.ndarray[Any, Any]


def dtype_text(dtype: np.dtype[Any]) -> str:
    """Return a dtype, little-endian, as JSON."""
    little = dtype.newbyteorder("<")
    return json.dumps(little.descr if little.names else little.str)


def dtype_of(text: str) -> np.dtype[Any]:
    """Return the dtype in a text. Raises ValueError."""
    value = json.loads(text)
    try:
        found = np.dtype([tuple(field) for field in value] if isinstance(value, list) else value)
    except TypeError as error:
        raise ValueError(str(error)) from None
    if found.hasobject:
        raise ValueError("columns hold numbers alone")
    return found


def digest(column: Column) -> str:
    """Return the SHA-256, as hex, of the type, the length and the bytes of a column."""
    plain = _little(column)
    name = hashlib.sha256(f"blockbuilders column 1\n{dtype_text(plain.dtype)}\n{len(plain)}\n".encode())
    name.update(_bytes(plain).data)
    return name.hexdigest()


def pack(column: Column) -> bytes:
    """Return a column as bytes for `unpack`."""
    plain = _little(column)
    if len(plain) and plain.dtype == np.dtype("<i8"):
        return bytes([_STEPS]) + _steps(plain)
    if len(plain) and plain.dtype == np.dtype("<f8"):
        decimals = _decimals(plain)
        if decimals is not None:
            return bytes([_DECIMAL, decimals]) + _steps(np.rint(plain * 10.0**decimals).astype("<i8"))
    return bytes([_PLAIN]) + _shuffled(plain)


def unpack(data: bytes, dtype: np.dtype[Any], count: int) -> Column:
    """Return the column in `data`, writable and contiguous. Raises ValueError when it cannot be one."""
    if not data or data[0] not in (_PLAIN, _STEPS, _DECIMAL):
        raise ValueError("of no known kind")
    if data[0] == _PLAIN:
        return _unshuffled(memoryview(data)[1:], dtype, count)
    if data[0] == _STEPS:
        return _whole(memoryview(data)[1:], count).view(dtype)
    return _whole(memoryview(data)[2:], count) / 10.0 ** data[1]


def _little(column: Column) -> Column:
    return np.ascontiguousarray(column, column.dtype.newbyteorder("<"))


def _bytes(column: Column) -> Column:
    return column.view("u1") if len(column) else np.empty(0, "u1")


def _steps(whole: Column) -> bytes:
    """Return whole numbers as the first one and the steps from each to the next, in as few bytes as hold them all."""
    steps = np.diff(whole)
    least, most = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
    width = next(width for width in (1, 2, 4, 8) if -(1 << 8 * width - 1) <= least and most < 1 << 8 * width - 1)
    return bytes([width]) + whole[:1].tobytes() + _shuffled(steps.astype(f"<i{width}"))


def _whole(data: memoryview, count: int) -> Column:
    if len(data) < 9 or data[0] not in (1, 2, 4, 8) or not count:
        raise ValueError("of no known width")
    whole = np.empty(count, "<i8")
    whole[0] = np.frombuffer(data[1:9], "<i8")[0]
    np.cumsum(_unshuffled(data[9:], np.dtype(f"<i{data[0]}"), count - 1), dtype="<i8", out=whole[1:])
    whole[1:] += whole[0]
    return whole


def _decimals(column: Column) -> int | None:
    """Return how many decimals write every number of a column exactly; None when that many are too many."""
    for decimals in range(_MOST_DECIMALS + 1):
        if _is_exact(column[:_TRIED], decimals):
            return decimals if _is_exact(column, decimals) else None
    return None


def _is_exact(column: Column, decimals: int) -> bool:
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(column * 10.0**decimals)
    if not bool(np.all(np.abs(scaled) < _EXACT)):
        return False
    back = scaled.astype("<i8") / 10.0**decimals
    # As bits, so that -0.0 is not taken for 0.0.
    return bool(np.array_equal(back.view("<i8"), column.view("<i8")))


def _shuffled(column: Column) -> bytes:
    lanes = np.ascontiguousarray(_bytes(column).reshape(-1, column.itemsize).T)
    return zlib.compress(lanes.data, _LEVEL)


def _unshuffled(data: memoryview, dtype: np.dtype[Any], count: int) -> Column:
    size = count * dtype.itemsize
    stream = zlib.decompressobj()
    try:
        # Never more than there should be, whatever the file says.
        plain = stream.decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(plain) != size:
        raise ValueError("of another length")
    lanes = np.frombuffer(plain, "u1").reshape(dtype.itemsize, count)
    return np.array(lanes.T, order="C").reshape(-1).view(dtype)
