"""What somebody suffers from others: blows, threats, hands where they do not belong; told by rules alone.

How to read the patterns is said in `bot.safety`. What sounds like a blow and is none (심장을 때리는 노래, 등짝 맞았어, a boss
in a game) is taken out first, each as a whole phrase: a single word must silence nobody.
"""

from typing import Final

from bot.letters import plain
from bot.safety import compiled

_WHO: Final = (
    "(우리|울|내|제|저희|전|친|의붓|어떤|옆집|윗집|학교|회사|동네)?"
    "(남편|아내|와이프|집사람|신랑|남친|여친|남자친구|여자친구|애인|동거인|전남친|전여친|아빠|아버지|아부지|애비|엄마|어머니|새아빠|새아버지|새엄마|계부|계모|부모|부모님|시아버지|시어머니"
    "|장인|장모|할아버지|할머니|형(?=님|이|은|들|한테|에게|도| )|오빠|언니|누나|삼촌|이모부|고모부|사촌|형부|매형|선생|쌤|담임|교수|원장|목사|상사|사장|대표|팀장|과장|부장|차장|점장|선임|고참|선배|동기|사수"
    "|코치|감독|친구|애들|아이들|일진|룸메|룸메이트|손님|취객|이웃|아저씨|그사람|그인간|그남자|그여자|걔|걔네|누가|모르는사람|어떤사람|그놈|그새끼)(님|들|놈|새끼)?"
)
_ELDER: Final = "(상사|사장|대표|팀장|과장|부장|차장|점장|선생|쌤|담임|교수|원장|목사|선임|고참|선배|사수|코치|감독|손님|아저씨|삼촌|사촌|형부|이모부|고모부)(님)?"
_STRUCK: Final = "때려(?! ?(치|쳐|친|칠|침|쳤|맞|박|잡|넣|먹|마시|마셔|붓|부어|주|줘|줬|달라|버리고싶))|때렸|때림|때리(는|더|면|니까|고(?! ?싶)|려|네|기)|때릴(까봐|때|거래|거라)"
_TOUCHED: Final = (
    "만지(?!작|는 ?(게|거|것) ?(너무|정말|참)? ?(좋|행복|설레|편))|만졌|만져(?! ?(주|줘|줬|보|봐|봤|달라))|주물럭"
)
_BLOW: Final = "(때리|때려|때렸|때린|때림|맞|폭행|패)"

