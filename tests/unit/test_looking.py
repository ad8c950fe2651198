"""A stored picture's tokens can be looked at again, at any moment of its drawing."""

from __future__ import annotations

import numpy as np
import pytest

from model_runtime.errors import InvalidRequest
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.pixels import UNDRAWN
from model_runtime.request import GenerationRequest
from model_runtime.row_preview import RowCanvas


def test_coarse_rows_are_those_of_the_row_previews(tiny_pipeline: DalleMiniPipeline) -> None:
    tokens = tiny_pipeline.generate(GenerationRequest(prompt="a small red boat", seed=3)).images[0].tokens
    canvas = RowCanvas(tiny_pipeline._model.row_table(), 16)
    for rows in range(5):
        shown = canvas.show(tokens, rows)
        np.testing.assert_array_equal(tiny_pipeline.look(tokens[: 4 * rows], coarse=True), shown)


def test_all_tokens_decode_to_the_picture(tiny_pipeline: DalleMiniPipeline) -> None:
    image = tiny_pipeline.generate(GenerationRequest(prompt="a small red boat", seed=4)).images[0]
    np.testing.assert_array_equal(tiny_pipeline.look(image.tokens), np.asarray(image.image))


def test_what_is_not_drawn_is_grey(tiny_pipeline: DalleMiniPipeline) -> None:
    tokens = np.arange(9)
    fine, coarse = tiny_pipeline.look(tokens), tiny_pipeline.look(tokens, coarse=True)
    assert (fine[8:] == UNDRAWN).all()  # whole rows only
    assert (coarse[12:] == UNDRAWN).all()
    assert (coarse[8:12, 4:] == UNDRAWN).all()
    assert not (coarse[8:12, :4] == UNDRAWN).all()  # the ninth token has its patch
    assert (tiny_pipeline.look(np.zeros(0, np.int32)) == UNDRAWN).all()


@pytest.mark.parametrize("tokens", [np.zeros(17, np.int32), np.zeros((4, 4), np.int32), np.full(4, 64), np.full(4, -1)])
def test_what_is_no_picture_of_this_model_is_refused(tiny_pipeline: DalleMiniPipeline, tokens: object) -> None:
    with pytest.raises(InvalidRequest):
        tiny_pipeline.look(tokens)  # type: ignore[arg-type]
