"""Every sentence here is invented; AI Hub's own are not ours to pass on."""

import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from ml.emotion.aihub import (
    CODES,
    MERGED,
    SUBLABELS,
    DialogueExample,
    LabelSet,
    Turns,
    label_names,
    label_of,
    read_aihub,
)
from ml.emotion.dataset import DataUnreadable, split, without_near_duplicates
from ml.emotion.labels import EMOTIONS

COLUMNS = ("번호", "연령", "감정_대분류", "감정_소분류", "사람문장1", "시스템문장1", "사람문장2", "사람문장3")
WORRY = ("면접이 내일이라 잠이 안 와.", "질문에 대답을 못 하면 어떡하지?", "일단 자료를 다시 읽어 볼게.")
DELIGHT = ("화분에 드디어 꽃이 피었어!", "아침마다 물을 준 보람이 있네.")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

SHARED = next(
    (
        folder / "shared/data/aihub86_format"
        for folder in Path(__file__).resolve().parents
        if (folder / "shared/data/aihub86_format").is_dir()
    ),
    None,
)
needs_shared = pytest.mark.skipif(SHARED is None, reason="the hand-made examples lie beside the repository, if at all")


def row(emotion: str, name: str, turns: Sequence[str]) -> tuple[str, ...]:
    one, two, three = (*turns, "", "")[:3]
    return ("1", "청년", emotion, name, one, "그러셨군요.", two, three)


def workbook(
    file: Path, sheets: Mapping[str, Sequence[Sequence[str]]], *, inline: bool = False, references: bool = True
) -> Path:
    """Write a workbook as Excel does, with shared strings and without a cell for what is empty; or as openpyxl does."""
    strings: dict[str, int] = {}
    parts = {}
    for number, rows in enumerate(sheets.values(), 1):
        lines = []
        for line, values in enumerate(rows, 1):
            cells = []
            for letter, value in zip("ABCDEFGHIJ", values, strict=False):
                place = f' r="{letter}{line}"' if references else ""
                if value == "" and references:
                    continue
                if inline:
                    cells.append(f'<c{place} t="inlineStr"><is><t>{escape(value)}</t></is></c>')
                else:
                    cells.append(f'<c{place} t="s"><v>{strings.setdefault(value, len(strings))}</v></c>')
            lines.append(f'<row r="{line}">{"".join(cells)}</row>')
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        )
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Target="{"/xl/" if inline else ""}worksheets/sheet{number}.xml"/>'
        for number, _ in enumerate(sheets, 1)
    )
    parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'
    if not inline:
        items = "".join(f'<si><t xml:space="preserve">{escape(value)}</t></si>' for value in strings)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{items}</sst>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


def sheet_of(file: Path, *rows: Sequence[str]) -> Path:
    return workbook(file, {"Sheet1": [COLUMNS, *rows]})


def entry(code: str, turns: Sequence[str], talk: str = "Pro_90001_00001") -> dict[str, object]:
    one, two, three = (*turns, "", "")[:3]
    return {
        "profile": {"emotion": {"emotion-id": f"S06_D02_{code.strip()}", "type": code}},
        "talk": {
            "id": {"profile-id": talk[:9], "talk-id": talk},
            "content": {"HS01": one, "SS01": "그러셨군요.", "HS02": two, "SS02": "", "HS03": three, "SS03": ""},
        },
    }


def json_of(file: Path, *entries: object) -> Path:
    file.write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
    return file


def read(path: Path, turns: Turns = Turns.JOINED, labels: LabelSet = LabelSet.FIVE) -> list[DialogueExample]:
    return read_aihub(path, turns=turns, labels=labels)


# Labels


