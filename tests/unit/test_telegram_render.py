"""What a reply looks like on Telegram. ``python -m tests.unit.test_telegram_render`` stores the renderings anew."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup

from adapters.telegram.render import (
    CAPTION_LIMIT,
    NOTICE_LIMIT,
    TEXT_LIMIT,
    inline_results,
    label_of,
    notice,
    render,
    with_pick,
    with_vote,
)
from bot.domain import Action, ActionKind, Language, Reply, ReplyKind, TrackCard, Vote
from tests.fakes import a_speaker
from tests.integration.loopback.telegram import parsed, width
from tests.unit.telegram_replies import KO, cards, replies

STORED = Path(__file__).parent / "renderings" / "telegram"
NAMES = [(name, language) for language in Language for name in replies(language)]


def rendering(reply: Reply) -> dict[str, Any]:
    if reply.kind is ReplyKind.VOTE:
        return {"notice": notice(reply)}
    page = render(reply)
    keyboard = page.keyboard.to_dict()["inline_keyboard"] if page.keyboard else None
    return {"text": page.text.split("\n"), "preview": page.preview, "keyboard": keyboard}


def stored(name: str, language: Language) -> Path:
    return STORED / f"{name}-{language}.json"


def as_text(reply: Reply) -> str:
    return json.dumps(rendering(reply), ensure_ascii=False, indent=1) + "\n"


def rows(keyboard: InlineKeyboardMarkup | None) -> list[list[str]]:
    assert keyboard is not None
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def card(**changes: Any) -> TrackCard:
    [first] = cards(KO, 1)
    return replace(first, **changes)


@pytest.mark.parametrize(("name", "language"), NAMES)
def test_each_kind_looks_as_stored(name: str, language: Language) -> None:
    assert as_text(replies(language)[name]) == stored(name, language).read_text(encoding="utf-8")


def test_every_kind_of_reply_is_stored() -> None:
    assert {reply.kind for reply in replies(KO).values()} == set(ReplyKind)
    assert {file.name for file in STORED.iterdir()} == {stored(*each).name for each in NAMES}


def test_the_longest_five_cards_fit_into_one_message() -> None:
    long = "가" * 400 + "🎧" * 400
    first = card()
    track = replace(first.track, title=long, artists=(long, long))
    five = tuple(replace(first, position=n, track=track, reason=long) for n in range(1, 6))
    reply = Reply(kind=ReplyKind.CARDS, text=long * 3, note=long, language=KO, cards=five)
    text, entities = parsed(render(reply).text)
    assert width(text) <= TEXT_LIMIT
    assert len(entities) <= 100
    assert "�" not in text


@pytest.mark.parametrize("limit", [TEXT_LIMIT, CAPTION_LIMIT])
def test_a_long_text_is_cut_at_the_limit_and_says_so(limit: int) -> None:
    reply = Reply(kind=ReplyKind.TEXT, text="🎧" * 5_000, note="가" * 5_000, language=KO)
    text, _ = parsed(render(reply, limit=limit).text)
    assert limit - 10 <= width(text) <= limit
    assert "…" in text


def test_what_looks_like_markup_or_a_mention_stays_text() -> None:
    reply = Reply(kind=ReplyKind.TEXT, text="<b>&amp; @everyone 'x'</b>", language=KO)
    text, entities = parsed(render(reply).text)
    assert text == "<b>&amp; @\N{WORD JOINER}everyone 'x'</b>"
    assert entities == []


def test_the_first_card_on_spotify_is_previewed_and_a_text_previews_nothing() -> None:
    reply = replies(KO)["cards"]
    assert render(reply).preview == f"https://open.spotify.com/track/{reply.cards[0].track.id}"
    options = render(reply).preview_options
    assert options.show_above_text
    assert render(replies(KO)["care"]).preview_options.is_disabled


def test_a_track_from_elsewhere_is_previewed_by_its_artwork() -> None:
    third = cards(KO)[2]
    reply = Reply(kind=ReplyKind.CARDS, text="…", language=KO, cards=(third,))
    assert render(reply).preview == third.track.artwork_url


def test_choosing_another_card_moves_the_mark_and_the_row_beneath() -> None:
    keyboard = render(replies(KO)["cards"]).keyboard
    assert keyboard is not None
    second = cards(KO)[1].track.id
    chosen = with_pick(keyboard, second, a_speaker())
    assert rows(keyboard)[:2] == [["▸ 1", "2 👍", "3", "4", "5"], ["👍", "👎", "비슷한 곡"]]
    assert rows(chosen)[:2] == [["1", "▸ 2 👍", "3", "4", "5"], ["✓ 👍", "👎", "비슷한 곡"]]
    assert rows(chosen)[2:] == rows(keyboard)[2:]
    assert all(second in str(button.callback_data) for button in chosen.inline_keyboard[1])
    assert with_pick(chosen, cards(KO)[0].track.id, a_speaker()).to_json() == keyboard.to_json()


def test_a_vote_is_marked_where_it_is_seen_and_taken_back() -> None:
    keyboard = render(replies(KO)["cards"]).keyboard
    assert keyboard is not None
    first = cards(KO)[0].track.id
    voted = with_vote(keyboard, first, Vote.DISLIKE, a_speaker())
    assert rows(voted)[:2] == [["▸ 1 👎", "2 👍", "3", "4", "5"], ["👍", "✓ 👎", "비슷한 곡"]]
    assert with_vote(voted, first, None, a_speaker()).to_json() == keyboard.to_json()
    elsewhere = with_vote(keyboard, cards(KO)[4].track.id, Vote.LIKE, a_speaker())
    assert rows(elsewhere)[:2] == [["▸ 1", "2 👍", "3", "4", "5 👍"], ["👍", "👎", "비슷한 곡"]]


def test_a_button_that_does_not_fit_is_left_out() -> None:
    far = replace(cards(KO)[0].track, id="namespace:" + "x" * 60)
    unfit = card(track=far, actions=(Action(kind=ActionKind.LIKE, label="좋아요", track_id=far.id),))
    reply = Reply(kind=ReplyKind.CARDS, text="…", language=KO, cards=(unfit, replace(cards(KO)[1], position=2)))
    assert rows(render(reply).keyboard) == [["👍", "👎", "비슷한 곡"]]


def test_examples_are_told_apart_by_their_buttons() -> None:
    reply = replies(KO)["greeting"]
    keyboard = render(reply).keyboard
    assert keyboard is not None
    codes = [str(button.callback_data) for row in keyboard.inline_keyboard for button in row]
    assert [label_of(keyboard, code) for code in codes] == [action.label for action in reply.actions]
    assert label_of(keyboard, "example|nowhere") is None


def test_a_notice_is_never_too_long_for_telegram() -> None:
    reply = Reply(kind=ReplyKind.VOTE, text="가" * 500, language=KO)
    assert len(notice(reply)) == NOTICE_LIMIT


def test_inline_results_are_the_five_cards_with_their_covers() -> None:
    reply = replies(KO)["cards"]
    results = inline_results(reply, "스무디에게", "https://t.me/x")
    assert [result.title for result in results] == [card.track.title for card in reply.cards]
    assert [result.thumbnail_url for result in results] == [card.track.artwork_url for card in reply.cards]
    assert len({result.id for result in results}) == 5


def store() -> None:
    STORED.mkdir(parents=True, exist_ok=True)
    for name, language in NAMES:
        stored(name, language).write_text(as_text(replies(language)[name]), encoding="utf-8")


if __name__ == "__main__":
    store()
