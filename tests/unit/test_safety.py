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
오늘 한강 물 온도 몇 도야|죽지 못해 산다|죽는 게 무섭지 않아|죽은 사람들이 부러워|인자 살 낙이 하나도 없당께|i dont wanna wake up tomorrow
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


WRITTEN_OTHERWISE = (
    """
뛰어내린다|혼저 죽어불고 싶수다 바당에 빠졍|자2살|자1살하면 편해질까|살기시러 ㅠㅠ 다 귀찮고|살기 시룸|살기실어|죽고잡다|뒤져버리고 싶다|걍 뒤질까|죽어버릴거야|확 죽어버리겠어|유서 다 썼어|유서는 써놨어|유서에 네 이름 적었어|손목 그음|손목에 칼 대고 있어
옥상 난간에 앉아 있어|난간 바깥쪽이야|죽어뿔란다|콱 죽어삐까 싶다|디져불고 싶다|쥬글래 걍|주글래|주그면 안 아프겠지|주것으면 조케따|주거야지|주거버려야겠다|죽엇으면 좋겟다|죽으려고요|걍 죽자 이번엔 겁먹지 말고|죽을 날짜 잡음|세상 하직 준비 끝
모아 둔 수면제 오늘 다 먹을 거야|칼끝을 손목에 대 보고 있어|수면제 30알 먹었어|wnrrhtlvek|wktkfgkrh tlvek|jukgo sipda|ㅈㅅ 마렵다|ㅈ살하고 싶다|자ㅅ하고싶다|살자 마렵다|죽는 수밖에 없어|그냥 죽을까 봐|죽꼬싶다|쥭고싶어|죽구정 허다
나가 뒤져야지|내가 뒤졌으면 좋겠다|농약 마시면 편해질까|허벅지에 그은 자국이 또 늘었다|리스트컷 했어|죽는 생각만 해|뛰어내릴게 이제|took a whole bottle of pills|slit my wrists
jumping off a bridge... thinking about jumping off a bridge|please just let me die in my sleep|나 같은 벌레는 죽어야 돼|다 그만하고 살기 싫다|이제 다 포기하고 살기 싫어|너 없으니 죽을래
수면제 왕창 먹고 싶다|목매러 간다|목 매달 끈|i took all my pills|쥬그고 싶어|죽거싶다|죽1고 싶어|쥬꼬십다|죽는날만 기다린다|죽기로 했다|죽으러 간다|오늘 밤에 죽으려고요|다음 주 내 생일에 죽을 계획이야|매일 죽는 상상을 해
누가 나를 좀 죽여줬으면 좋겠어|목숨을 내려놓으려고 합니다|유서 세 번 고쳐 썼어|나 좀 죽게 내버려 둬|내가 죽어야 끝나지|죽는 게 사는 것보다 나을 듯|자ㅡ살ㅡ각|아이고 내가 얼른 디져야 자슥들이 편하제|이래 살 바에야 죽어삐는 기 낫다|i want 2 die
i deserve to die|thinking about jumping, the roof is open|i took too many pills|뛰어내리라는 목소리가 들려|콱 죽어삘란다
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
"""Disguised, in dialect, of the moment before or after, or once silenced by a word near by."""

NEAR_AN_IDIOM = (
    """
옥상에서 뛰어내린다|자*해 또 했어|자*살하고 싶다|자살|동반자살 할 사람|나자살할래|자 살 방법 검색|죽고싶데이|죽고파|죽고파서 그래|디지고 싶다|뒤지고싶어|죽어버릴래|그냥 콱 뛰어내릴까 봐|농약 마시고 죽을래|번개탄 샀어|번개탄 피우는 법|한강에 뛰어들 거야
한강에 뛰어내릴래|다리 위에서 뛰어내릴까|i want to die|게임 다 끝났고 죽고 싶다|배고프고 죽고 싶다|핸드폰도 끊고 죽고 싶다|영화처럼 죽고 싶다|너 때문에 죽고 싶어|야 나 죽고 싶어|다 포기하고 살고 싶지 않아|한강에 풍덩 뛰어들고 싶다
창피해서 콱 죽을 거야|cut myself a lot last night|i cut myself some nights|혼자 죽고 싶다|혼자 자살할래|이 세상에서 살기 싫어|이 세상에서 살고 싶지 않아|공부하기도 싫고 살기도 싫다|나 그냥 죽여줘
드라마 보다가 자살하고 싶어졌어|폰 끄고 죽고 싶다|모기도 싫고 죽고 싶다|바다에 뛰어들고 싶다 다 끝내게|컴퓨터 꺼 죽을래|과제고 뭐고 죽고 싶다|회사 옥상에서 뛰어내리고 싶다|자해하고 싶다|또자해했어|자해 흉터|투신하고 싶다|죽고싶다 진짜 죽고싶다|살기싫다
죽 고 싶 다|ㅈㅜㄱㄱㅗㅅㅣㅍㄷㅏ|suicidal again|kms for real|자-해 했어
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
"""What no idiom taken out may silence."""

NEARLY_SO = (
    """
우리 팀 원딜 맨날 자살 돌격함 어이없네|하드코어 모드라 죽으면 끝이야|영화에서 강아지가 죽는 게 나와서 울었어|this is a suicide mission lol|we ran suicides at basketball practice
career suicide to reply all lol|play suicideboys|혼자 해봤어|혼자 살아요|혼자 살고 싶어|혼자 해도 괜찮아|피자 살까|과자 살래|의자 살 거야|자 해보자|자, 살 빼자|각자 해결하자|주식에 투자해서 망했어|문자해 줘|여자 살림꾼
남자 살 빼는 법|부자 살림|잠자해 빨리|만나자해서 나갔어|헤어지자 해서 울었어|약속 왕창 잡았어|약속이 한꺼번에 겹쳤어|약과 잔뜩 먹었어|약 잔뜩 받아왔어 병원에서|빵에 칼로 그어서 모양 냈어|유서 쓰기 체험 다녀왔어|드라마에서 유서 쓰는 장면 슬펐어
옥상에 올라가서 별 봤어|빨래 널러 옥상에 올라왔어|옥상에서 뛰어놀았어|한강 뛰고 싶다 러닝하기 좋은 날씨|번지점프대에서 뛰어내릴 거야|다이빙대에서 뛰어내릴까|수영장에 뛰어들고 싶다|바다에 풍덩 뛰어들고 싶어|스카이다이빙 하면서 뛰어내릴 생각에 설레
창업에 뛰어들까 고민이야|이 동네에서 살고 싶지 않아|여기서 살고 싶지 않아|살 이유가 없네 이 신발|이 옷 살 가치 없어|이거 살 이유 없지|숙제 다 끝내고 싶다|일 다 끝내버리고 싶다|솔로 인생 마감합니다|생을 마감한 가수의 노래|투신한 독립운동가 이야기
독립운동에 투신하신 분|전투신 미쳤다|10 kms 뛰었어|ran 5 kms today|i cut myself shaving|i cut myself a slice of cake|i hurt myself at the gym|i hurt myself while running
i wanna die laughing|cant go on vacation this year|i can't go on instagram at work|국밥이 그냥 죽여줘요|바퀴벌레 나왔어 누가 좀 죽여줘|누나 죽이고 싶게 얄미워|바나나 하나 없네|그냥 없으면 말고
자리 없으면 그냥 없으면 돼|아기 안 깼으면 좋겠다|엄마 안 깼으면 좋겠어|마지막 인사도 못 했어|마지막 인사 드리고 왔어 이직해|벼랑 끝 승부|우리 팀 우승 희망이 없다|가방을 뒤지고 싶다|부끄러워 죽고 싶다|죽을 까먹었어 냄비에|팥죽을 까맣게 태웠어
자격증 다 끝내고 싶다 시험|손목 그을렸어 햇볕에|손목 긋는 장면 무서워|누가 죽을까 다음 회 궁금해|ㅈㅅ하고 고마워|장자 해석|한자 해석해줘|글자 해독|숫자 해봐|잠자 살짝|혼자 살자니 심심해|베란다에서 뛰어놀지 마|분위기에 뛰어들고 싶어|추리소설에서 범인이 투신했대
배그에서 어디로 뛰어내릴까|덕질하다 지갑이 자살함|타워에 자살하는 정글러 만났어|나랑 롤 한판 할래 아니면 죽을래|너 내 푸딩 먹었지 죽을래? ㅋㅋ|캐릭터 자살하면 체크포인트로 돌아가나|스카이다이빙 하러 가 비행기에서 뛰어내릴 거야
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
"""Everyday sentences that hold a word of a rule, or a piece of two words that looks like one (혼자 살아요, 투자해서)."""


@pytest.mark.parametrize("text", [*EXPLICIT, *WRITTEN_OTHERWISE, *NEAR_AN_IDIOM])
def test_words_about_ending_ones_life_are_explicit(text: str) -> None:
    assert concern_in(text) is Concern.EXPLICIT


@pytest.mark.parametrize("text", SOFT)
def test_heavy_despair_is_soft(text: str) -> None:
    assert concern_in(text) is Concern.SOFT


@pytest.mark.parametrize("text", [*HARMLESS, *NEARLY_SO, "", "ㅋㅋㅋㅋ", "ㅠㅠ"])
def test_everyday_idioms_raise_nothing(text: str) -> None:
    assert concern_in(text) is None


@pytest.mark.parametrize(
    "word",
    [
        "죽고",
        "약을 ",
        "수면제 ",
        "그냥 ",
        "살 ",
        "ㅈㅏ",
        "더 이상 ",
        "자 ",
        "책 ",
        "게임에서 ",
        "옥상 ",
        "뛰어",
        "i ",
        "a",
    ],
)
def test_a_long_repetition_takes_no_longer_than_a_blink(word: str) -> None:
    began = time.process_time()
    concern_in(word * 5_000)
    assert time.process_time() - began < 0.25
