"""Artists who sing in Korean and are written in Latin letters: nothing in their names or titles would tell otherwise.

Facts only, read through by eye among the artists of the starter catalogue; those who mostly sing in English, Japanese
or Chinese are left out. An artist who is missing here is still known by any track of theirs with a Hangul title.
"""

from typing import Final

from bot.artists import artist_key

_NAMES: Final = """
(G)I-DLE; 015B; 10cm; 1415; 15&; 1THE9; 1TYM; 2NE1; 2PM; 2xxx!; 4MEN; 4Minute; 4TEN; A-LIVE; A.C.E; AB6IX; ACOURVE;
aespa; Agust D; AILEE; Airman; AITE; AKMU; ALEPH; AleXa; Andup; AOA; AOA CREAM; APRIL; As One; ASH ISLAND; Ash-B;
ASHER; ATEEZ; Authentic; AVOKID; B-Free; B.A.P; B1A4; Baby VOX; Bada; BADROOM; BAE173; BAECHIGI; Baek A; Baek A Yeon;
Baek Ji Young; BAEKHYUN; BamBam; Bandage; BANG YE DAM; BANG YONGGUK; Bassagong; BDC; Bearfoot in the garden; Beast;
Beenzino; BehindtheMoon; BEN; Benini; Bernard Park; BESTie; BewhY; BIBI; BIG MAMA; BIGBANG; BIGFLO; BIGONE; BIRA;
Blady; Blase; Bling Bling; Block B; Block B - BASTARZ; BLOO; Blue.D; BlueWhale; BLVN; BoA; BOBBY; Boi B; BOiTELLO;
BOYCOLD; BOYFRIEND; Boys Under The Moon; BRADYSTREET; Brave Girls; Bronze; Brown Eyed Girls; Brown Tigger; Bryn; BTOB;
BTS; BUMKEY; BUMZU; BUZZ; Byeol Sarang; Byun Jin-Sub; C JAMM; C-CLOWN; CAMO; ChaMane; Chamsom; Chan; CHANGMO;
Changstarr*; CHANYEOL; CHEETAH; CHEEZE; CHEN; Cheon Dan Bi; Cherry Bullet; CHO JUNG SEOK; Cho Kyu Chan; Cho Yong Pil;
CHOILB; Choo; Chymes; cignature; CITI; CIX; CL; CLC; Click-B; Clon; Cloudybay; CNBLUE; Cocosori; CODE KUNST; Coogie;
Cool; Cosmic Boy; CRAVITY; CRUCiAL STAR; Crush; D-CRUNCH; D.Ark; D.Holic; D.O.; D1CE; DAKSHOOD; Dalshabet; Darin;
Dasutt; DAVICHI; Davichi; DAY6; DAY6 (Even of Day); Dbo; DEAN; DEEPFLOW; DEMIAN; Deul Guk Hwa; DEUX; DIA; DINDIN;
Dinner Coat; Dizzy Blue; DJ DOC; DJ SOn; DJ Wegun; Dok2; Don Mills; Donutman; Dopein; dosii; DPR LIVE; Dreamcatcher;
dress; Drunken Tiger; Dvwn; DWIGON; Dynamicduo; E SENS; E'LAST; eAeon; EB; Echae Kang; Eddy Kim; EDEN; Eian; EK;
Elaine; ENHYPEN; Epik High; Epitone Project; Eric Nam; ESAE; EVERGLOW; EXID; EXO; EXO-K; EXO-SC; f(x); F.CUZ; FIESTAR;
Fin.K.L; Flowsik; Forestella; From.U; FTISLAND; Futuristic Swaver; G-DRAGON; G2; Gaeko; Gavy NJ; GB9; GD X TAEYANG;
GD&TOP; Geeks; george; GFRIEND; GIRIBOY; Girl's Day; GIRLS ON TOP; Girls' Generation; Girls' Generation-TTS; GIST;
god; Golden Child; Goretexx; Graphy; Grass; GRAY; GreatGuys; GroovyRoom; GSoul; gugudan; Gummy; Gwangil Jo; GWSN; H&D;
H.O.T.; h3hyeon; Ha Dong Qn; Ha Hyunsang; HA SUNG WOON; Ha Yea Song; HA:TFELT; Haeil; HAIL; Han All; Han Yo Han;
Hangzoo; Hanhae; HAON; Hareem; Hash Swan; Haze Moon; HEIZE; Hello Ga-Young; Henry; Herz Analog; HISTORY; homieduel;
Honey Family; Hong Jin Young; Hong Kyung-min; HONGJA; Hoppipolla; Huckleberry Finn; Huckleberry P; Huh Gak; Hui;
Hwa Sa; Hwaji; HyeongseopXEuiwoong; HYOJUNG; Hyolyn; HYOYEON; HYUKOH; HyunA; HyunA&DAWN; I-LAND; I.M; I.O.I; ID:Earth;
Illinit; ILLSON; IMFACT; IN2IT; INFINITE; INFINITE H; Isaac Hong; ITZY; IU; IVY; IZ*ONE; J'Kyun; J-Dogg; j-hope;
J.UNA; J_ust; Ja Mezz; Jade; JAEHA; jaguaa; Jamie; JANG HAN BYUL; Jang Jane; Jang Keun-suk; Jang Minho; Jang Na-ra;
Jang Yoon-Jeong; JANNABI; JAY B; Jay Park; Jayci yucca; JBJ; JeA; jeebanoff; Jeon Sang Keun; JEON SOYEON;
JEON WOO SUNG; JEON WOONG; Jeong Dong Won; JEONG SEWOON; Jeong Yu Jin; Jero; Jerry.K; Jessi; Jessica; Jewelry;
Jiho Givenchy; JIMIN; Jimmy Brown; JINUSEAN; Jinyoung; Jiwoo; JJANGYOU; JJCC; JJK; Jo Hyun Ah; JOE CHO; Johan Kim;
John OFA Rhee; John Park; JONGHYUN; Joohyo; Jooyoung; JTL; Jukjae; Jun Hyo Seong; JUNE; Jung Dong Ha; JUNG ILHOON;
jung jaeil; Jung Seung Hwan; Junggigo; Junggigo Trio; JUNGKEY; Jungyoon and Hyunseo; Junhyeok Seo; JUNIEL; JUNNY;
Junoflo; JUST B; JUSTHIS; Jvcki Wai; JYJ; K.Will; Kajin; KANG DANIEL; Kang Jin; Kang Seung Sik; Kang Seung Yoon;
KangNam, Tae Jin-Ah; KARA; KARD; KASPER; Kassy; KATIE; Kayla; Keem Hyo-Eun; KEEMBO; Kei; KEN; KEY; Khundi Panda;
Kid Milli; Kiggen; KillaGramz; Kim Bum Soo; KIM CHOO JA; Kim Dae Myeung; Kim Feel; Kim Gun Mo; Kim Heejae;
Kim Ho Joong; Kim Hyun Chul; Kim Hyun Joong; Kim Hyunshik; KIM JAE HYUNG; Kim Jeong_uk; Kim Jong Kook; Kim Kwang Seok;
Kim Na Young; Kim Sawol; Kim Sung Jae; Kim Sung Kyu; Kim Ximya; Kim Yeonji; Kim Young Geun; Kim Yuna; KIMMUSEUM;
KIMSEJEONG; kimujoo; KINDA BLUE; KLANG; KOYOTE; Krr; Ku One Chan; Kum Jan Di; Kwak Jin Eon; Kwon Jin Ah;
Kwon Soonkwan; KYUHYUN; LA POEM; LABOUM; LADIES' CODE; LambC; Laybacksound; LAYBRICKS; Layone; Lee Aram; Lee Chan Sol;
Lee Chanwon; Lee Hae Ri; Lee Hyori; Lee Jin Ah; LEE JIN HYUK; Lee Juck; Lee Mi Ja; Lee MinHyuk; Lee Moon Sae;
Lee Mujin; Lee Sang Soon; Lee Seung Gi; LEE SEUNG HWAN; Lee So Ra; Lee Soo; Lee Soo Young; LEE SUHYUN; Lee Sun Hee;
Lee Yejoon; Lee Young Ji; Leebull Kim; LeeHi; Leellamarz; LEES2UN; Lil tachi; lIlBOI; LIM HEON IL; Lim Young Woong;
LISA; Live High; Loco; LOONA; LOONA/yyxy; Loopy; LOOΠΔ / ODD EYE CIRCLE; LOOΠΔ 1/3; Loptimist; Loquence; Lovelybut;
Lovelyz; Lucia; LUCY; Lunafly; Lydia; Lym en; Lyn; M.C the Max; M.O.M; M.O.N.T; M1NU; Mac Kidd; Mad Clown; Maguro;
MAKTUB; MAP6; MARMELLO; Marvel J; MASTA WU; MC haNsAi; MC MONG; Mckdaddy; MCND; meenoi; MelodyDay; MELOH; MeloMance;
Microdot; Mighty Mouth; Minhye J; Minit; MINSEO; Minsu; MIRAE; Miso; miss A; MIYEON; MKIT RAIN; Mommy Son; MOMOLAND;
Monday Kiz; Monogram; Monsta X; Moon Sujin; MoonMoon; msftz; MUSHVENOM; Muzie; MYTEEN; N.Flying; nafla; Nam Hye Seung;
Nam Seung Min; Nam Seungmin; Nana Mellie; Naul; NCT; NCT 2020; NCT U; NELL; Nieah; Night Off; nijuu; NIve; NO:EL;
NOIR; Norwegian Wood; NU'EST; Nucksal; Nuol; O3ohn; OA; oceanfromtheblue; Odee; off the menu; offonoff; Okasian; OLNL;
OMEGA X; ONEE; Onestar; ONEUS; ONEW; ONEWE; ONF; ONG SEONG WU; OnlyOneOf; ONZ; OOHYO; Orange Caramel; Ossh;
Osshun Gum; OuiOui; OVN; Owen; P1Harmony; Paloalto; PANIC; Parc Jae Jung; Park Bom; Park Boram; PARK JI HOON;
Park Mi Kyung; Park Seojin; Park Sung Il; PARK WON; PARKHYUNJIN; Paul Blanco; Paul Kim; Peggy Gou; PENOMECO; PENTAGON;
PENTO; pH-1; pigfrog; PinkFantasy; Pinodyne; PIXY; PLAYBACK; Primary; PRISTIN V; PRODUCE 101; PRODUCE X 101; PSY;
Punch; punchnello; Queen WA$ABII; Rad Museum; Rain; Red Velvet; Red Velvet - IRENE & SEULGI; Reddy; RHYME-A-; Rimi;
RIO; RIPLEY; RM; Rocket Punch; ROCOBERRY; Roh Ji Hoon; ROMEO; Roo'RA; Rothy; Roy Kim; Rtee; Ryu Su Jeong; S.E.S.;
SAAY; Sam Kim; Samuel; Samuel Seo; Sanchez; Sandara Park; Sandeul; Sanullim; Saturday; Saya; SBGB; SE7EN; SECHSKIES;
Secret; Seo actor; Seo In Guk; Seo Inguk; Seo Taiji and Boys; sEODo; SEOHYUN; Seol Hoseung (SURL); Seori; SEULGI;
SEUNGKWAN; SEUNGRI; SEVENTEEN; SF9; SG Wannabe; SHAUN; Shin Hae Gyeong; Shin Joong Hyun; Shin Yong Jae; SHINee;
SHINHWA; SILKYBOIS; Simon Dominic; SINCE; SISTAR; SISTAR19; SKYLE; Skyminhyuk; slchld; Sleepy; Slyme Young; snzae;
So!YoON!; Sohyang; sokodomo; Solji; SOMDEF; Son Dam Bi; Sondia; Song Ga In; Sonnet; South Club; SOYOU; SPEED; Spica;
SS501; Standing Egg; Stella Jang; Stellar; Steve Yoo; Stray Kids; SUDI; Sugarbowl; SUHO; SUMIN; Summer Soul;
Sunday Moon; Sung Si Kyung; SUNMI; Sunmin; SUNNYSIDEMJ; Sunwoojunga; SUPER JUNIOR; SUPER JUNIOR-D&E;
SUPER JUNIOR-K.R.Y.; SUPERBEE; SuperM; SURAN; SUZANNE; Suzy; SWEET SORROW; Swervy; Swings; T-ARA; T.O.P; T1419;
TAEMIN; TAEYANG; TAEYEON; TANGTHEAWESOME; TEEN TOP; The Black Skirts; The BLANK Shop; The Legend; THE MAN BLK;
The Quiett; The VANE; TOMORROW X TOGETHER; ToppDogg; TRADE L; TRCNG; TREASURE; Triple H; Trouble Maker; TVXQ!; U-KISS;
U-KNOW; Uhm Jung Hwa; Un; uncoolclub; UNE; unofficialboyy; Untell; Untitle; Untouchable; UP; Urban Zakapa; V;
Vanilla Acoustic; VANNER; Varsity; VAV; VERIVERY; VICTON; Vincent Blue; VINXEN; VIXX; VMC; VROMANCE; Way Ched;
We Are The Night; Weeekly; WEi; Weki Meki; WENDY; Wetter; Whee In; WINNER; WJSN; Wonder Girls; WONHO; Wonstein;
WONWOO; Woo; woo!ah!; Woodie Gochild; Woody; WOODZ; WOOGIE; Woong San; Woosung; X1; Xbf; XIA; Xydo; Yang Da Il;
Yang Hee Eun; Yang Yoseob; YANGHONGWON; Yeong Rok Jeon; Yeong Tak; YERI; Yerin Baek; YESUNG; YG Family; YongYong;
YONGZOO; Yoo Jae Seok; Yoo Jae-Ha; Yoo Yeon Seok; YooA; Yoon Hyun Sang; Yoon Jong Shin; Yoon Mirae; YOONWON; YOUHA;
Young B; Youngjae; Younha; youra; Yozoh; YTC; Yu Seung Woo; Yubin; YUJU; YUMDDA; Yun DDanDDan; YunB; YUNG CHENS;
YUNHWAY; ZENE THE ZILLA; Zia; ZICO; Zion.T
"""

KOREAN_SINGERS: Final = frozenset(artist_key(name) for name in _NAMES.replace("\n", " ").split("; "))
"""Keys of `bot.artists.artist_key`."""
