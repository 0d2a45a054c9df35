"""The operator's page: log in with the admin token, look at the catalogue's state, manage playlists, refresh.

Every request that changes something must come from the page itself: the session's cookie is not sent along from other
sites (``SameSite=Strict``), and the ``Origin`` that browsers name is compared as well.
"""

import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from adapters.web.door import SESSION_LASTS, TRIES_COUNT_FOR, Door
from adapters.web.pages import Pages
from adapters.web.render import render
from adapters.web.server import Route
from adapters.web.spotify_login import CALLBACK, SpotifyLogin
from bot.addresses import playlist_address
from bot.admin import Admin
from bot.domain import Language, Mood
from bot.errors import AuthorisationMissing, SmoodyError, Unavailable

TEMPLATE: Final = Path(__file__).parent / "admin.html"
COOKIE: Final = "smoody_admin"

Handler = Callable[["AdminPage", web.Request, Language], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPage:
    """What ``/admin`` serves: a page, and JSON for its script. A reply is JSON as the chat page gets it."""

    admin: Admin
    door: Door
    login: SpotifyLogin
    pages: Pages
    public_url: str | None = None

    @classmethod
    def over(
        cls, admin: Admin, door: Door, login: SpotifyLogin, *, language: Language, public_url: str | None = None
    ) -> "AdminPage":
        """The page over its parts; ``language`` is for browsers that want none of ours."""
        pages = Pages.filled(TEMPLATE, admin.phrases, language)
        return cls(admin=admin, door=door, login=login, pages=pages, public_url=public_url)

    @property
    def routes(self) -> list[Route]:
        """What the web server is to serve."""
        inside: list[tuple[str, str, Handler]] = [
            ("GET", "/admin/status", AdminPage._status),
            ("GET", "/admin/playlists", AdminPage._playlists),
            ("POST", "/admin/playlists", AdminPage._add),
            ("POST", "/admin/playlists/remove", AdminPage._remove),
            ("POST", "/admin/refresh", AdminPage._refresh),
            ("POST", "/admin/cancel", AdminPage._cancel),
            ("POST", "/admin/spotify", AdminPage._connect),
            ("DELETE", "/admin/session", AdminPage._leave),
        ]
        return [
            ("GET", "/admin", self._page),
            ("GET", CALLBACK, functools.partial(self._calmly, AdminPage._connected)),
            ("POST", "/admin/session", functools.partial(self._calmly, AdminPage._enter)),
            *((method, path, functools.partial(self._inside, handler)) for method, path, handler in inside),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return self.pages.page(request)

    async def _inside(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        """Answer whoever is logged in."""
        if not self.door.knows(request.cookies.get(COOKIE)):
            return self._said("admin_enter_first", self.pages.language(request), status=401)
        return await self._calmly(handler, request)

    async def _calmly(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        language = self.pages.language(request)
        if request.method != "GET" and not self._comes_from_here(request):
            return self._said("admin_elsewhere", language, status=403)
        try:
            return await handler(self, request, language)
        except web.HTTPException:
            raise
        except Unavailable as problem:
            log.warning("admin_answer_postponed", problem=type(problem).__name__)
            return self._said("one_moment", language, status=503)
        except Exception:
            log.exception("admin_answer_failed")
            return self._said("something_wrong", language, status=500)

    async def _enter(self, request: web.Request, language: Language) -> web.Response:
        address = request.remote or ""
        if self.door.must_wait(address):
            wait = {"Retry-After": f"{TRIES_COUNT_FOR.total_seconds():.0f}"}
            return self._said("admin_wait", language, status=429, headers=wait)
        if not self.door.opens((await _fields(request)).get("token", ""), address):
            log.warning("admin_token_wrong")
            return self._said("admin_wrong", language, status=403)
        log.info("admin_entered")
        response = web.Response(status=204)
        response.set_cookie(
            COOKIE,
            self.door.begin(),
            max_age=int(SESSION_LASTS.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=(self.public_url or "").startswith("https:") or request.secure,
        )
        return response

    async def _leave(self, request: web.Request, _language: Language) -> web.Response:
        self.door.end(request.cookies.get(COOKIE))
        response = web.Response(status=204)
        response.del_cookie(COOKIE)
        return response

    async def _status(self, _request: web.Request, language: Language) -> web.Response:
        return web.json_response(render(await self.admin.status(language)))

    async def _playlists(self, _request: web.Request, language: Language) -> web.Response:
        """All sources, oldest first: ``{"name", "address", "mood"}``, the mood in words."""
        sources = await self.admin.sources.all()
        say = self.admin.phrases.say
        return web.json_response(
            [
                {
                    "name": source.name,
                    "address": source.address,
                    "mood": source.mood and say(f"name_{source.mood.value}", language),
                }
                for source in sources
            ]
        )

    async def _add(self, request: web.Request, language: Language) -> web.Response:
        fields = await _fields(request)
        address, mood = playlist_address(fields.get("address", "")), fields.get("mood", "")
        if address is None or mood not in {"", *Mood}:
            return self._said("playlist_unknown", language, status=400)
        return web.json_response(render(await self.admin.playlists(f"add {address} {mood}", language)))

    async def _remove(self, request: web.Request, language: Language) -> web.Response:
        address = (await _fields(request)).get("address", "")
        return web.json_response(render(await self.admin.playlists(f"remove {address}", language)))

    async def _cancel(self, _request: web.Request, language: Language) -> web.Response:
        return web.json_response(render(await self.admin.cancel(language)))

    async def _connect(self, request: web.Request, language: Language) -> web.Response:
        if not self.login.comes_back_to(self._site(request)):
            return self._said("admin_spotify_elsewhere", language, status=409, address=self.login.redirect_uri)
        try:
            return web.json_response({"url": await self.login.begin()})
        except AuthorisationMissing:
            return self._said("admin_spotify_unset", language, status=409)

    async def _connected(self, request: web.Request, language: Language) -> web.Response:
        """Where Spotify sends the browser back to: without our cookie, but with the state of the login."""
        try:
            await self.login.finish(str(request.url))
        except Unavailable:
            raise
        except SmoodyError as problem:
            log.warning("spotify_not_connected", problem=type(problem).__name__)
            return web.Response(text=self.admin.phrases.say("admin_spotify_refused", language), status=400)
        log.info("spotify_connected")
        raise web.HTTPSeeOther(f"{self._site(request)}/admin")

    async def _refresh(self, request: web.Request, language: Language) -> web.StreamResponse:
        """Replies as they come, one JSON object a line; the refresh goes on when the page goes away."""
        stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", "X-Accel-Buffering": "no"})
        await stream.prepare(request)
        try:
            async for reply in self._refreshing(language):
                await stream.write(json.dumps(reply).encode() + b"\n")
            await stream.write_eof()
        except ConnectionError:
            log.info("admin_went_away")
        return stream

    async def _refreshing(self, language: Language) -> AsyncIterator[Mapping[str, Any]]:
        try:
            async for reply in self.admin.refresh(language):
                yield render(reply)
        except Exception:  # here, because an answer that has begun cannot become another one
            log.exception("admin_answer_failed")
            yield {"text": self.admin.phrases.say("something_wrong", language)}

    def _comes_from_here(self, request: web.Request) -> bool:
        """Whether the page that asks is ours, by the address it was asked under or by the public one."""
        origin = request.headers.get("Origin", "").partition("://")[2]
        return origin in {request.host, urlsplit(self.public_url).netloc if self.public_url else request.host}

    def _site(self, request: web.Request) -> str:
        """Where browsers reach this server, without a slash at the end."""
        return (self.public_url or f"{request.scheme}://{request.host}").rstrip("/")

    def _said(
        self, key: str, language: Language, *, status: int, headers: Mapping[str, str] | None = None, **values: str
    ) -> web.Response:
        text = self.admin.phrases.say(key, language, None, **values)
        return web.json_response({"text": text, "note": None}, status=status, headers=headers)


async def _fields(request: web.Request) -> Mapping[str, str]:
    """The texts among the fields of a JSON object; empty for anything else."""
    try:
        body = await request.json()
    except ValueError:
        return {}
    return {key: value for key, value in body.items() if isinstance(value, str)} if isinstance(body, dict) else {}
