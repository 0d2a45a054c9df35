"""KoBERT's own tokenizer as one ``tokenizer.json``, because the hub's generic classes silently misread its files.

KoBERT (SKTBrain/KoBERT, Apache-2.0) cuts text with a SentencePiece Unigram model of 8,000 pieces. Its files go about in
two forms, and `tokenizer_from` reads either:

* hub form (``skt/kobert-base-v1``): ``spiece.model`` holds all 8,002 tokens in the order of KoBERT's ids.
* older form (``monologg/kobert``): ``tokenizer_78b3253a26.model`` has an order of its own; KoBERT's ids stand in
  ``kobertvocab_f38b8a4d6d.json`` or ``vocab.txt``.

Under transformers 5, ``AutoTokenizer`` turns the first into single jamo and [UNK], and ``BertTokenizer`` reads every
word of the second as [UNK]; neither complains. Here the files are read without sentencepiece, and the result needs
`tokenizers` alone.
"""

import contextlib
import json
import math
import struct
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SPECIAL_TOKENS: Final = ("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]")
"""In the order of their ids, 0 to 4."""

VOCABULARY_SIZE: Final = 8_002
"""The special tokens and 7,997 pieces; SentencePiece's own <unk>, <s> and </s> are none of KoBERT's."""

PAD_ID: Final = SPECIAL_TOKENS.index("[PAD]")

EXPRESSIONS: Final[Mapping[str, str]] = {
    "ㅠㅠ": "눈물",
    "ㅠ": "눈물",
    "ㅜㅜ": "눈물",
    "ㅜ": "눈물",
    "ㅋㅋ": "웃음",
    "ㅡㅡ": "짜증",
    "ㄷㄷ": "공포",
    "♥": "사랑",
    "♡": "사랑",
    "❤": "사랑",
    "😭": "눈물",
    "😂": "웃음",
    "😊": "행복",
    "😡": "분노",
}
"""Tokens for the ids from 8002 on, each with a word whose tokens it may take its first vector from.

Listeners write them and KoBERT cannot read them: its vocabulary has no emoji and no heart, and of the single jamo only
ㄱ ㅇ ㅋ ㅎ ㅣ ㆍ, so joy and grief all become the same [UNK]. (It can read ㅋㅋ, but as two letters.)
They are matched in the text as written, where ㅋㅠㅠ still ends in tears; normalised, it begins with 큐.
Whoever adds them resizes the model's embeddings to 8,016; the old rows stay as they were.
"""

_UNIGRAM: Final = 1
_NORMAL: Final = 1
_KNOWN_KINDS: Final = frozenset({_NORMAL, 2, 3})
"""Of sentencepiece_model.proto: normal pieces, <unk>, and <s> and </s>."""

_NORMALIZER_FLAGS: Final = (3, 4, 5)
"""add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces; all true unless said otherwise."""

_VARINT: Final = 0
_STRING: Final = 2
_FIXED: Final = {1: 8, 5: 4}
"""Wire types of protobuf; the last two with their width in bytes."""

_PYTHON_SPACES: Final = (
    r"[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+"
)
"""What ``str.split`` takes for white space, with which the original begins; ``\\s`` is not quite the same."""

_EXPECTED_SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "config.json": {"pad_token_id": PAD_ID},
    "tokenizer_config.json": {"do_lower_case": False, "keep_accents": False, "remove_space": True},
    "special_tokens_map.json": {f"{token.strip('[]').lower()}_token": token for token in SPECIAL_TOKENS},
}


class KobertUnreadable(ValueError):
    """A directory does not hold KoBERT's tokenizer; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A text that two tokenizers cut into different ids."""

    text: str
    found: tuple[int, ...]
    expected: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """What came of comparing a tokenizer with its reference.

    A tie is a difference that nobody can call wrong: the same letters, cut into other pieces whose scores add up to
    exactly the same ("3,000" as 3, + 00 + 0 or 3, + 0 + 00). The two programs add in another order.
    """

    compared: int
    ties: tuple[Difference, ...]
    different: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    """Tokens in the order of KoBERT's ids, and where they were read."""

    file: Path
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SentencePieces:
    """What a SentencePiece model says."""

    file: Path
    pieces: tuple[str, ...]
    scores: Mapping[str, float]
    """Of the pieces that text can be cut into."""
    charsmap: bytes

    @property
    def is_hub_form(self) -> bool:
        return self.pieces[: len(SPECIAL_TOKENS)] == SPECIAL_TOKENS


