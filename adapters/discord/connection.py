"""Discord as a resource: it connects, comes back whenever it died, and finishes what it began when it is closed.

discord.py 2.7 reconnects and resumes by itself once it has been connected, but dies when its first connection fails
(Rapptz/discord.py#10520), and a client that died cannot be started again. So each death is followed by a new client,
after a pause that grows; only what an operator must mend ends the platform.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import discord
import structlog
import yarl
from discord import ui

from adapters.discord.commands import DIGEST_FILE, build_commands
from adapters.discord.listen import Conversations, Interaction, PressedButton
from adapters.discord.render import BUTTON
from bot.admin import Admin
from bot.background import background
from bot.dialogue import Dialogue
from bot.domain import Language
from bot.errors import Misconfigured, PlatformRefused, Unavailable
from bot.identity import Identities

STOPS_WITHIN: Final = 4.0
"""Seconds that answers under way have; closing the connection takes the fifth."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds between a death and the next client; the pause doubles, and begins anew after a life longer than it."""

SYNCS_WITHIN: Final = 30.0
"""Seconds in which Discord must take the commands before we connect without."""

LOOKS_UP_WITHIN: Final = 10.0
"""Seconds in which Discord must answer an operator who asks whether the token is good."""

LONGEST_RATE_LIMIT: Final = 60.0
"""Seconds that the library may sleep in a call when it is told to; what would take longer fails."""

