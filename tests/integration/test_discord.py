"""The Discord adapter with the real discord.py against a Discord on loopback, in front of a core of fakes."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from random import Random

import pytest
import structlog

from adapters.discord.commands import DIGEST_FILE
from adapters.discord.connection import Discord, open_discord
from adapters.discord.listen import PLATFORM
from bot.admin import Admin
from bot.dialogue import Dialogue, assemble
from bot.domain import (
    EmotionReading,
    Language,
    ListenerId,
    Mood,
    MusicLanguage,
    Preferences,
    Reply,
    ReplyKind,
    Taste,
    Thresholds,
)
from bot.errors import Misconfigured, PlatformRefused
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.refresh import Refresh, Refreshing
from bot.voice import Voice
from tests.fakes import (
    FakeAuthorisations,
    FakeClassifier,
    FakeClock,
    FakeFeatures,
    FakePainter,
    FakePlaylistReader,
    FakeTagger,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    InMemoryProviders,
    InMemoryReadings,
    InMemoryRefreshRuns,
    InMemorySources,
    a_shelf,
)
from tests.integration.loopback.discord import ALICE, BOB, TOKEN, Asked, LoopbackDiscord, Message, until

SAD = "오늘 면접 망해서 너무 속상해"
CALL_FOR_HELP = "죽고 싶어"
IDENTITIES = Identities(b"secret")


@dataclass
class SlowClassifier(FakeClassifier):
    """Hears when it is let, or fails as nobody foresaw."""

    may_hear: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Exception | None = None
    hearing: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.may_hear.set()

    async def read(self, text: str) -> EmotionReading:
        self.hearing += 1
        self.most_at_once = max(self.most_at_once, self.hearing)
        await self.may_hear.wait()
        self.hearing -= 1
        if self.problem is not None:
            raise self.problem
        return await super().read(text)


@dataclass
class SlowHistory(InMemoryHistory):
    """Takes a moment, as a database does, so that two answers at once could read the same taste."""

    pause: float = 0.01
    problem: Exception | None = None

    async def taste(self, listener: ListenerId) -> Taste:
        if self.problem is not None:
            raise self.problem
        known = await super().taste(listener)
        await asyncio.sleep(self.pause)
        return known


class TalkativeAdmin(Admin):
    """Tells the progress of a refresh ten times a second, for two seconds."""

    async def refresh(self, language: Language) -> AsyncIterator[Reply]:
        for number in range(20):
            yield Reply(kind=ReplyKind.TEXT, text=f"{number}", language=language, is_private=True)
            await asyncio.sleep(0.1)
        yield Reply(kind=ReplyKind.TEXT, text="the end", language=language, is_private=True)


@dataclass(kw_only=True)
class World:
    """A core of fakes, and SMOODY on Discord in front of it."""

    discord: LoopbackDiscord
    data_dir: Path
    classifier: SlowClassifier = field(default_factory=SlowClassifier)
    history: SlowHistory = field(default_factory=SlowHistory)
    catalogue: InMemoryCatalogue = field(default_factory=InMemoryCatalogue)
    refused: list[PlatformRefused] = field(default_factory=list)
    admin: Admin | None = None
    token: str = TOKEN

    async def dialogue(self) -> Dialogue:
        shelves = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 40, start=number * 1_000)]
        with_covers = [replace(track, artwork_url=f"https://i.scdn.co/image/{track.id}") for track in shelves]
        await self.catalogue.replace("starter", with_covers)
        rng = Random(1)
        return assemble(
            wishes=FakeWishClassifier(),
            painter=FakePainter(),
            classifier=self.classifier,
            catalogue=self.catalogue,
            history=self.history,
            voice=Voice(phrases=load_phrases(), rng=rng),
            clock=FakeClock(),
            thresholds=Thresholds(),
            rng=rng,
        )

    @asynccontextmanager
    async def smoody(self, *, shards: int | None = None, shard_ids: tuple[int, ...] = ()) -> AsyncIterator[Discord]:
        async with open_discord(
            await self.dialogue(),
            IDENTITIES,
            token=self.token,
            api_base=self.discord.api_base,
            gateway_url=self.discord.gateway_url,
            data_dir=self.data_dir,
            language=Language.KOREAN,
            admins=(ALICE,),
            admin=self.admin,
            shards=shards,
            shard_ids=shard_ids,
            on_refused=self.refused.append,
        ) as bot:
            yield bot


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord.running() as discord:
        yield discord
        assert not discord.violations


@pytest.fixture
def world(discord: LoopbackDiscord, tmp_path: Path) -> World:
    return World(discord=discord, data_dir=tmp_path)


@pytest.fixture
async def smoody(world: World) -> AsyncIterator[Discord]:
    async with world.smoody() as bot:
        await world.discord.connected()
        yield bot


def titles(message: Message) -> list[str]:
    return [line for line in message.text.splitlines() if line.startswith("**")]


async def eventually(holds: Callable[[], bool], *, within: float = 10) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110  # what is waited for is in other hands
            await asyncio.sleep(0.01)


# what people see


async def test_a_mood_becomes_five_cards_with_covers_links_and_attribution(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    message = (await discord.slash("mood", text=SAD)).answer()
    covers = [part for part in message.parts if part["type"] == 11]
    assert len(titles(message)) == 5
    assert [cover["media"]["url"][:24] for cover in covers] == ["https://i.scdn.co/image/"] * 5
    assert all("앨범 표지" in cover["description"] for cover in covers)
    assert message.text.count("[Spotify](https://open.spotify.com/track/") == 5
    assert message.text.count("[YouTube](https://www.youtube.com/") == 5
    assert "곡 정보와 링크: Spotify" in message.text
    assert len(message.options) == 15
    assert message.labels[:3] == ["다른 곡", "더 신나게", "더 차분하게"]
    assert not message.is_ephemeral


@pytest.mark.parametrize(("locale", "said"), [("ko", "다른 곡"), ("en-GB", "Other tracks"), ("fr", "Other tracks")])
async def test_answers_speak_the_language_of_the_person(
    smoody: Discord, discord: LoopbackDiscord, locale: str, said: str
) -> None:
    assert (await discord.slash("mood", text=SAD, locale=locale)).answer().labels[0] == said


async def test_a_button_gives_five_others_and_a_vote_is_marked_and_kept(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    first = (await discord.slash("mood", text=SAD)).answer()
    second = (await discord.press(first, "다른 곡")).answer()
    assert not set(titles(first)) & set(titles(second))
    voted = await discord.choose(second, "1.", "좋아요")
    assert voted.followups[0].is_ephemeral
    assert "마음에 드셨군요" in voted.followups[0].text
    assert "👍" in titles(second)[0]
    assert any(option["label"].startswith("✓ 1.") for option in second.options)
    assert len(world.history.votes) == 1


async def test_similar_tracks_come_from_a_card_and_from_a_name(smoody: Discord, discord: LoopbackDiscord) -> None:
    cards = (await discord.slash("mood", text=SAD)).answer()
    assert "비슷한" in (await discord.choose(cards, "2.", "비슷한 곡")).answer().text
    [suggestion, *_] = await discord.autocomplete("similar", "track", "노래 7")
    assert suggestion["name"].startswith("노래 7")
    assert len((await discord.slash("similar", track=suggestion["value"])).answer().options) == 15
    assert "노래 7" in (await discord.slash("similar", track="노래 7")).answer().text
    assert len(await discord.autocomplete("similar", "track", "노")) <= 25


async def test_settings_are_shown_to_one_person_and_change_in_place(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    settings = (await discord.slash("settings")).answer()
    assert settings.is_ephemeral
    changed = await discord.press(settings, "나만 보기")
    assert changed.kind == 6
    assert changed.answer() is settings
    assert next(iter(world.history.set.values())).answers_privately
    assert settings.button("나만 보기")["style"] == 3
    await discord.choose(settings, "한국어 노래만")
    assert next(iter(world.history.set.values())).music is MusicLanguage.KOREAN
    assert (await discord.slash("mood", text=SAD)).answer().is_ephemeral


async def test_the_history_turns_its_pages_in_place(smoody: Discord, discord: LoopbackDiscord) -> None:
    cards = (await discord.slash("mood", text=SAD)).answer()
    await discord.press(cards, "다른 곡")
    page = (await discord.slash("history")).answer()
    before = titles(page)
    label = page.labels[0]
    assert (await discord.press(page, label)).answer() is page
    assert titles(page) != before


async def test_own_data_comes_as_a_file_and_is_deleted_after_the_typed_words(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    await discord.slash("mood", text=SAD)
    message = (await discord.slash("mydata")).answer()
    [content] = message.files.values()
    assert message.is_ephemeral
    assert json.loads(content)
    assert "모두 지우기" in (await discord.slash("forget")).answer().text
    assert world.history.met
    assert (await discord.slash("forget", confirmation="모두 지우기")).answer().is_ephemeral
    assert not world.history.met


async def test_examples_of_a_greeting_can_be_pressed(smoody: Discord, discord: LoopbackDiscord) -> None:
    await discord.write("")
    [greeting] = await discord.sent()
    assert len(titles((await discord.press(greeting, "면접")).answer())) == 5


async def test_the_menu_of_a_message_answers_the_asker_alone(smoody: Discord, discord: LoopbackDiscord) -> None:
    answer = (await discord.menu("Music for this message", SAD)).answer()
    assert answer.is_ephemeral
    assert len(titles(answer)) == 5


async def test_words_of_others_delete_nothing_of_the_asker(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    await discord.slash("mood", text=SAD)
    await discord.menu("Music for this message", "모두 지우기")
    assert (await world.history.taste(IDENTITIES.listener("discord", str(ALICE)))).last_shown


async def test_a_mention_is_answered_beside_it_and_a_direct_message_alone(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    asked = await discord.write(SAD)
    [answer] = await discord.sent()
    assert answer.reference == asked
    await discord.write(SAD, guild=False)
    [_, direct] = await discord.sent(2)
    assert len(titles(direct)) == 5
    await discord.write("우리끼리 하는 말", names_us=False)
    await discord.slash("help")
    assert len(await discord.sent(2)) == 2


async def test_only_the_one_who_asked_may_press(smoody: Discord, discord: LoopbackDiscord, world: World) -> None:
    cards = (await discord.slash("mood", text=SAD)).answer()
    met = dict(world.history.met)
    for refused in (await discord.press(cards, "다른 곡", by=BOB), await discord.choose(cards, "1.", "좋아요", by=BOB)):
        assert refused.answer().is_ephemeral
        assert "이 버튼은" in refused.answer().text
    assert world.history.met == met


# privacy and care


async def test_a_call_for_help_is_answered_to_the_person_alone_from_the_first_moment(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    asked = await discord.slash("mood", text=CALL_FOR_HELP)
    assert asked.original is not None
    assert asked.original.is_ephemeral
    assert "109" in asked.answer().text
    await discord.write(CALL_FOR_HELP)
    [direct] = await discord.sent()
    assert "109" in direct.text
    assert direct.channel != str(asked.channel)


async def test_who_takes_no_direct_messages_is_told_where_to_go_and_nothing_else(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    discord.closed_chats.add(ALICE)
    asked = await discord.write(CALL_FOR_HELP)
    [line] = await discord.sent()
    assert line.reference == asked
    assert "109" not in line.text
    assert "둘이서만" in line.text


async def test_what_turns_out_to_be_private_takes_nothing_public(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    """A typed confirmation: known to be private only by its answer."""
    await discord.slash("mood", text=SAD)
    asked = await discord.slash("mood", text="모두 지우기")
    assert asked.original is not None
    assert asked.original.deleted
    assert asked.answer().is_ephemeral
    assert not world.history.met


async def test_a_group_of_friends_reads_along_like_a_server(smoody: Discord, discord: LoopbackDiscord) -> None:
    asked = await discord.slash("mood", text="모두 지우기", guild=False, private_channel=True)
    assert asked.original is not None
    assert asked.original.deleted
    assert asked.answer().is_ephemeral
    assert not (await discord.slash("mood", text="모두 지우기", guild=False)).answer().is_ephemeral


async def test_who_prefers_it_is_answered_alone_beside_a_mention_too(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    listener = IDENTITIES.listener(PLATFORM, str(ALICE))
    await world.history.prefer(listener, Preferences(answers_privately=True), at=FakeClock().now())
    await discord.write(SAD)
    [direct] = await discord.sent()
    assert direct.channel == str(discord._chat_of(ALICE))


# acknowledging


async def test_an_interaction_is_acknowledged_while_the_classifier_is_busy(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    world.classifier.may_hear.clear()
    asked = await discord.slash("mood", text=SAD, wait=False)
    await until(lambda: asked.acknowledged_at is not None, discord._changed, within=1)
    assert asked.answered_at is None
    world.classifier.may_hear.set()
    await discord.answered(asked)
    assert asked.acknowledged_after < 1


async def test_while_the_database_is_slow_answers_are_acknowledged_and_shown_to_one_person(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    world.history.pause = 0.8
    asked = await discord.slash("mood", text=SAD)
    assert asked.acknowledged_after < 1
    assert asked.answer().is_ephemeral


async def test_one_listener_is_answered_in_order_and_impatience_is_calmed(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    world.classifier.may_hear.clear()
    asked = [await discord.slash("mood", text=f"{SAD} {number}", wait=False) for number in range(5)]
    await asyncio.gather(*(discord.answered(each) for each in asked[3:]))
    assert all("조금 뒤에" in each.answer().text for each in asked[3:])
    await asyncio.sleep(0.1)  # all that could be heard side by side would be by now
    world.classifier.may_hear.set()
    await asyncio.gather(*(discord.answered(each) for each in asked[:3]))
    assert asked[0].answered_after < asked[1].answered_after < asked[2].answered_after
    assert world.classifier.most_at_once == 1
    assert len({title for each in asked[:3] for title in titles(each.answer())}) == 15


async def test_too_late_and_told_twice_are_normal(
    smoody: Discord, discord: LoopbackDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    discord.fail("POST", "/interactions/.*/callback", 404, code=10_062)
    late = await discord.slash("mood", text=SAD, wait=False)
    await until(lambda: bool(discord.called("POST", "/interactions/.*")), discord._changed, within=5)
    await discord.slash("mood", text=SAD)
    assert late.answered_at is None
    assert not discord.called("PATCH", f"/webhooks/[0-9]+/{late.token}/messages/@original")


async def test_an_acknowledgement_that_failed_after_it_worked_is_answered_all_the_same(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    discord.fail("POST", "/interactions/.*/callback", 500, after=True)
    asked = await discord.slash("mood", text=SAD)
    assert [call.status for call in discord.called("POST", "/interactions/.*")] == [500, 400]
    assert len(titles(asked.answer())) == 5


async def test_an_interaction_that_comes_twice_is_answered_once(smoody: Discord, discord: LoopbackDiscord) -> None:
    asked = await discord.slash("mood", text=SAD)
    before = len(discord.calls)
    await discord.again(asked, {"id": "1", "name": "more", "type": 1, "options": []})
    await discord.slash("help")
    assert len(discord.calls) == before + 2


async def test_a_message_that_was_removed_meanwhile_is_no_error(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    world.classifier.may_hear.clear()
    with structlog.testing.capture_logs() as logged:
        asked = await discord.slash("mood", text=SAD, wait=False)
        await until(lambda: asked.original is not None, discord._changed, within=5)
        assert asked.original is not None
        asked.original.deleted = True
        world.classifier.may_hear.set()
        await eventually(lambda: any(each["event"] == "answer_not_shown" for each in logged))
    assert not any(each["log_level"] == "error" for each in logged)


async def test_an_expired_token_is_made_up_for_by_a_message(smoody: Discord, discord: LoopbackDiscord) -> None:
    await discord.slash("mood", text=SAD, ago=16 * 60, wait=False)
    [message] = await discord.sent()
    assert len(titles(message)) == 5


async def test_a_problem_that_nobody_foresaw_is_said_calmly_and_logged_without_words(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    world.classifier.problem = ZeroDivisionError("division")
    with structlog.testing.capture_logs() as logged:
        answer = (await discord.slash("mood", text=SAD)).answer()
    assert "미안해요" in answer.text
    assert [each["event"] for each in logged if each["log_level"] == "error"] == ["answer_failed"]
    assert SAD not in str(logged)


async def test_a_vote_that_fails_leaves_the_cards_alone(
    smoody: Discord, discord: LoopbackDiscord, world: World
) -> None:
    cards = (await discord.slash("mood", text=SAD)).answer()
    before = cards.text
    world.history.problem = ZeroDivisionError("division")
    with structlog.testing.capture_logs() as logged:
        assert "미안해요" in (await discord.choose(cards, "1.", "좋아요")).followups[0].text
        assert cards.text == before
        assert (await discord.slash("mood", text=SAD)).answer().is_ephemeral
    errors = [each["event"] for each in logged if each["log_level"] == "error"]
    assert errors == ["answer_failed", "preference_unknown", "answer_failed"]


# commands


async def test_commands_are_told_once_in_two_languages(world: World, discord: LoopbackDiscord) -> None:
    for _ in range(2):
        async with world.smoody():
            await discord.connected(len(discord.identified) + 1)
    assert len(discord.called("PUT", "/applications/.*/commands")) == 1
    assert discord.commands is not None
    by_name = {command["name"]: command for command in discord.commands}
    assert by_name["mood"]["name_localizations"] == {"ko": "기분"}
    assert by_name["Music for this message"]["name_localizations"] == {"ko": "이 글에 어울리는 음악"}
    assert by_name["mood"]["contexts"] == [0, 1, 2]
    assert by_name["mood"]["integration_types"] == [0, 1]
    assert by_name["similar"]["options"][0]["autocomplete"]
    assert by_name["refresh"]["default_member_permissions"] == 32
    assert {choice["value"] for choice in by_name["take"]["options"][0]["choices"]} == {"text", "csv", "youtube"}


@pytest.mark.parametrize("damage", ["garbage", "a folder"])
async def test_a_note_that_cannot_be_read_or_written_does_not_stop_the_bot(
    world: World, discord: LoopbackDiscord, damage: str
) -> None:
    note = world.data_dir / DIGEST_FILE
    if damage == "garbage":
        note.write_bytes(b"\xff\x00")
    else:
        (note / "x").mkdir(parents=True)
    for starts in (1, 2):
        async with world.smoody():
            await discord.connected(starts)
    assert len(discord.called("PUT", "/applications/.*/commands")) == (1 if damage == "garbage" else 2)


async def test_commands_that_are_refused_do_not_stop_the_bot(world: World, discord: LoopbackDiscord) -> None:
    discord.fail("PUT", "/applications/.*/commands", 400, code=50_035)
    async with world.smoody():
        await discord.connected()
        assert len(titles((await discord.slash("mood", text=SAD)).answer())) == 5
    async with world.smoody():
        await discord.connected(2)
    assert discord.commands is not None


async def test_a_command_that_discord_knows_otherwise_is_told_anew(smoody: Discord, discord: LoopbackDiscord) -> None:
    assert (await discord.slash("gone")).answer().is_ephemeral
    await until(lambda: len(discord.called("PUT", "/applications/.*/commands")) == 2, discord._changed, within=5)


# connection


async def test_a_first_connection_that_fails_is_tried_again(world: World, discord: LoopbackDiscord) -> None:
    discord.refused_connections = 1
    async with world.smoody() as bot:
        await discord.connected()
        assert len(titles((await discord.slash("mood", text=SAD)).answer())) == 5
        assert bot.problem is None


@pytest.mark.parametrize("way", ["cut", "op 7", "op 9 that can be resumed"])
async def test_a_lost_connection_is_resumed_and_nothing_is_lost(
    smoody: Discord, discord: LoopbackDiscord, way: str
) -> None:
    if way == "cut":
        await discord.cut()
    else:
        await discord.tell(7) if way == "op 7" else await discord.tell(9, True)
    asked = await discord.slash("mood", text=SAD, wait=False)
    await discord.has_resumed()
    await discord.answered(asked)
    assert len(titles(asked.answer())) == 5


async def test_an_outage_is_told_once_with_where_and_what_to_look_at_until_it_is_over(
    smoody: Discord, discord: LoopbackDiscord
) -> None:
    await eventually(lambda: smoody.problem is None)
    with structlog.testing.capture_logs() as logs:
        discord.refused_connections = 3
        await discord.cut()
        await eventually(lambda: smoody.problem is not None)
        await eventually(lambda: smoody.problem is None, within=30)
    [line] = [line for line in logs if line["event"] == "discord_interrupted"]
    assert discord.api_base in line["remark"]
    assert discord.gateway_url in line["remark"]
    assert "tried again" in line["remark"]
    assert "SMOODY_DISCORD__GATEWAY_URL" in line["remark"]


async def test_a_reconnection_that_discord_asks_for_is_no_warning(smoody: Discord, discord: LoopbackDiscord) -> None:
    await eventually(lambda: smoody.problem is None)
    with structlog.testing.capture_logs() as logs:
        await discord.tell(7)
        await discord.has_resumed()
        await eventually(lambda: smoody.problem is None)
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == []


async def test_a_session_that_is_over_is_begun_anew(smoody: Discord, discord: LoopbackDiscord) -> None:
    await discord.tell(9, False)
    await discord.connected(2)
    assert len(titles((await discord.slash("mood", text=SAD)).answer())) == 5


@pytest.mark.parametrize("code", [4004, 4014, 4011])
async def test_what_only_an_operator_can_mend_ends_it_with_one_line(
    world: World, discord: LoopbackDiscord, code: int
) -> None:
    discord.closes_with = code
    async with world.smoody() as bot:
        await eventually(lambda: bool(world.refused))
        assert bot.problem == str(world.refused[0])
    assert "Discord" in str(world.refused[0])
    assert "\n" not in str(world.refused[0])


async def test_a_wrong_token_is_told_without_it(world: World, discord: LoopbackDiscord) -> None:
    world.token = "wrong.secret.token"
    with structlog.testing.capture_logs() as logged:
        async with world.smoody():
            await eventually(lambda: bool(world.refused))
    assert "SMOODY_DISCORD__TOKEN was refused" in str(world.refused[0])
    assert "wrong.secret" not in str(logged)


@pytest.mark.parametrize("status", [429, 500])
async def test_a_call_that_failed_is_tried_again(smoody: Discord, discord: LoopbackDiscord, status: int) -> None:
    discord.fail("PATCH", "/webhooks/.*/messages/@original", status)
    asked = await discord.slash("mood", text=SAD)
    assert len(titles(asked.answer())) == 5
    discord.fail("POST", "/channels/.*/messages", status)
    await discord.write(SAD)
    assert len(titles((await discord.sent())[0])) == 5


async def test_stopping_finishes_the_answers_under_way(world: World, discord: LoopbackDiscord) -> None:
    world.classifier.may_hear.clear()
    async with world.smoody():
        await discord.connected()
        asked = [await discord.slash("mood", text=SAD, by=ALICE + number, wait=False) for number in range(10)]
        await until(lambda: all(each.acknowledged_at for each in asked), discord._changed, within=5)
        asyncio.get_running_loop().call_later(0.3, world.classifier.may_hear.set)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert all(len(titles(each.answer())) == 5 for each in asked)


async def test_answers_that_do_not_come_are_waited_for_once(world: World, discord: LoopbackDiscord) -> None:
    world.classifier.may_hear.clear()
    began = time.monotonic()
    async with world.smoody() as bot:
        await discord.connected()
        asked = await discord.slash("mood", text=SAD, wait=False)
        await until(lambda: bool(asked.acknowledged_at), discord._changed, within=5)
        began = time.monotonic()
        await bot.close()
    assert 3.5 < time.monotonic() - began < 6
    world.classifier.may_hear.set()


async def test_shards_are_split_among_processes(world: World, discord: LoopbackDiscord) -> None:
    async with world.smoody(shards=4, shard_ids=(0, 2)):
        await discord.connected(2)
        assert sorted(each["shard"] for each in discord.identified) == [[0, 4], [2, 4]]
    with pytest.raises(Misconfigured, match="SMOODY_DISCORD__SHARD_IDS"):
        async with world.smoody(shards=2, shard_ids=(2,)):
            pass


async def test_what_goes_wrong_beside_it_keeps_its_own_name(world: World, discord: LoopbackDiscord) -> None:
    async def fail_beside_it() -> None:
        async with world.smoody():
            await discord.connected()
            raise Misconfigured("the port is taken")

    with pytest.raises(Misconfigured, match="the port is taken"):
        await fail_beside_it()


async def test_buttons_from_before_a_restart_work(world: World, discord: LoopbackDiscord) -> None:
    async with world.smoody():
        await discord.connected()
        cards = (await discord.slash("mood", text=SAD)).answer()
    async with world.smoody():
        await discord.connected(2)
        assert len(titles((await discord.press(cards, "다른 곡")).answer())) == 5
        voted = await discord.choose(cards, "1.", "좋아요")
        assert "마음에 드셨군요" in voted.followups[0].text


async def test_no_intent_is_privileged(smoody: Discord, discord: LoopbackDiscord) -> None:
    assert discord.identified[0]["intents"] & ((1 << 1) | (1 << 8) | (1 << 15)) == 0


async def test_the_library_logs_neither_tokens_nor_ids(smoody: Discord, discord: LoopbackDiscord) -> None:
    with structlog.testing.capture_logs() as logged:
        discord.fail("PATCH", "/webhooks/.*/messages/@original", 429)
        asked: Asked = await discord.slash("mood", text=SAD)
        logging.getLogger("discord.http").warning("We know %s", asked.token)
    said = str(logged)
    assert "discord_library" in said
    assert asked.token not in said
    assert str(ALICE) not in said


# operators


@pytest.fixture
async def operated(world: World) -> AsyncIterator[World]:
    """A world with a catalogue to refresh."""
    clock, providers, sources, sounds = FakeClock(), InMemoryProviders(), InMemorySources(), FakeFeatures()
    refresh = Refresh(
        sources=sources,
        reader=FakePlaylistReader(),
        readings=InMemoryReadings(sources),
        details=sounds,
        features=sounds,
        tagger=FakeTagger(),
        catalogue=world.catalogue,
        clock=clock,
        largest_shrink=0.5,
        outranked=frozenset({"starter"}),
    )
    async with asyncio.TaskGroup() as tasks:
        runs = InMemoryRefreshRuns()
        world.admin = Admin(
            refreshing=Refreshing(refresh=refresh, runs=runs, providers=providers, clock=clock, tasks=tasks, beat=0.01),
            sources=sources,
            catalogue=world.catalogue,
            providers=providers,
            authorisations=FakeAuthorisations(),
            phrases=load_phrases(),
            clock=clock,
        )
        yield world


async def test_a_stranger_may_not_administer_whatever_the_server_allows(
    operated: World, discord: LoopbackDiscord
) -> None:
    async with operated.smoody():
        await discord.connected()
        for command in ("refresh", "status", "playlists"):
            answer = (await discord.slash(command, by=BOB)).answer()
            assert "운영하는 분만" in answer.text
            assert answer.is_ephemeral


async def test_an_operator_looks_adds_and_refreshes_in_one_message(operated: World, discord: LoopbackDiscord) -> None:
    async with operated.smoody():
        await discord.connected()
        assert "차분한 분위기" in (await discord.slash("status")).answer().text
        address = "https://open.spotify.com/playlist/37i9dQZF1DX4sWSpwq3LiO"
        added = await discord.slash("playlists", do="add", address=address, mood="Calm")
        assert "추가했어요" in added.answer().text
        asked = await discord.slash("refresh")
        assert asked.answer().labels == ["그만하기"]
        await eventually(lambda: not asked.answer().labels)
        edits = discord.called("PATCH", f"/webhooks/[0-9]+/{asked.token}/messages/@original")
        assert 2 <= len(edits) <= 4
        assert not asked.followups


async def test_progress_is_not_told_more_often_than_it_can_be_read(operated: World, discord: LoopbackDiscord) -> None:
    assert operated.admin is not None
    operated.admin = TalkativeAdmin(**{each.name: getattr(operated.admin, each.name) for each in fields(Admin)})
    async with operated.smoody():
        await discord.connected()
        asked = await discord.slash("refresh")
        await eventually(lambda: asked.answer().text == "the end")
    assert len(discord.called("PATCH", f"/webhooks/[0-9]+/{asked.token}/messages/@original")) == 3


async def test_without_anything_to_administer_that_is_said(smoody: Discord, discord: LoopbackDiscord) -> None:
    assert "관리할 수 없어요" in (await discord.slash("status")).answer().text
