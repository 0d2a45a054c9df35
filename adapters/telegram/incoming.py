"""What a Telegram message says to us, if it is meant for us at all. Pure."""

from dataclasses import dataclass
from typing import Final

from telegram import Message, User
from telegram.constants import ChatType, MessageEntityType

from bot.domain import Language

GROUPS: Final = {ChatType.GROUP, ChatType.SUPERGROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``/name argument``, the name in lower case."""

    name: str
    argument: str = ""


def heard_in(message: Message, me: User) -> Command | str | None:
    """The command or the words that are for us; None for everything else, which is not looked at any further.

    In a group that is: a command, an answer to one of our messages, or one that mentions us. What our own inline
    results put into a chat, what channels forward and what bots say is for nobody.
    """
    by_a_bot = message.from_user is None or (message.from_user.is_bot and message.sender_chat is None)
    if by_a_bot or message.via_bot or message.is_automatic_forward:
        return None
    is_in_group = message.chat.type in GROUPS
    if not is_in_group and message.chat.type != ChatType.PRIVATE:
        return None
    text = message.text or message.caption or ""
    if text.startswith("/") and (commands := _entities(message, MessageEntityType.BOT_COMMAND)):
        return _command(text, commands[0], me)
    if not is_in_group:  # a sticker or a voice has no words, and is told so; a service message is nothing at all
        return text if text or message.effective_attachment else None
    return _said_in_group(message, text, me)


def is_in_group(message: Message) -> bool:
    """Whether others read along."""
    return message.chat.type in GROUPS


def language_of(user: User | None, otherwise: Language) -> Language:
    """The language of a person's app: Korean, English for all others, ``otherwise`` when it is not told."""
    code = user.language_code if user else None
    if not code:
        return otherwise
    return Language.KOREAN if code.lower().split("-")[0] == "ko" else Language.ENGLISH


def _command(text: str, command: str, me: User) -> Command | None:
    name, _, addressee = command.removeprefix("/").partition("@")
    if addressee and addressee.lower() != (me.username or "").lower():
        return None
    return Command(name=name.lower(), argument=text[len(command) :].strip())


def _said_in_group(message: Message, text: str, me: User) -> str | None:
    ours = f"@{me.username}".lower()
    mentions = [each for each in _entities(message, MessageEntityType.MENTION) if each.lower() == ours]
    answered = message.reply_to_message
    is_an_answer = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    if not mentions and not is_an_answer:
        return None
    for mention in mentions:
        text = text.replace(mention, " ", 1)
    return " ".join(text.split(" ")).strip() if mentions else text


def _entities(message: Message, kind: str) -> list[str]:
    found = message.parse_entities([kind]) or message.parse_caption_entities([kind])
    return [found[entity] for entity in sorted(found, key=lambda entity: entity.offset)]
