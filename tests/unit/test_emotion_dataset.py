"""What the training program reads, and what it must never let through."""

import re
from pathlib import Path
from random import Random

import pytest

from ml.emotion.dataset import (
    HASH_LETTERS,
    LABELLED,
    NEAR,
    DataUnreadable,
    Example,
    in_held_out,
    read_csv,
    read_goemotions,
    read_kote,
    read_kote_shares,
    read_labelled,
    read_texts,
    read_written,
    row_hash,
    split,
    without_near_duplicates,
)
from ml.emotion.labels import LABELS

DATA = Path(__file__).parents[2] / "ml" / "emotion" / "data"


def written(directory: Path, name: str, *rows: str) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return directory


def example(text: str, label: str = "기쁨") -> Example:
    return Example(text=text, label=label, source="test")


def test_written_sentences_know_their_label_and_slice(tmp_path: Path) -> None:
    folder = written(tmp_path / "dev", "hard.tsv", "슬픔\t우울한\t노을을 봐도 노을이구나 하고 말아", "")
    (only,) = read_written(folder)
    assert (only.label, only.source, only.text) == ("슬픔", "dev-hard", "노을을 봐도 노을이구나 하고 말아")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("기쁨\t합격했어요", "2 fields"),
        ("행복\t기쁨\t합격했어요", "unknown label '행복'"),
        ("기쁨\t안도\t \u200b", "an empty sentence"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, complaint: str) -> None:
    folder = written(tmp_path / "w", "part-01.tsv", "기쁨\t안도\t다행이다", row)
    with pytest.raises(DataUnreadable, match=rf"part-01\.tsv:2: .*{complaint}"):
        read_written(folder)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataUnreadable, match=r"no \.tsv files"):
        read_written(tmp_path)


