"""Every sentence a listener can read, by key and language, with Korean particles that agree with the word before."""

import re
import tomllib
import unicodedata
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
_OTHER: Final = 1
"""Any final consonant but ㄹ, which alone ever makes a difference; numbers are Unicode's, where 0 is none."""
_FINAL_IN_DIGIT: Final[Mapping[str, int]] = {"0": 21, "1": _RIEUL, "3": 16, "6": _OTHER, "7": _RIEUL, "8": _RIEUL}
"""Final consonants of 영 일 삼 육 칠 팔; the other digits' names end in a vowel."""
_FINAL_IN_KANA: Final[Mapping[str, int]] = {"ん": 4, "ン": 4, "っ": 19, "ッ": 19}
"""All other sounds of Japanese end in a vowel, and so do most readings of its kanji."""
_SHORT: Final = "(?:(?<![aeiou])[aeiou]|ae|eo)"
"""A short vowel: a consonant after it closes the syllable (핫), but after a long one gets a vowel of its own (비트).

``ae`` and ``eo`` are the 애 and 어 of Korean names.
"""
_LATIN: Final[Sequence[tuple[re.Pattern[str], int]]] = tuple(
    (re.compile(f"(?:{ends})$"), final)
    for ends, final in (
        (r"\b(?:bit|diet|exit|hit|jet|kit|btob)|ballet|bouquet|debut|finale|mosaic|ukulele|\dcm", 0),  # 히트, 센치
        (r"\b(?:big|god|good|swag)|bag|foot|group|type|york|chocolate|favou?rite|minute", _OTHER),  # 빅, 굿, 타입, 뉴욕
        (r"(?:cigar|roul|silhou)ette", _OTHER),  # 룰렛; but 팔레트
        (r"le?|(?<![\w.])r", _RIEUL),  # 걸, 애플, 스타일, and the letter 알
        (r"[mn]|mb|ng(?:ue)?|[aeiouy](?:m|n|nn|gn)e", _OTHER),  # 드림, 밤, 송, 텅, 타임, 앤, 샴페인
        (rf"[aeiou]c|ck|ook|{_SHORT}[kq]", _OTHER),  # 매직, 블랙, 룩, 틱톡; but 싱크, 위크, 핑크
        (rf"(?:{_SHORT}|ee)pp?|{_SHORT}bb?", _OTHER),  # 업, 딥, 클럽; but 루프, 점프, 벌브
        (rf"(?:{_SHORT}|[iou]e|io|ou)tt?", _OTHER),  # 선셋, 듀엣, 아이디엇, 아웃; but 비트, 나이트, 하트
        (r"[a-z][1789]", _OTHER),  # on a letter digits are English: 갓세븐
        (r"[a-z]\d", 0),  # 데이식스
    )
)
"""Ends of words in Latin letters by their commonest spelling in Hangul, words that break the rules first.

Whatever else they end in, d, f, g, s, z and silent e among it, is heard with a vowel: 무드, 허그, 게임스, 라이크.
"""
_BRACKETED_AT_END: Final = re.compile(r"[(\[](?:[^()\[\]]|[(\[][^()\[\]]*[)\]])*[)\]]\W*$")


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

    A particle agrees with what stands before brackets, as Korean spelling has it: 봄 (Feat. 아이유) ends in 봄.
    Punctuation at the end is not heard, but % and + are (퍼센트, 플러스).
    """
    said = unicodedata.normalize("NFKC", text).lower()
    said = _before_brackets(said).strip() or said
    heard = re.sub(r"(?:[^\w%+]|_)+$", "", said)
    if not heard:
        return 0
    last = heard[-1]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    for ends, final in _LATIN:
        if ends.search(heard):
            return final
    return _FINAL_IN_DIGIT.get(last, _FINAL_IN_KANA.get(last, 0))


def _before_brackets(text: str) -> str:
    while (shorter := _BRACKETED_AT_END.sub("", text)) != text:
        text = shorter
    return text