def test_the_tens_of_a_code_are_its_emotion() -> None:
    by_tens = {code: sublabel.emotion for code, sublabel in CODES.items() if code.endswith("0")}
    assert by_tens == {"E10": "분노", "E20": "슬픔", "E30": "불안", "E40": "상처", "E50": "당황", "E60": "기쁨"}
    assert all(sublabel.emotion == by_tens[f"{code[:2]}0"] for code, sublabel in CODES.items())
    assert (CODES["E18"].name, CODES["E43"].name, CODES["E51"].name) == ("노여워하는", "고립된", "고립된(당황한)")


def test_every_label_set_has_as_many_classes_as_it_says_and_uses_them_all() -> None:
    for labels in LabelSet:
        names = label_names(labels)
        used = {label_of(sublabel, labels) for sublabel in CODES.values()} - {None}
        assert len(names) == len(set(names)) == int(labels.value)
        assert used == set(names)


def test_the_groups_hold_every_sublabel_once_and_stay_within_an_emotion() -> None:
    assert Counter(name for names in MERGED.values() for name in names) == Counter(
        sublabel.name for sublabel in CODES.values()
    )
    emotion_of = {sublabel.name: sublabel.emotion for sublabel in CODES.values()}
    for names in MERGED.values():
        assert len({emotion_of[name] for name in names}) == 1
        assert 2 <= len(names) <= 4
    assert not set(MERGED) & set(SUBLABELS)


def test_five_classes_are_the_services_own_and_six_begin_with_them() -> None:
    assert label_names(LabelSet.FIVE) == EMOTIONS
    assert label_names(LabelSet.SIX) == (*EMOTIONS, "상처")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (LabelSet.SIXTY, ["고립된", "고립된(당황한)", "자신하는"]),
        (LabelSet.FIFTY_EIGHT, ["고립된", "고립된", "자신하는"]),
        (LabelSet.TWENTY_THREE, ["소외", "외로움", "믿음"]),
        (LabelSet.SIX, ["상처", "당황", "기쁨"]),
        (LabelSet.FIVE, ["당황", "기쁨"]),
    ],
)
def test_both_forms_give_the_same_label_in_every_set(tmp_path: Path, labels: LabelSet, expected: list[str]) -> None:
    texts = ("모임에서 나만 빠졌어.", "말할 사람이 아무도 없어.", "이번에는 잘할 수 있어.")
    cells = [("상처", "고립된"), ("당황", "고립된"), ("기쁨", "자신하는")]
    table = sheet_of(tmp_path / "a.xlsx", *(row(*each, [text]) for each, text in zip(cells, texts, strict=True)))
    codes = json_of(
        tmp_path / "a.json", *(entry(code, [text]) for code, text in zip(("E43", "E51", "E69"), texts, strict=True))
    )
    assert [example.label for example in read(table, labels=labels)] == expected
    assert [example.label for example in read(codes, labels=labels)] == expected


def test_what_is_learnt_of_five_classes_is_the_services_target(tmp_path: Path) -> None:
    (example,) = read(json_of(tmp_path / "a.json", entry("E66", DELIGHT)))
    assert example.target() == (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "name", ["스트레스 받는", "스트레스받는 ", " 스트레스  받는", "혼란스러운", "혼란스러운(당황한)"]
)
def test_blanks_and_brackets_do_not_make_another_label(tmp_path: Path, name: str) -> None:
    file = sheet_of(tmp_path / "a.xlsx", row("불안 ", name, WORRY))
    assert read(file)[0].label == "불안"


def test_decomposed_hangul_is_understood(tmp_path: Path) -> None:
    cells = [unicodedata.normalize("NFD", cell) for cell in row("기쁨", "느긋", DELIGHT)]
    header = [unicodedata.normalize("NFD", cell) for cell in COLUMNS]
    assert read(workbook(tmp_path / "a.xlsx", {"Sheet1": [header, cells]}))[0].text == " ".join(DELIGHT)


# Turns