def is_kobert(directory: Path) -> bool:
    """Whether ``directory`` holds KoBERT's tokenizer in either form, judged by what its files say.

    One that begins like KoBERT but is damaged or incomplete counts: `tokenizer_from` tells what is wrong with it.
    """
    return any(
        vocabulary.tokens[: len(SPECIAL_TOKENS)] == SPECIAL_TOKENS
        and any(token.startswith("▁") for token in vocabulary.tokens)  # WordPiece has none
        for vocabulary in _readable_vocabularies(directory)
    )


def tokenizer_from(directory: Path, *, expressions: bool = False, size: int = VOCABULARY_SIZE) -> Tokenizer:
    """Build KoBERT's fast tokenizer, offline; ``Tokenizer.save`` writes what the service loads.

    It gives KoBERT's ids, ``[CLS] A [SEP]`` or ``[CLS] A [SEP] B [SEP]`` with token types 0 and 1, and neither pads nor
    truncates. As in the original, a literal ``[SEP]`` in the text becomes the special token, and a lone surrogate is
    refused: `ml.emotion.text.normalise` takes care of both.

    Args:
        directory: Holds the hub form, the older form, or both, which must then agree.
        expressions: Add the tokens of `EXPRESSIONS`.
        size: How many tokens to expect; another number than KoBERT's is for models of the same make.

    Raises:
        KobertUnreadable: A file is missing, is not what it should be, or disagrees with another one.
    """
    found = [_read_model(file) for file in sorted(directory.glob("*.model"))]
    if not found:
        raise KobertUnreadable(f"{directory}: spiece.model or tokenizer_78b3253a26.model is missing")
    vocabularies = _vocabularies(directory, found)
    if not vocabularies:
        raise KobertUnreadable(f"{directory}: vocab.txt is missing, which {found[0].file.name} needs for KoBERT's ids")
    for vocabulary in vocabularies:
        _check_tokens(vocabulary, vocabularies[0], size)
    for model in found:
        _check_pieces(model, found[0], vocabularies[0])
    _check_settings(directory, size)
    tokenizer = _build(vocabularies[0].tokens, found[0])
    if expressions:
        tokenizer.add_tokens([AddedToken(token, normalized=False) for token in EXPRESSIONS])
    return tokenizer


def differences(tokenizer: Tokenizer, reference: Callable[[str], Sequence[int]], texts: Iterable[str]) -> Parity:
    """Compare a Unigram tokenizer with a reference, id for id.

    Args:
        tokenizer: The one to judge.
        reference: Gives the ids of a text, special tokens included.
        texts: What to compare on.
    """
    scores = [score for _, score in json.loads(tokenizer.to_str())["model"]["vocab"]]
    ties: list[Difference] = []
    different: list[Difference] = []
    compared = 0
    for text in texts:
        compared += 1
        found, expected = tuple(tokenizer.encode(text).ids), tuple(reference(text))
        if found != expected:
            is_tie = _worth(tokenizer, scores, found) == _worth(tokenizer, scores, expected)
            (ties if is_tie else different).append(Difference(text=text, found=found, expected=expected))
    return Parity(compared=compared, ties=tuple(ties), different=tuple(different))


def _worth(tokenizer: Tokenizer, scores: Sequence[float], ids: Sequence[int]) -> tuple[str, float]:
    """The letters that ids stand for, and the exactly rounded sum of their scores."""
    letters = "".join(str(tokenizer.id_to_token(each)) for each in ids)
    return letters, math.fsum(scores[each] for each in ids if each < len(scores))


# --- building -----------------------------------------------------------------------------------------------------


def _build(tokens: Sequence[str], model: _SentencePieces) -> Tokenizer:
    scores = [(token, model.scores.get(token, 0.0)) for token in tokens]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=SPECIAL_TOKENS.index("[UNK]"), byte_fallback=False))
    tokenizer.normalizer = _normalizer(model.charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), _special_tokens_taken_apart()])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, SPECIAL_TOKENS.index(token)) for token in ("[CLS]", "[SEP]")],
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL_TOKENS])
    return tokenizer


