"""Builds the window with all its parts, and runs it."""

from __future__ import annotations

import contextlib
import functools
import locale
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLockFile, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import memory, paths
from app.ui import look
from app.ui.garbage import Collector
from app.ui.main_window import MainWindow
from app.ui.one_window import Doorbell, show_other


def make_application(arguments: Sequence[str]) -> QApplication:
    """Return the application, looking as it does on every system."""
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    # A thread that computes lets the window have its turn after a millisecond, not after Python's usual five.
    sys.setswitchinterval(0.001)
    _keep_pyside_off_pydantic()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(list(arguments))
    _take_letters_alone_from_the_desktop()
    app.setApplicationName("Blockbuilders")
    app.setDesktopFileName("blockbuilders")
    app.setStyle("Fusion")
    return app


def _take_letters_alone_from_the_desktop() -> None:
    """Have the C library speak English again, as it does to Python anywhere else.

    Qt has made it take numbers, names of months and its words for errors from the desktop's language as well, and a
    full disk differs from a damaged file in what duckdb says by those words alone.
    """
    letters = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_ALL, "C")
    locale.setlocale(locale.LC_CTYPE, letters)


def _keep_pyside_off_pydantic() -> None:
    """Tell PySide that `pydantic.errors` does not use it, so that it does not look.

    After each import PySide reads the source of the module to find out, and `pydantic.errors`, asked for any attribute,
    imports a module that may be half imported itself. Where one thread imports pydantic while another imports a part of
    PySide, the import would fail now and then, and no strategy could be read until the next start.
    """
    feature = sys.modules.get("shibokensupport.feature")
    known = getattr(feature, "pyside_feature_dict", None)
    if isinstance(known, dict):
        known["pydantic.errors"] = -1


def run(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return an exit code when it is closed."""
    memory.keep_freed_memory()
    app = make_application(sys.argv if arguments is None else arguments)
    settings = QSettings(str(paths.config_folder() / "window.ini"), QSettings.Format.IniFormat)
    folder = paths.data_folder()
    with contextlib.suppress(OSError):
        # Where there can be none, the window says so, and everything but keeping works.
        folder.mkdir(parents=True, exist_ok=True)
    # A lock left behind by a process that is gone says that it did not close properly.
    file = folder / "running.lock"
    left = file.is_file()
    lock = QLockFile(str(file))
    lock.setStaleLockTime(0)
    held = not lock.tryLock(0) and lock.error() is QLockFile.LockError.LockFailedError
    # Where a lock does not say whose it is, or was made on another computer, only the system knows: it lets nobody
    # remove what a living process holds.
    if held and lock.removeStaleLockFile():
        held = not lock.tryLock(0)
    # In a folder that cannot be written to, even the lock of a process that is gone stays. What is no file is no lock;
    # strategies and runs have a lock of their own.
    if held and file.is_file() and os.access(folder, os.W_OK):
        return _leave_it_to_the_other(folder, file)
    window = MainWindow(settings, folder, crashed=left)
    bell = Doorbell(folder)
    bell.rung.connect(window.come_forward)
    look.apply(window, window.theme)
    sys.excepthook = functools.partial(_report, window)
    _close_when_told(app)
    window.show()
    QTimer.singleShot(0, window.load)
    collector = Collector()
    code = app.exec()
    collector.stop()
    lock.unlock()
    return code


def _close_when_told(app: QApplication) -> None:
    """Close the window, as a hand would, on Ctrl+C in its terminal and at the end of a session."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What `nohup` or a shell told the process to pass over stays so.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: QTimer.singleShot(0, app.quit))


def _leave_it_to_the_other(folder: Path, lock: Path) -> int:
    """Bring the window that is already open to the front."""
    if show_other(folder):
        return 0
    sys.stderr.write(
        "Blockbuilders is already running but does not answer. Close it, then start again. "
        f"If it is not running, delete the file {lock}.\n"
    )
    return 1


def _report(window: MainWindow, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write down what nobody has foreseen, and say where; the window stays open and the drawing safe."""
    file = paths.cache_folder() / "last-failure.log"
    text = "".join(traceback.format_exception(kind, error, trace))
    if sys.stderr is not None:
        sys.stderr.write(text)
    where = f"The details are in {file}."
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        where = "The details cannot be written to a file."
    window.banner.say(f"Something is wrong with the app itself, sorry. Your drawing is kept. {where}", bad=True)


if __name__ == "__main__":
    sys.exit(run())
