"""Reads AI Hub's 감성 대화 말뭉치 (dataSetSn=86) in both its forms, so that the original's experiments can be repeated.

Whoever trains downloads the corpus from AI Hub; it may not be passed on, so the files stay where they are and only the
schema and the names of its classes are here. A dialogue has up to three turns of a person and one label for them all.

The workbooks (``.xlsx``) are read with the standard library: the training extra needs no openpyxl for five columns.
"""

import json
import posixpath
import re
import string
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final, assert_never
from xml.etree import ElementTree

from ml.emotion.dataset import DataUnreadable, Example
from ml.emotion.labels import EMOTIONS
from ml.emotion.text import normalise

HURT: Final = "상처"
"""The 대분류 that SMOODY has no mood for: the step from 6 to 5 leaves its dialogues out."""

SUBLABELS: Final = {
    "분노": (
        *("분노", "툴툴대는", "좌절한", "짜증내는", "방어적인"),
        *("악의적인", "안달하는", "구역질 나는", "노여워하는", "성가신"),
    ),
    "슬픔": (
        *("슬픔", "실망한", "비통한", "후회되는", "우울한"),
        *("마비된", "염세적인", "눈물이 나는", "낙담한", "환멸을 느끼는"),
    ),
    "불안": (
        *("불안", "두려운", "스트레스 받는", "취약한", "혼란스러운"),
        *("당혹스러운", "회의적인", "걱정스러운", "조심스러운", "초조한"),
    ),
    HURT: (
        *("상처", "질투하는", "배신당한", "고립된", "충격 받은"),
        *("가난한, 불우한", "희생된", "억울한", "괴로워하는", "버려진"),
    ),
    "당황": (
        *("당황", "고립된(당황한)", "남의 시선을 의식하는", "외로운", "열등감"),
        *("죄책감의", "부끄러운", "혐오스러운", "한심한", "혼란스러운(당황한)"),
    ),
    "기쁨": (
        *("기쁨", "감사하는", "신뢰하는", "편안한", "만족스러운"),
        *("흥분", "느긋", "안도", "신이 난", "자신하는"),
    ),
}
"""AI Hub's code table: the first 대분류 holds E10 to E19 in this order, the second E20 to E29, … the last E60 to E69.

The workbooks write E51 and E59 without their brackets, which is why 60 classes have but 58 names.
"""

MERGED: Final = {
    "노여움": ("분노", "노여워하는"),
    "짜증": ("툴툴대는", "짜증내는", "성가신"),
    "좌절": ("좌절한", "안달하는"),
    "적대": ("방어적인", "악의적인", "구역질 나는"),
    "비통": ("슬픔", "비통한", "눈물이 나는"),
    "실망": ("실망한", "후회되는", "낙담한", "환멸을 느끼는"),
    "우울": ("우울한", "마비된", "염세적인"),
    "걱정": ("불안", "스트레스 받는", "걱정스러운", "초조한"),
    "두려움": ("두려운", "취약한"),
    "혼란": ("혼란스러운", "당혹스러운"),
    "경계": ("회의적인", "조심스러운"),
    "아픔": ("상처", "충격 받은", "괴로워하는"),
    "소외": ("배신당한", "고립된", "버려진"),
    "억울함": ("희생된", "억울한"),
    "결핍": ("질투하는", "가난한, 불우한"),
    "난처함": ("당황", "혼란스러운(당황한)"),
    "외로움": ("고립된(당황한)", "외로운"),
    "부끄러움": ("남의 시선을 의식하는", "죄책감의", "부끄러운"),
    "자괴감": ("열등감", "혐오스러운", "한심한"),
    "만족": ("기쁨", "만족스러운"),
    "신남": ("흥분", "신이 난"),
    "편안함": ("편안한", "느긋", "안도"),
    "믿음": ("감사하는", "신뢰하는", "자신하는"),
}
"""23 groups of near-synonymous 소분류. This grouping is ours: the original's list of 23 was never published, so results
on it can be compared with each other but not with the original's.

The rules: a group lies within one 대분류 (so that 23 → 6 is exact), has two to four members (so that none is starved),
and joins what a listener would answer with the same music; joy is therefore divided by arousal (신남 against 편안함).
고립된 and 혼란스러운, of which there are two each, go by the 대분류 they stand under. No group is named like a 대분류.
"""

