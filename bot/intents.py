"""Wishes that are said rather than pressed: another five, livelier, calmer, help, thanks.

Only whole utterances count (``다른 곡 들려줘``), so that a feeling which merely mentions music is never taken for one.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """What an utterance asks for instead of telling a feeling."""

    MORE = "more"
    LIVELIER = "livelier"
    CALMER = "calmer"
    HELP = "help"
    THANKS = "thanks"
    WHO_ARE_YOU = "who_are_you"


_MUSIC = r"(노래|음악|곡|거|것|걸|걸로|노래로|음악으로|곡으로|분위기로?)"
_PLEASE = r"((좀)?(더)?(틀어|들려|추천해?|골라|보여|찾아|부탁해?|해|줘|주라|주세요|줄래|줄래요|달라|바꿔|요|용|줘요|부탁드려요|부탁드립니다|please))*"
_RULES: Final = (
    (Intent.MORE, rf"(또)?(다른|딴|새로운|새){_MUSIC}(은|는|도|없어|없나요|없을까)?{_PLEASE}|(더|또|계속|하나더|몇곡더|더많이){_PLEASE}|{_MUSIC}더{_PLEASE}|(show|giveme|play)?(me)?(more|another|anotherone|others|somethingelse|moresongs|othersongs)(please)?"),
    (Intent.LIVELIER, rf"(좀|조금)?더(신나|밝|빠르|경쾌|흥겨)(는|은|운|게|고)?{_MUSIC}?{_PLEASE}|(more)?(livelier|moreupbeat|upbeatplease|moreenergetic|faster)(please)?"),
    (Intent.CALMER, rf"(좀|조금)?더(차분|잔잔|조용|느린|느리|편안)(한|하게|히|게|은)?{_MUSIC}?{_PLEASE}|(calmer|slower|quieter|morecalm|softer)(please)?"),
    (Intent.HELP, r"(도움말|도와줘|도와주세요|사용법|사용방법|사용법알려줘|어떻게(써|쓰는거야|쓰나요|사용해|사용하나요|쓰면돼|쓰는건가요)|뭐할수있어|뭘할수있어|뭐해줄수있어|무엇을할수있(어|나요)|help|howdoesthiswork|whatcanyoudo)"),
    (Intent.WHO_ARE_YOU, r"((너|넌|너는|당신은|누구)?(는)?(누구야|누구니|누구세요|누구냐|뭐야|뭐하는애야|이름이뭐야)|이름이뭐(야|예요|에요)|whoareyou|whatareyou)"),
    (Intent.THANKS, r"(정말|진짜|너무|완전|늘|항상)?(고마워|고마워요|고맙습니다|고맙다|감사해|감사해요|감사합니다|감사|땡큐|ㄱㅅ|thx|thanks|thankyou|thankyousomuch|ty)(요|용|정말|진짜)?"),
)  # fmt: skip
_COMPILED: Final = tuple((intent, re.compile(pattern)) for intent, pattern in _RULES)


def intent_of(text: str) -> Intent | None:
    """The wish that the whole utterance is, or None when it is something else."""
    squeezed = "".join(
        char for char in unicodedata.normalize("NFC", text).lower() if unicodedata.category(char)[0] in "LN"
    ).strip("ㅋㅎㅠㅜ")
    return next((intent for intent, pattern in _COMPILED if pattern.fullmatch(squeezed)), None)
