"""What one build of the starter model is made of. Another plan is another row, never a branch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grammar import Grammar
from objects import object_words

from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.training.run import Budget
from model_runtime.vqgan.config import VQGANConfig

BUILD = Path("build/starter")
FIRST_BUDGETS = {
    "dalle_bart": Budget(4000.0, 600.0),
    "decoder": Budget(2000.0, 300.0),
    "sharpen": Budget(0.0),
    "encoder": Budget(300.0),
    "clip": Budget(300.0, 60.0),
}


@dataclass(frozen=True)
class Plan:
    """Sizes, data and budgets (in processor seconds)."""

    name: str
    objects: int
    styles: tuple[str, ...]
    materials: bool = False
    codes: int = 2048
    codebook_patches: int = 120_000
    vocabulary: int = 768
    batch_size: int = 16
    seed: int = 20261121
    d_model: int = 192
    ffn_dim: int = 512
    heads: int = 6
    encoder_layers: int = 3
    decoder_layers: int = 4
    max_text_length: int = 32
    # Three channels to each of the 32 norm groups at the very least: with fewer, a norm forgets a picture's colours.
    # Without residual blocks between the encoder's levels, all levels must be equally wide.
    resolution: int = 128
    ch: int = 96
    ch_mult: tuple[int, ...] = (1, 1, 1, 1)
    num_res_blocks: int = 0
    embed_dim: int = 64
    budgets: Mapping[str, Budget] = field(default_factory=lambda: FIRST_BUDGETS)
    # How the exported model samples, chosen on the development prompts.
    defaults: Mapping[str, float | None] = field(
        default_factory=lambda: {"temperature": 0.7, "top_k": 64, "top_p": None, "condition_scale": 1.5}
    )
    start: Path | None = None  # the folder of a model whose weights to begin with
    target: Path | None = None  # where an export goes that is not to ship yet

    @property
    def folder(self) -> Path:
        return BUILD / self.name

    @property
    def words(self) -> tuple[str, ...]:
        return object_words(self.objects)

    def grammar(self) -> Grammar:
        return Grammar(self.words, self.styles, materials=self.materials)

    def dalle_bart(self, text_vocabulary: int) -> DalleBartConfig:
        return DalleBartConfig(
            d_model=self.d_model,
            encoder_layers=self.encoder_layers,
            decoder_layers=self.decoder_layers,
            encoder_attention_heads=self.heads,
            decoder_attention_heads=self.heads,
            encoder_ffn_dim=self.ffn_dim,
            decoder_ffn_dim=self.ffn_dim,
            encoder_vocab_size=text_vocabulary,
            image_vocab_size=self.codes,
            max_text_length=self.max_text_length,
            image_length=256,
            decoder_start_token_id=self.codes,
        )

    def vqgan(self) -> VQGANConfig:
        return VQGANConfig(
            ch=self.ch,
            ch_mult=self.ch_mult,
            num_res_blocks=self.num_res_blocks,
            attn_resolutions=(16,),
            resolution=self.resolution,
            z_channels=self.embed_dim,
            embed_dim=self.embed_dim,
            n_embed=self.codes,
        )


PLANS = {
    plan.name: plan
    for plan in (
        Plan(name="first", objects=20, styles=("3d",)),
        Plan(
            name="second",
            objects=40,
            styles=("3d", "flat"),
            materials=True,
            codes=4096,
            codebook_patches=200_000,
            resolution=256,
            ch_mult=(1, 1, 1, 1, 1),
            batch_size=20,
            budgets={
                "dalle_bart": Budget(40_000.0, 1500.0),
                "decoder": Budget(2500.0),
                "sharpen": Budget(4000.0, 400.0),
                "encoder": Budget(600.0),
                "clip": Budget(1500.0, 300.0),
            },
        ),
        Plan(
            name="smoke",
            objects=4,
            styles=("3d",),
            codes=256,
            d_model=128,
            heads=4,
            ffn_dim=128,
            encoder_layers=1,
            decoder_layers=2,
            budgets={
                "dalle_bart": Budget(60.0, 10.0),
                "decoder": Budget(20.0),
                "sharpen": Budget(20.0),
                "encoder": Budget(20.0),
                "clip": Budget(20.0, 5.0),
            },
        ),
    )
}
