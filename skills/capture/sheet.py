"""What a note comes to as one draft: the first opportunity, and beside it touchpoints, tasks, people, what the account is short of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.evidence import Evidence
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.own_fields import OwnField, fields_of
from bot.domain.query import Row
from bot.domain.saying import text
from bot.domain.scope import Reach, Scope
from skills.capture.cited import Cited
from skills.capture.deal import Deal
from skills.capture.field import Field, Value
from skills.capture.people import TITLES
from skills.capture.touch import Touch

DEAL, TOUCH, TASK, PERSON, ACCOUNT = "deal", "touchpoint", "task", "person", "firm"
"""What stands beside a draft's own record is called so; never like a field of it."""
SHOWN = {
    "opportunity": ("amount", "product", "quantity", "contact", "contact_name", "close_date", "next_step_date", "stage", "competitor",
                    "budget_status", "probability", "discount", "next_step"),
    "touchpoint": ("contact", "kind", "channel", "happened_at", "note"),
    "account": ("name", "status"),
}  # fmt: skip
MOST_SHOWN = 6
MARKS = " ,\uff0c、。.;\uff1b!\uff01"
LONGEST_NOTE = 2_000
"""Characters of what was said that a touchpoint keeps; the whole stands with the turn."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Makes a draft of deals and touches. scope: what the speaker may change; what they may not is not proposed.

    own: the house's own fields.
    """

    cited: Cited
    scope: Scope
    own: tuple[OwnField, ...] = ()

    def opportunity(self, deals: Sequence[Deal], touches: Sequence[Touch], words: str) -> Draft:
        """The first deal with all that belongs to it, further ones beside it. words: what is told above the card."""
        first, also = deals[0], list[Proposal]()
        for at, (deal, touch) in enumerate(zip(deals, touches, strict=True), 1):
            also += self._beside(deal, touch, at)
        also = _each_once(also, first.before)
        about = tuple(row.id for row in (first.account, first.before) if row)
        if first.account is None:
            return self._with_account(first, also, words)
        record_id = first.before.id if first.before else None
        return Draft(
            words, "opportunity", first.fields, first.evidence, record_id, about=about, also=tuple(also),
            shows=shown("opportunity", first.fields, [one.name for one in self.own]), own=fields_of(self.own),
        )  # fmt: skip

    def touchpoint(self, deal: Deal, touch: Touch, pains: Sequence[Field], words: str) -> Draft:
        """A contact without a deal, with the next step as a task where it has a day. pains: what hurts there."""
        told = replace(deal, told=replace(deal.told, pains=tuple(pains)))
        fields, evidence = self._touch(told, touch)
        also = [*self._tasks(told, 1), *self._people(told, 1), *self._account(told)]
        about = (deal.account.id,) if deal.account else ()
        return Draft(words, "touchpoint", fields, evidence, about=about, also=tuple(also), shows=shown("touchpoint", fields))

    def _with_account(self, deal: Deal, also: Sequence[Proposal], words: str) -> Draft:
        """A new account is the draft's own record, its opportunity stands beside it."""
        speaker = self.cited.turn.speaker
        fields: dict[str, object] = {
            "name": deal.called, "status": "prospect", "owner": speaker.user_id, "owner_name": speaker.name, "team": speaker.team,
            **({"currency": deal.fields["currency"]} if deal.fields.get("currency") else {}),
            **({"biggest_pain": bare(deal.told.pains[0])} if deal.told.pains else {}),
        }  # fmt: skip
        name = self.cited.words(deal.called)
        deals = (Proposal(DEAL, "opportunity", deal.fields, deal.evidence),)
        evidence = {"name": name} if name else {}
        also = [*deals, *also]
        return Draft(words, "account", fields, evidence, also=tuple(also), shows=shown("account", fields), own=fields_of(self.own))

    # --- what stands beside it ---------------------------------------------------------------------------------------------------

    def _beside(self, deal: Deal, touch: Touch, at: int) -> Iterator[Proposal]:
        number = "" if at == 1 else str(at)
        if at > 1:
            yield Proposal(f"{DEAL}{number}", "opportunity", deal.fields, deal.evidence, deal.before.id if deal.before else None)
        if touch.told or self.cited.turn.spoken:
            fields, evidence = self._touch(deal, touch)
            yield Proposal(f"{TOUCH}{number}", "touchpoint", {**fields, **self._deal_ref(deal, at)}, evidence)
        yield from self._tasks(deal, at)
        yield from self._people(deal, at)
        if at == 1 and deal.account is not None:
            yield from self._account(deal)

    def _touch(self, deal: Deal, touch: Touch) -> tuple[dict[str, object], dict[str, Evidence]]:
        start, end = deal.told.span
        note = self.cited.turn.text[start : end or None].strip()[:LONGEST_NOTE]
        fields: dict[str, object] = {
            **deal.account_ref, **deal.contact_ref, **self._mine(), "happened_at": touch.at.isoformat(), "note": note,
        }
        told = {"channel": touch.channel, "kind": touch.kind, "minutes": touch.minutes}
        fields |= {name: one.value for name, one in told.items() if one}
        told |= {"happened_at": touch.day, "note": Field(note, note), "account": deal.told.fields.get("account")}
        return fields, self._cite(told)

    def _tasks(self, deal: Deal, at: int) -> Iterator[Proposal]:
        step, due = deal.told.fields.get("next_step"), deal.due
        if step is None or due is None or not deal.step:
            return
        fields = {
            "subject": deal.step, **deal.account_ref, **deal.contact_ref, **self._deal_ref(deal, at), **self._mine(), "status": "open",
            "due_date": str(due.value),
        }
        yield Proposal(f"{TASK}{'' if at == 1 else at}", "task", fields, self._cite({"subject": step, "due_date": due}))

    def _people(self, deal: Deal, at: int) -> Iterator[Proposal]:
        """A new person; of a known one the part in deciding, where the records do not have it."""
        who, role = deal.told.fields.get("contact"), deal.told.fields.get("decision_role")
        key = f"{PERSON}{'' if at == 1 else at}"
        if who is None or (deal.account is not None and not self._may(deal.account, "contact")):
            return
        if deal.contact is None:
            fields = {"name": deal.person, **deal.account_ref, **_title(deal.person), "status": "active", **_valued("role", role)}
            yield Proposal(key, "contact", fields, self._cite({"name": who, "role": role}))
        elif role and not text(deal.contact, "role"):
            yield Proposal(key, "contact", _valued("role", role), self._cite({"role": role}), deal.contact.id)

    def _account(self, deal: Deal) -> Iterator[Proposal]:
        """What hurts, where the account's record does not know it yet."""
        pain = next(iter(deal.told.pains), None)
        if pain and deal.account is not None and not text(deal.account, "biggest_pain") and self._may(deal.account, "account"):
            yield Proposal(ACCOUNT, "account", {"biggest_pain": bare(pain)}, self._cite({"biggest_pain": pain}), deal.account.id)

    def _deal_ref(self, deal: Deal, at: int) -> Mapping[str, object]:
        """The opportunity that something belongs to: one that is new and not the draft's own has no id to point at."""
        if deal.account is None or (at > 1 and deal.before is None) or not deal.fields:
            return {}
        called = text(deal.before, "name") if deal.before else str(deal.fields.get("name") or "")
        return {"opportunity": deal.before.id if deal.before else MAIN, "opportunity_name": called}

    def _mine(self) -> dict[str, object]:
        return {"owner": self.cited.turn.speaker.user_id, "owner_name": self.cited.turn.speaker.name}

    def _may(self, account: Row, entity: str) -> bool:
        return may_change(self.scope, account, entity)

    def _cite(self, told: Mapping[str, Field | None]) -> dict[str, Evidence]:
        return {name: found for name, one in told.items() if one and (found := self.cited.of(one))}


