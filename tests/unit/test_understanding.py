import pytest

from bot.domain import Concern, Hints, Intent, Mood
from bot.understanding import met
from tests.fakes import FakeWishClassifier


def test_the_model_is_asked_where_rules_are_silent() -> None:
    assert met("넘겨 봐 봐", Hints(wish=Intent.MORE)) is Intent.MORE
    assert met("물멍할 때 깔아둘 음악", Hints(wish=Mood.CALM)) is Mood.CALM
    assert met("넘겨 봐 봐", Hints()) is None


@pytest.mark.parametrize("wish", [Intent.MORE, Mood.HAPPY, None])
def test_care_always_comes_before_a_wish(wish: Intent | Mood | None) -> None:
    assert met("다른 곡 들려줘", Hints(wish=wish, concern=Concern.SOFT)) is Concern.SOFT
    assert met("죽고 싶어", Hints(wish=wish)) is Concern.EXPLICIT


def test_the_graver_concern_counts_whoever_heard_it() -> None:
    assert met("죽고 싶어", Hints(concern=Concern.SOFT)) is Concern.EXPLICIT
    assert met("사라지고 싶어", Hints(concern=Concern.EXPLICIT)) is Concern.EXPLICIT
    assert met("사라지고 싶어", Hints()) is Concern.SOFT


def test_a_rule_about_a_whole_utterance_is_surer_than_the_model() -> None:
    assert met("다른 곡 들려줘", Hints(wish=Intent.THANKS)) is Intent.MORE


def test_what_a_classifier_hears_decides() -> None:
    wishes = FakeWishClassifier(heard={"지워 주라": Hints(wish=Intent.FORGET)})
    assert met("지워 주라", wishes.hear("지워 주라")) is Intent.FORGET
    assert met("슬퍼", wishes.hear("슬퍼")) is None
