"""The room of rules: which sets there are, what a change would do, publish, agree, go back. Knows no page, and no set by name.

Gates are no rules: that something waits for a second person is held by code, whatever stands here.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from bot.admin.door import AdminDoor
from bot.admin.sheets import Fields, Sheet
from bot.domain.ids import UserId
from bot.domain.people import Role
from bot.domain.prompting import LONGEST_NOTE, Edition, Holding, Standing, difference, version_of
from bot.domain.talk import Lang
from bot.errors import BadConfig, Stale, Unclear
from bot.ports import Users, Words
from bot.rulebook import Rulebook, RuleSet
from bot.table_text import toml_of
from bot.visits import me_of

Json = dict[str, Any]
Effect = Callable[[Any, Any, Lang], Awaitable[Json]]
"""What a change would do: the value in force, the new one -> what `admin/rules/{template}_effect.html` shows. It changes nothing."""
LONGEST = 60_000
BAD_VALUE, LONGEST_KEY = "config_bad_value", 40
SHIPPED = "shipped"
"""How the house's own text is called where editions are called by their ids."""


@dataclass(frozen=True)
class Leaf:
    """How one set is shown: as a form, and what a change of it would do. None where there is none.

    sheet: or what makes it anew for each look, where it shows more than the rules.
    """

    sheet: Sheet | Callable[[], Awaitable[Sheet]] | None = None
    effect: Effect | None = None


@dataclass(frozen=True)
class Tried:
    """What was typed, read. text: as it would be kept. faults: where it does not fit, by the name of the input, "" for the whole."""

    text: str
    value: Any
    faults: Sequence[Json]


