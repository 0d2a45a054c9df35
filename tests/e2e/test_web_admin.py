"""An operator in a browser in front of the shipped process, which reads a loopback Spotify."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.process import Smoody, start
from tests.e2e.test_refresh import MINE, Vendors, shelved
from tests.fakes import features
from tests.integration.loopback.reccobeats import loopback_reccobeats
from tests.integration.loopback.spotify import LoopbackPlaylist, a_row, loopback_spotify

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")  # Playwright's own pipes, closed by its driver

TOKEN = "an-operators-long-secret"
LINK = f"https://open.spotify.com/playlist/{MINE}?si=x"


@pytest.fixture
async def vendors(data_dir: Path) -> AsyncIterator[Vendors]:
    async with loopback_spotify() as spotify, loopback_reccobeats() as reccobeats:
        spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(120)])
        reccobeats.knows_everything = features(energy=0.95, valence=0.1, loudness=-3, tempo=170)
        yield Vendors(spotify, reccobeats, data_dir)


@pytest.fixture
async def service(vendors: Vendors) -> AsyncIterator[Smoody]:
    await asyncio.to_thread(vendors.log_in)
    settings = {**vendors.settings, "SMOODY_LANGUAGE": "ko", "SMOODY_WEB__ADMIN_TOKEN": TOKEN}
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **settings)
    yield service
    if service.process.poll() is None:
        await asyncio.to_thread(service.stop)


@pytest.fixture
async def page(browser: Browser, service: Smoody) -> Page:
    """The operator's page on a telephone."""
    found = re.search(r"http://\S+", await asyncio.to_thread(service.wait_for, r"^Open http://"))
    assert found is not None
    context = await browser.new_context(locale="ko-KR", viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(f"{found[0]}admin")
    return page


async def enter(page: Page, token: str = TOKEN) -> None:
    await page.get_by_label("운영자 토큰").fill(token)
    await page.get_by_role("button", name="들어가기").click()


async def test_an_operator_enters_adds_a_playlist_refreshes_and_sees_the_diff(
    page: Page, vendors: Vendors, service: Smoody
) -> None:
    said: list[str] = []
    await expect(page.get_by_label("운영자 토큰")).to_be_visible()
    page.on("console", lambda message: said.append(message.text))
    await enter(page)
    await expect(page.get_by_text("아직 한 번도 새로 읽지 않았어요.")).to_be_visible()
    refresh = page.get_by_role("button", name="새로 읽기")
    await expect(refresh).to_be_disabled()

    await page.get_by_label("재생목록 주소").fill(LINK)
    await page.get_by_label("분위기").select_option(label="차분한 분위기")
    await page.get_by_role("button", name="더하기").click()
    await expect(page.get_by_text("추가했어요")).to_be_visible()
    await expect(page.get_by_text(f"spotify:playlist:{MINE}")).to_be_visible()

    await refresh.click()
    progress = page.locator("#progress")
    await expect(progress).to_contain_text("1개 가운데 1번째")
    await expect(page.get_by_role("button", name="그만하기")).to_be_enabled()
    await expect(progress).to_contain_text("새 곡 120", timeout=30_000)
    await expect(page.get_by_text("내 재생목록", exact=True)).to_be_visible()
    assert shelved(vendors.data_dir) == {"Calm": 120}
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert said == []
    assert TOKEN not in "".join(service.written)

    await page.reload()
    await expect(page.get_by_text("내 재생목록", exact=True)).to_be_visible()  # the session lasts
    await page.get_by_role("button", name="빼기: 내 재생목록").click()
    await expect(page.get_by_text("뺐어요")).to_be_visible()
    await page.get_by_role("button", name="나가기").click()
    await expect(page.get_by_label("운영자 토큰")).to_be_focused()
    await expect(page.get_by_text("상태")).to_be_hidden()


async def test_a_refresh_is_stopped_by_its_button(page: Page, vendors: Vendors) -> None:
    vendors.spotify.playlists[MINE] = LoopbackPlaylist([a_row(number) for number in range(1_000)])
    await enter(page)
    await page.get_by_label("재생목록 주소").fill(LINK)
    await page.get_by_label("재생목록 주소").press("Enter")
    await page.get_by_role("button", name="새로 읽기").click()
    await expect(page.locator("#progress")).to_contain_text("1개 가운데 1번째")
    await page.get_by_role("button", name="그만하기").click()
    await expect(page.locator("#progress")).to_contain_text("그만뒀어요", timeout=30_000)
    assert shelved(vendors.data_dir) == {}


async def test_an_operator_connects_spotify_from_the_page(browser: Browser, vendors: Vendors) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        **vendors.settings,
        "SMOODY_WEB__ADMIN_TOKEN": TOKEN,
        "SMOODY_WEB__PORT": site.rpartition(":")[2],
        "SMOODY_SPOTIFY__REDIRECT_URI": f"{site}/spotify/callback",
    }
    service = await asyncio.to_thread(start, vendors.data_dir, "--only", "web", **settings)
    try:
        await asyncio.to_thread(service.wait_for, r"^Open http://")
        page = await browser.new_page(locale="ko-KR")

        async def say_yes(route: Route) -> None:
            state = parse_qs(urlsplit(route.request.url).query)["state"][0]
            back = f"{site}/spotify/callback?code=x&state={state}"
            await route.fulfill(status=200, content_type="text/html", body=f'<a href="{back}">Yes</a>')

        await page.route(f"{vendors.spotify.address}/authorize?*", say_yes)
        await page.goto(f"{site}/admin")
        await enter(page)
        await page.get_by_role("button", name="Spotify 연결").click()
        await page.get_by_role("link", name="Yes").click()
        await expect(page.get_by_text("Spotify 계정: playlist-read-private")).to_be_visible()
        assert page.url == f"{site}/admin"
    finally:
        assert await asyncio.to_thread(service.stop) == 0
    assert "code=x" not in "".join(service.written)


async def test_a_wrong_token_shows_nothing_and_says_so(page: Page) -> None:
    await enter(page, "x")
    await expect(page.get_by_text("토큰이 맞지 않아요.")).to_be_visible()
    await expect(page.locator("#desk")).to_be_hidden()


async def test_without_the_setting_there_is_no_page(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    response = await page.goto(f"{address}admin")
    assert response is not None
    assert response.status == 404


async def test_metrics_are_there_without_any_setting(address: str) -> None:
    async with httpx.AsyncClient() as http:
        told = (await http.get(f"{address}metrics")).text
    assert 'smoody_replies_total{kind="cards"} 0' in told
    assert 'smoody_tracks{mood="Happy"} 400' in told
