"""What the Create page's fields hold, and the job that they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop_app.core.jobs.job import Job, ModelChoice
from model_runtime.request import GenerationRequest, SamplingSettings, draw_seed

IMAGE_COUNTS = (1, 4, 9, 16)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One state of the fields.

    seed: None = a fresh one for every run. seed_locked: whether a seed stays for the next run.
    private: "do not keep this run".
    """

    prompt: str = ""
    image_count: int = 4
    seed: int | None = None
    seed_locked: bool = False
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    model: str = "starter"
    private: bool = False

    @property
    def can_draw(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.prompt.strip())

    def request(self) -> GenerationRequest:
        """The request as it stands, its seed still open where the form leaves it open; raises InvalidRequest."""
        return GenerationRequest(
            prompt=self.prompt.strip(), image_count=self.image_count, seed=self.seed, sampling=self.sampling
        )

    def job(self, *, device: str, precision: str) -> Job:
        """The job to queue, with its seed drawn: what waits in the queue is what will be drawn.

        Raises InvalidRequest, for a seed so high that the last picture's would be out of range.
        """
        seed = draw_seed() if self.seed is None else self.seed
        request = GenerationRequest(
            prompt=self.prompt.strip(), image_count=self.image_count, seed=seed, sampling=self.sampling
        )
        choice = ModelChoice(model=self.model, device=device, precision=precision)
        return Job(request=request, model=choice, private=self.private)
