"""`smoody run` as it ships, in front of a Bot API on loopback: from a sentence to five cards, and to a clean stop."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.crowd import gather_crowd
from tests.e2e.process import Smoody, run, start
from tests.integration.loopback.telegram import TOKEN, BotApi, Fault, Person, bot_api, labels, links

JIU = Person(1_001)
MINA = Person(1_002)
GROUP = -100_500
CANARY = "꾀꼴칸나리 떠나보내고 너무 슬퍼서 눈물만 나"
READY = 25.0
"""Seconds until the first answer of a process that starts on a busy machine."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api
        assert api.complaints == []


def started(data_dir: Path, api: BotApi, *arguments: str, **settings: str) -> Smoody:
    token = {"SMOODY_TELEGRAM__TOKEN": TOKEN, "SMOODY_TELEGRAM__API_BASE": api.base}
    return start(data_dir, *arguments, **{**token, **settings})


async def stopped(smoody: Smoody) -> int:
    return await asyncio.to_thread(smoody.stop)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def everything(data_dir: Path, smoody: Smoody) -> bytes:
    files = [file.read_bytes() for file in data_dir.rglob("*") if file.is_file()]
    return b"".join([*files, "".join(smoody.written).encode()])


async def failing(health: str) -> Mapping[str, str]:
    """What is wrong, once something is."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(READY):
        while True:
            async with session.get(health) as answer:
                if answer.status == 503:
                    return dict((await answer.json())["problems"])
            await asyncio.sleep(0.1)


async def test_a_listener_is_answered_presses_votes_and_is_forgotten(api: BotApi, data_dir: Path) -> None:
    smoody = started(data_dir, api, "--only", "telegram")
    await api.write(JIU, "/start")
    [greeting] = await api.said(JIU.id, within=READY)
    await api.press(JIU, JIU.id, greeting["message_id"], labels(greeting)[0][0])
    answer = (await api.said(JIU.id, 2))[1]
    assert len([link for link in links(answer) if "youtube" in link]) == 5
    await api.press(JIU, JIU.id, answer["message_id"], "2")
    await api.until(lambda: api.of("editMessageText"))
    await api.press(JIU, JIU.id, answer["message_id"], "👍")
    await api.until(lambda: api.of("editMessageReplyMarkup"))
    await api.press(JIU, JIU.id, answer["message_id"], "다른 곡")
    await api.until(lambda: len(api.of("editMessageText")) == 2)
    assert not set(links(answer)) & set(links(api.said_in(JIU.id)[1]))
    await api.write(JIU, "/mydata")
    await api.said(JIU.id, 3)
    kept = json.loads(next(iter(api.of("sendDocument")[0].files.values())))
    assert len(kept["votes"]) == 1
    await api.write(JIU, "/forget")
    await api.said(JIU.id, 4)
    await api.write(JIU, "모두 지우기")
    await api.said(JIU.id, 5)
    await api.write(JIU, "/mydata")
    await api.said(JIU.id, 6)
    assert json.loads(next(iter(api.of("sendDocument")[1].files.values())))["votes"] == []
    assert await stopped(smoody) == 0
    assert api.floods() == []
    written = "".join(smoody.written)
    assert "Warning" not in written
    assert "Traceback" not in written


async def test_buttons_work_after_a_restart_and_nothing_is_answered_twice(api: BotApi, data_dir: Path) -> None:
    first = started(data_dir, api, "--only", "telegram")
    await api.write(JIU, CANARY)
    [answer] = await api.said(JIU.id, within=READY)
    assert await stopped(first) == 0
    second = started(data_dir, api, "--only", "telegram")
    await api.press(JIU, JIU.id, answer["message_id"], "더 차분하게")
    await api.until(lambda: api.of("editMessageText"), within=READY)
    [calmer] = api.said_in(JIU.id)
    assert len(links(calmer)) == 15
    assert links(calmer) != links(answer)
    assert await stopped(second) == 0
    for word in (CANARY, CANARY.split()[0], TOKEN):
        assert word.encode() not in everything(data_dir, second)
        assert word not in "".join(first.written)


async def test_what_fails_meanwhile_costs_nobody_their_answer(api: BotApi, data_dir: Path) -> None:
    api.fail("getMe", Fault(), Fault(502))
    api.fail("getUpdates", Fault(409, "Conflict: terminated by other getUpdates request"), Fault(500))
    api.fail("sendMessage", Fault(429, retry_after=1), Fault(500), Fault(200, slow=1.0))
    smoody = started(data_dir, api, "--only", "telegram")
    await api.deliver({"message": {"message_id": "꾀꼴", "text": CANARY}})
    await api.write(JIU, CANARY)
    await api.write(MINA, f"@smoody_test_bot {CANARY}", group=GROUP)
    await api.said(JIU.id, within=READY + 10)
    await api.said(GROUP)
    assert await stopped(smoody) == 0
    assert CANARY.split()[0].encode() not in everything(data_dir, smoody)


async def test_a_webhook_comes_to_the_web_server(api: BotApi, data_dir: Path, free_port: int) -> None:
    smoody = started(
        data_dir,
        api,
        SMOODY_WEB__PORT=str(free_port),
        SMOODY_WEB__PUBLIC_URL=f"http://127.0.0.1:{free_port}",
        SMOODY_TELEGRAM__WEBHOOK_SECRET="only-telegram-knows",
    )
    await api.until(lambda: api.webhook, within=READY)
    await api.write(JIU, CANARY)
    [answer] = await api.said(JIU.id)
    assert len(links(answer)) == 15
    assert not api.of("getUpdates")
    assert await stopped(smoody) == 0


async def test_a_refused_token_leaves_the_web_chat_alive_and_is_seen_in_health(api: BotApi, data_dir: Path) -> None:
    api.revoked = True
    smoody = started(data_dir, api)
    address = (await asyncio.to_thread(smoody.wait_for, r"^Open http://")).split()[1]
    problems = await failing(f"{address}health")
    assert problems["telegram"].startswith("SMOODY_TELEGRAM__TOKEN was refused")
    assert await stopped(smoody) == 0
    lines = [line for line in smoody.written if "SMOODY_TELEGRAM__TOKEN" in line]
    assert len(lines) == 1
    assert TOKEN not in "".join(smoody.written)


async def test_a_telegram_out_of_reach_is_seen_in_health_which_stays_well(data_dir: Path, free_port: int) -> None:
    away = f"http://127.0.0.1:{free_port}"
    smoody = start(data_dir, SMOODY_TELEGRAM__TOKEN=TOKEN, SMOODY_TELEGRAM__API_BASE=away)
    address = (await asyncio.to_thread(smoody.wait_for, r"^Open http://")).split()[1]
    line = await asyncio.to_thread(smoody.wait_for, "telegram_interrupted")
    async with aiohttp.ClientSession() as session, session.get(f"{address}health") as answer:
        assert (answer.status, await answer.json()) == (
            200,
            {"status": "ok", "problems": {}, "disconnected": {"telegram": "no updates: NetworkError"}},
        )
    assert await stopped(smoody) == 0
    assert f"{away} cannot be reached" in line
    assert TOKEN not in "".join(smoody.written)


async def test_a_refused_token_of_the_only_platform_is_misconfiguration_and_seen_by_doctor(
    api: BotApi, data_dir: Path
) -> None:
    api.revoked = True
    settings = {"SMOODY_TELEGRAM__TOKEN": TOKEN, "SMOODY_TELEGRAM__API_BASE": api.base}
    done = await asyncio.to_thread(run, data_dir, "run", "--only", "telegram", **settings)
    assert done.returncode == 78
    assert "smoody: SMOODY_TELEGRAM__TOKEN was refused by Telegram" in done.stderr
    assert "Traceback" not in done.stderr
    checked = await asyncio.to_thread(run, data_dir, "doctor", **settings)
    assert "FAIL  telegram   SMOODY_TELEGRAM__TOKEN was refused" in checked.stdout
    api.revoked = False
    checked = await asyncio.to_thread(run, data_dir, "doctor", **settings)
    assert "ok    telegram   @smoody_test_bot" in checked.stdout
    assert TOKEN not in checked.stdout + checked.stderr


async def test_two_hundred_listeners_at_once_are_all_answered_in_order_within_the_limits(
    api: BotApi, data_dir: Path
) -> None:
    smoody = started(data_dir, api, "--only", "telegram")
    await api.write(JIU, "/help")
    await api.said(JIU.id, within=READY)
    api.calls.clear()
    crowd = await gather_crowd(api, 200, within=60)
    assert crowd.answered == crowd.in_order == 200
    assert crowd.floods == []
    assert crowd.at(0.99) < 25  # 400 answers at 25 a second take 16 s; the rest is room for a busy machine
    assert await stopped(smoody) == 0
