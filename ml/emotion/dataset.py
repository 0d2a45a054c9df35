"""Reads labelled sentences from their various homes into one shape, and splits them so that nothing leaks.

Public data stay where they were downloaded: every reader takes a path. Sentences written for this project live in
``ml/emotion/data``.
"""

import csv
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ml.emotion.labels import LABELS, NEUTRAL
from ml.emotion.text import normalise

KOTE_EMOTIONS: Final = {
    "기쁨": "환영/호의 감동/감탄 고마움 존경 기대감 뿌듯함 편안/쾌적 아껴주는 "
    "즐거움/신남 흐뭇함(귀여움/예쁨) 행복 기쁨 안심/신뢰",
    "슬픔": "슬픔 안타까움/실망 절망 패배/자기혐오 힘듦/지침 서러움 불쌍함/연민",
    "당황": "당황/난처 경악 놀람 부끄러움 죄책감",
    "분노": "불평/불만 지긋지긋 화남/분노 우쭐댐/무시함 한심함 역겨움/징그러움 짜증 어이없음 증오/혐오",
    "불안": "의심/불신 공포/무서움 부담/안_내킴 불안/걱정",
}
"""KOTE's 44 labels in our taxonomy; the six that name no emotion of ours (없음, 깨달음, 비장함 …) are left out."""

GOEMOTIONS_EMOTIONS: Final = {
    "기쁨": "admiration amusement excitement gratitude joy love optimism pride relief",
    "슬픔": "sadness grief disappointment remorse",
    "당황": "embarrassment confusion surprise",
    "분노": "anger annoyance disgust",
    "불안": "fear nervousness",
    NEUTRAL: "neutral",
}

NEAR: Final = 0.6
"""Share of common character trigrams (Jaccard) from which two sentences count as the same one."""


HASH_LETTERS: Final = 16
"""Of a row's SHA-256: enough to tell a few hundred thousand rows apart, too few to say anything else."""

LABELLED: Final = Path(__file__).parent / "data" / "labelled"
"""Labels given by hand to rows of public data; see `read_labelled`."""


class DataUnreadable(ValueError):
    """A data file is not what its adapter expects; the message names file and row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence with its label, and where it came from."""

    text: str
    label: str
    source: str
    shares: tuple[float, ...] | None = None
    """For sentences in which several emotions were heard: a share for each of `LABELS`, together 1."""

    group: str = ""
    """What a split must not divide, where that is more than the text: the first turn of its dialogue."""

    def target(self, labels: Sequence[str] = LABELS) -> tuple[float, ...]:
        """What to learn, one probability for each of ``labels``: the shares, or all for the one label."""
        return self.shares or tuple(float(each == self.label) for each in labels)


def read_written(directory: Path) -> list[Example]:
    """Read every ``*.tsv`` under ``directory``: ``label<TAB>sublabel<TAB>sentence``, no header.

    The source of an example is the names of folder and file (``dev/hard.tsv`` -> ``dev-hard``).

    Raises:
        DataUnreadable: No such files, a row without three fields, an unknown label or an empty sentence.
    """
    files = sorted(directory.rglob("*.tsv"))
    if not files:
        raise DataUnreadable(f"{directory}: no .tsv files in it")
    return [example for file in files for example in _written_rows(file)]


def _written_rows(file: Path) -> Iterator[Example]:
    source = f"{file.parent.name}-{file.stem}"
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not row.strip():
            continue
        fields = row.split("\t")
        if len(fields) != 3:
            raise DataUnreadable(f"{file}:{number}: expected label, sublabel and sentence, got {len(fields)} fields")
        yield _example(fields[2], fields[0], source, f"{file}:{number}")


