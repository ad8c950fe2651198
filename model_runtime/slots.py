"""The drawing loop: pictures take their turns in the rows of one decoder batch.

A picture's tokens must not depend on what the other pictures do. So the batch keeps its shape from the
first step to the last (rows whose pictures are done idle along), picture i is always drawn in slot i
modulo the number of slots, and whatever concerns one slot alone is computed on its own rows alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

import numpy as np
import torch
from torch import Tensor

from model_runtime.bounds import TokenArray
from model_runtime.dalle_bart.model import DalleBart, DecoderCache
from model_runtime.devices import thread_policy
from model_runtime.drawing import Drawing
from model_runtime.events import LogitsKept
from model_runtime.noise import choose, noise_keys
from model_runtime.prompt_states import PromptStates, TextState
from model_runtime.request import SamplingSettings
from model_runtime.sampling import filter_logits, super_condition, token_log_probs

ROW_TILE = 4
"""Above two rows the batch is filled up to a multiple of this many.

Matrix products of the CPU libraries treat the rows left over from their tiles with other arithmetic, so
that a row's bits would depend on which row it is. Within whole tiles they do not, and filling up costs no
time.
"""


class Slots:
    """Draws `drawings` token by token, `slots` of them at once.

    watch: positions of the first picture whose logits are kept for `take_watched`; nothing else depends on it.
    """

    @torch.inference_mode()
    def __init__(
        self,
        model: DalleBart,
        prompt: PromptStates,
        sampling: SamplingSettings,
        drawings: Sequence[Drawing],
        *,
        slots: int,
        codebook_size: int,
        watch: Collection[int] = (),
    ) -> None:
        self.drawings = drawings
        self.codebook_size = codebook_size
        self.sampling = sampling
        self.length = model.config.image_length
        self.start_token = model.config.decoder_start_token_id
        self.paired = sampling.condition_scale != 1.0
        self._count = slots
        self._watch = frozenset(watch)
        self._watched: list[LogitsKept] = []
        self._threads = thread_policy(model.decoder)
        self._occupants: list[Drawing | None] = [None] * slots
        self._waiting: list[deque[Drawing]] = [deque() for _ in range(slots)]
        for drawing in drawings:
            if not drawing.finished:
                self._waiting[drawing.index % slots].append(drawing)

        # Rows: the slots with the prompt, then the slots without it, then copies of slot 0 that fill the
        # last tile.
        rows = slots * (2 if self.paired else 1)
        filled = rows if rows <= 2 else -(-rows // ROW_TILE) * ROW_TILE
        texts = [prompt.conditional] * slots + [prompt.unconditional] * (rows - slots)
        texts += [prompt.conditional] * (filled - rows)
        self.cache = DecoderCache(model, *_stack(texts))
        device = prompt.conditional.state.device
        self._slot_of_row = torch.tensor([row % slots if row < rows else 0 for row in range(filled)], device=device)
        self._slots = torch.arange(slots, device=device)
        # One column more than the picture has tokens: what an idle slot computes is put there.
        wide = (slots, self.length + 1)
        self._fixed = torch.full(wide, -1, device=device)
        self._log_probs = torch.zeros((2, *wide), device=device)
        self._keys = torch.zeros((slots, self.length, 2), dtype=torch.int64, device=device)
        self._previous = torch.full((slots,), self.start_token, device=device)

    @property
    def finished(self) -> bool:
        """Whether no picture is being drawn or waits."""
        return not any(self._occupants) and not any(self._waiting)

    @property
    def tokens_done(self) -> int:
        """Tokens of all pictures together."""
        return sum(drawing.tokens_done for drawing in self.drawings)

    def restart(self, index: int, seed: int) -> None:
        """Draw picture `index` anew with `seed`, as soon as its slot is free; at once where it has it."""
        drawing = self.drawings[index]
        queue = self._waiting[index % self._count]
        drawing.seed = seed
        drawing.start_over()
        if self._occupants[index % self._count] is drawing:
            self._occupants[index % self._count] = None
            queue.appendleft(drawing)
        elif drawing not in queue:
            queue.append(drawing)

    @torch.inference_mode()
    def step(self) -> list[Drawing]:
        """Draw one more token of every picture in a slot; returns the pictures that went on.

        A picture that begins has its fixed beginning read in one pass first, and goes on with its first
        free token in the same step.
        """
        with self._threads():
            began = [drawing for slot in range(self._count) for drawing in self._fill(slot)]
            active = [drawing for drawing in self._occupants if drawing is not None]
            if active:
                self._draw()
        return active + [drawing for drawing in began if drawing not in active]

    def take_watched(self) -> Sequence[LogitsKept]:
        """What was kept at watched positions since the last call."""
        if not self._watched:  # asked at every token
            return ()
        taken, self._watched = self._watched, []
        return taken

    def collect(self, drawing: Drawing) -> None:
        """Bring the log-probabilities of a picture that is being drawn, or has just finished, to the host."""
        done = drawing.tokens_done
        kept = self._log_probs[:, drawing.index % self._count, :done].cpu().numpy()
        drawing.log_probs[:done] = kept[0]
        if self.paired:
            drawing.log_probs_unconditional[:done] = kept[1]

    def _fill(self, slot: int) -> list[Drawing]:
        """Give a free slot its next picture; returns the pictures begun, wholly fixed ones included."""
        begun: list[Drawing] = []
        while self._occupants[slot] is None and self._waiting[slot]:
            drawing = self._waiting[slot].popleft()
            begun.append(drawing)
            self._keys[slot] = torch.from_numpy(noise_keys(drawing.seed, self.length))
            self._fixed[slot, :-1] = torch.from_numpy(drawing.fixed.astype(np.int64))
            self._previous[slot] = self.start_token
            self._occupants[slot] = drawing
            if drawing.prefix:
                self._read_prefix(slot, drawing)
        return begun

    def _read_prefix(self, slot: int, drawing: Drawing) -> None:
        """Feed the fixed tokens that a picture starts with, in one pass over its own rows."""
        count = drawing.prefix
        fixed = self._fixed[slot, :count]
        rows = self._slots[slot] + self._slots.new_tensor([0, self._count] if self.paired else [0])
        inputs = torch.cat([self._previous[slot : slot + 1], fixed[:-1]])
        logits = self.cache.extend(inputs.expand(len(rows), -1), torch.zeros_like(rows), rows)
        kept = token_log_probs(logits[..., : self.codebook_size], fixed.expand(len(rows), -1))
        self._log_probs[: len(rows), slot, :count] = kept
        for position in range(count) if self._watch else ():
            self._look(drawing, position, int(drawing.fixed[position]), logits[:, position])
        self._previous[slot] = fixed[-1]
        self._advance(slot, drawing, drawing.fixed[:count])

    def _draw(self) -> None:
        """One step of the whole batch."""
        # An idle slot reads its last token again at position 0, which disturbs nobody.
        positions = [0 if drawing is None else drawing.tokens_done for drawing in self._occupants]
        columns = [self.length if drawing is None else drawing.tokens_done for drawing in self._occupants]
        at = self._slots.new_tensor(positions)
        to = self._slots.new_tensor(columns)
        inputs = self._previous[self._slot_of_row]
        logits = self.cache.extend(inputs[:, None], at[self._slot_of_row])[:, 0, : self.codebook_size]
        raw = logits[: 2 * self._count if self.paired else self._count].unflatten(0, (-1, self._count))
        guided = super_condition(raw[0], raw[1], self.sampling.condition_scale) if self.paired else raw[0]
        drawn = choose(filter_logits(guided, self.sampling), self._keys[self._slots, at])
        forced = self._fixed[self._slots, to]
        tokens = torch.where(forced >= 0, forced, drawn)
        self._log_probs[: len(raw), self._slots, to] = token_log_probs(raw, tokens.expand(len(raw), -1))
        self._previous = tokens
        # The one look of the host at the device in each step.
        for slot, token in enumerate(tokens.tolist()):
            drawing = self._occupants[slot]
            if drawing is not None:
                if self._watch:
                    self._look(drawing, drawing.tokens_done, token, raw[:, slot])
                self._advance(slot, drawing, [token])

    def _look(self, drawing: Drawing, position: int, token: int, raw: Tensor) -> None:
        """Keep the logits (1 or 2, at least codebook_size) of a choice that is watched."""
        if drawing.index == 0 and position in self._watch:
            kept = raw[:, : self.codebook_size].to(torch.float16, copy=True).cpu().numpy()
            unconditional = kept[1] if self.paired else None
            self._watched.append(LogitsKept(0, position, token, kept[0], unconditional))

    def _advance(self, slot: int, drawing: Drawing, tokens: Sequence[int] | TokenArray) -> None:
        drawing.tokens[drawing.tokens_done : drawing.tokens_done + len(tokens)] = tokens
        drawing.tokens_done += len(tokens)
        if drawing.finished:
            self.collect(drawing)
            self._occupants[slot] = None


def _stack(texts: Sequence[TextState]) -> tuple[Tensor, Tensor]:
    return torch.cat([text.state for text in texts]), torch.cat([text.mask for text in texts])
