"""New pictures from stored ones: what is kept stays token by token, everything else is drawn afresh."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.jobs.branching import kept_tokens, last_row, more_job, rewind_job, same_again_job
from desktop_app.core.jobs.request_json import job_from_json, job_to_json
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.family import family
from desktop_app.core.library.shelf import Shelf
from model_runtime.errors import InvalidRequest
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.record import Parent, Recipe
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage

HOW = {"device": "cpu", "precision": "float32"}


def draw(pipeline: DalleMiniPipeline, request: GenerationRequest) -> list[GeneratedImage]:
    return list(pipeline.generate(request).images)


@pytest.fixture(scope="module")
def image(tiny_pipeline: DalleMiniPipeline) -> GeneratedImage:
    return draw(tiny_pipeline, GenerationRequest(prompt="a small red boat", seed=11))[0]


def cut(recipe: Recipe, done: int) -> Recipe:
    return Recipe(
        run=recipe.run, index=0, seed=recipe.seed, image_length=recipe.image_length, tokens=recipe.tokens[:done],
        fixed_tokens=np.full(16, 3, np.int32),
    )  # fmt: skip


def test_rows_above_stay_and_rows_below_are_new(tiny_pipeline: DalleMiniPipeline, image: GeneratedImage) -> None:
    job = rewind_job(image.recipe, 2, image_count=4, **HOW)
    drawn = draw(tiny_pipeline, job.request)
    for new in drawn:
        np.testing.assert_array_equal(new.tokens[:8], image.tokens[:8])
    assert any((new.tokens[8:] != image.tokens[8:]).any() for new in drawn)
    assert len({new.seed for new in drawn} | {image.seed}) == 5
    assert job.parents == (Parent(kind="rewind", id=image.id),) * 4
    assert (job.request.prompt, job.request.sampling) == (image.run.prompt, image.run.sampling)
    assert job.model.model == image.run.model.id


def test_with_its_own_seed_the_rest_comes_out_the_same(tiny_pipeline: DalleMiniPipeline, image: GeneratedImage) -> None:
    request = GenerationRequest(
        prompt=image.run.prompt,
        seed=image.seed,
        sampling=image.run.sampling,
        fixed_tokens=kept_tokens(image.recipe, 2),
    )
    np.testing.assert_array_equal(draw(tiny_pipeline, request)[0].tokens, image.tokens)


@pytest.mark.parametrize(("done", "row"), [(0, 0), (3, 0), (4, 1), (11, 2), (16, 3)])
def test_unfinished_pictures_go_back_to_their_whole_rows(image: GeneratedImage, done: int, row: int) -> None:
    unfinished = cut(image.recipe, done)
    assert last_row(unfinished) == row
    kept = kept_tokens(unfinished, row)
    assert (kept >= 0).sum() == row * 4  # what was fixed below is free again
    with pytest.raises(InvalidRequest):
        kept_tokens(unfinished, row + 1)
    with pytest.raises(InvalidRequest):
        kept_tokens(unfinished, -1)


def test_from_the_first_row_nothing_is_kept(image: GeneratedImage) -> None:
    assert rewind_job(image.recipe, 0, image_count=1, **HOW).request.fixed_tokens is None


def test_more_like_it_has_new_seeds(image: GeneratedImage) -> None:
    job = more_job(image.recipe, image_count=9, **HOW)
    assert job.request.image_count == 9
    assert job.request.fixed_tokens is None
    assert job.request.seed is not None
    assert not job.request.seed <= image.seed < job.request.seed + 9
    assert {parent.kind for parent in job.parents if parent} == {"more"}


def test_its_own_seed_is_never_among_the_new_ones(image: GeneratedImage, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = iter([image.seed, image.seed - 3, image.seed + 1])
    monkeypatch.setattr("desktop_app.core.jobs.branching.draw_seed", lambda: next(seeds))
    assert more_job(image.recipe, image_count=4, **HOW).request.seed == image.seed + 1


def test_the_same_again_is_the_same(tiny_pipeline: DalleMiniPipeline, image: GeneratedImage) -> None:
    rewound = draw(tiny_pipeline, rewind_job(image.recipe, 1, image_count=1, **HOW).request)[0]
    again = draw(tiny_pipeline, same_again_job(rewound.recipe, **HOW).request)[0]
    np.testing.assert_array_equal(again.tokens, rewound.tokens)
    assert same_again_job(image.recipe, **HOW).parents == ()


def test_such_jobs_survive_a_restart(image: GeneratedImage) -> None:
    job = rewind_job(image.recipe, 3, image_count=2, **HOW)
    again = job_from_json(job_to_json(job))
    assert getattr(again, "request", None) == job.request
    assert getattr(again, "parents", None) == job.parents


# What came from what ---------------------------------------------------------------------------------


def test_a_family_is_a_tree(tiny_pipeline: DalleMiniPipeline, image: GeneratedImage, tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite", pictures=tmp_path / "pictures")
    shelf = Shelf(tmp_path / "pictures", catalogue)
    shelf.keep(image)
    job = rewind_job(image.recipe, 2, image_count=2, **HOW)
    children = draw(tiny_pipeline, job.request)
    for child in children:
        shelf.keep(child, job.parent_of(child.index))
    further = rewind_job(children[0].recipe, 1, image_count=1, **HOW)
    grandchild = draw(tiny_pipeline, further.request)[0]
    shelf.keep(grandchild, further.parent_of(0))

    found = family(catalogue.connections, catalogue.pictures, grandchild.id)
    assert [(one.id, one.depth) for one in found.members] == [
        (image.id, 0),
        (children[0].id, 1),
        (grandchild.id, 2),
        (children[1].id, 1),
    ]
    assert [one.kind for one in found.members] == ["", "rewind", "rewind", "rewind"]
    assert all(one.path is not None and one.path.is_file() for one in found.members)
    assert found.is_whole
    assert found == family(catalogue.connections, catalogue.pictures, image.id)

    # The one they all came from is forgotten: it still holds them together.
    catalogue.forget([image.id])
    orphans = family(catalogue.connections, catalogue.pictures, grandchild.id)
    assert [one.id for one in orphans.members] == [one.id for one in found.members]
    assert orphans.members[0].path is None
    assert orphans.members[0].missing
    catalogue.close()


def test_without_relatives_a_picture_is_alone(image: GeneratedImage, tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite", pictures=tmp_path / "pictures")
    Shelf(tmp_path / "pictures", catalogue).keep(image)
    assert family(catalogue.connections, catalogue.pictures, image.id).is_single
    assert family(catalogue.connections, catalogue.pictures, "unknown").members == ()
    catalogue.close()


def test_a_circle_of_parents_ends(image: GeneratedImage, tmp_path: Path) -> None:
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite", pictures=tmp_path / "pictures")
    shelf = Shelf(tmp_path / "pictures", catalogue)
    shelf.keep(image, Parent(kind="rewind", id=image.id))
    found = family(catalogue.connections, catalogue.pictures, image.id)
    assert [one.id for one in found.members] == [image.id]
    catalogue.close()
