"""Ways into a letter, each with its grounds: who introduced us, what they say in public, what was talked about. Chooses; words nothing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.domain.bearing import terms
from bot.domain.dossier import Angle, Dossier, Pending
from bot.domain.evidence import Evidence
from bot.domain.grounding import verbatim
from bot.domain.query import Row
from bot.domain.saying import Saying, text
from skills.exec_outreach.asked import Kind
from skills.exec_outreach.person import Person
from skills.exec_outreach.register import PRICES


class Way(StrEnum):
    """What a letter starts from."""

    INTRODUCTION = "introduction"
    PRIORITY = "priority"
    PROOF = "proof"
    PAIN = "pain"
    TALK = "talk"
    VALUE = "value"
    SINCE = "since"
    CONTRACT = "contract"
    ORDER = "order"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Opening:
    """One way in. grounds: what it stands on, the first one above all. told: words and days for its sentence, by name.

    quote: what is repeated word for word, "" where nothing is. lines: which of its sentences fits ("" for the only one).
    """

    way: Way
    grounds: tuple[Evidence, ...]
    told: Mapping[str, str | date] = field(default_factory=dict)
    quote: str = ""
    line: str = ""


FITTING: Mapping[Kind, tuple[Way, ...]] = {
    Kind.ICEBREAKER: (Way.INTRODUCTION, Way.PRIORITY, Way.PROOF, Way.PAIN, Way.TALK),
    Kind.INVITATION: (Way.INTRODUCTION, Way.PRIORITY, Way.TALK, Way.PAIN, Way.PROOF),
    Kind.FOLLOW_UP: (Way.TALK, Way.PAIN, Way.PRIORITY, Way.PROOF),
    Kind.RENEWAL: (Way.CONTRACT, Way.VALUE, Way.SINCE, Way.PRIORITY),
    Kind.THANKS: (Way.TALK, Way.INTRODUCTION, Way.SINCE),
    Kind.APOLOGY: (Way.ORDER, Way.TICKET),
    Kind.OTHER: (),
}
"""What a letter of each kind may start from, the best first. Who apologises starts from what went wrong, and from nothing else."""
MOST = 3
PAGE = re.compile(r"(?:\bp\.?\s?|第\s?)(?P<page>\d+)")
PAUSE = re.compile(r"[,，;；。]")
REPORTED = re.compile(r"^.*?(?:提到|说|表示|回信|告诉我|反馈)[,，:]\s*")
HEAD = re.compile(r"^[^:：]{1,60}[:：]\s*")
PARENTHESES = re.compile(r"^(?P<name>[^（(]+)[（(](?P<post>[^）)]+)[）)]$")
LONGEST_QUOTE = 60
SHARE = 0.6
SAID = re.compile(r"“(?P<words>[^”]+)”")
TABLE = "|"
ANNUAL = re.compile(r"年度?报告|年报|annual report", re.IGNORECASE)
AIMS = re.compile(r"未来|将把|计划|目标|战略|规划|工程|研发|投入|\b(?:will|plans?|aims?|strategy|invest\w*|goal)\b", re.IGNORECASE)
SORE = re.compile(
    r"退货|索赔|罚|亏损|下降|流失|损失|投诉|故障|停机|漏检率?上升"
    r"|\b(?:loss(?:es)?|returns?|fines?|fell|recall\w*|complain\w*|decline\w*)\b",
    re.IGNORECASE,
)
"""What nobody wants to read about themselves in the first letter of a stranger, though they published it."""
MONEY = re.compile(r"罚|赔|万|元|[¥$€£]")
DIGIT = re.compile(r"\d")


def openings(dossier: Dossier, person: Person, kind: Kind, said: Saying) -> tuple[Opening, ...]:
    """Up to three ways in that have grounds, the best first; none where there is no ground for any."""
    at = _At(dossier, person, said)
    makers: Mapping[Way, Callable[[], Iterator[Opening]]] = {
        Way.INTRODUCTION: at.introduction, Way.PRIORITY: at.priority, Way.PROOF: at.proof, Way.PAIN: at.pain, Way.TALK: at.talk,
        Way.VALUE: at.value, Way.SINCE: at.since, Way.CONTRACT: at.contract, Way.ORDER: at.late_order, Way.TICKET: at.ticket,
    }  # fmt: skip
    found = [one for way in FITTING[kind] for one in makers[way]()]
    return tuple(found[:MOST])


def clause(quote: str, room: int = LONGEST_QUOTE) -> str:
    """A quote, cut behind a pause where it is long: what is left still stands there word for word."""
    words = " ".join(quote.split()).strip()
    if len(words) <= room * (1 if not words.isascii() else 3):
        return words.rstrip("。.；;,，")
    limit = room * (1 if not words.isascii() else 3)
    pauses = [found.start() for found in PAUSE.finditer(words) if found.start() <= limit]
    return words[: pauses[-1]] if pauses else ""


def _speaks_of(note: str, topic: str) -> bool:
    """Whether a note is about `topic`: it has most of what carries its meaning."""
    wanted = terms(topic)
    return verbatim(topic, note) is not None or len(wanted & terms(note)) >= SHARE * max(len(wanted), 1)


@dataclass(frozen=True, slots=True)
class _At:
    """What is known, and to whom it is told."""

    dossier: Dossier
    person: Person
    said: Saying

    def introduction(self) -> Iterator[Opening]:
        """Who introduced us, as their record has it, and in the introducer's own words where a signal has them."""
        row = self.person.contact
        by = text(row, "introduced_by") if row else ""
        if row is None or not by:
            return
        ground = self.said.ground("contact", row, self.said.say("g_introduced", name=text(row, "name"), who=by))
        told = [one for one in self.dossier.facts.of("signals") if text(one, "kind") == "referral" and one.fields.get("contact") == row.id]
        words = [self.said.ground("signal", one, text(one, "quote")) for one in told[:1]]
        parts = PARENTHESES.match(by)
        who = f"{parts['post']}{parts['name']}" if parts and not by.isascii() else by
        yield Opening(Way.INTRODUCTION, (ground, *words), {"who": who})

    def priority(self) -> Iterator[Opening]:
        """What they themselves say in public, with its page."""
        point = self.dossier.point(Angle.PRIORITY)
        grounds = point.papers if point else ()
        if not grounds:
            grounds = tuple(
                replace(self.said.ground("signal", one, text(one, "quote")), source=text(one, "source"))
                for one in self.dossier.facts.of("signals") if text(one, "kind") == "report"
            )  # fmt: skip
        for ground in sorted(grounds, key=lambda one: AIMS.search(one.quote) is None):
            quote = clause(ground.quote)
            if quote and not any(one.search(quote) for one in (PRICES, SORE, MONEY)):
                page = PAGE.search(ground.locator) or PAGE.search(ground.source)
                yield Opening(
                    Way.PRIORITY, (ground,), {"page": page["page"] if page else ""}, quote,
                    "annual" if ANNUAL.search(ground.source) else "public",
                )  # fmt: skip
                return

    def proof(self) -> Iterator[Opening]:
        """What another customer had of it, from a paper that may be shown."""
        point = self.dossier.point(Angle.PROOF)
        for ground in point.papers if point else ():
            inner = SAID.search(ground.quote)
            quote = clause(inner["words"] if inner else ground.quote)
            if quote and TABLE not in quote and not PRICES.search(quote):
                yield Opening(Way.PROOF, (ground,), {}, quote)
                return

    def pain(self) -> Iterator[Opening]:
        """What they care about, as their record has it; with whom that was talked about. What it cost them stays unsaid."""
        account = self.dossier.facts.account
        topic = next((one.strip() for one in PAUSE.split(text(account, "biggest_pain")) if one.strip() and not MONEY.search(one)), "")
        if not topic or PRICES.search(topic):
            return
        own = self.said.ground("account", account, text(account, "biggest_pain"))
        point = self.dossier.point(Angle.PAIN)
        refs = {one.ref: one for one in point.grounds if _speaks_of(one.quote, topic)} if point else {}
        touches = [row for row in self.dossier.facts.of("touches") if row.id in refs]
        mine = [row for row in touches if self.person.id and row.fields.get("contact") == self.person.id]
        for row in (mine or touches)[:1]:
            line, told = ("yours", {}) if mine else ("theirs", {"who": self._colleague(row)})
            grounds = (own, replace(refs[row.id], quote=f"{text(row, 'contact_name')} · {refs[row.id].quote}"))
            yield Opening(Way.PAIN, grounds, {"topic": topic, **told}, topic, line)
            return
        yield Opening(Way.PAIN, (own,), {"topic": topic}, topic, "known")

    def talk(self) -> Iterator[Opening]:
        """The last time that we spoke: with them, else with a colleague of theirs."""
        touches = self.dossier.facts.of("touches")
        mine = [row for row in touches if self.person.id and row.fields.get("contact") == self.person.id]
        for row in (mine or touches)[:1]:
            day, who = self.said.day_of(row, "happened_at"), text(row, "contact_name")
            if day is None or not who:
                return
            ground = self.said.ground("touchpoint", row, self.said.dots([day.isoformat(), who, text(row, "note")]))
            told: dict[str, str | date] = {"day": day} if mine else {"day": day, "who": self._colleague(row)}
            yield Opening(Way.TALK, (ground,), told, "", "yours" if mine else "theirs")

    def value(self) -> Iterator[Opening]:
        """Something that they gained, noted with a figure."""
        point = self.dossier.point(Angle.VALUE)
        rows = {row.id: row for row in self.dossier.facts.of("touches")}
        for ground in point.grounds if point else ():
            if ground.ref not in rows:
                continue
            parts = [one for one in re.split("[，,]", REPORTED.sub("", HEAD.sub("", ground.quote))) if one.strip()]
            first = next((at for at, one in enumerate(parts) if DIGIT.search(one)), None)
            quote = clause(("，" if not ground.quote.isascii() else ",").join(parts[first:]).strip(" 。.")) if first is not None else ""
            if quote and quote in ground.quote and not PRICES.search(quote):
                yield Opening(Way.VALUE, (ground,), {}, quote)
                return

    def since(self) -> Iterator[Opening]:
        """Since when we work together."""
        account = self.dossier.facts.account
        if (day := self.said.day_of(account, "since_date")) and text(account, "status") == "customer":
            ground = self.said.ground("account", account, self.said.say("g_since", day=day.isoformat()))
            yield Opening(Way.SINCE, (ground,), {"month": day})

    def contract(self) -> Iterator[Opening]:
        """The contract that ends next."""
        coming = [(day, row) for row in self.dossier.facts.of("contracts")
                  if (day := self.said.day_of(row, "end_date")) and day >= self.said.today and text(row, "name")]  # fmt: skip
        for day, row in sorted(coming, key=lambda one: one[0])[:1]:
            ground = self.said.ground("contract", row, self.said.dots([text(row, "name"), self.said.say("g_ends", day=day.isoformat())]))
            yield Opening(Way.CONTRACT, (ground,), {"day": day}, text(row, "name"))

    def late_order(self) -> Iterator[Opening]:
        """Orders that should have left by now."""
        for one in self._open("order"):
            day, number = self.said.day_of(one.row, "promised_date"), text(one.row, "number")
            if day and number and one.late:
                told = self.said.dots([one.line.text, self.said.say("g_promised", day=day.isoformat())])
                ground = self.said.ground("order", one.row, told)
                yield Opening(Way.ORDER, (ground,), {"day": day, "number": number})

    def ticket(self) -> Iterator[Opening]:
        """What they reported and still wait for."""
        for one in self._open("ticket"):
            day, number, subject = self.said.day_of(one.row, "opened_at"), text(one.row, "number"), clause(text(one.row, "subject"))
            if day and number and subject:
                told = self.said.dots([number, text(one.row, "subject"), self.said.say("g_opened", day=day.isoformat())])
                yield Opening(Way.TICKET, (self.said.ground("ticket", one.row, told),), {"day": day, "number": number}, subject)

    def _open(self, entity: str) -> Sequence[Pending]:
        return [one for one in self.dossier.pending if one.entity == entity]

    def _colleague(self, row: Row) -> str:
        """A colleague of theirs, with their post where the records have it."""
        name = text(row, "contact_name")
        known = next((one for one in self.dossier.facts.of("contacts") if one.id == row.fields.get("contact")), None)
        title = text(known, "title") if known else ""
        return f"{title}{name}" if title and not name.isascii() else name