def test_any_csv_with_text_and_label_will_do(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text('id,text,label\n1,"화나, 진짜",분노\n', encoding="utf-8")
    assert [(each.text, each.label) for each in read_csv(file)] == [("화나, 진짜", "분노")]


def test_a_csv_without_the_columns_says_which_it_has(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("sentence,label\n화나,분노\n", encoding="utf-8")
    with pytest.raises(DataUnreadable, match="columns text and label"):
        read_csv(file)


def kote(directory: Path) -> Path:
    (directory / "labels44.txt").write_text("슬픔\n화남/분노\n짜증\n없음\n", encoding="utf-8")
    rows = ("1\t짜증나고 화난다\t1,2", "2\t슬프고 화난다\t0,1", "3\t그렇구나\t3")
    (directory / "val.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return directory


def test_kote_keeps_comments_that_lead_to_one_emotion(tmp_path: Path) -> None:
    assert [(each.text, each.label) for each in read_kote(kote(tmp_path), "val")] == [("짜증나고 화난다", "분노")]


def test_kote_shares_are_probabilities_of_what_was_heard(tmp_path: Path) -> None:
    angry, mixed = read_kote_shares(kote(tmp_path), "val")
    assert angry.target()[LABELS.index("분노")] == 1.0
    assert mixed.label == "슬픔"  # one of seven kinds of sadness says more than one of nine kinds of anger
    assert sum(mixed.target()) == pytest.approx(1.0)
    assert 0 < mixed.target()[LABELS.index("분노")] < mixed.target()[LABELS.index("슬픔")]


def test_an_unknown_label_number_is_named(tmp_path: Path) -> None:
    kote(tmp_path)
    (tmp_path / "val.tsv").write_text("1\t가\t0\n2\t나\t44\n", encoding="utf-8")
    with pytest.raises(DataUnreadable, match=r"val\.tsv:2"):
        read_kote(tmp_path, "val")


def test_goemotions_knows_neutral_sentences(tmp_path: Path) -> None:
    (tmp_path / "label.txt").write_text("joy\nanger\nneutral\n", encoding="utf-8")
    (tmp_path / "train.tsv").write_text("그냥 그래요\t2\n기쁘지만 화나요\t0,1\n", encoding="utf-8")
    assert [(each.text, each.label) for each in read_goemotions(tmp_path)] == [("그냥 그래요", "중립")]


def test_the_split_depends_on_the_letters_alone() -> None:
    texts = [f"오늘 {number}번째로 웃었다" for number in range(400)]
    held_out = [text for text in texts if in_held_out(text, 0.25)]
    assert 60 < len(held_out) < 140
    assert all(in_held_out(f"  {text}!! ", 0.25) for text in held_out)


def test_near_duplicates_never_cross_the_split() -> None:
    twins = [
        example(f"회의가 {number}번이나 미뤄져서 짜증이 난다{tail}") for number in range(60) for tail in ("", "니까")
    ]
    training, held_out = split(twins, 0.3)
    assert held_out
    assert without_near_duplicates(training, of=held_out) == training


def test_a_group_is_never_divided_and_its_letters_decide() -> None:
    rows = [
        Example(text=f"{turn}번째 말 {number}", label="기쁨", source="test", group=f"첫마디는 {number}")
        for number in range(80)
        for turn in range(3)
    ]
    training, held_out = split(rows, 0.3)
    assert {each.group for each in held_out} == {each.group for each in rows if in_held_out(each.group, 0.3)}
    assert not {each.group for each in training} & {each.group for each in held_out}


def test_the_filter_finds_every_near_duplicate_that_comparing_all_pairs_finds() -> None:
    rng = Random(5)
    sentences = [each.text for each in read_written(DATA / "dev")][:150]
    changed = [
        "".join(letter for letter in text if rng.random() > share) for text in sentences for share in (0.05, 0.15, 0.3)
    ]
    rows, of = [example(text) for text in changed if text], [example(text) for text in sentences]

    def is_near(one: str, other: str) -> bool:
        ours, theirs = trigrams(one), trigrams(other)
        return len(ours & theirs) >= NEAR * len(ours | theirs)

    expected = [each for each in rows if not any(is_near(each.text, other.text) for other in of)]
    assert 50 < len(expected) < len(rows) - 50
    assert without_near_duplicates(rows, of=of) == expected


def test_a_longer_sentence_that_holds_a_shorter_one_whole_is_found() -> None:
    """Five of its eight trigrams are shared, and the other three are the rarest."""
    assert without_near_duplicates([example("가나다가나다라가나다")], of=[example("가나다가나다")]) == []


def trigrams(text: str) -> set[str]:
    letters = "^" + "".join(letter for letter in text.lower() if letter.isalnum()) + "$"
    return {letters[start : start + 3] for start in range(max(1, len(letters) - 2))}


def test_case_is_kept_for_models_that_know_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "w", "part-01.tsv", "기쁨\t안도\tKTX 표 구했다")
    assert [each.text for each in read_written(folder)] == ["KTX 표 구했다"]


def labels_file(directory: Path, *lines: str) -> Path:
    file = directory / "labels.tsv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_labels_by_hash_find_their_rows(tmp_path: Path) -> None:
    labels = labels_file(tmp_path, f"{row_hash('너무 화나.')}\t분노", f"{row_hash('오늘 안 온 사람')}\t중립")
    rows = read_labelled(labels, ["12시 땡!", " 너무 화나. ", "너무 화나."], "chatbot")
    assert [(each.text, each.label, each.source) for each in rows] == [("너무 화나.", "분노", "chatbot")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("abc\t분노", "labels.tsv:1: expected a hash"), (f"{row_hash('가')}\t행복", "expected a hash of 16 letters")],
)
def test_labels_that_cannot_be_read_are_named(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(DataUnreadable, match=complaint):
        read_labelled(labels_file(tmp_path, line), ["가"], "chatbot")


def test_labels_of_another_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataUnreadable, match="none of its 1 rows is in the data"):
        read_labelled(labels_file(tmp_path, f"{row_hash('가')}\t분노"), ["나"], "chatbot")


def test_texts_are_read_from_chatbot_data_and_from_kote(tmp_path: Path) -> None:
    chatbot = tmp_path / "ChatbotData.csv"
    chatbot.write_text('Q,A,label\n"12시 땡!",하루가 또 가네요.,0\n', encoding="utf-8")
    assert read_texts(chatbot) == ["12시 땡!"]
    kote(tmp_path)
    assert read_texts(tmp_path / "val.tsv")[0] == "짜증나고 화난다"
    chatbot.write_text("A,B\n1,2\n", encoding="utf-8")
    with pytest.raises(DataUnreadable, match="a column text or Q"):
        read_texts(chatbot)


def test_what_was_labelled_by_hand_holds_labels_and_no_text() -> None:
    counts = {}
    for file in sorted(LABELLED.glob("*.tsv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert all(re.fullmatch(rf"[0-9a-f]{{{HASH_LETTERS}}}\t({'|'.join(LABELS)})", line) for line in lines)
        assert len({line[:HASH_LETTERS] for line in lines}) == len(lines)
        counts[file.stem] = len(lines)
    assert counts["chatbot"] >= 600


def test_sentences_that_only_share_a_topic_both_stay() -> None:
    rows = [example("면접 보러 가는 길인데 손이 떨린다")]
    assert without_near_duplicates(rows, of=[example("면접 붙었다는 전화를 받고 소리 질렀어")]) == rows


@pytest.mark.parametrize("kept_apart", ["dev", "unseen"])
def test_nothing_that_is_measured_on_is_in_the_training_sentences(kept_apart: str) -> None:
    training, measured = read_written(DATA / "written"), read_written(DATA / kept_apart)
    assert len(training) > 9_000
    assert {each.label for each in measured} == set(LABELS)
    assert without_near_duplicates(training, of=measured) == training
