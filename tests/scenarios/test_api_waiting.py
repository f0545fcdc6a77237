"""A program that waits for an answer: how long, how many at once, and that nothing it asked is lost. Over the real lanes and store."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotAllowed, TellUser, TooMany
from tests.scenarios.parlour import ANN, BO, Parlour, parlour


async def token(page: Parlour, name: str, as_: str = ANN.email) -> str:
    """The secret of a token that may ask."""
    return str((await page.api.tokens.create(name, ["ask"], as_=as_))["token"])


async def test_answer_that_takes_too_long_is_picked_up_with_the_same_key(tmp_path: Path) -> None:
    """The program is told that it goes on; it was asked once, and answered once."""
    async with parlour(tmp_path) as page:
        mine, hasty = await token(page, "mine"), replace(page.api, patience_s=0.01)
        with pytest.raises(TellUser) as stopped:
            await hasty.ask(mine, "slow question", key="k")
        page.skill.go.set()
        answers = [await page.api.ask(mine, "slow question", key="k") for _ in range(2)]

    assert ("still_working", "You said: slow question") == (stopped.value.key, answers[0]["text"])
    assert answers[0] == answers[1]


async def test_program_with_too_much_waiting_comes_again_later(tmp_path: Path) -> None:
    """Twenty may wait; the next is told when to come again, while another program of the same person is not held up."""
    async with parlour(tmp_path) as page:
        busy, other = await token(page, "busy"), await token(page, "other")
        hasty = replace(page.api, patience_s=0.01)
        for number in range(20):
            with pytest.raises(TellUser):
                await hasty.ask(busy, f"slow {number}", thread="one", key=f"{number}")
        with pytest.raises(TooMany) as full:
            await hasty.ask(busy, "slow, one more", key="more")
        passed = await page.api.ask(other, "quick")
        page.skill.go.set()
        answers = [await page.api.ask(busy, f"slow {number}", thread="one", key=f"{number}") for number in range(20)]
        later = await page.api.ask(busy, "slow, one more", key="more")

    assert ("backlog_full", True) == (full.value.key, full.value.retry_after_s > 0)
    assert ("You said: quick", "You said: slow, one more", 20) == (passed["text"], later["text"], len({one["text"] for one in answers}))


async def test_keys_of_two_tokens_do_not_meet(tmp_path: Path) -> None:
    """The same key of another token, or of another person's, is another request."""
    async with parlour(tmp_path) as page:
        tokens = [await token(page, "one"), await token(page, "two"), await token(page, "bos", BO.email)]
        told = [await page.api.ask(each, f"question {number}", key="k") for number, each in enumerate(tokens)]

    assert ["You said: question 0", "You said: question 1", "You said: question 2"] == [one["text"] for one in told]


async def test_what_a_program_asked_stands_in_its_persons_threads_and_nobody_elses(tmp_path: Path) -> None:
    """Ann can read at the page what was asked in her name; Bo cannot, and no program of his is led into it."""
    async with parlour(tmp_path) as page:
        answer = await page.api.ask(await token(page, "hers"), "about acme", thread="t")
        ann, bo = await page.enter(ANN), await page.enter(BO)
        [thread] = (await page.do("thread", ann, thread=""))["threads"]
        turns = (await page.do("thread", ann, thread=thread["id"]))["turns"]
        with pytest.raises(NotAllowed):
            await page.do("why", bo, decision=answer["decision_id"])
        none = (await page.do("thread", bo, thread=""))["threads"]

    assert (["about acme"], []) == ([one["said"] for one in turns], none)
