"""What must never be answered with just a song: words about ending one's life or hurting oneself.

Rules, recall first: a card with helplines too many costs a smile, one too few may cost more. Everyday idioms
(배고파 죽겠다, 죽이는 노래, 자살골) are spared because they are taken out first or because nothing looks for 죽 alone.

How to read the patterns: an optional space is put between all syllables, so that ``죽고싶`` also finds ``죽 고 싶``; and
``~`` means "at the start of a word", so that ``~유서`` does not find 사유서.
"""

import re
from typing import Final

from bot.domain import Concern
from bot.letters import plain


def _compiled(*patterns: str) -> re.Pattern[str]:
    spaced = (re.sub(r"(?<=[가-힣)?])(?=[가-힣]|\((?!\?))", " ?", pattern) for pattern in patterns)
    return re.compile("|".join(spaced).replace("~", "(?<![가-힣])"))


_IDIOMS: Final = _compiled(
    "(너|니|니들|너희|야)(진짜|정말|자꾸)?죽을래",
    "자살(골|률|예방|방지|보험|특공대|행위|유가족|이라는단어|이란단어|각플레이|관련|뉴스|기사|사건|로위장|인줄알았)|자해(청소년|상담|공갈)",
    "suicide (squad|prevention|awareness|hotline|doors?|squeeze|runs?|is painless)|번개탄(에|이랑|하고|피워서|피우고|으로)?(고기|삼겹살|목살|소시지|조개|구워|굽)",
    "죽고(싶냐|싶니|싶구나너|싶어환장)|늙으면죽어야지|영원히잠(만|자는숲)",
    "(모기|벌레|날파리|초파리|바퀴벌레)(가|이|들|들이|는|은)?(제발|다|좀|진짜)?죽(었으면|여|이고)",
    "죽을까봐|살자살자|죽자살자|죽기살기|세포자살|자살(론|토끼|바위|통계|소식|하심)|지갑자살",
    "(부끄러워|쪽팔려|민망해|창피해)서(콱|확|진짜)?죽고싶|죽고싶을만큼(창피|부끄|쪽팔|민망)",
    "(컴퓨터|노트북|핸드폰|휴대폰|폰|배터리|서버|인터넷|와이파이|캐릭터|화분|식물|꽃|나무|물고기|벌레|모기|바퀴벌레)"
    "(이|가|은|는|도)?(또|자꾸|다|금방|갑자기|계속|좀)?죽",
    "(혼자|혼자서|같이|함께|랑|하고|집에|집에서|동네에|동네에서|시골에서|서울에서|방에서|여기|여기서)살기(가|도)?싫",
    "죽고싶지만떡볶이|유서깊은|죽어도못보내",
    "(소설|드라마|영화|웹툰|만화|책|주인공|남주|여주)(이|가|은|는|에서|속|의|속의)?.{0,14}(자살|목숨끊|목숨을끊)(하는|한|는|은)?(장면|결말|엔딩|얘기|이야기)",
    "i dont want to die|i do not want to die|dont wanna die",
)
"""Taken out before anything is looked for."""

