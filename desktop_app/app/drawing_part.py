"""The middle and the right column with their presenters: what is drawn, waits, and was drawn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from desktop_app.app.form_part import FormPart
from desktop_app.app.services import Services
from desktop_app.core.advice import Action, Level
from desktop_app.core.crash_reports import report_fault
from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.jobs.finishing import finishing_jobs
from desktop_app.core.jobs.job import Job
from desktop_app.core.library.library import Library
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.rebuild_report import RebuildReport
from desktop_app.core.library.records import GenerationRecord
from desktop_app.core.library.trash import Deletion
from desktop_app.core.notices import Notice
from desktop_app.presenters.create.plot_presenter import Cell
from desktop_app.presenters.create.reuse import fields_of_record, fields_of_request, job_of
from desktop_app.presenters.queue.queue_presenter import QueuePresenter
from desktop_app.presenters.recent.recent_presenter import RecentPresenter
from desktop_app.presenters.run.drawn_run import DrawnRun
from desktop_app.presenters.run.run_acts import RunActs
from desktop_app.presenters.run.run_presenter import RunPresenter
from desktop_app.presenters.run.stored_run import StoredRun
from desktop_app.ui.run_view.binding import bind_run_view
from desktop_app.ui.run_view.run_view import RunView
from desktop_app.ui.side_column.side_column import SideColumn
from desktop_app.ui.side_column.wiring import join_queue, join_recent
from desktop_app.workers.desktop import show_in_folder
from model_runtime.events import Event, LogitsKept
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.request import GenerationRequest

_log = logging.getLogger(__name__)


class DrawingPart(QObject):
    """Jobs that come before the library is open wait for it: what is drawn must have a place to be kept."""

    def __init__(self, services: Services, form: FormPart, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._form = form
        self._early: list[Job] = []
        self._deletion: Deletion | None = None
        self.queue: QueuePresenter | None = None
        self.recent: RecentPresenter | None = None
        self.run = RunPresenter(services.engine, services.background, parent=self)
        self.acts = RunActs(self.run, services.engine, parent=self)
        self.view = RunView(services.theme)
        self.side = SideColumn(services.theme)
        self.middle = QStackedWidget()
        self.middle.addWidget(form.empty_page)
        self.middle.addWidget(self.view)
        self._join()

    def begin(self, library: Library) -> None:
        """The library is open: bring back what waited, show what was drawn, look over the files."""
        services = self._services
        self._join_queue(library)
        self._join_recent(library)
        look_over = partial(reconcile, library.catalogue, services.paths.pictures)
        services.background.run(look_over, self._reconciled, services.board.post_fault)

    def add(self, job: Job) -> None:
        """Draw a job when its turn comes."""
        if self.queue is None:
            self._early.append(job)
        else:
            self.queue.add(job)

    def _join(self) -> None:
        create, engine = self._form.create, self._services.engine
        bind_run_view(self.view, self.run, self.acts)
        self.run.run_replaced.connect(self._follow_shown)
        self.acts.use_settings_requested.connect(self._use_settings)
        self.acts.use_seed_requested.connect(lambda seed: create.change(seed=seed, seed_locked=True))
        self.acts.finish_requested.connect(self._finish)
        self.acts.show_in_folder_requested.connect(show_in_folder)
        self.acts.cell_asked.connect(self._ask_cell)
        self._form.job_made.connect(self.add)
        engine.event_arrived.connect(self._take_event)
        engine.picture_lost.connect(self._picture_lost)

    def _join_queue(self, library: Library) -> None:
        queue = self.queue = QueuePresenter(self._services.engine, library.jobs, self._services.background, self)
        join_queue(self.side.queue, queue)
        queue.running_changed.connect(self._follow_running)
        queue.job_failed.connect(self._tell_failed)
        queue.store_failed.connect(self._services.board.post_fault)
        self.acts.stop_after_this_changed.connect(self._stop_after_this)
        queue.stop_after_this_changed.connect(self.acts.set_stop_after_this)
        queue.restore()
        early, self._early = self._early, []
        for job in early:
            queue.add(job)

    def _join_recent(self, library: Library) -> None:
        services = self._services
        recent = self.recent = RecentPresenter(
            services.engine, library.catalogue, library.trash, services.background, services.paths.cache, self
        )
        join_recent(self.side, recent)
        recent.run_chosen.connect(self.run.show_record)
        recent.use_settings_requested.connect(self._use_record)
        recent.use_prompt_requested.connect(lambda prompt: self._form.create.change(prompt=prompt))
        recent.draw_again_requested.connect(self._draw_again)
        recent.folder_requested.connect(show_in_folder)
        recent.deleted.connect(self._tell_deleted)
        recent.failed.connect(services.board.post_fault)
        recent.load_more()

    def _tell_deleted(self, deletion: Deletion, count: int) -> None:
        """Say so, with the way back; a run that has no picture left leaves the screen."""
        self._deletion = deletion
        gone = {self._services.paths.pictures / file.relative_to(deletion.folder) for file in deletion.files}
        for run in (self.run.shown, self.run.drawn):
            kept = [] if run is None else [cell.kept for cell in run.cells if cell.kept is not None]
            if kept and all(picture.path in gone for picture in kept):
                self.run.leave(kept[0].run_id)
        notice = Notice(level=Level.INFO, code="pictures_deleted", parameters={"count": count}, actions=(Action.UNDO,))
        self._services.board.post(notice)

    def undo_delete(self) -> None:
        """Put back what was deleted last."""
        if self._deletion is not None and self.recent is not None:
            self.recent.undo(self._deletion)
            self._deletion = None

    def _reconciled(self, report: RebuildReport) -> None:
        _log.info("looked over the pictures: %d added, %d missing", report.added, report.missing)
        if self.recent and (report.added or report.changed or report.moved or report.missing or report.found_again):
            self.recent.reload()

    # Jobs -----------------------------------------------------------------------------------------------------

    def _follow_running(self, job: Job | None) -> None:
        self._form.panel.show_drawing(job is not None)
        if job is not None:
            self.run.track(job)

    def _stop_after_this(self, wanted: bool) -> None:
        """Not when the button goes out with the run's end: the queue has still to act on it, and then forgets it."""
        drawn = self.run.drawn
        if self.queue is not None and drawn is not None and drawn.outcome is None:
            self.queue.stop_after_this(wanted)

    def _tell_failed(self, job: Job, fault: Fault) -> None:
        # Where the engine failed with it, it said so a moment ago; that would go when the engine is ready again.
        self._services.board.dismiss("engine")
        self._services.board.post_fault(fault, key=f"job {job.id}")
        if fault.is_bug:
            report_fault(fault, self._services.paths.logs, program="armchair")

    def _draw_again(self, record: GenerationRecord) -> None:
        create = self._form.create
        self.add(job_of(record, device=create.device, precision=create.precision))

    def _finish(self, pictures: Sequence[KeptPicture]) -> None:
        create, paths = self._form.create, [picture.path for picture in pictures]
        make = partial(finishing_jobs, device=create.device, precision=create.precision)
        services = self._services
        services.background.run(
            lambda: make([read_recipe(path) for path in paths]), self._add_all, services.board.post_fault
        )

    def _add_all(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self.add(job)

    def _picture_lost(self, _job_id: str, _index: int, fault: Fault) -> None:
        reason = str(fault.parameters.get("reason", fault.code))
        lost = Fault(code="picture_not_saved", parameters={"reason": reason}, details=fault.details)
        self._services.board.post_fault(lost)

    # The shown run --------------------------------------------------------------------------------------------

    def _follow_shown(self) -> None:
        shown = self.run.shown
        self.middle.setCurrentWidget(self._form.empty_page if shown is None else self.view)
        if self.run.shows_drawing:
            self._form.plot.follow_run()
        else:
            self._form.plot.clear()

    def _use_settings(self, request: GenerationRequest) -> None:
        shown = self.run.shown
        if isinstance(shown, StoredRun):
            self._use_record(shown.record)
        else:
            self._form.create.change(**fields_of_request(request))

    def _use_record(self, record: GenerationRecord) -> None:
        fields = fields_of_record(record)
        if fields["model"] not in [model.id for model in self._form.create.models]:
            fault = Fault(code="model_not_installed", parameters={"model": fields.pop("model"), "installed": ""})
            self._services.board.post_fault(fault)
        self._form.create.change(**fields)

    def _take_event(self, job_id: str, event: Event) -> None:
        drawn = self.run.drawn
        if isinstance(event, LogitsKept) and self.run.shows_drawing and drawn is not None and drawn.id == job_id:
            self._form.plot.take_kept(event)

    def _ask_cell(self, index: int, position: int) -> None:
        shown = self.run.shown
        if shown is None or not shown.cell(index).rows_total:
            return
        row, column = divmod(position, shown.cell(index).rows_total)
        model_id = shown.record.model.id if isinstance(shown, StoredRun) else ""
        if isinstance(shown, DrawnRun):
            model_id = shown.job.model.model
        cell = Cell(index=index, row=row, column=column)
        self._form.plot.ask(cell, prompt=shown.request.prompt, model_id=model_id, tokens=shown.tokens(index))
        self.view.mark_cell(index, row, column)
