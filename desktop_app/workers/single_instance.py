"""One program a data folder: a second start hands over what it was started with, and leaves.

A lock file in the data folder decides who is first; the system knows whether its owner still lives, so a crash
leaves nothing in the way. The two talk through a local socket that only the same user can open.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app.workers.second_start import MOST_BYTES, SecondStart

LOCK_NAME = "instance.lock"
ANSWER = b"ok\n"
PATIENCE = 5000
"""Milliseconds that either side waits for the other."""


class Claim(Enum):
    """What came of asking for a data folder."""

    OURS = "ours"
    HANDED_OVER = "handed over"
    NO_ANSWER = "no answer"  # another program has it and does not listen: it hangs, or is on another computer


class SingleInstance(QObject):
    """The claim on a data folder; it ends with `release`, or with the process.

    started_again(SecondStart): somebody started the program again, for the same folder.
    """

    started_again = Signal(object)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.address = _address(data_dir)
        self._data_dir = data_dir
        self._lock: QLockFile | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    @property
    def listening(self) -> bool:
        """Whether a second start can reach this one."""
        return self._server.isListening()

    def claim(self, start: SecondStart) -> Claim:
        """Become the program of this folder, or hand `start` to the one there is; waits a few seconds for that.

        Where no lock can be written (a read-only folder) there is nothing to protect: it is ours.
        """
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
        except OSError:
            return Claim.OURS
        lock = QLockFile(str(self._data_dir / LOCK_NAME))
        lock.setStaleLockTime(0)  # however old: it is void only when its owner is gone
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            return Claim.HANDED_OVER if self._hand_over(start) else Claim.NO_ANSWER
        self._lock = lock
        QLocalServer.removeServer(self.address)  # of a crashed program; nobody else can be listening
        self._server.listen(self.address)
        return Claim.OURS

    def release(self) -> None:
        """Let the next start be the first."""
        self._server.close()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _hand_over(self, start: SecondStart) -> bool:
        socket = QLocalSocket()
        until = time.monotonic() + PATIENCE / 1000
        while not self._connect(socket):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)  # the other is just starting: it has the lock and does not listen yet
        socket.write(start.to_bytes())
        answer = b""
        while len(answer) < len(ANSWER) and socket.waitForReadyRead(PATIENCE):
            answer += socket.readAll().data()
        socket.abort()
        return answer == ANSWER

    def _connect(self, socket: QLocalSocket) -> bool:
        if not _is_own(self.address):
            return False
        socket.connectToServer(self.address)
        return socket.waitForConnected(PATIENCE)

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Visitor(socket, self)


class _Visitor(QObject):
    """Listens to one connection, for a few seconds and up to a size."""

    def __init__(self, socket: QLocalSocket, host: SingleInstance) -> None:
        super().__init__(socket)
        self._socket = socket
        self._host = host
        self._said = b""
        socket.readyRead.connect(self._listen)
        socket.disconnected.connect(socket.deleteLater)
        QTimer.singleShot(PATIENCE, self, socket.abort)
        self._listen()

    def _listen(self) -> None:
        self._said += self._socket.read(MOST_BYTES + 1 - len(self._said)).data()
        if len(self._said) > MOST_BYTES:
            self._socket.abort()
        elif self._said.endswith(b"\n"):
            start = SecondStart.from_bytes(self._said)
            if start is None:
                self._socket.abort()
                return
            self._socket.write(ANSWER)
            self._socket.flush()
            self._host.started_again.emit(start)


def arguments_of_this_start(arguments: Sequence[str]) -> SecondStart:
    """What to hand over; the desktop's token lets the first window come to the front under Wayland."""
    return SecondStart(arguments=tuple(arguments), activation_token=os.environ.get("XDG_ACTIVATION_TOKEN", ""))


def _address(data_dir: Path) -> str:
    """The socket's name: one a user and data folder, short enough for every system."""
    data = os.path.normcase(data_dir.resolve())
    name = f"armchair-{hashlib.sha256(data.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}"
    if sys.platform == "win32":
        return name
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return str(Path(folder if folder and Path(folder).is_dir() else tempfile.gettempdir()) / f"{name}-{os.getuid()}")


def _is_own(address: str) -> bool:
    """Whether a socket is this user's: in a shared folder anybody can put one under a name that can be guessed."""
    if sys.platform == "win32":
        return True
    try:
        return Path(address).stat().st_uid == os.getuid()
    except OSError:
        return False
