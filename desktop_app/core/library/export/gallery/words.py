"""The words on a gallery's page. The window hands its user's own; these are for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _labels() -> Mapping[str, str]:
    return {
        "seed": "Seed",
        "model": "Model",
        "temperature": "Temperature",
        "condition_scale": "Condition scale",
        "top_k": "Top-k",
        "top_p": "Top-p",
        "likelihood_gain": "Fits the words",
        "tokens": "Tokens",
        "negative_prompt": "Without",
        "steps": "Steps",
        "sampler": "Sampler",
        "scale": "Guidance",
        "drawn": "Drawn",
    }


@dataclass(frozen=True, kw_only=True)
class GalleryWords:
    """lang: a BCP 47 tag. found, all_pictures: with {count}. labels: key of `told.short_recipe` → label."""

    lang: str = "en"
    search: str = "Search prompts"
    found: str = "{count} found"
    all_pictures: str = "{count} pictures"
    nothing: str = "Nothing here has these words."
    no_prompt: str = "No prompt"
    drawn_by_a_model: str = "These pictures were drawn by a model from words."
    previous: str = "Previous picture"
    next: str = "Next picture"
    close: str = "Close"
    labels: Mapping[str, str] = field(default_factory=_labels)
