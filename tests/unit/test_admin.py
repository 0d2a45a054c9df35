import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.admin import Admin
from bot.background import background
from bot.domain import (
    ActionKind,
    CatalogueChange,
    Language,
    Mood,
    NoteKind,
    ProviderHealth,
    RefreshNote,
    RefreshRun,
    RefreshState,
    Reply,
    Source,
    SpotifyAuthorisation,
)
from bot.errors import PlaylistForeign
from bot.phrases import load_phrases
from bot.refresh import CUT_OFF, SIGN_OF_LIFE, Refreshing
from tests.fakes import NOON, FakeAuthorisations, a_found_track
from tests.unit.test_refresh import MINE, World

KOREAN = Language.KOREAN
LINK = "https://open.spotify.com/playlist/" + "a" * 22


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def admin(world: World) -> AsyncIterator[Admin]:
    async with background() as tasks:
        refreshing = Refreshing(
            refresh=world.refresh,
            runs=world.runs,
            providers=world.providers,
            clock=world.clock,
            tasks=tasks,
            beat=0.01,
        )
        yield Admin(
            refreshing=refreshing,
            sources=world.sources,
            catalogue=world.catalogue,
            providers=world.providers,
            authorisations=FakeAuthorisations(),
            phrases=load_phrases(),
            clock=world.clock,
        )


def connected(admin: Admin, *, days_ago: int, is_dead: bool = False) -> Admin:
    """The same admin with an account that was connected so long ago."""
    account = SpotifyAuthorisation(
        scopes=("playlist-read-private",), authorised_at=NOON - timedelta(days=days_ago), is_dead=is_dead
    )
    return replace(admin, authorisations=FakeAuthorisations(account))


async def all_of(replies: AsyncIterator[Reply]) -> list[Reply]:
    return [reply async for reply in replies]


async def test_a_refresh_answers_at_once_and_ends_with_the_diff(world: World, admin: Admin) -> None:
    await world.holds(MINE, a_found_track(1), a_found_track(2), mood=Mood.SAD)
    first, *_, last = await all_of(connected(admin, days_ago=1).refresh(KOREAN))
    assert [action.kind for action in first.actions] == [ActionKind.CANCEL_REFRESH]
    assert last.actions == ()
    assert "새 곡 2" in last.text
    assert last.note is None


async def test_progress_is_shown_while_it_runs(world: World, admin: Admin) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    texts = []
    async for reply in admin.refresh(KOREAN):
        texts.append(reply.text)
        if "1개 가운데 1번째" in reply.text:
            world.reader.waits_for.set()
    assert any("1개 가운데 1번째" in text for text in texts)
    assert len(texts) == len(set(texts))  # nothing is said twice


async def test_asking_again_shows_the_run_that_is_under_way(world: World, admin: Admin) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    first = asyncio.ensure_future(all_of(admin.refresh(KOREAN)))
    await world.reader.began.wait()
    second = asyncio.ensure_future(all_of(admin.refresh(KOREAN)))
    await asyncio.sleep(0.05)
    world.reader.waits_for.set()
    assert (await second)[0].text == "이미 새로 읽고 있어요. 그 진행을 보여 드릴게요."
    assert (await second)[-1].text == (await first)[-1].text
    assert len(world.runs.rows) == 1


async def test_whoever_asked_may_leave_and_the_refresh_goes_on(world: World, admin: Admin) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    asked = asyncio.ensure_future(all_of(admin.refresh(KOREAN)))
    await world.reader.began.wait()
    asked.cancel()
    world.reader.waits_for.set()
    async for run in admin.refreshing.follow(world.runs.rows[0]):
        last = run
    assert last.state is RefreshState.DONE


async def test_a_refresh_can_be_stopped(world: World, admin: Admin) -> None:
    world.reader.waits_for = asyncio.Event()
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    assert (await admin.cancel(KOREAN)).text == "지금은 새로 읽고 있지 않아요."
    replies = []
    async for reply in admin.refresh(KOREAN):
        replies.append(reply)
        if len(replies) == 1:
            assert (await admin.cancel(KOREAN)).text == "곧 그만둘게요."
    assert replies[-1].text.startswith("그만뒀어요.")


async def test_without_a_source_there_is_nothing_to_refresh(world: World, admin: Admin) -> None:
    (reply,) = await all_of(admin.refresh(KOREAN))
    assert "/playlists add" in reply.text
    assert world.runs.rows == []


async def test_a_refresh_takes_the_tracks_of_the_last_source_when_it_was_removed(world: World, admin: Admin) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    await all_of(admin.refresh(KOREAN))
    await admin.playlists(f"remove {MINE}", KOREAN)
    await all_of(admin.refresh(KOREAN))
    assert world.shelf(Mood.SAD) == set()
    (reply,) = await all_of(admin.refresh(KOREAN))
    assert "/playlists add" in reply.text


async def test_what_an_operator_can_mend_is_said_with_the_diff(world: World, admin: Admin) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    await world.fails("file:x", PlaylistForeign("theirs"))
    last = (await all_of(admin.refresh(Language.ENGLISH)))[-1]
    assert "file:x: it belongs to somebody else" in last.text
    assert last.note == "No Spotify account is connected: smoody spotify login"


@pytest.mark.parametrize(
    ("days_ago", "is_dead", "kind"),
    [
        (149, False, None),
        (150, False, NoteKind.AUTHORISATION_AGES),
        (180, False, NoteKind.AUTHORISATION_DEAD),
        (1, True, NoteKind.AUTHORISATION_DEAD),
    ],
)
async def test_the_operator_is_told_in_good_time_to_connect_again(
    admin: Admin, days_ago: int, is_dead: bool, kind: NoteKind | None
) -> None:
    warnings = await connected(admin, days_ago=days_ago, is_dead=is_dead).warnings()
    assert [note.kind for note in warnings] == ([kind] if kind else [])