_EXPLICIT: Final = _compiled(
    "자살",
    "자해(?! ?공갈)",
    "극단적(인)?선택",
    "죽(고|구)(만)?(싶|십|시퍼|시프|시푸)|죽고파|(주거|주겨)버리고싶|ㅈㅅ(하고|마렵|각|할)|ㅈㄱ(싶|ㅅㄷ|ㅅㅍ|십)",
    "(뒈|뒤|디)지고(만)?싶",
    "죽을까|죽을래|죽을거(야|다|에요|예요|임)|죽을(생각|방법|용기)",
    "죽었으면(좋|해|싶)|죽는(게|것이|편이|편)(더|차라리)?(나|낫|좋|편|답)|죽으면(다)?(편|끝|해결|그만)",
    "죽어(버리고싶|버릴까|버릴래|버려야|야돼|야되|야지|야겠|도돼|도되|도상관|도좋|도괜찮|마땅)",
    "(나|날|나를|저|저를|제발|누가|그냥|차라리)(좀)?죽여(줘|주세요|달라)",
    "(나|날|나를|내자신을)(죽이고싶|해치고싶|없애고싶|없애버리고)",
    "~(목숨|생명)(을|도)?(끊|버리|포기)",
    "~(생|삶|인생)(을|도)?(마감|끊|포기하고싶|그만두고싶|그만하고싶|끝내고싶|끝내버리|끝내려|끝내야|끝내기로|끝내자|끝내겠)",
    "~세상(을|에서)?(뜨고싶|뜨려|떠나고싶|떠나려|떠나야겠|떠날래|하직하|등지고싶)",
    "~살기(가|도|조차)?(너무|진짜|정말|다)?싫",
    "살고싶(지|진)(가|도|는)?않|안살고싶|살고싶은(마음|생각)(이|도|조차)?(없|안)|그만살고싶",
    "~(손목|팔목)(을|를|에)?(또|다시|커터칼로|칼로)?(긋|그었|그을|그어)",
    "칼로(나를|내손목|내팔|내몸|내목|손목|팔을)(긋|그|베|찌)?|칼로(그었|그어|긋)",
    "뛰어내리(고싶|려고|면끝|면편|면될)|뛰어내릴(까|래|거|생각|용기)|뛰어들(고싶|까|래)|투신",
    "(옥상|난간|다리위|베란다|한강)(에|에서|으로|로)?(떨어지고싶|떨어질까|뛰어|뛰고싶)",
    "~목(을)?(매야겠|매고싶|매고죽|매달고싶|매달까|매달았으면|매달아|매려|맬까|맬래|매버)",
    "~목(을)?맬(끈|줄|밧줄|곳|데|나무)",
    "(자꾸|맨날|계속)칼(을|만)?(꺼내|들여다|만지작)|칼(을|만)?(자꾸|맨날|계속)(꺼내|들여다|만지작)",
    "(애|애들|아이|아이들|엄마|부모님|가족)(들)?만(아니|없)(면|었으면|었음)(난|나는|전)?(벌써|진작|이미)(에)?(갔|죽|떠났|끝)",
    "영원히잠들(고싶|었으면|면좋)",
    "~유서(를|도)?(쓰|썼|써|남기|남겼|적)",
    "번개탄|~약(을|도)?.{0,6}(한꺼번|왕창|잔뜩)|수면제.{0,10}(한꺼번|많이|모으|모아|털어)|~약(을)?먹고죽",
    "~약(을|도)?(조금씩|하나씩|안먹고|매일)?(모아두|모아놓|모으고있|모으는중|모아뒀)|수면제(를)?(몇|열|스무|서른|수십)?(십)?알(을)?(모|준비|샀|사)",
    "(cutting|burning) (is|makes|helps)|(need|going|ready|plan(ning)?|bought|about) .{0,12}to end it(?! (with|on) )",
    "kill(ing)? ?myself|end(ing)? ?(my ?life|it ?all)|tak(e|ing) ?my ?(own )?life|suicid|unalive|(?<![a-z])kms(?![a-z])",
    "want ?to ?(die|be ?dead)|wanna ?(die|be ?dead)|wish ?i ?(was|were) ?dead|better ?off ?dead|hang ?myself",
    "dont ?(want ?to|wanna) ?(live|be ?alive|exist)|do not want to (live|be alive|exist)",
    "(hurt|hurting|cut|cutting|harm|harming) ?myself|self ?harm",
)

