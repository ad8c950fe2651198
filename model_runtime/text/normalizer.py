"""The official text normaliser of DALL·E Mini and Mega, step by step.

The models were trained on captions in this form, so a prompt must be brought into it. Behaviour follows
`dalle_mini.model.text` (dalle-mini 0.1.5), down to its quirks: they decide token ids. On purpose different:

- `<person>`, which stands for a name in one of the training sets, is officially replaced by a random phrase.
  Here it is always the likeliest, so that one prompt gives one row of tokens.
- Transliteration is not Unidecode's (see `transliteration`).
- Nothing raises, and every pattern here takes linear time, whatever is typed.

The order of the steps matters more than it seems; each `_` function below is one stage of it.
"""

import html
import re

import emoji
import ftfy

from model_runtime.text.hashtags import WordFrequencies
from model_runtime.text.transliteration import to_ascii, without_surrogates

# Stored in every picture's file: raise it whenever any prompt's result changes.
NORMALIZER_VERSION = 1

# `emoji` takes time with the square of the joiners in a text; only the first emoji can reach the 64 tokens.
_JOINER = "\u200d"
_MAX_JOINERS = 256

# Python refuses to read an integer of more than 4300 digits, and html.unescape passes that error on.
_ENDLESS_REFERENCE = re.compile("&#[0-9]{4000,};?")

_PEOPLE = re.compile(r"<person>(?:[,\s]*+(?:(?:and)++[,\s]*+)?<person>)+")
_LEADING_REFERENCE = re.compile(r"\A\s*\[\d+\]")
_TRAILING_REFERENCE = re.compile(r"\[\d+\]\s*\Z")
_HTML_TAG = re.compile("<[^<]+?>")
_URL = re.compile(r"http\S+")
_THOUSANDS = re.compile(r"(\d),(\d{3})")

# The official markers are words too: a mark beside a hyphen or in a hashtag is seen as part of a word.
_DOT, _APOSTROPHE, _SLASH = "xtokxdotxtokx", "xtokxquotextokx", "xtokxslashxtokx"
_INNER_DOT = re.compile(r"(\w)\.(\w)")
_CONTRACTION = re.compile(r"'(?=(?:[stdm]|ll|re|ve)\b)")
_INNER_SLASH = re.compile(r"(\d)/(\d)")

_INNER_HYPHEN = re.compile(r"(\w)-(\w)")
_SIGN = re.compile(r"[%&/$*]")
_HASHTAG = re.compile(r"#(\w+)")
_AS_SPACE = str.maketrans("_#\\", "   ")
_QUOTE = re.compile("['\"`]")
_AS_COMMA = str.maketrans(dict.fromkeys("()[].,|:;?!=+~-/{}", ","))

_FOUR_OR_MORE = re.compile(r"(\D)\1{3,}")
_SPACES = re.compile(r"\s+")
_QUOTES = re.compile(r' ?"[" ]*')
_COMMAS = re.compile(" ?,[, ]*")


class TextNormalizer:
    """Callable: a prompt as typed to the text a model reads, which always begins with a space.

    `word_frequencies` splits hashtags into words. Without it only the "#" goes and the word stays whole.
    """

    def __init__(self, word_frequencies: WordFrequencies | None = None) -> None:
        self._word_frequencies = word_frequencies

    def __call__(self, text: str) -> str:
        """Normalise `text`; any string is accepted, the empty one becomes a single space."""
        text = _plain_ascii(text)
        text = _without_markup(text)
        text = _protect_marks(text)
        text = self._separate_words(text)
        text = _simplify_punctuation(text)
        text = _restore_marks(text)
        return " " + _tidy(text)

    def _separate_words(self, text: str) -> str:
        text = _INNER_HYPHEN.sub(r"\1 \2", text)
        text = _SIGN.sub(r" \g<0> ", text)
        if self._word_frequencies is not None:
            split = self._word_frequencies.split
            text = _HASHTAG.sub(lambda match: split(match[1]), text)
        return text.translate(_AS_SPACE)


def _plain_ascii(text: str) -> str:
    """Repair broken encodings, read HTML's character references and emoji, transliterate, lower the case."""
    text = ftfy.fix_text(without_surrogates(text))
    for _ in range(2):
        text = html.unescape(_ENDLESS_REFERENCE.sub("", text))
    if not text.isascii():
        text = to_ascii(emoji.demojize(_with_few_joiners(text)))
    return text.lower()


def _with_few_joiners(text: str) -> str:
    *joined, rest = text.split(_JOINER, _MAX_JOINERS)
    return _JOINER.join([*joined, rest.replace(_JOINER, "")])


def _without_markup(text: str) -> str:
    """Drop what captions from the web carry: name placeholders, references, tags, links, digit commas."""
    text = _PEOPLE.sub(" people ", text).replace("<person>", " a person ")
    text = _LEADING_REFERENCE.sub("", text)
    text = _TRAILING_REFERENCE.sub("", text)
    text = _HTML_TAG.sub(" ", text)
    text = _URL.sub("", text)
    # Twice: matches do not overlap, so one pass over "1,234,567" leaves its second comma.
    return _THOUSANDS.sub(r"\1\2", _THOUSANDS.sub(r"\1\2", text))


def _protect_marks(text: str) -> str:
    """Hide the marks that must survive: "3.5", "it's", "3/4". In "1.2.3" only the first dot does."""
    text = _INNER_DOT.sub(rf"\1{_DOT}\2", text)
    text = _CONTRACTION.sub(_APOSTROPHE, text)
    return _INNER_SLASH.sub(rf"\1{_SLASH}\2", text)


def _simplify_punctuation(text: str) -> str:
    """One kind of quote, set apart by spaces; all other punctuation becomes commas."""
    return _QUOTE.sub(' " ', text).translate(_AS_COMMA)


def _restore_marks(text: str) -> str:
    return text.replace(_DOT, ".").replace(_APOSTROPHE, "'").replace(_SLASH, "/")


def _tidy(text: str) -> str:
    """Shorten "sooooo" to "so" (three in a row stay, for VIII), merge runs of marks, trim the ends."""
    text = _FOUR_OR_MORE.sub(r"\1", text)
    text = _SPACES.sub(" ", text)
    text = _QUOTES.sub(' " ', text)
    text = _COMMAS.sub(", ", text)
    text = _SPACES.sub(" ", text).strip()
    return text.removesuffix(",").removeprefix(",").strip()
