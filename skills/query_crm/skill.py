"""Answer questions from the records that the speaker may see: figures, lists, single facts. Reads only; sums no two currencies."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.found import Name
from bot.domain.outcome import Answer
from bot.domain.query import from_json
from bot.domain.talk import Turn
from bot.errors import Unclear
from bot.ports import ChatModel, Reader, SeenRecords, Words
from skills.query_crm.case import Case
from skills.query_crm.filling import DECLINED, Said, noted, read_again
from skills.query_crm.grammar import Understood, understood
from skills.query_crm.refine import refined
from skills.query_crm.saying import Saying
from skills.query_crm.telling import Telling

ENOUGH = 0.35
"""How sure the grammar must be to ask; below that it says that it did not understand."""
PREFERRED = ("account", "contact", "user", "product")


async def run(turn: Turn, *, records: SeenRecords, reader: Reader, words: Words, writer: ChatModel | None = None) -> Answer:
    """What the records say to `turn`: the result, a short table, how it was read; the typed query goes with it.

    writer: fills the query in where the grammar is not sure.
    Raises: Unclear when a name fits several records, or the words ask for none; NotAllowed for a field that is hidden from the speaker.
    """
    reading = await reader.read(turn.text, said_at=turn.said_at, zone=turn.speaker.zone)
    names = [_one(name) for name in await records.spot(turn.text)]
    today = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
    case = Case(turn, records, None, Saying(words, turn.lang, records.scope), today)
    topic = turn.memory.topic
    read = Understood(None, 0.0)
    before = from_json(topic.query) if turn.memory.continues and topic is not None and topic.query is not None else None
    if before is not None:
        read = refined(before, turn.text, reading, names, today)
    if read.query is None:
        read = understood(turn.text, reading, names, today)
    read, brain = await read_again(read, Said(turn.text, reading, names, today, before), records.scope, writer)
    if read.query is None or read.sure < ENOUGH:
        if brain.fell_back:
            key = "not_understood" if brain.fell_back.endswith(DECLINED) else "not_understood_alone"
            return Answer(words.say(key, turn.lang), found=False, brain=brain)
        raise Unclear("not_understood")
    found = await case.ask(read.query)
    about = [known.id for name in names for known in name.meant] + [row.id for row in found.rows if found.total == 1]
    answer = Telling(found, case.saying, read.wanted).answer()
    return replace(noted(answer, brain, words, turn.lang), about=tuple(dict.fromkeys(about)))


def _one(name: Name) -> Name:
    """The name with the one record that it means.  Raises: Unclear when it fits several of a kind."""
    entity = next((one for one in PREFERRED if any(known.entity == one for known in name.meant)), "")
    meant: Sequence[str] = sorted({known.name for known in name.meant if known.entity == entity})
    if len(meant) > 1:
        raise Unclear("several_named", name=name.words.text, names="、".join(meant))
    return Name(name.words, tuple(known for known in name.meant if known.entity == entity))
