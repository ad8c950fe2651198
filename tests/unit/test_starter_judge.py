"""What counts as right in a picture, and the network that looks."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

SCRIPTS = Path(__file__).resolve().parents[2] / "packaging" / "starter_model"


def _script(name: str) -> ModuleType:
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    return importlib.import_module(name)


grammar_module = _script("grammar")
judge_module = _script("judge")
plans = _script("plan")
Grammar, Scene = grammar_module.Grammar, grammar_module.Scene
Judge, facts_of, verdict = judge_module.Judge, judge_module.facts_of, judge_module.verdict

WORDS = ("fox", "rocket", "avocado", "penguin")


def scene(*things: str, **facts: object) -> object:
    return Scene("", things, **{"style": "3d", **facts})


def test_what_is_left_is_first_whatever_the_caption_says() -> None:
    right = scene("fox", "rocket", relation="right", tint="red")
    left = scene("rocket", "fox", relation="left")
    assert (facts_of(right).first, facts_of(right).second) == ("rocket", "fox")
    assert facts_of(right).layout == facts_of(left).layout == "beside"
    assert facts_of(right).first_tint is None
    assert facts_of(right).second_tint == "red"
    below = facts_of(scene("fox", "rocket", relation="below"))
    assert (below.first, below.layout) == ("rocket", "stacked")


def test_several_alike_carry_both_names() -> None:
    facts = facts_of(scene("fox", count=2, tint="blue"))
    assert facts.first == facts.second == "fox"
    assert facts.first_tint == facts.second_tint == "blue"
    assert facts.layout == "beside"


def test_a_faultless_picture_is_right_in_everything() -> None:
    grammar = Grammar(WORDS, ("3d", "flat"), materials=True)
    rng = np.random.default_rng(0)
    for _ in range(400):
        asked = grammar.sample(rng)
        assert verdict(asked, facts_of(asked)).everything


@pytest.mark.parametrize(
    ("asked", "seen", "wrong"),
    [
        (scene("fox"), scene("rocket"), "objects"),
        (scene("fox"), scene("fox", hat="crown"), "objects"),
        (scene("fox", hat="crown"), scene("fox", hat="top hat"), "objects"),
        (scene("fox", "rocket", relation="beside"), scene("fox", count=2), "objects"),
        (scene("fox", count=2), scene("fox", "rocket", relation="beside"), "objects"),
        (scene("fox", count=2), scene("fox", count=3), "count"),
        (scene("fox"), scene("fox", count=2), "count"),
        (scene("fox", tint="red"), scene("fox", tint="blue"), "tint"),
        (scene("fox", tint="red"), scene("fox"), "tint"),
        (scene("fox", material="ice"), scene("fox", material="gold"), "material"),
        (scene("fox", background="red"), scene("fox", background="night"), "background"),
        (scene("fox"), scene("fox", style="flat"), "style"),
        (scene("fox", "rocket", relation="left"), scene("fox", "rocket", relation="right"), "place"),
        (scene("fox", "rocket", relation="above"), scene("fox", "rocket", relation="beside"), "place"),
    ],
)
def test_each_fault_is_found(asked: object, seen: object, wrong: str) -> None:
    found = verdict(asked, facts_of(seen))
    assert getattr(found, wrong) is False
    assert not found.everything


def test_what_is_not_asked_for_is_not_counted() -> None:
    found = verdict(scene("fox"), facts_of(scene("fox")))
    assert (found.tint, found.material, found.place) == (None, None, None)


def test_the_judge_learns_and_is_kept_in_half_precision(tmp_path: Path) -> None:
    grammar = Grammar(WORDS, ("3d",))
    torch.manual_seed(0)
    judge = Judge(grammar)
    rng = np.random.default_rng(1)
    facts = [replace(facts_of(scene("fox")), background=name) for name in grammar_module.COLOURS[:6]]
    colours = rng.integers(0, 256, (6, 3))
    pictures = np.broadcast_to(colours[:, None, None], (6, judge_module.SIDE, judge_module.SIDE, 3))
    pictures = pictures.astype(np.uint8)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=2e-3)
    for _ in range(25):
        optimizer.zero_grad()
        judge.loss(torch.from_numpy(pictures), facts).backward()
        optimizer.step()
    judge.eval().save(tmp_path / "judge.safetensors")
    kept = Judge.load(tmp_path / "judge.safetensors", grammar)
    assert [seen.background for seen in kept.read(pictures)] == [entry.background for entry in facts]


def test_evaluation_prompts_are_always_the_same_and_apart_from_one_another() -> None:
    evaluate = _script("evaluate")
    grammar = plans.PLANS["second"].grammar()
    dev, test = (evaluate.prompts_of(grammar, seed, 40) for seed in (evaluate.DEV_SEED, evaluate.TEST_SEED))
    assert dev == evaluate.prompts_of(grammar, evaluate.DEV_SEED, 40)
    for kind, held_out in evaluate.KINDS.items():
        assert all(bool(grammar_module.held_out_pairs(entry)) == held_out for entry in test[kind])
        assert len({entry.caption for entry in test[kind]} & {entry.caption for entry in dev[kind]}) < 4


def test_the_judge_that_is_kept_is_the_frozen_one() -> None:
    train_judge = _script("train_judge")
    for name in train_judge.FROZEN:
        plan = plans.PLANS[name]
        judge = train_judge.frozen_judge(plan)
        assert judge.choices["first"] == plan.words
        assert train_judge.judge_file(plan).stat().st_size < 4_000_000


def test_another_judge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    train_judge = _script("train_judge")
    monkeypatch.setitem(train_judge.FROZEN, "second", "0" * 64)
    with pytest.raises(ValueError, match="not the frozen judge"):
        train_judge.frozen_judge(plans.PLANS["second"])
