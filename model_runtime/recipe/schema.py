"""The recipe as JSON: the text chunk `armchair`, schema version 1.

schema (this version), id, run, index, created (UTC, ISO 8601), prompt, seed, program
sampling: {temperature, top_k, top_p, condition_scale}
model: {id, revision, sha256}         text: {tokenizer, normalizer}         noise
engine: {precision, device, batch}
image_length, tokens_done, tokens (base64, little-endian uint16, tokens_done of them)
fixed: null or {mask: base64, one bit a token, the first token in the highest bit of the first byte;
       ahead: base64, little-endian uint16, the fixed tokens from tokens_done on, in order}
log_probs: {conditional, unconditional}: null or base64, little-endian float16, tokens_done}
scores: {likelihood_gain, clip}: numbers or null
parent: null or {kind, id}
"""

from __future__ import annotations

import json
import re

import numpy as np

from model_runtime.bounds import TokenArray
from model_runtime.errors import CorruptPicture, InvalidRequest
from model_runtime.recipe.fields import Fields, RecipeError, pack
from model_runtime.recipe.record import (
    RECIPE_VERSION,
    LogProbs,
    ModelIdentity,
    Parent,
    Recipe,
    RunFacts,
    Tokens,
)
from model_runtime.request import MAX_IMAGES, MAX_PROMPT, MAX_SEED, SamplingSettings

MAX_JSON = 4 * 2**20
"""Characters: room for the longest prompt, all escaped, and the largest grid."""
MAX_IMAGE_LENGTH = 2**16
_KIND = re.compile(r"[a-z]+(-[a-z]+)*")


def to_json(recipe: Recipe) -> str:
    """The recipe as ASCII JSON on one line; any prompt, lone surrogates too, comes back as it was."""
    run = recipe.run
    sampling = run.sampling
    tree = {
        "schema": RECIPE_VERSION,
        "id": recipe.id,
        "run": run.run_id,
        "index": recipe.index,
        "created": recipe.created.isoformat().replace("+00:00", "Z"),
        "prompt": run.prompt,
        "seed": recipe.seed,
        "program": run.program,
        "sampling": {
            "temperature": sampling.temperature,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "condition_scale": sampling.condition_scale,
        },
        "model": {"id": run.model.id, "revision": run.model.revision, "sha256": run.model.sha256},
        "text": {"tokenizer": run.tokenizer, "normalizer": run.normalizer},
        "noise": run.noise,
        "engine": {"precision": run.precision, "device": run.device, "batch": run.batch},
        "image_length": recipe.image_length,
        "tokens_done": recipe.tokens_done,
        "tokens": pack(recipe.tokens),
        "fixed": None if recipe.fixed_tokens is None else _pack_fixed(recipe.fixed_tokens, recipe.tokens_done),
        "log_probs": {
            "conditional": _pack_log_probs(recipe.log_probs),
            "unconditional": _pack_log_probs(recipe.log_probs_unconditional),
        },
        "scores": {"likelihood_gain": recipe.likelihood_gain, "clip": recipe.clip_score},
        "parent": None if recipe.parent is None else {"kind": recipe.parent.kind, "id": recipe.parent.id},
    }
    return json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def from_json(text: str, *, file: str = "recipe") -> Recipe:
    """Read a recipe from anywhere; `file` names it in errors.

    Raises CorruptPicture: newer_recipe, or bad_recipe with `field` and `reason`.
    """
    try:
        return _recipe(_object(text), file)
    except RecipeError as fault:
        raise CorruptPicture("bad_recipe", file=file, field=fault.field, reason=fault.reason) from None
    except InvalidRequest as fault:  # the sampling settings check themselves
        field = f"sampling.{fault.parameters['field']}"
        raise CorruptPicture("bad_recipe", file=file, field=field, reason="is out of range") from None


def _object(text: str) -> Fields:
    if len(text) > MAX_JSON:
        raise RecipeError("recipe", f"is longer than {MAX_JSON} characters")
    try:
        return Fields(json.loads(text))
    except RecipeError:
        raise
    except (ValueError, RecursionError):
        raise RecipeError("recipe", "is not JSON") from None


