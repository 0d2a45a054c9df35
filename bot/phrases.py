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
    r"\{(?P<name>\w+)\}(?P<quote>[’”]?)(?P<pair>\(으\)로|이\(가\)|은\(는\)|을\(를\)|와\(과\))"
)
_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_RIEUL: Final = 8
_FINAL_IN_DIGIT: Final[Mapping[str, int]] = {"0": 21, "1": _RIEUL, "3": 16, "6": 1, "7": _RIEUL, "8": _RIEUL}
"""Final consonants of 영 일 삼 육 칠 팔; the other digits' names end in a vowel."""
_FINAL_IN_LATIN: Final[Mapping[str, int]] = {"l": _RIEUL, "m": 16, "n": 4}
"""Letters at a word's end that Korean hears as a final consonant; "ng" is one, too, and "r" is none (서머, 플라워)."""
_IEUNG: Final = 21
_KIYEOK: Final = 1
_CLOSED_IN_ENGLISH: Final = re.compile(r"[aeiou](?P<letter>[lmn])e$|ck$|ook$|[aeiou]p$")
"""Ends of English words that Korean closes, too: Scene (씬), Back (백), Look (룩), Up (업)."""


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
        return with_particles(sentence, values).format(**values) if values else sentence

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


def with_particles(sentence: str, values: Mapping[str, object]) -> str:
    """Resolve 이(가), 은(는), 을(를), 와(과), (으)로 after a place by the sound of what will stand there.

    ‘{title}’을(를) becomes ‘{title}’를 for 밤편지 and ‘{title}’을 for 봄날; the values themselves are left alone.
    """

    def agree(match: re.Match[str]) -> str:
        final = _final_consonant(str(values[match["name"]]))
        with_final, without = _PAIRS[match["pair"]]
        rieul_counts_as_none = match["pair"] == "(으)로" and final == _RIEUL
        particle = without if final == 0 or rieul_counts_as_none else with_final
        return f"{{{match['name']}}}{match['quote']}{particle}"

    return _PARTICLE.sub(agree, sentence)


def _final_consonant(text: str) -> int:
    """The final consonant heard at the end of a text, as its number in Unicode's order (0: none, 8: ㄹ).

    Brackets and punctuation at the end are not heard: 사랑 (Feat. 샘김) ends in 김.
    """
    heard = re.sub(r"[\W_]+$", "", text).lower()
    if not heard:
        return 0
    last = heard[-1]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if heard.endswith("ng"):
        return _IEUNG
    if closed := _CLOSED_IN_ENGLISH.search(heard):
        return _FINAL_IN_LATIN.get(closed["letter"], _KIYEOK)
    return _FINAL_IN_DIGIT.get(last, _FINAL_IN_LATIN.get(last, 0))
