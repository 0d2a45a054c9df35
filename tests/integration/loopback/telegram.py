"""A Bot API on loopback: it keeps chats and messages, delivers updates, refuses what the real one refuses, and fails on
demand. Every call is checked against the published schema, where that is at hand, and against Telegram's own limits;
what it finds stands in ``complaints``."""

import asyncio
import contextlib
import itertools
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

TOKEN: Final = "123456789:loopback-token-of-no-bot"
ME: Final = {"id": 123456789, "is_bot": True, "first_name": "SMOODY", "username": "smoody_test_bot"}
SPEC: Final = Path(__file__).parents[4] / "shared" / "data" / "specs" / "telegram" / "api.json"

ALLOWED_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
SENDS: Final = ("sendMessage", "sendPhoto", "sendDocument")
EDITS: Final = ("editMessageText", "editMessageReplyMarkup", "editMessageMedia")


@dataclass(frozen=True)
class Person:
    """Somebody with Telegram."""

    id: int
    language: str | None = "ko"
    first_name: str = "지우"

    def as_user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return {**user, "language_code": self.language} if self.language else user


@dataclass(frozen=True)
class Fault:
    """What happens to one call instead of an answer, or (``done`` first) after it was done."""

    status: int = 0
    """An error with this status; 0 closes the connection."""
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to: int | None = None
    slow: float = 0.0
    """Seconds before anything else happens; with ``status`` 200 the call is then answered as usual."""
    done: bool = False
    """Whether the call takes effect before the fault shows."""


@dataclass(frozen=True)
class Call:
    """One call as it came in."""

    method: str
    given: Mapping[str, Any]
    files: Mapping[str, bytes]
    at: float

    @property
    def chat(self) -> int:
        return int(self.given.get("chat_id", 0))


