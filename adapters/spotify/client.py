"""One call after another to Spotify, on one worker thread; rules about tokens, rests and retries in one place.

spotipy is used in the only form that neither sleeps for hours nor asks a keyboard: a plain session of ours, a timeout,
and a token that was checked first.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

import requests
import spotipy
import structlog

from adapters.retry_after import retry_after
from adapters.spotify.application import TIMEOUT_S, plain_session
from adapters.spotify.worker import Worker
from bot.domain import CallOutcome
from bot.errors import (
    PlaylistForeign,
    PlaylistGone,
    PlaylistSourceUnavailable,
    ProviderPostponed,
    SmoodyError,
    SourceRefused,
    SpotifyAnswerUnexpected,
)
from bot.ports import ProviderLedger

PROVIDER: Final = "spotify"
ATTEMPTS: Final = 3
LONGEST_WAIT_S: Final = 30.0
"""A longer Retry-After is no pause but an order to come back another day: 13 hours are real."""

NO_HEADER_WAIT_S: Final = 5.0
_OWNERS_TEXTS: Final = ("premium subscription", "may not be registered")
"""What Spotify writes with a 403 that concerns the whole application, and no playlist."""

log = structlog.get_logger(__name__)


class Authorised(Protocol):
    """Somebody in whose name Spotify is called. Both methods block and run on the client's thread."""

    def access_token(self, *, fresh: bool = False) -> str:
        """A token to call Spotify with; another one when ``fresh`` asks for it.

        Raises:
            SmoodyError: There is none.
        """
        ...

    def close(self) -> None:
        """Let connections go."""
        ...


@dataclass(slots=True, kw_only=True)
class SpotifyClient:
    """Calls Spotify in somebody's name. Make one a process for the operator, and close it."""

    account: Authorised
    ledger: ProviderLedger
    api_base: str
    gap_s: float = 1.0
    """Rest between two calls: Spotify counts over 30 seconds and publishes no number."""
    backoff_s: float = 1.0
    attempts: int = ATTEMPTS
    """How often a call is made in all; once where a lost answer may stand for something that was done."""
    timeout_s: tuple[float, float] = TIMEOUT_S
    _worker: Worker = field(default_factory=lambda: Worker("spotify"))
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _session: requests.Session = field(default_factory=plain_session)
    _free_at: float = 0.0

    def close(self) -> None:
        """Let the thread go; a call under way ends by its timeout, or with the process."""
        self._worker.close()
        self._session.close()
        self.account.close()

    async def call(self, ask: Callable[[spotipy.Spotify], Any]) -> Any:
        """The answer to one call of spotipy's: whatever JSON Spotify gave, never None.

        Raises:
            ProviderPostponed: Spotify wants to be left alone for longer, or the day's budget is spent.
            PlaylistForeign, PlaylistGone: A 403 or a 404.
            SourceRefused: Something about the account or the application, to be mended by the operator.
            PlaylistSourceUnavailable: No answer, though asked more than once.
            SpotifyAnswerUnexpected: An answer that is none; it is not asked for again.
        """
        async with self._turn:
            renewed = False
            for attempt in range(self.attempts):
                await self.ledger.allow(PROVIDER)
                await self._pace()
                token = await self._worker.do(partial(self.account.access_token, fresh=renewed))
                try:
                    answer = await self._worker.do(partial(self._ask, token, ask))
                except spotipy.SpotifyException as refused:
                    await self._count(refused)
                    if refused.http_status == 401 and not renewed:
                        renewed = True  # a token can die before its time; once is an accident
                        continue
                    renewed = False
                    await self._wait(_after(refused), attempt, refused)
                except requests.RequestException as cause:
                    await self.ledger.count(PROVIDER, CallOutcome.FAILED)
                    await self._wait(None, attempt, cause)
                except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as cause:
                    await self.ledger.count(PROVIDER, CallOutcome.FAILED)
                    raise SpotifyAnswerUnexpected("Spotify answered with an error of another form") from cause
                else:
                    if answer is None:  # spotipy's word for a body that is no JSON
                        await self.ledger.count(PROVIDER, CallOutcome.FAILED)
                        raise SpotifyAnswerUnexpected("Spotify answered with something that is no JSON")
                    await self.ledger.count(PROVIDER, CallOutcome.ANSWERED)
                    return answer
            raise PlaylistSourceUnavailable("Spotify keeps refusing a token that it has just given")

    def _ask(self, token: str, ask: Callable[[spotipy.Spotify], Any]) -> Any:
        client = spotipy.Spotify(
            auth=token, requests_session=self._session, requests_timeout=self.timeout_s, retries=0, status_retries=0
        )
        client.prefix = self.api_base.rstrip("/") + "/"
        return ask(client)

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))
        self._free_at = loop.time() + self.gap_s

    async def _count(self, refused: spotipy.SpotifyException) -> None:
        is_no = refused.http_status in {401, 403}
        is_answer = refused.http_status == 404 or (is_no and isinstance(_problem_of(refused), PlaylistForeign))
        outcome = CallOutcome.ANSWERED if is_answer else CallOutcome.REFUSED if is_no else CallOutcome.FAILED
        await self.ledger.count(PROVIDER, outcome)

    async def _wait(self, rest: float | None, attempt: int, cause: Exception) -> None:
        """Wait before the next attempt, or say that there is none."""
        if rest is not None and rest > LONGEST_WAIT_S:
            await self.ledger.rest(PROVIDER, rest)
            raise ProviderPostponed(f"Spotify wants no calls for {rest / 3_600:.1f} hours", retry_after=rest) from cause
        if isinstance(cause, spotipy.SpotifyException) and (problem := _problem_of(cause)) is not None:
            raise problem from cause
        if attempt + 1 >= self.attempts:
            told = getattr(cause, "http_status", type(cause).__name__)
            raise PlaylistSourceUnavailable(f"Spotify does not answer ({told})") from cause
        log.info("spotify_asked_again", attempt=attempt + 1, problem=type(cause).__name__)
        jitter = random.uniform(0.5, 1.0)  # noqa: S311  # no cryptography
        await asyncio.sleep(rest if rest is not None else self.backoff_s * 2**attempt * jitter)


def _after(refused: spotipy.SpotifyException) -> float | None:
    """Seconds that Spotify asks us to wait, for a 429."""
    if refused.http_status != 429:
        return None
    return retry_after(refused.headers, default_s=NO_HEADER_WAIT_S)


def _problem_of(refused: spotipy.SpotifyException) -> SmoodyError | None:
    """What a refusal means, or None for one that may pass."""
    status, text = refused.http_status, str(refused.msg)
    if status == 403:
        if any(words in text for words in _OWNERS_TEXTS):
            return SourceRefused(
                "Spotify refuses the application: its owner needs Premium and a place on its user list"
            )
        return PlaylistForeign("the playlist belongs to somebody else")
    if status == 404:
        return PlaylistGone("there is no such playlist, or it is one of Spotify's own")
    if status == 429 or status >= 500 or status == 401:
        return None
    return SpotifyAnswerUnexpected(f"Spotify refused a call as wrong ({status})")
