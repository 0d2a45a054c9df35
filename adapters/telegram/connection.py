"""Telegram as a resource: it connects, listens by polling or webhook, and finishes what it began when it is closed.

python-telegram-bot is driven by hand and without its `Updater`: that one's polling dies silently when the token is
refused, asks for ever for an update that it cannot read, and keeps a whole batch waiting for its slowest handler. The
loop here has one owner and no way to die unseen.
"""

import asyncio
import contextlib
import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

import httpx
import structlog
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from adapters.telegram.lanes import Lanes
from adapters.telegram.listen import ALLOWED_UPDATES, Conversations
from adapters.telegram.profile import introduce
from adapters.telegram.send import Outbox
from adapters.telegram.transport import Flooded, Pace, PacedRequest, PollingRequest, readable_update
from bot.admin import Admin
from bot.background import background
from bot.dialogue import Dialogue
from bot.domain import Language
from bot.errors import PlatformRefused, Unavailable
from bot.identity import Identities

WEBHOOK_PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a name

POLL_SECONDS: Final = 30
POLL_GRACE: Final = 10.0
"""How long Telegram holds a request for updates, and how much longer we wait for its answer before asking again."""

STOPS_WITHIN: Final = 4.0
"""Seconds that answers under way have; what follows takes the fifth."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0

Route = tuple[str, str, Callable[[web.Request], Awaitable[web.StreamResponse]]]
"""Method, path, handler."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Telegram shall bring updates, and the secret with which it shows that it is Telegram."""

    public_url: str
    secret: str

    @property
    def url(self) -> str:
        """The whole address."""
        return self.public_url.rstrip("/") + WEBHOOK_PATH


@dataclass(slots=True, kw_only=True)
class Telegram:
    """A bot that listens, or tries to."""

    bot: Bot
    api_base: str
    """Where Telegram is, as the operator set it: the bot's own address holds the token."""
    conversations: Conversations
    webhook: Webhook | None
    on_refused: Callable[[PlatformRefused], None]
    poll_seconds: int
    problem: str | None = "not connected yet"
    """Why it does not listen now; None when it does."""
    is_open: bool = False
    life: asyncio.Task[None] | None = None
    """The task of `live`, which `close` ends."""
    _offset: int | None = None
    _pause: float = FIRST_PAUSE
    _told: str | None = None

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the web server has to serve for it."""
        return (("POST", WEBHOOK_PATH, self._receive),) if self.webhook else ()

    async def live(self) -> None:
        """Connect, introduce ourselves and listen until cancelled; a refused token ends it."""
        try:
            await self._connect()
            log.info("telegram_connected", by="webhook" if self.webhook else "polling", name=self.bot.username)
            self.is_open = True
            self.conversations.lanes.start(self._introduce)
            if self.webhook:
                self.problem = None
                return
            while True:
                await self._poll()
        except PlatformRefused as refused:
            self.problem = str(refused)
            log.error("telegram_ended", problem=self.problem)  # noqa: TRY400  # one line says it all
            self.on_refused(refused)

    async def close(self) -> None:
        """Take nothing more and finish the answers under way; when it was closed before, nothing is left to do."""
        self.is_open = False
        if self.life is not None:
            self.life.cancel()
        if not await self.conversations.lanes.drained(within=STOPS_WITHIN):
            log.warning("telegram_answers_unfinished")

    async def _introduce(self) -> None:
        """Tell Telegram our commands; a failure is no reason not to listen."""
        core = self.conversations
        try:
            await introduce(self.bot, core.dialogue.voice.phrases, admins=core.admins, otherwise=core.language)
        except Exception as problem:
            log.warning("telegram_introduction_failed", problem=type(problem).__name__)

    async def _connect(self) -> None:
        """Find out who we are and choose the way of updates, however long it takes.

        Raises:
            PlatformRefused: There is no such bot, or Telegram refuses the webhook.
        """
        while True:
            try:
                await self.bot.initialize()
                if self.webhook is None:
                    await self.bot.delete_webhook()
                else:
                    await self.bot.set_webhook(
                        self.webhook.url, secret_token=self.webhook.secret, allowed_updates=ALLOWED_UPDATES
                    )
            except InvalidToken:
                raise _refused() from None  # the cause's text may hold the token
            except BadRequest as problem:
                raise PlatformRefused(
                    f"SMOODY_WEB__PUBLIC_URL, SMOODY_TELEGRAM__WEBHOOK_SECRET: refused by Telegram ({problem})"
                ) from problem
            except Exception as problem:
                await self._rest(problem)
            else:
                self._well()
                return

    async def _poll(self) -> None:
        """Ask once for updates and hand them on.

        Raises:
            PlatformRefused: The token has been taken back.
        """
        await self.conversations.lanes.room()
        try:
            updates = await self.bot.get_updates(
                offset=self._offset, timeout=self.poll_seconds, allowed_updates=ALLOWED_UPDATES
            )
        except InvalidToken:
            raise _refused() from None
        except Exception as problem:  # a loop that must not end; the text of what went wrong may hold what was written
            await self._rest(problem)
        else:
            self._well()
            for update in updates:
                self._offset = update.update_id + 1
                self._take(update)

    def _take(self, update: Update) -> None:
        try:
            self.conversations.take(update)
        except Exception:  # an update of a shape that nobody foresaw must not keep the others from coming
            log.exception("telegram_update_dropped")

    async def _rest(self, problem: Exception) -> None:
        """Wait before the next try, longer each time; the same problem is told once."""
        name = type(problem).__name__
        self.problem = f"no updates: {name}"
        if name != self._told:
            self._told = name
            log.warning("telegram_interrupted", problem=name, remark=self._remark(problem))
        pause = problem.seconds if isinstance(problem, Flooded) else self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)

    def _remark(self, problem: Exception) -> str:
        """What the operator can make of it, without the problem's own text."""
        if isinstance(problem, Conflict):
            return "another process uses the same token: stop one of them"
        if isinstance(problem, Flooded):
            return f"{self.api_base} asks for a rest of {problem.seconds:g} s; it is tried again after that"
        is_out_of_reach = isinstance(problem.__cause__, httpx.HTTPError)
        return (
            f"{self.api_base} {'cannot be reached' if is_out_of_reach else 'does not answer as it should'}; "
            "it is tried again until it does. Look at the network and at SMOODY_TELEGRAM__API_BASE"
        )

    def _well(self) -> None:
        if self._told is not None:
            log.info("telegram_recovered", problem=self._told)
        self.problem = self._told = None
        self._pause = FIRST_PAUSE

    async def _receive(self, request: web.Request) -> web.Response:
        """One update by webhook. What cannot be taken now is brought again, what cannot be read is not."""
        given = request.headers.get(SECRET_HEADER, "")
        secret = self.webhook.secret if self.webhook else ""
        # aiohttp hands on bytes that are no UTF-8 as what stands for them in a text.
        if not secret or not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        if not self.is_open or self.conversations.lanes.is_full:
            return web.Response(status=503, headers={"Retry-After": "1"})
        try:
            raw = readable_update(await request.json())
        except ValueError:
            return web.Response(status=400)
        if raw is not None:
            self._take(Update.de_json(dict(raw), self.bot))
        return web.Response()


