"""Violence that somebody suffers, and everything that only sounds like it."""

import time

import pytest

from bot.violence import speaks_of_violence

SUFFERED = (
    """
남편이 저를 때렸어요|남편이 목을 졸랐어요|아빠가 때려요 집에 가기 무서워|선생님이 몸을 만졌어요|남친이 헤어지면 죽이겠다고 협박해|스토킹 당하고 있어요|성추행 당했어|엄마한테 또 맞았어|상사가 자꾸 더듬어|학교폭력을 당하고 있어|my husband hits me
my dad keeps hitting me|i was sexually assaulted|i am being stalked|아빠가 또 때렸어 심장이 떨려|새아빠가 때려서 맨날 꿈에 나와|남편이 게임하다가 화나서 나를 때려|남친이 장난 아니게 때려
he hit me in the face|he punched me|my mom slaps me|my ex threatened me|he kicked me in the stomach|my dad pushed me down the stairs
he grabbed me by the neck|my husband beat me up|my boyfriend grabbed my wrist|게임에서 졌다고 아빠가 때렸어|남편이 뉴스 보다가 나를 때렸어|아빠가 드라마 보다가 갑자기 때려|형이 장난이라면서 맨날 때려
기사님이 아니라 남편이 때렸어 정답을 말해줘|꿈에서도 남편한테 맞아요|상사가 자꾸 손을 만져요|새아빠가 저를 성폭행했어요|전남친이 스토킹해요|남편이 칼을 들고 위협해요|오빠가 발로 찼어|남친이 뺨을 때렸어|아빠가 술만 마시면 엄마를 때려|선생님이 가슴을 만졌어
맨날 맞고 살아요|남편한테 머리채 잡혔어|엄마가 회초리로 때려요|아빠한테 주먹으로 맞았어|남편 폭력 때문에 집 나왔어|가정폭력에 시달리고 있어요|협박당하고 있어|팀장이 허벅지를 만지작거려|아빠가 때리는 장면이 자꾸 떠올라|남편이 밀쳐서 넘어졌어|남친이 목을 조르려고 했어
엄마한테 백 점 못 받았다고 맞았어|비 오는 날마다 아빠한테 맞았어|아빠가 날 때려 심장이 터질 것 같아|남편이 때렸는데 뉴스에 신고할까|my boss keeps touching me|my stepdad hits me at night
he beats me when he is drunk|she slapped me at school|my dad beats me to the ground|he threatened to kill me|i was beaten by my husband
i got beaten up at school|someone is stalking me|he keeps hitting me|my brother hit me with a belt|i am being abused|he forced me to have sex
he s abusive|my husband is abusive|i'm being stalked|he choked me last night|they beat me up after school|he pushed me into the wall
my bf punched me in the stomach|우리 아빠가 맨날 때려|울엄마가 또 때렸어|학교 선배가 협박해|친구들한테 맞았어|일진한테 맞고 돈 뺏겼어|말 안 들었다고 엄마한테 맞았어|아빠한테 말 안 들어 맞았어|남편이 갈비뼈를 때려서 금 갔어
남편이 귀를 때려서 고막이 터졌어|그냥 물어봤다고 남편한테 맞았어|그 얘기 하고 아빠한테 맞았어|성폭행 피해자인데 기사 나는 게 무서워|전남친이 인스타 스토킹해요|남편한테 눈을 맞아서 멍들었어|숙제 때문에 아빠가 때려|치킨 때문에 형이 때렸어|영화 보다가 남편이 때렸어
소설 쓴다고 아빠가 때려|뉴스 나오는 사람처럼 남편이 때려|꿈이 뭐냐고 아빠가 때렸어|게임 그만하라고 엄마가 때려|he beats me at the house|she hits me every day|my dad hit me because i failed the test
he hit me and i fell|남친이 농담이라면서 때려|심장 떨려 아빠가 또 때릴까봐|교수님이 정답 틀렸다고 때렸어|남편이 드라마처럼 때려요|웹툰 보다 엄마한테 맞았어|아빠가 등짝을 매일 때려|선배가 장난으로 매일 때려
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
HARMLESS = (
    """
엄마한테 등짝 맞았어|게임에서 형이 나를 때렸어|비 맞았어|바람 맞았다|친구가 정답을 맞혔어|아빠가 날 안아 줬어|드라마에서 남편이 때리는 장면|오빠가 내 방 문을 열었어|선생님이 칭찬해 주셨어|친구가 때마침 왔어|이 노래 심장을 때려|머리를 만졌는데 이상해
he hits different|my dad beat me at chess lol|애들이 시끄러워|언니가 내 옷 입고 나갔어|폭행 사건 뉴스 봤어|엄마한테 야단맞아서 속상해|남친한테 바람맞았어|부장한테 퇴짜 맞았어|친구가 회사 때려치우고 여행 간대 부럽다
교수님이 질문해서 말을 더듬었어 창피해|남친이 내 손을 만지작거리는 게 좋아|선생님한테 답이 맞았다고 칭찬받았어|My boss hit me up about the deadline|I was beaten at chess|my headache keeps hitting me
친구한테 주사 맞는 거 무섭다고 했어|의사 선생님한테 예방주사 맞았어|도둑맞았어|엄마한테 등짝 맞았어|친구한테 뒤통수 맞았어|선생님한테 정답이 맞다고 들었어|드라마에서 남편이 때리는 장면 너무 화나|꿈에서 엄마한테 맞았어|꿈에서 형이 나를 때렸어
게임에서 보스가 나를 때려|보스가 때려서 죽었어|오빠 목소리가 심장을 때려|형이랑 옷 사이즈가 맞아서 같이 입어|친구한테 뼈 맞았어|교수님한테 F 맞았어|선생님한테 100점 맞았다고 자랑했어|아빠가 모기를 때려잡았어|친구가 멍 때리고 있어|엄마가 골때려 ㅋㅋ
친구한테 팩트폭행 당했어|친구가 이불을 발로 차|남친이 축구공을 발로 찼어|언니가 대사를 더듬었어|선배가 발표하다 더듬어서 귀여웠어|엄마가 더듬더듬 문자 보내|친구한테 시간 맞아서 만나자고 했어|여친한테 생일을 맞아서 꽃 줬어|엄마한테 물어봤는데 맞았어
친구한테 맞은편 카페로 오라고 했어|형이 전화 때렸어|엄마가 라면 때리자고 해|사장한테 빠꾸 맞았어|손님한테 물벼락 맞았어|친구가 뼈 때리는 소리를 해|남친이 다리 만져줘서 시원해|친구가 내 뼈를 때렸어|누나가 돈을 때려박았어
영화에서 아빠가 아들을 때리는 장면에서 울었어|웹툰 남주가 여주를 때리는 장면 보고 하차|친구가 전남친 인스타 스토킹했대|친구들이 생일 몰카 해줬어|he hit me back on insta|the bass keeps hitting me|she hits different
he hit me with the news|my brother beat me in fifa|he beat me to it|my mom pushed me to study|they kicked me out of the group chat
she grabbed me a coffee|my friend beat me at mario kart again|i was beaten by my brother at chess|she beat me again in chess|he hit on my friend
reality hit me hard|this song hits me in the feels|he pushed me to be better|my coach pushes me hard|he told me a story
she said hit me with your best shot|부장 때리고 싶다|누가 나 좀 때려줘 잠 깨게|남친이랑 코드가 맞아서 좋아|비바람이 창문을 때려|친구가 드럼을 때려 부술 듯이 쳐|고양이가 나를 때려|아기가 배를 발로 차|선생님한테 침 맞았어
엄마한테 안 맞는 옷|아빠가 술 때려 마시고 노래해|애들이 손뼉을 쳐|친구가 총 맞고 죽었어 배그에서|롤에서 친구한테 맞고 졌어|선임이 과제를 때려|엄마랑 궁합이 맞아|오빠가 나한테 딱 맞아|언니한테 바람 맞았다고 말했어|남친한테 눈 맞았어|남편한테 로또 맞았다고 뻥쳤어
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.mark.parametrize("text", SUFFERED)
def test_violence_that_somebody_suffers_is_heard(text: str) -> None:
    assert speaks_of_violence(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_play_stories_and_other_blows_are_no_violence(text: str) -> None:
    assert not speaks_of_violence(text)


@pytest.mark.parametrize("word", ["때려", "아빠가 ", "my dad ", "맞", "a"])
def test_a_long_repetition_takes_no_longer_than_a_blink(word: str) -> None:
    began = time.perf_counter()
    speaks_of_violence(word * 3_000)
    assert time.perf_counter() - began < 1
