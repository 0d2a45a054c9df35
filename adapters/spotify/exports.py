"""Playlists in a listener's own Spotify account, for the few people whom the operator has let in.

A new application at Spotify may have five users, each put on its list by hand, so this is for family and friends. The
authorisation is used at once and thrown away: what a browser carries to Spotify and back says which tracks are meant,
and nothing is kept here. Whoever has said yes before is sent straight through by Spotify.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from itsdangerous import BadData, URLSafeTimedSerializer
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyPKCE

from adapters.spotify.application import SpotifyApplication
from adapters.spotify.client import ATTEMPTS, SpotifyClient
from bot.addresses import PLAYLIST, playlist_address
from bot.domain import Language, ListenerId, Track
from bot.errors import (
    CodeRefused,
    OrderExpired,
    PlaylistHalfMade,
    SmoodyError,
    SourceRefused,
    SpotifyAnswerUnexpected,
)
from bot.phrases import Phrases
from bot.ports import Clock, ProviderLedger

SCOPES: Final = ("playlist-modify-private",)
"""Making private playlists is all that an export does."""

PATH: Final = "/spotify/playlist"
"""Where browsers start from and come back to; the operator names it at Spotify as a redirect URI."""

ORDERS_LAST_S: Final = 1_800
PLAYLIST_PAGE: Final = "https://open.spotify.com/playlist/"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistExports:
    """`PlaylistExport` over Spotify. An order is a signed text with who may have what.

    On its way to Spotify and back it carries a word that only the browser knows which began, in a cookie: whoever is
    lured to the address at which Spotify's answers arrive makes nothing.
    """

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

    def address(self, listener: ListenerId, tracks: Sequence[Track], language: Language) -> str:
        """Our page that leads to Spotify's, for those of ``tracks`` that Spotify has."""
        ids = [track.id for track in tracks if track.is_on_spotify]
        order = self._signer.dumps([listener, language.value, *ids])
        return f"{self.application.redirect_uri}?{urlencode({'order': order})}"

    def language_of(self, text: str) -> Language | None:
        """The language of an order or a state, however old it is; None for a text that is neither."""
        try:
            return self._read(text).language
        except OrderExpired:
            return None

    def begin(self, order: str) -> tuple[str, str]:
        """Spotify's page on which the listener says yes to an order, and the word for the browser to keep.

        Raises:
            OrderExpired: The order is too old, none of ours, or for somebody who may have no playlists any more.
            AuthorisationMissing: The application's id is not set.
        """
        read, word = self._read(order, max_age=ORDERS_LAST_S), secrets.token_urlsafe(16)
        state = self._states.dumps([order, word])
        if not self.is_open_to(read.listener):
            raise OrderExpired
        return str(self._manager(state).get_authorize_url(state=state)), word

    async def make(self, state: str, code: str, word: str) -> str:
        """Make the playlist that was ordered, with the code that Spotify gave the browser; returns its page.

        Raises:
            OrderExpired: The order is too old or was used, or this is not the browser with the ``word`` of `begin`.
            PlaylistHalfMade: The playlist is there, and empty.
            SourceRefused: The account is not on the application's list, or the application is not known.
            Unavailable, SpotifyAnswerUnexpected: Spotify does not answer, or with something else.
        """
        order = self._read(state, max_age=ORDERS_LAST_S)
        if not word or not secrets.compare_digest(order.word.encode(), word.encode()):
            raise OrderExpired
        if not self.is_open_to(order.listener):
            raise OrderExpired
        login = _Login(application=self.application, manager=self._manager(state), code=code)
        today = self.clock.now().astimezone(self.zone)
        name = self.phrases.say("playlist_name", order.language, year=today.year, month=today.month, day=today.day)
        told = self.phrases.say("playlist_about", order.language)
        try:
            # Asked once: a playlist whose answer was lost must not be made twice.
            address = await self._made(login, partial(_create, name=name, description=told))
        except CodeRefused:
            raise OrderExpired from None
        try:
            await self._call(login, partial(_fill, playlist=address, tracks=order.tracks), attempts=ATTEMPTS)
        except SmoodyError as problem:
            log.warning("playlist_half_made", problem=str(problem))
            raise PlaylistHalfMade from problem
        return PLAYLIST_PAGE + address.removeprefix(PLAYLIST)

    async def _made(self, login: "_Login", ask: Callable[[Any], Any]) -> str:
        made = await self._call(login, ask, attempts=1)
        address = playlist_address(str(made.get("id"))) if isinstance(made, dict) else None
        if address is None:
            raise SpotifyAnswerUnexpected("Spotify answered with something that is no playlist")
        return address

    async def _call(self, login: "_Login", ask: Callable[[Any], Any], *, attempts: int) -> Any:
        client = SpotifyClient(
            account=login, ledger=self.ledger, api_base=self.api_base, gap_s=self.gap_s, attempts=attempts
        )
        try:
            return await client.call(ask)
        finally:
            client.close()

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="spotify-playlist")

    @property
    def _states(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="spotify-playlist-state")

    def _read(self, text: str, *, max_age: int | None = None) -> "_Order":
        """What an order says, or the state that carries one."""
        try:
            order, word = self._states.loads(text, max_age=max_age)
        except BadData:
            order, word = text, ""
        try:
            listener, language, *tracks = self._signer.loads(order, max_age=max_age)
        except BadData:
            raise OrderExpired from None
        return _Order(listener=ListenerId(listener), language=Language(language), tracks=tuple(tracks), word=word)

    def _manager(self, state: str) -> SpotifyOAuth | SpotifyPKCE:
        """The manager of one export. Its proof that both halves are the same login's (PKCE) comes from the state.

        https://datatracker.ietf.org/doc/html/rfc7636#section-4
        """
        manager = self.application.manager(SCOPES, MemoryCacheHandler())
        if isinstance(manager, SpotifyPKCE):
            manager.code_verifier = _base64(hmac.digest(self.secret, state.encode(), "sha256"))
            manager.code_challenge = _base64(hashlib.sha256(manager.code_verifier.encode()).digest())
        return manager


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    listener: ListenerId
    language: Language
    tracks: tuple[str, ...]
    """Spotify's ids."""
    word: str
    """What the browser that began keeps in a cookie; empty in an order that nobody followed yet."""


@dataclass(slots=True, kw_only=True)
class _Login:
    """`Authorised` for one export: the code becomes a token when it is first asked for, and then there is no other."""

    application: SpotifyApplication
    manager: SpotifyOAuth | SpotifyPKCE
    code: str
    _token: str | None = None

    def access_token(self, *, fresh: bool = False) -> str:
        if fresh and self._token is not None:
            raise SourceRefused("Spotify refuses a token that it has just given")
        if self._token is None:
            self._token = self.application.exchange(self.manager, self.code)
        return self._token

    def close(self) -> None:
        """Nothing: the application's connections serve the next export, too."""


def _create(spotify: Any, *, name: str, description: str) -> Any:
    return spotify.current_user_playlist_create(name, public=False, description=description)


def _fill(spotify: Any, *, playlist: str, tracks: Sequence[str]) -> Any:
    """Make ``tracks`` all there is of a playlist: unlike adding them, that may be said twice."""
    return spotify.playlist_replace_items(playlist, [f"spotify:track:{each}" for each in tracks])


def _base64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
