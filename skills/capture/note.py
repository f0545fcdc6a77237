"""A whole note: cut into the accounts it is about, each part read into one opportunity, new or open already, or into none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from skills.capture import telling
from skills.capture.accounts import Mention, mentions
from skills.capture.book import Account, Book, Open
from skills.capture.cues import cue
from skills.capture.dates import best_step, signing
from skills.capture.field import Field, Told
from skills.capture.figures import Counted, amount, quantity, rethought
from skills.capture.heard import HAN, Heard, fold
from skills.capture.people import Who, owners, people
from skills.capture.products import Named, products
from skills.capture.rivals import rivals

HOME = "CNY"
TURNS = re.compile(
    r"(?<![a-z])(?:two|second(?:ly)?|then|also|next up|and then|the other(?: one)?|other one|number two|"
    r"three|third|and|over at|meanwhile|at)(?: is| was)?(?: at)? ?$"
)
SECOND = re.compile(
    r"另外|还有(?:一个|个)?|第二个?|同时(?:他们)?|顺便|(?<![a-z])(?:also|second(?:ly)?|separately|on top "
    r"of that|plus they|and another|other thing)(?![a-z])"
)
UNKNOWN = re.compile(
    r"(?:新客户(?:叫|是)|叫(?:什么|做)?|新客户|公司是|客户是)\s?(?P<zh>[\u4e00-\u9fff]{3,10}?)(?=的|\s|,|,|。|他|想|要|$)|"
    r"(?:called|outfit|named|company is) (?P<en>[a-z]+(?: [a-z]+)?)"
)
FIRM = re.compile(
    r"(?:^|[\s,,。、:]|跟|和|与|去|到|见|访|了|给|找|客户|单子?)"
    r"(?P<zh>(?![跟和与去到见给找了的刚今昨上下])(?:(?![跟给在])[\u4e00-\u9fff]){2,5}?"
    r"(?:科技|精密|精工|机械|重工|集团|股份|材料|新材|电子|电气|电器|化工|医药|制药|药业|医疗|泵业|泵阀|阀门|轴承|实业|仪表|仪器|能源"
    r"|物流|食品|粮业|纺织|水务|环保|汽车|包装|钢构|钢铁|矿业|零售|智能|软件|设备|工业|光电|半导体|保险"
    r"|航空|船舶|冷链|乳业|酒业|建材|塑机|公司))(?![总经副])"
    r"|(?<![A-Za-z])(?:[Aa]t|[Ff]rom|[Ww]ith|[Mm]et|[Vv]isited|[Ll]eft|[Cc]alled|for|[Dd]eal:|[Cc]ustomer:?) "
    r"(?P<en>[A-Z][A-Za-z&]{2,}(?: [A-Z][A-Za-z&]+){1,2})(?!(?:'s)? (?:from|at|who)(?![a-z]))"
    r"|^(?P<first>[A-Z][A-Za-z&]{2,}(?: [A-Z][A-Za-z&]+){0,2}) "
    r"(?:wants?|needs?|asked|would like|is|are|just|signed|ordered|bought)(?![a-z])"
)
"""A name as firms have them."""
PLACE = re.compile(
    r"(?:刚从|从|去(?:了|一?趟|拜访了?)|拜访了?|跑(?:了|一)趟)\s?(?P<zh>(?!他|她|我|客户|公司|现场|那|这|外|家|楼|厂里)[\u4e00-\u9fff]{2,4}?)"
    r"(?=出来|回来|那边|开会|聊|见|谈|[\s,,。.]|$)"
    r"|(?<![A-Za-z])(?:[Ll]eft|[Ll]eaving|[Vv]isited|[Bb]ack from|[Oo]ut of|[Oo]ver at|at|from) "
    r"(?P<en>(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z][a-z]+uary|March|April|May|June|July|August|[A-Z][a-z]+ber)[A-Z][A-Za-z&]{3,})"
    r"(?=[,.;:]|$| (?:today|yesterday|just|wants?|needs?|this|and|they))"
)
"""Where somebody says that they were; a name of a firm where it is none that is known."""
PHASE = re.compile(r"(?:第)?([一二三四五六七八九十\d])期(?!限)|(?<![a-z])phase (\w+)")
NAME_PART = re.compile(r"[a-z]{4,}|[\d一二三四五六七八九十]+(?:厂|期|车间|号线)|[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a note about one account. accounts: one, several that its name fits, or none."""

    heard: Heard
    accounts: tuple[Account, ...]
    words: str
    sure: float

    @property
    def account(self) -> Account | None:
        """The account, when it is certain which."""
        return self.accounts[0] if len(self.accounts) == 1 else None


