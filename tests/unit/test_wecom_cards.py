"""Cards of WeCom's app, how they are marked once pressed, its menu, and what `tandem check` finds; against the fake platform over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.form import Card, Style, WireButton
from bot.channels.wecom.builder import wecom_check
from bot.channels.wecom.cards import card_json
from bot.channels.wecom.menu import menu_json
from bot.domain.decision import Message
from bot.domain.talk import Handle, Lang
from bot.errors import Upstream
from tests.fakes.waiting import until
from tests.fakes.wecom import Sent
from tests.second.opinion import SecondOpinion, card
from tests.unit.wecom_desk import ASKING, DRAFT, ORIGIN, SECRETS, WORDS, Desk, desk

__all__ = ["desk"]

SAVE = WireButton("m:0", "保存", Style.MAIN)


async def test_card_has_rows_and_buttons_that_carry_message_and_place(desk: Desk) -> None:
    """And nothing else: what they do is looked up when they are pressed."""
    message = await desk.deliver(DRAFT)
    [sent] = [one for one in desk.app.messages if one.kind == "template_card"]

    assert message.id == sent.card["task_id"]
    assert all(one["key"].startswith(f"{message.id}:") for one in sent.card["button_list"])
    assert [] == desk.app.refused


async def test_cards_are_what_the_vendors_types_say(desk: Desk, second_opinion: SecondOpinion) -> None:
    """Every kind of card that we make, checked by the vendor's own package."""
    made = [
        card_json(Card("题", "文", (("金额", "80万"),), (SAVE, WireButton("m:1", "不记", Style.AWAY)), ("依据",)), "t"),
        card_json(Card("题", "", (), (SAVE,)), "t"),
    ]
    for outcome in (ASKING, DRAFT):
        await desk.deliver(outcome)
    made += [one.body for one in desk.app.messages if one.kind == "template_card"]

    assert len(made) >= 4
    assert [] == second_opinion.complaints(*(card(one["template_card"]) for one in made))


def pressed(desk: Desk, earlier: Message, code: str, **more: object) -> Message:
    """The message that settles `earlier`."""
    handle = Handle("response_code", code, desk.clock.now() + timedelta(hours=72))
    return desk.message(earlier.outcome, **{"updates": earlier.id, "pressed": "保存", "origin": replace(ORIGIN, handle=handle), **more})


async def test_pressed_card_is_marked_and_nothing_new_is_sent(desk: Desk) -> None:
    """Its buttons are gone, and what was pressed stands in their place."""
    earlier = await desk.deliver(DRAFT)
    sent = _card_of(desk)
    before = len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, desk.app.response_code(sent)))

    assert before == len(desk.app.messages)
    assert "保存" in sent.card["replaced"]
    assert [] == sent.card["button_list"]


async def test_spent_code_makes_a_new_message(desk: Desk) -> None:
    """Used up, over, or never lent: what was pressed is said anew."""
    earlier = await desk.deliver(DRAFT)
    code = desk.app.response_code(_card_of(desk))
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    before = len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    await desk.house.channel.deliver(pressed(desk, earlier, "", origin=ORIGIN))
    late = pressed(desk, earlier, desk.app.response_code(_card_of(desk)))
    desk.clock.move(timedelta(hours=73))
    await desk.house.channel.deliver(late)

    assert 3 == len(desk.app.messages) - before
    assert all("保存" in one for one in desk.texts[before:])


async def test_second_try_of_an_update_finds_its_code_spent_and_is_content(desk: Desk) -> None:
    """The first had reached WeCom, though nobody heard of it."""
    earlier = await desk.deliver(DRAFT)
    code, before = desk.app.response_code(_card_of(desk)), len(desk.app.messages)
    await desk.house.channel.deliver(pressed(desk, earlier, code))
    await desk.house.channel.deliver(pressed(desk, earlier, code, attempt=2))

    assert before == len(desk.app.messages)


async def test_update_waits_for_what_may_pass(desk: Desk) -> None:
    """An address that is not trusted yet is no reason to send a second card."""
    earlier = await desk.deliver(DRAFT)
    update = pressed(desk, earlier, desk.app.response_code(_card_of(desk)))
    desk.app.trusted = False
    with pytest.raises(Upstream):
        await desk.house.channel.deliver(update)
    desk.app.trusted = True
    await desk.house.channel.deliver(replace(update, attempt=2))

    assert "保存" in _card_of(desk).card["replaced"]


def _card_of(desk: Desk) -> Sent:
    return next(one for one in desk.app.messages if one.kind == "template_card")


# --- menu, check ------------------------------------------------------------------------------------------------------------


async def test_menu_is_made_at_the_start_and_says_what_it_does(desk: Desk) -> None:
    """Three items within WeCom's limits; a press on one is the sentence that it stands for."""
    await desk.house.channel.start()
    await until(lambda: desk.app.menu is not None)

    assert desk.app.menu is not None
    assert menu_json(WORDS) == desk.app.menu
    assert {"click"} == {one["type"] for one in desk.app.menu["button"]}
    assert all(len(one["name"].encode()) <= 16 and len(one["key"].encode()) <= 128 for one in desk.app.menu["button"])


async def test_house_starts_though_wecom_is_away(desk: Desk) -> None:
    """Nobody waits for a menu."""
    desk.app.mood = "hang"
    await desk.house.channel.start()
    await desk.house.channel.close()

    assert desk.app.menu is None


@pytest.mark.parametrize("lang", list(Lang))
async def test_check_says_what_is_wrong_first(desk: Desk, lang: Lang) -> None:
    """A secret, an address, a line that is dead; each a sentence, and nothing is changed."""
    found = {}
    for name, refusing, trusted in (("fine", 0, True), ("address", 0, False), ("agent", 40056, True)):
        desk.app.refusing, desk.app.trusted = refusing, trusted
        found[name] = [one async for one in wecom_check(SECRETS, desk.app.url, "", desk.clock)]
    wrong = replace(SECRETS, secret="another")  # noqa: S106 - opens nothing
    desk.app.refusing, desk.app.trusted = 0, True
    found["secret"] = [one async for one in wecom_check(wrong, desk.app.url, "", desk.clock)]
    found["away"] = [one async for one in wecom_check(SECRETS, "http://127.0.0.1:9", "", desk.clock)]

    assert ["check_wecom_app", "check_wecom_no_url", "check_wecom_menu_off"] == [one.key for one in found["fine"]]
    assert {"address": "wecom_address", "agent": "wecom_agent", "secret": "wecom_secret", "away": "check_wecom_away"} == {
        name: one[0].key for name, one in found.items() if name != "fine"
    }
    assert all(WORDS.say(one.key, lang, **one.facts) for several in found.values() for one in several)
    assert "203.0.113.7" in WORDS.say("wecom_address", lang, **found["address"][0].facts)
    assert (None, []) == (desk.app.menu, desk.app.messages)
