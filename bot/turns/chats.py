"""What chats bring beside words: a hello to whoever comes in, a page of ours there, what was sent along, thumbs. Chooses no skill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.domain.decision import Verdict
from bot.domain.outcome import Answer, Button
from bot.domain.people import Speaker
from bot.domain.talk import Lang, Opened, language_of
from bot.errors import Unheard
from bot.ports import Capability, Clock, Homepage, Outbox, Verdicts, Words
from bot.turns.receive import Receiving
from bot.turns.wishes import Judge

HOME = "home"
"""The page of ours inside a platform."""
SAYINGS = 3


@dataclass(frozen=True)
class Chats:
    """homepages: by channel, who shows the page of ours there."""

    outbox: Outbox
    verdicts: Verdicts
    receiving: Receiving
    words: Words
    clock: Clock
    homepages: Mapping[str, Homepage] = field(default_factory=dict)

    async def opened(self, opened: Opened, speaker: Speaker, offered: Sequence[Capability], lang: Lang) -> Answer:
        """Say hello: in a group to whoever called us by name, to a person alone at most once a day of theirs.

        Raises: Unheard when there is nothing to say (any more); Upstream when the page of ours cannot be shown.
        """
        if opened.page == HOME:
            if homepage := self.homepages.get(opened.origin.channel):
                await homepage.show(opened.origin, speaker, lang)
            raise Unheard("page_shown")
        hello = self._hello(speaker, offered, lang)
        if opened.origin.group:
            return hello
        day = self.clock.now().astimezone(ZoneInfo(speaker.zone)).date().isoformat()
        await self.outbox.say(opened.origin, hello, key=f"hello:{speaker.user_id}:{day}", lang=lang)
        raise Unheard("said_hello")

    async def judge(self, judge: Judge, speaker: Speaker, lang: Lang) -> Answer:
        """Keep a verdict, and thank for it."""
        await self.verdicts.judge(judge.decision_id, speaker.user_id, judge.verdict, "")
        return Answer(self.words.say("judged_up" if judge.verdict is Verdict.UP else "judged_down", lang), found=False)

    def _hello(self, speaker: Speaker, offered: Sequence[Capability], lang: Lang) -> Answer:
        ready = [one for one in offered if one.status == "ready" and one.topic]
        spoken = [next((said for said in one.sayings if language_of(said) is lang), "") for one in ready]
        buttons = tuple(Button(said, "say", said) for said in spoken if said)[:SAYINGS]
        return Answer(self.words.say("hello" if buttons else "hello_alone", lang, name=speaker.name), buttons=buttons)
