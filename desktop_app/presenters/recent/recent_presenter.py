"""What can be done with a run that was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.presenters.ports import Background, Engine
from desktop_app.presenters.recent.ports import RunSource, Trash
from desktop_app.presenters.recent.recent_runs_model import RecentRunsModel
from desktop_app.presenters.recent.thumbnails import Thumbnails

if TYPE_CHECKING:  # the window is painted before SQLite and Pillow are needed
    from desktop_app.core.library.records import GenerationRecord, ImageRecord
    from desktop_app.core.library.trash import Deletion


class RecentPresenter(QObject):
    """Acts take a run's id and do nothing where the run is not shown (any more).

    run_chosen, use_settings_requested, draw_again_requested(GenerationRecord). use_prompt_requested(str).
    folder_requested(Path): the picture to show in its folder; the folder itself where no file is left.
    deleted(Deletion, int): give the first to `undo`; the second says how many pictures went.
    failed(Fault): an act, or a reading, did not work.
    """

    run_chosen = Signal(object)
    use_settings_requested = Signal(object)
    use_prompt_requested = Signal(str)
    draw_again_requested = Signal(object)
    folder_requested = Signal(object)
    deleted = Signal(object, int)
    failed = Signal(object)

    def __init__(
        self,
        engine: Engine,
        source: RunSource,
        trash: Trash,
        background: Background,
        cache: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._trash = trash
        self._background = background
        self._thumbnails = Thumbnails(background, cache, self)
        self.model = RecentRunsModel(source, background, self._thumbnails)
        self.model.setParent(self)
        self.model.load_failed.connect(self.failed)
        engine.picture_kept.connect(self._on_picture_kept)

    def load_more(self) -> None:
        """Read the next page of runs; the first when called first."""
        self.model.load_more()

    def reload(self) -> None:
        """Read the shown runs again: files were found that other programs moved, changed or took away."""
        self.model.reload()

    def open(self, run_id: str) -> None:
        """Look at a run."""
        self._tell(self.run_chosen, run_id)

    def use_settings(self, run_id: str) -> None:
        """Take over a run's prompt and settings."""
        self._tell(self.use_settings_requested, run_id)

    def use_prompt(self, run_id: str) -> None:
        """Take over a run's prompt alone."""
        record = self.model.record(run_id)
        if record is not None:
            self.use_prompt_requested.emit(record.prompt)

    def draw_again(self, run_id: str) -> None:
        """Draw a run's request once more."""
        self._tell(self.draw_again_requested, run_id)

    def show_in_folder(self, run_id: str) -> None:
        """Show a run's first picture among its files."""
        record = self.model.record(run_id)
        if record is not None:
            paths = [image.path for image in record.images]
            self._background.run(lambda: _to_show(paths), self.folder_requested.emit)

    def delete(self, run_id: str) -> None:
        """Move a run's pictures to the trash."""
        record = self.model.record(run_id)
        if record is not None:
            image_ids = [image.id for image in record.images]
            self._background.run(
                lambda: self._trash.delete(image_ids), lambda deletion: self._on_deleted(record, deletion), self._fail
            )

    def undo(self, deletion: Deletion) -> None:
        """Put deleted pictures back."""
        self._background.run(lambda: self._trash.undo(deletion), lambda answer: self._on_undone(*answer), self._fail)

    def _tell(self, signal: SignalInstance, run_id: str) -> None:
        record = self.model.record(run_id)
        if record is not None:
            signal.emit(record)

    def _on_picture_kept(self, _job_id: str, _index: int, picture: KeptPicture) -> None:
        self.model.refresh(picture.run_id)

    def _on_deleted(self, record: GenerationRecord, deletion: Deletion) -> None:
        self.model.refresh(record.id)
        self.deleted.emit(deletion, len(record.images) - len(deletion.faults))
        self._report(deletion)

    def _on_undone(self, images: list[ImageRecord], left: Deletion) -> None:
        for image in images:
            self._thumbnails.forget(image.id)
        for run_id in {image.run_id for image in images}:
            self.model.refresh(run_id)
        self._report(left)

    def _report(self, deletion: Deletion) -> None:
        for fault in deletion.faults:
            self._fail(fault)

    def _fail(self, fault: Fault) -> None:
        self.failed.emit(fault)


def _to_show(paths: list[Path]) -> Path:
    return next((path for path in paths if path.exists()), paths[0].parent)
