"""Every script to ASCII, close to what the models saw in training.

The official text path uses Unidecode, which is GPL; here it is anyascii (ISC). The two agree on Latin letters
with accents and on nearly everything typographic. Where they part on characters that English prompts hold,
or in a rule that covers a whole script, the small tables below bring the official result back. What still
differs (readings of some Cyrillic, Greek, Semitic, Indic, kana, Hangul and rare Han characters) changes
token ids only; the models learned English, so those words mean little to them in either spelling.
`tests/parity/test_text.py` shows both spellings side by side.
"""

import re

from anyascii import anyascii

_OFFICIAL: dict[str, str] = {
    # A long dash is two hyphens: it ends up as a comma, where one hyphen between words becomes a space.
    "—": "--",
    "―": "--",
    # Fractions stand apart from a whole number before them: "1½" is "1 1/2".
    "¼": " 1/4",
    "½": " 1/2",
    "¾": " 3/4",
    "⅓": " 1/3 ",
    "⅔": " 2/3 ",
    "⅛": " 1/8 ",
    "⅜": " 3/8 ",
    "⅝": " 5/8 ",
    "⅞": " 7/8 ",
    # Signs of currency and print.
    "£": "PS",
    "¥": "Y=",
    "¢": "C/",
    "₽": "R",
    "§": "SS",
    "™": "(tm)",
    "№": "No. ",
    "×": "x",
    "·": "*",
    "←": "-",
    "→": "-",
    "℃": "",
    "℉": "",
    # A zero-width space parts words; an unreadable character leaves nothing, not a question mark.
    "\u200b": " ",
    "\ufffd": "",
    # East Asian stops are followed by a space, as Latin ones are.
    "、": ", ",
    "。": ". ",
}
_OFFICIAL_BY_CODE = str.maketrans(_OFFICIAL)

# Signs of mathematics and technique, dingbats and one-character Arabic phrases leave nothing, where anyascii
# draws them with letters ("♡" as "h"); only the few that have an ASCII twin stay. Emoji have names by now.
_UNREAD = re.compile("(?![−∕∖∗∣∶∼≤≥≦≧⌃♯✱❘❜❝❞❢])[\u2200-\u23ff\u2600-\u27bf\ufdfa-\ufdfd]")

# Each Han character is a word of its own: 中文 is "zhong wen", not "zhongwen".
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def to_ascii(text: str) -> str:
    """Transliterate `text`; ASCII comes back unchanged. Lone surrogates must be gone already."""
    if text.isascii():
        return text
    text = _UNREAD.sub("", text.translate(_OFFICIAL_BY_CODE))
    return anyascii(_HAN.sub(r"\g<0> ", text))


def without_surrogates(text: str) -> str:
    """Join surrogate pairs into their character and put U+FFFD for lone ones, so that `text` can be encoded.

    Python strings hold surrogates when they come from broken JSON, file names or a window system.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
