"""The grammar and the renderer behind the starter model, without its drawings and without a network."""

import importlib
import itertools
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageDraw

SCRIPTS = Path(__file__).resolve().parents[2] / "packaging" / "starter_model"


def _script(name: str) -> ModuleType:
    """Import one of the build scripts, which are no package and find one another as siblings."""
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    return importlib.import_module(name)


objects = _script("objects")
grammar_module = _script("grammar")
backgrounds = _script("backgrounds")
recolour = _script("recolour")
sprites = _script("sprites")
render = _script("render")

Grammar, Scene, Mix = grammar_module.Grammar, grammar_module.Scene, grammar_module.Mix
WORDS = objects.object_words(12)


@pytest.fixture
def grammar():
    return Grammar(WORDS, materials=True)


@pytest.fixture(scope="module")
def renderer(tmp_path_factory):
    """A renderer whose sprites are discs and rectangles."""
    folder = tmp_path_factory.mktemp("sprites")
    for index, word in enumerate((*WORDS, *sprites.HATS)):
        for style in objects.STYLES:
            drawing = Image.new("RGBA", (64, 64))
            brush = ImageDraw.Draw(drawing)
            shape = brush.ellipse if index % 2 else brush.rectangle
            shape((8, 20, 56, 50), fill=(20 * index % 256, 120, 200, 255))
            path = sprites.sprite_path(folder, word, style)
            path.parent.mkdir(exist_ok=True)
            sprites.squared(drawing).save(path, lossless=True)
    return render.Renderer(folder, WORDS)


def _scenes(grammar, count, seed=0, **options):
    rng = np.random.default_rng(seed)
    return [grammar.sample(rng, **options) for _ in range(count)]


def _scene(grammar, *things, seed=0, **facts):
    facts = {"style": "3d", **facts}
    return grammar.compose(Scene("", things, **facts), np.random.default_rng(seed))


# ---- the table


def test_the_table_names_each_object_once():
    assert len(objects.THINGS) >= 60
    assert len(objects.BY_WORD) == len(objects.THINGS)
    assert len({thing.plural for thing in objects.THINGS}) == len(objects.THINGS)
    assert len({thing.codepoint for thing in objects.THINGS}) == len(objects.THINGS)


@pytest.mark.parametrize(
    ("word", "article", "plural"),
    [
        ("fox", "a", "foxes"),
        ("octopus", "an", "octopuses"),
        ("unicorn", "a", "unicorns"),
        ("umbrella", "an", "umbrellas"),
        ("snowman", "a", "snowmen"),
        ("strawberry", "a", "strawberries"),
        ("ice cream", "an", "ice creams"),
    ],
)
def test_articles_and_plurals(word, article, plural):
    thing = objects.BY_WORD[word]
    assert (thing.article, thing.plural) == (article, plural)


def test_hats_exist_as_objects_and_stay_on_the_canvas():
    assert set(grammar_module.HATS) == set(sprites.HATS) <= set(objects.BY_WORD)
    everything = Grammar(objects.object_words())
    for thing, style in itertools.product(objects.THINGS, objects.STYLES):
        if thing.wears_hat:
            hat = _scene(everything, thing.word, style=style, hat="crown").placements[-1]
            assert hat.object == "crown"
            assert 0 <= hat.x <= 16 - hat.size and 0 <= hat.y <= 16 - hat.size


# ---- sampling


def test_the_same_seed_gives_the_same_scenes(grammar):
    assert _scenes(grammar, 200, seed=5) == _scenes(grammar, 200, seed=5)
    assert _scenes(grammar, 50, seed=5) != _scenes(grammar, 50, seed=6)


def test_no_held_out_pair_is_ever_trained_on(grammar):
    assert not any(grammar_module.held_out_pairs(scene) for scene in _scenes(grammar, 4000))


def test_held_out_scenes_hold_such_a_pair(grammar):
    assert all(grammar_module.held_out_pairs(scene) for scene in _scenes(grammar, 300, held_out=True))


def test_a_pair_is_held_out_whatever_stands_around_it(grammar):
    for scene in _scenes(grammar, 200, held_out=True):
        other_style = replace(scene, style="flat", caption="", placements=())
        assert grammar_module.held_out_pairs(other_style) == grammar_module.held_out_pairs(scene)


