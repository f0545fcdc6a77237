"""The room of prompts: which there are and how they fare, what a text would change, publish, agree, go back. Knows no page and no file.

Code, not words, holds what a prompt cannot change: which gate an outcome passes, that evidence is quoted, that names are masked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from bot.admin.decisions import Decided
from bot.admin.door import AdminDoor
from bot.admin.rehearsal import CHOOSING, Rehearsal
from bot.admin.trials import Trials
from bot.domain.ids import DecisionId, UserId
from bot.domain.people import Role
from bot.domain.prompt_cases import Tried
from bot.domain.prompting import LONGEST, LONGEST_NOTE, Edition, Holding, Standing, difference, faults, version_of
from bot.domain.sought import Sought
from bot.domain.talk import Lang
from bot.errors import NotAllowed, Stale, Unclear
from bot.manifests import Manifest
from bot.ports import Clock, Prompt, Users
from bot.ports.prompting import Cases, Editions, PromptResults
from bot.prompts import LivePrompts
from bot.visits import me_of

Json = dict[str, Any]

LOOKED_BACK = timedelta(days=30)
SHIPPED = "shipped"
"""How the house's own text is called where editions are called by their ids."""
EVERYWHERE = ("house/", CHOOSING)
"""Prompts below these stand before or beside those of every skill."""
ENDPOINT, COUNTED = "house/hello", CHOOSING
"""What only an endpoint is asked; of those above, the ones whose results can be told apart: whatever is worded, the others stand by."""

TRIED, SAID, PERSON = 12, 60, "person"
"""So many of the last decisions are offered to be tried again, with so many characters of what was said; what a press chose is not."""
LEAVING = frozenset({"letter", "quote", "contract"})
MUST_REVIEW = "must_review"


@dataclass(frozen=True)
class Use:
    """A skill that asks with a prompt. leaves: what it words goes to a customer, or must be reviewed."""

    skill: str
    summary: Mapping[str, str]
    leaves: bool


def uses(manifests: Sequence[Manifest]) -> Mapping[str, Sequence[Use]]:
    """Prompt -> the skills that ask with it, by what their manifests say."""
    found: dict[str, list[Use]] = {}
    for one in manifests:
        for prompt in one.prompts:
            found.setdefault(prompt, []).append(Use(one.name, one.summary, one.review == MUST_REVIEW or one.proposes in LEAVING))
    return found


def skills_before(prompt: str, used: Mapping[str, Sequence[Use]], everybody: Sequence[str]) -> Sequence[str]:
    """The skills that a prompt stands before, by name.

    everybody: all skills. One that chooses stands before all, one of the house before all that ask a model, one for endpoints before none.
    """
    if prompt.startswith(CHOOSING):
        return [*everybody, "house"]
    if prompt.startswith(EVERYWHERE):
        return [] if prompt == ENDPOINT else sorted({use.skill for uses in used.values() for use in uses})
    return [use.skill for use in used.get(prompt, ())]


