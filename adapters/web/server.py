"""The web server: the chat page, its socket and ``/health``, on one port."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import socketio
from aiohttp import web

from adapters.web.listen import COOKIE, LARGEST_MESSAGE, Conversations
from adapters.web.pages import Pages
from bot.dialogue import Dialogue
from bot.domain import Language
from bot.errors import Misconfigured
from bot.identity import Identities

STATIC: Final = Path(__file__).parent / "static"
TEMPLATE: Final = Path(__file__).parent / "page.html"
COOKIE_LASTS: Final = 365 * 24 * 3_600
STOPS_WITHIN: Final = 4.0
"""Seconds that answers under way have when the process is asked to stop; what follows takes the fifth."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: https://*.scdn.co https://*.spotifycdn.com; "  # blob: what our own script made itself
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # asked again each time, so that no page mixes files of two versions
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

Route = tuple[str, str, Callable[[web.Request], Awaitable[web.StreamResponse]]]
"""Method, path and handler of something that another part serves on this port."""

Health = Callable[[], Awaitable[dict[str, str]]]
"""Does the work it reports on and returns what failed, by name; empty when all is well."""

Disconnected = Callable[[], Mapping[str, str]]
"""Why platforms that are on are not connected just now, by name; to be told, and no failure of this process."""


@dataclass(slots=True, kw_only=True)
class WebChat:
    """A running web server."""

    port: int
    address: str
    conversations: Conversations
    site: web.TCPSite
    _is_closed: bool = False

    async def close(self) -> None:
        """Take no more visitors and finish the answers under way; once."""
        if self._is_closed:
            return
        self._is_closed = True
        await self.site.stop()
        await self.conversations.drained(within=STOPS_WITHIN)


@contextlib.asynccontextmanager
async def open_web_chat(
    dialogue: Dialogue,
    identities: Identities,
    health: Health,
    *,
    host: str,
    port: int,
    language: Language,
    public_url: str | None = None,
    routes: Sequence[Route] = (),
    disconnected: Disconnected = dict,
) -> AsyncIterator[WebChat]:
    """Serve until the block ends, then finish the answers under way.

    ``public_url`` is where the server is reached from outside, when a proxy stands in front of it; ``routes`` are
    served beside the page.

    Raises:
        Misconfigured: The address cannot be listened on.
    """
    sockets = socketio.AsyncServer(
        async_mode="aiohttp",
        max_http_buffer_size=LARGEST_MESSAGE,
        cors_allowed_origins=_origins(public_url),
        logger=logging.getLogger("socketio"),
        engineio_logger=logging.getLogger("engineio"),
    )
    conversations = Conversations(dialogue=dialogue, identities=identities, language=language)
    conversations.attach(sockets)
    app = web.Application()
    app.on_response_prepare.append(_add_headers)
    sockets.attach(app)
    pages = Pages.filled(TEMPLATE, dialogue.voice.phrases, language)
    app.router.add_get("/", _page_handler(pages, is_secure=(public_url or "").startswith("https:")))
    app.router.add_get("/health", _health_handler(health, disconnected))
    app.router.add_static("/static/", STATIC)
    for method, path, handler in routes:
        app.router.add_route(method, path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as cause:
            raise Misconfigured(
                f"SMOODY_WEB__HOST, SMOODY_WEB__PORT: {host}:{port} cannot be listened on ({cause.strerror}); "
                "choose another address of this machine, or port 0 for any"
            ) from cause
        bound = runner.addresses[0][1]
        chat = WebChat(port=bound, address=f"http://{_shown(host)}:{bound}/", conversations=conversations, site=site)
        yield chat
        await chat.close()
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await sockets.shutdown()
        await runner.cleanup()


def _origins(public_url: str | None) -> Callable[[str, Mapping[str, str]], bool] | None:
    """Which pages may open a socket: our own, by the address they were asked under or by the public one."""
    if public_url is None:
        return None  # python-socketio's own rule: the address asked under, a proxy's headers included
    public = urlsplit(public_url)

    def is_ours(origin: str, environ: Mapping[str, str]) -> bool:
        asked = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}"
        return origin in {asked, f"{public.scheme}://{public.netloc}"}

    return is_ours


def _shown(host: str) -> str:
    """A host as a browser on this machine can open it."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104  # compared only
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _page_handler(pages: Pages, *, is_secure: bool) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        """The page in the wanted language; a new visitor gets the cookie that makes them a listener."""
        response = pages.page(request)
        if not request.cookies.get(COOKIE):
            response.set_cookie(
                COOKIE,
                secrets.token_urlsafe(),
                max_age=COOKIE_LASTS,
                httponly=True,
                samesite="Lax",  # with Strict, whoever follows a link to us comes without it and loses their history
                secure=is_secure or request.secure,
            )
        return response

    return serve


def _health_handler(health: Health, disconnected: Disconnected) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(_request: web.Request) -> web.Response:
        problems = await health()
        return web.json_response(
            {
                "status": "failing" if problems else "ok",
                "problems": problems,
                "disconnected": dict(disconnected()),  # no 503: a restart would not bring back what is away
            },
            status=503 if problems else 200,
        )

    return serve


async def _add_headers(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
