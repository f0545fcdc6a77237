"""One opportunity as a note tells of it, as fields of a record: a new one, or what changes in one that is open. Writes no sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.evidence import Evidence
from bot.domain.ids import RecordId
from bot.domain.outcome import MAIN
from bot.domain.query import Row
from bot.domain.saying import number, text
from skills.capture.cited import Cited
from skills.capture.cues import cue
from skills.capture.field import Field, Told
from skills.capture.heard import HAN
from skills.capture.known import Known

PLAIN = ("amount", "currency", "quantity", "stage", "close_date", "budget_status")
SETTLED = ("won", "lost")
STAGES = ("qualify", "proposal", "negotiation")
CHANGES_CONTACT = re.compile(r"联系人|对接人|对接的?(?:是|换|改)|换成|(?<![a-z])contact(?![a-z])")
CHANGES_STAGE = re.compile(r"阶段|退回|退到|回到|重新|(?<![a-z])(?:stage|back to|moved to|moves to)(?![a-z])")
SURE_STAGE = 0.5
"""A stage is only guessed below it; a new opportunity then begins at the first."""
LEAD = re.compile(
    r"^(?:[\s,,、。.;]|之?前|以前|要|得|需要|我们?|咱们?|他们?|她们?|客户|让|请|先|再|就|还|会|来|说好了?|说|约好?了?|下一步(?:是)?|接下来"
    r"|给(?=我们|他|她)|[\u4e00-\u9fff]{1,2}(?:经理|总监|主任|部长|厂长|主管|总|董|工)(?:那边|这边)?(?=说|要|想|让|催|希望)|催|希望"
    r"|(?:i'?ll|i will|i need to|i have to|i promised to|need(?:s)? to|we need to|we'll|and|so|then|to|by|before|on"
    r"|the next step is|next step"
    r"|next thing|is|he|she|they|wants?|want us to|needs?|us|me|asked for|a|an|the)(?![a-z]))+",
    re.IGNORECASE,
)
TAIL = re.compile(r"(?:[\s,,、。.;]|之?前|以前|吧|啊|了|(?<![a-z])(?:by|before|on|until|at|for|due|the|and|so)(?![a-z]))+$", re.IGNORECASE)
TRAILED = re.compile(r"^[\s,,、。.;]*(?:之?前|以前)?[\s,,、。.;]*")
SHORT_HAN, SHORT_LATIN = 16, 48


@dataclass(frozen=True, slots=True)
class Deal:
    """What is proposed of one opportunity.

    account: its record; called: what the account is called, also where it has no record yet. before: the open opportunity that is changed.
    contact: the record of the person; person: what they are called. fields, evidence: as of a `Draft`; of a change only what changes.
    step: what is to be done next, short.
    """

    told: Told
    account: Row | None
    called: str
    before: Row | None
    contact: Row | None
    person: str
    fields: Mapping[str, object]
    evidence: Mapping[str, Evidence]
    step: str = ""

    @property
    def account_ref(self) -> Mapping[str, object]:
        """The account as a reference; one that is made in the same draft is the draft's own record."""
        return {"account": self.account.id if self.account else MAIN, "account_name": self.called}

    @property
    def contact_ref(self) -> Mapping[str, object]:
        """The person as a reference, where they have a record."""
        return {"contact": self.contact.id, "contact_name": self.person} if self.contact else {}

    @property
    def is_change(self) -> bool:
        """Whether an open opportunity is changed."""
        return self.before is not None

    @property
    def due(self) -> Field | None:
        """The day of the next step, with its words."""
        return self.told.fields.get("due_date") if self.step else None


def deal_of(told: Told, known: Known, cited: Cited, new_account: str = "") -> Deal:
    """The opportunity that is told of. new_account: what an account is called that has no record yet."""
    name = told.fields.get("account")
    account = known.accounts.get(str(name.value)) if name else None
    before = known.deals.get(told.open_id or "")
    who = told.fields.get("contact")
    contact = known.person(account, str(who.value)) if who else None
    step = short_step(told)
    called, person = text(account, "name") if account else new_account, str(who.value) if who else ""
    deal = Deal(told, account, called, before, contact, person, {}, {}, step)
    fields, words = _told_fields(deal, known)
    if before is not None:
        fields = _as_changed(fields, before, cited)
        changed = {key for key, value in fields.items() if before.fields.get(key) != value}
        if "amount" not in changed:
            changed.discard("currency")
        fields = {key: value for key, value in fields.items() if key in changed or key.removesuffix("_name") in changed}
    evidence = {key: found for key, one in words.items() if key in fields and (found := cited.of(one))}
    if before is None:
        fields = {"name": _named(deal, fields), **deal.account_ref, **_begun(cited, fields), **fields}
        evidence = {**({"account": found} if name and (found := cited.of(name)) else {}), **evidence}
    return Deal(told, account, deal.called, before, contact, deal.person, fields, evidence, step)


