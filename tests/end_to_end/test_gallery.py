"""The gallery in a real browser: what a visitor finds, sees, and cannot be attacked with."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image, ImageDraw

from desktop_app.core.library.export.errors import ExportCancelled, ExportError
from desktop_app.core.library.export.gallery.words import GalleryWords
from desktop_app.core.library.export.gallery.write_gallery import write_gallery
from desktop_app.core.library.export.palette import DARK, LIGHT
from desktop_app.core.library.export.picture import PictureForExport, from_recipe
from desktop_app.core.library.importing.foreign_file import read_pixels
from desktop_app.ui.theme import tokens
from model_runtime.recipe.foreign.recipe import ForeignRecipe, Program
from model_runtime.recipe.picture_file import write_picture
from model_runtime.recipe.record import ModelIdentity, Recipe, RunFacts
from model_runtime.request import SamplingSettings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium (packaging/debian/gallery-test-packages.txt)")

HOSTILE = [
    "</script><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' onload='document.title=1' $title ${data} <!-- <script",
    "\u202eevil\u202c \u05e9\u05d5\u05e2\u05dc \0 \ud800 \u2028 &lt;b&gt; &amp;",
    "javascript:document.title='owned'",
]
PROMPTS = [
    "a purple fox on the moon",
    "un café crème à la française",
    "two robots in the rain",
    "狐が月にいる",
    *HOSTILE,
]


def recipe_of(prompt: str, seed: int) -> Recipe:
    facts = RunFacts(
        prompt=prompt,
        sampling=SamplingSettings(top_k=50, condition_scale=10),
        model=ModelIdentity(id="starter"),
        tokenizer="bart",
        normalizer=1,
        noise=1,
        precision="float32",
        device="cpu",
        batch=1,
    )
    return Recipe(run=facts, index=0, seed=seed, image_length=16, tokens=range(16), likelihood_gain=1.25)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[PictureForExport]:
    folder = tmp_path_factory.mktemp("library")
    made = []
    for number, prompt in enumerate(PROMPTS):
        image = Image.new("RGB", (64, 64), f"hsl({number * 40}, 60%, 60%)")
        ImageDraw.Draw(image).ellipse((16, 16, 48, 48), "white")
        recipe = recipe_of(prompt, 1000 + number)
        made.append(from_recipe(write_picture(image, recipe, folder / f"{number}.png"), recipe))
    return made


@pytest.fixture(scope="module")
def page(pictures: list[PictureForExport], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gallery(pictures, tmp_path_factory.mktemp("out") / "Moon & foxes", title="Moon & <foxes>").path


class Seen(HTMLParser):
    """A page as elements: what is shown, and what is not."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cards: list[dict[str, str | None]] = []
        self.hidden_cards: list[bool] = []
        self.by_id: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.scripts = 0
        self._inside: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.by_id[str(found["id"])] = found
        if tag == "li":
            self.hidden_cards.append("hidden" in found)
        if tag == "img" and "id" not in found:
            self.cards.append(found)
        self.scripts += tag == "script"
        if tag not in ("meta", "img", "input", "path", "link", "br"):
            self._inside.append((tag, found.get("id")))

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag, identity in self._inside:
            for key in {tag, identity or tag}:
                self.texts[key] = self.texts.get(key, "") + data

    @property
    def shown(self) -> list[str | None]:
        pairs = zip(self.cards, self.hidden_cards, strict=True)
        return [card["alt"] for card, hidden in pairs if not hidden]

    @property
    def viewer_open(self) -> bool:
        return "open" in self.by_id["viewer"]


Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    def visit(address: str, *options: str) -> str:
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", *options, address]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, encoding="utf-8")
        assert "Content Security Policy" not in done.stderr
        return done.stdout

    return visit


@pytest.fixture
def dom(browse: Browse) -> Callable[[Path, str], Seen]:
    return lambda path, place="": Seen(browse(f"{path.as_uri()}{place}", "--dump-dom"))


@needs_browser
def test_a_visitor_sees_every_picture(dom: Callable[..., Seen], page: Path) -> None:
    seen = dom(page)
    assert seen.texts["title"] == seen.texts["h1"] == "Moon & <foxes>"
    assert len(seen.cards) == len(PROMPTS)
    assert seen.shown[:4] == PROMPTS[:4]
    assert seen.texts["count"] == f"{len(PROMPTS)} pictures"
    assert not seen.viewer_open


