"""What a person does at the page of a digest: reads it whole, has it mailed to themself. Knows no page and composes nothing.

Each verb takes the secret of a visit and does nothing but for the person it stands for; what is somebody else's reads as not there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.decision import Decision
from bot.domain.digest import Digest, digest_to_json
from bot.domain.evidence import Evidence
from bot.domain.ids import TurnId
from bot.domain.outcome import Answer
from bot.domain.panels import panels_of
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.errors import Unclear
from bot.ports import Ledger, Outbox
from bot.turns.digesting import mail_origin
from bot.visits import Visits, me_of

Json = dict[str, Any]


@dataclass(frozen=True)
class DigestPage:
    """The verbs. mails: whether mail leaves this house."""

    visits: Visits
    ledger: Ledger
    outbox: Outbox
    wake: Callable[[], None]
    mails: bool = False

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"digest": self.digest, "digest_mail": self.mail}

    async def digest(self, session: str, turn: str) -> Json:
        """All of it, as it was told.  Raises: Unclear("no_such_digest")."""
        speaker = await self.visits.speaker(session)
        story, digest = await self._mine(speaker, turn)
        seen = {place: one for place, one in enumerate(story.evidence) if speaker.may_see(one.audience)}
        return {
            **told(digest, seen, story.made.lang), "turn": turn, "decision": story.id, "at": story.at.isoformat(), "zone": speaker.zone,
            "mails": self.mails, "me": me_of(speaker),
        }  # fmt: skip

    async def mail(self, session: str, turn: str) -> Json:
        """Send it to the person's own address, once however often that is pressed.  Raises: Unclear, `no_such_digest` or `no_mail`."""
        speaker = await self.visits.speaker(session)
        story, digest = await self._mine(speaker, turn)
        if not self.mails:
            raise Unclear("no_mail")
        answer = Answer(story.text or "", digest=digest)
        await self.outbox.say(mail_origin(speaker.user_id), answer, key=f"digest:{turn}:mail", lang=story.made.lang)
        self.wake()
        return await self.digest(session, turn)

    async def _mine(self, speaker: Speaker, turn: str) -> tuple[Decision, Digest]:
        story = await self.ledger.decision_of(TurnId(turn))
        if story is None or story.digest is None or story.user_id != speaker.user_id:
            raise Unclear("no_such_digest")
        return story, story.digest


def told(digest: Digest, evidence: Mapping[int, Evidence], lang: Lang) -> Json:
    """A digest as a page is told it: each line with its grounds, and its questions once. evidence: by place, what its reader may see."""
    grounds = {place: {"place": place, "source": one.source, "quote": one.quote} for place, one in evidence.items()}
    found = digest_to_json(digest)
    for section, kept in zip(found["sections"], digest.sections, strict=True):
        section["panels"] = [asdict(one) for one in panels_of(kept.chart, lang)] if kept.chart else []
        for line in section["lines"]:
            line["grounds"] = [grounds[place] for place in line["grounds"] if place in grounds]
            line["asked"] = list(dict.fromkeys(one["says"] for one in line["numbers"] if one["says"]))
    return {**found, "lang": lang}
