"""SMOODY in a terminal and in pipes: the same core as everywhere, one utterance a line."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

import structlog

from bot.dialogue import Dialogue
from bot.domain import Action, ActionKind, Attachment, Press, Reply, Speaker, TrackCard, Utterance, Vote

PLATFORM: Final = "console"

_COMMANDS: Final[Mapping[str, ActionKind]] = {
    "/more": ActionKind.MORE,
    "/livelier": ActionKind.LIVELIER,
    "/calmer": ActionKind.CALMER,
    "/like": ActionKind.LIKE,
    "/dislike": ActionKind.DISLIKE,
    "/similar": ActionKind.SIMILAR,
    "/match": ActionKind.MATCH,
    "/turn": ActionKind.TURN,
    "/history": ActionKind.HISTORY,
    "/take": ActionKind.TAKE,
    "/settings": ActionKind.SETTINGS,
    "/set": ActionKind.SET,
    "/diary": ActionKind.DIARY,
    "/privacy": ActionKind.PRIVACY,
    "/mydata": ActionKind.EXPORT,
    "/forget": ActionKind.FORGET,
    "/help": ActionKind.HELP,
}
_OF_A_CARD: Final = {ActionKind.LIKE, ActionKind.DISLIKE, ActionKind.SIMILAR}
QUIT: Final = {"/quit", "/exit", "/q"}

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class ConsoleChat:
    """A conversation over two text streams. On a terminal it greets and prompts; in a pipe it only answers."""

    dialogue: Dialogue
    speaker: Speaker
    lines: AsyncIterator[str]
    out: TextIO
    is_terminal: bool = False
    _cards: tuple[TrackCard, ...] = ()
    _actions: tuple[Action, ...] = ()

    async def talk(self) -> None:
        """Answer line by line until the input ends."""
        if self.is_terminal:
            self._show(self.dialogue.greet(self.speaker.language))
        self._prompt()
        async for line in self.lines:
            said = line.strip("\r\n")
            if said.strip() in QUIT:
                return
            if said.strip():
                self._show(await self._reply_to(said))
            self._prompt()

    async def _reply_to(self, said: str) -> Reply:
        with structlog.contextvars.bound_contextvars(platform=PLATFORM, listener=self.speaker.listener[:12]):
            try:
                press = self._press(said)
                if press is not None:
                    return await self.dialogue.press(press)
                return await self.dialogue.answer(Utterance(text=said, speaker=self.speaker))
            except Exception:
                log.exception("answer_failed")
                return self.dialogue.voice.text("something_wrong", self.speaker.language)

    def _press(self, said: str) -> Press | None:
        """A button's label presses it, ``/more`` does too; ``/like 2`` is about the second card, ``/history 2`` a page.

        Anything else is an utterance.
        """
        action = next((action for action in self._actions if action.label == said.strip()), None)
        if action is not None and action.kind is not ActionKind.EXAMPLE:
            return Press(
                kind=action.kind,
                speaker=self.speaker,
                track_id=action.track_id,
                mood=action.mood,
                emotion=action.emotion,
                value=action.value,
            )
        command, _, rest = said.strip().partition(" ")
        kind = _COMMANDS.get(command)
        if kind is None:
            return None
        if kind not in _OF_A_CARD:
            return Press(kind=kind, speaker=self.speaker, value=rest.strip() or None)
        card = next((card for card in self._cards if str(card.position) == (rest.strip() or "1")), None)
        return Press(kind=kind, speaker=self.speaker, track_id=card.track.id if card else None)

    def _show(self, reply: Reply) -> None:
        if reply.cards:
            self._cards = reply.cards
        if reply.actions:
            self._actions = reply.actions
        print(render(reply), file=self.out, flush=True)

    def _prompt(self) -> None:
        if self.is_terminal:
            print("\n› ", end="", file=self.out, flush=True)


def render(reply: Reply) -> str:
    """A reply as plain text."""
    lines = [reply.text]
    if reply.note:
        lines.append(reply.note)
    for card in reply.cards:
        vote = {Vote.LIKE: " 👍", Vote.DISLIKE: " 👎", None: ""}[card.vote]
        lines += [
            "",
            f"{card.position}. {card.track.title} — {card.track.artist}{vote}",
            f"   {card.reason}",
            f"   {card.spotify_url}",
            f"   {card.youtube_url}",
            *(f"   {link.name}: {link.url}" for link in card.links),
        ]
    if reply.attachment:
        lines += ["", _in_words(reply.attachment)]
    if reply.actions:
        lines += ["", "  ".join(f"[{'✓ ' if action.is_chosen else ''}{action.label}]" for action in reply.actions)]
    if reply.cards:
        lines.append("/more  /livelier  /calmer  /turn  /like 1  /dislike 1  /similar 1  /history  /settings  /quit")
    return "\n".join(lines) + "\n"


def _in_words(attachment: Attachment) -> str:
    """A file as a terminal can show it: text as it is, a picture as what it shows."""
    if attachment.is_picture:
        return attachment.alt or attachment.name
    return attachment.content.decode("utf-8-sig")


async def stdin_lines() -> AsyncIterator[str]:
    """Lines of standard input, without holding up the event loop. Bytes that are no UTF-8 become replacement signs.

    A daemon thread reads, straight from the descriptor: a thread that waits in `sys.stdin` holds a lock, and Python
    aborts when it ends meanwhile, as at /quit and Ctrl+C.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        descriptor = sys.stdin.fileno()
        while piece := os.read(descriptor, 65_536):
            loop.call_soon_threadsafe(pieces.put_nowait, piece)
        loop.call_soon_threadsafe(pieces.put_nowait, b"")

    threading.Thread(target=read, name="stdin", daemon=True).start()
    rest = b""
    while piece := await pieces.get():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")
