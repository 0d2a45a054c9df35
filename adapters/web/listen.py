"""Socket.IO events of the page -> the core -> acknowledgements. One answer at a time for each listener, in order."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

import socketio
import structlog

from adapters.web.render import render
from bot.background import UnderWay
from bot.dialogue import Dialogue
from bot.domain import Action, ActionKind, Emotion, Language, Mood, Press, Reply, ReplyKind, Speaker, Utterance
from bot.identity import Identities

PLATFORM: Final = "web"
COOKIE: Final = "smoody"
LARGEST_MESSAGE: Final = 64_000
"""Bytes of one message; ten thousand characters of Hangul are half of it, and get a kind answer."""

QUESTIONS_AT_ONCE: Final = 3
"""Questions of one connection that may wait; the page itself asks one after the other."""

_POINTLESS: Final = frozenset({"private"})
"""Settings that are not offered here: nobody else reads along on a page."""

Choice = TypeVar("Choice", ActionKind, Emotion, Language, Mood)
Answer = Callable[[Speaker, Mapping[str, object]], Awaitable[Reply]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Connection:
    platform_id: str
    turn: asyncio.Lock
    """Shared by all connections of one listener, so that two tabs do not get the same tracks."""
    waiting: int = 0


@dataclass(slots=True, kw_only=True)
class Conversations:
    """The chat: ``hello``, ``utter`` and ``press`` are each acknowledged with one reply.

    A listener is whoever holds the page's cookie; a connection without one is a listener of its own.
    """

    dialogue: Dialogue
    identities: Identities
    language: Language
    """That of pages which do not say theirs."""
    _connections: dict[str, _Connection] = field(default_factory=dict)
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _under_way: UnderWay = field(default_factory=UnderWay)

    def attach(self, sockets: socketio.AsyncServer) -> None:
        """Answer the events of a server; events of any other name are ignored."""
        sockets.on("connect", self._connect)
        sockets.on("disconnect", self._disconnect)
        for event, answer in (("hello", self._hello), ("utter", self._utter), ("press", self._press)):
            sockets.on(event, self._handler(answer))

    async def drained(self, *, within: float) -> bool:
        """Take no more questions and wait for the answers under way; False when some still were after ``within`` s."""
        return await self._under_way.drained(within=within)

    def _connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> None:
        platform_id = environ["aiohttp.request"].cookies.get(COOKIE) or secrets.token_urlsafe()
        turn = self._turns.setdefault(platform_id, asyncio.Lock())
        self._connections[sid] = _Connection(platform_id, turn)

    def _disconnect(self, sid: str, *_reason: object) -> None:
        self._connections.pop(sid, None)

    def _handler(self, answer: Answer) -> Callable[..., Awaitable[Mapping[str, Any] | None]]:
        async def handle(sid: str, data: object = None, *_more: object) -> Mapping[str, Any] | None:
            connection = self._connections.get(sid)
            if connection is None:  # a client that said goodbye and goes on talking
                return None
            fields = data if isinstance(data, dict) else {}
            speaker = self._speaker(connection, fields)
            if self._under_way.is_closing or connection.waiting >= QUESTIONS_AT_ONCE:
                return render(self.dialogue.voice.text("one_moment", speaker.language))
            async with self._turn(connection):
                with structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=speaker.listener[:12]):
                    return self._rendered(await self._calmly(answer, speaker, fields))

        return handle

    @contextlib.asynccontextmanager
    async def _turn(self, connection: _Connection) -> AsyncIterator[None]:
        connection.waiting += 1
        try:
            with self._under_way.one():
                async with connection.turn:
                    yield
        finally:
            connection.waiting -= 1

    async def _calmly(self, answer: Answer, speaker: Speaker, fields: Mapping[str, object]) -> Reply:
        try:
            return await answer(speaker, fields)
        except Exception:
            log.exception("answer_failed")
            return self.dialogue.voice.text("something_wrong", speaker.language)

    def _rendered(self, reply: Reply) -> Mapping[str, Any]:
        """A reply as the page receives it: settings only where they mean something, with a heading for each of them.

        The headings come with the reply, because it may speak another language than the page.
        """
        if reply.kind is not ReplyKind.SETTINGS:
            return render(reply)
        actions = tuple(action for action in reply.actions if _setting(action) not in _POINTLESS)
        headings = {
            name: self.dialogue.voice.phrases.say(f"page_setting_{name}", reply.language)
            for name in map(_setting, actions)
        }
        return {**render(replace(reply, actions=actions)), "headings": headings}

    async def _hello(self, speaker: Speaker, _fields: Mapping[str, object]) -> Reply:
        return await self.dialogue.welcome(speaker)

    async def _utter(self, speaker: Speaker, fields: Mapping[str, object]) -> Reply:
        return await self.dialogue.answer(Utterance(text=_text(fields.get("text")) or "", speaker=speaker))

    async def _press(self, speaker: Speaker, fields: Mapping[str, object]) -> Reply:
        """A button that cannot be understood is answered like a greeting."""
        kind = _member(ActionKind, fields.get("kind"))
        if kind is None:
            return self.dialogue.greet(speaker.language)
        press = Press(
            kind=kind,
            speaker=speaker,
            track_id=_text(fields.get("track_id")),
            mood=_member(Mood, fields.get("mood")),
            emotion=_member(Emotion, fields.get("emotion")),
            value=_text(fields.get("value")),
        )
        return await self.dialogue.press(press)

    def _speaker(self, connection: _Connection, fields: Mapping[str, object]) -> Speaker:
        return Speaker(
            listener=self.identities.listener(PLATFORM, connection.platform_id),
            conversation=self.identities.conversation(PLATFORM, connection.platform_id),
            language=_member(Language, fields.get("language")) or self.language,
        )


def _setting(action: Action) -> str:
    """The name of the setting that an action changes; the shops are one."""
    return (action.value or "").partition("=")[0].partition(".")[0]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _member(choices: type[Choice], value: object) -> Choice | None:
    """The member that a page named, or None."""
    return choices(value) if isinstance(value, str) and value in set(choices) else None
