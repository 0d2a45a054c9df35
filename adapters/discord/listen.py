"""Interactions and messages -> the core -> Discord. One answer at a time for each listener, in order.

A channel's listeners do not wait for each other: what they ask for depends on their own last wish only. An interaction
is acknowledged before anything else is done, because Discord forgets it after three seconds.
"""

import asyncio
import contextlib
import io
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

import aiohttp
import discord
import structlog

from adapters.discord.render import owner_mark, render, with_vote
from bot.admin import Admin
from bot.background import UnderWay
from bot.buttons import decode
from bot.dialogue import Dialogue
from bot.domain import ActionKind, Language, ListenerId, Press, Reply, ReplyKind, Speaker, Track, Utterance
from bot.identity import Identities

PLATFORM: Final = "discord"

PERSONAL: Final = frozenset(
    {
        ActionKind.HISTORY,
        ActionKind.SETTINGS,
        ActionKind.SET,
        ActionKind.DIARY,
        ActionKind.TAKE,
        ActionKind.HELP,
        ActionKind.PRIVACY,
        ActionKind.EXPORT,
        ActionKind.FORGET,
    }
)
"""What is answered to the person alone, in a server too. An answer is private from its acknowledgement on or never."""

QUESTIONS_AT_ONCE: Final = 3
"""Questions of one listener that may wait; more are answered with "one moment"."""

THINKING_AT_ONCE: Final = 8
"""Questions that the core is asked at once: fewer than the classifier's line holds, so that a crowd waits and nobody
fails, and so few that those who come next are acknowledged at once. Of 200 people in two seconds the slowest hundredth
waits 50 ms for that; with 32 it is 260 ms, and answers are no sooner (``scripts/bench_discord.py``, two cores)."""

LOOKS_UP_WITHIN: Final = 0.5
"""Seconds in which a listener's wish for privacy must be found before the acknowledgement; else it is assumed."""

EDITS_APART: Final = 1.5
"""Seconds between two edits of a message that shows progress."""

_REMEMBERED: Final = 2_000
"""Interactions and messages that are known to be answered: after a lost connection Discord sends some again."""

_REPLIES_KEPT: Final = 500
"""Replies whose cards can still be marked after a vote; for older ones the vote is kept all the same."""

CHOSEN: Final = "track:"
"""How a track that was chosen from the suggestions begins, before its id; anything else was typed to the end."""

ALREADY_ACKNOWLEDGED: Final = 40_060
_GONE: Final = frozenset({10_003, 10_008, 10_015, 10_062, 50_027})
"""The channel, message, webhook or interaction is no more, or its token has ended: people delete, and time passes."""
_CLOSED_TO_US: Final = frozenset({50_001, 50_007, 50_013, 50_278})
"""We may not see, write there, or write to that person."""