@dataclass(frozen=True)
class PromptsRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin.

    used: prompt -> the skills that ask with it. skills: prompt -> names of the skills that it stands before.
    """

    door: AdminDoor
    prompts: LivePrompts
    editions: Editions
    results: PromptResults
    users: Users
    clock: Clock
    used: Mapping[str, Sequence[Use]]
    decided: Decided
    rehearsal: Rehearsal
    cases: Cases
    trials: Trials
    skills: Callable[[str], Sequence[str]]

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {
            "prompts": self.listed, "prompt": self.one, "prompt_check": self.checked, "prompt_publish": self.publish,
            "prompt_back": self.back, "prompt_agree": self.agree, "prompt_drop": self.drop,
            "prompt_try": self.tried,
        }  # fmt: skip

    async def listed(self, session: str, *, lang: Lang) -> Json:
        """All prompts in a line each, the house's own last: whose, which text holds, what waits, how it fared in the last thirty days."""
        me = me_of(await self.door.admin(session))
        names, fared = await self._names(), await self.results.since(self.clock.now() - LOOKED_BACK)
        lines = []
        for name, prompt in sorted(self.prompts.items(), key=lambda one: not self._used(one[0], lang)):
            waits = _waiting(await self.editions.history(name))
            now = next((one for one in fared.get(name, ()) if one.version == prompt.version), None)
            edition = self._edition(name)
            lines.append({
                "name": name, "title": prompt.title[lang], "purpose": prompt.purpose[lang], "owner": prompt.owner,
                "holding": self.prompts.holding(name),
                "used": self._used(name, lang), "gated": self.gated(name), "fared": asdict(now) if now else None,
                "edition": _told(edition, names) if edition else None, "waits": _told(waits, names) if waits else None,
            })  # fmt: skip
        return {"me": me, "prompts": lines}

    async def one(self, session: str, *, lang: Lang, prompt: str, against: str = "") -> Json:
        """One prompt whole. against: the edition that the text in force is held against, "" for none.

        Raises: Unclear("no_such_prompt"); NotAllowed("only_admins").
        """
        admin = await self.door.admin(session)
        shipped, now = self._shipped(prompt), self.prompts[prompt]
        names, history = await self._names(), await self.editions.history(prompt)
        fared = (await self.results.since(self.clock.now() - LOOKED_BACK)).get(prompt, ())
        waits, edition = _waiting(history), self._edition(prompt)
        numbers = {shipped.version: 0, **{one.version: one.number for one in reversed(history)}}
        others = sum(user.role is Role.ADMIN for user in await self.users.everyone()) - 1
        return {
            "me": me_of(admin), "name": prompt, "title": now.title[lang], "purpose": now.purpose[lang], "owner": now.owner,
            "languages": list(now.languages), "variables": list(now.variables),
            "used": self._used(prompt, lang), "gated": self.gated(prompt), "alone": others < 1,
            "text": now.text, "base": self._base(prompt), "shipped": shipped.text, "holding": self.prompts.holding(prompt),
            "edition": _told(edition, names) if edition else None,
            "upgrade": _lines(edition.text, shipped.text) if edition and self.prompts.holding(prompt) is not Holding.SHIPPED else [],
            "history": [_told(one, names) for one in history],
            "fared": [{**asdict(one), "number": numbers.get(one.version)} for one in fared],
            "waits": {
                **_told(waits, names), "mine": waits.by == admin.user_id, "difference": _lines(now.text, waits.text),
            } if waits else None,
            "against": _lines(self._text(prompt, against, history), now.text) if against else [],
            "tries": await self._tries(prompt), "is_counted": not prompt.startswith(EVERYWHERE) or prompt.startswith(COUNTED),
            "chooses": prompt.startswith(CHOOSING), "is_endpoint": prompt == ENDPOINT,
            "longest": LONGEST, "longest_note": LONGEST_NOTE,
        }  # fmt: skip

    async def checked(self, session: str, *, lang: Lang, prompt: str, text: str) -> Json:  # noqa: ARG002 - as every verb that has words
        """What is wrong with a text, and what it would change.  Raises: Unclear("no_such_prompt")."""
        await self.door.admin(session)
        shipped, text = self._shipped(prompt), _plain(text)
        return {
            "faults": [asdict(fault) for fault in faults(text, shipped.variables)], "variables": list(shipped.variables),
            "difference": _lines(self.prompts[prompt].text, text), "same": text == self.prompts[prompt].text,
        }  # fmt: skip

    async def tried(self, session: str, *, lang: Lang, prompt: str, text: str, decision: str) -> Json:  # noqa: ARG002 - as above
        """A decision once more, with the text in force and with this one: what each comes to, side by side, masked. Nothing is kept of it.

        Raises: Unclear("prompt_faulty" | "no_such_prompt" | …); as `Rehearsal.said` and `Rehearsal.play`.
        """
        admin, shipped, text = await self.door.admin(session), self._shipped(prompt), _plain(text)
        if faults(text, shipped.variables):
            raise Unclear("prompt_faulty")
        live = self.prompts[prompt]
        words = await self.rehearsal.said(DecisionId(decision))
        await self.decided.note("decision.replayed", admin.user_id, {"decision": decision})
        texts = ({prompt: live}, {prompt: replace(live, text=text, version=version_of(text))})
        today, tomorrow = await asyncio.gather(*(self.rehearsal.play(prompt, words, admin, one) for one in texts))
        return {"prompt": prompt, "today": asdict(today), "candidate": asdict(tomorrow), "chooses": prompt.startswith(CHOOSING)}

    async def publish(
        self, session: str, *, lang: Lang, prompt: str, text: str, note: str, base: str, anyway: bool = False,  # noqa: ARG002 - as above
    ) -> Json:
        """Have a text hold from the next turn on, or wait for a second admin; how it fared on the saved cases goes with it.

        base: the version that its author had before them, as `one` told it. anyway: though the cases speak against it, or were not asked.
        Raises: Unclear("prompt_faulty" | "prompt_note" | "prompt_same" | "no_such_prompt"); Stale("prompt_moved", by=…, number=…);
        NotAllowed("prompt_untried", count=…), NotAllowed("prompt_worse", count=…) unless `anyway`.
        """
        admin, shipped, text = await self.door.admin(session), self._shipped(prompt), _plain(text)
        if faults(text, shipped.variables):
            raise Unclear("prompt_faulty")
        if not 0 < len(note.strip()) <= LONGEST_NOTE:
            raise Unclear("prompt_note", most=LONGEST_NOTE)
        if text == self.prompts[prompt].text and self.prompts.holding(prompt) is not Holding.UPGRADED:
            raise Unclear("prompt_same")
        tried = await self._tried(prompt, text, anyway=anyway)
        return await self._keep(prompt, text, note.strip(), admin.user_id, base, alone=not self.gated(prompt), tried=tried)

    async def back(self, session: str, *, lang: Lang, prompt: str, to: str, base: str) -> Json:  # noqa: ARG002 - as above
        """Go back to an edition that once held, by its id, or to the shipped text: what was agreed to before needs nobody again.

        Raises: Unclear("no_such_prompt" | "prompt_faulty" | "prompt_same"); Stale("prompt_moved" | "prompt_gone").
        """
        admin = await self.door.admin(session)
        shipped, history = self._shipped(prompt), await self.editions.history(prompt)
        text = self._text(prompt, to, [one for one in history if one.standing is Standing.PUBLISHED])
        if faults(text, shipped.variables):
            raise Unclear("prompt_faulty")
        if text == self.prompts[prompt].text:
            raise Unclear("prompt_same")
        number = next((one.number for one in history if one.id == to), 0)
        note = f"↩ #{number}" if number else "↩"
        return await self._keep(prompt, text, note, admin.user_id, base, alone=True)

    async def agree(self, session: str, *, lang: Lang, edition: str) -> Json:  # noqa: ARG002 - as above
        """Have what another admin wrote hold.  Raises: NotAllowed("prompt_needs_second"); Stale("prompt_gone")."""
        admin = await self.door.admin(session)
        agreed = await self.editions.agree(edition, admin.user_id)
        await self.prompts.refresh()
        return _told(agreed, await self._names())

    async def drop(self, session: str, *, lang: Lang, edition: str) -> Json:  # noqa: ARG002 - as above
        """Put away what waits: its author takes it back, or another says no.  Raises: Stale("prompt_gone")."""
        admin = await self.door.admin(session)
        return _told(await self.editions.drop(edition, admin.user_id), await self._names())

    def gated(self, prompt: str) -> bool:
        """Whether one admin is not enough: what it words leaves the house, or it stands beside every other prompt."""
        return prompt.startswith(EVERYWHERE) or any(use.leaves for use in self.used.get(prompt, ()))

    async def _tried(self, prompt: str, text: str, *, anyway: bool) -> Tried | None:
        """How a text fared on the saved cases; None where there are none, or it was not run on them as they are."""
        cases = await self.cases.of(prompt)
        if not cases:
            return None
        trial = self.trials.of(self.prompts[prompt], version_of(text), cases)
        if trial is None and not anyway:
            raise NotAllowed("prompt_untried", count=len(cases))
        if trial and trial.tried.worse and not anyway:
            raise NotAllowed("prompt_worse", count=trial.tried.worse)
        return trial.tried if trial else None

    async def _tries(self, prompt: str) -> list[Json]:
        """The last decisions that this prompt was, or would have been, asked for: what was said, masked."""
        lately = [one for skill in self.skills(prompt) for one in (await self.decided.find(Sought(skill=skill), limit=TRIED)).items]
        chosen = [one for one in lately if one.made.chooser.model != PERSON] if prompt.startswith(CHOOSING) else lately
        fitting = [one for one in chosen if one.said and one.user_id]
        newest = sorted(fitting, key=lambda one: one.at, reverse=True)[:TRIED]
        return [{"id": one.id, "said": (await self.rehearsal.masked(one.said or ""))[:SAID]} for one in newest]

    async def _keep(
        self, prompt: str, text: str, note: str, by: UserId, base: str, *, alone: bool, tried: Tried | None = None
    ) -> Json:
        shipped = version_of(self.prompts.shipped[prompt].text)
        try:
            edition = await self.editions.publish(prompt, text, note, by, base=base, shipped=shipped, alone=alone, tried=tried)
        except Stale as moved:
            names = await self._names()
            raise Stale(moved.key, by=names.get(UserId(str(moved.facts.get("by"))), "–"), number=moved.facts.get("number", 0)) from moved
        await self.prompts.refresh()
        return _told(edition, await self._names())

    def _shipped(self, prompt: str) -> Prompt:
        if prompt not in self.prompts.shipped:
            raise Unclear("no_such_prompt")
        return self.prompts.shipped[prompt]

    def _edition(self, prompt: str) -> Edition | None:
        """The one that was put in place of the shipped text, unless that was given back."""
        return None if self.prompts.holding(prompt) is Holding.SHIPPED else self.prompts.edition(prompt)

    def _base(self, prompt: str) -> str:
        """What a publish stands on now, as the store reckons it."""
        edition = self.prompts.edition(prompt)
        return edition.version if edition else version_of(self.prompts.shipped[prompt].text)

    def _text(self, prompt: str, edition: str, history: Sequence[Edition]) -> str:
        if edition == SHIPPED:
            return self.prompts.shipped[prompt].text
        found = next((one for one in history if one.id == edition), None)
        if found is None:
            raise Stale("prompt_gone")
        return found.text

    def _used(self, prompt: str, lang: Lang) -> list[Json]:
        return [{"skill": use.skill, "summary": use.summary[lang]} for use in self.used.get(prompt, ())]

    async def _names(self) -> Mapping[UserId, str]:
        return {user.id: user.name for user in await self.users.everyone()}


def _waiting(history: Sequence[Edition]) -> Edition | None:
    return next((one for one in history if one.standing is Standing.WAITING), None)


def _plain(text: str) -> str:
    """As files have it: browsers send other line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _told(edition: Edition, names: Mapping[UserId, str]) -> Json:
    agreed = names.get(edition.agreed_by, "–") if edition.agreed_by else ""
    return {
        "id": edition.id, "number": edition.number, "version": edition.version, "by": names.get(edition.by, "–"), "note": edition.note,
        "at": edition.at.isoformat(), "standing": edition.standing, "agreed_by": agreed, "text": edition.text,
        "shipped": edition.version == edition.shipped, "tried": asdict(edition.tried) if edition.tried else None,
    }  # fmt: skip


def _lines(old: str, new: str) -> list[Json]:
    return [asdict(line) for line in difference(old, new)]
