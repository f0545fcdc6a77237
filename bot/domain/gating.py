"""What class a request or a draft is of, and why: the policy itself. Knows words, titles and figures; knows no store and no chat.

Whatever a text says about reviews (that one was done, that none is needed, that rules are off) is never looked at: there is nothing in
here that such words could switch.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.addressed import Addressed, addressed, passed_on
from bot.domain.commitments import Promises, promises_in
from bot.domain.patterns import Pattern
from bot.domain.plain import plain
from bot.domain.policy import Addressee, Authority, Gate, Ground, Reason
from bot.domain.sensitive import sensitive_in
from bot.domain.titles import executives_in, is_executive
from bot.domain.wished import Wish, wished

_SALUTATION = Pattern(
    r"\s*(?:(?:您们?好|你们?好|早上好|下午好|晚上好|新年好|尊敬的?|hello|hi|good (?:morning|afternoon|evening)"
    r"|dear)[,:!。 ]*)?[^,:!。;\n]{0,60}"
)
"""Whom a letter greets, at its beginning."""
CONTRACT_PAPER = "needs_legal"
"""The field of a proposed contract whose ground is the paper that it was read from, and that legal looks at."""
LONGEST = 6000
"""Characters that are read. What is longer is read by a person."""


def gate_of_request(text: str, *, addressees: Sequence[Addressee] = (), authority: Authority, context: str = "") -> Gate:
    """Why what is asked for is of its class.

    text: the person's words. addressees: whom the records know it to go to. context: what the records tell beside it, in words, such as
    `NAME title=TITLE`. A message for which neither tells who gets it counts as one to an executive.
    """
    if len(text) + len(context) > LONGEST:
        return Gate((Ground(Reason.UNKNOWN_ADDRESSEE), *_of(addressees)))
    told = [f"{one.name} title={one.title or 'contact'}" for one in addressees if _reason_of(one) is Reason.SEND_NONEXEC]
    said, beside = plain(text), plain("; ".join(filter(None, (context, *told))))
    wish, to, promised = wished(said), addressed(said, beside), promises_in(said, authority, asked=True)
    touched = sensitive_in(said)
    unclear = not wish.understood and bool(to.executives or touched or promised.outside)
    grounds = [Ground(reason, words) for reason, words in wish.alone]
    if wish.leaves or unclear:
        grounds += _leaving(wish, to, promised, touched, addressees)
    elif wish.writes or not wish.understood:
        grounds += [Ground(Reason.CRM_WRITE, wish.writes), *(promised.outside if wish.quotes else ()), *_of(addressees)]
    return Gate(tuple(dict.fromkeys(_as_written(one, text) for one in grounds)))


def gate_of_draft(
    entity: str, fields: Mapping[str, object], *, request: str = "", addressees: Sequence[Addressee] = (), authority: Authority
) -> Gate:
    """Why a proposed record is of its class: a letter by whom it goes to and what it says, quotes and contracts by their terms.

    request: the words that it was asked for with, "" where there are none; they can only raise what the fields call for.
    """
    if entity == "contract" and (fields.get("terms_risk") == "high" or fields.get("needs_legal") is True):
        return Gate((Ground(Reason.CONTRACT_RISK),))
    if entity not in {"letter", "quote"}:
        return Gate((Ground(Reason.CRM_WRITE),))
    found = _of_letter(fields, addressees, authority) if entity == "letter" else _of_quote(fields, authority)
    asked = gate_of_request(request, addressees=addressees, authority=authority).grounds if request else ()
    known = bool(addressees)
    raised = [one for one in asked if Gate((one,)).must_review and not (known and one.reason is Reason.UNKNOWN_ADDRESSEE)]
    return Gate(tuple(dict.fromkeys((*found, *raised, *_of(addressees)))))


def _leaving(
    wish: Wish, to: Addressed, promised: Promises, touched: Sequence[str], addressees: Sequence[Addressee]
) -> Iterator[Ground]:
    known = _of(addressees)
    yield from known
    yield from (Ground(Reason.EXEC_MESSAGE, words) for words in to.executives)
    outside = [one for one in known if one.reason is not Reason.INTERNAL_MESSAGE]
    if (to.ours or known) and not (to.executives or outside or to.named or to.strangers):
        yield from (Ground(Reason.INTERNAL_MESSAGE, words) for words in to.ours)
        return
    yield from (Ground(Reason.SENSITIVE, words) for words in touched)
    yield from promised.outside
    if wish.quotes and not promised.outside:
        yield Ground(Reason.PRICING_WITHIN_POLICY, promised.within or wish.quotes)
    if to.others:
        yield from (Ground(Reason.SEND_NONEXEC, words) for words in to.others)
    elif to.ours:
        yield from (Ground(Reason.INTERNAL_MESSAGE, words) for words in to.ours)
    elif not (to.executives or to.ours or known) and (not wish.quotes or to.someone):
        yield Ground(Reason.UNKNOWN_ADDRESSEE, wish.leaves)


def _of_letter(fields: Mapping[str, object], addressees: Sequence[Addressee], authority: Authority) -> Iterator[Ground]:
    written = [str(fields.get(name) or "") for name in ("subject", "body", "addressee", "address")]
    if sum(map(len, written)) > LONGEST:
        yield Ground(Reason.UNKNOWN_ADDRESSEE)
        return
    subject, body, addressee, address = map(plain, written)
    inbox = re.sub(r"[._\-+0-9]+", " ", address.partition("@")[0])
    opening = _SALUTATION.match(body)
    greeted = f"{addressee}\n{inbox}\n{opening[0].strip() if opening else ''}"
    executives = [one.words for one in executives_in(greeted) if not one.assistant or passed_on(body)]
    executives = [words for words in executives if not any(_courteous(words, one) for one in addressees)]
    executives += passed_on(body, executives=True)
    yield from (Ground(Reason.EXEC_MESSAGE, words) for words in executives)
    if addressees and all(one.ours for one in addressees) and not executives:
        return
    if fields.get("kind") == "apology":
        yield Ground(Reason.SENSITIVE, "apology")
    text = f"{subject}\n{body}"
    yield from (Ground(Reason.SENSITIVE, words) for words in sensitive_in(text))
    promised = promises_in(text, authority)
    yield from promised.outside
    if promised.within and not promised.outside:
        yield Ground(Reason.PRICING_WITHIN_POLICY, promised.within)
    if not addressees and not executives:
        yield Ground(Reason.UNKNOWN_ADDRESSEE, str(fields.get("addressee") or ""))


def _of_quote(fields: Mapping[str, object], authority: Authority) -> Iterator[Ground]:
    discount, days = _number(fields, "discount"), _number(fields, "payment_days")
    listed, amount = _number(fields, "list_amount"), _number(fields, "amount")
    off = max(discount, 100 * (1 - amount / listed) if listed > 0 and fields.get("amount") is not None else 0.0)
    outside = False
    if off > authority.discount_pct + 0.005:  # amounts are rounded to cents
        outside = True
        yield Ground(Reason.PRICING_OUTSIDE_POLICY, f"discount {off:.4g}")
    if days > authority.payment_days:
        outside = True
        yield Ground(Reason.COMMITMENT_OUTSIDE_POLICY, f"payment_days {days:g}")
    if not outside:
        yield Ground(Reason.PRICING_WITHIN_POLICY, f"{off:.4g} %")


def _number(fields: Mapping[str, object], name: str) -> float:
    value = fields.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(str(value).rstrip("% ").replace(",", "")) if value is not None else 0.0
    except ValueError:
        return float("inf")  # what cannot be read is not within anybody's authority


def _of(addressees: Sequence[Addressee]) -> list[Ground]:
    return [Ground(_reason_of(one), one.title or one.name) for one in addressees]


def _reason_of(one: Addressee) -> Reason:
    if one.ours:
        return Reason.INTERNAL_MESSAGE
    told = is_executive(one.title) if one.title else None
    if one.executive or told:
        return Reason.EXEC_MESSAGE
    if not one.known or (one.executive is None and told is None):
        return Reason.UNKNOWN_ADDRESSEE
    return Reason.SEND_NONEXEC


def _courteous(words: str, one: Addressee) -> bool:
    """Whether these words are how people politely call somebody whom the records know to be no executive."""
    return _reason_of(one) is Reason.SEND_NONEXEC and words == f"{one.name[:1]}总"


def _as_written(ground: Ground, text: str) -> Ground:
    at = text.lower().find(ground.words) if len(text.lower()) == len(text) else -1
    return Ground(ground.reason, text[at : at + len(ground.words)]) if at >= 0 and ground.words else ground
