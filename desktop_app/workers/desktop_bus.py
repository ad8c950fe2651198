"""Asking the Linux desktop for something over D-Bus, from a thread that may wait; no bus is no error."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

PATIENCE = 3000
"""Milliseconds that a desktop's service may take to answer."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of one service. system: whether it lives on the system's bus rather than the session's."""

    service: str
    path: str
    interface: str
    name: str
    system: bool = False


class Call:
    """A call over a connection of its own, which stays open until `close`.

    Services take back what they granted when the connection that asked for it closes; a file descriptor that came
    with the answer lives as long. So closing undoes an inhibition, whatever the service.
    """

    _count = 0

    def __init__(self, method: Method, arguments: Sequence[object]) -> None:
        """Waits for the answer. Only texts and lists of texts can be said exactly enough."""
        Call._count += 1
        self._name = f"armchair-{os.getpid()}-{Call._count}"
        self.answer: QDBusMessage | None = None
        bus = self._connect(method.system)
        if bus is not None and bus.isConnected():
            message = QDBusMessage.createMethodCall(method.service, method.path, method.interface, method.name)
            message.setArguments(list(arguments))
            self.answer = bus.call(message, QDBus.CallMode.Block, PATIENCE)

    def _connect(self, system: bool) -> QDBusConnection | None:
        if system:
            return QDBusConnection.connectToBus(QDBusConnection.BusType.SystemBus, self._name)
        # By its address: asked for "the session's", the D-Bus library would start a bus where there is none, a
        # process that nobody ends.
        address = _session_address()
        return QDBusConnection.connectToBus(address, self._name) if address else None

    @property
    def succeeded(self) -> bool:
        """Whether the service did it."""
        return self.answer is not None and self.answer.type() == QDBusMessage.MessageType.ReplyMessage

    def close(self) -> None:
        """Hang up, in the thread that called."""
        self.answer = None
        QDBusConnection.disconnectFromBus(self._name)


def _session_address() -> str:
    socket = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / "bus"
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={socket}" if socket.exists() else "")
