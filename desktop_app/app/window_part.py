"""The window around the parts: header, messages, theme, preferences, shortcuts, notifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop_app.app.drawing_part import DrawingPart
from desktop_app.app.form_part import FormPart
from desktop_app.app.services import Services
from desktop_app.core.advice import Action, Level
from desktop_app.core.crash_reports import CrashReports
from desktop_app.core.jobs.engine_state import EngineStage, EngineState
from desktop_app.core.jobs.job import Job
from desktop_app.core.notices import Notice
from desktop_app.core.window_state import WindowState, as_text
from desktop_app.ui import texts
from desktop_app.ui.banner import Banner
from desktop_app.ui.create.create_page import CreatePage
from desktop_app.ui.formats import device_name, rate
from desktop_app.ui.header import Header
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.notifications import Notifications
from desktop_app.workers.sleep_inhibitor import SleepInhibitor
from model_runtime.events import Event, Progress

if TYPE_CHECKING:
    from desktop_app.ui.preferences_dialog import PreferencesDialog

REDUCED_MOTION = {"on": True, "off": False, "system": None}


class WindowPart(QObject):
    """What the person sees around the drawing."""

    def __init__(
        self,
        services: Services,
        form: FormPart,
        drawing: DrawingPart,
        state: WindowState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._form = form
        self._drawing = drawing
        self._state = state
        self._engine_text = ""
        self._running: Job | None = None
        self._percent: int | None = None
        self._preferences_dialog: PreferencesDialog | None = None
        self._sleep = SleepInhibitor()
        self._notifications = Notifications(self)
        self.header = Header(services.theme)
        self.banner = Banner(services.theme)
        page = CreatePage(form.panel, drawing.middle, drawing.side)
        drawing.acts.cell_asked.connect(lambda _index, _position: page.reveal(form.panel.plot))
        self.window = MainWindow(self.header, self.banner, page)
        self.window.restore(state.blob("geometry"), state.blob("columns"))
        self._join()
        form.panel.prompt.setFocus()

    def begin(self) -> None:
        """The queue is there: follow it. Tell of earlier crashes."""
        queue = self._drawing.queue
        if queue is not None:
            queue.running_changed.connect(self._follow_running)
            queue.all_done.connect(self._tell_all_done)
        reports = CrashReports(self._services.paths.logs)
        unseen = reports.unseen()
        if unseen:
            notice = Notice(
                level=Level.WARNING,
                code="crash_reported",
                parameters={"file": str(unseen[0].file)},
                actions=(Action.OPEN_REPORT,),
            )
            self._services.board.post(notice)
            reports.mark_seen()

    def close(self) -> None:
        """Let the computer sleep again; remember how the window was left."""
        self._sleep.release()
        geometry, columns = self.window.saved_state()
        kept = {"geometry": as_text(geometry), "columns": as_text(columns)}
        self._state.save(kept | self._form.kept_values())

    def open_preferences(self) -> None:
        """Show them beside the window; open ones come to the front."""
        dialog = self._preferences_dialog
        if dialog is None:
            # Built when first wanted: its widgets come from a library that is slow to import.
            from desktop_app.ui.preferences_dialog import PreferencesDialog  # noqa: PLC0415

            dialog = self._preferences_dialog = PreferencesDialog(self._services.theme, self.window)
            self._join_preferences(dialog)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _join_preferences(self, dialog: PreferencesDialog) -> None:
        preferences, usual = self._services.preferences, self._services.usual
        dialog.show_models([(model.id, model.name) for model in self._form.create.models])
        dialog.show_usual_folders({"pictures_folder": str(usual.pictures), "models_folder": str(usual.models)})
        dialog.show_settings(preferences.settings)
        dialog.setting_changed.connect(preferences.change)
        dialog.defaults_requested.connect(preferences.restore_defaults)
        dialog.forget_history_requested.connect(self._form.words.forget_all)
        dialog.log_folder_requested.connect(self._open_logs)
        preferences.changed.connect(lambda _key: dialog.show_settings(preferences.settings))
        preferences.refused.connect(lambda key, fault: dialog.show_error(key, texts.sentence(fault)))

    def _join(self) -> None:
        services, window = self._services, self.window
        services.board.subscribe(self.banner.show_notices)
        self.banner.dismissed.connect(services.board.dismiss)
        self.banner.action_requested.connect(self._act)
        self.header.theme_toggled.connect(self._toggle_theme)
        self.header.preferences_requested.connect(self.open_preferences)
        services.preferences.changed.connect(self._follow_preference)
        services.preferences.failed.connect(services.board.post_fault)
        services.engine.state_changed.connect(self._take_engine_state)
        services.engine.event_arrived.connect(self._take_event)
        self._notifications.clicked.connect(window.raise_up)
        window.came_to_front.connect(self._notifications.hide)
        self._drawing.run.progress_changed.connect(self._show_engine)
        acts, form = self._drawing.acts, self._form
        # Qt's own key for quitting is none on Windows and on plain X11; Ctrl stands for Command on a Mac.
        shortcuts: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("Ctrl+,", self.tr("Preferences"), self.open_preferences),
            ("Ctrl+L", self.tr("Go to the prompt"), self._go_to_prompt),
            ("Ctrl+.", self.tr("Stop and keep"), acts.stop_and_keep),
            ("Ctrl+D", self.tr("New random seed"), form.create.roll_seed),
            ("Ctrl+Q", self.tr("Quit"), window.close),
        )
        for keys, text, act in shortcuts:
            window.add_shortcut(keys, text, act)

    # What happens -------------------------------------------------------------------------------------------------

    def _follow_running(self, job: Job | None) -> None:
        self._running, self._percent = job, None
        if job is None:
            self.window.show_progress("", None)
            self._sleep.release()
            return
        self.window.show_progress(job.request.prompt, 0)
        if self._services.preferences.settings.inhibit_sleep:
            self._sleep.acquire()

    def _take_event(self, job_id: str, event: Event) -> None:
        if isinstance(event, Progress) and self._running is not None and self._running.id == job_id:
            percent = 100 * event.done // max(1, event.total)
            if percent != self._percent:
                self._percent = percent
                self.window.show_progress(self._running.request.prompt, percent)

    def _tell_all_done(self) -> None:
        drawn = self._drawing.run.drawn
        if self.window.isActiveWindow() or drawn is None:
            return
        QApplication.alert(self.window)
        if self._services.preferences.settings.notify_when_finished:
            self._notifications.show(self.tr("The pictures are ready"), drawn.request.prompt)

    def _take_engine_state(self, state: EngineState) -> None:
        board = self._services.board
        if state.stage is EngineStage.READY and state.facts is not None:
            self._engine_text = f"{device_name(state.facts.device)} · {state.facts.precision}"
            board.dismiss("engine")
        else:
            self._engine_text = texts.engine_stage(state.stage)
        if state.stage is EngineStage.FAILED and state.fault is not None:
            board.post_fault(state.fault, key="engine")
        self._show_engine()

    def _show_engine(self) -> None:
        speed = self._drawing.run.progress.pictures_a_minute
        self.header.show_engine(f"{self._engine_text} · {rate(speed)}" if speed else self._engine_text)

    # What the person asks -------------------------------------------------------------------------------------------

    def _go_to_prompt(self) -> None:
        """Also where the fields have no place of their own: then they come as a drawer."""
        if self.header.fields_button.isVisible():
            self.header.fields_button.setChecked(True)
        self._form.panel.prompt.setFocus()

    def _act(self, action: Action, notice: Notice) -> None:
        paths, board = self._services.paths, self._services.board
        match action:
            case Action.OPEN_PREFERENCES:
                self.open_preferences()
            case Action.OPEN_LOGS:
                self._open_logs()
            case Action.OPEN_PICTURES_FOLDER:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.pictures)))
            case Action.OPEN_REPORT:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(notice.parameters.get("file", paths.logs))))
            case Action.UNDO:
                self._drawing.undo_delete()
            case Action.RETRY:
                self._form.load_model()
                if self._drawing.queue is not None:
                    self._drawing.queue.resume()
            case _:
                return
        if action in (Action.RETRY, Action.UNDO):
            board.dismiss(notice.key)

    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.paths.logs)))

    def _toggle_theme(self) -> None:
        self._services.preferences.change("theme", "light" if self._services.theme.is_dark else "dark")

    def _follow_preference(self, key: str) -> None:
        settings, theme = self._services.preferences.settings, self._services.theme
        if key == "theme":
            theme.set_mode(settings.theme)  # type: ignore[arg-type]  # the declaration allows just these
        elif key == "reduced_motion":
            theme.set_reduced_motion(REDUCED_MOTION[settings.reduced_motion])
        elif key == "inhibit_sleep" and self._running is not None:
            (self._sleep.acquire if settings.inhibit_sleep else self._sleep.release)()
