"""Directories in both forms of KoBERT's tokenizer."""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ml.emotion.kobert import SPECIAL_TOKENS

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
UNIGRAM, BPE = 1, 2


def model_bytes(
    pieces: Iterable[tuple[str, float, int]], *, charsmap: bytes = b"", kind: int = UNIGRAM, keeps_spaces: bool = False
) -> bytes:
    """A SentencePiece model of (piece, score, kind), in the wire format of protobuf."""
    body = b"".join(
        _string(1, _string(1, piece.encode()) + b"\x15" + struct.pack("<f", score) + _number(3, of))
        for piece, score, of in pieces
    )
    normaliser = _string(2, charsmap) + (_number(4, 0) if keeps_spaces else b"")
    return body + _string(2, _number(3, kind)) + _string(3, normaliser)


def write_hub_form(directory: Path, scores: Mapping[str, float], *, charsmap: bytes = b"") -> Path:
    """Write what ``skt/kobert-base-v1`` holds, for pieces in the order of their ids."""
    directory.mkdir(parents=True, exist_ok=True)
    special = [(token, 0.0, UNKNOWN if token == "[UNK]" else USER_DEFINED) for token in SPECIAL_TOKENS]
    words = [(piece, score, NORMAL) for piece, score in scores.items()]
    (directory / "spiece.model").write_bytes(model_bytes(special + words, charsmap=charsmap))
    _write_json(directory / "config.json", {"model_type": "bert", "pad_token_id": 1, "vocab_size": 5 + len(scores)})
    _write_json(directory / "tokenizer_config.json", {"do_lower_case": False, "tokenizer_class": "KoBERTTokenizer"})
    mask = {"content": "[MASK]", "lstrip": True}
    _write_json(directory / "special_tokens_map.json", {"unk_token": "[UNK]", "pad_token": "[PAD]", "mask_token": mask})
    return directory


def write_older_form(directory: Path, scores: Mapping[str, float], *, charsmap: bytes = b"") -> Path:
    """Write what ``monologg/kobert`` holds: the model's pieces by score, and KoBERT's ids beside it, twice."""
    directory.mkdir(parents=True, exist_ok=True)
    special = [("<unk>", 0.0, UNKNOWN), ("<s>", 0.0, CONTROL), ("</s>", 0.0, CONTROL)]
    words = sorted(((piece, score, NORMAL) for piece, score in scores.items()), key=lambda word: -word[1])
    (directory / "tokenizer_0123456789.model").write_bytes(model_bytes(special + words, charsmap=charsmap))
    write_vocabulary(directory, [*SPECIAL_TOKENS, *scores])
    return directory


def write_vocabulary(directory: Path, tokens: Sequence[str]) -> None:
    """Write the ids of the older form."""
    (directory / "vocab.txt").write_text("\n".join(tokens) + "\n", encoding="utf-8")
    _write_json(directory / "kobertvocab_0123456789.json", {"idx_to_token": list(tokens), "padding_token": "[PAD]"})


def _write_json(file: Path, content: Mapping[str, object]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _string(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in range(0, max(1, value.bit_length()), 7)]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])