def _as_changed(fields: dict[str, object], before: Row, cited: Cited) -> dict[str, object]:
    """What is told of an open opportunity, without what is only spoken of: another person there, a word of an earlier stage.

    One that is won or lost is over today, unless a day was told.
    """
    kept, said = dict(fields), cited.turn.text.lower()
    if text(before, "contact_name") and not CHANGES_CONTACT.search(said):
        kept = {name: one for name, one in kept.items() if name not in {"contact", "contact_name"}}
    told, known = str(kept.get("competitor") or ""), text(before, "competitor")
    if told and told in known:
        del kept["competitor"]
    after, now = str(kept.get("stage") or ""), text(before, "stage")
    if after in STAGES and now in STAGES and STAGES.index(after) < STAGES.index(now) and not CHANGES_STAGE.search(said):
        del kept["stage"]
    if after in SETTLED and "close_date" not in kept:
        kept["close_date"] = cited.said.today.isoformat()
    return kept


def short_step(told: Told) -> str:
    """What is to be done next in a few words: its clause without its day and the words that lead to it; the verb alone where it is long."""
    step, due = told.fields.get("next_step"), told.fields.get("due_date")
    if step is None:
        return ""
    said = str(step.value)
    if due and due.words in said:
        before, _, after = said.partition(due.words)
        said = TAIL.sub("", before) + ("" if HAN.search(said) else " ") + TRAILED.sub("", after)
    said = TAIL.sub("", LEAD.sub("", said)).strip()
    room = SHORT_LATIN if said.isascii() else SHORT_HAN
    if len(said) > room:
        verb = cue("close", "step").search(said.lower())
        said = said[verb.start() : verb.start() + room] if verb else said[:room]
    return said


def _told_fields(deal: Deal, known: Known) -> tuple[dict[str, object], dict[str, Field]]:
    """The fields that were told, and the words for each."""
    told = dict(deal.told.fields)
    if (stage := told.get("stage")) and stage.sure < SURE_STAGE:
        del told["stage"]
    fields: dict[str, object] = {name: plain(told[name]) for name in PLAIN if name in told}
    words = {name: told[name] for name in PLAIN if name in told}
    fields |= {name: plain(one) for name, one in deal.told.own.items()}
    words |= deal.told.own
    if deal.person:
        fields |= {"contact": deal.contact.id} if deal.contact else {"contact": None} if deal.before else {}
        fields["contact_name"] = deal.person
        words |= {"contact": told["contact"], "contact_name": told["contact"]}
    if (product := told.get("product")) and product.words:
        row = known.products.get(str(product.value))
        fields |= {"product": row.id, "product_name": product.value} if row else {}
        words |= {"product": product, "product_name": product}
    if rivals := deal.told.competitors:
        fields["competitor"] = "、".join(str(one.value) for one in rivals)
        words["competitor"] = rivals[0]
    if deal.step:
        fields["next_step"], words["next_step"] = deal.step, told["next_step"]
        if due := told.get("due_date"):
            fields["next_step_date"], words["next_step_date"] = plain(due), due
    return fields, words


def _begun(cited: Cited, fields: Mapping[str, object]) -> dict[str, object]:
    """What holds of every new opportunity: whose it is, since when, and where it begins where that was not told."""
    today = cited.said.today.isoformat()
    speaker = cited.turn.speaker
    begun: dict[str, object] = {"owner": speaker.user_id, "owner_name": speaker.name, "created_date": today, "stage_date": today}
    return begun if "stage" in fields else {**begun, "stage": "qualify"}


def _named(deal: Deal, fields: Mapping[str, object]) -> str:
    """What a new opportunity is called: whose, what, and how many."""
    short = (text(deal.account, "short_name") if deal.account else "") or deal.called
    count = fields.get("quantity")
    goods = str(fields.get("product_name") or "")
    goods = f"{goods}×{count:g}" if goods and isinstance(count, int | float) else goods
    return " ".join(part for part in (short, goods) if part)


def plain(one: Field) -> object:
    """The value of a field as records hold it."""
    if isinstance(one.value, date):
        return one.value.isoformat()
    return int(one.value) if isinstance(one.value, float) and one.value.is_integer() else one.value


def settled(deal: Deal) -> bool:
    """Whether it is won or lost by what was told."""
    return deal.fields.get("stage") in SETTLED


def worth(deal: Deal) -> tuple[float | None, str]:
    """Its amount and currency, as they will be."""
    row = Row(RecordId(""), {**(deal.before.fields if deal.before else {}), **deal.fields})
    return number(row, "amount"), text(row, "currency")
