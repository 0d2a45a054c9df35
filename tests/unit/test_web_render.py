import base64
import json
from typing import Any

from adapters.web.render import render
from bot.domain import Action, ActionKind, Attachment, Language, Link, Mood, Reply, ReplyKind, TrackCard, Vote
from tests.fakes import a_track


def on_the_wire(reply: Reply) -> dict[str, Any]:
    """The reply as a page reads it."""
    received = json.loads(json.dumps(render(reply)))
    assert isinstance(received, dict)
    return received


def test_a_setting_comes_with_its_value_and_how_it_stands() -> None:
    choices = tuple(
        Action(kind=ActionKind.SET, label=label, value=f"music={choice}", is_chosen=choice == "korean")
        for choice, label in (("any", "상관없음"), ("korean", "한국어만"))
    )
    reply = Reply(kind=ReplyKind.SETTINGS, text="설정", language=Language.KOREAN, actions=choices, is_private=True)
    received = on_the_wire(reply)
    assert received["is_private"] is True
    assert [(action["value"], action["is_chosen"]) for action in received["actions"]] == [
        ("music=any", False),
        ("music=korean", True),
    ]


def test_a_picture_arrives_byte_for_byte_with_its_words() -> None:
    picture = Attachment(name="smoody-2026-05.png", media_type="image/png", content=bytes(range(256)), alt="5월 달력")
    received = on_the_wire(Reply(kind=ReplyKind.TEXT, text="", language=Language.KOREAN, attachment=picture))
    attachment = received["attachment"]
    assert base64.b64decode(attachment.pop("content")) == picture.content
    assert attachment == {
        "name": "smoody-2026-05.png",
        "media_type": "image/png",
        "alt": "5월 달력",
        "is_picture": True,
    }


def test_a_page_to_go_on_to_comes_with_its_name() -> None:
    link = Link(name="Spotify 재생목록 만들기", url="https://example.org/spotify/playlist?order=x")
    received = on_the_wire(Reply(kind=ReplyKind.TEXT, text="", language=Language.KOREAN, link=link))
    assert received["link"] == {"name": link.name, "url": link.url}


def test_a_file_is_no_picture() -> None:
    file = Attachment(name="smoody.csv", media_type="text/csv", content="곡".encode())
    received = on_the_wire(Reply(kind=ReplyKind.TEXT, text="", language=Language.KOREAN, attachment=file))
    assert received["attachment"]["is_picture"] is False
    assert received["attachment"]["alt"] is None


def test_a_card_brings_its_vote_and_the_shops_of_the_listener() -> None:
    card = TrackCard(
        position=1,
        track=a_track(1, Mood.CALM),
        reason="",
        spotify_url="https://open.spotify.com/track/x",
        youtube_url="https://www.youtube.com/results?search_query=x",
        vote=Vote.LIKE,
        links=(Link(name="멜론", url="https://www.melon.com/search/total/index.htm?q=x"),),
    )
    received = on_the_wire(Reply(kind=ReplyKind.HISTORY, text="", language=Language.KOREAN, cards=(card,)))
    assert received["kind"] == "history"
    assert received["cards"][0]["vote"] == "like"
    assert received["cards"][0]["links"] == [
        {"name": "멜론", "url": "https://www.melon.com/search/total/index.htm?q=x"}
    ]
