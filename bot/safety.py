"""What must never be answered with just a song: words about ending one's life or hurting oneself.

Rules, recall first: a card with helplines too many costs a smile, one too few may cost more. Everyday idioms
(배고파 죽겠다, 죽이는 노래, 자살골) are spared because nothing here looks for 죽겠 or 죽이 alone.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Concern(StrEnum):
    """How an utterance must be met before any music."""

    EXPLICIT = "explicit"
    """Someone speaks of ending their life or hurting themselves: helplines first, no cards."""
    SOFT = "soft"
    """Heavy despair: calm tracks with a soft line that points to help."""


_EXPLICIT: Final = re.compile(
    r"""
      자살(?!골|률|예방|방지|수$) | 자해(?!공갈) | 극단적(인)?선택
    | (죽|뒤지|디지)고(만)?(싶|시[퍼프])  | 죽고파 | 죽어(버리|버릴|야겠|야지|야할까|도돼|도될) | 죽을(래|거야|거에요|거예요|생각|방법|까봐요)
    | 죽는(게|것이)(나[을아]|낫|편|답) | 죽(으면|어야)(다)?(편|끝|해결)
    | (목숨|생|삶|인생|생명)(을|도)?(을)?(끊|마감|그만두|끝내|포기|버리) | 세상(을|에서)?(뜨|떠나|하직|사라지)(고|려|ㄹ|야|기|겠)?
    | (살기|살아있기|숨쉬기)(가|도|조차|는)?(싫|괴롭) | 살고싶(지|진)(가|도|는)?않 | 그만살(고|래|까|아)
    | (손목|팔목|팔|허벅지)(을|를|에)?(긋|그었|그을|그어|칼) | 칼로(나를|내) | 뛰어내리(고|려|ㄹ|면|까) | 뛰어내릴 | (옥상|난간|다리위)에서(떨어|뛰)
    | 목(을)?(매달(고|아|려고|까|래|면)|맬|매고|매려|매서) | 유서(를|도)?(쓰|썼|써|남기|남겼) | 번개탄 | 수면제.{0,8}(한꺼번|다먹|많이먹|모으|모아) | (나|날|내)(를|가)?(죽이고싶|해치|없애고싶)
    | killmyself | killingmyself | kms(?![a-z]) | wanttodie | wannadie | endmylife | enditall | takemyownlife | suicid | hurtmyself
    | hurtingmyself | cutmyself | cuttingmyself | selfharm | betteroffdead | dontwanttolive | dontwannalive | dontwanttobealive
    """,
    re.VERBOSE,
)

_SOFT: Final = re.compile(
    r"""
      (사라지|없어지|증발하|소멸하)고(만)?(싶|파) | 사라져버리 | 사라졌으면 | 없어졌으면좋 | (나|내)(만|가)없(으면|어지면|어져)
    | 살(아갈|아야할|아있을)?(이유|의미|가치|자신|힘)(가|를|도|이|조차)?(없|모르|사라) | 살아서뭐 | 왜사는지 | 왜살아야
    | 더(는|이상)?(은)?(못버티|버틸수(가)?없|버티기(가)?힘들|살수(가)?없) | 버틸힘(이|도)?없 | 다끝(내고싶|났으면|나버렸)
    | 태어나지(말|않|를말) | (눈|잠)(을|에서)?(안|뜨지않|뜨기싫|깨지않|안깨) | 영원히(잠|자고) | 아무(런)?희망(도|이)?(없|안) | 희망(이|도)없
    | 모든(게|걸|것을)(포기|내려놓고)(싶|하고) | 무너져(서)?(못|다시) | 벼랑끝
    | noreasontolive | wanttodisappear | wannadisappear | nopointinliving | cantgoon | cannotgoon | nohopeleft
    """,
    re.VERBOSE,
)


def concern_in(text: str) -> Concern | None:
    """What in an utterance must be met with care, or None. Spacing, punctuation and case do not matter."""
    squeezed = "".join(
        char for char in unicodedata.normalize("NFC", text).lower() if unicodedata.category(char)[0] in "LN"
    )
    if _EXPLICIT.search(squeezed):
        return Concern.EXPLICIT
    if _SOFT.search(squeezed):
        return Concern.SOFT
    return None