@needs_browser
def test_prompts_are_words_and_nothing_else(dom: Callable[..., Seen], page: Path) -> None:
    for number in range(len(PROMPTS) - len(HOSTILE), len(PROMPTS)):
        seen = dom(page, f"#picture={number + 1}")
        expected = PROMPTS[number].replace("\0", "\ufffd").replace("\ud800", "\ufffd")
        assert seen.texts["title"] == "Moon & <foxes>"
        assert seen.scripts == 2
        assert seen.texts["prompt"] == expected
        assert seen.cards[number]["alt"] == expected
        assert all(set(card) == {"src", "alt", "loading", "decoding"} for card in seen.cards)


@needs_browser
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fox", [0]),
        ("FO moo", [0]),
        ("cafe creme", [1]),
        ("CAFÉ", [1]),
        ("afe", []),
        ("月", [3]),
        ("1002", [2]),
        ("starter", list(range(len(PROMPTS)))),
        ("<img", [5]),
        ("fox robots", []),
    ],
)
def test_search_finds_words_by_their_beginning(
    dom: Callable[..., Seen], page: Path, words: str, found: list[int]
) -> None:
    seen = dom(page, f"#search={quote(words)}")
    assert [number for number, hidden in enumerate(seen.hidden_cards) if not hidden] == found
    assert seen.texts["count"] == f"{len(found)} found"
    assert ("hidden" in seen.by_id["nothing"]) == bool(found)


@needs_browser
def test_the_light_box_shows_picture_and_recipe(dom: Callable[..., Seen], page: Path) -> None:
    seen = dom(page, "#picture=3")
    assert seen.viewer_open
    assert seen.by_id["picture"]["src"] == seen.cards[2]["src"]
    assert seen.by_id["picture"]["alt"] == seen.texts["prompt"] == "two robots in the rain"
    assert seen.texts["place"] == f"3 / {len(PROMPTS)}"
    assert re.search(r"Seed1002Modelstarter.*Condition scale10Top-k50Fits the words\+1\.25", seen.texts["recipe"])
    assert not dom(page, "#picture=99").viewer_open
    in_search = dom(page, "#search=fox&picture=1")
    assert in_search.texts["place"] == "1 / 1"
    assert "disabled" in in_search.by_id["next"]


DRIVER = """
const log = [];
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const viewer = document.getElementById("viewer");
const text = (id) => document.getElementById(id).textContent;
const point = (type, x) => document.getElementById("stage").dispatchEvent(
  new PointerEvent(type, {isPrimary: true, clientX: x, clientY: 50, bubbles: true}));
document.querySelectorAll(".card")[1].click();
log.push(text("place"), viewer.matches(":modal"), viewer.contains(document.activeElement));
press("ArrowRight"); log.push(text("place"));
press("ArrowLeft"); press("ArrowLeft"); press("ArrowLeft"); log.push(text("place"));
press("End"); log.push(text("place"));
point("pointerdown", 10); point("pointerup", 200); log.push(text("place"));
document.getElementById("close").click();
setTimeout(() => {
  log.push(viewer.open, document.activeElement.getAttribute("href"), location.hash);
  const search = document.getElementById("search");
  press("/"); log.push(document.activeElement.id);
  search.value = "fox"; search.dispatchEvent(new Event("input")); log.push(text("count"), location.hash);
  const done = document.createElement("pre"); done.id = "log"; done.textContent = JSON.stringify(log);
  document.body.append(done);
}, 50);
"""


