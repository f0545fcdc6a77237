"""Turn a recording or a transcript into minutes: what hurts, what was settled, who does what. Reads records, saves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain.amending import Amendment, amendments_in
from bot.domain.dialogue import Dialogue, Spoke, read_dialogue, sentences
from bot.domain.found import Known
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.records import HeldDraft
from bot.domain.saying import Saying, saying, text
from bot.domain.talk import Turn
from bot.errors import Unclear
from bot.ports import Embedder, OwnDrafts, Reader, SeenRecords, Words
from skills.meeting_minutes.confided import without_confidences
from skills.meeting_minutes.heard import held, seller, sides, timed, unlabelled
from skills.meeting_minutes.meeting import Confidence, Meeting, Minutes
from skills.meeting_minutes.minutes import minutes
from skills.meeting_minutes.noted import Noting, listed, note_language, with_tasks
from skills.meeting_minutes.proposing import SHOWS, Minuted, Proposing, left_out, put_down_to
from skills.meeting_minutes.telling import Telling
from skills.meeting_minutes.whose import Heading, Search, Whose, held_on

LEAST_SAID = 3
"""Sentences from which words without a name before them are somebody's talk, and no request."""
MOST_TITLE = 100
"""Characters of a first line that may be a title."""
MOST_OFFERED = 3
"""Accounts offered beside the buttons that decide."""
TOUCHPOINT = "touchpoint"


