"""Which buttons go with an outcome, numbered alike for who draws them and who hears them pressed. Knows no label but those of skills."""

import re

from bot.domain.outcome import Button, Draft, Outcome
from bot.domain.review import ReviewRef

DECIDING = ("save", "edit", "discard")
"""What a draft waits for: a person saves it, changes it, or puts it away."""
WHY, ALL, UP, DOWN = "why", "all", "up", "down"
STANDING = (WHY, ALL, UP, DOWN)
"""What may be asked of every outcome: its story; its fields in full, where it is a draft; that it helped, or did not."""


REVIEW = re.compile(r"review:(?P<id>[\w-]{1,64}):(?P<version>\d{1,9}):(?P<verb>[a-z]+)(?::(?P<reason>[a-z]+))?")
"""The action of a button about a review: which, as it stood, what to do about it, and of a rejection why."""


def review_action(ref: ReviewRef, verb: str, reason: str = "") -> str:
    """What a button about a review carries."""
    return ":".join(("review", ref.id, str(ref.version), verb, *((reason,) if reason else ())))


def offered(outcome: Outcome) -> tuple[Button, ...]:
    """Every button that a message with this outcome may carry: a button on the wire names one by its place here.

    The outcome's own come first, in its order; then `DECIDING` for a draft that brings none of them; then `STANDING`. Those that were not
    brought by the outcome have no label: whoever draws them words it. Not all of them are drawn everywhere.
    """
    own = outcome.buttons
    brought = {one.action for one in own}
    deciding = DECIDING if isinstance(outcome, Draft) and not brought & set(DECIDING) else ()
    return (*own, *(Button("", action) for action in (*deciding, *STANDING)))


def place_of(outcome: Outcome, action: str) -> int:
    """Where among `offered` the first button with this action stands.  Raises: ValueError when there is none."""
    return [one.action for one in offered(outcome)].index(action)
