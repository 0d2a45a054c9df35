"""The same client in simcord, another's idea of Discord, with its own model of permissions, contexts and views."""

from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
import simcord

from adapters.discord.connection import build_client
from adapters.discord.listen import Conversations
from bot.dialogue import assemble
from bot.domain import Language, Mood, Thresholds
from bot.identity import Identities
from bot.phrases import load_phrases
from bot.voice import Voice
from tests.fakes import (
    FakeClassifier,
    FakeClock,
    FakePainter,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    a_shelf,
)
from tests.integration.loopback.discord_contract import every_component

SAD = "오늘 면접 망해서 너무 속상해"


@pytest.fixture
async def conversations() -> Conversations:
    catalogue, rng = InMemoryCatalogue(), Random(1)
    shelves = [track for number, mood in enumerate(Mood) for track in a_shelf(mood, 40, start=number * 1_000)]
    await catalogue.replace("starter", shelves)
    dialogue = assemble(
        wishes=FakeWishClassifier(),
        painter=FakePainter(),
        classifier=FakeClassifier(),
        catalogue=catalogue,
        history=InMemoryHistory(),
        voice=Voice(phrases=load_phrases(), rng=rng),
        clock=FakeClock(),
        thresholds=Thresholds(),
        rng=rng,
    )
    return Conversations(
        dialogue=dialogue, identities=Identities(b"secret"), language=Language.KOREAN, admin=None, admins=()
    )


def a_client(conversations: Conversations, digest_file: Path) -> discord.Client:
    client = build_client(conversations, digest_file)
    client.tree = client._connection._command_tree  # type: ignore[attr-defined]  # where simcord looks for it
    return client


@pytest.fixture
def simcord_bot(conversations: Conversations, tmp_path: Path) -> discord.Client:
    return a_client(conversations, tmp_path / "digest")


@pytest.fixture
def alice(simcord_env: simcord.Env) -> Any:
    return simcord_env.create_guild().add_member(simcord_env.create_user("alice"))


@pytest.fixture
def channel(simcord_env: simcord.Env, alice: Any) -> Any:
    return simcord_env.guild.create_text_channel("music")


def button(response: Any, number: int) -> str:
    return str([part["custom_id"] for part in every_component(response.components) if part["type"] == 2][number])


def titles(response: Any) -> list[str]:
    texts = [part["content"] for part in every_component(response.components) if part["type"] == 10]
    return [text for text in texts if text.startswith("**")]


async def test_a_command_that_is_known_to_discord_gives_five_cards(alice: Any, channel: Any) -> None:
    result = await alice.slash(channel, "mood", text=SAD)
    assert result.acknowledged
    assert len(titles(result.response)) == 5
    assert not result.ephemeral


async def test_what_is_personal_is_ephemeral(alice: Any, channel: Any) -> None:
    for command in ("settings", "privacy", "history", "help", "mydata"):
        assert (await alice.slash(channel, command)).ephemeral


async def test_buttons_outlive_the_client_that_made_them(
    simcord_env: simcord.Env, alice: Any, channel: Any, conversations: Conversations, tmp_path: Path
) -> None:
    first = await alice.slash(channel, "mood", text=SAD)
    await simcord_env.restart_bot(a_client(conversations, tmp_path / "digest"))
    second = await alice.click(first.response, custom_id=button(first.response, 0))
    assert second.response.id != first.response.id
    assert len(titles(second.response)) == 5


async def test_a_failing_call_is_no_unhandled_error(simcord_env: simcord.Env, alice: Any, channel: Any) -> None:
    simcord_env.settle_timeout = 60.0  # five seconds were too few late in a whole run
    simcord_env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=404)
    await alice.slash(channel, "mood", text=SAD)
    assert simcord_env.errors == []


async def test_the_admin_commands_are_hidden_from_those_who_do_not_manage_the_server(alice: Any, channel: Any) -> None:
    commands = alice.available_commands(channel)
    assert "mood" in commands
    assert "refresh" not in commands
