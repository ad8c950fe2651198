"""Joins the details with their presenter."""

from __future__ import annotations

from desktop_app.presenters.library.details_presenter import DetailsPresenter
from desktop_app.ui.library.details_panel import DetailsPanel


def bind_details(panel: DetailsPanel, presenter: DetailsPresenter) -> None:
    """Have the panel show what the presenter says, and marks go to it; acts stay the owner's to connect."""
    presenter.state_changed.connect(panel.show_state)
    panel.rated.connect(presenter.set_rating)
    panel.favoured.connect(presenter.set_favourite)
    panel.tag_added.connect(presenter.add_tag)
    panel.tag_removed.connect(presenter.remove_tag)
    panel.note_written.connect(presenter.set_note)
    panel.show_state(presenter.state)
