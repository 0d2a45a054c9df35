"""A reply of each kind in both languages, as the core gives them, for the stored renderings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain import Action, ActionKind, Attachment, Language, Link, Mood, Reply, ReplyKind, TrackCard, Vote
from bot.voice import spotify_url, youtube_url
from tests.fakes import a_track

KO, EN = Language.KOREAN, Language.ENGLISH

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    KO: {
        "greeting": "안녕하세요, 스무디예요. 지금 기분을 한 문장으로 들려주시면 어울리는 다섯 곡을 골라 드릴게요.",
        "privacy": "적어 주신 말은 스무디만 읽고, 어디에도 저장하지 않아요.",
        "example": "오늘 면접 망해서 너무 속상해",
        "other example": "드디어 시험 끝! 날아갈 것 같아",
        "cards": "마음이 많이 무거우셨겠어요. 곁에 조용히 머물러 줄 곡들이에요.",
        "heard": "‘슬픔’으로 들렸어요. (AI의 짐작, 91%)",
        "reason": "쓸쓸한 분위기에 91% 어울려요 · 어두운 느낌, 어쿠스틱 사운드",
        "similar": "비슷한 곡",
        "more": "다른 곡",
        "livelier": "더 신나게",
        "calmer": "더 차분하게",
        "turn": "기분 바꿔 보기",
        "ask": "여러 마음이 함께 느껴져요. 어느 쪽에 가장 가까운가요?",
        "sad": "슬퍼요",
        "embarrassed": "당황스럽고 외로워요",
        "text": "저도 고마워요. 음악이 필요할 때 또 들러 주세요.",
        "care": "이야기해 주셔서 고마워요.\n\n• 자살예방 상담전화 109 — 24시간, 전화와 문자",
        "soft": "많이 지치셨군요. 잠시 기대어 쉴 수 있는 차분한 곡들을 골랐어요.",
        "vote": "‘노래 1’, 마음에 드셨군요. 기억해 둘게요.",
        "history": "전에 들려드린 곡이에요. (2/3쪽)",
        "newer": "더 최근",
        "older": "더 예전",
        "settings": "어떻게 들려드릴까요? 누르면 바로 바뀌어요.",
        "auto": "자동",
        "korean songs": "한국 노래",
        "all songs": "모든 노래",
        "diary": "2026년 5월의 감정 달력이에요.",
        "earlier": "이전 달",
    },
    EN: {
        "greeting": "Hi, I'm SMOODY. Tell me in one sentence how you feel, and I'll pick five tracks to go with it.",
        "privacy": "Only SMOODY reads what you write, and it is stored nowhere.",
        "example": "I messed up my interview and feel so sad today",
        "other example": "Exams are over, I could fly!",
        "cards": "That sounds heavy. These tracks will keep you quiet company.",
        "heard": "That sounded like “sadness”. (An AI's guess, 91%)",
        "reason": "91% wistful mood · dark, acoustic sound",
        "similar": "Similar",
        "more": "Other tracks",
        "livelier": "Livelier",
        "calmer": "Calmer",
        "turn": "Turn my mood",
        "ask": "I hear several feelings at once. Which is closest?",
        "sad": "I'm sad",
        "embarrassed": "Ashamed or lonely",
        "text": "Thank you. Come by whenever something moves you.",
        "care": "How you feel right now matters most.\n\n• In Korea: 109, 24 hours, by phone or text",
        "soft": "You sound worn out. I picked calm tracks to lean on for a while.",
        "vote": "Glad you like “노래 1”. I'll remember.",
        "history": "Tracks you heard before. (page 2 of 3)",
        "newer": "Newer",
        "older": "Older",
        "settings": "How would you like it? A tap changes it at once.",
        "auto": "Automatic",
        "korean songs": "Korean songs",
        "all songs": "All songs",
        "diary": "Your mood calendar of May 2026.",
        "earlier": "Month before",
    },
}


def cards(language: Language, count: int = 5, *, liked: int | None = None) -> tuple[TrackCard, ...]:
    """Cards of one language; the third comes from elsewhere than Spotify and has a title that looks like markup."""
    words = WORDS[language]
    shown = []
    for number in range(1, count + 1):
        track = a_track(number, Mood.SAD, title="<b>R&B</b> @home" if number == 3 else None)
        if number == 3:
            track = replace(track, id="melon:31234567", artwork_url="https://example.org/cover.jpg")
        shown.append(
            TrackCard(
                position=number,
                track=track,
                reason=words["reason"],
                spotify_url=spotify_url(track),
                youtube_url=youtube_url(track),
                vote=Vote.LIKE if number == liked else None,
                actions=tuple(
                    Action(kind=kind, label=label, track_id=track.id)
                    for kind, label in (
                        (ActionKind.LIKE, "좋아요"),
                        (ActionKind.DISLIKE, "별로예요"),
                        (ActionKind.SIMILAR, words["similar"]),
                    )
                ),
                links=(Link(name="Melon", url="https://www.melon.com/search?q=1&x=2"),) if number == 2 else (),
            )
        )
    return tuple(shown)


def replies(language: Language) -> Mapping[str, Reply]:
    """One reply of each kind, by name."""
    words = WORDS[language]

    def reply(kind: ReplyKind, said: str, **more: object) -> Reply:
        return Reply(kind=kind, text=words[said], language=language, **more)  # type: ignore[arg-type]  # fields by name

    def action(kind: ActionKind, label: str, **more: object) -> Action:
        return Action(kind=kind, label=words[label], **more)  # type: ignore[arg-type]  # as above

    whole = tuple(
        action(kind, kind.value) for kind in (ActionKind.MORE, ActionKind.LIVELIER, ActionKind.CALMER, ActionKind.TURN)
    )
    return {
        "greeting": reply(
            ReplyKind.GREETING,
            "greeting",
            note=words["privacy"],
            actions=tuple(action(ActionKind.EXAMPLE, label) for label in ("example", "other example")),
        ),
        "cards": reply(ReplyKind.CARDS, "cards", note=words["heard"], cards=cards(language, liked=2), actions=whole),
        "question": reply(
            ReplyKind.QUESTION,
            "ask",
            actions=(
                action(ActionKind.MOOD, "sad", mood=Mood.SAD),
                action(ActionKind.MOOD, "embarrassed", mood=Mood.SAD),
            ),
        ),
        "text": reply(ReplyKind.TEXT, "text"),
        "link": reply(
            ReplyKind.TEXT,
            "text",
            link=Link(name="<Spotify>", url="https://example.org/spotify/playlist?order=a.b-c&x=1"),
            is_private=True,
        ),
        "care": reply(ReplyKind.CARE, "care"),
        "care-with-cards": reply(ReplyKind.CARE, "soft", note=words["care"], cards=cards(language, 1)),
        "vote": reply(ReplyKind.VOTE, "vote", track_id="0" * 21 + "1", vote=Vote.LIKE),
        "history": reply(
            ReplyKind.HISTORY,
            "history",
            cards=cards(language, 2),
            actions=(action(ActionKind.HISTORY, "newer", value="1"), action(ActionKind.HISTORY, "older", value="3")),
        ),
        "settings": reply(
            ReplyKind.SETTINGS,
            "settings",
            actions=(
                action(ActionKind.SET, "auto", value="language=auto", is_chosen=True),
                Action(kind=ActionKind.SET, label="한국어", value="language=ko"),
                Action(kind=ActionKind.SET, label="English", value="language=en"),
                action(ActionKind.SET, "all songs", value="music=any", is_chosen=True),
                action(ActionKind.SET, "korean songs", value="music=korean"),
            ),
        ),
        "picture": reply(
            ReplyKind.TEXT,
            "diary",
            attachment=Attachment(name="smoody-2026-05.png", media_type="image/png", content=b"png", alt="alt"),
            actions=(action(ActionKind.DIARY, "earlier", value="2026-04"),),
            is_private=True,
        ),
    }
