"""Telegram over real HTTP: python-telegram-bot against a Bot API on loopback, in front of the real core over fakes."""

import asyncio
import contextlib
import functools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import structlog

from adapters.telegram.connection import Telegram
from bot.dialogue import Dialogue
from bot.domain import Action, ActionKind, Language, Mood, Preferences, Reply, ReplyKind
from bot.errors import PlatformRefused
from bot.identity import Identities
from tests.fakes import SlowClassifier
from tests.integration.loopback.telegram import ME, SPEC, TOKEN, BotApi, Fault, Person, bot_api, buttons, labels, links
from tests.integration.on_telegram import (
    ALEX,
    DANGER,
    GROUP,
    JIU,
    MINA,
    SAD,
    a_classifier,
    a_dialogue,
    telegram_at,
)

Open = Callable[..., contextlib.AbstractAsyncContextManager[Telegram]]


@pytest.fixture
def classifier() -> SlowClassifier:
    return a_classifier()


@pytest.fixture
async def dialogue(classifier: SlowClassifier) -> Dialogue:
    return await a_dialogue(classifier)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api
        assert api.complaints == []


@pytest.fixture
def opened(api: BotApi, dialogue: Dialogue) -> Open:
    return functools.partial(telegram_at, api, dialogue)


async def test_a_sentence_becomes_five_cards_in_two_calls(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, SAD)
        [answer] = await api.said(JIU.id)
    assert len([link for link in links(answer) if "open.spotify.com/track/" in link]) == 10  # title and name
    assert len([link for link in links(answer) if "youtube.com" in link]) == 5
    assert labels(answer)[0] == ["▸ 1", "2", "3", "4", "5"]
    assert labels(answer)[1] == ["👍", "👎", "비슷한 곡"]
    assert {"다른 곡", "더 신나게", "더 차분하게"} <= {button["text"] for button in buttons(answer)}
    assert [call.method for call in api.calls if call.chat == JIU.id] == ["sendChatAction", "sendMessage"]


@pytest.mark.skipif(not SPEC.exists(), reason="the published schema of the Bot API is not on this machine")
async def test_the_loopback_complains_about_calls_that_the_published_schema_does_not_know(api: BotApi) -> None:
    wrong = {"chat_id": 1, "txt": "…", "reply_markup": {"inline_keyboard": [[{"text": 7, "callback_data": "x"}]]}}
    async with aiohttp.ClientSession() as session:
        for method, given in (("sendMessage", wrong), ("sendSonnet", {})):
            form = {name: json.dumps(value) for name, value in given.items()}
            await session.post(f"{api.base}/bot{TOKEN}/{method}", data=form)
    told, api.complaints = api.complaints, []
    assert any("there is no txt" in complaint for complaint in told)
    assert any("text is missing" in complaint for complaint in told)
    assert any("int is no String" in complaint for complaint in told)
    assert any("sendSonnet: there is no such method" in complaint for complaint in told)


async def test_every_listener_is_spoken_to_in_the_language_of_their_app(api: BotApi, opened: Open) -> None:
    nobody_knows = Person(1_004, language=None)
    async with opened(language=Language.ENGLISH):
        for person in (JIU, ALEX, nobody_knows):
            await api.write(person, "/start")
        said = [(await api.said(person.id))[0]["text"] for person in (JIU, ALEX, nobody_knows)]
    assert said[0].startswith("안녕하세요")
    assert said[1].startswith("Hi,")
    assert said[2].startswith("Hi,")


async def test_the_greeting_has_three_examples_and_pressing_one_says_it(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, "/start")
        [greeting] = await api.said(JIU.id)
        assert "저장하지 않아요" in greeting["text"]
        examples = [row[0] for row in labels(greeting)]
        assert len(examples) == 3
        await api.press(JIU, JIU.id, greeting["message_id"], examples[0])
        kept, answer = await api.said(JIU.id, 2)
    assert kept == greeting
    assert labels(answer)[0] == ["▸ 1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("/mood", "음악이 듣고 싶으세요|분위기로 골라"),
        ("/help", "편하게 적어"),
        ("/privacy", "."),
        ("/settings", "바뀌어요"),
        ("/history", "."),
        ("/forget", "모두 지우기"),
        ("/diary", "감정 달력"),
        ("/take", "."),
        ("/nothing_like_it", "편하게 적어"),
        ("/help@smoody_test_bot", "편하게 적어"),
        ("/status", "관리할 수 없어요"),
    ],
)
async def test_every_command_is_answered(api: BotApi, opened: Open, written: str, told: str) -> None:
    async with opened():
        await api.write(JIU, written)
        [answer] = await api.said(JIU.id)
    assert re.search(told, answer["text"])


