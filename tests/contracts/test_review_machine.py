"""Any order of edits, presses, replays, leave, waiting, escalation, expiry and restarts, against what must never happen to a review."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.domain.ids import DraftId, TurnId, UserId
from bot.domain.outcome import Draft
from bot.domain.people import Role, User
from bot.domain.records import DraftState
from bot.domain.review import UNDECIDED, Absence, HeldReview, RejectReason, ReviewRef, ReviewState
from bot.errors import TellUser
from bot.store.verifying import Verification
from tests.contracts.house import LIN, Stores

ZONE = "Asia/Shanghai"
PEOPLE = {
    LIN: (Role.REP, "east"), "wu": (Role.REP, "east"), "zhang": (Role.MANAGER, "east"), "zhao": (Role.MANAGER, "north"),
    "liang": (Role.REVIEWER, "global"), "zhou": (Role.LEGAL, "east"), "gu": (Role.ADMIN, "global"), "shen": (Role.MARKETING, "east"),
}  # fmt: skip
SITS = {name for name, (role, _) in PEOPLE.items() if role in {Role.MANAGER, Role.REVIEWER, Role.LEGAL, Role.ADMIN}}
LETTER: dict[str, object] = {"subject": "Hello", "body": "text 0", "addressee": "Somebody", "channel": "forward"}
QUOTE: dict[str, object] = {"number": "Q-1", "body": "text 0", "discount": 20, "payment_days": 30, "amount": 100, "currency": "CNY"}
LONG_QUOTE: dict[str, object] = {**QUOTE, "payment_days": 90}
KINDS: dict[str, tuple[dict[str, object], int]] = {"letter": (LETTER, 1), "quote": (QUOTE, 2), "long_quote": (LONG_QUOTE, 3)}
"""What is drafted, and how many people have to agree to it at the least."""
DECIDABLE = frozenset({ReviewState.WAITING, ReviewState.ASKED})
OTHERS = ("wu", "shen", "zhao", "gu", LIN, "zhou")
MOST, MOSTLY, ALMOST = 6, 7, 10
WHICH = st.sampled_from([-1, -1, -1, -1, 0, 1])
"""Mostly the newest draft."""
WHO = st.integers(0, 15)
"""Mostly somebody who was asked: see `Gatekeeping.somebody`."""
MOSTLY_QUOTES = st.sampled_from(["quote", "quote", "long_quote", "letter"])
SAW = st.sampled_from([0, 0, 1])
"""How many versions ago somebody looked."""

Press: TypeAlias = Coroutine[Any, Any, HeldReview]


@dataclass
class Told:
    """What is known of one draft from outside. texts: revision -> its body. agreed: who agreed to which revision, as they were let."""

    id: DraftId
    kind: str
    author: UserId
    texts: dict[int, str]
    agreed: set[tuple[str, int]] = field(default_factory=set)
    review: HeldReview | None = None


class Gatekeeping(RuleBasedStateMachine):
    """Several drafts of two reps, and everybody presses everything."""

    def __init__(self, empty_file: Path) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(shutil.copyfile(empty_file, Path(self.folder.name) / "tandem.db"))
        self.runner = asyncio.Runner()
        self.stores = Stores(self.path)
        self.drafts: list[Told] = []
        self.done: list[tuple[Callable[[], Press], HeldReview]] = []
        self.numbers = iter(range(1, 10_000))

    @initialize()
    def begin(self) -> None:
        """Two reps and those who may agree, on a Tuesday morning."""
        self.stores.clock.at = datetime.fromisoformat("2026-07-14T01:30:00+00:00")
        users = [User(UserId(name), name, f"{name}@e.example", role, team, ZONE) for name, (role, team) in PEOPLE.items()]
        self.runner.run(self.stores.users.seed(users))
        self.draft("quote", submitted=True)

    def teardown(self) -> None:
        """Close the house; whatever was done in it, the audit tells of all of it."""
        self.stores.close()
        self.runner.close()
        wrong = list(Verification(self.path).wrongs())
        self.folder.cleanup()
        assert [] == wrong

    @rule(kind=MOSTLY_QUOTES, submitted=st.sampled_from([True, True, True, False]))
    @precondition(lambda self: len(self.drafts) < MOST)
    def draft(self, kind: str, *, submitted: bool) -> None:
        """A draft that needs other people, and mostly is sent to them at once."""
        fields, _ = KINDS[kind]
        held = self.runner.run(self.stores.drafted(Draft("…", kind.removeprefix("long_"), {**fields, "owner": LIN})))
        self.drafts.append(Told(held.id, kind, held.author, {1: "text 0"}))
        if submitted:
            self.submit(-1, LIN)

    @rule(which=WHICH, who=st.sampled_from([LIN, LIN, "zhang"]))
    def submit(self, which: int, who: str) -> None:
        """Ask for a review."""
        told, revision = self.one(which), self.revision(which)
        self.press(told, lambda turn: self.stores.reviews.submit(told.id, revision, UserId(who), (), turn_id=turn))

    @rule(which=WHICH, saw=SAW)
    def edit(self, which: int, saw: int) -> None:
        """The author writes something else."""
        told, seen, text = self.one(which), self.revision(which) - saw, f"text {next(self.numbers)}"
        edited = self.tried(self.stores.drafts.edit(told.id, seen, told.author, {"body": text}, turn_id=self.stores.turn()))
        if edited is not None:
            assert saw == 0
            told.texts[edited.revision] = text

    @rule(which=WHICH, who=WHO)
    def save(self, which: int, who: int) -> None:
        """Nobody saves past a review, the author no more than others."""
        told = self.one(which)
        by = told.author if who % 2 else self.somebody(told, who)

        assert self.tried(self.stores.drafts.save(told.id, self.revision(which), by, turn_id=self.stores.turn())) is None

    @rule(which=WHICH)
    def discard(self, which: int) -> None:
        """Put away."""
        told = self.one(which)
        self.tried(self.stores.drafts.discard(told.id, self.revision(which), told.author, turn_id=self.stores.turn()))

    @rule(which=WHICH, who=WHO, saw=SAW, changes=st.booleans())
    @precondition(lambda self: self.has(DECIDABLE))
    def approve(self, which: int, who: int, saw: int, *, changes: bool) -> None:
        """Somebody approves, changed or not."""
        self.agree(self.one(which, DECIDABLE), who, saw, changes=changes)

    def agree(self, told: Told, who: int, saw: int, *, changes: bool) -> None:
        """Approve, and note it where it was let."""
        seen = self.seen(told, saw)
        by, text = self.somebody(told, who), f"text {next(self.numbers)}"
        fields = {"body": text} if changes else None
        after = self.press(told, lambda turn: self.stores.reviews.approve(seen, by, turn_id=turn, fields=fields))
        if after is None:
            return
        assert by != told.author
        assert by in SITS or by in self.stood_in()
        assert saw == 0
        if changes:
            told.texts[after.revision] = text
        told.agreed.add((by, after.revision))

    @rule(which=WHICH, who=WHO)
    @precondition(lambda self: self.has(DECIDABLE))
    def approve_again(self, which: int, who: int) -> None:
        """The same, of what is there: most reviews end well."""
        self.approve(which, who, 0, changes=False)

    @rule(who=WHO)
    @precondition(lambda self: bool(self.half_way()))
    def second_changes(self, who: int) -> None:
        """Where one person agreed already, another one changes the text and agrees to that."""
        self.agree(self.half_way()[0], min(who, MOSTLY - 1), 0, changes=True)

    @rule()
    @precondition(lambda self: bool(self.half_way()))
    def first_sits_twice(self) -> None:
        """Whoever sits takes no second seat, late as it may be."""
        told = self.half_way()[0]
        self.stores.clock.move(timedelta(hours=1))
        seen = self.seen(told, 0)
        sits = [seat.approved_by for seat in told.review.seats if seat.approved_by] if told.review else []
        for by in sits:
            press = partial(self.stores.reviews.approve, seen, by)
            assert self.press(told, lambda turn, press=press: press(turn_id=turn)) is None  # type: ignore[misc] # mypy knows no such default

    @rule(which=WHICH)
    @precondition(lambda self: self.has(DECIDABLE))
    def author_approves(self, which: int) -> None:
        """As often as they like."""
        told = self.one(which, DECIDABLE)
        seen = self.seen(told, 0)

        assert self.press(told, lambda turn: self.stores.reviews.approve(seen, told.author, turn_id=turn)) is None

    @rule(which=WHICH, who=WHO, saw=SAW)
    @precondition(lambda self: self.has(DECIDABLE))
    def counter(self, which: int, who: int, saw: int) -> None:
        """Somebody would approve another text."""
        told, text = self.one(which, DECIDABLE), f"text {next(self.numbers)}"
        seen = self.seen(told, saw)
        by = self.somebody(told, who)
        after = self.press(told, lambda turn: self.stores.reviews.counter(seen, by, {"body": text}, turn_id=turn))

        assert after is None or (by != told.author and saw == 0)

    @rule(which=WHICH, who=st.sampled_from([LIN, LIN, "zhang"]), saw=SAW)
    @precondition(lambda self: self.has({ReviewState.COUNTERED}))
    def accept(self, which: int, who: str, saw: int) -> None:
        """The author takes it: whoever offered it has agreed to that very text."""
        told = self.one(which, {ReviewState.COUNTERED})
        seen = self.seen(told, saw)
        offered = told.review.counter.get("body") if told.review else None
        after = self.press(told, lambda turn: self.stores.reviews.accept(seen, UserId(who), turn_id=turn))
        if after is not None:
            assert (told.author, 0) == (who, saw)
            told.texts[after.revision] = str(offered)
            told.agreed |= {(seat.approved_by, after.revision) for seat in after.seats if seat.approved_by}

    @rule(which=WHICH, who=WHO, saw=SAW, what=st.sampled_from(["ask", "ask", "reject"]))
    @precondition(lambda self: self.has(DECIDABLE))
    def talk(self, which: int, who: int, saw: int, what: str) -> None:
        """Ask, or send back."""
        told = self.one(which, DECIDABLE)
        seen = self.seen(told, saw)
        by, rest = self.somebody(told, who), {"ask": ("Why?",), "reject": (RejectReason.TONE, "too loud")}[what]
        after = self.press(told, lambda turn: getattr(self.stores.reviews, what)(seen, by, *rest, turn_id=turn))

        assert after is None or (by != told.author and saw == 0)

    @rule(which=WHICH, who=st.sampled_from([LIN, LIN, LIN, "zhang"]), saw=SAW, what=st.sampled_from(["reply", "nudge", "withdraw"]))
    @precondition(lambda self: self.has(UNDECIDED))
    def answer(self, which: int, who: str, saw: int, what: str) -> None:
        """Answer, nudge, take back."""
        told = self.one(which, {ReviewState.ASKED, ReviewState.COUNTERED} if what == "reply" else UNDECIDED)
        seen = self.seen(told, saw)
        rest = ("So.",) if what == "reply" else ()
        after = self.press(told, lambda turn: getattr(self.stores.reviews, what)(seen, UserId(who), *rest, turn_id=turn))

        assert after is None or (who == told.author and saw == 0)

    @rule(which=WHICH, who=WHO, what=st.sampled_from(["approve", "withdraw", "nudge", "accept"]))
    def press_late(self, which: int, who: int, what: str) -> None:
        """A card that lies about since it was settled, pressed by anybody."""
        told = self.one(which, set(ReviewState) - UNDECIDED)
        seen = self.seen(told, 0)
        by = self.somebody(told, who) if what == "approve" else told.author
        after = self.press(told, lambda turn: getattr(self.stores.reviews, what)(seen, by, turn_id=turn))
        if after is not None and what == "approve":
            told.agreed.add((by, after.revision))

    @rule(which=WHICH)
    @precondition(lambda self: bool(self.done))
    def replay(self, which: int) -> None:
        """A press that was carried out before comes once more, in its turn: nothing moves, and the answer is the same."""
        again, answered = self.done[which % len(self.done)]
        before = self.fingerprint()

        after = self.runner.run(again())

        assert (answered.state, answered.version, answered.revision) == (after.state, after.version, after.revision)
        assert before == self.fingerprint()

    @rule(minutes=st.sampled_from([1, 20, 31, 31, 241, 60 * 9, 60 * 24, 60 * 24 * 6]))
    def wait(self, minutes: int) -> None:
        """Time passes, and the minute's tick comes by, twice: the second changes nothing."""
        self.stores.clock.move(timedelta(minutes=minutes))
        self.runner.run(self.stores.reviews.tick(self.stores.clock.now()))

        assert [] == list(self.runner.run(self.stores.reviews.tick(self.stores.clock.now())))

    @rule(who=st.sampled_from(["zhang", "liang", "zhao"]), stand_in=st.sampled_from(["shen", LIN, "wu", None]))
    def away(self, who: str, stand_in: str | None) -> None:
        """Somebody is on leave for two days, and says who decides meanwhile, be it the author."""
        today = self.stores.clock.now().date()
        until = (today + timedelta(days=2)).isoformat()
        self.runner.run(self.stores.reviews.away(Absence(UserId(who), today.isoformat(), until, UserId(stand_in) if stand_in else None)))

    @rule(who=st.sampled_from(["zhang", "liang", "zhao"]))
    def back(self, who: str) -> None:
        """And is back."""
        self.runner.run(self.stores.reviews.back(UserId(who)))

    @rule()
    def restart(self) -> None:
        """The house dies and comes again."""
        clock = self.stores.clock
        self.stores.close()
        self.stores = Stores(self.path, clock)

    @rule(kind=MOSTLY_QUOTES)
    @precondition(lambda self: len(self.drafts) < MOST)
    def goes_well(self, kind: str) -> None:
        """Whatever else happened: a new draft that all agree to in time is released, so nobody is locked out."""
        for who in ("zhang", "zhao", "liang"):
            self.back(who)
        self.draft(kind, submitted=True)
        told, clock = self.drafts[-1], self.stores.clock
        for _ in range(KINDS[kind][1]):
            review = self.runner.run(self.stores.reviews.of_draft(told.id))
            assert review
            by = next(one for seat in review.open_seats for one in seat.eligible if review.may_decide(one, clock.now()))
            approved = self.runner.run(self.stores.reviews.approve(review.ref, by, turn_id=self.stores.turn()))
            told.agreed.add((by, approved.revision))

        assert DraftState.SAVED is self.runner.run(self.stores.held(told.id)).state

    @invariant()
    def what_was_saved_was_agreed_to(self) -> None:
        """At that very revision, by enough different people, none of them its author; once; and word for word."""
        events = [one.payload["draft_id"] for one in self.runner.run(self.stores.events.since(0, 100_000)) if one.type == "draft.saved"]
        for told in self.drafts:
            held = self.runner.run(self.stores.held(told.id))
            if held.state is not DraftState.SAVED:
                assert told.id not in events
                continue
            agreed = {who for who, revision in told.agreed if revision == held.revision}
            written = self.runner.run(self.stores.fields_of(held.record_id))
            assert told.author not in agreed
            assert len(agreed) >= KINDS[told.kind][1]
            assert told.texts[held.revision] == written["body"]
            assert 1 == events.count(told.id)
        records = [one for entity in ("letter", "quote") for one in self.runner.run(self.stores.records.page(entity)).items]
        assert len(events) == len(records)

    @invariant()
    def seats_hold_those_who_agreed_to_what_lies_there(self) -> None:
        """An approval of an earlier text is in no seat; nobody sits twice; the author sits nowhere, and is asked nowhere."""
        for told in self.drafts:
            review = self.runner.run(self.stores.reviews.of_draft(told.id))
            if review is None:
                continue
            sits = [seat.approved_by for seat in review.seats if seat.approved_by]
            assert len(set(sits)) == len(sits)
            assert all((who, review.revision) in told.agreed for who in sits)
            assert not any(told.author in (*seat.eligible, *seat.stand_ins, seat.approved_by) for seat in review.seats)
            if review.state is ReviewState.APPROVED:
                assert len(review.seats) == len(sits) >= KINDS[told.kind][1]

    def one(self, which: int, states: Collection[ReviewState] = ()) -> Told:
        """One of the drafts; of those whose review stands so, where there are such."""
        fitting = [one for one in self.drafts if one.review and one.review.state in states]
        among = fitting or self.drafts
        return among[which % len(among)]

    def half_way(self) -> list[Told]:
        """Drafts that somebody agreed to and that wait for somebody else, as they were last looked at."""
        waiting = [(one, one.review) for one in self.drafts if one.review and one.review.state in DECIDABLE]
        return [one for one, review in waiting if any(seat.approved_by for seat in review.seats)]

    def has(self, states: Collection[ReviewState]) -> bool:
        """Whether a review of some draft stood so when it was last looked at."""
        return any(one.review is not None and one.review.state in states for one in self.drafts)

    def somebody(self, told: Told, who: int) -> UserId:
        """Mostly one of those who were asked, sometimes anybody."""
        open_seats = told.review.open_seats if told.review else ()
        asked = [one for seat in open_seats for one in (seat.eligible if who < MOSTLY else seat.stand_ins)]
        return asked[who % len(asked)] if asked and who < ALMOST else UserId(OTHERS[who % len(OTHERS)])

    def revision(self, which: int) -> int:
        """Of the draft, as it stands."""
        return self.runner.run(self.stores.held(self.one(which).id)).revision

    def seen(self, told: Told, saw: int) -> ReviewRef:
        """The newest review of a draft as somebody saw it; one that never was, where there is none."""
        told.review = self.runner.run(self.stores.reviews.of_draft(told.id))
        return ReviewRef(told.review.id, told.review.version - saw) if told.review else ReviewRef(told.id, 1)  # type: ignore[arg-type] # none

    def stood_in(self) -> set[str]:
        """Who was named by somebody who is away today."""
        today = (self.stores.clock.now() + timedelta(hours=8)).date().isoformat()
        absences = self.runner.run(self.stores.reviews.absences())
        return {one.stand_in for one in absences if one.stand_in and one.from_date <= today <= one.until_date}

    def press(self, told: Told, make: Callable[[TurnId], Press]) -> HeldReview | None:
        """Press in a turn of its own; None when it was refused, and then nothing moved."""
        turn, before = self.stores.turn(), self.fingerprint()
        after: HeldReview | None = self.tried(make(turn))
        if after is None:
            assert before == self.fingerprint()
            return None
        told.review = after
        self.done.append((lambda: make(turn), after))
        return after

    def tried(self, press: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the press answers
        """What it answers; None when it is refused aloud."""

        async def wait() -> object:
            try:
                return await press
            except TellUser:
                return None

        return self.runner.run(wait())

    def fingerprint(self) -> object:
        """All that a press may move."""
        tables = ("drafts", "draft_revisions", "reviews", "review_seats", "review_talk", "records", "events")
        return self.runner.run(
            self.stores.database.read(lambda database: [list(database.query(f"SELECT * FROM {name}")) for name in tables])  # noqa: S608
        )


QUIET = settings(
    max_examples=20, stateful_step_count=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def test_nothing_leaves_unapproved_or_twice(empty_file: Path) -> None:
    """A short run, the same each time."""
    run_state_machine_as_test(lambda: Gatekeeping(empty_file), settings=QUIET)  # type: ignore[arg-type] # a factory does, too


@pytest.mark.soak
def test_nothing_leaves_unapproved_or_twice_in_the_long_run(empty_file: Path) -> None:
    """Another run each time."""
    long = settings(QUIET, max_examples=400, stateful_step_count=60, derandomize=False)
    run_state_machine_as_test(lambda: Gatekeeping(empty_file), settings=long)  # type: ignore[arg-type] # as above
