import time

import pytest

from bot.domain import Concern
from bot.safety import concern_in

EXPLICIT = (
    """
죽고 싶어|그냥 죽 고싶 다 진짜|다 내려놓고 죽어버리고 싶다|죽구 싶어|죽고십다|죽고 시푸다|뒈지고 싶다|그냥 죽을까
죽었으면 좋겠어|죽는 게 더 나아|죽는 편이 낫겠어|죽어야 돼|죽어도 상관없어|약 먹고 죽을 거다|제발 날 죽여줘
자살하고 싶다는 생각이 들어|ㅈㅏ살 생각뿐이야|죽고ㅅㅣㅍ어|자.살.하.고.싶.다|살고 싶지 않아|너무 살기 싫어|안 살고 싶어
살고 싶은 마음이 없어|손목을 그었어|옥상에서 뛰어내리고 싶어|한강에 뛰어들고 싶다|이제 목숨을 끊을래|인생 끝내고 싶어
유서를 썼어|자해했어|목을 매야겠어|목매달았으면|수면제를 모아 뒀어|약을 한꺼번에 먹을까|세상을 떠나고 싶다|극단적인 선택
I want to die|i don't want to live anymore|thinking about suicide|wish I were dead|I wanna kill myself|dont wanna be alive
이대로 영원히 잠들었으면|영원히 잠들고 싶어|목 맬 끈은 차에 있어|자꾸 칼을 꺼내서 들여다보게 돼|애들만 아니면 벌써 갔지|약을 조금씩 모아 두고 있어
수면제 서른 알 모았어|cutting is the only thing that helps|i bought what i need to end it
진심 ㅈㄱㅅㅇ 노래 아무거나 틀어줘|혼저 죽어불고 싶수다|자1해 중독인가봐|방금 약 한 통 다 먹었어 졸려|락스 마시면 죽어? 마시고 싶어|살기시러 ㅠㅠ
너무 힘드니 죽을래|난 쓰레기야 죽을래|인터넷으로 죽는 방법 찾았어|약 먹고 잠들고 싶어 영원히|죽음이 답이다
주거버리고 싶다|ㅈㅅ하고 싶다|ㅈㄱ싶다|칼로 그었어|ending my life|I want to unalive myself|cutting myself again
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

SOFT = (
    """
사라지고 싶어|살 이유가 없어|더 이상 못 버티겠어|아무 희망도 없어|사는 게 지옥이야|삶의 의미를 모르겠어
내가 왜 사는지 모르겠어|내가 그냥 없어졌으면 좋겠어|다 끝내고 싶다|태어나지 말걸|살아있는 게 고통이야|no reason to live|I just can't go on|자고 일어나서 안 깼으면 좋겠다|마지막 인사야 다들 고마웠어|내일이 안 왔으면 좋겠다
내가 없어지면 다들 편해지겠지|나 같은 건 없는 게 나아|숨 쉬는 것도 지친다|옥상에 올라왔어|이번 생은 망했어 그냥 끝낼래
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

HARMLESS = (
    """
배고파 죽겠다|좋아 죽겠어|웃겨 죽는 줄|이거 진짜 죽이는 노래네|자살골 넣은 거 봤어?|더워서 죽을 맛이야|유서 깊은 절에 다녀왔어
죽이 먹고 싶어|오늘 하루 너무 힘들었어|시험 망했어 인생 끝났다|할머니가 세상을 떠나셨어|고생 끝내고 이제 쉰다|인생 끝내주는 하루였어
알바생 그만두고 싶대|동생 포기 안 했어|사유서 썼어 짜증나|연락에 목매고 있어|세상 뜨겁네|팔 그을렸어 바닷가에서|옷 그만 살래
혼자 살기 싫어|칼로 내가 양파 썰다가 베였어|너 죽을래? ㅋㅋ|컴퓨터가 또 죽어버리네|I don't want to die|잠 안 와|눈 안 오네
야구에서 자살은 풋아웃이라는 뜻이래 ㅋㅋ|우리 팀 원딜 맨날 자살 돌격함|he scored an own goal, total suicide play by the defense lol
시험 다 끝났으면 좋겠다|월급이 사라져버리네|이 옷을 왜 사는지 모르겠네|배터리 죽었어|쪽팔려 죽는 줄|귀여워 죽겠네|분위기 죽여주네
소설 주인공이 자살하는 장면 읽고 먹먹해|‘죽고 싶지만 떡볶이는 먹고 싶어’ 다 읽었다|유서 깊은 사찰이래|죽어도 못 보내 듣고 싶다
칼을 갈아서 당근을 썰었어|엄마만 아니면 늦잠 잤을 텐데|i need to end it with him
그 회사 없어졌으면 좋겠다|모기 다 죽었으면 좋겠다|심심해 죽겠다|보고 싶어 죽겠어|죽도록 사랑해|목매달린 사람처럼 일했어
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("text", EXPLICIT)
def test_words_about_ending_ones_life_are_explicit(text: str) -> None:
    assert concern_in(text) is Concern.EXPLICIT


@pytest.mark.parametrize("text", SOFT)
def test_heavy_despair_is_soft(text: str) -> None:
    assert concern_in(text) is Concern.SOFT


@pytest.mark.parametrize("text", [*HARMLESS, "", "ㅋㅋㅋㅋ", "ㅠㅠ"])
def test_everyday_idioms_raise_nothing(text: str) -> None:
    assert concern_in(text) is None


def test_a_long_repetition_takes_no_longer_than_a_blink() -> None:
    began = time.perf_counter()
    for word in ("죽고", "약을 ", "수면제 ", "그냥 ", "살 ", "ㅈㅏ", "더 이상 "):
        concern_in(word * 5_000)
    assert time.perf_counter() - began < 2