def read_note(heard: Heard, book: Book, talked: Account | None = None, *, wished: bool = False) -> tuple[Told, ...]:
    """The opportunities that a note tells of, in its order; none when it tells of no deal.

    talked: the account that was talked about before, which is meant where the note names none. wished: somebody wants a deal recorded, so
    less has to be told of it.
    """
    return tuple(_told(part, book) for part in _parts(heard, book, talked, wished=wished))


def names_one(heard: Heard, book: Book) -> bool:
    """Whether a note names an account, or somebody who is at one only."""
    return bool(mentions(heard, book)) or bool(_by_person(heard, book, None).accounts)


def unknown_name(heard: Heard) -> str | None:
    """What a firm that nobody knows was called, as it was said; by the words that lead to it, or because it is called as firms are."""
    if match := heard.has(UNKNOWN):
        group = "zh" if match["zh"] else "en"
        return heard.text[match.start(group) : match.end(group)]
    if match := FIRM.search(heard.text, heard.start, heard.end):
        return match["zh"] or match["en"] or match["first"]
    if match := PLACE.search(heard.text, heard.start, heard.end):
        return match["zh"] or match["en"]
    return None


def _parts(heard: Heard, book: Book, talked: Account | None, *, wished: bool) -> Iterator[Part]:
    found = [_resolved(heard, one) for one in mentions(heard, book)]
    runs: list[list[Mention]] = []
    for one in found:
        if runs and _same(runs[-1][-1], one):
            runs[-1].append(one)
        else:
            runs.append([one])
    cuts = [0, *(_boundary(heard, before[-1], run[0]) for before, run in pairwise(runs)), len(heard.text)]
    parts = [
        Part(heard.part(start, end), run[0].accounts, heard.words(run[0].start, run[0].end), run[0].sure)
        for (start, end), run in zip(pairwise(cuts), runs, strict=False)
    ]
    if not parts:
        parts = [_by_person(heard, book, talked)]
    kept = [one for one in parts if _is_deal(one, book, wished=wished)]
    if len(parts) > 1 and len(kept) == 1:
        kept = (
            [Part(heard.part(0, len(heard.text)), kept[0].accounts, kept[0].words, kept[0].sure)]
            if not _own_figures(parts, kept[0], book)
            else kept
        )
    for part in kept:
        yield from _by_product(part, book)


def _own_figures(parts: Sequence[Part], deal: Part, book: Book) -> bool:
    """Whether another part has names of its own that must not be read into the deal."""
    return any(
        one is not deal and (products(one.heard, book.products) or one.heard.reading.money or people(one.heard, one.account))
        for one in parts
    )


def _same(one: Mention, other: Mention) -> bool:
    return bool({account.name for account in one.accounts} & {account.name for account in other.accounts})


def _resolved(heard: Heard, one: Mention) -> Mention:
    """A name that fits several accounts, told apart by the person who is named there."""
    if len(one.accounts) == 1:
        return one
    near = heard.part(one.start, min(len(heard.text), one.end + 60))
    held = owners(near, one.accounts)
    return Mention(one.start, one.end, (held[0][0],), 0.7) if len(held) == 1 and held[0][1].known else one


def _boundary(heard: Heard, before: Mention, one: Mention) -> int:
    """Where the talk about another account begins: its clause, or the words that turn to it."""
    if heard.chinese:
        start = heard.clauses[heard.clause_of(one.start)].start
        return start if start > before.end else one.start
    lead = heard.folded[max(before.end, one.start - 34) : one.start]
    turn = list(re.finditer(r"(?<![a-z])(?:two|second(?:ly)?|then|also|next|the other one|number two|third|meanwhile)(?![a-z])", lead))
    if turn:
        return one.start - len(lead) + turn[-1].start()
    person = re.search(r"(?:[a-z]+ )(?:at|from|over at|of) $", lead)
    return one.start - (len(lead) - person.start() if person else 0)


def _by_person(heard: Heard, book: Book, talked: Account | None) -> Part:
    """A note that names no account, but somebody who is at one only; else the account that was talked about."""
    held = owners(heard, book.accounts)
    if talked and (not held or any(account == talked for account, _ in held)):
        return Part(heard, (talked,), "", 0.6)
    if len(held) == 1 and held[0][1].known:
        return Part(heard, (held[0][0],), heard.words(held[0][1].start, held[0][1].end), 0.6)
    return Part(heard, tuple(account for account, _ in held), "", 0.0)


def _by_product(part: Part, book: Book) -> Iterator[Part]:
    """One part, or two where a second product with figures of its own is told of."""
    named = products(part.heard, book.products)
    for match in part.heard.find(SECOND):
        before = [one for one in named if one.end <= match.start()]
        after = [one for one in named if one.start >= match.end()]
        if before and after and {one.product.name for one in before}.isdisjoint(one.product.name for one in after):
            first, second = part.heard.part(part.heard.start, match.start()), part.heard.part(match.start(), part.heard.end)
            if quantity(second, after) and (quantity(first, before) or first.reading.money):
                yield Part(first, part.accounts, part.words, part.sure)
                yield Part(second, part.accounts, part.words, part.sure)
                return
    yield part


