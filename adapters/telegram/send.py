"""Replies -> messages: sent, or an earlier message edited into them, with everything that Telegram may refuse."""

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from adapters.telegram.render import CAPTION_LIMIT, Page, preview_of_track, preview_options, render
from bot.domain import Attachment, Reply, ReplyKind
from bot.voice import Voice

CARE: Final = "care"
PRIVATE: Final = "private"
"""What the links into a private chat say when they are followed."""

PICTURES_KEPT: Final = 256

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer goes: a chat, a topic of it, and in groups the message that it answers."""

    chat_id: int
    person_id: int
    thread_id: int | None = None
    answered: int | None = None
    is_in_group: bool = False

    @property
    def private(self) -> "Place":
        """The private chat with the same person."""
        return Place(chat_id=self.person_id, person_id=self.person_id)


@dataclass(slots=True, kw_only=True)
class Outbox:
    """Sends and edits. What Telegram refuses for good is raised as the library's errors."""

    bot: Bot
    voice: Voice
    _pictures: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """Digest of a picture to Telegram's ``file_id``, so that the same picture is uploaded once."""

    def link(self, start: str = PRIVATE) -> str:
        """An address that opens the private chat with us."""
        return f"https://t.me/{self.bot.username}?start={start}"

    async def deliver(self, reply: Reply, place: Place) -> Message:
        """Send a reply where it belongs; what is for one person alone never appears in a group."""
        if not place.is_in_group or not (reply.is_private or reply.kind is ReplyKind.CARE):
            return await self._send(reply, place)
        if place.person_id < 0:  # an admin who writes in the group's name has no private chat
            return await self._send_page(self._invitation(reply), place)
        try:
            return await self._send(reply, place.private)
        except (Forbidden, BadRequest):  # they never wrote to us in private, so we may not write there
            return await self._send_page(self._invitation(reply), place)

    async def edit(self, message: MaybeInaccessibleMessage, reply: Reply) -> bool:
        """Make a message the reply; False when it is gone."""
        try:
            with _already_so():
                if reply.attachment is None:
                    await self._edit_text(message, reply)
                else:
                    await self._edit_picture(message, reply, reply.attachment)
        except BadRequest:
            return False
        return True

    async def show_track(self, message: Message, track_id: str, keyboard: InlineKeyboardMarkup) -> None:
        """Leave the text of a message as it is, but preview another track above it."""
        with _already_so():
            await self.bot.edit_message_text(
                message.text or "",
                chat_id=message.chat.id,
                message_id=message.message_id,
                entities=message.entities,
                link_preview_options=preview_options(preview_of_track(track_id)),
                reply_markup=keyboard,
            )

    async def show_keyboard(self, message: Message, keyboard: InlineKeyboardMarkup) -> None:
        """Change nothing of a message but its keyboard."""
        with _already_so():
            await self.bot.edit_message_reply_markup(
                chat_id=message.chat.id, message_id=message.message_id, reply_markup=keyboard
            )

    def _invitation(self, reply: Reply) -> Page:
        """What a group sees instead of a private answer: a general line, the same for everyone."""
        label = self.voice.phrases.say("telegram_open_private", reply.language)
        link = self.link(CARE if reply.kind is ReplyKind.CARE else PRIVATE)
        return replace(
            render(self.voice.text("telegram_between_us", reply.language)),
            keyboard=InlineKeyboardMarkup([[InlineKeyboardButton(label, url=link)]]),
        )

    async def _send(self, reply: Reply, place: Place) -> Message:
        try:
            if reply.attachment is None:
                return await self._send_page(render(reply), place)
            return await self._send_file(reply, reply.attachment, place)
        except ChatMigrated as moved:
            return await self._send(reply, replace(place, chat_id=moved.new_chat_id, answered=None))

    async def _send_page(self, page: Page, place: Place) -> Message:
        try:
            return await self.bot.send_message(
                place.chat_id,
                page.text,
                parse_mode=ParseMode.HTML,
                link_preview_options=page.preview_options,
                reply_markup=page.keyboard,
                message_thread_id=place.thread_id,
                reply_parameters=_answering(place),
            )
        except BadRequest as refused:
            if page.preview is None or not _is_about_preview(refused):
                raise
            return await self._send_page(replace(page, preview=None), place)

    async def _send_file(self, reply: Reply, attachment: Attachment, place: Place) -> Message:
        page = render(reply, limit=CAPTION_LIMIT)
        if not attachment.is_picture:
            return await self.bot.send_document(
                place.chat_id,
                attachment.content,
                filename=attachment.name,
                caption=page.text,
                parse_mode=ParseMode.HTML,
                reply_markup=page.keyboard,
                message_thread_id=place.thread_id,
                reply_parameters=_answering(place),
            )
        message = await self.bot.send_photo(
            place.chat_id,
            self._picture(attachment),
            filename=attachment.name,
            caption=page.text,
            parse_mode=ParseMode.HTML,
            reply_markup=page.keyboard,
            message_thread_id=place.thread_id,
            reply_parameters=_answering(place),
        )
        self._keep_picture(attachment, message)
        return message

    async def _edit_text(self, message: MaybeInaccessibleMessage, reply: Reply) -> None:
        page = render(reply)
        await self.bot.edit_message_text(
            page.text,
            chat_id=message.chat.id,
            message_id=message.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=page.preview_options,
            reply_markup=page.keyboard,
        )

    async def _edit_picture(self, message: MaybeInaccessibleMessage, reply: Reply, attachment: Attachment) -> None:
        page = render(reply, limit=CAPTION_LIMIT)
        picture = InputMediaPhoto(
            self._picture(attachment), caption=page.text, parse_mode=ParseMode.HTML, filename=attachment.name
        )
        edited = await self.bot.edit_message_media(
            picture, chat_id=message.chat.id, message_id=message.message_id, reply_markup=page.keyboard
        )
        if isinstance(edited, Message):
            self._keep_picture(attachment, edited)

    def _picture(self, attachment: Attachment) -> bytes | str:
        """What Telegram calls the picture if it has it already, else its bytes."""
        return self._pictures.get(_digest(attachment), attachment.content)

    def _keep_picture(self, attachment: Attachment, message: Message) -> None:
        if message.photo:
            keep(self._pictures, _digest(attachment), message.photo[-1].file_id, most=PICTURES_KEPT)


def keep(kept: OrderedDict[Key, Value], key: Key, value: Value, *, most: int) -> None:
    """Remember the newest ``most`` entries."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)


@contextlib.contextmanager
def _already_so() -> Iterator[None]:
    """An edit that changes nothing is what a second tap looks like."""
    try:
        yield
    except BadRequest as refused:
        if "not modified" not in str(refused).lower():
            raise


def _is_about_preview(refused: BadRequest) -> bool:
    told = str(refused).lower()
    return any(word in told for word in ("webpage", "web page", "url", "preview"))


def _answering(place: Place) -> ReplyParameters | None:
    if place.answered is None:
        return None
    return ReplyParameters(place.answered, allow_sending_without_reply=True)


def _digest(attachment: Attachment) -> str:
    return hashlib.sha256(attachment.content).hexdigest()
