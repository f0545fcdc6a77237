"""Who has to agree to what, and who may sit where: rules and people as values."""

import pytest

from bot.domain.approval import PAPER_ROWS, QuoteRow, ReviewRules, covering, path_of, quote_grounds
from bot.domain.ids import UserId
from bot.domain.people import Role
from bot.domain.policy import Gate, Ground, Reason
from bot.domain.review import Post, SeatPlan
from bot.domain.seating import Bench, Sitter, unseated

RULES = ReviewRules()
M, R, L = Post.MANAGER, Post.REVIEWER, Post.LEGAL


def gate(*reasons: Reason) -> Gate:
    """A gate for these reasons."""
    return Gate(tuple(Ground(reason) for reason in reasons))


@pytest.mark.parametrize(
    "reasons, seats",
    [
        ((Reason.SEND_NONEXEC,), []),
        ((Reason.EXEC_MESSAGE,), [(M, 1)]),
        ((Reason.SEND_NONEXEC, Reason.UNKNOWN_ADDRESSEE), [(M, 1)]),
        ((Reason.SENSITIVE,), [(R, 1)]),
        ((Reason.EXEC_MESSAGE, Reason.SENSITIVE), [(M, 1), (R, 1)]),
        ((Reason.PRICING_OUTSIDE_POLICY,), [(M, 1)]),
        ((Reason.COMMITMENT_OUTSIDE_POLICY,), [(M, 1), (L, 2)]),
        ((Reason.EXEC_MESSAGE, Reason.COMMITMENT_OUTSIDE_POLICY, Reason.SENSITIVE), [(M, 1), (R, 1), (L, 2)]),
        ((), [(M, 1)]),
    ],
)
def test_a_letter_goes_to_those_whom_its_reasons_name(reasons: tuple[Reason, ...], seats: list[tuple[Post, int]]) -> None:
    """Nobody, where none of them asks for a second person; each post once; what has no reason at all goes to somebody."""
    assert seats == [(one.post, one.stage) for one in path_of(gate(*reasons), "letter", {}, RULES)]


@pytest.mark.parametrize(
    "fields, seats",
    [
        ({"discount": 10, "payment_days": 30}, []),
        ({"discount": 10.5, "payment_days": 30}, [(M, 1, 240)]),
        ({"discount": 15}, [(M, 1, 240)]),
        ({"discount": 15.1}, [(M, 1, 1080), (R, 1, 1080)]),
        ({"payment_days": 44}, []),
        ({"payment_days": 45}, [(M, 1, 240)]),
        ({"payment_days": 60}, [(M, 1, 240), (R, 2, 1080), (L, 2, 1080)]),
        ({"discount": 20, "payment_days": 90}, [(M, 1, 1080), (R, 1, 1080), (L, 2, 1080)]),
        ({"credit_rating": "C"}, [(R, 1, 240)]),
        ({"credit_rating": "B", "payment_days": 30}, []),
        ({"credit_rating": "B", "payment_days": 31}, [(R, 1, 240)]),
        ({"overdue_days": 60}, []),
        ({"overdue_days": 61}, [(R, 1, 1080), (L, 1, 1080)]),
        ({"amount": 3_000_000, "currency": "CNY"}, []),
        ({"amount": 3_000_001, "currency": "CNY"}, [(M, 1, 240), (R, 1, 240)]),
        ({"amount": 460_000, "currency": "USD"}, [(M, 1, 240), (R, 1, 240)]),
        ({"amount": 460_000, "currency": "JPY"}, [(M, 1, 240), (R, 1, 240)]),
        ({"amount": 4_000_000, "discount": 12}, [(M, 1, 240), (R, 1, 240)]),
        ({"discount": "20", "payment_days": None, "amount": True}, []),
    ],
)
def test_a_quote_goes_the_way_of_the_papers(fields: dict[str, object], seats: list[tuple[Post, int, int]]) -> None:
    """By discount, term, rating, overdue days and amount; whatever needs somebody says by which figure."""
    found = quote_grounds(fields, RULES)

    assert seats == [(one.post, one.stage, one.within_min) for one in path_of(found if found.grounds else gate(Reason.CRM_WRITE), "quote",
                                                                              fields, RULES)]  # fmt: skip
    assert bool(seats) == bool(found.grounds)
    assert all(ground.words for ground in found.grounds)


def test_a_quote_that_is_gated_for_another_reason_goes_to_the_manager() -> None:
    """Though no row of the rules is about it."""
    assert [(M, 1)] == [(one.post, one.stage) for one in path_of(gate(Reason.PRICING_OUTSIDE_POLICY), "quote", {}, RULES)]


