"""Compare two versions of a contract, tell what matters, and answer for it. Reads papers and accounts; decides nothing for legal."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import Audience
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.query import Filter, Op, Query, Row
from bot.domain.saying import Saying, saying
from bot.domain.talk import Turn
from bot.errors import NotAllowed
from bot.ports import SeenRecords, Words
from bot.ports.contracts import Comparer
from bot.ports.papers import KeptPaper, OwnPapers
from skills.compare_contracts.asking import change_meant, clause_meant, is_why
from skills.compare_contracts.enclosing import enclosed
from skills.compare_contracts.library import Library, library
from skills.compare_contracts.page import compared
from skills.compare_contracts.pairing import STANDARD, WAITS, before, in_order, is_told, standard_for, waiting
from skills.compare_contracts.signing import CONTRACT, IN_REVIEW, for_legal, in_review, signed
from skills.compare_contracts.telling import Compared, Telling
from skills.compare_contracts.whose import Whose
from skills.compare_contracts.wording import Cut

PREVIOUS = re.compile(r"上一?版|前一?版|原版|(?:previous|last|earlier|prior) (?:version|draft)", re.IGNORECASE)
ANOTHER = re.compile(r"等另一份|等下一份|再发一份|wait for (?:the )?other|another one", re.IGNORECASE)
ALL = re.compile(
    r"^\W*(?:全部|所有)(?:改动|变更)?\W*$|全部改动|所有改动|(?:show|list)? ?\ball (?:the )?changes|^\W*all\W*$", re.IGNORECASE
)
REDLINE = re.compile(r"修订[版稿]|修订痕迹|带修订|\bred-?line|tracked changes", re.IGNORECASE)
LEGAL = re.compile(r"[送发交给]\S{0,2}(?:法务|律师)|(?:send|pass|over)?\b ?to legal", re.IGNORECASE)
SIGNED = re.compile(r"(?:签|签完|签好|签署)了|已签|双方签|\b(?:was |is |been |got )?signed\b", re.IGNORECASE)
IN_REVIEW_LOOKED_AT = 20
SWAP = re.compile(r"换过来|[反倒]过来|[搞弄]反了|新旧反了|\bswap\b|other way (?:a)?round", re.IGNORECASE)
COMPARE = re.compile(
    r"对比|比对|比较|比一下|跟.{0,12}比|改了[哪什]|哪些改动|差异|\b(?:compare|diff|what changed|differences?)\b", re.IGNORECASE
)


async def run(
    turn: Turn, *, papers: OwnPapers, clauses: Mapping[str, str], cutter: Cut, comparer: Comparer, records: SeenRecords, words: Words
) -> Answer | Draft:
    """What became of a contract, why a change is judged so, what a clause says, a redline, or drafts for legal and of the signing.

    A turn that brought a contract compares it with the one that waits, or asks what with.
    """
    return await _Desk(turn, papers, library(clauses), cutter, comparer, records, saying(turn, words)).answer()


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    papers: OwnPapers
    library: Library
    cutter: Cut
    comparer: Comparer
    records: SeenRecords
    said: Saying

    @property
    def telling(self) -> Telling:
        return Telling(self.said, self.library, self.turn.speaker.user_id)

    async def answer(self) -> Answer | Draft:
        arrived = await self.papers.paper(self.turn.facts.get("paper", self.turn.id)) if self.turn.spoken else None
        if arrived is not None:
            return await self._arrived(arrived)
        sent, words = await self.papers.sent(), self.turn.text
        if chosen := await self._chosen(sent, words):
            return chosen
        pair = await self._pair(sent)
        if pair is not None:
            return await self._about(pair, words)
        if not sent:
            return Answer(self.said.say("send_files"), found=False)
        return self._clause(sent[0], words) or self._ask_which(sent[0])

    async def _chosen(self, sent: Sequence[KeptPaper], words: str) -> Answer | None:
        """What was pressed, or said, about which one to compare with."""
        if PREVIOUS.search(words) and sent:
            return await self._with_previous(sent[0], sent)
        if STANDARD.search(words) and not is_why(words):
            return await self._with_standard(sent[0] if sent else None, words)
        return Answer(self.said.say("waits"), query=self._kept(sent[0])) if ANOTHER.search(words) and sent else None

    # --- a paper came -------------------------------------------------------------------------------------------------------------------

    async def _arrived(self, kept: KeptPaper) -> Answer:
        words = "" if self.turn.spoken and self.turn.text == self.turn.spoken.source else self.turn.text
        sent = await self.papers.sent()
        if STANDARD.search(words):
            return await self._with_standard(kept, words)
        if kept.beside and (other := await self.papers.paper(kept.beside)):
            return await self._compared(*in_order(other, kept))
        if PREVIOUS.search(words):
            return await self._with_previous(kept, sent)
        if other := waiting(sent, self.turn.said_at, kept.id):
            return await self._compared(*in_order(other, kept))
        if any(one.inserted or one.deleted or one.before is not None for one in kept.paper.paragraphs):
            return await self._compared(*kept.by_marks())
        return (self._clause(kept, words) if words and not COMPARE.search(words) else None) or self._ask_which(kept)

    def _ask_which(self, kept: KeptPaper) -> Answer:
        buttons = tuple(map(self._button, ("previous", "standard_one", "another")))
        return Answer(self.said.say("against_what"), buttons=buttons, query=self._kept(kept))

    async def _with_previous(self, kept: KeptPaper, sent: Sequence[KeptPaper]) -> Answer:
        found = before(kept, sent, await self.papers.shelved())
        other = await self.papers.paper(found) if isinstance(found, str) else found
        if other is None:
            return Answer(self.said.say("no_previous"), found=False, query=self._kept(kept))
        return await self._compared(other, kept)

    async def _with_standard(self, kept: KeptPaper | None, words: str) -> Answer:
        shelved = await self.papers.shelved()
        meant = standard_for(kept, words, shelved)
        if kept is None or not meant:
            return Answer(self.said.say("no_standard" if kept else "send_files"), found=False)
        if len(meant) > 1:
            buttons = tuple(Button(shelved[one], "say", self._saying(shelved[one])) for one in meant[:3])
            exact = next((one for one in meant if shelved[one] in words), None)
            if exact is None:
                return Answer(self.said.say("which_standard"), buttons=buttons, query=self._kept(kept))
            meant = [exact]
        standard = await self.papers.paper(meant[0])
        return await self._compared(standard, kept) if standard else Answer(self.said.say("no_standard"), found=False)

    # --- two papers ---------------------------------------------------------------------------------------------------------------------

    async def _pair(self, sent: Sequence[KeptPaper]) -> tuple[KeptPaper, KeptPaper] | None:
        """The two that are talked about: those of this thread, else the last two where they came together."""
        topic = self.turn.memory.topic
        told = (topic.query or {}).get("papers") if topic and topic.skill == "compare_contracts" else None
        if isinstance(told, list):
            found = [one for one in [await self.papers.paper(str(paper_id)) for paper_id in told] if one is not None]
            if len(found) == 2:  # noqa: PLR2004 - a pair
                return found[0].by_marks() if found[0].id == found[1].id else (found[0], found[1])
            if told:
                return None
        if len(sent) > 1 and sent[0].at - sent[1].at <= WAITS:
            return in_order(sent[1], sent[0])
        return None

    async def _report(self, old: KeptPaper, new: KeptPaper) -> tuple[Compared, Whose]:
        return await compared(old, new, self.comparer, self.records, self.said, turn_id=self.turn.id)

    async def _compared(self, old: KeptPaper, new: KeptPaper) -> Answer:
        found, _ = await self._report(old, new)
        told, buttons = self.telling.overview(found), self._buttons(found, "all", "redline", "legal")
        if old.id != new.id and not old.is_ours:
            told = f"{told}\n{self.said.say('which_old', old=old.name, new=new.name)}"
        if old.id != new.id and not is_told(old, new):
            buttons = (*buttons, self._button("swap"))
        return Answer(told, self.telling.grounds(found), buttons, query=self._kept(old, new))

    async def _about(  # noqa: PLR0911 - one for each wish
        self, pair: tuple[KeptPaper, KeptPaper], words: str
    ) -> Answer | Draft:
        found, who = await self._report(*pair)
        query = self._kept(*pair)
        if SWAP.search(words):
            return await self._compared(*reversed(pair))
        if ALL.search(words):
            page = self.papers.page(*pair)
            told = self.telling.everything(found, page)
            return Answer(told, (), self._buttons(found, "redline", "legal"), query=query)
        if REDLINE.search(words):
            return replace(await self._redline(found), query=query)
        if LEGAL.search(words):
            return for_legal(found, self.telling, self.said, who.account)
        if SIGNED.search(words) and not is_why(words):
            return signed(found, self.said, who.account, await self._in_review(found, who.account))
        if is_why(words) and (one := change_meant(words, found.changes, self._names())):
            told, grounds = self.telling.why(found, one, who.usual)
            return Answer(told, grounds, self._buttons(found, "legal"), query=query)
        if answer := None if COMPARE.search(words) else self._clause(pair[1], words):
            return replace(answer, query=query)
        return await self._compared(*pair)

    async def _in_review(self, found: Compared, account: Row | None) -> Row | None:
        """What legal was asked about it."""
        if account is None:
            return None
        of = (Filter("account", Op.EQ, account.id), Filter("status", Op.EQ, IN_REVIEW))
        with suppress(NotAllowed):
            return in_review((await self.records.ask(Query(CONTRACT, of, limit=IN_REVIEW_LOOKED_AT))).rows, found.new.name)
        return None

    async def _redline(self, found: Compared) -> Answer:
        file = await enclosed(found, self.telling, self.papers, self.said)
        return Answer(self.said.say("redline_here", name=file.name), (), self._buttons(found, "legal"), enclosed=file)

    def _clause(self, kept: KeptPaper, words: str) -> Answer | None:
        """What the contract says about it, with the clause quoted; None where nothing in it does."""
        answer = clause_meant(words, kept.paper.settled(), self.library, self.cutter)
        if answer is None:
            return None
        clause, quote = answer
        where = clause.number or clause.top
        ground = Evidence(quote, kept.name, where, EvidenceKind.DOCUMENT, 1.0, kept.id, Audience(f"user:{self.turn.speaker.user_id}"))
        told = self.said.say("clause_says", quote=self.said.quoted(quote, 200), where=self.said.say("where", number=clause.top or where))
        return Answer(told, (ground,), query=self._kept(kept))

    def _kept(self, *papers: KeptPaper) -> Mapping[str, object]:
        """What the thread is about from here."""
        return {"papers": [one.id for one in papers]}

    def _names(self) -> dict[str, str]:
        return {category: " ".join(shelf.names.values()) for category, shelf in self.library.shelves.items()}

    def _buttons(self, found: Compared, *keys: str) -> tuple[Button, ...]:
        wanted = [one for one in keys if found.changes and (one != "legal" or found.report.legal)]
        return tuple(map(self._button, wanted))

    def _button(self, key: str) -> Button:
        return Button(self.said.say(key), "say", self._saying(self.said.say(key)))

    def _saying(self, words: str) -> str:
        return self.said.say("say", words=words)
