"""The things the starter model can draw: one row each, the most important first.

A training may take the first N rows. Drawings were chosen for distinct silhouettes and colours; where an
emoji exists as a face and as a whole body, the one that differs most from its neighbours was taken.
"""

from dataclasses import dataclass, field

STYLES = ("3d", "flat", "cartoon")


@dataclass(frozen=True)
class Thing:
    """One object and where its drawings are.

    `codepoint` names the 3d file, `icon` the flat and the cartoon drawing, or all three of our own where
    `codepoint` is empty. `hat_shift` moves a hat, in
    canvas cells (right, down), from its usual place above the middle of a ten-cell animal, for each style.
    """

    word: str
    plural: str
    kind: str
    codepoint: str
    icon: str
    wears_hat: bool = False
    hat_shift: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def article(self) -> str:
        """The indefinite article: by sound, which for these words is by letter except before "uni-"."""
        return article(self.word)


def article(words: str) -> str:
    """Return "a" or "an" for the noun phrase that follows it."""
    return "an" if words[0] in "aeiou" and not words.startswith(("uni", "eu")) else "a"


def _animal(word: str, code: str, icon: str = "", plural: str = "", **hat_shift: tuple[int, int]) -> Thing:
    # Keyword names cannot begin with a digit, so the style "3d" is written three_d here.
    shifts = {{"three_d": "3d"}.get(style, style): shift for style, shift in hat_shift.items()}
    return Thing(word, plural or word + "s", "animal", code, icon or word, True, shifts)


def _bare_animal(word: str, code: str, icon: str = "", plural: str = "") -> Thing:
    """Return an animal without an obvious place for a hat."""
    return Thing(word, plural or word + "s", "animal", code, icon or word)


def _thing(kind: str, word: str, code: str, icon: str = "", plural: str = "") -> Thing:
    return Thing(word, plural or word + "s", kind, code, icon or word.replace(" ", "-"))


THINGS = (
    _animal("fox", "1f98a", plural="foxes"),
    _thing("vehicle", "rocket", "1f680"),
    _thing("food", "avocado", "1f951"),
    _animal("penguin", "1f427", three_d=(0, -1), flat=(0, -1)),
    _thing("vehicle", "car", "1f697", "automobile"),
    _animal("panda", "1f43c"),
    _thing("food", "banana", "1f34c"),
    _thing("thing", "robot", "1f916"),
    _animal("cat", "1f408", three_d=(-2, 1), flat=(-2, 1), cartoon=(-1, 0)),
    _thing("furniture", "chair", "1fa91"),
    _animal("dinosaur", "1f996", "t-rex", three_d=(-1, -1), flat=(-1, -1), cartoon=(-2, 0)),
    _thing("plant", "tree", "1f333", "deciduous-tree"),
    _animal("elephant", "1f418", three_d=(-2, 0), flat=(-2, 0), cartoon=(-1, 0)),
    _thing("thing", "umbrella", "2602-fe0f"),
    _thing("food", "apple", "1f34e", "red-apple"),
    _thing("building", "house", "1f3e0"),
    _animal("octopus", "1f419", plural="octopuses"),
    _thing("vehicle", "sailboat", "26f5"),
    _thing("instrument", "guitar", "1f3b8"),
    _animal("dog", "1f436", "dog-face"),
    _thing("food", "pizza", "1f355"),
    _animal("frog", "1f438", three_d=(0, -1), flat=(0, -1)),
    _thing("thing", "balloon", "1f388"),
    _thing("plant", "cactus", "1f335", plural="cactuses"),
    # From here on: the second half, for a larger training.
    _animal("lion", "1f981"),
    _thing("food", "cupcake", "1f9c1"),
    _thing("vehicle", "bus", "1f68c", plural="buses"),
    _animal("rabbit", "1f430", "rabbit-face"),
    _thing("instrument", "drum", "1f941"),
    _thing("food", "watermelon", "1f349"),
    _animal("unicorn", "1f984", three_d=(1, 0), flat=(1, 0)),
    _thing("vehicle", "airplane", "2708-fe0f"),
    _animal("owl", "1f989"),
    _thing("building", "castle", "1f3f0"),
    _thing("food", "pineapple", "1f34d"),
    _animal("pig", "1f437", "pig-face"),
    _thing("thing", "light bulb", "1f4a1"),
    _thing("plant", "sunflower", "1f33b"),
    _bare_animal("turtle", "1f422"),
    _thing("furniture", "armchair", ""),  # our own drawing: the packages have none
    _thing("vehicle", "train", "1f682", "locomotive"),
    _thing("food", "strawberry", "1f353", plural="strawberries"),
    _bare_animal("butterfly", "1f98b", plural="butterflies"),
    _thing("thing", "star", "2b50"),
    _bare_animal("horse", "1f40e"),
    _thing("food", "carrot", "1f955"),
    _thing("vehicle", "helicopter", "1f681"),
    _animal("duck", "1f986", three_d=(-2, -1), flat=(-2, -1), cartoon=(-1, -1)),
    _thing("thing", "teapot", "1fad6"),
    _thing("food", "hamburger", "1f354"),
    _animal("koala", "1f428"),
    _thing("thing", "heart", "2764-fe0f", "red-heart"),
    _thing("instrument", "trumpet", "1f3ba"),
    _bare_animal("whale", "1f40b"),
    _thing("plant", "rose", "1f339"),
    _thing("vehicle", "bicycle", "1f6b2"),
    _animal("tiger", "1f42f", "tiger-face"),
    _thing("food", "donut", "1f369", "doughnut"),
    _thing("thing", "alarm clock", "23f0"),
    _animal("bear", "1f43b"),
    _thing("food", "ice cream", "1f366", "soft-ice-cream"),
    _thing("thing", "snowman", "26c4", "snowman-without-snow", plural="snowmen"),
    _bare_animal("flamingo", "1f9a9"),
    _thing("vehicle", "tractor", "1f69c"),
    _thing("furniture", "bed", "1f6cf-fe0f"),
    _animal("monkey", "1f412", three_d=(-2, 0), flat=(-2, 0), cartoon=(-1, 1)),
    _thing("food", "lemon", "1f34b"),
    _thing("plant", "palm tree", "1f334"),
    _bare_animal("crab", "1f980"),
    _thing("thing", "crown", "1f451"),
    _thing("thing", "top hat", "1f3a9"),
    _thing("food", "mushroom", "1f344"),
    _thing("instrument", "violin", "1f3bb"),
    _bare_animal("snail", "1f40c"),
    _thing("vehicle", "flying saucer", "1f6f8"),
    _thing("thing", "camera", "1f4f7"),
    _thing("thing", "ghost", "1f47b"),
    _thing("thing", "gift", "1f381", "wrapped-gift"),
    _thing("thing", "soccer ball", "26bd"),
    _thing("food", "cheese", "1f9c0", "cheese-wedge"),
)

BY_WORD = {thing.word: thing for thing in THINGS}


def object_words(count: int | None = None) -> tuple[str, ...]:
    """Return the words of the first `count` objects, or of all."""
    return tuple(thing.word for thing in THINGS[:count])
