"""Columns are packed small and come back to the last bit, or are refused."""

from __future__ import annotations

import os

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support.library_runs import made_up, sample_run

from app.data.library.packing import digest, dtype_of, dtype_text, pack, unpack
from app.engine.completed import TRADES

floats = st.one_of(
    arrays.arrays("<f8", st.integers(0, 50)),
    st.lists(st.integers(-(10**9), 10**9), max_size=50).map(lambda whole: np.array(whole, "<f8") / 100.0),
)
columns = st.one_of(
    floats,
    arrays.arrays("<i8", st.integers(0, 50)),
    arrays.arrays("i1", st.integers(0, 50)),
    arrays.arrays("<f4", st.integers(0, 50)),
    st.binary(max_size=400).map(
        lambda raw: np.frombuffer(raw[: len(raw) // TRADES.itemsize * TRADES.itemsize], TRADES)
    ),
)


@given(column=columns)
@example(column=np.array([0.0, -0.0, 0.1 + 0.2, 1e300, 5e-324]))
@example(column=np.array([-0.0]))
@example(column=np.array([np.nan, np.inf, -np.inf]))
@example(column=np.array([2**63 - 1, -(2**63), 0], "<i8"))
@example(column=np.array([2.0**53, 2.0**53 + 2]))
def test_packing_loses_no_bit(column: np.ndarray) -> None:
    back = unpack(pack(column), dtype_of(dtype_text(column.dtype)), len(column))
    assert back.dtype == column.dtype
    assert back.tobytes() == column.tobytes()
    assert digest(back) == digest(column)


@given(data=st.binary(max_size=60), count=st.integers(0, 20))
@example(data=b"\x00" + os.urandom(20), count=3)
def test_bytes_that_are_no_column_are_refused(data: bytes, count: int) -> None:
    try:
        column = unpack(data, np.dtype("<f8"), count)
    except ValueError:
        return
    assert len(column) == count


def test_prices_and_times_become_small() -> None:
    run = made_up(sample_run(), 100_000, 10)
    sizes = {name: len(pack(getattr(run.bars, name))) / 800_000 for name in ("time", "close", "volume")}
    assert sizes["time"] < 0.01
    assert sizes["close"] < 0.40
    assert sizes["volume"] < 0.55
