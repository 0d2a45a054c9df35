from unicodedata import normalize

import pytest

from adapters import received


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (normalize("NFD", " 봄날 "), "봄날"),
        ("cut \ud83d", "cut"),
        ("a\0b", "ab"),
        ("\udcff\0", None),
        (" ", None),
        (None, None),
        (5, None),
        (["봄날"], None),
    ],
)
def test_a_text_is_composed_and_holds_nothing_that_cannot_be_kept(told: object, kept: str | None) -> None:
    assert received.text(told) == kept


def test_halves_that_meet_when_something_between_them_goes_are_composed() -> None:
    assert received.text("e\0\u0301") == "é"


@pytest.mark.parametrize(("told", "year"), [("1999", 1999), ("1999.0", 1999), (" 2017. ", 2017), ("0800", 800)])
def test_a_year_is_read_as_spreadsheets_write_it(told: str, year: int) -> None:
    assert received.year(told) == year


@pytest.mark.parametrize("told", ["", "올해", "0", "0.0", "-5", "1999.5", "99999", "9" * 5_000, "inf", "nan", "1e3"])
def test_what_is_no_year_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="is no year"):
        received.year(told)


def test_artists_share_a_cell() -> None:
    assert received.artists("아이유; SUGA; ") == ("아이유", "SUGA")
    assert received.artists(received.joined(("아이유", "SUGA"))) == ("아이유", "SUGA")


@pytest.mark.parametrize(
    "told", [None, 5, "https://i.scdn.co/\ud83d", "https://evil.example/x", " https://i.scdn.co/x"]
)
def test_a_picture_has_an_address_that_can_be_kept_and_shown(told: object) -> None:
    assert received.artwork(told) is None
    assert received.artwork("https://i.scdn.co/x") == "https://i.scdn.co/x"
