"""The slash commands and the message menu, in Korean and English; told to Discord only when they have changed.

What Discord was last told is remembered as a digest in a small file in the data directory. It belongs to the
application and not to its listeners, no migration is needed, and when the file is lost one more call mends it; a
process with a data directory of its own tells Discord once more, which changes nothing.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord import app_commands

from adapters.discord.listen import CHOSEN, Conversations, Interaction
from bot.domain import ActionKind, Language, Mood, Track
from bot.phrases import Phrases

DIGEST_FILE: Final = "discord_commands.sha256"

_PRESSES: Final = (
    ActionKind.MORE,
    ActionKind.LIVELIER,
    ActionKind.CALMER,
    ActionKind.MATCH,
    ActionKind.TURN,
    ActionKind.HISTORY,
    ActionKind.DIARY,
    ActionKind.SETTINGS,
    ActionKind.PRIVACY,
    ActionKind.HELP,
)
"""The commands that are the same as a button and take nothing more; each is named by its kind."""

_OPERATORS: Final = discord.Permissions(manage_guild=True)
"""Who sees the admin commands in a server; whether they may use them is looked up when they do."""

_CHOICE: Final = 100
"""Characters of a choice's name and value, at most."""

log = structlog.get_logger(__name__)


class Translations(app_commands.Translator):
    """Names and descriptions in Korean; the ones in English are the commands' own."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The Korean text, or None for every other language."""
        key = string.extras.get("key")
        return self._phrases.say(key, Language.KOREAN) if key and locale is discord.Locale.korean else None


class CommandTree(app_commands.CommandTree[discord.Client]):
    """SMOODY's commands; a command that Discord knows otherwise than we do is told to it anew."""

    def __init__(self, client: discord.Client, conversations: Conversations, digest_file: Path) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._conversations = conversations
        self._digest_file = digest_file

    async def sync_when_changed(self) -> None:
        """Tell Discord the commands unless it has been told these; a refusal is logged and stops nothing."""
        phrases = self._conversations.dialogue.voice.phrases
        await self.set_translator(Translations(phrases))
        digest = await self._digest()
        if self._last_told() != digest:
            await self._tell(digest)

    async def _tell(self, digest: str) -> None:
        try:
            await self.sync()
        except (app_commands.AppCommandError, discord.DiscordException, aiohttp.ClientError, OSError) as refused:
            problem = f"{type(refused).__name__}: {refused}"
            log.error("commands_refused", platform="discord", problem=problem)  # noqa: TRY400  # one line says it all
            return
        log.info("commands_synced", platform="discord")
        self._note(digest)

    def _last_told(self) -> str | None:
        try:
            return self._digest_file.read_text(encoding="ascii")
        except (OSError, ValueError):  # there is none yet, or it is damaged: one more call mends it
            return None

    def _note(self, digest: str | None) -> None:
        """Remember what Discord was told, or forget it; a disk that takes nothing costs one more call next time."""
        try:
            if digest is None:
                self._digest_file.unlink(missing_ok=True)
            else:
                self._digest_file.write_text(digest, encoding="ascii")
        except OSError as problem:
            log.warning("commands_not_noted", platform="discord", problem=type(problem).__name__)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Mend commands that Discord knows otherwise; our own never raise."""
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log.warning("commands_outdated", platform="discord")
            self._note(None)
            await self._conversations.something_wrong(interaction)
            await self._tell(await self._digest())
        else:
            log.error("command_failed", platform="discord", problem=type(error.__cause__ or error).__name__)
            await self._conversations.something_wrong(interaction)

    async def _digest(self) -> str:
        translator = self.translator
        assert translator is not None  # noqa: S101  # set by sync_when_changed
        commands = [await command.get_translated_payload(self, translator) for command in self._get_all_commands()]
        told = json.dumps([self.client.application_id, commands], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()


def build_commands(client: discord.Client, conversations: Conversations, digest_file: Path) -> CommandTree:
    """All commands, ready to be told to Discord."""
    tree = CommandTree(client, conversations, digest_file)
    said = _Wording(conversations.dialogue.voice.phrases)
    for kind in _PRESSES:
        tree.add_command(said.command(kind.value, _presses(conversations, kind)))
    _add_mood(tree, conversations, said)
    _add_similar(tree, conversations, said)
    _add_own_data(tree, conversations, said)
    _add_take(tree, conversations, said)
    _add_operators(tree, conversations, said)
    _add_menu(tree, conversations, said)
    return tree


class _Wording:
    """Names and descriptions by key, each with its translation."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def __call__(self, key: str) -> app_commands.locale_str:
        return app_commands.locale_str(self._phrases.say(key, Language.ENGLISH), key=key)

    def command(
        self, name: str, callback: Callable[..., Awaitable[None]], **options: Any
    ) -> app_commands.Command[Any, ..., None]:
        return app_commands.Command(
            name=self(f"discord_name_{name}"),
            description=self(f"discord_about_{name}"),
            callback=callback,  # type: ignore[arg-type]  # the library wants a coroutine function, which it is
            **options,
        )

    def choice(self, key: str, value: str) -> app_commands.Choice[str]:
        return app_commands.Choice(name=self(key), value=value)


