from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.domain import AudioFeatures, Emotion, HistoryEntry, Language, Mood, Preferences, Shop, Taste, Track
from bot.fit import why_it_fits
from bot.mood_policy import only
from bot.phrases import load_phrases
from bot.takeaway import shop_links
from bot.voice import Voice, sounds_of, spotify_url, youtube_url
from bot.whys import Again, Alike, ByLikedArtist, Fits, Liked, NearLiked, Step, Why
from tests.fakes import a_reading, a_track, features


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(phrases=load_phrases(), rng=Random(1))


@pytest.mark.parametrize(
    ("sound", "mood", "words"),
    [
        (features(energy=0.9, valence=0.8), Mood.HAPPY, ("energetic", "bright")),
        (features(energy=0.9, valence=0.8), Mood.ENERGETIC, ("energetic", "bright")),
        (features(acousticness=0.9, energy=0.2), Mood.CALM, ("acoustic", "gentle")),
        (features(valence=0.1, tempo=70), Mood.SAD, ("dark", "slow")),
        (features(energy=0.9, tempo=180, valence=0.9), Mood.CALM, ("even",)),
        (features(), Mood.SAD, ("even",)),
    ],
)
def test_a_sound_is_told_when_it_is_true_and_speaks_for_the_mood(
    sound: AudioFeatures, mood: Mood, words: tuple[str, ...]
) -> None:
    assert sounds_of(sound, mood) == words


def line(voice: Voice, track: Track, why: Why, language: Language = Language.KOREAN) -> str:
    return voice.why_line(track, why, language)


def test_the_reason_gives_the_real_score_and_tempo(voice: Voice) -> None:
    track = a_track(1, Mood.SAD, sure=0.83, sound=features(tempo=71.6, valence=0.5))
    reason = line(voice, track, why_it_fits(track, only(Mood.SAD)))
    assert "83%" in reason
    assert "72 BPM" in reason


def test_a_score_that_would_puzzle_is_left_out(voice: Voice) -> None:
    track = a_track(1, Mood.CALM, sure=0.4)
    assert line(voice, track, why_it_fits(track, only(Mood.CALM))).startswith("차분한 분위기의 곡 · ")


def test_a_mood_that_its_playlist_was_given_is_no_score_of_100_per_cent(voice: Voice) -> None:
    track = a_track(1, Mood.SAD, sure=1.0)
    assert line(voice, track, why_it_fits(track, only(Mood.SAD))).startswith("쓸쓸한 분위기의 곡 · ")


@pytest.mark.parametrize("language", Language)
def test_no_guess_is_told_as_a_certainty(voice: Voice, language: Language) -> None:
    track = a_track(1, Mood.SAD)
    told = (
        voice.heard(a_reading(sadness=1.0), language),
        voice.heard(a_reading(sadness=0.9951), language),
        line(voice, track, Fits(mood=Mood.SAD, score=0.9951), language),
    )
    assert all("99%" in each and "100" not in each for each in told)


def test_a_track_without_features_still_has_a_reason(voice: Voice) -> None:
    bare = Track(id="file:1", title="밤", artists=("가수",), mood=Mood.SAD, mood_scores=only(Mood.SAD))
    assert line(voice, bare, why_it_fits(bare, only(Mood.SAD))) == "쓸쓸한 분위기의 곡"
    assert line(voice, bare, Alike(to=a_track(1, title="봄날"), close_in=())) == "‘봄날’과 닮은 느낌"