async def run(
    turn: Turn, *, records: SeenRecords, reader: Reader, embedder: Embedder, drafts: OwnDrafts, words: Words
) -> Answer | Draft:
    """The minutes of the meeting whose talk `turn` holds, as one draft: a touchpoint, tasks, and what the account's fields gain.

    A few words that name an account put the open minutes down to it.  Raises: Unclear("whose_minutes") where there is no talk.
    """
    return await _Desk(turn, records, reader, embedder, drafts, saying(turn, words)).answer()


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    records: SeenRecords
    reader: Reader
    embedder: Embedder
    drafts: OwnDrafts
    said: Saying

    @property
    def search(self) -> Search:
        return Search(self.turn.speaker, self.records)

    async def answer(self) -> Answer | Draft:
        talk = read_dialogue(self.turn.text)
        if talk.spoke or self.turn.spoken is not None or sum(1 for _ in sentences(self.turn.text)) >= LEAST_SAID:
            return await self._minuted(talk)
        held_draft = await self._open_minutes()
        if held_draft is None:
            raise Unclear("whose_minutes")
        wishes = amendments_in(self.turn.text)
        return self._amended(held_draft, wishes) if wishes else await self._put_down(held_draft)

    # --- reading -----------------------------------------------------------------------------------------------------------------

    async def _minuted(self, talk: Dialogue) -> Answer | Draft:
        spoken, zone = self.turn.spoken, self.turn.speaker.zone
        spoke = timed(talk, self.turn.text, spoken) if talk.spoke else unlabelled(self.turn.text, spoken)
        first = self.turn.text.partition("\n")[0][:MOST_TITLE] if spoken and not spoken.length_s else ""
        words = talk.head if talk.spoke else first
        heading = Heading(words, spoken.source if spoken else "", talk.people, talk.speakers, "\n".join(one.text for one in spoke))
        whose = await self.search.whose(heading)
        at = await held_on(heading, self.reader, self.turn.said_at, zone)
        people, guessed = self._sides(talk, spoke, whose)
        meeting = held(at, zone, people, spoke)
        made = await self._made(meeting)
        if made == Minutes(by_words=made.by_words):
            return Answer(self.said.say("nothing_told"), found=False)
        length_s = (spoken.length_s if spoken else 0.0) or talk.length_s
        source = (spoken.source if spoken else "") or self.said.say("source")
        told = f"{heading.words} {heading.source}"
        one = Minuted(self.turn, meeting, made, whose, at.astimezone(ZoneInfo(zone)), told, length_s, source, self.records.scope)
        return await self._draft(one, guessed)

    async def _made(self, meeting: Meeting) -> Minutes:
        """The minutes without what was said in confidence; where nobody is told apart, nothing is quite sure."""
        made = without_confidences(await minutes(meeting, self.reader, self.embedder, rivals=await self.search.rivals()))
        if meeting.separate:
            return made
        pains = (replace(one, confidence=Confidence.MEDIUM) if one.confidence is Confidence.HIGH else one for one in made.pains)
        return replace(made, pains=tuple(pains))

    def _sides(self, talk: Dialogue, spoke: Sequence[Spoke], whose: Whose) -> tuple[dict[str, bool], str]:
        """Names -> whether ours; and who was only taken to be, by what they say."""
        people = dict.fromkeys(talk.speakers, False) | sides(talk.people)
        people |= dict.fromkeys(whose.contacts or {}, False) | dict.fromkeys(whose.colleagues or {}, True)
        if any(people.values()) or not talk.separate:
            return people, ""
        ours = seller(spoke, set(whose.contacts or {}))
        return people | ({ours: True} if ours else {}), ours

    # --- the draft ---------------------------------------------------------------------------------------------------------------

    async def _draft(self, one: Minuted, guessed: str) -> Draft:
        noting = Noting(one.meeting, one.made, self.said, one.day)
        proposing = Proposing(one, self.said, self.reader, noting)
        promises = await proposing.promises()
        told = Telling(one, noting, self.said, guessed).text(promises)
        if one.whose.account is not None:
            return proposing.draft(told, promises)
        asks = self.said.say("ask_which" if one.whose.several else "ask_account")
        return replace(proposing.draft(f"{told}\n{asks}", promises), buttons=self._choices(one.whose.options[:MOST_OFFERED]))

    def _choices(self, names: Sequence[str]) -> tuple[Button, ...]:
        return tuple(Button(name, "say", self.said.say("say_account", account=name)) for name in names)

    # --- left out, said afterwards -------------------------------------------------------------------------------------------------

    def _amended(self, newest: HeldDraft, wishes: Sequence[Amendment]) -> Answer | Draft:
        """The draft anew without what shall be left out; everything else of it is changed in its form."""
        gone = {key for one in wishes if one.gone for key in left_out(newest, one)}
        if not gone:
            return Answer(self.said.say("change_how"), found=False)
        kept = tuple(one for one in newest.also if one.key not in gone)
        told = [str(one.fields.get("subject") or self.said.say("the_fields")) for one in newest.also if one.key in gone]
        words = self.said.say("left_out", what=self.said.say("list_comma").join(told))
        note = str(newest.fields.get("note") or "")
        said = replace(self.said, lang=note_language(note, self.said) or self.said.lang)
        fields = {**newest.fields, "note": with_tasks(note, [listed(one.fields, said) for one in kept if one.entity == "task"], said)}
        return Draft(words, newest.entity, fields, newest.evidence, replaces=newest.id, also=kept, shows=SHOWS)

    # --- whose it was, said afterwards ---------------------------------------------------------------------------------------------

    async def _open_minutes(self) -> HeldDraft | None:
        """The newest open minutes of this person."""
        newest = await self.drafts.newest(TOUCHPOINT)
        if newest is None or newest.record_id is not None or newest.fields.get("kind") != "meeting":
            return None
        return newest if note_language(str(newest.fields.get("note") or ""), self.said) else None

    async def _put_down(self, newest: HeldDraft) -> Answer | Draft:
        named = await self.search.account_in(self.turn.text)
        if not named and newest.fields.get("account"):
            raise Unclear("whose_minutes")
        if len(named) != 1:
            key = "ask_which" if named else "no_such_account"
            return Answer(self.said.say(key), buttons=self._choices([one.name for one in named]), found=bool(named))
        whose = await self._at(named[0])
        if whose.account is None:
            return Answer(self.said.say("no_such_account"), found=False)
        said = replace(self.said, lang=note_language(str(newest.fields.get("note") or ""), self.said) or self.said.lang)
        told = said.say("account_noted", account=text(whose.account, "name"))
        return put_down_to(newest, whose, said, self.records.scope, told)

    async def _at(self, known: Known) -> Whose:
        return await self.search.at(known, Heading(self.turn.text, "", (), (), ""), {})
