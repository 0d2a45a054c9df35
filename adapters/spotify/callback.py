"""The page that Spotify sends the operator back to: one short-lived server on the redirect address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import Misconfigured

_PAGE = (
    '<!doctype html><html lang="ko"><meta charset="utf-8"><title>SMOODY</title>'
    "<p>{told}</p><p>이 창은 닫아도 돼요. You can close this window.</p></html>"
)


def is_ours(redirect_uri: str) -> bool:
    """Whether a redirect address is one that this machine can listen on: plain HTTP to loopback."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"}


@contextlib.asynccontextmanager
async def listening(redirect_uri: str) -> "AsyncIterator[asyncio.Future[str]]":
    """Listen on the redirect address; gives the whole address that the browser was sent to.

    Raises:
        Misconfigured: The address cannot be listened on.
    """
    parts = urlsplit(redirect_uri)
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def answer(request: web.Request) -> web.Response:
        if not {"code", "error"} & request.query.keys():
            raise web.HTTPNotFound
        if not came.done():
            came.set_result(str(request.url))
        told = "Spotify와 연결했어요." if "code" in request.query else "연결하지 않았어요."
        return web.Response(text=_PAGE.format(told=told), content_type="text/html")

    app = web.Application()
    app.router.add_get(parts.path or "/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)  # its lines would show the code
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, parts.hostname, parts.port or 80).start()
        except OSError as cause:
            raise Misconfigured(f"SMOODY_SPOTIFY__REDIRECT_URI: cannot listen there ({cause.strerror})") from cause
        yield came
    finally:
        await runner.cleanup()
