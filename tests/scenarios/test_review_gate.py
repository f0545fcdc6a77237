"""The gate from end to end: asked in one chat, read in another, handed over, and called sent by nobody but the one who sent it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.acquaintance import OURS, Alias
from tests.scenarios.gate_stage import BODY, LIN, WEI, ZHANG, GateStage, gate_stage


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[GateStage]:
    """The stage."""
    async with gate_stage(tmp_path) as at:
        yield at


async def test_letter_to_a_chairman_is_read_by_the_manager_in_another_chat_and_handed_over(at: GateStage) -> None:
    """Asked in Slack, edited and approved in WeCom, handed over in Slack; sent is what its author says was."""
    await at.say(LIN, "给海蓝李董写封破冰信")
    card = at.last(LIN, "slack", "送审")
    told = await at.press(LIN, card, "送审")
    asked = at.last(ZHANG, "wecom")
    edited = await at.say(ZHANG, f"改 {BODY.replace('贵司', '您团队')}", "wecom")
    handed = at.last(LIN, "slack", "我发了")
    before = [one.fields["status"] for one in await at.letters()]
    sent = await at.press(LIN, handed, "我发了")

    assert ["送审", "再改", "不用了"] == [one.label for one in card.outcome.buttons]
    assert card.outcome.text.endswith("高管信要张敏过目。")
    assert "送到张敏那里了" in told
    assert ["通过", "改后通过", "问一句", "退回"] == [one.label for one in asked.outcome.buttons]
    assert (BODY in asked.outcome.text, 3) == (True, len(asked.outcome.evidence))
    assert "好,告诉林晓了。" == edited
    assert "通过了,“贵司”改成“您团队”。下条长按转发。" == handed.outcome.text
    assert [BODY.replace("贵司", "您团队")] == at.forwarded()
    assert (["handed"], ["sent"]) == (before, [one.fields["status"] for one in await at.letters()])
    assert "记下发出时间" in sent


async def test_letter_to_somebody_who_is_no_executive_goes_without_a_second_person(at: GateStage) -> None:
    """Its author lets it go with one press, and it is theirs to send at once; it cannot be taken back."""
    at.skill.body = "王经理好,样品到了,周四给您送过去。"
    await at.say(LIN, "给王经理写封跟进信")
    card = at.last(LIN, "slack")
    await at.press(LIN, card, "就发这版")
    undone = await at.say(LIN, "撤销")

    assert ["就发这版", "再改", "不用了"] == [one.label for one in card.outcome.buttons]
    assert ([at.skill.body], "交给你发,下条长按转发。") == (at.forwarded(), at.last(LIN, "slack", "我发了").outcome.text)
    assert "撤不回来" in undone
    assert ["handed"] == [one.fields["status"] for one in await at.letters()]


async def test_what_a_reviewer_asks_comes_to_the_author_and_the_answer_back(at: GateStage) -> None:
    """Ask by words, reply by words; then it waits for the reviewer again, with all that was said."""
    review = await at.submitted()
    asked = await at.say(ZHANG, "问 28号是不是太赶?", "wecom")
    question = at.last(LIN, "slack")
    replied = await at.say(LIN, "回复 他们自己提的")
    again = at.last(ZHANG, "wecom", "通过")
    await at.press(ZHANG, again, "通过")

    assert ("问过去了,林晓回了就告诉你。", "转给张敏了。") == (asked, replied)
    assert "张敏问:“28号是不是太赶?”" in question.outcome.text
    assert again.outcome.text.startswith("林晓回了你:高管信 · 海蓝科技 · 李董")
    assert ("张敏:28号是不是太赶?" in again.outcome.text, "林晓:他们自己提的" in again.outcome.text) == (True, True)
    assert again.review is not None
    assert review.version < again.review.version
    assert [BODY] == at.forwarded()


async def test_rejection_tells_why_and_the_draft_is_its_authors_again(at: GateStage) -> None:
    """By a press on a reason, or in words; edited, it is sent to be read anew."""
    await at.submitted()
    which = await at.press(ZHANG, at.last(ZHANG, "wecom"), "退回")
    await at.press(ZHANG, at.last(ZHANG, "wecom", "语气"), "语气")
    first = at.last(LIN, "slack")
    shown = await at.press(LIN, first, "再改")
    await at.press(LIN, at.last(LIN, "slack", "送审"), "edit", fields={"body": "李董您好,想请您看看我们的产线。"})
    await at.press(LIN, at.last(LIN, "slack", "送审"), "送审")
    await at.say(ZHANG, "退回 数字没依据", "wecom")

    assert which.startswith("哪方面?")
    assert "张敏退回了(高管信 · 海蓝科技 · 李董)。语气" == first.outcome.text
    assert BODY in shown
    assert at.last(LIN, "slack").outcome.text.endswith("事实:数字没依据")
    assert ([], []) == (at.forwarded(), await at.letters())


async def test_edit_by_the_author_ends_the_review_and_settles_its_cards(at: GateStage) -> None:
    """The card in Slack says so; a press on one that cannot be changed answers how it stands."""
    zhang = replace(ZHANG, handles={"slack": "UZHANG"})
    await at.users.link(Alias("slack", OURS, "UZHANG"), ZHANG.id, ZHANG.id)
    await at.say(zhang, "在吗", "slack")
    await at.submitted()
    card = at.last(zhang, "slack", "通过")
    await at.press(LIN, at.last(LIN, "slack", "送审"), "edit", fields={"body": "李董您好。"})
    told = await at.press(zhang, card, "通过")

    [mark] = [one for one in at.at(zhang, "slack") if one.updates == card.id]
    assert ("再改", "林晓") == (mark.pressed, mark.facts["by"])
    assert "作者收回去改了,这张作废" in told
    assert [] == at.forwarded()


async def test_author_nudges_once_an_hour(at: GateStage) -> None:
    """The reviewer gets the card again; a second nudge waits for its hour."""
    await at.submitted()
    nudged = await at.press(LIN, at.last(LIN, "slack", "催一下"), "催一下")
    cards = len(at.at(ZHANG, "wecom"))
    refused = await at.say(LIN, "催一下")
    at.clock.move(timedelta(minutes=61))
    again = await at.say(LIN, "催一下")

    assert ("催了张敏。", "催了张敏。") == (nudged, again)
    assert "一小时催一次" in refused
    assert (2, 3) == (cards, len(at.at(ZHANG, "wecom")))
    assert at.last(ZHANG, "wecom").outcome.text.startswith("林晓催一下")


async def test_words_that_may_be_about_two_reviews_are_asked_about(at: GateStage) -> None:
    """Which one? Its button carries what was said."""
    await at.submitted()
    await at.submitted()
    asked = await at.say(ZHANG, "退回 先别发", "wecom")
    message = at.last(ZHANG, "wecom")
    await at.press(ZHANG, message, message.outcome.buttons[1].action)

    assert "有2件在等" in asked
    newest, oldest = await at.reviews.of_author(LIN.id)
    assert {("rejected", "先别发"), ("waiting", None)} == {(one.state.value, one.note) for one in (newest, oldest)}


async def test_quote_beyond_limits_is_taken_at_the_terms_that_were_offered(at: GateStage) -> None:
    """By “12%可以,15%不行”: the author takes them, and that is the approval of whoever offered."""
    await at.say(LIN, "报价,八折", "slack")
    await at.press(LIN, at.last(LIN, "slack", "送审"), "送审")
    review = (await at.reviews.of_author(LIN.id))[0]
    told = await at.say(ZHANG, "12%可以,15%不行", "wecom")
    offer = at.last(LIN, "slack", "按此条件")
    await at.press(LIN, offer, "按此条件")

    assert "条件转给林晓了" in told
    assert "张敏:折扣 12%" in offer.outcome.text
    after = await at.reviews.review(review.id)
    assert after is not None
    held = await at.drafts.draft(review.draft_id)
    assert held is not None
    assert 12 == held.fields["discount"]
    assert ZHANG.id in {one.approved_by for one in after.seats}


async def test_those_who_stand_in_are_asked_when_nobody_answers(at: GateStage) -> None:
    """After half an hour of work others may decide; after a day a step up; in the end it expires, and its author is told."""
    await at.submitted()
    await at.say(WEI, "在吗")
    before = len(at.at(WEI, "slack"))
    at.clock.move(timedelta(minutes=31))
    await at.road.notices.pass_time(at.clock.now())
    await at.road.notices.pass_time(at.clock.now())
    await at.quiet()
    stood_in = at.at(WEI, "slack")[before:]
    at.clock.move(timedelta(days=9))
    await at.road.notices.pass_time(at.clock.now())
    await at.quiet()

    assert ["等很久了" if "等了很久" in one.outcome.text else one.outcome.text for one in stood_in] == ["等很久了"]
    assert "没等到人定" in at.last(LIN, "slack").outcome.text
    assert [] == at.forwarded()


async def test_letter_by_mail_is_called_on_its_way_and_no_more(tmp_path: Path) -> None:
    """Where mail is on and the address known, it leaves by mail, once; its author reads that it is on its way."""
    async with gate_stage(tmp_path, mail=True) as at:
        await at.submitted("邮件给海蓝李董写封破冰信")
        await at.say(ZHANG, "通过", "wecom")
        await at.road.releasing.sweep()
        await at.quiet()

    assert [("李建国", "li@hailan.example", "林晓", LIN.email, BODY)] == [
        (one.to_name, one.to_address, one.from_name, one.reply_to, one.body) for one in at.mailed()
    ]
    assert "通过了。在发邮件给李建国,发出去了告诉你。" == at.last(LIN, "slack").outcome.text
    assert [] == at.forwarded()


async def test_answer_tells_who_had_to_agree(at: GateStage) -> None:
    """`ask --json` names the class of everything, and the review that a draft is in."""
    plain = await at.house.ask("偷发", as_=LIN.email)
    drafted = await at.house.ask("给海蓝李董写封破冰信", as_=LIN.email)
    [draft] = drafted["drafts"]
    submitted = await at.house.press(draft["id"], draft["revision"], "submit", as_=LIN.email)
    [review] = await at.reviews.of_author(LIN.id)

    assert {"class": "rep_confirms", "id": None, "state": None} == plain["review"]
    assert {"class": "must_review", "id": None, "state": None} == drafted["review"]
    assert {"id": review.id, "state": "waiting"}.items() <= submitted["review"].items()
