"""What Korean listeners call artists whom catalogues write in Latin letters, and a few of the others.

Facts only, written down by somebody who knows them; artists whose Hangul name is not certain are left out. Those who
are in no catalogue yet are here too, so that a listener can be told.
"""

from functools import cache
from typing import Final

from bot.artists import artist_key

_NAMES: Final = """
(G)I-DLE = (여자)아이들, 여자아이들, 아이들; 015B = 공일오비; 10cm = 십센치; 1415 = 일사일오; 15& = 피프틴앤드;
1THE9 = 원더나인; 1TYM = 원타임; 2NE1 = 투애니원; 2PM = 투피엠; 4MEN = 포맨; 4Minute = 포미닛;
4TEN = 포텐; 92914 = 구이구일사; A.C.E = 에이스; AB6IX = 에이비식스; ACOURVE = 어쿠루브;
ADOY = 아도이; aespa = 에스파; After School = 애프터스쿨, 애프터 스쿨; Agust D = 어거스트 디, 슈가;
Ahn Ye Eun = 안예은; AILEE = 에일리; AKMU = 악뮤, 악동뮤지션; ALEPH = 알레프; AleXa = 알렉사;
Andup = 앤덥; AOA = 에이오에이; AOA CREAM = AOA 크림, 에이오에이 크림; Apink = 에이핑크;
APRIL = 에이프릴; As One = 애즈원; ASH ISLAND = 애쉬 아일랜드; Ash-B = 애쉬비; ATEEZ = 에이티즈;
B-Free = 비프리; B.A.P = 비에이피; B1A4 = 비원에이포; Baby VOX = 베이비복스;
BABYMONSTER = 베이비몬스터, 베몬; Bada = 바다; BADROOM = 배드룸; BAE173 = 비에이이일칠삼;
BAECHIGI = 배치기; Baek A = 백아; Baek A Yeon = 백아연; Baek Ji Young = 백지영;
BAEKHYUN = 백현; BamBam = 뱀뱀; BANG YE DAM = 방예담; BANG YONGGUK = 방용국;
Bassagong = 뱃사공; BDC = 비디씨; Be'O = 비오; Beast = 비스트; Beenzino = 빈지노; BEN = 벤;
Bernard Park = 버나드 박; BESTie = 베스티; BewhY = 비와이; BIBI = 비비; BIG MAMA = 빅마마;
BIG Naughty = 빅나티, 서동현; BIGBANG = 빅뱅; BIGFLO = 빅플로; BIGONE = 빅원;
BLACKPINK = 블랙핑크, 블핑; Blady = 블레이디; Blase = 블라세; Bling Bling = 블링블링;
Block B = 블락비; Block B - BASTARZ = 블락비 바스타즈, 바스타즈; BLOO = 블루; Blue.D = 블루디;
BoA = 보아; BOBBY = 바비; Boi B = 보이비; BOL4 = 볼빨간사춘기, 볼사; Boohwal = 부활;
BOYCOLD = 보이콜드; BOYFRIEND = 보이프렌드; BOYNEXTDOOR = 보이넥스트도어, 보넥도;
Boys Under The Moon = 월하소년; BRADYSTREET = 브래디스트릿; Brave Girls = 브레이브걸스, 브브걸;
Broccoli, You Too? = 브로콜리너마저; Bronze = 브론즈; Brown Eyed Girls = 브라운아이드걸스, 브아걸;
Brown Eyed Soul = 브라운아이드소울; Brown Eyes = 브라운아이즈; Bryn = 브린; BTOB = 비투비;
BTS = 방탄소년단, 방탄; BUMKEY = 범키; BUMZU = 범주; Busker Busker = 버스커 버스커; BUZZ = 버즈;
Byeol Sarang = 별사랑; Byun Jin-Sub = 변진섭; C JAMM = 씨잼; C-CLOWN = 씨클라운; CAMO = 카모;
Car, the garden = 카더가든; ChaMane = 차메인; Chamsom = 참솜; CHANGMO = 창모;
CHANYEOL = 찬열; CHEETAH = 치타; CHEEZE = 치즈; CHEN = 첸; Cheon Dan Bi = 천단비;
Cherry Bullet = 체리블렛; CHO JUNG SEOK = 조정석; Cho Kyu Chan = 조규찬;
Cho Yong Pil = 조용필; CHOI YENA = 최예나; Choi Yu Ree = 최유리; CHOILB = 최엘비;
CHUNG HA = 청하; cignature = 시그니처; CIX = 씨아이엑스; CL = 씨엘; CLC = 씨엘씨; Click-B = 클릭비;
Clon = 클론; CNBLUE = 씨엔블루; Cocosori = 코코소리; CODE KUNST = 코드 쿤스트, 코쿤; Colde = 콜드;
Coogie = 쿠기; Cool = 쿨; Cosmic Boy = 코스믹보이; CRAVITY = 크래비티; CRUCiAL STAR = 크루셜스타;
Crush = 크러쉬; Crying Nut = 크라잉넛; D-CRUNCH = 디크런치; D.Ark = 디아크; D.Holic = 디홀릭;
D.O. = 디오, 도경수; D1CE = 디원스; Dalshabet = 달샤벳; Darin = 다린; Dasutt = 다섯;
DAVICHI = 다비치; DAY6 = 데이식스; DAY6 (Even of Day) = 데이식스 이븐 오브 데이;
DAYBREAK = 데이브레이크; Dbo = 디보; DEAN = 딘; DEEPFLOW = 딥플로우; DEMIAN = 데미안;
Deul Guk Hwa = 들국화; DEUX = 듀스; DIA = 다이아; DIABLO 디아블로 = 디아블로; DINDIN = 딘딘;
Dinner Coat = 디너코트; DJ DOC = 디제이 디오씨, 디제이덕; DJ Wegun = DJ 웨건; Dok2 = 도끼;
Don Mills = 던밀스; Donutman = 도넛맨; dosii = 도시; DPR IAN = 디피알 이안;
DPR LIVE = 디피알 라이브; Dreamcatcher = 드림캐쳐; dress = 드레스; Drunken Tiger = 드렁큰 타이거;
Dvwn = 다운; Dynamicduo = 다이나믹 듀오, 다듀; E SENS = 이센스; E'LAST = 엘라스트; eAeon = 이이언;
Echae Kang = 강이채; Eddy Kim = 에디킴; EDEN = 이든; EK = 이케이; Elaine = 일레인;
ENHYPEN = 엔하이픈; Epik High = 에픽하이; Epitone Project = 에피톤 프로젝트; Eric Nam = 에릭남;
EVERGLOW = 에버글로우; EXID = 이엑스아이디; EXO = 엑소; EXO-K = 엑소케이;
EXO-SC = 세훈&찬열, 엑소 세훈&찬열; f(x) = 에프엑스; F.CUZ = 포커즈; FIESTAR = 피에스타;
FIFTY FIFTY = 피프티피프티; Fin.K.L = 핑클; Flowsik = 플로우식;
FLY TO THE SKY = 플라이 투 더 스카이, 플투스; Forestella = 포레스텔라; fromis_9 = 프로미스나인;
FTISLAND = FT아일랜드, 에프티아일랜드; Futuristic Swaver = 퓨처리스틱 스웨버; G-DRAGON = 지드래곤, 지디;
G2 = 지투; Gaeko = 개코; Gavy NJ = 가비엔제이; GB9 = 길구봉구;
GD X TAEYANG = GD X 태양, 지드래곤 태양; GD&TOP = 지디앤탑; Geeks = 긱스; george = 죠지;
GFRIEND = 여자친구, 여친; GIRIBOY = 기리보이; Girl's Day = 걸스데이; GIRLS ON TOP = 걸스 온 탑;
Girls' Generation = 소녀시대, 소시; Girls' Generation-TTS = 소녀시대-태티서, 태티서;
Glen Check = 글렌체크; god = 지오디; Golden Child = 골든차일드; Goretexx = 고어텍스; GOT7 = 갓세븐;
GRAY = 그레이; GreatGuys = 멋진녀석들; GroovyRoom = 그루비룸; GSoul = 지소울; gugudan = 구구단;
Gummy = 거미; Gwangil Jo = 조광일; GWSN = 공원소녀; H.O.T. = 에이치오티; Ha Dong Qn = 하동균;
Ha Hyunsang = 하현상; HA SUNG WOON = 하성운; Ha Yea Song = 하예송; HA:TFELT = 핫펠트, 예은;
Haeil = 해일; Han All = 한올; Han Yo Han = 한요한; Hangzoo = 행주; Hanhae = 한해;
Hanroro = 한로로; HAON = 하온, 김하온; Hareem = 하림; Hash Swan = 해쉬스완;
Hearts2Hearts = 하츠투하츠, 하투하; HEIZE = 헤이즈; Hello Ga-Young = 안녕하신가영; Henry = 헨리;
Herz Analog = 헤르쯔 아날로그; HIGHLIGHT = 하이라이트; HISTORY = 히스토리; Honey Family = 허니패밀리;
Hong Jin Young = 홍진영; Hong Kyung-min = 홍경민; HONGJA = 홍자; Hoppipolla = 호피폴라;
Huckleberry Finn = 허클베리핀; Huckleberry P = 허클베리피; Huh Gak = 허각; Hui = 후이;
Hwa Sa = 화사; Hwaji = 화지; HyeongseopXEuiwoong = 형섭X의웅; HYOJUNG = 효정; Hyolyn = 효린;
HYOYEON = 효연; HYUKOH = 혁오; HyunA = 현아; HyunA&DAWN = 현아&던;
I-LAND = 아이랜드; I.M = 아이엠; I.O.I = 아이오아이; ID:Earth = 아이디얼스; iKON = 아이콘;
Illinit = 일리닛; ILLIT = 아일릿; IMFACT = 임팩트; IN2IT = 인투잇; INFINITE = 인피니트;
INFINITE H = 인피니트 H, 인피니트에이치; Isaac Hong = 홍이삭; ITZY = 있지; IU = 아이유; IVE = 아이브;
IVY = 아이비; IZ*ONE = 아이즈원; J'Kyun = 제이켠; j-hope = 제이홉; J.UNA = 제이유나; J_ust = 저스트;
Ja Mezz = 자메즈; Jackson Wang = 잭슨; Jamie = 제이미, 박지민; Janet Suhh = 자넷서;
Jang Beom June = 장범준; JANG HAN BYUL = 장한별; Jang Jane = 장재인; Jang Keun-suk = 장근석;
Jang Minho = 장민호; Jang Na-ra = 장나라; Jang Yoon-Jeong = 장윤정; JANNABI = 잔나비;
Jaurim = 자우림; JAY B = 제이비; Jay Park = 박재범; Jayci yucca = 제이씨 유카; JBJ = 제이비제이;
JeA = 제아; jeebanoff = 지바노프; JENNIE = 제니; Jeon Sang Keun = 전상근; JEON SOMI = 전소미;
JEON SOYEON = 전소연, 소연; JEON WOO SUNG = 전우성; JEON WOONG = 전웅;
Jeong Dong Won = 정동원; JEONG SEWOON = 정세운; Jerry.K = 제리케이; Jessi = 제시;
Jessica = 제시카; Jewelry = 쥬얼리; Jiho Givenchy = 지호지방시; JIHYO = 지효; JIMIN = 지민;
Jimmy Brown = 지미 브라운; Jin = 진; JINUSEAN = 지누션; Jinyoung = 진영; JISOO = 지수;
JJANGYOU = 짱유; JJCC = 제이제이씨씨; JJK = 제이제이케이; Jo Hyun Ah = 조현아; JO YURI = 조유리;
Johan Kim = 김조한; John Park = 존박; JONGHYUN = 종현; Joohyo = 주효; Jooyoung = 주영;
JTL = 제이티엘; Jukjae = 적재; Jun Hyo Seong = 전효성; Jung Dong Ha = 정동하;
JUNG ILHOON = 정일훈; jung jaeil = 정재일; Jung Kook = 정국; Jung Seung Hwan = 정승환;
Junggigo = 정기고; Junggigo Trio = 정기고 트리오; JUNGKEY = 정키; JUNIEL = 주니엘; JUNNY = 주니;
Junoflo = 주노플로; JUST B = 저스트비; JUSTHIS = 저스디스; Jvcki Wai = 재키와이; JYJ = 제이와이제이;
K.Will = 케이윌; K/DA = 케이디에이; KANG DANIEL = 강다니엘; Kang Jin = 강진;
Kang Seung Sik = 강승식; Kang Seung Yoon = 강승윤; KangNam, Tae Jin-Ah = 강남&태진아;
KARA = 카라; KARD = 카드; KASPER = 캐스퍼; Kassy = 케이시; KATIE = 케이티;
Keem Hyo-Eun = 김효은; KEEMBO = 킴보; Kei = 케이; KEN = 켄; Kep1er = 케플러; KEY = 키;
Khundi Panda = 쿤디판다; Kid Milli = 키드밀리; Kiggen = 키겐; Kiha & The Faces = 장기하와 얼굴들;
KillaGramz = 킬라그램; Kim Bum Soo = 김범수; KIM CHOO JA = 김추자; Kim Dae Myeung = 김대명;
Kim Dong Ryul = 김동률; Kim Feel = 김필; Kim Gun Mo = 김건모; Kim Heejae = 김희재;
Kim Ho Joong = 김호중; Kim Hyun Chul = 김현철; Kim Hyun Joong = 김현중;
Kim Hyunshik = 김현식; KIM JAE HWAN = 김재환; Kim Jong Kook = 김종국;
Kim Kwang Seok = 김광석; Kim Na Young = 김나영; Kim Sawol = 김사월; Kim Sung Jae = 김성재;
Kim Sung Kyu = 김성규, 성규; Kim Ximya = 김심야; Kim Yeon Woo = 김연우; Kim Yeonji = 김연지;
Kim Young Geun = 김영근; KIMMUSEUM = 김뮤지엄; KIMSEJEONG = 김세정, 세정;
KINDA BLUE = 카인더블루; KISS OF LIFE = 키스오브라이프, 키오프; KLANG = 클랑; KOYOTE = 코요태;
Ku One Chan = 구원찬; Kum Jan Di = 금잔디; Kwak Jin Eon = 곽진언; KWON EUNBI = 권은비;
Kwon Jin Ah = 권진아; Kwon Soonkwan = 권순관; KYUHYUN = 규현; LA POEM = 라포엠;
LABOUM = 라붐; LADIES' CODE = 레이디스코드; LambC = 램씨; LAY = 레이; LAYBRICKS = 레이브릭스;
Layone = 레이원; LE SSERAFIM = 르세라핌; LEE CHAE YEON = 이채연; Lee Chan Sol = 이찬솔;
Lee Chanwon = 이찬원; Lee Hae Ri = 이해리; Lee Hyori = 이효리; Lee Jin Ah = 이진아;
LEE JIN HYUK = 이진혁; Lee Juck = 이적; Lee Mi Ja = 이미자; Lee MinHyuk = 이민혁;
Lee Moon Sae = 이문세; Lee Mujin = 이무진; Lee Sang Soon = 이상순; Lee Seung Chul = 이승철;
Lee Seung Gi = 이승기; LEE SEUNG HWAN = 이승환; LEE SEUNG YOON = 이승윤; Lee So Ra = 이소라;
Lee Soo = 이수; Lee Soo Young = 이수영; LEE SUHYUN = 이수현, 수현; Lee Sun Hee = 이선희;
Lee Yejoon = 이예준; Lee Young Ji = 이영지; LeeHi = 이하이; Leellamarz = 릴러말즈;
LeeSSang = 리쌍; Lena Park = 박정현; Lil tachi = 릴타치; lIlBOI = 릴보이;
Lim Chang Jung = 임창정; LIM HEON IL = 임헌일; Lim Young Woong = 임영웅; LISA = 리사;
Live High = 리브하이; Loco = 로꼬; LOONA = 이달의 소녀, 이달소; LOONA/yyxy = 이달의 소녀 yyxy;
Loopy = 루피; LOOΠΔ / ODD EYE CIRCLE = 이달의 소녀 오드아이써클, 오드아이써클;
LOOΠΔ 1/3 = 이달의 소녀 1/3; Loptimist = 랍티미스트; Loquence = 로퀜스; Lovelybut = 러블리벗;
Lovelyz = 러블리즈; Lucia = 루시아, 심규선; LUCY = 루시; Lunafly = 루나플라이; Lydia = 리디아;
Lyn = 린; M.C the Max = 엠씨더맥스; M.O.M = 엠오엠; M.O.N.T = 몬트; M1NU = 미누;
Mad Clown = 매드클라운; MAKTUB = 마크툽; MAMAMOO = 마마무; MAP6 = 맵식스; MARMELLO = 마르멜로;
Marvel J = 마블제이; MASTA WU = 마스타 우; MC haNsAi = MC한새, 엠씨한새; MC MONG = MC몽, 엠씨몽;
Mckdaddy = 맥대디; MCND = 엠씨엔디; meenoi = 미노이; MelodyDay = 멜로디데이; MeloMance = 멜로망스;
MEOVV = 미야오; Microdot = 마이크로닷; Mighty Mouth = 마이티 마우스; Minit = 미닛;
MINO = 송민호, 민호; MINSEO = 민서; Minsu = 민수; MIRAE = 미래소년; Miso = 미소; miss A = 미쓰에이;
MIYEON = 미연; MKIT RAIN = 메킷레인; Mommy Son = 마미손; MOMOLAND = 모모랜드;
Monday Kiz = 먼데이키즈; Monogram = 모노그램; Monsta X = 몬스타엑스, 몬엑스; Moon Byul = 문별;
Moon Sujin = 문수진; MoonMoon = 문문; msftz = 미스피츠; MUSHVENOM = 머쉬베놈; Muzie = 뮤지;
MYTEEN = 마이틴; N.Flying = 엔플라잉; Na Hoon-a = 나훈아; nafla = 나플라;
Nam Hye Seung = 남혜승; Nam Seung Min = 남승민; Nam Seungmin = 남승민; Naul = 나얼;
NAYEON = 나연; NCT = 엔시티; NCT 127 = 엔시티 127; NCT 2020 = 엔시티 2020;
NCT DREAM = 엔시티 드림; NCT U = 엔시티 유; NCT WISH = 엔시티 위시; NELL = 넬; NewJeans = 뉴진스;
Night Off = 나이트오프; NIve = 니브; NMIXX = 엔믹스; No Brain = 노브레인; NO:EL = 노엘, 장용준;
NOIR = 느와르; NU'EST = 뉴이스트; Nucksal = 넉살; Nuol = 뉴올; O3ohn = 오존;
oceanfromtheblue = 오션프롬더블루; Odee = 오디; offonoff = 오프온오프; OH MY GIRL = 오마이걸, 옴걸;
Okasian = 오케이션; OLNL = 오르내림; OMEGA X = 오메가엑스; Onestar = 임한별; ONEUS = 원어스;
ONEW = 온유; ONEWE = 원위; ONF = 온앤오프; ONG SEONG WU = 옹성우; OnlyOneOf = 온리원오브;
OOHYO = 우효; Orange Caramel = 오렌지캬라멜, 오캬; Osshun Gum = 오션검; OuiOui = 위위;
Owen = 오왼, 오왼 오바도즈; P1Harmony = 피원하모니; Paloalto = 팔로알토; PANIC = 패닉;
Parc Jae Jung = 박재정; Park Bom = 박봄; Park Boram = 박보람; Park Hyo Shin = 박효신;
PARK JI HOON = 박지훈; Park Mi Kyung = 박미경; Park Seojin = 박서진; Park Sung Il = 박성일;
PARK WON = 박원; PARKHYUNJIN = 박현진; Paul Blanco = 폴 블랑코; Paul Kim = 폴킴;
Peggy Gou = 페기 구; PENOMECO = 페노메코; PENTAGON = 펜타곤; PENTO = 펜토; pH-1 = 피에이치원;
PinkFantasy = 핑크판타지; Pinodyne = 피노다인; PIXY = 픽시; PLAVE = 플레이브; PLAYBACK = 플레이백;
Primary = 프라이머리; PRISTIN V = 프리스틴 V, 프리스틴 브이; PRODUCE 101 = 프로듀스 101;
PRODUCE X 101 = 프로듀스 X 101; PSY = 싸이; Punch = 펀치; punchnello = 펀치넬로;
Queen WA$ABII = 퀸와사비; QWER = 큐더블유이알; Rad Museum = 라드 뮤지엄; Rain = 정지훈, 가수 비;
Red Velvet = 레드벨벳, 레벨; Red Velvet - IRENE & SEULGI = 레드벨벳-아이린&슬기; Reddy = 레디;
RHYME-A- = 라임어택; RIIZE = 라이즈; Rimi = 리미; RM = 알엠, 랩몬스터; Rocket Punch = 로켓펀치;
ROCOBERRY = 로코베리; Roh Ji Hoon = 노지훈; ROMEO = 로미오; Roo'RA = 룰라; ROSÉ = 로제;
Rothy = 로시; Roy Kim = 로이킴; Ryu Su Jeong = 류수정; S.E.S. = 에스이에스; SAAY = 쎄이;
Sam Kim = 샘김; Samuel = 사무엘; Samuel Seo = 서사무엘; Sanchez = 산체스;
Sandara Park = 산다라박; Sandeul = 산들; Sanullim = 산울림; Saturday = 세러데이;
Say Sue Me = 세이수미; SBGB = 새벽공방; SE SO NEON = 새소년; SE7EN = 세븐;
SECHSKIES = 젝스키스, 젝키; Secret = 시크릿; Seo In Guk = 서인국; Seo Inguk = 서인국;
Seo Taiji = 서태지; Seo Taiji and Boys = 서태지와 아이들; sEODo = 서도; SEOHYUN = 서현;
Seol Hoseung (SURL) = 설호승; Seori = 서리; SEULGI = 슬기; SEUNGKWAN = 승관;
SEUNGRI = 승리; SEVENTEEN = 세븐틴; SF9 = 에스에프나인; SG Wannabe = SG워너비, 에스지워너비;
SHAUN = 숀; Shin Hae Chul = 신해철; Shin Hae Gyeong = 신해경; Shin Joong Hyun = 신중현;
Shin Seung Hun = 신승훈; Shin Yong Jae = 신용재; SHINee = 샤이니; SHINHWA = 신화;
Sik-K = 식케이; SILICA GEL = 실리카겔; SILKYBOIS = 실키보이즈; Simon Dominic = 사이먼 도미닉, 쌈디;
SINCE = 신스; SISTAR = 씨스타; SISTAR19 = 씨스타19, 씨스타나인틴; SKYLE = 스카이리;
Skyminhyuk = 스카이민혁; Sleepy = 슬리피; So!YoON! = 황소윤; Sohyang = 소향; sokodomo = 소코도모;
Solar = 솔라; Solji = 솔지; SOMDEF = 썸데프; Son Dam Bi = 손담비; Sondia = 손디아;
Song Ga In = 송가인; South Club = 사우스클럽; SOYOU = 소유; SPEED = 스피드; Spica = 스피카;
SS501 = 더블에스오공일; SSAK3 = 싹쓰리; Standing Egg = 스탠딩 에그; STAYC = 스테이씨;
Stella Jang = 스텔라장; Stellar = 스텔라; Steve Yoo = 유승준, 스티브 유;
Stray Kids = 스트레이 키즈, 스키즈; SUDI = 수디; SUGA = 슈가; Sugarbowl = 슈가볼; SUHO = 수호;
SUMIN = 수민; Summer Soul = 썸머소울; Sung Si Kyung = 성시경; SUNMI = 선미;
Sunwoojunga = 선우정아; SUPER JUNIOR = 슈퍼주니어, 슈주;
SUPER JUNIOR-D&E = 슈퍼주니어-D&E, 동해&은혁; SUPER JUNIOR-K.R.Y. = 슈퍼주니어-K.R.Y.;
SUPERBEE = 수퍼비, 슈퍼비; SuperM = 슈퍼엠; Supreme Team = 슈프림팀; SURAN = 수란; Suzy = 수지;
SWEET SORROW = 스윗소로우; Swervy = 스월비; Swings = 스윙스; T-ARA = 티아라; T.O.P = 탑;
T1419 = 티일사일구; TAEMIN = 태민; TAEYANG = 태양; TAEYEON = 태연; TAEYONG = 태용;
TEEN TOP = 틴탑; The Black Skirts = 검정치마; The BLANK Shop = 더 블랭크 샵;
The Bowls = 더 보울스; THE BOYZ = 더보이즈; The Legend = 전설; THE MAN BLK = 더맨블랙;
The Quiett = 더콰이엇; The Rose = 더 로즈; The VANE = 더 베인; Tiffany Young = 티파니;
TOMORROW X TOGETHER = 투모로우바이투게더, 투바투; ToppDogg = 탑독; TOUCHED = 터치드;
TRADE L = 트레이드 엘; TRCNG = 티알씨엔지; TREASURE = 트레저; Triple H = 트리플 H, 트리플에이치;
tripleS = 트리플에스; Trouble Maker = 트러블메이커; TVXQ! = 동방신기, 동방; TWICE = 트와이스;
TWS = 투어스; U-KISS = 유키스; U-KNOW = 유노윤호; Uhm Jung Hwa = 엄정화;
unofficialboyy = 언오피셜보이; Untell = 언텔; Untitle = 언타이틀; Untouchable = 언터쳐블;
UP = 유피; Urban Zakapa = 어반자카파; V = 뷔; Vanilla Acoustic = 바닐라 어쿠스틱; VANNER = 배너;
Varsity = 바시티; VAV = 브이에이브이; VERIVERY = 베리베리; VICTON = 빅톤; Vincent Blue = 빈센트블루;
VINXEN = 빈첸; VIVIZ = 비비지; VIXX = 빅스; VMC = 브이엠씨, 비스메이저; VROMANCE = 브로맨스;
Wanna One = 워너원; wave to earth = 웨이브 투 어스; Way Ched = 웨이체드; WayV = 웨이션브이;
We Are The Night = 위아더나잇; Weeekly = 위클리; WEi = 위아이; Weki Meki = 위키미키;
WENDY = 웬디; Wetter = 웨터; Whee In = 휘인; WINNER = 위너; WJSN = 우주소녀;
Wonder Girls = 원더걸스, 원걸; WONHO = 원호; Wonstein = 원슈타인; WONWOO = 원우; Woo = 우원재;
woo!ah! = 우아; Woodie Gochild = 우디 고차일드; Woody = 우디; WOODZ = 우즈, 조승연;
WOOGIE = 우기; Woong San = 웅산; Woosung = 우성, 김우성; X1 = 엑스원;
Xdinary Heroes = 엑스디너리 히어로즈, 엑디즈; XIA = 김준수, 시아준수; Xydo = 시도; Yang Da Il = 양다일;
Yang Hee Eun = 양희은; Yang Yoseob = 양요섭; YANGHONGWON = 양홍원; YB = 윤도현밴드, 와이비;
Yeong Rok Jeon = 전영록; Yeong Tak = 영탁; YERI = 예리; Yerin Baek = 백예린; YESUNG = 예성;
YG Family = YG패밀리, 와이지 패밀리; Yim Jae Beum = 임재범; YongYong = 용용; YONGZOO = 용주;
Yoo Jae Seok = 유재석; Yoo Jae-Ha = 유재하; Yoo Yeon Seok = 유연석; YooA = 유아;
Yoon Hyun Sang = 윤현상; Yoon Jong Shin = 윤종신; Yoon Mirae = 윤미래; YOUHA = 유하;
Young B = 영비, 양홍원; YOUNG POSSE = 영파씨; Youngjae = 영재; Younha = 윤하; youra = 유라;
Yozoh = 요조; Yu Seung Woo = 유승우; Yubin = 유빈; YUJU = 유주; YUMDDA = 염따;
Yun DDanDDan = 윤딴딴; YunB = 윤비; YUNHWAY = 윤훼이; YUQI = 우기;
ZENE THE ZILLA = 제네 더 질라; ZEROBASEONE = 제로베이스원, 제베원; Zia = 지아; ZICO = 지코;
Zion.T = 자이언티
"""


