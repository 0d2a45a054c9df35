"""The way to a playlist of one's own: from our link to Spotify's page, back here, and on to the playlist."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog
from aiohttp import web

from adapters.web.pages import Pages
from adapters.web.server import Route
from bot.domain import Language
from bot.errors import ListenerFacing, SmoodyError, Unavailable
from bot.phrases import Phrases

TEMPLATE: Final = Path(__file__).parent / "told.html"

log = structlog.get_logger(__name__)


class Exports(Protocol):
    """What makes the playlists (`adapters.spotify.exports`)."""

    def language_of(self, order: str) -> Language | None:
        """The language in which an order was given, however old it is; None for a text that is no order of ours."""
        ...

    def spotify_page(self, order: str) -> str:
        """Spotify's page on which the listener says yes to an order."""
        ...

    async def make(self, order: str, code: str) -> str:
        """Make the playlist that was ordered; returns its page."""
        ...


_TOLD: Final = ("order_expired", "playlist_declined", "playlist_refused", "one_moment")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistPages:
    """One address with three uses: an order goes on to Spotify, and a code or a no comes back from there."""

    exports: Exports
    path: str
    told: Mapping[str, Pages]

    @classmethod
    def over(cls, exports: Exports, path: str, phrases: Phrases, language: Language) -> "PlaylistPages":
        """The pages; ``language`` is for browsers that want none of ours, where the order does not say."""
        told = {key: Pages.filled(TEMPLATE, phrases, language, told=key) for key in _TOLD}
        return cls(exports=exports, path=path, told=told)

    @property
    def routes(self) -> list[Route]:
        """What the web server is to serve."""
        return [("GET", self.path, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        order = request.query.get("order") or request.query.get("state", "")
        try:
            address = await self._next(request, order)
        except ListenerFacing as problem:
            return self._say(problem.phrase, order, request, status=400)
        except Unavailable as problem:
            log.warning("playlist_postponed", problem=type(problem).__name__)
            return self._say("one_moment", order, request, status=503)
        except SmoodyError as problem:
            log.warning("playlist_refused", problem=type(problem).__name__)
            return self._say("playlist_refused", order, request, status=403)
        if address is None:
            return self._say("playlist_declined", order, request, status=200)
        raise web.HTTPSeeOther(address)

    async def _next(self, request: web.Request, order: str) -> str | None:
        """Where the browser goes on to; None when the listener said no at Spotify's."""
        if "error" in request.query:
            return None
        code = request.query.get("code")
        if code is None:
            return self.exports.spotify_page(order)
        page = await self.exports.make(order, code)
        log.info("playlist_made")
        return page

    def _say(self, key: str, order: str, request: web.Request, *, status: int) -> web.Response:
        pages = self.told[key]
        language = self.exports.language_of(order) or pages.language(request)
        return web.Response(text=pages.texts[language], content_type="text/html", status=status)