_BLOWLESS: Final = compiled(
    # hearts, bones and the weather
    f"(심장|영혼|감성)(을|이|에|까지)?(막|쿵|세게|아주|계속)?{_BLOW}|~뼈(를|도|만)?{_BLOW}|맞아죽을(예정|각)|목(을)?조르고싶|~멍(을)?때|~골때|(심장|심쿵|비주얼|팩트|지갑)(폭행|폭격|폭력)|팩폭",
    "(말|가사|노래|목소리|비트|음악|멜로디|한마디|후렴|베이스|드럼소리|대사|문장|곡)(이|가|은|는)(내|제)?(심장|가슴|머리|뼈|귀|영혼|나)(을|를)?(막|세게|계속|진짜)?때",
    "(비|빗물|빗방울|빗줄기|파도|바람)(이|가)(창문|창|유리창|지붕|우산|얼굴)(을|를)?때",
    # what else is struck: bosses in games, drums, balls, flies
    "~(보스|몬스터|몹|적|npc|샌드백|북|드럼|장구|골프공|공|모기|파리|벌레|바퀴|바퀴벌레|거미|피아노)(이|가|을|를|한테|에)?(나를|막|세게|계속|안|손으로|신문지로|파리채로|한방에)?(때리|때려|때렸|때림|맞)",
    "~(공|축구공|이불|캔|깡통|돌|제기)(을|를)?(뻥)?발로(차|찼)|(전화|영통|라면|커피|한잔|소주|맥주|치킨)(를|을)?(한통|한번|한잔)?때|(벌금|과태료|세금|과제|야근|숙제|돌직구|일침|스매싱|스파이크)(를|을)?(막|왕창)?때",
    # a game, a dream or a story in which it happens: nothing but who and whom may stand in between
    f"~(게임|롤|배그|오버워치|옵치|철권|꿈|드라마|영화|웹툰|소설|만화|예능|애니|다큐|뮤비|뉴스|기사)(속에서|속|에서는|에서|에선|에) ?(?:(?:[가-힣]{{1,5}}(?<!다)(?:이|가|한테|에게|를|을)|나|날|저) ?){{0,2}}(또|막|계속|자꾸|엄청|세게)?{_BLOW}(?!던)",
    "(드라마|영화|웹툰|소설|만화|예능|애니|뮤비|연극|뉴스).{0,14}(때리|때린|때려|맞|폭행하|폭행당하|성폭행당하|협박하|스토킹하)(는|던)?(장면|씬|역할|캐릭)",
    # slaps on the back
    "(등짝|꿀밤|딱밤|알밤|궁디|궁둥이|등짝스매싱)(을|를)?(한대|세게|찰싹|또|엄청)?(맞|때|갈겼|날)|장난으로(툭|살짝|가볍게|한대)때",
    # to meet with something else than blows
    "(야단|바람|찬바람|퇴짜|빠꾸|뺀찌|딱지|소박|도둑|벼락|날벼락|돈벼락|물벼락|소나기|우박|서리|된서리|폭탄|물폭탄|세금폭탄|직격탄|화살|뒤통수|통수|주사|예방주사|독감주사|백신|접종|예방접종|링거|수액|보톡스|필러|영양제|마취"
    "|비타민|항암|인슐린|진통제|도장|로또|복권|횡재|정곡|허점|영업정지|벌금|과태료|카운터|헛다리)(을|를|만|도|제대로|또)?(씨게|크게|세게|또|다|안|한대|두대|제대로)?맞",
    "알[맞]|걸[맞]|들어[맞]|눈(이)?맞|~(비|침|총|독감|코로나|딱|꼭|잘|안|못|얼추|서로|다|백점|만점|빵점|[0-9]+점|[a-f]플|[a-f])(을|를)?맞(?!고싶)",
    "~(답|정답|말|말씀|생각|예감|예상|예측|짐작|추측|촉|감|점괘|사주|시간|일정|스케줄|날짜|타이밍|마음|맘|취향|코드|궁합|죽|손발|호흡|사이즈|크기|옷|신발|얘기|이야기|주소|번호|비번|비밀번호|계산|금액|뜻|의견|입맛|간|박자|음정"
    "|성격|적성|노래|분위기|가사|이거|이게|그게|그거|저거|색|핏|앞뒤)(이|가|은|는|도|을|를|이랑|랑)?(딱|잘|안|다|서로|너무|진짜|정말|완전|또|결국|꼭)?맞",
    "~(생일|새해|봄|여름|가을|겨울|주말|휴가|방학|명절|추석|설|연휴|기념일|결혼기념일|크리스마스|졸업|개학)(을|를)?맞|(물어|여쭤|확인해|검사해)(보니|보니까|봤는데|봤더니|봐서)(다|진짜|정말|역시)?맞|맞은편",
    # stammering, groping in the dark
    "~(말|대사|발음|기억|이름|영어|한국어|일본어|글|책|벽|길|폰|핸드폰|안경|어둠|바닥|추억|국어책)(을|를|도|까지|은|속을)?(막|좀|자꾸|엄청|계속|너무|조금|심하게|또)?더듬|더듬더듬|더듬이|(질문|발표|대답|긴장)[가-힣]{0,5} ?(막|좀|엄청|계속)?더듬",
    "(인스타|페북|sns|스토리|프로필|블로그|계정|카톡프사)(를|을)?스토킹(했대|했는데|하다가|하는데|각)|(생일|깜짝|이벤트)몰카",
    "(불법촬영|학폭|학교폭력|스토킹|성폭행|성추행|폭행|가정폭력)피해자(가|를|의|들|들이|들의) .{0,14}(기사|뉴스|영화|드라마|다큐|소설|소식)",
    "he hit me and it felt like a kiss",
)
"""Blows that hurt nobody: taken out before violence is looked for."""

