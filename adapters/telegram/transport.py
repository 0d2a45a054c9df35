"""The way to Telegram: paced, obedient to flood control, and repeating only what cannot reach a listener twice.

It sits below python-telegram-bot, in its request object, because status codes and the cause of a failed connection are
plain to see there. The library's own rate limiter halts every chat when one is told to wait and retries nothing else.
"""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import structlog
from telegram import Update
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest, RequestData

from adapters.retry_after import meant

MESSAGES_A_SECOND: Final = 25
GROUP_MESSAGES_A_MINUTE: Final = 20
SECONDS_BETWEEN: Final = 1.1
"""Telegram's limits (its FAQ for bots) are 30 messages a second overall, 20 a minute in one group and "about one a
second" in one chat. We stay a little below, because messages do not arrive as evenly as they are sent."""

CROWD: Final = 10
"""How many messages may wait for their turn before the typing sign is left out."""

LONGEST_WAIT: Final = 300.0
"""Seconds that a message waits for flood control; when told to wait longer it is given up."""

TRIES: Final = 4
_FIRST_PAUSE: Final = 0.5
_CHATS_KEPT: Final = 10_000

_NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Nothing was written, so that even a message may be tried again."""

log = structlog.get_logger(__name__)


class Flooded(TelegramError):
    """Told to wait ``seconds``. The library's own error is not used: it warns of a deprecation as it is made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"told to wait {seconds:g} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Chat:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_MESSAGES_A_MINUTE))