def _normalizer(charsmap: bytes) -> normalizers.Normalizer:
    """What the original class does in Python, then what SentencePiece does.

    The NFC step belongs to neither. SentencePiece's own table composes Hangul again by longest match, which
    `normalizers.Precompiled` cannot: without NFC every syllable falls apart. ``StripAccents`` would not do for the
    marks either: it goes by category, the original by combining class, and U+FE0F tells them apart.
    """
    steps: list[normalizers.Normalizer] = [
        normalizers.Replace(Regex(_PYTHON_SPACES), " "),
        normalizers.Strip(),
        normalizers.Replace("``", '"'),
        normalizers.Replace("''", '"'),
        normalizers.NFKD(),
        normalizers.Replace(Regex(_combining_marks()), ""),
        normalizers.NFC(),
        *([normalizers.Precompiled(charsmap)] if charsmap else []),
        normalizers.Replace(Regex(" {2,}"), " "),
        normalizers.Strip(),
    ]
    return normalizers.Sequence(steps)


def _special_tokens_taken_apart() -> pre_tokenizers.PreTokenizer:
    """Keeps ``［ＳＥＰ］`` a word: made narrow by the normaliser, it would be the special token to the Unigram model.

    So it is to the original of the hub form, and not to that of the older form; no listener shall write one.
    KoBERT knows "[" and has no piece that goes on after it, so the cut changes nothing else.
    """
    names = "|".join(token.strip("[]") for token in SPECIAL_TOKENS)
    return pre_tokenizers.Split(Regex(rf"\[(?=({names})\])"), "merged_with_previous")


def _combining_marks() -> str:
    """A class of all characters with a combining class, for a regex engine that knows none."""
    marks = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(char))
    return "[" + "".join(rf"\x{{{ord(mark):x}}}" for mark in marks) + "]"


# --- checking -----------------------------------------------------------------------------------------------------


def _check_tokens(vocabulary: _Vocabulary, first: _Vocabulary, size: int) -> None:
    file, tokens = vocabulary.file, vocabulary.tokens
    if len(tokens) != size:
        raise KobertUnreadable(f"{file}: {len(tokens):,} tokens; KoBERT has {size:,}")
    if tokens[: len(SPECIAL_TOKENS)] != SPECIAL_TOKENS:
        begins = " ".join(tokens[: len(SPECIAL_TOKENS)])
        raise KobertUnreadable(f"{file}: begins with {begins}; KoBERT's ids begin with {' '.join(SPECIAL_TOKENS)}")
    if len(set(tokens)) != size:
        raise KobertUnreadable(f"{file}: {size - len(set(tokens))} of its tokens stand in it twice")
    for place, (here, there) in enumerate(zip(tokens, first.tokens, strict=True)):
        if here != there:
            raise KobertUnreadable(f"{file}: id {place} is {here!r}, but {there!r} in {first.file.name}")


def _check_pieces(model: _SentencePieces, first: _SentencePieces, vocabulary: _Vocabulary) -> None:
    if astray := sorted(model.scores.keys() ^ (set(vocabulary.tokens) - set(SPECIAL_TOKENS))):
        shown = ", ".join(map(repr, astray[:5]))
        raise KobertUnreadable(
            f"{model.file}: {len(astray):,} pieces are either not in it or not in {vocabulary.file.name}: {shown}"
        )
    if model.scores != first.scores:
        raise KobertUnreadable(f"{model.file}: scores its pieces otherwise than {first.file.name}")
    if model.charsmap != first.charsmap:
        raise KobertUnreadable(f"{model.file}: normalises text otherwise than {first.file.name}")


def _check_settings(directory: Path, size: int) -> None:
    for name, expected in _EXPECTED_SETTINGS.items():
        file = directory / name
        settings = _read_object(file) if file.exists() else {}
        for key in expected.keys() & settings.keys():
            value = settings[key]
            content = value.get("content") if isinstance(value, dict) else value
            if content != expected[key]:
                raise KobertUnreadable(f"{file}: {key} is {content!r}; KoBERT's is {expected[key]!r}")
        embedded = settings.get("vocab_size", size)
        if not isinstance(embedded, int) or embedded < size:
            raise KobertUnreadable(f"{file}: vocab_size is {embedded!r}; KoBERT has {size:,} tokens")


# --- reading ------------------------------------------------------------------------------------------------------


def _vocabularies(directory: Path, found: Sequence[_SentencePieces]) -> list[_Vocabulary]:
    """All lists of tokens in the order of KoBERT's ids."""
    inside = [_Vocabulary(file=model.file, tokens=model.pieces) for model in found if model.is_hub_form]
    listed = [_read_json(file) for file in sorted(directory.glob("kobertvocab_*.json"))]
    return inside + listed + [_read_lines(file) for file in directory.glob("vocab.txt")]


