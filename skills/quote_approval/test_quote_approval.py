"""A quote is worked out from price list and words, one thing is asked at a time, and where one stands is told to whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.figures import Left
from bot.domain.ids import DraftId, RecordId, ReviewId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Role, Speaker, User
from bot.domain.permissions import Permissions
from bot.domain.policy import Gate, Ground, Reason
from bot.domain.query import Row
from bot.domain.records import Import
from bot.domain.review import HeldReview, Post, ReviewState, Seat, Watched
from bot.domain.talk import Memories, Turn, language_of
from bot.words import TomlWords, read_sentences
from skills.quote_approval.figures import Lot, margin
from skills.quote_approval.skill import run
from tests.fakes.queries import HeldRecords

HERE = Path(__file__)
WORDS = TomlWords(read_sentences(HERE.parents[2] / "bot" / "strings.toml")).own(HERE.with_name("strings.toml"))
LIN = Speaker(UserId("lin"), "林晓", Role.REP, "east", "Asia/Shanghai")
ZHANG = Speaker(UserId("zhang"), "张敏", Role.MANAGER, "east", "Asia/Shanghai")
NOW = datetime(2026, 8, 4, 2, tzinfo=UTC)
PEOPLE = [User(one.user_id, one.name, "", one.role, one.team, one.zone) for one in (LIN, ZHANG)]
MINE = {"owner": "lin", "owner_name": "林晓"}


def product(code: str, cny: int, usd: int, before: int, floor: int) -> Import:
    """Something on the price list."""
    prices = {"list_price_cny": cny, "list_price_usd": usd, "list_price_eur": usd}
    margins = {"list_margin": before, "margin_floor": floor}
    return Import(RecordId(code), "product", {"code": code, "name": f"{code} 传感器", **margins, **prices})


def of(account: str) -> dict[str, object]:
    """What makes a record that account's, and Lin's."""
    return {"account": account, "account_name": account, **MINE}


BOOK = (
    product("S3", 6000, 860, 52, 40), product("G2", 12800, 1820, 38, 30),
    Import(RecordId("启明电机"), "account", {"name": "启明电机", "short_name": "启明", "currency": "CNY", "credit_rating": "B", **MINE}),
    Import(RecordId("青岚仪表"), "account", {"name": "青岚仪表", "short_name": "青岚", "currency": "CNY", **MINE}),
    Import(RecordId("Petrel"), "account", {"name": "Petrel", "currency": "USD", "credit_rating": "AA", **MINE}),
    Import(RecordId("inv"), "invoice", {
        **of("启明电机"), "number": "INV-7", "amount": 80_000, "currency": "CNY", "due_date": "2026-06-01",
    }),
    Import(RecordId("q9"), "quote", {
        **of("Petrel"), "number": "Q-00009", "product": "G2", "product_name": "G2", "quantity": 10, "list_amount": 18_200, "discount": 8,
        "amount": 16_744, "currency": "USD", "payment_days": 45, "status": "draft", "quote_date": "2026-07-20",
    }),
    Import(RecordId("old"), "quote", {
        **of("启明电机"), "number": "Q-00003", "product": "G2", "product_name": "G2", "quantity": 50, "amount": 640_000, "currency": "CNY",
        "status": "sent", "quote_date": "2026-07-01", "discount": 0,
    }),
)  # fmt: skip


@dataclass
class TheirReviews:
    """The port `OwnReviews` over lists."""

    mine: list[Watched] = field(default_factory=list)
    to: list[Watched] = field(default_factory=list)

    async def sent(self) -> Sequence[Watched]:
        """What they sent."""
        return self.mine

    async def to_decide(self) -> Sequence[Watched]:
        """What waits for them."""
        return self.to


def watched(account: str, state: ReviewState = ReviewState.WAITING) -> Watched:
    """A quote of an account that is being reviewed."""
    seat = Seat(1, Post.MANAGER, 1, (ZHANG.user_id,))
    review = HeldReview(
        ReviewId(f"r-{account}"), DraftId("d"), 1, 1, "", Gate((Ground(Reason.PRICING_OUTSIDE_POLICY),)), LIN.user_id, state, 3, 1, (seat,),
        NOW, NOW, NOW, NOW, decided_at=NOW, note="毛利太低",
    )  # fmt: skip
    fields = {"account": account, "account_name": account, "amount": 102_000, "currency": "CNY", "discount": 15}
    return Watched(review, "quote", fields, ("张敏",))


async def told(text: str, speaker: Speaker = LIN, reviews: TheirReviews | None = None) -> Answer | Draft:
    """What comes of a few words."""
    turn = Turn(TurnId("t-0001"), ThreadId("t"), speaker, text, language_of(text), NOW, "quote_approval", Memories())
    records = HeldRecords(BOOK, PEOPLE).within(Permissions().scope(speaker))
    return await run(turn, records=records, reviews=reviews or TheirReviews(), words=WORDS)


async def drafted(text: str, speaker: Speaker = LIN) -> Draft:
    """The draft that comes of it."""
    outcome = await told(text, speaker)
    assert isinstance(outcome, Draft)
    return outcome


def only(draft: Draft, *names: str) -> list[object]:
    """Some of its fields."""
    return [draft.fields[name] for name in names]


async def test_a_quote_is_worked_out_from_the_price_list() -> None:
    """List price times quantity, less the discount, rounded to hundredths; what was not said is the standard, and said so."""
    draft = await drafted("启明 S3 200台 打八五折,送审")

    assert [1_200_000, 15, 1_020_000, "CNY", 30] == only(draft, "list_amount", "discount", "amount", "currency", "payment_days")
    assert draft.text.startswith("启明|S3×200|目录价120万,让15%,102万|账期30天。")
    assert "账期没说,按标准30天。" in draft.text


async def test_several_products_make_one_quote_in_the_accounts_currency() -> None:
    """The lists are added up; the discount is one for all."""
    draft = await drafted("Petrel: 100 S3 and 10 G2, 12% off, net 45")

    assert [104_200, 12, 91_696, "USD", 45, 110] == only(draft, "list_amount", "discount", "amount", "currency", "payment_days", "quantity")
    assert "S3×100, G2×10" in draft.text


async def test_whoever_agrees_is_told_what_they_have_to_know() -> None:
    """Credit, what is overdue, and what else was quoted within ninety days, so that nothing is split to stay small."""
    text = (await drafted("启明 S3 200台 让15%,账期60天")).text

    assert "信用评级B。" in text
    assert "逾期未付1张,8万,最久64天。" in text
    assert "90天内他家另有1单,合起来166万,一起看。" in text


async def test_margin_is_told_to_managers_alone() -> None:
    """A rep's draft has no word of it; 52 % at list price and 15 % off leave 43.5 %."""
    rep, manager = await drafted("启明 S3 200台 让15%"), await drafted("启明 S3 200台 让15%", ZHANG)

    assert "毛利" not in rep.text
    assert "毛利52.0%→43.5%,底线40.0%。" in manager.text


