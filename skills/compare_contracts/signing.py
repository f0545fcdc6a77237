"""Drafts about a contract: one for legal to look at, one of its signing with the terms that renewals live by. Saves and decides nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath

from bot.domain.comparison import Clause, Risk
from bot.domain.contracts import Paper
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.outcome import Answer, Button, Draft, Proposal
from bot.domain.query import Row
from bot.domain.saying import Saying, text
from skills.compare_contracts.clauses import clauses
from skills.compare_contracts.folded import fold
from skills.compare_contracts.pairing import SORTS, stem, version
from skills.compare_contracts.quantities import Quantity, quantities
from skills.compare_contracts.telling import LONGEST_QUOTE, Compared, Telling

CONTRACT = "contract"
LOOKED_AT = "needs_legal"
"""The field whose ground is the contract itself: by it the house knows which words legal has agreed to."""
IN_REVIEW, ACTIVE = "in_review", "active"
KINDS = {"nda": "nda", "supply": "supply", "service": "subscription"}
MONTH_DAYS, YEAR_DAYS = 365 / 12, 365
VALUE = re.compile(
    r"合同(?:总)?(?:价|金额|额)|总价|总金额|(?:contract|total|purchase) (?:price|value|amount|fee)|subscription fee|annual fee"
)
PAYS = re.compile(r"付清|支付|付款|结清|账期|\bpay|payable|\bdue\b|invoice")
NOTICE = re.compile(
    r"不续|续[约期签].{0,30}通知|通知.{0,30}(?:不再)?续|non-?renew|not (?:to )?renew|notice of (?:non-?renewal|termination)"
    r"|prior to (?:the )?(?:end|expir)"
)
TERM = re.compile(
    r"有效期|合同期|期限为|服务期|订阅期|\b(?:term|initial term|period) (?:of|is|shall be)|remains? in (?:force|effect)|valid for"
)
RENEWS = re.compile(r"自动(?:续|顺延|延长)|renews? automatically|automatic(?:ally)? renew|auto-?renew")
WARRANTY = re.compile(r"质保|保修|warrant")
SECRET = re.compile(r"保密|confidential|secre[ct]|non-?disclos")
"""How long secrets are kept is no term of the contract."""
STRETCH = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a contract that others live by, each with the words it was read from.

    fields: of a `contract` record. quotes: field -> the sentence, and the number of its clause.
    """

    fields: Mapping[str, object]
    quotes: Mapping[str, tuple[str, str]]


def for_legal(found: Compared, telling: Telling, said: Saying, account: Row | None) -> Answer | Draft:
    """The contract as something that legal has to agree to: with its gravest risk, so that its author cannot mark it done."""
    if account is None:
        return Answer(said.say("whose_contract"), found=False, query={"papers": [found.old.id, found.new.id]})
    shown = said.say("list_comma").join(map(telling.short, found.changes[:3]))
    told = said.say("for_legal", high=found.report.counted(Risk.HIGH), shown=shown)
    terms = _terms(found, said)
    fields = {**_about(found, account, IN_REVIEW), "terms_risk": _gravest(found), "needs_legal": True, **terms.fields}
    evidence = _gravest_first(found, telling) | _read_from(found, terms, said)
    evidence[LOOKED_AT] = _paper(found, said)
    shows = ("account", "name", "terms_risk", "value", "payment_days")
    return Draft(told, CONTRACT, fields, evidence, about=(account.id,), shows=shows, submits=True)


def signed(found: Compared, said: Saying, account: Row | None, before: Row | None = None) -> Answer | Draft:
    """The contract as signed today, with its key terms; with it the day on which its account is to renew.

    before: the record of it that legal has looked at, which becomes the signed one; None for a new one.
    """
    if account is None:
        return Answer(said.say("whose_contract"), found=False, query={"papers": [found.old.id, found.new.id]})
    today, terms = said.today, _terms(found, said)
    fields = {**_about(found, account, ACTIVE), "signed_date": today.isoformat(), "start_date": today.isoformat(), **terms.fields}
    fields |= {"terms_risk": _gravest(found), "needs_legal": found.report.legal}
    evidence = _read_from(found, terms, said)
    evidence[LOOKED_AT] = _paper(found, said)
    shows = ("account", "value", "end_date", "notice_date", "payment_days", "status")
    told = said.say("signed_draft", name=found.new.name)
    also = tuple(_renewal(account, fields, evidence, said))
    record_id = before.id if before else None
    return Draft(
        told, CONTRACT, fields, evidence, record_id, buttons=_deciding(said), about=(account.id,), shows=shows, also=also
    )


def _renewal(account: Row, fields: Mapping[str, object], evidence: Mapping[str, Evidence], said: Saying) -> Iterator[Proposal]:
    """The account renews when the contract ends; another's account is theirs to keep."""
    end, ground = fields.get("end_date"), evidence.get("end_date")
    if end and text(account, "owner") == said.user_id and text(account, "renewal_date") != end:
        yield Proposal("renewal", "account", {"renewal_date": end}, {"renewal_date": ground} if ground else {}, account.id)


def in_review(rows: Sequence[Row], name: str) -> Row | None:
    """The record of a contract of this name, of whatever version, that legal was asked about and that is not signed yet."""
    return next((row for row in rows if stem(text(row, "name")) == stem(name)), None)