def test_about_one_pair_in_ten_is_held_out():
    pairs = [
        grammar_module.held_out_pairs(Scene("", (word,), "3d", tint=tint))
        for word in objects.object_words()
        for tint in grammar_module.TINTS
    ]
    assert 0.05 < sum(map(bool, pairs)) / len(pairs) < 0.15


def test_partners_are_held_out_in_either_order():
    for first, second in itertools.combinations(WORDS, 2):
        ways = [Scene("", pair, "3d", relation="beside") for pair in ((first, second), (second, first))]
        assert len({grammar_module.held_out_pairs(scene) for scene in ways}) == 1


def test_every_object_keeps_most_of_what_it_may_be_combined_with(grammar):
    seen = Counter((scene.things[0], scene.background) for scene in _scenes(grammar, 6000))
    for word in WORDS:
        assert sum((word, background) in seen for background in grammar_module.BACKGROUNDS) >= 13


def test_drawings_sit_on_the_grid_and_never_overlap_except_hats(grammar):
    for scene in _scenes(grammar, 1500):
        taken = np.zeros((16, 16), int)
        for placement in scene.placements:
            assert placement.size in {6, 10, 14}
            assert 0 <= placement.x <= 16 - placement.size
            assert 0 <= placement.y <= 16 - placement.size
            taken[placement.y : placement.y + placement.size, placement.x : placement.x + placement.size] += 1
        assert taken.max() == (2 if scene.hat else 1)


def test_places_follow_from_the_facts_alone(grammar):
    for scene in _scenes(grammar, 100):
        assert grammar.compose(scene, np.random.default_rng(99)).placements == scene.placements


def test_jitter_moves_everything_together_and_stays_on_the_canvas():
    jittery = Grammar(WORDS, jitter=3)
    still = Grammar(WORDS)
    for scene in _scenes(jittery, 500):
        home = still.compose(scene, np.random.default_rng(0)).placements
        moves = {(p.x - q.x, p.y - q.y) for p, q in zip(scene.placements, home, strict=True)}
        assert len(moves) == 1
        assert all(0 <= p.x <= 16 - p.size and 0 <= p.y <= 16 - p.size for p in scene.placements)


@pytest.mark.parametrize(
    ("relation", "compare"),
    [
        ("left", lambda a, b: a.x < b.x and a.y == b.y),
        ("right", lambda a, b: a.x > b.x and a.y == b.y),
        ("above", lambda a, b: a.y < b.y and a.x == b.x),
        ("below", lambda a, b: a.y > b.y and a.x == b.x),
    ],
)
@pytest.mark.parametrize("background", ["white", "grass"])
def test_relations_are_drawn_as_said(grammar, relation, compare, background):
    scene = _scene(grammar, "fox", "car", relation=relation, background=background)
    first, second = scene.placements
    assert (first.object, second.object) == ("fox", "car")
    assert compare(first, second)


def test_a_tint_is_never_its_background(grammar):
    scenes = _scenes(grammar, 3000)
    assert any(scene.tint and scene.background in grammar_module.COLOURS for scene in scenes)
    assert not any(scene.tint == scene.background for scene in scenes)


def test_simple_first_gives_plain_single_things(grammar):
    for scene in _scenes(grammar, 200, simple_first=1.0):
        assert len(scene.placements) == 1
        assert scene.placements[0].size == 10
        assert scene.tint is None
        assert scene.background in grammar_module.COLOURS


def test_kinds_come_as_often_as_the_mix_says():
    only_pairs = Grammar(WORDS, mix=Mix(single=0, counted=0, pair=1, hat=0))
    assert all(len(scene.things) == 2 for scene in _scenes(only_pairs, 50))
    counts = Counter(
        "hat" if s.hat else "pair" if s.relation else "counted" if s.count > 1 else "single"
        for s in _scenes(Grammar(WORDS), 4000)
    )
    assert 0.5 < counts["single"] / 4000 < 0.7
    assert all(counts[kind] / 4000 > 0.06 for kind in ("hat", "pair", "counted"))


def test_materials_are_off_unless_asked_for():
    assert not any(scene.material for scene in _scenes(Grammar(WORDS), 500))
    assert any(scene.material for scene in _scenes(Grammar(WORDS, materials=True), 500))


