"""Any order of presses, edits, changes by others, waiting and crashes, against a small model of what a draft may do."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.records import Cause, DraftState, HeldDraft
from bot.errors import Stale
from tests.contracts.house import DRAFT, LIN, Stores

OPEN, SAVED = DraftState.OPEN, DraftState.SAVED


class Presses(RuleBasedStateMachine):
    """One draft of a new record. The model: state, revision, amount, and when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.stores = Stores(Path(self.folder.name) / "tandem.db")

    @initialize()
    def begin(self) -> None:
        """A draft waits."""
        self.held: HeldDraft = self.runner.run(self.stores.drafted())
        self.state, self.revision, self.amount = OPEN, 1, DRAFT.fields["amount"]
        self.expires_at, self.undo_until = self.held.expires_at, self.held.undo_until
        self.touched = False

    def teardown(self) -> None:
        """Close the house."""
        self.stores.close()
        self.runner.close()
        self.folder.cleanup()

    @rule(minutes=st.sampled_from([1, 9, 60 * 24 * 4]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.stores.clock.move(timedelta(minutes=minutes))

    @rule()
    def sweep(self) -> None:
        """The sweep comes by."""
        over = self.state is OPEN and self.expires_at <= self.stores.clock.now()
        closed = self.runner.run(self.stores.drafts.expire())

        assert int(over) == closed
        self.state = DraftState.EXPIRED if over else self.state

    @rule(saw=st.sampled_from([0, 0, 0, 1]), times=st.integers(1, 3))
    def save(self, saw: int, times: int) -> None:
        """Save, as seen now or one revision ago, once or repeated in the same turn."""
        if self.press("save", saw, times, allowed=self.is_open()):
            self.state, self.undo_until, self.touched = SAVED, self.stores.clock.now() + timedelta(minutes=10), False

    @rule(saw=st.sampled_from([0, 0, 0, 1]), amount=st.integers(1, 9))
    def edit(self, saw: int, amount: int) -> None:
        """Edit the amount."""
        if self.press("edit", saw, 2, allowed=self.is_open(), fields={"amount": amount}):
            self.revision, self.amount = self.revision + 1, amount

    @rule(saw=st.sampled_from([0, 1]))
    def discard(self, saw: int) -> None:
        """Put it away."""
        if self.press("discard", saw, 1, allowed=self.is_open()):
            self.state = DraftState.DISCARDED

    @rule(times=st.integers(1, 2))
    def undo(self, times: int) -> None:
        """Take back the save."""
        in_time = self.undo_until is not None and self.stores.clock.now() < self.undo_until
        if self.press("undo", 0, times, allowed=self.state is SAVED and in_time and not self.touched):
            self.state, self.undo_until = DraftState.UNDONE, None

    @rule()
    def somebody_else_writes(self) -> None:
        """The saved record moves on."""
        held = self.runner.run(self.stores.held(self.held.id))
        if self.state is SAVED and held.record_id:
            put = self.stores.records.put("opportunity", {"stage": "won"}, cause=Cause("system"), record_id=held.record_id)
            self.runner.run(put)
            self.touched = True

    @invariant()
    def the_draft_is_as_the_model_says(self) -> None:
        """State, revision, fields and times."""
        held = self.runner.run(self.stores.held(self.held.id))

        assert (self.state, self.revision, self.amount, self.undo_until) == (
            held.state,
            held.revision,
            held.fields["amount"],
            held.undo_until,
        )

    @invariant()
    def the_list_shows_one_record_while_saved(self) -> None:
        """Never two, and none before the save or after the undo."""
        records = self.runner.run(self.stores.records.page("opportunity")).items

        assert [self.amount] * (self.state is SAVED) == [record.fields["amount"] for record in records]

    def is_open(self) -> bool:
        """Whether it can be decided on."""
        return self.state is OPEN and self.stores.clock.now() < self.expires_at

    def press(self, action: str, saw: int, times: int, *, allowed: bool, fields: dict[str, object] | None = None) -> bool:
        """Press, and again in the same turn; says whether it acted. It must act exactly when `allowed` and seen as it is."""
        turn_id, seen = self.stores.turn(), self.revision - saw
        rest: tuple[Any, ...] = (fields,) if fields else ()
        results = []
        for _ in range(times):
            try:
                results.append(self.runner.run(getattr(self.stores.drafts, action)(self.held.id, seen, LIN, *rest, turn_id=turn_id)))
            except Stale:
                results.append(None)
        acts = allowed and saw == 0

        assert [acts] * times == [result is not None for result in results]
        assert all(result == results[0] for result in results)
        return acts


TestPresses = Presses.TestCase
TestPresses.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
