"""Saved cases in a real house: made of what was said, run on both texts, told before a publish, and forgotten with the words they quote."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.fakes.chat_endpoint import cassettes, said_to
from tests.scenarios.admin import Admin
from tests.scenarios.obedient import REP, Besieged, besieged
from tests.scenarios.test_chosen import VAGUE

ANSWER, CHOOSE, LETTER = "answer_knowledge/answer", "choose/intent", "exec_outreach/letter"
ROOT = "root@example.com"
PHONE = "13800138000"
SAYS = "续约最多几折?"
SIDES = ("today", "candidate")
WARMER = "10. Speak like a neighbour."


def neighbourly(body: dict[str, Any]) -> str:
    """A model that follows its prompt: asked to be a neighbour, it talks like one."""
    told = cassettes("answers")(body)
    return told.replace("10%,", "10%呀,") if WARMER in said_to(body) else told


async def over(admin: Admin, run: dict[str, Any]) -> dict[str, Any]:
    """A run at its end."""
    while not run["is_over"]:
        await asyncio.sleep(0.02)
        run = await admin.asks("prompt_run_told", run=run["id"])
    return run


async def saved(siege: Besieged, admin: Admin, **form: str) -> dict[str, Any]:
    """A case made of the rep's question, with what it wishes."""
    answer = await siege.house.ask(f"我是{PHONE},{SAYS}", as_=REP)
    made = await admin.asks("prompt_case", prompt=ANSWER, action="add", decision=answer["decision_id"])
    await admin.asks("prompt_case", prompt=ANSWER, action="save", case=made["case"], revision="1", **form)
    [case] = (await admin.asks("prompt_cases", prompt=ANSWER))["cases"]
    return {**case, "decision_id": answer["decision_id"]}


async def test_a_decision_becomes_a_case_and_is_run_on_both_texts(tmp_path: Path) -> None:
    """Masked on the page, said with its own words in the house; each phrase is held against what each text makes of it."""
    async with besieged(tmp_path, [], with_model=True) as siege:
        siege.model.tell = neighbourly
        admin = Admin(siege, ROOT)
        case = await saved(siege, admin, must="10%", must_not="便宜\n10%呀")
        text = (await admin.asks("prompt", prompt=ANSWER))["text"]
        before = siege.counted()
        run = await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=f"{text}\n{WARMER}"))
        [tested] = run["cases"]

    assert (False, True, SAYS in case["said"]) == (PHONE in json.dumps([case, run]), bool(case["evidence"]), True)
    assert ("done", 1, {"cases": 1, "held": 0, "before": 1, "worse": 1, "model": "obedient"}) == (run["state"], run["done"], run["tried"])
    assert ([True, True, True], [True, True, False]) == tuple([one["met"] for one in tested[side]["checks"]] for side in SIDES)
    assert (True, True) == ("呀" in "".join(part["text"] for part in tested["changes"] if part["kind"] == "added"), tested["worse"])
    assert before == siege.counted()


async def test_publish_says_which_cases_it_would_fail_and_the_choice_is_the_admins(tmp_path: Path) -> None:
    """Untried is said, worse is said; published all the same, the history tells how it fared."""
    async with besieged(tmp_path, [], with_model=True) as siege:
        siege.model.tell = neighbourly
        admin = Admin(siege, ROOT)
        await saved(siege, admin, must="10%", must_not="呀")
        untried = await admin.puts(ANSWER, WARMER)
        text = (await admin.asks("prompt", prompt=ANSWER))["text"]
        await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=f"{text}\n{WARMER}"))
        worse = await admin.puts(ANSWER, WARMER)
        done = await admin.puts(ANSWER, WARMER, anyway=True)
        [told] = (await admin.asks("prompt", prompt=ANSWER))["history"]

    assert ("prompt_untried", "prompt_worse", "published") == (untried, worse, done["standing"])
    assert {"cases": 1, "held": 0, "before": 1, "worse": 1, "model": "obedient"} == told["tried"]


