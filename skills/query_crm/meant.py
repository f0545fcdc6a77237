"""Whom a question means: full names, surnames with a title (王经理, Ms Lee), first names, "they" and "it". Asks back where several fit."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.found import Known, Name, Words
from bot.domain.ids import RecordId
from bot.domain.outcome import Answer, Button
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.scope import Reach
from bot.domain.talk import Turn
from bot.errors import NotAllowed
from bot.ports import SeenRecords
from skills.query_crm.naming import SURNAMES, capitals
from skills.query_crm.saying import Saying

PREFERRED = ("account", "contact", "user", "product", "opportunity")
MOST_CHOICES, LOOKED_THROUGH, MOST_GUESSES = 4, 50, 2
SURNAMED = re.compile(
    rf"(?P<surname>[{''.join(sorted(SURNAMES))}])"
    r"(?P<title>董事长|总经理|副总经理|副总|总监|经理|主任|部长|厂长|主管|院长|科长|处长|班长|老师|董(?!事会)|总(?![额共计数价体量和值部])|工(?![单作程厂业期人资艺]))"
)
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau)\.? (?P<surname>[A-Z][\w'-]+)")
TITLES = {"董": ("董事",), "总": ("总", "董事长"), "副总": ("副总",), "工": ("工程", "技术", "工", "设备"), "老师": ("",)}
"""What people call somebody by, and what their title then holds; else it holds the word itself."""
PRONOUNS = (
    ("account", re.compile(r"(?:这|那|该)(?:家|个)?(?:客户|公司)|[这那]家(?!公司|客户)|他们家?|她们|它们|他家|对方")),
    ("account", re.compile(r"\b(?:they|them|their|theirs|(?:this|that|the same) (?:account|customer|client|company))\b", re.IGNORECASE)),
    ("opportunity", re.compile(r"(?:这|那|该)(?:个|笔|张)?(?:单子?|商机|项目|机会)(?![据位数])")),
    ("opportunity", re.compile(r"\b(?:this|that|the same) (?:deal|opportunity|one)\b", re.IGNORECASE)),
    ("contact", re.compile(r"(?<!其)[他她](?!们|家)|\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)),
    ("", re.compile(r"(?<!其)它(?!们)|\b(?:it|its)\b", re.IGNORECASE)),
)
POINTS = re.compile(r"[这那该]|\b(?:this|that|same)\b", re.IGNORECASE)
"""Pronouns that point at something even where other records are named."""
GENERAL = re.compile(r"哪些|哪家|哪几|所有|每个|各|\b(?:which|all|any|every|each|who)\b", re.IGNORECASE)
"""Who asks about many means those by "they"."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The names of a question, one record each. asks: the question back instead, where a name fits several. lost: a pronoun of nothing."""

    names: tuple[Name, ...] = ()
    asks: Answer | None = None
    lost: str = ""


