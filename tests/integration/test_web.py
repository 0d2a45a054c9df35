"""The web server over real sockets, with the real page and the real Socket.IO, in front of a core of fakes."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp
import pytest
import socketio
import structlog

from adapters.web.listen import QUESTIONS_AT_ONCE
from adapters.web.server import WebChat, open_web_chat
from bot.dialogue import UTTERANCE_LIMIT, Dialogue, assemble
from bot.domain import Emotion, Language, ListenerId, Mood, Taste, Thresholds
from bot.errors import Misconfigured
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.preferences import SETTINGS
from bot.voice import Voice
from tests.fakes import (
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    SlowClassifier,
    a_reading,
    a_shelf,
)

FELT = {emotion: f"마음{number}" for number, emotion in enumerate(Emotion)}


class SlowHistory(InMemoryHistory):
    """Takes a moment, as a database does, so that two answers at once could read the same taste."""

    async def taste(self, listener: ListenerId) -> Taste:
        known = await super().taste(listener)
        await asyncio.sleep(0.01)
        return known


@pytest.fixture
def classifier() -> SlowClassifier:
    return SlowClassifier(
        heard={word: a_reading(**{emotion.name.lower(): 0.9}) for emotion, word in FELT.items()},
        otherwise=a_reading(sadness=0.9),
    )


@pytest.fixture
def problems() -> dict[str, str]:
    return {}


@pytest.fixture
async def dialogue(classifier: SlowClassifier) -> Dialogue:
    catalogue = InMemoryCatalogue()
    shelves = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 40, start=number * 1_000)]
    await catalogue.replace("starter", shelves)
    rng = Random(1)
    return assemble(
        wishes=FakeWishClassifier(),
        painter=FakePainter(),
        classifier=classifier,
        catalogue=catalogue,
        history=SlowHistory(),
        voice=Voice(phrases=load_phrases(), rng=rng),
        clock=FakeClock(),
        thresholds=Thresholds(),
        rng=rng,
    )


@pytest.fixture
async def chat(dialogue: Dialogue, problems: dict[str, str]) -> AsyncIterator[WebChat]:
    async def health() -> dict[str, str]:
        return problems

    async with open_web_chat(
        dialogue, Identities(b"secret"), health, host="127.0.0.1", port=0, language=Language.KOREAN
    ) as chat:
        yield chat


@dataclass
class Page:
    """A page's socket."""

    socket: socketio.AsyncSimpleClient

    async def ask(self, event: str, data: object) -> dict[str, Any]:
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        await self.socket.client.emit(event, data, callback=answered.set_result)
        return await asyncio.wait_for(answered, 5)


@pytest.fixture
async def open_page(chat: WebChat) -> AsyncIterator[Any]:
    pages: list[Page] = []

    async def open_page(cookie: str | None = None) -> Page:
        socket = socketio.AsyncSimpleClient()
        headers = {"Cookie": f"smoody={cookie}"} if cookie else {}
        await socket.connect(chat.address, headers=headers, transports=["websocket"])
        pages.append(Page(socket))
        return pages[-1]

    yield open_page
    for page in pages:
        await page.socket.disconnect()


def ids(reply: dict[str, Any]) -> set[str]:
    return {card["id"] for card in reply["cards"]}


@pytest.mark.parametrize(("query", "language"), [("", "ko"), ("?lang=en", "en"), ("?lang=xx", "ko")])
async def test_the_page_comes_in_the_wanted_language_with_every_sentence_filled_in(
    chat: WebChat, query: str, language: str
) -> None:
    async with aiohttp.ClientSession() as session, session.get(chat.address + query) as response:
        page = await response.text()
    assert response.status == 200
    assert f'<html lang="{language}">' in page
    assert "{{" not in page


async def test_the_browsers_language_counts(chat: WebChat) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    async with aiohttp.ClientSession(headers=english) as session, session.get(chat.address) as response:
        assert '<html lang="en">' in await response.text()


async def test_the_page_is_strict_and_everything_it_loads_is_there(chat: WebChat) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(chat.address) as response:
            page = await response.text()
            policy = response.headers["Content-Security-Policy"]
            cookie = response.headers["Set-Cookie"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page)
        for path in set(re.findall(r'(?:href|src)="(static/[^"#]+)"', page)):
            async with session.get(chat.address + path) as response:
                assert response.status == 200, path


async def test_a_sentence_becomes_five_cards_over_the_socket(open_page: Any) -> None:
    page = await open_page()
    greeting = await page.ask("hello", {"language": "ko"})
    assert greeting["kind"] == "greeting"
    assert len(greeting["actions"]) == 3
    reply = await page.ask("utter", {"text": "오늘 면접 망해서 너무 속상해", "language": "ko"})
    assert reply["kind"] == "cards"
    assert reply["mood"] == "Sad"
    assert [card["position"] for card in reply["cards"]] == [1, 2, 3, 4, 5]
    assert all(card["spotify_url"].startswith("https://open.spotify.com/track/") for card in reply["cards"])


