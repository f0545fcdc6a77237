"""A draft of several records from its card to its saving and back, told as a dialogue in a chat without forms and in one with."""

import itertools
from pathlib import Path

from bot.domain.decision import Message
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.ids import DraftId
from bot.domain.offers import ALL, place_of
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import EVERYONE
from bot.domain.talk import Origin, Press, Tap, Utterance, direct_thread
from tests.fakes.senses import NOON
from tests.scenarios.stage import Stage, staged

SLACK = Origin("slack", "", "U1", direct_thread("slack", "", "U1"))
WECOM = Origin("wecom", "", "ann", direct_thread("wecom", "", "ann"))
HEARD = Evidence("不对,一百二十万", "录音 7/16 14:02", "0:21", EvidenceKind.EVENT, 0.9, "turn-1", EVERYONE)
DEAL = Draft(
    "新商机·海蓝科技|120万。哪天能签?", "opportunity", {"name": "海蓝 S3", "amount": 1_200_000, "currency": "CNY"}, {"amount": HEARD},
    also=(
        Proposal("touchpoint", "touchpoint", {"opportunity": MAIN, "note": "聊了报价"}),
        Proposal("task", "task", {"opportunity": MAIN, "subject": "报价", "due_date": "2099-07-22", "status": "open"}),
    ),
    shows=("amount",),
)  # fmt: skip
_keys = itertools.count()


def tap(card: Message, action: str) -> Tap:
    """A button of a card, pressed by whom it was for."""
    return Tap(card.origin, f"tap-{next(_keys)}", card.id, place_of(card.outcome, action), NOON)


async def dealt(stage: Stage, where: Origin) -> Message:
    """The card."""
    stage.skill.draft = DEAL
    return await stage.say(Utterance(where, f"said-{next(_keys)}", "记一下", NOON), 1)


async def kept(stage: Stage) -> list[int]:
    """How many deals, touchpoints and tasks there are."""
    return [len((await stage.records.page(entity)).items) for entity in ("opportunity", "touchpoint", "task")]


async def test_two_presses_save_all_of_it_and_one_more_takes_all_of_it_back(tmp_path: Path) -> None:
    """All is told with the words it came from before it is saved."""
    async with staged(tmp_path) as stage:
        card = await dealt(stage, WECOM)
        told = await stage.say(tap(card, ALL), 2)
        typed = await stage.say(Utterance(WECOM, "all", "全部", NOON), 3)
        await stage.say(tap(card, "save"), 5)
        saved, there = stage.channel.shown[-1], await kept(stage)
        await stage.say(tap(saved, "undo"), 7)
        left = await kept(stage)

    grounds, beside = "“不对,一百二十万”(录音 7/16 14:02 0:21)", ("另记:触点", "· 记录:聊了报价", "另记:待办", "· 到期日:2099-07-22")
    assert [] == [words for words in ("· 金额:¥1,200,000", grounds, *beside) if words not in told.outcome.text]
    assert told.outcome.text == typed.outcome.text
    assert ([1, 1, 1], [0, 0, 0]) == (there, left)


async def test_where_no_form_is_the_way_to_change_is_told_by_an_example_of_this_draft(tmp_path: Path) -> None:
    """The card is in sight still, so nothing of it is told again; it can be decided at once."""
    async with staged(tmp_path) as stage:
        card = await dealt(stage, WECOM)
        how = await stage.say(tap(card, "edit"), 2)

    assert "要改哪里,说一句就行,比如“金额改成130万”。" == how.outcome.text
    assert ["save", "edit", "discard", "all"] == [one.action for one in how.outcome.buttons]


async def test_form_changes_it_leaves_out_a_record_and_the_old_card_then_says_so(tmp_path: Path) -> None:
    """What was changed is told, and what is saved with it now; the card of the earlier revision decides nothing any more."""
    async with staged(tmp_path) as stage:
        card = await dealt(stage, SLACK)
        fields = (("amount", "130万"), ("touchpoint", ""), ("task.due_date", "2099年7月24日"))
        await stage.say(Press(SLACK, "form", DraftId(str(card.draft_id)), 1, "edit", NOON, fields), 3)
        edited = next(one for one in stage.channel.shown if one.updates is None and one.id != card.id)
        before = len(stage.channel.shown)
        await stage.say(tap(edited, "save"), before + 2)
        there = await kept(stage)

    assert "改好了,还没保存。\n· 金额:¥1,300,000\n· 到期日:2099-07-24\n另记:待办(报价,7/24)" == edited.outcome.text
    assert [1, 0, 1] == there


async def test_what_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    """Whoever gets past a form is told which field, as people call it, and what it takes."""
    async with staged(tmp_path) as stage:
        card = await dealt(stage, WECOM)
        fields = (("amount", "130万"), ("task.due_date", "某天"))
        refused = await stage.say(Press(WECOM, "form", DraftId(str(card.draft_id)), 1, "edit", NOON, fields), 2)
        held = await stage.drafts.draft(DraftId(str(card.draft_id)))

    assert held is not None
    assert ("到期日" in refused.outcome.text, 1, 1_200_000) == (True, held.revision, held.fields["amount"])


async def test_press_on_a_card_of_before_an_edit_is_told_that_and_the_card_says_so(tmp_path: Path) -> None:
    """It says that there is a newer one instead of showing buttons."""
    async with staged(tmp_path) as stage:
        card = await dealt(stage, WECOM)
        await stage.say(Press(WECOM, "form", DraftId(str(card.draft_id)), 1, "edit", NOON, (("amount", "130万"),)), 2)
        await stage.say(tap(card, "discard"), 4)
        held = await stage.drafts.draft(DraftId(str(card.draft_id)))

    marks = [one.pressed for one in stage.channel.shown if one.updates == card.id]
    assert held is not None
    assert (["后来改过,看最新的"], "open") == (marks, held.state)
