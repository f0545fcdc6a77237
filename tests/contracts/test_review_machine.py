"""Any order of edits, presses, replays, leave, waiting, escalation, expiry and restarts, against what must never happen to a review."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
from bot.domain.review import Absence, HeldReview, RejectReason, ReviewRef, ReviewState
from bot.errors import TellUser
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
NAMES = st.sampled_from(list(PEOPLE))
WHICH = st.integers(0, 7)
SAW = st.sampled_from([0, 0, 0, 0, 1])
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
        self.draft("letter")

    def teardown(self) -> None:
        """Close the house."""
        self.stores.close()
        self.runner.close()
        self.folder.cleanup()

    @rule(kind=st.sampled_from(list(KINDS)))
    @precondition(lambda self: len(self.drafts) < 4)
    def draft(self, kind: str) -> None:
        """A draft that needs other people."""
        fields, _ = KINDS[kind]
        held = self.runner.run(self.stores.drafted(Draft("…", kind.removeprefix("long_"), {**fields, "owner": LIN})))
        self.drafts.append(Told(held.id, kind, held.author, {1: "text 0"}))

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
            told.texts[edited.revision] = text

    @rule(which=WHICH, who=NAMES)
    def save(self, which: int, who: str) -> None:
        """Nobody saves past a review, the author no more than others."""
        told = self.one(which)

        assert self.tried(self.stores.drafts.save(told.id, self.revision(which), UserId(who), turn_id=self.stores.turn())) is None

    @rule(which=WHICH)
    def discard(self, which: int) -> None:
        """Put away."""
        told = self.one(which)
        self.tried(self.stores.drafts.discard(told.id, self.revision(which), told.author, turn_id=self.stores.turn()))

    @rule(which=WHICH, who=NAMES, saw=SAW, changes=st.booleans())
    def approve(self, which: int, who: str, saw: int, *, changes: bool) -> None:
        """Somebody approves, changed or not."""
        told, seen = self.one(which), self.seen(which, saw)
        text = f"text {next(self.numbers)}"
        fields = {"body": text} if changes else None
        after = self.press(told, lambda turn: self.stores.reviews.approve(seen, UserId(who), turn_id=turn, fields=fields))
        if after is None:
            return
        assert who != told.author
        assert who in SITS or who in self.stood_in()
        assert saw == 0 or not changes
        if changes:
            told.texts[after.revision] = text
        told.agreed.add((who, after.revision))

    @rule(which=WHICH, who=NAMES, saw=SAW)
    def counter(self, which: int, who: str, saw: int) -> None:
        """Somebody would approve another text."""
        told, seen, text = self.one(which), self.seen(which, saw), f"text {next(self.numbers)}"
        self.press(told, lambda turn: self.stores.reviews.counter(seen, UserId(who), {"body": text}, turn_id=turn))

    @rule(which=WHICH, who=st.sampled_from([LIN, LIN, "zhang"]), saw=SAW)
    def accept(self, which: int, who: str, saw: int) -> None:
        """The author takes it: whoever offered it has agreed to that very text."""
        told, seen = self.one(which), self.seen(which, saw)
        offered = told.review.counter.get("body") if told.review else None
        after = self.press(told, lambda turn: self.stores.reviews.accept(seen, UserId(who), turn_id=turn))
        if after is not None:
            assert who == told.author
            told.texts[after.revision] = str(offered)
            told.agreed |= {(seat.approved_by, after.revision) for seat in after.seats if seat.approved_by}

    @rule(which=WHICH, who=NAMES, saw=SAW, what=st.sampled_from(["ask", "reply", "reject", "withdraw", "nudge"]))
    def talk(self, which: int, who: str, saw: int, what: str) -> None:
        """Ask, answer, send back, take back, nudge."""
        told, seen = self.one(which), self.seen(which, saw)
        rest: tuple[Any, ...] = {"ask": ("Why?",), "reply": ("So.",), "reject": (RejectReason.TONE, "too loud")}.get(what, ())
        after = self.press(told, lambda turn: getattr(self.stores.reviews, what)(seen, UserId(who), *rest, turn_id=turn))
        if after is not None:
            assert (who == told.author) == (what in {"reply", "withdraw", "nudge"})

    @rule(which=WHICH)
    @precondition(lambda self: bool(self.done))
    def replay(self, which: int) -> None:
        """A press that was carried out before comes once more, in its turn: nothing moves, and the answer is the same."""
        again, answered = self.done[which % len(self.done)]
        before = self.fingerprint()

        after = self.runner.run(again())

        assert (answered.state, answered.version, answered.revision) == (after.state, after.version, after.revision)
        assert before == self.fingerprint()

    @rule(minutes=st.sampled_from([20, 31, 241, 60 * 24, 60 * 24 * 6]))
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

    @rule(kind=st.sampled_from(list(KINDS)))
    @precondition(lambda self: len(self.drafts) < 4)
    def goes_well(self, kind: str) -> None:
        """Whatever else happened: a new draft that all agree to in time is released, so nobody is locked out."""
        for who in ("zhang", "zhao", "liang"):
            self.back(who)
        self.draft(kind)
        which = len(self.drafts) - 1
        self.submit(which, LIN)
        for who in ("zhang", "liang", "zhou"):
            self.approve(which, who, 0, changes=False)

        assert DraftState.SAVED is self.runner.run(self.stores.held(self.drafts[which].id)).state

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

    def one(self, which: int) -> Told:
        """One of the drafts."""
        return self.drafts[which % len(self.drafts)]

    def revision(self, which: int) -> int:
        """Of the draft, as it stands."""
        return self.runner.run(self.stores.held(self.one(which).id)).revision

    def seen(self, which: int, saw: int) -> ReviewRef:
        """The newest review of a draft as somebody saw it; one that never was, where there is none."""
        told = self.one(which)
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
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True,
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
