"""Whose title makes them an executive, however it is written, and where a text speaks of one. Knows titles; knows no record."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.patterns import Pattern
from bot.domain.plain import plain

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
    "丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵简臧冼佟桑鄢尚芮庾滕郁容荀蔚隗褚宓穆檀沙娄仇虞应宗卓蓝蒲邬楚冷寇那晏骆解车房祖闫哥雷"
)
_CHIEF = r"c[etfiomrpshdal]o|chro|ciso|cxo|cpto"
_ZH = (
    r"(?:副?董事?长)|财务总监|董事(?:局|会)?|董事(?!项|情)|董事们|(?:dong|董) ?(?:shi|事) ?(?:zhang|长)|董秘|(?:联席|副)?总裁|(?:副"
    r"|常务副)?总经理"
    r"|副总(?!监|工|会计|编)|老总|首席|一把手|二把手|三把手|第一负责人|大?老板(?!娘)|老板娘|老大(?!爷|妈|难)|当家|掌门|掌舵|话事人"
    r"|大领导|领导"
    r"|高层|高管|最高负责人|公司负责人|企业负责人|集团负责人|头头|头儿|一号位|一号人物|一号首长|一哥(?!们)|大佬|创始人|合伙人"
    r"|法人(?!单位|资格)"
    r"|法定代表人|东家|实控人|实际控制人|大股东|股东|决策层|决策者|管理层|经营层|领导层|书记(?!员)|行长|院长|校长|社长|会长|理事"
    r"|局长|市长|掌柜"
    r"|主席|总监事|监事|总舵主|主事|舵手|分管领导|班子|总负责|区总|一支笔|带头人|领头人|总指挥|拍板的|说了算的|做主的|管事的|最上面"
    r"|最高层|最大的(?:头|官|boss)|老爷子|上司|上级|大人物|顶头|高管"
    rf"|(?:[{_SURNAMES}]|欧阳|司马|上官|诸葛|[a-z]+ ?)总(?![监部工务额价体共数量结线装站的之会包算代])"
    rf"|(?<![一-鿿])总(?=那边|好[,,。!!]|您)|(?:[{_SURNAMES}]|欧阳|司马|上官)董(?!事)"
)
_PINYIN = (
    r"dong ?shi ?zhang|(?:fu ?)?zong ?jing ?li|(?:fu ?)?zong ?cai|(?:da ?)?lao ?ban|yi ?ba ?shou|lao ?zong|(?:[a-z]+ )?fu ?zong"
    r"|[a-z]{2,6} ?zong(?![a-z])|ling ?dao|gao ?guan|chuang ?shi ?ren"
)
_WHO = r"(?:person|man|woman|guy|lady|one|gentleman|gent|fellow|individual|people|someone|somebody)"
_EN = (
    rf"(?:{_CHIEF})s?|chief (?:\w+ ){{0,3}}officers?|chief exec(?:utive)?s?|chief(?! (?:of staff|engineer|accountant|buyer|architect"
    rf"|technician))"
    r"|c[- ]?(?:suite|level)s?|(?:vice |senior vice )?presidents?|prez|(?:[sergfa]?v\.?p)s?|veep|managing directors?|mds?"
    r"|(?:deputy )?general managers?"
    r"|d?gms?|chair(?:man|men|woman|person|lady)?s?|board (?:members?|directors?|of)|(?:the|their|his|her|its|whole|entire|to|s)"
    r" (?:(?!circuit|white|key|control|notice|main|power|score|bulletin|story|mother)[a-z]+ )?board(?! (?:meeting|room|deck|pack))"
    r"|(?:non[- ]?)?exec(?:utive)? directors?|neds?|(?:co[- ]?)?founders?"
    r"|(?<!account )(?<!process )(?<!product )(?<!deal )(?<!data )(?<!project )"
    r"(?<!budget )(?<!opportunity )(?<!ticket )owners?|proprietors?|principals?(?! engineer| scientist| buyer)|(?:managing|senior"
    r"|general|founding|equity|named) partners?"
    r"|top (?:brass|dog|boss|man|woman|guy|person|floor|management|executives?|execs?|honcho|leaders?|banana|team)|(?:head )?honchos?"
    r"|big (?:boss|cheese|man|guy|chief|shot|wig|kahuna|fish)|bigwigs?|higher[- ]?ups?|number one|no\. ?1|numero uno|boss(?:es)?"
    r"|bossman|leadership"
    r"|(?:upper|senior|executive|top) (?:management|leadership|leaders?|team)"
    r"|(?<!account )(?<!sales )(?<!marketing )executives?(?! (?:summary|assistant|outreach|briefing|secretary|pa))"
    r"|(?<!account )(?<!sales )execs?|kingpin|supremo|gaffer|guv(?:nor)?|governor|directors?[- ]general|company (?:directors?|head"
    r"|secretary)"
    r"|(?:country|group|company|firm|business|regional) (?:head|president|chief|ceo)|head of (?:the )?(?:company|firm|group|business"
    r"|country|house|organisation|organization)"
    rf"|{_WHO} (?:who|that)(?:'s| is)? ?(?:really |actually )?(?:runs?|running|owns?|leads?|heads?|founded|calls? the shots|signs?"
    rf"|in charge|at the top|decides)"
    r"|whoever (?:runs|owns|leads|heads|is in charge|calls|signs|decides|sits)|(?:man|woman|person|guy|lady|one) (?:in charge"
    r"|at the (?:very )?top|upstairs)"
    r"|corner office|at the (?:very )?top|top of the (?:tree|house|company|firm|organisation|organization|pile)|decision[- ]?makers?"
    r"|shareholders?|investors?"
    r"|(?:head|main|top|ultimate|overall|chief) (?:man|woman|boss|chief|honcho)|moguls?|tycoon|magnate|(?:at )?the helm|captain"
    r"|(?:runs?|running|heads?|leads?) (?:the|their|this) (?:show|company|place|business|firm|whole thing)|calls? the shots"
    r"|grand fromage|(?:el )?jefe|(?:c|top|board|director)[- ]level|geschaftsfuhrer(?:in)?|vorstand\w*|pdg|gerente general"
    r"|directeur general|ministers?|mayor|senator|trustees?|dean|commissioners?"
)
EXECUTIVE = Pattern(rf"(?P<zh>{_ZH})|(?<![a-z])(?P<latin>{_EN}|{_PINYIN})(?![a-z])")
_ASSISTANT = Pattern(
    r"(?<!董事会)秘书(?!长)|(?<!董)秘(?![密书诀])|助理|助手|特助|私人助|(?:personal |executive |exec )?assistant(?! (?:vice|general"
    r"|managing"
    r"|president))|"
    r"(?<![a-z])(?:secretary(?!\W?general)|secretaries|[pe]a|chief of staff|gatekeeper|receptionist)(?![a-z])|前台|司机|办公室(?:主任"
    r"|文员|职员|行政)|driver"
)
_OTHERS = Pattern(
    r"总监|(?<!总)经理|主管|主任|部长|科长|处长|厂长|班长|组长|队长|店长|工程师|总工|采购|专员|秘书|文员|会计|出纳|师傅|技术员"
    r"|操作工|质检|研究员|顾问"
    r"|业务员|项目负责人|部门负责人|对接人|接口人|联系人|窗口|仓管|库管|车间|实验员|老师|运维|仓库|工人|财务(?!总)|法务|客服|小组"
    r"|设备|技术|生产|品质|质量|物流|研发"
    r"|(?<![a-z])(?:manager|engineer|head of|head|lead|leader|supervisor|buyer|specialist|coordinator|planner|analyst|accountant"
    r"|technician|foreman"
    r"|forewoman|clerk|consultant|architect|developer|administrator|admin|representative|rep|purchas\w*|procurement|superintendent"
    r"|controller|operator"
    r"|scientist|(?:account|sales) executive|director of|(?:\w+) director|director,|inspector|champion|user|contact|officer|desk|team"
    r"|storekeeper|electrician"
    r"|mechanic|nurse|teacher|designer|researcher|trainer|auditor|scheduler|dispatcher|logistics|maintenance|warehouse|it"
    r"|quality)s?(?![a-z])"
)
_SPOKEN = Pattern(
    r"总监|(?<!总)经理|主管|主任|部长|科长|处长|厂长|班长|组长|队长|店长|工程师|总工(?!会)|采购(?!合同|单|订单|协议|价|量|金额)|专员"
    r"|文员|会计(?!师?事务)|出纳|师傅|技术员|操作工|质检员"
    r"|研究员|顾问|业务员|项目负责人|部门负责人|对接人|接口人|仓管|库管|实验员|运维|(?<![a-z])(?:manager|engineer|head of [a-z]+"
    r"|supervisor|buyer|specialist"
    r"|coordinator|planner|analyst|accountant|technician|forem[ae]n|clerk|consultant|architect|developer|administrator|purchaser"
    r"|procurement|superintendent"
    r"|controller|inspector|scientist|director of [a-z]+|(?:sales|it|plant|operations|production|quality|maintenance|purchasing"
    r"|procurement|logistics|hr|r&d"
    r"|engineering|technical|department|warehouse|marketing|supply chain|site|facilities|project|regional|quality|energy"
    r"|digital) (?:director|lead|head|officer)"
    r"|team lead(?:er)?|storekeeper|electrician|mechanic|designer|trainer|auditor|dispatcher)s?(?![a-z])"
)
_GREATER = Pattern(
    r"assistant (?:vice|general|managing)|(?<!工厂)总经理(?!助理|秘书|办)|(?:board|executive|managing|non[- ]?executive"
    r"|company) (?:director"
    r"|secretary)"
)
_NEGATED = Pattern(r"(?:非|不是|不属于|并非|not (?:an? |on the |in the )?|non[- ]?(?!exec\w* director))$")
_OURS_ZH = Pattern(
    r"(?:我们|咱们?|我司|我方|本公司|敝司|自家|自己|我)(?:自己|公司|这边|这里|家|集团|部门|团队|大区|区域|销售|市场|财务|技术|产品"
    r"|分管|主管|直属|新来|老|大|的|人|那位|这位|位"
    r"|中国区|华东区?|华南区?|华北区?|西南区?)*$|(?:内部|本部|总部)的?$"
)
_OURS_EN = Pattern(
    r"(?:^|[^a-z])(?:our|my)(?: (?:own|sales|regional|new|company'?s?|firm'?s?|group|global|direct|line|big|marketing|finance|country"
    r"|area|deputy|commercial"
    r"|local|team'?s|division'?s|technical|internal|immediate))* ?$"
)
_OURS_AFTER = Pattern(
    r"\s?(?:of|at|in|on|from) (?:ours|our (?:own )?(?:company|firm|team|side|house|group)|us)(?![a-z])|\s?(?:of|for) (?:our|my) own"
)
_THEIRS_AFTER = Pattern(
    r"'?s? ?(?:contacts?|counterparts?|friends?|over at|at|in charge at|of (?!ours|our))(?![a-z])"
    r"|(?:的)?(?:朋友|同学|熟人|老同学|客户|在)"
)


_NEAR = 60
"""Characters before and after a title that tell whose it is."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a text speaks of an executive. ours: of our own house. assistant: it is their assistant who is meant.

    negated: that somebody is none.
    """

    start: int
    end: int
    words: str
    ours: bool = False
    assistant: bool = False
    negated: bool = False


def is_executive(title: str) -> bool | None:
    """Whether somebody with this title is one; None where the title tells nothing. An executive's assistant is none."""
    said = plain(title).strip()
    if _GREATER.search(said) and not _ASSISTANT.search(_GREATER.sub("", said)):
        return True
    if _ASSISTANT.search(said):
        return False
    if any(not _NEGATED.search(said[: found.start()]) for found in EXECUTIVE.finditer(said)):
        return True
    return False if _OTHERS.search(said) or EXECUTIVE.search(said) else None


