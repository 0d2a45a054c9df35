"""Telegram by webhook: updates come to the web server, are known to be Telegram's, and are answered once."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.telegram.connection import SECRET_HEADER, Telegram, Webhook
from adapters.web.server import open_web_chat
from bot.dialogue import Dialogue
from bot.domain import Language
from bot.errors import PlatformRefused
from bot.identity import Identities
from tests.fakes import SlowClassifier
from tests.integration.loopback.telegram import BotApi, Person, bot_api, links
from tests.integration.on_telegram import JIU, SAD, a_classifier, a_dialogue, telegram_at

SECRET = "only-telegram-knows_1"


@pytest.fixture
def classifier() -> SlowClassifier:
    return a_classifier()


@pytest.fixture
async def dialogue(classifier: SlowClassifier) -> Dialogue:
    return await a_dialogue(classifier)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api
        assert api.complaints == []


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def telegram(api: BotApi, dialogue: Dialogue, port: int) -> AsyncIterator[Telegram]:
    async def health() -> dict[str, str]:
        return {}

    webhook = Webhook(public_url=f"http://127.0.0.1:{port}/", secret=SECRET)
    async with (
        telegram_at(api, dialogue, webhook=webhook) as telegram,
        open_web_chat(
            dialogue,
            Identities(b"secret"),
            health,
            host="127.0.0.1",
            port=port,
            language=Language.KOREAN,
            routes=telegram.routes,
        ),
    ):
        await api.until(lambda: telegram.is_open)
        yield telegram


async def test_an_update_that_is_brought_is_answered(api: BotApi, telegram: Telegram) -> None:
    await api.write(JIU, SAD)
    [answer] = await api.said(JIU.id)
    assert len(links(answer)) == 15
    assert api.of("getUpdates") == []
    [webhook] = api.of("setWebhook")
    assert webhook.given["secret_token"] == SECRET
    assert webhook.given["allowed_updates"] == ["message", "callback_query", "inline_query"]


async def test_an_update_that_is_brought_again_is_answered_once(api: BotApi, telegram: Telegram) -> None:
    update = {"message": {"message_id": 5, "date": 1, "chat": {"id": JIU.id, "type": "private"}, "from": JIU.as_user()}}
    update["message"]["text"] = SAD
    api.started.add(JIU.id)
    for _ in range(3):
        await api.deliver(update, update_id=77)
    await api.write(JIU, "/help")
    await api.until(lambda: any("편하게 적어" in each["text"] for each in api.said_in(JIU.id)))
    assert len(api.said_in(JIU.id)) == 2


@pytest.mark.parametrize("secret", ["wrong", "", SECRET.upper()])
async def test_whoever_does_not_know_the_secret_is_turned_away(
    api: BotApi, telegram: Telegram, secret: str, classifier: SlowClassifier
) -> None:
    headers = {SECRET_HEADER: secret} if secret else {}
    async with aiohttp.ClientSession(headers=headers) as session:
        update = {"update_id": 1, "message": {"text": SAD}}
        async with session.post(api.webhook["url"], json=update) as answer:
            assert answer.status == 403
    assert classifier.reads == 0


async def test_a_secret_that_is_no_text_is_turned_away(telegram: Telegram, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    header = SECRET_HEADER.encode() + b": \xff\r\n"
    writer.write(b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" + header + b"\r\n{}")
    assert b" 403 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 200), ('{"update_id": 9, "message": 3}', 200)])
async def test_what_cannot_be_read_is_not_brought_again(
    api: BotApi, telegram: Telegram, body: str, status: int
) -> None:
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(api.webhook["url"], data=body) as answer,
    ):
        assert answer.status == status


async def test_what_cannot_be_taken_while_stopping_is_brought_again_later(api: BotApi, telegram: Telegram) -> None:
    telegram.is_open = False
    async with (
        aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session,
        session.post(api.webhook["url"], json={"update_id": 1}) as answer,
    ):
        assert answer.status == 503


async def test_many_chats_at_once_are_each_answered_in_order(api: BotApi, telegram: Telegram) -> None:
    people = [Person(3_000 + number) for number in range(12)]
    for written in ("/help", SAD):
        for person in people:
            await api.write(person, written)
    for person in people:
        first, second = await api.said(person.id, 2)
        assert links(first) == []
        assert len(links(second)) == 15
    assert api.floods() == []


async def test_a_webhook_that_telegram_refuses_ends_this_platform_with_one_line(
    api: BotApi, dialogue: Dialogue
) -> None:
    refused: asyncio.Future[PlatformRefused] = asyncio.get_running_loop().create_future()
    webhook = Webhook(public_url="http://127.0.0.1:1", secret="no good secret!")
    async with telegram_at(api, dialogue, webhook=webhook, on_refused=refused.set_result):
        problem = await asyncio.wait_for(refused, 5)
    assert "SMOODY_TELEGRAM__WEBHOOK_SECRET" in str(problem)
