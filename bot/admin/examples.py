"""The room where skills are taught: what a skill listens to, what one more sentence would change, keep it, take it back. Knows no page."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.admin.door import AdminDoor
from bot.admin.examples_sheet import called
from bot.admin.lately import AskedLately
from bot.admin.rules import RulesRoom
from bot.domain.prompting import LONGEST_NOTE
from bot.domain.talk import Lang
from bot.domain.teaching import LONGEST, MOST_OF_ONE, Effect, Moved, Sayings, Stand, fault, known_as, same, tidy, together
from bot.errors import Unclear
from bot.manifests import Manifest
from bot.ports.teaching import Classroom
from bot.table_text import toml_of
from bot.visits import me_of

Json = dict[str, Any]

SET = "examples"
PATIENCE_S = 12.0
"""So long a page waits until it is learned; it goes on all the same."""
WEIGHS_S = 8.0
"""So long a page waits to know what a sentence would change; then it asks again."""
TOLD = 20
"""Sentences that move and are shown."""


class Taught(Protocol):
    """What the chooser is taught; see `bot.classroom`."""

    shipped: Sayings

    def own(self) -> Sayings:
        """The house's own sentences."""
        ...

    def now(self) -> Sayings:
        """All of them."""
        ...

    async def learned(self, patience_s: float) -> bool:
        """Whether they are learned by then."""
        ...


