"""ReccoBeats on loopback: leaves out what it does not know, keeps no order, refuses the User-Agents of libraries."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from bot.domain import AudioFeatures
from tests.integration.loopback.faults import Fault, do
from tests.integration.loopback.spotify import serving

MOST_IDS = 40


@dataclass
class LoopbackReccoBeats:
    """What it knows: audio features and titles by Spotify id, and which recording a Spotify id is."""

    features: dict[str, AudioFeatures] = field(default_factory=dict)
    titles: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    isrcs: dict[str, str] = field(default_factory=dict)
    """Recording code by Spotify id."""
    knows_everything: AudioFeatures | None = None
    """Features of whatever is asked for by Spotify id."""
    faults: deque[Fault | None] = field(default_factory=deque)
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = tuple(each for value in request.query.getall("ids") for each in value.split(","))
        self.calls.append((request.path, asked))
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            return await do(fault, request)
        agent = request.headers.get("User-Agent", "").lower()
        if not agent or any(library in agent for library in ("python", "httpx", "requests", "aiohttp")):
            return await do(Fault(status=403, body='{"error": "forbidden"}'), request)
        rows = [row for each in asked[:MOST_IDS] for row in self._rows(request.path, each)]
        return web.json_response({"content": rows[::-1]})

    def _rows(self, path: str, asked: str) -> list[dict[str, Any]]:
        known = [spotify_id for spotify_id, isrc in self.isrcs.items() if isrc == asked] or [asked]
        return [row for spotify_id in known if (row := self._row(path, spotify_id)) is not None]

    def _row(self, path: str, spotify_id: str) -> dict[str, Any] | None:
        row: dict[str, Any] = {
            "id": f"reccobeats-{spotify_id}",
            "href": f"https://open.spotify.com/track/{spotify_id}",
            "isrc": self.isrcs.get(spotify_id),
        }
        if path == "/v1/track":
            if spotify_id not in self.titles:
                return None
            title, artists = self.titles[spotify_id]
            return {**row, "trackTitle": title, "artists": [{"id": name, "name": name} for name in artists]}
        sound = self.features.get(spotify_id) or self.knows_everything
        return {**row, **asdict(sound), "key": 9, "mode": 1} if sound else None


@contextlib.asynccontextmanager
async def loopback_reccobeats() -> AsyncIterator[LoopbackReccoBeats]:
    """Serve on a free port until the block ends."""
    reccobeats = LoopbackReccoBeats()
    app = web.Application()
    app.router.add_get("/v1/audio-features", reccobeats.answer)
    app.router.add_get("/v1/track", reccobeats.answer)
    async with serving(app) as reccobeats.address:
        yield reccobeats
