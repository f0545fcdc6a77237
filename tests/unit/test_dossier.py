"""A dossier: which points it makes of records and papers, what of it a customer may be told, and what it looks up for them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.dossier import ANGLES, Angle, Dossier, Meeting
from bot.domain.evidence import Passage
from bot.domain.ids import RecordId, ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.records import Import
from bot.domain.scope import Scope
from bot.domain.talk import Turn, language_of
from bot.dossier.gathering import SeenDossiers
from bot.words import TomlWords, read_sentences
from tests.fakes.passages import HeldPassages, paper
from tests.fakes.queries import HeldRecords

BOT = Path(__file__).parents[2] / "bot"
WORDS = TomlWords(read_sentences(BOT / "strings.toml")).own(BOT / "dossier" / "strings.toml")
ANN = Speaker(UserId("ann"), "Ann", Role.REP, "east", "UTC")
EVERYTHING = Scope(UserId("ann"), "", "UTC")
NOW = datetime(2026, 8, 4, 9, tzinfo=UTC)
ACME = RecordId("acme")


def record(entity: str, record_id: str, **fields: object) -> Import:
    """A record of Acme."""
    return Import(RecordId(record_id), entity, {"account": ACME, "account_name": "Acme", "owner": "ann", **fields})


def touch(day: str, note: str, who: str = "Dana Reed") -> Import:
    """Something that somebody at Acme said."""
    return record("touchpoint", f"{day}{who}", contact=who, contact_name=who, happened_at=f"{day}T09:00:00+00:00", note=note)


BOOK = (
    record("account", ACME, name="Acme", industry="food", biggest_pain="spindle wear is found too late"),
    record("contact", "Dana Reed", name="Dana Reed", title="Purchasing manager", weight=40, status="active"),
    record("contact", "Kim Lee", name="Kim Lee", title="CEO", weight=90, status="active", introduced_by="Sam Fox (Brava)"),
    touch("2026-07-30", "No budget before October. Sam Fox called, too."), touch("2026-07-01", "The overhaul window is in May."),
    touch("2026-06-01", "Asked for a payback sheet.", "Kim Lee"),
    record("opportunity", "d1", name="Line 2", stage="proposal", close_date="2026-12-01", product_name="S3 sensor", budget_status="none"),
    record("opportunity", "d2", name="Line 1", stage="won", product_name="S3 sensor"),
)  # fmt: skip
PAPERS = (
    paper("On average the system paid for itself in 9 months.", title="White paper", source="paper.pdf", locator="p. 4"),
    paper("Lead time three weeks up to 200 units.", title="S3 sensor, data sheet", source="s3.pdf", locator="p. 1"),
    paper("Lead time nine weeks up to 20 units.", title="S9 sensor, data sheet", source="s9.pdf", locator="p. 1"),
    paper("Lead time cut to 1 week for Acme.", title="Acme supply agreement", source="contracts/acme.docx", locator="§ 3"),
)  # fmt: skip


async def gathered(text: str, papers: Sequence[Passage] = PAPERS, angles: frozenset[Angle] = ANGLES) -> tuple[Dossier, HeldPassages]:
    """The dossier for what Ann said, and the papers with what they were asked."""
    held, records = HeldPassages(papers), HeldRecords(BOOK).within(EVERYTHING)
    dossiers = SeenDossiers(records, held, records, WORDS)
    turn = Turn(TurnId("t"), ThreadId("h"), ANN, text, language_of(text), NOW)
    met = await dossiers.whom(turn)
    assert isinstance(met, Meeting)
    return await dossiers.dossier(met, turn, angles=angles), held


@pytest.mark.parametrize(
    "angle, text, quotes",
    [
        (
            Angle.MONEY,
            "Dana Reed · 5 days ago: “No budget before October.”; take up paper: “On average the system paid for itself in 9 months.”",
            ["No budget before October.", "On average the system paid for itself in 9 months.", "Asked for a payback sheet."],
        ),
        (
            Angle.TIME, "Dana Reed · 34 days ago: “The overhaul window is in May.”; take up s3: “Lead time three weeks up to 200 units.”",
            ["The overhaul window is in May.", "Lead time three weeks up to 200 units.", "Line 2 · closes 1 Dec"],
        ),
        (
            Angle.INTRODUCTION, "Kim Lee CEO, introduced by Sam Fox (Brava)",
            ["Kim Lee CEO, introduced by Sam Fox (Brava)", "Sam Fox called, too."],
        ),
    ],
)  # fmt: skip
async def test_an_angle_has_their_words_and_one_sentence_of_ours(angle: Angle, text: str, quotes: list[str]) -> None:
    """Of what they buy, and out of no contract, not even their own."""
    point = (await gathered("points for Acme"))[0].point(angle)

    assert point is not None
    assert (text, quotes) == (point.text, [one.quote for one in point.grounds])


async def test_only_what_is_wanted_is_looked_up() -> None:
    """A brief that wants the pain alone asks the papers once."""
    dossier, held = await gathered("points for Acme", angles=frozenset({Angle.PAIN}))

    assert [Angle.PAIN] == [one.angle for one in dossier.points]
    assert 1 == len(held.asked)


async def test_a_card_about_a_rival_is_a_ground_and_nothing_to_quote_to_a_customer() -> None:
    """What stands in it is for the rep; a benchmark that names the rival may be quoted."""
    card = paper("- Fenix fails 23 % more often.", title="Battlecard Fenix", source="battlecards/fenix.md", locator="§ Fenix > Facts")
    bench = paper("Over 24 months Fenix failed 23 % above the benchmark.", title="Benchmark", source="benchmark.md", locator="§ Result")

    dossier, _ = await gathered("against Fenix at Acme", [card, bench])

    point = dossier.point(Angle.RIVAL)
    assert point is not None
    assert (("Fenix",), ()) == (dossier.rivals, dossier.silent)
    assert {"battlecards/fenix.md", "benchmark.md"} == {one.source for one in point.grounds}
    assert ["benchmark.md"] == [one.source for one in point.papers]


async def test_who_is_met_is_asked_first() -> None:
    """What the person who is met said comes before what is newer."""
    dossier, _ = await gathered("points for Kim Lee at Acme")

    money = dossier.point(Angle.MONEY)
    assert money is not None
    assert (["Kim Lee"], "Asked for a payback sheet.") == ([row.fields["name"] for row in dossier.met.contacts], money.grounds[0].quote)


@pytest.mark.parametrize(
    "text, people", [("brief me on Acme's director", []), ("brief me on Acme's CTO", ["Tom Fox"]), ("Acme的总经理", [])]
)
async def test_a_title_is_meant_as_a_word_of_its_own(text: str, people: list[str]) -> None:
    """A director is no CTO, nor a 总经理 a 经理."""
    more = (record("contact", "Tom Fox", name="Tom Fox", title="CTO"), record("contact", "An Yi", name="An Yi", title="经理"))
    records = HeldRecords((*BOOK, *more)).within(EVERYTHING)
    turn = Turn(TurnId("t"), ThreadId("h"), ANN, text, language_of(text), NOW)

    met = await SeenDossiers(records, HeldPassages(PAPERS), records, WORDS).whom(turn)

    assert isinstance(met, Meeting)
    assert people == [one.fields["name"] for one in met.contacts]
