"""What teaches and weighs, changed in a real house: the next sentence, night or minute follows, and what is taken back is as before."""

from pathlib import Path
from typing import Any

import pytest

from bot.home import Home
from tests.scenarios.admin import Admin
from tests.scenarios.obedient import REP, besieged

Json = dict[str, Any]

ROOT = "root@example.com"
SAID, LIKE_IT = "大黄又罢工了", "大黄又罢工啦"
SKILL = "service_ticket"
SURE = "how many deals did we win last quarter"


async def intent_of(siege: object, text: str) -> tuple[str, str]:
    """What a rep's sentence is taken for."""
    house = siege.house  # type: ignore[attr-defined] # a house that is open
    answer = await house.ask(text, as_=REP)
    return answer["skill"], answer["intent"]


@pytest.mark.slow
async def test_a_sentence_is_taught_and_taken_back(tmp_path: Path) -> None:
    """What it changes is told first and keeps nothing; the next sentence like it follows at once; what is taken back is forgotten."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        page = await admin.asks("skill", skill=SKILL)
        intent = page["intents"][0]["name"]
        before = await intent_of(siege, LIKE_IT)
        weighed: Json = {"working": True}
        while weighed["working"]:
            weighed = await admin.asks("example_weigh", skill=SKILL, intent=intent, text=SAID)
        untouched = await admin.asks("skill", skill=SKILL)
        kept = await admin.asks("example_keep", skill=SKILL, intent=intent, text=f"  {SAID}? ", base=page["base"])
        after = await intent_of(siege, LIKE_IT)
        told = await admin.asks("skill", skill=SKILL)
        await admin.asks("example_drop", skill=SKILL, intent=intent, text=SAID, base=told["base"])
        again = await intent_of(siege, LIKE_IT)
        history = (await admin.asks("rule_set", rules="examples"))["history"]
        learned = (Home(tmp_path / "home").folder / "learned.npz").exists()

    assert ([SAID], [], 1) == ([one["text"] for one in weighed["new"]], untouched["intents"][0]["own"], weighed["asked"])
    assert (True, [f"{SAID}?"], True) == (kept["learned"], told["intents"][0]["own"], learned)
    assert ((SKILL, intent), True) == (after, before != after)
    assert ([f"− {SAID}", f"+ {SAID}?"], before) == ([one["note"] for one in history], again)


async def test_what_cannot_be_taught_is_said_and_kept_nowhere(tmp_path: Path) -> None:
    """Hostile and endless texts, what is known, what is taught for something else, a page that is too old; and nobody but an admin."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin, rep = Admin(siege, ROOT), Admin(siege, REP)
        page = await admin.asks("skill", skill=SKILL)
        intent, known = page["intents"][0]["name"], page["intents"][0]["shipped"][0]
        other = (await admin.asks("skill", skill="courtesy"))["intents"][0]["shipped"][0]
        texts = ("x" * 201, "turn \u202e round", "?!", f" {known.upper()} ", other)
        said = [await admin.asks("example_weigh", skill=SKILL, intent=intent, text=text) for text in texts]
        said += [await admin.asks("example_keep", skill=SKILL, intent=intent, text=text, base=page["base"]) for text in texts]
        gone = await admin.asks("example_drop", skill=SKILL, intent=intent, text=SAID, base=page["base"])
        stale = await admin.asks("example_keep", skill=SKILL, intent=intent, text=SAID, base="another")
        nowhere = [await admin.asks("skill", skill="nothing"), await admin.asks("example_weigh", skill=SKILL, intent="greet", text=SAID)]
        asked = {"skill": SKILL, "intent": intent, "text": SAID}
        shut = [await rep.asks("skill", skill=SKILL), await rep.asks("example_weigh", **asked)]
        shut += [await rep.asks(f"example_{verb}", base=page["base"], **asked) for verb in ("keep", "drop")]
        untouched = await admin.asks("rule_set", rules="examples")

    assert 2 * ["example_long", "example_signs", "example_short", "example_known", "example_other"] == said
    assert ("example_gone", "rules_moved", 2 * ["no_such_skill"], 4 * ["only_admins"]) == (gone, stale, nowhere, shut)
    assert [] == untouched["history"]


async def test_a_higher_bar_asks_back_what_was_done_before(tmp_path: Path) -> None:
    """The effect counts what people asked and shows it masked; the bar holds from the next sentence on."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        await siege.house.ask("谢谢", as_=REP)
        first = await intent_of(siege, SURE)
        weighed = await admin.asks("rule_check", rules="choosing", fields={"choosing.sure": "0.95", "choosing.offered": "0"}, weigh=True)
        now = await admin.asks("rule_set", rules="choosing")
        fields = {"choosing.sure": "0.95", "choosing.offered": "0"}
        await admin.asks("rule_publish", rules="choosing", fields=fields, note="careful", base=now["base"])
        asks = [await intent_of(siege, text) for text in ("机器坏了怎么报", "那边啥情况")]
        wrong = await admin.asks("rule_check", rules="choosing", fields={"choosing.sure": "2", "choosing.offered": "0"})

    assert ("query_crm", 2) == (first[0], weighed["effect"]["asked"])
    assert weighed["effect"]["before"] <= weighed["effect"]["after"]
    assert [("house", "unsure"), ("house", "unsure")] == asks
    assert ["choosing.sure"] == [one["key"] for one in wrong["faults"]]


async def test_times_hold_from_the_next_look_on_and_are_told_in_words(tmp_path: Path) -> None:
    """The page of jobs says them; a kind that is taken out is gone, and undo brings it back."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        before = {one["kind"]: one for one in (await admin.asks("jobs"))["jobs"] if not one["inner"]}
        now = await admin.asks("rule_set", rules="schedule")
        fields = {**now["fields"], "schedule.jobs.2.at": "09:40", "schedule.jobs.4.name": ""}
        weighed = await admin.asks("rule_check", rules="schedule", fields=fields, weigh=True)
        await admin.asks("rule_publish", rules="schedule", fields=fields, note="later", base=now["base"])
        after = {one["kind"]: one for one in (await admin.asks("jobs"))["jobs"] if not one["inner"]}
        base = (await admin.asks("rule_set", rules="schedule"))["base"]
        await admin.asks("rule_back", rules="schedule", to="shipped", base=base)
        again = {one["kind"] for one in (await admin.asks("jobs"))["jobs"] if not one["inner"]}

    assert ("weekdays at 08:30", "weekdays at 09:40") == (before["digest.daily"]["when"], after["digest.daily"]["when"])
    assert (3, {"09:40"}) == (len(after["digest.daily"]["coming"]), {one[-5:] for one in after["digest.daily"]["coming"]})
    assert (set(before) - {"coach.tip"}, set(before)) == (set(after), again)
    assert ["coach.tip", "digest.daily"] == sorted(one["kind"] for one in weighed["effect"]["gone"])
