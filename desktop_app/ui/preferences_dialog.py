"""The preferences: all that are declared, in their groups, each heard at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QMessageBox, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.core.settings.preference import Group
from desktop_app.core.settings.settings import PREFERENCES, Settings
from desktop_app.ui import texts
from desktop_app.ui.controls.section import Section
from desktop_app.ui.preference_row import PreferenceRow
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

FRAME = 72
"""Pixels that a title bar and the space around the dialog take of the screen's height."""


class PreferencesDialog(QDialog):
    """A window beside the main one, never in its way.

    setting_changed(key, value): the person changed a preference, to a value that it can have.
    defaults_requested(): all of them are to be as they came.
    forget_history_requested(): asked for and confirmed. log_folder_requested(): show it.
    """

    setting_changed = Signal(str, object)
    defaults_requested = Signal()
    forget_history_requested = Signal()
    log_folder_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.setModal(False)
        self.rows = {preference.key: PreferenceRow(preference, theme) for preference in PREFERENCES}
        for key, row in self.rows.items():
            row.edited.connect(lambda value, key=key: self.setting_changed.emit(key, value))
        self.forget_button = self._button(self.tr("Forget prompt history…"), self._ask_to_forget)
        self.logs_button = self._button(self.tr("Open log folder"), self.log_folder_requested.emit)
        self.defaults_button = self._button(self.tr("Restore defaults"), self.defaults_requested.emit)
        self.close_button = self._button(self.tr("Close"), self.close)
        self._arrange()
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """Show these values; nothing is told."""
        for key, row in self.rows.items():
            row.show_value(getattr(settings, key))

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer these models: (id, name)."""
        self.rows["model"].show_choices(models)

    def show_usual_folders(self, folders: Mapping[str, str]) -> None:
        """Which folder each folder preference means while it is empty, by the preference's key."""
        for key, folder in folders.items():
            self.rows[key].show_usual(folder)

    def show_error(self, key: str, sentence: str) -> None:
        """Say beside a preference what is wrong with its value, such as a folder that cannot be written."""
        self.rows[key].show_error(sentence)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A page's width; as high as fits the screen with a title bar above, the rest scrolls."""
        return QSize(600, min(680, self.screen().availableSize().height() - FRAME))

    def _button(self, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        # Enter in a folder's field takes the folder and presses nothing.
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked: act())
        return button

    def _ask_to_forget(self) -> None:
        """What is forgotten cannot come back, so this one is asked."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Forget prompt history"))
        box.setText(self.tr("Forget every prompt that was typed?"))
        box.setInformativeText(self.tr("The pictures keep theirs. This cannot be undone."))
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        set_role(forget, "danger")
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        forget.clicked.connect(self.forget_history_requested)
        box.open()

    def _arrange(self) -> None:
        page = QFrame()
        set_role(page, "panel")
        sections = QVBoxLayout(page)
        sections.setContentsMargins(24, 24, 24, 24)
        sections.setSpacing(24)
        for group in Group:
            rows = [row for row in self.rows.values() if row.preference.group is group]
            if rows:
                sections.addWidget(self._section(group, rows))
        sections.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 12)
        foot.setSpacing(8)
        foot.addWidget(self.defaults_button)
        foot.addWidget(self.logs_button)
        foot.addStretch()
        foot.addWidget(self.close_button)
        line = QFrame()
        set_role(line, "separator")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(line)
        layout.addLayout(foot)

    def _section(self, group: Group, rows: Sequence[PreferenceRow]) -> Section:
        section = Section(texts.group(group))
        section.body.setSpacing(16)
        for row in rows:
            section.body.addWidget(row)
        if group is Group.PRIVACY:
            section.body.addWidget(self.forget_button, 0, Qt.AlignmentFlag.AlignLeft)
        return section
