"""A playlist in a listener's own Spotify account: real spotipy, web server and browser steps, against loopback."""

import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import structlog
from itsdangerous import TimestampSigner

from adapters.spotify.application import SpotifyApplication
from adapters.spotify.exports import ORDERS_LAST_S, PATH, PlaylistExports
from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from adapters.storage.providers import SqlProviders
from adapters.web.playlist import PlaylistPages
from adapters.web.server import open_web_chat
from bot.dialogue import assemble
from bot.domain import Language, ListenerId, Mood, Thresholds
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.voice import Voice
from tests.fakes import (
    LISTENER,
    FakeClassifier,
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    a_reading,
    a_track,
)
from tests.integration.loopback.faults import Fault
from tests.integration.loopback.spotify import CLIENT_ID, FORBIDDEN, QUOTA_EXCEEDED, LoopbackSpotify, loopback_spotify

TRACKS = [a_track(number, Mood.CALM) for number in range(5)]
NOT_ON_THE_LIST = Fault(
    status=403, body="Check settings on developer.spotify.com/dashboard, the user may not be registered."
)


@dataclass
class Listener:
    """Somebody with a browser, a server of ours and a Spotify."""

    http: aiohttp.ClientSession
    exports: PlaylistExports
    spotify: LoopbackSpotify
    clock: FakeClock

    def order(self, language: Language = Language.KOREAN) -> str:
        """The address of the link that they were given."""
        return self.exports.address(LISTENER, TRACKS, language)

    async def follow(self, address: str, **query: str) -> tuple[int, str]:
        """The status of a page, and where it leads to or else what it says."""
        async with self.http.get(address, params=query, allow_redirects=False) as response:
            return response.status, response.headers.get("Location") or await response.text()

    async def begin(self, order: str | None = None) -> tuple[str, str]:
        """Follow the link; where Spotify's page would send the browser back to, and with which state."""
        _, at_spotify = await self.follow(order or self.order())
        asked = parse_qs(urlsplit(at_spotify).query)
        return asked["redirect_uri"][0], asked["state"][0]

    async def say_yes(self, order: str | None = None) -> tuple[int, str]:
        """Follow the link and agree on Spotify's page; what our own page does then."""
        back, state = await self.begin(order)
        return await self.follow(back, code="the-code", state=state)


@pytest.fixture(params=[None, "the-secret"], ids=["pkce", "secret"])
def client_secret(request: pytest.FixtureRequest) -> str | None:
    secret: str | None = request.param
    return secret


@pytest.fixture
async def listener(tmp_path: Path, client_secret: str | None) -> AsyncIterator[Listener]:
    with socket.socket() as probe:  # where Spotify sends back to must be known before
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    phrases, clock, rng = load_phrases(), FakeClock(), Random(1)
    async with (
        loopback_spotify() as spotify,
        open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,  # of an IP address, too
    ):
        await migrate(database)
        exports = PlaylistExports(
            allowed={LISTENER},
            application=SpotifyApplication(
                client_id=CLIENT_ID,
                client_secret=client_secret,
                redirect_uri=f"http://127.0.0.1:{port}{PATH}",
                accounts_base=spotify.address,
            ),
            ledger=SqlProviders(database=database, clock=clock, budgets={"spotify": 300}),
            api_base=spotify.api_base,
            secret=b"s" * 32,
            phrases=phrases,
            clock=clock,
            zone=ZoneInfo("Asia/Seoul"),
            gap_s=0,
        )
        dialogue = assemble(
            wishes=FakeWishClassifier(),
            painter=FakePainter(),
            classifier=FakeClassifier(otherwise=a_reading(sadness=0.9)),
            catalogue=InMemoryCatalogue(),
            history=InMemoryHistory(),
            voice=Voice(phrases=phrases, rng=rng),
            clock=clock,
            thresholds=Thresholds(),
            rng=rng,
        )

        async def health() -> dict[str, str]:
            return {}

        async with open_web_chat(
            dialogue,
            Identities(b"secret"),
            health,
            host="127.0.0.1",
            port=port,
            language=Language.KOREAN,
            routes=PlaylistPages.over(exports, PATH, phrases, Language.KOREAN).routes,
        ):
            yield Listener(http, exports, spotify, clock)


