"""When a loop turns into its compiled twin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app import compiled, paths
from app.compiled import fma


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


@pytest.mark.parametrize("there", [True, False])
def test_where_nothing_can_be_kept_loops_are_compiled_for_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, there: bool
) -> None:
    pytest.importorskip("numba", reason="numba is not here: nothing is compiled")
    folder = tmp_path / "compiled"
    # A file in the place of the folder, or in the place of the one above it: neither can be written into by anybody.
    (folder if there else tmp_path / "cache").touch()
    monkeypatch.setattr(compiled, "_cache_folder", lambda: folder if there else tmp_path / "cache" / "compiled")
    twin = compiled._Compiler().twin(double, (np.empty(0),))
    values = np.array([1.0, 2.5])
    twin(values)
    assert values.tolist() == [2.0, 5.0]
    assert caplog.records == []


def test_a_full_disk_does_not_stop_compiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numba = pytest.importorskip("numba", reason="numba is not here: nothing is compiled")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compiled, "_cache_folder", lambda: tmp_path)
    monkeypatch.setattr(numba.core.caching.FunctionCache, "save_overload", full)
    values = np.array([1.5])
    compiled._Compiler().twin(double, (np.empty(0),))(values)
    assert values.tolist() == [3.0]


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").touch()
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path / "cache")
    assert not compiled._can_be_written(compiled._cache_folder())


def test_where_compiling_is_off_nothing_is_waited_for() -> None:
    compiled.use(False)
    doubled, values = compiled.loop(double), np.array([1.0])
    doubled(values)
    assert doubled.twin is None
    assert values.tolist() == [2.0]


def test_a_loop_that_is_only_compiled_gives_none_until_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", reason="numba is not here: nothing is compiled")

    def total(values: np.ndarray) -> float:
        added = 0.0
        for i in range(len(values)):
            added += values[i]
        return added

    loop = compiled.compiled_only(total)
    for patient in (True, False):
        compiled.use(True, patient=patient)
        assert loop(np.array([1.0, 2.5])) is None
        compiled.wait()
        assert (loop.twin is None) == patient
    assert loop(np.array([1.0, 2.5])) == 3.5


def rounded_once(a: np.ndarray, result: np.ndarray) -> None:
    for i in range(len(a)):
        result[i] = fma(a[i], a[i], -1.0)


def rounded_twice(a: np.ndarray, result: np.ndarray) -> None:
    for i in range(len(a)):
        result[i] = a[i] * a[i] - 1.0


def test_a_product_and_a_sum_are_rounded_once_compiled_or_not() -> None:
    pytest.importorskip("numba", reason="numba is not here: nothing is compiled")
    values = 1.0 + np.random.default_rng(1).random(1_000) * 1e-8
    plain, twin, other = np.empty(1_000), np.empty(1_000), np.empty(1_000)
    rounded_once(values, plain)
    rounded_twice(values, other)
    compiled._Compiler().twin(rounded_once, (values, twin))(values, twin)
    assert plain.tobytes() == twin.tobytes()
    assert plain.tobytes() != other.tobytes()


def test_where_no_thread_can_be_started_loops_stay_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", full)
    monkeypatch.setattr(compiled, "_thread", None)
    compiled.use(True, patient=True)
    doubled, values = compiled.loop(double), np.array([1.0, 2.5])
    doubled(values)
    assert doubled.twin is None
    assert values.tolist() == [2.0, 5.0]
