"""`smoody spotify`: the operator's own account."""

import asyncio
import contextlib
import os
import sys
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.commands import prepared
from bot.errors import Misconfigured, SmoodyError
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.spotify.account import SpotifyAccount

WAITS_FOR_S: Final = 300.0
"""How long the operator has for saying yes in the browser."""

app = typer.Typer(help="Your Spotify account, for reading your own playlists.", no_args_is_help=True)


class LoginGivenUp(SmoodyError):
    """Nobody came back from Spotify's page."""


@app.command("login")
def login(
    paste: Annotated[
        bool, typer.Option("--paste", help="Paste the address you are sent to, instead of having it caught here.")
    ] = False,
) -> None:
    """Connect your account: opens Spotify's page and keeps what it allows, readable by you only."""
    account, settings = _account()
    address, finish = account.begin_login()
    asyncio.run(_login(address, finish_with=finish, redirect_uri=settings.spotify.redirect_uri, paste=paste))
    print("connected")
    status()


@app.command("status")
def status() -> None:
    """Print what the account allows and until when; exit code 1 when it must be connected again."""
    account, _ = _account()
    authorisation = asyncio.run(account.spotify())
    if authorisation is None:
        print("no account is connected: smoody spotify login")
        raise typer.Exit(1)
    if authorisation.is_dead:
        print("Spotify has ended the authorisation: smoody spotify login")
        raise typer.Exit(1)
    print(f"allowed     {', '.join(authorisation.scopes)}")
    print(f"since       {authorisation.authorised_at:%Y-%m-%d}")
    print(f"dies        {authorisation.dies_at:%Y-%m-%d}, six months after the login; refreshing does not help")
    print(f"kept in     {account.file}")
    if authorisation.ages_at <= account.clock.now():
        print("connect again before that: smoody spotify login")


@app.command("logout")
def logout() -> None:
    """Forget the authorisation here."""
    account, _ = _account()
    print("forgotten" if account.logout() else "no account was connected")
    print("spotify.com/account/apps takes the permission back at Spotify, too")


def _account() -> "tuple[SpotifyAccount, Settings]":
    from bot.refresh_wiring import spotify_account
    from bot.wiring import SystemClock

    settings = prepared()
    return spotify_account(settings, SystemClock()), settings


async def _login(address: str, *, finish_with: Callable[[str], None], redirect_uri: str, paste: bool) -> None:
    from adapters.spotify.callback import is_ours, listening

    print(f"Open this page and say yes:\n\n{address}\n", flush=True)
    redirected = None
    if not paste and is_ours(redirect_uri) and _has_browser():
        with contextlib.suppress(Misconfigured):  # something else listens there, perhaps SMOODY itself: then by hand
            async with listening(redirect_uri) as came:
                webbrowser.open(address)
                try:
                    redirected = await asyncio.wait_for(came, WAITS_FOR_S)
                except TimeoutError as late:
                    raise LoginGivenUp("nobody came back from Spotify's page; try --paste") from late
    if redirected is None:
        print("Then paste the whole address you were sent to; that its page cannot be found is fine.", flush=True)
        redirected = (await asyncio.to_thread(sys.stdin.readline)).strip()
    await asyncio.to_thread(finish_with, redirected)


def _has_browser() -> bool:
    """Whether a page opened here can be seen: a desktop, or a browser that was named."""
    shows = sys.platform in {"darwin", "win32"} or _any_set("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if not shows:
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _any_set(*names: str) -> bool:
    return any(os.environ.get(name) for name in names)  # noqa: TID251  # the desktop's variables are no settings
