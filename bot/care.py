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
    "친구|동생|언니|오빠|누나|형|남편|아내|와이프|엄마|어머니|아빠|아버지|딸|아들|남친|여친|남자친구|여자친구|애인|동료|후배|선배|아이|애|걔"
    "|제자|학생|사촌|조카|룸메|지인|아는 ?(?:사람|애|형|언니|동생)|그 ?(?:사람|애|친구)"
)
_ABOUT_ANOTHER: Final = re.compile(
    rf"(?:{_ANOTHER})(?:이|가|는|은|도|한테서|에게서)? ?.{{0,12}}(?:죽고 ?싶|자살|자해|목숨|극단적|뛰어 ?내리|유서).{{0,8}}?"
    r"(?:대(?=요|$| )|대요|래(?=요|$| )|다는데|다고 ?(?:해|했|하)|겠다고|려고 ?(?:해|했)|한대|했대|했다|했어|해요|합니다|하는 ?것 ?같|할까 ?봐|썼|남겼)"
    r"|\bmy (?:friend|brother|sister|son|daughter|mom|dad|husband|wife|boyfriend|girlfriend|roommate)"
    r" (?:is|s|wants|says|said|keeps|has|tried|might|may).{0,30}(?:suicid|kill (?:him|her|them)sel|die|(?:hurt|cut|harm)(?:ing)? (?:him|her|them)sel)"
)


ABOUT_ANOTHER: Final = "care_other"
"""The phrase for whoever worries about somebody else."""


def care_for(text: str) -> str:
    """The phrase that answers words of suicide or self-harm: ``care_acute``, ``care_other`` or ``care_explicit``."""
    said = plain(text)
    if _ABOUT_ANOTHER.search(said):
        return ABOUT_ANOTHER
    return "care_acute" if _DONE.search(said) else "care_explicit"
