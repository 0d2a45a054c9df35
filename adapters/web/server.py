"""The web server: the chat page, its socket and ``/health``, on one port."""

import asyncio
import contextlib
import html
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import socketio
from aiohttp import web

from adapters.web.listen import COOKIE, LARGEST_MESSAGE, Conversations
from bot.dialogue import Dialogue
from bot.domain import Language
from bot.errors import Misconfigured
from bot.identity import Identities
from bot.phrases import Phrases

STATIC: Final = Path(__file__).parent / "static"
COOKIE_LASTS: Final = 365 * 24 * 3_600
STOPS_WITHIN: Final = 5.0
"""Seconds that answers under way have when the process is asked to stop."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' https://*.scdn.co https://*.spotifycdn.com; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # asked again each time, so that no page mixes files of two versions
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Health = Callable[[], Awaitable[dict[str, str]]]
"""Does the work it reports on and returns what failed, by name; empty when all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebChat:
    """A running web server."""

    port: int
    address: str
    conversations: Conversations


@contextlib.asynccontextmanager
async def open_web_chat(
    dialogue: Dialogue, identities: Identities, health: Health, *, host: str, port: int, language: Language
) -> AsyncIterator[WebChat]:
    """Serve until the block ends, then finish the answers under way.

    Raises:
        Misconfigured: The address cannot be listened on.
    """
    sockets = socketio.AsyncServer(async_mode="aiohttp", max_http_buffer_size=LARGEST_MESSAGE)
    conversations = Conversations(dialogue, identities, language)
    sockets.register_namespace(conversations)
    app = web.Application(middlewares=[_with_headers])
    sockets.attach(app)
    app.router.add_get("/", _Page(dialogue.voice.phrases, language).serve)
    app.router.add_get("/health", _health_handler(health))
    app.router.add_static("/static/", STATIC)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as cause:
            raise Misconfigured(
                f"SMOODY_WEB__PORT: {host}:{port} cannot be listened on ({cause.strerror}); "
                "choose another, or 0 for any"
            ) from cause
        bound = runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  # compared only
        yield WebChat(port=bound, address=f"http://{shown}:{bound}/", conversations=conversations)
        await site.stop()
        await conversations.drained(within=STOPS_WITHIN)
    finally:
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(1.0):
                await sockets.shutdown()
        await runner.cleanup()


@dataclass(frozen=True, slots=True)
class _Page:
    """The page in each language, filled from the phrases."""

    phrases: Phrases
    otherwise: Language

    async def serve(self, request: web.Request) -> web.Response:
        """The page in the wanted language; a new visitor gets the cookie that makes them a listener."""
        response = web.Response(text=self._filled(self._language(request)), content_type="text/html")
        if not request.cookies.get(COOKIE):
            response.set_cookie(
                COOKIE,
                secrets.token_urlsafe(),
                max_age=COOKIE_LASTS,
                httponly=True,
                samesite="Strict",
                secure=request.secure,
            )
        return response

    def _language(self, request: web.Request) -> Language:
        wanted = request.query.get("lang") or request.headers.get("Accept-Language", "")[:2].lower()
        return Language(wanted) if wanted in set(Language) else self.otherwise

    def _filled(self, language: Language) -> str:
        template = (STATIC / "index.html").read_text(encoding="utf-8")

        def value(match: re.Match[str]) -> str:
            key = match[1]
            return html.escape(language.value if key == "lang" else self.phrases.say(key, language))

        return re.sub(r"\{\{(\w+)\}\}", value, template)


def _health_handler(health: Health) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(_request: web.Request) -> web.Response:
        problems = await health()
        return web.json_response(
            {"status": "failing" if problems else "ok", "problems": problems}, status=503 if problems else 200
        )

    return serve


@web.middleware
async def _with_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response