async def test_buttons_do_what_they_say(open_page: Any) -> None:
    page = await open_page()
    first = await page.ask("utter", {"text": "속상해"})
    more = await page.ask("press", {"kind": "more"})
    assert not ids(first) & ids(more)
    assert (await page.ask("press", {"kind": "livelier"}))["mood"] == "Happy"
    track_id = first["cards"][0]["id"]
    voted = await page.ask("press", {"kind": "like", "track_id": track_id})
    assert (voted["kind"], voted["track_id"], voted["vote"]) == ("vote", track_id, "like")
    assert len((await page.ask("press", {"kind": "similar", "track_id": track_id}))["cards"]) == 5


async def test_a_setting_is_changed_by_the_value_of_its_button(open_page: Any) -> None:
    page = await open_page()
    before = await page.ask("press", {"kind": "settings"})
    korean = next(action for action in before["actions"] if action["value"] == "music=korean")
    assert not korean["is_chosen"]
    after = await page.ask("press", {"kind": korean["kind"], "value": korean["value"]})
    assert after["kind"] == "settings"
    assert {action["value"] for action in after["actions"] if action["is_chosen"]} >= {"music=korean"}


@pytest.mark.parametrize(("language", "music"), [("ko", "노래 언어"), ("en", "Song language")])
async def test_every_setting_has_a_heading_in_the_language_of_the_reply(
    open_page: Any, language: str, music: str
) -> None:
    page = await open_page()
    await page.ask("press", {"kind": "set", "value": "era=2010s"})  # is offered from now on
    await page.ask("press", {"kind": "set", "value": "clean=on"})
    settings = await page.ask("press", {"kind": "set", "value": f"language={language}"})
    offered = {re.split("[.=]", action["value"])[0] for action in settings["actions"]}
    assert settings["headings"].keys() == offered == {name.partition(".")[0] for name in SETTINGS} - {"private"}
    assert settings["headings"]["music"] == music
    assert "headings" not in await page.ask("hello", {})


async def test_a_page_has_no_setting_for_those_who_read_along(open_page: Any) -> None:
    settings = await (await open_page()).ask("press", {"kind": "settings"})
    assert not [action for action in settings["actions"] if action["value"].startswith("private=")]


async def test_the_page_counts_up_to_what_the_core_reads(chat: WebChat) -> None:
    async with aiohttp.ClientSession() as session, session.get(chat.address) as response:
        assert f'data-limit="{UTTERANCE_LIMIT}"' in await response.text()


async def test_a_listener_can_take_everything_along_and_have_it_forgotten(open_page: Any) -> None:
    page = await open_page("someone")
    track_id = (await page.ask("utter", {"text": "속상해"}))["cards"][0]["id"]
    kept = (await page.ask("press", {"kind": "export"}))["attachment"]
    assert kept["media_type"] == "application/json"
    assert track_id in base64.b64decode(kept["content"]).decode()
    await page.ask("press", {"kind": "forget"})
    await page.ask("utter", {"text": "모두 지우기"})
    kept = (await page.ask("press", {"kind": "export"}))["attachment"]
    assert track_id not in base64.b64decode(kept["content"]).decode()


async def test_a_listener_is_who_holds_the_cookie(open_page: Any) -> None:
    first = await (await open_page("someone")).ask("utter", {"text": "속상해"})
    again = await (await open_page("someone")).ask("press", {"kind": "more"})
    assert again["kind"] == "cards"
    assert not ids(first) & ids(again)
    assert (await (await open_page("else")).ask("press", {"kind": "more"}))["kind"] == "question"


async def test_two_tabs_of_one_listener_get_different_tracks_at_the_same_moment(open_page: Any) -> None:
    tabs = [await open_page("someone"), await open_page("someone")]
    first, second = await asyncio.gather(*(tab.ask("utter", {"text": "속상해"}) for tab in tabs))
    assert len(ids(first) | ids(second)) == 10


async def test_who_asks_without_waiting_is_asked_to_wait(open_page: Any, classifier: SlowClassifier) -> None:
    classifier.pause = 0.05
    page = await open_page()
    replies = await asyncio.gather(*(page.ask("utter", {"text": f"속상해 {number}"}) for number in range(20)))
    kinds = [reply["kind"] for reply in replies]
    assert kinds.count("cards") == QUESTIONS_AT_ONCE
    assert kinds.count("text") == 20 - QUESTIONS_AT_ONCE


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("utter", None),
        ("utter", "text"),
        ("utter", {"text": 7}),
        ("utter", {"text": ""}),
        ("utter", {"text": "가" * 10_000}),
        ("utter", {"text": "\u200b", "language": "xx"}),
        ("press", {}),
        ("press", {"kind": "explode"}),
        ("press", {"kind": "mood", "mood": "Angry"}),
        ("press", {"kind": "like", "track_id": ["x"]}),
        ("press", {"kind": "set", "value": {"music": "korean"}}),
        ("press", {"kind": "set", "value": "music=" + "가" * 10_000}),
        ("press", {"kind": "history", "value": "-1"}),
        ("press", {"kind": "history", "value": "9" * 5_000}),
        ("press", {"kind": "diary", "value": "2026-13"}),
        ("press", {"kind": "take", "value": ""}),
        ("hello", [1, 2]),
    ],
)
async def test_whatever_is_sent_is_answered_kindly_and_the_connection_lives(
    open_page: Any, event: str, data: object
) -> None:
    page = await open_page()
    assert (await page.ask(event, data))["text"]
    assert (await page.ask("utter", {"text": "속상해"}))["kind"] == "cards"


