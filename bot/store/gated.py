"""Why something is gated, as the records tell it inside a transaction: whom it goes to, what it promises. Knows records; reads no words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import sqlite_utils

from bot.domain.approval import FLOOR, LATELY, MARGIN, OVERDUE, QUOTE, RATING, TOGETHER_DAYS, ReviewRules, quote_grounds
from bot.domain.figures import margin_left
from bot.domain.gaps import half_filled
from bot.domain.gating import CONTRACT_PAPER, gate_of_draft
from bot.domain.ids import RecordId
from bot.domain.policy import Addressee, Gate, Ground, Reason, joined
from bot.domain.scope import Reach, Scope
from bot.domain.titles import is_executive
from bot.errors import NotAllowed, TellUser
from bot.store.agreed import was_agreed_to
from bot.store.codec import Row, load, moment, stamp
from bot.store.content import Shelf, body_of
from bot.store.proposals import Part, parts_in
from bot.store.rows import every, one

LETTER, CONTRACT = "letter", "contract"
JUDGED = frozenset({"terms_risk", "needs_legal"})
"""What a comparison says of a contract, and nobody by hand."""
WRITTEN = ("subject", "body")
HOUSE_WRITES = {LETTER: frozenset({"status", "sent_at"})}
"""What becomes of a letter is the house's to note; a draft that says so says nothing."""
BY_ADDRESS = """
    SELECT id, body FROM records
    WHERE entity = 'contact' AND archived_at IS NULL AND erased_at IS NULL AND lower(json_extract(body, '$.email')) = :address"""
BY_NAME = """
    SELECT id, body FROM records
    WHERE entity = 'contact' AND archived_at IS NULL AND erased_at IS NULL AND json_extract(body, '$.name') = :name
      AND (:account IS NULL OR json_extract(body, '$.account') = :account)"""
FORMERLY = """
    SELECT field, before FROM field_history AS past
    WHERE record_id = :id AND field IN ('title', 'executive') AND before IS NOT NULL
      AND actor IN (SELECT id FROM users WHERE role = 'rep') AND NOT EXISTS (
        SELECT 1 FROM field_history AS later
        WHERE later.record_id = past.record_id AND later.field IN ('title', 'executive') AND later.seq > past.seq
          AND later.actor NOT IN (SELECT id FROM users WHERE role = 'rep'))"""
"""What reps wrote over, of who somebody is, and nobody else has settled since."""
OVERDUE_SINCE = """
    SELECT min(json_extract(body, '$.due_date')) AS since FROM records
    WHERE entity = 'invoice' AND archived_at IS NULL AND erased_at IS NULL AND json_extract(body, '$.account') = :account
      AND json_extract(body, '$.paid_date') IS NULL AND json_extract(body, '$.due_date') < :today"""
QUOTED_LATELY = """
    SELECT coalesce(sum(json_extract(body, '$.amount')), 0) AS amount FROM records
    WHERE entity = 'quote' AND archived_at IS NULL AND erased_at IS NULL AND json_extract(body, '$.account') = :account
      AND json_extract(body, '$.currency') IS :currency AND json_extract(body, '$.quote_date') >= :since
      AND json_extract(body, '$.status') NOT IN ('expired', 'rejected')
      AND json_extract(body, '$.number') IS NOT :number AND (:deal IS NULL OR json_extract(body, '$.opportunity') IS NOT :deal)"""


def gate_found(
    shelf: Shelf, entity: str, fields: Mapping[str, object], rules: ReviewRules, *, record_id: RecordId | None = None, request: str = "",
    paper: str = "",
) -> Gate:
    """Why a record with these values is gated; `record_id`: the one whose other values stay.

    paper: of a contract, what it was read from. Legal agrees to words: what has the same was agreed to.
    """
    whole = whole_of(shelf.database, record_id, fields)
    addressees = tuple(_addressees(shelf.database, whole)) if entity == LETTER else ()
    found = gate_of_draft(entity, whole, request=request, addressees=addressees, authority=rules.authority)
    if entity == CONTRACT and found.must_review and paper and was_agreed_to(shelf.database, paper, whole.get("account")):
        return Gate((Ground(Reason.CRM_WRITE),))
    if entity == QUOTE:
        found = found.joined(quote_grounds({**whole, **facts_of(shelf, entity, whole)}, rules))
    return found


