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
from bot.errors import ListenerFacing, SmoodyError, Unavailable, UnexpectedAnswer
from bot.phrases import Phrases

TEMPLATE: Final = Path(__file__).parent / "told.html"

log = structlog.get_logger(__name__)


class Exports(Protocol):
    """What makes the playlists (`adapters.spotify.exports`)."""

    def language_of(self, text: str) -> Language | None:
        """The language of an order or a state, however old it is; None for a text that is neither."""
        ...

    def begin(self, order: str) -> tuple[str, str]:
        """Spotify's page on which the listener says yes to an order, and the word for the browser to keep."""
        ...

    async def make(self, state: str, code: str, word: str) -> str:
        """Make the playlist that was ordered; returns its page."""
        ...


COOKIE: Final = "smoody_playlist"
COOKIE_LASTS: Final = 1_800
_TOLD: Final = (
    "order_expired",
    "playlist_declined",
    "playlist_half_made",
    "playlist_refused",
    "one_moment",
    "something_wrong",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistPages:
    """One address with three uses: an order goes on to Spotify, and a code or a no comes back from there."""

    exports: Exports
    path: str
    told: Mapping[str, Pages]
    is_secure: bool

    @classmethod
    def over(
        cls, exports: Exports, path: str, phrases: Phrases, language: Language, *, is_secure: bool = False
    ) -> "PlaylistPages":
        """The pages; ``language`` is for browsers that want none of ours, where the order does not say.

        ``is_secure`` tells that browsers reach us encrypted, whatever stands in front of this server.
        """
        told = {key: Pages.filled(TEMPLATE, phrases, language, told=key) for key in _TOLD}
        return cls(exports=exports, path=path, told=told, is_secure=is_secure)

    @property
    def routes(self) -> list[Route]:
        """What the web server is to serve."""
        return [("GET", self.path, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        order = request.query.get("order") or request.query.get("state", "")
        try:
            return await self._next(request, order)
        except ListenerFacing as problem:
            return self._say(problem.phrase, order, request, status=400)
        except Unavailable as problem:
            log.warning("playlist_postponed", problem=str(problem))
            return self._say("one_moment", order, request, status=503)
        except UnexpectedAnswer as problem:
            log.error("playlist_failed", problem=str(problem))  # noqa: TRY400  # one line says it all
            return self._say("something_wrong", order, request, status=502)
        except SmoodyError as problem:
            log.warning("playlist_refused", problem=str(problem))
            return self._say("playlist_refused", order, request, status=403)

    async def _next(self, request: web.Request, order: str) -> web.Response:
        """On to Spotify, or on to the playlist; a page when Spotify brought no code."""
        query = request.query
        if "error" in query:
            is_no = query["error"] == "access_denied"
            return self._say("playlist_declined" if is_no else "one_moment", order, request, status=200)
        if "code" not in query:
            address, word = self.exports.begin(order)
            response = web.Response(status=303, headers={"Location": address})
            response.set_cookie(
                COOKIE,
                word,
                max_age=COOKIE_LASTS,
                path=self.path,
                httponly=True,
                samesite="Lax",  # Spotify's page leads back here, which with Strict would be without it
                secure=self.is_secure or request.secure,
            )
            return response
        address = await self.exports.make(order, query["code"], request.cookies.get(COOKIE, ""))
        log.info("playlist_made")
        response = web.Response(status=303, headers={"Location": address})
        response.del_cookie(COOKIE, path=self.path)
        return response

    def _say(self, key: str, order: str, request: web.Request, *, status: int) -> web.Response:
        pages = self.told[key]
        language = self.exports.language_of(order) or pages.language(request)
        return web.Response(text=pages.texts[language], content_type="text/html", status=status)