async def test_only_those_let_in_have_it(listener: Listener) -> None:
    assert listener.exports.is_open_to(LISTENER)
    assert not listener.exports.is_open_to(ListenerId("b" * 64))


async def test_a_yes_makes_a_private_playlist_and_leads_to_it(listener: Listener, client_secret: str | None) -> None:
    status, at_spotify = await listener.follow(listener.order())
    assert status == 303
    asked = parse_qs(urlsplit(at_spotify).query)
    assert at_spotify.startswith(listener.spotify.address + "/authorize?")
    assert asked["scope"] == ["playlist-modify-private"]
    assert ("code_challenge" in asked) is (client_secret is None)
    status, address = await listener.say_yes()
    (made_id,) = listener.spotify.made
    assert (status, address) == (303, f"https://open.spotify.com/playlist/{made_id}")
    assert listener.spotify.made[made_id] == {
        "name": "SMOODY 2026년 5월 4일",
        "public": False,
        "collaborative": False,
        "description": load_phrases().say("playlist_about", Language.KOREAN),
        "uris": [f"spotify:track:{track.id}" for track in TRACKS],
    }


async def test_nothing_of_the_authorisation_is_kept(listener: Listener, tmp_path: Path) -> None:
    await listener.say_yes()
    (token,) = listener.spotify.token_requests
    assert token["code"] == "the-code"
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())  # noqa: ASYNC240  # small, and after the fact
    for secret in (b"access-", b"refresh-", b"the-code"):
        assert secret not in kept


async def test_the_proof_of_the_login_is_the_one_that_was_announced(
    listener: Listener, client_secret: str | None
) -> None:
    if client_secret is not None:
        pytest.skip("an application with a secret proves itself by that")
    _, at_spotify = await listener.follow(listener.order())
    announced = parse_qs(urlsplit(at_spotify).query)["code_challenge"][0]
    state = parse_qs(urlsplit(at_spotify).query)["state"][0]
    await listener.follow(listener.exports.application.redirect_uri, code="the-code", state=state)
    verifier = listener.spotify.token_requests[0]["code_verifier"]
    assert urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=") == announced
    assert 43 <= len(verifier) <= 128  # RFC 7636, 4.1


async def test_tracks_from_elsewhere_are_left_out(listener: Listener) -> None:
    tracks = [replace(TRACKS[0], id="melon:1"), TRACKS[1]]
    await listener.say_yes(listener.exports.address(LISTENER, tracks, Language.KOREAN))
    assert [made["uris"] for made in listener.spotify.made.values()] == [[f"spotify:track:{TRACKS[1].id}"]]


async def test_a_no_makes_nothing_and_is_taken_kindly(listener: Listener) -> None:
    _, at_spotify = await listener.follow(listener.order())
    state = parse_qs(urlsplit(at_spotify).query)["state"][0]
    status, page = await listener.follow(listener.exports.application.redirect_uri, error="access_denied", state=state)
    assert status == 200
    assert "아무것도 만들지 않았어요" in page
    assert not listener.spotify.calls


@pytest.mark.parametrize("order", ["", "made-up", "a.b.c"])
async def test_a_link_that_is_none_of_ours_leads_nowhere(listener: Listener, order: str) -> None:
    for query in ({"order": order}, {"code": "x", "state": order}):
        status, page = await listener.follow(listener.exports.application.redirect_uri, **query)
        assert status == 400
        assert "담아 가기" in page
    assert not listener.spotify.token_requests