def whole_of(database: sqlite_utils.Database, record_id: str | None, fields: Mapping[str, object]) -> dict[str, object]:
    """What a record would hold with these values: those that it has stay."""
    return {**_kept(database, RecordId(record_id) if record_id else None), **fields}


def account_of(database: sqlite_utils.Database, draft: Row, fields: Mapping[str, object]) -> str | None:
    """The account that a draft is about: its own, else that of its contact."""
    whole = whole_of(database, draft["record_id"], fields)
    contact = _kept(database, RecordId(str(whole["contact"]))) if whole.get("contact") else {}
    return str(whole.get("account") or contact.get("account") or "") or None


def gate_kept(database: sqlite_utils.Database, row: Row) -> Gate:
    """Why a revision (a row of `draft_revisions`, or of `reviews`) was gated when it was made; without words once those were erased."""
    body = body_of(database, row["gate_id"])
    if body is not None:
        return Gate(tuple(Ground(Reason(reason), words) for reason, words in load(body)))
    return Gate(tuple(Ground(Reason(reason)) for reason in load(row["reasons"] or "[]")))


def gate_now(shelf: Shelf, row: Row, fields: Mapping[str, object], rules: ReviewRules, also: Iterable[Part] | None = None) -> Gate:
    """What was found when a draft was made and edited, joined with what the records say now.

    also: what it proposes beside its record, None for what it holds.  Raises: Stale("draft_expired") when that was erased.
    """
    record_id = RecordId(row["record_id"]) if row["record_id"] else None
    found = gate_found(shelf, row["entity"], fields, rules, record_id=record_id, paper=_paper_of(row))
    beside = parts_in(shelf.database, row) if also is None else also
    return joined([gate_kept(shelf.database, row), found, *gates_beside(shelf, beside, rules)])


def gates_beside(shelf: Shelf, also: Iterable[Part], rules: ReviewRules) -> Iterator[Gate]:
    """Why each of the proposals is gated."""
    return (gate_found(shelf, one.entity, one.fields, rules, record_id=one.record_id) for one in also)


def facts_of(shelf: Shelf, entity: str, fields: Mapping[str, object]) -> Mapping[str, object]:
    """What the rules ask about a quote: its account's rating and longest overdue invoice, what else was quoted lately, its margin."""
    account = _kept(shelf.database, RecordId(str(fields["account"]))) if entity == QUOTE and fields.get("account") else None
    if account is None:
        return {}
    row = one(shelf.database, OVERDUE_SINCE, {"account": fields["account"], "today": stamp(shelf.now)[:10]})
    since = moment(row["since"]).date() if row and row["since"] else shelf.now.date()
    lately = one(shelf.database, QUOTED_LATELY, {
        "account": fields["account"], "currency": fields.get("currency"), "number": fields.get("number"), "deal": fields.get("opportunity"),
        "since": stamp(shelf.now - timedelta(days=TOGETHER_DAYS))[:10],
    })  # fmt: skip
    return {
        RATING: account.get(RATING), OVERDUE: (shelf.now.date() - since).days, LATELY: lately["amount"] if lately else 0,
        **_margin(shelf.database, fields),
    }  # fmt: skip


def _margin(database: sqlite_utils.Database, fields: Mapping[str, object]) -> dict[str, object]:
    """The margin that a discount leaves of a product's; nothing where it is not known."""
    product = _kept(database, RecordId(str(fields["product"]))) if fields.get("product") else {}
    left, floor = margin_left(product.get("list_margin"), fields.get("discount") or 0), product.get("margin_floor")
    return {MARGIN: left, FLOOR: floor} if left is not None and isinstance(floor, int | float) else {}


def must_have_no_gap(entity: str, fields: Mapping[str, object]) -> None:
    """Refuse a letter in which something is still to be filled in.  Raises: TellUser("letter_has_gaps", gaps=…)."""
    gaps = [gap for name in WRITTEN for gap in half_filled(str(fields.get(name) or ""))] if entity == LETTER else []
    if gaps:
        raise TellUser("letter_has_gaps", gaps="、".join(dict.fromkeys(gaps)))


