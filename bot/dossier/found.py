"""What our papers say about an account, looked up side by side: only for the angles that are wanted. Chooses no point."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from bot.domain.bearing import terms, without
from bot.domain.dossier import Angle, Facts
from bot.domain.evidence import Evidence
from bot.domain.query import Row
from bot.domain.saying import text
from bot.dossier.papers import Papers
from bot.dossier.rivals import Against, Rivals, against, rivals_in
from bot.dossier.signs import news_of, pain_of

PAYBACK = re.compile(r"回收|收回|回本|节约|省下|每年少|\b(?:payback|pa(?:id|ys?) for itself|saved?|saves)\b", re.IGNORECASE)
LEAD = re.compile(
    r"^(?!.*(?:目录价|list price))"
    r".*(?:标准交期|现货|到货后|安装调试|\b(?:lead time|from stock|mounted in|installed in|within \w+ weeks?)\b)",
    re.IGNORECASE,
)
CODES = 2
"""Products looked for: those of the newest deals."""
NEAR_RIVALS = frozenset({Angle.RIVAL, Angle.MONEY, Angle.TIME})


@dataclass(frozen=True, slots=True)
class Read:
    """What our papers say: on the pain, where the newest signal stands, what the account publishes, cases, payback, lead times, rivals."""

    pain: Evidence | None = None
    news: Evidence | None = None
    priority: tuple[Evidence, ...] = ()
    cases: tuple[Evidence, ...] = ()
    money: Evidence | None = None
    time: Evidence | None = None
    rivals: Rivals = field(default_factory=Rivals)
    against: Against = field(default_factory=Against)


async def read(said: str, facts: Facts, met: Sequence[Row], papers: Papers, angles: Collection[Angle]) -> Read:
    """What our papers say that serves one of `angles`. said: the turn's words, for the rivals in them."""
    named_by = [text(row, "name") for view in ("open_deals", "won_deals") for row in facts.of(view)]
    hurt = without(pain_of(facts), named_by)
    hint = f"{pain_of(facts)} {' '.join(named_by[:1])}"
    wanted = terms(hint)
    sold = [text(row, "product_name").split() for row in facts.of("open_deals") or facts.of("won_deals")]
    codes = tuple(dict.fromkeys(words[0] for words in sold if words))[:CODES]
    newest = news_of(facts, met, papers.said)
    (pain, news, money, time), (priority, cases), (rivals, stands) = await asyncio.gather(
        asyncio.gather(
            _one(Angle.PAIN in angles, lambda: papers.on_pain(hurt)),
            _one(Angle.NEWS in angles and newest is not None, lambda: papers.of_signal(newest or facts.account)),
            _one(Angle.MONEY in angles, lambda: papers.on(f"投资回收 节约成本 payback cost saved {hint}", PAYBACK, wanted)),
            _one(Angle.TIME in angles, lambda: papers.on(f"标准交期 lead time ordering {' '.join(codes)}", LEAD, wanted, codes)),
        ),
        asyncio.gather(
            _several(Angle.PRIORITY in angles, lambda: papers.of_them(wanted, hint, [text(row, "name") for row in met])),
            _several(Angle.PROOF in angles, lambda: papers.cases(wanted, hint)),
        ),
        _near_rivals(said, facts, papers, angles),
    )
    return Read(pain, news, priority, cases, money, time, rivals, stands)


async def _near_rivals(said: str, facts: Facts, papers: Papers, angles: Collection[Angle]) -> tuple[Rivals, Against]:
    if NEAR_RIVALS.isdisjoint(angles):
        return Rivals(), Against()
    of_deals = tuple(dict.fromkeys(name for row in facts.of("open_deals") if (name := text(row, "competitor"))))
    rivals = await rivals_in(said, of_deals, papers.records)
    return rivals, await against(rivals, papers)


async def _one(wanted: bool, look: Callable[[], Awaitable[Evidence | None]]) -> Evidence | None:  # noqa: FBT001 - asked of each in turn
    return await look() if wanted else None


async def _several(wanted: bool, look: Callable[[], Awaitable[tuple[Evidence, ...]]]) -> tuple[Evidence, ...]:  # noqa: FBT001 - as above
    return await look() if wanted else ()
