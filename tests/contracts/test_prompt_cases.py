"""What a store of saved cases promises: one for each decision, nobody's change overwritten, put away and put back, all of it audited."""

from dataclasses import replace

import pytest

from bot.domain.ids import DecisionId, UserId
from bot.domain.prompt_cases import MOST_CASES, Tried, Wish
from bot.domain.talk import Lang
from bot.errors import Stale, Unclear
from bot.store.editions import SqliteEditions
from bot.store.prompt_cases import SqliteCases
from tests.contracts.house import Stores

GU, WU = UserId("gu"), UserId("wu")
LETTER = "exec_outreach/letter"
WISH = Wish("write to the chair", None, Lang.EN, ("Dear",), ("cheap", "今天"), "no prices")
FOUND = Wish("", DecisionId("decision-1"), Lang.ZH)


def cases(stores: Stores) -> SqliteCases:
    """Over the file of a test."""
    return SqliteCases(stores.database, stores.clock, stores.ids)


async def test_a_case_comes_back_as_it_was_saved(stores: Stores) -> None:
    """Whole, in the order of saving, and with its own prompt alone."""
    store = cases(stores)
    first, second = await store.add(LETTER, WISH, GU), await store.add(LETTER, FOUND, WU)
    await store.add("choose/intent", WISH, GU)

    assert [first, second] == list(await store.of(LETTER))
    assert ((WISH, GU, 1), (FOUND, WU, 1)) == ((first.wish, first.by, first.revision), (second.wish, second.by, second.revision))


async def test_a_decision_is_a_case_of_a_prompt_once(stores: Stores) -> None:
    """A second press finds the first one's case with all that was written there; one that was put away comes back."""
    store = cases(stores)
    first = await store.add(LETTER, FOUND, GU)
    wished = await store.change(first.id, replace(FOUND, must=("Dear",)), GU, revision=1)
    again = await store.add(LETTER, FOUND, WU)
    await store.drop(first.id, WU, dropped=True)
    gone, back = await store.of(LETTER), await store.add(LETTER, FOUND, WU)

    assert (wished, []) == (again, list(gone))
    assert (first.id, ("Dear",), False) == (back.id, back.wish.must, back.dropped)


async def test_second_of_two_who_change_one_case_is_told(stores: Stores) -> None:
    """What the first one wrote stays."""
    store = cases(stores)
    case = await store.add(LETTER, WISH, GU)
    await store.change(case.id, replace(WISH, note="first"), GU, revision=1)

    with pytest.raises(Stale) as stale:
        await store.change(case.id, replace(WISH, note="second"), WU, revision=1)

    assert ("case_moved", ["first"]) == (stale.value.key, [one.wish.note for one in await store.of(LETTER)])


async def test_a_prompt_has_so_many_cases_and_no_more(stores: Stores) -> None:
    """All of them are run at once, so there is an end; neither adding nor putting back goes beyond it."""
    store = cases(stores)
    away = await store.drop((await store.add(LETTER, WISH, GU)).id, GU, dropped=True)
    for _ in range(MOST_CASES):
        await store.add(LETTER, WISH, GU)
    with pytest.raises(Unclear):
        await store.add(LETTER, WISH, GU)
    with pytest.raises(Unclear):
        await store.drop(away.id, GU, dropped=False)

    assert MOST_CASES == len(await store.of(LETTER))


async def test_what_is_done_to_cases_is_in_the_audit(stores: Stores) -> None:
    """By whom, by ids alone: no word of a case."""
    store = cases(stores)
    case = await store.add(LETTER, WISH, GU)
    await store.change(case.id, WISH, WU, revision=1)
    await store.drop(case.id, GU, dropped=True)
    found = await stores.database.read(
        lambda database: list(database.query("SELECT kind, entry FROM audit WHERE kind LIKE 'prompt.%' ORDER BY seq"))
    )

    assert ["prompt.case_added", "prompt.case_changed", "prompt.case_dropped"] == [one["kind"] for one in found]
    assert not any("chair" in one["entry"] for one in found)


async def test_an_edition_tells_how_it_fared_on_the_cases(stores: Stores) -> None:
    """Nothing, where it was not run on any."""
    store, tried = SqliteEditions(stores.database, stores.clock, stores.ids), Tried(5, 4, 5, 1, "m")
    first = await store.publish(LETTER, "One.", "why", GU, base="s", shipped="s", alone=True, tried=tried)
    await store.publish(LETTER, "Two.", "why", GU, base=first.version, shipped="s", alone=True)

    assert [None, tried] == [one.tried for one in await store.history(LETTER)]