@dataclass(frozen=True)
class RulesRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin. leaves: by set; a set without one is shown as text."""

    door: AdminDoor
    book: Rulebook
    users: Users
    words: Words
    leaves: Mapping[str, Leaf]

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "rules": self.listed, "rule_set": self.one, "rule_check": self.checked, "rule_publish": self.publish, "rule_back": self.back,
            "rule_agree": self.agree, "rule_drop": self.drop,
        }  # fmt: skip

    async def listed(self, session: str, *, lang: Lang) -> Json:  # noqa: ARG002 - as every verb that has words
        """All sets in a line each: what holds, since when and by whom, what waits."""
        me, names = me_of(await self.door.admin(session)), await self._names()
        lines = []
        for name, one in self.book.sets.items():
            held, waits = self.book.held(name), _waiting(await self.book.editions.history(name))
            edition = held.edition if held.holding is not Holding.SHIPPED else None
            lines.append({
                "name": name, "gated": one.gated, "at_start": one.at_start, "holding": held.holding,
                "edition": _told(edition, names) if edition else None, "waits": _told(waits, names) if waits else None,
            })  # fmt: skip
        return {"me": me, "sets": lines}

    async def one(self, session: str, *, lang: Lang, rules: str, against: str = "") -> Json:
        """One set whole. against: the edition that what is in force is held against, "" for none.

        Raises: Unclear("no_such_rules"); NotAllowed("only_admins").
        """
        admin, one = await self.door.admin(session), self._set(rules)
        held, names, history = self.book.held(rules), await self._names(), await self.book.editions.history(rules)
        waits, edition = _waiting(history), held.edition if held.holding is not Holding.SHIPPED else None
        return {
            "me": me_of(admin), "name": rules, "gated": one.gated, "at_start": one.at_start, "alone": await self._admins() < 2,  # noqa: PLR2004 - a second one
            "text": held.text, "shipped": one.shipped, "base": self._base(rules), "holding": held.holding,
            "why": self._said(held.why, lang) if held.why else "",
            "edition": _told(edition, names) if edition else None, "history": [_told(each, names) for each in history],
            "upgrade": _lines(edition.text, one.shipped) if edition else [],
            "waits": {
                **_told(waits, names), "mine": waits.by == admin.user_id, "difference": _lines(held.text, waits.text),
            } if waits else None,
            "against": _lines(self._text(rules, against, history), held.text) if against else [],
            **await self._form(rules, None, lang), "weighs": self._leaf(rules).effect is not None,
            "longest": LONGEST, "longest_note": LONGEST_NOTE,
        }  # fmt: skip

    async def checked(
        self, session: str, *, lang: Lang, rules: str, fields: Fields | None = None, text: str = "", weigh: bool = False
    ) -> Json:
        """What is wrong with what was typed, and what it would change. fields: of the form; text: in their place. weigh: its effect, too.

        Raises: Unclear("no_such_rules").
        """
        await self.door.admin(session)
        held, tried = self.book.held(self._set(rules).name), await self._tried(rules, fields, text, lang)
        effect = self._leaf(rules).effect
        weighed = await effect(held.value, tried.value, lang) if weigh and effect and not tried.faults else None
        return {
            "faults": list(tried.faults), "difference": [] if tried.faults else _lines(held.text, tried.text), "text": tried.text,
            "same": not tried.faults and tried.text == held.text, "effect": weighed, **await self._form(rules, fields, lang),
        }  # fmt: skip

    async def publish(
        self, session: str, *, lang: Lang, rules: str, note: str, base: str, fields: Fields | None = None, text: str = ""
    ) -> Json:
        """Have it hold at once, or wait for a second admin where that is asked for and there is one.

        base: the version that its author had before them, as `one` told it.
        Raises: Unclear("rules_faulty" | "rules_note" | "rules_same" | "no_such_rules"); Stale("rules_moved", by=…, number=…).
        """
        admin, one = await self.door.admin(session), self._set(rules)
        tried, held = await self._tried(rules, fields, text, lang), self.book.held(rules)
        if tried.faults:
            raise Unclear("rules_faulty")
        if not 0 < len(note.strip()) <= LONGEST_NOTE:
            raise Unclear("rules_note", most=LONGEST_NOTE)
        if tried.text == held.text and held.holding not in {Holding.UPGRADED, Holding.BROKEN}:
            raise Unclear("rules_same")
        alone = not one.gated or await self._admins() < 2  # noqa: PLR2004 - a second one
        return await self._keep(rules, tried.text, note.strip(), admin.user_id, base, alone=alone)

    async def back(self, session: str, *, lang: Lang, rules: str, to: str, base: str) -> Json:
        """Go back to an edition that once held, by its id, or to the file's: what was agreed to before needs nobody again.

        Raises: Unclear("no_such_rules" | "rules_faulty" | "rules_same"); Stale("rules_moved" | "rules_gone").
        """
        admin, one, history = await self.door.admin(session), self._set(rules), await self.book.editions.history(rules)
        text = self._text(rules, to, [each for each in history if each.standing is Standing.PUBLISHED])
        if to != SHIPPED and (await self._tried(rules, None, text, lang)).faults:
            raise Unclear("rules_faulty")
        if text == self.book.held(rules).text and not (to == SHIPPED and self.book.held(rules).holding is not Holding.SHIPPED):
            raise Unclear("rules_same")
        number = next((each.number for each in history if each.id == to), 0)
        return await self._keep(one.name, text, f"↩ #{number}" if number else "↩", admin.user_id, base, alone=True)

    async def agree(self, session: str, *, lang: Lang, edition: str) -> Json:  # noqa: ARG002 - as every verb that has words
        """Have what another admin changed hold.  Raises: NotAllowed("rules_needs_second"); Stale("rules_gone")."""
        admin = await self.door.admin(session)
        agreed = await self.book.editions.agree(edition, admin.user_id)
        await self.book.refresh()
        return _told(agreed, await self._names())

    async def drop(self, session: str, *, lang: Lang, edition: str) -> Json:  # noqa: ARG002 - as above
        """Put away what waits: its author takes it back, or another says no.  Raises: Stale("rules_gone")."""
        admin = await self.door.admin(session)
        return _told(await self.book.editions.drop(edition, admin.user_id), await self._names())

    async def _tried(self, rules: str, fields: Fields | None, text: str, lang: Lang) -> Tried:
        one, sheet = self.book.sets[rules], await self._sheet(rules)
        if fields is not None and sheet is not None:
            text = toml_of(sheet.raw(fields, self.book.held(rules).value))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > LONGEST:
            return Tried(text, None, [{"key": "", "text": self.words.say("rules_too_long", lang, most=LONGEST)}])
        try:
            value = one.read(text)
        except BadConfig as wrong:
            return Tried(text, None, [{"key": _place(str(wrong.facts.get("key", ""))), "text": self._said(wrong, lang)}])
        return Tried(one.write(value), value, ())

    async def _form(self, rules: str, fields: Fields | None, lang: Lang) -> Json:
        """The form as it is opened, or with what was typed."""
        sheet = await self._sheet(rules)
        if sheet is None:
            return {"shape": "", "fields": {}, "form": {}}
        shown = sheet.fields(self.book.held(rules).value) if fields is None else fields
        told = sheet.told(shown, lang)
        return {"shape": sheet.template, "fields": dict(told.get("fields", shown)), "form": told}

    async def _keep(self, rules: str, text: str, note: str, by: UserId, base: str, *, alone: bool) -> Json:
        shipped = version_of(self.book.sets[rules].shipped)
        try:
            edition = await self.book.editions.publish(rules, text, note, by, base=base, shipped=shipped, alone=alone)
        except Stale as moved:
            names = await self._names()
            raise Stale(moved.key, by=names.get(UserId(str(moved.facts.get("by"))), "–"), number=moved.facts.get("number", 0)) from moved
        await self.book.refresh()
        return _told(edition, await self._names())

    def _set(self, rules: str) -> RuleSet[Any]:
        if rules not in self.book.sets:
            raise Unclear("no_such_rules")
        return self.book.sets[rules]

    async def _sheet(self, rules: str) -> Sheet | None:
        sheet = self._leaf(rules).sheet
        return await sheet() if callable(sheet) else sheet

    def _leaf(self, rules: str) -> Leaf:
        return self.leaves.get(rules, Leaf())

    def _base(self, rules: str) -> str:
        """What a publish stands on now, as the store reckons it."""
        edition = self.book.held(rules).edition
        return edition.version if edition else version_of(self.book.sets[rules].shipped)

    def _text(self, rules: str, edition: str, history: Sequence[Edition]) -> str:
        if edition == SHIPPED:
            return self.book.sets[rules].shipped
        found = next((one for one in history if one.id == edition), None)
        if found is None:
            raise Stale("rules_gone")
        return found.text

    def _said(self, wrong: BadConfig, lang: Lang) -> str:
        """What is wrong, as `tandem check` would say it; what would fit, in the reader's language where there are words for it."""
        if wrong.key != BAD_VALUE:
            return self.words.say(wrong.key, lang, **wrong.facts)
        wanted = str(wrong.facts.get("wanted", ""))
        with suppress(BadConfig):
            wanted = self.words.say(f"wanted_{'_'.join(re.findall('[a-z0-9]+', wanted.lower()))[:LONGEST_KEY]}", lang)
        return self.words.say("rules_bad_value", lang, value=wrong.facts.get("value", ""), wanted=wanted)

    async def _admins(self) -> int:
        return sum(user.role is Role.ADMIN for user in await self.users.everyone())

    async def _names(self) -> Mapping[UserId, str]:
        return {user.id: user.name for user in await self.users.everyone()}


def _waiting(history: Sequence[Edition]) -> Edition | None:
    return next((one for one in history if one.standing is Standing.WAITING), None)


def _place(key: str) -> str:
    """`review.quotes[2]`, as inputs are named: `review.quotes.2`."""
    return re.sub(r"\[(\d+)\]", r".\1", key)


def _told(edition: Edition, names: Mapping[UserId, str]) -> Json:
    agreed = names.get(edition.agreed_by, "–") if edition.agreed_by else ""
    return {
        "id": edition.id, "number": edition.number, "version": edition.version, "by": names.get(edition.by, "–"), "note": edition.note,
        "at": edition.at.isoformat(), "standing": edition.standing, "agreed_by": agreed, "text": edition.text,
        "shipped": edition.version == edition.shipped,
    }  # fmt: skip


def _lines(old: str, new: str) -> list[Json]:
    return [asdict(line) for line in difference(old, new)]