Asks: TypeAlias = Callable[[Speaker], Awaitable[Reply]]
Interaction: TypeAlias = discord.Interaction[discord.Client]
Shows: TypeAlias = Callable[[Interaction, Speaker, Reply, bool], Awaitable[None]]
"""Shows a reply; the last says whether it was acknowledged as one that the person alone sees."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedButton:
    """One of our buttons or a choice of one of our selects: whose it is, what it says and does."""

    owner: str
    turns_the_page: bool
    code: str
    label: str


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    __weakref__: Any = field(init=False, repr=False)


@dataclass(slots=True, kw_only=True)
class Conversations:
    """What Discord's events lead to. Nothing raises: whatever goes wrong is logged and calmly said."""

    dialogue: Dialogue
    identities: Identities
    language: Language
    """That of people whose own is unknown."""
    admin: Admin | None
    admins: Collection[int]
    _answered: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _replies: OrderedDict[int, Reply] = field(default_factory=OrderedDict)
    _turns: WeakValueDictionary[ListenerId, _Turn] = field(default_factory=WeakValueDictionary)
    _thinking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(THINKING_AT_ONCE))
    _under_way: UnderWay = field(default_factory=UnderWay)

    async def utter(self, interaction: Interaction, text: str, *, privately: bool = False, is_own: bool = True) -> None:
        """Answer what was written, by the asker or not; a word of danger is never answered before everyone."""

        async def ask(speaker: Speaker) -> Reply:
            return await self.dialogue.answer(Utterance(text=text, speaker=speaker, is_own=is_own))

        await self._answer(interaction, ask, hidden=privately or self.dialogue.calls_for_care(text))

    async def press(
        self, interaction: Interaction, kind: ActionKind, *, track_id: str | None = None, value: str | None = None
    ) -> None:
        """Answer a command that is the same as a button."""

        async def ask(speaker: Speaker) -> Reply:
            return await self.dialogue.press(Press(kind=kind, speaker=speaker, track_id=track_id, value=value))

        await self._answer(interaction, ask, hidden=kind in PERSONAL)

    async def similar(self, interaction: Interaction, words: str) -> None:
        """Answer with tracks like the one that was chosen while typing, or that the words name best."""

        async def ask(speaker: Speaker) -> Reply:
            track_id = words.removeprefix(CHOSEN)
            if not words.startswith(CHOSEN):
                track_id = next((track.id for track in await self.dialogue.find(words, count=1)), words)
            return await self.dialogue.press(Press(kind=ActionKind.SIMILAR, speaker=speaker, track_id=track_id))

        await self._answer(interaction, ask, hidden=False)

    async def suggest(self, words: str) -> Collection[Track]:
        """At most 25 tracks for what was typed so far."""
        return await self.dialogue.find(words, count=25)

    async def pressed(self, interaction: Interaction, button: PressedButton) -> None:
        """Answer a pressed button or a chosen option."""
        speaker = self._speaker(interaction)
        press = decode(button.code, speaker)

        async def ask(_speaker: Speaker) -> Reply:
            if press is None:  # from an older version
                return self.dialogue.greet(speaker.language)
            return await self.dialogue.press(press)

        if button.owner != owner_mark(speaker.listener):
            await self._say(interaction, "discord_not_yours")
        elif press is not None and press.kind is ActionKind.EXAMPLE:
            await self.utter(interaction, button.label, privately=_is_seen_by_one(interaction))
        elif press is not None and press.kind in {ActionKind.REFRESH, ActionKind.CANCEL_REFRESH}:
            await (self.refresh if press.kind is ActionKind.REFRESH else self.cancel)(interaction)
        elif press is not None and press.kind in {ActionKind.LIKE, ActionKind.DISLIKE}:
            await self._answer(interaction, ask, hidden=True, in_place=self._show_vote)
        elif button.turns_the_page:
            await self._answer(interaction, ask, hidden=True, in_place=self._show_page)
        else:
            is_personal = press is not None and press.kind in PERSONAL
            await self._answer(interaction, ask, hidden=is_personal or _is_seen_by_one(interaction))

    async def refresh(self, interaction: Interaction) -> None:
        """Refresh the catalogue, with its progress in one message."""
        admin = await self._admin_for(interaction)
        if admin is None:
            return

        async with self._taken(interaction) as speaker:
            if speaker is None or not await _acknowledged(interaction, hidden=True):
                return

            async def show(reply: Reply) -> None:
                await self._show(interaction, speaker, reply, True)

            await self._calmly(speaker, lambda: self._follow(interaction, admin.refresh(speaker.language), show), show)

    async def cancel(self, interaction: Interaction) -> None:
        """Stop the refresh under way."""
        await self._administer(interaction, lambda admin, language: admin.cancel(language))

    async def status(self, interaction: Interaction) -> None:
        """How the catalogue and its sources are."""
        await self._administer(interaction, lambda admin, language: admin.status(language))

    async def playlists(self, interaction: Interaction, words: str) -> None:
        """List, add or remove sources."""
        await self._administer(interaction, lambda admin, language: admin.playlists(words, language))

    async def something_wrong(self, interaction: Interaction) -> None:
        """Say that something went wrong before the core was asked."""
        await self._say(interaction, "something_wrong")

    async def hear(self, message: discord.Message, me: discord.abc.User | None) -> None:
        """Answer a direct message, or one that names us; a text that is only our name gets a greeting."""
        is_ours = message.guild is None or any(me is not None and named.id == me.id for named in message.mentions)
        if message.author.bot or message.webhook_id or not is_ours or message.is_system():
            return
        if self._under_way.is_closing or not self._is_new(message.id):
            return
        speaker = self._speaker_of(message)
        text = re.sub(rf"<@!?{me.id}>", " ", message.content).strip() if me is not None else message.content
        with (
            structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=speaker.listener[:12]),
            self._under_way.one(),
        ):
            await self._hear(message, speaker, text)

    async def drained(self, *, within: float) -> bool:
        """Take no more questions and wait for the answers under way; False when some still were after ``within`` s."""
        return await self._under_way.drained(within=within)

    async def _answer(
        self, interaction: Interaction, ask: Asks, *, hidden: bool, in_place: Shows | None = None
    ) -> None:
        """Acknowledge, ask the core in turn, and show what it says: as an answer, or in the pressed message."""
        async with self._taken(interaction) as speaker:
            if speaker is None:
                return
            hidden = hidden or await self._wants_privacy(speaker)
            if not await _acknowledged(interaction, hidden=hidden, in_place=in_place is not None):
                return
            show, say = (in_place, self._show_beside) if in_place else (self._show, self._show)

            async def answer() -> None:
                async with self._turn(speaker) as is_free:
                    if is_free:
                        async with self._thinking:
                            reply = await ask(speaker)
                    else:
                        reply = self._text("one_moment", speaker.language)
                    await show(interaction, speaker, reply, hidden)

            await self._calmly(speaker, answer, lambda reply: say(interaction, speaker, reply, hidden))

    async def _follow(
        self,
        interaction: Interaction,
        replies: AsyncIterator[Reply],
        show: Callable[[Reply], Awaitable[None]],
    ) -> None:
        """Show progress as it comes, but not too often; the last reply always."""
        shown, shown_at, reply = "", 0.0, None
        async for reply in replies:
            if self._under_way.is_closing:
                return
            is_due = time.monotonic() - shown_at >= EDITS_APART and not interaction.is_expired()
            if is_due and reply.text != shown:
                await show(reply)
                shown, shown_at = reply.text, time.monotonic()
        if reply is not None and reply.text != shown:
            await show(reply)

    async def _administer(self, interaction: Interaction, ask: Callable[[Admin, Language], Awaitable[Reply]]) -> None:
        admin = await self._admin_for(interaction)
        if admin is not None:
            await self._answer(interaction, lambda speaker: ask(admin, speaker.language), hidden=True)

    async def _admin_for(self, interaction: Interaction) -> Admin | None:
        """What an admin may use; None for everyone else and where there is nothing to administer, who are told so.

        Discord's own permissions only hide the commands, and every server's owner may lift them.
        """
        if interaction.user.id not in self.admins:
            await self._say(interaction, "admins_only")
            return None
        if self.admin is None:
            await self._say(interaction, "discord_no_admin")
        return self.admin

    async def _say(self, interaction: Interaction, key: str) -> None:
        """One of our own lines, to the person alone."""

        async def ask(speaker: Speaker) -> Reply:
            return self._text(key, speaker.language)

        await self._answer(interaction, ask, hidden=True)

    async def _calmly(
        self, speaker: Speaker, answer: Callable[[], Awaitable[None]], say: Callable[[Reply], Awaitable[None]]
    ) -> None:
        """Answer; what goes wrong is logged and, if it can be, said."""
        try:
            await answer()
        except Exception as problem:
            if _is_normal(problem):
                log.info("answer_not_shown", code=getattr(problem, "code", None))
                return
            log.exception("answer_failed")
            with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await say(self._text("something_wrong", speaker.language))

    async def _show(self, interaction: Interaction, speaker: Speaker, reply: Reply, hidden: bool) -> None:
        """Put the reply where "thinking…" stands; what turns out to be private goes to the person alone instead."""
        parts = _parts(reply, self._render(reply, speaker))
        if interaction.is_expired():
            await self._send_late(interaction, reply, parts, hidden=hidden)
        elif _is_for_one(reply) and speaker.is_in_group and not hidden:
            await interaction.delete_original_response()
            await interaction.followup.send(**parts, ephemeral=True)
        else:
            message = await interaction.edit_original_response(view=parts["view"], attachments=parts.get("files", []))
            self._keep(message.id, reply)

    async def _show_beside(self, interaction: Interaction, speaker: Speaker, reply: Reply, _hidden: bool) -> None:
        """Leave the pressed message as it is and tell the person alone."""
        await interaction.followup.send(**_parts(reply, self._render(reply, speaker)), ephemeral=True)

    async def _show_page(self, interaction: Interaction, speaker: Speaker, reply: Reply, hidden: bool) -> None:
        """Turn the page of the pressed message; words without a page come beside it."""
        show = self._show if reply.actions else self._show_beside
        await show(interaction, speaker, reply, hidden)

    async def _show_vote(self, interaction: Interaction, speaker: Speaker, reply: Reply, _hidden: bool) -> None:
        """Mark the vote on its card where the reply is still known, and tell the person."""
        shown = self._replies.get(interaction.message.id) if interaction.message else None
        if shown is not None and reply.track_id is not None and interaction.message is not None:
            marked = with_vote(shown, reply.track_id, reply.vote)
            self._keep(interaction.message.id, marked)
            try:
                await interaction.edit_original_response(view=self._render(marked, speaker))
            except discord.HTTPException as problem:
                if not _is_normal(problem):
                    raise
        await interaction.followup.send(reply.text, ephemeral=True)

    async def _send_late(self, interaction: Interaction, reply: Reply, parts: dict[str, Any], *, hidden: bool) -> None:
        """An interaction can be answered for fifteen minutes; what takes longer comes as a message of its own."""
        if hidden or _is_for_one(reply):
            await interaction.user.send(**parts)
        elif isinstance(interaction.channel, discord.abc.Messageable):
            await interaction.channel.send(**parts)

    async def _hear(self, message: discord.Message, speaker: Speaker, text: str) -> None:
        async def answer() -> None:
            async with self._turn(speaker) as is_free:
                if not is_free:
                    reply = self._text("one_moment", speaker.language)
                elif not text and speaker.is_in_group:
                    reply = self.dialogue.greet(speaker.language)
                else:
                    async with self._thinking:
                        reply = await self.dialogue.answer(Utterance(text=text, speaker=speaker))
                await self._send(message, speaker, reply)

        await self._calmly(speaker, answer, lambda reply: self._send(message, speaker, reply))

    async def _send(self, message: discord.Message, speaker: Speaker, reply: Reply) -> None:
        """Answer beside the message; what is private in a server goes to the person's own chat or is not said."""
        if speaker.is_in_group and (_is_for_one(reply) or await self._wants_privacy(speaker)):
            try:
                await message.author.send(**_parts(reply, self._render(reply, speaker)))
            except discord.Forbidden:
                reply = self._text("discord_write_to_me", speaker.language)
            else:
                return
        parts = _parts(reply, self._render(reply, speaker))
        reference = discord.MessageReference.from_message(message, fail_if_not_exists=False)
        sent = await message.channel.send(**parts, reference=reference, mention_author=False)
        self._keep(sent.id, reply)

    async def _wants_privacy(self, speaker: Speaker) -> bool:
        """Whether a listener has set that others are not to see their answers."""
        if not speaker.is_in_group:
            return False
        try:
            async with asyncio.timeout(LOOKS_UP_WITHIN):
                return await self.dialogue.answers_privately(speaker)
        except TimeoutError:
            return True
        except Exception:
            log.exception("preference_unknown")
            return True

    @contextlib.asynccontextmanager
    async def _taken(self, interaction: Interaction) -> AsyncIterator[Speaker | None]:
        """The speaker of an interaction that is to be answered; None for one that was, or that came too late."""
        if not self._is_new(interaction.id):
            yield None
            return
        speaker = self._speaker(interaction)
        with structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=speaker.listener[:12]):
            if self._under_way.is_closing:
                line = self.dialogue.voice.phrases.say("one_moment", speaker.language)
                with contextlib.suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                    await interaction.response.send_message(line, ephemeral=True)
                yield None
                return
            with self._under_way.one():
                yield speaker

    @contextlib.asynccontextmanager
    async def _turn(self, speaker: Speaker) -> AsyncIterator[bool]:
        """Wait for the listener's turn; False, at once, when too many of their questions wait already."""
        turn = self._turns.setdefault(speaker.listener, _Turn())
        if turn.waiting >= QUESTIONS_AT_ONCE:
            yield False
            return
        turn.waiting += 1
        try:
            async with turn.lock:
                yield True
        finally:
            turn.waiting -= 1

    def _is_new(self, event_id: int) -> bool:
        if event_id in self._answered:
            return False
        self._answered[event_id] = None
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        return True

    def _keep(self, message_id: int, reply: Reply) -> None:
        if reply.cards:
            self._replies[message_id] = reply
            self._replies.move_to_end(message_id)
            if len(self._replies) > _REPLIES_KEPT:
                self._replies.popitem(last=False)

    def _render(self, reply: Reply, speaker: Speaker) -> discord.ui.LayoutView:
        return render(reply, speaker.listener, self.dialogue.voice.phrases)

    def _text(self, key: str, language: Language) -> Reply:
        return self.dialogue.voice.text(key, language)

    def _speaker(self, interaction: Interaction) -> Speaker:
        is_in_group = interaction.guild_id is not None or bool(interaction.context.private_channel)
        is_korean = interaction.locale is discord.Locale.korean
        return self._who(
            interaction.user.id,
            interaction.channel_id or interaction.user.id,
            Language.KOREAN if is_korean else Language.ENGLISH,
            is_in_group=is_in_group,
        )

    def _speaker_of(self, message: discord.Message) -> Speaker:
        """A message does not tell its writer's language; a server may, and says English if it never did."""
        is_korean = message.guild is not None and message.guild.preferred_locale is discord.Locale.korean
        return self._who(
            message.author.id,
            message.channel.id,
            Language.KOREAN if is_korean else self.language,
            is_in_group=message.guild is not None,
        )

    def _who(self, user_id: int, channel_id: int, language: Language, *, is_in_group: bool) -> Speaker:
        return Speaker(
            listener=self.identities.listener(PLATFORM, str(user_id)),
            conversation=self.identities.conversation(PLATFORM, str(channel_id)),
            language=language,
            is_in_group=is_in_group,
        )


