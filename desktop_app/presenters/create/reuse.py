"""From a run that was drawn back to the form, or to a job that draws it again."""

from __future__ import annotations

from typing import Any

from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.library.records import GenerationRecord
from model_runtime.request import MAX_IMAGES, GenerationRequest


def fields_of_request(request: GenerationRequest) -> dict[str, Any]:
    """The form's fields as the request has them; its seed is locked, since it is what makes the pictures."""
    fields: dict[str, Any] = {"prompt": request.prompt, "image_count": request.image_count}
    if request.sampling is not None:
        fields["sampling"] = request.sampling
    seed = request.seeds[0] if request.seeds else request.seed
    if seed is not None:
        fields |= {"seed": seed, "seed_locked": True}
    return fields


def fields_of_record(record: GenerationRecord) -> dict[str, Any]:
    """The form's fields as a stored run was drawn with; the model's id too, installed or not."""
    return fields_of_request(request_of(record)) | {"model": record.model.id}


def request_of(record: GenerationRecord) -> GenerationRequest:
    """What draws a stored run's pictures again: the same seeds under the same sampling."""
    images = record.images[:MAX_IMAGES]
    seeds = tuple(image.seed for image in images)
    return GenerationRequest(
        prompt=record.prompt, image_count=len(seeds), seed=seeds[0], seeds=seeds, sampling=record.sampling
    )


def job_of(record: GenerationRecord, *, device: str, precision: str) -> Job:
    """A job that draws a stored run again."""
    choice = ModelChoice(model=record.model.id, device=device, precision=precision)
    return Job(request=request_of(record), model=choice)
