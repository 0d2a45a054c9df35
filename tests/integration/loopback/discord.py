"""Discord on loopback: its gateway and the REST calls that a bot makes, as documented and as measured.

Tests speak as people do (`slash`, `press`, `choose`, `write`) and read what people see (`Asked`, `sent`). Every call is
held against Discord's contract; what Discord would refuse is refused and kept in ``violations``. Faults are asked for
with `fail`, `cut`, `tell`, ``refused_connections`` and ``closes_with``.
"""

import asyncio
import contextlib
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.integration.loopback.discord_contract import V2, every_component, problems

TOKEN = "a.fake.token"
APPLICATION = 400_000_000_000_000_001
GUILD = 500_000_000_000_000_001
CHANNEL = 600_000_000_000_000_001
GROUP_CHANNEL = 600_000_000_000_000_002
ALICE = 700_000_000_000_000_001
BOB = 700_000_000_000_000_002
EPHEMERAL = 1 << 6
LOADING = 1 << 7
_EPOCH = 1_420_070_400_000
_FORGETS_AFTER = 3.0
"""Seconds after which an interaction that was not acknowledged is unknown."""

_counter = itertools.count(1)


def snowflake(ago: float = 0.0) -> str:
    """A new id, as if made ``ago`` seconds ago."""
    return str((int((time.time() - ago) * 1_000 - _EPOCH) << 22) | (next(_counter) & 0x3FFFFF))


@dataclass(frozen=True, slots=True)
class Call:
    """One REST call as it came in, with what it was answered."""

    method: str
    path: str
    body: Any
    status: int
    at: float


@dataclass(slots=True)
class Message:
    """A message as Discord keeps it."""

    id: str
    channel: str
    author: int
    flags: int = 0
    content: str = ""
    components: list[Any] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    reference: str | None = None
    deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def parts(self) -> list[Mapping[str, Any]]:
        return list(every_component(self.components))

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join([self.content, *(part["content"] for part in self.parts if part["type"] == 10)]).strip()

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [part["label"] for part in self.parts if part["type"] == 2]

    @property
    def options(self) -> list[Mapping[str, Any]]:
        """What its selects offer."""
        return [option for part in self.parts if part["type"] == 3 for option in part["options"]]

    def button(self, label: str) -> Mapping[str, Any]:
        return next(part for part in self.parts if part["type"] == 2 and label in part["label"])

    def choice(self, *words: str) -> tuple[Mapping[str, Any], str]:
        """The select and the value of the option that has all the words."""
        return next(
            (part, option["value"])
            for part in self.parts
            if part["type"] == 3
            for option in part["options"]
            if all(word in option["label"] for word in words)
        )


@dataclass(slots=True)
class Asked:
    """One interaction and what came of it."""

    id: str
    token: str
    by: int
    channel: str
    at: float
    pressed: Message | None = None
    acknowledged_at: float | None = None
    answered_at: float | None = None
    kind: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    suggestions: list[Mapping[str, Any]] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acknowledged_after(self) -> float:
        assert self.acknowledged_at is not None, "not acknowledged"
        return self.acknowledged_at - self.at

    @property
    def answered_after(self) -> float:
        assert self.answered_at is not None, "not answered"
        return self.answered_at - self.at

    def answer(self) -> Message:
        """What the person sees last."""
        seen = [*([self.original] if self.original else []), *self.followups]
        return next(message for message in reversed(seen) if not message.deleted)


@dataclass(slots=True)
class _Fault:
    method: str
    path: re.Pattern[str]
    times: int
    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    after: bool
    """Whether the call does its work before it fails."""