_WORDS: Final = frozenset(
    [
        "다섯",
        "여자친구",
        "여친",
        "아이들",
        "있지",
        "카드",
        "키",
        "진",
        "탑",
        "쿨",
        "콜드",
        "블루",
        "치즈",
        "바다",
        "태양",
        "도시",
        "미소",
        "승리",
        "전설",
        "부활",
        "신화",
        "해일",
        "서리",
        "거미",
        "치타",
        "도끼",
        "행주",
        "드레스",
        "다운",
        "시도",
        "소유",
        "수호",
        "시크릿",
        "스피드",
        "펀치",
        "패닉",
        "임팩트",
        "레벨",
        "우아",
        "적재",
        "넉살",
        "뱃사공",
        "배치기",
        "산울림",
        "들국화",
        "구구단",
        "한해",
        "슈가",
        "다이아",
        "히스토리",
        "하이라이트",
        "아이콘",
        "솔라",
        "신스",
        "보이프렌드",
        "비스트",
        "에이프릴",
        "에이스",
        "세븐",
        "위너",
        "저스트",
        "클론",
        "배너",
        "그레이",
        "펜타곤",
        "브론즈",
        "동방",
        "서도",
        "오디",
        "오존",
        "온유",
        "비오",
        "로미오",
        "레이",
        "버즈",
        "벤",
        "트레저",
        "스텔라",
        "인피니트",
        "영재",
        "범주",
        "위클리",
        "새소년",
        "린",
        "넬",
        "숀",
        "첸",
        "뷔",
        "딘",
        "유아",
        "alive",
        "april",
        "beast",
        "cool",
        "dark",
        "daybreak",
        "dress",
        "east",
        "grass",
        "gray",
        "hail",
        "high",
        "highlight",
        "history",
        "hot",
        "jewelry",
        "june",
        "just",
        "key",
        "lay",
        "legend",
        "live",
        "melody",
        "mom",
        "night",
        "noir",
        "panic",
        "playback",
        "primary",
        "punch",
        "rain",
        "reddy",
        "saturday",
        "secret",
        "since",
        "sleepy",
        "solar",
        "speed",
        "stellar",
        "swings",
        "top",
        "touched",
        "up",
        "wave",
        "way",
        "weekly",
        "winner",
        "woo",
    ]
)
"""Names that are everyday words or parts of them, too: alone they name nobody."""


def is_word(name: str) -> bool:
    """Whether a name, in small letters, also means something else: it takes more than the name to mean the artist."""
    return name in _WORDS


def names_of(key: str) -> tuple[str, ...]:
    """Other names of an artist by their `artist_key`; empty for one of whom none is known."""
    return _names().get(key, ("", ()))[1]


def known_artists() -> dict[str, tuple[str, ...]]:
    """Everybody in the list as catalogues write them, with their other names."""
    return dict(_names().values())


@cache
def _names() -> dict[str, tuple[str, tuple[str, ...]]]:
    entries = (entry.strip().partition(" = ") for entry in _NAMES.replace("\n", " ").split(";"))
    return {
        artist_key(name): (name, tuple(other.strip() for other in others.split(","))) for name, _, others in entries
    }
