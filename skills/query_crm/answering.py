"""Each way of answering with what carries it out. Knows no words."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.outcome import Answer
from skills.query_crm.case import Case
from skills.query_crm.looked import looked_at
from skills.query_crm.losses import why_lost
from skills.query_crm.posed import Posed, Way
from skills.query_crm.rates import won_share
from skills.query_crm.silence import silent
from skills.query_crm.stalled import stuck
from skills.query_crm.standing import standing
from skills.query_crm.versus import between, versus

ANSWERS: Mapping[Way, Callable[[Case, Posed], Awaitable[Answer]]] = {
    Way.SILENT: silent, Way.WON_SHARE: won_share, Way.VERSUS: versus, Way.BETWEEN: between, Way.WHY_LOST: why_lost, Way.STUCK: stuck,
    Way.LOOKED_AT: looked_at, Way.STANDING: standing,
}  # fmt: skip
