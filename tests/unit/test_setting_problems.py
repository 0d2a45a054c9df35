from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from bot.setting_problems import FORMS, in_words
from bot.settings import PREFIX, Settings, setting_names


def told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> list[str]:
    """What an operator reads who set this."""
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    return [in_words(name, problem) for problem in refused.value.errors(include_url=False, include_input=False)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WEB__PORT", "99999", "must be 65535 or less"),
        ("WEB__PORT", "-1", "must be 0 or more"),
        ("WEB__PORT", "eighty", "must be a whole number"),
        ("WEB__PORT", "9" * 5_000, "is too large a number"),
        ("WEB__PUBLIC_URL", "smoody.example", "must be a whole address, as in https://smoody.example"),
        ("WEB__PUBLIC_URL", "ftp://smoody.example", "must be an address that begins with 'http' or 'https'"),
        ("WEB__PUBLIC_URL", f"https://{'x' * 3_000}", "must have 2083 characters at most"),
        ("LANGUAGE", "fr", "must be 'ko' or 'en'"),
        ("LOG_FORMAT", "xml", "must be 'auto', 'json' or 'console'"),
        ("OEMBED__LOOKUPS", "maybe", "must be true or false"),
        ("REFRESH__LARGEST_SHRINK", "half", "must be a number"),
        ("REFRESH__LARGEST_SHRINK", "7", "must be 1 or less"),
        ("REFRESH__TIMEZONE", "Mars/Olympus", "there is no time zone 'Mars/Olympus'"),
        ("REFRESH__CRON", "daily", FORMS["REFRESH__CRON"]),
        ("TELEGRAM__WEBHOOK_SECRET", "x" * 300, "must have 256 characters at most"),
    ],
)
def test_a_bad_value_is_told_in_an_operators_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    assert told(monkeypatch, name, value) == [words]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DISCORD__ADMINS", "12,me", "must be a whole number"),
        ("SPOTIFY__PLAYLISTS_FOR", "telegram:1,12", FORMS["SPOTIFY__PLAYLISTS_FOR"]),
    ],
)
def test_a_bad_entry_of_a_list_is_told_by_its_place(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    assert told(monkeypatch, name, value) == [f"entry 2 {words}"]


def test_a_kind_without_words_of_ours_keeps_those_it_came_with() -> None:
    assert in_words("WEB__HOST", {"type": "unheard_of", "loc": ("web", "host"), "msg": "so it is"}) == "so it is"


def patterned() -> Iterator[str]:
    """The settings whose values must match a pattern."""
    schema = Settings.model_json_schema()
    for section, told in schema["properties"].items():
        fields = schema["$defs"].get(told.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
        yield from (f"{section}__{field}".upper() for field, kind in fields.items() if "'pattern':" in str(kind))


def test_every_setting_with_a_pattern_has_its_form_in_words() -> None:
    assert set(patterned()) == FORMS.keys()
    assert {f"{PREFIX}{name}" for name in FORMS} <= setting_names().keys()
