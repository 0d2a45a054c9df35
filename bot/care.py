"""Which words of care fit what was said: to somebody in danger, to somebody hurt just now, about somebody else."""

import re
from typing import Final

from bot.letters import plain

_DONE: Final = re.compile(
    r"(?:손목|팔목|팔|다리|허벅지)[을를]? ?(?:또 |방금 )?(?:그었|긋고 ?있|베었|벴|그어 ?버렸)"
    r"|(?:약|수면제|알약|락스|농약|세제)[을를]? ?.{0,10}(?:먹었|삼켰|마셨|털어 ?넣었)"
    r"|피가? ?(?:안|멈추지) ?(?:멈|않)|목을 ?맸|(?:난간|옥상|다리 ?위|베란다|선로)에? ?(?:위에 ?|끝에 ?)?(?:서 ?있|올라 ?왔|올라 ?와 ?있|매달)"
    r"|뛰어 ?내(?:린다|릴게|립니다)|\bi (?:just )?(?:took|swallowed) (?:all|a lot of|too many|the whole|a bottle)"
    r"|\bi (?:just )?(?:cut|slit) (?:myself|my wrists?)|\bim (?:on the (?:roof|bridge|ledge)|bleeding)"
)
_ANOTHER: Final = (
    "(?:내 ?|제 ?|우리 ?|저희 ?)?(?:친구|동생|언니|오빠|누나|형|남편|아내|와이프|엄마|어머니|아빠|아버지|딸|아들|남친|여친|남자친구|여자친구"
    "|애인|동료|후배|선배|아이|애|걔|제자|학생|사촌|조카|룸메|지인|아는 ?(?:사람|애|형|언니|동생)|그 ?(?:사람|애|친구))"
)
_MEANWHILE: Final = (
    "(?:(?:자꾸|또|계속|어제|오늘|방금|아까|갑자기|맨날|매일|혼자|요즘|지난주에|새벽에|밤에|너무|진짜|정말|많이|울면서|문자로|카톡으로|전화로"
    "|힘들어서|힘들다며|힘들다고) ?)*"
)
_ABOUT_ANOTHER: Final = re.compile(
    rf"(?<![가-힣]){_ANOTHER}(?:(?:이|가|은|는|도)? ?{_MEANWHILE}"
    r"(?:죽고|자살하고) ?싶(?:대|어 ?하|어 ?해|다고 ?(?:해|했|하|그러|말)|다는데|다네|다며|단다)"
    rf"|(?:이|가|은|는|도) ?{_MEANWHILE}(?:자해를? ?(?:해|했|하|한|시작)|유서를? ?(?:썼|쓰|남겼)"
    r"|자살(?:을|한다고|하겠다고|하려고|하려|하겠대|한대)? ?(?:시도|생각|기도|해|했|하|그러|할)"
    r"|(?:목숨을? ?끊|극단적인? ?선택을? ?하|뛰어 ?내리)(?:려|겠)))"
    r"|\bmy (?:friend|brother|sister|son|daughter|mom|dad|husband|wife|boyfriend|girlfriend|roommate)"
    r" (?:is|s|wants|says (?:he|she|they)|said (?:he|she|they)|keeps|has|tried|might|may)(?:(?! (?:i|me|my)\b) [a-z]+){0,4}?"
    r" (?:suicidal|die|(?:kill|hurt|cut|harm)(?:ing|ting)? (?:him|her|them)sel)"
)
"""The other one must be who wants or does it, with next to nothing in between: whoever hurt themselves after a quarrel
with a brother (오빠한테 혼나고 자해했어) speaks of nobody else."""

ABOUT_ANOTHER: Final = "care_other"
"""The phrase for whoever worries about somebody else."""


def care_for(text: str) -> str:
    """The phrase that answers words of suicide or self-harm: ``care_acute``, ``care_other`` or ``care_explicit``."""
    said = plain(text)
    if _ABOUT_ANOTHER.search(said):
        return ABOUT_ANOTHER
    return "care_acute" if _DONE.search(said) else "care_explicit"
