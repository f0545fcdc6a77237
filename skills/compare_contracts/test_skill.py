"""Which paper is held against which, what is told of it, why, and what becomes of a signing; over papers in memory."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.comparison import Clause, Report
from bot.domain.contracts import Paper, Paragraph, ParagraphKind
from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, Speaker
from bot.domain.permissions import Permissions
from bot.domain.records import Import
from bot.domain.talk import Memories, Spoken, Topic, Turn, language_of
from bot.ports.papers import KeptPaper
from bot.words import TomlWords, read_sentences
from skills.compare_contracts.ours import our_party
from skills.compare_contracts.pairing import standard_for, version
from skills.compare_contracts.redlining import marking
from skills.compare_contracts.signing import terms_of
from skills.compare_contracts.skill import run
from tests.fakes.comparer import FakeComparer
from tests.fakes.queries import HeldRecords

HERE = Path(__file__).parent
CLAUSES = {file.name: file.read_text(encoding="utf-8") for file in (HERE.parent.parent / "knowledge" / "clauses").glob("*.toml")}
NOON = datetime(2026, 6, 10, 4, tzinfo=UTC)
ANN = Speaker(UserId("ann"), "Ann", Role.REP, "east", "Asia/Shanghai")
BOOK = (
    Import(RecordId("acc"), "account", {
        "name": "Linbrook Water", "short_name": "Linbrook", "owner": "ann", "owner_name": "Ann", "team": "east", "pays_late_days": 11,
    }),
)  # fmt: skip
FIRST = """Supplier: Seastone Valves Ltd
Buyer: Linbrook Water plc
1. Goods
The Supplier sells 40 gate valves to the Buyer. The contract price is USD 84,000.
2. Payment
The Buyer shall pay each invoice within 30 days of receipt.
3. Warranty
The warranty period is 12 months from delivery.
4. Limitation of liability
The Supplier's total liability shall not exceed 100% of the contract price.
5. Term
This contract remains in force for two years. Either party may give notice of non-renewal 90 days prior to the end of the term.
6. Governing law
This contract is governed by the laws of England."""
SECOND = FIRST.replace("within 30 days", "within 75 days").replace("12 months", "24 months")
FREE = "\n".join(line for line in FIRST.splitlines() if "liability" not in line)


def kept(paper_id: str, name: str, text: str, minutes_ago: float = 1) -> KeptPaper:
    """A contract that Ann sent."""
    return KeptPaper(paper_id, Paper(tuple(Paragraph(line) for line in text.splitlines()), name), NOON - timedelta(minutes=minutes_ago))


@dataclass
class FakePapers:
    """The port `OwnPapers` over lists. marked: what redlines were asked for."""

    mine: list[KeptPaper] = field(default_factory=list)
    shelf: dict[str, KeptPaper] = field(default_factory=dict)
    marked: list[tuple[Sequence[tuple[int, int]], Mapping[int, str], Mapping[int, str]]] = field(default_factory=list)

    async def sent(self) -> Sequence[KeptPaper]:
        """What was sent, newest first."""
        return sorted(self.mine, key=lambda one: one.at, reverse=True)

    async def paper(self, paper_id: str) -> KeptPaper | None:
        """One of all."""
        return next((one for one in (*self.mine, *self.shelf.values()) if one.id == paper_id), None)

    async def shelved(self) -> Mapping[str, str]:
        """The shelf."""
        return {one.id: title for title, one in self.shelf.items()}

    async def redline(
        self, _old: KeptPaper, _new: KeptPaper, pairs: Sequence[tuple[int, int]], notes: Mapping[int, str], gone: Mapping[int, str]
    ) -> bytes:
        """A file that says nothing."""
        self.marked.append((pairs, notes, gone))
        return io.BytesIO(b"PK").getvalue()

    def page(self, old: KeptPaper, new: KeptPaper) -> str:
        """An address."""
        return f"https://t.example/contracts/{old.id}/{new.id}"


@dataclass
class Chat:
    """Ann's thread with the skill."""

    papers: FakePapers = field(default_factory=FakePapers)
    comparer: FakeComparer = field(default_factory=lambda: FakeComparer(CLAUSES, list))
    topic: Topic | None = None

    async def sends(self, one: KeptPaper, caption: str = "") -> Answer | Draft:
        """A contract arrives."""
        self.papers.mine.append(one)
        return await self._turn(one.id, caption or one.name, Spoken(one.name))

    async def says(self, text: str) -> Answer | Draft:
        """Words."""
        return await self._turn("t", text, None)

    async def _turn(self, turn_id: str, text: str, spoken: Spoken | None) -> Answer | Draft:
        turn = Turn(
            TurnId(turn_id), ThreadId("x"), ANN, text, language_of(text), NOON, "compare_contracts", Memories(self.topic), spoken
        )
        records = HeldRecords(BOOK).within(Permissions().scope(ANN))
        words = TomlWords(read_sentences(HERE / "strings.toml"))
        told = await run(turn, papers=self.papers, clauses=CLAUSES, cutter=list, comparer=self.comparer, records=records, words=words)
        if isinstance(told, Answer) and told.query:
            self.topic = Topic("compare_contracts", "compare_contracts", told.query)
        return told


