"""Wishes that are said rather than pressed: another five, livelier, calmer, help, thanks.

Only whole utterances count (``다른 곡 들려줘``), so that a feeling which merely mentions music is never taken for one.
"""

import re
import unicodedata
from typing import Final

from bot.domain import ActionKind, Intent, Mood

LONGEST_WISH: Final = 40
"""Letters of the longest utterance that is still looked at: wishes are short, and feelings need not be."""

_MUSIC: Final = "(노래로|노래|음악으로|음악|곡으로|곡|걸로|거로|거|것|걸|분위기로|분위기)"
# Each word of a request can be read in one way only: with two readings of 추천해줘 a long repetition would take for ever.
_PLEASE: Final = (
    "(좀|더|틀어|들려|추천|골라|보여|찾아|부탁|드려|드립니다|바꿔|달라|해|줘|줄래|주라|주세요|요|용|please)*"
)
_LIVELY: Final = "(신나는|신나게|밝은|밝게|빠른|빠르게|경쾌한|경쾌하게|흥겨운|흥겹게|업된|힘찬)"
_CALM: Final = "(차분한|차분하게|차분히|잔잔한|잔잔하게|조용한|조용하게|조용히|느린|느리게|편안한|편안하게)"
_RULES: Final = (
    (Intent.MORE, f"(또)?(다른|딴|새로운){_MUSIC}(은|는|도|없어|없나요|없을까)*{_PLEASE}"),
    (Intent.MORE, f"(더|하나더|몇곡더|더많이|또|계속){_PLEASE}|{_MUSIC}더{_PLEASE}"),
    (Intent.MORE, "(show|give|play)?(me)?(more|another|anotherone|others|somethingelse|moresongs|othersongs)(please)?"),
    (Intent.LIVELIER, f"(좀|조금)?더{_LIVELY}{_MUSIC}?{_PLEASE}|{_LIVELY}{_PLEASE}"),
    (Intent.LIVELIER, "(more)?(livelier|moreupbeat|upbeatplease|moreenergetic|faster)(please)?"),
    (Intent.CALMER, f"(좀|조금)?더{_CALM}{_MUSIC}?{_PLEASE}|{_CALM}{_PLEASE}"),
    (Intent.CALMER, "(calmer|slower|quieter|morecalm|softer)(please)?"),
    (Intent.HELP, "help|도움말|사용(방)?법(좀)?(알려줘|알려주세요|뭐야)?|howdoesthiswork|whatcanyoudo"),
    (Intent.HELP, "(이거)?어떻게(써|쓰는거야|쓰나요|사용해|사용하나요|쓰면돼|쓰는건가요)|(넌|너는)?(뭐|뭘|무엇을)할수있(어|나요|니)"),
    (Intent.WHO_ARE_YOU, "(너|넌|너는|당신은|니가)(대체|도대체)?(누구야|누구니|누구세요|누구냐|뭐야|뭐하는애야|이름이뭐야)"),
    (Intent.WHO_ARE_YOU, "(너|넌|너는|혹시)?(사람|로봇|봇|에이아이|ai)(이야|이니|이에요|인가요|이냐|야|니)|areyoua(bot|human|person|robot)"),
    (Intent.WHO_ARE_YOU, "누구세요|이름이뭐(야|예요|에요)|whoareyou|whatareyou"),
    (Intent.THANKS, "(정말|진짜|너무|완전|늘|항상)?(ㄳ|고마워|고마워요|고맙습니다|고맙다|감사해|감사해요|감사합니다|감사|땡큐|ㄱㅅ)(요|용|정말|진짜)?"),
    (Intent.THANKS, "thx|thanks|thankyou|thankyousomuch|ty"),
)  # fmt: skip
_COMPILED: Final = tuple((intent, re.compile(pattern)) for intent, pattern in _RULES)

_WANTED: Final = {
    Mood.HAPPY: "밝은|행복한|기분좋은|기분좋아지는|경쾌한|흥겨운|상큼한|기쁠때(듣는|들을)|happy|feelgood|cheerful",
    Mood.SAD: "슬픈|우울한|쓸쓸한|이별|눈물나는|서글픈|발라드|(슬플|우울할|울고싶을)때(듣는|들을)|sad",
    Mood.ENERGETIC: "신나는|빠른|힘찬|강렬한|업된|댄스|(운동|드라이브)할때(듣는|들을)?|energetic|upbeat|dance|workout",
    Mood.CALM: "잔잔한|차분한|조용한|편안한|느린|힐링|(공부할|잠안올|잘|쉴)때(듣는|들을)(조용한|잔잔한)?|calm|chill|relaxing|quiet",
}
_REQUESTS: Final = tuple(
    (
        mood,
        re.compile(
            rf"(play|giveme)?(some)?(좀|뭔가)?({words})(노래|음악|곡|거|걸로|분위기|songs?|music|tracks?){_PLEASE}"
        ),
    )
    for mood, words in _WANTED.items()
)