@pytest.mark.parametrize("form", ["xlsx", "json"])
@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (Turns.SEPARATE, [*WORRY, *DELIGHT]),
        (Turns.JOINED, [" ".join(WORRY), " ".join(DELIGHT)]),
        (Turns.FIRST, [WORRY[0], DELIGHT[0]]),
    ],
)
def test_a_dialogue_is_read_by_turns_joined_or_by_its_first(
    tmp_path: Path, form: str, turns: Turns, expected: list[str]
) -> None:
    if form == "xlsx":
        file = sheet_of(tmp_path / "a.xlsx", row("불안", "걱정스러운", WORRY), row("기쁨 ", "기쁨", DELIGHT))
    else:
        file = json_of(tmp_path / "a.json", entry("E37", WORRY), entry("E60 ", DELIGHT))
    assert [example.text for example in read(file, turns)] == expected


def test_empty_turns_are_dropped_and_the_next_counts_as_first(tmp_path: Path) -> None:
    file = json_of(tmp_path / "a.json", entry("E37", ["  ", WORRY[1], "\u200b"]), entry("E37", [" "]))
    assert [example.text for example in read(file, Turns.SEPARATE)] == [WORRY[1]]
    assert [example.text for example in read(file, Turns.FIRST)] == [WORRY[1]]


def test_examples_know_their_dialogue_and_their_file(tmp_path: Path) -> None:
    file = sheet_of(tmp_path / "Training.xlsx", row("불안", "걱정스러운", WORRY))
    other = json_of(tmp_path / "Training.json", entry("E60", DELIGHT, "Pro_90002_00007"))
    assert {example.dialogue for example in read(file, Turns.SEPARATE)} == {"Training.xlsx [Sheet1] row 2"}
    assert {example.dialogue for example in read(other, Turns.SEPARATE)} == {"Pro_90002_00007"}
    assert {example.source for example in read(tmp_path, Turns.SEPARATE)} == {"aihub-Training"}


# Splits


def dialogues(count: int) -> list[dict[str, object]]:
    places = ("부산", "대전", "광주", "강릉", "제주", "여수", "속초", "전주", "춘천", "목포")
    things = ("우산", "지갑", "열쇠", "모자", "공책", "연필", "안경", "시계", "가방", "장갑")
    return [
        entry(
            f"E{1 + number % 6}{number % 10}",
            [
                f"{places[number % 10]}에서 {things[number // 10 % 10]} 산 날 {number}번 버스를 놓쳤다.",
                f"{things[number * 7 % 10]} 때문에 {number * 31 % 97}층까지 {places[number * 3 % 10]} 사람과 걸었지.",
                "이제 어떻게 하지?",
            ],
        )
        for number in range(count)
    ]


def test_a_split_never_divides_a_dialogue(tmp_path: Path) -> None:
    training, held_out = split(read(json_of(tmp_path / "a.json", *dialogues(60)), Turns.SEPARATE, LabelSet.SIX), 0.3)
    assert training
    assert held_out
    assert not {example.group for example in training} & {example.group for example in held_out}


def test_a_dialogue_is_held_out_whatever_the_treatment_and_the_labels(tmp_path: Path) -> None:
    file = json_of(tmp_path / "a.json", *dialogues(60))
    groups = {
        frozenset(example.group for example in split(read(file, turns, labels), 0.3)[1])
        for turns in Turns
        for labels in (LabelSet.SIXTY, LabelSet.SIX)
    }
    assert len(groups) == 1


def test_a_sentence_of_two_dialogues_is_on_one_side_only(tmp_path: Path) -> None:
    json_of(tmp_path / "Training.json", *dialogues(40))
    json_of(tmp_path / "Validation.json", *(entry("E11", ["이제 어떻게 하지?", f"{each}일째야."]) for each in range(9)))
    training, held_out = split(read(tmp_path, Turns.SEPARATE, LabelSet.SIX), 0.3)
    assert "이제 어떻게 하지?" in {example.text for example in held_out}
    assert "이제 어떻게 하지?" not in {example.text for example in training}
    assert training
    assert without_near_duplicates(training, of=held_out) == training