_ONE: Final = (
    "(?<![a-z])(hes?|shes?|they|theyre|someone|somebody|(a|some|this|that) (guy|man|woman|boy|girl|dude|stranger|teacher)"
    "|my (ex |step ?|older |little |big |younger )?(husband|wife|partner|fiance|boyfriend|girlfriend|bf|gf|ex|dad|daddy|father|mom|mum|mommy|mother|parents|brother|sister|bro|sis|uncle|aunt|cousin|grandpa|grandfather|grandma"
    "|boss|manager|supervisor|teacher|professor|coach|roommate|neighbor|friends?|classmates?|coworkers?|colleague|pastor|priest))"
)
_OFTEN: Final = (
    "( (just|always|still|often|sometimes|even|actually|once|used to|would|will|has|have|had|also|then|literally|keeps?|kept|starts?|started|constantly|repeatedly|is|was|s|tried to|tries to|threatened to|wants to"
    "|physically|sexually|gets? (mad|drunk|angry) and|got (mad|drunk|angry) and|came home and)){0,4}"
)
_OBJECT: Final = "(a |an |the |his |her |their |my )?(belt|stick|bat|hanger|shoe|slipper|fists?|bottle|chair|pan|car|phone|book|ruler|cane|cable|cord|hose|hands?|wire|broom|rod|hammer|spoon|wooden|metal|golf|baseball)"
_PLAYED: Final = "(chess|a game|games?|the game|every|each|any|this|that|our|one|two|cards|fifa|tekken|smash|mario|league|lol|overwatch|valorant|ping pong|tennis|basketball|soccer|football|poker|uno|monopoly|scrabble|a race|the race|a match|the match|the finals?|arm wrestling|rock paper)(?![a-z])"