def _readable_vocabularies(directory: Path) -> Iterator[_Vocabulary]:
    for file in directory.glob("*.model"):
        with contextlib.suppress(KobertUnreadable):
            yield _Vocabulary(file=file, tokens=_read_model(file).pieces)
    for file in directory.glob("kobertvocab_*.json"):
        with contextlib.suppress(KobertUnreadable):
            yield _read_json(file)
    for file in directory.glob("vocab.txt"):
        with contextlib.suppress(KobertUnreadable):
            yield _read_lines(file)


def _read_lines(file: Path) -> _Vocabulary:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise KobertUnreadable(f"{file}: not readable as text ({cause})") from cause
    return _Vocabulary(file=file, tokens=tuple(text.removesuffix("\n").split("\n")))


def _read_json(file: Path) -> _Vocabulary:
    tokens = _read_object(file).get("idx_to_token")
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise KobertUnreadable(f"{file}: no list of tokens under idx_to_token")
    return _Vocabulary(file=file, tokens=tuple(tokens))


def _read_object(file: Path) -> dict[str, object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise KobertUnreadable(f"{file}: not readable as JSON ({cause})") from cause
    if not isinstance(content, dict):
        raise KobertUnreadable(f"{file}: expected a JSON object")
    return content


def _read_model(file: Path) -> _SentencePieces:
    """Read the few fields of sentencepiece_model.proto that matter; neither protobuf nor sentencepiece is needed."""
    try:
        message = _Message.of(file.read_bytes())
        pieces = [_Message.of(each) for each in message.strings.get(1, [])]
        trainer, normalizer = message.inside(2), message.inside(3)
        names = tuple(piece.string(1).decode() for piece in pieces)
        scores = [struct.unpack("<f", piece.string(2))[0] for piece in pieces]
    except (OSError, ValueError, struct.error) as cause:
        raise KobertUnreadable(f"{file}: not a SentencePiece model ({cause})") from cause
    kinds = [piece.numbers.get(3, _NORMAL) for piece in pieces]
    of_words = {kind for name, kind in zip(names, kinds, strict=True) if name not in SPECIAL_TOKENS}
    if not names or trainer.numbers.get(3, _UNIGRAM) != _UNIGRAM or not of_words <= _KNOWN_KINDS:
        raise KobertUnreadable(f"{file}: not a Unigram model of whole pieces, as KoBERT's is")
    if not all(normalizer.numbers.get(flag, 1) for flag in _NORMALIZER_FLAGS):
        raise KobertUnreadable(f"{file}: treats white space otherwise than KoBERT's model")
    words = zip(names, scores, kinds, strict=True)
    return _SentencePieces(
        file=file,
        pieces=names,
        scores={name: score for name, score, kind in words if kind == _NORMAL and name not in SPECIAL_TOKENS},
        charsmap=normalizer.string(2),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """A protobuf message: the last number and all strings of each field; fixed-width values count as strings."""

    numbers: Mapping[int, int]
    strings: Mapping[int, Sequence[bytes]]

    def string(self, field: int) -> bytes:
        """The last string of a field; empty if there is none."""
        return self.strings.get(field, [b""])[-1]

    def inside(self, field: int) -> "_Message":
        """The message that a field holds."""
        return _Message.of(self.string(field))

    @classmethod
    def of(cls, body: bytes) -> "_Message":
        """Read the wire format.

        Raises:
            ValueError: It is none.
        """
        numbers: dict[int, int] = {}
        strings: dict[int, list[bytes]] = {}
        place = 0
        while place < len(body):
            key, place = _varint(body, place)
            field, wire = key >> 3, key & 7
            if wire == _VARINT:
                numbers[field], place = _varint(body, place)
                continue
            length, place = _varint(body, place) if wire == _STRING else (_FIXED.get(wire, 0), place)
            if place + length > len(body) or (length == 0 and wire != _STRING):
                raise ValueError(f"byte {place} is out of place")
            strings.setdefault(field, []).append(body[place : place + length])
            place += length
        return cls(numbers=numbers, strings=strings)


def _varint(body: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(body):
            break
        byte = body[place]
        value, place = value | (byte & 0x7F) << shift, place + 1
        if byte < 0x80:
            return value, place
    raise ValueError(f"byte {place} is out of place")
