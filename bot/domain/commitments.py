"""What a text promises: price, payment, warranty, liability, delivery, and whether a rep may promise it. Knows no addressee."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.numerals import FIGURE, HAN, value_of
from bot.domain.patterns import Pattern
from bot.domain.policy import Authority, Ground, Reason

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {name: number for number, name in enumerate(_UNITS)} | {name: 10 * number for number, name in enumerate(_TENS, 2)}
_SPELT = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_NUMBER = rf"(?:{FIGURE}|(?:{_SPELT})(?:[- ](?:{_SPELT}))?(?![a-z])|half(?= a)|an?(?= (?:year|month|quarter|week)))"
_PARTS = {
    "half": 50, "third": 100 / 3, "quarter": 25, "fifth": 20, "sixth": 100 / 6, "seventh": 100 / 7, "eighth": 12.5, "ninth": 100 / 9,
    "tenth": 10, "two thirds": 200 / 3, "three quarters": 75, "two fifths": 40,
}  # fmt: skip
_CLAUSE = Pattern(r"[^,。;!?\n]+")
_PERCENT = Pattern(
    rf"百分之(?P<zh>{FIGURE})|(?P<figure>{_NUMBER})[ -]?(?:%|percent(?:age points?)?|per cent|pct|个百分点|百分点|个点|(?:points?"
    rf"|pts?)(?![a-z]))"
)
_BARE = Pattern(
    r"(?:discount|折扣|rebate)(?: rate)?(?: of| to| at| is|为|是|到|给到|给|改成|:|=| )* ?(?P<after>\d{1,2}(?:\.\d+)?)(?![\d.]"
    r"| ?[%折个点万元k天日月号])"
    r"|(?<![\d.,])(?P<before>\d{1,2}(?:\.\d+)?) off(?![a-z])"
)
"""A discount said without its sign; below one it is what is left to pay."""
_FOLD = Pattern(rf"(?P<figure>\d+(?:\.\d+)?|{HAN}{{1,3}}(?:点{HAN})?)折(?![旧叠合腾算射返])")
_TENTHS = Pattern(rf"(?P<figure>{HAN}|\d)成(?!功|本|立|交|员|为|都|果|长|熟|品|型|分|套|年|色)")
_PART = Pattern(rf"(?<![a-z])(?:an? |one )?(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})(?![a-z])")
_CHEAPER = Pattern(
    r"折|让|优惠|降|减|便宜|下浮|下调|返点|返利|返|少(?:收|要|算)|抹|砍|(?<![a-z])(?:off|discount\w*|rebates?|cheaper|less|lower\w*"
    r"|cut|reduc\w+|knock\w*"
    r"|concessions?|drop\w*|shav\w+|mark\w* ?down|slash\w*|down|below list|under list|haircut|price break|sweeten\w*|trim\w*|deduct\w*"
    r"|credit|allowance)(?![a-z])"
)
_QUOTING = Pattern(
    r"给(?:到|他|她|客户|对方|他们)?(?=百分之|[\d一二两三四五六七八九十])|(?<![a-z])(?:give|grant|allow|concede|accept|agree\w*)(?![a-z])"
    r"|报价|价格|单价|总价|售价|折扣|(?<![a-z])(?:quot\w+|pric\w+|offer\w*|proposal)(?![a-z])"
)
_OTHER_SHARES = Pattern(
    r"预付|首付|定金|订金|尾款|发货款|验收款|税|增长|提升|提高|毛利|可用|精度|准确|良率|合格|节省|节约|节能|降本|能耗|故障|停机|误报"
    r"|漏检|库存|市占|份额|完成|概率|把握|赢率|"
    r"(?<![a-z])(?:margin|deposit|up ?front|in advance|down ?payment|vat|tax|gst|growth|grew|uptime|availab\w+|accura\w+|yield"
    r"|savings?|saved?|energy|downtime"
    r"|scrap|failures?|alarms?|probab\w+|likel\w+|win rate|utili[sz]ation|humidity|battery|load|share)(?![a-z])"
)
_MORE = Pattern(
    r"再|另外|额外|叠加|折上|外加|加上|之后又|(?<![a-z])(?:on top|additional(?:ly)?|another|extra|further|plus|as well|then|and|also"
    r"|combined)(?![a-z])"
)
_MONEY = (
    r"(?:[$€£¥]|(?:rmb|usd|eur|gbp|cny) ?)\s?\d[\d,.]{0,14}\s?(?:k|m|万)?|\d[\d,.]{0,14}\s?(?:k|元|块|万|千|usd|rmb|eur|gbp|cny"
    r"|dollars?|euros?"
    r"|pounds?|grand)"
    r"|[一二两三四五六七八九十百千]+(?:万|千|百)(?:元|块)?|[一二两三四五六七八九十百千]+(?:元|块)"
)
_LESS_MONEY = Pattern(
    rf"(?:优惠|便宜|降|减|让|少收|少要|抹|砍|返)(?:了|个|掉|去|价|给)?[^,。;!?%折]{{0,4}}?(?:{_MONEY})"
    rf"|(?:{_MONEY})(?: \w+)? (?:off|discount|cheaper|less|credit|rebate|reduction)(?![a-z])"
    rf"|(?<![a-z])(?:knock|take|cut|drop|discount of|reduce by|credit of|shave|rebate of|minus)[a-z ]{{0,16}} ?(?:{_MONEY})"
)
_FROM_TO = Pattern(
    r"(?:从|from)\s?(?P<high>\d[\d,.]{0,14})\s?(?:万|元|块|k)?[^,。;!?\d%]{0,8}(?:降到|降至|减到|改到|改成|到|to"
    r"|down to)\s?(?P<low>\d[\d,.]{0,14})(?!\s?(?:天|日|day|月|month|周|week|点|%|pm|am|:|号))"
    r"|(?P<low2>\d[\d,.]{0,14}) (?:instead of|rather than|not|against) (?P<high2>\d[\d,.]{0,14})(?! ?(?:day|month|week|%))"
)
_PRICES = Pattern(
    r"成本价|底价|最低价|跳楼价|亏本|半价|对折|骨折价|友情价|内部价|员工价|出厂价|特价|特批|破例|一折|白菜价|最惠|保价"
    r"|买[一二三1-9\d]+送|白送|赠送|不赚钱|平进平出|倒贴"
    r"|(?:跟|和|与|按)[^,。;!?]{1,12}(?:的)?(?:价格?|报价)(?:一样|持平|看齐|走|对齐|给)|比[^,。;!?]{1,12}(?:便宜|低)|价格?(?:跟|对)齐"
    r"|随便(?:打|给|报)|要多少(?:折|给)|大幅(?:优惠|降价|让利)"
    r"|便宜(?:点|些|一点|一些)|少(?:算|收|要)(?:点|些|一点)|再低(?:点|些)|抹零|零头|价格?(?:再|可以|能)?(?:低|松|商量)|打(?:个|点|些"
    r"|一点)?折(?!扣率|旧)|让(?:点|些|一点)?利|降(?:点|些|一点)?价|价格(?:降|让|松|放)|折扣(?:放|给|拉|加)(?:到最?大|满"
    r"|宽|大)|最大(?:的)?折扣|最优惠"
    r"|(?<![a-z])(?:half[- ]price|half off|match(?:ing|es)? [a-z' ]{0,30}(?:prices?|quotes?|offers?|bids?)"
    r"|beat(?:ing)? [a-z' ]{0,30}(?:prices?|quotes?"
    r"|offers?|bids?)|undercut\w*|at cost|cost price"
    r"|below (?:cost|list|floor|the floor)|rock[- ]bottom|best (?:possible )?price|lowest price|floor price|buy one|bogof|for nothing"
    r"|price[- ]match\w*|special price|staff price|"
    r"friends and family|whatever (?:discount|price)|any (?:discount|price)|(?:name|set) (?:his|her|their) (?:own )?price|(?:bigger"
    r"|deeper|larger|better|huge|massive|max(?:imum)?) discount"
    r"|lower (?:the|our|his|her|their) price|cut (?:the|our|his|her|their) price|drop (?:the|our|his|her|their) price|price (?:cut"
    r"|drop|reduction)|cheaper (?:price|rate|deal)"
    r"|(?:do|go) better on price|go lower|sweet deal|discount code|(?:a|some|an? \w+) discount(?! (?:of|policy))|dump\w* price)(?![a-z])"
)
_DAYS = Pattern(
    rf"net[- ]?(?P<net>\d+)|(?P<figure>{_NUMBER})[ -]?(?P<unit>个?(?:自然|工作)?[天日]|个?月|个?季度|个?星期|周|年|(?:calendar "
    rf"|business |working )?days?|months?"
    r"|quarters?|weeks?|years?)(?![a-z])"
)
_UNIT_DAYS = (("季", 90), ("quarter", 90), ("月", 30), ("month", 30), ("周", 7), ("星期", 7), ("week", 7), ("年", 365), ("year", 365))
_PAYING = Pattern(
    r"账期|帐期|付款|月结|赊|回款|支付|结款|结账|结算|付清|信用期|货款|(?:再|才|后|内)付|(?<![a-z])(?:net|payments?|pay(?:s|ing)?"
    r"|(?:payment|credit) terms|terms|credit|invoices?|settle\w*)(?![a-z])"
)
_OVERDUE = Pattern(
    r"逾期|拖欠|欠款|欠了|已过期|超期|(?<![a-z])(?:overdue|past due|late|outstanding|owed?|owes|in arrears|ago|since)(?![a-z])"
)
_PAY_LATER = Pattern(
    r"分期|赊账|(?:晚|迟|缓|推迟|延后|拖后?)(?:几|两|一|三|\d)?(?:个)?(?:天|周|月)?(?:再)?(?:付|结|给钱|打款)|推迟付|延后付|赊销"
    r"|卖完再|(?:明年|年底|年后|下季度|以后|有钱|验收后)[^,。;!?]{0,3}(?:再|才)(?:付|结|给)|延期付款|晚点付|缓付|缓缴"
    r"|延付|(?:延长|放宽|拉长|加长|延)[^,。;!?]{0,4}[账帐]期"
    r"|[账帐]期(?:再)?(?:延|放|拉|加|宽|给)|付款[^,。;!?]{0,4}(?:延|放宽|宽限)|免(?:定金|预付|首付)|零首付|不(?:用|要|需)(?:预付|定金"
    r"|首付)|先货后款|先发货后(?:付|收)|代销|寄售|押批|"
    r"(?<![a-z])(?:(?:extend\w*|longer|relax\w*|stretch\w*|loosen\w*|generous|flexible|double) (?:the |their |his |her )?(?:payment"
    r"|credit)(?: terms?)?|(?:more|extra) time to pay"
    r"|(?:extend|stretch|relax) (?:the |their )?terms|pay (?:us )?(?:later|next year|whenever|when(?!\w)|after)|instal?l?ments?"
    r"|deferred? (?:payment|billing)|defer the payment"
    r"|postpone (?:the )?payment|consignment|on credit|(?:pay|payment) (?:at|by) (?:the )?(?:year[- ]end|end of (?:the )?year)"
    r"|split the payments?|no deposit|waive the deposit|payment holiday|open account)(?![a-z])"
)
_WARRANTY = Pattern(r"质保|保修|维保|三包|质量保证期|(?<![a-z])(?:warrant(?:y|ies)|guarantee period|coverage)(?![a-z])")
_WARRANTY_MORE = Pattern(
    r"延保|(?:延长|加长|多送|多给|加|增加|免费|送|再)[^,。;!?]{0,5}(?:质保|保修|维保)|(?:质保|保修|维保)[^,。;!?]{0,4}(?:延|加|翻|终身"
    r"|永久|终生|多)|终身|终生|"
    r"(?<![a-z])(?:(?:lifetime|extend\w*|longer|extra|double|unlimited|additional|free)(?: [a-z]+){0,2} (?:warrant(?:y|ies)|coverage"
    r"|guarantee)|(?:extra|another|additional)"
    r" (?:\w+ )?(?:year|months?) of (?:warranty|cover))(?![a-z])"
)
_LIABLE = Pattern(
    r"无限责任|全部责任|责任(?:上限|封顶|条款|限额|范围)|(?:承担|负|兜)[^,。;!?]{0,10}(?:责|损失|赔偿|后果|费用)|(?:赔偿|赔付|违约金"
    r"|罚款|罚金|罚则|扣款)|连带|(?:全|照|包|都|我们)赔|赔(?:给|他|她|钱|多少)|间接损失|兜底|全责|"
    r"(?<![a-z])(?:liab(?:le|ilit(?:y|ies))|indemni\w+|liquidated damages|penalt(?:y|ies)|uncapped|(?:no|without (?:a|any)?) ?(?:cap"
    r"|limit)|(?:pay|pays|cover|reimburse|compensate)\w* (?:for )?(?:all |any |them|him|her|their|the)+(?: [a-z]+)?|hold (?:them |him "
    r"|her )?harmless"
    r"|consequential (?:loss|damage)\w*|lds?"
    r"|cover (?:all |any |their )?(?:the )?(?:loss|damage|cost|downtime)\w*|take (?:full )?responsib\w+)(?![a-z])"
)
_STANDARD = Pattern(
    r"标准(?:的)?(?:责任|合同|条款|版)|(?<![a-z])(?:our |the )?standard (?:\w+ )?(?:liab\w+|terms?|clauses?|contract|conditions"
    r"|wording|warranty)(?![a-z])"
)
_ALTERED = Pattern(
    r"取消|删|去掉|放开|提高|无限|不限|例外|(?<![a-z])(?:uncapped|unlimited|without|remov\w+|rais\w+|drop\w*|chang\w+|delet\w+"
    r"|except\w*|lift\w*|double\w*|strike)(?![a-z])"
)
_LATE_FEE = Pattern(
    r"滞纳金|逾期(?:费|利息|罚息|金|违约金|的?利息)|罚息|延期(?:付款)?(?:费|利息)|(?<![a-z])(?:late[- ](?:payment )?(?:fees?|charges?"
    r"|interest|penalt\w+)|overdue (?:fees?|interest|charges?)"
    r"|(?:penalty |default )interest|interest (?:on|for) [a-z ]{0,20}(?:late|overdue))(?![a-z])"
)
_WAIVED = Pattern(
    r"免|减|不收|取消|算了|抹|不要了|不用(?:付|交|给)|别收|勾销|退(?:给|还|回)|一笔带过|(?<![a-z])(?:waiv\w+|drop\w*|forget\w*"
    r"|writ\w+ off|remov\w+|cancel\w*|let \w+ off|forgiv\w+|no|not|"
    r"won't|don't|without|refund\w*|scrap\w*|skip\w*|reduc\w+|halv\w+|credit\w*|reverse\w*|strik\w+|overlook\w*|ignore\w*)(?![a-z])"
)
_PROMISES = Pattern(
    r"独家|排他|源代码|源码|退款|全额退|无条件退|包退|包换|包赔|锁价|价格(?:锁定|不变|冻结)|不涨价|随时(?:可以)?(?:解约|退|终止)"
    r"|无理由|免费(?!试用|电话|参观|参加|咨询|热线|注册|报名|的?(?:研讨|讲座|直播))"
    r"|不收(?:费|钱)|不要钱|免单|免(?:安装|运|服务|年|培训|实施|维护|检测)费|回购|对赌|(?<!质量)(?<!担保)保证(?!金|书)|承诺(?!函模板)"
    r"|担保|打包票|拍胸脯|立军令状|优先供货|专供|买断|包(?:修|邮|运费|税)|(?:运费|差旅|费用|税)[^,。;!?]{0,4}(?:我们出|我们承担|我方"
    r"|我们付|算我们)|补充协议|抽屉协议|口头答应|开(?:个)?口子"
    r"|特殊条款|豁免|永久授权|永久免|无限(?:次|期|量)|(?:交期|交货|发货|到货|工期)[^,。;!?]{0,5}(?:缩|压|提前|改|加急)|(?:缩短|压缩"
    r"|提前)[^,。;!?]{0,6}(?:交期|交货|工期|发货)|加急|插单|优先排产|"
    r"(?:答应|同意|接受|满足)(?:他|她|它|客户|对方|们|的|所有|全部){0,4}(?:要求|条件|条款)"
    r"|(?<![a-z])(?:exclusiv\w+|source code|refund\w*|money[- ]back|price (?:lock|freeze|hold|guarantee)|(?:lock|freeze"
    r"|hold)(?:ing)? (?:the |our |their |his |her )?price\w*"
    r"|(?:never|not|won't) (?:raise|increase) (?:the |our )?price\w*|cancel (?:at )?any ?time|free of charge|for free"
    r"|free (?:installation|install|service|support|training|upgrade\w*|licen[sc]e\w*"
    r"|seats?|units?|months?|years?|shipping|delivery|spare\w*|parts?|hardware|maintenance|calibration|sensors?|gateways?"
    r"|replacement\w*|repairs?)|no (?:extra )?(?:charge|cost)|at no (?:extra |additional )?cost"
    r"|complimentary|throw(?:ing)? in|on the house|gratis|foc|on us|buy[- ]?back|(?<!as )(?<!bank )guarantee[sd]?|guaranteeing"
    r"|(?<!as )(?<!i )(?<!we )promis(?:e|es|ing)(?!d)|(?:we|i) promise|commit(?:ting|ment|s)? (?:to|that|on)"
    r"|pledg\w+|swear|give (?:him|her|them|\w+) our word|side letter|make an exception|as an exception|special terms|waiv\w+|unlimited"
    r"|perpetual|most[- ]favou?red|mfn|non-?compete"
    r"|assign (?:the |our )?ip|ip (?:rights|ownership)|own the ip|expedit\w+|rush (?:the |their )?(?:order|delivery|shipment)"
    r"|jump the queue|shorten\w* [a-z ]{0,12}lead[- ]?time\w*|"
    r"deliver\w*[a-z ]{0,16}(?:early|guaranteed|no matter|come what may|or (?:it'?s free|your money))|(?:agree|accept"
    r"|say yes) to (?:all |any |whatever )?(?:of )?(?:his|her|their|the (?:customer|client)'?s?|every)"
    r" ?(?:demands?|terms|conditions|requests?|redlines?|changes)|sign (?:off )?(?:whatever|anything))(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Promises:
    """What a text promises. outside: beyond a rep's authority; within: a price that a rep may give, "" where none is spoken of."""

    outside: tuple[Ground, ...]
    within: str = ""