def test_margin_is_what_the_discount_leaves() -> None:
    """By hand: at list 100 costs 48; at 80 it still does, which leaves 40 %; weighed by list amounts where there are several."""
    lots = [Lot(Row(one.id, one.fields), 1, 100) for one in BOOK if one.entity == "product"]
    alone, both = margin(lots[:1], 20), margin(lots, 20)

    assert (Left(52, 40, 40), Left(45, 31.2, 35)) == (alone, both)
    assert [False, True] == [one.short for one in (alone, both) if one]


async def test_an_open_quote_is_changed_and_not_made_twice() -> None:
    """Named by its number, or the account's only open one; what was not said stays as it is there."""
    by_number, by_account = await drafted("Q-00009 改成让12%,送审"), await drafted("Petrel的报价提交审批")

    assert ("q9", 12, 45) == (by_number.record_id, *only(by_number, "discount", "payment_days"))
    assert ("q9", 8, 45) == (by_account.record_id, *only(by_account, "discount", "payment_days"))


async def test_one_missing_thing_is_asked_at_a_time() -> None:
    """The customer, the products, the discount: with buttons where something can be offered."""
    customer, items, discount = await told("S3 20台打九折送审"), await told("帮青岚申请九折"), await told("启明 S3 20台走审批")

    assert isinstance(customer, Answer)
    assert isinstance(items, Answer)
    assert isinstance(discount, Answer)
    assert "什么型号,多少台?" == items.text
    assert ("给哪家客户?", {"启明电机", "Petrel"}) == (customer.text, {one.label for one in customer.buttons})
    assert "启明 S3 20台走审批 让10%" in [one.text for one in discount.buttons]
    assert "总折扣给多少?" == discount.text


async def test_the_author_is_told_where_it_stands_and_can_hurry_it() -> None:
    """Who has it, and by when; of the account that was named."""
    reviews = TheirReviews([watched("启明电机"), watched("Petrel", ReviewState.REJECTED)])
    waiting, rejected = await told("启明的报价批了没有", reviews=reviews), await told("where is my Petrel quote", reviews=reviews)

    assert isinstance(waiting, Answer)
    assert "启明电机·10.2万·让15%:在张敏那,8/4 10:00前该有答复。" == waiting.text
    assert ["review:r-启明电机:3:nudge", "review:r-启明电机:3:withdraw"] == [one.action for one in waiting.buttons]
    assert ("sent back" in rejected.text, ()) == (True, rejected.buttons)


async def test_words_of_an_approver_decide_nothing_here() -> None:
    """They are shown what waits for them, to look at; where nothing does it is said."""
    shown = await told("批准启明的报价", ZHANG, TheirReviews(to=[watched("启明电机"), watched("Petrel")]))
    nothing = await told("批准启明的报价", LIN)

    assert isinstance(shown, Answer)
    assert ["review:r-启明电机:3:show"] == [one.action for one in shown.buttons]
    assert "没有在等你定的。" == nothing.text


async def test_nobody_reads_of_an_account_out_of_their_sight() -> None:
    """Its name is as good as none."""
    far = Speaker(UserId("far"), "Far", Role.REP, "north", "UTC")
    outcome = await told("启明 S3 200台 让15%", far)

    assert isinstance(outcome, Answer)
    assert "启明" not in outcome.text
