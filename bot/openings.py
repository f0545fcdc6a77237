"""What to offer a person who has said nothing yet: matters of their own accounts, else of documents they may read, else examples.

Knows kinds and facts; the page has the words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.people import Role, Speaker
from bot.domain.records import Record
from bot.domain.talk import Lang, language_of
from bot.ports import Clock, Library, Records
from bot.visits import Visits

Json = dict[str, Any]

OFFERED = 3
ACCOUNT_KINDS = ("account_discount", "account_warranty", "account_terms")
LOOKED_AT = 500
"""Accounts looked through at most, a page at a time; who has more is served as well by these."""
PAGE = 100


@dataclass(frozen=True)
class Openings:
    """The verb behind an empty page. examples: what the skills of a person understand, as their manifests say it."""

    visits: Visits
    records: Records
    library: Library
    clock: Clock
    examples: Callable[[Speaker], Sequence[str]]

    async def openings(self, session: str, *, lang: Lang) -> list[Json]:
        """Up to three first messages: `{kind, name}`, or `{kind: "example", text}` with the words themselves."""
        speaker = await self.visits.speaker(session)
        accounts = [_name(one) for one in await self._accounts(speaker)]
        if accounts:
            names = [accounts[number % len(accounts)] for number in range(OFFERED)]
            return [{"kind": kind, "name": name} for kind, name in zip(ACCOUNT_KINDS, names, strict=True)]
        today = self.clock.now().date()
        current = [
            one for one in await self.library.documents(speaker)
            if one.superseded_by is None and (one.valid_until is None or one.valid_until >= today)
        ]
        newest = sorted(current, key=lambda one: one.ingested_at, reverse=True)[:OFFERED]
        if newest:
            return [{"kind": "document", "name": one.title} for one in newest]
        examples = [text for text in self.examples(speaker) if language_of(text) is lang]
        return [{"kind": "example", "text": text} for text in examples[:OFFERED]]

    async def _accounts(self, speaker: Speaker) -> Sequence[Record]:
        """This person's accounts (a manager's: the team's), the one that renews next first."""
        found: list[Record] = []
        after, seen = None, 0
        while seen < LOOKED_AT:
            page = await self.records.page("account", after=after, limit=PAGE)
            seen += len(page.items)
            found.extend(one for one in page.items if _is_of(one, speaker))
            after = page.after
            if after is None:
                break
        today = self.clock.now().date()
        return sorted(found, key=lambda one: _renews_in(one, today))[:OFFERED]


def _is_of(account: Record, speaker: Speaker) -> bool:
    if speaker.role is Role.MANAGER and speaker.team:
        return account.fields.get("team") == speaker.team
    return account.fields.get("owner") == speaker.user_id


def _name(account: Record) -> str:
    return str(account.fields.get("short_name") or account.fields.get("name") or "")


def _renews_in(account: Record, today: date) -> tuple[bool, int]:
    """Days until it renews; what has no day, or a past one, comes last."""
    try:
        days = (date.fromisoformat(str(account.fields.get("renewal_date"))) - today).days
    except ValueError:
        return True, 0
    return days < 0, days
