import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.account import CONFIRMATIONS, is_confirmation, leading_moods
from bot.dialogue import Dialogue
from bot.domain import (
    ActionKind,
    DiaryEntry,
    Language,
    Mood,
    Preferences,
    Reply,
    ReplyKind,
    Shop,
)
from bot.preferences import SETTINGS, changed
from tests.fakes import (
    LISTENER,
    NOON,
    FakeClock,
    FakePainter,
    InMemoryCatalogue,
    InMemoryHistory,
    a_shelf,
    a_speaker,
    a_track,
)
from tests.unit.talking import ids, press, say


def chosen(reply: Reply) -> set[str | None]:
    return {action.value for action in reply.actions if action.is_chosen}


def names(reply: Reply) -> set[str]:
    return {(action.value or "").partition("=")[0] for action in reply.actions}


async def test_settings_show_how_things_stand_and_every_choice_has_a_button(dialogue: Dialogue) -> None:
    reply = await press(dialogue, ActionKind.SETTINGS)
    assert (reply.kind, reply.is_private) == (ReplyKind.SETTINGS, True)
    assert {"music=any", "era=any", "language=auto", "days=365"} <= chosen(reply)
    assert names(reply) == set(SETTINGS) - {"clean"}  # no track of these is marked as explicit


async def test_what_the_catalogue_cannot_follow_is_not_offered(
    dialogue: Dialogue, catalogue: InMemoryCatalogue
) -> None:
    undated = [replace(track, year=None) for track in a_shelf(Mood.SAD, 10)]
    await catalogue.replace("starter", undated)
    assert not {"era", "clean"} & names(await press(dialogue, ActionKind.SETTINGS))
    await catalogue.replace("starter", [*undated, replace(a_track(99), is_explicit=True)])
    assert {"era", "clean"} <= names(await press(dialogue, ActionKind.SETTINGS))


async def test_every_button_of_the_settings_changes_what_it_says(dialogue: Dialogue, history: InMemoryHistory) -> None:
    for action in (await press(dialogue, ActionKind.SETTINGS)).actions:
        before = history.set.get(LISTENER, Preferences())
        await press(dialogue, ActionKind.SET, value=action.value)
        name, _, choice = (action.value or "").partition("=")
        assert SETTINGS[name].stands(history.set[LISTENER]) == choice
        assert action.is_chosen or history.set[LISTENER] != before or choice in {"ko", "auto", "any", "365"}


async def test_a_switch_is_turned_over_by_pressing_it_again(dialogue: Dialogue, history: InMemoryHistory) -> None:
    for stands in (True, False):
        reply = await press(dialogue, ActionKind.SETTINGS)
        button = next(action for action in reply.actions if (action.value or "").startswith("shop.melon="))
        reply = await press(dialogue, ActionKind.SET, value=button.value)
        assert (Shop.MELON in history.set[LISTENER].shops) is stands
        after = next(action for action in reply.actions if (action.value or "").startswith("shop.melon="))
        assert after.is_chosen is stands


@pytest.mark.parametrize("value", [None, "", "music", "music=loud", "nonsense=on", "music=korean=x"])
async def test_a_setting_that_does_not_exist_changes_nothing(
    dialogue: Dialogue, history: InMemoryHistory, value: str | None
) -> None:
    assert (await press(dialogue, ActionKind.SET, value=value)).kind is ReplyKind.SETTINGS
    assert history.set == {}
    assert changed(Preferences(), value) is None


async def test_the_language_that_is_set_outweighs_that_of_the_platform(dialogue: Dialogue) -> None:
    assert (await press(dialogue, ActionKind.SET, value="language=en")).language is Language.ENGLISH
    assert (await say(dialogue, "속상해", a_speaker(Language.KOREAN))).language is Language.ENGLISH
    assert (await press(dialogue, ActionKind.SET, value="language=auto")).language is Language.KOREAN