async def test_a_hundred_listeners_at_once_get_each_their_own_answer(
    open_page: Any, classifier: SlowClassifier
) -> None:
    classifier.pause = 0.02
    pages = await asyncio.gather(*(open_page() for _ in range(100)))
    emotions = [list(Emotion)[number % 5] for number in range(100)]
    replies = await asyncio.gather(
        *(page.ask("utter", {"text": f"{FELT[emotion]}"}) for page, emotion in zip(pages, emotions, strict=True))
    )
    assert [reply["emotion"] for reply in replies] == [emotion.value for emotion in emotions]
    assert all(len(reply["cards"]) == 5 for reply in replies)


async def test_stopping_answers_those_who_were_waiting(
    dialogue: Dialogue, classifier: SlowClassifier, problems: dict[str, str]
) -> None:
    async def health() -> dict[str, str]:
        return problems

    classifier.pause = 2.5  # longer than the server gives connections that nobody waits for
    began = asyncio.get_running_loop().time()
    async with open_web_chat(
        dialogue, Identities(b"secret"), health, host="127.0.0.1", port=0, language=Language.KOREAN
    ) as chat:
        socket = socketio.AsyncSimpleClient()
        await socket.connect(chat.address, transports=["websocket"])
        answer = asyncio.ensure_future(Page(socket).ask("utter", {"text": "속상해"}))
        await asyncio.sleep(0.1)
    assert len((await answer)["cards"]) == 5
    assert asyncio.get_running_loop().time() - began < 5
    await socket.disconnect()


async def test_health_does_the_work_it_reports_on(chat: WebChat, problems: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{chat.address}health") as response:
            assert (response.status, await response.json()) == (
                200,
                {"status": "ok", "problems": {}, "disconnected": {}},
            )
        problems["catalogue"] = "empty shelves: Sad"
        async with session.get(f"{chat.address}health") as response:
            assert response.status == 503
            assert (await response.json())["problems"] == problems


async def test_health_names_a_platform_that_is_away_and_asks_for_no_restart(dialogue: Dialogue) -> None:
    async def health() -> dict[str, str]:
        return {}

    away = {"telegram": "no updates: NetworkError"}
    async with (
        open_web_chat(
            dialogue,
            Identities(b"s"),
            health,
            host="127.0.0.1",
            port=0,
            language=Language.KOREAN,
            disconnected=lambda: away,
        ) as chat,
        aiohttp.ClientSession() as session,
        session.get(f"{chat.address}health") as response,
    ):
        assert response.status == 200
        assert await response.json() == {"status": "ok", "problems": {}, "disconnected": away}


@pytest.mark.parametrize(
    ("origin", "may"),
    [("own", True), ("https://smoody.example", True), ("https://elsewhere.example", False), ("null", False)],
)
async def test_only_our_own_pages_may_open_a_socket(dialogue: Dialogue, origin: str, may: bool) -> None:
    async def health() -> dict[str, str]:
        return {}

    public = "https://smoody.example/"
    async with open_web_chat(
        dialogue, Identities(b"s"), health, host="127.0.0.1", port=0, language=Language.KOREAN, public_url=public
    ) as chat:
        headers = {"Origin": chat.address.rstrip("/") if origin == "own" else origin}
        url = f"{chat.address}socket.io/?EIO=4&transport=websocket"
        async with aiohttp.ClientSession(headers=headers) as session:
            if may:
                async with session.ws_connect(url) as channel:
                    assert (await channel.receive_str()).startswith("0{")
            else:
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    await session.ws_connect(url)


async def test_a_port_that_is_taken_is_told_with_what_to_do(dialogue: Dialogue, chat: WebChat) -> None:
    async def health() -> dict[str, str]:
        return {}

    with pytest.raises(Misconfigured, match="SMOODY_WEB__PORT"):
        async with open_web_chat(
            dialogue, Identities(b"s"), health, host="127.0.0.1", port=chat.port, language=Language.KOREAN
        ):
            pass


async def test_an_error_nobody_foresaw_is_one_calm_sentence_and_the_log_has_no_word_of_the_listener(
    open_page: Any, classifier: SlowClassifier, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier.problem = ZeroDivisionError()
    page = await open_page()
    with structlog.testing.capture_logs() as logs:
        reply = await page.ask("utter", {"text": "카나리아 속상해"})
    assert "문제가 있었어요" in reply["text"]
    assert [entry["event"] for entry in logs] == ["answer_failed"]
    assert "카나리아" not in str(logs) + "".join(capsys.readouterr())