async def test_a_mood_by_command_is_answered_like_a_sentence(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, f"/mood {SAD}")
        [answer] = await api.said(JIU.id)
    assert len(links(answer)) == 15


async def test_my_data_comes_as_a_file(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, SAD)
        await api.said(JIU.id)
        await api.write(JIU, "/mydata")
        answer = (await api.said(JIU.id, 2))[1]
    assert "document" in answer
    [call] = api.of("sendDocument")
    assert b"shown" in next(iter(call.files.values()))


async def test_a_sticker_is_told_kindly_and_a_service_message_is_nothing(api: BotApi, opened: Open) -> None:
    sticker = {
        "file_id": "s",
        "file_unique_id": "s",
        "width": 1,
        "height": 1,
        "type": "regular",
        "is_animated": False,
        "is_video": False,
    }
    async with opened():
        await api.write(JIU, "", message_auto_delete_timer_changed={"message_auto_delete_time": 60})
        await api.write(JIU, "", sticker=sticker)
        [answer] = await api.said(JIU.id)
    assert "글자를 찾지 못했어요" in answer["text"]


async def test_what_our_own_inline_results_put_into_a_chat_is_not_answered(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, SAD, via_bot=ME)
        await api.write(JIU, "/help")
        [answer] = await api.said(JIU.id)
    assert "편하게 적어" in answer["text"]


# Groups


async def test_a_group_is_read_only_when_it_speaks_to_us(api: BotApi, opened: Open, classifier: SlowClassifier) -> None:
    async with opened():
        await api.write(MINA, SAD, group=GROUP)
        await api.write(MINA, f"@another_bot {SAD}", group=GROUP)
        await api.write(MINA, "/mood@another_bot 속상해", group=GROUP)
        await api.write(MINA, "/nothing_of_ours", group=GROUP)
        asked = await api.write(MINA, f"@Smoody_Test_Bot {SAD}", group=GROUP)
        [answer] = await api.said(GROUP)
        assert answer["answers"] == asked
        assert classifier.reads == 1
        await api.write(JIU, SAD, group=GROUP, answering=answer["message_id"])
        await api.said(GROUP, 2)
    assert [call.method for call in api.calls if call.chat == GROUP] == ["sendMessage", "sendMessage"]


async def test_what_is_for_one_person_comes_to_them_alone(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, "/start")
        await api.said(JIU.id)
        await api.write(JIU, "/mydata", group=GROUP)
        await api.said(JIU.id, 2)
    assert api.said_in(GROUP) == []


async def test_an_admin_without_a_name_is_heard_but_the_group_sees_nothing_private(api: BotApi, opened: Open) -> None:
    nameless = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    group = {"id": GROUP, "type": "supergroup", "title": "우리 동네"}
    async with opened():
        given: dict[str, Any] = {"sender_chat": group, "from": nameless}
        await api.write(MINA, "/mydata", group=GROUP, **given)
        [invitation] = await api.said(GROUP)
    assert api.of("sendDocument") == []
    assert "url" in buttons(invitation)[0]


@pytest.mark.parametrize(("written", "start"), [("/mydata", "private"), (f"@smoody_test_bot {DANGER}", "care")])
async def test_who_never_wrote_to_us_is_invited_without_a_word_about_why(
    api: BotApi, opened: Open, written: str, start: str
) -> None:
    async with opened():
        await api.write(MINA, written, group=GROUP)
        [invitation] = await api.said(GROUP)
        [button] = buttons(invitation)
        assert button["url"] == f"https://t.me/smoody_test_bot?start={start}"
        assert "109" not in invitation["text"]
        await api.write(MINA, f"/start {start}")
        [said] = await api.said(MINA.id)
    assert ("109" in said["text"]) == (start == "care")


