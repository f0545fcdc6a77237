"""Typed: words that stand for a button: its label, 保存, why. What is typed equals pressing, whichever chat the button was shown in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.decision import Decision
from bot.domain.people import Speaker
from bot.domain.review import UNDECIDED, HeldReview
from bot.domain.talk import Press, Utterance
from bot.ports import Drafts, Ledger, Reviews
from bot.turns.group import ALONE
from bot.turns.review_actions import AUTHORS, REVIEWERS, SAID_SENT, terms_in, typed_verb, wish_in
from bot.turns.wishes import Act, Ask, Consider, Decide, Forget, Say, Sent, Show, Verb, Waiting, Which, Wish

WHY = re.compile(r"为什么|为啥|凭什么|依据(?:呢|是什么)?|why|how come|on what grounds", re.IGNORECASE)
DECIDES = {
    "submit": re.compile(r"送审(?:吧)?|(?:send|submit)(?: it| this)? (?:for|to) (?:review|\w+)", re.IGNORECASE),
    "save": re.compile(r"(?:保存|存)(?:吧|了吧|一下|下来)?|就[发用]这[版个](?:吧)?|save(?: it| this)?|use this one", re.IGNORECASE),
    "discard": re.compile(
        r"(?:那)?(?:算了[,，。 ]*)?不[记存用]了?|算了|放弃|不保存|discard(?: it| this)?|drop it|never mind", re.IGNORECASE
    ),
    "edit": re.compile(r"修改|再改|改一下|edit(?: it| this)?", re.IGNORECASE),
    "undo": re.compile(r"撤销|撤回|undo(?: it| that)?", re.IGNORECASE),
}
DRAFTS = re.compile(r"(?:看看?)?我?的?(?:所有)?草稿(?:有哪些|有什么|列表)?|(?:show )?(?:me )?(?:(?:my|all|open) )?drafts", re.IGNORECASE)
THAT_ONE = r"(?:我)?(?:刚才|刚刚|上一?|最后)?(?:的)?(?:这|那)?(?:一?[段条个])?(?:录音|语音|原音)(?:和文字稿?)?"
FORGETS = re.compile(
    rf"(?:请|麻烦)?(?:帮我)?(?:把)?{THAT_ONE}(?:也|都|给我)?删(?:除|了|掉)(?:吧)?|(?:请|麻烦)?(?:帮我)?删(?:除|了|掉)?{THAT_ONE}(?:吧)?"
    r"|(?:please )?(?:delete|erase|remove) (?:that|this|the|my)(?: last)? (?:recording|voice (?:note|message)|audio)(?: please)?",
    re.IGNORECASE,
)
WHOLE = re.compile(r"(?:看看?)?(?:全部|全文|完整的)|(?:show )?(?:me )?(?:it )?all(?: of it)?", re.IGNORECASE)
"""All of a draft."""
WRAPPED = re.compile(r"^[\s\[\]【】「」“”\"'‘’(\uff08]+|[\s\[\]【】「」“”\"'‘’)\uff09.。!\uff01?\uff1f~\uff5e]+$")
"""What people put around a label that they were told to say, full-width marks among it."""
PROGRAMS = "api"
"""Where a program asks for somebody: it may read, and decides nothing in their place."""
LONGEST_LABEL = 40
STORY, SENTENCE = ("house", "why"), re.compile(r"house|gave_up|deed\..*")
"""What is not asked about: the telling of a story, and a sentence in place of an answer."""
LAST, LOOKED_AT = 2, 10


@dataclass(frozen=True)
class Typed:
    """Understands typed buttons. reviews: None where there are none."""

    drafts: Drafts
    ledger: Ledger
    reviews: Reviews | None = None

    async def wish(self, said: Utterance, speaker: Speaker) -> Wish | None:
        """What a few words stand for; None where they are just words.

        Among others nobody's drafts are decided about or told, nor by a program; reviews neither.
        """
        words, alone = WRAPPED.sub("", said.text), not said.origin.group and said.origin.channel != PROGRAMS
        considered = await self._considers(said.text, words, speaker) if alone else None
        return considered or await self._pressed(said, words, speaker, alone=alone)

    async def _pressed(self, said: Utterance, words: str, speaker: Speaker, *, alone: bool) -> Wish | None:
        if not words or len(words) > LONGEST_LABEL:
            return None
        action = next((action for action, pattern in DECIDES.items() if pattern.fullmatch(words)), "")
        if action and alone:
            return await self._decides(action, said, speaker)
        if alone and (own := _about_own(words)):
            return own
        latest = await self.ledger.latest(speaker.user_id, said.origin.talk, limit=LOOKED_AT if WHY.fullmatch(words) else LAST)
        answers = [one for one in latest if (one.made.skill, one.made.intent) != STORY]
        if label := _labelled(answers[:1], words, said):
            return label
        if WHY.fullmatch(words):
            return next((Ask(one.id) for one in answers if not _is_sentence(one)), None)
        return await self._whole(speaker) if WHOLE.fullmatch(words) and alone else None

    async def _whole(self, speaker: Speaker) -> Wish | None:
        """All of the newest draft."""
        return next((Show(one.id) for one in await self.drafts.open_of(speaker.user_id)), None)

    async def _considers(self, text: str, words: str, speaker: Speaker) -> Wish | None:
        """Words about a review: they mean the one that waits for this person, or of theirs. Where none does they are just words."""
        if self.reviews is None:
            return None
        if SAID_SENT.fullmatch(words):
            return Sent()
        if found := typed_verb(text, REVIEWERS) or typed_verb(words, REVIEWERS):
            waiting = await self._fit(await self.reviews.waiting_for(speaker.user_id), *found)
            own = await self._own(speaker) if found[0] is Verb.APPROVE and not waiting else ()
            return _one_of(waiting or own, *found, text)
        if found := typed_verb(text, AUTHORS) or typed_verb(words, AUTHORS):
            return _one_of(await self._own(speaker), *found, text)
        return None

    async def _own(self, speaker: Speaker) -> Sequence[HeldReview]:
        mine = await self.reviews.of_author(speaker.user_id) if self.reviews else ()
        return [one for one in mine if one.state in UNDECIDED]

    async def _fit(self, waiting: Sequence[HeldReview], verb: Verb, words: str) -> Sequence[HeldReview]:
        """Those that words of this kind can be about: terms are about what has such."""
        if verb is not Verb.COUNTER:
            return waiting
        drafts = [await self.drafts.draft(one.draft_id) for one in waiting]
        return [one for one, held in zip(waiting, drafts, strict=True) if held and terms_in(words, held.fields)]

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


def _about_own(words: str) -> Wish | None:
    """Words about all drafts of a person, or about their last recording."""
    if DRAFTS.fullmatch(words):
        return Waiting()
    return Forget() if FORGETS.fullmatch(words) else None


def _one_of(reviews: Sequence[HeldReview], verb: Verb, words: str, said: str) -> Wish | None:
    match reviews:
        case [only]:
            return Consider(only.ref, verb, words)
        case [_, *_]:
            return Which(tuple(reviews), verb, said)
    return None


def _labelled(latest: Sequence[Decision], words: str, said: Utterance) -> Wish | None:
    """A button of the last answer by its label: not everything that was offered fits on every screen."""
    for button in latest[0].buttons if latest else ():
        alone = not said.origin.group and said.origin.channel != PROGRAMS
        if alone and button.label.casefold() == words.casefold() and (wish := wish_in(button.action, button.text)):
            return wish
        if alone and button.label.casefold() == words.casefold() and not button.text and ":" in button.action:
            return Act(button.action, button.label, decision_id=latest[0].id)
        if button.text and button.text != said.text and button.label.casefold() == words.casefold():
            origin = said.origin.direct if button.action == ALONE else said.origin
            return Say(Utterance(origin, said.dedupe_key, button.text, said.sent_at))
    return None


def _is_sentence(one: Decision) -> bool:
    return one.made.skill == "house" and SENTENCE.fullmatch(one.made.intent) is not None
