"""The page itself, as text: every word of a prompt is escaped, and the page forbids itself any other source.

Prompts are hostile as far as this module knows. They reach the page in two ways only: escaped, as text and attributes,
and as JSON that holds no `<`; the script puts them into the page as text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template

from desktop_app.core.library.export.gallery.words import GalleryWords
from desktop_app.core.library.export.palette import DARK, LIGHT
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.export.told import short_recipe
from model_runtime.recipe.foreign.recipe import words as shown
from model_runtime.resources import resource_path


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A picture and where the page finds its pixels: a data URI, or an address below the page."""

    picture: PictureForExport
    source: str


def gallery_page(placed: Sequence[Placed], *, title: str, words: GalleryWords, recipes: bool = True) -> str:
    """The whole page. recipes: whether it tells more than the prompts."""
    style = Template(_part("page.css")).substitute(light=_variables(LIGHT), dark=_variables(DARK))
    script = _part("page.js")
    told = [_told(one.picture, words, recipes=recipes) for one in placed]
    synthetic = any(one.picture.synthetic for one in placed)
    spoken = {
        name: html.escape(getattr(words, name)) for name in ("lang", "search", "nothing", "previous", "next", "close")
    }
    return Template(_part("page.html")).substitute(
        spoken,
        title=html.escape(shown(title)),
        policy=_policy(style, script),
        style=style,
        script=script,
        count=html.escape(words.all_pictures.replace("{count}", str(len(placed)))),
        cards="\n".join(_card(number, one) for number, one in enumerate(placed, 1)),
        drawn_by_a_model=html.escape(words.drawn_by_a_model) if synthetic else "",
        data=_json({"pictures": told, "words": _said_later(words)}),
    )


def _card(number: int, one: Placed) -> str:
    prompt = html.escape(shown(one.picture.prompt or one.picture.title))
    return (
        f'<li><a class="card" href="#picture={number}"><img src="{html.escape(one.source)}" alt="{prompt}" '
        f'loading="lazy" decoding="async"><span aria-hidden="true">{prompt}</span></a></li>'
    )


def _told(picture: PictureForExport, words: GalleryWords, *, recipes: bool) -> dict[str, object]:
    facts = short_recipe(picture) if recipes else {}
    return {
        "title": shown(picture.title),
        "prompt": shown(picture.prompt),
        "recipe": [[words.labels.get(key, key), _value(key, value)] for key, value in facts.items()],
    }


def _value(key: str, value: str | float) -> str:
    if key == "drawn":
        return str(value).replace("T", " ").removesuffix("Z").rpartition(":")[0] + " UTC"
    if isinstance(value, float):
        return f"{value:+g}" if key == "likelihood_gain" else f"{value:g}"
    return shown(str(value))


def _said_later(words: GalleryWords) -> Mapping[str, str]:
    return {"all": words.all_pictures, "found": words.found, "no_prompt": words.no_prompt}


def _policy(style: str, script: str) -> str:
    """Nothing from anywhere but this file, and what lies beside it; only this very style and script."""
    return (
        f"default-src 'none'; img-src 'self' file: data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    """JSON in ASCII that ends no script element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def _variables(palette: Mapping[str, str]) -> str:
    return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in palette.items())


def _part(name: str) -> str:
    return resource_path("gallery", name).read_text(encoding="utf-8").strip()
