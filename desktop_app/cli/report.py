"""What is told about a run when it is over."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop_app.cli.console import Console
from desktop_app.cli.drawing import Drawn
from desktop_app.cli.failures import sentence
from desktop_app.cli.options import DEFAULT_MODEL
from model_runtime.errors import ArmchairError
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage

_LISTED = 10


def tell_seeds(drawn: Drawn, console: Console) -> None:
    """How many pictures from which seeds in what time."""
    seeds = drawn.result.request.seeds or ()
    if not drawn.result.images or not seeds:
        return
    count = sum(image.finished for image in drawn.result.images)
    which = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    plural = "picture" if count == 1 else "pictures"
    kept = f" (the best of {len(seeds)})" if drawn.result.request.keep and count < len(seeds) else ""
    console.say(f"{count} {plural}{kept} in {drawn.seconds:.1f} s, {which}")


def tell_ranking(drawn: Drawn, console: Console) -> None:
    """Which pictures are the best, by what."""
    result = drawn.result
    if not result.ranking:
        return
    best = (result.images[place] for place in result.ranking[:_LISTED])
    by = "CLIP" if result.request.rank == "clip" else "likelihood gain"
    listed = ", ".join(f"seed {image.seed} ({_score(image, result.request)})" for image in best)
    more = ", …" if len(result.ranking) > _LISTED else ""
    console.say(f"best first, by {by}: {listed}{more}")


def tell_unfinished(drawn: Drawn, options: argparse.Namespace, console: Console) -> None:
    """Where the unfinished pictures are, and the command that finishes them; heard also when quiet."""
    unfinished = drawn.unfinished
    if not drawn.stopped:
        return
    if not unfinished:
        console.complain("armchair-cli: stopped; no picture is left unfinished.")
        return
    count = "1 picture is" if len(unfinished) == 1 else f"{len(unfinished)} pictures are"
    console.complain(f"armchair-cli: stopped; {count} saved unfinished. To finish:")
    console.complain(f"  {finish_command(unfinished, options)}")


def finish_command(files: Sequence[Path], options: argparse.Namespace) -> str:
    """What to type to finish `files`, with the options that find the same model again."""
    words = ["armchair-cli", "finish"]
    for name in ("data_dir", "models_dir", "vqgan", "out"):
        value = getattr(options, name, None)
        if value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    if options.model not in (None, DEFAULT_MODEL):
        words += ["--model", options.model]
    words += map(str, files)
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def drawn_json(drawn: Drawn, model: str, **more: object) -> str:
    """One line: the request as it was drawn, and what came of it.

    `seeds` and `files` are in the order of the pictures kept, `ranking` are places in that order, best
    first; a file is null where nothing was drawn.
    """
    images = drawn.result.images
    files = [drawn.files.get(image.index) for image in images]
    return json_line(
        {
            "request": request_values(drawn.result.request) | {"model": model},
            "seeds": [image.seed for image in images],
            "files": files,
            "ranking": list(drawn.result.ranking),
            "unfinished": drawn.unfinished,
            "seconds": round(drawn.seconds, 3),
            **more,
        }
    )


def failed_json(prompt: str, error: Exception) -> str:
    """The line that stands in a prompt's place when it could not be drawn."""
    code = error.code if isinstance(error, ArmchairError) else type(error).__name__
    return json_line({"request": {"prompt": prompt}, "error": {"code": code, "message": sentence(error)}})


def request_values(request: GenerationRequest) -> dict[str, Any]:
    """A request as JSON values."""
    fixed = request.fixed_tokens
    return {
        "prompt": request.prompt,
        "image_count": request.image_count,
        "seeds": None if request.seeds is None else list(request.seeds),
        "sampling": None if request.sampling is None else dataclasses.asdict(request.sampling),
        "fixed_tokens": None if fixed is None else fixed.tolist(),
        "rank": request.rank,
        "keep": request.keep,
    }


def json_line(values: object) -> str:
    """ASCII JSON on one line, whatever the prompt holds; paths become text."""
    return json.dumps(values, ensure_ascii=True, default=str)


def _score(image: GeneratedImage, request: GenerationRequest) -> str:
    score = image.clip_score if request.rank == "clip" else image.likelihood_gain
    return "not known" if score is None else f"{score:+.3f}"
