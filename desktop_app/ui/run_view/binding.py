"""Joins the run's view to its presenter: the one place that knows both."""

from __future__ import annotations

from desktop_app.presenters.run.run_acts import RunActs
from desktop_app.presenters.run.run_presenter import RunPresenter
from desktop_app.ui.run_view.run_view import RunView


def bind_run_view(view: RunView, presenter: RunPresenter, acts: RunActs) -> None:
    """Have the view show what the presenter says, and its signals ask for acts; once for a view."""

    def show_run() -> None:
        state = presenter.state
        if state is not None:
            cells = presenter.cells
            view.set_run(state, presenter.progress, cells, [presenter.image(cell.index) for cell in cells])

    def show_state() -> None:
        state = presenter.state
        if state is not None:
            view.set_state(state)
            view.set_progress(presenter.progress)

    presenter.run_replaced.connect(show_run)
    presenter.run_changed.connect(show_state)
    presenter.progress_changed.connect(lambda: view.set_progress(presenter.progress))
    presenter.cell_changed.connect(lambda index: view.set_cell(presenter.cells[index]))
    presenter.cell_pixels_changed.connect(view.set_pixels)
    presenter.news_changed.connect(view.set_news)
    acts.stop_after_this_changed.connect(view.set_stop_after_this)

    view.stop_requested.connect(acts.stop)
    view.stop_and_keep_requested.connect(acts.stop_and_keep)
    view.stop_after_this_toggled.connect(acts.set_stop_after_this)
    view.finish_requested.connect(lambda index: acts.finish(None if index < 0 else index))
    view.reject_requested.connect(acts.reject)
    view.use_settings_requested.connect(acts.use_settings)
    view.back_requested.connect(presenter.back_to_drawing)
    view.cell_clicked.connect(acts.ask_cell)
    view.copy_requested.connect(acts.copy_image)
    view.copy_seed_requested.connect(acts.copy_seed)
    view.use_seed_requested.connect(acts.use_seed)
    view.show_in_folder_requested.connect(acts.show_in_folder)
    view.looking_closely_changed.connect(presenter.hold)
    show_run()
