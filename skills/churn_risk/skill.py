"""Which accounts may leave, and why: judged from the records that the speaker may see, told with figures and grounds. Reads only."""

import re
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.dossier import Meeting
from bot.domain.dossier import Which as WhichAccount
from bot.domain.ids import RecordId
from bot.domain.outcome import Answer, Button
from bot.domain.saying import Saying, saying, text
from bot.domain.talk import Turn
from bot.ports import Dossiers, SeenRecords, Words
from bot.ports.churn import AccountFile, SeenRisks
from skills.churn_risk.alerting import alert
from skills.churn_risk.listing import listed
from skills.churn_risk.model import SCORECARD, Judge, judge_for
from skills.churn_risk.scorecard import Scorecard, read_scorecard, taught, tuned
from skills.churn_risk.stories import file_of, story_of
from skills.churn_risk.storyline import CUSTOMER, storyline
from skills.churn_risk.telling import Told

BUTTONS = 3
PAGE = 100
LIVE = 400
"""Customers that are judged on the spot where nobody scored them yet."""
LOOKED_FOR = 24
"""Of those that were scored, so many are judged anew with what the speaker sees."""
THEM = re.compile(
    r"(?<!其)[他它她]们?(?:家|们)?|这家|那家|这个客户|该客户|对方|\b(?:they|them|it|this (?:one|account|customer))\b", re.IGNORECASE
)
LISTS = re.compile(
    r"哪|谁|最|名下|我的|手上|清单|名单|客户们|有没有客户|高危|预警|所有|全部|整体|几家|account们?"
    r"|\b(?:which|who|any|all|my|list|accounts|customers|most|top|overall|our)\b",
    re.IGNORECASE,
)
"""Words that ask for several."""
ASKS = re.compile(
    r"给我|帮我|替我|麻烦|请|我|想|看看|看一?下|看|查一?下|查|列一?下|列|一下|分析|评估|要|不?会|可能|快|将|即将|没有|有|在|不?是"
    r"|流失|流走|跑掉|跑路|跑|走|离开|不续|续约|续|风险|危险|不稳|松动|预警|客户|公司|情况|如何|怎么样|怎样|什么|多少|原因|为啥|为什么"
    r"|现在|目前|最近|今天|本周|这周|本月|这个月|季度|大|高|的|了|吗|呢|吧|啊|都|还|个|些"
    r"|\b(?:show|tell|give|me|us|please|can|could|you|i|see|want|to|an?|the|of|on|at|in|for|is|are|do|does|have|churn(?:ing)?|risks?|risky"
    r"|danger|leav(?:e|ing)|los(?:e|ing)|likely|may|might|about|what|how|high|look|check|renew(?:al|ing)?|not|now|today|this|week|month"
    r"|quarter|report|overview|alerts?|customers?|clients?|accounts?)\b",
    re.IGNORECASE,
)
"""What people say around a name when they ask for this."""
NAME = re.compile(r"[\u4e00-\u9fff]{2}|[A-Za-z]{3}")
"""Where this is left, and no name that is known, somebody unknown was meant."""
CONFIG = "config.toml"


async def run(turn: Turn, *, records: SeenRecords, dossiers: Dossiers, risks: SeenRisks, words: Words) -> Answer:
    """The story of the account that `turn` names or points at; else a list of those likeliest to leave, as far as the speaker sees them.

    An errand of the house (facts) is an alert about one account, a line about several, or one about data that look broken.
    """
    said = saying(turn, words)
    card, notes = await _card(risks, said)
    judge = judge_for(risks.model(), card)
    notes = notes if judge.name == SCORECARD else {}
    judging = _Judging(turn, judge, risks)
    if turn.facts:
        return await alert(turn, said, risks, judging.judged)
    named = {one.id: one for name in await records.spot(turn.text) for one in name.meant if one.entity == "account"}
    if len(named) > 1:
        return _which([(one.name, one.name) for one in named.values()], said, found=True)
    about = next(iter(named), None)
    if about is None and (THEM.search(turn.text) or turn.memory.continues):
        match await dossiers.whom(turn):
            case Meeting(account):
                about = account.id
            case WhichAccount(_, options) if THEM.search(turn.text) and options:
                return _which(options, said, found=False)
            case _:
                pass
    file = next(iter(await risks.of([about])), None) if about else None
    if file is not None:
        return _one(judging.judged(file), said, notes)
    found, seen = await judging.all()
    answer = listed(found, seen, turn.text, said)
    if LISTS.search(turn.text) or not NAME.search(ASKS.sub(" ", turn.text)) or not answer.found:
        return answer
    return replace(answer, text=f"{said.say('unknown_account')}\n{answer.text}", found=False)


def _one(told: Told, said: Saying, notes: Mapping[str, str]) -> Answer:
    if text(told.account, "status") not in {"", CUSTOMER}:
        return Answer(said.say("not_customer", account=told.name), found=False, about=(told.account.id,))
    if not told.known:
        return Answer(said.say("nothing_known", account=told.name), found=False, about=(told.account.id,))
    return storyline(told, said, notes)


def _which(options: "list[tuple[str, str]] | tuple[tuple[str, str], ...]", said: Saying, *, found: bool) -> Answer:
    buttons = tuple(Button(label, "say", said.say("say_why", account=name)) for label, name in options[:BUTTONS])
    return Answer(said.say("which"), buttons=buttons, found=found)


async def _card(risks: SeenRisks, said: Saying) -> tuple[Scorecard, Mapping[str, str]]:
    """The scorecard as the house tuned and taught it, and what is to be said of a reason that was taught, by its code."""
    rules = risks.rules
    learned = {code: one for code, one in (await risks.learned()).items() if code not in rules.weights}
    card = taught(tuned(read_scorecard(), rules.scorecard, rules.weights, CONFIG), {code: one.factor for code, one in learned.items()})
    return card, {code: said.say("taught", told=one.told, none=one.none, reason="{reason}") for code, one in learned.items()}


class _Judging:
    """Judges accounts as of the turn's day."""

    def __init__(self, turn: Turn, judge: Judge, risks: SeenRisks) -> None:
        self._zone = turn.speaker.zone
        self._day = turn.said_at.astimezone(ZoneInfo(turn.speaker.zone)).date()
        self._judge = judge
        self._risks = risks

    def judged(self, file: AccountFile) -> Told:
        """One account, by all that is in its file."""
        account, records = file_of(file.told)
        story = story_of(account, records, self._day, self._zone)
        return Told(account, records, story, self._judge(story))

    async def all(self) -> tuple[list[Told], int]:
        """Those that may be listed, and of how many: the likeliest of the last scores, else all that are seen."""
        if scored := await self._risks.top(LOOKED_FOR):
            files = await self._risks.of([one.account_id for one in scored])
            return [self.judged(one) for one in files], await self._risks.count()
        found: list[Told] = []
        after = RecordId("")
        while len(found) < LIVE:
            page = await self._risks.page(after, PAGE)
            found += [self.judged(one) for one in page]
            if len(page) < PAGE:
                break
            after = page[-1].account_id
        return found, len(found)