async def test_whoever_wants_answers_alone_gets_them_alone(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, "/settings")
        [settings] = await api.said(JIU.id)
        code = next(button["callback_data"] for button in buttons(settings) if "private=on" in button["callback_data"])
        await api.press_code(JIU, JIU.id, settings["message_id"], code)
        await api.until(lambda: api.of("editMessageText", JIU.id))
        await api.write(JIU, f"@smoody_test_bot {SAD}", group=GROUP)
        await api.said(JIU.id, 2)
    assert api.said_in(GROUP) == []


async def test_somebody_elses_answer_in_a_group_is_left_as_it_is(api: BotApi, opened: Open) -> None:
    async with opened():
        number = await api.write(MINA, f"@smoody_test_bot {SAD}", group=GROUP)
        [answer] = await api.said(GROUP)
        asked = {"message_id": number, "date": 1, "chat": answer["chat"], "from": MINA.as_user(), "text": "…"}
        api.messages[GROUP, answer["message_id"]]["reply_to_message"] = asked
        await api.press(JIU, GROUP, answer["message_id"], "다른 곡")
        await api.said(GROUP, 2)
        assert not api.of("editMessageText")
        await api.press(MINA, GROUP, answer["message_id"], "다른 곡")
        await api.until(lambda: api.of("editMessageText"))
    assert len(api.said_in(GROUP)) == 2


