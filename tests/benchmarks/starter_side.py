"""The starter model through the public pipeline, as a worker: what a person waits for."""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path

from worker import Answer, peak_memory, serve

BEGAN = time.perf_counter()

import torch  # noqa: E402  # its import is part of what is timed

from model_runtime import DalleMiniPipeline, GenerationRequest, RunControl  # noqa: E402
from model_runtime.events import RunCancelled, RunFinished  # noqa: E402

PROMPT = "a red boat on the sea"
PICTURES = 4


def main() -> None:
    side = StarterSide(Path(sys.argv[1]))
    serve({"load": side.load, "draw": side.draw, "cancel": side.cancel})


class StarterSide:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Answer:
        imported = time.perf_counter()
        self.pipeline = DalleMiniPipeline.from_pretrained(self.folder)
        done = time.perf_counter()
        return {
            "import_seconds": imported - BEGAN,
            "seconds": done - imported,
            "memory": peak_memory(),
            "threads": torch.get_num_threads(),
            "device": self.pipeline.device,
            "precision": self.pipeline.precision,
        }

    def draw(self, repeat: int) -> Answer:
        """Seconds from the request to the last picture, previews on as in the window."""
        times = []
        for seed in range(repeat):
            began = time.perf_counter()
            last = list(self.pipeline.stream(self.request(seed)))[-1]
            times.append(time.perf_counter() - began)
            assert isinstance(last, RunFinished)
        return {"seconds": times, "memory": peak_memory()}

    def cancel(self, times: int, within: float) -> Answer:
        """Milliseconds from `cancel()` to RunCancelled, at random moments of a run of `within` seconds."""
        moments = random.Random(1)
        latencies: list[float] = []
        while len(latencies) < times:
            latency = self.cancel_after(moments.uniform(0, within))
            if latency is not None:
                latencies.append(1000 * latency)
        return {"ms": latencies}

    def cancel_after(self, delay: float) -> float | None:
        """Seconds that the run went on; None where it was over before."""
        control = RunControl()
        asked: list[float] = []

        def ask() -> None:
            asked.append(time.perf_counter())
            control.cancel()

        timer = threading.Timer(delay, ask)
        timer.start()
        latency = None
        for event in self.pipeline.stream(self.request(1), control):
            if isinstance(event, RunCancelled):
                latency = time.perf_counter() - asked[0]
        timer.cancel()
        timer.join()
        return latency

    @staticmethod
    def request(seed: int) -> GenerationRequest:
        return GenerationRequest(prompt=PROMPT, image_count=PICTURES, seed=seed)


if __name__ == "__main__":
    main()
