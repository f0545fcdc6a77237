"""What a rulebook promises: what holds is asked at each use, another process may publish, a death leaves the old or the new."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Config
from bot.domain.approval import ReviewRules
from bot.domain.ids import UserId
from bot.domain.prompting import Holding, version_of
from bot.errors import BadConfig
from bot.rule_sets import review_set, section_set
from bot.rulebook import Rulebook, RuleSet
from bot.senses import TimeIds
from bot.store.editions import RULES, SqliteEditions
from tests.contracts.house import Stores
from tests.fakes.senses import SetClock

GU = UserId("gu")
REVIEW = review_set(Config())


def due(minutes: int) -> str:
    """The review policy with an answer expected within so many."""
    return REVIEW.shipped.replace("due_min = 240", f"due_min = {minutes}")


def editions(stores: Stores) -> SqliteEditions:
    """Over the file of a test."""
    return SqliteEditions(stores.database, stores.clock, stores.ids, RULES)


async def publish(stores: Stores, text: str, rules: RuleSet[ReviewRules] = REVIEW) -> None:
    """By whoever, on top of what holds."""
    store = editions(stores)
    held = (await store.in_force()).get(rules.name)
    base = held.version if held else version_of(rules.shipped)
    await store.publish(rules.name, text, "why", GU, base=base, shipped=version_of(rules.shipped), alone=True)


async def test_what_was_published_holds_from_the_next_asking_on(stores: Stores) -> None:
    """Here, and in another process once it looks; whoever listens hears of changes alone."""
    here, there, told = Rulebook(editions(stores)), Rulebook(editions(stores)), list[int]()
    asked, beside = here.hold(REVIEW), there.hold(REVIEW)

    async def tell() -> None:
        told.append(asked().due_min)

    here.when_changed(tell)
    await here.refresh()
    await publish(stores, due(60))
    before = (asked().due_min, beside().due_min)
    for _ in range(2):
        await here.refresh()
    await there.refresh()

    assert ((240, 240), (60, 60), [60]) == (before, (asked().due_min, beside().due_min), told)
    assert (Holding.EDITED, 1) == (here.held("review").holding, getattr(here.held("review").edition, "number", 0))


async def test_the_files_rules_given_back_follow_the_file(stores: Stores) -> None:
    """An edition on top of another file is told, and still holds."""
    await publish(stores, due(60))
    other = review_set(Config(review=ReviewRules(due_min=120)))
    book = Rulebook(editions(stores))
    asked = book.hold(other)
    await book.refresh()
    upgraded = (book.held("review").holding, asked().due_min)
    await publish(stores, other.shipped, other)
    await book.refresh()

    assert (Holding.UPGRADED, 60) == upgraded
    assert (Holding.SHIPPED, 120) == (book.held("review").holding, asked().due_min)


async def test_rules_that_take_two_and_cannot_be_read_stop_the_start(stores: Stores) -> None:
    """Quietly going on with laxer ones would be worse; a house that runs already goes on with the file's and says so."""
    book = Rulebook(editions(stores))
    asked = book.hold(REVIEW)
    await book.refresh()
    await publish(stores, "[review]\nno_such_key = 1\n")
    await book.refresh()
    late = Rulebook(editions(stores))
    late.hold(REVIEW)
    with pytest.raises(BadConfig) as stop:
        await late.refresh()

    assert (Holding.BROKEN, ReviewRules().due_min) == (book.held("review").holding, asked().due_min)
    assert ("rules_broken", "review", 1) == (stop.value.key, stop.value.facts["rules"], stop.value.facts["number"])


async def test_others_that_cannot_be_read_give_way(stores: Stores) -> None:
    """The file's hold, and why is told."""
    threads = section_set("conversation", Config(), "conversation", lambda one: one.conversation)
    store, shipped = editions(stores), version_of(threads.shipped)
    await store.publish("conversation", "broken", "why", GU, base=shipped, shipped=shipped, alone=True)
    book = Rulebook(store)
    asked = book.hold(threads)
    await book.refresh()

    assert (16, Holding.BROKEN, True) == (asked().threads, book.held("conversation").holding, book.held("conversation").why is not None)


async def test_what_takes_effect_at_the_next_start_waits_for_it(stores: Stores) -> None:
    """Its text is the new one at once, what parts are told is the old."""
    slow = section_set("review", Config(), "review", lambda one: one.review, at_start=True)
    book, later = Rulebook(editions(stores)), Rulebook(editions(stores))
    asked, then = book.hold(slow), later.hold(slow)
    await book.refresh()
    await publish(stores, due(60))
    await book.refresh()
    await later.refresh()

    assert (240, 60, True) == (asked().due_min, then().due_min, "due_min = 60" in book.held("review").text)


PUBLISHES = """
import asyncio, sys
from pathlib import Path
from tests.contracts.test_rulebook import REVIEW, due, over
from bot.domain.prompting import version_of
async def main():
    store, shipped, number = over(Path(sys.argv[1])), version_of(REVIEW.shipped), 0
    base = shipped
    while True:
        number += 1
        base = (await store.publish("review", due(number), "", "gu", base=base, shipped=shipped, alone=True)).version
        print(number, flush=True)
asyncio.run(main())
"""


def over(file: Path) -> SqliteEditions:
    """A store of its own over a file."""
    return SqliteEditions(Stores(file).database, SetClock(), TimeIds(), RULES)


def _killed(file: Path, after: int) -> None:
    """Publish in another process that never comes to apply what it wrote, and kill it after so many."""
    with subprocess.Popen([sys.executable, "-c", PUBLISHES, str(file)], stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            if int(line) >= after:
                os.kill(child.pid, signal.SIGKILL)
                break


@pytest.mark.parametrize("after", [1, 4])
async def test_a_death_between_writing_and_applying_leaves_the_old_or_the_new(stores: Stores, after: int) -> None:
    """Whoever starts next reads whole rules, those that were written last."""
    await asyncio.to_thread(_killed, stores.path, after)
    book = Rulebook(editions(stores))
    asked = book.hold(REVIEW)
    await book.refresh()
    number = getattr(book.held("review").edition, "number", 0)

    assert number >= after
    assert (number, due(number)) == (asked().due_min, book.held("review").text)