def _each_once(also: Sequence[Proposal], own: Row | None) -> list[Proposal]:
    """No record is changed twice in one draft; the first that is told of it counts."""
    seen, kept = {own.id} if own else set(), list[Proposal]()
    for one in also:
        if one.record_id is None or one.record_id not in seen:
            kept.append(one)
            seen |= {one.record_id} if one.record_id else set()
    return kept


def may_change(scope: Scope, row: Row, entity: str) -> bool:
    """Whether the speaker may change records of `entity` that are this row's, or this row."""
    reach = scope.write_reach(entity, "name")
    return reach not in {Reach.NONE, Reach.OWN} or (reach is Reach.OWN and row.fields.get("owner") == scope.user_id)


def bare(one: Field) -> str:
    """The words of a field without the marks about them."""
    return str(one.value).strip(MARKS)


def shown(entity: str, fields: Mapping[str, object], own: Iterable[str] = ()) -> tuple[str, ...]:
    """The fields that a card shows, the most telling first. own: names of the house's own fields."""
    there = [name for name in (*SHOWN[entity], *own) if fields.get(name) is not None]
    return tuple(name for name in there if not (name.endswith("_name") and name.removesuffix("_name") in there))[:MOST_SHOWN]


def _title(person: str) -> dict[str, object]:
    """The title in 李主任, which is all that is known of them."""
    found = next((one for one in sorted(TITLES, key=len, reverse=True) if len(one) > 1 and person.endswith(one) and person != one), "")
    return {"title": found} if found else {}


def _valued(name: str, one: Field | None) -> dict[str, Value]:
    return {name: one.value} if one else {}