async def test_text_that_holds_all_cases_is_published_without_a_word(tmp_path: Path) -> None:
    """The run is the one of just this text; another line, or another case, and it is untried again."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        await saved(siege, admin, must="10%")
        text = (await admin.asks("prompt", prompt=ANSWER))["text"]
        run = await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=f"{text}\n{WARMER}"))
        other = await admin.puts(ANSWER, WARMER, "11. Short.")
        done = await admin.puts(ANSWER, WARMER)

    assert ("builtin", 0, "prompt_untried", "published") == (run["tried"]["model"], run["tried"]["worse"], other, done["standing"])
    assert {"cases": 1, "held": 1, "before": 1, "worse": 0, "model": "builtin"} == done["tried"]


async def test_a_case_forgets_what_was_erased(tmp_path: Path) -> None:
    """Its words were never copied: once they are gone it says so, and nothing of them is left in it."""
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        case = await saved(siege, admin, must="10%")
        with closing(sqlite3.connect(siege.home.truth)) as store:
            store.execute("UPDATE content SET body = NULL, salt = NULL")
            store.commit()
        [told] = (await admin.asks("prompt_cases", prompt=ANSWER))["cases"]
        text = (await admin.asks("prompt", prompt=ANSWER))["text"]
        run = await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=text))
        written = await admin.asks(
            "prompt_case", prompt=ANSWER, action="save", case=case["id"], revision=str(told["revision"]), said=SAYS, spoken="zh", must="10%"
        )
        again = await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=text))

    assert ("", [], ["10%"]) == (told["said"], told["evidence"], told["must"])
    assert (0, "rehearsal_gone") == (run["tried"]["cases"], run["cases"][0]["refusal"])
    assert (case["id"], 1) == (written["case"], again["tried"]["held"])


async def test_a_run_is_ended_by_its_admin_and_by_their_budget(tmp_path: Path) -> None:
    """Ended, it stays as far as it was; without budget nothing is counted as failed."""
    async with besieged(tmp_path, [], with_model=True) as siege:
        siege.model.tell = neighbourly
        admin = Admin(siege, ROOT)
        await saved(siege, admin, must="10%")
        text = (await admin.asks("prompt", prompt=ANSWER))["text"]
        siege.model.mood = "hang"
        begun = await admin.asks("prompt_run", prompt=ANSWER, text=f"{text}\n{WARMER}")
        stopped = await admin.asks("prompt_run_stop", run=begun["id"])
        siege.model.mood = "ok"
        with closing(sqlite3.connect(siege.home.truth)) as store:
            much = "SELECT id, 'writing', date('now', ?), 9999999 FROM users WHERE role = 'admin'"
            days = [("-1 day",), ("0 days",), ("1 day",)]  # whichever it is where they are
            store.executemany(f"INSERT INTO spending (user_id, role, day, tokens) {much}", days)
            store.commit()
        spent = await over(admin, await admin.asks("prompt_run", prompt=ANSWER, text=f"{text}\n{WARMER}"))
        nobodys = await Admin(siege, REP).asks("prompt_run_told", run=begun["id"])

    assert ("running", "stopped", 0) == (begun["state"], stopped["state"], stopped["done"])
    assert ("budget", 0, "only_admins") == (spent["state"], spent["tried"]["cases"], nobodys)


async def test_chooser_is_tried_by_the_intent_it_comes_to(tmp_path: Path) -> None:
    """Before and after, where the builtin one is not sure; where it is, the prompt is not asked, and that is told."""
    async with besieged(tmp_path, [], with_model=True) as siege:
        siege.model.tell = lambda body: (
            "call query_crm {}" if WARMER in said_to(body) else "call unsure {}" if "tools" in body else cassettes("answers")(body)
        )
        admin = Admin(siege, ROOT)
        text = (await admin.asks("prompt", prompt=CHOOSE))["text"]
        for said in (*VAGUE, SAYS):
            await admin.asks("prompt_case", prompt=CHOOSE, action="save", said=said, spoken="zh", must="query_crm")
        run = await over(admin, await admin.asks("prompt_run", prompt=CHOOSE, text=f"{text}\n{WARMER}"))
        asked_last = await siege.house.ask(VAGUE[0], as_=REP)
        tries = (await admin.asks("prompt", prompt=CHOOSE))["tries"]
        *vague, clear = run["cases"]
        asked = [one for one in vague if one["candidate"]["asked"]]

    assert {("unsure", "query_crm", False, True)} == {tuple(one[side][it] for it in ("text", "holds") for side in SIDES) for one in asked}
    assert ("answer_knowledge", False) == (clear["candidate"]["text"], clear["candidate"]["asked"])
    assert asked_last["decision_id"] in [one["id"] for one in tries]


async def test_what_does_not_fit_is_refused_by_name(tmp_path: Path) -> None:
    """And nothing is saved, and nothing is run."""
    forms = (
        {"action": "save", "said": " "}, {"action": "save", "said": "x", "must": "y" * 201}, {"action": "add", "decision": "no-such"},
        {"action": "drop", "case": "no-such"}, {"action": "melt"}, {"action": "save", "prompt": "no/such", "said": "x"},
    )  # fmt: skip
    async with besieged(tmp_path, [], with_model=False) as siege:
        admin = Admin(siege, ROOT)
        refused = [await admin.asks("prompt_case", **{"prompt": ANSWER, **form}) for form in forms]
        left = (await admin.asks("prompt_cases", prompt=ANSWER))["cases"]
        text = (await admin.asks("prompt", prompt=LETTER))["text"]
        unrun = [await admin.asks("prompt_run", prompt=LETTER, text=one) for one in (text, "{{nobody}}")]
        nobodys = await Admin(siege, REP).asks("prompt_case", prompt=ANSWER, action="save", said="x")

    assert ["case_said", "case_phrases", "no_such_decision", "case_moved", "unknown_button", "no_such_prompt"] == refused
    assert ([], ["case_none", "prompt_faulty"], "only_admins") == (left, unrun, nobodys)
