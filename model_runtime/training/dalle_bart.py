"""Trains DalleBart so that the words, not only the texture before it, decide the next token.

Plain training learns texture first and the object's word last. Three things steer it to the text: a throw-away head
that must read the caption's facts from an early decoder layer, more weight on the first tokens of each drawing, and
some blind samples that see no image tokens at all. Most of the background is left out of a step (see `kept`);
while the run cools, half of the samples are computed whole, as pictures are drawn. `Batch.onset` marks those first
tokens; the log compares their loss under the right caption with that under another picture's, which tells whether the
text is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.dalle_bart.model import DalleBart, visible_keys
from model_runtime.training.kept import kept_positions, needed_positions
from model_runtime.training.run import Budget, TrainingRun, WeightAverage, learning_rate

WEIGHT_DRAWN, WEIGHT_ONSET, WEIGHT_FIRST = 3.0, 6.0, 8.0
HIGHEST_BACKGROUND = 3.0
SHOWN_SECONDS = 600.0


@dataclass(frozen=True)
class Batch:
    """One step's samples. `drawn` and `onset` are bool (batch, image_length); `labels` are facts of the caption."""

    text_tokens: Tensor  # (batch, text_length)
    attention_mask: Tensor  # (batch, text_length)
    image_tokens: Tensor  # (batch, image_length)
    drawn: Tensor  # tokens that belong to a drawing, not to the background
    onset: Tensor  # the first tokens of each drawing
    labels: Mapping[str, Tensor]  # name -> (batch,) class index

    def rows(self, rows: Tensor) -> Batch:
        """Some of the samples, with the text cut to the longest among them."""
        length = int(self.attention_mask[rows].sum(1).max())
        return Batch(
            text_tokens=self.text_tokens[rows, :length],
            attention_mask=self.attention_mask[rows, :length],
            image_tokens=self.image_tokens[rows],
            drawn=self.drawn[rows],
            onset=self.onset[rows],
            labels={name: values[rows] for name, values in self.labels.items()},
        )


BatchSource = Callable[[int], Batch]


@dataclass(frozen=True)
class Recipe:
    """The settings of one run; the defaults are those that worked best on a small budget."""

    budget: Budget
    encoder_seconds: float = 60.0
    peak: float = 2.5e-3
    settle: float = 3000.0
    weight_decay: float = 0.03
    average: float = 0.9995
    caption_dropout: float = 0.12
    blind_start: float = 0.15
    blind_end: float = 0.05
    blind_seconds: float = 2000.0  # the share falls by a factor of e in each of these
    auxiliary: float = 0.5
    auxiliary_layer: int = 1  # the decoder layer (from 0) whose output must know the caption's facts
    chunks: int = 4  # a step's samples, sorted by how much is drawn, in so many parts with their own lengths
    extra_kept: int = 12
    whole_share: float = 0.06  # of the parts that keep every position
    whole_cooling: float = 0.5  # the same while the run cools
    seed: int = 0
    # Where a run begins that has weights but no checkpoint.
    spent: float = 0.0
    step: int = 0


