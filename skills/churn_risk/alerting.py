"""What an errand of the house says: an alert about one account, a line about several more, one about data that look broken."""

from collections.abc import Callable

from bot.domain.alert import Alert, AlertState, Reply, action_of
from bot.domain.ids import RecordId
from bot.domain.outcome import Answer, Button
from bot.domain.people import Role, Speaker
from bot.domain.risk import Band
from bot.domain.saying import Saying, once
from bot.domain.talk import Lang, Turn
from bot.ports.churn import AccountFile, SeenRisks
from skills.churn_risk.story import Code
from skills.churn_risk.telling import Told, grounds, marked, next_step, trend, turning, whom

REPLIES = (Reply.TAKE, Reply.NOT, Reply.LATER)
NOTHING = Answer("", found=False)
SURNAMED = (2, 3)
"""Characters of a Chinese name whose bearer is called by the first of them."""
SHOWN_NAMES = 6
WITH_WORDS = frozenset({Code.SEVERE_TICKETS, Code.RENEWAL_SILENCE})


async def alert(turn: Turn, said: Saying, risks: SeenRisks, judged: Callable[[AccountFile], Told]) -> Answer:
    """What `turn` is about: facts `alert`, or `more` (account ids), or `storm`. Nothing where there is nothing to say any more."""
    facts = turn.facts
    if "storm" in facts:
        since = facts.get("since", "")
        return Answer(said.say("alert_storm" if since else "alert_storm_plain", count=facts["storm"], of=facts["of"], since=since))
    if "more" in facts:
        return await _more(facts["more"].split(","), said, risks)
    opened = await risks.alert(facts.get("alert", ""))
    if opened is None or opened.state is not AlertState.OPEN:
        return NOTHING
    file = next(iter(await risks.of([opened.account_id])), None)
    if file is None:
        return NOTHING
    return _one(turn, judged(file), opened, said)


def _one(turn: Turn, told: Told, opened: Alert, said: Saying) -> Answer:
    reasons = [one for one in told.foremost() if one.code.risk]
    if not reasons or told.made.band is Band.LOW:
        return NOTHING
    escalated = turn.facts.get("owner", "")
    key = "alert_escalated" if escalated else "alert_worse" if opened.round else "alert"
    line = said.say(
        key, you=called(turn.speaker, said), account=told.name, band=said.say(f"band_{told.made.band}"),
        reasons=marked(told, reasons, said), next=next_step(told, said), owner=escalated,
    )  # fmt: skip
    evidence = once([ground for one in reasons for ground in grounds(told, one, said)])
    buttons = (*(Button(said.say(f"button_{one}"), action_of(opened.id, one)) for one in REPLIES), draft_button(told, said))
    return Answer(line.strip(), evidence, buttons, about=(told.account.id,), chart=trend(told, said))


async def _more(account_ids: list[str], said: Saying, risks: SeenRisks) -> Answer:
    files = await risks.of([RecordId(one) for one in account_ids])
    if not files:
        return NOTHING
    names = said.say("list_joint").join(one.name for one in files[:SHOWN_NAMES])
    see = Button(said.say("button_see"), "say", said.say("say_see"))
    return Answer(said.say("alert_more", count=len(files), names=names), buttons=(see,), about=tuple(one.account_id for one in files))


def draft_button(told: Told, said: Saying) -> Button:
    """Says in the person's place what shall be written: the letter takes the road of every letter, with its gate."""
    code, who = turning(told), whom(told)
    about = said.say(f"about_{code}" if code in WITH_WORDS else "about_default")
    key = "say_draft" if who else "say_draft_nobody"
    return Button(said.say("button_draft"), "say", said.say(key, account=told.name, who=who, about=about))


def called(speaker: Speaker, said: Saying) -> str:
    """The person as they are called: a colleague who sells by surname, as everybody does, others by name; "" where it is no name."""
    name = speaker.name.strip()
    if not name:
        return ""
    if said.lang is Lang.ZH:
        chinese = not name.isascii() and len(name) in SURNAMED
        return said.say("you_zh_rep", surname=name[0]) if chinese and speaker.role is Role.REP else said.say("you", name=name)
    return said.say("you", name=name.split()[0])
