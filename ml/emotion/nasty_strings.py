"""Strings that tell tokenizers apart, the same ones on every run."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

DATA: Final = Path(__file__).parent / "data"

NEWER_THAN_TOKENIZERS: Final = {
    "U+32FF, square era name Reiwa": "\u32ff",
    "U+A7F2 to U+A7F4, Latin modifier letters": "\ua7f2\ua7f3\ua7f4",
    "U+AB69, Latin modifier letter": "\uab69",
    "U+10781 to U+107BA, Latin modifier letters": "".join(map(chr, range(0x10781, 0x107BB))),
    "U+11938, Dives Akuru vowel sign": "\U00011938",
    "U+1F16C, raised MR sign": "\U0001f16c",
    "U+1FBF0 to U+1FBF9, segmented digits": "".join(map(chr, range(0x1FBF0, 0x1FBFA))),
}
"""Left out of every string: `tokenizers` normalises by tables of Unicode 11, Python 3.11 by those of Unicode 14.

These came with Unicode 12 to 14, and only Python knows what they are made of.
"""

SENTENCES: Final = (
    "한국어 모델을 공유합니다.",
    "오늘은 누구랑 같이 밥을 먹어야 할까?",
    "합격했어! 아직도 손이 떨려",
    "아무 일도 없었는데 자꾸 눈물이 난다",
    "3,500원 때문에 싸운 게 너무 부끄러워…",
    "내일 발표가 10:30인데 ppt가 0장이다",
    "걔가 또 약속을 깼어. 이번이 세 번째야!!!",
    "뷁 쩐다 잼나게 놀았다 됬어 봣어",
    "나 KTX 타고 부산 가는 중, 바다 보러!",
    "“괜찮아”라고 말했지만 ‘안 괜찮다’",
    "ㅇㅈ? ㅇㅇㅈ ㄹㅇ ㅋㅋ 개웃김ㅋㅋㅋㅋ",
    "I miss you so much, 엄마",
)

COMPATIBILITY_JAMO: Final = "".join(map(chr, range(0x3131, 0x318F)))
CONJOINING_JAMO: Final = "".join(map(chr, [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
OLD_JAMO: Final = "".join(map(chr, [*range(0x1113, 0x1160), *range(0x1176, 0x11A8), *range(0xA960, 0xA97D)]))
HALFWIDTH_JAMO: Final = "".join(map(chr, range(0xFFA1, 0xFFBF)))
EMOJI: Final = (
    *"😭😂🤣😊😡😍🥹🔥💔👍🙏😱😮💨🤬🌧☀♥♡❤★☆♪",
    "❤️",
    "❤️‍🔥",
    "👩‍👩‍👧‍👦",
    "👨🏽‍💻",
    "👍🏻",
    "👍🏿",
    "🏳️‍🌈",
    "🇰🇷",
    "1️⃣",
    "#️⃣",
    "🧑🏼‍🤝‍🧑🏿",
    "☹︎",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
)
CONTROLS: Final = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180E])) + (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064\u2066\u2069\u206a\u206f"
    "\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffb\ufffc\ufffd\ufffe\uffff\U000e0001\U000e0020"
)
SPACES: Final = " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
MARKS: Final = "".join(
    map(chr, [*range(0x300, 0x370), *range(0x483, 0x48A), 0x591, 0x5B0, 0x64B, 0x670, 0x93C, 0x94D])
) + ("\u09be\u09d7\u0b3e\u0bbe\u0dcf\u102e\u1b35\u302e\u302f\u3099\u309a\u20d0\u20dd\u20e3\ufe20\ufe2f\U0001d165")
PUNCTUATION: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~…·―‘’“”′※〈〉《》「」『』【】、。，！？～▁￦₩"
SPECIAL: Final = (
    "[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", "[sep]", "[SEP", "SEP]", "[[SEP]]", "[ SEP ]", "[CLS][SEP]",
    "［ＳＥＰ］", "［CLS］", "[ＭＡＳＫ]", "<unk>", "<s>", "</s>", "[unused0]", "##", "▁", "▁[SEP]", "[S\u0301EP]",
)  # fmt: skip


@cache
def nasty_strings(seed: int = 20_260_101) -> tuple[str, ...]:
    """Over 12,000 strings without lone surrogates; the same seed gives the same ones."""
    strings = [text for make in MAKERS for text in make(Random(f"{make.__name__} {seed}"))]
    return tuple(cleaned(text) for text in strings)


def cleaned(text: str) -> str:
    """Without what no tokenizer takes (lone surrogates) and what cannot be compared (`NEWER_THAN_TOKENIZERS`)."""
    return text.translate(_UNFIT)


_UNFIT: Final = dict.fromkeys([*range(0xD800, 0xE000), *map(ord, "".join(NEWER_THAN_TOKENIZERS.values()))])


def sentences() -> list[str]:
    """The project's own sentences, in the order of their files."""
    files = sorted([*DATA.glob("written/*.tsv"), *DATA.glob("dev/*.tsv")])
    return [line.split("\t")[-1] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def natural(rng: Random) -> Iterator[str]:
    yield from SENTENCES
    yield from rng.sample(sentences(), 2_000)


def decomposed(rng: Random) -> Iterator[str]:
    for text in (*SENTENCES, *rng.sample(sentences(), 500)):
        for form in ("NFD", "NFKD", "NFKC"):
            yield unicodedata.normalize(form, text)


def half_decomposed(rng: Random) -> Iterator[str]:
    for text in rng.sample(sentences(), 300):
        yield "".join(unicodedata.normalize(rng.choice(("NFC", "NFD")), letter) for letter in text)


def jamo_soup(rng: Random) -> Iterator[str]:
    alphabets = (COMPATIBILITY_JAMO, CONJOINING_JAMO, OLD_JAMO, HALFWIDTH_JAMO, "ㅋㅎㅠㅜㅡㄷ", "가각힣뷁 ")
    for _ in range(1_000):
        chosen = "".join(rng.sample(alphabets, rng.randint(1, 3)))
        yield _soup(rng, chosen, 24)
    yield from COMPATIBILITY_JAMO + CONJOINING_JAMO


def stretched(rng: Random) -> Iterator[str]:
    for _ in range(300):
        yield rng.choice(SENTENCES) + rng.choice("ㅋㅎㅠㅜㅡ!?.~,;^0") * rng.randint(1, 40)


def with_emoji(rng: Random) -> Iterator[str]:
    yield from EMOJI
    for _ in range(500):
        yield _mixed(rng, rng.choice(SENTENCES), EMOJI)
    for _ in range(200):
        yield "".join(rng.choices(EMOJI, k=rng.randint(2, 9)))


def numbers_and_punctuation(rng: Random) -> Iterator[str]:
    for _ in range(700):
        yield _soup(rng, "0123456789" + rng.choice((",", ",.", PUNCTUATION, PUNCTUATION + " ")), 20)
    for _ in range(200):
        yield rng.choice(PUNCTUATION) * rng.randint(1, 30) + rng.choice(("", "``가''", "1/2½", "①㉠㎏㈜ﬁ"))


def english(rng: Random) -> Iterator[str]:
    words = "I,you,feel,so,happy,sad,Monday,can't,won't,e-mail,KBO,BTS,iPhone15,naïve,café,LOL,omg,<3,:),xoxo"
    for _ in range(500):
        yield " ".join(rng.choices(words.split(","), k=rng.randint(1, 12)))


def mixed_scripts(rng: Random) -> Iterator[str]:
    scripts = (
        "가나다라 ",
        "abcXYZ",
        "あいガギ",
        "漢字國韓",
        "привет",
        "مرحبا",
        "हिन्दी",
        "ไทยก็",
        "αβγ",
        "ＡＢ１２",
        "ﾊﾟｶﾞ",
    )
    for _ in range(800):
        yield _soup(rng, "".join(rng.sample(scripts, rng.randint(2, 5))), 30)


def invisible(rng: Random) -> Iterator[str]:
    for _ in range(500):
        yield _mixed(rng, rng.choice(SENTENCES), CONTROLS)
    for _ in range(200):
        yield _soup(rng, CONTROLS, 8)
    yield from CONTROLS


def spaced(rng: Random) -> Iterator[str]:
    yield from ("", " ", "\u3000", "\n\n")
    for _ in range(300):
        yield _soup(rng, SPACES + "가a.", 16)


def marked(rng: Random) -> Iterator[str]:
    for _ in range(400):
        yield _mixed(rng, rng.choice(SENTENCES), MARKS)
    yield from ("a" + "\u0301" * 500, "가" + "\u0308" * 200, "\u0301\u0302", "e\u0323\u0302", "\u302e가")


def every_bmp_character(rng: Random) -> Iterator[str]:
    """Each of them once between spaces and once in the company of others, sixteen a string: every block is there."""
    characters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    for separator in (" ", "가", ""):
        rng.shuffle(characters)
        kept = characters if separator == " " else characters[:16_000]
        for start in range(0, len(kept), 16):
            yield separator.join(kept[start : start + 16])


def beyond_the_bmp(rng: Random) -> Iterator[str]:
    for plane in range(0x10000, 0x20000, 0x100):
        yield _soup(rng, "".join(map(chr, range(plane, plane + 0x100))), 12)
    for _ in range(60):
        yield "".join(chr(rng.randrange(0x20000, 0x110000)) for _ in range(6))


def endless_words(rng: Random) -> Iterator[str]:
    syllables = "".join("".join(text.split()) for text in SENTENCES)
    for length in (100, 300, 1_000, 3_000):
        for alphabet in (syllables, "".join(map(chr, range(0xAC00, 0xD7A4))), "abcdefgh", "아", "👍", "0", "가나"):
            yield _soup(rng, alphabet, length, at_least=length)


def special_tokens(rng: Random) -> Iterator[str]:
    yield from SPECIAL
    for _ in range(300):
        yield _mixed(rng, rng.choice(SENTENCES), SPECIAL)


def with_lone_surrogates(rng: Random) -> Iterator[str]:
    for _ in range(200):
        yield _mixed(rng, rng.choice(SENTENCES), ("\ud83d", "\ude2d", "\ud800", "\udfff", "\udc00\ud83d"))


def everything_at_once(rng: Random) -> Iterator[str]:
    alphabet = (*EMOJI, *SPECIAL, *CONTROLS, *MARKS, *PUNCTUATION, *SPACES, *COMPATIBILITY_JAMO, *CONJOINING_JAMO)
    for text in rng.sample(sentences(), 1_000):
        yield _mixed(rng, text, alphabet)


def _soup(rng: Random, alphabet: str, at_most: int, *, at_least: int = 1) -> str:
    return "".join(rng.choices(alphabet, k=rng.randint(at_least, at_most)))


def _mixed(rng: Random, text: str, extras: tuple[str, ...] | str) -> str:
    """The text with some of its letters followed by something that does not belong there."""
    share = rng.uniform(0.02, 0.4)
    return "".join(letter + rng.choice(extras) if rng.random() < share else letter for letter in text)


MAKERS: Final[tuple[Callable[[Random], Iterator[str]], ...]] = (
    natural,
    decomposed,
    half_decomposed,
    jamo_soup,
    stretched,
    with_emoji,
    numbers_and_punctuation,
    english,
    mixed_scripts,
    invisible,
    spaced,
    marked,
    every_bmp_character,
    beyond_the_bmp,
    endless_words,
    special_tokens,
    with_lone_surrogates,
    everything_at_once,
)
