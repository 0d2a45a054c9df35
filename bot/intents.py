"""Wishes that are said rather than pressed: another five, livelier, calmer, help, thanks.

Only whole utterances count (``다른 곡 들려줘``), so that a feeling which merely mentions music is never taken for one.
"""

import re
from typing import Final

from bot.domain import ActionKind, Intent, Mood, Shop
from bot.letters import squeezed

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
    (Intent.MORE, f"(더|다음|하나더|몇곡더|더많이|또|계속){_PLEASE}|{_MUSIC}더{_PLEASE}"),
    (Intent.MORE, "(show|give|play)?(me)?(more|another|anotherone|others|somethingelse|moresongs|othersongs)(please)?"),
    (Intent.LIVELIER, f"(좀|조금)?더{_LIVELY}{_MUSIC}?{_PLEASE}|{_LIVELY}{_PLEASE}"),
    (Intent.LIVELIER, f"(좀|조금)?덜(슬픈|우울한|처지는|어두운|무거운|느린){_MUSIC}?{_PLEASE}"),
    (Intent.CALMER, f"(좀|조금)?덜(시끄러운|신나는|빠른|센|강한|정신없는){_MUSIC}?{_PLEASE}"),
    (Intent.LIVELIER, "(makeit|canwego)?(more)?(livelier|moreupbeat|upbeatplease|moreenergetic|faster)(please)?"),
    (Intent.CALMER, f"(좀|조금)?더{_CALM}{_MUSIC}?{_PLEASE}|{_CALM}{_PLEASE}"),
    (Intent.CALMER, "(makeit|canwego)?(calmer|slower|quieter|morecalm|softer)(please)?"),
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
_REFUSES: Final = re.compile(
    "(노래|음악|곡|거|발라드|댄스)(들|만)?(은|는|을|를|도)?(이제|더|더는|더이상|좀|진짜|너무|오늘은|그만){0,2}"
    "(싫(어|다|네|음|은데|습니다)?|별로야|별로|말고|빼고|빼줘|그만(틀어|들을래|들려줘|듣고싶어|해|줘)?|듣기싫(어|다|네)?|안듣고싶(어|다|네)?"
    "|안들을래|듣고싶지않(아|네)?|틀지마|추천하지마|필요없(어|네)?|지겨워|질려|질렸어)(요|세요|주세요)?$"
    "|왜(자꾸|맨날|계속)?[가-힣]{1,6}(노래|음악|곡)만"
    "|^(no|not|nomore|stop|dontplay|idontwant)(the|any|more)*[a-z]*(songs?|music|tracks?)(please|now|today|anymore)?$"
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
    said = _short(text)
    return next(((kind, value) for kind, value, pattern in _SAID if pattern.fullmatch(said)), None)


def is_cancellation(text: str) -> bool:
    """Whether the whole utterance only says not to do something after all (``아니야 취소할게``)."""
    return _CANCELS.fullmatch(_short(text)) is not None


def asks_why(text: str) -> bool:
    """Whether the whole utterance asks why these tracks were picked (``왜 이 노래야?``)."""
    return _WHY.fullmatch(_short(text)) is not None


def is_farewell(text: str) -> bool:
    """Whether the whole utterance is a goodbye (``이만 자러 갈게``); what may be a last one is none (``먼저 갈게``)."""
    return _FAREWELLS.fullmatch(_short(text)) is not None


def asks_for_anything(text: str) -> bool:
    """Whether the whole utterance leaves the choice to us (``아무거나 틀어줘``)."""
    return _ANYTHING.fullmatch(_short(text)) is not None


def asks_to_delete(text: str) -> bool:
    """Whether an utterance has a word of deletion: only then is anything about data a wish to be forgotten."""
    return _DELETES.search(text) is not None


def is_stop(text: str) -> bool:
    """Whether the whole utterance says that it is enough (``노래 그만``)."""
    return _STOPS.fullmatch(_short(text)) is not None


def is_greeting(text: str) -> bool:
    """Whether the whole utterance is a hello."""
    return _GREETS.fullmatch(_short(text)) is not None


def intent_of(text: str) -> Intent | None:
    """The wish that the whole utterance is, or None when it is something else."""
    wish = _short(text)
    return next((intent for intent, pattern in _COMPILED if pattern.fullmatch(wish)), None)


def requested_mood(text: str) -> Mood | None:
    """The mood of music that the whole utterance asks for (``슬픈 노래 들려줘``), or None when it is something else.

    Of ``슬픈 노래 말고 밝은 거`` what comes after 말고 counts.
    """
    wish = _short(text).rpartition("말고")[2]
    return next((mood for mood, pattern in _REQUESTS if pattern.fullmatch(wish)), None)


def refuses_music(text: str) -> bool:
    """Whether an utterance turns a kind of music down and names none instead (``슬픈 노래는 싫어``)."""
    return _REFUSES.search(_short(text)) is not None


def _short(text: str) -> str:
    """The letters of an utterance without laughter and tears; nothing of one that is too long for a wish."""
    if len(text) > LONGEST_WISH * 4:  # nor is it looked at, however long it is
        return ""
    letters = squeezed(text).strip("ㅋㅎㅠㅜ")
    return letters if len(letters) <= LONGEST_WISH else ""
