"""Playlists in a listener's own Spotify account, for the few people whom the operator has let in.

A new application at Spotify may have five users, each put on its list by hand, so this is for family and friends. The
authorisation is used at once and thrown away: what a browser carries to Spotify and back says which tracks are meant,
and nothing is kept here. Whoever has said yes before is sent straight through by Spotify.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyPKCE

from adapters.spotify.application import SpotifyApplication
from adapters.spotify.client import SpotifyClient
from bot.addresses import PLAYLIST, playlist_address
from bot.domain import Language, ListenerId, Track
from bot.errors import OrderExpired, SourceRefused, SpotifyAnswerUnexpected
from bot.phrases import Phrases
from bot.ports import Clock, ProviderLedger

SCOPES: Final = ("playlist-modify-private",)
"""Making private playlists is all that an export does."""

PATH: Final = "/spotify/playlist"
"""Where browsers start from and come back to; the operator names it at Spotify as a redirect URI."""

ORDERS_LAST_S: Final = 1_800
PLAYLIST_PAGE: Final = "https://open.spotify.com/playlist/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistExports:
    """`PlaylistExport` over Spotify. An order is a signed text with the language and the tracks' ids."""

    allowed: Collection[ListenerId]
    application: SpotifyApplication
    """Sends browsers back to `PATH` on this server."""
    ledger: ProviderLedger
    api_base: str
    secret: bytes
    phrases: Phrases
    clock: Clock
    zone: tzinfo
    gap_s: float = 1.0

    def is_open_to(self, listener: ListenerId) -> bool:
        """Whether the operator has let this listener in."""
        return listener in self.allowed

    def address(self, tracks: Sequence[Track], language: Language) -> str:
        """Our page that leads to Spotify's, for those of ``tracks`` that Spotify has."""
        order = self._signer.dumps([language.value, *(track.id for track in tracks if track.is_on_spotify)])
        return f"{self.application.redirect_uri}?{urlencode({'order': order})}"

    def language_of(self, order: str) -> Language | None:
        """The language in which an order was given, however old it is; None for a text that is no order of ours."""
        try:
            return self._read(order)[0]
        except OrderExpired:
            return None

    def spotify_page(self, order: str) -> str:
        """Spotify's page on which the listener says yes to an order.

        Raises:
            OrderExpired: The order is too old, or none of ours.
            AuthorisationMissing: The application's id is not set.
        """
        self._read(order, max_age=ORDERS_LAST_S)
        return str(self._manager(order).get_authorize_url(state=order))

    async def make(self, order: str, code: str) -> str:
        """Make the playlist that was ordered, with the code that Spotify gave the browser; returns its page.

        Raises:
            OrderExpired: The order is too old, or none of ours.
            SourceRefused: The account is not on the application's list, or the code is used up.
            Unavailable, SpotifyAnswerUnexpected: Spotify does not answer, or with something else.
        """
        language, tracks = self._read(order, max_age=ORDERS_LAST_S)
        login = _Login(application=self.application, manager=self._manager(order), code=code)
        # Asked once: a playlist whose answer was lost must not be made twice.
        client = SpotifyClient(account=login, ledger=self.ledger, api_base=self.api_base, gap_s=self.gap_s, attempts=1)
        today = self.clock.now().astimezone(self.zone)
        name = self.phrases.say("playlist_name", language, year=today.year, month=today.month, day=today.day)
        told = self.phrases.say("playlist_about", language)
        try:
            made = await client.call(
                lambda spotify: spotify.current_user_playlist_create(name, public=False, description=told)
            )
            address = playlist_address(str(made.get("id"))) if isinstance(made, dict) else None
            if address is None:
                raise SpotifyAnswerUnexpected("Spotify answered with something that is no playlist")
            await client.call(partial(_add, playlist=address, tracks=tracks))
        finally:
            client.close()
        return PLAYLIST_PAGE + address.removeprefix(PLAYLIST)

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="spotify-playlist")

    def _read(self, order: str, *, max_age: int | None = None) -> tuple[Language, list[str]]:
        try:
            language, *tracks = self._signer.loads(order, max_age=max_age)
            return Language(language), tracks
        except BadData:
            raise OrderExpired from None

    def _manager(self, order: str) -> SpotifyOAuth | SpotifyPKCE:
        """The manager of one export. Its proof that both halves are the same login's (PKCE) comes from the order.

        https://datatracker.ietf.org/doc/html/rfc7636#section-4
        """
        manager = self.application.manager(SCOPES, MemoryCacheHandler())
        if isinstance(manager, SpotifyPKCE):
            manager.code_verifier = _base64(hmac.digest(self.secret, order.encode(), "sha256"))
            manager.code_challenge = _base64(hashlib.sha256(manager.code_verifier.encode()).digest())
        return manager


@dataclass(slots=True, kw_only=True)
class _Login:
    """`Authorised` for one export: the code becomes a token when it is first asked for, and then there is no other."""

    application: SpotifyApplication
    manager: SpotifyOAuth | SpotifyPKCE
    code: str
    _token: str | None = None

    def access_token(self, *, fresh: bool = False) -> str:
        if fresh:
            raise SourceRefused("Spotify refuses a token that it has just given")
        if self._token is None:
            self._token = self.application.exchange(self.manager, self.code)
        return self._token

    def close(self) -> None:
        """Nothing: the application's connections serve the next export, too."""


def _add(spotify: Any, *, playlist: str, tracks: Sequence[str]) -> Any:
    return spotify.playlist_add_items(playlist, [f"spotify:track:{each}" for each in tracks])


def _base64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
