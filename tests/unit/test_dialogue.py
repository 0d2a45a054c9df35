from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from structlog.typing import EventDict

from bot.account import CONFIRMATIONS
from bot.dialogue import UTTERANCE_LIMIT, Dialogue, decision_on
from bot.domain import (
    Action,
    ActionKind,
    Concern,
    ConversationId,
    Emotion,
    Hints,
    Intent,
    Language,
    ListenerId,
    Mood,
    MusicLanguage,
    Preferences,
    Press,
    ReplyKind,
    Speaker,
    Thresholds,
    Utterance,
    Vote,
)
from bot.phrases import load_phrases
from bot.recommender import CONTEXT_LASTS
from tests.fakes import (
    LISTENER,
    FakeClassifier,
    FakeClock,
    FakePlaylistExport,
    FakeWishClassifier,
    InMemoryCatalogue,
    InMemoryHistory,
    a_reading,
    a_shelf,
    a_speaker,
)
from tests.unit.talking import ids, press, say

FOREVER = datetime.max.replace(tzinfo=UTC)


async def test_a_sad_sentence_becomes_five_sad_cards(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "오늘 면접 망해서 너무 속상해")
    assert reply.kind is ReplyKind.CARDS
    assert (reply.emotion, reply.mood) == (Emotion.SADNESS, Mood.SAD)
    assert [card.position for card in reply.cards] == [1, 2, 3, 4, 5]
    assert {card.track.mood for card in reply.cards} == {Mood.SAD}
    assert reply.note is not None
    assert "슬픔" in reply.note
    assert "90%" in reply.note


async def test_each_card_has_links_a_reason_and_buttons_of_its_own(dialogue: Dialogue) -> None:
    for card in (await say(dialogue, "속상해")).cards:
        assert card.spotify_url == f"https://open.spotify.com/track/{card.track.id}"
        assert card.youtube_url.startswith("https://www.youtube.com/results?search_query=")
        assert card.reason
        assert [(action.kind, action.track_id) for action in card.actions] == [
            (ActionKind.LIKE, card.track.id),
            (ActionKind.DISLIKE, card.track.id),
            (ActionKind.SIMILAR, card.track.id),
        ]


async def test_asking_twice_gives_other_tracks(dialogue: Dialogue) -> None:
    first, second = await say(dialogue, "속상해"), await say(dialogue, "속상해")
    assert not ids(first) & ids(second)


async def test_more_keeps_the_wish_and_changes_the_tracks(dialogue: Dialogue) -> None:
    first = await say(dialogue, "속상해")
    more = await press(dialogue, ActionKind.MORE)
    assert more.mood is Mood.SAD
    assert len(more.cards) == 5
    assert not ids(first) & ids(more)


@pytest.mark.parametrize("said", ["다른 곡 들려줘", "더 들려줘"])
async def test_a_said_wish_does_what_the_button_does(dialogue: Dialogue, said: str) -> None:
    await say(dialogue, "속상해")
    reply = await say(dialogue, said)
    assert (reply.mood, len(reply.cards)) == (Mood.SAD, 5)


