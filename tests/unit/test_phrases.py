import re
import string
from collections.abc import Sequence
from random import Random

import pytest

from bot.admin import PROVIDERS
from bot.domain import ActionKind, Emotion, Intent, Language, Mood
from bot.phrases import Phrases, load_phrases, with_particles
from bot.preferences import ON, SETTINGS


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


def sentences(variants: Sequence[str]) -> list[str]:
    return [sentence for line in variants for sentence in re.split(r"(?<=[.?!])\s+", line)]


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


HEARD = {
    "Magic": "매직",
    "MUSIC": "뮤직",
    "라일락 (Lilac)": "라일락",
    "Lilac": "라일락",
    "MANIAC": "매니악",
    "OneRepublic": "원리퍼블릭",
    "STAYC": "스테이씨",
    "Mosaic": "모자이크",
    "Sherlock": "셜록",
    "Look Look": "룩 룩",
    "TikTok": "틱톡",
    "New York": "뉴욕",
    "Yerin Baek": "백예린",
    "Linkin Park": "린킨 파크",
    "BLACKPINK": "블랙핑크",
    "After LIKE": "애프터 라이크",
    "Weak": "위크",
    "Exo-K": "엑소케이",
    "Apple": "애플",
    "Bubble": "버블",
    "Whistle": "휘슬",
    "Style": "스타일",
    "La Belle": "라 벨",
    "Soul": "소울",
    "Finale": "피날레",
    "Anyone": "애니원",
    "Suzanne": "수잔",
    "Rhyme": "라임",
    "Champagne": "샴페인",
    "Save ME": "세이브 미",
    "Daphne": "다프네",
    "Cherry Bomb": "체리밤",
    "Tongue": "텅",
    "Prologue": "프롤로그",
    "I AM": "아이 엠",
    "Sunset": "선셋",
    "HOT": "핫",
    "Secret": "시크릿",
    "Doja Cat": "도자 캣",
    "How You Like That": "하우 유 라이크 댓",
    "Beat It": "빗 잇",
    "Stressed Out": "스트레스드 아웃",
    "Duet": "듀엣",
    "Scott": "스콧",
    "ILLIT": "아일릿",
    "Roulette": "룰렛",
    "Chocolate": "초콜릿",
    "4Minute": "포미닛",
    "HIT": "히트",
    "Heartbeat": "하트비트",
    "How Sweet": "하우 스위트",
    "Perfect Night": "퍼펙트 나이트",
    "Palette": "팔레트",
    "H.O.T.": "에이치오티",
    "NCT": "엔시티",
    "TT": "티티",
    "Club": "클럽",
    "Bulb": "벌브",
    "BTOB": "비투비",
    "Hug": "허그",
    "MIC Drop": "마이크 드롭",
    "HIP": "힙",
    "K-POP": "케이팝",
    "Creep": "크립",
    "Loop": "루프",
    "Soup": "수프",
    "Jump": "점프",
    "My Type": "마이 타입",
    "Hype": "하이프",
    "Oh my god": "오 마이 갓",
    "Good Mood": "굿 무드",
    "Mr. Big": "미스터 빅",
    "R": "알",
    "Butter": "버터",
    "f(x)": "에프엑스",
    "Beyoncé": "비욘세",
    "Ｐｅｒｆｕｍｅ": "퍼퓸",
    "No. 7": "넘버 칠",
    "Chapter 3": "챕터 삼",
    "365": "삼백육십오",
    "1989": "천구백팔십구",
    "2NE1": "투애니원",
    "GOT7": "갓세븐",
    "DAY6": "데이식스",
    "10cm": "십센치",
    "100%": "백퍼센트",
    "A+": "에이플러스",
    "밤편지": "밤편지",
    "좋은 날": "좋은 날",
    "Blueming (블루밍)": "블루밍",
    "봄 (Feat. 아이유)": "봄",
    "에잇 (Feat. SUGA (of BTS)) [Live]": "에잇",
    "(여자)": "여자",
    "“Club”": "클럽",
    "「Magic」": "매직",
    "Hot!!": "핫",
    "ドライフラワー": "도라이후라와",
    "ふたりごと": "후타리고토",
    "レモン": "레몬",
    "にゃん": "냥",
    "群青": "군조",
    "怪獣の花唄": "카이쥬노 하나우타",
    "ㅋㅋ": "크크",
    "\u1107\u1169\u11b7": "봄",
}
"""Titles and names as they are written, and as Korean says them."""


