"""Making up: what was decided and not told, because the house died in between, is told a little later. Decides nothing, keeps nothing.

A chat carries a turn out again; a page does not, and neither does the clock. So whatever was done is told once more, a minute on and after
a start: every word has its key, and what was said is not said twice.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.ids import DraftId
from bot.domain.people import speaker_of
from bot.domain.review import Moved, ReviewState
from bot.domain.talk import Lang
from bot.errors import TellUser, Upstream
from bot.ports import Clock, Reviews, Users
from bot.turns.notices import Notices
from bot.turns.wishes import Verb

log = logging.getLogger(__name__)

A_WHILE = timedelta(minutes=1)
"""What was done more lately is being told by whoever did it."""
FAR_BACK = timedelta(days=3)
"""So long a house may have been down; what is older is found on the page of reviews."""
OF_ITSELF = frozenset({"", "submit"})
"""What is told by how a review stands, whoever brought it there."""
ENDED = frozenset({ReviewState.WITHDRAWN, ReviewState.EXPIRED})


@dataclass
class MakingUp:
    """told_until: everything before that was told. Letters that were approved are the business of the sweep that releases them."""

    reviews: Reviews
    users: Users
    notices: Notices
    clock: Clock
    told_until: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Release nothing."""
        self.notices = replace(self.notices, released=_sweep_does)

    async def make_up(self) -> int:
        """Tell what was done since the last look; says of how many reviews. Where somebody's chat is away, all is looked at again."""
        until = self.clock.now() - A_WHILE
        found = await self.reviews.moved(self.told_until or until - FAR_BACK, until)
        whole = True
        for one in found:
            try:
                await self._tell(one)
            except Upstream:
                whole = False
            except TellUser as stop:  # its draft is gone, and so is everything there was to tell
                log.warning("review_untold", extra={"review": one.review.id, "why": stop.key})
        self.told_until = until if whole else self.told_until
        return len(found)

    async def _tell(self, moved: Moved) -> None:
        user = await self.users.by_id(moved.by) if moved.by else None
        if user is None or moved.action in OF_ITSELF or moved.review.state in ENDED:
            await self.notices.told_by_clock(moved.review)
        else:
            await self.notices.tell(moved.review, Verb(moved.action), speaker_of(user), Lang.ZH)


async def _sweep_does(_draft_id: DraftId) -> bool:
    return False