INTENTS: Final = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""None of them is privileged: Discord shows us the words of direct messages and of those that name us only."""

_REFUSALS: Final = {
    4004: "SMOODY_DISCORD__TOKEN was refused by Discord: reset it in the developer portal (Bot, Reset Token)",
    4010: "SMOODY_DISCORD__SHARD_IDS were refused by Discord: each must be below SMOODY_DISCORD__SHARDS",
    4011: "SMOODY_DISCORD__SHARDS must be set: Discord says that the bot is in too many servers for one connection",
    4013: "the connection was refused by Discord: it does not know the intents of this version any more",
    4014: "the connection was refused by Discord: switch on the bot's intents in the developer portal",
}
"""What an operator reads when Discord closes the connection with one of these codes, none of which passes by itself."""

_LOST: Final = "the connection was lost and is being made again"
"""Discord asks for it several times a day, so that it is no warning before a try has failed."""

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Discord:
    """A bot that listens, or tries to."""

    conversations: Conversations
    token: str
    api_base: str
    gateway_url: str
    digest_file: Path
    shards: int | None
    shard_ids: Sequence[int]
    on_refused: Callable[[PlatformRefused], None]
    problem: str | None = "not connected yet"
    """Why it does not listen now; None when it does."""
    life: asyncio.Task[None] | None = None
    """The task of `live`, which `close` ends."""
    _is_closed: bool = False
    _client: discord.Client | None = None
    _pause: float = FIRST_PAUSE

    async def live(self) -> None:
        """Listen until cancelled; what only an operator can mend ends it."""
        try:
            while True:
                began = time.monotonic()
                await self._live_once()
                if time.monotonic() - began > LONGEST_PAUSE:
                    self._pause = FIRST_PAUSE
                await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311  # so that processes spread
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
        except PlatformRefused as refused:
            self.problem = str(refused)
            log.error("discord_ended", problem=self.problem)  # noqa: TRY400  # one line says it all
            self.on_refused(refused)

    async def close(self) -> None:
        """Take nothing more, finish the answers under way, and say goodbye; once."""
        if self._is_closed:
            return
        self._is_closed = True
        if not await self.conversations.drained(within=STOPS_WITHIN):
            log.warning("discord_answers_unfinished")
        if self._client is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._client.close()
        if self.life is not None:
            self.life.cancel()

    async def _live_once(self) -> None:
        """The life of one client.

        Raises:
            PlatformRefused: The token, the intents or the shards are not what Discord wants.
        """
        self._client = client = build_client(
            self.conversations,
            self.digest_file,
            shards=self.shards,
            shard_ids=self.shard_ids,
            on_connected=self._well,
            on_disconnected=self._lost,
        )
        try:
            await client.start(self.token)
        except discord.LoginFailure:
            raise PlatformRefused(_REFUSALS[4004]) from None
        except discord.PrivilegedIntentsRequired:
            raise PlatformRefused(_REFUSALS[4014]) from None
        except discord.ConnectionClosed as closed:
            if closed.code in _REFUSALS:
                raise PlatformRefused(_REFUSALS[closed.code]) from None
            self._ill(f"closed with {closed.code}")
        except Exception as died:
            self._ill(type(died).__name__)
            if not _is_known(died):
                log.exception("discord_died_unforeseen")
        finally:
            await client.close()

    def _well(self) -> None:
        self.problem = None
        log.info("discord_connected")

    def _lost(self) -> None:
        """The library connects again by itself; it calls this for each of its tries that fails, too."""
        if self._is_closed:
            return
        if self.problem is None:
            self.problem = _LOST
        elif self.problem == _LOST:
            self._ill("not made again at once")

    def _ill(self, problem: str) -> None:
        """Note why there is no connection; the same is told once."""
        told, self.problem = self.problem, f"no connection ({problem})"
        if self.problem != told:
            log.warning(
                "discord_interrupted",
                problem=problem,
                remark=f"{self.api_base} or {self.gateway_url} cannot be reached or ends the connection; it is tried "
                "again until it holds. Look at the network, SMOODY_DISCORD__API_BASE and SMOODY_DISCORD__GATEWAY_URL",
            )


@contextlib.asynccontextmanager
async def open_discord(
    dialogue: Dialogue,
    identities: Identities,
    *,
    token: str,
    api_base: str,
    gateway_url: str,
    data_dir: Path,
    language: Language,
    admins: Collection[int] = (),
    admin: Admin | None = None,
    shards: int | None = None,
    shard_ids: Sequence[int] = (),
    on_refused: Callable[[PlatformRefused], None],
) -> AsyncIterator[Discord]:
    """Serve Discord until the block ends, then finish the answers under way.

    Args:
        dialogue: The core.
        identities: Hashes ids.
        token: The bot's.
        api_base: Where the REST interface is, up to and with ``/v10``.
        gateway_url: Where the first connection goes.
        data_dir: Where it is remembered which commands Discord has been told.
        language: That of people whose own is unknown.
        admins: Ids of those who may use the admin commands.
        admin: What they use.
        shards: How many connections all processes together have; None for one that is no shard.
        shard_ids: Which of them are this process's; empty for all.
        on_refused: Told once, when there is no hope.

    Raises:
        Misconfigured: The shard ids do not suit the number of shards.
    """
    if shard_ids and max(shard_ids) >= (shards or 0):
        raise Misconfigured("SMOODY_DISCORD__SHARD_IDS: each must be below SMOODY_DISCORD__SHARDS")
    _aim(api_base, gateway_url)
    bot = Discord(
        conversations=Conversations(
            dialogue=dialogue, identities=identities, language=language, admin=admin, admins=frozenset(admins)
        ),
        token=token,
        api_base=api_base,
        gateway_url=gateway_url,
        digest_file=data_dir / DIGEST_FILE,
        shards=shards,
        shard_ids=shard_ids,
        on_refused=on_refused,
    )
    async with background() as tasks:
        bot.life = tasks.create_task(bot.live())
        try:
            yield bot
        finally:
            await bot.close()


async def look_up(token: str, *, api_base: str) -> str:
    """The name of the bot with this token, asked live.

    Raises:
        PlatformRefused: Discord knows no such bot.
        Unavailable: Discord does not answer.
    """
    _aim(api_base)
    client = discord.Client(intents=INTENTS, max_ratelimit_timeout=LONGEST_RATE_LIMIT)
    try:
        async with client, asyncio.timeout(LOOKS_UP_WITHIN):
            await client.login(token)
            return client.user.name if client.user else ""
    except discord.LoginFailure:
        raise PlatformRefused(_REFUSALS[4004]) from None
    except (discord.DiscordException, aiohttp.ClientError, OSError, KeyError) as problem:
        raise Unavailable(f"{api_base} does not answer ({type(problem).__name__})") from problem


def build_client(
    conversations: Conversations,
    digest_file: Path,
    *,
    shards: int | None = None,
    shard_ids: Sequence[int] = (),
    on_connected: Callable[[], None] = lambda: None,
    on_disconnected: Callable[[], None] = lambda: None,
) -> discord.Client:
    """A client whose events go to ``conversations``; it keeps neither messages nor members."""
    options: dict[str, Any] = {
        "intents": INTENTS,
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "max_ratelimit_timeout": LONGEST_RATE_LIMIT,
    }
    if shards is None:
        client = discord.Client(**options)
    else:
        client = discord.AutoShardedClient(shard_count=shards, shard_ids=list(shard_ids or range(shards)), **options)
    tree = build_commands(client, conversations, digest_file)
    client.add_dynamic_items(_button_for(conversations))

    async def setup_hook() -> None:
        try:
            async with asyncio.timeout(SYNCS_WITHIN):
                await tree.sync_when_changed()
        except TimeoutError:
            log.warning("commands_not_taken")

    async def on_connect() -> None:
        on_connected()

    async def on_resumed() -> None:
        on_connected()

    async def on_disconnect() -> None:
        on_disconnected()

    async def on_message(message: discord.Message) -> None:
        await conversations.hear(message, client.user)

    for event in (setup_hook, on_connect, on_resumed, on_disconnect, on_message):
        client.event(event)
    return client


def _button_for(conversations: Conversations) -> type[ui.DynamicItem[Any]]:
    """Our buttons and selects, which the library finds by their ``custom_id``; those from before a restart, too."""

    class Button(ui.DynamicItem[ui.Item[Any]], template=BUTTON):
        owner = code = label = ""
        turns_the_page = False

        @classmethod
        async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: Any, /) -> "Button":
            self = cls(item)
            self.owner, self.code = match["owner"], match["code"] or ""
            self.turns_the_page = match["turns"] == "~"
            self.label = getattr(item, "label", None) or ""
            return self

        async def callback(self, interaction: Interaction) -> None:
            data: Any = interaction.data
            chosen = data.get("values") or [self.code]
            await conversations.pressed(
                interaction,
                PressedButton(
                    owner=self.owner, turns_the_page=self.turns_the_page, code=str(chosen[0]), label=self.label
                ),
            )

    return Button


def _is_known(died: Exception) -> bool:
    """Whether a client died as clients do: of the network, of Discord, or of the library's defect told of above."""
    defect = isinstance(died, AttributeError) and died.name == "sequence"
    return defect or isinstance(died, OSError | aiohttp.ClientError | discord.DiscordException)


def _aim(api_base: str, gateway_url: str | None = None) -> None:
    """Tell the library where Discord is; it reads these at every call."""
    discord.http.Route.BASE = api_base.rstrip("/")
    if gateway_url is not None:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    discord.VoiceClient.warn_nacl = False  # nothing is said here
    discord.VoiceClient.warn_dave = False
    library = logging.getLogger("discord")
    library.handlers = [_Hushed(logging.WARNING)]
    library.propagate = False


class _Hushed(logging.Handler):
    """What the library logs, without what it fills in: tokens are in its addresses, and ids everywhere."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the bare sentence and the kind of problem."""
        problem = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        log.warning("discord_library", said=str(record.msg), problem=problem)
