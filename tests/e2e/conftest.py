"""A running SMOODY and a browser in front of it."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.e2e.process import Smoody, start

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where a process keeps its data."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def smoody(data_dir: Path) -> Iterator[Smoody]:
    """`smoody run` without any account."""
    running = start(data_dir)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def address(smoody: Smoody) -> str:
    """Where the chat page is."""
    found = re.search(r"http://\S+", smoody.wait_for(r"^Open http://"))
    assert found is not None
    return found[0]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """This machine's own Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, address: str) -> Page:
    """A new visitor's page, with what its console said."""
    context = await browser.new_context(locale="ko-KR", viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(address)
    return page
