"""Joins the right column's panels with their presenters."""

from __future__ import annotations

from desktop_app.presenters.queue.queue_presenter import QueuePresenter
from desktop_app.presenters.recent.recent_presenter import RecentPresenter
from desktop_app.ui.queue_panel.queue_panel import QueuePanel
from desktop_app.ui.side_column.side_column import SideColumn


def join_queue(panel: QueuePanel, presenter: QueuePresenter) -> None:
    """Have the panel show the queue, and the queue do what is asked in the panel."""
    panel.set_model(presenter.model)
    panel.show_pause(presenter.pause_state)
    presenter.paused_changed.connect(panel.show_pause)
    panel.move_requested.connect(presenter.move)
    panel.remove_requested.connect(presenter.remove)
    panel.clear_requested.connect(presenter.clear)
    panel.pause_requested.connect(presenter.pause)
    panel.resume_requested.connect(presenter.resume)


def join_recent(column: SideColumn, presenter: RecentPresenter) -> None:
    """Have the column show the recent runs page by page, and the presenter do what is asked there."""
    panel = column.recent
    panel.set_model(presenter.model)
    panel.open_requested.connect(presenter.open)
    panel.use_settings_requested.connect(presenter.use_settings)
    panel.use_prompt_requested.connect(presenter.use_prompt)
    panel.draw_again_requested.connect(presenter.draw_again)
    panel.show_in_folder_requested.connect(presenter.show_in_folder)
    panel.delete_requested.connect(presenter.delete)
    presenter.model.page_arrived.connect(column.look_for_the_end)
    column.more_wanted.connect(presenter.load_more)
