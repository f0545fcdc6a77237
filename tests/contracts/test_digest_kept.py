"""A digest is kept with its answer, read back as it was, and gone when that is: by age, as any turn."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.digest_page import DigestPage
from bot.domain.chart import Chart, ChartKind, Series
from bot.domain.digest import Digest, DigestKind, Line, Number, PutOffDigest, Section, digest_from_json, digest_to_json
from bot.domain.ids import RecordId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.query import Aggregate, Filter, Fn, Found, Op, Period, Query, Row
from bot.domain.records import Retention
from bot.errors import Unclear
from bot.store.digest_wishes import SqliteDigestWishes
from bot.visits import Visits
from tests.contracts.house import LIN, SEEN, Stores

WON = Query(
    "opportunity", (Filter("stage", Op.IN, ("won", "lost")), Filter("amount", Op.NOT_NULL)), aggregate=Aggregate(Fn.SUM, "amount"),
    period=Period("close_date", date(2026, 7, 1), date(2026, 7, 7)),
)  # fmt: skip
CHART = Chart(ChartKind.WATERFALL, "t", ("then", "now"), (Series("CNY", (1, 2), "CNY"),))
DIGEST = Digest(
    DigestKind.WEEKLY, "Week", date(2026, 7, 1), date(2026, 7, 7),
    (Section("Won", (Line("won", "because", (Number(2.5, WON, "CNY", says="what did we win"), Number(3.0)), (0,)),), CHART),), 4,
)  # fmt: skip


class _Visits:
    """Lin, whoever comes."""

    async def speaker(self, _session: str) -> Speaker:
        """Her."""
        return Speaker(LIN, "Lin", Role.REP, "east", "UTC")


def test_a_digest_comes_back_from_json_as_it_was() -> None:
    """With its questions, its chart and what has none."""
    assert digest_from_json(digest_to_json(DIGEST)) == DIGEST


async def test_it_is_kept_with_its_answer_and_gone_with_it(tmp_path: Path) -> None:
    """By the class of turns; then its page is not there."""
    stores = Stores(tmp_path / "tandem.db")
    settled = await stores.settled(Answer("the week", (SEEN,), digest=DIGEST))
    await stores.outbox.delivered((await stores.claim_one()).id, "")
    page = DigestPage(cast("Visits", _Visits()), stores.ledger, stores.outbox, lambda: None)
    kept = await stores.ledger.decision_of(settled.turn_id)
    told = await page.digest("s", settled.turn_id)
    stores.clock.move(timedelta(days=3))
    await stores.content.purge({str(one): 2 for one in Retention})
    gone = await stores.ledger.decision_of(settled.turn_id)
    with pytest.raises(Unclear) as stop:
        await page.digest("s", settled.turn_id)

    assert (DIGEST, None, "no_such_digest") == (kept.digest if kept else None, gone.digest if gone else DIGEST, stop.value.key)
    assert (["what did we win"], "price-policy.md") == (
        told["sections"][0]["lines"][0]["asked"], told["sections"][0]["lines"][0]["grounds"][0]["source"]
    )  # fmt: skip


async def test_its_reader_has_it_mailed_to_themself_once_however_often_they_press(tmp_path: Path) -> None:
    """Into their own mailbox by their id, and only in a house that mails; what is somebody else's is not there."""
    stores = Stores(tmp_path / "tandem.db")
    settled = await stores.settled(Answer("the week", (SEEN,), digest=DIGEST))
    await stores.outbox.delivered((await stores.claim_one()).id, "")
    visits, woken = cast("Visits", _Visits()), list[bool]()
    page = DigestPage(visits, stores.ledger, stores.outbox, lambda: woken.append(True), mails=True)
    for _ in range(2):
        await page.mail("s", settled.turn_id)
    sent = await stores.outbox.claim(10)
    without = DigestPage(visits, stores.ledger, stores.outbox, lambda: None)
    refused = []
    for desk, turn in ((without, settled.turn_id), (page, await stores.kept())):
        with pytest.raises(Unclear) as stop:
            await desk.mail("s", turn)
        refused.append(stop.value.key)

    assert [("mail", LIN, "mail:own:lin")] == [(one.origin.channel, one.origin.sender, one.origin.thread_id) for one in sent]
    assert [DIGEST] == [one.outcome.digest for one in sent if isinstance(one.outcome, Answer)]
    assert (2, ["no_mail", "no_such_digest"]) == (len(woken), refused)


def test_a_number_is_found_in_the_answer_to_its_question() -> None:
    """How many, a sum in its currency, and a sum weighed by chance; nothing where the answer has no such figure."""
    rows = tuple(
        Row(RecordId("r1"), {"amount": amount, "probability": chance, "currency": currency})
        for amount, chance, currency in ((100, 50, "CNY"), (10, 500, "CNY"), (30, None, "CNY"), (float("nan"), 50, "CNY"), (7, 50, "USD"))
    )
    found, none = Found(Query("opportunity"), 5, rows), Found(WON, 0, ())
    weighed = Number(0, currency="CNY", weighed=True)

    assert (5, 60, None) == (Number(0).in_answer(found), weighed.in_answer(found), Number(0, currency="CNY").in_answer(none))


async def test_wishes_are_kept_by_kind_and_what_waits_comes_when_its_time_has(tmp_path: Path) -> None:
    """A stop is of one kind and can be taken back; what was put off is kept once and in order."""
    stores = Stores(tmp_path / "tandem.db")
    wishes, now = SqliteDigestWishes(stores.database, stores.clock), stores.clock.now()
    for kind in (DigestKind.DAILY, DigestKind.DAILY, DigestKind.WEEKLY):
        await wishes.stop(LIN, kind)
    await wishes.resume(LIN, DigestKind.WEEKLY)

    def waiting(key: str, at: datetime) -> PutOffDigest:
        return PutOffDigest(key, UserId("lin"), DigestKind.DAILY, at, now + timedelta(hours=9))

    later, soon = waiting("later", now + timedelta(hours=2)), waiting("soon", now + timedelta(hours=1))
    for one in (later, soon, waiting("later", now)):
        await wishes.put_off(one)
    early, due = await wishes.due(now), await wishes.due(now + timedelta(hours=3))
    await wishes.done("soon")

    assert ({LIN}, set()) == (set(await wishes.stopped(DigestKind.DAILY)), set(await wishes.stopped(DigestKind.WEEKLY)))
    assert ([], [soon, later], [later]) == (list(early), list(due), list(await wishes.due(now + timedelta(hours=3))))
