"""What is said about the conversation rather than the music: a button by its name, hello, goodbye, stop, why.

As in `bot.intents`, whole utterances only.
"""

import re
from typing import Final

from bot.domain import ActionKind, Shop
from bot.letters import wish_letters

_BUTTONS: Final = tuple(
    (kind, None, re.compile(f"({words})(좀)?(보여줘|보여주세요|보여줄래|보여달라|보기|볼래|열어줘|알려줘|please)?"))
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
_ON: Final = "(켜|켜줘|켤래|쓸래|쓰고싶어|시작|시작할래|시작해줘)(요)?"
_GIVE_ME: Final = "(좀|틀어|들려|골라|추천|보여|해|줘|줄래|주라|주세요|듣고싶어|들을래|받을래|알려|넣어|붙여|바꿔|요)*"
_CHOICES: Final = tuple(
    (kind, value, re.compile(words))
    for kind, value, words in (
        (ActionKind.SET, "music=korean", f"(한국|국내|우리나라|한국어)(노래|음악|곡|가요)?만{_GIVE_ME}|onlykorean(songs?|music)?(please)?"),
        (ActionKind.SET, "music=foreign", f"(해외|외국|팝송|외국어)(노래|음악|곡)?만{_GIVE_ME}|onlyforeign(songs?|music)(please)?"),
        (ActionKind.SET, "clean=on", f"(19금|욕|욕설|성인)(은|는|이)?(있는|들어간|나오는)?(노래|음악|곡)?(은|는)?(빼|빼고|없는노래로|없는걸로|말고){_GIVE_ME}"),
        (ActionKind.SET, "language=en", "영어로(답|대답|말|얘기|이야기|바꿔|해)(해|하)?(줘|줄래|주세요|요)?|(please)?(speak|answer|reply)?(to)?(me)?(in)?english(please)?"),
        (ActionKind.SET, "language=ko", "한국(어|말)로(답|대답|말|얘기|이야기|바꿔|해)(해|하)?(줘|줄래|주세요|요)?|(please)?(speak|answer|reply)(to)?(me)?(in)?korean(please)?"),
        (ActionKind.SET, "diary=on", f"(감정|기분)?(달력|일기){_ON}"),
        (ActionKind.SET, "diary=off", "(감정|기분)?(달력|일기)(꺼|꺼줘|끌래|끄기|그만)(요)?"),
        *(
            (ActionKind.SET, f"shop.{shop}=on", f"({names})링크(도|를|로)?{_GIVE_ME}")
            for shop, names in {
                Shop.MELON: "멜론",
                Shop.GENIE: "지니",
                Shop.FLO: "플로|flo",
                Shop.BUGS: "벅스",
                Shop.VIBE: "바이브|vibe",
                Shop.APPLE: "애플뮤직|애플",
            }.items()
        ),
        (ActionKind.TAKE, "csv", f"(csv|엑셀|표)(파일)?로{_GIVE_ME}|(as)?(a)?csv(file)?(please)?"),
        (ActionKind.TAKE, "text", f"(글|텍스트|글자)로{_GIVE_ME}|astext(please)?"),
        (ActionKind.TAKE, "youtube", f"유튜브(링크)?(로|를|도){_GIVE_ME}|유튜브링크{_GIVE_ME}|youtubelinks?(please)?"),
    )
)  # fmt: skip
_SAID: Final = (*_BUTTONS, *_CHOICES)
_CANCELS: Final = re.compile(
    "(아니|아니야|아냐|됐어|아뇨)?(취소|취소할게|취소해줘|취소해|취소요|안지울래|안지울게|지우지마|지우지말아줘|안할래|안할게"
    "|nevermind|cancel|cancelthat|dontdelete|donotdelete)(요|여)?"
)
_STOPS: Final = re.compile(
    "(이제|인제)?(노래|음악)?(은|는|를|을)?(이제|인제)?(그만|스톱|스탑|멈춰|꺼|끄자|됐어)(틀어|들을래|들을게|할래|할게|해|줘|줄래)*(요)?|stop(it|themusic)?(please)?"
)
_DELETES: Final = re.compile(
    r"지우|지워|지운|지울|삭제|없애|없앨|없던|없는 ?걸로|없었던|탈퇴|잊|까먹|초기화|리셋|포맷|밀어|날려|파기|폐기|말소|비워|털어|떼어|빼 ?(?:줘|줄|달|주)"
    r"|남기지|남지|보관하지|저장하지|기억하지|치워|치아라|정리해"
    r"|delet|eras|forget|remov|wip|clear|reset|unsubscrib|purge|scrub|get rid|don'?t (?:keep|store|save)",
    re.IGNORECASE,
)
_FAREWELLS: Final = re.compile(
    "((고마워|오늘고마웠어|잘들었어|노래잘들었어)(요)?)?(그럼|나|난|전|저)?(먼저)?(이제|이만|슬슬|오늘은)?"
    "(자러갈게|자러간다|잘게|잔다|잘래|자야겠다|퇴근할게|(먼저|들어|이만)?(갈게|가볼게)(ㅂㅂ|ㅂㅇ|빠이|내일봐|또올게)"
    "|잘자|굿나잇|굿밤|안녕히계세|안녕히주무세|수고해|수고하세|수고했어|내일봐|내일또올게|또올게|다음에또올게|다음에봐|또봐)(요|용)?(ㅂㅂ|ㅂㅇ)?"
    "|(노래)?잘들었어(요)?(난|전|나)?(이제|이만)?(먼저)?(갈게|가볼게|들어갈게)(요)?|(바이|빠이){1,2}|(ㅂㅂ|ㅂㅇ){1,2}"
    "|bye|byebye|goodbye|goodnight|gn|seeyou|seeya|cya|seeyoutomorrow|(i)?(gotta|haveto)go|ttyl"
)
_GIVE: Final = "(좀|틀어|들려|골라|추천|해|줘|줄래|주세|줘봐|요)"
_ANYTHING: Final = re.compile(
    f"(몰라|모르겠어|글쎄|음)?(그냥|걍)?(아무거나|아무노래나|아무곡이나|아무노래|네맘대로|니맘대로|알아서){_GIVE}*"
    f"|(몰라|모르겠어|글쎄|음)?(그냥|걍){_GIVE}+|(노래|음악){_GIVE}+"
    "|play(me)?(anything|something|music|asong|somemusic)(please)?|anything|whatever|surpriseme"
)
_TAKES_BACK: Final = re.compile(
    "(아니|아냐|아니야|에이|엥)?(나|난|전|저)?(괜찮(아|은데|아요)|멀쩡해)?(그런|그|저|죽겠다는|나쁜)?(뜻|의미|말|얘기|소리|거|게)(이|은|으로)?"
    "(한거|한말|한게)?(아니(야|에요|예요|었어|었어요|고|라고|라니까|거든|에용)|아닌데|아닙니다)(요)?(괜찮아|괜찮아요)?"
    "|(아니|아냐|에이|그냥)*(농담|장난|드립|과장|비유)(이야|이에요|이었어|이었어요|인데|한거야|친거야)|오해(야|예요|하지마|하지마세요|인데|입니다)"
    "|(thats|thatis)?notwhati(meant|mean)|(its|itwas|im|iwas)?(just|only)?(a)?(joke|joking|kidding)|ididntmeanit(likethat|thatway)?"
)
_GREETS: Final = re.compile(
    "(안녕|안뇽|하이|하잉|헬로|반가워|반갑다|안녕하세요|안녕하십니까|hi|hello|hey|heythere)(요|여|반가워|스무디|smoody)*"
)


_PICKED: Final = "(추천|추천했어|추천한거야|추천해줬어|골랐어|고른거야|고르셨어|골라줬어|나온거야|나왔어|나와|틀어줬어|틀었어|뜨는거야)"
_WHY: Final = re.compile(
    f"(왜|어째서|어떻게)(하필|갑자기)?(이|그|저|이런|저런|그런)(노래|곡|음악)(들)?(을|를|이|가|은|는|로|만)?(나한테|내게)?"
    f"(야|예|에|인가|인거야|{_PICKED})?(요)?"
    f"|((이|그|이런|그런)|(첫|두|세|네|다섯|[1-5])(번째|번)?)?(노래|곡|음악|거|걸|것)?(들)?(을|를|은|는)?"
    f"(왜|어떻게|무슨기준으로){_PICKED}(요)?"
    "|(추천|고른|선곡)(한|하는)?(이유|기준)(가|이|는|은)?(뭐야|뭔데|뭐예요|뭔가요|알려줘|궁금해)?(요)?"
    "|whythis(song|track|one)|why(these|those)(songs|tracks|ones)?|whydidyoupick(this|these|it|them|that)(songs?|tracks?)?"
)


def button_said(text: str) -> tuple[ActionKind, str | None] | None:
    """The button that the whole utterance says in words, with its value (``감정 달력 보여줘``, ``CSV로 줘``), or None."""
    said = wish_letters(text)
    return next(((kind, value) for kind, value, pattern in _SAID if pattern.fullmatch(said)), None)


def is_cancellation(text: str) -> bool:
    """Whether the whole utterance only says not to do something after all (``아니야 취소할게``)."""
    return _CANCELS.fullmatch(wish_letters(text)) is not None


def asks_why(text: str) -> bool:
    """Whether the whole utterance asks why these tracks were picked (``왜 이 노래야?``)."""
    return _WHY.fullmatch(wish_letters(text)) is not None


def is_farewell(text: str) -> bool:
    """Whether the whole utterance is a goodbye (``이만 자러 갈게``); what may be a last one is none (``먼저 갈게``)."""
    return _FAREWELLS.fullmatch(wish_letters(text)) is not None


def asks_for_anything(text: str) -> bool:
    """Whether the whole utterance leaves the choice to us (``아무거나 틀어줘``)."""
    return _ANYTHING.fullmatch(wish_letters(text)) is not None


def asks_to_delete(text: str) -> bool:
    """Whether an utterance has a word of deletion: only then is anything about data a wish to be forgotten."""
    return _DELETES.search(text) is not None


def is_stop(text: str) -> bool:
    """Whether the whole utterance says that it is enough (``노래 그만``)."""
    return _STOPS.fullmatch(wish_letters(text)) is not None


def takes_back(text: str) -> bool:
    """Whether the whole utterance says that what came before was not meant so (``그런 뜻 아니야``)."""
    return _TAKES_BACK.fullmatch(wish_letters(text)) is not None


def is_greeting(text: str) -> bool:
    """Whether the whole utterance is a hello."""
    return _GREETS.fullmatch(wish_letters(text)) is not None
