"""What to do with the running drawing when the window is closed: the one modal question of the program."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget


class Closing(Enum):
    """The answers."""

    FINISH_FIRST = "finish"
    STOP_AND_KEEP = "stop"
    GO_ON = "go on"


def ask_closing(parent: QWidget, waiting: int) -> Closing:
    """Ask; closing the question itself means going on. `waiting`: prompts that wait and will be there next time."""

    def tr(text: str, count: int = -1) -> str:
        return QCoreApplication.translate("ClosingDialog", text, None, count)

    box = QMessageBox(parent)
    box.setObjectName("closing_dialog")
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(tr("Close Armchair"))
    box.setText(tr("A drawing is not finished yet."))
    details = tr("Stopped pictures are kept as far as they are drawn, and can be finished later.")
    if waiting:
        one = tr("The prompt that waits in the queue will be there next time.")
        many = tr("The %n prompts that wait in the queue will be there next time.", waiting)
        details += "\n" + (one if waiting == 1 else many)
    box.setInformativeText(details)
    buttons: dict[QPushButton, Closing] = {}
    for text, role, answer in (
        (tr("Stop and keep"), QMessageBox.ButtonRole.DestructiveRole, Closing.STOP_AND_KEEP),
        (tr("Finish, then close"), QMessageBox.ButtonRole.AcceptRole, Closing.FINISH_FIRST),
        (tr("Go on drawing"), QMessageBox.ButtonRole.RejectRole, Closing.GO_ON),
    ):
        button = box.addButton(text, role)
        buttons[button] = answer
        if answer is Closing.GO_ON:
            box.setEscapeButton(button)
            box.setDefaultButton(button)
    box.exec()
    clicked = box.clickedButton()
    return next((answer for button, answer in buttons.items() if button is clicked), Closing.GO_ON)
