"""What an operator sees: starting, stopping, being wrong, many at once; and what is never written anywhere."""

import asyncio
import contextlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.e2e.process import Smoody, run, start

CANARY = "꾀꼴칸나리 떠나보내고 너무 슬퍼서 눈물만 나"
RAREST = "꾀꼴칸나리"


async def ask(client: socketio.AsyncClient, event: str, data: object) -> dict[str, Any]:
    answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    await client.emit(event, data, callback=answered.set_result)
    return await asyncio.wait_for(answered, 20)


def everything_in(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


async def connected(address: str) -> socketio.AsyncClient:
    client = socketio.AsyncClient(reconnection=False)
    await client.connect(address, transports=["websocket"])
    return client


async def test_it_says_where_the_page_is_and_why_other_platforms_are_off(smoody: Smoody, address: str) -> None:
    told = "".join(smoody.written)
    assert "telegram" in told
    assert "SMOODY_TELEGRAM__TOKEN is not set" in told
    assert "SMOODY_DISCORD__TOKEN is not set" in told
    assert address.startswith("http://127.0.0.1:")
    assert smoody.stop() == 0
    assert "Warning" not in "".join(smoody.written)


async def test_a_hundred_listeners_at_once_are_all_answered_each_with_their_own_answer(address: str) -> None:
    sentences = [
        "너무 슬퍼서 눈물만 나",
        "오늘 정말 행복하고 기뻐",
        "진짜 짜증나고 화가 나",
        "내일이 너무 불안하고 걱정돼",
    ]
    clients = await asyncio.gather(*(connected(address) for _ in range(100)))
    alone = [await ask(clients[number], "utter", {"text": text}) for number, text in enumerate(sentences)]
    replies = await asyncio.gather(
        *(ask(client, "utter", {"text": sentences[number % 4]}) for number, client in enumerate(clients))
    )
    for number, reply in enumerate(replies):
        assert len(reply["cards"]) == 5
        assert reply["emotion"] == alone[number % 4]["emotion"]
    await asyncio.gather(*(client.disconnect() for client in clients))


async def test_stopping_answers_everyone_in_flight_within_five_seconds(smoody: Smoody, address: str) -> None:
    clients = await asyncio.gather(*(connected(address) for _ in range(50)))
    asked = [
        asyncio.ensure_future(ask(client, "utter", {"text": f"너무 슬퍼서 눈물만 나 {number}"}))
        for number, client in enumerate(clients)
    ]
    await asyncio.sleep(0.05)
    began = time.monotonic()
    code = await asyncio.to_thread(smoody.stop)
    assert code == 0
    assert time.monotonic() - began < 5
    assert all(len(reply["cards"]) == 5 for reply in await asyncio.gather(*asked))
    await asyncio.gather(*(client.disconnect() for client in clients))


async def test_what_a_listener_wrote_is_found_nowhere(smoody: Smoody, address: str, data_dir: Path) -> None:
    client = await connected(address)
    assert len((await ask(client, "utter", {"text": CANARY}))["cards"]) == 5
    await ask(client, "press", {"kind": "more"})
    await client.disconnect()
    await asyncio.to_thread(smoody.stop)
    assert "reply_built" in "".join(smoody.written)
    everything = [*everything_in(data_dir), "".join(smoody.written).encode()]
    assert everything
    for words in (CANARY, RAREST):
        for form in (words.encode(), json.dumps(words).strip('"').encode(), words.encode("utf-16-le")):
            assert not any(form in content for content in everything), words


async def test_a_second_start_keeps_what_was_shown(data_dir: Path) -> None:
    shown: set[str] = set()
    for _ in range(2):
        smoody = start(data_dir)
        address = smoody.wait_for(r"^Open http://").split()[1]
        client = socketio.AsyncClient(reconnection=False)
        await client.connect(address, headers={"Cookie": "smoody=same-listener"}, transports=["websocket"])
        reply = await ask(client, "utter", {"text": "너무 슬퍼서 눈물만 나"})
        titles = {card["id"] for card in reply["cards"]}
        assert not titles & shown
        shown |= titles
        await client.disconnect()
        assert await asyncio.to_thread(smoody.stop) == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SMOODY_WEB__PROT": "1"}, "did you mean SMOODY_WEB__PORT?"),
        ({"SMOODY_WEB__PORT": "x", "SMOODY_LANGUAGE": "xx"}, "SMOODY_LANGUAGE"),
        ({"SMOODY_MODEL__DIR": "/nowhere"}, "manifest.json"),
        ({"SMOODY_DATABASE_URL": "postgresql+asyncpg://u:hidden-word@127.0.0.1:9/x"}, "SMOODY_DATABASE_URL"),
        ({"SMOODY_DATA_DIR": "/dev/null/x"}, "SMOODY_DATA_DIR"),
        ({"SMOODY_REFRESH__CRON": "99 4 * * *"}, "SMOODY_REFRESH__CRON"),
    ],
    ids=["unknown", "bad values", "no bundle", "no database", "no directory", "no such minute"],
)
def test_a_wrong_setting_is_one_line_each_and_exit_78(data_dir: Path, settings: dict[str, str], told: str) -> None:
    done = run(data_dir, "run", **settings)
    assert done.returncode == 78
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden-word" not in done.stderr
    assert all(line.startswith("smoody: ") for line in done.stderr.splitlines())


def test_an_unknown_platform_is_wrong_usage(data_dir: Path) -> None:
    assert run(data_dir, "run", "--only", "fax").returncode == 2


def test_a_port_that_is_taken_is_told_and_exit_78(smoody: Smoody, address: str, tmp_path: Path) -> None:
    port = address.rstrip("/").rsplit(":", 1)[1]
    done = run(tmp_path, "run", SMOODY_WEB__PORT=port)
    assert done.returncode == 78
    assert "SMOODY_WEB__PORT" in done.stderr


def test_whoever_stayed_away_longer_than_they_allow_is_gone_after_the_next_start(data_dir: Path) -> None:
    run(data_dir, "chat", given="너무 슬퍼서 눈물만 나\n")
    file = data_dir / "smoody.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE listeners SET last_seen_at = '2020-01-01 00:00:00'")
    smoody = start(data_dir)
    smoody.wait_for("absent_forgotten")
    assert smoody.stop() == 0
    with contextlib.closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM listeners").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM shown").fetchone() == (0,)