@dataclass
class Naming:
    """Finds out whom one turn means, among the records that its speaker may see."""

    turn: Turn
    records: SeenRecords
    saying: Saying
    _found: list[Name] = field(default_factory=list)

    async def meant(self) -> Meant:
        """The names, in the order of the text."""
        spotted = list(await self.records.spot(self.turn.text))
        for name in spotted:
            if asks := self._settled(name):
                return Meant(asks=asks)
        for words, contacts in [one async for one in self._people()]:
            if len(contacts) > 1:
                return Meant(asks=self._asks(words, [(self._person(row), str(row.fields["name"])) for row in contacts]))
            self._found += [Name(words, (Known("contact", row.id, str(row.fields["name"])),)) for row in contacts]
        lost = await self._pronoun()
        return Meant(tuple(sorted(self._found, key=lambda one: one.words.start)), lost=lost)

    def _settled(self, name: Name) -> Answer | None:
        """Keep the one record that a spotted name means, the one talked about first; else the question back."""
        entity = next((one for one in PREFERRED if any(known.entity == one for known in name.meant)), "")
        known = [one for one in name.meant if one.entity == entity]
        about = self.turn.memory.about.get(entity)
        if len({one.name for one in known}) > 1 and any(one.id == about for one in known):
            known = [one for one in known if one.id == about]
        if len({one.name for one in known}) > 1:
            return self._asks(name.words, [(one.name, one.name) for one in sorted(known, key=lambda one: one.name)])
        self._found.append(Name(name.words, tuple(known)))
        return None

    def _asks(self, words: Words, choices: Sequence[tuple[str, str]]) -> Answer:
        """Which one, with a button for each that says the question again with the full name; the topic stays what it was."""
        text, topic = self.turn.text, self.turn.memory.topic
        said = dict.fromkeys(choices)
        buttons = tuple(
            Button(label, "say", f"{text[: words.start]}{name}{text[words.end :]}") for label, name in list(said)[:MOST_CHOICES]
        )
        names = self.saying.listed(label for label, _ in said)
        return Answer(
            self.saying.say("several_named", name=words.text, names=names), buttons=buttons, query=topic.query if topic else None,
        )

    # --- people ----------------------------------------------------------------------------------------------------

    async def _people(self) -> AsyncIterator[tuple[Words, list[Row]]]:
        """Each stretch of the text that calls a contact by part of a name, with the contacts that it fits."""
        text = self.turn.text
        for match in [*SURNAMED.finditer(text), *TITLED.finditer(text)]:
            words = Words(match.group(), match.start(), match.end())
            if self._free(words):
                title = match.groupdict().get("title")
                found = await self._contacts(match["surname"], title, western=title is None)
                if found:
                    yield words, found
        taken = [(one.words.start, one.words.end) for one in self._found]
        guesses = [one.words for one in capitals(text, taken) if self._free(one.words) and one.words.text.isalpha()]
        for words in guesses[:MOST_GUESSES]:
            found = [row for row in await self._contacts(words.text, None, western=True) if self._near(row)]
            if found:
                yield words, found

    def _free(self, words: Words) -> bool:
        return all(words.end <= one.words.start or one.words.end <= words.start for one in self._found)

    async def _contacts(self, part: str, title: str | None, *, western: bool) -> list[Row]:
        """Contacts with this part of a name: of the account named here, else of the one talked about, else of any."""
        if self.records.scope.of("contact") is Reach.NONE:
            return []
        named = next((known.id for one in self._found for known in one.meant if known.entity == "account"), None)
        about = self.turn.memory.about.get("account")
        for account in [named] if named else [about, None] if about else [None]:
            of = (Filter("account", Op.EQ, account),) if account else ()
            try:
                found = await self.records.ask(Query("contact", (Filter("name", Op.CONTAINS, part), *of), limit=LOOKED_THROUGH))
            except NotAllowed:
                return []
            fitting = [row for row in found.rows if _fits(row, part, title, western=western)]
            if fitting:
                return fitting
        return []

    def _near(self, row: Row) -> bool:
        """Whether a contact known by a first name alone is of an account that is named, or talked about."""
        accounts = {str(known.id) for one in self._found for known in one.meant if known.entity == "account"}
        return str(row.fields.get("account")) in (accounts or {str(self.turn.memory.about.get("account"))})

    def _person(self, row: Row) -> str:
        return self.saying.joint(str(part) for part in (row.fields.get("name"), row.fields.get("account_name")) if part)

    # --- pronouns --------------------------------------------------------------------------------------------------

    async def _pronoun(self) -> str:
        """Put what a pronoun means among the names; the pronoun, where it means nothing that was talked about."""
        text = self.turn.text
        for entity, pattern in PRONOUNS:
            match = pattern.search(text)
            if match is None or (not POINTS.search(match.group()) and (self._found or GENERAL.search(text))):
                continue
            words = Words(match.group(), match.start(), match.end())
            if not self._free(words) or (entity == "opportunity" and self._found):
                continue  # 海蓝那单 is the one of 海蓝
            wanted = self._remembered(entity)
            known = await self.records.called(wanted) if wanted else []
            if known:
                self._found.append(Name(words, tuple(known[:1])))
                return ""
            if entity and (POINTS.search(match.group()) or entity in {"account", "contact"}):
                return match.group()
        return ""

    def _remembered(self, entity: str) -> dict[str, RecordId]:
        about = self.turn.memory.about
        topic = self.turn.memory.topic
        last = str(topic.query.get("entity")) if topic and topic.query else ""
        wanted = entity or next((one for one in (last, "opportunity", "account") if one in about), "")
        return {wanted: about[wanted]} if wanted in about else {}


def _fits(row: Row, part: str, title: str | None, *, western: bool) -> bool:
    """Whether a contact may be called so: by surname or first name, and by title where one is said."""
    name, held = str(row.fields.get("name") or ""), str(row.fields.get("title") or "")
    if western:
        return part.casefold() in {word.casefold() for word in name.split()}
    return name.startswith(part) and any(word in held for word in TITLES.get(title or "", (title or "",)))


def ids(names: Sequence[Name]) -> Iterator[RecordId]:
    """The records that names mean."""
    return (known.id for name in names for known in name.meant)
