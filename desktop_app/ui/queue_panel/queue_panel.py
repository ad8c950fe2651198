"""NEXT: the prompts that wait, and how to hold them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop_app.presenters.queue.pause import Pause, PauseReason
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.queue_panel.queue_items import QueueItems
from desktop_app.ui.queue_panel.queue_view import QueueView
from desktop_app.ui.side_column.row_painting import INSET
from desktop_app.ui.texts import sentence
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class QueuePanel(QWidget):
    """Shows a QueueModel's rows and says what the person wants of them.

    move_requested(job id, place), remove_requested(job id), clear_requested(), pause_requested(),
    resume_requested(). reveal_wanted(QRect): in the panel's coordinates, what should be scrolled into view.
    """

    move_requested = Signal(str, int)
    remove_requested = Signal(str)
    clear_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    reveal_wanted = Signal(QRect)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._paused = False
        self._items = QueueItems()
        self._items.setParent(self)
        self._view = QueueView(theme)
        self._view.show_model(self._items)
        self._view.setAccessibleName(self.tr("Waiting prompts"))
        self._view.setAccessibleDescription(
            self.tr("Delete removes a prompt, Alt with the up and down arrows moves it.")
        )
        self._pause_button = IconButton("pause", theme, self.tr("Pause the queue"))
        self._pause_button.setAccessibleDescription(self.tr("What is being drawn goes on; nothing new starts."))
        self._pause_button.clicked.connect(self._on_pause_clicked)
        self._notice, self._notice_words = self._make_notice()
        self._teaching = QLabel(self.tr("Prompts you add while one is drawing wait here."))
        set_role(self._teaching, "explanation")
        self._teaching.setWordWrap(True)
        self._lay_out()
        self._view.move_wanted.connect(self.move_requested)
        self._view.remove_wanted.connect(self.remove_requested)
        self._view.menu_wanted.connect(self._show_menu)
        self._view.reveal_wanted.connect(self._reveal)
        self._items.rowsInserted.connect(self._on_count_changed)
        self._items.rowsRemoved.connect(self._on_count_changed)
        self._items.modelReset.connect(self._on_count_changed)
        self.show_pause(None)

    def set_model(self, model: QAbstractItemModel) -> None:
        """Show these rows."""
        self._items.setSourceModel(model)
        self._on_count_changed()

    def show_pause(self, pause: Pause | None) -> None:
        """Say whether and why nothing new starts."""
        self._paused = pause is not None
        self._items.set_paused(self._paused)
        words = self.tr("Go on with the queue") if self._paused else self.tr("Pause the queue")
        self._pause_button.set_icon("play" if self._paused else "pause", words)
        self._notice.setVisible(pause is not None)
        if pause is not None:
            self._notice_words.setText(self._reason(pause))
            long = pause.fault is not None
            side_by_side, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
            self._notice_layout.setDirection(below if long else side_by_side)
        self._show_what_applies()

    def _reason(self, pause: Pause) -> str:
        match pause.reason:
            case PauseReason.RESTORED:
                one = self.tr("1 waited when Armchair closed.")
                return one if pause.waited == 1 else self.tr("%n waited when Armchair closed.", "", pause.waited)
            case PauseReason.ENGINE_FAILED:
                paused = self.tr("Paused, because nothing can be drawn.")
                return paused if pause.fault is None else f"{paused} {sentence(pause.fault)}"
            case PauseReason.ASKED:
                return self.tr("Paused. Nothing new starts.")

    def _make_notice(self) -> tuple[QFrame, QLabel]:
        frame, words = QFrame(), QLabel()
        set_role(frame, "card")
        set_role(words, "body")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        resume = QPushButton(self.tr("Resume"))
        set_role(resume, "secondary")
        resume.setAccessibleDescription(self.tr("Go on with the queue"))
        resume.clicked.connect(self.resume_requested)
        self._notice_layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, frame)
        self._notice_layout.setContentsMargins(10, 8, 8, 8)
        self._notice_layout.setSpacing(8)
        self._notice_layout.addWidget(words, 1)
        self._notice_layout.addWidget(resume, 0, Qt.AlignmentFlag.AlignRight)
        return frame, words

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Next"))
        set_role(heading, "heading")
        head = QHBoxLayout()
        head.setContentsMargins(INSET, 0, INSET, 0)
        head.addWidget(heading, 1)
        head.addWidget(self._pause_button)
        words = QVBoxLayout()
        words.setContentsMargins(INSET, 0, INSET, 0)
        words.addWidget(self._notice)
        words.addWidget(self._teaching)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(words)
        layout.addWidget(self._view)

    def _on_pause_clicked(self) -> None:
        (self.resume_requested if self._paused else self.pause_requested).emit()

    def _on_count_changed(self) -> None:
        self._show_what_applies()

    def _show_what_applies(self) -> None:
        waiting = self._items.rowCount() > 0
        self._teaching.setVisible(not waiting)
        self._view.setVisible(waiting)
        self._pause_button.setVisible(waiting or self._paused)

    def _reveal(self, area: QRect) -> None:
        self.reveal_wanted.emit(QRect(self._view.mapTo(self, area.topLeft()), area.size()))

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        job = self._view.job_at(index)
        if job is None:
            return
        menu = QMenu(self)
        last = self._items.rowCount() - 1
        up = menu.addAction(self.tr("Move up"), lambda: self.move_requested.emit(job.id, index.row() - 1))
        down = menu.addAction(self.tr("Move down"), lambda: self.move_requested.emit(job.id, index.row() + 1))
        first = menu.addAction(self.tr("Draw next"), lambda: self.move_requested.emit(job.id, 0))
        up.setEnabled(index.row() > 0)
        first.setEnabled(index.row() > 0)
        down.setEnabled(index.row() < last)
        menu.addSeparator()
        menu.addAction(self.tr("Remove"), lambda: self.remove_requested.emit(job.id))
        menu.addAction(self.tr("Remove all that wait"), self.clear_requested.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