def _read_from(found: Compared, terms: Terms, said: Saying) -> dict[str, Evidence]:
    """Each term with the sentence of the contract that says it."""
    return {
        field: Evidence(quote, found.new.name, where, EvidenceKind.DOCUMENT, 1.0, found.new.id, Audience(f"user:{said.user_id}"))
        for field, (quote, where) in terms.quotes.items()
    }


def _gravest_first(found: Compared, telling: Telling) -> dict[str, Evidence]:
    """The wordings that legal has to look at, the gravest as the ground of how risky it all is."""
    return dict(zip(("terms_risk", "second_change", "third_change"), telling.grounds(found), strict=False))


def _paper(found: Compared, said: Saying) -> Evidence:
    """The contract itself, by its first line."""
    first = next((one.text.strip() for one in found.new.paper.paragraphs if one.text.strip()), found.new.name)
    return Evidence(
        first[:LONGEST_QUOTE], found.new.name, "", EvidenceKind.DOCUMENT, 1.0, found.new.id, Audience(f"user:{said.user_id}")
    )


def _deciding(said: Saying) -> tuple[Button, ...]:
    return tuple(Button(said.say(f"draft_{action}"), action) for action in ("save", "edit", "discard"))


def _about(found: Compared, account: Row, status: str) -> dict[str, object]:
    name = PurePath(found.new.name).stem
    sort = next((sort for pattern, sort in SORTS if re.search(pattern, fold(name), re.IGNORECASE)), "supply")
    return {
        "name": name, "account": account.id, "account_name": text(account, "name"), "kind": KINDS[sort], "status": status,
        **({"version": number} if (number := version(found.new.name)) else {}),
    }  # fmt: skip


def _gravest(found: Compared) -> str:
    return str(max((one.risk for one in found.report.changes), key=lambda risk: risk.weight, default=Risk.NONE))


def _terms(found: Compared, said: Saying) -> Terms:
    return terms_of(found.new.paper, said.today)


def terms_of(paper: Paper, signed_on: date) -> Terms:
    """Value, currency, payment days, term, notice and warranty, as far as the contract says each in so many words.

    signed_on: from which day a term counts that names no day. Of several sums or days of payment the largest is meant.
    """
    fields, quotes, term_days = dict[str, object](), dict[str, tuple[str, str]](), 0.0
    for clause in clauses(paper):
        where = clause.number or clause.top
        for figure, words, near in _figures(clause):
            name = _meant(figure, near)
            if name == "end_date":
                term_days, quotes[name] = (figure.value, (words, where)) if not term_days else (term_days, quotes[name])
            elif name and (name not in fields or (name in LARGEST and _told(name, figure) > float(str(fields[name])))):
                fields[name], quotes[name] = _told(name, figure), (words, where)
                fields |= {"currency": figure.unit or "CNY"} if name == "value" else {}
        if "auto_renews" not in fields and RENEWS.search(fold(clause.text)):
            fields["auto_renews"], quotes["auto_renews"] = True, (clause.text[: STRETCH * 2], where)
    return Terms({**fields, **_dates(term_days, fields.get("notice_days"), signed_on)}, quotes)


def _meant(figure: Quantity, near: str) -> str:
    """The field that a figure is of, by the words around it; "" for none."""
    if figure.what == "money":
        return "value" if VALUE.search(near) else ""
    if figure.what != "duration":
        return ""
    name = next((name for name, sign in _DURATIONS if sign.search(near)), "")
    too_long = name in WITHIN_A_YEAR and figure.value > YEAR_DAYS
    return "" if too_long or (name == "end_date" and SECRET.search(near)) else name


def _told(name: str, figure: Quantity) -> float:
    return figure.value if name == "value" else round(figure.value / MONTH_DAYS) if name == "warranty_months" else round(figure.value)


LARGEST, WITHIN_A_YEAR = frozenset({"value", "payment_days"}), frozenset({"notice_days", "payment_days"})
_DURATIONS = (("notice_days", NOTICE), ("warranty_months", WARRANTY), ("end_date", TERM), ("payment_days", PAYS))
"""Which stretch of time it is, by the words around it; the first that fits counts."""


def _dates(term_days: float, notice: object, signed_on: date) -> dict[str, str]:
    if not term_days:
        return {}
    end = _later(signed_on, term_days)
    return {"end_date": end.isoformat(), **({"notice_date": (end - timedelta(days=notice)).isoformat()} if isinstance(notice, int) else {})}


def _later(day: date, days: float) -> date:
    """Whole years and months by the calendar: a year from 16 July ends on 15 July."""
    months = round(days / MONTH_DAYS)
    if abs(months * MONTH_DAYS - days) > 1:
        return day + timedelta(days=round(days))
    year, month = divmod(day.month - 1 + months, 12)
    last = min(day.day, 28) if day.day > 28 else day.day  # noqa: PLR2004 - every month has so many
    return date(day.year + year, month + 1, last) - timedelta(days=1)


def _figures(clause: Clause) -> list[tuple[Quantity, str, str]]:
    """Every figure of a clause with the sentence it stands in, verbatim, and the same folded, up to and a little behind the figure."""
    found: list[tuple[Quantity, str, str]] = []
    for sentence in re.findall(r"[^。;；\n]+", clause.text):
        folded = fold(sentence)
        for one in quantities(folded):
            near = folded[max(0, one.at - STRETCH): one.end + STRETCH // 2]
            found.append((one, sentence.strip(), near))
    return found

