"""What is asked of the desktop: a real D-Bus with services of its own, and no D-Bus at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from desktop_app.workers.desktop import show_in_folder
from desktop_app.workers.sleep_inhibitor import SleepInhibitor

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="needs a D-Bus of its own"
)

SERVICES = """
import sys
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, Slot
from PySide6.QtDBus import QDBusConnection

@ClassInfo({"D-Bus Interface": "org.freedesktop.FileManager1"})
class Files(QObject):
    @Slot("QStringList", str)
    def ShowItems(self, places, startup):
        print("show", *places, flush=True)

@ClassInfo({"D-Bus Interface": "org.freedesktop.ScreenSaver"})
class ScreenSaver(QObject):
    @Slot(str, str, result="uint")
    def Inhibit(self, program, reason):
        print("inhibit", program, flush=True)
        return 1

app = QCoreApplication([])
bus = QDBusConnection.sessionBus()
# Every desktop takes an inhibition back when its caller hangs up.
bus.interface().serviceOwnerChanged.connect(lambda name, old, new: new or print("hung up", flush=True))
offers = []
for name, service in (("FileManager1", Files()), ("ScreenSaver", ScreenSaver())):
    offers.append(service)
    bus.registerObject(f"/org/freedesktop/{name}", service, QDBusConnection.RegisterOption.ExportAllSlots)
    if name in sys.argv:
        assert bus.registerService(f"org.freedesktop.{name}")
print("ready", flush=True)
app.exec()
"""


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus with nobody on it, and no system bus."""
    address = f"unix:path={tmp_path}/bus"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={address}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        yield
        daemon.kill()


@contextmanager
def services(*names: str) -> Iterator[Callable[[], str]]:
    """Offers services on the bus; what is given reads the next line of what they were asked."""
    command = [sys.executable, "-c", SERVICES, *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield lambda: program.stdout.readline().rstrip("\n")  # type: ignore[union-attr]
        program.kill()


class Opener(QObject):
    """Stands where the system opens folders."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def opener(qapp: QObject) -> Iterator[Opener]:
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "open")
    yield opener
    QDesktopServices.unsetUrlHandler("file")


@pytest.mark.usefixtures("bus", "qapp")
def test_the_computer_stays_awake_until_released() -> None:
    inhibitor = SleepInhibitor()
    with services("ScreenSaver") as heard:
        inhibitor.acquire()
        inhibitor.acquire()
        assert heard() == "hung up"  # the one that was tried first is not there
        assert heard() == "inhibit Armchair"
        inhibitor.release()
        inhibitor.release()
        assert heard() == "hung up"
        inhibitor.acquire()
        assert [heard(), heard()] == ["hung up", "inhibit Armchair"]
        inhibitor.release()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("address", ["", "unix:path=/nowhere/bus"])
def test_without_a_bus_nothing_is_said(address: str, monkeypatch: pytest.MonkeyPatch, caplog: object) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")
    inhibitor = SleepInhibitor()
    inhibitor.acquire()
    inhibitor.release()
    for thread in threading.enumerate():
        if thread.name == "stay-awake":
            thread.join()
    assert not caplog.records  # type: ignore[attr-defined]


@pytest.mark.usefixtures("bus")
def test_a_file_is_shown_in_the_file_manager(opener: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    picture = tmp_path / "ein großer Fuß #1.png"
    picture.touch()
    with services("FileManager1") as heard:
        show_in_folder(picture)
        assert heard() == f"show {picture.as_uri()}"
    assert opener.opened == []


@pytest.mark.usefixtures("bus")
def test_without_a_file_manager_the_folder_is_opened(opener: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    picture = tmp_path / "picture.png"
    picture.touch()
    show_in_folder(picture)
    qtbot.waitUntil(lambda: opener.opened == [tmp_path])
    with services("FileManager1"):
        show_in_folder(tmp_path / "gone" / "picture.png")
        qtbot.waitUntil(lambda: opener.opened == [tmp_path, tmp_path])