_TURN_COLUMNS: Final = ("사람문장1", "사람문장2", "사람문장3")
_COLUMNS: Final = ("감정_대분류", "감정_소분류", *_TURN_COLUMNS)
_TURN_FIELDS: Final = ("HS01", "HS02", "HS03")
_SENSE: Final = "(당황한)"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_TOLD_PROBLEMS: Final = 5


class Turns(StrEnum):
    """What becomes an example: the original's three treatments of a dialogue."""

    SEPARATE = "separate"
    """Every turn for itself, each with the label of its dialogue."""
    JOINED = "joined"
    """All turns as one text, a blank between them."""
    FIRST = "first"
    """사람문장1 only (the next turn where it is empty)."""


class LabelSet(StrEnum):
    """How finely labels are told apart; the value is the number of classes."""

    SIXTY = "60"
    """Every code for itself; E51 and E59 carry their sense in brackets."""
    FIFTY_EIGHT = "58"
    """Every name for itself, as the original read the workbooks: 고립된 and 혼란스러운 each mean two codes."""
    TWENTY_THREE = "23"
    """Our grouping, `MERGED`."""
    SIX = "6"
    """The 대분류."""
    FIVE = "5"
    """The 대분류 without 상처, whose dialogues are left out: what the service can answer."""


@dataclass(frozen=True, slots=True)
class Sublabel:
    """A class of AI Hub's code table."""

    code: str
    name: str
    emotion: str
    """Its 대분류."""


CODES: Final = {
    f"E{tens}{units}": Sublabel(f"E{tens}{units}", name, emotion)
    for tens, (emotion, names) in enumerate(SUBLABELS.items(), 1)
    for units, name in enumerate(names)
}
_GROUPS: Final = {name: group for group, names in MERGED.items() for name in names}


def _squeezed(name: str) -> str:
    return "".join(name.removesuffix(_SENSE).split())


