"""Jobs as JSON, for the queue that outlives the program.

Every field of a Job is kept, so that what waits is drawn exactly as it would have been. What is read is
checked as a stranger's would be: the file may be damaged or of another version.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job, ModelChoice
from model_runtime.bounds import TokenArray
from model_runtime.errors import InvalidRequest
from model_runtime.recipe.fields import Fields, RecipeError, pack
from model_runtime.recipe.record import Parent
from model_runtime.recipe.schema import MAX_IMAGE_LENGTH
from model_runtime.request import MAX_IMAGES, GenerationRequest, SamplingSettings

JOB_VERSION = 1
"""Raised when an older program would misread a job; new keys alone do not raise it."""
MAX_MODEL = 4096
"""Characters of a model's name, which may be a folder."""


def job_to_json(job: Job) -> str:
    """The job as ASCII JSON on one line."""
    tree = {
        "schema": JOB_VERSION,
        "id": job.id,
        "created": job.created.isoformat(),
        "private": job.private,
        "model": {"model": job.model.model, "device": job.model.device, "precision": job.model.precision},
        "parents": [parent and {"kind": parent.kind, "id": parent.id} for parent in job.parents],
        "request": _request_tree(job.request),
    }
    return json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def job_from_json(text: str) -> Job | Fault:
    """The job, equal in every field to the one written, or why it cannot be read.

    Faults: bad_job (field, reason); newer_job (found, known), written by a newer program.
    """
    try:
        tree = json.loads(text)
        fields = Fields(tree, "job")
        version = fields.integer("schema", 1, 2**31)
        if version > JOB_VERSION:
            return Fault(code="newer_job", parameters={"found": version, "known": JOB_VERSION}, details=text)
        return _job(fields, tree)
    except RecipeError as error:
        field, reason = error.field, error.reason
    except InvalidRequest as error:  # requests and sampling settings check themselves
        field, reason = f"job.request.{error.parameters['field']}", str(error)
    except (ValueError, RecursionError):
        field, reason = "job", "is not JSON"
    return Fault(code="bad_job", parameters={"field": field, "reason": reason}, details=text)


def _request_tree(request: GenerationRequest) -> dict[str, Any]:
    sampling, fixed = request.sampling, request.fixed_tokens
    return {
        "prompt": request.prompt,
        "image_count": request.image_count,
        "seed": request.seed,
        "seeds": request.seeds,
        "sampling": sampling
        and {
            "temperature": sampling.temperature,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "condition_scale": sampling.condition_scale,
        },
        # rows: 0 where one row stands for all pictures.
        "fixed_tokens": None
        if fixed is None
        else {"rows": 0 if fixed.ndim == 1 else len(fixed), "length": fixed.shape[-1], "tokens": pack(fixed)},
        "rank": request.rank,
        "keep": request.keep,
    }


def _job(fields: Fields, tree: dict[str, Any]) -> Job:
    model = fields.inner("model")
    request = _request(fields.inner("request"), tree["request"])
    return Job(
        request=request,
        model=ModelChoice(
            model=model.text("model", MAX_MODEL), device=model.name("device"), precision=model.name("precision")
        ),
        private=_flag(fields, tree, "private"),
        parents=_parents(fields, tree.get("parents"), request.image_count),
        id=fields.uuid("id"),
        created=fields.moment("created"),
    )


def _request(fields: Fields, tree: dict[str, Any]) -> GenerationRequest:
    sampling = None
    if fields.has("sampling"):
        fields.inner("sampling")  # an object
        names = ("temperature", "top_k", "top_p", "condition_scale")
        sampling = SamplingSettings(**{name: tree["sampling"].get(name) for name in names})
    return GenerationRequest(
        prompt=tree.get("prompt"),  # type: ignore[arg-type]  # the request checks its own fields
        image_count=tree.get("image_count"),  # type: ignore[arg-type]
        seed=tree.get("seed"),
        seeds=tree.get("seeds"),
        sampling=sampling,
        fixed_tokens=_fixed(fields.inner("fixed_tokens")) if fields.has("fixed_tokens") else None,
        rank=tree.get("rank"),
        keep=tree.get("keep"),
    )


def _fixed(fields: Fields) -> TokenArray:
    rows = fields.integer("rows", 0, MAX_IMAGES)
    length = fields.integer("length", 1, MAX_IMAGE_LENGTH)
    tokens = fields.packed("tokens", np.int32, max(rows, 1) * length)
    return tokens.reshape(rows, length) if rows else tokens


def _flag(fields: Fields, tree: dict[str, Any], key: str) -> bool:
    value = tree.get(key)
    if not isinstance(value, bool):
        raise fields.fault(key, "is neither true nor false")
    return value


def _parents(fields: Fields, values: object, image_count: int) -> tuple[Parent | None, ...]:
    if not isinstance(values, list) or len(values) not in (0, image_count):
        raise fields.fault("parents", f"is not a list of none or {image_count}")
    return tuple(None if value is None else _parent(Fields(value, "job.parents")) for value in values)


def _parent(fields: Fields) -> Parent:
    return Parent(kind=fields.name("kind"), id=fields.label("id", 64))