@pytest.mark.parametrize(("written", "heard"), HEARD.items())
def test_particles_after_a_title_are_those_after_its_name_in_hangul(written: str, heard: str) -> None:
    sentence = "{x}이(가) {x}은(는) {x}을(를) {x}와(과)"
    with_title = with_particles(sentence, {"x": written})
    assert with_title == with_particles(sentence, {"x": heard})


@pytest.mark.parametrize("title", ["Apple", "Style", "Soul", "Girl", "1", "7", "R", "서울", "Good Mood"])
def test_ro_follows_rieul_as_it_follows_a_vowel(title: str) -> None:
    assert with_particles("{x}(으)로", {"x": title}) == "{x}로"


ALWAYS_MANY = {"days_ago", "reason_again", "settings_note", "privacy", "page_long", "utterance_too_long"}
"""Sentences whose number is never 1, or is one of our own limits."""
NAMES = {"artist", "title", "name", "subject", "provider", "emotion", "problem", "told", "mood"}


def test_english_speaks_of_one_as_of_many(phrases: Phrases) -> None:
    for key, variants in phrases.sentences[Language.ENGLISH].items():
        for line in variants if key not in ALWAYS_MANY else ():
            said = line.format(**{name: "X" if name in NAMES else 1 for name in places(line)})
            assert not re.search(r"(?<!\d)1 (?!of )[a-z]+s\b", said), key


def test_korean_is_polite_throughout(phrases: Phrases) -> None:
    listed = {"examples", "privacy", "calendar_alt", "refresh_done", "refresh_would"}
    for key, variants in phrases.sentences[Language.KOREAN].items():
        for sentence in sentences(variants) if key not in listed else ():
            assert re.search(r"[요죠][.?!]$", sentence) or not re.search(r"[가-힣]\)?[.?!]$", sentence), key


@pytest.mark.parametrize("language", Language)
def test_no_sentence_comes_twice_among_variants(phrases: Phrases, language: Language) -> None:
    for key, variants in phrases.sentences[language].items():
        if not key.startswith(("corrected_", "heard_")):
            said = sentences(variants)
            assert len(said) == len(set(said)), key


@pytest.mark.parametrize("language", Language)
def test_what_follows_an_answer_counts_no_cards(phrases: Phrases, language: Language) -> None:
    """There may be fewer than five."""
    keys = phrases.sentences[language].keys()
    about_cards = [
        key for key in keys if key.startswith(("take", "corrected_", "by_", "shelf_", "telegram_command_take"))
    ]
    for key in (*about_cards, "discord_about_take"):
        assert not re.search("다섯|five", " ".join(phrases.variants(key, language))), key


@pytest.mark.parametrize(
    ("key", "claims"),
    [
        ("by_artist_none_left", "모두 별로|비슷한|disliked all|sounds"),  # some may be left out for their lyrics
        ("by_artist_and_alike", "비슷한|sounds"),  # nobody may know how they sound
        ("shelf_short", "분위기|많지 않|mood"),  # there may be too few artists
        ("corrected_embarrassment", "스럽고|awkward and"),  # one of them was meant
        ("action_feel_embarrassment", "스럽고| and "),
        ("sound_even", "편안|easy"),  # said of any sound that has nothing to single out
    ],
)
def test_a_sentence_claims_only_what_holds_whenever_it_is_said(phrases: Phrases, key: str, claims: str) -> None:
    for language in Language:
        assert not re.search(claims, " ".join(phrases.variants(key, language)))


def test_variants_are_chosen_by_the_random_that_is_handed_in(phrases: Phrases) -> None:
    said = {phrases.say("empathy_sadness", Language.KOREAN, Random(seed)) for seed in range(30)}
    assert len(said) == len(phrases.variants("empathy_sadness", Language.KOREAN))


def test_braces_in_a_title_are_said_as_they_are(phrases: Phrases) -> None:
    assert "‘{x}’" in phrases.say("voted_like", Language.KOREAN, title="{x}")