def promises_in(said: str, authority: Authority, *, asked: bool = False) -> Promises:
    """What `said` (as `bot.domain.plain.plain` gives it) promises, measured at what a rep may promise.

    asked: these are words to us about what is to be promised, in which a bare percentage is a discount.
    """
    found = tuple(discounts_in(said, bare=asked))
    outside = [Ground(Reason.PRICING_OUTSIDE_POLICY, words) for words in _beyond(found, said, authority)]
    outside += [Ground(Reason.PRICING_OUTSIDE_POLICY, one[0].strip()) for one in _LESS_MONEY.finditer(said)]
    if not found:
        outside += [Ground(Reason.PRICING_OUTSIDE_POLICY, one[0].strip()) for one in _PRICES.finditer(said)]
    outside += [Ground(Reason.COMMITMENT_OUTSIDE_POLICY, words.strip()) for words in _commitments(said, authority)]
    return Promises(tuple(dict.fromkeys(outside)), found[0][1] if found else "")


def discounts_in(said: str, *, bare: bool = False) -> Iterator[tuple[float, str]]:
    """The discounts that `said` speaks of: percent off, with the words; `bare` percentages, too, that nothing says otherwise of."""
    for clause in _CLAUSE.findall(said):
        for one in _FOLD.finditer(clause):
            value = value_of(one["figure"])
            yield max(0.0, 100 - (value * 10 if value <= 10 else value)), one[0]  # noqa: PLR2004 - 八 and 八五 are both said
        if _CHEAPER.search(clause):
            yield from ((_PARTS[one["part"]], one[0]) for one in _PART.finditer(clause) if not _elsewhere(clause, one))
            yield from ((value_of(one["figure"]) * 10, one[0]) for one in _TENTHS.finditer(clause) if not _elsewhere(clause, one))
        for one in _BARE.finditer(clause):
            value = float(one["after"] or one["before"])
            yield (100 * (1 - value) if value < 1 else value), one[0]
        if bare or _CHEAPER.search(clause) or _QUOTING.search(clause):
            yield from _percents(clause)
    for one in _FROM_TO.finditer(said):
        high, low = (_plain_value(one[name] or one[f"{name}2"]) for name in ("high", "low"))
        if high > low > 0:
            yield 100 * (1 - low / high), one[0]


