"""Opens what training starts from: a pretrained BERT, RoBERTa or ELECTRA with its own tokenizer, case and padding.

A base is a directory or an id on the Hugging Face hub. KoBERT's files need `ml.emotion.kobert`; everyone else's
tokenizer is read from ``tokenizer.json`` or built by transformers from ``vocab.txt``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from huggingface_hub import snapshot_download
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer, PretrainedConfig, PreTrainedModel

from ml.emotion.kobert import EXPRESSIONS, KobertUnreadable, is_kobert, tokenizer_from
from ml.emotion.text import normalise

_NOT_FOR_TORCH: Final = ["*.h5", "*.msgpack", "*.onnx", "*.ot", "*.tflite", "legacy/*", "flax*", "tf_*"]
_WITH_POOLER: Final = {"bert", "roberta"}

UNKNOWN_ALLOWED: Final = 0.3
"""Share of unknown tokens from which a tokenizer is taken for the wrong one; KoBERT has 0.8 % on film reviews."""


class BaseUnavailable(RuntimeError):
    """A base cannot be had or used; the message says which, why, and how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """How a model sees text."""

    tokenizer: Tokenizer
    lowercase: bool
    pad_id: int
    unknown_id: int

    @classmethod
    def of(cls, tokenizer: Tokenizer, max_length: int) -> "Tokens":
        """Set a tokenizer up for training: no padding, at most ``max_length`` tokens.

        Text is put into lower case for a vocabulary without capitals.

        Raises:
            BaseUnavailable: The tokenizer has no token for padding or none for the unknown.
        """
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length)
        return cls(
            tokenizer=tokenizer,
            lowercase=not _knows_capitals(tokenizer),
            pad_id=_id_of(tokenizer, "[PAD]", "<pad>"),
            unknown_id=unknown_id(tokenizer),
        )

    def encode(self, texts: Iterable[str]) -> list[list[int]]:
        """Token ids of utterances, special tokens included; cleaned as the service cleans them."""
        cleaned = [normalise(text, lowercase=self.lowercase) for text in texts]
        return [encoding.ids for encoding in self.tokenizer.encode_batch(cleaned)]

    def check(self, rows: Sequence[Sequence[int]]) -> None:
        """Refuse a tokenizer that cannot read the text, which would otherwise train to chance without a word.

        Raises:
            BaseUnavailable: More than `UNKNOWN_ALLOWED` of the tokens are unknown.
        """
        read = sum(max(0, len(row) - 2) for row in rows)
        unknown = sum(row.count(self.unknown_id) for row in rows)
        if unknown > UNKNOWN_ALLOWED * max(1, read):
            raise BaseUnavailable(
                f"its tokenizer reads {unknown / read:.0%} of the text as unknown: vocabulary and tokenizer are not "
                "of one kind (see ml/emotion/kobert.py for KoBERT's; a cased vocab.txt needs do_lower_case: false)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A pretrained model that can be fine-tuned."""

    name: str
    """Id on the hub, or name of the directory."""
    directory: Path
    config: PretrainedConfig
    tokens: Tokens

    def pretrained(self) -> PreTrainedModel:
        """The encoder with its weights, without pooler, in float32.

        Raises:
            BaseUnavailable: There are no weights, or they do not fit.
        """
        try:
            encoder = AutoModel.from_pretrained(self.directory, dtype=torch.float32, **_options(self.config))
        except (OSError, ValueError, RuntimeError) as cause:
            raise BaseUnavailable(
                f"{self.name}: no usable weights ({_first_line(cause)}); {_how(self.name)}"
            ) from cause
        return self._with_added_tokens(encoder)

    def _with_added_tokens(self, encoder: PreTrainedModel) -> PreTrainedModel:
        """Give `EXPRESSIONS` the mean vector of the word that each stands for."""
        tokenizer = self.tokens.tokenizer
        old, new = encoder.config.vocab_size, tokenizer.get_vocab_size()
        if new > old:
            encoder.resize_token_embeddings(new, mean_resizing=False)
            table = encoder.get_input_embeddings().weight
            with torch.no_grad():
                for expression, word in EXPRESSIONS.items():
                    pieces = tokenizer.encode(word, add_special_tokens=False).ids
                    table[tokenizer.token_to_id(expression)] = table[pieces].mean(0)
        return encoder


def untrained(config: PretrainedConfig) -> PreTrainedModel:
    """An encoder of some shape without weights, to load a checkpoint into."""
    return AutoModel.from_config(config, **_options(config))


def _options(config: PretrainedConfig) -> dict[str, Any]:
    options: dict[str, Any] = {"attn_implementation": "eager"}  # which exports to the graph that int8 needs
    return options | ({"add_pooling_layer": False} if config.model_type in _WITH_POOLER else {})


def open_base(name: str, *, max_length: int, expressions: bool = True) -> Base:
    """Open a base; its weights are not read yet.

    Args:
        name: A directory, or an id on the Hugging Face hub, which is then downloaded or found in the hub's cache.
        max_length: Tokens an utterance, special tokens included.
        expressions: Teach KoBERT's tokenizer the tokens of `EXPRESSIONS`.

    Raises:
        BaseUnavailable: It cannot be had, or its files are not those of a base.
    """
    directory = fetch(name)
    try:
        config = AutoConfig.from_pretrained(directory)
        tokenizer = _tokenizer(directory, config, expressions=expressions)
    except (OSError, ValueError, KobertUnreadable) as cause:
        raise BaseUnavailable(f"{name}: not usable as a base ({_first_line(cause)})") from cause
    tokens = Tokens.of(tokenizer, max_length)
    if config.pad_token_id not in (None, tokens.pad_id):
        raise BaseUnavailable(f"{name}: its model pads with {config.pad_token_id}, its tokenizer with {tokens.pad_id}")
    return Base(name=directory.name if Path(name).is_dir() else name, directory=directory, config=config, tokens=tokens)


def fetch(name: str) -> Path:
    """The directory of a base, downloaded if need be.

    Raises:
        BaseUnavailable: It is neither here nor to be had.
    """
    if Path(name).is_dir():
        return Path(name)
    try:
        return Path(snapshot_download(name, ignore_patterns=_NOT_FOR_TORCH))
    except Exception as cause:  # the hub's client raises its own, httpx's and the file system's errors
        raise BaseUnavailable(f"{name}: not on this machine and not downloaded; {_how(name)}") from cause


def unknown_id(tokenizer: Tokenizer) -> int:
    """Id of the token for what the vocabulary lacks.

    Raises:
        BaseUnavailable: There is none.
    """
    return _id_of(tokenizer, "[UNK]", "<unk>")


def _tokenizer(directory: Path, config: PretrainedConfig, *, expressions: bool) -> Tokenizer:
    if is_kobert(directory):
        return tokenizer_from(directory, expressions=expressions, size=config.vocab_size)
    if (directory / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(directory / "tokenizer.json"))
    return AutoTokenizer.from_pretrained(directory).backend_tokenizer


def _id_of(tokenizer: Tokenizer, *names: str) -> int:
    for name in names:
        if (found := tokenizer.token_to_id(name)) is not None:
            return found
    raise BaseUnavailable(f"a tokenizer without {' or '.join(names)}")


def _knows_capitals(tokenizer: Tokenizer) -> bool:
    """Whether some token of text has a capital letter."""
    special = tokenizer.get_added_tokens_decoder().keys()
    return any(
        "A" <= letter <= "Z" for token, i in tokenizer.get_vocab().items() if i not in special for letter in token
    )


def _how(name: str) -> str:
    return f"where there is network: hf download {name} --local-dir DIR, then give DIR in its place"


def _first_line(cause: Exception) -> str:
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
