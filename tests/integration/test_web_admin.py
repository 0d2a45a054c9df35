"""The operator's page and the metrics over real sockets, in front of refreshes of fakes."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.spotify.account import SpotifyAccount
from adapters.spotify.application import SpotifyApplication
from adapters.spotify.worker import Worker
from adapters.web.admin import AdminPage
from adapters.web.door import SESSION_LASTS, TRIES, Door
from adapters.web.metrics import Metrics
from adapters.web.server import Route, open_web_chat
from adapters.web.spotify_login import SpotifyLogin
from bot.admin import Admin
from bot.background import background
from bot.dialogue import Dialogue, assemble
from bot.domain import Language, Mood, Source, Thresholds, Utterance
from bot.errors import CatalogueUnavailable
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.refresh import Refreshing
from bot.voice import Voice
from tests.fakes import (
    FakeAuthorisations,
    FakeClassifier,
    FakePainter,
    FakeWishClassifier,
    InMemoryHistory,
    InMemorySources,
    a_found_track,
    a_reading,
    a_shelf,
    a_speaker,
)
from tests.integration.loopback.spotify import CLIENT_ID, LoopbackSpotify, loopback_spotify
from tests.unit.test_refresh import MINE, World

TOKEN = "운영자의 긴 비밀"
LINK = "https://open.spotify.com/playlist/" + "a" * 22


@dataclass(slots=True)
class FailingSources(InMemorySources):
    """Sources that cannot be looked at."""

    problem: Exception = field(default_factory=lambda: CatalogueUnavailable("no database"))

    async def all(self) -> list[Source]:
        raise self.problem


@dataclass
class Site:
    """A running web server with its operator's page."""

    address: str
    world: World
    admin: Admin
    dialogue: Dialogue

    @property
    def origin(self) -> str:
        return self.address.rstrip("/")


@pytest.fixture
def sources() -> InMemorySources:
    return InMemorySources()


@pytest.fixture
def world(sources: InMemorySources) -> World:
    return World(sources=sources)


@pytest.fixture
def public_url() -> str | None:
    return None


@pytest.fixture
def token() -> str | None:
    return TOKEN


