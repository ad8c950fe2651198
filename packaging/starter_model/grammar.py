"""The pictures the starter model learns: scenes, their captions and their labels, without end.

A scene carries everything that decides its picture and its caption. The canvas is 16 x 16 cells, one cell
being one image token, and every drawing sits on whole cells in one of very few sizes and places: the same
patches then come back again and again, which is what lets a small model learn them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from objects import BY_WORD, STYLES, article

GRID = 16
SMALL, NORMAL, BIG = 6, 10, 14
GROUP = SMALL  # two, three or four things are each as large as a small one, so they share its patches
HAT = 6

TINTS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black")
COLOURS = (
    "white",
    "black",
    "gray",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "turquoise",
)
SCENES = ("moon", "night", "beach", "under water", "snow", "rain", "desert", "sunset", "grass")
BACKGROUNDS = COLOURS + SCENES
GROUND_SCENES = frozenset({"moon", "beach", "snow", "desert", "grass"})  # things stand lower on these
MATERIALS = ("gold", "ice", "watermelon", "avocado")
HATS = ("crown", "top hat")
RELATIONS = ("beside", "above", "below", "left", "right")
SIZES = {"small": SMALL, "big": BIG}
HELD_OUT_SHARE = 10  # one pair in ten

_SCENE_PHRASES = {
    "moon": ("on the moon",),
    "night": ("at night",),
    "beach": ("on the beach", "at the beach"),
    "under water": ("under water", "underwater"),
    "snow": ("in the snow",),
    "rain": ("in the rain",),
    "desert": ("in the desert",),
    "sunset": ("at sunset",),
    "grass": ("on the grass", "on grass"),
}
_STYLE_PREFIXES = {
    "3d": ("a 3d render of", "3d render of"),
    "flat": ("a flat icon of", "flat icon of"),
    "cartoon": ("a cartoon of", "cartoon of"),
}
_STYLE_SUFFIXES = {
    "3d": (", 3d render", ", 3d", " in 3d"),
    "flat": (", flat icon", ", flat style", " in flat style"),
    "cartoon": (", cartoon", ", cartoon style", " in cartoon style"),
}
_SIZE_WORDS = {"small": ("small", "small", "tiny"), "big": ("big", "big", "large")}
_RELATION_PHRASES = {
    "beside": ("and", "and", "next to"),
    "above": ("above", "on top of"),
    "below": ("below", "under"),
    "left": ("left of", "to the left of"),
    "right": ("right of", "to the right of"),
}
_NUMBERS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True, slots=True)
class Placement:
    """One drawing in its square box; x, y and size count cells."""

    object: str
    style: str
    x: int
    y: int
    size: int
    tint: str | None = None
    material: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decides a picture and its caption.

    `things` holds one word, or two where `relation` says how they lie. `tint` and `material` are the first
    thing's. `placements` are drawn in order, the hat last.
    """

    caption: str
    things: tuple[str, ...]
    style: str
    background: str = "white"
    count: int = 1
    relation: str | None = None
    size: str | None = None
    tint: str | None = None
    material: str | None = None
    hat: str | None = None
    placements: tuple[Placement, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each kind of scene and attribute comes; the four kinds need not add up to one."""

    single: float = 0.60
    counted: float = 0.12
    pair: float = 0.18
    hat: float = 0.10
    tint: float = 0.40
    pair_tint: float = 0.10
    colour: float = 0.40
    scene: float = 0.35
    sized: float = 0.20
    material: float = 0.12
    style_said: float = 0.92
    style_first: float = 0.65
    article_dropped: float = 0.10


@cache
def _is_held_out(pair: str) -> bool:
    digest = hashlib.blake2b(pair.encode(), digest_size=4).digest()
    return int.from_bytes(digest) % HELD_OUT_SHARE == 0


def held_out_pairs(scene: Scene) -> tuple[str, ...]:
    """Return the pairs of the scene that no training picture may hold; empty, so false, for most scenes.

    Plain white is not paired: a thing whose plain picture is never seen could not be learned at all.
    """
    behind = () if scene.background == "white" else (scene.background,)
    pairs = [f"{thing} + {background} background" for thing in scene.things for background in behind]
    first = scene.things[0]
    if scene.tint:
        pairs.append(f"{first} + {scene.tint} tint")
    if scene.material:
        pairs.append(f"{first} + made of {scene.material}")
    if scene.hat:
        pairs.append(f"{first} + {scene.hat} hat")
    if len(scene.things) == 2:
        pairs.append(" + ".join(sorted(scene.things)))
    return tuple(pair for pair in pairs if _is_held_out(pair))


class Grammar:
    """Draws scenes from some objects and styles.

    `jitter` moves every drawing by up to so many cells; at 0 the caption's facts alone decide the places.
    """

    def __init__(
        self,
        objects: Sequence[str],
        styles: Sequence[str] = STYLES,
        *,
        mix: Mix | None = None,
        materials: bool = False,
        jitter: int = 0,
    ) -> None:
        unknown = [word for word in objects if word not in BY_WORD]
        if unknown or len(objects) < 2:
            raise ValueError(f"a grammar needs two known objects or more; unknown: {unknown}")
        self.objects = tuple(objects)
        self.styles = tuple(styles)
        self.mix = mix or Mix()
        self.materials = materials
        self.jitter = jitter
        self._hat_wearers = tuple(word for word in self.objects if BY_WORD[word].wears_hat)
        self._object_index = {word: index for index, word in enumerate(self.objects)}
        mix_weights = np.array([self.mix.single, self.mix.counted, self.mix.pair, self.mix.hat])
        self._kind_edges = np.cumsum(mix_weights / mix_weights.sum())

    # ---- drawing scenes

    def sample(self, rng: np.random.Generator, *, held_out: bool = False, simple_first: float = 0.0) -> Scene:
        """Return a scene with no held-out pair, or with `held_out` one that has at least one.

        `simple_first` is the share of plain pictures (one thing, normal size, no tint, flat background).
        """
        while True:
            simple = not held_out and rng.random() < simple_first
            facts = self._simple_facts(rng) if simple else self._facts(rng)
            if bool(held_out_pairs(facts)) == held_out:
                return self.compose(facts, rng)

    def compose(self, facts: Scene, rng: np.random.Generator) -> Scene:
        """Return the scene with its caption and placements filled in from its other fields."""
        return replace(facts, caption=self._caption(facts, rng), placements=self._placements(facts, rng))

    def _simple_facts(self, rng: np.random.Generator) -> Scene:
        background = _pick(rng, COLOURS) if rng.random() < 0.5 else "white"
        return Scene("", (_pick(rng, self.objects),), _pick(rng, self.styles), background)

    def _facts(self, rng: np.random.Generator) -> Scene:
        mix = self.mix
        kind = int(np.searchsorted(self._kind_edges, rng.random(), side="right"))
        thing, style = _pick(rng, self.objects), _pick(rng, self.styles)
        background = self._background(rng)
        if kind == 2:
            other = thing
            while other == thing:
                other = _pick(rng, self.objects)
            tint = self._tint(rng, background, mix.pair_tint)
            # "And" and "next to" are the common way to name two things, so half of the pairs say that.
            relation = "beside" if rng.random() < 0.5 else _pick(rng, RELATIONS[1:])
            return Scene("", (thing, other), style, background, relation=relation, tint=tint)
        if kind == 3 and self._hat_wearers:
            tint = self._tint(rng, background, mix.tint / 2)
            wearer = _pick(rng, self._hat_wearers)
            return Scene("", (wearer,), style, background, hat=_pick(rng, HATS), tint=tint)
        material = _pick(rng, MATERIALS) if self.materials and rng.random() < mix.material else None
        tint = None if material else self._tint(rng, background, mix.tint)
        count = int(rng.integers(2, 5)) if kind == 1 else 1
        sized = count == 1 and rng.random() < mix.sized
        size = _pick(rng, tuple(SIZES)) if sized else None
        return Scene("", (thing,), style, background, count=count, size=size, tint=tint, material=material)

    def _background(self, rng: np.random.Generator) -> str:
        chance = rng.random()
        if chance < self.mix.scene:
            return _pick(rng, SCENES)
        return _pick(rng, COLOURS) if chance < self.mix.scene + self.mix.colour else "white"

    @staticmethod
    def _tint(rng: np.random.Generator, background: str, chance: float) -> str | None:
        if rng.random() >= chance:
            return None
        tint = _pick(rng, TINTS)
        return None if tint == background else tint

    def _placements(self, scene: Scene, rng: np.random.Generator) -> tuple[Placement, ...]:
        first = replace(_EMPTY, object=scene.things[0], style=scene.style, tint=scene.tint)
        first = replace(first, material=scene.material)
        lower = scene.background in GROUND_SCENES
        if len(scene.things) == 2:
            second = Placement(scene.things[1], scene.style, 0, 0, GROUP)
            first_slot, second_slot = _pair_slots(scene.relation, lower)
            placed = [
                replace(first, x=first_slot[0], y=first_slot[1], size=GROUP),
                replace(second, x=second_slot[0], y=second_slot[1]),
            ]
        elif scene.count > 1:
            placed = [replace(first, x=x, y=y, size=GROUP) for x, y in _group_slots(scene.count, lower)]
        elif scene.hat:
            right, down = BY_WORD[scene.things[0]].hat_shift.get(scene.style, (0, 0))
            hat = Placement(scene.hat, scene.style, 5 + right, 1 + down, HAT)
            placed = [replace(first, x=3, y=5, size=NORMAL), hat]
        else:
            size = SIZES.get(scene.size or "", NORMAL)
            corner = (GRID - size) // 2
            drop = {SMALL: 3, NORMAL: 1, BIG: 0}[size] if lower else 0
            placed = [replace(first, x=corner, y=corner + drop, size=size)]
        if self.jitter:
            placed = _moved(placed, rng, self.jitter)
        return tuple(placed)

    def _caption(self, scene: Scene, rng: np.random.Generator) -> str:
        mix = self.mix
        drop_article = rng.random() < mix.article_dropped
        words = self._first_phrase(scene, rng, drop_article)
        if scene.relation:
            second = scene.things[1]
            between = _pick(rng, _RELATION_PHRASES[scene.relation])
            words = f"{words} {between} {second if drop_article else f'{article(second)} {second}'}"
        if scene.hat:
            words = f"{words} {_pick(rng, ('wearing', 'wearing', 'with'))} a {scene.hat}"
        words += _background_phrase(scene.background, rng)
        # A caption that names no style means the first one, which is also the best looking.
        if scene.style != self.styles[0] or rng.random() < mix.style_said:
            if rng.random() < mix.style_first:
                return f"{_pick(rng, _STYLE_PREFIXES[scene.style])} {words}"
            return words + _pick(rng, _STYLE_SUFFIXES[scene.style])
        return words

    @staticmethod
    def _first_phrase(scene: Scene, rng: np.random.Generator, drop_article: bool) -> str:
        thing = BY_WORD[scene.things[0]]
        words = thing.word if scene.count == 1 else thing.plural
        if scene.tint:
            words = f"{scene.tint} {words}"
        if scene.size:
            words = f"{_pick(rng, _SIZE_WORDS[scene.size])} {words}"
        if scene.count > 1:
            words = f"{_NUMBERS[scene.count]} {words}"
        elif not drop_article:
            words = f"{article(words)} {words}"
        return f"{words} made of {scene.material}" if scene.material else words

    # ---- what a scene is, as classes

    def labels(self, scene: Scene) -> dict[str, int]:
        """Return the scene's class index for each attribute; 0 is "none" or "one" where there is such.

        The object and the style count from 0 in the grammar's own order, the background in BACKGROUNDS.
        """
        return {
            "object": self._object_index[scene.things[0]],
            "second": self._object_index[scene.things[1]] + 1 if len(scene.things) == 2 else 0,
            "tint": TINTS.index(scene.tint) + 1 if scene.tint else 0,
            "material": MATERIALS.index(scene.material) + 1 if scene.material else 0,
            "background": BACKGROUNDS.index(scene.background),
            "style": self.styles.index(scene.style),
            "count": scene.count - 1,
            "relation": RELATIONS.index(scene.relation) + 1 if scene.relation else 0,
            "size": tuple(SIZES).index(scene.size) + 1 if scene.size else 0,
            "hat": HATS.index(scene.hat) + 1 if scene.hat else 0,
        }

    def label_sizes(self) -> dict[str, int]:
        """Return how many classes each attribute of `labels` has."""
        return {
            "object": len(self.objects),
            "second": len(self.objects) + 1,
            "tint": len(TINTS) + 1,
            "material": len(MATERIALS) + 1,
            "background": len(BACKGROUNDS),
            "style": len(self.styles),
            "count": 4,
            "relation": len(RELATIONS) + 1,
            "size": len(SIZES) + 1,
            "hat": len(HATS) + 1,
        }

    def words(self) -> dict[str, list[str]]:
        """Return what the grammar can say, by group, for the list that is offered to people."""
        return {
            "objects": list(self.objects),
            "plurals": [BY_WORD[word].plural for word in self.objects],
            "tints": list(TINTS),
            "colours": list(COLOURS),
            "scenes": [_SCENE_PHRASES[scene][0] for scene in SCENES],
            "styles": [_STYLE_PREFIXES[style][0].removeprefix("a ").removesuffix(" of") for style in self.styles],
            "sizes": list(SIZES),
            "counts": list(_NUMBERS.values()),
            "relations": [phrase for phrases in _RELATION_PHRASES.values() for phrase in dict.fromkeys(phrases)],
            "hats": list(HATS),
            "hat_wearers": list(self._hat_wearers),
            "materials": list(MATERIALS) if self.materials else [],
        }


_EMPTY = Placement("", "", 0, 0, NORMAL)


def _pick(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.random() * len(choices))]


def _background_phrase(background: str, rng: np.random.Generator) -> str:
    if background in _SCENE_PHRASES:
        return " " + _pick(rng, _SCENE_PHRASES[background])
    chance = rng.random()
    if background == "white" and chance < 0.85:
        return ""
    if background == "gray" and rng.random() < 0.3:
        background = "grey"
    if chance < 0.8:
        return f" on {article(background)} {background} background"
    return f", {background} background"


def _pair_slots(relation: str | None, lower: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corners of the first and the second of two things."""
    row = 8 if lower else 5
    left, right = (1, row), (9, row)
    top, bottom = (5, 1), (5, 9)
    slots = {"above": (top, bottom), "below": (bottom, top), "right": (right, left)}
    return slots.get(relation or "", (left, right))


def _group_slots(count: int, lower: bool) -> list[tuple[int, int]]:
    row = 8 if lower else 5
    return {
        2: [(1, row), (9, row)],
        3: [(5, 1), (1, 9), (9, 9)],
        4: [(1, 1), (9, 1), (1, 9), (9, 9)],
    }[count]


def _moved(placed: list[Placement], rng: np.random.Generator, jitter: int) -> list[Placement]:
    """Shift all drawings together, so that relations and hats hold, and keep them on the canvas."""
    shift = []
    for corners in ([p.x for p in placed], [p.y for p in placed]):
        ends = [corner + p.size for corner, p in zip(corners, placed, strict=True)]
        step = int(rng.integers(-jitter, jitter + 1))
        shift.append(max(-min(corners), min(step, GRID - max(ends))))
    return [replace(p, x=p.x + shift[0], y=p.y + shift[1]) for p in placed]
