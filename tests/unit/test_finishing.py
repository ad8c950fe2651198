"""From unfinished pictures to the requests that finish them."""

from collections.abc import Callable

import numpy as np

from desktop_app.core.jobs.finishing import finishing_jobs, runs_of, tokens_so_far
from model_runtime.recipe.record import Parent, Recipe

Make = Callable[..., Recipe]


def test_what_is_drawn_and_what_was_given_ahead_is_fixed(make_recipe: Make) -> None:
    given = np.full(16, -1, np.int32)
    given[[1, 12]] = 5
    recipe = make_recipe(done=4, fixed_tokens=given)
    row = tokens_so_far(recipe)
    assert row[:4].tolist() == recipe.tokens.tolist()
    assert row[4:].tolist() == [-1] * 8 + [5] + [-1] * 3


def test_each_run_becomes_one_job_that_names_its_parents(make_recipe: Make) -> None:
    foxes = [make_recipe("a fox", done=4, seed=seed) for seed in (7, 9)]
    whale = make_recipe("a whale", done=8)
    done = make_recipe("a fox", done=16)
    jobs = finishing_jobs([foxes[0], whale, done, foxes[1]], device="cpu", precision="auto")
    assert [job.request.prompt for job in jobs] == ["a fox", "a whale"]
    job = jobs[0]
    assert job.request.seeds == (7, 9)
    assert job.request.sampling == foxes[0].run.sampling
    assert [job.parent_of(index) for index in range(2)] == [Parent(kind="finish", id=fox.id) for fox in foxes]
    assert (job.model.model, job.model.device) == ("starter", "cpu")


def test_a_run_is_never_larger_than_a_request_may_be(make_recipe: Make) -> None:
    sizes = [len(group) for group in runs_of([make_recipe(done=1)] * 130)]
    assert sizes == [64, 64, 2]


def test_nothing_unfinished_makes_no_job(make_recipe: Make) -> None:
    assert finishing_jobs([make_recipe()], device="auto", precision="auto") == []
