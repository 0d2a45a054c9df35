"""Spotify on loopback, as a new application meets it in 2026: tokens, the operator's playlists, audio features.

Rows have the form of 2026 (``item``) or the one before (``track``), as the test writes them; calls are written down,
and faults are handed out one a call.
"""

import contextlib
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from tests.integration.loopback.faults import Fault, do

CLIENT_ID = "loopback-client"
QUOTA_EXCEEDED = Fault(
    status=429,
    headers={"Retry-After": "48925"},
    body=json.dumps({"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}),
)
FORBIDDEN = Fault(status=403, body='{"error": {"status": 403, "message": "Forbidden"}}')
NOT_FOUND = Fault(status=404, body='{"error": {"status": 404, "message": "Resource not found"}}')
EXPIRED = Fault(status=401, body='{"error": {"status": 401, "message": "The access token expired"}}')


def a_row(number: int, *, key: str = "item", **given: Any) -> dict[str, Any]:
    """A row of a playlist with the track of this number; ``given`` replaces keys of the track."""
    track_id = f"{number:022d}"
    track = {
        "album": {
            "name": "앨범",
            "release_date": "2017-03-24",
            "images": [
                {"url": f"https://i.scdn.co/image/640-{number}", "height": 640, "width": 640},
                {"url": f"https://i.scdn.co/image/300-{number}", "height": 300, "width": 300},
                {"url": f"https://i.scdn.co/image/64-{number}", "height": 64, "width": 64},
            ],
        },
        "artists": [{"id": "x", "name": f"가수 {number}", "type": "artist"}],
        "duration_ms": 253_000,
        "explicit": False,
        "external_ids": {"isrc": f"KRA30{number % 10_000_000:07d}"},
        "id": track_id,
        "is_local": False,
        "name": f"노래 {number}",
        "type": "track",
        "uri": f"spotify:track:{track_id}",
        **given,
    }
    return {"added_at": "2026-03-01T12:00:00Z", "added_by": None, "is_local": False, key: track}


@dataclass
class LoopbackPlaylist:
    """A playlist of the operator's."""

    rows: list[dict[str, Any]]
    name: str = "내 재생목록"
    snapshot: str = "v1"


@dataclass
class LoopbackSpotify:
    """The accounts service and the Web API."""

    playlists: dict[str, LoopbackPlaylist] = field(default_factory=dict)
    faults: deque[Fault | None] = field(default_factory=deque)
    """What happens to the next calls of the Web API, None for an answer."""
    faults_of: dict[str, Fault] = field(default_factory=dict)
    """What always happens to calls about a playlist."""
    token_faults: deque[Fault] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)
    keeps_refresh_token: bool = True
    """Whether refreshing answers without a new refresh token."""
    features: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Playlists that were made, by id: what was asked for, and ``uris``."""
    address: str = ""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _valid: set[str] = field(default_factory=set)

    @property
    def api_base(self) -> str:
        """As in ``SMOODY_SPOTIFY__API_BASE``."""
        return f"{self.address}/v1/"

    def calls_of(self, part: str) -> int:
        """How many calls had this in their path."""
        return sum(part in call for call in self.calls)

    def revoke_access_tokens(self) -> None:
        """Let every access token be over before its time."""
        self._valid.clear()

    async def agree(self, request: web.Request) -> web.StreamResponse:
        """The page on which people say yes, for somebody who did so before: it leads straight back."""
        back = {"code": "the-code", "state": request.query["state"]}
        raise web.HTTPFound(f"{request.query['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.StreamResponse:
        form = {key: values[0] for key, values in parse_qs(await request.text()).items()}
        self.token_requests.append({**form, "authorization": request.headers.get("Authorization", "")})
        if self.token_faults:
            return await do(self.token_faults.popleft(), request)
        access = f"access-{next(self._numbers)}"
        self._valid.add(access)
        answer: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "scope": "playlist-read-private playlist-read-collaborative",
            "expires_in": 3600,
        }
        if form["grant_type"] == "authorization_code" or not self.keeps_refresh_token:
            answer["refresh_token"] = f"refresh-{next(self._numbers)}"
        return web.json_response(answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(request.path)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            return await do(fault, request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._valid:
            return await do(EXPIRED, request)
        if request.match_info.route.resource is not None and "audio-features" in request.path:
            asked = request.query["ids"].split(",")
            return web.json_response({"audio_features": [self.features.get(each) for each in asked]})
        playlist_id = request.match_info["playlist"]
        if playlist_id in self.faults_of:
            return await do(self.faults_of[playlist_id], request)
        playlist = self.playlists.get(playlist_id)
        if playlist is None:
            return await do(NOT_FOUND, request)
        if request.path.endswith("/items"):
            return web.json_response(self._page(playlist, request.query, request.path))
        return web.json_response({"name": playlist.name, "snapshot_id": playlist.snapshot})

    async def make(self, request: web.Request) -> web.StreamResponse:
        """Make a private playlist, or put tracks into one."""
        self.calls.append(f"{request.method} {request.path}")
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not fault.is_late:
            return await do(fault, request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._valid:
            return await do(EXPIRED, request)
        answer = await self._made(request)
        return answer if fault is None else await do(fault, request)

    async def _made(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if request.path == "/v1/me/playlists":
            playlist_id = f"made{len(self.made):018d}"
            self.made[playlist_id] = {**asked, "uris": []}
            return web.json_response({"id": playlist_id, "uri": f"spotify:playlist:{playlist_id}"}, status=201)
        made = self.made[request.match_info["playlist"]]
        uris = asked if isinstance(asked, list) else asked["uris"]
        made["uris"] = uris if request.method == "PUT" else made["uris"] + uris
        return web.json_response({"snapshot_id": "v2"}, status=201)

    def _page(self, playlist: LoopbackPlaylist, query: Mapping[str, str], path: str) -> dict[str, Any]:
        limit, offset = int(query["limit"]), int(query["offset"])
        assert limit <= 50
        rows = playlist.rows[offset : offset + limit]
        more = offset + limit < len(playlist.rows)
        following = f"{self.address}{path}?offset={offset + limit}&limit={limit}" if more else None
        return {"items": rows, "limit": limit, "offset": offset, "next": following, "total": len(playlist.rows)}


@contextlib.asynccontextmanager
async def loopback_spotify() -> AsyncIterator[LoopbackSpotify]:
    """Serve on a free port until the block ends."""
    spotify = LoopbackSpotify()
    app = web.Application()
    app.router.add_get("/authorize", spotify.agree)
    app.router.add_post("/api/token", spotify.token)
    app.router.add_get("/v1/playlists/{playlist}", spotify.answer)
    app.router.add_get("/v1/playlists/{playlist}/items", spotify.answer)
    app.router.add_post("/v1/me/playlists", spotify.make)
    app.router.add_post("/v1/playlists/{playlist}/items", spotify.make)
    app.router.add_put("/v1/playlists/{playlist}/items", spotify.make)
    app.router.add_get("/v1/audio-features", spotify.answer)
    async with serving(app) as spotify.address:
        yield spotify


@contextlib.asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """The address of an application on a free port of loopback."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
