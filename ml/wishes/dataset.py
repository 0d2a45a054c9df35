"""Reads labelled wishes and cries for help, and writes a sentence as others would have typed it."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from bot.domain import Concern
from ml.emotion.dataset import DataUnreadable, Example
from ml.wishes.runtime import INTENT_LABELS, NOTHING

DATA: Final = Path(__file__).parent / "data"
"""Sentences written for this project; see its README."""

SAFETY_SENTENCES: Final = (*(concern.value for concern in Concern), "idiom", "sad", NOTHING)
"""Labels of sentences about safety: those that raise a concern, everyday idioms, ordinary sadness, and all else."""

INTENT_SENTENCES: Final = INTENT_LABELS


def read_labelled(path: Path, labels: Sequence[str]) -> list[Example]:
    """Read a file, or all ``*.tsv`` and ``*.csv`` under a folder.

    A ``.tsv`` has ``label<TAB>sentence`` and no header (a header ``label<TAB>text`` is passed over), a ``.csv`` names
    its columns ``text`` and ``label``.

    Raises:
        DataUnreadable: No such files, a row of another shape, a label that is none of ``labels`` or an empty sentence.
    """
    files = sorted(each for each in path.rglob("*") if each.suffix in {".tsv", ".csv"}) if path.is_dir() else [path]
    rows = [row for file in files for row in _rows(file)]
    if not rows:
        raise DataUnreadable(f"{path}: no labelled sentences")
    for place, label, text in rows:
        if label not in labels:
            raise DataUnreadable(f"{place}: unknown label {label!r}; expected one of {', '.join(labels)}")
        if not text.strip():
            raise DataUnreadable(f"{place}: an empty sentence")
    return [Example(text=text.strip(), label=label, source=place) for place, label, text in rows]


def _rows(file: Path) -> list[tuple[str, str, str]]:
    """Place, label and text of every row."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise DataUnreadable(f"{file}: cannot be read ({cause})") from cause
    if file.suffix == ".csv":
        table = csv.DictReader(content.splitlines(keepends=True))
        if not {"text", "label"} <= set(table.fieldnames or ()):
            raise DataUnreadable(f"{file}:1: expected the columns text and label, got {table.fieldnames}")
        return [(f"{file}:{table.line_num}", row["label"] or "", row["text"] or "") for row in table]
    rows = []
    for number, line in enumerate(content.split("\n"), 1):
        fields = line.rstrip("\r").split("\t")
        if len(fields) == 2 and fields != ["label", "text"]:
            rows.append((f"{file}:{number}", fields[0], fields[1]))
        elif line.strip() and fields != ["label", "text"]:
            raise DataUnreadable(f"{file}:{number}: expected label and sentence, got {len(fields)} fields")
    return rows


def disturbed(text: str, rng: Random) -> str:
    """The same sentence as it may arrive from another thumb: one to two of the ways in `DISTURBANCES`."""
    for disturb in rng.sample(DISTURBANCES, rng.choice((1, 1, 2))):
        text = disturb(text, rng)
    return text


def _without_gaps(text: str, _rng: Random) -> str:
    return text.replace(" ", "")


def _with_a_gap_lost(text: str, rng: Random) -> str:
    return "".join("" if char == " " and rng.random() < 0.5 else char for char in text)


def _spread_out(text: str, _rng: Random) -> str:
    return " ".join(text.replace(" ", ""))


def _dotted(text: str, rng: Random) -> str:
    """A sign between the letters of one or two words."""
    sign = rng.choice(".-_@*~^/")
    return " ".join(sign.join(word) if rng.random() < 0.4 else word for word in text.split(" "))


def _in_jamo(text: str, rng: Random) -> str:
    """A few syllables typed as their letters: 죽고 as ㅈㅜㄱ고."""
    return "".join(_letters(char) if rng.random() < 0.25 else char for char in text)


def _mistyped(text: str, rng: Random) -> str:
    """A vowel or a final consonant of one or two syllables taken for one that sounds or lies near."""
    spots = [spot for spot, char in enumerate(text) if "가" <= char <= "힣"]
    chars = list(text)
    for spot in rng.sample(spots, min(len(spots), rng.choice((1, 2)))):
        chars[spot] = _near(chars[spot], rng)
    return "".join(chars)


DISTURBANCES: Final[tuple[Callable[[str, Random], str], ...]] = (
    _without_gaps,
    _with_a_gap_lost,
    _spread_out,
    _dotted,
    _in_jamo,
    _mistyped,
)

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_NEAR_VOWELS: Final = dict(zip("ㅐㅔㅗㅜㅓㅙㅚㅞㅢㅡㅕㅏㅖㅒ", "ㅔㅐㅜㅗㅗㅚㅙㅙㅣㅜㅓㅑㅔㅐ", strict=True))
_NEAR_FINALS: Final = dict(
    zip("ㅍㅆㅅㄶㅀㅄㅊㅌㅎㄱㄲㄵㄷㅇㅈ", (*"ㅂㅅㅆㄴㄹㅂㅅㅅ", "", *"ㅋㄱㄴㅅㄴㅅ"), strict=True)
)


def _parts(syllable: str) -> tuple[str, str, str]:
    number = ord(syllable) - ord("가")
    return _INITIALS[number // 588], _VOWELS[number % 588 // 28], _FINALS[number % 28]


def _letters(char: str) -> str:
    return "".join(_parts(char)) if "가" <= char <= "힣" else char


def _near(syllable: str, rng: Random) -> str:
    initial, vowel, final = _parts(syllable)
    if final in _NEAR_FINALS and rng.random() < 0.6:
        final = _NEAR_FINALS[final]
    else:
        vowel = _NEAR_VOWELS.get(vowel, vowel)
    number = _INITIALS.index(initial) * 588 + _VOWELS.index(vowel) * 28 + _FINALS.index(final)
    return chr(ord("가") + number)
