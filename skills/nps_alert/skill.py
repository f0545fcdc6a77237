"""Rules that managers and reps make by chat: shown back with what they would have done, changed, explained. Saves and sends nothing."""

from bot.domain.outcome import Answer, Draft
from bot.domain.saying import saying
from bot.domain.scored import ScoredRecords
from bot.domain.talk import Turn
from bot.domain.watch import RULE
from bot.ports import OwnDrafts, Reader, SeenRecords, Words
from bot.ports.churn import SeenRisks
from skills.nps_alert.asking import Asking
from skills.nps_alert.desk import Desk, desk_of
from skills.nps_alert.fired import Fired
from skills.nps_alert.hearing import heard, stranger_in
from skills.nps_alert.making import Making
from skills.nps_alert.tending import Tending
from skills.nps_alert.wanted import Wanted, wanted
from skills.nps_alert.wording import Wording


async def run(
    turn: Turn, *, records: SeenRecords, words: Words, drafts: OwnDrafts, reader: Reader, risks: SeenRisks
) -> Answer | Draft:
    """What `turn` comes to: a rule proposed or changed, an answer about rules, or what one of them did (`turn.facts`)."""
    said = saying(turn, words)
    wording, scored = Wording(said), ScoredRecords(records, risks.top)
    if turn.facts:
        return await Fired(turn, records, scored, wording).told()
    desk = await desk_of(turn, said, records, scored)
    making = Making(desk, wording)
    tending, asking = Tending(desk, wording, making, reader), Asking(desk, wording)
    held = await drafts.newest(RULE) if turn.memory.continues else None
    if held is not None and (amended := await tending.amended(held)):
        return amended
    if whose := _unknown(desk, wording):
        return whose
    meant, told = wanted(turn.text), heard(turn.text, desk.spans)
    if meant is Wanted.MAKE:
        return await making.proposed(told)
    if meant in {Wanted.LIST, Wanted.WHY}:
        return await (asking.why if meant is Wanted.WHY else asking.listed)(told)
    return await tending.tended(meant, told)


def _unknown(desk: Desk, wording: Wording) -> Answer | None:
    """A question back where a name may mean several accounts, or none: a rule for it would watch others, or everybody."""
    if desk.unclear:
        return Answer(wording.say("several_accounts", names=wording.several([one.name for one in desk.unclear])), found=False)
    stranger = "" if desk.named else stranger_in(desk.turn.text, desk.spans)
    return Answer(wording.say("no_such_account", name=stranger), found=False) if stranger else None
