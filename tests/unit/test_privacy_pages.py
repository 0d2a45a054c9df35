"""The privacy pages promise what the code does, in both languages."""

from pathlib import Path

import pytest

from bot.account import CONFIRMATIONS
from bot.domain import Language, Preferences, Shop
from bot.phrases import load_phrases
from bot.preferences import RETENTIONS
from bot.takeaway import shop_links
from tests.fakes import a_track

ROOT = Path(__file__).parents[2]
PAGES = {language: ROOT / f"PRIVACY.{language}.md" for language in Language}


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def page(language: Language) -> str:
    return PAGES[language].read_text(encoding="utf-8")


def test_every_retention_is_named(page: str) -> None:
    assert all(str(days) in page for days in RETENTIONS)
    assert f"{Preferences().keeps_days}" in page


def test_what_is_pressed_and_typed_is_called_as_it_is_on_the_page(page: str, language: Language) -> None:
    phrases = load_phrases()
    for entry in ("settings", "export", "forget", "privacy"):
        assert phrases.say(f"page_menu_{entry}", language) in page
    assert phrases.say("setting_memory", language) in page
    assert CONFIRMATIONS[language] in page


def test_every_shop_that_links_lead_to_is_named(page: str) -> None:
    for shop in Shop:
        names = {link.name for language in Language for link in shop_links(a_track(1), {shop}, language)}
        assert any(name in page for name in names), shop


def test_both_pages_list_the_same_things() -> None:
    korean, english = (PAGES[language].read_text(encoding="utf-8") for language in Language)
    for mark in ("\n## ", "\n| ", "\n* "):
        assert korean.count(mark) == english.count(mark), mark