def number_in(words: str) -> float:
    """The value of a number in figures, in Chinese characters or in English words, up to 199."""
    if words in {"a", "an"}:
        return 1
    if words == "half":
        return 0.5
    if words[0].isascii() and words[0].isalpha():
        return float(sum(_NUMBERS[part] for part in re.findall(r"[a-z]+", words)))
    return value_of(words)


def _elsewhere(clause: str, one: re.Match[str]) -> bool:
    return bool(_OTHER_SHARES.search(clause[max(0, one.start() - 6) : one.end() + 12]))


def _plain_value(figure: str) -> float:
    digits = figure.replace(",", "").rstrip(".")
    return float(digits) if digits.count(".") <= 1 else 0.0


def _percents(clause: str) -> Iterator[tuple[float, str]]:
    for one in _PERCENT.finditer(clause):
        around = clause[max(0, one.start() - 12) : one.end() + 16]
        near = clause[max(0, one.start() - 6) : one.end() + 12]
        if not _OTHER_SHARES.search(near) or (_CHEAPER.search(around) and not _OTHER_SHARES.search(around)):
            yield number_in(one["zh"] or one["figure"]), one[0]


def _beyond(found: tuple[tuple[float, str], ...], said: str, authority: Authority) -> Iterator[str]:
    limit = authority.discount_pct + 1e-9
    yield from (words for percent, words in found if percent > limit)
    if len(found) > 1 and _MORE.search(said):
        left = 1.0
        for percent, _ in found:
            left *= 1 - min(percent, 100) / 100
        if 100 * (1 - left) > limit:
            yield " + ".join(words for _, words in found)


