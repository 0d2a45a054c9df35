"""What a reply looks like on Discord. ``python -m tests.unit.test_discord_render`` stores the renderings anew."""

import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adapters.discord.render import BUTTON, CHARACTERS, COMPONENTS, owner_mark, render, with_vote
from bot.buttons import decode
from bot.domain import Action, ActionKind, Language, Link, Preferences, Reply, ReplyKind, TrackCard, Vote
from bot.phrases import load_phrases
from bot.preferences import SETTINGS
from bot.voice import Voice, spotify_url, youtube_url
from tests.fakes import LISTENER, a_speaker
from tests.integration.loopback.discord_contract import V2, every_component, problems
from tests.unit.telegram_replies import KO, cards, replies

STORED = Path(__file__).parent / "renderings" / "discord"
NAMES = [(name, language) for language in Language for name in replies(language)]
PHRASES = load_phrases()


def components(reply: Reply) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = render(reply, LISTENER, PHRASES).to_components()  # type: ignore[no-untyped-call]  # untyped in the library
    return shown


def parts(reply: Reply, kind: int) -> list[Any]:
    return [part for part in every_component(components(reply)) if part["type"] == kind]


def refused(reply: Reply) -> list[str]:
    """What Discord would say against the message."""
    body = {"components": components(reply), "flags": V2, "allowed_mentions": {"parse": []}}
    return [*problems("PATCH", "/webhooks/1/token/messages/2", body)]


def stored(name: str, language: Language) -> Path:
    return STORED / f"{name}-{language}.json"


def as_text(reply: Reply) -> str:
    return json.dumps(components(reply), ensure_ascii=False, indent=1, default=str) + "\n"


def longest(title: str) -> Reply:
    """Five cards with everything as long as it gets."""
    five = tuple(
        replace(
            card,
            track=(
                track := replace(card.track, title=title, artists=(title,), artwork_url="https://example.org/c.jpg")
            ),
            reason=title,
            spotify_url=spotify_url(track),
            youtube_url=youtube_url(track),
            links=tuple(Link(name=f"Shop {number}", url=f"https://example.org/{'q' * 400}") for number in range(6)),
        )
        for card in cards(KO)
    )
    kinds = (*(ActionKind.MORE, ActionKind.LIVELIER, ActionKind.CALMER, ActionKind.TURN, ActionKind.TAKE),) * 2
    actions = tuple(Action(kind=kind, label=title) for kind in kinds)
    return Reply(kind=ReplyKind.CARDS, text=title * 20, note=title * 5, language=KO, cards=five, actions=actions)


@pytest.mark.parametrize(("name", "language"), NAMES)
def test_each_kind_looks_as_stored(name: str, language: Language) -> None:
    assert as_text(replies(language)[name]) == stored(name, language).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "language"), NAMES)
def test_each_kind_is_what_discord_accepts(name: str, language: Language) -> None:
    assert refused(replies(language)[name]) == []


@pytest.mark.parametrize("title", ["노래 " * 60, "*_~`|" * 40, "[x](https://example.org)" * 8, "-# # > " * 30])
def test_the_longest_five_cards_fit_into_one_message(title: str) -> None:
    reply = longest(title)
    assert refused(reply) == []
    assert len([*every_component(components(reply))]) <= COMPONENTS
    assert sum(len(part["content"]) for part in parts(reply, 10)) <= CHARACTERS
    assert len(parts(reply, 11)) == 5
    assert sum("[Spotify]" in part["content"] for part in parts(reply, 10)) in {0, 5}


def test_every_setting_has_its_place() -> None:
    voice = Voice(phrases=PHRASES, rng=Random(1))
    for language in Language:
        reply = voice.settings(Preferences(), language)
        shown = {option["value"] for part in parts(reply, 3) for option in part["options"]}
        pressed = [re.fullmatch(BUTTON, part["custom_id"]) for part in parts(reply, 2)]
        codes = shown | {match["code"] for match in pressed if match}
        assert {code.rpartition("|")[2].partition("=")[0] for code in codes} == set(SETTINGS)
        assert len(codes) == len(reply.actions)
        assert refused(reply) == []


def test_a_title_is_shown_as_it_is_written() -> None:
    [text] = [part["content"] for part in parts(reply_with(title="*A* _B_ [c](https://d.e) ~~f~~"), 10)][1:2]
    assert r"\*A\* \_B\_ \[c](https://d.e) \~\~f\~\~" in text


def test_artwork_stands_beside_its_words_unaltered_and_with_words_for_who_cannot_see_it() -> None:
    [cover] = parts(reply_with(artwork_url="https://i.scdn.co/image/abc"), 11)
    assert cover["media"]["url"] == "https://i.scdn.co/image/abc"
    assert cover["description"] == "노래 1 앨범 표지"


@pytest.mark.parametrize("address", [None, "", "http://example.org/a.jpg", "javascript:alert(1)"])
def test_a_card_without_a_cover_is_words_alone(address: str | None) -> None:
    reply = reply_with(artwork_url=address)
    assert not parts(reply, 9)
    assert "노래 1" in "".join(part["content"] for part in parts(reply, 10))


def test_a_vote_is_marked_on_its_card_and_taken_back() -> None:
    reply = replies(KO)["cards"]
    first = reply.cards[0].track.id
    liked = with_vote(reply, first, Vote.LIKE)
    assert [option["label"][:2] for option in parts(liked, 3)[0]["options"]].count("✓ ") == 1
    assert "👍" in parts(liked, 10)[1]["content"]
    taken_back = with_vote(liked, first, None)
    assert "👍" not in parts(taken_back, 10)[1]["content"]


def test_buttons_tell_whose_they_are_and_what_they_do() -> None:
    for part in parts(replies(KO)["history"], 2):
        match = re.fullmatch(BUTTON, part["custom_id"])
        assert match is not None
        assert match["owner"] == owner_mark(LISTENER)
        assert match["turns"] == "~"
        press = decode(match["code"], a_speaker())
        assert press is not None
        assert press.kind is ActionKind.HISTORY


async def test_the_library_keeps_nothing_of_what_was_sent() -> None:
    assert render(replies(KO)["cards"], LISTENER, PHRASES).is_finished()


def test_what_does_not_fit_into_a_button_is_left_out() -> None:
    far = replace(cards(KO)[0].track, id="namespace:" + "x" * 60)
    actions = (Action(kind=ActionKind.SIMILAR, label="비슷한 곡", track_id=far.id),)
    reply = Reply(kind=ReplyKind.QUESTION, text="?", language=KO, actions=actions)
    assert not parts(reply, 2)
    assert refused(reply) == []


def reply_with(**changes: Any) -> Reply:
    """One card whose track is changed."""
    [card] = cards(KO, 1)
    changed: TrackCard = replace(card, track=replace(card.track, **changes))
    return Reply(kind=ReplyKind.CARDS, text="…", language=KO, cards=(changed,))


def store() -> None:
    STORED.mkdir(parents=True, exist_ok=True)
    for name, language in NAMES:
        stored(name, language).write_text(as_text(replies(language)[name]), encoding="utf-8")


if __name__ == "__main__":
    store()