@pytest.fixture(name="chat")
def _chat() -> Chat:
    return Chat()


async def test_two_versions_are_compared_answer_first(chat: Chat) -> None:
    """Counts and verdict, then the changes that matter, the gravest first."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 3))
    told = await chat.sends(kept("b", "linbrook_v2.docx", SECOND, 1))

    assert told.text.startswith("2 changes, 1 high. Don't sign yet: ①Payment 30→75 days (§2)②Warranty 12→24 months (§3)")


async def test_a_contract_waits_half_an_hour(chat: Chat) -> None:
    """What was sent earlier is not meant."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 45))
    told = await chat.sends(kept("b", "other draft.docx", SECOND, 0))

    assert "Got it. Compare it with which one?" == told.text


async def test_the_previous_version_may_be_days_old(chat: Chat) -> None:
    """It is found among what was sent, by its words and its name; another contract is none."""
    chat.papers.mine = [kept("z", "nda_v1.docx", "Confidentiality\n1. Secrets\nNobody tells anybody anything at all.", 9_000)]
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 5_000))
    await chat.sends(kept("b", "linbrook_v2.docx", SECOND, 0))
    told = await chat.says("[Compare contracts] Previous version")

    assert "①Payment 30→75 days (§2)" in told.text


async def test_our_standard_is_found_by_its_sort(chat: Chat) -> None:
    """Ours is the old side, whatever came first."""
    ours = replace(kept("doc:1", "standard-supply.docx", FIRST), is_ours=True)
    chat.papers.shelf = {"Standard supply agreement": ours, "Standard NDA": replace(ours, id="doc:2"), "Contract fallback policy": ours}
    await chat.sends(kept("b", "linbrook supply.docx", SECOND, 0))
    told = await chat.says("compare this with our standard supply agreement")

    assert "①Payment 30→75 days (§2)" in told.text


async def test_tracked_changes_are_two_versions_in_one_file(chat: Chat) -> None:
    """One file is enough then."""
    lines = [Paragraph(line) for line in FIRST.splitlines()]
    at = next(place for place, one in enumerate(lines) if "30 days" in one.text)
    lines[at] = replace(lines[at], text=lines[at].text.replace("30", "75"), before=lines[at].text)
    told = await chat.sends(KeptPaper("a", Paper(tuple(lines), "marked.docx"), NOON))

    assert "Payment 30→75 days (§2)" in told.text


async def test_why_names_rule_wordings_and_what_is_usual(chat: Chat) -> None:
    """The account's habit stands beside the rule."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 3))
    await chat.sends(kept("b", "linbrook_v2.docx", SECOND, 1))
    told = await chat.says("why is 75 high?")
    assert isinstance(told, Answer)

    assert told.text.startswith("Rule P-01: ")
    assert ("They already pay 11 days late." in told.text, "Legal decides." in told.text) == (True, True)
    assert ["document", "document", "benchmark", "record"] == [one.kind for one in told.evidence]


@pytest.mark.parametrize("asked, quote", [
    ("what is the liability cap in this contract?", "The Supplier's total liability shall not exceed 100% of the contract price."),
    ("how long is the warranty?", "The warranty period is 12 months from delivery."),
    ("what does section 6 say?", "This contract is governed by the laws of England."),
])  # fmt: skip
async def test_a_question_is_answered_with_the_clause(chat: Chat, asked: str, quote: str) -> None:
    """Verbatim."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST))
    told = await chat.says(asked)
    assert isinstance(told, Answer)

    assert [quote] == [one.quote.strip() for one in told.evidence]