def test_an_unknown_object_is_refused():
    with pytest.raises(ValueError, match="gryphon"):
        Grammar(["fox", "gryphon"])


# ---- captions and labels


def test_captions_use_the_right_article(grammar):
    for scene in _scenes(Grammar(objects.object_words()), 3000):
        words = scene.caption.replace(",", "").split()
        for article, following in itertools.pairwise(words):
            if article in {"a", "an"} and following != "3d":
                assert article == objects.article(following), scene.caption


def test_captions_say_what_is_drawn(grammar):
    for scene in _scenes(grammar, 2000):
        for thing in scene.things:
            named = objects.BY_WORD[thing].plural if scene.count > 1 else thing
            assert named in scene.caption
        for said in (scene.tint, scene.material, scene.hat):
            assert said is None or said in scene.caption
        assert "  " not in scene.caption


def test_a_caption_without_a_style_means_the_first_one():
    silent = Grammar(WORDS, mix=Mix(style_said=0.0))
    for scene in _scenes(silent, 300):
        assert (scene.style == "3d") == (not any(word in scene.caption for word in ("3d", "flat", "cartoon")))


def test_labels_stay_within_their_sizes_and_reach_them(grammar):
    sizes = grammar.label_sizes()
    reached = {name: set() for name in sizes}
    for scene in _scenes(grammar, 6000):
        labels = grammar.labels(scene)
        assert labels.keys() == sizes.keys()
        for name, value in labels.items():
            reached[name].add(value)
    for name, values in reached.items():
        assert values == set(range(sizes[name])), name


def test_words_lists_what_the_grammar_knows(grammar):
    words = grammar.words()
    assert words["objects"] == list(WORDS)
    assert words["styles"] == ["3d render", "flat icon", "cartoon"]
    assert len(words["colours"]) == 12
    assert len(words["scenes"]) == 9


# ---- pixels


def test_every_background_has_a_picture():
    for name, size in itertools.product(grammar_module.BACKGROUNDS, (128, 256)):
        assert backgrounds.background_array(name, size).shape == (size, size, 3)
    assert set(backgrounds.COLOUR_VALUES) == set(grammar_module.COLOURS)
    assert set(recolour.TINT_VALUES) == set(grammar_module.TINTS)


def test_colours_are_truly_flat():
    for name in grammar_module.COLOURS:
        assert len(np.unique(backgrounds.background_array(name, 128).reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("size", [128, 256])
def test_rendering_twice_gives_the_same_picture(grammar, renderer, size):
    for scene in _scenes(grammar, 20):
        first = renderer.render(scene, size)
        assert first.shape == (size, size, 3)
        assert first.dtype == np.uint8
        np.testing.assert_array_equal(first, renderer.render(scene, size))


def test_the_small_picture_is_the_large_one_averaged(grammar, renderer):
    for scene in _scenes(grammar, 10):
        large = renderer.render(scene, 256).astype(float).reshape(128, 2, 128, 2, 3).mean(axis=(1, 3))
        assert np.abs(large - renderer.render(scene, 128)).mean() < 1.0


def test_cells_not_touched_show_the_background(grammar, renderer):
    for scene in _scenes(grammar, 60):
        changed = renderer.render(scene, 128) != renderer.background(scene, 128)
        cells = changed.any(axis=2).reshape(16, 8, 16, 8).any(axis=(1, 3))
        touched = renderer.touched_cells(scene)
        assert touched.any()
        assert not (cells & ~touched).any()


def test_drawings_have_a_white_border(grammar, renderer):
    picture = renderer.render(_scene(grammar, "rocket", background="black"), 256)
    assert (picture == 255).all(axis=2).sum() > 500


def test_a_tint_changes_the_colour_and_keeps_dark_lines_dark():
    drawing = Image.new("RGBA", (32, 32), (240, 140, 40, 255))
    ImageDraw.Draw(drawing).rectangle((4, 4, 8, 8), fill=(10, 10, 10, 255))
    for tint, wanted in recolour.TINT_VALUES.items():
        pixels = np.asarray(recolour.tinted(drawing, tint)).astype(int)
        assert np.abs(pixels[20, 20, :3] - wanted).max() < 40
        assert pixels[6, 6, :3].max() < 60
        assert (pixels[..., 3] == 255).all()


def test_missing_sprites_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="fox"):
        render.Renderer(tmp_path, ["fox"])
