"""What is a speaker's own, as skills are handed it: their open drafts, the reviews that concern them. Narrowed here, to be read alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ids import UserId
from bot.domain.records import HeldDraft
from bot.domain.review import HeldReview, Watched
from bot.ports import Clock, Drafts, Reviews, Users


@dataclass(frozen=True)
class OwnOpenDrafts:
    """The port `OwnDrafts`."""

    drafts: Drafts
    user_id: UserId

    async def newest(self, entity: str) -> HeldDraft | None:
        """The newest open one of a kind."""
        return next((one for one in await self.drafts.open_of(self.user_id) if one.entity == entity), None)


@dataclass(frozen=True)
class OwnWatchedReviews:
    """The port `OwnReviews`."""

    reviews: Reviews
    drafts: Drafts
    users: Users
    clock: Clock
    user_id: UserId

    async def sent(self) -> Sequence[Watched]:
        """What they sent to be reviewed, newest first."""
        return await self._watched(await self.reviews.of_author(self.user_id))

    async def to_decide(self) -> Sequence[Watched]:
        """What waits for them, the one that is due first in front."""
        return await self._watched(await self.reviews.waiting_for(self.user_id))

    async def _watched(self, reviews: Sequence[HeldReview]) -> Sequence[Watched]:
        names = {one.id: one.name for one in await self.users.everyone()} if reviews else {}
        now, found = self.clock.now(), []
        for one in reviews:
            if held := await self.drafts.draft(one.draft_id):
                who = [seat_of for seat in one.open_seats for seat_of in seat.eligible if one.may_decide(seat_of, now)]
                found.append(Watched(one, held.entity, held.fields, tuple(dict.fromkeys(names[each] for each in who if each in names))))
        return found