@pytest.fixture
def port() -> int:
    """A port that is free now: what Spotify sends back to must be known before."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def spotify() -> AsyncIterator[LoopbackSpotify]:
    async with loopback_spotify() as spotify:
        yield spotify


@pytest.fixture
def account(world: World, spotify: LoopbackSpotify, port: int, tmp_path: Path) -> SpotifyAccount:
    return SpotifyAccount(
        data_dir=tmp_path,
        application=SpotifyApplication(
            client_id=CLIENT_ID,
            client_secret=None,
            redirect_uri=f"http://127.0.0.1:{port}/spotify/callback",
            accounts_base=spotify.address,
        ),
        clock=world.clock,
    )


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("spotify-login")
    yield worker
    worker.close()


@pytest.fixture
async def site(
    world: World, account: SpotifyAccount, worker: Worker, port: int, public_url: str | None, token: str | None
) -> AsyncIterator[Site]:
    rng = Random(1)
    for number, mood in enumerate(Mood):
        await world.catalogue.replace(f"starter-{mood}", a_shelf(mood, 10 + number, start=number * 100 + 1_000))
    dialogue = assemble(
        wishes=FakeWishClassifier(),
        painter=FakePainter(),
        classifier=FakeClassifier(otherwise=a_reading(sadness=0.9)),
        catalogue=world.catalogue,
        history=InMemoryHistory(),
        voice=Voice(phrases=load_phrases(), rng=rng),
        clock=world.clock,
        thresholds=Thresholds(),
        rng=rng,
    )
    async with background() as tasks:
        refreshing = Refreshing(
            refresh=world.refresh,
            runs=world.runs,
            providers=world.providers,
            clock=world.clock,
            tasks=tasks,
            beat=0.01,
        )
        admin = Admin(
            refreshing=refreshing,
            sources=world.sources,
            catalogue=world.catalogue,
            providers=world.providers,
            authorisations=FakeAuthorisations(),
            phrases=load_phrases(),
            clock=world.clock,
        )
        door = Door(token=token, clock=world.clock) if token else None
        routes: list[Route] = Metrics(
            tally=dialogue.tally,
            catalogue=world.catalogue,
            refreshes=refreshing.ended,
            door=door,
            is_public=public_url is not None,
        ).routes
        if door is not None:
            login = SpotifyLogin(account=account, redirect_uri=account.application.redirect_uri, worker=worker)
            routes += AdminPage.over(admin, door, login, language=Language.KOREAN, public_url=public_url).routes

        async def health() -> dict[str, str]:
            return {}

        async with open_web_chat(
            dialogue,
            Identities(b"secret"),
            health,
            host="127.0.0.1",
            port=port,
            language=Language.KOREAN,
            public_url=public_url,
            routes=routes,
        ) as chat:
            yield Site(chat.address, world, admin, dialogue)


@dataclass
class Browser:
    """A browser on the operator's page."""

    http: aiohttp.ClientSession
    site: Site

    async def ask(self, method: str, path: str, fields: Any = None, **headers: str) -> tuple[int, Any]:
        """The status of an answer, and its JSON."""
        given = {"Origin": self.site.origin, **headers}
        async with self.http.request(method, self.site.address + path, json=fields, headers=given) as response:
            told = await response.text()
            return response.status, json.loads(told) if told else None

    async def enter(self, token: object = TOKEN) -> int:
        return (await self.ask("POST", "admin/session", {"token": token}))[0]

    async def refresh(self) -> list[dict[str, Any]]:
        """Everything that a refresh tells, to its end."""
        headers = {"Origin": self.site.origin}
        async with self.http.post(f"{self.site.address}admin/refresh", headers=headers) as response:
            return [json.loads(line) async for line in response.content]


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    # The jar keeps cookies of bare addresses only when it is told to, as browsers do.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Browser(http, site)


@pytest.mark.parametrize("token", [None])
@pytest.mark.parametrize("path", ["admin", "admin/status", "admin/session"])
async def test_without_a_token_in_the_settings_there_is_no_such_page(site: Site, browser: Browser, path: str) -> None:
    async with browser.http.get(site.address + path) as response:
        assert response.status == 404


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_page_is_as_strict_as_the_chat_and_everything_it_loads_is_there(
    site: Site, browser: Browser, language: str
) -> None:
    async with browser.http.get(f"{site.address}admin?lang={language}") as response:
        page = await response.text()
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert f'<html lang="{language}">' in page
    assert "{{" not in page
    for path in ("static/admin.js", "static/admin.css", "static/chat.css", "static/favicon.svg"):
        assert f'"{path}"' in page
        async with browser.http.get(site.address + path) as response:
            assert response.status == 200, path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "admin/status"),
        ("GET", "admin/playlists"),
        ("POST", "admin/playlists"),
        ("POST", "admin/playlists/remove"),
        ("POST", "admin/refresh"),
        ("POST", "admin/cancel"),
        ("POST", "admin/spotify"),
        ("DELETE", "admin/session"),
    ],
)
async def test_nothing_inside_is_told_to_whoever_has_not_entered(browser: Browser, method: str, path: str) -> None:
    assert await browser.ask(method, path, {"address": LINK}) == (
        401,
        {"text": "다시 들어와 주세요.", "note": None},
    )


async def test_the_right_token_opens_for_a_day_with_a_cookie_that_is_not_the_token(
    site: Site, browser: Browser
) -> None:
    async with browser.http.post(
        f"{site.address}admin/session", json={"token": TOKEN}, headers={"Origin": site.origin}
    ) as response:
        assert response.status == 204
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert (await browser.ask("GET", "admin/status"))[0] == 200
    site.world.clock.advance(SESSION_LASTS - timedelta(seconds=1))
    assert (await browser.ask("GET", "admin/status"))[0] == 200
    site.world.clock.advance(timedelta(seconds=1))
    assert (await browser.ask("GET", "admin/status"))[0] == 401


