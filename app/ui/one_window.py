"""One window for each data folder: a second start brings the first window to the front."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 2_000
_PATIENCE_MS = 300
_HELLO, _HERE = b"show\n", b"here\n"


def show_other(folder: Path) -> bool:
    """Ask the window of another process to come to the front; return whether it has answered."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(_HELLO)
    socket.waitForBytesWritten(_WAIT_MS)
    return socket.waitForReadyRead(_WAIT_MS) and bytes(socket.readAll().data()) == _HERE


class Doorbell(QObject):
    """Tells by `rung` that another start wants this window; only the process that owns the folder has one."""

    rung = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # A process that was killed leaves its name behind.
        QLocalServer.removeServer(_name(folder))
        self._server.listen(_name(folder))

    def _answer(self) -> None:
        socket = self._server.nextPendingConnection()
        # The other start writes at once, so this waits for next to nothing.
        there = socket.bytesAvailable() or socket.waitForReadyRead(_PATIENCE_MS)
        if there and bytes(socket.readAll().data()) == _HELLO:
            socket.write(_HERE)
            socket.waitForBytesWritten(_PATIENCE_MS)
            self.rung.emit()
        socket.close()
        socket.deleteLater()


def _name(folder: Path) -> str:
    return f"blockbuilders-{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}"
