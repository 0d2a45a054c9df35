"""The operator's account and playlists, the real spotipy against loopback: what it reads, and every way to fail."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from unicodedata import normalize

import pytest

from adapters.spotify.account import FILE_NAME, SpotifyAccount
from adapters.spotify.application import SpotifyApplication
from adapters.spotify.client import SpotifyClient
from adapters.spotify.features import SpotifyFeatures
from adapters.spotify.playlists import SpotifyPlaylists
from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from adapters.storage.providers import SqlProviders
from bot.addresses import PLAYLIST
from bot.domain import FoundTrack, Mood, Reading, Source
from bot.errors import (
    AuthorisationExpired,
    AuthorisationMissing,
    PlaylistForeign,
    PlaylistGone,
    PlaylistSourceUnavailable,
    ProviderPostponed,
    SmoodyError,
    SourceRefused,
    SpotifyAnswerUnexpected,
)
from tests.fakes import FakeClock, a_found_track
from tests.integration.loopback.faults import Fault
from tests.integration.loopback.spotify import (
    CLIENT_ID,
    EXPIRED,
    FORBIDDEN,
    NOT_FOUND,
    QUOTA_EXCEEDED,
    LoopbackPlaylist,
    LoopbackSpotify,
    a_row,
    loopback_spotify,
)

MINE = "3cEYpjA9oz9GiPac4AsH4n"
SECRET = "loopback-secret-never-shown"


@dataclass
class Operator:
    """An account at the loopback Spotify, and what reads its playlists."""

    spotify: LoopbackSpotify
    account: SpotifyAccount
    providers: SqlProviders
    client: SpotifyClient
    clock: FakeClock

    def log_in(self) -> None:
        """Say yes in the browser."""
        address, finish = self.account.begin_login()
        state = address.split("state=")[1].split("&")[0]
        finish(f"http://127.0.0.1:8080/spotify/callback?code=the-code&state={state}")

    async def read(self, snapshot: str | None = None) -> Reading:
        source = Source(address=PLAYLIST + MINE, snapshot=snapshot)
        return await SpotifyPlaylists(client=self.client).read(source, lambda count: None)

    async def refusal(self) -> SmoodyError:
        """The error that reading ends with."""
        with pytest.raises(SmoodyError) as caught:
            await self.read()
        return caught.value


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    async with (
        loopback_spotify() as spotify,
        open_database(f"sqlite+aiosqlite:///{tmp_path / 'smoody.db'}") as database,
    ):
        await migrate(database)
        clock = FakeClock()
        providers = SqlProviders(database=database, clock=clock, budgets={"spotify": 300})
        account = SpotifyAccount(
            data_dir=tmp_path,
            application=SpotifyApplication(
                client_id=CLIENT_ID,
                client_secret=None,
                redirect_uri="http://127.0.0.1:8080/spotify/callback",
                accounts_base=spotify.address,
            ),
            clock=clock,
        )
        client = SpotifyClient(
            account=account,
            ledger=providers,
            api_base=spotify.api_base,
            gap_s=0,
            backoff_s=0.01,
            timeout_s=(1.0, 0.3),
        )
        operator = Operator(spotify, account, providers, client, clock)
        await asyncio.to_thread(operator.log_in)
        yield operator
        client.close()


async def test_all_pages_are_read(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(137)])
    counts: list[int] = []
    reading = await SpotifyPlaylists(client=operator.client).read(Source(address=PLAYLIST + MINE), counts.append)
    assert reading.tracks is not None
    assert [track.id for track in reading.tracks] == [a_found_track(number).id for number in range(137)]
    assert counts == [50, 100, 137]
    assert operator.spotify.calls_of("/items") == 3
    assert (reading.name, reading.snapshot) == ("내 재생목록", "v1")


@pytest.mark.parametrize("key", ["item", "track"], ids=["of 2026", "before"])
async def test_a_track_is_read_in_full_in_either_form(operator: Operator, key: str) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(7, key=key)])
    assert (await operator.read()).tracks == (
        FoundTrack(
            id=a_found_track(7).id,
            title="노래 7",
            artists=("가수 7",),
            isrc="KRA300000007",
            year=2017,
            artwork_url="https://i.scdn.co/image/300-7",
            is_explicit=False,
        ),
    )


async def test_rows_that_can_be_in_no_catalogue_are_passed_over(operator: Operator) -> None:
    local = {**a_row(2, id=None, uri="spotify:local:x", is_local=True), "is_local": True}
    removed = {**a_row(3), "item": None}
    nothing: dict[str, object] = {"added_at": None, "is_local": False}
    rows = [
        a_row(1),
        local,
        removed,
        a_row(4, type="episode"),
        a_row(5, name=" "),
        a_row(6, id=None),
        nothing,
        a_row(1),
    ]
    operator.spotify.playlists[MINE] = LoopbackPlaylist(rows)
    reading = await operator.read()
    assert reading.tracks is not None
    assert [track.id for track in reading.tracks] == [a_found_track(1).id]


async def test_a_track_with_hardly_anything_is_still_a_track(operator: Operator) -> None:
    row = a_row(1, album=None, artists=None, external_ids=None, explicit=None)
    operator.spotify.playlists[MINE] = LoopbackPlaylist([row])
    assert (await operator.read()).tracks == (FoundTrack(id=a_found_track(1).id, title="노래 1"),)


async def test_titles_of_every_script_come_through_in_one_form(operator: Operator) -> None:
    titles = ["밤편지", normalize("NFD", "봄날"), "夜に駆ける", "Пачка сигарет", "🎧 Ünïcode", "أنا"]
    operator.spotify.playlists[MINE] = LoopbackPlaylist(
        [a_row(number, name=name) for number, name in enumerate(titles)]
    )
    reading = await operator.read()
    assert reading.tracks is not None
    assert [track.title for track in reading.tracks] == [normalize("NFC", title) for title in titles]


async def test_images_of_other_hosts_are_not_taken(operator: Operator) -> None:
    images = [{"url": "https://i.scdn.co.evil.example/x", "width": 300}, {"url": "http://i.scdn.co/x", "width": 300}]
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1, album={"images": images})])
    reading = await operator.read()
    assert reading.tracks is not None
    assert reading.tracks[0].artwork_url is None


async def test_values_that_make_no_sense_cost_nothing_but_themselves(operator: Operator) -> None:
    album = {"release_date": ["soon"], "images": [{"url": "https://i.scdn.co/x", "width": "wide"}]}
    operator.spotify.playlists[MINE] = LoopbackPlaylist(
        [a_row(1, name="밤편지\ud83d", artists=[{"name": "\0"}, {"name": 5}, {"name": "아이유"}], album=album)]
    )
    reading = await operator.read()
    assert reading.tracks is not None
    (track,) = reading.tracks
    told = (track.title, track.artists, track.year, track.artwork_url)
    assert told == ("밤편지", ("아이유",), None, "https://i.scdn.co/x")


async def test_an_unchanged_snapshot_costs_one_call(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    assert (await operator.read(snapshot="v1")).tracks is None
    assert operator.spotify.calls_of("/items") == 0
    operator.spotify.playlists[MINE].snapshot = "v2"
    assert (await operator.read(snapshot="v1")).tracks is not None


async def test_an_empty_playlist_is_a_value(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([])
    assert (await operator.read()).tracks == ()


async def test_a_pager_without_an_end_is_refused(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(10_101)])
    assert isinstance(await operator.refusal(), SpotifyAnswerUnexpected)
    assert operator.spotify.calls_of("/items") == 201


async def test_a_short_retry_after_is_waited_for(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    operator.spotify.faults.append(Fault(status=429, headers={"Retry-After": "1"}, body="Too many requests"))
    began = time.monotonic()
    assert (await operator.read()).tracks
    assert time.monotonic() - began >= 1


async def test_thirteen_hours_are_remembered_and_not_slept(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    operator.spotify.faults.append(QUOTA_EXCEEDED)
    began = time.monotonic()
    problem = await operator.refusal()
    assert isinstance(problem, ProviderPostponed)
    assert problem.retry_after == 48_925
    assert time.monotonic() - began < 1
    made = len(operator.spotify.calls)
    operator.clock.advance(timedelta(seconds=48_900))
    again = SpotifyClient(  # as after a restart
        account=operator.account, ledger=operator.providers, api_base=operator.spotify.api_base, gap_s=0
    )
    with pytest.raises(ProviderPostponed):
        await again.call(lambda spotify: spotify.playlist(MINE))
    again.close()
    assert len(operator.spotify.calls) == made
    operator.clock.advance(timedelta(seconds=30))
    assert (await operator.read()).tracks


@pytest.mark.parametrize("told", ["inf", "1e12", "9" * 400, "nan"])
async def test_a_rest_that_cannot_be_meant_is_a_short_one(operator: Operator, told: str) -> None:
    operator.client.attempts = 1
    operator.spotify.faults.append(Fault(status=429, headers={"Retry-After": told}, body="Too many requests"))
    assert isinstance(await operator.refusal(), PlaylistSourceUnavailable)
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    assert (await operator.read()).tracks


async def test_the_budget_of_a_day_is_kept(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(200)])
    operator.providers.budgets = {"spotify": 3}
    assert isinstance(await operator.refusal(), ProviderPostponed)
    assert len(operator.spotify.calls) == 3
    (health,) = await operator.providers.health(at=operator.clock.now())
    assert (health.provider, health.calls, health.budget) == ("spotify", 3, 3)
    operator.clock.advance(timedelta(hours=26))
    operator.providers.budgets = {"spotify": 300}
    assert (await operator.read()).tracks


async def test_a_token_that_died_before_its_time_is_refreshed_once(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    operator.spotify.revoke_access_tokens()
    assert (await operator.read()).tracks
    assert operator.spotify.token_requests[-1]["grant_type"] == "refresh_token"
    assert len(operator.spotify.token_requests) == 2
    assert operator.spotify.calls_of("/playlists") == 3


async def test_a_token_that_is_refused_again_and_again_is_given_up(operator: Operator) -> None:
    operator.spotify.faults.extend([EXPIRED] * 9)
    assert isinstance(await operator.refusal(), PlaylistSourceUnavailable)
    assert len(operator.spotify.calls) == 3


async def test_a_refresh_token_that_was_not_renewed_is_kept(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    for _ in range(2):
        operator.spotify.revoke_access_tokens()
        await operator.read(snapshot="other")
    used = [request["refresh_token"] for request in operator.spotify.token_requests[1:]]
    assert len(used) == 2
    assert len(set(used)) == 1


async def test_an_ended_authorisation_is_thrown_away_and_told(operator: Operator) -> None:
    operator.spotify.revoke_access_tokens()
    operator.spotify.token_faults.append(
        Fault(status=400, body='{"error": "invalid_grant", "error_description": "Refresh token expired"}')
    )
    assert isinstance(await operator.refusal(), AuthorisationExpired)
    assert isinstance(await operator.refusal(), AuthorisationExpired)
    assert len(operator.spotify.token_requests) == 2  # the dead token is never tried again
    assert "refresh-" not in (operator.account.file).read_text()
    authorisation = await operator.account.spotify()
    assert authorisation is not None
    assert authorisation.is_dead
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    await asyncio.to_thread(operator.log_in)
    assert (await operator.read()).tracks


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=400, body='{"error": "invalid_client"}'), SourceRefused),
        (Fault(status=503, body="sorry", content_type="text/plain"), PlaylistSourceUnavailable),
        (Fault(resets=True), PlaylistSourceUnavailable),
        (Fault(body="[]"), SpotifyAnswerUnexpected),
        (Fault(body="<html>", content_type="text/html"), SpotifyAnswerUnexpected),
        (Fault(body='{"access_token": "x"}'), SpotifyAnswerUnexpected),
    ],
    ids=["invalid client", "503", "reset", "a list", "a page", "half a token"],
)
async def test_a_login_service_that_fails_costs_no_authorisation(
    operator: Operator, fault: Fault, error: type[SmoodyError]
) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    operator.spotify.revoke_access_tokens()
    operator.spotify.token_faults.append(fault)
    assert isinstance(await operator.refusal(), error)
    assert (await operator.read()).tracks


@pytest.mark.parametrize(
    ("fault", "error", "calls"),
    [
        (FORBIDDEN, PlaylistForeign, 1),
        (NOT_FOUND, PlaylistGone, 1),
        (Fault(status=403, body="Active premium subscription required for the owner of the app."), SourceRefused, 1),
        (Fault(status=403, body="the user may not be registered."), SourceRefused, 1),
        (Fault(status=400, body='{"error": {"status": 400, "message": "Invalid limit"}}'), SpotifyAnswerUnexpected, 1),
        (Fault(status=500, body="oops"), PlaylistSourceUnavailable, 3),
        (Fault(status=502, body="<html>", content_type="text/html"), PlaylistSourceUnavailable, 3),
        (Fault(resets=True), PlaylistSourceUnavailable, 3),
        (Fault(truncates=True), PlaylistSourceUnavailable, 3),
        (Fault(hangs=1), PlaylistSourceUnavailable, 3),
        (Fault(body='{"items": ['), SpotifyAnswerUnexpected, 1),
        (Fault(body="<html>hello</html>", content_type="text/html"), SpotifyAnswerUnexpected, 1),
        (Fault(body="[1, 2]"), SpotifyAnswerUnexpected, 1),
        (Fault(body="[" * 100_000), SpotifyAnswerUnexpected, 1),
        (Fault(status=403, body='{"error": "a string"}'), SpotifyAnswerUnexpected, 1),
    ],
    ids=[
        "foreign",
        "gone",
        "no premium",
        "not listed",
        "400",
        "500",
        "502 with a page",
        "reset",
        "truncated",
        "hangs",
        "half of JSON",
        "a page",
        "a list",
        "a deep list",
        "an error of another form",
    ],
)
async def test_every_failure_has_its_own_name_and_its_number_of_attempts(
    operator: Operator, fault: Fault, error: type[SmoodyError], calls: int
) -> None:
    operator.spotify.faults.extend([fault] * 3)
    problem = await operator.refusal()
    assert type(problem) is error
    assert len(operator.spotify.calls) == calls
    assert "access-" not in f"{problem}{problem.__cause__}"


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500, body="oops"), Fault(resets=True), Fault(hangs=1), Fault(truncates=True)],
    ids=["500", "reset", "hangs", "truncated"],
)
async def test_what_fails_once_is_asked_again(operator: Operator, fault: Fault) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(60)])
    operator.spotify.faults.extend([None, None, fault])  # on the second page
    reading = await operator.read()
    assert reading.tracks is not None
    assert len(reading.tracks) == 60


async def test_a_page_that_fails_half_way_gives_no_half_of_a_playlist(operator: Operator) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(60)])
    operator.spotify.faults.extend([None, None, *[Fault(status=500)] * 3])
    assert isinstance(await operator.refusal(), PlaylistSourceUnavailable)


async def test_the_loop_answers_while_spotify_hangs(operator: Operator) -> None:
    operator.spotify.faults.extend([Fault(hangs=0.25), Fault(hangs=0.25)])
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    reading = asyncio.ensure_future(operator.read())
    longest = 0.0
    while not reading.done():
        began = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - began)
    with pytest.raises(SpotifyAnswerUnexpected):  # an empty body, after the silence
        reading.result()
    assert longest < 0.1


async def test_without_a_login_nothing_is_asked(operator: Operator) -> None:
    assert operator.account.logout()
    assert not operator.account.logout()
    assert isinstance(await operator.refusal(), AuthorisationMissing)
    assert await operator.account.spotify() is None
    assert operator.spotify.calls == []


async def test_a_login_without_a_secret_proves_itself_by_pkce(operator: Operator) -> None:
    (request,) = operator.spotify.token_requests
    assert request["code"] == "the-code"
    assert request["code_verifier"]
    assert request["client_id"] == CLIENT_ID


async def test_a_login_with_a_secret_sends_it(operator: Operator) -> None:
    application = replace(operator.account.application, client_secret=SECRET)
    with_secret = replace(operator.account, application=application)
    await asyncio.to_thread(replace_login, with_secret)
    assert operator.spotify.token_requests[-1]["authorization"].startswith("Basic ")
    assert "code_verifier" not in operator.spotify.token_requests[-1]
    assert SECRET not in with_secret.file.read_text()


def replace_login(account: SpotifyAccount) -> None:
    address, finish = account.begin_login()
    assert SECRET not in address
    finish(f"http://127.0.0.1:8080/spotify/callback?code=again&state={address.split('state=')[1].split('&')[0]}")


@pytest.mark.parametrize(
    "redirected",
    [
        "",
        "hello",
        "http://127.0.0.1:8080/?code=x",
        "http://127.0.0.1:8080/?code=x&state=of-another",
        "?error=access_denied",
    ],
)
async def test_an_address_that_is_not_from_this_login_changes_nothing(operator: Operator, redirected: str) -> None:
    before = operator.account.file.read_text()
    _, finish = operator.account.begin_login()
    with pytest.raises(SourceRefused):
        finish(redirected)
    assert operator.account.file.read_text() == before
    assert len(operator.spotify.token_requests) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=400, body='{"error": "invalid_grant"}'), SourceRefused),
        (Fault(status=503, body="sorry", content_type="text/plain"), PlaylistSourceUnavailable),
        (Fault(body='{"access_token": "x", "expires_in": 3600}'), SpotifyAnswerUnexpected),
    ],
    ids=["code used twice", "503", "half a token"],
)
async def test_a_new_login_that_fails_costs_no_authorisation(
    operator: Operator, fault: Fault, error: type[SmoodyError]
) -> None:
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    before = operator.account.file.read_text()
    operator.spotify.token_faults.append(fault)
    with pytest.raises(error):
        await asyncio.to_thread(replace_login, operator.account)
    assert operator.account.file.read_text() == before
    assert (await operator.read()).tracks


async def test_the_token_lies_in_a_file_of_the_operators_own(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    operator.spotify.revoke_access_tokens()
    operator.spotify.playlists[MINE] = LoopbackPlaylist([])
    await operator.read()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_an_authorisation_tells_its_scopes_and_when_it_dies(operator: Operator) -> None:
    authorisation = await operator.account.spotify()
    assert authorisation is not None
    assert "playlist-read-private" in authorisation.scopes
    assert authorisation.dies_at - operator.clock.now() == timedelta(days=180)
    operator.clock.advance(timedelta(days=100))
    operator.spotify.revoke_access_tokens()
    operator.spotify.playlists[MINE] = LoopbackPlaylist([])
    await operator.read()
    assert await operator.account.spotify() == authorisation  # refreshing does not prolong it


LATE = {
    "ended": Fault(status=400, body='{"error": "invalid_grant"}', hangs=0.5),
    "renewed": Fault(body='{"access_token": "late", "refresh_token": "late", "expires_in": 3600}', hangs=0.5),
}


async def renewing(operator: Operator, fault: Fault) -> "asyncio.Task[Reading]":
    """A reading that waits for what comes of renewing a token."""
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    operator.spotify.revoke_access_tokens()
    operator.spotify.token_faults.append(fault)
    reading = asyncio.ensure_future(operator.read())
    while len(operator.spotify.token_requests) < 2:  # noqa: ASYNC110  # what is waited for is in other hands
        await asyncio.sleep(0.01)
    return reading


@pytest.mark.parametrize("fault", LATE.values(), ids=LATE)
async def test_a_login_while_the_old_token_is_renewed_is_not_lost(operator: Operator, fault: Fault) -> None:
    reading = await renewing(operator, fault)
    await asyncio.to_thread(operator.log_in)
    kept = operator.account.file.read_text()
    assert (await reading).tracks
    assert operator.account.file.read_text() == kept


@pytest.mark.parametrize("fault", LATE.values(), ids=LATE)
async def test_a_logout_while_the_token_is_renewed_is_the_end_of_it(operator: Operator, fault: Fault) -> None:
    reading = await renewing(operator, fault)
    assert operator.account.logout()
    with pytest.raises(AuthorisationMissing):
        await reading
    assert not operator.account.file.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"token": 5}', '{"authorised_at": "soon", "token": {}}'])
async def test_a_token_file_that_makes_no_sense_is_no_account(operator: Operator, content: str) -> None:
    operator.account.file.write_text(content)
    assert await operator.account.spotify() is None
    assert isinstance(await operator.refusal(), AuthorisationMissing)


async def test_no_token_and_no_secret_is_ever_logged(operator: Operator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    operator.spotify.faults.extend([FORBIDDEN])
    await operator.refusal()
    operator.spotify.playlists[MINE] = LoopbackPlaylist([a_row(1)])
    await operator.read()
    tokens = json.loads(operator.account.file.read_text())["token"]
    for secret in (tokens["access_token"], tokens["refresh_token"]):
        assert secret
        assert secret not in caplog.text


async def test_legacy_audio_features_come_a_hundred_at_a_time(operator: Operator) -> None:
    tracks = [a_found_track(number, mood=Mood.SAD) for number in range(150)]
    sound = {
        "danceability": 0.5, "energy": 0.8, "loudness": -5.9, "speechiness": 0.05, "acousticness": 0.1,
        "instrumentalness": 0.0, "liveness": 0.1, "valence": 0.4, "tempo": 118.2, "key": 9,
    }  # fmt: skip
    operator.spotify.features = {track.id: {**sound, "id": track.id} for track in tracks[:120]}
    operator.spotify.features[tracks[0].id]["energy"] = None
    found: dict[str, object] = {}
    async for batch in SpotifyFeatures(client=operator.client).look_up(tracks):
        found.update(batch)
    assert found.keys() == {track.id for track in tracks[1:120]}
    assert operator.spotify.calls_of("audio-features") == 2