def read_csv(file: Path, labels: Sequence[str] = LABELS) -> list[Example]:
    """Read any CSV with a header that names the columns ``text`` and ``label``, and perhaps ``group``.

    Raises:
        DataUnreadable: A column is missing, a label is none of ``labels`` or a text is empty.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        if not {"text", "label"} <= set(rows.fieldnames or ()):
            raise DataUnreadable(f"{file}:1: expected the columns text and label, got {rows.fieldnames}")
        examples = []
        for row in rows:
            example = _example(row["text"] or "", row["label"] or "", file.stem, f"{file}:{rows.line_num}", labels)
            examples.append(replace(example, group=row.get("group") or ""))
        return examples


def read_labelled(labels: Path, texts: Iterable[str], source: str) -> list[Example]:
    """Join labels that were given by hand with the rows they were given to, in the order of the rows.

    The labels' file holds ``row_hash(text)<TAB>label`` a line and no text, so that it may be passed on where the text
    may not. Rows without a label are left out, and so is a row that repeats an earlier one.

    Raises:
        DataUnreadable: A line is not of this form, or no row has any of the hashes.
    """
    label_of: dict[str, str] = {}
    for number, line in enumerate(labels.read_text(encoding="utf-8").splitlines(), 1):
        digest, _, label = line.partition("\t")
        if len(digest) != HASH_LETTERS or label not in LABELS:
            raise DataUnreadable(f"{labels}:{number}: expected a hash of {HASH_LETTERS} letters, a tab and a label")
        label_of[digest] = label
    found = {digest: text for text in texts if (digest := row_hash(text)) in label_of}
    if not found:
        raise DataUnreadable(f"{labels}: none of its {len(label_of)} rows is in the data; is it another file's?")
    return [_example(text, label_of[digest], source, f"{labels}: {digest}") for digest, text in found.items()]


def row_hash(text: str) -> str:
    """What a row is known by: the beginning of the SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:HASH_LETTERS]