def _is_deal(part: Part, book: Book, *, wished: bool) -> bool:
    """Whether there is anything to sell in it."""
    heard = part.heard
    named = products(heard, book.products)
    counted = quantity(heard, named)
    priced = amount(heard, counted, None)
    settled = heard.has(cue("stage", "won")) or heard.has(cue("stage", "lost"))
    wanted = heard.has(cue("want"))
    has_open = part.account is not None and any(one.account == part.account.name for one in book.open)
    valued, is_settled = bool(named and (priced or counted)), settled is not None
    if _is_other(heard, valued=valued, settled=is_settled, sold=bool(valued or (named and settled)), priced=priced is not None):
        return False
    if wished and (named or priced or counted) and not heard.has(cue("none", "service")):
        return True
    if named and (wanted or counted or priced or settled or _selling(heard)):
        return True
    if (
        has_open
        and (_existing(part, book, named) is not None)
        and (priced or settled or heard.has(cue("want", "update")) or telling.budget(heard) or signing(heard))
    ):
        return True
    if part.account is not None and wanted and _selling(heard) and _rivals(heard, book):
        return True
    goods = counted is not None and counted.unit in {"unit", "set", "seat"}
    return bool((priced or goods) and (wanted or _selling(heard) or settled) and part.accounts) or bool(priced and wanted)


def _is_other(heard: Heard, *, valued: bool, settled: bool, sold: bool, priced: bool) -> bool:
    """Whether it says that there is no deal, or is an errand, or about service. valued, sold: goods are named with what they come to."""
    if heard.has(cue("none", "denied")) and not valued:
        return True
    if heard.has(cue("none", "errand")) and not sold:
        return True
    return heard.has(cue("none", "service")) is not None and not (priced or settled or _selling(heard))


def _selling(heard: Heard) -> bool:
    return any(heard.has(cue("stage", name)) for name in ("negotiation", "proposal", "qualify")) or telling.budget(heard) is not None


def _told(part: Part, book: Book) -> Told:
    heard, account = part.heard, part.account
    named = products(heard, book.products)
    existing = _existing(part, book, named)
    existing = None if existing and _comes_on_top(heard, named, existing) else existing
    counted = quantity(heard, named, changing=existing is not None)
    fields: dict[str, Field] = {}
    if account:
        fields["account"] = Field(account.name, part.words, part.sure)
    who = next(iter(people(heard, account)), None)
    if who:
        fields["contact"] = Field(who.name, heard.words(who.start, who.end), 0.95 if who.known else 0.7)
    fields |= _figures(part, counted, existing)
    if named or existing:
        fields |= _product(heard, named, existing)
    fields |= _when(heard)
    fields |= {name: found for name, found in _standing(heard, existing, who, fields).items() if found}
    return Told(
        "update" if existing else "create", existing.id if existing else None, account is None,
        tuple(one.name for one in part.accounts) if len(part.accounts) > 1 else (), fields, _rivals(heard, book), _pains(heard, fields),
        (heard.start, heard.end), _rethought(heard, counted, fields),
    )  # fmt: skip


def _rethought(heard: Heard, counted: Counted | None, fields: Mapping[str, Field]) -> bool:
    """Whether the amount is the one after a correction."""
    return "amount" in fields and rethought(heard, counted)


def _rivals(heard: Heard, book: Book) -> tuple[Field, ...]:
    """Who else is in the race, but for the account and our own products."""
    names = [(one.name, *one.aliases) for one in book.accounts] + [(one.name, *one.aliases) for one in book.products]
    ours = {fold(name) for known in names for name in known}
    return tuple(one for one in rivals(heard) if not any(name in fold(one.words) or fold(one.words) in name for name in ours))


def _pains(heard: Heard, fields: Mapping[str, Field]) -> tuple[Field, ...]:
    step = fields.get("next_step")
    return tuple(one for one in telling.pains(heard) if step is None or one.words not in step.words)


def _figures(part: Part, counted: Counted | None, existing: Open | None) -> dict[str, Field]:
    heard = part.heard
    fields: dict[str, Field] = {}
    if counted:
        fields["quantity"] = Field(counted.number.value, counted.number.words.text, 0.9)
        if counted.unit:
            fields["unit"] = Field(counted.unit, counted.number.words.text, 0.9)
    worth = amount(heard, counted, existing.amount if existing else None)
    if worth:
        told, currency = worth
        fields["amount"] = told
        default = part.account.currency if part.account else _shared(part.accounts) or (HOME if heard.chinese else "")
        if currency or default:
            fields["currency"] = Field(currency or default, told.words, 0.95 if currency else 0.7)
    return fields


