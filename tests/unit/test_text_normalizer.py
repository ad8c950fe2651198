import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.text.hashtags import WordFrequencies
from model_runtime.text.normalizer import TextNormalizer
from model_runtime.text.transliteration import to_ascii, without_surrogates

anything = st.text(st.characters(codec=None, categories=None), max_size=80)
# Pieces that the steps look for, in random order: plain random text hardly ever holds them.
PIECES = "a red 1 234 , . - / 's ' \" # _ < > <person> and [1] http &amp; &lt; &#39; % $ aaaa xtokx"
FOREIGN = "é “ — ½ 中 ٣ 😀 🇫🇷 🏽"
CONTROLS = [" ", "\t", "\n", "\0", "\x1b[", "\x85", "\u200d", "\ufe0f", "\ud83d", "\udc31"]
fragments = st.lists(st.sampled_from([*PIECES.split(), *FOREIGN.split(), *CONTROLS]), max_size=20).map("".join)


@settings(deadline=None)
@given(anything | fragments)
def test_any_string_becomes_lower_case_ascii_after_one_space(prompt: str) -> None:
    text = TextNormalizer()(prompt)
    assert text.isascii()
    assert text == text.lower()
    assert text == " " + " ".join(text.split())


@settings(deadline=None)
@given(anything | fragments)
def test_normalising_is_a_function_of_the_prompt(prompt: str) -> None:
    assert TextNormalizer()(prompt) == TextNormalizer()(prompt)


@settings(deadline=None)
@given(st.lists(st.from_regex("[b-y]{1,9}", fullmatch=True), min_size=1, max_size=12).map(" ".join))
def test_plain_words_are_left_alone_when_read_again(words: str) -> None:
    once = TextNormalizer()(words)
    assert TextNormalizer()(once) == once


def test_a_person_is_always_the_same_person() -> None:
    texts = {TextNormalizer()("<person> on a horse") for _ in range(20)}
    assert texts == {" a person on a horse"}


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("<PERSON>, <person> and <person> dance", " people dance"),
        ("<person>and<person>,and <person>", " people"),
        ("<person> or <person>", " a person or a person"),
        ("1,1,234 and 1,23", " 11234 and 1, 23"),
        ("VIII hmmmm", " viii hm"),
        ("don't 'quote' o'clock", ' don\'t " quote " o " clock'),
        ("a-'s", " a 's"),
        ("<>a <b c", " <>a <b c"),
        ("see [4] here [12]  \n", " see, 4, here"),
        ("&amp;lt;i&amp;gt;twice", " twice"),
        (",, a ,", " a"),
        (",", " "),
    ],
)
def test_quirks_of_the_official_steps(prompt: str, text: str) -> None:
    assert TextNormalizer()(prompt) == text


@pytest.mark.parametrize(
    "prompt",
    [
        "&#" + "9" * 9998 + ";",  # html.unescape alone raises ValueError
        "👩\u200d" * 5000,  # the emoji library alone takes seconds
        "\ufdfa" * 10_000,
        "<a" * 5000,
        " \t" * 5000,
        ", " * 5000,
        "<person>" + ", and" * 2000,
        "[1]" + " \t" * 4999 + "x",
        "#" + "redboat" * 1400,
        "\0" * 10_000,
        "\ud800" * 10_000,
        "a\u0301" * 5000,
        "\u202eשלום" * 2000,
    ],
    ids=range(13),
)
def test_hostile_prompts_are_read(prompt: str) -> None:
    frequencies = WordFrequencies(["the", "red", "boat", "s"])
    assert TextNormalizer(frequencies)(prompt).isascii()


def test_joined_emoji_keep_their_names() -> None:
    assert TextNormalizer()("👩\u200d🚀") == " woman astronaut"


def test_without_frequencies_only_the_hash_goes() -> None:
    assert TextNormalizer()("a #redboat, #night_light") == " a redboat, night light"


def test_surrogate_pairs_are_joined_and_lone_ones_replaced() -> None:
    assert without_surrogates("\ud83d\ude00") == "😀"
    assert without_surrogates("a\ud83db") == "a\ufffdb"
    assert without_surrogates("é") == "é"
    assert TextNormalizer()("a\ud83d boat") == " a boat"


@settings(deadline=None)
@given(anything)
def test_transliteration_gives_ascii(text: str) -> None:
    assert to_ascii(without_surrogates(text)).isascii()