async def test_the_redline_has_notes_where_it_matters(chat: Chat) -> None:
    """Beside the paragraph that changed: risk, rule, fallback."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 3))
    await chat.sends(kept("b", "linbrook_v2.docx", SECOND, 1))
    told = await chat.says("[Compare contracts] Redline")
    assert isinstance(told, Answer)
    ((pairs, notes, _),) = chat.papers.marked
    places = {place: SECOND.splitlines()[place] for place in notes}

    assert "linbrook_v2-redline.docx" == (told.enclosed.name if told.enclosed else "")
    assert len(FIRST.splitlines()) == len(pairs)
    assert (True, True) == ("75 days" in next(iter(places.values())), "P-01" in next(iter(notes.values())))


async def test_nothing_of_high_risk_is_ready_without_legal(chat: Chat) -> None:
    """The signing says so itself, and carries the terms that renewals live by."""
    await chat.sends(kept("a", "linbrook_v1.docx", FIRST, 3))
    await chat.sends(kept("b", "linbrook_v2.docx", FREE, 1))
    told = await chat.says("this contract was signed")
    assert isinstance(told, Draft)

    assert ("active", "high", True) == tuple(told.fields[name] for name in ("status", "terms_risk", "needs_legal"))
    terms = tuple(told.fields[name] for name in ("end_date", "notice_date", "value", "currency"))
    assert ("2028-06-09", "2028-03-11", 84_000, "USD") == terms


def test_terms_are_those_that_the_contract_says() -> None:
    """What it does not say is left out."""
    told = ("第一条 付款", "货款于交货后45日内付清。", "第二条 质保", "质保期24个月。")
    paper = Paper(tuple(map(Paragraph, told)), "a")

    assert {"payment_days": 45, "warranty_months": 24} == terms_of(paper, date(2026, 6, 10)).fields


@pytest.mark.parametrize("told", [
    ("第一条 保密", "双方应对知悉的商业秘密保密,保密期限为三年。"),
    ("1. Confidentiality", "The duty of confidentiality remains in force for a term of three years."),
])  # fmt: skip
def test_how_long_secrets_are_kept_is_no_term_of_the_contract(told: tuple[str, ...]) -> None:
    """No end date comes of it."""
    paper = Paper(tuple(map(Paragraph, told)), "a")

    assert {} == terms_of(paper, date(2026, 6, 10)).fields


@pytest.mark.parametrize("head, accounts, ours", [
    ("甲方(买方):云坊乳业\n乙方(卖方):衡屿传感", [], "衡屿传感"),
    ("甲方:衡屿传感有限公司\n乙方:云坊乳业有限公司", ["云坊乳业"], "衡屿传感有限公司"),
    ("甲方:云坊乳业有限公司\n乙方:衡屿传感有限公司", [], "衡屿传感有限公司"),
    ("Supplier: Seastone Valves Ltd\nBuyer: Linbrook Water plc", [], "Seastone Valves Ltd"),
    ("nobody is named here", [], ""),
])  # fmt: skip
def test_our_firm_is_the_seller_or_whoever_is_no_account(head: str, accounts: Sequence[str], ours: str) -> None:
    """By role, by the records, by habit."""
    assert ours == our_party([head], accounts)


@pytest.mark.parametrize("name, number", [
    ("海蓝合同v2.docx", 2.0), ("Supply Agreement - Version 1.3.pdf", 1.3), ("框架协议第二稿.docx", 2.0), ("contract (final).docx", 2.0),
    ("purchase.docx", None),
])  # fmt: skip
def test_a_name_may_tell_its_version(name: str, number: float | None) -> None:
    """By number, by ordinal, or by the stage of a draft."""
    assert number == version(name)


def test_standards_are_asked_about_where_several_fit() -> None:
    """Papers about contracts are none."""
    shelved = {"1": "标准供货合同", "2": "标准保密协议", "3": "合同条款底线(标准)"}

    assert (["1", "2"], ["2"]) == (list(standard_for(None, "标准模板", shelved)), list(standard_for(None, "我们的标准保密协议", shelved)))


def test_a_heading_goes_with_its_clause_in_the_redline() -> None:
    """Each paragraph is paired once."""
    paper = Paper((Paragraph("1. Price", kind=ParagraphKind.HEADING), Paragraph("Ten."), Paragraph("signed")), "a")
    clause = Clause("1", "1", "Price", "Ten.", (0, 1))
    marked = marking(Report((clause,), (clause,), ((0, 0),), ()), paper, paper, ())

    assert ((0, 0), (1, 1), (2, 2)) == marked.pairs
