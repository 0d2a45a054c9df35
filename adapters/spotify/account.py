"""The operator's authorisation: asked for once, kept in a file of mode 0600, refreshed without anyone being asked."""

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeGuard
from urllib.parse import parse_qs, urlsplit

from spotipy.cache_handler import MemoryCacheHandler

from adapters.spotify.application import SpotifyApplication
from bot.domain import SpotifyAuthorisation
from bot.errors import (
    AuthorisationExpired,
    AuthorisationMissing,
    SmoodyError,
    SourceRefused,
    SpotifyAnswerUnexpected,
)
from bot.ports import Clock

SCOPES: Final = ("playlist-read-private", "playlist-read-collaborative")
"""Reading the operator's own playlists is all that a refresh does."""

FILE_NAME: Final = "spotify.json"
_PARTS_OF_A_TOKEN: Final = {"access_token", "refresh_token", "expires_at"}


class TokenFile:
    """Where the token lies. A token that Spotify has ended is thrown away; when and what for it was given stays.

    Spotify takes its time to renew a token, in which the operator may log in anew, here or in another process. So what
    comes of a renewal counts only while the token that was used for it still lies here.
    """

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def token(self) -> dict[str, Any] | None:
        """The token as spotipy knows it, or None."""
        token = self.content().get("token")
        return token if _is_whole(token) else None

    def log_in(self, token: dict[str, Any]) -> None:
        """Keep the token of a login just now."""
        with self._locked():
            self._write({"token": token, "authorised_at": self._clock.now().isoformat(), "is_dead": False})

    def renew(self, used: str, token: dict[str, Any]) -> None:
        """Keep what the refresh token ``used`` was renewed to; the time of the login stays what it was."""
        with self._locked():
            if self._holds(used):
                self._write({**self.content(), "token": token})

    def bury(self, used: str) -> bool:
        """Throw the token with the refresh token ``used`` away, which Spotify ended; False when another one is here."""
        with self._locked():
            if not self._holds(used):
                return False
            content = self.content()
            content["scope"] = content.pop("token").get("scope", "")
            self._write({**content, "is_dead": True})
            return True

    def remove(self) -> bool:
        """Forget everything; False when there was nothing."""
        if not self._file.exists():
            return False
        with self._locked():
            self._file.unlink(missing_ok=True)
        return True

    def content(self) -> dict[str, Any]:
        """Everything that the file says; empty when there is none, or none that can be read."""
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _holds(self, refresh_token: str) -> bool:
        token = self.token()
        return token is not None and token["refresh_token"] == refresh_token

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _write(self, content: dict[str, Any]) -> None:
        descriptor, draft = tempfile.mkstemp(dir=self._file.parent)  # mode 0600, and whole or not there at all
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        Path(draft).replace(self._file)


def _is_whole(token: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(token, dict) and token.keys() >= _PARTS_OF_A_TOKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotifyAccount:
    """The operator's Spotify account. Methods block: they belong on a worker thread, except for `spotify`."""

    data_dir: Path
    application: SpotifyApplication
    clock: Clock

    @property
    def file(self) -> Path:
        """Where the token lies."""
        return self.data_dir / FILE_NAME

    async def spotify(self) -> SpotifyAuthorisation | None:
        """What is allowed, and since when; None when no account was ever connected."""
        content = self._tokens.content()
        token = content.get("token") or {}
        try:
            authorised_at = datetime.fromisoformat(content["authorised_at"])
        except (KeyError, TypeError, ValueError):
            return None
        return SpotifyAuthorisation(
            scopes=tuple(str(token.get("scope") or content.get("scope") or "").split()),
            authorised_at=authorised_at.replace(tzinfo=authorised_at.tzinfo or UTC),
            is_dead=bool(content.get("is_dead")) or not token,
        )

    def access_token(self, *, fresh: bool = False) -> str:
        """A token to call Spotify with, refreshed when it is about to expire, or when ``fresh`` asks for it.

        Raises:
            AuthorisationMissing: No account is connected.
            AuthorisationExpired: Spotify has ended the authorisation; the token was thrown away.
            SourceRefused: The application's id or secret is wrong.
            PlaylistSourceUnavailable: Spotify does not answer.
            SpotifyAnswerUnexpected: It answered with something that is no token.
        """
        token = self._token()
        manager = self.application.manager(SCOPES, MemoryCacheHandler())
        try:
            with self.application.errors(_over):
                if not fresh and not manager.is_token_expired(token):
                    return str(token["access_token"])
                renewed = manager.refresh_access_token(token["refresh_token"])
                told = {key: value for key, value in renewed.items() if value is not None}
        except AuthorisationExpired:
            if self._tokens.bury(token["refresh_token"]):
                raise
        else:
            self._tokens.renew(token["refresh_token"], {**token, **told})
        return str(self._token()["access_token"])  # who logged in meanwhile brought a better one

    def begin_login(self) -> tuple[str, Callable[[str], None]]:
        """The address at which the operator says yes, and what takes the address that they are sent back to.

        The latter raises what `access_token` raises, and `SourceRefused` for an address that is none of ours or that
        Spotify takes no more. A login that fails leaves the one before as it was.

        Raises:
            AuthorisationMissing: The application's id is not set.
        """
        state = secrets.token_urlsafe(16)
        tokens = MemoryCacheHandler()
        manager = self.application.manager(SCOPES, tokens)
        address = manager.get_authorize_url(state=state)

        def finish(redirected: str) -> None:
            answer = parse_qs(urlsplit(redirected.strip()).query)
            if "error" in answer:
                raise SourceRefused(f"Spotify was told no ({answer['error'][0][:40]}); nothing has changed")
            if (
                not secrets.compare_digest(answer.get("state", [""])[0].encode(), state.encode())
                or "code" not in answer
            ):
                raise SourceRefused("that is not the address which Spotify sent you to after this login")
            self.application.exchange(manager, answer["code"][0])
            token = tokens.get_cached_token()
            if not _is_whole(token):
                raise SpotifyAnswerUnexpected("Spotify answered with something that is no token")
            self._tokens.log_in(token)

        return address, finish

    def logout(self) -> bool:
        """Forget the authorisation here; False when there was none. Spotify's own page ends it for good."""
        return self._tokens.remove()

    @property
    def _tokens(self) -> TokenFile:
        return TokenFile(self.file, self.clock)

    def _token(self) -> dict[str, Any]:
        token = self._tokens.token()
        if token is not None:
            return token
        if self._tokens.content().get("is_dead"):
            raise _over()
        raise AuthorisationMissing("no Spotify account is connected: smoody spotify login")

    def close(self) -> None:
        """Let connections go."""
        self.application.session.close()


def _over() -> SmoodyError:
    return AuthorisationExpired("Spotify has ended the authorisation: smoody spotify login")
