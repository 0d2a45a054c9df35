"""Spotify's oEmbed on loopback."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from tests.integration.loopback.faults import Fault, do
from tests.integration.loopback.spotify import serving


@dataclass
class LoopbackOEmbed:
    """What it shows: title and image by Spotify id."""

    shows: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    faults: deque[Fault | None] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        spotify_id = request.query["url"].rsplit("/", 1)[1]
        self.calls.append(spotify_id)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            return await do(fault, request)
        if spotify_id not in self.shows:
            return web.Response(status=404)
        title, image = self.shows[spotify_id]
        answer = {"type": "rich", "version": "1.0", "provider_name": "Spotify", "width": 456, "height": 152}
        told = {"title": title, "thumbnail_url": image, "html": "<iframe></iframe>"}
        return web.json_response({**answer, **{key: value for key, value in told.items() if value is not None}})


@contextlib.asynccontextmanager
async def loopback_oembed() -> AsyncIterator[LoopbackOEmbed]:
    """Serve on a free port until the block ends."""
    oembed = LoopbackOEmbed()
    app = web.Application()
    app.router.add_get("/oembed", oembed.answer)
    async with serving(app) as oembed.address:
        oembed.address += "/oembed"
        yield oembed