_VIOLENCE: Final = compiled(
    f"~{_WHO}(이|가|께서|은|는|도|만)?.{{0,14}}({_STRUCK}|손찌검|두들겨(패|팼)|구타|목(을)?(졸라|졸랐|조르|조른)|발로(차(?!여|였)|찼|밟|걷어)|뺨(을)?(쳤|쳐|갈)|따귀|싸대기|밀쳤|밀쳐|머리채"
    f"|(나|날|저|엄마|동생|애)(를)?(맨날|매일|또|막|개|자꾸)?(팼|패요|패고|패서|팬다|패는|패더)|칼(을|로)?(들이대|들이댔|휘두|휘둘|겨누|겨눴|들고(쫓|위협|협박|덤))|강제로(키스|만지|만졌|성관계|관계|벗기|벗겼)"
    f"|(몸|가슴|다리|허벅지|엉덩이|속옷|치마속)(을|를)?(자꾸|막|또|계속|몰래|슬쩍)?({_TOUCHED}|더듬)|더듬(어|었|는)|죽이겠다(고|며)|협박(해|했|하)|(성추행|성폭행|성희롱|강간|폭행|감금|스토킹|미행)(을)?(해|했|하))",
    f"~{_WHO}(이|가|께서|은|는|도)?.{{0,16}}(나|날|저|절|저희)(를|한테)?(막|또|자꾸|계속|세게|심하게|손으로|주먹으로)?({_STRUCK})",
    f"~{_WHO}(한테|에게|께|한데).{{0,12}}(맞았|맞고|맞아서|맞은|맞아요|맞음|맞는다|맞으면서|맞을까봐|맞아(?= |$)|처맞|쳐맞|얻어터|폭행|구타|협박|성추행|성폭행|성희롱|강간)",
    f"~{_ELDER}(이|가|께서|은|는)?(자꾸|계속|막|또|몰래|슬쩍|맨날)?(내|제)?(손|허벅지|엉덩이|가슴|다리)(을|를)?(자꾸|계속|막|또|몰래|슬쩍)?(만지|만졌|만져(?!주|줘|줬|보|봐)|주물럭)",
    f"~{_WHO}(의)?(폭력|폭행|학대|손찌검)(이|을|에|때문|으로)|~(맨날|매일|또)?맞(고|으면서|으며)(살아|살고|산다|자랐|지내)",
    "(성추행|성폭행|성희롱|강간|몰카|불법촬영|스토킹|가정폭력|데이트폭력|학교폭력|학폭|폭행|집단폭행|감금|구타|협박)(을|를)?(을)?(당했|당하고|당해|당한|당하는|당하|당함|피해자)|(가정폭력|데이트폭력|학교폭력|학폭)(에|때문에)(시달|힘들|도망|무서)",
    f"{_ONE}{_OFTEN} ((hits?|hitting) me(?![a-z])(?! (up|back|different|differently|like a|in the feels|with (?!{_OBJECT})))"
    f"|(beats?|beating|beaten) me(?![a-z])(?!( again| twice| badly| easily| once)? (to (?!death|a pulp|the ground|the floor|tears)|at (?!home|night|school|work|dinner|church|practice|least|the (?!game)|his|her|our|my (?!own))|in {_PLAYED}|by [0-9a]|every time (we|i) play))"
    "|push(es|ed|ing)? me(?![a-z])(?! (to (?!the (ground|floor|wall|bed))|into (?!(the|a) (wall|table|door|car|street|road))|towards?|forward|further|harder|hard|away|out of|through|on (the|a) swing))"
    "|kick(s|ed|ing)? me(?![a-z])(?! (out|off|from|outta))|grab(s|bed|bing)? me(?![a-z])(?! (a|an|some|the|another|this|that|lunch|dinner|coffee|food|one|two|something|and (hugged|danced))(?![a-z]))"
    "|grab(s|bed|bing)? my (arm|wrist|neck|throat|hair|ass|butt|breasts?|boobs?|chest|crotch|thigh)"
    "|(chok(es?|ed|ing)|strangl(es?|ed|ing)|slap(s|ped|ping)?|punch(es|ed|ing)?|shov(es?|ed|ing)|smack(s|ed|ing)?|grop(es?|ed|ing)|rap(es|ed|ing)|molest(s|ed|ing)?|abus(es?|ed|ing)|assault(s|ed|ing)?|threaten(s|ed|ing)?|stalk(s|ed|ing)?|stab(s|bed|bing)?)"
    " me(?![a-z])(?! (with (a |the )?(fine|ticket|bill|homework|extra|good time|reality|facts)|in the feels|playfully|as a joke))|threaten(s|ed|ing)? to (kill|hurt|hit|beat|rape|stab|shoot)|touch(es|ed|ing)? me (inappropriately|down there|without|under)|(keeps|kept) touching me|beats? me up|beating me up|forc(es|ed|ing) me to (have sex|sleep with|touch|kiss|undress|strip)|forced himself on me)",
    "(?<![a-z])(i|im|ive)( (was|got|have|has|been|am|m|ve|being|keep|getting|just|almost))+ (raped|molested|sexually (assaulted|abused|harassed)|groped|stalked|abused|assaulted|beaten up"
    f"|beaten(?!( again| badly)? (to (?!death|a pulp)|at|in {_PLAYED}|by (the (boss|cpu|ai|computer|level|last)|a bot|(my|a) [a-z]+ (at|in|on)))))|(?<![a-z])i (was|got|get|keep getting) (slapped|punched|kicked|hit|choked|threatened) by (him|her|my|a man|a guy|some guy)(?! (car|alarm|exam|midterm|finals?))",
    "in an abusive (relationship|marriage|home)|(hes|shes|he s|she s|he is|she is|my [a-z]+ is|my [a-z]+ was) (physically |verbally |sexually |so |very )*(abusive|violent)(?![a-z])|victim of (domestic|sexual) (violence|abuse)",
)


def speaks_of_violence(text: str) -> bool:
    """Whether somebody tells that another person hurts, threatens or molests them or theirs; by rules alone.

    Not in a game, a dream or a story, nor of a slap on the back: ``등짝``; each as a whole phrase.
    """
    return _VIOLENCE.search(_BLOWLESS.sub(" ", plain(text))) is not None
