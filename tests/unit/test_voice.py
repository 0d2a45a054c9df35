from random import Random

import pytest

from bot.domain import AudioFeatures, Language, Mood, Taste, Track, Vote
from bot.mood_policy import only
from bot.phrases import load_phrases
from bot.voice import Voice, sounds_of, spotify_url, youtube_url
from tests.fakes import a_track, features


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


def test_the_reason_gives_the_real_score_and_tempo(voice: Voice) -> None:
    track = a_track(1, Mood.SAD, sure=0.83, sound=features(tempo=71.6, valence=0.5))
    reason = voice.reason_by_fit(only(Mood.SAD), Taste(), Language.KOREAN)(track)
    assert "83%" in reason
    assert "72 BPM" in reason


def test_a_score_that_would_puzzle_is_left_out(voice: Voice) -> None:
    reason = voice.reason_by_fit(only(Mood.CALM), Taste(), Language.KOREAN)(a_track(1, Mood.CALM, sure=0.4))
    assert reason.startswith("차분한 분위기의 곡 · ")


def test_a_liked_track_says_so(voice: Voice) -> None:
    track = a_track(1)
    reason = voice.reason_by_fit(only(Mood.SAD), Taste(votes={track.id: Vote.LIKE}), Language.KOREAN)(track)
    assert "좋아요" in reason


def test_a_track_without_features_still_has_a_reason(voice: Voice) -> None:
    bare = Track(id="file:1", title="밤", artists=("가수",), mood=Mood.SAD, mood_scores=only(Mood.SAD))
    reason = voice.reason_by_fit(only(Mood.SAD), Taste(), Language.KOREAN)(bare)
    assert reason == "쓸쓸한 분위기에 100% 어울려요"
    assert voice.reason_by_likeness(a_track(1, title="봄날"), Language.KOREAN)(bare) == "‘봄날’과 비슷한 느낌"


def test_links_hold_whatever_a_title_holds() -> None:
    track = Track(id="file:1", title="a&b=c #1 밤", artists=("가수",), mood=Mood.SAD, mood_scores=only(Mood.SAD))
    assert youtube_url(track) == (
        "https://www.youtube.com/results?search_query=%EA%B0%80%EC%88%98+a%26b%3Dc+%231+%EB%B0%A4"
    )
    assert spotify_url(track).startswith("https://open.spotify.com/search/a%26b%3Dc")
