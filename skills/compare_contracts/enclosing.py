"""The redline of a comparison as a file of Word, with a comment beside what has to be looked at. Writes nothing itself."""

import asyncio
import base64
from pathlib import PurePath

from bot.domain.outcome import Enclosed
from bot.domain.saying import Saying
from bot.ports.papers import OwnPapers
from skills.compare_contracts.redlining import marking, worth_a_note
from skills.compare_contracts.telling import Compared, Telling


async def enclosed(found: Compared, telling: Telling, papers: OwnPapers, said: Saying) -> Enclosed:
    """The old version with every change of the new one tracked, by Tandem.  Raises: Upstream."""
    notes = [(one, telling.note(one)) for one in found.changes if worth_a_note(one)]
    marked = await asyncio.to_thread(marking, found.report, found.old.paper, found.new.paper, notes)
    data = await papers.redline(found.old, found.new, marked.pairs, marked.notes, marked.gone)
    name = said.say("redline_name", name=PurePath(found.new.name).stem)
    return Enclosed(f"{name}.docx", base64.b64encode(data).decode())