async def test_a_link_dies_and_says_so_in_its_own_language(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    order = listener.order(Language.ENGLISH)
    late = int(time.time()) + ORDERS_LAST_S + 5
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    status, page = await listener.follow(order)
    assert status == 400
    assert "Take along" in page


async def test_an_account_that_is_not_on_the_list_is_told_whom_to_ask(listener: Listener) -> None:
    listener.spotify.faults.append(NOT_ON_THE_LIST)
    status, page = await listener.say_yes()
    assert status == 403
    assert "운영하는 분" in page


async def test_a_spotify_that_wants_rest_is_left_alone(listener: Listener) -> None:
    listener.spotify.faults.append(QUOTA_EXCEEDED)
    assert (await listener.say_yes())[0] == 503
    listener.clock.advance(timedelta(minutes=1))
    assert (await listener.say_yes())[0] == 503
    assert listener.spotify.calls == ["POST /v1/me/playlists"]


async def test_a_playlist_whose_answer_was_lost_is_not_made_twice(listener: Listener) -> None:
    listener.spotify.faults.append(Fault(status=502))
    assert (await listener.say_yes())[0] == 503
    assert listener.spotify.calls == ["POST /v1/me/playlists"]


async def test_a_code_that_is_used_up_asks_to_begin_again(listener: Listener) -> None:
    listener.spotify.token_faults.append(Fault(status=400, body='{"error": "invalid_grant"}'))
    status, page = await listener.say_yes()
    assert status == 400
    assert "이제 쓸 수 없어요" in page
    assert not listener.spotify.made


async def test_an_application_that_spotify_does_not_know_is_the_operators_to_mend(listener: Listener) -> None:
    listener.spotify.token_faults.append(Fault(status=400, body='{"error": "invalid_client"}'))
    with structlog.testing.capture_logs() as logged:
        assert (await listener.say_yes())[0] == 403
    (line,) = [line for line in logged if line["event"] == "playlist_refused"]
    assert "SMOODY_SPOTIFY__CLIENT_ID" in line["problem"]


async def test_no_code_is_no_reason_to_ask_a_keyboard(listener: Listener) -> None:
    back, state = await listener.begin()
    status, _ = await listener.follow(back, code="", state=state)
    assert status == 400
    assert not listener.spotify.token_requests


async def test_another_browser_than_the_one_that_began_makes_nothing(listener: Listener) -> None:
    back, state = await listener.begin()
    listener.http.cookie_jar.clear()
    status, _ = await listener.follow(back, code="the-code", state=state)
    assert status == 400
    order = parse_qs(urlsplit(listener.order()).query)["order"][0]
    assert (await listener.follow(back, code="the-code", state=order))[0] == 400
    assert not listener.spotify.token_requests


async def test_who_may_have_none_any_more_makes_nothing(listener: Listener) -> None:
    stranger = ListenerId("b" * 64)
    order = listener.exports.address(stranger, TRACKS, Language.KOREAN)
    assert (await listener.follow(order))[0] == 400


@pytest.mark.parametrize("fault", [Fault(status=502), FORBIDDEN], ids=["away", "forbidden"])
async def test_a_playlist_that_stays_empty_is_told_to_be_so(listener: Listener, fault: Fault) -> None:
    listener.spotify.faults.extend([None, fault, fault, fault])
    status, page = await listener.say_yes()
    assert status == 400
    assert "다 담지 못했어요" in page
    (made,) = listener.spotify.made.values()
    assert made["uris"] == []


async def test_what_passes_soon_is_waited_for_once_the_playlist_is_there(listener: Listener) -> None:
    listener.spotify.faults.extend([None, Fault(status=429, headers={"Retry-After": "0"})])
    assert (await listener.say_yes())[0] == 303
    (made,) = listener.spotify.made.values()
    assert len(made["uris"]) == len(TRACKS)


@pytest.mark.parametrize("fault", [Fault(resets=True, is_late=True), Fault(status=502, is_late=True)])
async def test_an_answer_that_is_lost_puts_no_track_in_twice(listener: Listener, fault: Fault) -> None:
    listener.spotify.faults.extend([None, fault])
    assert (await listener.say_yes())[0] == 303
    (made,) = listener.spotify.made.values()
    assert made["uris"] == [f"spotify:track:{track.id}" for track in TRACKS]


async def test_a_spotify_that_fails_is_no_decision_of_the_listener(listener: Listener) -> None:
    back, state = await listener.begin()
    _, page = await listener.follow(back, error="server_error", state=state)
    assert "아무것도 만들지 않았어요" not in page
