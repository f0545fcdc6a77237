"""Whose meeting it was: the account, its people and ours, and the day. Looks records up; never guesses between two accounts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.dossier import OPEN_STAGES
from bot.domain.found import Known, Name
from bot.domain.ids import RecordId
from bot.domain.people import Speaker
from bot.domain.query import ME, Dir, Filter, Op, Query, Row, Sort
from bot.domain.saying import text
from bot.domain.scope import Reach
from bot.errors import NotAllowed
from bot.ports import Reader, SeenRecords
from skills.meeting_minutes.heard import PERSON

STRETCH, STRETCHES = 1_900, 8
"""Characters of the talk that are looked through at once for names, and how often: who is met is named early."""
LOOKED = 100
OFFERED = 4
FAR_MORE = 3
"""How much oftener than any other an account is named that is the meeting's though others are named too."""
IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?:[-_./年] ?(\d{1,2})[-_./月] ?(\d{1,2})|(\d\d)(\d\d))(?!\d)")
AT = re.compile(r"(?<![\d:])([01]?\d|2[0-3])[:：]([0-5]\d)(?![\d:])")
ME_TOO = frozenset({"我", "me", "myself", "自己"})


@dataclass(frozen=True, slots=True)
class Heading:
    """What is said of a meeting beside the talk. words: what the sender wrote, and what stands at the top; source: what the text is called.

    people: as they are listed, `name (who they are)`; speakers: names that speak; talk: all of it.
    """

    words: str
    source: str
    people: tuple[str, ...]
    speakers: tuple[str, ...]
    talk: str