async def test_an_answer_stays_in_the_topic_of_its_question(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(MINA, f"@smoody_test_bot {SAD}", group=GROUP, is_topic_message=True, message_thread_id=7)
        await api.said(GROUP)
    [call] = api.of("sendMessage", GROUP)
    assert call.given["message_thread_id"] == 7


async def test_a_group_that_became_another_is_followed(api: BotApi, opened: Open) -> None:
    api.fail(
        "sendMessage", Fault(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-200_900)
    )
    async with opened():
        await api.write(MINA, f"@smoody_test_bot {SAD}", group=GROUP)
        [answer] = await api.said(-200_900)
    assert len(links(answer)) == 15


# Buttons


async def an_answer(api: BotApi, person: Person = JIU) -> dict[str, Any]:
    await api.write(person, SAD)
    return (await api.said(person.id))[-1]


async def test_other_tracks_take_the_place_of_the_first_after_the_press_is_acknowledged(
    api: BotApi, opened: Open
) -> None:
    async with opened():
        answer = await an_answer(api)
        await api.press(JIU, JIU.id, answer["message_id"], "다른 곡")
        await api.until(lambda: api.of("editMessageText"))
    [changed] = api.said_in(JIU.id)
    assert not set(links(answer)) & set(links(changed))
    methods = [call.method for call in api.calls]
    assert methods.index("answerCallbackQuery") < methods.index("editMessageText")


async def test_choosing_a_card_shows_its_cover_and_asks_the_core_nothing(
    api: BotApi, opened: Open, classifier: SlowClassifier
) -> None:
    async with opened():
        answer = await an_answer(api)
        classifier.problem = RuntimeError("nobody asks")
        await api.press(JIU, JIU.id, answer["message_id"], "3")
        await api.until(lambda: api.of("editMessageText"))
    [changed] = api.said_in(JIU.id)
    assert (changed["text"], changed["entities"]) == (answer["text"], answer["entities"])
    third = next(button["callback_data"] for button in buttons(answer) if button["text"] == "3").split("|")[1]
    assert changed["link_preview_options"]["url"].endswith(third)
    assert labels(changed)[0] == ["1", "2", "▸ 3", "4", "5"]


async def test_choosing_the_card_that_is_chosen_is_no_error(api: BotApi, opened: Open) -> None:
    with structlog.testing.capture_logs() as logs:
        async with opened():
            answer = await an_answer(api)
            await api.press(JIU, JIU.id, answer["message_id"], "▸ 1")
            await api.until(lambda: api.of("editMessageText"))
    assert [line for line in logs if line["log_level"] in {"error", "warning"}] == []
    assert api.said_in(JIU.id) == [answer]


async def test_a_vote_is_told_in_a_notice_and_marked_and_taken_back(api: BotApi, opened: Open) -> None:
    async with opened():
        answer = await an_answer(api)
        await api.press(JIU, JIU.id, answer["message_id"], "👍")
        await api.until(lambda: api.of("editMessageReplyMarkup"))
        [voted] = api.said_in(JIU.id)
        assert labels(voted)[:2] == [["▸ 1 👍", "2", "3", "4", "5"], ["✓ 👍", "👎", "비슷한 곡"]]
        await api.press(JIU, JIU.id, answer["message_id"], "✓ 👍")
        await api.until(lambda: len(api.of("editMessageReplyMarkup")) == 2)
    assert labels(api.said_in(JIU.id)[0]) == labels(answer)
    notices = [call.given["text"] for call in api.of("answerCallbackQuery")]
    assert "마음에 드셨군요" in notices[0]
    assert "취소했어요" in notices[1]


async def test_a_double_tap_is_one_wish(api: BotApi, opened: Open) -> None:
    async with opened():
        answer = await an_answer(api)
        for _ in range(3):
            await api.press(JIU, JIU.id, answer["message_id"], "다른 곡")
        await api.until(lambda: len(api.of("answerCallbackQuery")) == 3 and api.of("editMessageText"))
        await asyncio.sleep(1.5)
    assert len(api.of("editMessageText")) == 1


@pytest.mark.parametrize("deleted", [True, False], ids=["deleted", "old"])
async def test_a_button_of_a_message_that_cannot_be_changed_is_answered_anew(
    api: BotApi, opened: Open, *, deleted: bool
) -> None:
    async with opened():
        answer = await an_answer(api)
        code = next(button["callback_data"] for button in buttons(answer) if button["text"] == "다른 곡")
        if deleted:
            del api.messages[JIU.id, answer["message_id"]]
        await api.press_code(JIU, JIU.id, answer["message_id"], code, old=not deleted)
        said = await api.said(JIU.id, 1 if deleted else 2)
    assert len(links(said[-1])) == 15
    assert links(said[-1]) != links(answer)


async def test_a_button_of_another_age_says_so(api: BotApi, opened: Open) -> None:
    async with opened():
        answer = await an_answer(api)
        await api.press_code(JIU, JIU.id, answer["message_id"], "wag|the-dog")
        await api.until(lambda: api.of("answerCallbackQuery"))
    [call] = api.of("answerCallbackQuery")
    assert "새로 들려주시겠어요" in call.given["text"]


async def test_an_acknowledgement_that_comes_too_late_stops_nothing(api: BotApi, opened: Open) -> None:
    api.fail("answerCallbackQuery", Fault(400, "Bad Request: query is too old and response timeout expired"))
    async with opened():
        answer = await an_answer(api)
        await api.press(JIU, JIU.id, answer["message_id"], "다른 곡")
        await api.until(lambda: api.of("editMessageText"))


async def test_the_same_picture_is_uploaded_once(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.write(JIU, "/diary")
        [offer] = await api.said(JIU.id)
        await api.press_code(JIU, JIU.id, offer["message_id"], buttons(offer)[0]["callback_data"])
        await api.until(lambda: api.of("editMessageText"))
        for count in (2, 3):
            await api.write(JIU, "/diary")
            await api.said(JIU.id, count)
        picture = api.said_in(JIU.id)[-1]
        await api.press(JIU, JIU.id, picture["message_id"], labels(picture)[0][0])
        await api.until(lambda: api.of("editMessageMedia"))
    first, second = api.of("sendPhoto")
    assert first.files
    assert not second.files
    assert second.given["photo"] == api.said_in(JIU.id)[1]["photo"][0]["file_id"]
    assert api.of("editMessageMedia")[0].files


# Inline


async def test_what_is_typed_in_any_chat_offers_five_cards_with_covers(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.type_inline(JIU, SAD)
        await api.until(lambda: api.of("answerInlineQuery"))
    [call] = api.of("answerInlineQuery")
    assert len(call.given["results"]) == 5
    assert all(result["thumbnail_url"].startswith("https://i.scdn.co/") for result in call.given["results"])
    assert call.given["is_personal"]


async def test_nothing_typed_is_a_hint_and_danger_is_a_way_to_talk(api: BotApi, opened: Open) -> None:
    async with opened():
        await api.type_inline(JIU, " ")
        await api.until(lambda: len(api.of("answerInlineQuery")) == 1)
        await api.type_inline(JIU, DANGER)
        await api.until(lambda: len(api.of("answerInlineQuery")) == 2)
    hint, care = (call.given for call in api.of("answerInlineQuery"))
    assert hint["results"] == care["results"] == []
    assert hint["button"]["start_parameter"] == "private"
    assert care["button"]["start_parameter"] == "care"


async def test_of_what_is_being_typed_only_the_newest_is_answered(
    api: BotApi, opened: Open, classifier: SlowClassifier
) -> None:
    classifier.pause = 0.3
    async with opened():
        typed = [await api.type_inline(JIU, SAD[:length]) for length in (4, 8, 12, 14)]
        await api.until(lambda: typed[-1] in [call.given["inline_query_id"] for call in api.of("answerInlineQuery")])
    assert len(api.of("answerInlineQuery")) <= 2


# Courtesy


async def test_answers_come_in_order_and_at_most_one_a_second(api: BotApi, opened: Open) -> None:
    async with opened():
        for written in ("/help", SAD, "/privacy"):
            await api.write(JIU, written)
        said = await api.said(JIU.id, 3)
    assert "편하게 적어" in said[0]["text"]
    assert len(links(said[1])) == 15
    assert api.floods() == []


async def test_a_slow_answer_keeps_nobody_else_waiting(api: BotApi, opened: Open, classifier: SlowClassifier) -> None:
    classifier.pause = 2.0
    async with opened():
        await api.write(JIU, SAD)
        began = time.monotonic()
        await api.write(MINA, "/help")
        await api.said(MINA.id)
        assert time.monotonic() - began < 1.5
        await api.said(JIU.id)
    assert len(api.of("sendChatAction", JIU.id)) == 1


async def test_what_is_forgotten_while_another_chat_is_being_answered_does_not_come_back(
    api: BotApi, opened: Open, dialogue: Dialogue, classifier: SlowClassifier
) -> None:
    listener = Identities(b"secret").listener("telegram", str(JIU.id))
    await dialogue.history.prefer(listener, Preferences(keeps_diary=True), at=dialogue.clock.now())
    classifier.pause = 1.0
    async with opened():
        await api.write(JIU, f"@smoody_test_bot {SAD}", group=GROUP)
        await asyncio.sleep(0.3)  # the core listens to it now
        await api.write(JIU, "모두 지우기")
        await api.said(GROUP)
        [told] = await api.said(JIU.id)
    assert "지웠" in told["text"]
    assert (await dialogue.history.taste(listener)).is_new


async def test_after_many_answers_a_day_it_says_so_kindly_but_never_to_who_needs_help(
    api: BotApi, opened: Open
) -> None:
    async with opened(daily_answers=1):
        for written in (SAD, SAD, DANGER, "/privacy"):
            await api.write(JIU, written)
        first, second, third, fourth = await api.said(JIU.id, 4)
    assert len(links(first)) == 15
    assert "내일 또 이야기해요" in second["text"]
    assert "109" in third["text"]
    assert "내일" not in fourth["text"]


async def test_the_end_of_a_day_is_told_in_the_language_that_was_set(
    api: BotApi, opened: Open, dialogue: Dialogue
) -> None:
    listener = Identities(b"secret").listener("telegram", str(JIU.id))
    await dialogue.history.prefer(listener, Preferences(language=Language.ENGLISH), at=dialogue.clock.now())
    async with opened(daily_answers=1):
        for written in (SAD, SAD):
            await api.write(JIU, written)
        _, told = await api.said(JIU.id, 2)
    assert "tomorrow" in told["text"]


async def test_what_nobody_foresaw_is_one_calm_sentence(api: BotApi, opened: Open, classifier: SlowClassifier) -> None:
    classifier.problem = RuntimeError("boom")
    async with opened():
        with structlog.testing.capture_logs() as logs:
            answer = await an_answer(api)
    assert "잠깐 문제가 있었어요" in answer["text"]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["answer_failed"]


async def test_a_dead_cover_leaves_the_five_cards(api: BotApi, opened: Open, dialogue: Dialogue) -> None:
    shelves = await dialogue.recommender.catalogue.shelves()
    api.dead_previews = {f"https://open.spotify.com/track/{track.id}" for track in shelves.tracks_for(Mood.SAD)}
    async with opened():
        answer = await an_answer(api)
    assert len(links(answer)) == 15
    assert answer["link_preview_options"] == {"is_disabled": True}


# What goes wrong


async def test_one_chat_waits_as_told_and_the_others_do_not(api: BotApi, opened: Open) -> None:
    api.fail("sendMessage", Fault(429, "Too Many Requests: retry after 2", retry_after=2))
    async with opened():
        await api.write(JIU, "/help")
        await api.until(lambda: api.of("sendMessage", JIU.id))
        refused_at = time.monotonic()
        await api.write(MINA, "/help")
        await api.said(MINA.id)
        assert time.monotonic() - refused_at < 1.5
        await api.said(JIU.id)
    assert [call.at - refused_at >= 1.9 for call in api.of("sendMessage", JIU.id)] == [False, True]


async def test_a_chat_that_has_to_wait_for_an_hour_is_given_up_message_by_message(api: BotApi, opened: Open) -> None:
    api.fail("sendMessage", Fault(429, retry_after=3_600))
    async with opened():
        with structlog.testing.capture_logs() as logs:
            for count in (1, 2):
                await api.write(JIU, "/help")
                async with asyncio.timeout(8):
                    while sum(line["event"] == "telegram_answer_lost" for line in logs) < count:  # noqa: ASYNC110  # a list
                        await asyncio.sleep(0.01)
        await api.write(MINA, "/help")
        await api.said(MINA.id)
    assert len(api.of("sendMessage", JIU.id)) == 1


async def test_what_the_server_says_it_did_not_do_is_tried_again(api: BotApi, opened: Open) -> None:
    api.fail("sendMessage", Fault(500), Fault(502, "Bad Gateway"))
    async with opened():
        await an_answer(api)
    assert len(api.of("sendMessage")) == 3


async def test_a_message_that_may_have_arrived_is_not_sent_twice(api: BotApi, opened: Open) -> None:
    api.fail("sendMessage", Fault(done=True))
    async with opened():
        with structlog.testing.capture_logs() as logs:
            await an_answer(api)
            await api.write(JIU, "/help")
            await api.said(JIU.id, 2)
    assert len(api.of("sendMessage")) == 2
    assert "telegram_answer_lost" in [line["event"] for line in logs]


async def test_an_edit_is_tried_again_for_it_can_only_happen_once(api: BotApi, opened: Open) -> None:
    async with opened():
        answer = await an_answer(api)
        api.fail("editMessageText", Fault(), Fault(done=True))
        await api.press(JIU, JIU.id, answer["message_id"], "다른 곡")
        await api.until(lambda: len(api.of("editMessageText")) == 3)
    [changed] = api.said_in(JIU.id)
    assert links(changed) != links(answer)


async def test_who_blocked_us_is_no_error(api: BotApi, opened: Open) -> None:
    async with opened():
        with structlog.testing.capture_logs() as logs:
            await api.write(JIU, "/start")
            await api.said(JIU.id)
            api.blocked.add(JIU.id)
            await api.write(JIU, SAD)
            await api.write(MINA, "/help")
            await api.said(MINA.id)
            await api.until(lambda: len(api.of("sendMessage", JIU.id)) == 2)
    assert [line for line in logs if line["log_level"] in {"error", "warning"}] == []


async def test_an_update_that_cannot_be_read_is_stepped_over(api: BotApi, opened: Open) -> None:
    async with opened():
        with structlog.testing.capture_logs() as logs:
            await api.deliver({"message": {"message_id": "꾀꼴", "chat": {"id": []}, "text": "꾀꼴칸나리"}})
            await api.deliver({"callback_query": 7})
            await api.deliver({"poll_of_2031": {"is": "news"}})
            last = await api.deliver({"message": {"message_id": 1, "chat": 7}})
            await api.until(lambda: api.confirmed > last)  # or it would be given for ever
            await an_answer(api)
    assert "꾀꼴" not in str(logs)


async def test_a_second_instance_is_told_once_and_survived(api: BotApi, opened: Open) -> None:
    conflict = Fault(409, "Conflict: terminated by other getUpdates request")
    async with opened():
        with structlog.testing.capture_logs() as logs:
            api.fail("getUpdates", conflict, conflict)
            await api.write(JIU, "/help")
            await api.said(JIU.id)
    told = [line for line in logs if line["event"] == "telegram_interrupted"]
    assert [line["problem"] for line in told] == ["Conflict"]
    assert "stop one of them" in told[0]["remark"]


async def test_polling_that_hangs_or_breaks_or_is_told_to_wait_goes_on(api: BotApi, opened: Open) -> None:
    async with opened(poll_seconds=1, poll_grace=0.3):
        api.fail("getUpdates", Fault(200, slow=30), Fault(), Fault(502), Fault(429, retry_after=1))
        await api.write(JIU, "/help")
        await api.said(JIU.id, within=15)


async def test_it_starts_although_telegram_cannot_be_reached_yet(api: BotApi, opened: Open) -> None:
    api.fail("getMe", *[Fault()] * 5)
    async with opened() as telegram:
        assert telegram.problem == "not connected yet"
        await api.write(JIU, "/help")
        await api.said(JIU.id, within=20)
        assert telegram.problem is None


@pytest.mark.parametrize(
    ("fault", "told"), [(Fault(), "cannot be reached"), (Fault(502), "does not answer as it should")]
)
async def test_an_outage_is_told_once_with_where_and_what_to_look_at(
    api: BotApi, opened: Open, fault: Fault, told: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        async with opened() as telegram:
            await an_answer(api)
            api.fail("getUpdates", fault, fault)
            await api.deliver({})
            await api.until(lambda: telegram.problem == "no updates: NetworkError")
            await api.write(JIU, "/help")
            await api.said(JIU.id, 2, within=15)
            assert telegram.problem is None
    [line] = [line for line in logs if line["event"] == "telegram_interrupted"]
    assert line["remark"].startswith(f"{api.base} {told}; it is tried again")
    assert "SMOODY_TELEGRAM__API_BASE" in line["remark"]
    assert TOKEN not in str(logs)


@pytest.mark.parametrize("later", [False, True], ids=["at the start", "later"])
async def test_a_refused_token_ends_this_platform_with_one_line(api: BotApi, opened: Open, *, later: bool) -> None:
    refused: list[PlatformRefused] = []
    is_over = asyncio.Event()

    def note(problem: PlatformRefused) -> None:
        refused.append(problem)
        is_over.set()

    api.revoked = not later
    with structlog.testing.capture_logs() as logs:
        async with opened(on_refused=note) as telegram:
            if later:
                await an_answer(api)
                api.revoked = True
                await api.deliver({})
            await asyncio.wait_for(is_over.wait(), 5)
            assert telegram.problem is not None
    assert len(refused) == 1
    assert str(refused[0]).startswith("SMOODY_TELEGRAM__TOKEN was refused by Telegram")
    errors = [line for line in logs if line["log_level"] == "error"]
    assert [line["event"] for line in errors] == ["telegram_ended"]
    assert TOKEN not in str(logs)


async def test_stopping_finishes_the_answers_under_way_and_confirms_them(
    api: BotApi, opened: Open, classifier: SlowClassifier
) -> None:
    classifier.pause = 1.0
    people = [Person(2_000 + number) for number in range(10)]
    async with opened():
        for person in people:
            await api.write(person, SAD)
        await api.until(lambda: len(api.of("sendChatAction")) == len(people))
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert all(len(links(api.said_in(person.id)[0])) == 15 for person in people)
    assert api.confirmed > 0
    assert all(number >= api.confirmed for number in api.updates)


async def test_stopping_takes_at_most_five_seconds_whatever_hangs(api: BotApi, opened: Open) -> None:
    api.fail("sendMessage", Fault(429, retry_after=60))
    async with opened():
        await api.write(JIU, SAD)
        await api.until(lambda: api.of("sendMessage"))
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def test_what_is_written_is_in_no_log_whatever_fails(
    api: BotApi, opened: Open, classifier: SlowClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    classifier.problem = RuntimeError("boom")
    api.fail("getUpdates", Fault(200), Fault(502, "Bad Gateway"))
    api.fail("sendMessage", Fault())
    with caplog.at_level(0), structlog.testing.capture_logs() as logs:
        async with opened():
            await api.write(JIU, "꾀꼴칸나리 속상해")
            await api.until(lambda: api.of("sendMessage"))
            await api.write(JIU, "/help 꾀꼴칸나리")
            await api.said(JIU.id)
    everything = str(logs) + caplog.text
    assert "꾀꼴" not in everything
    assert TOKEN not in everything
    assert str(JIU.id) not in str(logs)


# Introduction and admins


async def test_commands_are_set_per_language_and_scope_and_only_when_they_changed(api: BotApi, opened: Open) -> None:
    api.started.add(JIU.id)
    for _ in range(2):
        async with opened(admins=(JIU.id,)):
            await api.until(lambda: api.told.get("long en"))
            await asyncio.sleep(0.2)
    assert len(api.of("setMyCommands")) == 9
    assert len(api.of("setMyShortDescription")) == len(api.of("setMyDescription")) == 3
    for scope in ("all_private_chats", f"chat{JIU.id}", "all_group_chats"):
        assert {scope, f"{scope} ko", f"{scope} en"} <= api.commands.keys()
    names = {command["command"] for command in api.commands["all_private_chats ko"]}
    assert {"start", "mood", "more", "history", "settings", "help", "privacy", "mydata", "forget"} <= names
    assert not names & {"refresh", "status", "playlists"}
    assert {"refresh", "status", "playlists"} <= {each["command"] for each in api.commands[f"chat{JIU.id} ko"]}
    assert api.commands["all_private_chats en"] != api.commands["all_private_chats ko"]


async def test_an_admin_who_never_wrote_and_a_failing_introduction_stop_nothing(api: BotApi, opened: Open) -> None:
    api.fail("setMyDescription", Fault(400, "Bad Request: no"))
    async with opened(admins=(MINA.id,)):
        await an_answer(api)
        await api.until(lambda: api.of("setMyDescription"))


class ScriptedAdmin:
    """`Admin` whose refresh goes through numbers."""

    def refused(self, language: Language) -> Reply:
        return self._says("운영자만요", language)

    async def status(self, language: Language) -> Reply:
        return self._says("다 좋아요", language)

    async def cancel(self, language: Language) -> Reply:
        return self._says("곧 그만둘게요", language)

    async def playlists(self, words: str, language: Language) -> Reply:
        return self._says(f"목록: {words}", language)

    async def refresh(self, language: Language) -> AsyncIterator[Reply]:
        cancel = Action(kind=ActionKind.CANCEL_REFRESH, label="그만하기")
        for number in range(30):
            yield replace(self._says(f"{number // 2} 읽는 중", language), actions=(cancel,))
            await asyncio.sleep(0.1)
        yield self._says("끝났어요", language)

    def _says(self, text: str, language: Language) -> Reply:
        return Reply(kind=ReplyKind.TEXT, text=text, language=language, is_private=True)


async def test_a_refresh_is_followed_in_one_message_while_its_admin_writes_on(api: BotApi, opened: Open) -> None:
    async with opened(admins=(JIU.id,), admin=ScriptedAdmin()):
        await api.write(JIU, "/refresh")
        [progress] = await api.said(JIU.id)
        await api.write(JIU, "/status")
        await api.said(JIU.id, 2)
        await api.until(lambda: api.said_in(JIU.id)[0]["text"] == "끝났어요")
    assert labels(progress) == [["그만하기"]]
    edits = api.of("editMessageText")
    assert 2 <= len(edits) <= 4
    assert api.floods() == []


async def test_admin_commands_and_buttons_are_only_for_admins(api: BotApi, opened: Open) -> None:
    async with opened(admins=(JIU.id,), admin=ScriptedAdmin()):
        await api.write(MINA, "/refresh")
        [answer] = await api.said(MINA.id)
        assert answer["text"] == "운영자만요"
        await api.press_code(MINA, MINA.id, answer["message_id"], "cancel_refresh")
        await api.said(MINA.id, 2)
        await api.write(JIU, "/playlists add x")
        [listed] = await api.said(JIU.id)
        await api.press_code(JIU, JIU.id, listed["message_id"], "cancel_refresh")
        said = await api.said(JIU.id, 2)
    assert api.said_in(MINA.id)[1]["text"] == "운영자만요"
    assert listed["text"] == "목록: add x"
    assert said[1]["text"] == "곧 그만둘게요"