async def _acknowledged(interaction: Interaction, *, hidden: bool, in_place: bool = False) -> bool:
    """Acknowledge, with "thinking…" unless the pressed message itself changes; False when Discord does not wait."""
    try:
        await interaction.response.defer(thinking=not in_place, ephemeral=hidden and not in_place)
    except discord.HTTPException as refused:
        if refused.code == ALREADY_ACKNOWLEDGED:  # the library asked again after a 5xx that had done its work
            return True
        log.warning("interaction_lost", status=refused.status, code=refused.code)
        return False
    except (discord.RateLimited, aiohttp.ClientError, OSError) as problem:
        log.warning("interaction_lost", problem=type(problem).__name__)
        return False
    return True


def _parts(reply: Reply, layout: discord.ui.LayoutView) -> dict[str, Any]:
    """The arguments of a call that sends; a file can be sent once only."""
    if reply.attachment is None:
        return {"view": layout}
    file = discord.File(
        io.BytesIO(reply.attachment.content), filename=reply.attachment.name, description=reply.attachment.alt
    )
    return {"view": layout, "files": [file]}


def _is_for_one(reply: Reply) -> bool:
    return reply.is_private or reply.kind is ReplyKind.CARE


def _is_seen_by_one(interaction: Interaction) -> bool:
    """Whether the message that was pressed is shown to one person only."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _is_normal(problem: Exception) -> bool:
    """Whether a message could not be shown for a reason that lies with people, not with us."""
    return isinstance(problem, discord.HTTPException) and problem.code in _GONE | _CLOSED_TO_US