def _shared(accounts: Sequence[Account]) -> str:
    """The currency that all of them are quoted in."""
    currencies = {one.currency for one in accounts}
    return currencies.pop() if len(currencies) == 1 else ""


def _product(heard: Heard, named: Sequence[Named], existing: Open | None) -> dict[str, Field]:
    if named:
        best = max(named, key=lambda one: (one.sure, -one.start))
        return {"product": Field(best.product.name, heard.words(best.start, best.end), best.sure)}
    return {"product": Field(existing.product, "", 0.6)} if existing and existing.product else {}


def _when(heard: Heard) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    close = signing(heard)
    if close:
        fields["close_date"] = Field(close.day, close.words.words.text, 0.85)
    due = best_step(heard)
    step = telling.next_step(heard, due)
    if step:
        fields["next_step"] = step
        if due:
            fields["due_date"] = Field(due.day, due.words.words.text, 0.85)
    return fields


def _standing(heard: Heard, existing: Open | None, who: Who | None, fields: Mapping[str, Field]) -> dict[str, Field | None]:
    stage = telling.stage(heard, existing.stage if existing else None)
    if stage is None and existing is None:
        worth = fields.get("amount")
        wanted = heard.has(cue("want"))
        if worth and not wanted:
            stage = Field("proposal", worth.words, 0.4)
        elif wanted:
            stage = Field("qualify", heard.words(*wanted.span()), 0.4)
    return {"stage": stage, "budget_status": telling.budget(heard), "decision_role": telling.role(heard) if who else None}


def _existing(part: Part, book: Book, named: Sequence[Named]) -> Open | None:
    """The open opportunity that a part is about: of the same product, or called by its name, and not told to be another."""
    if part.account is None:
        return None
    heard = part.heard
    mine = [one for one in book.open if one.account == part.account.name and not _denied(heard, one, part.account)]
    meant = {one.product.name for one in named if one.sure >= 1} or {one.product.name for one in named}
    if not mine or heard.has(cue("want", "new")):
        return None
    whole = [one for one in mine if one.name and fold(one.name) in heard.said]
    if len(whole) == 1:
        return whole[0]
    called = [one for one in mine if _called(heard, one, part.account)]
    same = [one for one in mine if one.product in meant]
    if len(called) == 1 and (not meant or called[0].product in meant):
        return called[0]
    if same:
        return same[0] if len(same) == 1 else called[0] if called else None
    before = next((one for one in mine if one.id == book.talked), mine[0] if len(mine) == 1 else None)
    return before if not meant and _goes_on(heard) else None


def _comes_on_top(heard: Heard, named: Sequence[Named], existing: Open) -> bool:
    """Whether more pieces are wanted with an amount of their own, well below that of the open opportunity: an order beside it."""
    if not named or not existing.amount or quantity(heard, named) == quantity(heard, named, changing=True):
        return False
    worth = amount(heard, quantity(heard, named), None)
    return worth is not None and isinstance(worth[0].value, float) and worth[0].value < existing.amount / 2


def _goes_on(heard: Heard) -> bool:
    return (
        any(
            heard.has(pattern)
            for pattern in (cue("want", "update"), cue("stage", "won"), cue("stage", "lost"), cue("stage", "negotiation"))
        )
        or telling.budget(heard) is not None
    )


def _called(heard: Heard, one: Open, account: Account) -> bool:
    """Whether the note has a word of the opportunity's name that is not the account's."""
    return any(part in heard.said for part in _own_parts(one, account))


def _denied(heard: Heard, one: Open, account: Account) -> bool:
    """Whether the note says that it is not about this one: not leeds, 不是二厂; or is about another phase, 三期 where this is 二期."""
    other = r"(?:(?<![a-z])not (?:for |the |about )?|不是|除了)"
    if any(re.search(other + re.escape(part), heard.said) for part in _own_parts(one, account)):
        return True
    mine, told = PHASE.findall(fold(one.name)), PHASE.findall(heard.said)
    return bool(mine and told) and set(told).isdisjoint(mine)


def _own_parts(one: Open, account: Account) -> tuple[str, ...]:
    """Words of an opportunity's name that are neither its account's nor its product's."""
    rest = fold(one.name)
    for name in sorted((account.name, *account.aliases, account.name[:2], one.product), key=len, reverse=True):
        rest = rest.replace(fold(name), " ") if name and (HAN.search(name) or len(name) > 2) else rest  # noqa: PLR2004
    own = fold(" ".join((account.name, *account.aliases)))
    return tuple(part for part in NAME_PART.findall(rest) if part not in own)
