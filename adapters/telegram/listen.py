"""Updates -> the core -> messages. One answer at a time for each chat, in order; chats do not wait for each other.

Only what one listener asks in several chats is thought of one after the other: of two answers side by side the one that
began first would keep what the other has just forgotten. It is sent side by side all the same, because a group that
must wait for its pace holds up nobody's private chat.
"""

import asyncio
import contextlib
import functools
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakValueDictionary

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    InlineQuery,
    InlineQueryResultsButton,
    MaybeInaccessibleMessage,
    Message,
    Update,
    User,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.incoming import Command, heard_in, is_in_group, language_of
from adapters.telegram.lanes import Job, Lanes
from adapters.telegram.render import (
    inline_results,
    label_of,
    notice,
    picked_track,
    with_pick,
    with_vote,
)
from adapters.telegram.send import CARE, PRIVATE, Outbox, Place, keep
from adapters.telegram.transport import Pace
from bot.account import is_confirmation
from bot.admin import Admin
from bot.buttons import decode
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Language, ListenerId, Press, Reply, ReplyKind, Speaker, Utterance
from bot.identity import Identities

PLATFORM: Final = "telegram"
ALLOWED_UPDATES: Final = ("message", "callback_query", "inline_query")

THINKING_AT_ONCE: Final = 32
"""Questions that the core is asked at once: fewer than the classifier's line holds, so that a crowd waits its turn."""

TYPING_LASTS: Final = 4.5
"""Seconds after which the typing sign has to be shown again; it fades after five."""

EDITS_APART: Final = 2.0
"""Seconds between two edits of a message that shows progress."""

_PRESSES: Final[Mapping[str, ActionKind]] = {
    "start": ActionKind.EXAMPLE,
    "mood": ActionKind.MOOD,
    "more": ActionKind.MORE,
    "livelier": ActionKind.LIVELIER,
    "calmer": ActionKind.CALMER,
    "match": ActionKind.MATCH,
    "turn": ActionKind.TURN,
    "history": ActionKind.HISTORY,
    "diary": ActionKind.DIARY,
    "take": ActionKind.TAKE,
    "settings": ActionKind.SETTINGS,
    "help": ActionKind.HELP,
    "privacy": ActionKind.PRIVACY,
    "mydata": ActionKind.EXPORT,
    "forget": ActionKind.FORGET,
}
_FOR_ADMINS: Final = {"refresh", "status", "playlists"}
_ADMIN_PRESSES: Final = {ActionKind.REFRESH: "refresh", ActionKind.CANCEL_REFRESH: "cancel"}
_VOTES: Final = {ActionKind.LIKE, ActionKind.DISLIKE}
_COUNTED: Final = {
    ActionKind.MORE,
    ActionKind.LIVELIER,
    ActionKind.CALMER,
    ActionKind.MATCH,
    ActionKind.TURN,
    ActionKind.SIMILAR,
    ActionKind.MOOD,
}
"""Presses that count as answers of a day; rights and settings never do."""

_UPDATES_KEPT: Final = 10_000

