"""Whom a text goes to, as far as its words tell: executives, colleagues, others. Knows titles and grammar; knows no record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.domain.patterns import Pattern
from bot.domain.titles import Mention, executives_in, is_executive, others_in

_STRONG_ZH = (
    "抄送给?|密送给?|转达给?|转告|转交给?|转呈给?|转发给|转给|发给|发送给|发到|寄给|寄到|送给|送到|交给|呈给|呈|报给|写给|回给|推给"
    "|说给|讲给|传给|递给|带给|捎给|卖给|回复|答复|告诉|告知|通知|提醒|邀请|邀|联系|感谢|祝贺|恭喜|慰问|问候|催|致|@|cc:?|"
    "换成|改成|改为|替换成|换为|抬头|称呼|收件人|收信人|同步给?|汇报给|请示|给|约|宴请|招待|款待|安抚"
)
_STRONG = Pattern(rf"(?:{_STRONG_ZH})(?P<who>[^,。;!?\n]{{1,26}})")
_ENDS_ZH = Pattern(
    r"说|讲(?!师)|关于|表示|介绍|提到|里面|内容|,|。|(?<=[一-鿿])(?:写|发|回|寄|送|起草|准备|留|捎|祝|道歉|解释|汇报|确认|打|报价|提"
    r"|拟|问)"
)
_WEAK = Pattern(
    r"(?:跟|向|对|和|与|同(?![事学步意时一样行]))(?P<a>[^,。;!?]{1,16}?)(?:说|讲|聊|约|确认|沟通|道|打|解释|提|谈|联系|问|汇报|致|表示"
    r"|说明|报|反馈|介绍"
    r"|传达|转达|承诺|保证|申请|请求|交代|交待|吃|喝)"
    r"|(?:请|让|叫|托|求|麻烦|通过)(?P<b>[^,。;!?]{1,16}?)(?:转|代|看|过目|吃|喝|审|签|出席|参加|来|帮|把|给|批|定|考虑|拨冗|指|抽"
    r"|确认|提供|回|安排|知道|带|交|收|同意|明白|放心|传|捎|搓|打)"
)
_AFTER_ZH = Pattern(
    r"(?:那边|那里|本人|办公室|办|邮箱|信箱)?(?:(?:也|都|亲自|同时|一并|一起)(?:要|会|得|能|可以|想|好)?(?:发|抄|收|看|知道|知会|同步"
    r"|转|阅|有|给)"
    r"|抄|收一|也在|在群|在抄送|过目|要一份|来一份|有一份|一份|亲启|亲收|亲阅|台鉴|敬启|(?:必须|得|应该|要)(?:看到|收到|知道))"
)
_HEADS_EN = Pattern(
    r"(?<![a-z])(?:(?<!introduced us )(?<!introducing us )(?<!talked )(?<!spoke )(?<!spoken )(?<!belongs )(?<!reports )"
    r"(?<!according )(?<!due )(?<!met )(?<!access )to"
    r"|e-?mail|mail|message|text|ping|dm|tell|inform|notify|invite|thank|congratulate"
    r"|remind|ask|b?cc(?:'?ed|ing)?:?|copy(?:ing)?|loop(?:ing)? in|include|including|forward|reply|respond|answer|write|send|for|brief"
    r"|update|wish|offer|give|quote|promise|call|chase|nudge|drop|shoot|greet|attn:?|attention:?|dear|hi|hello|approach|contact"
    r"|reassure|assure"
    r"|share with|follow up with|touch with|back to|base with|in with|up with|via|through|show|present|let|swap\w* [a-z ]+ (?:for"
    r"|with)|replace [a-z ]+ (?:by|with)|treat|take|book|dinner with|lunch with|drinks with|golf with|buy|persuade|warn|welcome"
    r"|introduce)(?![a-z]) ?"
)
_STOP_EN = Pattern(
    r"[.;!?\n]|(?<=[a-z]{3}):| (?:about|regarding|re|concerning|that|saying|says|because|since|why|what|how|when|where|if|whether"
    r"|thanking|asking"
    r"|explaining|mentioning|after|before|from|by|as|while|but|know|who|on)(?![a-z])"
    r"|(?<!and)(?<!or)(?<!,)(?<!&)(?<!plus)(?<!of)(?<!at)(?<!to)(?<!with)(?<!both)(?<!also)(?<!for)(?<!via)(?<!^) (?:the|a|an|their"
    r"|his|her|its|our|this|that|these|some|my|your|in|next|today|tomorrow)(?![a-z])"
)
_AFTER_EN = Pattern(
    r"'?s? ?(?:(?:of|at) [a-z ]{1,24}? )?(?:(?:can|should|must|will|needs?|has|have|gets?|could|would|may|also|to|too|himself|herself"
    r"|directly|and) ?)*(?:see|sees|read|reads|get|gets|receive|receives|hear|hears|copied|on copy|in copy|on cc|in cc|in the loop"
    r"|in the to)(?![a-z])"
)
_RELAY = Pattern(
    r"转(?:给|交|达|呈|告|发|述|递|一下|到|寄)|代(?:转|呈|交|为|送)|呈|过目|带(?:个|句|几句)?话|捎|给(?:他|她|领导|老板|本人)(?:看|过"
    r"|读|听|签)|念给|读给|递(?:给|交|上)|亲启|送到|放到|打印|"
    r"(?<![a-z])(?:pass(?:ed|ing|es)?|forward\w*|relay\w*|hand(?:ed|ing|s)? (?:it|this|that|over|on)|for (?:him|her)|show\w*"
    r"|tell (?:him|her|them)|let (?:him|her|them) (?:know|see|have)|convey\w*|deliver\w*|attention|attn|bring\w*|put (?:it"
    r"|this) (?:in front|on)|print\w*|read out|give (?:it"
    r"|this)|get (?:it|this) to"
    r"|reach(?:es)? (?:him|her|the)|onto|lay (?:it|this)|so (?:he|she|the|that)|on to|up to|sign\w*)(?![a-z])"
)
_DEPARTMENTS = (
    "法务|财务|售后|售前|产品|研发|交付|市场|销售|技术支持|技术|支持|客服|人事|采购|质量|品质|物流|仓库|行政|运营|商务|区域|大区|华东"
    "|华南|华北|西南|中国区|总部|全国"
)
_OURS = Pattern(
    rf"(?:(?:我们|咱们?|我司|本公司|本部门|公司内部|内部)(?:{_DEPARTMENTS}|公司|内部|自己|自家|这边|那边|的|新来的|直属|分管|大|老|小"
    rf"| ){{0,4}}"
    rf"(?:{_DEPARTMENTS}|团队|组|同事|部门|部|同学|总监|经理|主管|老板|领导|自己人?|公司|内部|群|全体|人|老总|总裁|总经理|董事长|副总"
    rf"|(?:presales|pre-sales|sales|marketing"
    r"|finance|legal|hr|it|team|vp|ceo|cfo|coo|cto|product|support|ops)(?: team)?(?![a-z]))(?!.{0,8}(?:客户|甲方|合作|供应商|代理))"
    r"|我的?(?:老板|领导|经理|上司|主管|总监|大区|同事|团队|组|部门|直属)|同事|内部|全组|全员|全公司|大家|团队|各位|组里|部门"
    rf"|(?:{_DEPARTMENTS})(?:部|组|同事|团队|那边的同事)"
    r"|(?:(?:to )?(?:all )?(?:our (?:own |new )?(?:team|colleagues?|staff|finance|legal|sales|marketing|product|support|engineering"
    r"|engineers?|service|delivery|warehouse"
    r"|logistics|hr|it|people|internal|back office|group|squad|company|office|crew|presales|board|ops|operations|technical|quality"
    r"|purchasing|accounting|field|inside|lawyers?"
    r"|counsel|accountants?|controllers?|managers?|directors?|reps?|sellers?|developers?|designers?|technicians?|installers?)"
    r"|my (?:own )?(?:manager|boss|colleagues?|team(?:mates?)?|director|supervisor|lead|peers?|line manager|group|sales manager)|(?:a "
    r"|the |your )?colleagues?|teammates?"
    r"|(?:everyone|everybody|people|folks|someone) (?:in|on|at|from) (?:our|my|the) (?:team|office|company|department|side)"
    r"|internal(?:ly)?|in-house|our side"
    r"|the (?:sales|presales|delivery|support|finance|legal|product|whole|wider|service) team)(?![a-z]|'s|s'| (?:client|customer"
    r"|contact|account(?!s)|partner|supplier|prospect))))"
)
_SHORT = 2
_TOLD = Pattern(
    r"(?:告诉|告知|通知|提醒|转告)[^,。;!?和与及跟、]{1,8}?(?:部长|(?<!总)经理|总监|主任|厂长|主管|科长|工程师)(?![的和与及跟、秘助])"
)
"""Somebody who is told something, and what they are told follows."""
_JOINED = Pattern(r"\s?(?:[和与及跟同、&+/,]|and|or|plus|as well|along|together|还有|以及|加上)")
_PRONOUN = Pattern(
    r"(?:it|this|that|them|him|her|him or her|it over|me|us|myself|他|她|它|我|自己|你)?\W*$|me(?![a-z])|us(?![a-z])|我(?!们)"
    r"|自己(?![的人])"
)
_NOT_OURS = Pattern(r"非内部|不是内部|外部|not internal|external")
_CONTEXT_OURS = Pattern(
    r"our own|our company|internal|colleague|我们自己|我司|我们公司|内部|同事|本公司|one of ours|in-house|teammate|employee of ours"
    r"|我们的(?:人|员工)"
)
_TITLED = Pattern(r"(?P<name>[^;,。\n=:]*?)\s*[,:]?\s*(?:job )?(?:title|职务|职位|头衔|岗位)\s*(?:=|:|为|是|is)\s*(?P<title>[^;。\n]*)")
_BRACKET = Pattern(r"(?P<name>[^;,。\n()]{1,40})\((?P<title>[^()\n]{2,40})\)")


_SOMEONE = Pattern(
    r"(?<![大中最])[小老阿][一-鿿](?![一-鿿]{2})|[一-鿿](?:工|姐|哥|先生|女士|小姐)(?![程作厂业])|(?<![a-z])(?:mr|ms|mrs|dr)\.? [a-z]+"
)
_CALLED = "总|董|经理|工|主任|厂长|部长|科长|处长|总监|老师|师傅|女士|先生"
_WIDE = 70
_ARTICLES = frozenset({"", "a", "the", "their", "his", "her"})
"""Between two names of one person: our colleague the chairman."""
_CROWD = 120
"""Of so many places where an addressee could stand no one is plainly the only one."""
_NEAR = 16
"""Characters between words that pass something on and whom it is passed on to."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a context names. executive: as their title tells."""

    name: str
    title: str
    executive: bool | None


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a text goes to. executives, ours, others: the words that show them; all empty where nobody is named."""

    executives: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    someone: str = ""
    strangers: bool = False


def addressed(said: str, context: str = "") -> Addressed:
    """Whom `said` goes to; `context` may tell titles (`NAME title=TITLE`). Both as `bot.domain.plain.plain` gives them.

    An executive who is only spoken of is no addressee, where somebody else plainly is; in doubt they are.
    """
    people, inside = people_in(context), not _NOT_OURS.search(context) and bool(_CONTEXT_OURS.search(context))
    windows = tuple(islice(_windows(said), _CROWD))
    slots = " , ".join(said[start:end] for start, end in windows)
    mild = tuple(one for one in people if one.executive is False)
    spoken = _spoken(said, people)
    outside = [one for one in spoken if not one.ours]
    ours = (*_ours(said, windows), *(_first_of(_CONTEXT_OURS, context) if inside else ()))
    ours += tuple(one.words for one in spoken if one.ours and _within(one, windows))
    named = (*filter(None, [others_in(_OURS.sub(" ", slots))]), *(one.title for one in mild if _named(one.name, slots)))
    others = (*(one.title for one in mild), *filter(None, [others_in(_without(said, outside))]))
    others += tuple(one.words for one in outside if one.assistant)
    plainly = bool(named or ours or any(_named(one.name, said) for one in mild) or any(one.assistant for one in outside))
    plainly = plainly and len(windows) < _CROWD
    executives = [one.words for one in outside if _goes_to(one, said, windows, context, elsewhere=plainly)]
    if not inside:
        executives += _in_context(context, people, said, elsewhere=plainly)
    someone = _SOMEONE.search(slots)
    strangers = _strangers(said, windows, spoken)
    return Addressed(_each(executives), _each(ours), _each(others), _each(named), someone[0] if someone else "", strangers)


def _ours(said: str, windows: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(found[0].strip() for start, end in windows if (found := _OURS.match(said, start, end)))


def _strangers(said: str, windows: Sequence[tuple[int, int]], spoken: Sequence[Mention]) -> bool:
    """Whether a window tells of anybody but us. Windows within one of ours are read with it."""
    inside = [(start, end) for start, end in windows if _OURS.match(said, start, end)]
    inside += [(start, end) for start, end in windows if any(one.ours and start <= one.start < end for one in spoken)]
    return len(windows) >= _CROWD or any(
        not any(first <= start < last for first, last in inside) and not _PRONOUN.match(said[start:end].strip()) for start, end in windows
    )


def _in_context(context: str, people: Sequence[Person], said: str, *, elsewhere: bool) -> Iterator[str]:
    if not any(_named(one.name, said) for one in people):
        yield from (one.title for one in people if one.executive)
    free = _TITLED.sub(" ", context)
    if not elsewhere or _RELAY.search(free):
        yield from (one.words for one in executives_in(free) if not one.ours and not one.negated)


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def people_in(context: str) -> tuple[Person, ...]:
    """Those whose titles `context` tells."""
    found = [Person(one["name"].strip(), one["title"].strip(), is_executive(one["title"])) for one in _TITLED.finditer(context)]
    if not found:
        found = [Person(one["name"].strip(), one["title"].strip(), is_executive(one["title"])) for one in _BRACKET.finditer(context)]
    return tuple(found)


def _spoken(said: str, people: Sequence[Person]) -> list[Mention]:
    mild = {one.name[:1] for one in people if one.executive is False and re.match("[一-鿿]", one.name)}
    spoken = [one for one in executives_in(said) if not (one.words[-1:] == "总" and one.words[:1] in mild)]
    for person in people:
        if person.executive:
            spoken += [Mention(start, start + len(name), person.title) for name in _names(person.name) if (start := said.find(name)) >= 0]
    return spoken


def _names(name: str) -> tuple[str, ...]:
    if re.match("[一-鿿]", name):
        return (name, name[:1] + "总", name[:1] + "董", name[1:]) if len(name) > 1 else (name,)
    return tuple(part for part in (name, *name.split()) if len(part) > 1)


def _named(name: str, said: str) -> bool:
    if any(one in said for one in _names(name)):
        return True
    return bool(re.match("[一-鿿]", name) and re.search(rf"{name[:1]}(?:{_CALLED})", said))


def _without(said: str, spoken: Sequence[Mention]) -> str:
    chars = list(said)
    for one in spoken:
        chars[one.start : one.end] = " " * (one.end - one.start)
    return "".join(chars)


def _windows(said: str) -> Iterator[tuple[int, int]]:
    yield from (_window(one.start("who"), one.end(), _ENDS_ZH, said, 1) for one in _overlapping(_STRONG, said))
    yield from (one.span("a") if one["a"] else one.span("b") for one in _WEAK.finditer(said))
    yield from (_window(one.end(), min(len(said), one.end() + _WIDE), _STOP_EN, said, 0) for one in _HEADS_EN.finditer(said))


def _window(start: int, end: int, stop: Pattern, said: str, least: int) -> tuple[int, int]:
    found = stop.search(said, start + least, end)
    last = found.start() if found else end
    ours = _OURS.match(said, start, last)
    if mild := _TOLD.match(said[start - _SHORT : last]):
        last = start - _SHORT + mild.end()
    rest = said[ours.end() : last] if ours else ""
    return (start, ours.end()) if ours and not (_JOINED.match(rest) or executives_in(rest) or others_in(rest)) else (start, last)


def _overlapping(pattern: Pattern, said: str) -> Iterator[re.Match[str]]:
    position = 0
    while found := pattern.search(said, position):
        yield found
        position = found.start("who")


def _goes_to(one: Mention, said: str, windows: Sequence[tuple[int, int]], context: str, *, elsewhere: bool) -> bool:
    if one.assistant:
        return bool(_RELAY.search(said) or _RELAY.search(context))
    if not elsewhere:
        return True
    after = said[one.end : one.end + 40]
    called = any(_OURS.match(said, start, end) and said[end : one.start].strip() in _ARTICLES for start, end in windows if end <= one.start)
    return called or _within(one, windows) or bool(_AFTER_ZH.match(after) or _AFTER_EN.match(after))


def _within(one: Mention, windows: Sequence[tuple[int, int]]) -> bool:
    return any(start < one.end and one.start < end for start, end in windows)


def _first_of(pattern: Pattern, text: str) -> tuple[str, ...]:
    found = pattern.search(text)
    return (found[0].strip(),) if found else ()


def passed_on(said: str, *, executives: bool = False) -> tuple[str, ...]:
    """The words of `said` by which it is to be passed on; with `executives`, those to whom, where they are executives of others."""
    if not executives:
        return _first_of(_RELAY, said)
    windows = [match.end() for match in _RELAY.finditer(said)]
    return tuple(one.words for one in executives_in(said) if not one.ours and any(0 <= one.start - end <= _NEAR for end in windows))