@dataclass(slots=True)
class _Session:
    id: str
    shard: tuple[int, int] | None
    sent: list[tuple[int, str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    transport: asyncio.Transport | None = None


@dataclass(slots=True)
class LoopbackDiscord:
    """A running Discord."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    commands: list[Mapping[str, Any]] | None = None
    identified: list[Mapping[str, Any]] = field(default_factory=list)
    resumed: int = 0
    refused_connections: int = 0
    closes_with: int | None = None
    closed_chats: set[int] = field(default_factory=set)
    """People who take no direct messages."""
    guild_locale: str = "en-US"
    checks_at_once: bool = True
    """Whether each call is held against the contract as it comes; for measurements, `check` does it afterwards."""
    asked: dict[str, Asked] = field(default_factory=dict)
    _faults: list[_Fault] = field(default_factory=list)
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls) -> AsyncIterator["LoopbackDiscord"]:
        discord = cls()
        app = web.Application()
        app.router.add_get("/gateway{_:/?}", discord._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", discord._rest)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        discord.port = runner.addresses[0][1]
        try:
            yield discord
        finally:
            await runner.cleanup()

    # what people do

    async def slash(self, name: str, *, by: int = ALICE, guild: bool = True, **more: Any) -> Asked:
        """Type a command and wait for the answer; ``locale``, ``ago`` and ``wait`` are not options of the command."""
        how = {key: more.pop(key) for key in ("locale", "ago", "wait", "private_channel") if key in more}
        options = [{"name": key, "type": 3, "value": value} for key, value in more.items()]
        data = {"id": snowflake(), "name": name, "type": 1, "options": options}
        return await self.interact(2, data, by=by, guild=guild, **how)

    async def autocomplete(self, name: str, option: str, typed: str) -> list[Mapping[str, Any]]:
        """Type into an option and read the suggestions."""
        options = [{"name": option, "type": 3, "value": typed, "focused": True}]
        asked = await self.interact(4, {"id": snowflake(), "name": name, "type": 1, "options": options})
        assert asked.suggestions is not None
        return asked.suggestions

    async def menu(self, name: str, content: str, *, by: int = ALICE) -> Asked:
        """Choose from the menu of somebody's message."""
        message = Message(id=snowflake(), channel=str(CHANNEL), author=BOB, content=content)
        data = {
            "id": snowflake(),
            "name": name,
            "type": 3,
            "target_id": message.id,
            "resolved": {"messages": {message.id: self._wire(message)}},
        }
        return await self.interact(2, data, by=by)

    async def press(self, message: Message, label: str, *, by: int = ALICE, **how: Any) -> Asked:
        """Press a button."""
        data = {"custom_id": message.button(label)["custom_id"], "component_type": 2}
        return await self.interact(3, data, by=by, pressed=message, **how)

    async def choose(self, message: Message, *words: str, by: int = ALICE, **how: Any) -> Asked:
        """Choose the option of a select that has all the words."""
        select, value = message.choice(*words)
        data = {"custom_id": select["custom_id"], "component_type": 3, "values": [value]}
        asked = await self.interact(3, data, by=by, pressed=message, **how)
        if value.startswith(("like", "dislike")):  # a vote is marked first and then told
            await until(lambda: bool(asked.followups) or asked.kind != 6, asked.changed, within=15)
        return asked

    async def write(self, text: str, *, by: int = ALICE, guild: bool = True, names_us: bool = True) -> str:
        """Write a message; gives its id. Like Discord, it shows the words only to a bot that is meant."""
        mentions = [self._user(APPLICATION, bot=True)] if names_us and guild else []
        content = f"<@{APPLICATION}> {text}" if mentions else text
        message = Message(
            id=snowflake(),
            channel=str(CHANNEL if guild else self._chat_of(by)),
            author=by,
            content=content if mentions or not guild else "",
        )
        wire = {**self._wire(message), "mentions": mentions}
        if guild:
            wire |= {"guild_id": str(GUILD), "member": self._member(by)}
        await self._dispatch("MESSAGE_CREATE", wire)
        return message.id

    async def interact(
        self,
        kind: int,
        data: Mapping[str, Any],
        *,
        by: int = ALICE,
        guild: bool = True,
        private_channel: bool = False,
        pressed: Message | None = None,
        locale: str = "ko",
        ago: float = 0.0,
        wait: bool = True,
    ) -> Asked:
        """Send an interaction and, unless told otherwise, wait for its answer."""
        asked = Asked(
            id=snowflake(ago),
            token=f"secret-interaction-token-{next(_counter)}",
            by=by,
            channel=str(CHANNEL if guild else GROUP_CHANNEL if private_channel else self._chat_of(by)),
            at=time.monotonic(),
            pressed=pressed,
        )
        self.asked[asked.token] = asked
        await self._dispatch("INTERACTION_CREATE", self._interaction(asked, kind, data, guild, private_channel, locale))
        if wait:
            await self.answered(asked)
        return asked

    async def again(self, asked: Asked, data: Mapping[str, Any]) -> None:
        """Send the same interaction once more, as after a lost connection."""
        await self._dispatch("INTERACTION_CREATE", self._interaction(asked, 2, data, True, False, "ko"))

    # what tests wait for

    async def answered(self, asked: Asked, *, within: float = 15.0) -> Message | None:
        """Wait for an answer."""
        await until(lambda: asked.answered_at is not None, asked.changed, within=within)
        return asked.answer() if asked.original or asked.followups else None

    async def connected(self, times: int = 1, *, within: float = 15.0) -> None:
        """Wait until that many sessions were begun."""
        await until(lambda: len(self.identified) >= times, self._changed, within=within)

    async def has_resumed(self, *, within: float = 15.0) -> None:
        """Wait for a resumed session."""
        await until(lambda: self.resumed > 0, self._changed, within=within)

    async def sent(self, count: int = 1, *, within: float = 15.0) -> list[Message]:
        """Wait for messages that are no answers to interactions."""

        def own() -> list[Message]:
            return [each for each in self.messages.values() if each.author == APPLICATION and not each.deleted]

        await until(lambda: len(own()) >= count, self._changed, within=within)
        return own()

    def called(self, method: str, path: str) -> list[Call]:
        """The calls to an address, given as a regular expression."""
        return [call for call in self.calls if call.method == method and re.fullmatch(path, call.path)]

    def check(self) -> list[str]:
        """Hold every call so far against the contract."""
        return [problem for call in self.calls for problem in problems(call.method, call.path, call.body)]

    # faults

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        *,
        times: int = 1,
        after: bool = False,
        code: int = 0,
        via: bool = True,
    ) -> None:
        """Let the next calls to an address fail; 429 asks for a tenth of a second and comes from Discord itself."""
        body: dict[str, Any] = {"message": "no", "code": code}
        headers: dict[str, str] = {}
        if status == 429:
            body |= {"retry_after": 0.1, "global": False}
            headers = {"Retry-After": "1"} | ({"Via": "1.1 google"} if via else {})
        self._faults.append(_Fault(method, re.compile(path), times, status, body, headers, after))

    async def cut(self) -> None:
        """Cut every gateway connection without a word."""
        for session in self._sessions.values():
            if session.transport is not None:
                session.transport.abort()
            session.socket = session.transport = None
        await asyncio.sleep(0)

    async def tell(self, op: int, data: Any = None) -> None:
        """Send a bare op to every connection: 7 asks to reconnect, 9 ends the session."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                await session.socket.send_json({"op": op, "d": data, "s": None, "t": None})
                session.socket = None

    # gateway

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.refused_connections > 0:
            self.refused_connections -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            said = json.loads(frame.data)
            match said["op"]:
                case 1:
                    await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
                case 2:
                    await self._identify(socket, request.transport, said["d"])
                case 6:
                    await self._resume(socket, request.transport, said["d"])
                case _:
                    pass
        return socket

    async def _identify(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, said: Mapping[str, Any]
    ) -> None:
        if said["token"] != TOKEN:
            await socket.close(code=4004)
            return
        if self.closes_with is not None:
            await socket.close(code=self.closes_with)
            return
        shard = tuple(said["shard"]) if said.get("shard") else None
        session = _Session(id=f"session-{next(_counter)}", shard=shard, socket=socket, transport=transport)
        self._sessions = {key: each for key, each in self._sessions.items() if each.shard != shard}
        self._sessions[session.id] = session
        ready = {
            "v": 10,
            "user": self._user(APPLICATION, bot=True),
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "application": {"id": str(APPLICATION), "flags": 0},
            **({"shard": list(shard)} if shard else {}),
        }
        await self._send(session, "READY", ready)
        await self._send(session, "GUILD_CREATE", self._guild())
        self.identified.append(said)
        self._changed.set()

    async def _resume(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, said: Mapping[str, Any]
    ) -> None:
        session = self._sessions.get(said["session_id"])
        if session is None:
            await socket.send_json({"op": 9, "d": False, "s": None, "t": None})
            return
        session.socket, session.transport = socket, transport
        for number, name, data in session.sent:
            if number > said["seq"]:
                await socket.send_json({"op": 0, "s": number, "t": name, "d": data})
        await self._send(session, "RESUMED", {})
        self.resumed += 1
        self._changed.set()

    async def _dispatch(self, name: str, data: Mapping[str, Any]) -> None:
        guild = int(data["guild_id"]) if "guild_id" in data else None
        for session in self._sessions.values():
            if session.shard is None or session.shard[0] == ((guild >> 22) % session.shard[1] if guild else 0):
                await self._send(session, name, data)

    async def _send(self, session: _Session, name: str, data: Any) -> None:
        number = len(session.sent) + 1
        session.sent.append((number, name, data))
        if session.socket is not None and not session.socket.closed:
            with contextlib.suppress(ConnectionError):
                await session.socket.send_json({"op": 0, "s": number, "t": name, "d": data})

    # REST

    async def _rest(self, request: web.Request) -> web.Response:
        path, at = "/" + request.match_info["path"], time.monotonic()
        body, files = await self._body(request)
        fault = self._fault(request.method, path)
        if fault is not None and not fault.after:
            status, answer = fault.status, fault.body
        else:
            found = [*problems(request.method, path, body)] if self.checks_at_once else []
            self.violations += found
            status, answer = self._refusal(found[0]) if found else self._do(request, path, body, files)
            if fault is not None:
                status, answer = fault.status, fault.body
        self.calls.append(Call(request.method, path, body, status, at))
        self._changed.set()
        headers = fault.headers if fault is not None else {}
        if status == 204:
            return web.Response(status=status)
        # exactly this content type: with a charset discord.py takes the answer for text
        return web.Response(
            status=status, body=json.dumps(answer).encode(), headers={**headers, "Content-Type": "application/json"}
        )

    @staticmethod
    async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            files = {part.filename: part.file.read() for part in form.values() if isinstance(part, web.FileField)}
            return json.loads(str(form["payload_json"])), files
        text = await request.text()
        return (json.loads(text) if text else None), {}

    def _fault(self, method: str, path: str) -> _Fault | None:
        for fault in self._faults:
            if fault.times > 0 and fault.method == method and fault.path.fullmatch(path):
                fault.times -= 1
                return fault
        return None

    @staticmethod
    def _refusal(problem: str, status: int = 400, code: int = 50_035) -> tuple[int, Mapping[str, Any]]:
        return status, {"message": problem, "code": code}

    def _do(self, request: web.Request, path: str, body: Any, files: dict[str, bytes]) -> tuple[int, Any]:
        parts = path.strip("/").split("/")
        match request.method, parts:
            case "POST", ["interactions", _id, token, "callback"]:
                return self._callback(token, body)
            case method, ["webhooks", _app, token, "messages", which]:
                return self._webhook_message(method, token, which, body, files)
            case "POST", ["webhooks", _app, token]:
                return self._followup(token, body, files)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return self._refusal("401: Unauthorized", 401, 0)
        match request.method, parts:
            case "GET", ["users", "@me"]:
                return 200, self._user(APPLICATION, bot=True)
            case "GET", ["oauth2", "applications", "@me"]:
                return 200, self._application()
            case "PUT", ["applications", _app, "commands"]:
                given = {"application_id": str(APPLICATION), "version": "1", "description": ""}
                self.commands = [{**given, **each, "id": snowflake()} for each in body]
                return 200, self.commands
            case "POST", ["users", "@me", "channels"]:
                who = int(body["recipient_id"])
                chat = {
                    "id": str(self._chat_of(who)),
                    "type": 1,
                    "recipients": [self._user(who)],
                    "last_message_id": None,
                }
                return 200, chat
            case "POST", ["channels", channel, "messages"]:
                if any(channel == str(self._chat_of(who)) for who in self.closed_chats):
                    return self._refusal("Cannot send messages to this user", 403, 50_007)
                message = self._made(channel, body, files)
                reference = body.get("message_reference") or {}
                message.reference = str(reference["message_id"]) if reference else None
                self.messages[message.id] = message
                return 200, self._wire(message)
        return self._refusal("404: Not Found", 404, 0)

    def _callback(self, token: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        asked, now = self.asked.get(token), time.monotonic()
        if asked is None or now - asked.at > _FORGETS_AFTER:
            return self._refusal("Unknown interaction", 404, 10_062)
        if asked.acknowledged_at is not None:
            return self._refusal("Interaction has already been acknowledged.", 400, 40_060)
        asked.acknowledged_at, asked.kind = now, body["type"]
        data = body.get("data") or {}
        match body["type"]:
            case 4:
                asked.original = self._made(asked.channel, data, {})
                self._mark_answered(asked)
            case 5:
                flags = LOADING | (data.get("flags") or 0)
                asked.original = Message(id=snowflake(), channel=asked.channel, author=APPLICATION, flags=flags)
            case 6:
                asked.original = asked.pressed
            case 8:
                asked.suggestions = data["choices"]
                self._mark_answered(asked)
            case _:
                return self._refusal(f"no answer of type {body['type']}")
        answer: dict[str, Any] = {"interaction": {"id": asked.id, "type": 2}}
        if asked.original is not None:
            answer["interaction"] |= {
                "response_message_id": asked.original.id,
                "response_message_loading": bool(asked.original.flags & LOADING),
                "response_message_ephemeral": asked.original.is_ephemeral,
            }
            answer["resource"] = {"type": body["type"], "message": self._wire(asked.original)}
        return 200, answer

    def _webhook_message(
        self, method: str, token: str, which: str, body: Any, files: dict[str, bytes]
    ) -> tuple[int, Any]:
        asked = self.asked.get(token)
        if asked is None:
            return self._refusal("Unknown Webhook", 404, 10_015)
        message = asked.original if which == "@original" else next((m for m in asked.followups if m.id == which), None)
        if message is None or message.deleted:
            return self._refusal("Unknown Message", 404, 10_008)
        if method == "DELETE":
            message.deleted = True
            return 204, None
        if method == "PATCH":
            self._change(message, body, files)
            self._mark_answered(asked)
        return 200, self._wire(message)

    def _followup(self, token: str, body: Mapping[str, Any], files: dict[str, bytes]) -> tuple[int, Any]:
        asked = self.asked.get(token)
        if asked is None or asked.acknowledged_at is None:
            return self._refusal("Unknown Webhook", 404, 10_015)
        if asked.original is not None and asked.original.flags & LOADING and not asked.original.deleted:
            self._change(asked.original, body, files)  # the first one takes the place of "thinking…", as public as that
            message = asked.original
        else:
            message = self._made(asked.channel, body, files)
            asked.followups.append(message)
        self._mark_answered(asked)
        return 200, self._wire(message)

    def _mark_answered(self, asked: Asked) -> None:
        asked.answered_at = time.monotonic()
        asked.changed.set()

    def _made(self, channel: str, body: Mapping[str, Any], files: dict[str, bytes]) -> Message:
        message = Message(id=snowflake(), channel=channel, author=APPLICATION)
        self._change(message, body, files)
        return message

    @staticmethod
    def _change(message: Message, body: Mapping[str, Any], files: dict[str, bytes]) -> None:
        message.flags = (message.flags & ~LOADING) | (body.get("flags") or 0)
        message.content = body.get("content") or message.content
        message.components = body.get("components") or message.components
        if "attachments" in body:
            kept = {each.get("filename") for each in body["attachments"]}
            message.files = {name: content for name, content in files.items() if name in kept}

    # how Discord writes things

    @staticmethod
    def _chat_of(who: int) -> int:
        return who + 100_000_000_000_000_000

    @staticmethod
    def _user(who: int, *, bot: bool = False) -> dict[str, Any]:
        name = f"person{who % 1000}"
        return {"id": str(who), "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": bot}

    def _member(self, who: int) -> dict[str, Any]:
        return {
            "user": self._user(who),
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": "2147483647",
        }

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(APPLICATION),
            "name": "smoody",
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self._user(ALICE),
            "verify_key": "0" * 64,
            "flags": 0,
        }

    def _guild(self) -> dict[str, Any]:
        everyone = {
            "id": str(GUILD),
            "name": "@everyone",
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0,
            "permissions": "2147483647",
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        channel = {"id": str(CHANNEL), "type": 0, "name": "music", "position": 0, "permission_overwrites": []}
        empty = ("threads", "voice_states", "presences", "emojis", "stickers", "stage_instances")
        return {
            "id": str(GUILD),
            "name": "A server",
            "owner_id": str(ALICE),
            "preferred_locale": self.guild_locale,
            "roles": [everyone],
            "channels": [channel],
            "members": [{**self._member(APPLICATION), "user": self._user(APPLICATION, bot=True)}],
            "member_count": 3,
            "features": [],
            **{name: [] for name in (*empty, "guild_scheduled_events", "soundboard_sounds")},
        }

    def _interaction(
        self, asked: Asked, kind: int, data: Mapping[str, Any], guild: bool, private_channel: bool, locale: str
    ) -> dict[str, Any]:
        where: dict[str, Any] = (
            {
                "guild_id": str(GUILD),
                "guild": {"id": str(GUILD), "locale": self.guild_locale, "features": []},
                "member": self._member(asked.by),
                "channel": {"id": asked.channel, "type": 0, "name": "music", "permissions": "2147483647"},
                "guild_locale": self.guild_locale,
                "context": 0,
            }
            if guild
            else {
                "user": self._user(asked.by),
                "channel": {"id": asked.channel, "type": 3 if private_channel else 1, "recipients": []},
                "context": 2 if private_channel else 1,
            }
        )
        return {
            "id": asked.id,
            "application_id": str(APPLICATION),
            "type": kind,
            "token": asked.token,
            "version": 1,
            "channel_id": asked.channel,
            "attachment_size_limit": 10_485_760,
            "locale": locale,
            "app_permissions": "2147483647",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD)} if guild else {"1": str(asked.by)},
            "data": data,
            **where,
            **({"message": self._wire(asked.pressed)} if asked.pressed else {}),
        }

    def _wire(self, message: Message) -> dict[str, Any]:
        attachments = [
            {
                "id": str(number),
                "filename": name,
                "size": len(content),
                "url": f"https://cdn.discordapp.com/{name}",
                "proxy_url": f"https://media.discordapp.net/{name}",
            }
            for number, (name, content) in enumerate(message.files.items(), 1)
        ]
        return {
            "id": message.id,
            "channel_id": message.channel,
            "type": 0,
            "author": self._user(message.author, bot=message.author == APPLICATION),
            "content": message.content,
            "embeds": [],
            "attachments": attachments,
            "timestamp": "2026-05-04T12:00:00+00:00",
            "edited_timestamp": None,
            "pinned": False,
            "mention_everyone": False,
            "tts": False,
            "flags": message.flags,
            "components": [_echoed(part, number) for number, part in enumerate(message.components, 1)],
            "mentions": [],
            "mention_roles": [],
        }


def _echoed(part: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A component as Discord gives it back: with numbers, and media that it has fetched."""
    echo: dict[str, Any] = {"id": number, **part}
    for key in ("media", "file"):
        if key in echo:
            echo[key] = {**echo[key], "proxy_url": echo[key]["url"], "width": 640, "height": 640}
    if part["type"] == 13:
        echo |= {"name": part["file"]["url"].rpartition("/")[2], "size": 1}
    if "items" in part:
        echo["items"] = [{**each, "media": {**each["media"], "proxy_url": "x"}} for each in part["items"]]
    if "components" in part:
        echo["components"] = [_echoed(each, number * 10 + place) for place, each in enumerate(part["components"], 1)]
    if "accessory" in part:
        echo["accessory"] = _echoed(part["accessory"], number * 10 + 9)
    return echo


async def until(holds: Callable[[], bool], changed: asyncio.Event, *, within: float) -> None:
    """Wait until something holds that changes with an event."""
    async with asyncio.timeout(within):
        while not holds():
            changed.clear()
            await changed.wait()


__all__: Sequence[str] = ("ALICE", "BOB", "EPHEMERAL", "TOKEN", "V2", "Asked", "LoopbackDiscord", "Message", "until")