@contextlib.asynccontextmanager
async def open_telegram(
    dialogue: Dialogue,
    identities: Identities,
    *,
    token: str,
    api_base: str,
    file_base: str,
    admins: Collection[int],
    language: Language,
    daily_answers: int,
    admin: Admin | None = None,
    webhook: Webhook | None = None,
    on_refused: Callable[[PlatformRefused], None],
    poll_seconds: int = POLL_SECONDS,
    poll_grace: float = POLL_GRACE,
) -> AsyncIterator[Telegram]:
    """Serve Telegram until the block ends, then finish the answers under way.

    It never raises because of Telegram: it goes on trying, and calls ``on_refused`` when there is no hope.
    """
    _keep_quiet()
    pace = Pace()
    requests = PacedRequest(pace), PollingRequest(read_timeout=poll_grace)
    bot = Bot(
        token,
        base_url=f"{api_base.rstrip('/')}/bot",
        base_file_url=f"{file_base.rstrip('/')}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    async with background() as tasks:
        conversations = Conversations(
            dialogue=dialogue,
            identities=identities,
            language=language,
            bot=bot,
            outbox=Outbox(bot=bot, voice=dialogue.voice),
            pace=pace,
            lanes=Lanes(tasks=tasks),
            admin=admin,
            admins=frozenset(admins),
            daily_answers=daily_answers,
        )
        telegram = Telegram(
            bot=bot,
            api_base=api_base,
            conversations=conversations,
            webhook=webhook,
            on_refused=on_refused,
            poll_seconds=poll_seconds,
        )
        telegram.life = tasks.create_task(telegram.live())
        try:
            yield telegram
        finally:
            await telegram.close()
            for request in requests:
                await request.shutdown()


async def look_up(token: str, *, api_base: str) -> str:
    """The name of the bot with this token, asked live.

    Raises:
        PlatformRefused: Telegram knows no such bot.
        Unavailable: Telegram does not answer.
    """
    _keep_quiet()
    bot = Bot(token, base_url=f"{api_base.rstrip('/')}/bot", request=PacedRequest(Pace(), connections=1))
    try:
        async with bot:
            return f"@{bot.username}"
    except InvalidToken:
        raise _refused() from None  # the cause's text may hold the token
    except TelegramError as problem:
        raise Unavailable(f"{api_base} does not answer ({type(problem).__name__})") from None  # as above


def _keep_quiet() -> None:
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)  # it logs what listeners wrote; all is raised as well
    logging.getLogger("httpx").setLevel(logging.WARNING)  # below that it logs addresses, and ours hold the token


def _refused() -> PlatformRefused:
    return PlatformRefused("SMOODY_TELEGRAM__TOKEN was refused by Telegram: take a new one from @BotFather")
