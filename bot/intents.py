"""Wishes for music that are said rather than pressed: another five, livelier, calmer, help, thanks, a mood.

Only whole utterances count (``다른 곡 들려줘``), so that a feeling which merely mentions music is never taken for one.
"""

import re
from typing import Final

from bot.domain import Intent, Mood
from bot.letters import wish_letters

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
_REFUSES: Final = re.compile(
    "(노래|음악|곡|거|발라드|댄스)(들|만)?(은|는|을|를|도)?(이제|더|더는|더이상|좀|진짜|너무|오늘은|그만){0,2}"
    "(싫(어|다|네|음|은데|습니다)?|별로야|별로|말고|빼고|빼줘|그만(틀어|들을래|들려줘|듣고싶어|해|줘)?|듣기싫(어|다|네)?|안듣고싶(어|다|네)?"
    "|안들을래|듣고싶지않(아|네)?|틀지마|추천하지마|필요없(어|네)?|지겨워|질려|질렸어)(요|세요|주세요)?$"
    "|왜(자꾸|맨날|계속)?[가-힣]{1,6}(노래|음악|곡)만"
    "|^(no|not|nomore|stop|dontplay|idontwant)(the|any|more)*[a-z]*(songs?|music|tracks?)(please|now|today|anymore)?$"
)


def intent_of(text: str) -> Intent | None:
    """The wish that the whole utterance is, or None when it is something else."""
    wish = wish_letters(text)
    return next((intent for intent, pattern in _COMPILED if pattern.fullmatch(wish)), None)


def requested_mood(text: str) -> Mood | None:
    """The mood of music that the whole utterance asks for (``슬픈 노래 들려줘``), or None when it is something else.

    Of ``슬픈 노래 말고 밝은 거`` what comes after 말고 counts.
    """
    wish = wish_letters(text).rpartition("말고")[2]
    return next((mood for mood, pattern in _REQUESTS if pattern.fullmatch(wish)), None)


def refuses_music(text: str) -> bool:
    """Whether an utterance turns a kind of music down and names none instead (``슬픈 노래는 싫어``)."""
    return _REFUSES.search(wish_letters(text)) is not None