def _recipe(fields: Fields, file: str) -> Recipe:
    version = fields.integer("schema", 1, 2**31)
    if version > RECIPE_VERSION:
        raise CorruptPicture("newer_recipe", file=file, found=version, known=RECIPE_VERSION)
    image_length = fields.integer("image_length", 1, MAX_IMAGE_LENGTH)
    done = fields.integer("tokens_done", 0, image_length)
    log_probs, scores = fields.inner("log_probs"), fields.inner("scores")
    tokens = fields.packed("tokens", np.uint16, done)
    return Recipe(
        run=_run(fields),
        id=fields.uuid("id"),
        index=fields.integer("index", 0, MAX_IMAGES - 1),
        created=fields.moment("created"),
        seed=fields.integer("seed", 0, MAX_SEED),
        image_length=image_length,
        tokens=tokens,
        fixed_tokens=_fixed(fields.inner("fixed"), tokens, image_length) if fields.has("fixed") else None,
        log_probs=_log_probs(log_probs, "conditional", done),
        log_probs_unconditional=_log_probs(log_probs, "unconditional", done),
        likelihood_gain=scores.number("likelihood_gain") if scores.has("likelihood_gain") else None,
        clip_score=scores.number("clip") if scores.has("clip") else None,
        parent=_parent(fields.inner("parent")) if fields.has("parent") else None,
    )


def _run(fields: Fields) -> RunFacts:
    sampling, model = fields.inner("sampling"), fields.inner("model")
    text, engine = fields.inner("text"), fields.inner("engine")
    return RunFacts(
        prompt=fields.text("prompt", MAX_PROMPT),
        sampling=SamplingSettings(
            temperature=sampling.number("temperature"),
            top_k=sampling.integer("top_k", 1, 2**53) if sampling.has("top_k") else None,
            top_p=sampling.number("top_p") if sampling.has("top_p") else None,
            condition_scale=sampling.number("condition_scale"),
        ),
        model=ModelIdentity(id=model.name("id"), revision=model.label("revision"), sha256=model.sha256("sha256")),
        tokenizer=text.label("tokenizer"),
        normalizer=text.integer("normalizer", 0, 2**31),
        noise=fields.integer("noise", 0, 2**31),
        precision=engine.label("precision", 40),
        device=engine.label("device", 40),
        batch=engine.integer("batch", 1, 2**20),
        run_id=fields.uuid("run"),
        program=fields.label("program", 40),
    )


def _parent(fields: Fields) -> Parent:
    kind = fields.label("kind", 40)
    if not _KIND.fullmatch(kind):
        raise fields.fault("kind", "is not lower-case words joined by hyphens")
    parent = fields.label("id", 64)
    if parent:
        parent = fields.sha256("id") if len(parent) == 64 else fields.uuid("id")
    return Parent(kind=kind, id=parent)


def _pack_log_probs(values: LogProbs | None) -> str | None:
    return None if values is None else pack(values)


def _log_probs(fields: Fields, key: str, done: int) -> LogProbs | None:
    if not fields.has(key):
        return None
    values = fields.packed(key, np.float16, done)
    if (values > 0).any():
        raise fields.fault(key, "holds a probability above 1")
    return values


def _pack_fixed(fixed: TokenArray, done: int) -> dict[str, str]:
    # The fixed tokens before `done` are among the drawn ones already.
    ahead = fixed[done:]
    return {"mask": pack(np.packbits(fixed >= 0)), "ahead": pack(ahead[ahead >= 0].astype(np.uint16))}


def _fixed(fields: Fields, tokens: Tokens, image_length: int) -> TokenArray:
    bits = fields.packed("mask", np.uint8, -(-image_length // 8))
    given = np.unpackbits(bits, count=image_length).astype(bool)
    fixed = np.full(image_length, -1, np.int32)
    done = len(tokens)
    fixed[:done][given[:done]] = tokens[given[:done]]
    ahead = given[done:]
    fixed[done:][ahead] = fields.packed("ahead", np.uint16, int(ahead.sum()))
    return fixed
