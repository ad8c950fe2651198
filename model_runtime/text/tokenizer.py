"""Text to token ids: the byte-level BPE of Bart, as every DalleBart checkpoint carries it.

Only the `tokenizers` library is needed. Ids equal those of transformers' BartTokenizerFast with
`add_prefix_space` off: the normaliser's leading space is what gives the first word its "Ġ".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import ByteLevel as ByteLevelOffsets

from model_runtime.errors import CorruptCheckpoint
from model_runtime.text.normalizer import TextNormalizer
from model_runtime.text.transliteration import without_surrogates


@dataclass(frozen=True, slots=True)
class Encoded:
    """One row for the text model; both tuples are `max_text_length` long, mask 1 = a real token."""

    token_ids: tuple[int, ...]
    attention_mask: tuple[int, ...]


class TextToken(NamedTuple):
    """A token and the characters it stands for: text[start:end], the space before a word included.

    The bytes of one non-ASCII character may be several tokens; each has that character's span.
    """

    token_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids of `<s>`, `<pad>`, `</s>` and `<unk>`; the last is None where the vocabulary has none."""

    begin: int
    pad: int
    end: int
    unknown: int | None


class PromptTokenizer:
    """Turns prompts into rows of `max_text_length` token ids. Build it with `load`."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        special: SpecialTokens,
        max_text_length: int,
        normalizer: Callable[[str], str],
    ) -> None:
        if max_text_length < 3:
            raise ValueError("a row must hold <s>, </s> and at least one token of the prompt")
        self._tokenizer = tokenizer
        self._normalizer = normalizer
        self.special = special
        self.max_text_length = max_text_length

    @classmethod
    def load(
        cls, folder: Path, *, max_text_length: int, normalizer: Callable[[str], str] | None = None
    ) -> "PromptTokenizer":
        """Read `tokenizer.json`, or without one `vocab.json` and `merges.txt`.

        `normalizer`: None is a `TextNormalizer` without word frequencies. For a checkpoint whose config turns
        `normalize_text` off, pass `str`, which leaves a prompt as it is.

        Raises:
            CorruptCheckpoint: `corrupt_tokenizer` (file, reason: missing, unreadable, not_bpe,
                no_special_tokens) when no usable tokenizer is there.
        """
        tokenizer, file = _read(folder)
        # Rows are padded and cut here; what a file says about that belongs to other programs.
        tokenizer.no_padding()
        tokenizer.no_truncation()
        # A prompt is never read as control tokens: "<pad>" in it is five ordinary characters.
        tokenizer.encode_special_tokens = True
        # Spans keep the space before a word, so that they tile the text.
        tokenizer.post_processor = ByteLevelOffsets(trim_offsets=False)
        begin, pad, end, unknown = map(tokenizer.token_to_id, ("<s>", "<pad>", "</s>", "<unk>"))
        if begin is None or pad is None or end is None:
            raise CorruptCheckpoint("corrupt_tokenizer", file=str(file), reason="no_special_tokens")
        special = SpecialTokens(begin, pad, end, unknown)
        return cls(tokenizer, special, max_text_length, normalizer or TextNormalizer())

    @property
    def vocab_size(self) -> int:
        """Number of ids; a model's `encoder_vocab_size` may be larger (padding), never smaller."""
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    @cached_property
    def unconditional(self) -> Encoded:
        """The row of "no prompt", for super conditioning: `<s> </s>` and padding.

        Not the row of an empty prompt: the normaliser makes that a space, which is a token.
        """
        return self._row([])

    def normalize(self, prompt: str) -> str:
        """The text that will be cut into tokens; always encodable."""
        return without_surrogates(self._normalizer(without_surrogates(prompt)))

    def split(self, text: str) -> list[TextToken]:
        """All tokens of normalised `text`, without special ones, however many there are."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return [TextToken(token, *span) for token, span in zip(encoding.ids, encoding.offsets, strict=True)]

    def encode(self, prompt: str) -> Encoded:
        """Normalise and tokenise; what is too long is cut so that `</s>` stays the last token."""
        return self._row(self._tokenizer.encode(self.normalize(prompt), add_special_tokens=False).ids)

    def _row(self, content: list[int]) -> Encoded:
        kept = content[: self.max_text_length - 2]
        tokens = (self.special.begin, *kept, self.special.end)
        padding = self.max_text_length - len(tokens)
        return Encoded(tokens + (self.special.pad,) * padding, (1,) * len(tokens) + (0,) * padding)


def _read(folder: Path) -> tuple[Tokenizer, Path]:
    """The tokenizer of `folder` and the file to name if something about it is wrong."""
    whole, vocabulary, merges = (folder / name for name in ("tokenizer.json", "vocab.json", "merges.txt"))
    file = whole if whole.exists() else vocabulary
    missing = [part for part in (vocabulary, merges) if file is vocabulary and not part.exists()]
    if missing:
        raise CorruptCheckpoint("corrupt_tokenizer", file=str(missing[0]), reason="missing")
    try:
        tokenizer = _from_parts(vocabulary, merges) if file is vocabulary else Tokenizer.from_file(str(whole))
    except Exception as error:  # the library raises nothing more specific
        raise CorruptCheckpoint("corrupt_tokenizer", file=str(file), reason="unreadable") from error
    if not isinstance(tokenizer.model, BPE):
        raise CorruptCheckpoint("corrupt_tokenizer", file=str(file), reason="not_bpe")
    # A training setting that would make the ids random.
    tokenizer.model.dropout = None
    return tokenizer, file


def _from_parts(vocabulary: Path, merges: Path) -> Tokenizer:
    tokenizer = Tokenizer(BPE.from_file(str(vocabulary), str(merges)))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    return tokenizer