def executives_in(said: str) -> tuple[Mention, ...]:
    """Where `said` (as `plain` gives it) speaks of executives, in order."""
    return tuple(_mentions(said))


def others_in(said: str) -> str:
    """The first title in `said` (as `plain` gives it) that is none of an executive's, "" where there is none."""
    found = _SPOKEN.search(EXECUTIVE.sub(lambda one: " " * len(one[0]), said))
    return found[0] if found else ""


def _mentions(said: str) -> Iterable[Mention]:
    for found in EXECUTIVE.finditer(said):
        before, after = said[max(0, found.start() - _NEAR) : found.start()], said[found.end() : found.end() + _NEAR]
        ours = bool(_OURS_ZH.search(before) or _OURS_EN.search(before)) and not _THEIRS_AFTER.match(after)
        yield Mention(found.start(), found.end(), found[0].strip(), ours or bool(_OURS_AFTER.match(after)), _assists(before, after),
                      bool(_NEGATED.search(before)))


def _assists(before: str, after: str) -> bool:
    follows = re.match(r"(?:'s|s')?的?那?个?位? ?", after)
    rest = after[follows.end() :] if follows else after
    if (found := _ASSISTANT.match(rest)) and found.start() == 0:
        return True
    return bool(re.search(r"(?:assistant|secretary|(?<![a-z])[pe]a)(?: to| of| for)? (?:the |their |his |her )?(?:\w+'?s? )?$", before))