def _presses(conversations: Conversations, kind: ActionKind) -> Callable[[Interaction], Awaitable[None]]:
    async def press(interaction: discord.Interaction[discord.Client]) -> None:
        await conversations.press(interaction, kind)

    return press


def _add_mood(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    @app_commands.rename(text=said("discord_option_text"))
    @app_commands.describe(text=said("discord_about_text"))
    async def mood(interaction: discord.Interaction[discord.Client], text: str) -> None:
        await conversations.utter(interaction, text)

    tree.add_command(said.command("mood", mood))


def _add_similar(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    async def suggest(_interaction: discord.Interaction[discord.Client], typed: str) -> list[app_commands.Choice[str]]:
        tracks = await conversations.suggest(typed)
        return [_choice(track) for track in tracks if len(CHOSEN + track.id) <= _CHOICE]

    @app_commands.rename(track=said("discord_option_track"))
    @app_commands.describe(track=said("discord_about_track"))
    @app_commands.autocomplete(track=suggest)
    async def similar(interaction: discord.Interaction[discord.Client], track: str) -> None:
        await conversations.similar(interaction, track)

    tree.add_command(said.command("similar", similar))


def _add_own_data(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    @app_commands.rename(confirmation=said("discord_option_confirmation"))
    @app_commands.describe(confirmation=said("discord_about_confirmation"))
    async def forget(interaction: discord.Interaction[discord.Client], confirmation: str | None = None) -> None:
        await conversations.press(interaction, ActionKind.FORGET, value=confirmation)

    tree.add_command(said.command("forget", forget))
    tree.add_command(said.command("mydata", _presses(conversations, ActionKind.EXPORT)))


def _add_take(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    @app_commands.rename(form=said("discord_option_form"))
    @app_commands.describe(form=said("discord_about_form"))
    @app_commands.choices(form=[said.choice(f"discord_form_{form}", form) for form in ("text", "csv", "youtube")])
    async def take(interaction: discord.Interaction[discord.Client], form: str) -> None:
        await conversations.press(interaction, ActionKind.TAKE, value=form)

    tree.add_command(said.command("take", take))


def _add_operators(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    async def refresh(interaction: discord.Interaction[discord.Client]) -> None:
        await conversations.refresh(interaction)

    async def status(interaction: discord.Interaction[discord.Client]) -> None:
        await conversations.status(interaction)

    @app_commands.rename(
        do=said("discord_option_do"), address=said("discord_option_address"), mood=said("discord_option_mood")
    )
    @app_commands.describe(
        do=said("discord_about_do"), address=said("discord_about_address"), mood=said("discord_about_mood_option")
    )
    @app_commands.choices(
        do=[said.choice(f"discord_do_{do}", do) for do in ("list", "add", "remove")],
        mood=[said.choice(f"name_{mood}", mood.value) for mood in Mood],
    )
    async def playlists(
        interaction: discord.Interaction[discord.Client],
        do: str = "list",
        address: str | None = None,
        mood: str | None = None,
    ) -> None:
        await conversations.playlists(interaction, " ".join(word for word in (do, address, mood) if word))

    for name, callback in (("refresh", refresh), ("status", status), ("playlists", playlists)):
        command = said.command(name, callback)
        command.default_permissions = _OPERATORS
        tree.add_command(command)


def _add_menu(tree: CommandTree, conversations: Conversations, said: _Wording) -> None:
    """Music for somebody's message, shown to the asker alone: what is heard in others' words is not for everyone."""

    async def suits(interaction: discord.Interaction[discord.Client], message: discord.Message) -> None:
        is_own = message.author.id == interaction.user.id
        await conversations.utter(interaction, message.content, privately=True, is_own=is_own)

    tree.add_command(app_commands.ContextMenu(name=said("discord_menu_suits"), callback=suits))


def _choice(track: Track) -> app_commands.Choice[str]:
    name = f"{track.title} · {track.artist}"
    return app_commands.Choice(
        name=name if len(name) <= _CHOICE else f"{name[: _CHOICE - 1]}…", value=f"{CHOSEN}{track.id}"
    )