def _commitments(said: str, authority: Authority) -> Iterator[str]:
    for clause in _CLAUSE.findall(said):
        yield from _lengths(clause, authority)
        if (fee := _LATE_FEE.search(clause)) and (_WAIVED.search(clause[: fee.start()]) or _WAIVED.search(clause[fee.end() :])):
            yield fee[0]
        if (liable := _LIABLE.search(clause)) and (not _STANDARD.search(clause) or _ALTERED.search(clause)):
            yield liable[0]
    for pattern in (_PAY_LATER, _WARRANTY_MORE, _PROMISES):
        yield from (one[0] for one in pattern.finditer(said))
    if (fee := _LATE_FEE.search(said)) and _WAIVED.search(said.replace(fee[0], "")):
        yield fee[0]


def _lengths(clause: str, authority: Authority) -> Iterator[str]:
    paying, warranty = _PAYING.search(clause), _WARRANTY.search(clause)
    for one in _DAYS.finditer(clause):
        days = float(one["net"]) if one["net"] else number_in(one["figure"]) * _unit_days(one["unit"])
        near = clause[max(0, one.start() - 14) : one.end() + 14]
        if warranty:
            if days > authority.warranty_months * 30.5:
                yield f"{one[0]} {warranty[0]}"
        elif (one["net"] or paying) and days > authority.payment_days and not _OVERDUE.search(near):
            yield one[0]


def _unit_days(unit: str) -> float:
    return next((days for word, days in _UNIT_DAYS if word in unit), 1)
