"""The operator's application at Spotify: how codes become tokens, with the errors of that ended in one place.

spotipy's managers do the exchange. They are never left alone with a missing token: then they wait for a keyboard, or
listen on a port for ever.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import requests
from spotipy.cache_handler import CacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyOauthError, SpotifyPKCE

from bot.errors import (
    AuthorisationMissing,
    CodeRefused,
    PlaylistSourceUnavailable,
    SmoodyError,
    SourceRefused,
    SpotifyAnswerUnexpected,
)

TIMEOUT_S: Final = (5.0, 15.0)
"""Connecting, and waiting for the next bytes."""

logging.getLogger("spotipy").setLevel(logging.CRITICAL)  # its debug lines show tokens, its errors whole addresses


def plain_session() -> requests.Session:
    """A session that retries nothing and takes no credentials from a ``.netrc``, which would replace our token."""
    session = requests.Session()
    session.auth = lambda request: request
    return session


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotifyApplication:
    """What developer.spotify.com/dashboard knows the operator's bot as."""

    client_id: str | None
    client_secret: str | None
    redirect_uri: str
    accounts_base: str
    session: requests.Session = field(default_factory=plain_session)

    def manager(self, scopes: Sequence[str], tokens: CacheHandler) -> SpotifyOAuth | SpotifyPKCE:
        """The manager of spotipy for one authorisation for ``scopes``, which keeps what it gets in ``tokens``.

        Raises:
            AuthorisationMissing: The application's id is not set.
        """
        if self.client_id is None:
            raise AuthorisationMissing("SMOODY_SPOTIFY__CLIENT_ID is not set: developer.spotify.com/dashboard gives it")
        common = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(scopes),
            "cache_handler": tokens,
            "open_browser": False,
            "requests_timeout": TIMEOUT_S,
            "requests_session": self.session,
        }
        if self.client_secret is None:
            manager = SpotifyPKCE(**common)
        else:
            manager = SpotifyOAuth(**common, client_secret=self.client_secret)
        base = self.accounts_base.rstrip("/")
        manager.OAUTH_AUTHORIZE_URL = f"{base}/authorize"
        manager.OAUTH_TOKEN_URL = f"{base}/api/token"
        return manager

    def exchange(self, manager: SpotifyOAuth | SpotifyPKCE, code: str) -> str:
        """The access token for the code of a login just now; the manager's cache has it with its other parts.

        Raises:
            CodeRefused: There is none, or Spotify does not take it any more.
            SourceRefused: Spotify does not know the application.
            PlaylistSourceUnavailable, SpotifyAnswerUnexpected: It does not answer, or with something else.
        """
        if not code:  # spotipy would ask a keyboard for it
            raise _code_is_old()
        # Both managers keep the token themselves; asking for it as a dictionary would only warn.
        keeps = {} if isinstance(manager, SpotifyPKCE) else {"as_dict": False}
        with self.errors(_code_is_old):
            return str(manager.get_access_token(code, check_cache=False, **keeps))

    @contextlib.contextmanager
    def errors(self, of_invalid_grant: Callable[[], SmoodyError]) -> Iterator[None]:
        """End spotipy's and requests' errors here. Their texts may hold codes and tokens, so they are not quoted."""
        try:
            yield
        except SpotifyOauthError as cause:
            if cause.error == "invalid_grant":
                raise of_invalid_grant() from None
            if cause.error in {"invalid_client", "unauthorized_client"}:
                raise SourceRefused("Spotify does not know SMOODY_SPOTIFY__CLIENT_ID or its secret") from None
            raise PlaylistSourceUnavailable("Spotify gives no token now") from None
        except requests.JSONDecodeError:
            raise SpotifyAnswerUnexpected("Spotify answered with something that is no token") from None
        except requests.RequestException as cause:
            raise PlaylistSourceUnavailable(f"Spotify's login does not answer ({type(cause).__name__})") from None
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            raise SpotifyAnswerUnexpected("Spotify answered with something that is no token") from None


def _code_is_old() -> SmoodyError:
    return CodeRefused("Spotify does not take that address any more: begin the login again")
