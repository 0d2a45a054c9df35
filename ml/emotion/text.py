"""One cleaning function for training and serving, so that a model always meets text in the form it learnt."""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that carry no words: control, format (zero-width, joiners), surrogates, private, unassigned."""

_RUN: Final = re.compile(r"(.)\1{3,}", re.DOTALL)
_BRACKETED_TOKEN: Final = re.compile(r"\[(unk|pad|cls|sep|mask)\]", re.IGNORECASE)
_VARIATION_SELECTOR: Final = re.compile("[\ufe00-\ufe0f]")


def normalise(text: str, *, lowercase: bool) -> str:
    """Bring an utterance into the one form that tokenizers see; never raises, whatever the input.

    Drops characters that carry no words (lone surrogates included), composes decomposed Hangul (NFC), cuts runs of
    one character to three (``ㅋㅋㅋㅋㅋ`` -> ``ㅋㅋㅋ``) and collapses white space. A literal ``[SEP]`` becomes
    ``(sep)``: tokenizers would take it for their own special token.
    """
    visible = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    composed = unicodedata.normalize("NFC", _VARIATION_SELECTOR.sub("", visible))
    if lowercase:
        composed = composed.lower()
    harmless = _BRACKETED_TOKEN.sub(lambda token: f"({token[1].lower()})", composed)
    return " ".join(_RUN.sub(r"\1\1\1", harmless).split())