class Refused(Exception):
    """What the Bot API answers with an error."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class BotApi:
    """The server. Tests speak through `write`, `press` and `type_inline`, and look at `messages` and `calls`."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    started: set[int] = field(default_factory=set)
    """People to whom the bot may write in private: everyone who once wrote there."""
    blocked: set[int] = field(default_factory=set)
    dead_previews: set[str] = field(default_factory=set)
    revoked: bool = False
    webhook: Mapping[str, Any] = field(default_factory=dict)
    commands: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    updates: dict[int, Any] = field(default_factory=dict)
    confirmed: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000))
    _spec: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        """What ``SMOODY_TELEGRAM__API_BASE`` is set to."""
        return f"http://127.0.0.1:{self.port}"

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one after the other."""
        self.faults[method].extend(faults)

    # People

    async def write(
        self,
        person: Person,
        text: str,
        *,
        group: int | None = None,
        answering: int | None = None,
        **more: Any,
    ) -> int:
        """Somebody writes, in private or in a group; the number of their message is returned."""
        chat_id = group or person.id
        if group is None:
            self.started.add(person.id)
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": self._chat(chat_id),
            "from": person.as_user(),
            "text": text or None,
            "entities": _entities_typed(text),
            **more,
        }
        if answering is not None:
            message["reply_to_message"] = self.messages[chat_id, answering]
        await self.deliver({"message": {key: value for key, value in message.items() if value is not None}})
        return int(message["message_id"])

    async def press(self, person: Person, chat_id: int, message_id: int, label: str, *, old: bool = False) -> str:
        """Somebody presses the button with this label; the number of the query is returned."""
        message = self.messages[chat_id, message_id]
        code = next(button["callback_data"] for button in buttons(message) if button["text"] == label)
        return await self.press_code(person, chat_id, message_id, code, old=old)

    async def press_code(self, person: Person, chat_id: int, message_id: int, code: str, *, old: bool = False) -> str:
        """Somebody presses a button by its code; of an ``old`` message Telegram tells nothing but its number."""
        query_id = str(next(self._numbers))
        message = self.messages.get((chat_id, message_id))
        inaccessible = {"chat": self._chat(chat_id), "message_id": message_id, "date": 0}
        query = {
            "id": query_id,
            "from": person.as_user(),
            "chat_instance": "1",
            "data": code,
            "message": inaccessible if old or message is None else message,
        }
        await self.deliver({"callback_query": query})
        return query_id

    async def type_inline(self, person: Person, text: str) -> str:
        """Somebody types ``@bot text`` in any chat; the number of the query is returned."""
        query_id = str(next(self._numbers))
        await self.deliver(
            {
                "inline_query": {
                    "id": query_id,
                    "from": person.as_user(),
                    "query": text,
                    "offset": "",
                    "chat_type": "group",
                }
            }
        )
        return query_id

    async def deliver(self, content: Mapping[str, Any], *, update_id: int | None = None) -> int:
        """Hand an update to the bot: into its polling, or to its webhook."""
        number = next(self._numbers) if update_id is None else update_id
        update = {"update_id": number, **content}
        if self.webhook.get("url"):
            await self.bring(update)
        else:
            async with self._changed:
                self.updates[number] = update
                self._changed.notify_all()
        return number

    async def bring(self, update: Mapping[str, Any], *, secret: str | None = None) -> int:
        """Bring an update to the webhook until it is acknowledged, as Telegram does; gives the last status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook["secret_token"]}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                async with session.post(self.webhook["url"], json=update) as answer:
                    if answer.status != 503:
                        return answer.status
                await asyncio.sleep(0.05)

    # What tests look at

    def of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """The calls of a method, to one chat."""
        return [call for call in self.calls if call.method == method and chat_id in (None, call.chat)]

    def said_in(self, chat_id: int) -> list[dict[str, Any]]:
        """All messages of the bot in a chat as they stand now, oldest first."""
        return [message for (chat, _), message in sorted(self.messages.items()) if chat == chat_id]

    async def until(self, true: Callable[[], object], *, within: float = 8.0) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            async with self._changed:
                await self._changed.wait_for(lambda: bool(true()))

    async def said(self, chat_id: int, count: int = 1, *, within: float = 8.0) -> list[dict[str, Any]]:
        """Wait for so many messages of the bot in a chat."""
        await self.until(lambda: len(self.said_in(chat_id)) >= count, within=within)
        return self.said_in(chat_id)

    def floods(self) -> list[str]:
        """Where the bot went beyond the limits: 30 messages a second, 20 a minute in a group, 1 a second in a chat."""
        shown = [call for call in self.calls if call.method in (*SENDS, *EDITS)]
        times = [call.at for call in shown]
        found = [
            f"more than 30 within a second at {late:.2f}"
            for early, late in zip(times, times[30:], strict=False)
            if late - early < 1
        ]
        by_chat: dict[int, list[float]] = defaultdict(list)
        for call in shown:
            by_chat[call.chat].append(call.at)
        for chat, at in by_chat.items():
            found += [f"twice within a second in {chat}" for early, late in itertools.pairwise(at) if late - early < 1]
            if chat < 0:
                found += [
                    f"more than 20 within a minute in {chat}"
                    for early, late in zip(at, at[20:], strict=False)
                    if late - early < 60
                ]
        return found

    # The server

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        if self.revoked or request.match_info["token"] != TOKEN:
            return _error(Refused(401, "Unauthorized"))
        try:
            given, files = await _received(request)
        except ConnectionResetError:  # the bot did not wait for its own request to be read
            return web.Response(status=499)
        call = Call(method, given, files, time.monotonic())
        self.calls.append(call)
        fault = self.faults[method].popleft() if self.faults[method] else None
        try:
            if fault is not None:
                answer = await self._failed(request, call, fault)
                if answer is not None:
                    return answer
            return web.json_response({"ok": True, "result": await self._done(call)})
        except Refused as refused:
            return _error(refused)
        except Exception as problem:
            self.complaints.append(f"{method}: {problem!r}")
            raise
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _failed(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse | None:
        if fault.done:
            await self._done(call)
        await asyncio.sleep(fault.slow)
        if fault.status == 200:
            return None
        if fault.status == 0:
            assert request.transport is not None
            request.transport.close()
            raise asyncio.CancelledError
        given = {"retry_after": fault.retry_after, "migrate_to_chat_id": fault.migrate_to}
        parameters = {name: value for name, value in given.items() if value is not None}
        return _error(Refused(fault.status, fault.description, **parameters))

    async def _done(self, call: Call) -> Any:
        self._check(call)
        work = getattr(self, re.sub("([A-Z])", lambda letter: f"_{letter[1].lower()}", f"_{call.method}"), None)
        if work is None:
            raise Refused(404, "Not Found")
        return await work(call.given, call.files)

    def _check(self, call: Call) -> None:
        if self._spec is None:
            return
        method = self._spec["methods"].get(call.method)
        if method is None:
            self.complaints.append(f"{call.method}: there is no such method")
            return
        for problem in _problems(self._spec, call.given, method.get("fields", []), call.method):
            self.complaints.append(problem)

    async def _get_me(self, _given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        return {**ME, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}

    async def _get_updates(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = given.get("offset", 0)
        async with self._changed:
            self.confirmed = max(self.confirmed, offset)
            self.updates = {number: update for number, update in self.updates.items() if number >= offset}
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(given.get("timeout", 0)):
                    await self._changed.wait_for(lambda: self.updates or self.faults["getUpdates"] or self.revoked)
            return [self.updates[number] for number in sorted(self.updates)[: given.get("limit", 100)]]

    async def _delete_webhook(self, _given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        self.webhook = {}
        return True

    async def _set_webhook(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "x")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = given
        return True

    async def _send_chat_action(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        self._may_write(given["chat_id"])
        return True

    async def _send_message(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        self._may_write(given["chat_id"])
        return self._new(given, self._text_of(given, "text", 4_096))

    async def _send_photo(self, given: Mapping[str, Any], files: Mapping[str, bytes]) -> Any:
        self._may_write(given["chat_id"])
        return self._new(given, {**self._text_of(given, "caption", 1_024), "photo": self._photo(given["photo"], files)})

    async def _send_document(self, given: Mapping[str, Any], files: Mapping[str, bytes]) -> Any:
        self._may_write(given["chat_id"])
        if not files:
            raise Refused(400, "Bad Request: there is no document in the request")
        document = {"file_id": f"document-{next(self._numbers)}", "file_unique_id": "u"}
        return self._new(given, {**self._text_of(given, "caption", 1_024), "document": document})

    async def _edit_message_text(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        return self._changed_message(given, self._text_of(given, "text", 4_096))

    async def _edit_message_reply_markup(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        message = self._message(given)
        kept: dict[str, Any] = {
            key: value for key, value in message.items() if key in {"text", "entities", "link_preview_options"}
        }
        return self._changed_message(given, kept)

    async def _edit_message_media(self, given: Mapping[str, Any], files: Mapping[str, bytes]) -> Any:
        media = given["media"]
        told = self._text_of(media, "caption", 1_024)
        return self._changed_message(given, {**told, "photo": self._photo(media["media"], files)})

    async def _answer_callback_query(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        if len(given.get("text", "")) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        return True

    async def _answer_inline_query(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        results = given["results"]
        if len(results) > 50:
            raise Refused(400, "Bad Request: RESULTS_TOO_MUCH")
        ids = [result["id"] for result in results]
        if len(set(ids)) < len(ids) or not all(1 <= len(each.encode()) <= 64 for each in ids):
            raise Refused(400, "Bad Request: RESULT_ID_INVALID")
        for result in results:
            content = result["input_message_content"]
            result["message"] = self._text_of(
                {**content, "text": content["message_text"], "reply_markup": result.get("reply_markup")}, "text", 4_096
            )
        return True

    async def _get_my_commands(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        return self.commands.get(_scope(given), [])

    async def _set_my_commands(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        chat_id = given.get("scope", {}).get("chat_id")
        if chat_id is not None and chat_id not in self.started:
            raise Refused(400, "Bad Request: chat not found")
        for command in given["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[_scope(given)] = given["commands"]
        return True

    async def _get_my_short_description(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        return {"short_description": self.told.get(f"short {given.get('language_code', '')}", "")}

    async def _set_my_short_description(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        if len(given["short_description"]) > 120:
            raise Refused(400, "Bad Request: too long")
        self.told[f"short {given.get('language_code', '')}"] = given["short_description"]
        return True

    async def _get_my_description(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        return {"description": self.told.get(f"long {given.get('language_code', '')}", "")}

    async def _set_my_description(self, given: Mapping[str, Any], _files: Mapping[str, bytes]) -> Any:
        if len(given["description"]) > 512:
            raise Refused(400, "Bad Request: too long")
        self.told[f"long {given.get('language_code', '')}"] = given["description"]
        return True

    # Chats and messages

    def _chat(self, chat_id: int) -> dict[str, Any]:
        if chat_id < 0:
            return {"id": chat_id, "type": "supergroup", "title": "우리 동네"}
        return {"id": chat_id, "type": "private", "first_name": "지우"}

    def _may_write(self, chat_id: int) -> None:
        if chat_id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat_id > 0 and chat_id not in self.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def _new(self, given: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        chat_id = int(given["chat_id"])
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": self._chat(chat_id),
            "from": ME,
            **content,
        }
        if markup := given.get("reply_markup"):
            message["reply_markup"] = markup
        if answered := given.get("reply_parameters"):
            message["answers"] = answered["message_id"]
        self.messages[chat_id, message["message_id"]] = message
        return message

    def _message(self, given: Mapping[str, Any]) -> dict[str, Any]:
        message = self.messages.get((int(given["chat_id"]), int(given["message_id"])))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        return message

    def _changed_message(self, given: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        message = self._message(given)
        kept: dict[str, Any] = {
            key: value for key, value in message.items() if key in {"message_id", "date", "chat", "from", "answers"}
        }
        changed = {**kept, **content}
        if markup := given.get("reply_markup"):
            _check_keyboard(markup)
            changed["reply_markup"] = markup
        if changed == {key: value for key, value in message.items() if key != "edit_date"}:
            raise Refused(400, "Bad Request: message is not modified: specified new message content is the same")
        self.messages[int(given["chat_id"]), int(given["message_id"])] = {**changed, "edit_date": int(time.time())}
        return self.messages[int(given["chat_id"]), int(given["message_id"])]

    def _text_of(self, given: Mapping[str, Any], name: str, limit: int) -> dict[str, Any]:
        text, entities = given.get(name, ""), given.get("entities", [])
        if given.get("parse_mode") == "HTML":
            text, entities = parsed(text)
        if name == "text" and not text:
            raise Refused(400, "Bad Request: message text is empty")
        if width(text) > limit:
            raise Refused(400, "Bad Request: message is too long")
        if len(entities) > 100:
            raise Refused(400, "Bad Request: too many entities")  # Telegram ignores the rest: for us a defect
        if markup := given.get("reply_markup"):
            _check_keyboard(markup)
        preview = given.get("link_preview_options", {})
        if preview.get("url") in self.dead_previews:
            raise Refused(400, "Bad Request: WEBPAGE_CURL_FAILED")
        told = {name: text, ("entities" if name == "text" else "caption_entities"): entities}
        return {**told, "link_preview_options": preview} if preview else told

    def _photo(self, given: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
        known = given if given.startswith("photo-") else None
        if known is None and not files:
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        file_id = known or f"photo-{next(self._numbers)}"
        return [{"file_id": file_id, "file_unique_id": "u", "width": 640, "height": 640}]


@contextlib.asynccontextmanager
async def bot_api(*, port: int = 0) -> AsyncIterator[BotApi]:
    """A Bot API on a free port of this machine."""
    api = BotApi(_spec=json.loads(SPEC.read_text(encoding="utf-8")) if SPEC.exists() else None)
    app = web.Application(client_max_size=20 * 1024 * 1024)
    app.router.add_post("/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        api.port = runner.addresses[0][1]
        yield api
    finally:
        await runner.cleanup()


def buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All buttons under a message."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def labels(message: Mapping[str, Any]) -> list[list[str]]:
    """The keyboard as it is read."""
    return [[button["text"] for button in row] for row in message.get("reply_markup", {}).get("inline_keyboard", [])]


def links(message: Mapping[str, Any]) -> list[str]:
    """All addresses that a message links to."""
    return [entity["url"] for entity in message.get("entities", []) if entity["type"] == "text_link"]


def width(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def parsed(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Telegram's HTML as text and entities."""
    parser = _Html()
    parser.feed(text)
    parser.close()
    if parser.open:
        raise Refused(400, f"Bad Request: can't parse entities: can't find end tag for <{parser.open[-1][0]}>")
    return parser.text, sorted(parser.entities, key=lambda entity: (entity["offset"], -entity["length"]))


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[tuple[str, int, str | None]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: unsupported start tag "{tag}"')
        if tag == "blockquote" and any(each == "blockquote" for each, _, _ in self.open):
            raise Refused(400, "Bad Request: can't parse entities: blockquotes can't be nested")
        self.open.append((tag, width(self.text), dict(attrs).get("href")))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise Refused(400, f"Bad Request: can't parse entities: unexpected end tag </{tag}>")
        _, start, href = self.open.pop()
        entity = {"type": ALLOWED_TAGS[tag], "offset": start, "length": width(self.text) - start}
        if entity["length"]:
            self.entities.append({**entity, "url": href} if href else entity)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        known = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
        if name not in known:
            raise Refused(400, f"Bad Request: can't parse entities: unsupported entity &{name};")
        self.text += known[name]

    def handle_charref(self, name: str) -> None:
        self.text += chr(int(name[1:], 16) if name[0] in "xX" else int(name))


def _check_keyboard(markup: Mapping[str, Any]) -> None:
    rows = markup["inline_keyboard"]
    if any(not 1 <= len(row) <= 8 for row in rows) or sum(map(len, rows)) > 100:
        raise Refused(400, "Bad Request: too many or no buttons")
    for row in rows:
        for button in row:
            given = [name for name in ("url", "callback_data", "copy_text", "web_app") if button.get(name)]
            if not button["text"] or len(given) != 1:
                raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if len(button.get("callback_data", "x").encode()) > 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _problems(
    spec: Mapping[str, Any], given: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], where: str
) -> list[str]:
    """Unknown and missing names, and values of another type, here and below."""
    known = {each["name"]: each for each in fields}
    problems = [f"{where}: there is no {name}" for name in given if name not in known]
    problems += [
        f"{where}: {name} is missing" for name, each in known.items() if each["required"] and name not in given
    ]
    for name, value in given.items():
        if name in known:
            tried = [_of_type(spec, value, kind, f"{where}.{name}") for kind in known[name]["types"]]
            if all(tried):
                problems += _fewest(tried)
    return problems


def _fewest(tried: Sequence[list[str]]) -> list[str]:
    return min(tried, key=len)


def _of_type(spec: Mapping[str, Any], value: Any, kind: str, where: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        inner = kind.removeprefix("Array of ")
        return [problem for each in value for problem in _of_type(spec, each, inner, where)]
    simple: Mapping[str, tuple[type, ...]] = {
        "Integer": (int,),
        "String": (str,),
        "Boolean": (bool,),
        "Float": (int, float),
        "True": (bool,),
        "InputFile": (str,),
    }
    if kind in simple:
        fits = isinstance(value, simple[kind]) and (kind != "Integer" or not isinstance(value, bool))
        return [] if fits else [f"{where}: {type(value).__name__} is no {kind}"]
    described = spec["types"].get(kind, {})
    if subtypes := described.get("subtypes"):
        return _fewest([_of_type(spec, value, each, where) for each in subtypes])
    if not isinstance(value, dict):
        return [f"{where}: no {kind}"]
    return _problems(spec, value, described.get("fields", []), f"{where}({kind})")


async def _received(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    given: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
            given.setdefault(name, f"attach://{name}")
        else:
            given[name] = _decoded(name, str(value))
    for name in [name for name in files if name.startswith("attached")]:
        given.pop(name)  # a part that a parameter names by attach://
    return given, files


def _decoded(name: str, value: str) -> Any:
    if name in {
        "text",
        "caption",
        "parse_mode",
        "url",
        "secret_token",
        "description",
        "short_description",
        "action",
    } or name.endswith("query_id"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _scope(given: Mapping[str, Any]) -> str:
    scope = given.get("scope", {"type": "default"})
    return f"{scope['type']}{scope.get('chat_id', '')} {given.get('language_code', '')}".strip()


def _entities_typed(text: str) -> list[dict[str, Any]] | None:
    """What Telegram itself sees in a text: a command at its start, and names with an @."""
    found = [
        {"type": "bot_command", "offset": 0, "length": width(match[0])} for match in re.finditer(r"^/\w+(@\w+)?", text)
    ]
    found += [
        {"type": "mention", "offset": width(text[: match.start()]), "length": width(match[0])}
        for match in re.finditer(r"(?<![\w/])@\w{4,}", text)
    ]
    return found or None


def _error(refused: Refused) -> web.Response:
    answer = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        answer["parameters"] = refused.parameters
    return web.json_response(answer, status=refused.status)