async def test_every_admin_answer_carries_the_one_command_that_mends_it(admin: Admin) -> None:
    dead = connected(admin, days_ago=1, is_dead=True)
    for reply in (
        await dead.status(KOREAN),
        await dead.playlists("", KOREAN),
        await dead.playlists("add " + LINK, KOREAN),
    ):
        assert reply.note is not None
        assert "smoody spotify login" in reply.note


async def test_a_provider_that_refuses_everything_for_a_day_is_shouted_about(world: World, admin: Admin) -> None:
    world.providers.healths = [
        ProviderHealth(provider="reccobeats", refused=9),
        ProviderHealth(provider="spotify", answered=1, refused=9, budget=300),
    ]
    reply = await admin.status(KOREAN)
    assert reply.note == "ReccoBeats: 하루 동안 모두 거절했어요. 설정을 살펴봐 주세요!"
    assert "Spotify: 하루 동안 10% 응답, 호출 10/300번" in reply.text


@pytest.mark.parametrize(("language", "name"), [(KOREAN, "Spotify 앨범 아트"), (Language.ENGLISH, "Spotify’s artwork")])
async def test_providers_are_called_by_names_that_people_know(
    world: World, admin: Admin, language: Language, name: str
) -> None:
    world.providers.healths = [ProviderHealth(provider="oembed", refused=1), ProviderHealth(provider="newcomer")]
    reply = await admin.status(language)
    assert reply.note is not None
    assert f"{name}: " in reply.text
    assert f"{name}: " in reply.note
    assert "oembed" not in reply.text + reply.note
    assert "newcomer: " in reply.text
    missing = RefreshNote(kind=NoteKind.FEATURES_MISSING, subject="reccobeats_isrc")
    assert admin.note_line(missing, language).startswith("ReccoBeats")


async def test_a_platform_that_is_away_comes_first(admin: Admin) -> None:
    assert "연결이 끊겨" not in (await admin.status(Language.KOREAN)).text
    away = replace(admin, disconnected=lambda: {"telegram": "api.telegram.org does not answer"})
    first = (await away.status(Language.KOREAN)).text.splitlines()[0]
    assert "Telegram" in first
    assert "api.telegram.org does not answer" in first


async def test_the_status_tells_runs_shelves_and_the_account(world: World, admin: Admin) -> None:
    await world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    healthy = connected(admin, days_ago=1)
    assert "아직 한 번도" in (await healthy.status(KOREAN)).text
    await all_of(healthy.refresh(KOREAN))
    text = (await healthy.status(KOREAN)).text
    assert "2026-05-04 12:00 UTC" in text
    assert "새 곡 1" in text
    assert "playlist-read-private" in text


async def test_the_status_tells_of_a_refresh_whose_process_was_killed(world: World, admin: Admin) -> None:
    await world.runs.begin(at=world.clock.now())
    world.clock.advance(SIGN_OF_LIFE)
    assert CUT_OFF in (await connected(admin, days_ago=1).status(KOREAN)).text


async def test_playlists_are_added_changed_listed_and_removed(world: World, admin: Admin) -> None:
    assert (await admin.playlists(f"add {LINK} calm", KOREAN)).text.startswith("추가했어요.")
    assert world.sources.rows[MINE] == Source(address=MINE, mood=Mood.CALM)
    assert (await admin.playlists(f"add {MINE}", KOREAN)).text.startswith("이미 있던")
    assert MINE in (await admin.playlists("list", KOREAN)).text
    assert (await admin.playlists(f"remove {LINK}?si=x", KOREAN)).text.startswith("뺐어요.")
    assert (await admin.playlists(f"remove {LINK}", KOREAN)).text == "그런 재생목록은 없어요."


@pytest.mark.parametrize("words", ["add", "add x y z", f"add {LINK} Gloomy", "sing", "remove"])
async def test_anything_else_explains_itself(admin: Admin, words: str) -> None:
    assert "/playlists add" in (await admin.playlists(words, KOREAN)).text


async def test_a_file_of_the_server_cannot_be_added_from_a_chat(world: World, admin: Admin) -> None:
    await admin.playlists("add file:/etc/passwd", KOREAN)
    await admin.playlists("add /etc/hosts.csv", KOREAN)
    assert world.sources.rows == {}


async def test_when_the_database_is_away_admins_are_told_calmly(world: World, admin: Admin) -> None:
    world.catalogue.unavailable = True
    assert (await admin.status(KOREAN)).text == load_phrases().say("one_moment", KOREAN)


def test_every_note_and_every_state_has_its_sentence(admin: Admin) -> None:
    for language in Language:
        for kind in NoteKind:
            assert admin.note_line(RefreshNote(kind=kind, subject="Sad"), language)
        for state in RefreshState:
            run = RefreshRun(id=1, started_at=NOON, state=state, change=CatalogueChange(added=1_234))
            assert admin.run_lines(run, language)


def test_many_notes_are_cut_short(admin: Admin) -> None:
    notes = tuple(RefreshNote(kind=NoteKind.GONE, subject=str(number)) for number in range(20))
    lines = admin.run_lines(RefreshRun(id=1, started_at=NOON, state=RefreshState.DONE, notes=notes), KOREAN)
    assert len(lines) == 10
    assert "12" in lines[-1]


def test_strangers_get_a_friendly_no(admin: Admin) -> None:
    assert "운영하는 분" in admin.refused(KOREAN).text
