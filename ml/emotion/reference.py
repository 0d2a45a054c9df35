"""Tokenizers a second time, plainly and slowly, to compare the fast ones with."""

import importlib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tokenizers import Tokenizer

from ml.emotion.kobert import SPECIAL_TOKENS

_UNKNOWN_PENALTY: Final = 10.0
"""SentencePiece's: an unknown letter scores so much less than the worst piece."""

_SPECIAL_TOKEN: Final = re.compile("(" + "|".join(map(re.escape, SPECIAL_TOKENS)) + ")")


class Original:
    """KoBertTokenizer of monologg/KoBERT-Transformers over sentencepiece itself; gives the ids of a text.

    Left out is its step for pieces like "3,", of which KoBERT's vocabulary has none. Ids come from the vocabulary or,
    where there is none beside a model of the hub form, from the model itself.
    """

    def __init__(self, model: Path, vocabulary: Path) -> None:
        sentencepiece: Any = importlib.import_module("sentencepiece")
        read = sentencepiece.SentencePieceProcessor(model_file=str(model))
        self.cut = read.encode_as_pieces
        listed = vocabulary.read_text(encoding="utf-8").splitlines() if vocabulary.exists() else None
        tokens: list[str] = listed or [read.id_to_piece(number) for number in range(read.vocab_size())]
        self.ids = {token: number for number, token in enumerate(tokens)}

    def __call__(self, text: str) -> list[int]:
        """Ids of a text, special tokens included."""
        inside: list[int] = []
        for part in _SPECIAL_TOKEN.split(text):
            pieces = [part] if part in SPECIAL_TOKENS else self.cut(_prepared(part))
            inside += [self.ids.get(piece, self.ids["[UNK]"]) for piece in pieces]
        return [self.ids["[CLS]"], *inside, self.ids["[SEP]"]]


def hides_special_token(text: str) -> bool:
    """Whether the text holds ``［ＳＥＰ］`` or its like, which is special to the original of the hub form alone.

    Its model has the special tokens as symbols of its own and looks for them after the letters were made narrow.
    """
    return any(_SPECIAL_TOKEN.search(_prepared(part)) for part in _SPECIAL_TOKEN.split(text)[::2])


def _prepared(text: str) -> str:
    quoted = " ".join(text.strip().split()).replace("``", '"').replace("''", '"')
    return "".join(char for char in unicodedata.normalize("NFKD", quoted) if not unicodedata.combining(char))


class PlainUnigram:
    """A tokenizer of ``scripts/pretrain_emotion.py``, cut by a textbook Viterbi search; gives the ids of a text."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        description = json.loads(tokenizer.to_str())
        self.scores: dict[str, float] = dict(description["model"]["vocab"])
        self.ids = {piece: number for number, (piece, _) in enumerate(description["model"]["vocab"])}
        self.longest = max(map(len, self.scores))
        self.unknown = int(description["model"]["unk_id"])
        self.unknown_score = min(self.scores.values()) - _UNKNOWN_PENALTY

    @staticmethod
    def can_read(tokenizer: Tokenizer) -> bool:
        """Whether a tokenizer is of that make: words marked by ``▁``, digits apart, letters as they are."""
        description = json.loads(tokenizer.to_str())
        steps = (description["pre_tokenizer"] or {}).get("pretokenizers", [])
        kinds = [step["type"] for step in steps]
        unigram = description["model"]["type"] == "Unigram"
        return unigram and description["normalizer"] is None and kinds == ["Metaspace", "Digits"]

    def __call__(self, text: str) -> list[int]:
        """Ids of a text, special tokens included; a text that holds special tokens is not for this."""
        inside = [number for word in _marked_words(text) for number in self._cut(word)]
        return [self.ids["[CLS]"], *inside, self.ids["[SEP]"]]

    def _cut(self, word: str) -> list[int]:
        """Ids of the best way to cut a word; neighbouring unknown letters are one unknown."""
        best: list[tuple[float, int, int]] = [(0.0, 0, -1)]
        for end in range(1, len(word) + 1):
            choices = [(best[end - 1][0] + self.unknown_score, end - 1, self.unknown)]
            for start in range(max(0, end - self.longest), end):
                piece = word[start:end]
                if piece in self.scores and piece not in SPECIAL_TOKENS:
                    choices.append((best[start][0] + self.scores[piece], start, self.ids[piece]))
            best.append(max(choices, key=lambda choice: choice[0]))
        cut: list[int] = []
        end = len(word)
        while end:
            _, end, number = best[end]
            if number != self.unknown or not cut or cut[-1] != self.unknown:
                cut.append(number)
        return cut[::-1]


def _marked_words(text: str) -> Iterator[str]:
    """Words with ``▁`` before each; digits are words of their own."""
    marked = text.replace(" ", "▁")
    if marked and not marked.startswith("▁"):
        marked = f"▁{marked}"
    for word in re.findall("▁[^▁]*", marked):
        for is_number, letters in itertools.groupby(word, _is_number):
            run = "".join(letters)
            yield from run if is_number else [run]


def _is_number(letter: str) -> bool:
    return unicodedata.category(letter) in {"Nd", "Nl", "No"}
