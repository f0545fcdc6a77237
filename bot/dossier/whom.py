"""Whom a turn is about: an account, and the people there that were named. Looks records up; never guesses between two."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.dossier import OPEN_STAGES, Meeting, Which
from bot.domain.found import Known, Name
from bot.domain.ids import RecordId
from bot.domain.query import ME, Dir, Filter, Op, Query, Row, Sort
from bot.domain.saying import number, text
from bot.domain.talk import Turn
from bot.dossier.facts import seen
from bot.ports import SeenRecords

TITLED = re.compile(
    r"(?P<name>[\u3400-\u9fff]{1,2})(?P<title>董事长|副总|总监|总裁|总工|经理|主任|部长|厂长|处长|科长|主管|书记|院长|老师|先生|女士|董|总|工)"
)
FORMAL = re.compile(r"\b(?:Mr|Ms|Mrs|Miss|Dr|Prof)\.?\s+(?P<name>[A-Z][\w'-]+)")
CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?:['-][A-Za-z]+)?")
PLAIN = frozenset((
    "prep", "brief", "ready", "meeting", "visit", "call", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "the",
    "before", "get", "give",
    "what", "who", "tomorrow", "today", "seeing", "about", "for", "with", "and", "please", "can", "bring", "catch", "run",
    "walk", "fill", "heading", "where", "how", "quick", "one", "his", "her", "our",
))  # fmt: skip
PERSON = re.compile(r"(?<!其)[他她](?!们)|这个人|\b(?:him|her|he|she)\b", re.IGNORECASE)
DEAL = re.compile(r"这单|这个单|那单|这个商机|这个项目|\b(?:that|this|the) (?:deal|opportunity)\b", re.IGNORECASE)
THEM = re.compile(
    r"(?<!其)[他她它]们?|这家|那家|这个客户|该客户|对方"
    r"|\b(?:it|they|them|their|him|her|he|she|this (?:one|account|customer)|that (?:deal|one))\b",
    re.IGNORECASE,
)
LOOKED = 50
OFFERED = 4
WORDS_TRIED = 3


@dataclass(frozen=True, slots=True)
class Search:
    """Finds out whom one turn is about."""

    turn: Turn
    records: SeenRecords

    async def whom(self) -> Meeting | Which:
        """The meeting that the turn names, or points at by "they" and "it"; else what to ask."""
        names = await self.records.spot(self.turn.text)
        accounts = _known(names, "account")
        if len(accounts) > 1:
            return Which("which_of", tuple((one.name, one.name) for one in accounts[:OFFERED]), several=True)
        if accounts:
            return await self._at(accounts[0].name, accounts[0].id)
        if people := _known(names, "contact"):
            return await self._one_of(await self._people(one.name for one in people), ())
        return await self._by_surname() or await self._remembered() or await self._by_deal() or await self._nobody()

    async def _at(self, name: str, account_id: RecordId) -> Meeting | Which:
        rows = await seen(self.records, Query("account", (Filter("name", Op.EQ, name),), limit=LOOKED)) or ()
        account = next((row for row in rows if row.id == account_id), None)
        if account is None:
            return await self._nobody()
        here = Query("contact", (Filter("account", Op.EQ, account_id),), limit=LOOKED)
        return Meeting(account, _meant(self.turn.text, await seen(self.records, here) or ()))

    async def _remembered(self) -> Meeting | Which | None:
        """Whom "they" and "it" mean, where something was talked about."""
        said = self.turn.text
        if not (self.turn.memory.continues or THEM.search(said) or DEAL.search(said)):
            return None
        first = "contact" if PERSON.search(said) else "opportunity" if DEAL.search(said) else "account"
        known = {one.entity: one for one in await self.records.called(self.turn.memory.about)}
        match next((known[entity] for entity in (first, "account", "contact", "opportunity") if entity in known), None):
            case Known("account", found, name):
                return await self._at(name, found)
            case Known("contact", found, name):
                return await self._one_of([row for row in await self._people([name]) if row.id == found], ())
            case Known("opportunity", found, name):
                rows = await seen(self.records, Query("opportunity", (Filter("name", Op.EQ, name),), limit=LOOKED)) or ()
                deal = next((row for row in rows if row.id == found), None)
                return await self._of(deal) if deal else None
            case _:
                return None

    async def _of(self, row: Row) -> Meeting | Which:
        """The account that a record belongs to."""
        return await self._at(text(row, "account_name"), RecordId(text(row, "account")))

    async def _by_surname(self) -> Meeting | Which | None:
        said = self.turn.text
        tried = [found["name"][-1] for found in TITLED.finditer(said)] + [found["name"] for found in FORMAL.finditer(said)]
        tried += [word for word in CAPITAL.findall(said) if word.lower() not in PLAIN]
        rows = [row for name in dict.fromkeys(tried[:WORDS_TRIED]) for row in await self._people([name], Op.CONTAINS)]
        people = _meant(said, rows)
        known = self.turn.memory.about.get("account")
        return await self._one_of(people, [row for row in people if row.fields.get("account") == known]) if people else None

    async def _people(self, names: Iterable[str], op: Op = Op.EQ) -> Sequence[Row]:
        found = [await seen(self.records, Query("contact", (Filter("name", op, name),), limit=LOOKED)) or () for name in names]
        return [row for rows in found for row in rows]

    async def _one_of(self, people: Sequence[Row], nearer: Sequence[Row]) -> Meeting | Which:
        """The account of these people; asks where they are of several. nearer: those of the account talked about."""
        people = sorted(nearer or people, key=lambda row: -(number(row, "weight") or 0.0))
        if len({row.fields.get("account") for row in people}) > 1:
            told = [f"{text(row, 'name')} · {text(row, 'account_name')}" for row in people[:OFFERED]]
            return Which("which_person", tuple((one, one.replace(" · ", " ")) for one in told), several=True)
        if not people:
            return await self._nobody()
        at = await self._of(people[0])
        return Meeting(at.account, tuple(people)) if isinstance(at, Meeting) else at

    async def _by_deal(self) -> Meeting | Which | None:
        """The account of an open opportunity whose name was said."""
        query = Query("opportunity", (Filter("stage", Op.IN, OPEN_STAGES),), limit=200)
        said = self.turn.text.lower()
        meant = [row for row in await seen(self.records, query) or () if text(row, "name") and text(row, "name").lower() in said]
        return await self._of(meant[0]) if meant else None

    async def _nobody(self) -> Which:
        """Asks which account, offering those that the speaker touched last. A hidden account is met with the same words as none."""
        query = Query("touchpoint", (Filter("owner", Op.EQ, ME),), sort=Sort("happened_at", Dir.DESC), limit=LOOKED)
        names = dict.fromkeys(text(row, "account_name") for row in await seen(self.records, query) or ())
        offered = [name for name in names if name][:OFFERED]
        return Which("which_account" if offered else "no_account", tuple((name, name) for name in offered))


def _known(names: Sequence[Name], entity: str) -> list[Known]:
    """The records of a kind that are named, each once."""
    return list({one.id: one for name in names for one in name.meant if one.entity == entity}.values())


def _meant(said: str, people: Sequence[Row]) -> tuple[Row, ...]:
    """Those whose name, surname with a title, first name, or position was said; an exact name before the others."""
    low = said.lower()
    if exact := [row for row in people if (name := text(row, "name").lower()) and name in low]:
        return tuple(exact)
    titled = [(found["name"], found["title"]) for found in TITLED.finditer(said)]
    formal = {found["name"] for found in FORMAL.finditer(said)}
    capitals = {word for word in CAPITAL.findall(said) if word.lower() not in PLAIN}
    by_name = [row for row in people if _called(text(row, "name"), titled, formal, capitals)]
    fitting = [row for row in by_name if any(title in text(row, "title") for name, title in titled if name[-1] == text(row, "name")[:1])]
    if by_name:
        return tuple(fitting or by_name)
    return tuple(row for row in people if _stands_in(text(row, "title").lower(), low))


def _stands_in(title: str, low: str) -> bool:
    """Whether a title was said as a word of its own: "cto" is no part of "director", 经理 none of 总经理."""
    return bool(title) and re.search(rf"(?<![a-z总副]){re.escape(title)}(?![a-z])", low) is not None


def _called(name: str, titled: Sequence[tuple[str, str]], formal: set[str], capitals: set[str]) -> bool:
    words = name.split()
    if not words:
        return False
    if not name.isascii() and len(words) == 1:
        return any(name.startswith(surname) or name[0] == surname[-1] for surname, _ in titled)
    return words[-1] in formal or words[0] in capitals or words[-1] in capitals
