"""The one door to numba: loops over bars, written once as plain Python and compiled in the background.

A loop works from its first call on, as plain Python; that call also asks a thread to compile it, and later calls go
to the compiled twin. Both do the same IEEE arithmetic in the same order (no `fastmath`), so which of the two has run
never shows in a result. Without numba everything stays plain.

Rules for writing a loop: arguments are C-contiguous writable arrays, plain numbers, and tuples of both;
functions it calls are marked `step`; division by zero is guarded (Python raises where the machine gives infinity);
what varies in type between calls (3 and 3.0) is settled by the caller. A structured array of one row is state, read and
written by attribute.

Rules for a quick one: named tuples come as plain ones, which take half the time to hand over; a step that is called
often takes no arrays, or is left at its end alone: where a `break` or `return` leaves its loop, each call counts the
users of each array.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import queue
import shutil
import tempfile
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from app import paths

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])

_steps: list[Callable[..., Any]] = []
_wanted: queue.Queue[tuple[Loop, tuple[Any, ...]]] = queue.Queue()
_start = threading.Lock()
_thread: threading.Thread | None = None
_enabled = os.environ.get("BLOCKBUILDERS_COMPILE", "1") != "0"
_patient = False


def step(function: F) -> F:
    """Register a function that loops call, and return it unchanged."""
    _steps.append(function)
    return function


@step
def fma(a: float, b: float, c: float) -> float:
    """Return a x b + c, rounded once."""
    from fractions import Fraction  # not worth its import where loops are compiled

    return float(Fraction(a) * Fraction(b) + Fraction(c))


class Loop:
    """A function over bars that turns into its compiled twin when that is ready."""

    def __init__(self, function: Callable[..., Any], *, runs_plain: bool = True) -> None:
        self.plain = function
        self.runs_plain = runs_plain
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.twin: Callable[..., Any] | None = None
        self._asked = False

    def __call__(self, *args: Any) -> Any:
        """Run the compiled twin, or while there is none the plain function, if it is one that runs plain."""
        if self.twin is not None:
            return self.twin(*args)
        if not self.runs_plain and _patient:
            return None  # waiting costs such a process more than the twin would save
        if _enabled and not self._asked:
            self._asked = True
            _compile_later(self, args)
            if _patient:
                wait()
                return self(*args)
        if not self.runs_plain:
            return None
        views = [_plain_view(arg) for arg in args]
        result = self.plain(*views)
        for arg, view in zip(args, views, strict=True):
            if isinstance(view, _Record):
                arg[0] = tuple(getattr(view[0], name) for name in arg.dtype.names)
        return result


def loop(function: Callable[..., Any]) -> Loop:
    """Make a function over bars one that is compiled in the background after its first call."""
    return Loop(function)


def compiled_only(function: Callable[..., Any]) -> Loop:
    """Make a function over bars one that never runs as plain Python: until it is compiled, it gives None.

    For what is quicker than another way to the very same values, which its caller goes as long as it gets None.
    """
    return Loop(function, runs_plain=False)


def use(on: bool, *, patient: bool = False) -> None:
    """Switch background compiling on or off for loops that are not compiled yet; a short process is better without.

    A patient process waits for the compiled twin at the first call of a loop: on many bars that is quicker than going
    over them in plain Python meanwhile.
    """
    global _enabled, _patient
    _enabled, _patient = on, patient


def wait() -> None:
    """Return when everything asked for so far is compiled, or has been found impossible to compile."""
    _wanted.join()


class _Record(list[types.SimpleNamespace]):
    """The one row of a structured array, with Python numbers as attributes."""


def _plain_view(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.names is None:
            # Indexing a memoryview gives Python numbers, twice as fast as indexing an array, and writes go through.
            return value.data
        if len(value) == 1:
            return _Record([types.SimpleNamespace(**dict(zip(value.dtype.names, value[0].item(), strict=True)))])
        return value.view(np.recarray)
    if isinstance(value, tuple):
        return type(value)(*map(_plain_view, value)) if hasattr(value, "_fields") else tuple(map(_plain_view, value))
    return value


def _small_copy(value: Any) -> Any:
    """Return something of the same type as `value` that keeps no candles alive."""
    if isinstance(value, np.ndarray):
        return np.empty((0,) * value.ndim, value.dtype)
    if isinstance(value, tuple):
        return type(value)(*map(_small_copy, value)) if hasattr(value, "_fields") else tuple(map(_small_copy, value))
    return value


def _compile_later(which: Loop, args: tuple[Any, ...]) -> None:
    global _thread
    with _start:
        if _thread is None:
            thread = threading.Thread(target=_compile_wanted, name="compile-loops", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                log.info("there is no memory for one more thread: loops stay plain Python")
                return
            _thread = thread
    _wanted.put((which, tuple(map(_small_copy, args))))


def _compile_wanted() -> None:
    compiler: _Compiler | None = None
    while True:
        which, args = _wanted.get()
        try:
            compiler = compiler or _Compiler()
            which.twin = compiler.twin(which.plain, args)
        except ImportError:
            log.info("numba is not here: loops stay plain Python")
        except Exception:
            log.exception("%s could not be compiled and stays plain Python", which.__name__)
        finally:
            _wanted.task_done()


class _Compiler:
    """numba, told where to keep its results and which functions call which."""

    def __init__(self) -> None:
        import numba

        folder = _cache_folder()
        # Any other place would know a function by its own file alone.
        self._kept = _can_be_written(folder)
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
        # A call that is not inlined costs more than most steps do. Divisions are guarded, so they need no exception.
        self._compile = functools.partial(numba.njit, nogil=True, error_model="numpy")
        self._typeof = numba.typeof
        self._steps: dict[str, Any] = {_name_of(fma): _fma_of_the_processor()}

    def twin(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Callable[..., Any]:
        """Return the compiled twin of `function`, compiled for arguments of the types of `args`.

        Where it cannot be kept on the disk it is compiled anew in every process.
        """
        if self._kept:
            with contextlib.suppress(OSError):  # the disk is full
                return self._compiled(function, args, cache=True)
        return self._compiled(function, args, cache=False)

    def _compiled(self, function: Callable[..., Any], args: tuple[Any, ...], *, cache: bool) -> Callable[..., Any]:
        dispatcher = self._translate(function, cache=cache)
        dispatcher.compile(tuple(map(self._typeof, args)))
        return dispatcher  # type: ignore[no-any-return]

    def _translate(self, function: Callable[..., Any], **options: bool) -> Any:
        """Return numba's version of a function, in which the steps it names are numba's versions as well."""
        code, names = function.__code__, dict(function.__globals__)
        for name in code.co_names:
            known = names.get(name)
            if known is not None and any(known is one for one in _steps):
                key = _name_of(known)
                if key not in self._steps:
                    self._steps[key] = self._translate(known, forceinline=True)
                names[name] = self._steps[key]
        copy = types.FunctionType(code, names, function.__name__, function.__defaults__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        return self._compile(copy, **options)


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _fma_of_the_processor() -> Any:
    """Return numba's version of `fma`: one instruction, or the C library's function where the processor has none."""
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def fma(_context: Any, a: Any, b: Any, c: Any) -> Any:
        signature = types.float64(types.float64, types.float64, types.float64)
        return signature, lambda _, builder, __, args: builder.fma(*args)

    return fma


def _cache_folder() -> Path:
    """Return the folder for compiled code of exactly these sources.

    numba looks at the file of a function only, not at the files of what it calls, so the sources of all rooms that
    have loops name the folder; folders of other sources that have not been used for a month are removed.
    """
    digest = hashlib.sha256()
    app = Path(__file__).parent
    for source in sorted(path for room in ("market", "blocks", "engine") for path in (app / room).rglob("*.py")):
        digest.update(source.read_bytes())
    folder = paths.cache_folder() / "compiled" / digest.hexdigest()[:16]
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        month_ago = folder.stat().st_mtime - 30 * 86_400
        for other in folder.parent.iterdir():
            if other.stat().st_mtime < month_ago:
                shutil.rmtree(other, ignore_errors=True)
    return folder


def _can_be_written(folder: Path) -> bool:
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
