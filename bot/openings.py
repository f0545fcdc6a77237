"""What to offer a person who has said nothing yet: matters of their own accounts, else of documents they may read, else examples.

Knows kinds and facts; the page has the words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.people import Role, Speaker
from bot.domain.permissions import Policy
from bot.domain.query import ME, MY_TEAM, Filter, Op, Query, Row, Sort
from bot.domain.talk import Lang, language_of
from bot.errors import NotAllowed
from bot.ports import Clock, Library, RecordQueries
from bot.visits import Visits

Json = dict[str, Any]

OFFERED = 3
LOOKED_AT = 500
"""Accounts looked through at most; who has more is served as well by these."""


@dataclass(frozen=True)
class Openings:
    """The verb behind an empty page. examples: what the skills of a person understand, as their manifests say it."""

    visits: Visits
    records: RecordQueries
    policy: Policy
    library: Library
    clock: Clock
    examples: Callable[[Speaker], Sequence[str]]

    async def openings(self, session: str, *, lang: Lang) -> list[Json]:
        """Up to three first messages: the matter (`kind`), of what (`name`), in how many days or how late (`days`).

        kind: `renewal` and `late` and `asks` of an account, `document` with its title, `example` with the words themselves.
        """
        speaker = await self.visits.speaker(session)
        today = self.clock.now().date()
        if matters := _matters(await self._accounts(speaker), today):
            return matters
        if newest := await self.library.newest(speaker, today, OFFERED):
            return [_matter("document", title) for title in newest]
        examples = [text for text in self.examples(speaker) if language_of(text) is lang]
        return [_matter("example", text) for text in examples[:OFFERED]]

    async def _accounts(self, speaker: Speaker) -> Sequence[Row]:
        """This person's accounts (a manager's: the team's), the one that renews next first, as far as they may see them."""
        mine = Filter("team", Op.EQ, MY_TEAM) if speaker.role is Role.MANAGER and speaker.team else Filter("owner", Op.EQ, ME)
        scope = self.policy.scope(speaker)
        sort = None if scope.hides("account", "renewal_date") else Sort("renewal_date")
        try:
            found = await self.records.within(scope).ask(Query("account", (mine,), sort=sort, limit=LOOKED_AT))
        except NotAllowed:
            return ()  # what makes an account theirs is hidden from them
        return found.rows


def _matters(accounts: Sequence[Row], today: date) -> list[Json]:
    """One matter each of three accounts where there are three: the next renewal, who pays latest, and one more."""
    renewing = sorted((days, one.id, one) for one in accounts if (days := _renews_in(one, today)) is not None)
    late = sorted((-days, one.id, one) for one in accounts if (days := _late(one)) > 0)
    matters, taken = [], set[str]()
    for kind, ranked in (("renewal", renewing), ("late", late), ("asks", [(0, one.id, one) for one in accounts])):
        for days, account_id, account in ranked:
            if account_id not in taken or len(accounts) < OFFERED:
                taken.add(account_id)
                matters.append(_matter(kind, _name(account), abs(days)))
                break
    return matters


def _matter(kind: str, name: str, days: int = 0) -> Json:
    return {"kind": kind, "name": name, "days": days}


def _name(account: Row) -> str:
    return str(account.fields.get("short_name") or account.fields.get("name") or "")


def _renews_in(account: Row, today: date) -> int | None:
    """Days until it renews; None where it has no day, or a past one."""
    try:
        days = (date.fromisoformat(str(account.fields.get("renewal_date"))) - today).days
    except ValueError:
        return None
    return days if days >= 0 else None


def _late(account: Row) -> int:
    """Days that it pays late, as a rule."""
    days = account.fields.get("pays_late_days")
    return int(days) if isinstance(days, int | float) else 0
