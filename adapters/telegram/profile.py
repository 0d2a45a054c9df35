"""How the bot introduces itself: commands and descriptions, per language and per scope, set only when they changed."""

from collections.abc import Collection, Sequence
from typing import Final

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest

from bot.domain import Language
from bot.phrases import Phrases

IN_PRIVATE: Final = (
    "start",
    "mood",
    "more",
    "history",
    "diary",
    "take",
    "settings",
    "help",
    "privacy",
    "mydata",
    "forget",
)
IN_GROUPS: Final = ("mood", "more", "settings", "help", "privacy")
FOR_ADMINS: Final = ("refresh", "status", "playlists")

log = structlog.get_logger(__name__)


async def introduce(bot: Bot, phrases: Phrases, *, admins: Collection[int], otherwise: Language) -> None:
    """Set what people see before they write; ``otherwise`` is for apps in any other language.

    Raises:
        TelegramError: Telegram does not answer, or refuses.
    """
    scopes: Sequence[tuple[BotCommandScope, Sequence[str]]] = (
        (BotCommandScopeAllPrivateChats(), IN_PRIVATE),
        (BotCommandScopeAllGroupChats(), IN_GROUPS),
        *((BotCommandScopeChat(admin), (*IN_PRIVATE, *FOR_ADMINS)) for admin in admins),
    )
    for code, language in ((None, otherwise), *((each.value, each) for each in Language)):
        for scope, names in scopes:
            commands = tuple(BotCommand(name, phrases.say(f"telegram_command_{name}", language)) for name in names)
            await _set_commands(bot, commands, scope, code)
        short = phrases.say("telegram_short_description", language)
        if (await bot.get_my_short_description(code)).short_description != short:
            await bot.set_my_short_description(short, code)
        long = phrases.say("telegram_description", language)
        if (await bot.get_my_description(code)).description != long:
            await bot.set_my_description(long, code)


async def _set_commands(bot: Bot, commands: tuple[BotCommand, ...], scope: BotCommandScope, code: str | None) -> None:
    try:
        if await bot.get_my_commands(scope, code) != commands:
            await bot.set_my_commands(commands, scope, code)
    except BadRequest:  # an admin who has not written to the bot yet; the commands work all the same
        log.info("telegram_commands_postponed", scope=scope.type)