@pytest.mark.parametrize(
    ("why", "korean", "english"),
    [
        (Liked(), "좋아요를 눌러 주신 곡", "you liked this one"),
        (
            ByLikedArtist(liked=a_track(2, title="밤편지"), artist="아이유"),
            "‘밤편지’를 좋아하셔서 고른 아이유의 곡",
            "by 아이유, because you liked “밤편지”",
        ),
        (
            NearLiked(liked=a_track(2, title="봄날"), close_in=("tempo",)),
            "좋아하신 ‘봄날’과 닮은 느낌 · 빠르기가 비슷해요",
            "sounds like “봄날”, which you liked · close in pace",
        ),
        (
            Alike(to=a_track(2, title="봄날"), close_in=("energy", "danceability")),
            "‘봄날’과 닮은 느낌 · 에너지, 리듬감이 비슷해요",
            "sounds like “봄날” · close in energy, rhythm",
        ),
        (
            Step(number=1, of=5, towards=Mood.HAPPY, mood=Mood.SAD),
            "지금 마음에 맞춘 쓸쓸한 분위기",
            "where you are now",
        ),
        (
            Step(number=2, of=5, towards=Mood.HAPPY, mood=Mood.SAD),
            "밝은 분위기로 가는 5걸음 중 2번째",
            "step 2 of 5 to",
        ),
        (Step(number=5, of=5, towards=Mood.HAPPY, mood=Mood.HAPPY), "도착한 곳, 밝은 분위기", "arrived: bright mood"),
        (Again(ago=timedelta(days=34)), "34일 만에 다시", "again after 34 days"),
        (Again(ago=timedelta(days=2)), "2일 만에 다시", "again after 2 days"),
        (Again(ago=timedelta(hours=30)), "하루 만에 다시", "again after a day"),
        (Again(ago=timedelta(hours=3)), "얼마 전에 들려드린 곡을 다시", "once more"),
    ],
)
def test_each_kind_of_reason_is_told_in_both_languages(voice: Voice, why: Why, korean: str, english: str) -> None:
    assert line(voice, a_track(1), why).startswith(korean)
    assert line(voice, a_track(1), why, Language.ENGLISH).startswith(english)


@pytest.mark.parametrize(
    ("shown", "looked_at", "day"),
    [
        ((4, 22, 0), (5, 9, 0), "어제"),
        ((4, 23, 59), (5, 0, 1), "어제"),
        ((5, 0, 1), (5, 23, 59), "오늘"),
        ((5, 8, 0), (5, 10, 0), "오늘"),  # 4 and 5 May in UTC
        ((3, 23, 0), (5, 1, 0), "2일 전"),
        ((5, 9, 0), (5, 8, 59), "오늘"),  # a clock that was put back
    ],
)
def test_what_was_shown_before_midnight_was_shown_yesterday(
    shown: tuple[int, int, int], looked_at: tuple[int, int, int], day: str
) -> None:
    seoul = ZoneInfo("Asia/Seoul")
    voice = Voice(phrases=load_phrases(), rng=Random(1), zone=seoul)
    track = a_track(1)
    at, now = (datetime(2026, 5, *when, tzinfo=seoul).astimezone(UTC) for when in (shown, looked_at))
    entry = HistoryEntry(track_id=track.id, at=at, mood=Mood.SAD)
    reply = voice.history_page([(track, entry)], Taste(), Language.KOREAN, now=now, page=1, total=1)
    assert [card.reason for card in reply.cards] == [f"{day} · 쓸쓸한 분위기"]


@pytest.mark.parametrize("denied", Emotion)
def test_whoever_denies_a_feeling_is_asked_for_the_others_and_told_of_none(voice: Voice, denied: Emotion) -> None:
    reply = voice.which_other_feeling(denied, Language.KOREAN)
    assert [action.emotion for action in reply.actions[:-1]] == [each for each in Emotion if each is not denied]
    assert "여러 마음" not in reply.text


@pytest.mark.parametrize(("language", "label"), [(Language.KOREAN, "{} 링크"), (Language.ENGLISH, "{} links")])
def test_a_shop_has_the_same_name_in_the_settings_and_on_the_cards(
    voice: Voice, language: Language, label: str
) -> None:
    reply = voice.settings(Preferences(), language)
    offered = [action.label for action in reply.actions if (action.value or "").startswith("shop.")]
    assert offered == [label.format(link.name) for link in shop_links(a_track(1), set(Shop), language)]


def test_links_hold_whatever_a_title_holds() -> None:
    track = Track(id="file:1", title="a&b=c #1 밤", artists=("가수",), mood=Mood.SAD, mood_scores=only(Mood.SAD))
    assert youtube_url(track) == (
        "https://www.youtube.com/results?search_query=%EA%B0%80%EC%88%98+a%26b%3Dc+%231+%EB%B0%A4"
    )
    assert spotify_url(track).startswith("https://open.spotify.com/search/a%26b%3Dc")