async def test_leaving_ends_the_session_also_for_whoever_copied_its_cookie(site: Site, browser: Browser) -> None:
    await browser.enter()
    copied = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}
    assert (await browser.ask("DELETE", "admin/session"))[0] == 204
    async with (
        aiohttp.ClientSession(cookies=copied, cookie_jar=aiohttp.CookieJar(unsafe=True)) as thief,
        thief.get(f"{site.address}admin/status") as response,
    ):
        assert response.status == 401


@pytest.mark.parametrize("wrong", ["", "x", TOKEN[:-1], TOKEN + "x", "\ud800", 7, None])
async def test_a_wrong_token_is_refused(browser: Browser, wrong: object) -> None:
    assert await browser.enter(wrong) == 403
    assert (await browser.ask("GET", "admin/status"))[0] == 401


async def test_what_is_no_json_is_a_wrong_token(site: Site, browser: Browser) -> None:
    async with browser.http.post(
        f"{site.address}admin/session", data=b"\xff{", headers={"Origin": site.origin}
    ) as response:
        assert response.status == 403


async def test_after_a_few_wrong_tokens_even_the_right_one_waits_a_minute(site: Site, browser: Browser) -> None:
    for _ in range(TRIES):
        assert await browser.enter("x") == 403
    assert await browser.enter() == 429
    site.world.clock.advance(timedelta(minutes=1))
    assert await browser.enter() == 204


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1", "http://[x"])
async def test_another_sites_page_cannot_press_anything(site: Site, browser: Browser, origin: str) -> None:
    assert (await browser.ask("POST", "admin/session", {"token": TOKEN}, Origin=origin))[0] == 403
    await browser.enter()
    status, _ = await browser.ask("POST", "admin/playlists", {"address": LINK}, Origin=origin)
    assert status == 403
    assert await site.world.sources.all() == []


@pytest.mark.parametrize("public_url", ["https://smoody.example/music/"])
async def test_behind_a_proxy_the_public_address_is_ours_and_the_cookie_is_secure(site: Site, browser: Browser) -> None:
    async with browser.http.post(
        f"{site.address}admin/session", json={"token": TOKEN}, headers={"Origin": "https://smoody.example"}
    ) as response:
        assert response.status == 204
        assert "Secure" in response.headers["Set-Cookie"]


async def test_a_playlist_is_added_shown_and_removed(site: Site, browser: Browser) -> None:
    await browser.enter()
    status, added = await browser.ask("POST", "admin/playlists", {"address": LINK, "mood": "Calm"})
    assert (status, added["text"]) == (200, "추가했어요. 다음에 새로 읽을 때 곡이 들어와요.")
    assert await site.world.sources.all() == [Source(address=MINE, mood=Mood.CALM)]
    _, listed = await browser.ask("GET", "admin/playlists?lang=en")
    assert [(each["address"], each["mood"]) for each in listed] == [(MINE, "calm mood")]
    _, removed = await browser.ask("POST", "admin/playlists/remove", {"address": MINE})
    assert removed["text"].startswith("뺐어요")
    assert (await browser.ask("GET", "admin/playlists"))[1] == []


async def test_a_file_whose_name_has_spaces_can_be_removed(site: Site, browser: Browser) -> None:
    await site.world.sources.add(Source(address="file:/music/my own  list.csv"))
    await browser.enter()
    await browser.ask("POST", "admin/playlists/remove", {"address": "file:/music/my own  list.csv"})
    assert await site.world.sources.all() == []


