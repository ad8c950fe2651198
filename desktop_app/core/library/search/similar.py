"""More of the same, as queries: what is put into the search field for "more with this prompt", seed or settings."""

from __future__ import annotations

from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.core.library.search.query import quoted


def same_prompt(picture: PictureRow) -> str:
    """Pictures of exactly this prompt."""
    return f"prompt:{quoted(picture.prompt)}"


def same_seed(picture: PictureRow) -> str | None:
    """Pictures of this seed; None where it is not known."""
    return None if picture.seed is None else f"seed:{picture.seed}"


def same_settings(picture: PictureRow) -> str | None:
    """Pictures of this model with the same sampling; None where it was not drawn here."""
    if picture.run_id is None:
        return None
    numbers = {
        "temperature": picture.temperature,
        "top_k": picture.top_k,
        "top_p": picture.top_p,
        "scale": picture.condition_scale,
    }
    terms = [f"{name}:{'off' if value is None else repr(value)}" for name, value in numbers.items()]
    return " ".join([f"model:{quoted(picture.model)}", *terms])


def same_run(picture: PictureRow) -> str | None:
    """The pictures that were drawn together with it."""
    return None if picture.run_id is None else f"run:{quoted(picture.run_id)}"
