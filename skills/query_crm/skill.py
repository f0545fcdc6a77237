"""Answer questions from the records that the speaker may see: figures, lists, single facts. Reads only; sums no two currencies."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.found import Name
from bot.domain.outcome import Answer, Brain
from bot.domain.query import Op
from bot.domain.talk import Turn
from bot.errors import Unclear
from bot.ports import ChatModel, Passages, Reader, SeenRecords, Words
from skills.query_crm.answering import ANSWERS
from skills.query_crm.case import Case
from skills.query_crm.changing import asks_rows, asks_to_change, changed, offer, rows_of
from skills.query_crm.filling import DECLINED, Said, noted, read_again
from skills.query_crm.meant import Naming, ids
from skills.query_crm.posed import Posed, Way, posed_from
from skills.query_crm.posing import posed
from skills.query_crm.saying import Saying
from skills.query_crm.telling import Telling

ENOUGH = 0.35
"""How sure the grammar must be to ask; below that it says that it did not understand."""
HERE = "query_crm"


async def run(
    turn: Turn, *, records: SeenRecords, reader: Reader, words: Words, passages: Passages | None = None, writer: ChatModel | None = None
) -> Answer:
    """What the records say to `turn`: the result, a short table, how it was read; the typed query goes with it.

    A name that fits several is asked back. writer: fills the query in where the grammar is not sure.
    Raises: Unclear when the words ask for no records, or of nobody; NotAllowed for what is hidden from the speaker.
    """
    today = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
    case = Case(turn, records, passages, Saying(words, turn.lang, records.scope), today)
    last = _last(turn)
    if last is not None and asks_to_change(turn.text):
        return offer(last, case.saying, today)
    if last is not None and (moved := rows_of(last) if asks_rows(turn.text) else changed(last, turn.text, case.saying)):
        return await _answer(case, moved)
    meant = await Naming(turn, records, case.saying).meant()
    if meant.asks:
        return meant.asks
    if meant.lost:
        raise Unclear("whom_meant", word=meant.lost)
    return await _read(case, reader, meant.names, last, writer)


async def _read(case: Case, reader: Reader, names: Sequence[Name], last: Posed | None, writer: ChatModel | None) -> Answer:
    """Read the question, ask it, and say who read it. last: the one before; it goes on with that where it says so, or says nothing else."""
    turn, saying = case.turn, case.saying
    reading = await reader.read(turn.text, said_at=turn.said_at, zone=turn.speaker.zone)
    before = last if turn.memory.continues else None
    asked, read = posed(turn.text, reading, names, case.today, before)
    if asked is None and last is not None:
        asked, read = posed(turn.text, reading, names, case.today, last)
    brain = Brain()
    if asked is None or asked.way is Way.ROWS:
        said = Said(turn.text, reading, names, case.today, before.query if before else None)
        read, brain = await read_again(read, said, case.records.scope, writer)
        asked = Posed(read.query) if read.query else None
    if asked is None or read.sure < ENOUGH:
        if brain.fell_back:
            key = "not_understood" if brain.fell_back.endswith(DECLINED) else "not_understood_alone"
            return Answer(saying.say(key), found=False, brain=brain)
        if last is not None:  # the thread stays about what it was about
            return Answer(saying.say("not_understood"), found=False, query=last.to_json())
        raise Unclear("not_understood")
    answer = await _answer(case, asked, read.wanted)
    if not answer.found and (unknown := _unknown(asked, names)):
        answer = replace(answer, text=f"{saying.say('no_such_name', name=unknown)}\n{answer.text.splitlines()[-1]}")
    if read.unapplied and asked.way is Way.ROWS:
        answer = replace(answer, text=f"{saying.say('not_applied', said='; '.join(read.unapplied))}\n{answer.text}")
    return replace(noted(answer, brain, saying.words, turn.lang), about=tuple(dict.fromkeys((*ids(names), *answer.about))))


async def _answer(case: Case, asked: Posed, wanted: tuple[str, ...] = ()) -> Answer:
    """What the records say to a posed question.  Raises: NotAllowed."""
    if asked.way is not Way.ROWS:
        return await ANSWERS[asked.way](case, asked)
    found = await case.ask(asked.query)
    only = tuple(row.id for row in found.rows if found.total == 1)
    return replace(Telling(found, case.saying, wanted).answer(), about=only)


def _last(turn: Turn) -> Posed | None:
    """The question that this thread was last about, when it was one to the records."""
    topic = turn.memory.topic
    return posed_from(topic.query) if topic is not None and topic.skill == HERE and topic.query is not None else None


def _unknown(asked: Posed, names: Sequence[Name]) -> str:
    """A name of an account by which was asked and that no record has; empty when there is none."""
    known = {known.name for name in names for known in name.meant}
    path = "name" if asked.query.entity == "account" else "account"
    return next((str(one.value) for one in asked.query.filters if one.field == path and one.op is Op.EQ and one.value not in known), "")
