"""Trains DalleBart so that the words, not only the texture before it, decide the next token.

Plain training learns texture first and the object's word last. Three things steer it to the text: a throw-away head
that must read the caption's facts from an early decoder layer, more weight on the first tokens of each drawing, and
some blind samples that see no image tokens at all. `Batch.onset` marks those first tokens; the log compares their
loss under the right caption with that under another picture's, which tells whether the text is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.dalle_bart.model import DalleBart
from model_runtime.training.run import TrainingRun, WeightAverage, learning_rate

WEIGHT_DRAWN, WEIGHT_ONSET, WEIGHT_FIRST = 3.0, 6.0, 8.0


@dataclass(frozen=True)
class Batch:
    """One step's samples. `drawn` and `onset` are bool (batch, image_length); `labels` are facts of the caption."""

    text_tokens: Tensor  # (batch, text_length)
    attention_mask: Tensor  # (batch, text_length)
    image_tokens: Tensor  # (batch, image_length)
    drawn: Tensor  # tokens that belong to a drawing, not to the background
    onset: Tensor  # the first tokens of each drawing
    labels: Mapping[str, Tensor]  # name -> (batch,) class index


BatchSource = Callable[[int], Batch]


@dataclass(frozen=True)
class Recipe:
    """The settings of one run; the defaults are those that worked best on a small budget."""

    core_seconds: float
    encoder_seconds: float = 20.0
    peak: float = 2.5e-3
    weight_decay: float = 0.03
    caption_dropout: float = 0.12
    blind_start: float = 0.15
    blind_end: float = 0.05
    auxiliary: float = 0.5
    auxiliary_layer: int = 1  # the decoder layer (from 0) whose output must know the caption's facts
    seed: int = 0


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
            losses.append(loss.mean() if weight is None else (loss * weight).sum() / weight.sum())
        return torch.stack(losses).mean()


def train_dalle_bart(
    model: DalleBart,
    batches: BatchSource,
    label_sizes: Mapping[str, int],
    unconditional: tuple[Tensor, Tensor],
    folder: Path,
    recipe: Recipe,
    on_checkpoint: Callable[[DalleBart], None] | None = None,
) -> None:
    """Train until the budget is spent, resuming where an earlier run stopped; averaged weights end in `model`.

    `unconditional` is the empty prompt's (text_tokens, attention_mask), each (text_length,): captions are replaced
    by it now and then, which is what super conditioning needs. `on_checkpoint` sees the averaged model every ten
    minutes or so.
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
    )
    average = WeightAverage(model)
    state = {"network": trained, "optimizer": optimizer, "average": average}
    early: list[Tensor] = []
    hook = model.decoder.layers[recipe.auxiliary_layer].register_forward_hook(
        lambda module, inputs, output: early.append(output)
    )
    run = TrainingRun(folder, "dalle_bart", core_seconds=recipe.core_seconds, state=state)
    shown = run.spent
    for step in run.steps():
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        batch = batches(step)
        rate = learning_rate(step, run.progress, peak=recipe.peak)
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
        early.clear()
        text_tokens, attention_mask = _drop_captions(batch, unconditional, recipe.caption_dropout, generator)
        blind_share = recipe.blind_start + (recipe.blind_end - recipe.blind_start) * run.progress
        inputs = _decoder_inputs(batch.image_tokens, model.config.decoder_start_token_id, blind_share, generator)
        logits = model.decode(inputs, model.encode(text_tokens, attention_mask), attention_mask)
        losses = F.cross_entropy(logits.flatten(0, 1), batch.image_tokens.flatten(), reduction="none")
        losses = losses.view_as(batch.image_tokens)
        weights = _token_weights(batch)
        loss = (losses * weights).sum() / weights.sum()
        captioned = (text_tokens == batch.text_tokens).all(1)
        facts = early_facts(early[0], batch.labels, (captioned[:, None] * weights).flatten())
        (loss + recipe.auxiliary * facts).backward()
        torch.nn.utils.clip_grad_norm_(trained.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % 25 == 0:
            seen = ~(inputs[:, 1:2] == model.config.decoder_start_token_id)
            run.log(
                loss=((losses * seen).sum() / (seen.sum() * losses.shape[1]).clamp_min(1)).item(),
                weighted=loss.item(),
                facts=facts.item(),
                **_onset_gap(model, batch) if step % 100 == 0 else {},
            )
        if on_checkpoint is not None and run.spent - shown > 600:
            shown = run.spent
            _with_average(model, average, on_checkpoint)
    hook.remove()
    average.copy_to(model)


def _pooled(states: Tensor, batch: Batch) -> Tensor:
    """Mean over visible text positions: (batch, d_model)."""
    mask = batch.attention_mask[..., None].to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1)


def _drop_captions(
    batch: Batch, unconditional: tuple[Tensor, Tensor], share: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    dropped = torch.rand(len(batch.text_tokens), 1, generator=generator) < share
    return (
        torch.where(dropped, unconditional[0], batch.text_tokens),
        torch.where(dropped, unconditional[1], batch.attention_mask),
    )


def _decoder_inputs(image_tokens: Tensor, start: int, blind_share: float, generator: torch.Generator) -> Tensor:
    """Shift right behind the start token; a blind sample sees the start token everywhere."""
    starts = torch.full_like(image_tokens[:, :1], start)
    inputs = torch.cat([starts, image_tokens[:, :-1]], dim=1)
    blind = torch.rand(len(inputs), 1, generator=generator) < blind_share
    return torch.where(blind, starts, inputs)


def _token_weights(batch: Batch) -> Tensor:
    weights = 1 + (WEIGHT_DRAWN - 1) * batch.drawn.float() + WEIGHT_ONSET * batch.onset.float()
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


def _with_average(model: DalleBart, average: WeightAverage, use: Callable[[DalleBart], None]) -> None:
    """Call `use` with the averaged weights in place, then go on with the trained ones."""
    kept = {name: tensor.detach().clone() for name, tensor in model.named_parameters()}
    average.copy_to(model)
    use(model)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.copy_(kept[name])
