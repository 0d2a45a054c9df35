"""Brings disguised and careless spelling into one form, so that rules and models need not know every variant."""

import re
import unicodedata
from typing import Final

LONGEST_WISH: Final = 40
"""Letters of the longest utterance that is still looked at: wishes are short, and feelings need not be."""

_TWINS: Final = {
    "ㄱㅅ": "ㄳ",
    "ㄴㅈ": "ㄵ",
    "ㄴㅎ": "ㄶ",
    "ㄹㄱ": "ㄺ",
    "ㄹㅁ": "ㄻ",
    "ㄹㅂ": "ㄼ",
    "ㄹㅎ": "ㅀ",
    "ㅂㅅ": "ㅄ",
}
_JAMO_SPELLED: Final = re.compile(rf"([ㄱ-ㅎ]) ?([ㅏ-ㅣ])(?: ?({'|'.join(_TWINS)}|[ㄱ-ㅎ])(?! ?[ㅏ-ㅣ]))?")
_JAMO_APART: Final = re.compile(r"(?<=[ㄱ-ㅣ]) (?=[ㄱ-ㅣ](?:[ ㄱ-ㅣ]|$))")
_LETTERS_APART: Final = re.compile(r"\b[a-z](?: [a-z]){2,}\b")
_RUN: Final = re.compile(r"(.)\1{2,}")
_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FINALS: Final = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_VOWEL_LOOKALIKE: Final = re.compile(r"(?<=[ㄱ-ㅎ])[rlih1](?![a-z])")
_VOWELS: Final = {"r": "ㅏ", "l": "ㅣ", "i": "ㅣ", "1": "ㅣ", "h": "ㅐ"}
_LATIN_LOOKALIKE: Final = re.compile(r"(?<=[a-z])[0134@$](?=[a-z])")
_LATIN: Final = {"0": "o", "1": "i", "3": "e", "4": "a", "@": "a", "$": "s"}

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NO_GAP: Final = str.maketrans(dict.fromkeys("'’‘`\u200b\u200c\u200d\u2060\ufeff"))


def plain(text: str) -> str:
    """Small letters and digits, words apart by one space.

    ``ㅈㅏ살``, ``ㅈr살`` and ``ㅈ ㅏ 살`` become 자살, ``k1ll`` becomes kill and ``s a d`` becomes sad. Runs are cut:
    ``싫어어어`` to 싫어, ``ㅋㅋㅋㅋ`` to ㅋㅋ. Every other sign is a gap between words, so ``자.살`` becomes ``자 살``.
    """
    small = unicodedata.normalize("NFC", text).lower().translate(_WIDE).translate(_NO_GAP)
    small = _LATIN_LOOKALIKE.sub(lambda sign: _LATIN[sign[0]], small)
    kept = "".join(char if unicodedata.category(char)[0] in "LN" else " " for char in small)
    kept = _VOWEL_LOOKALIKE.sub(lambda sign: _VOWELS[sign[0]], " ".join(kept.split()))
    kept = _LETTERS_APART.sub(lambda letters: letters[0].replace(" ", ""), _JAMO_APART.sub("", kept))
    whole = _JAMO_SPELLED.sub(lambda jamo: _syllable(*jamo.groups()), kept)
    return _RUN.sub(lambda run: run[1] * (2 if "ㄱ" <= run[1] <= "ㅣ" else 1), whole)


def squeezed(text: str) -> str:
    """Letters and digits alone, folded to one case and one form, without a gap: names and short wishes are found so."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def wish_letters(text: str) -> str:
    """The letters of an utterance without laughter and tears; nothing of one that is too long for a wish."""
    if len(text) > 4 * LONGEST_WISH:  # nor is it looked at, however long it is
        return ""
    letters = squeezed(text).strip("ㅋㅎㅠㅜ")
    return letters if len(letters) <= LONGEST_WISH else ""


def _syllable(initial: str, vowel: str, final: str | None) -> str:
    if initial not in _INITIALS:
        return initial + vowel + (final or "")
    final = _TWINS.get(final or "", final)
    tail = _FINALS.index(final) + 1 if final and final in _FINALS else 0
    rest = final if final and not tail else ""
    number = (_INITIALS.index(initial) * 21 + ord(vowel) - ord("ㅏ")) * 28 + tail
    return chr(ord("가") + number) + (rest or "")
