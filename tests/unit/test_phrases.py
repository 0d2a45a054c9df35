import string
from random import Random

import pytest

from bot.admin import PROVIDERS
from bot.domain import ActionKind, Emotion, Intent, Language, Mood
from bot.phrases import Phrases, load_phrases
from bot.preferences import ON, SETTINGS


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_sentences_with_the_same_places(phrases: Phrases) -> None:
    korean, english = (phrases.sentences[language] for language in Language)
    assert korean.keys() == english.keys()
    for key, variants in korean.items():
        assert {frozenset(places(line)) for line in variants} == {frozenset(places(line)) for line in english[key]}, key


def test_every_key_that_is_built_from_a_value_exists(phrases: Phrases) -> None:
    keys = phrases.sentences[Language.KOREAN].keys()
    built = {
        *(f"empathy_{emotion.name.lower()}" for emotion in Emotion),
        *(f"emotion_{emotion.name.lower()}" for emotion in Emotion),
        *(f"action_feel_{emotion.name.lower()}" for emotion in Emotion),
        *(f"mood_{mood}" for mood in Mood),
        *(f"name_{mood}" for mood in Mood),
        *(f"action_mood_{mood}" for mood in Mood),
        *(f"action_{kind}" for kind in ActionKind if kind not in {ActionKind.MOOD, ActionKind.EXAMPLE}),
        *(intent.value for intent in Intent if intent is not Intent.FORGET),
        *(f"corrected_{emotion.name.lower()}" for emotion in Emotion),
        *(f"provider_{provider}" for provider in PROVIDERS),
        *(f"setting_{name.replace('.', '_')}" for name, one in SETTINGS.items() if ON in one.choices),
        *(
            f"setting_{name}_{choice}"
            for name, one in SETTINGS.items()
            if ON not in one.choices
            for choice in one.choices
        ),
    }
    assert built <= keys


@pytest.mark.parametrize(
    ("template", "value", "spoken"),
    [
        ("‘{x}’을(를)", "밤편지", "‘밤편지’를"),
        ("‘{x}’을(를)", "봄날", "‘봄날’을"),
        ("‘{x}’(으)로", "슬픔", "‘슬픔’으로"),
        ("‘{x}’(으)로", "서울", "‘서울’로"),
        ("‘{x}’(으)로", "바다", "‘바다’로"),
        ("‘{x}’이(가)", "기쁨", "‘기쁨’이"),
        ("‘{x}’은(는)", "Dynamite", "‘Dynamite’는"),
        ("‘{x}’와(과)", "Blue Moon", "‘Blue Moon’과"),
        ("‘{x}’와(과)", "Look Look Look", "‘Look Look Look’과"),
        ("‘{x}’와(과)", "Ending Scene", "‘Ending Scene’과"),
        ("‘{x}’와(과)", "Love Dive", "‘Love Dive’와"),
        ("‘{x}’와(과)", "Heart", "‘Heart’와"),
        ("‘{x}’을(를)", "Flower", "‘Flower’를"),
        ("‘{x}’을(를)", "Spring", "‘Spring’을"),
        ("‘{x}’(으)로", "Will", "‘Will’로"),
        ("‘{x}’을(를)", "사랑 (Feat. 샘김)", "‘사랑 (Feat. 샘김)’을"),
        ("‘{x}’을(를)", "봄!", "‘봄!’을"),
        ("‘{x}’이(가)", "24", "‘24’가"),
        ("‘{x}’(으)로", "7", "‘7’로"),
        ("‘{x}’을(를)", "사랑이(가) 뭐길래", "‘사랑이(가) 뭐길래’를"),
        ("‘{x}’을(를)", "?", "‘?’를"),
    ],
)
def test_particles_agree_with_the_sound_before_them(template: str, value: str, spoken: str) -> None:
    phrases = Phrases(sentences={Language.KOREAN: {"key": [template]}})
    assert phrases.say("key", Language.KOREAN, x=value) == spoken


def test_variants_are_chosen_by_the_random_that_is_handed_in(phrases: Phrases) -> None:
    said = {phrases.say("empathy_sadness", Language.KOREAN, Random(seed)) for seed in range(30)}
    assert len(said) == len(phrases.variants("empathy_sadness", Language.KOREAN))


def test_braces_in_a_title_are_said_as_they_are(phrases: Phrases) -> None:
    assert "‘{x}’" in phrases.say("voted_like", Language.KOREAN, title="{x}")
