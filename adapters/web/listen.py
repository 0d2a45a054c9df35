"""Socket.IO events of the page -> the core -> acknowledgements. One answer at a time for each connection, in order."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import socketio
import structlog

from adapters.web.render import render
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Language, Mood, Press, Speaker, Utterance
from bot.identity import Identities

PLATFORM: Final = "web"
COOKIE: Final = "smoody"
LARGEST_MESSAGE: Final = 256_000
"""Bytes of one message; ten thousand characters of Hangul are a tenth of it, and get a kind answer."""

log = structlog.get_logger(__name__)


class Conversations(socketio.AsyncNamespace):  # type: ignore[misc]  # python-socketio is not typed
    """The chat: ``hello``, ``utter`` and ``press`` are each acknowledged with one reply.

    A listener is whoever holds the page's cookie; a connection without one is a listener of its own.
    """

    def __init__(self, dialogue: Dialogue, identities: Identities, language: Language) -> None:
        """Answer with ``dialogue``; ``language`` is that of pages which do not say theirs."""
        super().__init__("/")
        self._dialogue = dialogue
        self._identities = identities
        self._language = language
        self._speakers: dict[str, tuple[str, asyncio.Lock]] = {}
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def on_connect(self, sid: str, environ: Mapping[str, Any], _auth: object = None) -> None:
        """Remember who is behind a connection."""
        cookie = environ["aiohttp.request"].cookies.get(COOKIE)
        self._speakers[sid] = (cookie or secrets.token_urlsafe(), asyncio.Lock())

    async def on_disconnect(self, sid: str, *_reason: object) -> None:
        """Forget the connection."""
        self._speakers.pop(sid, None)

    async def on_hello(self, sid: str, data: object = None) -> Mapping[str, Any]:
        """Greet."""
        async with self._turn(sid, data) as (speaker, _):
            return render(self._dialogue.greet(speaker.language))

    async def on_utter(self, sid: str, data: object = None) -> Mapping[str, Any]:
        """Answer an utterance."""
        async with self._turn(sid, data) as (speaker, fields):
            text = fields.get("text")
            utterance = Utterance(text=text if isinstance(text, str) else "", speaker=speaker)
            try:
                return render(await self._dialogue.answer(utterance))
            except Exception:
                return self._lost(speaker)

    async def on_press(self, sid: str, data: object = None) -> Mapping[str, Any]:
        """Answer a pressed button; one that cannot be understood is answered like a greeting."""
        async with self._turn(sid, data) as (speaker, fields):
            press = _press(fields, speaker)
            if press is None:
                return render(self._dialogue.greet(speaker.language))
            try:
                return render(await self._dialogue.press(press))
            except Exception:
                return self._lost(speaker)

    async def drained(self, *, within: float) -> bool:
        """Wait until no answer is under way; False when some still were after ``within`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._idle.wait()
        return self._under_way == 0

    @contextlib.asynccontextmanager
    async def _turn(self, sid: str, data: object) -> AsyncIterator[tuple[Speaker, Mapping[str, object]]]:
        fields = data if isinstance(data, dict) else {}
        platform_id, lock = self._speakers.get(sid) or (sid, asyncio.Lock())
        speaker = Speaker(
            listener=self._identities.listener(PLATFORM, platform_id),
            conversation=self._identities.conversation(PLATFORM, platform_id),
            language=_language(fields.get("language"), self._language),
        )
        self._under_way += 1
        self._idle.clear()
        try:
            async with lock:
                with structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=speaker.listener[:12]):
                    yield speaker, fields
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    def _lost(self, speaker: Speaker) -> Mapping[str, Any]:
        log.exception("answer_failed")
        return render(self._dialogue.voice.text("something_wrong", speaker.language))


def _language(value: object, otherwise: Language) -> Language:
    return Language(value) if isinstance(value, str) and value in set(Language) else otherwise


def _press(fields: Mapping[str, object], speaker: Speaker) -> Press | None:
    kind, track_id, mood = fields.get("kind"), fields.get("track_id"), fields.get("mood")
    if not isinstance(kind, str) or kind not in set(ActionKind):
        return None
    return Press(
        kind=ActionKind(kind),
        speaker=speaker,
        track_id=track_id if isinstance(track_id, str) else None,
        mood=Mood(mood) if isinstance(mood, str) and mood in set(Mood) else None,
    )
