"""The shipped process on a Discord on loopback: what people get, what operators read, and what is never written."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.process import Smoody, run, start
from tests.integration.loopback.discord import ALICE, BOB, TOKEN, LoopbackDiscord

SAD = "너무 슬퍼서 눈물만 나"
CANARY = "꾀꼴칸나리"


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord.running() as discord:
        yield discord
        assert not discord.violations


def settings(discord: LoopbackDiscord, **more: str) -> dict[str, str]:
    return {
        "SMOODY_DISCORD__TOKEN": TOKEN,
        "SMOODY_DISCORD__API_BASE": discord.api_base,
        "SMOODY_DISCORD__GATEWAY_URL": discord.gateway_url,
        "SMOODY_DISCORD__ADMINS": str(ALICE),
        "SMOODY_LOG_FORMAT": "json",
        **more,
    }


def contents_of(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


@pytest.fixture
async def smoody(discord: LoopbackDiscord, data_dir: Path) -> AsyncIterator[Smoody]:
    running = start(data_dir, "--only", "discord", **settings(discord))
    await discord.connected(within=60)
    yield running
    if running.process.poll() is None:
        await asyncio.to_thread(running.stop)


async def test_a_whole_visit(smoody: Smoody, discord: LoopbackDiscord, data_dir: Path) -> None:
    cards = (await discord.slash("mood", text=f"{CANARY} {SAD}")).answer()
    assert len(cards.options) == 15
    assert cards.text.count("[Spotify](https://open.spotify.com/track/") == 5
    for label in ("다른 곡", "더 신나게", "더 차분하게", "기분"):
        assert len((await discord.press(cards, label)).answer().options) == 15
    assert "기억해 둘게요" in (await discord.choose(cards, "1.", "좋아요")).followups[0].text
    assert await discord.autocomplete("similar", "track", "love")
    settings_page = (await discord.slash("settings")).answer()
    await discord.press(settings_page, "감정 달력 쓰기")
    await discord.slash("mood", text=SAD)
    calendar = (await discord.slash("diary")).answer()
    [picture] = calendar.files.values()
    assert picture.startswith(b"\x89PNG")
    assert "109" in (await discord.slash("mood", text="죽고 싶어", by=BOB)).answer().text
    assert b"" not in (await discord.slash("mydata")).answer().files.values()
    await discord.cut()
    assert len((await discord.slash("mood", text=SAD, locale="en-US")).answer().options) == 15
    assert await asyncio.to_thread(smoody.stop) == 0
    written = "".join(smoody.written)
    assert "reply_built" in written
    everything = [written.encode(), *contents_of(data_dir)]
    for secret in (CANARY, TOKEN, str(ALICE), "secret-interaction-token"):
        assert not any(secret.encode() in content for content in everything), secret
    assert not [line for line in written.splitlines() if "Warning" in line and "audioop" not in line]
    assert "Traceback" not in written


async def test_a_crowd_is_acknowledged_within_a_second_and_stopping_answers_everyone(
    smoody: Smoody, discord: LoopbackDiscord
) -> None:
    asked = [await discord.slash("mood", text=f"{SAD} {number}", by=BOB + number, wait=False) for number in range(50)]
    await asyncio.gather(*(discord.answered(each) for each in asked[:1]))
    began = time.monotonic()
    assert await asyncio.to_thread(smoody.stop) == 0
    assert time.monotonic() - began < 5
    assert max(each.acknowledged_after for each in asked) < 1
    assert all(len(each.answer().options) == 15 for each in asked)


async def test_a_refused_token_leaves_the_web_page_alive_and_is_told(discord: LoopbackDiscord, data_dir: Path) -> None:
    smoody = start(data_dir, "--only", "discord,web", **settings(discord, SMOODY_DISCORD__TOKEN="a.wrong.one"))
    address = await asyncio.to_thread(smoody.wait_for, r"^Open http://")
    await asyncio.to_thread(smoody.wait_for, "SMOODY_DISCORD__TOKEN was refused by Discord")
    async with aiohttp.ClientSession() as browser, browser.get(f"{address.split()[1]}health") as response:
        assert "SMOODY_DISCORD__TOKEN" in (await response.json())["problems"]["discord"]
    assert await asyncio.to_thread(smoody.stop) == 0
    assert "a.wrong.one" not in "".join(smoody.written)


async def test_a_refused_token_of_the_only_platform_is_exit_78(discord: LoopbackDiscord, data_dir: Path) -> None:
    done = await asyncio.to_thread(
        lambda: run(data_dir, "run", "--only", "discord", **settings(discord, SMOODY_DISCORD__TOKEN="a.wrong.one"))
    )
    assert done.returncode == 78
    assert "smoody: SMOODY_DISCORD__TOKEN was refused by Discord" in done.stderr
    assert "Traceback" not in done.stderr


async def test_doctor_asks_discord_whether_the_token_is_good(discord: LoopbackDiscord, data_dir: Path) -> None:
    for token, told in (
        (TOKEN, f"person1 at {discord.api_base}"),
        ("a.wrong.one", "SMOODY_DISCORD__TOKEN was refused"),
    ):
        done = await asyncio.to_thread(run, data_dir, "doctor", **settings(discord, SMOODY_DISCORD__TOKEN=token))
        assert any("discord" in line and told in line for line in done.stdout.splitlines()), done.stdout
        assert "a.wrong.one" not in done.stdout
