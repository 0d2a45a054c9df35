import io
from collections.abc import AsyncIterator
from random import Random

import pytest

from adapters.console import ConsoleChat
from bot.dialogue import Dialogue, assemble
from bot.domain import Mood, Thresholds
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
    a_speaker,
)


@pytest.fixture
async def dialogue() -> Dialogue:
    catalogue = InMemoryCatalogue()
    await catalogue.replace("starter", a_shelf(Mood.SAD, 30))
    rng = Random(1)
    return assemble(
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


async def talk(dialogue: Dialogue, *said: str, is_terminal: bool = False) -> str:
    async def lines() -> AsyncIterator[str]:
        for line in said:
            yield line + "\n"

    out = io.StringIO()
    await ConsoleChat(dialogue=dialogue, speaker=a_speaker(), lines=lines(), out=out, is_terminal=is_terminal).talk()
    return out.getvalue()


async def test_a_terminal_is_greeted_and_prompted_and_a_pipe_is_not(dialogue: Dialogue) -> None:
    assert "안녕하세요" in await talk(dialogue, is_terminal=True)
    assert await talk(dialogue) == ""


async def test_five_cards_are_numbered_with_both_links(dialogue: Dialogue) -> None:
    told = await talk(dialogue, "속상해")
    assert [f"\n{number}. " in told for number in range(1, 7)] == [True] * 5 + [False]
    assert told.count("open.spotify.com") == told.count("www.youtube.com") == 5


async def test_a_card_is_meant_by_its_number(dialogue: Dialogue) -> None:
    told = await talk(dialogue, "속상해", "/like 2", "/like 9", "/like x")
    second = next(line for line in told.splitlines() if line.startswith("2. ")).removeprefix("2. ").split(" — ")[0]
    assert f"‘{second}’" in told
    assert "목록에 없어요" in told


async def test_a_label_presses_its_button(dialogue: Dialogue) -> None:
    assert (await talk(dialogue, "/more", "슬픈 음악")).count("open.spotify.com") == 5
    assert (await talk(dialogue, "속상해", "다른 곡")).count("open.spotify.com") == 10


async def test_blank_lines_are_passed_over_and_quit_ends(dialogue: Dialogue) -> None:
    assert await talk(dialogue, "", "   ", "/quit", "속상해") == ""


async def test_settings_history_and_privacy_work_in_a_terminal(dialogue: Dialogue) -> None:
    said = ("속상해", "/history", "/set shop.melon=on", "/mydata", "/forget", "모두 지우기", "/history")
    told = await talk(dialogue, *said)
    assert "지금까지 들려드린 5곡" in told
    assert "[✓ 멜론 링크]" in told
    assert '"shops": [' in told
    assert "‘모두 지우기’라고 적어 주세요" in told
    assert told.index("모두 지웠어요") < told.index("아직 들려드린 곡이 없어요")


async def test_a_label_of_a_setting_changes_it(dialogue: Dialogue) -> None:
    assert "[✓ 한국어 노래만]" in await talk(dialogue, "/settings", "한국어 노래만")


async def test_a_picture_is_told_in_words(dialogue: Dialogue) -> None:
    assert "감정 달력. 쓸쓸함 4일." in await talk(dialogue, "/set diary=on", "속상해", "/diary")