def read_texts(file: Path) -> list[str]:
    """The texts alone of a CSV with a column ``text`` or ``Q`` (chatbot_data), or of one of KOTE's ``.tsv``.

    Raises:
        DataUnreadable: It is neither.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        if file.suffix == ".tsv":
            rows = [line.split("\t") for line in stream.read().split("\n") if line.strip()]
            if any(len(row) != 3 for row in rows):
                raise DataUnreadable(f"{file}: expected KOTE's three columns, id, text and labels")
            return [row[1] for row in rows]
        table = csv.DictReader(stream)
        column = next((name for name in ("text", "Q") if name in (table.fieldnames or ())), None)
        if column is None:
            raise DataUnreadable(f"{file}:1: expected a column text or Q, got {table.fieldnames}")
        return [row[column] or "" for row in table]


def read_kote(directory: Path, split: str) -> list[Example]:
    """Read KOTE's multi-label comments as one emotion each: the one that most labels name, if one clearly does.

    Takes ``kote_5class_all10000.tsv`` where it exists (our reduction of val and test), else KOTE's own ``{split}.tsv``.

    Raises:
        DataUnreadable: Neither file is there, or a row is not KOTE's.
    """
    reduced = directory / "kote_5class_all10000.tsv"
    if reduced.exists():
        with reduced.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [
                _example(row["text"], row["y"], f"kote-{split}", f"{reduced}:{number}")
                for number, row in enumerate(rows, 2)
                if row["split"] == split and row["ok"] == "True"
            ]
    names = _lines(directory / "labels44.txt")
    return _many_labels(directory / f"{split}.tsv", names, KOTE_EMOTIONS, f"kote-{split}", text_column=1)


def read_kote_shares(directory: Path, split: str, *, sharpness: float = 3.0) -> list[Example]:
    """Read KOTE's own ``{split}.tsv`` with all that its five raters heard, as shares instead of one label.

    The share of an emotion is the part of its KOTE labels that were named, raised to ``sharpness``. Comments that name
    no emotion of ours are left out. Learning from shares beats learning from the clear comments alone (``ml/LOG.md``).

    Raises:
        DataUnreadable: A file is missing, or a row is not KOTE's.
    """
    names, file = _lines(directory / "labels44.txt"), directory / f"{split}.tsv"
    emotion_of = {name: emotion for emotion, members in KOTE_EMOTIONS.items() for name in members.split()}
    sizes = Counter(emotion_of.values())
    examples = []
    for text, labels, place in _rows_of_labels(file, names, text_column=1):
        named = Counter(emotion_of[name] for name in labels if name in emotion_of)
        parts = [(named[label] / sizes[label]) ** sharpness if named[label] else 0.0 for label in LABELS]
        if total := sum(parts):
            shares = tuple(part / total for part in parts)
            example = _example(text, LABELS[shares.index(max(shares))], f"kote-{split}", place)
            examples.append(replace(example, shares=shares))
    return examples


def read_goemotions(directory: Path, split: str = "train") -> list[Example]:
    """Read GoEmotions-Korean (machine-translated): ``text<TAB>comma-separated label ids``, names in ``label.txt``.

    Raises:
        DataUnreadable: A file is missing or a row is not of this shape.
    """
    names = _lines(directory / "label.txt")
    return _many_labels(directory / f"{split}.tsv", names, GOEMOTIONS_EMOTIONS, f"goemotions-{split}", text_column=0)


def _many_labels(
    file: Path, names: Sequence[str], groups: dict[str, str], source: str, text_column: int
) -> list[Example]:
    emotion_of = {name: emotion for emotion, members in groups.items() for name in members.split()}
    examples = []
    for text, labels, place in _rows_of_labels(file, names, text_column):
        heard = Counter(emotion_of[name] for name in labels if name in emotion_of).most_common(2)
        if heard and (len(heard) == 1 or heard[0][1] >= 1.5 * heard[1][1]):
            examples.append(_example(text, heard[0][0], source, place))
    return examples


def _rows_of_labels(file: Path, names: Sequence[str], text_column: int) -> Iterator[tuple[str, list[str], str]]:
    """Text, names of its labels and place of every row with a text."""
    if not file.is_file():
        raise DataUnreadable(f"{file}: not there")
    for number, row in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not row.strip():
            continue
        fields = row.rstrip("\r").split("\t")
        try:
            labels = [names[int(each)] for each in fields[text_column + 1].split(",")]
        except (IndexError, ValueError) as cause:
            raise DataUnreadable(f"{file}:{number}: expected a text and label ids below {len(names)}") from cause
        if normalise(fields[text_column], lowercase=False):
            yield fields[text_column], labels, f"{file}:{number}"


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        raise DataUnreadable(f"{file}: not there")
    return [line.strip().split("\t")[-1] for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _example(text: str, label: str, source: str, place: str, labels: Sequence[str] = LABELS) -> Example:
    cleaned = normalise(text, lowercase=False)
    if label not in labels:
        raise DataUnreadable(f"{place}: unknown label {label!r}; expected one of {', '.join(labels)}")
    if not cleaned:
        raise DataUnreadable(f"{place}: an empty sentence")
    return Example(text=cleaned, label=label, source=source)


def in_held_out(text: str, share: float) -> bool:
    """Whether a sentence belongs to the held-out part: decided by its letters alone, so for ever the same."""
    digest = hashlib.sha256(_letters(text).encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def split(examples: Sequence[Example], held_out: float) -> tuple[list[Example], list[Example]]:
    """Training and held-out examples; a training sentence that nearly equals a held-out one is dropped.

    Examples of one `Example.group` stay on one side, which is decided by the letters of the group.
    """
    kept = [example for example in examples if in_held_out(example.group or example.text, held_out)]
    rest = [example for example in examples if not in_held_out(example.group or example.text, held_out)]
    return without_near_duplicates(rest, of=kept), kept


def without_near_duplicates(examples: Sequence[Example], of: Sequence[Example]) -> list[Example]:
    """The examples of which no sentence in ``of`` is a near-duplicate (`NEAR`).

    Two sets as alike as `NEAR` share one of their rarest trigrams, so only those are looked up (the prefix filter of
    Chaudhuri 2006), and only among sentences of a like length: 150,000 rows against 15,000 take seconds, not hours.
    """
    grams = [_trigrams(example.text) for example in of]
    holders_of = Counter(trigram for trigrams in grams for trigram in trigrams)

    def rarest(trigrams: frozenset[str]) -> list[str]:
        ordered = sorted(trigrams, key=lambda trigram: (holders_of[trigram], trigram))
        return ordered[: len(ordered) - math.ceil(NEAR * len(ordered) - 1e-9) + 1]

    holders: defaultdict[str, list[int]] = defaultdict(list)
    for position, trigrams in enumerate(grams):
        for trigram in rarest(trigrams):
            holders[trigram].append(position)

    def is_near(text: str) -> bool:
        own = _trigrams(text)
        candidates = {position for trigram in rarest(own) for position in holders.get(trigram, ())}
        return any(
            NEAR * len(own) <= len(grams[position]) <= len(own) / NEAR
            and len(own & grams[position]) >= NEAR * len(own | grams[position])
            for position in candidates
        )

    return [example for example in examples if not is_near(example.text)]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _trigrams(text: str) -> frozenset[str]:
    letters = f"^{_letters(text)}$"
    return frozenset(letters[start : start + 3] for start in range(max(1, len(letters) - 2)))
