import pytest

from bot.diary import alt_text, title
from bot.domain import Language, Mood
from bot.phrases import Phrases, load_phrases

MAY = {1: Mood.CALM, 12: Mood.HAPPY, 3: Mood.HAPPY}


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.KOREAN, "2026년 5월 감정 달력. 밝음 3일, 12일. 차분함 1일."),
        (Language.ENGLISH, "Mood calendar of May 2026. Bright: 3, 12. Calm: 1."),
    ],
)
def test_the_words_tell_every_day_of_the_picture(phrases: Phrases, language: Language, told: str) -> None:
    assert alt_text(phrases, language, MAY, year=2026, month=5) == told


def test_an_empty_month_says_so(phrases: Phrases) -> None:
    assert alt_text(phrases, Language.KOREAN, {}, year=2026, month=5).endswith("적힌 날이 아직 없어요.")


def test_every_month_and_weekday_has_a_name(phrases: Phrases) -> None:
    for language in Language:
        assert len({title(phrases, language, year=2026, month=month) for month in range(1, 13)}) == 12
        assert len(phrases.variants("calendar_weekdays", language)) == 7
