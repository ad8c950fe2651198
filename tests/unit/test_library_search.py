"""Searching finds what is meant, in the order asked, and what is written since."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.search.finder import Finder
from desktop_app.core.library.search.found import Sort, days_of, local_days
from desktop_app.core.library.search.similar import same_prompt, same_run, same_seed, same_settings
from model_runtime.recipe.record import ModelIdentity, Recipe
from model_runtime.request import SamplingSettings

MakeRecipe = Callable[..., Recipe]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Pictures:
    """Puts rows of pictures called by one word into the catalogue and finds them by it."""

    def __init__(self, catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
        self.catalogue, self._make = catalogue, make_recipe
        self.finder = Finder(catalogue)
        self.ids: dict[str, str] = {}
        self._file = catalogue.connections.file.with_name("some.png")
        self._file.touch()

    def add(self, name: str, prompt: str, model: str = "mini", sampling: Any = None, **fields: Any) -> None:
        recipe = self._make(prompt, created=NOON + timedelta(minutes=len(self.ids)))
        run = dataclasses.replace(
            recipe.run, model=ModelIdentity(id=model), sampling=sampling or SamplingSettings(top_k=50)
        )
        recipe = dataclasses.replace(recipe, run=run, **fields)
        self.catalogue.add_picture(recipe, self._file)
        self.ids[name] = recipe.id

    def mark(self, name: str, field: str, value: Any) -> None:
        self.catalogue.record([Entry(self.ids[name], field, value)])

    def found(self, query: str, sort: Sort = Sort.OLDEST, collection: str | None = None) -> list[str]:
        names = {key: name for name, key in self.ids.items()}
        found = self.finder.search(query, sort, collection=collection)
        return [names[key] for key in self.finder.picture_ids(found.ids)]


@pytest.fixture
def pictures(catalogue: Catalogue, make_recipe: MakeRecipe) -> Iterator[Pictures]:
    catalogue.pictures.mkdir()
    made = Pictures(catalogue, make_recipe)
    hot = SamplingSettings(temperature=1.5, top_p=0.95, condition_scale=10)
    made.add("fox", "a red fox on the moon", likelihood_gain=2.0)
    made.add("café", "Café under the MOON, foxes", model="mega", seed=99, likelihood_gain=None)
    made.add("chair", "an avocado armchair", sampling=hot, likelihood_gain=3.0)
    yield made
    made.finder.close()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["fox", "café", "chair"]),
        ("moon", ["fox", "café"]),
        ("MOON fo", ["fox", "café"]),
        ("cafe", ["café"]),
        ("CAFÉ", ["café"]),
        ('"red fox"', ["fox"]),
        ('"fox red"', []),
        ('"fo"', []),
        ("-moon", ["chair"]),
        ("moon -red", ["café"]),
        ("model:meg", ["café"]),
        ('model:"me"', []),
        ("seed:99", ["café"]),
        ("-seed:99", ["fox", "chair"]),
        ("temperature:>1 scale:10", ["chair"]),
        ("top_k:off", ["chair"]),
        ("top_p:0.95", ["chair"]),
        ("-top_p:0.95", ["fox", "café"]),
        ("score:>=2", ["fox", "chair"]),
        ("score:off", ["café"]),
        ("source:armchair", ["fox", "café", "chair"]),
        ("date:2026-11 before:2026-12", ["fox", "café", "chair"]),
        ("after:2027", []),
        ("🪑", ["fox", "café", "chair"]),
        ('who:knows "', []),
    ],
)
def test_a_query_finds(pictures: Pictures, query: str, names: list[str]) -> None:
    assert pictures.found(query) == names


def test_sorting(pictures: Pictures) -> None:
    pictures.mark("café", "rating", 5)
    pictures.mark("fox", "rating", 2)
    assert pictures.found("", Sort.NEWEST) == ["chair", "café", "fox"]
    assert pictures.found("", Sort.SCORE) == ["chair", "fox", "café"]
    assert pictures.found("", Sort.RATING) == ["café", "fox", "chair"]
    assert pictures.found("moon", Sort.NEWEST) == ["café", "fox"]


def test_what_is_marked_is_found_at_once(pictures: Pictures) -> None:
    assert pictures.found("fav") == []
    pictures.mark("fox", "favourite", True)
    pictures.mark("fox", "tags", ["Größe", "night sky"])
    pictures.mark("chair", "note", "for the kitchen")
    pictures.mark("chair", "rating", 4)
    assert pictures.found("fav") == pictures.found("tag:grosse") == pictures.found('tag:"NIGHT sky"') == ["fox"]
    assert pictures.found("tag:ni") == pictures.found("nigh") == ["fox"]
    assert pictures.found('tag:"night"') == []
    assert pictures.found("kitch") == pictures.found("rating:>=4") == ["chair"]
    assert pictures.found("-fav -rating:4") == ["café"]
    pictures.mark("chair", "note", "")
    assert pictures.found("kitch") == []
    (row,) = pictures.finder.rows(pictures.finder.search("fav").ids)
    assert (row.favourite, row.tags, row.prompt) == (True, ("Größe", "night sky"), "a red fox on the moon")


def test_collections_in_their_order_and_smart_ones(pictures: Pictures) -> None:
    ids = pictures.ids
    pictures.catalogue.record(
        [
            Entry("one", "name", "Moon foxes"),
            Entry("one", "place", 2),
            Entry("one", "added", [ids["chair"], ids["fox"], "in the trash"]),
            Entry("two", "name", "Lunar"),
            Entry("two", "query", "moon -red"),
            Entry("self", "name", "Ouroboros"),
            Entry("self", "query", "collection:ouroboros"),
        ]
    )
    assert pictures.found("", Sort.COLLECTION, "one") == ["chair", "fox"]
    assert pictures.found("moon", Sort.COLLECTION, "one") == ["fox"]
    assert pictures.found("", Sort.OLDEST, "one") == ["fox", "chair"]
    assert pictures.found("", Sort.OLDEST, "two") == pictures.found("collection:lunar") == ["café"]
    assert pictures.found('collection:"moon foxes"') == pictures.found("-collection:lunar") == ["fox", "chair"]
    assert pictures.found("", collection="unknown") == pictures.found("collection:ouroboros") == []
    counts = pictures.finder.counts()
    assert (counts.all, counts.favourites, counts.missing) == (3, 0, 0)
    assert [(each.name, each.query, each.count) for each in counts.collections] == [
        ("Lunar", "moon -red", 1),
        ("Ouroboros", "collection:ouroboros", 0),
        ("Moon foxes", None, 2),
    ]


def test_more_of_the_same(pictures: Pictures) -> None:
    (chair,) = pictures.finder.rows(pictures.finder.search("armchair").ids)
    pictures.add("again", "an avocado armchair", seed=5)
    pictures.add("alike", "x", sampling=SamplingSettings(temperature=1.5, top_p=0.95, condition_scale=10))
    assert pictures.found(same_prompt(chair)) == ["chair", "again"]
    assert pictures.found(same_settings(chair) or "") == ["chair", "alike"]
    assert pictures.found(same_seed(chair) or "") == ["fox", "chair", "alike"]
    assert pictures.found(same_run(chair) or "") == ["chair"]


def test_days_cover_all_that_is_found(pictures: Pictures) -> None:
    for number in range(3):
        pictures.add(f"later {number}", "moon", created=NOON + timedelta(days=1 + number // 2, hours=number))
    for sort in (Sort.NEWEST, Sort.OLDEST):
        found = pictures.finder.search("", sort)
        assert [day.first for day in found.days] == list(np.cumsum([0, *(day.count for day in found.days)])[:-1])
        assert sum(day.count for day in found.days) == len(found) == 6
        for day in found.days:
            rows = pictures.finder.rows(found.ids[day.first : day.first + day.count])
            assert {row.created.astimezone().date() for row in rows} == {day.date}
    assert pictures.finder.search("", Sort.SCORE).days == ()


def test_days_are_those_of_the_persons_calendar() -> None:
    moments = [datetime(2026, month, 1, hour, 59).astimezone() for month in range(1, 13) for hour in (0, 23)]
    days = local_days(np.array([int(moment.timestamp()) for moment in moments]))
    assert [day.date for day in days_of(days)] == [moment.date() for moment in moments[::2]]
    assert days_of(local_days(np.empty(0, np.int64))) == ()


def test_what_is_found_cannot_be_changed(pictures: Pictures) -> None:
    with pytest.raises(ValueError, match="read-only"):
        pictures.finder.search("").ids[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        pictures.finder.search("moon").ids[0] = 1


def test_another_process_is_noticed(pictures: Pictures, tmp_path: Path) -> None:
    assert len(pictures.finder.search("")) == 3
    other = Catalogue.open(pictures.catalogue.connections.file, pictures=tmp_path / "pictures")
    other.forget([pictures.ids["fox"]])
    other.close()
    assert pictures.found("") == ["café", "chair"]
    assert len(pictures.finder.rows([1, 2, 3])) == 2