@pytest.mark.parametrize(
    "fields", [{}, {"address": "x"}, {"address": LINK, "mood": "Angry"}, {"address": f"{LINK} Sad"}, [LINK]]
)
async def test_what_is_no_playlist_is_told_in_words_and_not_kept(site: Site, browser: Browser, fields: Any) -> None:
    await browser.enter()
    status, told = await browser.ask("POST", "admin/playlists", fields)
    assert (status, told["text"]) == (400, "Spotify 재생목록의 주소로 보이지 않아요.")
    assert await site.world.sources.all() == []


async def test_a_refresh_tells_how_far_it_is_and_ends_with_the_diff(site: Site, browser: Browser) -> None:
    await site.world.holds(MINE, a_found_track(1), a_found_track(2), mood=Mood.SAD)
    site.world.reader.waits_for = asyncio.Event()
    await browser.enter()
    told = []
    async with browser.http.post(f"{site.address}admin/refresh", headers={"Origin": site.origin}) as response:
        async for line in response.content:
            told.append(json.loads(line)["text"])
            if "1개 가운데 1번째" in told[-1]:  # seen while it runs: nothing can end before
                site.world.reader.waits_for.set()
    assert told[0] == "곡 목록을 새로 읽기 시작했어요."
    assert "새 곡 2" in told[-1]


async def test_a_refresh_is_cancelled_from_another_tab(site: Site, browser: Browser) -> None:
    await site.world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    site.world.reader.waits_for = asyncio.Event()
    await browser.enter()
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(browser.refresh())
        await site.world.reader.began.wait()
        second = tasks.create_task(browser.refresh())
        assert (await browser.ask("POST", "admin/cancel"))[1]["text"] == "곧 그만둘게요."
    for told in (first.result(), second.result()):
        assert "그만뒀어요" in told[-1]["text"]
    assert len(site.world.runs.rows) == 1


async def test_a_refresh_goes_on_when_the_page_is_closed(site: Site, browser: Browser) -> None:
    await site.world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    site.world.reader.waits_for = asyncio.Event()
    await browser.enter()
    async with browser.http.post(f"{site.address}admin/refresh", headers={"Origin": site.origin}) as response:
        await response.content.readline()
        response.close()
    site.world.reader.waits_for.set()
    async for _ in site.admin.refreshing.follow(site.world.runs.rows[0]):
        pass
    assert site.world.shelf(Mood.SAD) == {a_found_track(1).id}


@pytest.mark.parametrize("sources", [FailingSources()])
async def test_a_database_that_is_away_is_told_calmly(browser: Browser) -> None:
    await browser.enter()
    calm = "지금 바로 답하기 어려워요. 조금 뒤에 다시 말씀해 주세요."
    status, told = await browser.ask("GET", "admin/playlists")
    assert (status, told["text"]) == (503, calm)
    assert [reply["text"] for reply in await browser.refresh()] == [calm]


@pytest.mark.parametrize("sources", [FailingSources(problem=RuntimeError("secret"))])
async def test_what_nobody_foresaw_is_told_calmly_and_without_its_words(browser: Browser) -> None:
    await browser.enter()
    status, told = await browser.ask("GET", "admin/playlists")
    assert status == 500
    assert told["text"].startswith("미안해요")
    assert [reply["text"] for reply in await browser.refresh()] == [told["text"]]


async def state_of_a_login(browser: Browser) -> str:
    status, told = await browser.ask("POST", "admin/spotify")
    assert status == 200, told
    return parse_qs(urlsplit(str(told["url"])).query)["state"][0]


async def test_spotify_is_connected_from_the_page_and_comes_back_to_it(
    site: Site, browser: Browser, account: SpotifyAccount
) -> None:
    await browser.enter()
    state = await state_of_a_login(browser)
    back = f"{account.application.redirect_uri}?code=x&state={state}"
    async with aiohttp.ClientSession() as cookieless:  # as after a visit to another site
        async with cookieless.get(back, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, f"{site.origin}/admin")
        connected = await account.spotify()
        assert connected is not None
        assert not connected.is_dead
        async with cookieless.get(back) as response:  # each login counts once
            assert response.status == 400


