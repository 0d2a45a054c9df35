"""A listener whom the operator lets in takes the five along to Spotify: the shipped process, Chromium, loopback."""

import asyncio
import re
import socket
from pathlib import Path

import pytest
from playwright.async_api import Browser, Request, expect

from tests.e2e.process import start
from tests.integration.loopback.spotify import CLIENT_ID, loopback_spotify

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own pipes, closed by its driver


async def test_the_five_become_a_playlist_of_ones_own(browser: Browser, data_dir: Path) -> None:
    with socket.socket() as probe:  # Spotify sends back to an address that must be known before
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with loopback_spotify() as spotify:
        smoody = await asyncio.to_thread(
            start,
            data_dir,
            SMOODY_WEB__PORT=str(port),
            SMOODY_SPOTIFY__CLIENT_ID=CLIENT_ID,
            SMOODY_SPOTIFY__API_BASE=spotify.api_base,
            SMOODY_SPOTIFY__ACCOUNTS_BASE=spotify.address,
            SMOODY_SPOTIFY__PLAYLISTS_FOR="web:a-friend",
        )
        try:
            await asyncio.to_thread(smoody.wait_for, r"^Open http://")
            context = await browser.new_context(locale="ko-KR")
            site = f"http://127.0.0.1:{port}"
            await context.add_cookies([{"name": "smoody", "value": "a-friend", "url": site}])
            page = await context.new_page()
            await page.goto(site)
            await page.get_by_role("textbox").fill("오늘 면접 망해서 너무 속상해")
            await page.get_by_role("textbox").press("Enter")
            titles = page.get_by_role("article").get_by_role("link", name="Spotify")
            await expect(titles).to_have_count(5)
            shown = [re.sub(r".*/track/", "", await link.get_attribute("href") or "") for link in await titles.all()]
            await page.get_by_role("button", name="담아 가기").click()
            await page.get_by_role("button", name="Spotify 재생목록으로").click()
            async with context.expect_event("request", _leads_to_a_playlist):  # where it leads lies outside
                await page.get_by_role("link", name="Spotify 재생목록 만들기").click()
            (made,) = spotify.made.values()
            assert made["uris"] == [f"spotify:track:{track_id}" for track_id in shown]
        finally:
            await asyncio.to_thread(smoody.stop)


def _leads_to_a_playlist(request: Request) -> bool:
    return request.url.startswith("https://open.spotify.com/playlist/made")