def test_a_dialogue_in_both_forms_counts_once(tmp_path: Path) -> None:
    sheet_of(tmp_path / "a.xlsx", row("불안 ", "걱정스러운", WORRY), row("기쁨", "기쁨", DELIGHT))
    json_of(tmp_path / "a.json", entry("E37", WORRY), entry("E37", DELIGHT))
    assert sorted((example.text, example.label) for example in read(tmp_path)) == [
        (" ".join(WORRY), "불안"),
        (" ".join(DELIGHT), "기쁨"),
        (" ".join(DELIGHT), "불안"),
    ]


# JSON


def test_json_may_begin_with_a_byte_order_mark_and_wrap_its_list(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"data": [entry("E37", WORRY)]}, ensure_ascii=False), "utf-8-sig")
    assert len(read(file)) == 1


@pytest.mark.parametrize(("encoding", "name"), [("cp949", "CP949"), ("utf-16", "UTF-16")])
def test_another_encoding_is_named_with_its_cure(tmp_path: Path, encoding: str, name: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps([entry("E37", WORRY)], ensure_ascii=False, indent=1), encoding)
    with pytest.raises(DataUnreadable, match=rf"a\.json:\d+: not UTF-8 .* perhaps {name}; .*iconv -f {name} -t UTF-8"):
        read(file)


