"""Our engine as a worker: the drawing loop of `model_runtime.slots` and the VQGAN, on min-dalle's weights."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sizes import CONDITION_SCALE, TOP_K
from worker import Answer, Marks, peak_memory, pin_to_one_core, serve

pin_to_one_core()

import numpy as np  # noqa: E402  # torch counts its cores when imported
import torch  # noqa: E402

from model_runtime import dalle_bart, vqgan  # noqa: E402
from model_runtime.dalle_bart.model import DecoderCache  # noqa: E402
from model_runtime.dalle_bart.packed import pack_decoder  # noqa: E402
from model_runtime.drawing import Drawing  # noqa: E402
from model_runtime.prompt_states import PromptStates, TextState  # noqa: E402
from model_runtime.request import SamplingSettings  # noqa: E402
from model_runtime.sampling import super_condition  # noqa: E402
from model_runtime.slots import Slots  # noqa: E402

torch.set_num_threads(1)


def main() -> None:
    side = OurSide(Path(sys.argv[1]))
    serve({"load": side.load, "tokens": side.tokens, "decode": side.decode, "check": side.check})


class OurSide:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self) -> Answer:
        began = time.perf_counter()
        self.model = dalle_bart.load(self.folder / "dalle_bart")
        pack_decoder(self.model)  # as LoadedModel does
        self.vqgan = vqgan.load(self.folder / "vqgan")
        return {
            "seconds": time.perf_counter() - began,
            "memory": peak_memory(),
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
        }

    def prompt(self, text: list[int]) -> PromptStates:
        """The prompt's row and min-dalle's unconditional one, its first and last token."""
        length = self.model.config.max_text_length
        states = []
        for tokens in (text, [text[0], text[-1]]):
            row = torch.tensor([tokens + [1] * (length - len(tokens))])
            mask = (row != 1).long()
            states.append(TextState(self.model.encode(row, mask), mask))
        return PromptStates(*states)

    def tokens(self, pictures: int, start: int, steps: int) -> Answer:
        """Milliseconds of each step; the tokens before the window are given and read in one pass."""
        config = self.model.config
        fixed = np.full(config.image_length, -1)
        fixed[: max(0, start - 1)] = 0  # the first free token is drawn together with the reading, not timed
        drawings = [Drawing(index=index, seed=index, fixed=fixed) for index in range(pictures)]
        slots = Slots(
            self.model,
            self.prompt([0, *range(5, 30), 2]),
            SamplingSettings(top_k=TOP_K, condition_scale=CONDITION_SCALE),
            drawings,
            slots=pictures,
            codebook_size=config.image_vocab_size,
        )
        if start:
            slots.step()
        marks = Marks()
        marks.add()
        for _ in range(steps):
            slots.step()
            marks.add()
        return marks.answer()

    @torch.inference_mode()
    def decode(self, repeat: int) -> Answer:
        marks = Marks()
        marks.add()
        for _ in range(repeat):
            self.vqgan.detokenize(self.some_tokens())
            marks.add()
        return marks.answer() | {"memory": peak_memory()}

    @torch.inference_mode()
    def check(self, file: str) -> Answer:
        """How far our numbers are from what min-dalle kept in `file`; its tokens are fed to both."""
        kept = np.load(file)
        prompt = self.prompt(kept["text"].tolist())
        texts = (prompt.unconditional, prompt.conditional)
        cache = DecoderCache(
            self.model, torch.cat([text.state for text in texts]), torch.cat([text.mask for text in texts])
        )
        ours = torch.stack(
            [
                cache.extend(torch.full((2, 1), int(token)), torch.full((2,), step))[:, 0]
                for step, token in enumerate(kept["inputs"])
            ]
        )
        theirs = torch.from_numpy(kept["logits"])
        codes = self.model.config.image_vocab_size
        greedy = super_condition(ours[:, 1, :codes], ours[:, 0, :codes], CONDITION_SCALE).argmax(-1)
        pixels = self.vqgan.detokenize(self.some_tokens())[0].clip(0, 1).numpy()
        return {
            "logits": (ours - theirs).abs().max().item(),
            "pixels": float(np.abs(pixels - kept["pixels"]).max()),
            "tokens_equal": bool((greedy[:-1].numpy() == kept["inputs"][1:]).all()),
        }

    def some_tokens(self) -> torch.Tensor:
        """One picture with codes from the whole codebook."""
        config = self.model.config
        step = max(1, config.image_vocab_size // config.image_length)
        return torch.arange(config.image_length)[None] * step


if __name__ == "__main__":
    main()