class FactHeads(nn.Module):
    """Linear readers of a caption's facts; they only supervise and never ship."""

    def __init__(self, width: int, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({name: nn.Linear(width, size) for name, size in sizes.items()})

    def forward(self, state: Tensor, labels: Mapping[str, Tensor], weight: Tensor | None = None) -> Tensor:
        """(batch, width) or (batch, n, width) -> mean cross-entropy over all facts."""
        losses: list[Tensor] = []
        for name, head in self.heads.items():
            logits = head(state)
            target = labels[name]
            if logits.dim() == 3:
                target = target[:, None].expand(-1, logits.shape[1])
                logits, target = logits.flatten(0, 1), target.flatten()
            loss = F.cross_entropy(logits, target, reduction="none")
            losses.append(loss.mean() if weight is None else (loss * weight).sum() / weight.sum().clamp_min(1))
        return torch.stack(losses).mean()


def train_dalle_bart(
    model: DalleBart,
    batches: BatchSource,
    label_sizes: Mapping[str, int],
    unconditional: tuple[Tensor, Tensor],
    folder: Path,
    recipe: Recipe,
    on_checkpoint: Callable[[DalleBart, TrainingRun], None] | None = None,
) -> None:
    """Train until the budget is spent, resuming where an earlier run stopped; averaged weights end in `model`.

    `unconditional` is the empty prompt's (text_tokens, attention_mask), each (text_length,): captions are replaced
    by it now and then, which is what super conditioning needs. `on_checkpoint` sees the averaged model every ten
    minutes or so and at the end.
    """
    width = model.config.d_model
    early_facts, text_facts = FactHeads(width, label_sizes), FactHeads(width, label_sizes)
    trained = nn.ModuleList([model, nn.ModuleDict({"early": early_facts, "text": text_facts})])
    decayed = [p for p in trained.parameters() if p.dim() > 1]
    others = [p for p in trained.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": others, "weight_decay": 0.0}],
        lr=recipe.peak,
        betas=(0.9, 0.95),
        fused=True,
    )
    average = WeightAverage(model, recipe.average)
    state = {"network": trained, "optimizer": optimizer, "average": average}
    run = TrainingRun(folder, "dalle_bart", recipe.budget, state, spent=recipe.spent, step=recipe.step)
    shown = run.spent
    for step in run.steps():
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        batch = batches(step)
        rate = learning_rate(
            step, run.spent, run.heat, peak=recipe.peak, settle=recipe.settle, first_step=run.first_step
        )
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        if run.spent < recipe.encoder_seconds:  # the text encoder first learns to read captions at all
            loss = text_facts(_pooled(model.encode(batch.text_tokens, batch.attention_mask), batch), batch.labels)
            loss.backward()
            optimizer.step()
            average.update(step)
            if step % 20 == 0:
                run.log(phase="encoder", loss=loss.item())
            continue
        blind = recipe.blind_end + (recipe.blind_start - recipe.blind_end) * math.exp(-run.spent / recipe.blind_seconds)
        whole = recipe.whole_cooling if run.heat < 1 else recipe.whole_share
        side = math.isqrt(model.config.image_length)
        needed = needed_positions(batch.drawn, side)
        losses: list[StepLosses] = []
        for rows in needed.sum(1).argsort().chunk(recipe.chunks):
            part = batch.rows(rows)
            if float(torch.rand((), generator=generator)) < whole:
                kept = torch.arange(model.config.image_length).expand(len(rows), -1)
            else:
                kept = kept_positions(needed[rows], recipe.extra_kept, generator)
            found = _losses(model, early_facts, part, kept, unconditional, blind, recipe, generator)
            ((found.weighted + recipe.auxiliary * found.facts) * (len(rows) / len(needed))).backward()
            losses.append(found)
        torch.nn.utils.clip_grad_norm_(trained.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % 25 == 0:
            means = {name: sum(getattr(found, name).item() for found in losses) / len(losses) for name in LOGGED}
            run.log(**means, rate=rate, **_onset_gap(model, batch) if step % 200 == 0 else {})
        if on_checkpoint is not None and run.spent - shown > SHOWN_SECONDS:
            shown = run.spent
            with average.in_place():
                on_checkpoint(model, run)
    average.copy_to(model)
    if on_checkpoint is not None:
        on_checkpoint(model, run)


@dataclass(frozen=True)
class StepLosses:
    """Nats a token: of the drawings (blind samples apart), weighted over all kept, and of the facts."""

    drawn: Tensor
    weighted: Tensor
    facts: Tensor


LOGGED = ("drawn", "weighted", "facts")


def _losses(
    model: DalleBart,
    heads: FactHeads,
    batch: Batch,
    kept: Tensor,
    unconditional: tuple[Tensor, Tensor],
    blind_share: float,
    recipe: Recipe,
    generator: torch.Generator,
) -> StepLosses:
    """The losses of one part of a step at the positions `kept` (batch, n)."""
    text_tokens, attention_mask = _drop_captions(batch, unconditional, recipe.caption_dropout, generator)
    inputs = _decoder_inputs(batch.image_tokens, model.config.decoder_start_token_id, blind_share, generator)
    decoder, mask = model.decoder, visible_keys(attention_mask)
    encoded = model.encode(text_tokens, attention_mask)
    h = decoder.embed(inputs.gather(1, kept), kept)
    for index, layer in enumerate(decoder.layers):
        h = layer(h, encoded, mask)
        if index == recipe.auxiliary_layer:
            early = h
    targets = batch.image_tokens.gather(1, kept)
    logits = decoder.logits(h).flatten(0, 1)
    losses = F.cross_entropy(logits, targets.flatten(), reduction="none").view_as(targets)
    weights = _token_weights(batch, kept)
    captioned = (text_tokens == batch.text_tokens).all(1)
    facts = heads(early, batch.labels, (captioned[:, None] * weights).flatten())
    sighted = inputs[:, 1:2] != model.config.decoder_start_token_id
    drawn = batch.drawn.gather(1, kept) & sighted
    return StepLosses(
        drawn=((losses * drawn).sum() / drawn.sum().clamp_min(1)).detach(),
        weighted=(losses * weights).sum() / weights.sum(),
        facts=facts,
    )


def _pooled(states: Tensor, batch: Batch) -> Tensor:
    """Mean over visible text positions: (batch, d_model)."""
    mask = batch.attention_mask[..., None].to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1)


def _drop_captions(
    batch: Batch, unconditional: tuple[Tensor, Tensor], share: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    length = batch.text_tokens.shape[1]
    dropped = torch.rand(len(batch.text_tokens), 1, generator=generator) < share
    return (
        torch.where(dropped, unconditional[0][:length], batch.text_tokens),
        torch.where(dropped, unconditional[1][:length], batch.attention_mask),
    )


def _decoder_inputs(image_tokens: Tensor, start: int, blind_share: float, generator: torch.Generator) -> Tensor:
    """Shift right behind the start token; a blind sample sees the start token everywhere."""
    starts = torch.full_like(image_tokens[:, :1], start)
    inputs = torch.cat([starts, image_tokens[:, :-1]], dim=1)
    blind = torch.rand(len(inputs), 1, generator=generator) < blind_share
    return torch.where(blind, starts, inputs)


def _token_weights(batch: Batch, kept: Tensor) -> Tensor:
    """Weights (batch, n) of the kept positions; a background token that stayed counts for those left out."""
    drawn = batch.drawn.gather(1, kept)
    there, stayed = (~batch.drawn).sum(1, keepdim=True), (~drawn).sum(1, keepdim=True)
    background = (there / stayed.clamp_min(1)).clamp_max(HIGHEST_BACKGROUND)
    weights = torch.where(drawn, WEIGHT_DRAWN, background) + WEIGHT_ONSET * batch.onset.gather(1, kept)
    weights[:, 0] += WEIGHT_FIRST - 1
    return weights


@torch.no_grad()
def _onset_gap(model: DalleBart, batch: Batch) -> dict[str, float]:
    """Loss on the drawings' first tokens with the right caption and with the next sample's."""
    start = torch.full_like(batch.image_tokens[:, :1], model.config.decoder_start_token_id)
    inputs = torch.cat([start, batch.image_tokens[:, :-1]], dim=1)
    result = {}
    for name, shift in (("onset_right", 0), ("onset_wrong", 1)):
        text, mask = batch.text_tokens.roll(shift, 0), batch.attention_mask.roll(shift, 0)
        logits = model.decode(inputs, model.encode(text, mask), mask)
        losses = F.cross_entropy(logits.flatten(0, 1), batch.image_tokens.flatten(), reduction="none")
        result[name] = float(losses[batch.onset.flatten()].mean())
    return result