def test_json_that_was_cut_off_is_told_with_the_place(tmp_path: Path) -> None:
    file = json_of(tmp_path / "a.json", *dialogues(2))
    whole = file.read_text("utf-8")
    file.write_text(whole[: len(whole) // 2], "utf-8")
    with pytest.raises(DataUnreadable, match=r"a\.json:\d+:\d+: not JSON from here .*cut off: fetch it again"):
        read(file)


@pytest.mark.parametrize("content", ['{"rows": []}', '"문장"', '{"data": {}}'])
def test_json_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(DataUnreadable, match="expected a list of dialogues"):
        read(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (entry("E99", WORRY), r"dialogue 2, field profile\.emotion\.type: unknown code 'E99'; AI Hub's are E10 to E69"),
        (entry("기쁨", WORRY), "unknown code '기쁨'"),
        ({"profile": {"emotion": {}}}, r"dialogue 2: no field profile\.emotion\.type; is this file of"),
        ({"profile": {"emotion": {"type": 31}}}, r"field profile\.emotion\.type: expected text, got 31"),
        ({"profile": {"emotion": {"type": "E31"}}, "talk": {}}, r"dialogue 2: no field talk\.content;"),
        ("문장", "dialogue 2: no field profile;"),
        (
            {"profile": {"emotion": {"type": "E18", "emotion-id": "S06_D02_E68"}}},
            "E18 contradicts the emotion-id 'S06_D02_E68'",
        ),
    ],
)
def test_a_dialogue_that_cannot_be_read_is_told_with_its_number(tmp_path: Path, wrong: object, message: str) -> None:
    with pytest.raises(DataUnreadable, match=message):
        read(json_of(tmp_path / "a.json", entry("E37", WORRY), wrong))


def test_missing_later_turns_and_ids_are_no_fault(tmp_path: Path) -> None:
    bare = {"profile": {"emotion": {"type": "E37"}}, "talk": {"content": {"HS01": WORRY[0], "HS02": None}}}
    (example,) = read(json_of(tmp_path / "a.json", bare))
    assert (example.text, example.dialogue) == (WORRY[0], "a.json, dialogue 1")


# Workbooks


@pytest.mark.parametrize(("inline", "references"), [(False, True), (True, True), (True, False)])
def test_workbooks_of_several_writers_read_alike(tmp_path: Path, *, inline: bool, references: bool) -> None:
    rows = [COLUMNS, row("불안", "걱정스러운", (WORRY[0], "", WORRY[2])), ["", "", "", "", "", "", "", ""]]
    file = workbook(tmp_path / "a.xlsx", {"Sheet1": rows}, inline=inline, references=references)
    assert [example.text for example in read(file, Turns.SEPARATE)] == [WORRY[0], WORRY[2]]


def test_openpyxl_agrees_with_us(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not needed, only compared with where it is there")
    book = openpyxl.Workbook()
    for values in (COLUMNS, row("불안", "걱정스러운", WORRY)):
        book.active.append(values)
    book.save(tmp_path / "a.xlsx")
    assert [example.text for example in read(tmp_path / "a.xlsx", Turns.SEPARATE)] == list(WORRY)


def test_runs_of_one_cell_are_joined_without_their_readings(tmp_path: Path) -> None:
    file = sheet_of(tmp_path / "a.xlsx", row("불안", "걱정스러운", ["한 칸"]))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    runs = "<r><t>두 </t></r><r><t>조각_x000D_</t></r><rPh><t>읽기</t></rPh>"
    strings = parts["xl/sharedStrings.xml"].replace('<t xml:space="preserve">한 칸</t>', runs)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (parts | {"xl/sharedStrings.xml": strings}).items():
            archive.writestr(name, content)
    assert read(file)[0].text == "두 조각"


def test_all_sheets_with_the_columns_are_read_or_the_one_asked_for(tmp_path: Path) -> None:
    first = [COLUMNS, row("불안", "걱정스러운", WORRY)]
    second = [COLUMNS, row("기쁨", "기쁨", DELIGHT)]
    file = workbook(tmp_path / "a.xlsx", {"설명": [["이 파일은"]], "학습": first, "검증": second})
    assert [example.label for example in read(file)] == ["불안", "기쁨"]
    chosen = read_aihub(file, turns=Turns.FIRST, labels=LabelSet.SIX, sheet="검증")
    assert [example.label for example in chosen] == ["기쁨"]


def test_a_wrong_sheet_is_told_with_the_sheets_there_are(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"설명": [["이 파일은"]], "Sheet1": [COLUMNS]})
    with pytest.raises(DataUnreadable, match=r"a\.xlsx: no sheet 'Training'; it has '설명', 'Sheet1'"):
        read_aihub(file, turns=Turns.FIRST, labels=LabelSet.SIX, sheet="Training")
    with pytest.raises(DataUnreadable, match=r"a\.xlsx \[설명\] row 1: no column 감정_대분류, .*; saw 이 파일은"):
        read_aihub(file, turns=Turns.FIRST, labels=LabelSet.SIX, sheet="설명")
    with pytest.raises(DataUnreadable, match=r"no sheet has the columns 감정_대분류, .* in its first row; saw '설명'"):
        read(workbook(tmp_path / "b.xlsx", {"설명": [["이 파일은"]], "빈 곳": []}))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = [name for name in COLUMNS if name != "감정_소분류"]
    file = workbook(tmp_path / "a.xlsx", {"Sheet1": [header]})
    with pytest.raises(
        DataUnreadable, match=r"a\.xlsx \[Sheet1\] row 1: no column 감정_소분류; saw 번호, 연령, 감정_대분류"
    ):
        read(file)


@pytest.mark.parametrize(
    ("emotion", "name", "message"),
    [
        ("행복", "기쁨", r"\[Sheet1\] row 3, column 감정_대분류: unknown label '행복'; expected one of 분노, 슬픔"),
        ("", "기쁨", r"row 3, column 감정_대분류: unknown label ''"),
        (
            "기쁨",
            "노여워하는",
            r"row 3, column 감정_소분류: '노여워하는' belongs to 분노, not to 기쁨; 기쁨 has 기쁨 · 감사하는",
        ),
        ("슬픔", "고립된", "'고립된' belongs to 상처 and 당황, not to 슬픔"),
        ("슬픔", "서운한", "row 3, column 감정_소분류: unknown label '서운한'; 슬픔 has 슬픔 · 실망한"),
    ],
)
def test_an_unknown_label_is_told_with_its_row(tmp_path: Path, emotion: str, name: str, message: str) -> None:
    file = sheet_of(tmp_path / "a.xlsx", row("기쁨", "기쁨", DELIGHT), row(emotion, name, WORRY))
    with pytest.raises(DataUnreadable, match=message):
        read(file)


def test_many_wrong_rows_are_told_together_or_left_out_on_request(tmp_path: Path) -> None:
    wrong = [row("기쁨", "노여워하는", [f"{number}번째 말"]) for number in range(7)]
    file = sheet_of(tmp_path / "a.xlsx", *wrong, row("기쁨", "기쁨", DELIGHT))
    with pytest.raises(DataUnreadable, match=r"(?s)row 2, .*row 6, .*… and 2 more rows\nmend these rows, or pass"):
        read(file)
    refused: list[str] = []
    left = read_aihub(file, turns=Turns.FIRST, labels=LabelSet.FIVE, refused=refused)
    assert ([example.text for example in left], len(refused)) == ([DELIGHT[0]], 7)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("번호,연령\n1,청년\n".encode("cp949"), "no .xlsx workbook, or one that was cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an .xls or a workbook with a password; save it as .xlsx"),
        (b"", "no .xlsx workbook"),
    ],
)
def test_what_is_no_workbook_is_told_as_such(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(DataUnreadable, match=message):
        read(file)


def test_a_workbook_that_was_cut_off_or_damaged_is_told_as_such(tmp_path: Path) -> None:
    file = sheet_of(tmp_path / "a.xlsx", row("불안", "걱정스러운", WORRY))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataUnreadable, match="cut off"):
        read(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(DataUnreadable, match="a damaged workbook"):
        read(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(DataUnreadable, match="a damaged workbook"):
        read(file)


# Paths


def test_a_directory_is_read_with_its_folders_but_without_lock_files(tmp_path: Path) -> None:
    (tmp_path / "Validation").mkdir()
    sheet_of(tmp_path / "Validation" / "b.XLSX", row("불안", "걱정스러운", WORRY))
    json_of(tmp_path / "a.json", entry("E60", DELIGHT))
    (tmp_path / "~$b.xlsx").write_bytes(b"lock")
    (tmp_path / "._a.json").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "readme.txt").write_text("설명", "utf-8")
    assert len(read(tmp_path)) == 2


def test_a_path_without_the_corpus_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\n", "utf-8")
    with pytest.raises(DataUnreadable, match=r"no \.xlsx or \.json files in it; are AI Hub's archives unpacked"):
        read(tmp_path)
    with pytest.raises(DataUnreadable, match=r"a\.csv: expected a \.xlsx or \.json file of .*, got \.csv"):
        read(tmp_path / "a.csv")
    with pytest.raises(DataUnreadable, match="not there"):
        read(tmp_path / "b.json")
    with pytest.raises(DataUnreadable, match="no dialogue that can be read"):
        read(sheet_of(tmp_path / "a.xlsx"))


# The hand-made examples


@needs_shared
def test_the_hand_made_examples_are_the_same_in_both_forms() -> None:
    assert SHARED is not None
    for turns in Turns:
        for labels in LabelSet:
            table = read(SHARED / "synthetic_example.xlsx", turns, labels)
            codes = read(SHARED / "synthetic_example.json", turns, labels)
            assert table
            assert [(each.text, each.label, each.group) for each in table] == [
                (each.text, each.label, each.group) for each in codes
            ]


@needs_shared
def test_our_code_table_is_the_one_beside_the_examples() -> None:
    assert SHARED is not None
    table = json.loads((SHARED / "codes.json").read_text("utf-8"))["emotion"]
    assert {code: {"소분류": each.name, "대분류": each.emotion} for code, each in CODES.items()} == table