@dataclass(slots=True)
class Pace:
    """When the next message to a chat may go: first come, first served, each a little after the one before.

    It counts from when a message really went, so that what a busy moment held up does not go all at once after it.
    """

    _chats: dict[int, _Chat] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free_at: float = 0.0
    _waiting: int = 0

    @property
    def is_crowded(self) -> bool:
        """Whether messages wait noticeably for their turn, so that nothing needless should be sent."""
        return self._waiting > CROWD

    async def turn(self, chat_id: int) -> None:
        """Wait until a message to this chat keeps every limit.

        Raises:
            Flooded: Flood control keeps the chat for longer than `LONGEST_WAIT`.
        """
        chat = self._chat(chat_id)
        async with chat.turn:
            while (wait := chat.free_at - time.monotonic()) > 0:  # flood control may move it meanwhile
                if wait > LONGEST_WAIT:
                    raise Flooded(wait)
                await asyncio.sleep(wait)
            went_at = await self._turn_of_all()
            chat.recent.append(went_at)
            chat.free_at = max(chat.free_at, went_at + SECONDS_BETWEEN)
            if chat_id < 0 and len(chat.recent) == GROUP_MESSAGES_A_MINUTE:  # groups have negative ids
                chat.free_at = max(chat.free_at, chat.recent[0] + 60 * SECONDS_BETWEEN)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Send nothing to this chat for so long."""
        chat = self._chat(chat_id)
        chat.free_at = max(chat.free_at, time.monotonic() + seconds)

    async def _turn_of_all(self) -> float:
        self._waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(self._free_at - time.monotonic())
                now = time.monotonic()
                self._free_at = now + 1 / MESSAGES_A_SECOND
                return now
        finally:
            self._waiting -= 1

    def _chat(self, chat_id: int) -> _Chat:
        if len(self._chats) >= _CHATS_KEPT and chat_id not in self._chats:
            now = time.monotonic()
            self._chats = {
                each: chat for each, chat in self._chats.items() if chat.turn.locked() or chat.free_at > now - 60
            }
        return self._chats.setdefault(chat_id, _Chat())


class PacedRequest(HTTPXRequest):
    """Requests of all methods but ``getUpdates``."""

    def __init__(self, pace: Pace, *, connections: int = 32) -> None:
        super().__init__(
            connection_pool_size=connections, read_timeout=15, write_timeout=15, connect_timeout=5, pool_timeout=30
        )
        self._pace = pace

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        """Send one request when its turn has come.

        Raises:
            Flooded: Telegram says to wait longer than `LONGEST_WAIT`, or to wait with something not worth waiting for.
            NetworkError: It failed, and cannot or should not be tried again.
        """
        endpoint = url.rsplit("/", 1)[-1]
        chat_id = _chat_of(endpoint, request_data)
        for attempt in range(1, TRIES + 1):
            if chat_id is not None:
                await self._pace.turn(chat_id)
            try:
                code, payload = await super().do_request(url, method, request_data, *args, **timeouts)
            except NetworkError as problem:
                if attempt == TRIES or not _may_repeat(endpoint, problem):
                    raise
            else:
                seconds = _told_to_wait(code, payload)
                if seconds is not None:
                    await self._obey(endpoint, chat_id, seconds, is_last=attempt == TRIES)
                    continue
                if code < 500 or attempt == TRIES:
                    return code, payload
            await asyncio.sleep(_FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.8, 1.2))  # noqa: S311  # jitter
        raise AssertionError("the last try returns or raises")

    async def _obey(self, endpoint: str, chat_id: int | None, seconds: float, *, is_last: bool) -> None:
        log.warning("telegram_flood_control", method=endpoint, seconds=seconds)
        if chat_id is not None:
            self._pace.hold(chat_id, seconds)
        if is_last or seconds > LONGEST_WAIT or endpoint == "sendChatAction":
            raise Flooded(seconds)
        if chat_id is None:
            await asyncio.sleep(seconds)


class PollingRequest(HTTPXRequest):
    """Requests of ``getUpdates``: an update that the library cannot read becomes an empty one with the same id.

    Left alone, the library raises for the whole batch, logs it with all that was written, and asks for it for ever.
    """

    def __init__(self, *, read_timeout: float) -> None:
        super().__init__(connection_pool_size=1, read_timeout=read_timeout, connect_timeout=5)

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        """Ask for updates.

        Raises:
            Flooded: Telegram says to wait.
            NetworkError: The connection failed.
        """
        code, payload = await super().do_request(url, method, request_data, *args, **timeouts)
        seconds = _told_to_wait(code, payload)
        if seconds is not None:
            raise Flooded(seconds)
        return code, _readable(payload) if code == 200 else payload


def readable_update(raw: object) -> Mapping[str, Any] | None:
    """The update if the library can read it, an empty one if only its id can be read, else None."""
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        return None
    try:
        Update.de_json(raw, None)
    except Exception as problem:  # the library raises whatever comes: TypeError, KeyError, AttributeError
        log.warning("telegram_update_unreadable", problem=type(problem).__name__)
        return {"update_id": raw["update_id"]}
    return raw


def _readable(payload: bytes) -> bytes:
    try:
        answer = json.loads(payload)
        updates = [each for raw in answer["result"] if (each := readable_update(raw))]
    except (ValueError, KeyError, TypeError):
        raise NetworkError("getUpdates answered with no list of updates") from None  # its text holds what was written
    return json.dumps({"ok": True, "result": updates}).encode()


def _chat_of(endpoint: str, data: RequestData | None) -> int | None:
    """The chat whose pace a request has to keep; None for what listeners do not see as a message."""
    if data is None or not endpoint.startswith(("send", "edit")) or endpoint == "sendChatAction":
        return None
    chat_id = data.parameters.get("chat_id")
    return chat_id if isinstance(chat_id, int) else None


def _may_repeat(endpoint: str, problem: NetworkError) -> bool:
    """Everything but sending may be repeated; sending only when nothing has left this machine."""
    return not endpoint.startswith("send") or isinstance(problem.__cause__, _NEVER_SENT)


def _told_to_wait(code: int, payload: bytes) -> float | None:
    if code != 429:
        return None
    try:
        told = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError):
        told = None
    return meant(told, default_s=1.0)
