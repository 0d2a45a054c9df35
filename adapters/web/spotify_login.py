"""Connecting the operator's Spotify account from the admin page: to Spotify's page, and back to the address here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.errors import SourceRefused
from bot.ports import AccountLogin, Worker

CALLBACK: Final = "/spotify/callback"


@dataclass(slots=True, kw_only=True)
class SpotifyLogin:
    """One login at a time: a new one ends the one before, and each can be finished once."""

    account: AccountLogin
    redirect_uri: str
    worker: Worker
    """Its own: a login that hangs keeps nothing else waiting, the end of the process least of all."""
    _finish: Callable[[str], None] | None = None

    def comes_back_to(self, site: str) -> bool:
        """Whether Spotify sends the browser back to the server on this address, which has no slash at its end."""
        return self.redirect_uri == site + CALLBACK

    async def begin(self) -> str:
        """Spotify's page on which the operator says yes.

        Raises:
            AuthorisationMissing: The application's id is not set.
        """
        address, self._finish = await self.worker.do(self.account.begin_login)
        return address

    async def finish(self, redirected: str) -> None:
        """Take the address that the browser was sent back to; it proves by its state that it belongs to this login.

        Raises:
            SourceRefused: It does not, Spotify was told no, or it takes the address no more.
            AuthorisationMissing: The application's id is not set.
            PlaylistSourceUnavailable: Spotify does not answer.
            SpotifyAnswerUnexpected: It answered with something that is no token.
        """
        if self._finish is None:
            raise SourceRefused("no login was begun")
        await self.worker.do(partial(self._finish, redirected))
        self._finish = None
