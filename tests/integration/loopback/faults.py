"""What a vendor's server can do wrong, one call at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of an answer."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    resets: bool = False
    """Close the connection without a word."""
    hangs: float = 0.0
    """Seconds of silence before the answer."""
    is_late: bool = False
    """Do what was asked for first, and lose the answer; for calls that change something."""
    truncates: bool = False
    """Promise more bytes than are sent."""


async def do(fault: Fault, request: web.Request) -> web.StreamResponse:
    """Do what the fault says."""
    if fault.hangs:
        await asyncio.sleep(fault.hangs)
    if fault.resets:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.truncates:
        response = web.StreamResponse(headers={"Content-Type": fault.content_type, "Content-Length": "9999"})
        await response.prepare(request)
        await response.write(b'{"items": [')
        assert request.transport is not None
        request.transport.abort()
        return response
    return web.Response(status=fault.status, text=fault.body, headers=fault.headers, content_type=fault.content_type)
