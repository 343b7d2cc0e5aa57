"""When a loop turns into its compiled twin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app import compiled


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = compiled._enabled, compiled._patient
    yield
    compiled.use(before[0], patient=before[1])


def double(values: np.ndarray) -> None:
    for i in range(len(values)):
        values[i] = 2.0 * values[i]


def test_a_patient_process_has_the_twin_after_the_first_call() -> None:
    pytest.importorskip("numba", reason="numba is not here: nothing is compiled")
    compiled.use(True, patient=True)
    doubled, values = compiled.loop(double), np.array([1.0, 2.5])
    doubled(values)
    assert doubled.twin is not None
    assert values.tolist() == [2.0, 5.0]


def test_a_patient_process_goes_on_in_plain_python_with_what_cannot_be_compiled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    compiled.use(True, patient=True)

    def impossible(values: np.ndarray) -> str:
        return f"{type(values).__name__} of {len(values)}"

    loop = compiled.loop(impossible)
    assert loop(np.ones(3)) == "memoryview of 3"
    assert loop.twin is None


def test_where_compiling_is_off_nothing_is_waited_for() -> None:
    compiled.use(False)
    doubled, values = compiled.loop(double), np.array([1.0])
    doubled(values)
    assert doubled.twin is None
    assert values.tolist() == [2.0]