@pytest.mark.parametrize("answer", ["code=x&state=guessed", "code=x", "error=access_denied", ""])
async def test_whoever_did_not_begin_a_login_cannot_end_one(
    browser: Browser, account: SpotifyAccount, spotify: LoopbackSpotify, answer: str
) -> None:
    await browser.enter()
    await state_of_a_login(browser)
    async with browser.http.get(f"{account.application.redirect_uri}?{answer}") as response:
        assert response.status == 400
        assert "연결하지 못했어요" in await response.text()
    assert spotify.token_requests == []
    assert await account.spotify() is None


class SilentLogin:
    """`AccountLogin` whose exchange gets no answer for three seconds."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def begin_login(self) -> tuple[str, Callable[[str], None]]:
        return "https://accounts.spotify.com/authorize", lambda _: self._exchange()

    def _exchange(self) -> None:
        self.asked.set()
        time.sleep(3)


def test_a_login_without_an_answer_does_not_hold_up_the_end_of_the_process(worker: Worker) -> None:
    silent = SilentLogin()

    async def serve() -> None:
        login = SpotifyLogin(account=silent, redirect_uri="", worker=worker)
        await login.begin()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await login.finish("http://127.0.0.1/spotify/callback?code=x")

    began = time.monotonic()
    asyncio.run(serve())
    assert silent.asked.is_set()
    assert time.monotonic() - began < 2


async def test_a_login_that_would_come_back_elsewhere_is_not_begun(browser: Browser, port: int) -> None:
    await browser.enter()
    status, told = await browser.ask("POST", "admin/spotify", Host=f"localhost:{port}")
    assert status == 403  # the Origin names another host
    status, told = await browser.ask(
        "POST", "admin/spotify", Host=f"localhost:{port}", Origin=f"http://localhost:{port}"
    )
    assert status == 409
    assert f"http://127.0.0.1:{port}/spotify/callback" in told["text"]


async def metrics(site: Site, **headers: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(
            f"{site.address}metrics", headers={name.replace("_", "-"): told for name, told in headers.items()}
        ) as response,
    ):
        return response.status, await response.text()


async def test_metrics_count_replies_care_refreshes_and_tracks(site: Site, browser: Browser) -> None:
    for text in ("너무 슬퍼", "오늘도 너무 슬퍼", "죽고 싶어"):
        await site.dialogue.answer(Utterance(text=text, speaker=a_speaker()))
    await site.dialogue.preview(Utterance(text="죽고 싶어", speaker=a_speaker()))
    await site.world.holds(MINE, a_found_track(1), mood=Mood.SAD)
    await browser.enter()
    await browser.refresh()
    status, told = await metrics(site)
    lines = told.splitlines()
    assert status == 200
    assert 'smoody_replies_total{kind="cards"} 2' in lines
    assert 'smoody_care_total{tier="explicit"} 1' in lines
    assert 'smoody_care_total{tier="soft"} 0' in lines
    assert 'smoody_refreshes_total{state="done"} 1' in lines
    assert 'smoody_tracks{mood="Happy"} 10' in lines
    assert lines.index("# TYPE smoody_tracks gauge") == lines.index("# HELP smoody_tracks Tracks in the catalogue.") + 1


async def test_metrics_are_for_this_machine_and_for_the_admin_token(site: Site) -> None:
    assert (await metrics(site))[0] == 200
    assert (await metrics(site, X_Forwarded_For="203.0.113.7"))[0] == 403
    bearer = f"Bearer {'x' * 20}"
    assert (await metrics(site, Authorization=bearer))[0] == 403


@pytest.mark.parametrize("public_url", ["https://smoody.example"])
@pytest.mark.parametrize("token", ["ascii-token"])
async def test_metrics_behind_a_proxy_need_the_admin_token(site: Site) -> None:
    assert (await metrics(site))[0] == 403
    assert (await metrics(site, Authorization="Bearer ascii-token"))[0] == 200
