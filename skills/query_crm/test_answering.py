"""Answers that take several queries hold against the demo company, reckoned anew in plain Python; and say what they may not see."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.company import company
from bot.domain.evidence import EvidenceKind
from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer
from bot.domain.people import Role, Speaker
from bot.domain.scope import Reach, Scope
from bot.domain.talk import Memories, Topic, Turn, language_of
from bot.errors import NotAllowed, Unclear
from bot.reading.reader import RuleReader
from bot.words import TomlWords, read_sentences
from skills.query_crm.skill import run
from tests.fakes.queries import HeldRecords

TODAY = date(2026, 8, 20)
NOW = datetime(2026, 8, 20, 2, tzinfo=UTC)
ADMIN = Speaker(UserId("root"), "Root", Role.ADMIN, "", "Asia/Shanghai")
ALL = Scope(ADMIN.user_id, "", ADMIN.zone)
WORDS = TomlWords(read_sentences(Path(__file__).with_name("strings.toml")))
FIRM = company(TODAY)
BOOK = HeldRecords([one for listed in FIRM.records.values() for one in listed], FIRM.users)
Fields = Mapping[str, Any]


def _all(entity: str) -> Iterator[tuple[RecordId, Fields]]:
    return ((one.id, one.fields) for one in FIRM.records[entity])


async def _ask(text: str, scope: Scope = ALL, memory: Memories | None = None) -> Answer:
    turn = Turn(TurnId("t"), ThreadId("th"), ADMIN, text, language_of(text), NOW, "query_crm", memory or Memories())
    return await run(turn, records=BOOK.within(scope), reader=RuleReader(), words=WORDS)


async def _after(first: str, *then: str, about: Mapping[str, RecordId] | None = None) -> Answer:
    """The answer to the last of some turns of one thread."""
    answer = await _ask(first, memory=Memories(about=about or {}))
    for text in then:
        topic = Topic("query_crm", "query_crm", answer.query)
        answer = await _ask(text, memory=Memories(topic, about or {}, continues=True))
    return answer


def _decided(first: str, last: str) -> tuple[int, int]:
    """Won and lost between two days."""
    stages = [fields["stage"] for _, fields in _all("opportunity") if first <= str(fields["close_date"]) <= last]
    return stages.count("won"), stages.count("lost")


def _won_amount(first: str, last: str, currency: str) -> int:
    return sum(
        fields["amount"] for _, fields in _all("opportunity")
        if fields["stage"] == "won" and fields["currency"] == currency and first <= str(fields["close_date"]) <= last
    )


async def test_who_was_left_alone_is_who_has_no_touchpoint_since() -> None:
    """Counted over all accounts; those who never had one are among them."""
    last: dict[object, date] = {}
    for _, fields in _all("touchpoint"):
        day = datetime.fromisoformat(str(fields["happened_at"])).astimezone(ZoneInfo(ADMIN.zone)).date()
        last[fields["account"]] = max(day, last.get(fields["account"], day))
    accounts = [found for found, _ in _all("account")]
    quiet = [found for found in accounts if found not in last or (TODAY - last[found]).days >= 30]

    answer = await _ask("三十天没联系的客户")

    assert quiet
    assert f"{len(quiet)}个客户30天没联系(共看了{len(accounts)}个):" == answer.text.splitlines()[0]


async def test_win_rate_is_won_of_decided() -> None:
    """What is still open does not count."""
    won, lost = _decided("2026-01-01", "2026-12-31")

    answer = await _ask("今年赢单率")

    assert f"赢单率{100 * won / (won + lost):.0f}%(赢{won},丢{lost})。" == answer.text.splitlines()[0]


async def test_a_running_quarter_is_held_against_the_like_stretch_of_the_last() -> None:
    """Fifty-one days against fifty-one, within a currency; the whole of the last is told beside."""
    now, then = (_won_amount(first, last, "USD") for first, last in (("2026-07-01", "2026-08-20"), ("2026-04-01", "2026-05-20")))
    whole = _won_amount("2026-04-01", "2026-06-30", "USD")

    answer = await _ask("won revenue this quarter versus last")

    gap = f"{'more' if now > then else 'less'} than ${then:,.0f} ({100 * (now - then) / then:+.0f}%)"
    assert f"${now:,.0f}, ${abs(now - then):,.0f} {gap}" in answer.text
    assert f"${whole:,.0f}" in answer.text
    assert "Several currencies, not converted." in answer.text


async def test_why_a_deal_was_lost_is_told_from_the_record_and_the_notes() -> None:
    """Reason, competitor and discount as kept; the words noted then, verbatim, as something that happened."""
    account = next(fields["account_name"] for _, fields in _all("opportunity") if fields["stage"] == "lost")
    lost = [fields for _, fields in _all("opportunity") if fields["stage"] == "lost" and fields["account_name"] == account]
    latest = max(lost, key=lambda fields: str(fields["close_date"]))
    notes = {fields["note"] for _, fields in _all("touchpoint")}

    answer = await _ask(f"为什么丢了{account}的单子")

    assert str(latest["lost_reason"]) in answer.text
    assert all(one.quote in notes for one in answer.evidence if one.kind is EvidenceKind.EVENT)
    assert EvidenceKind.EVENT in {one.kind for one in answer.evidence}


async def test_each_stuck_deal_has_its_reasons() -> None:
    """Days past its close date as they are."""
    answer = await _ask("哪些单子卡住了")

    lines = [line for line in answer.text.splitlines() if line.startswith("· ")]
    assert 5 == len(lines)
    assert all(":" in line and "天" in line for line in lines)


async def test_what_was_looked_at_is_told_with_its_seconds() -> None:
    """The white paper of the story, quoted as an event."""
    answer = await _ask("海蓝看过我们什么资料")

    (seen,) = [fields for _, fields in _all("signal") if fields["account_name"] == "海蓝科技" and fields["kind"] == "website_visit"]
    assert f"{seen['seconds']}秒" in answer.text
    assert [(EvidenceKind.EVENT, seen["quote"])] == [(one.kind, one.quote) for one in answer.evidence]


async def test_state_of_an_account_leaves_out_what_may_not_be_seen() -> None:
    """No line on invoices for whom they are out of sight: neither an amount nor a word that all is well."""
    seen, unseen = await _ask("北风泵业最近怎么样"), await _ask("北风泵业最近怎么样", replace(ALL, reach={"invoice": Reach.NONE}))

    assert ("逾期" in seen.text, "逾期" in unseen.text) == (True, False)


async def test_nobody_is_told_to_have_been_left_alone_by_whom_touchpoints_are_hidden_from() -> None:
    """That would be a guess."""
    with pytest.raises(NotAllowed):
        await _ask("三十天没联系的客户", replace(ALL, reach={"touchpoint": Reach.NONE}))


@pytest.mark.parametrize("text", ["海蓝的王经理电话多少", "王砚舟的电话多少"])
async def test_a_contact_is_known_by_surname_and_title(text: str) -> None:
    """At the account that is named."""
    phone = next(fields["phone"] for _, fields in _all("contact") if fields["name"] == "王砚舟")

    assert phone in (await _ask(text)).text


async def test_several_of_a_surname_are_asked_back_with_their_accounts() -> None:
    """A button says the question again, with the full name."""
    surnames = [str(fields["name"]).split()[-1] for _, fields in _all("contact") if " " in str(fields["name"])]
    shared = next(name for name in surnames if surnames.count(name) > 1)

    answer = await _ask(f"email of Ms {shared}")

    assert len(answer.buttons) > 1
    assert all(shared in one.text and " · " in one.label for one in answer.buttons)


async def test_they_are_whom_was_talked_about() -> None:
    """他们 is the account last talked about; where nobody was, who is meant is asked."""
    account = next(found for found, fields in _all("account") if fields["name"] == "北风泵业")

    answer = await _ask("他们还欠多少", memory=Memories(about={"account": account}))

    assert "北风泵业" in answer.text.splitlines()[-1]
    with pytest.raises(Unclear):
        await _ask("他们还欠多少")


async def test_a_question_goes_on_in_its_way() -> None:
    """那华南呢 after a win rate is a win rate; 比上季度 after a sum compares it."""
    rate, compared = await _after("本季度赢单率", "那华东呢"), await _after("本季度赢单金额", "比上季度多了多少")

    assert rate.query is not None
    assert compared.query is not None
    assert ("won_share", "华东" in rate.text) == (rate.query["way"], True)
    assert ("versus", "2026-04-01") == (compared.query["way"], compared.query["against"]["from"])  # type: ignore[index] # a period


async def test_change_offers_what_refines() -> None:
    """Every button of [Change] says something that changes the question, in both languages."""
    for first, change in (("华东本季度赢单金额", "改条件"), ("won amount in EMEA this quarter", "change")):
        before = await _ask(first)
        offered = await _ask(change, memory=Memories(Topic("query_crm", "query_crm", before.query), continues=True))
        memory = Memories(Topic("query_crm", "query_crm", offered.query), continues=True)

        changed = [(await _ask(one.text, memory=memory)).query for one in offered.buttons]

        assert len(changed) > 2
        assert all(query is not None and query != before.query for query in changed)


async def test_rows_behind_a_figure_are_listed() -> None:
    """As many as were counted."""
    won, lost = _decided("2026-01-01", "2026-12-31")

    answer = await _after("今年赢单率", "看明细")

    assert f"共{won + lost}条商机:" == answer.text.splitlines()[0]


async def test_a_name_that_no_record_has_is_said_to_be_unknown() -> None:
    """Not that it has no deals."""
    answer = await _ask("open deals of Zyntorp")

    assert (False, True) == (answer.found, "No account called “Zyntorp”" in answer.text)