async def test_other_shops_are_linked_when_they_are_set(dialogue: Dialogue) -> None:
    assert all(card.links == () for card in (await say(dialogue, "속상해")).cards)
    await press(dialogue, ActionKind.SET, value="shop.melon=on")
    for card in (await say(dialogue, "속상해")).cards:
        assert [link.name for link in card.links] == ["멜론"]


async def test_private_answers_are_a_setting(dialogue: Dialogue) -> None:
    assert not await dialogue.answers_privately(a_speaker())
    await press(dialogue, ActionKind.SET, value="private=on")
    assert await dialogue.answers_privately(a_speaker())


async def test_without_memory_nothing_is_kept_but_the_next_five_still_fit(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await press(dialogue, ActionKind.SET, value="memory=off")
    track = (await say(dialogue, "속상해")).cards[0].track
    assert {card.track.mood for card in (await press(dialogue, ActionKind.MORE)).cards} == {Mood.SAD}
    assert "기록을 남기지 않도록" in (await press(dialogue, ActionKind.LIKE, track.id)).text
    assert "기록을 남기지 않도록" in (await press(dialogue, ActionKind.HISTORY)).text
    assert (history.shown, history.votes) == ({}, {})


async def test_history_comes_in_pages_and_each_track_leads_to_similar_ones(
    dialogue: Dialogue, clock: FakeClock
) -> None:
    first = await say(dialogue, "속상해")
    clock.advance(timedelta(days=1))
    second = await say(dialogue, "신난다")
    page = await press(dialogue, ActionKind.HISTORY)
    assert (page.kind, page.is_private) == (ReplyKind.HISTORY, True)
    assert ids(page) == ids(second)
    assert all(card.reason.startswith("오늘") for card in page.cards)
    assert [action.value for action in page.actions] == ["2"]
    older = await press(dialogue, ActionKind.HISTORY, value="2")
    assert ids(older) == ids(first)
    assert all(card.reason.startswith("어제 · 쓸쓸한") for card in older.cards)
    assert [action.value for action in older.actions] == ["1"]
    similar = older.cards[0].actions[-1]
    assert (await press(dialogue, similar.kind, similar.track_id)).cards


@pytest.mark.parametrize("value", [None, "0", "99", "x", "-1", "9" * 5_000, "٣"])
async def test_a_page_that_is_not_there_is_answered(dialogue: Dialogue, value: str | None) -> None:
    assert (await press(dialogue, ActionKind.HISTORY, value=value)).text


async def test_history_does_not_change_the_last_wish(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    await press(dialogue, ActionKind.HISTORY)
    assert {card.track.mood for card in (await press(dialogue, ActionKind.MORE)).cards} == {Mood.SAD}


async def test_the_diary_begins_only_when_the_listener_wants_it(
    dialogue: Dialogue, history: InMemoryHistory, painter: FakePainter
) -> None:
    await say(dialogue, "속상해")
    reply = await press(dialogue, ActionKind.DIARY)
    assert (reply.attachment, history.noted, painter.painted) == (None, {}, [])
    start = reply.actions[0]
    await press(dialogue, start.kind, value=start.value)
    await say(dialogue, "속상해")
    assert set(history.noted.values()) == {Mood.SAD}


async def test_the_diary_shows_a_month_with_words_for_those_who_cannot_see_it(
    dialogue: Dialogue, painter: FakePainter
) -> None:
    await press(dialogue, ActionKind.SET, value="diary=on")
    await say(dialogue, "신난다")
    reply = await press(dialogue, ActionKind.DIARY)
    assert painter.painted == [(2026, 5, {4: Mood.HAPPY})]
    assert reply.is_private
    assert reply.attachment is not None
    assert reply.attachment.media_type == "image/png"
    assert "4일" in (reply.attachment.alt or "")
    assert [action.value for action in reply.actions] == ["2026-04"]
    await press(dialogue, ActionKind.DIARY, value="2025-12")
    assert painter.painted[-1] == (2025, 12, {})


@pytest.mark.parametrize("value", ["2026-13", "nonsense", "2999-01", "2026-06", ""])
async def test_a_month_that_is_none_or_lies_ahead_is_the_present_one(
    dialogue: Dialogue, painter: FakePainter, value: str
) -> None:
    await press(dialogue, ActionKind.SET, value="diary=on")
    await press(dialogue, ActionKind.DIARY, value=value)
    assert painter.painted == [(2026, 5, {})]


def test_a_day_has_the_mood_that_came_most_often_and_of_equals_the_latest() -> None:
    def entry(mood: Mood, hour: int) -> DiaryEntry:
        return DiaryEntry(mood=mood, at=datetime(2026, 5, 4, hour, tzinfo=NOON.tzinfo))

    seoul = timezone(timedelta(hours=9))
    entries = [entry(Mood.SAD, 1), entry(Mood.SAD, 2), entry(Mood.HAPPY, 3), entry(Mood.CALM, 16), entry(Mood.SAD, 17)]
    assert leading_moods(entries, seoul) == {4: Mood.SAD, 5: Mood.SAD}
    assert leading_moods(entries[:3:2], seoul) == {4: Mood.HAPPY}


async def test_privacy_tells_what_is_kept_and_offers_to_see_and_delete_it(dialogue: Dialogue) -> None:
    reply = await press(dialogue, ActionKind.PRIVACY)
    assert reply.is_private
    assert "만 14세" in reply.text
    assert [action.kind for action in reply.actions] == [ActionKind.EXPORT, ActionKind.FORGET, ActionKind.SETTINGS]


async def test_my_data_is_a_json_file_of_all_that_is_kept(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    reply = await press(dialogue, ActionKind.EXPORT)
    assert reply.is_private
    assert reply.attachment is not None
    assert reply.attachment.name.endswith(".json")
    data = json.loads(reply.attachment.content)
    names = data.pop("tracks")
    assert data == await history.export(LISTENER)
    assert names.keys() == {track for _, track in history.shown}
    assert all(" – " in name for name in names.values())


async def test_a_stranger_who_sets_something_is_told_what_is_kept(dialogue: Dialogue) -> None:
    assert "만 14세" in ((await press(dialogue, ActionKind.SET, value="diary=on")).note or "")
    assert "만 14세" not in ((await press(dialogue, ActionKind.SET, value="diary=off")).note or "")


async def test_whoever_only_looks_has_not_stayed_away(
    dialogue: Dialogue, history: InMemoryHistory, clock: FakeClock
) -> None:
    await say(dialogue, "속상해")
    clock.time += timedelta(days=2)
    await press(dialogue, ActionKind.HISTORY)
    assert history.met[LISTENER].last == clock.time


async def test_an_old_page_of_a_history_that_has_become_shorter_is_its_last(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    await say(dialogue, "속상해")
    page = await press(dialogue, ActionKind.HISTORY, value="9")
    assert page.cards
    assert page.note is not None
    assert page.note.count("2") == 2


async def test_forgetting_needs_the_typed_confirmation(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    asked = await press(dialogue, ActionKind.FORGET)
    assert CONFIRMATIONS[Language.KOREAN] in asked.text
    assert history.shown
    assert "모두 지웠어요" in (await say(dialogue, "모두  지우기!")).text
    assert (history.met, history.shown, history.wishes) == ({}, {}, {})
    assert "지울 기록이 없어요" in (await say(dialogue, "모두 지우기")).text


async def test_a_command_may_bring_its_confirmation(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    await press(dialogue, ActionKind.FORGET, value="지워")
    assert history.shown
    await press(dialogue, ActionKind.FORGET, value="delete everything")
    assert history.shown == {}


def test_only_the_whole_phrase_confirms() -> None:
    assert is_confirmation("모두지우기")
    assert is_confirmation("Delete Everything")
    assert not is_confirmation("모두 지우기 싫어")
    assert not is_confirmation("")
