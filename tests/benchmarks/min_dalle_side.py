"""min-dalle from PyPI as a worker; runs in its own environment and imports nothing of ours.

Its own code does everything: its loader, its loop, its sampling. Replaced is its one request at start-up, and
there is a clock around its decoder's `sample_tokens`; steps outside the timed window are left out.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from sizes import CONDITION_SCALE, PROMPT, TOP_K, TOP_K_CHECK
from worker import Answer, Marks, peak_memory, pin_to_one_core, serve

pin_to_one_core()

import min_dalle.min_dalle as package  # noqa: E402  # torch counts its cores when imported
import numpy as np  # noqa: E402
import requests  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)  # min-dalle takes all cores when imported


class WindowOver(Exception):  # it is no error
    """Leaves min-dalle's loop after the last timed step."""


def main() -> None:
    side = MinDalleSide(sys.argv[1])
    serve({"load": side.load, "tokens": side.tokens, "decode": side.decode, "check": side.check})


class MinDalleSide:
    def __init__(self, folder: str) -> None:
        self.folder = folder

    def load(self) -> Answer:
        package.requests.get = no_request
        began = time.perf_counter()
        self.model = package.MinDalle(
            models_root=self.folder, dtype=torch.float32, device="cpu", is_mega=False, is_verbose=False
        )
        return {
            "seconds": time.perf_counter() - began,
            "memory": peak_memory(),
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
        }

    def tokens(self, pictures: int, start: int, steps: int) -> Answer:
        """Milliseconds of each step, from one call of `sample_tokens` to the next: the whole loop counts."""
        marks = Marks()
        self.run_window(pictures, range(start, start + steps), marks, top_k=TOP_K)
        return marks.answer()

    def decode(self, repeat: int) -> Answer:
        tokens = torch.arange(256)[None] * 64
        marks = Marks()
        marks.add()
        for _ in range(repeat):
            self.model.detokenizer.forward(False, tokens)
            marks.add()
        return marks.answer() | {"memory": peak_memory()}

    def check(self, file: str, steps: int) -> Answer:
        """Draw greedily and keep what the other side must reproduce."""
        kept: dict[str, list[Any]] = {"logits": [], "inputs": []}
        forward = self.model.decoder.forward

        def keep(**arguments: Any) -> Any:
            answer = forward(**arguments)
            kept["inputs"].append(arguments["prev_tokens"][0, 0].item())
            kept["logits"].append(answer[0][:, -1].clone().numpy())
            return answer

        self.model.decoder.forward = keep
        try:
            self.run_window(1, range(steps), Marks(), top_k=TOP_K_CHECK)
        finally:
            self.model.decoder.forward = forward
        text = self.model.tokenizer.tokenize(PROMPT)
        pixels = self.model.detokenizer.forward(False, torch.arange(256)[None] * 64).numpy() / 255
        np.savez(file, text=text, logits=np.stack(kept["logits"]), inputs=kept["inputs"], pixels=pixels)
        return {}

    def run_window(self, pictures: int, window: range, marks: Marks, top_k: int) -> None:
        """Run min-dalle's loop; `marks` gets the time before each step of the window and after the last."""
        decoder, sample = self.model.decoder, self.model.decoder.sample_tokens
        count = 0

        def sample_in_window(**arguments: Any) -> Any:
            nonlocal count
            step, count = count, count + 1
            if step < window.start:
                arguments["attention_state"][:, :, step] = 0.1
                return torch.zeros(pictures, dtype=torch.long), arguments["attention_state"]
            marks.add()
            if step == window.stop:
                raise WindowOver
            return sample(**arguments)

        def grid_of_the_last_step(**_: Any) -> Any:
            marks.add()
            raise WindowOver

        decoder.sample_tokens = sample_in_window
        self.model.image_grid_from_tokens = grid_of_the_last_step
        stream = self.model.generate_raw_image_stream(
            PROMPT,
            seed=1,
            grid_size=int(pictures**0.5),
            top_k=top_k,
            supercondition_factor=int(CONDITION_SCALE),
        )
        try:
            next(stream)
        except WindowOver:
            pass
        finally:
            del decoder.sample_tokens, self.model.image_grid_from_tokens


def no_request(url: str) -> requests.Response:
    """What min-dalle asks its hub for at every start, without asking."""
    if not url.endswith("config.json"):
        raise RuntimeError(f"a file is missing in its folder: {url}")
    return requests.Response()


if __name__ == "__main__":
    main()