def must_not_wait(gate: Gate) -> None:
    """Refuse what a second person has to agree to.  Raises: NotAllowed("needs_review")."""
    if gate.must_review:
        raise NotAllowed("needs_review")


def must_not_leave(shelf: Shelf, entity: str, fields: Mapping[str, object], rules: ReviewRules, record_id: RecordId, scope: Scope) -> None:
    """Refuse what a person would write past drafts and reviews: any letter, a quote that needs a second person, how risky a contract is.

    Raises: NotAllowed("needs_review").
    """
    if entity == LETTER or (entity == CONTRACT and not JUDGED.isdisjoint(fields)):
        raise NotAllowed("needs_review")
    if entity == QUOTE or (entity == CONTRACT and scope.write_reach(CONTRACT, "status") is not Reach.ALL):
        must_not_wait(gate_found(shelf, entity, fields, rules, record_id=record_id))


def _paper_of(row: Row) -> str:
    """The paper of a draft's revision; "" for none."""
    ground = load(row["evidence"]).get(CONTRACT_PAPER) if row["entity"] == CONTRACT else None
    return str(ground["ref"]) if ground else ""


def proposed(entity: str, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that a draft may name."""
    return {name: value for name, value in fields.items() if name not in HOUSE_WRITES.get(entity, frozenset())}


def _addressees(database: sqlite_utils.Database, letter: Mapping[str, object]) -> Iterator[Addressee]:
    """Everybody whom a letter may reach: by its contact, by each of its addresses, by the name that it was written to.

    Each as the record tells, and as it told before reps changed it: who writes must not be who says that the reader is no executive.

    An address or a name that is in no record is somebody unknown, whoever the contact is.
    """
    contact = _kept(database, RecordId(str(letter["contact"]))) if letter.get("contact") else {}
    if contact.get("name"):
        yield from _person(database, str(letter["contact"]), contact)
    elif letter.get("contact"):
        yield Addressee(str(letter.get("contact_name") or ""), known=False)
    reached = bool(contact.get("name"))
    for address in re.split(r"[\s,;，；、]+", str(letter.get("address") or "").strip().lower()):
        if address and address != str(contact.get("email") or "").lower():
            reached = True
            yield from _at(database, address)
    named = str(letter.get("addressee") or letter.get("contact_name") or "").strip()
    found = _called(database, named, letter.get("account")) if named else []
    for row in found:
        if row["id"] != letter.get("contact"):
            yield from _person(database, row["id"], load(row["body"]))
    if not reached and not found:
        yield Addressee(named, known=False)


def _at(database: sqlite_utils.Database, address: str) -> Iterator[Addressee]:
    ours = one(database, "SELECT name FROM users WHERE email_key = :key", {"key": address.casefold()})
    found = every(database, BY_ADDRESS, {"address": address})
    if ours:
        yield Addressee(ours["name"], ours=True)
    for row in found:
        yield from _person(database, row["id"], load(row["body"]))
    if not ours and not found:
        yield Addressee(address, known=False)


def _called(database: sqlite_utils.Database, name: str, account: object) -> list[Row]:
    return every(database, BY_NAME, {"name": name, "account": account})


def _person(database: sqlite_utils.Database, record_id: str, contact: Mapping[str, object]) -> Iterator[Addressee]:
    name, title, executive = str(contact["name"]), str(contact.get("title") or ""), contact.get("executive")
    yield Addressee(name, title, executive if isinstance(executive, bool) else None)
    for row in every(database, FORMERLY, {"id": record_id}):
        before = load(row["before"])
        if before is True:
            yield Addressee(name, title, executive=True)
        elif before and is_executive(str(before)):
            yield Addressee(name, str(before), executive=True)


def _kept(database: sqlite_utils.Database, record_id: RecordId | None) -> dict[str, object]:
    row = one(database, "SELECT body FROM records WHERE id = :id AND erased_at IS NULL", {"id": record_id}) if record_id else None
    found: dict[str, object] = load(row["body"]) if row else {}
    return found