@dataclass(frozen=True, slots=True)
class Whose:
    """An account, or what to ask. options: accounts to choose from; several: whether the words fit all of them, else they are only offered.

    contacts: label in the talk -> who of the account that is. colleagues: label -> who of ours. deal: the account's only open opportunity.
    """

    account: Row | None = None
    options: tuple[str, ...] = ()
    several: bool = False
    contacts: Mapping[str, Row] | None = None
    colleagues: Mapping[str, Known] | None = None
    deal: Row | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Finds out whose one meeting was."""

    speaker: Speaker
    records: SeenRecords

    async def whose(self, heading: Heading) -> Whose:
        """By the heading, by who speaks, by what is talked about, in that order."""
        listed = await self.records.spot(" \n".join((heading.words, heading.source, *heading.people))[:STRETCH])
        speaking = await self.records.spot(" \n".join(heading.speakers)[:STRETCH])
        colleagues = self._colleagues(heading, [*speaking, *listed])
        named = _known(listed, "account") or await self._of_people(_known([*speaking, *listed], "contact"))
        if len(named) != 1:
            named = await self._talked_of(heading, named)
        if len(named) != 1:
            options = tuple(one.name for one in named[:OFFERED]) or await self._lately()
            return Whose(options=options, several=bool(named), colleagues=colleagues)
        return await self.at(named[0], heading, colleagues)

    async def at(self, known: Known, heading: Heading, colleagues: Mapping[str, Known]) -> Whose:
        """Everything about a meeting with that account."""
        rows = await self._seen(Query("account", (Filter("name", Op.EQ, known.name),), limit=LOOKED))
        account = next((row for row in rows if row.id == known.id), None)
        if account is None:
            return Whose(options=await self._lately(), colleagues=colleagues)
        contacts = await self._seen(Query("contact", (Filter("account", Op.EQ, account.id),), limit=LOOKED))
        deals = await self._seen(
            Query("opportunity", (Filter("account", Op.EQ, account.id), Filter("stage", Op.IN, OPEN_STAGES)), limit=2)
        )
        who = {label: row for label in heading.speakers if label not in colleagues and (row := _contact(label, contacts)) is not None}
        return Whose(account, contacts=who, colleagues=colleagues, deal=deals[0] if len(deals) == 1 else None)

    async def account_in(self, words: str) -> Sequence[Known]:
        """The accounts that a few words name."""
        return _known(await self.records.spot(words), "account")

    async def rivals(self) -> tuple[str, ...]:
        """Who is named as a competitor in opportunities."""
        rows = await self._seen(Query("opportunity", (Filter("competitor", Op.NOT_NULL),), limit=LOOKED))
        return tuple(dict.fromkeys(name for row in rows if len(name := text(row, "competitor")) > 1))

    def _colleagues(self, heading: Heading, names: Sequence[Name]) -> Mapping[str, Known]:
        ours = {known.name: known for known in _known(names, "user")}
        myself = Known("user", self.speaker_id, self.speaker.name)
        mine = {self.speaker.name.lower(), self.speaker.name.split()[0].lower(), *ME_TOO}
        found = {label: ours.get(label) or (myself if label.lower() in mine else None) for label in heading.speakers}
        return {label: known for label, known in found.items() if known is not None}

    @property
    def speaker_id(self) -> RecordId:
        """The speaker as a record."""
        return RecordId(self.speaker.user_id)

    async def _of_people(self, people: Sequence[Known]) -> list[Known]:
        """The accounts of the contacts who speak; of a name that several have, none."""
        found: dict[str, Known] = {}
        for person in people:
            rows = await self._seen(Query("contact", (Filter("name", Op.EQ, person.name),), limit=LOOKED))
            accounts = {text(row, "account"): text(row, "account_name") for row in rows if text(row, "account")}
            if len(accounts) == 1:
                found |= {one: Known("account", RecordId(one), name) for one, name in accounts.items()}
        return list(found.values())

    async def _talked_of(self, heading: Heading, among: Sequence[Known]) -> list[Known]:
        """The accounts that the talk names, the likeliest first; only one where it is named far oftener than any other."""
        counted: Counter[str] = Counter()
        known: dict[str, Known] = {one.id: one for one in among}
        for start in range(0, min(len(heading.talk), STRETCH * STRETCHES), STRETCH):
            for name in await self.records.spot(heading.talk[start : start + STRETCH]):
                if len(fits := _known([name], "account")) == 1:
                    known.setdefault(fits[0].id, fits[0])
                    counted[fits[0].id] += 1
        ranked = [known[one] for one, _ in counted.most_common() if not among or one in {each.id for each in among}]
        first, second = [*(count for _, count in counted.most_common(2)), 0, 0][:2]
        if ranked and not among and first >= FAR_MORE * max(1, second):
            return ranked[:1]
        return ranked or list(among)

    async def _lately(self) -> tuple[str, ...]:
        """The accounts that the speaker touched last."""
        query = Query("touchpoint", (Filter("owner", Op.EQ, ME),), sort=Sort("happened_at", Dir.DESC), limit=LOOKED)
        names = dict.fromkeys(text(row, "account_name") for row in await self._seen(query))
        return tuple(name for name in names if name)[:OFFERED]

    async def _seen(self, query: Query) -> tuple[Row, ...]:
        if self.records.scope.of(query.entity) is Reach.NONE:
            return ()
        try:
            return (await self.records.ask(query)).rows
        except NotAllowed:
            return ()


async def held_on(heading: Heading, reader: Reader, said_at: datetime, zone: str) -> datetime:
    """When the meeting was: the one day that its heading or its file's name gives, and that is not to come; else when it was sent."""
    here, today = ZoneInfo(zone), said_at.astimezone(ZoneInfo(zone)).date()
    days = {day for day in (*_in_name(heading.source), *_in_name(heading.words)) if day <= today}
    if not days:
        read = await reader.read(heading.words[:STRETCH], said_at=said_at, zone=zone)
        days = {one.first for one in read.days if one.grain == "day" and one.first == one.last and one.first <= today}
    if len(days) != 1 or today in days:
        return said_at
    clock = AT.search(heading.words)
    return datetime.combine(days.pop(), time(int(clock[1]), int(clock[2])) if clock else time(12), here)


def _in_name(name: str) -> list[date]:
    found = []
    for match in IN_NAME.finditer(name):
        try:
            found.append(date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])))
        except ValueError:
            continue
    return found


def _contact(label: str, contacts: Sequence[Row]) -> Row | None:
    """Who of these is called so: by name, by surname and title, by first name; nobody where two are."""
    low = (PERSON.fullmatch(label) or [label])[0].strip().lower()
    exact = [row for row in contacts if text(row, "name").lower() == low]
    loose = [row for row in contacts if _is_called(low, text(row, "name").lower(), text(row, "title").lower())]
    fits = exact or loose
    return fits[0] if len(fits) == 1 else None


def _is_called(label: str, name: str, title: str) -> bool:
    if not label or not name:
        return False
    if name.isascii():
        return label in name.split()
    return label[0] == name[0] and len(label) > 1 and (label[1:] in title or label[1:] in {"总", "工", "董", "老师", "先生", "女士"})


def _known(names: Sequence[Name], entity: str) -> list[Known]:
    """The records of a kind that are named, each once."""
    return list({one.id: one for name in names for one in name.meant if one.entity == entity}.values())