_BUTTONS: Final = tuple(
    (kind, re.compile(f"({words})(좀)?(보여줘|보여주세요|보여줄래|보여달라|보기|볼래|열어줘|알려줘|please)?"))
    for kind, words in {
        ActionKind.HISTORY: "(내|나의)?(기록|들은곡|들은곡기록|들은노래)|(my)?history|(show)(me)?(my)?history",
        ActionKind.SETTINGS: "설정|환경설정|세팅|settings",
        ActionKind.DIARY: "(내)?(감정달력|감정일기|기분달력)|(my)?mooddiary",
        ActionKind.EXPORT: "(내)?데이터(받기|다운로드)?|(get|show)?(me)?mydata",
        ActionKind.PRIVACY: "개인정보(처리방침)?|privacy(policy)?",
        ActionKind.TAKE: "담아가기|담아줘|takealong|takethemalong",
        ActionKind.MATCH: "공감|matchmymood",
        ActionKind.TURN: "기분전환|기분전환(하고싶어|할래|시켜줘)|turnitaround",
        ActionKind.MORE: "othertracks",
    }.items()
)
_CANCELS: Final = re.compile(
    "(아니|아니야|아냐|됐어|아뇨)?(취소|취소할게|취소해줘|취소해|취소요|안지울래|안지울게|지우지마|지우지말아줘|안할래|안할게"
    "|nevermind|cancel|cancelthat|dontdelete|donotdelete)(요|여)?"
)
_GREETS: Final = re.compile(
    "(안녕|안뇽|하이|하잉|헬로|반가워|반갑다|안녕하세요|안녕하십니까|hi|hello|hey|heythere)(요|여|반가워|스무디|smoody)*"
)


_WHY: Final = re.compile(
    "(왜|어째서|어떻게)(하필|갑자기)?(이|그|저|이런|저런|그런)(노래|곡|음악|거|걸|것|게)(들)?(을|를|이|가|은|는|로|만)?"
    "(나|나한테|내게)?(야|예요|에요|인가요|인거야|추천|추천했어|추천한거야|추천해줬어|추천해|골랐어|고른거야|고르셨어요|골라줬어|나와|나왔어|나오는거야|틀어|줬어|뜨는거야)(요)?"
    "|(이|그)?(노래|곡|음악|거|걸|것)?(들)?(을|를|은|는)?(왜|어떻게)(골랐어|골라줬어|추천했어|추천한거야|고른거야|고르는거야)(요)?"
    "|(추천|고른|선곡)(한|하는)?(이유|기준)(가|이|는|은)?(뭐야|뭔데|뭐예요|뭔가요|알려줘|궁금해)?(요)?"
    "|why(this|these|that|those)(song|songs|track|tracks|one|ones)?|whydidyoupick(this|these|it|them|that)(song|songs)?"
)


def button_said(text: str) -> ActionKind | None:
    """The button whose name the whole utterance is (``감정 달력 보여줘``), or None."""
    said = _squeezed(text)
    return next((kind for kind, pattern in _BUTTONS if pattern.fullmatch(said)), None)


def is_cancellation(text: str) -> bool:
    """Whether the whole utterance only says not to do something after all (``아니야 취소할게``)."""
    return _CANCELS.fullmatch(_squeezed(text)) is not None


def asks_why(text: str) -> bool:
    """Whether the whole utterance asks why these tracks were picked (``왜 이 노래야?``)."""
    return _WHY.fullmatch(_squeezed(text)) is not None


def is_greeting(text: str) -> bool:
    """Whether the whole utterance is a hello."""
    return _GREETS.fullmatch(_squeezed(text)) is not None


def intent_of(text: str) -> Intent | None:
    """The wish that the whole utterance is, or None when it is something else."""
    wish = _squeezed(text)
    return next((intent for intent, pattern in _COMPILED if pattern.fullmatch(wish)), None)


def requested_mood(text: str) -> Mood | None:
    """The mood of music that the whole utterance asks for (``슬픈 노래 들려줘``), or None when it is something else."""
    wish = _squeezed(text)
    return next((mood for mood, pattern in _REQUESTS if pattern.fullmatch(wish)), None)


def _squeezed(text: str) -> str:
    """Letters and digits alone; nothing of an utterance that is too long for a wish."""
    letters = "".join(
        char for char in unicodedata.normalize("NFC", text).lower() if unicodedata.category(char)[0] in "LN"
    ).strip("ㅋㅎㅠㅜ")
    return letters if len(letters) <= LONGEST_WISH else ""