@needs_browser
def test_keys_and_swipes_turn_the_pictures(dom: Callable[..., Seen], page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', text)
    assert policy is not None
    driven = text.replace(policy[0], "").replace("</body>", f"<script>{DRIVER}</script></body>")
    (tmp_path / "driven.html").write_text(driven, encoding="utf-8")
    count = len(PROMPTS)
    log = dom(tmp_path / "driven.html").texts["log"]
    expected = f'["2 / {count}",true,true,"3 / {count}","1 / {count}","{count} / {count}","{count - 1} / {count}"'
    assert log.startswith(expected)
    assert log.removeprefix(expected) == f',false,"#picture={count - 1}","","search","1 found","#search=fox"]'


@needs_browser
def test_the_page_follows_the_systems_colours(browse: Browse, page: Path, tmp_path: Path) -> None:
    for scheme, palette in ((1, LIGHT), (0, DARK)):
        shot = tmp_path / f"{scheme}.png"
        options = ("--window-size=900,700", "--hide-scrollbars", f"--blink-settings=preferredColorScheme={scheme}")
        browse(page.as_uri(), f"--screenshot={shot}", *options)
        with Image.open(shot) as image:
            colours = image.convert("RGB").getcolors(900 * 700)
            assert colours is not None
            ground = max(colours)[1]
        assert "#{:02X}{:02X}{:02X}".format(*ground) == palette["background"]


@needs_browser
def test_a_folder_for_many_works_the_same(
    dom: Callable[..., Seen], pictures: list[PictureForExport], tmp_path: Path
) -> None:
    done = write_gallery(pictures, tmp_path / "many", title="Many", embed=False)
    assert sorted(path.name for path in done.path.iterdir()) == ["index.html", "pictures"]
    seen = dom(done.path / "index.html", "#picture=2")
    assert seen.viewer_open
    for card, picture in zip(seen.cards, pictures, strict=True):
        copy = done.path / str(card["src"])
        assert read_pixels(copy).size == read_pixels(picture.path).size
        content = copy.read_bytes()
        assert b"trainedAlgorithmicMedia" in content
        assert b"1000" not in content
    # A picture that the page could not show has no size of its own: the style tells the ratio once it has.
    assert "--ratio: 1" in str(seen.by_id["picture"]["style"])


def test_the_page_asks_nothing_of_any_other_place(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shell = re.sub(r'src="data:image/webp;base64,[A-Za-z0-9+/=]+"', "", text)
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<link|<iframe", shell)
    assert "default-src 'none'" in html.unescape(text)


def test_above_two_hundred_pictures_it_is_a_folder(pictures: list[PictureForExport], tmp_path: Path) -> None:
    assert write_gallery(pictures[:1] * 200, tmp_path / "few", title="").path.name == "few.html"
    many = write_gallery(pictures[:1] * 201, tmp_path / "many", title="")
    assert len(list((many.path / "pictures").iterdir())) == many.count == 201
    again = write_gallery(pictures[:1] * 201, tmp_path / "many", title="")
    assert again.path.name == "many-2"


def test_the_page_speaks_the_users_words(pictures: list[PictureForExport], tmp_path: Path) -> None:
    words = GalleryWords(lang="de", search="Suchen", all_pictures="{count} Bilder", labels={"seed": "Zufallszahl"})
    text = write_gallery(pictures, tmp_path / "a", title="Füchse", words=words).path.read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    assert 'placeholder="Suchen"' in text
    assert f"{len(PROMPTS)} Bilder" in text
    assert "Zufallszahl" in text


def test_recipes_stay_at_home_where_wanted(pictures: list[PictureForExport], tmp_path: Path) -> None:
    text = write_gallery(pictures, tmp_path / "a", title="x", recipes=False).path.read_text(encoding="utf-8")
    assert "1003" not in text
    assert "two robots in the rain" in text


def test_other_peoples_pictures_are_not_called_synthetic(tmp_path: Path) -> None:
    Image.new("RGB", (2000, 500), "red").save(tmp_path / "photo.jpg")
    words = GalleryWords()
    text = write_gallery([from_recipe(tmp_path / "photo.jpg", None)], tmp_path / "a", title="x").path.read_text()
    assert words.drawn_by_a_model not in text
    foreign = ForeignRecipe(program=Program.A1111, prompt="a fox", negative_prompt="<fog>", seed=2**63, steps=20)
    text = write_gallery([from_recipe(tmp_path / "photo.jpg", foreign)], tmp_path / "b", title="x").path.read_text()
    assert words.drawn_by_a_model in text
    assert str(2**63) in text


def test_a_gallery_comes_whole_or_not_at_all(pictures: list[PictureForExport], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for embed in (True, False):
        answers = iter([False, False, True])
        with pytest.raises(ExportCancelled):
            write_gallery(
                pictures, tmp_path / "out" / "a", title="", embed=embed, cancelled=lambda held=answers: next(held)
            )
        gone = from_recipe(tmp_path / "gone.png", None)
        with pytest.raises(ExportError) as caught:
            write_gallery([gone], tmp_path / "out" / "a", title="", embed=embed)
        assert caught.value.code == "nothing_to_export"
        assert list((tmp_path / "out").iterdir()) == []
    done = write_gallery([gone, *pictures], tmp_path / "out" / "a", title="")
    assert [fault.code for fault in done.faults] == ["os_error"]
    assert done.count == len(pictures)


@pytest.mark.parametrize(("palette", "window"), [(LIGHT, tokens.LIGHT), (DARK, tokens.DARK)])
def test_colours_are_the_windows(palette: dict[str, str], window: tokens.Tokens) -> None:
    assert {name: getattr(window, name) for name in palette} == palette
