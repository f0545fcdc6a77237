"""Draft a letter to somebody at an account: ways in to choose from, then one draft. Sends nothing, and decides nobody's approval."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.dossier import Dossier, Meeting, Which
from bot.domain.evidence import Evidence
from bot.domain.gaps import gaps_in
from bot.domain.ids import RecordId
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.query import Row
from bot.domain.records import HeldDraft
from bot.domain.saying import Line, Saying, cut, numbered, saying, text
from bot.domain.talk import Lang, Turn
from bot.ports import ChatModel, Dossiers, OwnDrafts, OwnVoice, Reader, Words
from skills.exec_outreach.asked import Asked, Kind, asked_in
from skills.exec_outreach.changing import ASKED, Heard, Wishes, bare_day, changed, edited_by_hand, first, names_person, request_of, resumed
from skills.exec_outreach.compose import Fill, Letter, Plan, compose, fits_language
from skills.exec_outreach.openings import Opening, openings
from skills.exec_outreach.person import Person, addressee, person_in
from skills.exec_outreach.register import FAMILY, PRICES, unfit
from skills.exec_outreach.worded import Told, worded

LETTER = "letter"
MARKS = "①②③"
SHOWN = {Lang.ZH: 40, Lang.EN: 90}
"""Characters of a ground on the list of ways in."""
Found: TypeAlias = tuple[Person, Dossier | None]


async def run(
    turn: Turn, *, dossiers: Dossiers, drafts: OwnDrafts, voice: OwnVoice, reader: Reader, words: Words, writer: ChatModel | None = None
) -> Answer | Draft:
    """Ways into the letter that `turn` asks for, with buttons; once one is chosen, or only one is there, the draft.

    A few words about the open draft change it. Facts are quoted from what the speaker may see; what is not known stays a gap.
    """
    return await _Desk(turn, dossiers, drafts, voice, reader, saying(turn, words), writer).answer()


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be drafted. replaces: the draft that it is made from."""

    wishes: Wishes
    asked: Asked
    person: Person
    kind: Kind
    dossier: Dossier | None
    heard: Heard
    replaces: HeldDraft | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    dossiers: Dossiers
    drafts: OwnDrafts
    voice: OwnVoice
    reader: Reader
    said: Saying
    writer: ChatModel | None

    async def answer(self) -> Answer | Draft:
        heard = await self._heard()
        held = await self.drafts.newest(LETTER)
        wishes = changed(held, heard, gaps_in(str(held.fields.get("body") or ""))) if held else None
        if held and wishes:
            return await self._again(held, wishes, heard)
        asked = asked_in(self.turn.text)
        same = held if held and asked.angle and asked_in(request_of(held)).text == asked.text else None
        wishes = (resumed(same, heard, self.turn.text) if same else None) or first(heard, self.turn.text)
        found = await self._whom(asked)
        if isinstance(found, Answer):
            return found
        person, dossier = found
        kind = _kind(asked, person, dossier)
        ways = self._ways(dossier, person, kind, wishes, asked)
        if len(ways) > 1 and not asked.angle:
            return self._offer(ways, asked, person, kind)
        return await self._draft(_Task(wishes, asked, person, kind, dossier, heard, same), self._chosen(ways, asked))

    # --- whom, and what ----------------------------------------------------------------------------------------------------------

    async def _heard(self) -> Heard:
        """The turn, with the one day to come that it names."""
        reading = await self.reader.read(self.turn.text, said_at=self.turn.said_at, zone=self.turn.speaker.zone)
        days = [one.first for one in reading.days if one.grain == "day" and one.first == one.last and one.first >= self.said.today]
        day = days[0] if len(days) == 1 else bare_day(self.turn.text, self.said.today) if not reading.days else None
        return Heard(self.turn, self.said.say("you_asked"), self.said.day(self.said.today), day)

    async def _whom(self, asked: Asked, account: str = "") -> Found | Answer:
        words = asked.whom if not account or account in asked.whom else f"{asked.whom} {account}"
        met = await self.dossiers.whom(replace(self.turn, text=words))
        if isinstance(met, Which):
            if asked.anyway:
                person = person_in(asked.whom, (), (), "")
                return (person, None) if isinstance(person, Person) else self._asks_whom(asked, person)
            return self._asks_account(met, asked)
        return await self._at(met, asked)

    async def _at(self, met: Meeting, asked: Asked) -> Found | Answer:
        dossier = await self.dossiers.dossier(met, self.turn)
        person = person_in(_without(asked.whom, met.account), dossier.facts.of("contacts"), met.contacts, text(met.account, "name"))
        if not isinstance(person, Person):
            return self._asks_whom(asked, person)
        if person.contact is None and not person.said:
            return self._asks_whom(asked, [one for one in dossier.facts.of("contacts") if one.fields.get("status") != "left"])
        if person.contact is not None and met.contacts != (person.contact,):
            dossier = await self.dossiers.dossier(replace(met, contacts=(person.contact,)), self.turn)
        return person, dossier

    def _asks_account(self, which: Which, asked: Asked) -> Answer:
        options = [Button(label, "say", self.said.say("say_person", request=asked.text, name=name)) for label, name in which.options]
        if which.several:
            return Answer(self.said.say("which_person" if which.key == "which_person" else "which_of"), buttons=tuple(options))
        anyway = Button(self.said.say("button_anyway"), "say", self.said.say("say_anyway", request=asked.text))
        return Answer(self.said.say("not_on_record"), buttons=(*options[:3], anyway), found=False)

    def _asks_whom(self, asked: Asked, people: Sequence[Row]) -> Answer:
        told = [(" ".join((text(one, "name"), text(one, "title"))).strip(), text(one, "name")) for one in people[:4]]
        buttons = tuple(Button(label, "say", self.said.say("say_person", request=asked.text, name=name)) for label, name in told)
        return Answer(self.said.say("which_person" if len(told) > 1 else "whom"), buttons=buttons, found=bool(told))

    # --- ways in -----------------------------------------------------------------------------------------------------------------

    def _ways(self, dossier: Dossier | None, person: Person, kind: Kind, wishes: Wishes, asked: Asked) -> tuple[Opening, ...]:
        if dossier is None:
            return ()
        lang = self._lang(asked, person, wishes)
        found = [one for one in openings(dossier, person, kind, self.said) if fits_language(one, lang)]
        return tuple(one for one in found if not any(names_person(_texts(one), name) for name in wishes.without))

    def _chosen(self, ways: tuple[Opening, ...], asked: Asked) -> Opening | None:
        wanted = asked.angle.casefold()
        labels = [{self._label(one, lang).casefold() for lang in Lang} for one in ways]
        return next((one for one, known in zip(ways, labels, strict=True) if wanted in known), ways[0] if ways else None)

    def _offer(self, ways: tuple[Opening, ...], asked: Asked, person: Person, kind: Kind) -> Answer:
        lines, grounds = [], list[Evidence]()
        for at, one in enumerate(ways):
            label, shown = self._label(one, self.said.lang), one.grounds[0]
            line = self.said.say("angle", mark=MARKS[at], label=label, text=cut(one.quote or shown.quote, SHOWN[self.said.lang]))
            lines.append(numbered(Line(line, one.grounds), len(grounds) + 1).text)
            grounds += one.grounds
        head = self.said.say("angles", who=self._called(person), kind=self.said.say(f"kind_{kind}"), count=len(ways))
        notes = self._about(person)
        labels = [self._label(one, self.said.lang) for one in ways]
        buttons = tuple(Button(label, "say", self.said.say("say_from", label=label, request=asked.text)) for label in labels)
        told = "\n".join((*notes, head, *lines, self.said.say("from_which")))
        return Answer(told, tuple(grounds), buttons, about=_about_of(person))

    def _label(self, opening: Opening, lang: Lang) -> str:
        """What a way in is called on its button: an order and a ticket by their numbers, for there may be several."""
        number = opening.told.get("number")
        return number if isinstance(number, str) else self.said.words.say(f"label_{opening.way}", lang)

    def _called(self, person: Person) -> str:
        return " ".join(one for one in (person.name, person.title) if one) or person.said

    def _about(self, person: Person) -> list[str]:
        """What the rep should know about whom it goes to."""
        if person.contact is None:
            return [self.said.say("unknown")]
        return [] if person.exact else [self.said.say("nearest", title=person.title, name=person.name)]

    # --- the draft ---------------------------------------------------------------------------------------------------------------

    def _lang(self, asked: Asked, person: Person, wishes: Wishes) -> Lang:
        return wishes.lang or asked.lang or person.language or self.said.lang

    async def _draft(self, task: _Task, opening: Opening | None) -> Draft:
        wishes, asked, person, dossier, replaces = task.wishes, task.asked, task.person, task.dossier, task.replaces
        lang = self._lang(asked, person, wishes)
        profile = await self.voice.profile(lang)
        refused = [one for one in wishes.fills if not one.day and unfit(one.words)]
        fills = tuple(one for one in wishes.fills if one not in refused)
        plan = Plan(
            person, task.kind, lang, opening, self.turn.speaker.name, asked.text, self._owner(dossier), profile, fills, wishes.without,
            wishes.formal, wishes.short, asked.plant,
        )  # fmt: skip
        letter = compose(plan, self.said)
        told = await worded(letter, plan, asked.text, self.writer) if self.writer else None
        letter = told.letter if told else letter
        notes = [*self._about(person), *self._left_out(asked, refused), *self._of_model(told)]
        if replaces and edited_by_hand(replaces):
            notes.append(self.said.say("by_hand"))
        body = self.said.say("drafted", body=letter.body)
        text_ = "\n".join((*notes, body, *self._question(letter)))
        kept = task.heard.kept(wishes)
        evidence = {"body" if not at else f"body.{at}": one for at, one in enumerate(letter.grounds or (kept,))}
        draft = Draft(text_, LETTER, self._fields(letter, plan, asked, dossier), {**evidence, ASKED: kept}, about=_about_of(person))
        draft = replace(draft, brain=told.brain) if told else draft
        return replace(draft, replaces=replaces.id) if replaces else draft

    def _fields(self, letter: Letter, plan: Plan, asked: Asked, dossier: Dossier | None) -> dict[str, object]:
        person, row = plan.person, plan.person.contact
        account = dossier.facts.account if dossier else None
        address = text(row, "email") if row else ""
        return {
            "subject": letter.subject, "body": letter.body, "account": account.id if account else None,
            "account_name": text(account, "name") if account else None, "contact": row.id if row else None,
            "contact_name": person.name or None, "owner": self.turn.speaker.user_id, "owner_name": self.turn.speaker.name,
            "addressee": addressee(person, plan.lang, asked.text) or person.said, "address": address, "kind": str(plan.kind),
            "channel": "mail" if asked.channel == "mail" and address else "forward", "language": str(plan.lang),
            "written_date": self.said.today.isoformat(),
        }  # fmt: skip

    def _owner(self, dossier: Dossier | None) -> Evidence | None:
        """The ground that the rep looks after the account."""
        account = dossier.facts.account if dossier else None
        if account is None or account.fields.get("owner") != self.turn.speaker.user_id:
            return None
        told = self.said.say("g_owner", account=text(account, "name"), owner=text(account, "owner_name") or self.turn.speaker.name)
        return self.said.ground("account", account, told)

    def _left_out(self, asked: Asked, refused: Sequence[Fill]) -> list[str]:
        """What the rep wanted in it and is not: no ground of ours says it."""
        notes = [self.said.say("left_out", words=one) for one in asked.added if not PRICES.search(one) and not FAMILY.search(one)]
        notes += [self.said.say("left_out", words=one.words) for one in refused]
        notes += [self.said.say("no_prices")] if PRICES.search(asked.text) else []
        return [*notes, self.said.say("no_family")] if FAMILY.search(asked.text) else notes

    def _of_model(self, told: Told | None) -> list[str]:
        return [self.said.say(told.note, count=told.dropped)] if told and told.note else []

    def _question(self, letter: Letter) -> list[str]:
        """One question: the first gap that is no day is asked for by its name."""
        days = {self.said.words.say(key, letter.lang) for key in ("gap_day", "gap_visit")}
        others = [one for one in letter.gaps if one not in days]
        if others:
            return [self.said.say("ask_other", gaps=others[0])]
        return [self.said.say("ask_day")] if letter.gaps else []

    # --- changing it -------------------------------------------------------------------------------------------------------------

    async def _again(self, held: HeldDraft, wishes: Wishes, heard: Heard) -> Answer | Draft:
        """The draft anew, from everything that was asked for. Another angle is chosen as the first one was."""
        asked = asked_in(wishes.request)
        found = await self._whom(asked, str(held.fields.get("account_name") or ""))
        if isinstance(found, Answer):
            return found
        person, dossier = found
        if dossier and held.fields.get("contact") not in {None, person.id}:
            row = next((one for one in dossier.facts.of("contacts") if one.id == held.fields.get("contact")), None)
            person = replace(person, contact=row) if row else person
        kind = Kind(str(held.fields.get("kind") or Kind.OTHER))
        ways = self._ways(dossier, person, kind, wishes, asked)
        if wishes.other:
            chosen = self._chosen(ways, asked)
            others = tuple(one for one in ways if one.way is not (chosen.way if chosen else None))
            return self._offer(others, asked, person, kind) if others else Answer(self.said.say("no_other_angle"), found=False)
        return await self._draft(_Task(wishes, asked, person, kind, dossier, heard, held), self._chosen(ways, asked))


def _kind(asked: Asked, person: Person, dossier: Dossier | None) -> Kind:
    """What a letter is for whose request does not say: the first one breaks the ice, the next one follows up."""
    if asked.kind:
        return asked.kind
    touches = dossier.facts.of("touches") if dossier else ()
    met = person.id is not None and any(one.fields.get("contact") == person.id for one in touches)
    return Kind.FOLLOW_UP if met else Kind.ICEBREAKER


def _without(said: str, account: Row) -> str:
    """A request without what the account is called: what is left before 董 is a person's name."""
    aliases = re.split(r"[、,，]", text(account, "aliases"))
    names = sorted({text(account, "name"), text(account, "short_name"), *(one.strip() for one in aliases)} - {""}, key=len, reverse=True)
    for name in names:
        said = re.sub(re.escape(name), " ", said, flags=re.IGNORECASE)
    return said


def _texts(opening: Opening) -> list[str]:
    return [*(str(one) for one in opening.told.values()), opening.quote, *(one.quote for one in opening.grounds)]


def _about_of(person: Person) -> tuple[RecordId, ...]:
    ids = (person.contact.fields.get("account"), person.contact.id) if person.contact else ()
    return tuple(RecordId(str(one)) for one in ids if one)