_CODE_BY_NAMES: Final = {(each.emotion, _squeezed(each.name)): each for each in CODES.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueExample(Example):
    """An example that knows its dialogue.

    Its `group` is the text of the dialogue's first turn. That is content and not an id, so a split stays the same from
    one form of the corpus to the other and under each of `Turns` and `LabelSet`, and dialogues that begin alike stay
    together.
    """

    dialogue: str
    """AI Hub's talk-id, or file and row of a workbook: where to look when an example seems odd."""


@dataclass(frozen=True, slots=True)
class _Dialogue:
    id: str
    source: str
    sublabel: Sublabel
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: list[tuple[int, dict[str, str]]]
    """Number of each row that is not blank, and its cells by the letters of their columns."""


def label_names(labels: LabelSet) -> tuple[str, ...]:
    """The classes of a label set in the order of a model's outputs; 5 has the service's, and 6 begins with them."""
    match labels:
        case LabelSet.SIXTY:
            return tuple(each.name for each in CODES.values())
        case LabelSet.FIFTY_EIGHT:
            return tuple(dict.fromkeys(each.name.removesuffix(_SENSE) for each in CODES.values()))
        case LabelSet.TWENTY_THREE:
            return tuple(MERGED)
        case LabelSet.SIX:
            return (*EMOTIONS, HURT)
        case LabelSet.FIVE:
            return EMOTIONS
    assert_never(labels)


def label_of(sublabel: Sublabel, labels: LabelSet) -> str | None:
    """The class of a sublabel in a label set; None if the set has none for it."""
    match labels:
        case LabelSet.SIXTY:
            return sublabel.name
        case LabelSet.FIFTY_EIGHT:
            return sublabel.name.removesuffix(_SENSE)
        case LabelSet.TWENTY_THREE:
            return _GROUPS[sublabel.name]
        case LabelSet.SIX:
            return sublabel.emotion
        case LabelSet.FIVE:
            return None if sublabel.emotion == HURT else sublabel.emotion
    assert_never(labels)


def read_aihub(
    path: Path, *, turns: Turns, labels: LabelSet, sheet: str | None = None, refused: list[str] | None = None
) -> list[DialogueExample]:
    """Read the corpus, dialogue by dialogue in the order of the files.

    Empty turns are dropped, and so is a dialogue that repeats an earlier one word for word under the same label: the
    corpus does repeat itself, and a directory may hold it in both forms. A fourth turn, which some workbooks have a
    column for, is not read.

    Args:
        path: A ``.xlsx`` or ``.json`` file of the corpus, or a directory that holds such files and no other of these
            kinds. Training and Validation are read alike: our splits are made by content, see `dataset.split`.
        turns: What becomes an example.
        labels: How finely labels are told apart.
        sheet: The sheet to read in every workbook; if not given, all that have the corpus' columns.
        refused: If given, rows that cannot be read are left out and told here, instead of raised together at the end.

    Raises:
        DataUnreadable: No such file, another format, encoding or sheet, a column is missing, a row has a label or code
            that is not AI Hub's, or there is no dialogue at all. The message names the place and how to mend it.
    """
    problems: list[str] = []
    dialogues = [dialogue for file in _files(path) for dialogue in _dialogues(file, sheet, problems)]
    if problems and refused is None:
        raise DataUnreadable(_told(problems))
    if refused is not None:
        refused.extend(problems)
    if not dialogues:
        raise DataUnreadable(f"{path}: no dialogue that can be read in it")
    return [example for dialogue in _distinct(dialogues) for example in _examples(dialogue, turns, labels)]


def _distinct(dialogues: Iterable[_Dialogue]) -> Iterable[_Dialogue]:
    by_content: dict[tuple[str, tuple[str, ...]], _Dialogue] = {}
    for dialogue in dialogues:
        by_content.setdefault((dialogue.sublabel.code, dialogue.turns), dialogue)
    return by_content.values()


def _examples(dialogue: _Dialogue, turns: Turns, labels: LabelSet) -> Iterator[DialogueExample]:
    label = label_of(dialogue.sublabel, labels)
    if label is None:
        return
    for text in _texts(dialogue.turns, turns):
        yield DialogueExample(
            text=text, label=label, source=dialogue.source, dialogue=dialogue.id, group=dialogue.turns[0]
        )


def _texts(turns: tuple[str, ...], treatment: Turns) -> tuple[str, ...]:
    match treatment:
        case Turns.SEPARATE:
            return turns
        case Turns.JOINED:
            return (" ".join(turns),)
        case Turns.FIRST:
            return turns[:1]
    assert_never(treatment)


def _told(problems: Sequence[str]) -> str:
    more = len(problems) - _TOLD_PROBLEMS
    lines = [*problems[:_TOLD_PROBLEMS], *([f"… and {more} more rows"] if more > 0 else [])]
    return "\n".join([*lines, "mend these rows, or pass `refused` to leave them out"])


# Files


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        # ``~$`` files are locks of an open workbook, ``._`` files what macOS leaves in archives.
        files = [file for file in sorted(path.rglob("*")) if _is_ours(file) and not file.name.startswith(("~$", "."))]
        if not files:
            raise DataUnreadable(f"{path}: no .xlsx or .json files in it; are AI Hub's archives unpacked?")
        return files
    if not path.is_file():
        raise DataUnreadable(f"{path}: not there")
    if not _is_ours(path):
        raise DataUnreadable(
            f"{path}: expected a .xlsx or .json file of 감성 대화 말뭉치, got {path.suffix or 'no suffix'}"
        )
    return [path]


def _is_ours(file: Path) -> bool:
    return file.suffix.lower() in {".xlsx", ".json"} and file.is_file()


def _dialogues(file: Path, sheet: str | None, problems: list[str]) -> Iterator[_Dialogue]:
    """The dialogues of a file; a row that cannot be read is added to ``problems``."""
    for read_row in _workbook_rows(file, sheet) if file.suffix.lower() == ".xlsx" else _json_rows(file):
        try:
            dialogue = read_row()
        except DataUnreadable as problem:
            problems.append(str(problem))
        else:
            if dialogue.turns:
                yield dialogue


def _dialogue(file: Path, name: str, sublabel: Sublabel, turns: Iterable[str]) -> _Dialogue:
    cleaned = (normalise(turn, lowercase=False) for turn in turns)
    return _Dialogue(name, f"aihub-{file.stem}", sublabel, tuple(turn for turn in cleaned if turn))


# JSON


def _json_rows(file: Path) -> Iterator[Callable[[], _Dialogue]]:
    try:
        content: object = json.loads(_decoded(file))
    except json.JSONDecodeError as cause:
        raise DataUnreadable(
            f"{file}:{cause.lineno}:{cause.colno}: not JSON from here ({cause.msg}); "
            "if the file ends here, its download was cut off: fetch it again"
        ) from cause
    if isinstance(content, dict):
        content = content.get("data", content)
    if not isinstance(content, list):
        raise DataUnreadable(f'{file}: expected a list of dialogues or {{"data": […]}}, got another shape of JSON')
    for number, entry in enumerate(content, 1):
        yield partial(_from_json, file, entry, f"{file}, dialogue {number}")


def _decoded(file: Path) -> str:
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        likely = "UTF-16" if raw.startswith(_UTF_16) else "CP949"
        line = raw.count(b"\n", 0, cause.start) + 1
        raise DataUnreadable(
            f"{file}:{line}: not UTF-8 (byte {cause.start}), perhaps {likely}; "
            f"mend it with: iconv -f {likely} -t UTF-8 OLD > NEW"
        ) from cause


def _from_json(file: Path, entry: object, place: str) -> _Dialogue:
    code = _text_at(entry, place, "profile", "emotion", "type").strip()
    if code not in CODES:
        raise DataUnreadable(f"{place}, field profile.emotion.type: unknown code {code!r}; AI Hub's are E10 to E69")
    whole = _text_at(entry, place, "profile", "emotion", "emotion-id", default=code).strip()
    if not whole.endswith(code):
        raise DataUnreadable(f"{place}, field profile.emotion.type: {code} contradicts the emotion-id {whole!r}")
    first = _text_at(entry, place, "talk", "content", _TURN_FIELDS[0])
    others = [_text_at(entry, place, "talk", "content", field, default="") for field in _TURN_FIELDS[1:]]
    name = _text_at(entry, place, "talk", "id", "talk-id", default="") or place.replace(str(file), file.name)
    return _dialogue(file, name, CODES[code], (first, *others))


def _text_at(entry: object, place: str, *path: str, default: str | None = None) -> str:
    """The text of a nested field; null is the empty text."""
    for depth, field in enumerate(path, 1):
        if not isinstance(entry, dict) or field not in entry:
            if default is None:
                raise DataUnreadable(f"{place}: no field {'.'.join(path[:depth])}; is this file of 감성 대화 말뭉치?")
            return default
        entry = entry[field]
    if not isinstance(entry, str | None):
        raise DataUnreadable(f"{place}, field {'.'.join(path)}: expected text, got {entry!r}")
    return entry or ""


# Workbooks


def _workbook_rows(file: Path, sheet: str | None) -> Iterator[Callable[[], _Dialogue]]:
    for found in _chosen(file, _sheets(file), sheet):
        letters = _header(found)
        for number, cells in found.rows[1:]:
            row = {name: cells.get(letters[name], "") for name in _COLUMNS}
            if any(value.strip() for value in row.values()):
                yield partial(_from_cells, file, row, f"{file} [{found.name}] row {number}")


def _chosen(file: Path, sheets: Sequence[_Sheet], wanted: str | None) -> list[_Sheet]:
    """The sheet of that name, or all that have any of our columns; a sheet with some but not all of them is broken."""
    names = ", ".join(repr(each.name) for each in sheets)
    if wanted is not None:
        chosen = [each for each in sheets if _plain(each.name) == _plain(wanted)]
        if not chosen:
            raise DataUnreadable(f"{file}: no sheet {wanted!r}; it has {names}")
    else:
        chosen = [each for each in sheets if _header(each)]
        if not chosen:
            raise DataUnreadable(
                f"{file}: no sheet has the columns {', '.join(_COLUMNS)} in its first row; saw {names}"
            )
    for each in chosen:
        if missing := [name for name in _COLUMNS if name not in _header(each)]:
            seen = ", ".join(_plain(value) for value in each.rows[0][1].values()) if each.rows else "nothing"
            row = each.rows[0][0] if each.rows else 1
            raise DataUnreadable(
                f"{file} [{each.name}] row {row}: no column {', '.join(missing)}; saw {seen}. "
                "The corpus' own workbook has its column names in the first row"
            )
    return chosen


def _header(sheet: _Sheet) -> dict[str, str]:
    """Letters of our columns, by name."""
    first = sheet.rows[0][1] if sheet.rows else {}
    return {_plain(value): letters for letters, value in first.items() if _plain(value) in _COLUMNS}


def _from_cells(file: Path, row: Mapping[str, str], place: str) -> _Dialogue:
    sublabel = _sublabel_named(_plain(row["감정_대분류"]), _plain(row["감정_소분류"]), place)
    name = place.replace(str(file), file.name)
    return _dialogue(file, name, sublabel, (row[column] for column in _TURN_COLUMNS))


def _sublabel_named(emotion: str, name: str, place: str) -> Sublabel:
    if emotion not in SUBLABELS:
        expected = ", ".join(SUBLABELS)
        raise DataUnreadable(f"{place}, column 감정_대분류: unknown label {emotion!r}; expected one of {expected}")
    if found := _CODE_BY_NAMES.get((emotion, _squeezed(name))):
        return found
    homes = [each.emotion for each in CODES.values() if _squeezed(each.name) == _squeezed(name)]
    wrong = f"{name!r} belongs to {' and '.join(homes)}, not to {emotion}" if homes else f"unknown label {name!r}"
    raise DataUnreadable(f"{place}, column 감정_소분류: {wrong}; {emotion} has {' · '.join(SUBLABELS[emotion])}")


def _plain(value: str) -> str:
    """A name as we compare it: composed Hangul, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def _sheets(file: Path) -> list[_Sheet]:
    with file.open("rb") as stream:
        if stream.read(4) == _OLD_OFFICE:
            raise DataUnreadable(f"{file}: an .xls or a workbook with a password; save it as .xlsx without one")
    try:
        with zipfile.ZipFile(file) as archive:
            shared = _shared_strings(archive)
            return [_Sheet(name, list(_rows(archive, part, shared))) for name, part in _parts(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError) as cause:
        raise DataUnreadable(
            f"{file}: no .xlsx workbook, or one that was cut off ({cause}); fetch it again or save it as .xlsx"
        ) from cause
    except (ElementTree.ParseError, LookupError, ValueError, RuntimeError) as cause:
        raise DataUnreadable(f"{file}: a damaged workbook ({cause}); fetch it again, or open it and save it") from cause


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and of its part in the archive (ECMA-376, part 1, 18.2.20; both namespaces of it)."""
    targets = {each.get("Id"): each.get("Target", "") for each in _xml(archive, "xl/_rels/workbook.xml.rels")}
    for sheet in _xml(archive, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        relation = next(value for key, value in sheet.items() if key.endswith("}id"))
        yield sheet.get("name", ""), posixpath.normpath(posixpath.join("/xl", targets[relation])).lstrip("/")


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    part = "xl/sharedStrings.xml"
    return [_text(item) for item in _xml(archive, part)] if part in archive.namelist() else []


def _rows(archive: zipfile.ZipFile, part: str, shared: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    number = 0
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 - the operator's own file; expat bounds entities
            if element.tag.rpartition("}")[2] != "row":
                continue
            number = int(element.get("r", number + 1))
            cells = dict(_cell(cell, position, shared) for position, cell in enumerate(element.iterfind("{*}c")))
            if any(cells.values()):
                yield number, cells
            element.clear()


def _cell(cell: ElementTree.Element, position: int, shared: Sequence[str]) -> tuple[str, str]:
    """Letters of the column (its position, where a writer left references out) and text of a cell."""
    column = cell.get("r", "").rstrip(string.digits) or str(position)
    kind, value = cell.get("t"), cell.findtext("{*}v") or ""
    if kind == "s":
        return column, shared[int(value)] if value else ""
    if kind == "inlineStr":
        inline = cell.find("{*}is")
        return column, "" if inline is None else _text(inline)
    return column, "" if kind == "e" else _unescaped(value)


def _text(item: ElementTree.Element) -> str:
    """Text of a string item, of all its runs; readings for the eye (``rPh``) are left out."""
    pieces = [*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t")]
    return _unescaped("".join(piece.text or "" for piece in pieces))


def _unescaped(value: str) -> str:
    """Characters that XML cannot carry are written ``_x000D_`` in workbooks."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), value)


def _xml(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(part))  # noqa: S314 - as in `_rows`