def test_more_seats_than_the_rules_ask_for_stay() -> None:
    """And what a plan lacks is added, each post as often as it is needed."""
    plan = (SeatPlan(L), SeatPlan(M))

    assert (*plan, SeatPlan(R)) == covering(plan, (SeatPlan(M), SeatPlan(R)))
    assert (SeatPlan(M), SeatPlan(M)) == covering((SeatPlan(M),), (SeatPlan(M), SeatPlan(M)))


@pytest.mark.parametrize(
    "rules, key",
    [
        (ReviewRules(hours="9 to 5"), "hours"), (ReviewRules(due_min=0), "due_min"), (ReviewRules(workdays=(0,)), "workdays"),
        (ReviewRules(workdays=()), "workdays"), (ReviewRules(country="Germany"), "country"), (ReviewRules(holidays=("1 May",)), "holidays"),
        (ReviewRules(quotes=(QuoteRow((), discount_above=1),)), "quotes[1]"),
        (ReviewRules(quotes=(PAPER_ROWS[0], QuoteRow((M,)))), "quotes[2]"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_meant_are_named(rules: ReviewRules, key: str) -> None:
    """The first wrong key; none in those that ship."""
    assert [key] == [name for name, _, _ in rules.faults()]
    assert [] == list(RULES.faults())


ANN = Sitter(UserId("ann"), Role.MANAGER, "east")
BOB = Sitter(UserId("bob"), Role.MANAGER, "north")
CID = Sitter(UserId("cid"), Role.REVIEWER, "global")
DEE = Sitter(UserId("dee"), Role.LEGAL, "east")
EVE = Sitter(UserId("eve"), Role.ADMIN, "global")
FAY = Sitter(UserId("fay"), Role.MARKETING, "east")
ALL = (ANN, BOB, CID, DEE, EVE, FAY)


def asked(bench: Bench, *posts: Post) -> list[tuple[str, ...]] | None:
    """Who is asked for each seat."""
    places = bench.places([SeatPlan(post) for post in posts])
    return None if places is None else [one.eligible for one in places]


@pytest.mark.parametrize(
    "sitters, away, who",
    [
        (ALL, {}, "ann"), (ALL, {"ann": None}, "bob"), (ALL, {"ann": "fay"}, "fay"), (ALL, {"ann": "fay", "fay": None}, "bob"),
        (ALL, {"ann": "nobody"}, "bob"), ((CID, DEE, EVE), {}, "dee"), ((CID, EVE), {}, "cid"), ((EVE, FAY), {}, "eve"),
        ((FAY,), {}, None), (ALL, {"ann": None, "bob": "ann"}, "dee"),
    ],
)  # fmt: skip
def test_the_post_is_looked_for_near_then_far(sitters: tuple[Sitter, ...], away: dict[str, str | None], who: str | None) -> None:
    """In the team, anywhere, among the other posts (the team's first), among admins; whoever is away has their stand-in, or none."""
    bench = Bench(sitters, "east", {UserId(one): UserId(other) if other else None for one, other in away.items()})

    assert ([(who,)] if who else None) == asked(bench, M)


def test_two_seats_are_never_left_to_one_person() -> None:
    """Where the only reviewer is also all there is for a manager's seat, an admin is asked as well; without one there are too few."""
    assert [("cid",), ("cid", "eve")] == asked(Bench((CID, EVE), "east", {}), M, R)
    assert None is asked(Bench((CID,), "east", {}), M, R)
    assert [("ann",), ("cid",), ("dee",)] == asked(Bench(ALL, "east", {}), M, R, L)


def test_others_stand_in_and_a_step_up_joins() -> None:
    """The post elsewhere and who goes round; for legal nobody but legal, reviewers and managers; first reviewers, then admins."""
    bench = Bench(ALL, "east", {})
    places = bench.places([SeatPlan(M), SeatPlan(L)])

    assert places
    assert [("bob", "cid"), ("ann", "bob", "cid")] == [one.stand_ins for one in places]
    assert [("cid",), ("eve",), ()] == [bench.step_up([UserId(one) for one in had.split()]) for had in ("ann", "ann cid", "ann cid eve")]


@pytest.mark.parametrize(
    "wanted, short",
    [([], None), (["a"], None), (["ab", "a"], None), (["a", "a"], [1, 0]), (["ab", "ab", "ab"], [2, 1, 0]), ([""], [0]),
     (["a", "ab", "bc"], None)],
)  # fmt: skip
def test_seats_that_cannot_all_be_filled_are_found(wanted: list[str], short: list[int] | None) -> None:
    """Each by another person, however it has to be shuffled."""
    assert short == unseated([tuple(UserId(one) for one in each) for each in wanted])
