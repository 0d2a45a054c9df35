"""The operator's authorisation: asked for once, kept in a file of mode 0600, refreshed without anyone being asked."""

import json
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from spotipy.cache_handler import CacheHandler

from adapters.spotify.application import SpotifyApplication
from bot.domain import SpotifyAuthorisation
from bot.errors import AuthorisationExpired, AuthorisationMissing, SmoodyError, SourceRefused
from bot.ports import Clock

SCOPES: Final = ("playlist-read-private", "playlist-read-collaborative")
"""Reading the operator's own playlists is all that a refresh does."""

FILE_NAME: Final = "spotify.json"
_PARTS_OF_A_TOKEN: Final = {"access_token", "refresh_token", "expires_at"}


class TokenFile(CacheHandler):  # type: ignore[misc]  # spotipy is not typed
    """Where the token lies. A token that Spotify has ended is thrown away; when and what for it was given stays."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def get_cached_token(self) -> dict[str, Any] | None:
        """The token as spotipy knows it, or None."""
        token = self.content().get("token")
        return token if isinstance(token, dict) and token.keys() >= _PARTS_OF_A_TOKEN else None

    def save_token_to_cache(self, token_info: dict[str, Any]) -> None:
        """Keep a refreshed token; the time of the login stays what it was."""
        self._write({**self.content(), "token": token_info})

    def note_login(self) -> None:
        """Note that the token comes from a login just now."""
        told = {"authorised_at": self._clock.now().isoformat(), "is_dead": False}
        self._write({"token": self.content().get("token"), **told})

    def bury(self) -> None:
        """Throw the token away, and remember that Spotify ended it."""
        content = self.content()
        content["scope"] = (content.pop("token", None) or {}).get("scope", "")
        self._write({**content, "is_dead": True})

    def remove(self) -> bool:
        """Forget everything; False when there was nothing."""
        existed = self._file.exists()
        self._file.unlink(missing_ok=True)
        return existed

    def content(self) -> dict[str, Any]:
        """Everything that the file says; empty when there is none, or none that can be read."""
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self, content: dict[str, Any]) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=self._file.parent)  # mode 0600, and whole or not there at all
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
        Path(draft).replace(self._file)


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
        token = self._tokens.get_cached_token()
        if token is None:
            if self._tokens.content().get("is_dead"):
                raise AuthorisationExpired("Spotify has ended the authorisation: smoody spotify login")
            raise AuthorisationMissing("no Spotify account is connected: smoody spotify login")
        manager = self.application.manager(SCOPES, self._tokens)
        with self.application.errors(self._ended):
            if fresh or manager.is_token_expired(token):
                renewed = manager.refresh_access_token(token["refresh_token"])
                token = {**token, **{key: value for key, value in renewed.items() if value is not None}}
                self._tokens.save_token_to_cache(token)
            return str(token["access_token"])

    def begin_login(self) -> tuple[str, Callable[[str], None]]:
        """The address at which the operator says yes, and what takes the address that they are sent back to.

        The latter raises what `access_token` raises, and `SourceRefused` for an address that is none of ours or that
        Spotify takes no more. A login that fails leaves the one before as it was.

        Raises:
            AuthorisationMissing: The application's id is not set.
        """
        state = secrets.token_urlsafe(16)
        manager = self.application.manager(SCOPES, self._tokens)
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
            self._tokens.note_login()

        return address, finish

    def logout(self) -> bool:
        """Forget the authorisation here; False when there was none. Spotify's own page ends it for good."""
        return self._tokens.remove()

    @property
    def _tokens(self) -> TokenFile:
        return TokenFile(self.file, self.clock)

    def _ended(self) -> SmoodyError:
        self._tokens.bury()
        return AuthorisationExpired("Spotify has ended the authorisation: smoody spotify login")

    def close(self) -> None:
        """Let connections go."""
        self.application.session.close()
