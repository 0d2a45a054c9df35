"""Every sentence a listener can read, by key and language, with Korean particles that agree with the word before."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Final

from bot.domain import Language

_PARTICLE: Final = re.compile(
    r"(?P<before>.)(?P<quote>[’”\"')]?)(?P<pair>\(으\)로|이\(가\)|은\(는\)|을\(를\)|와\(과\))"
)
_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_RIEUL: Final = 8
_FINAL_IN_DIGIT: Final = "013678"
"""Digits whose Sino-Korean names end in a consonant: 영 일 삼 육 칠 팔."""
_FINAL_IN_LATIN: Final = "lmnr"
"""Letters at a word's end that are usually heard as a final consonant in Korean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The sentences of all languages."""

    sentences: Mapping[Language, Mapping[str, Sequence[str]]]

    def say(self, key: str, language: Language, rng: Random | None = None, **values: object) -> str:
        """One sentence, with ``values`` filled in; of several variants ``rng`` picks one (the first without it).

        Raises:
            KeyError: There is no such sentence; a test keeps the languages complete.
        """
        variants = self.sentences[language][key]
        sentence = rng.choice(variants) if rng else variants[0]
        return with_particles(sentence.format(**values)) if values else sentence

    def variants(self, key: str, language: Language) -> Sequence[str]:
        """All variants of a sentence."""
        return self.sentences[language][key]


def load_phrases() -> Phrases:
    """Read the sentences that ship with the package."""
    folder = files("bot") / "locales"
    return Phrases(
        sentences={
            language: tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8")) for language in Language
        }
    )


def with_particles(sentence: str) -> str:
    """Resolve 이(가), 은(는), 을(를), 와(과), (으)로 by the sound that ends the word before: ‘밤편지’를, ‘봄날’을."""

    def agree(match: re.Match[str]) -> str:
        final = _final_consonant(match["before"])
        with_final, without = _PAIRS[match["pair"]]
        rieul_counts_as_none = match["pair"] == "(으)로" and final == _RIEUL
        particle = without if final == 0 or rieul_counts_as_none else with_final
        return match["before"] + match["quote"] + particle

    return _PARTICLE.sub(agree, sentence)


def _final_consonant(char: str) -> int:
    """The index of a syllable's final consonant (0: none, 8: ㄹ); for other letters, whether one is heard."""
    if "가" <= char <= "힣":
        return (ord(char) - ord("가")) % 28
    if char.isdigit():
        return _RIEUL if char in "178" else int(char in _FINAL_IN_DIGIT)
    return int(char.lower() in _FINAL_IN_LATIN)
