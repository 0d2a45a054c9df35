"""Turns an utterance into numbers of buckets: hashed n-grams of its letters and of the jamo that they are made of.

Letters keep their gaps, so that words have a beginning and an end. Jamo are read without gaps, so that a missing space
or a typing mistake (십다 for 싶다) changes a few n-grams and not all of them.
"""

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.letters import plain

BUCKETS_LOG2: Final = 16
LETTERS: Final = (1, 2, 3, 4)
"""Lengths of the n-grams of letters."""
JAMO: Final = (3, 5)
READ_LIMIT: Final = 400
"""Letters of an utterance that are read from its beginning, and as many from its end: time is bounded."""

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio (Fibonacci hashing, Knuth, TAOCP 3, 6.4): neighbours land far apart."""

Buckets = npt.NDArray[np.int64]


def buckets_of(text: str) -> Buckets:
    """The buckets that the n-grams of an utterance fall into: sorted, each once, below 2 ** `BUCKETS_LOG2`."""
    words = plain(text if len(text) <= 2 * READ_LIMIT else f"{text[:READ_LIMIT]} {text[-READ_LIMIT:]}")
    jamo = unicodedata.normalize("NFD", words.replace(" ", ""))
    hashes = (*_ngrams(f" {words} ", LETTERS, seed=1), *_ngrams(f"^{jamo}$", JAMO, seed=2))
    return np.unique(np.concatenate(hashes) >> np.uint64(64 - BUCKETS_LOG2)).astype(np.int64)


def _ngrams(letters: str, lengths: tuple[int, ...], *, seed: int) -> list[npt.NDArray[np.uint64]]:
    """Hashes of all n-grams, each length built on the one before it."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    hashes = np.full(len(codes), seed, dtype=np.uint64)
    found = []
    for length in range(1, min(max(lengths), len(codes)) + 1):
        hashes = (hashes[: len(codes) - length + 1] ^ codes[length - 1 :]) * _SPREAD
        hashes ^= hashes >> np.uint64(29)
        if length in lengths:
            found.append(hashes)
    return found
