"""Typed: words that stand for a button: its label, 保存, why. What is typed equals pressing, whichever chat the button was shown in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.decision import Decision
from bot.domain.people import Speaker
from bot.domain.talk import Press, Utterance
from bot.ports import Drafts, Ledger
from bot.turns.group import ALONE
from bot.turns.wishes import Ask, Decide, Say, Show, Waiting, Wish

WHY = re.compile(r"为什么|为啥|凭什么|依据(?:呢|是什么)?|why|how come|on what grounds", re.IGNORECASE)
DECIDES = {
    "save": re.compile(r"(?:保存|存)(?:吧|了吧|一下|下来)?|save(?: it| this)?", re.IGNORECASE),
    "discard": re.compile(r"不[记存]了?|放弃|不保存|discard(?: it| this)?|drop it", re.IGNORECASE),
    "edit": re.compile(r"修改|改一下|edit(?: it| this)?", re.IGNORECASE),
    "undo": re.compile(r"撤销|撤回|undo(?: it| that)?", re.IGNORECASE),
}
DRAFTS = re.compile(r"(?:看看?)?我?的?(?:所有)?草稿(?:有哪些|有什么|列表)?|(?:show )?(?:me )?(?:(?:my|all|open) )?drafts", re.IGNORECASE)
WRAPPED = re.compile(r"^[\s\[\]【】「」“”\"'‘’(\uff08]+|[\s\[\]【】「」“”\"'‘’)\uff09.。!\uff01?\uff1f~\uff5e]+$")
"""What people put around a label that they were told to say, full-width marks among it."""
PROGRAMS = "api"
"""Where a program asks for somebody: it may read, and decides nothing in their place."""
LONGEST_LABEL = 40
STORY, SENTENCE = ("house", "why"), ("house", "house")
"""What is not asked about: the telling of a story, and a sentence in place of an answer."""
LAST, LOOKED_AT = 2, 10


@dataclass(frozen=True)
class Typed:
    """Understands typed buttons."""

    drafts: Drafts
    ledger: Ledger

    async def wish(self, said: Utterance, speaker: Speaker) -> Wish | None:
        """What a few words stand for; None where they are just words.

        Among others nobody's drafts are decided about or told, nor by a program.
        """
        words, alone = WRAPPED.sub("", said.text), not said.origin.group and said.origin.channel != PROGRAMS
        if not words or len(words) > LONGEST_LABEL:
            return None
        action = next((action for action, pattern in DECIDES.items() if pattern.fullmatch(words)), "")
        if action and alone:
            return await self._decides(action, said, speaker)
        if DRAFTS.fullmatch(words) and alone:
            return Waiting()
        latest = await self.ledger.latest(speaker.user_id, said.origin.talk, limit=LOOKED_AT if WHY.fullmatch(words) else LAST)
        answers = [one for one in latest if (one.made.skill, one.made.intent) != STORY]
        if label := _labelled(answers[:1], words, said):
            return label
        if WHY.fullmatch(words):
            return next((Ask(one.id) for one in answers if (one.made.skill, one.made.intent) != SENTENCE), None)
        return None

    async def _decides(self, action: str, said: Utterance, speaker: Speaker) -> Wish | None:
        """About the newest draft, over all channels."""
        if action == "undo":
            draft = await self.drafts.undoable_of(speaker.user_id)
        else:
            draft = next(iter(await self.drafts.open_of(speaker.user_id)), None)
        if draft is None:
            return None
        if action == "edit":
            return Show(draft.id, change=True)
        return Decide(Press(said.origin, said.dedupe_key, draft.id, draft.revision, action, said.sent_at))


def _labelled(latest: Sequence[Decision], words: str, said: Utterance) -> Say | None:
    """A button of the last answer by its label: not everything that was offered fits on every screen."""
    for button in latest[0].buttons if latest else ():
        if button.text and button.text != said.text and button.label.casefold() == words.casefold():
            origin = said.origin.direct if button.action == ALONE else said.origin
            return Say(Utterance(origin, said.dedupe_key, button.text, said.sent_at))
    return None