async def test_livelier_and_calmer_move_the_mood(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    assert (await press(dialogue, ActionKind.LIVELIER)).mood is Mood.HAPPY
    assert (await press(dialogue, ActionKind.LIVELIER)).mood is Mood.ENERGETIC
    assert (await press(dialogue, ActionKind.CALMER)).mood is Mood.CALM


async def test_more_without_a_context_asks_for_the_mood(dialogue: Dialogue, clock: FakeClock) -> None:
    reply = await press(dialogue, ActionKind.MORE)
    assert reply.kind is ReplyKind.QUESTION
    await say(dialogue, "속상해")
    clock.advance(CONTEXT_LASTS + timedelta(seconds=1))
    assert (await press(dialogue, ActionKind.MORE)).kind is ReplyKind.QUESTION


async def test_a_context_belongs_to_one_conversation_of_one_listener(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    elsewhere = Speaker(listener=LISTENER, conversation=ConversationId("d" * 64), language=Language.KOREAN)
    someone_else = a_speaker(listener=ListenerId("b" * 64))
    for speaker in (elsewhere, someone_else):
        reply = await dialogue.press(Press(kind=ActionKind.MORE, speaker=speaker))
        assert reply.kind is ReplyKind.QUESTION


async def test_an_unsure_reading_is_asked_with_the_likeliest_feelings_first(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "나도 잘 모르겠어")
    assert reply.kind is ReplyKind.QUESTION
    assert reply.cards == ()
    assert [action.label for action in reply.actions] == ["슬퍼요", "불안해요", "화가 나요", "알아서 골라 주세요"]


async def test_an_utterance_without_emotion_gets_mood_buttons_and_pressing_one_gives_cards(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "내일 세 시에 회의 있어")
    assert reply.kind is ReplyKind.QUESTION
    assert [action.mood for action in reply.actions] == list(Mood)
    cards = await press(dialogue, ActionKind.MOOD, mood=Mood.CALM)
    assert {card.track.mood for card in cards.cards} == {Mood.CALM}


async def test_words_of_harm_get_care_before_anything_else(dialogue: Dialogue, classifier: FakeClassifier) -> None:
    reply = await say(dialogue, "너무 힘들어서 죽고 싶어")
    assert reply.kind is ReplyKind.CARE
    assert reply.cards == ()
    assert "109" in reply.text
    assert classifier.reads == 0


async def test_after_words_of_harm_nothing_upbeat_follows_and_nothing_is_kept_of_them(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    assert (await say(dialogue, "신난다")).mood is Mood.HAPPY
    await say(dialogue, "그냥 죽고 싶어")
    assert history.wishes == {}
    assert (await press(dialogue, ActionKind.MORE)).mood is Mood.CALM


async def test_a_mood_of_music_can_be_asked_for_directly(dialogue: Dialogue, classifier: FakeClassifier) -> None:
    assert {card.track.mood for card in (await say(dialogue, "슬픈 노래 들려줘")).cards} == {Mood.SAD}
    assert classifier.reads == 0


async def test_words_of_harm_are_met_however_long_the_utterance_is(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "너무 힘들어서 이제는 그만 죽고 싶어요. " * 200)
    assert (reply.kind, "109" in reply.text) == (ReplyKind.CARE, True)


@pytest.mark.parametrize("broken", ["empty shelf", "no database"])
async def test_despair_gets_the_helpline_even_when_no_track_can_be_had(
    dialogue: Dialogue, catalogue: InMemoryCatalogue, broken: str
) -> None:
    if broken == "no database":
        catalogue.unavailable = True
    else:
        await catalogue.replace("starter", a_shelf(Mood.SAD, 10))
    reply = await say(dialogue, "그냥 사라지고 싶어")
    assert (reply.kind, "109" in reply.text) == (ReplyKind.CARE, True)


async def test_pressing_a_feeling_is_answered_like_saying_it(dialogue: Dialogue) -> None:
    asked = await say(dialogue, "나도 잘 모르겠어")
    action = asked.actions[1]
    assert action.emotion is Emotion.ANXIETY
    pressed = Press(kind=action.kind, speaker=a_speaker(), mood=action.mood, emotion=action.emotion)
    reply = await dialogue.press(pressed)
    assert reply.text in load_phrases().variants("empathy_anxiety", Language.KOREAN)
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}


async def test_despair_gets_calm_tracks_and_a_soft_line(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "그냥 사라지고 싶어")
    assert reply.kind is ReplyKind.CARE
    assert {card.track.mood for card in reply.cards} == {Mood.CALM}
    assert reply.note is not None
    assert "109" in reply.note


async def test_a_vote_is_kept_shown_and_taken_back(dialogue: Dialogue, history: InMemoryHistory) -> None:
    track = (await say(dialogue, "속상해")).cards[0].track
    liked = await press(dialogue, ActionKind.LIKE, track.id)
    assert (liked.kind, liked.vote, liked.track_id) == (ReplyKind.VOTE, Vote.LIKE, track.id)
    changed = await press(dialogue, ActionKind.DISLIKE, track.id)
    assert changed.vote is Vote.DISLIKE
    taken_back = await press(dialogue, ActionKind.DISLIKE, track.id)
    assert taken_back.vote is None
    assert history.votes == {}


async def test_similar_gives_five_others_and_says_what_they_are_like(dialogue: Dialogue) -> None:
    track = (await say(dialogue, "속상해")).cards[0].track
    reply = await press(dialogue, ActionKind.SIMILAR, track.id)
    assert track.title in reply.text
    assert len(ids(reply) - {track.id}) == 5
    assert all(track.title in card.reason for card in reply.cards)


@pytest.mark.parametrize("kind", [ActionKind.SIMILAR, ActionKind.LIKE])
async def test_a_track_that_left_the_catalogue_is_said_to_be_gone(dialogue: Dialogue, kind: ActionKind) -> None:
    reply = await press(dialogue, kind, "0" * 21 + "x")
    assert "없어요" in reply.text


async def test_an_overloaded_classifier_says_one_moment(dialogue: Dialogue, classifier: FakeClassifier) -> None:
    classifier.overloaded = True
    reply = await say(dialogue, "속상해")
    assert (reply.kind, reply.cards) == (ReplyKind.TEXT, ())
    assert "조금 뒤에" in reply.text


async def test_a_database_that_does_not_answer_says_one_moment(
    dialogue: Dialogue, catalogue: InMemoryCatalogue
) -> None:
    catalogue.unavailable = True
    assert "조금 뒤에" in (await say(dialogue, "속상해")).text
    assert "조금 뒤에" in (await press(dialogue, ActionKind.LIKE, "x")).text


async def test_an_empty_shelf_is_said_and_other_moods_are_offered(
    dialogue: Dialogue, catalogue: InMemoryCatalogue
) -> None:
    await catalogue.replace("starter", a_shelf(Mood.HAPPY, 10))
    reply = await say(dialogue, "속상해")
    assert reply.kind is ReplyKind.QUESTION
    assert reply.cards == ()


async def test_a_shelf_that_runs_out_says_so(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    await catalogue.replace("starter", a_shelf(Mood.SAD, 7))
    await say(dialogue, "속상해")
    reply = await say(dialogue, "속상해")
    assert len(reply.cards) == 5
    assert reply.note is not None
    assert "3곡" in reply.note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b\u200d\ufeff",
        "\ud800\udfff",
        "\x00\x07\x1b",
        "!?...",
        "\u0301",
        "가" * 10_000,
        "\u1112\u1161" * 9_000,
    ],
    ids=["empty", "blank", "zero-width", "surrogates", "control", "punctuation", "accent", "10,000", "long NFD"],
)
async def test_what_cannot_be_read_gets_a_kind_answer(
    dialogue: Dialogue, classifier: FakeClassifier, text: str
) -> None:
    reply = await say(dialogue, text)
    assert reply.kind is ReplyKind.TEXT
    assert reply.text
    assert classifier.reads == 0


@pytest.mark.parametrize("text", ["😭", "ㅠㅠ", "ㅋ", "7", "속상해" * (UTTERANCE_LIMIT // 3)])
async def test_emoji_jamo_digits_and_the_longest_utterance_are_read(
    dialogue: Dialogue, classifier: FakeClassifier, text: str
) -> None:
    await say(dialogue, text)
    assert classifier.reads == 1


async def test_the_greeting_has_examples_and_says_what_happens_to_the_words(dialogue: Dialogue) -> None:
    reply = dialogue.greet(Language.KOREAN)
    assert reply.kind is ReplyKind.GREETING
    assert [action.kind for action in reply.actions] == [ActionKind.EXAMPLE] * 3
    assert reply.note is not None
    assert "저장하지 않아요" in reply.note


async def test_english_listeners_are_answered_in_english(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "속상해", a_speaker(Language.ENGLISH))
    texts = [reply.text, reply.note or "", *(card.reason for card in reply.cards), *(a.label for a in reply.actions)]
    assert not any("가" <= char <= "힣" for text in texts for char in text)
    assert reply.language is Language.ENGLISH


async def test_help_thanks_and_who_are_you_are_answered_without_tracks(dialogue: Dialogue) -> None:
    for said in ("도움말", "고마워", "넌 누구야?"):
        reply = await say(dialogue, said)
        assert (reply.kind, reply.cards) == (ReplyKind.TEXT, ())


async def test_actions_are_values(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "신난다")
    assert reply.actions[0] == Action(kind=ActionKind.MORE, label="다른 곡")


async def test_a_newcomer_is_told_the_terms_once(dialogue: Dialogue) -> None:
    first, second = await say(dialogue, "속상해"), await say(dialogue, "속상해")
    assert "만 14세" in (first.note or "")
    assert "만 14세" not in (second.note or "")


async def test_a_preview_is_answered_and_nothing_of_it_is_kept(dialogue: Dialogue, history: InMemoryHistory) -> None:
    for text in ("속상해", "그냥 사라지고 싶어", "죽고 싶어"):
        reply = await dialogue.preview(Utterance(text=text, speaker=a_speaker()))
        assert "만 14세" not in (reply.note or "")
    assert history == InMemoryHistory()


async def test_a_page_of_the_history_whose_tracks_are_gone_still_leads_to_the_older_ones(
    dialogue: Dialogue, catalogue: InMemoryCatalogue, clock: FakeClock
) -> None:
    old = await say(dialogue, "속상해")
    clock.advance(timedelta(minutes=1))
    await say(dialogue, "신난다")
    await catalogue.replace("starter", [card.track for card in old.cards])
    page = await press(dialogue, ActionKind.HISTORY)
    assert page.cards == ()
    older = next(action for action in page.actions if action.value == "2")
    assert ids(await press(dialogue, older.kind, value=older.value)) == ids(old)


@pytest.mark.parametrize("is_own", [True, False])
async def test_only_words_of_ones_own_that_were_sent_delete_keep_or_correct(
    dialogue: Dialogue, history: InMemoryHistory, *, is_own: bool
) -> None:
    await press(dialogue, ActionKind.SET, value="diary=on")
    await say(dialogue, "속상해")
    for text in ("속상해", "아니, 불안해", "모두 지우기"):
        utterance = Utterance(text=text, speaker=a_speaker(), is_own=is_own)
        await (dialogue.preview if is_own else dialogue.answer)(utterance)
    kept = await history.taste(LISTENER)
    assert kept.last_shown
    assert not kept.corrections
    assert len(await history.diary(LISTENER, since=datetime.min.replace(tzinfo=UTC), until=FOREVER)) == 1


async def test_nothing_that_is_logged_of_care_tells_whose_it_was(dialogue: Dialogue) -> None:
    seen: list[EventDict] = []

    def keep(_logger: object, _name: str, event: EventDict) -> EventDict:
        seen.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    try:
        with structlog.contextvars.bound_contextvars(listener=LISTENER[:12]):
            await say(dialogue, "그냥 사라지고 싶어")
    finally:
        structlog.configure(processors=before)
    assert {event["event"] for event in seen} == {"care_shown", "reply_built"}
    assert not any(event.get("listener") for event in seen)


async def test_turning_leads_from_the_mood_to_another_and_matching_leads_back(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    matched = await say(dialogue, "속상해")
    assert ActionKind.TURN in {action.kind for action in matched.actions}
    turned = await press(dialogue, ActionKind.TURN)
    assert turned.cards[0].track.mood is Mood.SAD
    assert turned.cards[-1].track.mood is Mood.HAPPY
    assert {ActionKind.MATCH} == {action.kind for action in turned.actions} - {
        action.kind for action in matched.actions
    }
    more = await press(dialogue, ActionKind.MORE)
    assert more.cards[-1].track.mood is Mood.HAPPY
    back = await press(dialogue, ActionKind.MATCH)
    assert {card.track.mood for card in back.cards} == {Mood.SAD}


async def test_turning_goes_where_the_listener_wants(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    turned = await press(dialogue, ActionKind.TURN, mood=Mood.ENERGETIC)
    assert turned.cards[-1].track.mood is Mood.ENERGETIC


async def test_the_last_five_can_be_taken_along(dialogue: Dialogue) -> None:
    cards = (await say(dialogue, "속상해")).cards
    forms = await press(dialogue, ActionKind.TAKE)
    taken = {action.value: await press(dialogue, action.kind, value=action.value) for action in forms.actions}
    for card in cards:
        assert card.track.title in taken["text"].text
        assert card.youtube_url in taken["youtube"].text
    file = taken["csv"].attachment
    assert file is not None
    assert all(card.track.id in file.content.decode("utf-8-sig") for card in cards)


async def test_whoever_comes_back_finds_the_last_five(dialogue: Dialogue, clock: FakeClock) -> None:
    assert (await dialogue.welcome(a_speaker())).kind is ReplyKind.GREETING
    first = await say(dialogue, "속상해")
    again = await dialogue.welcome(a_speaker())
    assert again.kind is ReplyKind.CARDS
    assert [card.track.id for card in again.cards] == [card.track.id for card in first.cards]
    assert again.actions == first.actions
    assert all("어울려요" not in card.reason for card in again.cards)  # for what it was picked is not kept
    clock.advance(CONTEXT_LASTS + timedelta(minutes=1))
    assert (await dialogue.welcome(a_speaker())).kind is ReplyKind.GREETING


@pytest.mark.parametrize("words", ["죽고 싶어", "그냥 사라지고 싶어"])
async def test_whoever_comes_back_after_a_cry_for_help_is_only_greeted(dialogue: Dialogue, words: str) -> None:
    await say(dialogue, "신난다")
    assert (await say(dialogue, words)).kind is ReplyKind.CARE
    assert (await dialogue.welcome(a_speaker())).kind is ReplyKind.GREETING


async def test_nothing_is_shown_again_to_whoever_has_nothing_remembered(
    dialogue: Dialogue, history: InMemoryHistory, clock: FakeClock
) -> None:
    await history.prefer(LISTENER, Preferences(remembers=False), at=clock.now())
    await say(dialogue, "속상해")
    assert (await dialogue.welcome(a_speaker())).kind is ReplyKind.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "이만 자러 갈게",
        "나 갈게 ㅂㅂ",
        "퇴근할게요",
        "잘 자",
        "다음에 봐",
        "노래 잘 들었어 이만 갈게",
        "bye",
        "good night",
    ],
)
async def test_a_goodbye_is_wished_well_whatever_a_model_hears(
    dialogue: Dialogue, wishes: FakeWishClassifier, text: str
) -> None:
    wishes.heard = {text: Hints(concern=Concern.EXPLICIT)}
    assert (await say(dialogue, text)).kind is ReplyKind.TEXT


@pytest.mark.parametrize(
    "text",
    [
        "이제 갈게",
        "먼저 갈게",
        "나 먼저 갈게",
        "고마웠어 나 먼저 갈게",
        "고마웠어 이만 갈게",
        "그동안 고마웠어",
        "다들 잘 있어",
        "나 먼저 간다 엄마 미안해",
    ],
)
async def test_what_may_be_a_last_goodbye_is_left_to_the_model(
    dialogue: Dialogue, wishes: FakeWishClassifier, text: str
) -> None:
    wishes.heard = {text: Hints(concern=Concern.EXPLICIT)}
    assert (await say(dialogue, text)).kind is ReplyKind.CARE


@pytest.mark.parametrize(
    "text", ["아무 노래나 틀어줘", "노래 틀어줘", "모르겠어 그냥 골라줘", "알아서 해줘", "play something"]
)
async def test_whoever_leaves_the_choice_to_us_gets_a_little_of_everything(dialogue: Dialogue, text: str) -> None:
    reply = await say(dialogue, text)
    assert len({card.track.mood for card in reply.cards}) == len(Mood)


async def test_music_asked_for_after_an_answer_is_more_of_it(dialogue: Dialogue) -> None:
    first = await say(dialogue, "속상해")
    more = await say(dialogue, "노래 틀어줘")
    assert {card.track.mood for card in more.cards} == {Mood.SAD}
    assert not ids(first) & ids(more)


async def test_more_is_new_also_for_whoever_has_nothing_remembered(
    dialogue: Dialogue, history: InMemoryHistory, clock: FakeClock, catalogue: InMemoryCatalogue
) -> None:
    await catalogue.replace("starter", [track for mood in Mood for track in a_shelf(mood, 10, start=len(mood) * 1_000)])
    await history.prefer(LISTENER, Preferences(remembers=False), at=clock.now())
    shown = ids(await say(dialogue, "속상해"))
    for _ in range(10):
        more = ids(await press(dialogue, ActionKind.MORE))
        assert not more & shown
        shown = more


async def test_matching_goes_back_to_the_feeling_after_livelier(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    assert (await press(dialogue, ActionKind.LIVELIER)).mood is Mood.HAPPY
    assert (await press(dialogue, ActionKind.MATCH)).mood is Mood.SAD


async def test_a_vote_of_a_stranger_is_not_kept(
    dialogue: Dialogue, history: InMemoryHistory, catalogue: InMemoryCatalogue
) -> None:
    track = (await catalogue.shelves()).tracks_for(Mood.SAD)[0]
    reply = await press(dialogue, ActionKind.LIKE, track.id)
    assert reply.kind is ReplyKind.TEXT
    assert (history.met, history.votes) == ({}, {})
    similar = await press(dialogue, ActionKind.SIMILAR, track.id)
    assert "만 14세" in (similar.note or "")
    assert (await press(dialogue, ActionKind.LIKE, track.id)).kind is ReplyKind.VOTE


async def test_what_somebody_else_wrote_is_no_feeling_of_whoever_asks(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await dialogue.answer(Utterance(text="속상해", speaker=a_speaker(), is_own=False))
    (kept,) = history.wishes.values()
    assert kept.wish.emotion is None


@pytest.mark.parametrize("text", ["슬픈 노래는 싫어", "슬픈 노래 말고", "왜 슬픈 노래만 줘?", "no sad songs please"])
async def test_a_kind_of_music_that_is_turned_down_is_not_played(
    dialogue: Dialogue, wishes: FakeWishClassifier, classifier: FakeClassifier, text: str
) -> None:
    wishes.heard = {text: Hints(wish=Mood.SAD)}
    classifier.heard = {text: a_reading(neutral=0.95)}
    assert (await say(dialogue, text)).kind is ReplyKind.QUESTION


@pytest.mark.parametrize("text", ["아니", "아니야", "wrong"])
async def test_a_bare_no_asks_for_every_other_feeling(
    dialogue: Dialogue, wishes: FakeWishClassifier, text: str
) -> None:
    wishes.heard = {text: Hints(wish=Intent.WHO_ARE_YOU)}
    await say(dialogue, "속상해")
    asked = await say(dialogue, text)
    *feelings, just_play = asked.actions
    assert {action.emotion for action in feelings} == set(Emotion) - {Emotion.SADNESS}
    assert just_play.mood is Mood.CALM


async def test_what_is_no_feeling_corrects_nothing(
    dialogue: Dialogue, classifier: FakeClassifier, history: InMemoryHistory
) -> None:
    await say(dialogue, "속상해")
    classifier.heard = {"밥": a_reading(neutral=0.95, joy=0.5)}
    assert (await say(dialogue, "아니, 지금 밥 먹는 중")).kind is ReplyKind.QUESTION
    assert history.corrections == {}


async def test_a_right_reading_that_is_said_again_was_not_misheard(
    dialogue: Dialogue, history: InMemoryHistory
) -> None:
    await say(dialogue, "속상해")
    reply = await say(dialogue, "화난 건 아니고 그냥 슬퍼")
    assert reply.mood is Mood.SAD
    assert "잘못" not in reply.text
    assert history.corrections == {}


@pytest.mark.parametrize(
    ("text", "mood", "said"),
    [
        ("오늘 너무 피곤해", Mood.CALM, "피곤"),
        ("심심해", Mood.HAPPY, "심심"),
        ("회사 가기 싫다", Mood.HAPPY, "가기 싫은"),
    ],
)
async def test_a_state_that_is_no_feeling_gets_its_music(
    dialogue: Dialogue, classifier: FakeClassifier, text: str, mood: Mood, said: str
) -> None:
    classifier.heard = {text: a_reading(neutral=0.95)}
    reply = await say(dialogue, text)
    assert reply.mood is mood
    assert said in reply.text


async def test_stop_is_no_wish_for_music(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    assert not (await say(dialogue, "노래 그만")).cards


@pytest.mark.parametrize(
    ("text", "music"), [("한국 노래만 들려줘", MusicLanguage.KOREAN), ("해외 음악만 틀어줘", MusicLanguage.FOREIGN)]
)
async def test_settings_can_be_said(
    dialogue: Dialogue, history: InMemoryHistory, text: str, music: MusicLanguage
) -> None:
    assert (await say(dialogue, text)).kind is ReplyKind.SETTINGS
    assert history.set[LISTENER].music is music


async def test_a_way_to_take_the_five_along_can_be_said(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    assert (await say(dialogue, "CSV로 줘")).attachment is not None


async def test_only_a_word_of_deletion_asks_whether_to_forget(dialogue: Dialogue, wishes: FakeWishClassifier) -> None:
    for text, is_asked in (
        ("내 말 어디에 저장해?", False),
        ("내 데이터 어떻게 돼", False),
        ("내 기록 싹 지워줘", True),
    ):
        wishes.heard = {text: Hints(wish=Intent.FORGET)}
        assert (CONFIRMATIONS[Language.KOREAN] in (await say(dialogue, text)).text) is is_asked, text


async def test_what_follows_a_refusal_is_what_is_wanted(dialogue: Dialogue) -> None:
    reply = await say(dialogue, "슬픈 노래 말고 밝은 거")
    assert {card.track.mood for card in reply.cards} == {Mood.HAPPY}


async def test_a_request_that_nobody_here_can_follow_is_told_to_be_one(
    dialogue: Dialogue, classifier: FakeClassifier
) -> None:
    classifier.heard = {**classifier.heard, "트로트": a_reading(neutral=0.95)}
    assert "찾지 못해요" in (await say(dialogue, "트로트 노래 틀어줘")).text


async def test_the_third_feeling_is_offered_only_when_it_is_likely(
    dialogue: Dialogue, classifier: FakeClassifier
) -> None:
    classifier.heard = {**classifier.heard, "지쳤": a_reading(sadness=0.39, anxiety=0.38, anger=0.2, joy=0.02)}
    classifier.heard = {**classifier.heard, "피곤": a_reading(sadness=0.39, anxiety=0.55, joy=0.03, anger=0.02)}
    asking = replace(dialogue, thresholds=Thresholds(ask_below=0.6, neutral_above=0.7))
    three = {action.emotion for action in (await say(asking, "지쳤다")).actions if action.emotion}
    two = {action.emotion for action in (await say(asking, "피곤하다")).actions if action.emotion}
    assert three == {Emotion.SADNESS, Emotion.ANXIETY, Emotion.ANGER}
    assert two == {Emotion.SADNESS, Emotion.ANXIETY}


async def test_whoever_suffers_violence_is_told_who_helps(dialogue: Dialogue) -> None:
    assert dialogue.calls_for_care("남편이 저를 때렸어요")
    reply = await say(dialogue, "남편이 저를 때렸어요")
    assert reply.kind is ReplyKind.CARE
    assert reply.is_private
    assert not reply.cards
    for number in ("112", "1366", "117", "1388"):
        assert number in reply.text


@pytest.mark.parametrize("text", ["틀렸어", "반대야", "ㄴㄴ", "잘못 들었어"])
async def test_a_reading_is_turned_down_in_many_ways(dialogue: Dialogue, text: str) -> None:
    await say(dialogue, "속상해")
    asked = await say(dialogue, text)
    assert asked.kind is ReplyKind.QUESTION
    assert Emotion.SADNESS not in {action.emotion for action in asked.actions}


async def test_a_greeting_needs_no_database(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    await say(dialogue, "속상해")
    catalogue.unavailable = True
    assert (await dialogue.welcome(a_speaker())).kind is ReplyKind.GREETING


async def test_a_playlist_is_offered_to_whom_the_operator_lets_in(dialogue: Dialogue) -> None:
    cards = (await say(dialogue, "속상해")).cards
    assert "spotify" not in {action.value for action in (await press(dialogue, ActionKind.TAKE)).actions}
    allowing = replace(dialogue, recommender=replace(dialogue.recommender, playlists=FakePlaylistExport()))
    assert "spotify" in {action.value for action in (await press(allowing, ActionKind.TAKE)).actions}
    made = await press(allowing, ActionKind.TAKE, value="spotify")
    assert made.link is not None
    assert made.is_private
    assert "5곡" in made.text
    for card in cards:
        assert card.track.id in made.link.url


async def test_a_playlist_button_from_before_leads_nowhere(dialogue: Dialogue) -> None:
    await say(dialogue, "속상해")
    another = FakePlaylistExport(ListenerId("b" * 64))
    refusing = replace(dialogue, recommender=replace(dialogue.recommender, playlists=another))
    reply = await press(refusing, ActionKind.TAKE, value="spotify")
    assert reply.link is None
    assert "text" in {action.value for action in reply.actions}


async def test_tracks_that_spotify_does_not_have_make_no_playlist(
    dialogue: Dialogue, catalogue: InMemoryCatalogue
) -> None:
    elsewhere = [replace(track, id=f"melon:{track.id}") for track in a_shelf(Mood.SAD, 8)]
    await catalogue.replace("starter", elsewhere)
    await say(dialogue, "속상해")
    allowing = replace(dialogue, recommender=replace(dialogue.recommender, playlists=FakePlaylistExport()))
    assert (await press(allowing, ActionKind.TAKE, value="spotify")).link is None


async def test_care_is_private_and_does_not_wait_for_the_database(
    dialogue: Dialogue, catalogue: InMemoryCatalogue, history: InMemoryHistory
) -> None:
    catalogue.unavailable = True
    explicit, soft = await say(dialogue, "죽고 싶어"), await say(dialogue, "그냥 사라지고 싶어")
    assert explicit.is_private
    assert soft.is_private
    assert "109" in explicit.text
    assert "109" in soft.text


async def test_an_example_or_an_admins_button_in_other_hands_is_a_greeting(dialogue: Dialogue) -> None:
    for kind in (ActionKind.EXAMPLE, ActionKind.REFRESH, ActionKind.CANCEL_REFRESH):
        assert (await press(dialogue, kind)).kind is ReplyKind.GREETING


@pytest.mark.parametrize("kind", ActionKind)
async def test_every_button_is_answered_to_a_stranger(dialogue: Dialogue, kind: ActionKind) -> None:
    assert (await press(dialogue, kind)).text


async def test_tracks_are_found_while_they_are_typed(dialogue: Dialogue, catalogue: InMemoryCatalogue) -> None:
    assert [track.title for track in await dialogue.find("노래 1003", 5)] == ["노래 1003"]
    catalogue.unavailable = True
    assert await dialogue.find("노래") == ()


async def test_what_only_the_model_hears_is_answered_too(dialogue: Dialogue, wishes: FakeWishClassifier) -> None:
    first = await say(dialogue, "속상해")
    wishes.heard = {
        "세상에 두 번째 같은 게 또 있을까": Hints(wish=Intent.SIMILAR),
        "흔적을 없애 주라": Hints(wish=Intent.FORGET),
        "귀가 심심하네 쿵쾅거리는 걸로": Hints(wish=Mood.ENERGETIC),
        "이제 다 정리하고 떠날게": Hints(concern=Concern.EXPLICIT),
    }
    similar = await say(dialogue, "세상에 두 번째 같은 게 또 있을까")
    assert first.cards[1].track.title in similar.text
    assert "모두 지우기" in (await say(dialogue, "흔적을 없애 주라")).text
    energetic = await say(dialogue, "귀가 심심하네 쿵쾅거리는 걸로")
    assert {card.track.mood for card in energetic.cards} == {Mood.ENERGETIC}
    assert (await say(dialogue, "이제 다 정리하고 떠날게")).kind is ReplyKind.CARE
    assert dialogue.calls_for_care("이제 다 정리하고 떠날게")
    assert not dialogue.calls_for_care("속상해")


async def test_the_typed_confirmation_is_never_taken_for_the_wish_to_be_asked(
    dialogue: Dialogue, wishes: FakeWishClassifier
) -> None:
    wishes.heard = {"모두 지우기": Hints(wish=Intent.FORGET)}
    await say(dialogue, "속상해")
    assert "모두 지웠어요" in (await say(dialogue, "모두 지우기")).text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("기록 보여줘", ReplyKind.HISTORY),
        ("설정", ReplyKind.SETTINGS),
        ("기분 전환", ReplyKind.CARDS),
        ("담아 가기", ReplyKind.QUESTION),
        ("안녕하세요", ReplyKind.GREETING),
        ("아니야 취소할게", ReplyKind.TEXT),
    ],
)
async def test_what_a_button_says_can_be_typed_whatever_the_model_hears(
    dialogue: Dialogue, wishes: FakeWishClassifier, text: str, kind: ReplyKind
) -> None:
    await say(dialogue, "속상해")
    wishes.heard = {text: Hints(concern=Concern.EXPLICIT)}
    assert (await say(dialogue, text)).kind is kind


async def test_an_opinion_of_one_of_the_five_is_a_vote(dialogue: Dialogue, history: InMemoryHistory) -> None:
    cards = (await say(dialogue, "속상해")).cards
    assert (await say(dialogue, "두 번째 곡 별로야")).vote is Vote.DISLIKE
    assert (await say(dialogue, "마지막 거 좋아")).vote is Vote.LIKE
    assert {track: vote for (_, track), (vote, _) in history.votes.items()} == {
        cards[1].track.id: Vote.DISLIKE,
        cards[4].track.id: Vote.LIKE,
    }


async def test_a_denied_feeling_is_asked_for_and_never_taken_for_the_feeling(
    dialogue: Dialogue, classifier: FakeClassifier
) -> None:
    classifier.heard = {"슬퍼": a_reading(sadness=0.99)}
    reply = await say(dialogue, "하나도 안 슬퍼")
    assert reply.kind is ReplyKind.QUESTION
    assert Emotion.SADNESS not in {action.emotion for action in reply.actions}
    assert (await say(dialogue, "너무 슬퍼")).kind is ReplyKind.CARDS


async def test_forgetting_can_be_called_off(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    keep = (await press(dialogue, ActionKind.FORGET)).actions[0]
    assert "아무것도 바꾸지 않았어요" in (await press(dialogue, keep.kind, value=keep.value)).text
    assert history.shown


async def test_what_others_wrote_is_no_opinion_of_the_asker(dialogue: Dialogue, history: InMemoryHistory) -> None:
    await say(dialogue, "속상해")
    await dialogue.answer(Utterance(text="두 번째 곡 별로야", speaker=a_speaker(), is_own=False))
    assert history.votes == {}


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("노래 그만", "neutral"),
        ("재즈 틀어줘", "neutral"),
        ("오늘 너무 피곤해", "answer"),
        ("다른 곡", "intent:more"),
        ("죽고 싶어", "safety:explicit"),
        ("회의가 있어", "neutral"),
    ],
)
def test_what_would_be_done_can_be_told_without_a_listener(text: str, decision: str) -> None:
    assert decision_on(text, a_reading(neutral=0.95), Thresholds(ask_below=0.4, neutral_above=0.7), Hints()) == decision