Think = Callable[[], Awaitable[Reply]]
"""Asks the core."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _DailyCap:
    """Counts answers of a day (UTC). In memory: it is a courtesy to everyone else, not an account."""

    most: int
    _day: date = date.min
    _counts: Counter[ListenerId] = field(default_factory=Counter)

    def is_reached(self, listener: ListenerId, today: date) -> bool:
        """Count one more answer; True when it is one too many."""
        if today != self._day:
            self._day, self._counts = today, Counter()
        self._counts[listener] += 1
        return self._counts[listener] > self.most


@dataclass(slots=True, kw_only=True)
class Conversations:
    """The chat on Telegram. `take` is given every update; answers are sent from the lanes."""

    dialogue: Dialogue
    identities: Identities
    language: Language
    """That of people whose app does not tell theirs."""
    bot: Bot
    outbox: Outbox
    pace: Pace
    lanes: Lanes
    admin: Admin | None
    admins: frozenset[int]
    daily_answers: int
    _cap: _DailyCap = field(init=False)
    _thinking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(THINKING_AT_ONCE))
    _turns: WeakValueDictionary[ListenerId, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Of listeners who are being answered: it forgets whoever nobody is answering."""
    _taken: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _under_way: set[tuple[object, ...]] = field(default_factory=set)
    _newest_query: OrderedDict[int, str] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self._cap = _DailyCap(self.daily_answers)

    def take(self, update: Update) -> None:
        """Put an update into its chat's lane; one that came before is left out, and so is what is not for us."""
        if update.update_id in self._taken:
            return
        keep(self._taken, update.update_id, None, most=_UPDATES_KEPT)
        if message := update.message:
            heard = heard_in(message, self.bot.bot)
            if heard is not None:
                speaker = self._author(message)
                self._add(message.chat.id, speaker, lambda: self._hear(heard, message, speaker))
        elif query := update.callback_query:
            self._take_press(query)
        elif inline := update.inline_query:
            keep(self._newest_query, inline.from_user.id, inline.id, most=_UPDATES_KEPT)
            speaker = self._speaker(inline.from_user.id, inline.from_user.id, inline.from_user, in_group=False)
            self._add(("inline", inline.from_user.id), speaker, lambda: self._offer(inline, speaker))

    def _take_press(self, query: CallbackQuery) -> None:
        """Acknowledge at once, so that the button stops turning even while its chat waits; a vote's notice comes later.

        A second tap, while the first is under way, is acknowledged and otherwise nothing.
        """
        message, code = query.message, query.data or ""
        if message is None:  # under an inline result there are only links
            self.lanes.start(lambda: self._acknowledge(query))
            return
        in_group = message.chat.id != query.from_user.id
        speaker = self._speaker(query.from_user.id, message.chat.id, query.from_user, in_group=in_group)
        press = decode(code, speaker)
        pressed = (message.chat.id, message.message_id, query.from_user.id, code)
        if press and press.kind in _VOTES and pressed not in self._under_way:
            self._add_press(pressed, speaker, lambda: self._vote(query, press))
            return
        track_id = picked_track(code)
        is_known = press is not None or track_id is not None
        told = None if is_known else self._say("telegram_old_button", speaker.language)
        self.lanes.start(lambda: self._acknowledge(query, told))
        if not is_known or pressed in self._under_way:
            return

        async def follow() -> None:
            if press is not None:
                await self._turn_to(query, message, press)
            elif track_id is not None:
                await self._pick(message, track_id, speaker)

        self._add_press(pressed, speaker, follow)

    def _add_press(self, pressed: tuple[object, ...], speaker: Speaker, job: Job) -> None:
        self._under_way.add(pressed)

        async def press() -> None:
            try:
                await job()
            finally:
                self._under_way.discard(pressed)

        if not self._add(pressed[0], speaker, press):
            self._under_way.discard(pressed)

    def _add(self, key: Hashable, speaker: Speaker, job: Job) -> bool:
        added = self.lanes.add(key, lambda: self._edge(speaker, job))
        if not added:
            log.warning("telegram_chat_too_busy")
        return added

    async def _edge(self, speaker: Speaker, job: Job) -> None:
        """Whatever goes wrong on the way out ends here: nobody is left who could be told."""
        with structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=speaker.listener[:12]):
            try:
                await job()
            except Forbidden:
                log.info("listener_unreachable")  # blocked us, or removed us from the group
            except Exception:
                log.exception("telegram_answer_lost")

    # What listeners write

    async def _hear(self, heard: Command | str, message: Message, speaker: Speaker) -> None:
        place = Place(
            chat_id=message.chat.id,
            person_id=_author_id(message),
            thread_id=message.message_thread_id if message.is_topic_message else None,
            answered=message.message_id if speaker.is_in_group else None,
            is_in_group=speaker.is_in_group,
        )
        if isinstance(heard, Command):
            await self._obey(heard, speaker, place)
        else:
            await self._answer(heard, speaker, place)

    async def _obey(self, command: Command, speaker: Speaker, place: Place) -> None:
        """Do what a command says; in a group an unknown one is somebody else's."""
        name, argument = command.name, command.argument
        if name == "mood" and argument:
            await self._answer(argument, speaker, place)
        elif name in _FOR_ADMINS:
            await self._administer(command, speaker, place)
        elif name == "start" and argument == CARE:
            await self.outbox.deliver(
                self._say("care_explicit", await self.dialogue.language_of(speaker), kind=ReplyKind.CARE), place
            )
        elif name in _PRESSES or not speaker.is_in_group:
            kind = _PRESSES.get(name, ActionKind.HELP)
            reply = await self._pressed(Press(kind=kind, speaker=speaker, value=argument or None), place)
            await self.outbox.deliver(reply, place)

    async def _answer(self, words: str, speaker: Speaker, place: Place) -> None:
        """Answer an utterance. Whoever needs care or wants to be forgotten is heard, however much they wrote today."""
        if self._is_over(speaker) and not (self.dialogue.calls_for_care(words) or is_confirmation(words)):
            await self.outbox.deliver(
                self._say("telegram_enough_today", await self.dialogue.language_of(speaker)), place
            )
            return
        utterance = Utterance(text=words, speaker=speaker)
        await self.outbox.deliver(await self._thought(lambda: self.dialogue.answer(utterance), speaker, place), place)

    async def _pressed(self, press: Press, place: Place) -> Reply:
        """What the core says to a press, or to the command that means the same."""
        if press.kind in _COUNTED and self._is_over(press.speaker):
            return self._say("telegram_enough_today", await self.dialogue.language_of(press.speaker))
        return await self._thought(lambda: self.dialogue.press(press), press.speaker, place)

    # What listeners press

    async def _pick(self, message: MaybeInaccessibleMessage, track_id: str, speaker: Speaker) -> None:
        """Show another card's cover and buttons: the same message, told again."""
        if isinstance(message, Message) and message.text and message.reply_markup:
            await self.outbox.show_track(message, track_id, with_pick(message.reply_markup, track_id, speaker))

    async def _vote(self, query: CallbackQuery, press: Press) -> None:
        """The notice says how the vote stands; in a group no mark is made, for the keyboard is everyone's."""
        reply = await self._thought(lambda: self.dialogue.press(press), press.speaker)
        await self._acknowledge(query, reply)
        message = query.message
        if reply.kind is not ReplyKind.VOTE or reply.track_id is None or press.speaker.is_in_group:
            return
        if isinstance(message, Message) and message.reply_markup:
            marked = with_vote(message.reply_markup, reply.track_id, reply.vote, press.speaker)
            await self.outbox.show_keyboard(message, marked)

    async def _turn_to(self, query: CallbackQuery, message: MaybeInaccessibleMessage, press: Press) -> None:
        """Everything else that can be pressed: the pressed message becomes the answer wherever it can."""
        speaker = press.speaker
        thread_id = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
        place = Place(
            chat_id=message.chat.id,
            person_id=query.from_user.id,
            thread_id=thread_id,
            is_in_group=speaker.is_in_group,
        )
        if press.kind in _ADMIN_PRESSES:
            await self._administer(Command(name=_ADMIN_PRESSES[press.kind]), speaker, place)
            return
        if press.kind is ActionKind.EXAMPLE:
            keyboard = message.reply_markup if isinstance(message, Message) else None
            await self._answer(label_of(keyboard, str(query.data)) or "", speaker, place)
            return
        reply = await self._pressed(press, place)
        if not _may_become(message, reply, query.from_user, speaker) or not await self.outbox.edit(message, reply):
            await self.outbox.deliver(reply, place)

    async def _acknowledge(self, query: CallbackQuery, reply: Reply | None = None) -> None:
        """Stop the button's turning. Too late is no harm: what was pressed is done all the same."""
        with contextlib.suppress(TelegramError):
            await self.bot.answer_callback_query(query.id, text=notice(reply) if reply else None)

    # What listeners write anywhere else

    async def _offer(self, inline: InlineQuery, speaker: Speaker) -> None:
        """Five cards for what is being typed, unless more has been typed meanwhile."""
        if self._newest_query.get(inline.from_user.id) != inline.id:
            return
        reply = None
        if inline.query.strip():
            utterance = Utterance(text=inline.query, speaker=speaker)
            reply = await self._thought(lambda: self.dialogue.preview(utterance), speaker)
        needs_care = reply is not None and reply.kind is ReplyKind.CARE
        say = functools.partial(self.dialogue.voice.phrases.say, language=speaker.language)
        results = []
        if reply is not None and not needs_care:  # a call for help is nothing to be sent into some chat
            results = inline_results(reply, say("telegram_talk"), self.outbox.link())
        way_to_us = InlineQueryResultsButton(
            text=say("telegram_inline_care" if needs_care else "telegram_inline_hint"),
            start_parameter=CARE if needs_care else PRIVATE,
        )
        with contextlib.suppress(BadRequest):  # more was typed, and the query is too old
            await self.bot.answer_inline_query(
                inline.id, results, cache_time=0, is_personal=True, button=None if results else way_to_us
            )

    # What admins do

    async def _administer(self, command: Command, speaker: Speaker, place: Place) -> None:
        language = speaker.language
        if self.admin is None:
            await self.outbox.deliver(self._say("telegram_no_admin", language), place)
        elif place.person_id not in self.admins:
            await self.outbox.deliver(replace(self.admin.refused(language), is_private=False), place)
        elif command.name == "refresh":  # it takes minutes, in which the admin may write on
            replies = self.admin.refresh(language)
            self.lanes.start(lambda: self._edge(speaker, lambda: self._follow(replies, place)))
        else:
            think: Think = {
                "status": functools.partial(self.admin.status, language),
                "playlists": functools.partial(self.admin.playlists, command.argument, language),
                "cancel": functools.partial(self.admin.cancel, language),
            }[command.name]
            await self.outbox.deliver(await self._thought(think, speaker, place), place)

    async def _follow(self, replies: AsyncIterator[Reply], place: Place) -> None:
        """Show progress in one message, not too often, and the end of it in any case."""
        message: Message | None = None
        newest = shown = None
        shown_at = 0.0
        async for newest in replies:
            if message is None:
                message = await self.outbox.deliver(newest, place)
                shown, shown_at = newest, time.monotonic()
            elif newest != shown and time.monotonic() - shown_at >= EDITS_APART:
                await self.outbox.edit(message, newest)
                shown, shown_at = newest, time.monotonic()
        if message is not None and newest is not None and newest != shown:
            await self.outbox.edit(message, newest)

    # Small parts

    async def _thought(self, think: Think, speaker: Speaker, place: Place | None = None) -> Reply:
        """What the core says. In a private chat we are seen typing meanwhile; a group's calls are too few for that."""
        if place is None or place.is_in_group or self.pace.is_crowded or self._thinking.locked():
            return await self._calmly(think, speaker)
        async with asyncio.TaskGroup() as both:
            thinking = both.create_task(self._calmly(think, speaker))
            while not thinking.done():
                await self._type(place)
                await asyncio.wait({thinking}, timeout=TYPING_LASTS)
        return thinking.result()

    async def _calmly(self, think: Think, speaker: Speaker) -> Reply:
        try:
            async with self._turns.setdefault(speaker.listener, asyncio.Lock()), self._thinking:
                reply = await think()
                if speaker.is_in_group and not reply.is_private and await self.dialogue.answers_privately(speaker):
                    return replace(reply, is_private=True)
                return reply
        except Exception:
            log.exception("answer_failed")
            return self._say("something_wrong", speaker.language)

    async def _type(self, place: Place) -> None:
        with contextlib.suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(1):
                await self.bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)

    def _is_over(self, speaker: Speaker) -> bool:
        return self._cap.is_reached(speaker.listener, self.dialogue.clock.now().date())

    def _say(self, key: str, language: Language, *, kind: ReplyKind = ReplyKind.TEXT) -> Reply:
        return self.dialogue.voice.text(key, language, kind=kind)

    def _author(self, message: Message) -> Speaker:
        in_group = is_in_group(message)
        return self._speaker(_author_id(message), message.chat.id, message.from_user, in_group=in_group)

    def _speaker(self, person_id: int, chat_id: int, user: User | None, *, in_group: bool) -> Speaker:
        return Speaker(
            listener=self.identities.listener(PLATFORM, str(person_id)),
            conversation=self.identities.conversation(PLATFORM, str(chat_id)),
            language=language_of(user, self.language),
            is_in_group=in_group,
        )


def _may_become(message: MaybeInaccessibleMessage, reply: Reply, presser: User, speaker: Speaker) -> bool:
    """Whether a pressed message can be edited into the reply, and is the presser's to be changed."""
    if not isinstance(message, Message) or reply.kind is ReplyKind.CARE:
        return False
    if speaker.is_in_group:
        asked = message.reply_to_message
        is_theirs = asked is None or asked.from_user is None or asked.from_user.id == presser.id
        if reply.is_private or not is_theirs:
            return False
    if reply.attachment is not None:
        return bool(message.photo) and reply.attachment.is_picture
    return bool(message.text)


def _author_id(message: Message) -> int:
    """Who wrote: an admin without a name writes as the group itself."""
    return (message.sender_chat or message.from_user or message.chat).id