_SOFT: Final = _compiled(
    "(사라지|없어지|증발하|소멸하)고(만)?(싶|십)|사라져버리고싶",
    "(내가|나만|나는|난|이대로|그냥)(그냥)?(없어졌으면|없으면|사라지면|사라졌으면)",
    "~살(아갈|아야할|아있을)?(이유|의미|가치|자신|희망)(가|를|도|이|조차|은|는)?(없|모르|못찾)",
    "~(사는|삶의|살아가는)(이유|의미)(가|를|도|이)?(없|모르)",
    "살아서(뭐|무엇)|왜살아(야|있)|(내가|나는|난)왜사는지",
    "(살아있는|사는|산다는|살아가는)(게|것이|것도|것)(너무|그냥|다|진짜)?(고통|지옥|괴로|싫|형벌)",
    "더(는|이상)?(은)?(못버티|버틸수(가)?없|버틸힘|견딜수(가)?없|못견디|살수(가)?없)|버틸힘(이|도)?없",
    "(다|그냥|이제|전부|모두)(다)?끝(내고싶|내버리고싶|낼래|내버릴)|~태어나지(말|않)|영원히(잠|자고)",
    "안깼으면|못깨어났으면|내일(이|은)?안왔으면|숨(을)?쉬는것도(지|힘|싫|귀)|마지막인사|옥상에(올라|와있|왔)",
    "나(같은건|같은거|하나)(는|쯤)?(없|사라)|내가(없어지|사라지|없어야)(면|다들|모두)?",
    "~눈(을)?안떴으면|~눈(을)?뜨고싶지않|~잠(에서)?(안깼으면|깨지않|깨고싶지)|~안깨어났으면",
    "(아무(런)?)?희망(도|이)(없|안보)|모든(게|걸|것을)(다)?(포기하|내려놓)고싶|벼랑끝",
    "no ?reason ?to ?live|nothing ?to ?live ?for|want ?to ?disappear|wanna ?disappear|no ?point ?(in ?)?living",
    "(cant|cannot) ?go ?on|no ?hope ?left|tired ?of ?living",
)


_WHO: Final = (
    "(남편|아내|와이프|남친|여친|남자친구|여자친구|애인|전남친|전여친|아빠|아버지|엄마|어머니|새아빠|새엄마|부모님|시아버지|시어머니"
    "|형|오빠|언니|누나|삼촌|사촌|선생|선생님|교수|교수님|상사|사장|사장님|팀장|과장|부장|선임|선배|코치|감독|친구|애들|아이들|그사람|걔|누가|모르는사람|그놈|그새끼)"
)
_VIOLENCE: Final = _compiled(
    f"~{_WHO}(들)?(이|가|께서|은|는)?.{{0,12}}(때려|때렸|때림|때리(는|더|면서|니까)|손찌검|두들겨(패|팼)|구타|목(을)?(졸라|졸랐|조르|조른)|발로(차|찼)"
    "|(몸|가슴|다리|허벅지|엉덩이|손)(을|를)?(만지|만졌|더듬)|더듬(어|었|는)|죽이겠다(고|며)|협박(해|했|하))",
    f"~{_WHO}(한테|에게|께).{{0,8}}(맞았|맞고|맞아서|맞은|폭행|구타|협박|성추행|성폭행|강간)",
    "(성추행|성폭행|성희롱|강간|몰카|불법촬영|스토킹|가정폭력|데이트폭력|학교폭력|학폭|폭행|집단폭행|감금)(을|를)?(을)?(당했|당하고|당해|당한|당하는|피해자)",
    "(he|she|they|my (husband|wife|boyfriend|girlfriend|bf|gf|ex|dad|father|mom|mother|stepdad|stepfather|brother|uncle|boss|teacher|coach))"
    " (just |always |keeps? |kept )?(hits?|hitting|beats?|beating|chok(es?|ed|ing)|slapp(ed|ing)|raped|molest(s|ed)|abus(es|ed)|threatens?|gropes?|groped) me(?! (at|to|in) )",
    "i (was|got|have been|am being|m being|ve been) (raped|molested|sexually assaulted|groped|stalked|beaten|abused)|i got (raped|molested|groped|stalked|beaten up)",
)
_IN_PLAY: Final = re.compile(
    "게임|보스|꿀밤|딱밤|등짝|장난|드라마|영화|웹툰|소설|뉴스|기사|농담|심장|꿈|멍 ?때리|백 ?점|정답"
)


def speaks_of_violence(text: str) -> bool:
    """Whether somebody tells that another person hurts, threatens or molests them or theirs; by rules alone.

    Not in a game, a story or a slap on the back: ``등짝``.
    """
    return _IN_PLAY.search(text) is None and _VIOLENCE.search(plain(text)) is not None


def concern_in(text: str) -> Concern | None:
    """What in an utterance must be met with care, or None. Spacing, punctuation, case and loose jamo do not matter."""
    letters = _IDIOMS.sub(" ", plain(text))
    if _EXPLICIT.search(letters):
        return Concern.EXPLICIT
    if _SOFT.search(letters):
        return Concern.SOFT
    return None
