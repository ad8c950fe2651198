"""Trains the small CLIP that ranks the starter's pictures, and writes it as transformers' folder.

Only what the generator may see is shown to it, so no held-out combination. It must tell a right picture from one the
generator got half wrong. So pictures go through the codebook's patches in part, several samples of a batch share a
background, and each batch holds spoiled pictures, a piece of another one pasted in, that fit no caption.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from grammar import BACKGROUNDS, GRID, Grammar, Scene, held_out_pairs
from numpy.typing import NDArray
from parts import TOKENIZER, load_codebook, renderer_of, samples_of
from plan import Plan
from tokenizers import AddedToken, Tokenizer, normalizers, processors
from torch import Tensor
from watch import pictures_of

from model_runtime.training.run import Budget, TrainingRun, WeightAverage, learning_rate

FOLDER, SIDE, SEED = "clip", 64, 404
BATCH, SPOILED, SHARED = 48, 24, 4  # samples a batch, spoiled pictures, different backgrounds in a batch
MEAN, SPREAD = 0.5, 0.3
END = "<|end|>"


def clip_tokenizer(plan: Plan) -> Tokenizer:
    """The generator's tokenizer with lower case, its leading space, and an end token of the highest id.

    transformers' CLIP reads a text at its end token, and finds that by the highest id.
    """
    tokenizer = Tokenizer.from_file(str(plan.folder / TOKENIZER / "tokenizer.json"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Prepend(" ")])
    tokenizer.add_special_tokens([AddedToken(END, special=True)])
    begin, end = "<s>", END
    special = [(token, tokenizer.token_to_id(token)) for token in (begin, end)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{begin} $A {end}", special_tokens=special)
    return tokenizer


def new_clip(plan: Plan, tokenizer: Tokenizer) -> Any:
    from transformers import CLIPConfig, CLIPModel  # noqa: PLC0415  importing it takes seconds

    sizes = {"hidden_size": 144, "intermediate_size": 432, "num_attention_heads": 4, "hidden_act": "gelu"}
    end = tokenizer.token_to_id(END)
    config = CLIPConfig(
        text_config=sizes
        | {
            "num_hidden_layers": 3,
            "vocab_size": tokenizer.get_vocab_size(),
            "max_position_embeddings": plan.max_text_length,
            "bos_token_id": tokenizer.token_to_id("<s>"),
            "pad_token_id": tokenizer.token_to_id("<pad>"),
            "eos_token_id": end,
        },
        vision_config=sizes | {"num_hidden_layers": 4, "image_size": SIDE, "patch_size": 8},
        projection_dim=128,
    )
    return CLIPModel(config)


class Pairs:
    """Pictures and captions, each batch a pure function of its step."""

    def __init__(self, plan: Plan, tokenizer: Tokenizer) -> None:
        self.grammar: Grammar = plan.grammar()
        self.codebook = load_codebook(plan)
        self.renderer = renderer_of(plan)
        self.tokenizer = tokenizer
        self._samples = samples_of(plan, plan.seed + SEED, BATCH)

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return pictures (BATCH + SPOILED, 3, SIDE, SIDE), token ids and their mask (BATCH, length)."""
        rng = np.random.default_rng((SEED, step))
        behind = [str(rng.choice(BACKGROUNDS)) for _ in range(SHARED)]
        scenes = [self._scene(rng, behind) for _ in range(BATCH)]
        tokens, touched = self._samples.tokens(scenes)
        true = np.stack([self.renderer.render(scene, 128) for scene in scenes]).astype(np.float32)
        patched = pictures_of(np.concatenate([tokens, self._spoiled(tokens, touched, rng)]), self.codebook)
        share = np.clip(rng.uniform(-0.2, 1.5, BATCH), 0, 1).astype(np.float32)[:, None, None, None]
        right = true + share * (patched[:BATCH] - true)
        both = torch.from_numpy(np.concatenate([right, patched[BATCH:].astype(np.float32)])).permute(0, 3, 1, 2)
        pictures = (F.avg_pool2d(both, 128 // SIDE) / 255 - MEAN) / SPREAD
        encoded = self.tokenizer.encode_batch([scene.caption for scene in scenes])
        return (
            pictures,
            torch.tensor([entry.ids for entry in encoded]),
            torch.tensor([entry.attention_mask for entry in encoded]),
        )

    def _scene(self, rng: np.random.Generator, behind: list[str]) -> Scene:
        while True:
            facts = self.grammar.sample(rng)
            if rng.random() < 0.7:
                facts = replace(facts, background=behind[int(rng.integers(SHARED))])
            if not held_out_pairs(facts) and facts.tint != facts.background:
                return self.grammar.compose(facts, rng)

    @staticmethod
    def _spoiled(tokens: NDArray[np.int64], touched: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
        """The first SPOILED pictures, each with a square from another one where its drawing is."""
        spoiled = tokens[:SPOILED].copy().reshape(-1, GRID, GRID)
        for index, grid in enumerate(spoiled):
            row, column = divmod(int(rng.choice(np.flatnonzero(touched[index]))), GRID)
            side = int(rng.integers(3, 8))
            place = (
                slice(max(0, row - side // 2), row + side // 2 + 1),
                slice(max(0, column - side // 2), column + side),
            )
            grid[place] = tokens[int(rng.integers(SPOILED, BATCH))].reshape(GRID, GRID)[place]
        return spoiled.reshape(SPOILED, -1)


def make_clip(plan: Plan, budget: Budget) -> None:
    torch.manual_seed(plan.seed + SEED)
    tokenizer = clip_tokenizer(plan)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("<pad>"), pad_token="<pad>")  # noqa: S106  no password
    clip, pairs = new_clip(plan, tokenizer), Pairs(plan, tokenizer)
    optimizer = torch.optim.AdamW(clip.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.05, fused=True)
    average = WeightAverage(clip, 0.999)
    run = TrainingRun(plan.folder, "clip", budget, {"network": clip, "optimizer": optimizer, "average": average})
    right = torch.arange(BATCH)
    for step in run.steps():
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, run.spent, run.heat, peak=1e-3, settle=3000.0, warm_up=200)
        pictures, ids, mask = pairs.batch(step)
        found = clip(input_ids=ids, attention_mask=mask, pixel_values=pictures)
        logits = clip.logit_scale.clamp(max=4.6).exp() * found.text_embeds @ found.image_embeds.T
        # A spoiled picture is one more wrong answer to each caption, and has no caption of its own.
        loss = (F.cross_entropy(logits, right) + F.cross_entropy(logits[:, :BATCH].T, right)) / 2
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clip.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % 50 == 0:
            found_right = (logits.argmax(1) == right).float().mean().item()
            run.log(loss=loss.item(), right_of_72=found_right)
    average.copy_to(clip)
    write_clip(clip, tokenizer, plan.folder / FOLDER)


def write_clip(clip: Any, tokenizer: Tokenizer, folder: Path) -> None:
    clip.half().save_pretrained(folder)
    clip.float()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    settings = {
        "size": {"shortest_edge": SIDE},
        "crop_size": {"height": SIDE, "width": SIDE},
        "image_mean": [MEAN] * 3,
        "image_std": [SPREAD] * 3,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