@dataclass(frozen=True)
class ExamplesRoom:
    """The verbs. Each takes the secret of a visit, and lets nobody in but an admin. sure: the share from which nothing is asked back."""

    door: AdminDoor
    rules: RulesRoom
    manifests: Sequence[Manifest]
    taught: Taught
    classroom: Classroom
    lately: AskedLately
    sure: Callable[[], float]
    ticks: Callable[[], float] = time.monotonic
    _under_way: "dict[tuple[str, str], asyncio.Task[tuple[Effect, float]]]" = field(default_factory=dict)

    def verbs(self) -> Mapping[str, Callable[..., Awaitable[Json]]]:
        """By name."""
        return {"skill": self.one, "example_weigh": self.weighed, "example_keep": self.keep, "example_drop": self.drop}

    async def one(self, session: str, *, lang: Lang, skill: str) -> Json:
        """What one skill listens to, by intent.  Raises: Unclear("no_such_skill"); NotAllowed("only_admins")."""
        me, found, own = me_of(await self.door.admin(session)), self._skill(skill), self.taught.own()
        edition = await self.rules.one(session, lang=lang, rules=SET)
        return {
            "me": me, "skill": found.name, "summary": found.summary[lang], "base": edition["base"], "longest": LONGEST,
            "intents": [
                {"name": intent, "label": found.labels[intent][lang], "shipped": list(self.taught.shipped.get(intent, ())),
                 "own": list(own.get(intent, ()))}
                for intent in found.intents
            ],
        }  # fmt: skip

    async def weighed(self, session: str, *, lang: Lang, skill: str, intent: str, text: str, drop: bool = False) -> Json:
        """What it would change to teach one sentence more, or with `drop` one less; nothing is kept. `working`: it is to be asked again.

        Raises: Unclear for what cannot be taught, "example_known" and "example_other" where it is taught already; Upstream.
        """
        await self.door.admin(session)
        then, now = together(self.taught.shipped, self._then(self._skill(skill), intent, text, lang, drop=drop)), self.taught.now()
        key = (str(now), str(then))
        work = self._under_way.get(key) or self._begin(key, now, then)
        await asyncio.wait({work}, timeout=WEIGHS_S)
        if not work.done():
            return {"working": True}
        self._under_way.pop(key, None)
        found, seconds = work.result()
        masked = await self.lately.shown([one.text for one in found.moved if not one.taught][:TOLD])
        return {**self._told(found, masked, lang), "seconds": seconds, "working": False}

    async def close(self) -> None:
        """Work out nothing more."""
        for work in self._under_way.values():
            work.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way.values())

    def _begin(self, key: tuple[str, str], now: Sayings, then: Sayings) -> "asyncio.Task[tuple[Effect, float]]":
        for old in [each for each, work in self._under_way.items() if work.done()]:
            del self._under_way[old]
        work = self._under_way[key] = asyncio.create_task(self._effect(now, then))
        return work

    async def _effect(self, now: Sayings, then: Sayings) -> tuple[Effect, float]:
        """What it would change, and how many seconds that took to know."""
        begun = self.ticks()
        found = await self.classroom.effect(now, then, await self.lately.sentences(), self.sure())
        return found, round(self.ticks() - begun, 1)

    async def keep(self, session: str, *, lang: Lang, skill: str, intent: str, text: str, base: str) -> Json:
        """Teach one sentence more, and tell whether it is learned already.  Raises: as `weighed`; Stale("rules_moved")."""
        await self.door.admin(session)
        then = self._then(self._skill(skill), intent, text, lang, drop=False)
        return await self._publish(session, lang, then, f"+ {tidy(text)}", base)

    async def drop(self, session: str, *, lang: Lang, skill: str, intent: str, text: str, base: str) -> Json:
        """Take a sentence of the house's own back.  Raises: Unclear("example_gone"); Stale("rules_moved")."""
        await self.door.admin(session)
        then = self._then(self._skill(skill), intent, text, lang, drop=True)
        return await self._publish(session, lang, then, f"− {tidy(text)}", base)

    async def _publish(self, session: str, lang: Lang, then: Sayings, note: str, base: str) -> Json:
        text = toml_of({SET: {intent: list(said) for intent, said in then.items()}}) if then else ""
        done = await self.rules.publish(session, lang=lang, rules=SET, text=text, note=note[:LONGEST_NOTE], base=base)
        return {**done, "learned": await self.taught.learned(PATIENCE_S)}

    def _skill(self, skill: str) -> Manifest:
        found = next((one for one in self.manifests if one.name == skill), None)
        if found is None:
            raise Unclear("no_such_skill")
        return found

    def _then(self, skill: Manifest, intent: str, text: str, lang: Lang, *, drop: bool) -> Sayings:
        """The house's own sentences as they would be."""
        own, text = self.taught.own(), tidy(text)
        if intent not in skill.intents:
            raise Unclear("no_such_skill")
        if drop:
            left = tuple(one for one in own.get(intent, ()) if same(one) != same(text))
            if len(left) == len(own.get(intent, ())):
                raise Unclear("example_gone")
            return {name: said for name, said in {**own, intent: left}.items() if said}
        if wrong := fault(text):
            raise Unclear(wrong, most=LONGEST)
        if known := known_as(text, self.taught.now()):
            raise Unclear("example_known" if known == intent else "example_other", text=text, other=self._label(known, lang))
        if len(own.get(intent, ())) >= MOST_OF_ONE:
            raise Unclear("examples_many", most=MOST_OF_ONE, key=intent)
        return {**own, intent: (*own.get(intent, ()), text)}

    def _told(self, found: Effect, masked: Mapping[str, str], lang: Lang) -> Json:
        people = [self._moved(one, masked[one.text], lang) for one in found.moved if not one.taught and one.text in masked]
        ours = [self._moved(one, one.text, lang) for one in found.moved if one.taught]
        return {
            "new": [{"text": text, **self._stand(stand, lang)} for text, stand in found.new], "examples": found.examples,
            "asked": found.asked, "moved_count": len(found.moved), "people": people, "ours": ours[:TOLD],
            "wavering": found.wavering, "settled": found.settled, "unsettled": found.unsettled,
        }  # fmt: skip

    def _moved(self, one: Moved, text: str, lang: Lang) -> Json:
        worse = bool(one.taught) and one.taught == one.before.intent
        return {
            "text": text, "before": self._stand(one.before, lang), "after": self._stand(one.after, lang), "worse": worse,
            "better": bool(one.taught) and one.taught == one.after.intent,
        }  # fmt: skip

    def _stand(self, stand: Stand, lang: Lang) -> Json:
        return {"label": self._label(stand.intent, lang), "percent": round(100 * stand.share), "sure": stand.sure}

    def _label(self, intent: str, lang: Lang) -> str:
        return called(self.manifests, intent, lang)
