"""What follows words of despair, for an hour and in memory only."""

from datetime import timedelta

import pytest

from bot.aftercare import LASTS
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Concern, Hints, Language, Mood, ReplyKind, Utterance
from tests.fakes import LISTENER, FakeClock, FakeWishClassifier, InMemoryHistory, a_speaker
from tests.unit.talking import press, say


async def test_helplines_have_a_button_for_calm_music(dialogue: Dialogue) -> None:
    (calm,) = (await say(dialogue, "죽고 싶어")).actions
    assert (calm.kind, calm.mood) == (ActionKind.MOOD, Mood.CALM)
    reply = await press(dialogue, calm.kind, mood=calm.mood)
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}
    assert "109" in (reply.note or "")


@pytest.mark.parametrize("text", ["속상해", "노래 틀어줘", "모르겠어", "다른 곡"])
async def test_what_is_said_after_it_gets_calm_tracks_and_the_line_to_help(dialogue: Dialogue, text: str) -> None:
    await say(dialogue, "죽고 싶어")
    reply = await say(dialogue, text)
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}
    assert "109" in (reply.note or "")
    assert reply.is_private


async def test_thanks_after_it_keep_the_line_too(dialogue: Dialogue) -> None:
    await say(dialogue, "죽고 싶어")
    reply = await say(dialogue, "고마워")
    assert reply.kind is ReplyKind.TEXT
    assert "109" in (reply.note or "")


async def test_joy_is_answered_as_such_with_the_line_beside_it(dialogue: Dialogue) -> None:
    await say(dialogue, "죽고 싶어")
    reply = await say(dialogue, "신난다")
    assert reply.mood is Mood.HAPPY
    assert "109" in (reply.note or "")


@pytest.mark.parametrize("text", ["그런 뜻 아니야", "아니 농담이야", "오해예요", "I was just kidding"])
async def test_it_can_be_taken_back(dialogue: Dialogue, text: str) -> None:
    await say(dialogue, "죽고 싶어")
    assert "109" not in ((await say(dialogue, text)).note or "")
    assert (await say(dialogue, "속상해")).mood is Mood.SAD


async def test_it_ends_after_an_hour_and_holds_for_nobody_else(dialogue: Dialogue, clock: FakeClock) -> None:
    await say(dialogue, "죽고 싶어")
    other = a_speaker(listener=type(LISTENER)("b" * 64))
    assert (await say(dialogue, "속상해", other)).mood is Mood.SAD
    clock.time += LASTS + timedelta(seconds=1)
    assert (await say(dialogue, "속상해")).mood is Mood.SAD


async def test_nothing_of_it_is_kept_and_forgetting_ends_it(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "죽고 싶어")
    assert history.met == {}
    await say(dialogue, "모두 지우기")
    assert (await say(dialogue, "속상해")).mood is Mood.SAD


async def test_a_preview_and_worry_about_somebody_begin_nothing(dialogue: Dialogue) -> None:
    await dialogue.preview(Utterance(text="죽고 싶어", speaker=a_speaker()))
    assert (await say(dialogue, "내 친구가 죽고 싶대")).kind is ReplyKind.CARE
    assert (await say(dialogue, "속상해")).mood is Mood.SAD


async def test_english_words_are_answered_in_english_first(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "I want to die")
    english, _, korean = reply.text.partition("이야기해 주셔서")
    assert "findahelpline.com" in english
    assert "자살예방" in korean
    only = await say(dialogue, "I want to die", a_speaker(Language.ENGLISH))
    assert "자살예방" not in only.text


async def test_soft_despair_has_its_line_and_no_hour_of_its_own(dialogue: Dialogue, wishes: FakeWishClassifier) -> None:
    wishes.heard = {"버거워": Hints(concern=Concern.SOFT)}
    assert "109" in ((await say(dialogue, "버거워")).note or "")
    assert (await say(dialogue, "속상해")).mood is Mood.SAD
