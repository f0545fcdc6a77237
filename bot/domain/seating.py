"""Who may take which seat of a review: by post, team and leave. Knows people as they are handed in; knows no store and no time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.ids import UserId
from bot.domain.people import Role
from bot.domain.review import Post, SeatPlan

ROLE_OF = {Post.MANAGER: Role.MANAGER, Post.REVIEWER: Role.REVIEWER, Post.LEGAL: Role.LEGAL}
STANDING_IN = frozenset({Role.MANAGER, Role.REVIEWER})
"""Who may step in for another post: legal questions come to legal alone, others go round."""
SITTING = frozenset({*ROLE_OF.values(), Role.ADMIN})
"""Roles that take seats without being named as a stand-in."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who may see what the review is about, and is not its author."""

    user_id: UserId
    role: Role
    team: str


@dataclass(frozen=True, slots=True)
class Places:
    """Who may take a seat at once, and who may as well when nobody did for a while."""

    eligible: tuple[UserId, ...]
    stand_ins: tuple[UserId, ...]


@dataclass(frozen=True)
class Bench:
    """All who may sit in one review. team: the author's. away: who is on leave -> their named stand-in, if they named one."""

    sitters: Sequence[Sitter]
    team: str
    away: Mapping[UserId, UserId | None]

    def places(self, plans: Sequence[SeatPlan]) -> tuple[Places, ...] | None:
        """Places for each seat, so that no two need the same person; None when there are not enough people.

        Holders of the post in the author's team; where all of them are away or none is, holders anywhere; then other posts; then admins.
        """
        levels = [self._levels(one.post) for one in plans]
        depth = [next((at for at, level in enumerate(each) if level), len(each)) for each in levels]
        while True:
            wanted = [_flat(each[: deep + 1]) for each, deep in zip(levels, depth, strict=True)]
            short = unseated(wanted)
            if short is None:
                return tuple(Places(who, self._stand_ins(each, who)) for each, who in zip(levels, wanted, strict=True))
            deeper = [at for at in short if depth[at] < len(levels[at]) - 1]
            if not deeper:
                return None
            depth[deeper[0]] += 1

    def step_up(self, eligible: Collection[UserId]) -> tuple[UserId, ...]:
        """Who joins when nobody answered: reviewers, once those are among them admins."""
        for role in (Role.REVIEWER, Role.ADMIN):
            joining = [one for one in self._here([each for each in self.sitters if each.role is role]) if one not in eligible]
            if joining:
                return tuple(joining)
        return ()

    def _levels(self, post: Post) -> tuple[tuple[UserId, ...], ...]:
        role = ROLE_OF[post]
        holders = [one for one in self.sitters if one.role is role]
        others = [one for one in self.sitters if one.role in ROLE_OF.values() and one.role is not role]
        groups = (
            [one for one in holders if one.team == self.team], holders, [one for one in others if one.team == self.team], others,
            [one for one in self.sitters if one.role is Role.ADMIN],
        )  # fmt: skip
        return tuple(self._here(group) for group in groups)

    def _here(self, group: Iterable[Sitter]) -> tuple[UserId, ...]:
        """Those of a group who are here, and who stands in for those who are not."""
        known = {one.user_id for one in self.sitters}
        named = [self.away.get(one.user_id, one.user_id) for one in group]
        return tuple(dict.fromkeys(one for one in named if one is not None and one in known and one not in self.away))

    def _stand_ins(self, levels: Sequence[tuple[UserId, ...]], eligible: Collection[UserId]) -> tuple[UserId, ...]:
        roles = {one.user_id: one.role for one in self.sitters}
        post_elsewhere, round_about, admins = levels[1], [one for one in levels[3] if roles.get(one) in STANDING_IN], levels[4]
        found = [one for one in dict.fromkeys((*post_elsewhere, *round_about)) if one not in eligible]
        return tuple(found or [one for one in admins if one not in eligible])


def unseated(wanted: Sequence[Collection[UserId]]) -> list[int] | None:
    """Seats that cannot all be filled by different people; None when every one can.

    Source: augmenting paths, H. W. Kuhn, The Hungarian method for the assignment problem (1955). The seats named are those that the
    search for the last one went through, so that more people for any of them help.
    """
    sits: dict[UserId, int] = {}

    def place(seat: int, tried: set[UserId], through: list[int]) -> bool:
        through.append(seat)
        for who in wanted[seat]:
            if who in tried:
                continue
            tried.add(who)
            if who not in sits or place(sits[who], tried, through):
                sits[who] = seat
                return True
        return False

    for seat in range(len(wanted)):
        through: list[int] = []
        if not place(seat, set(), through):
            return through
    return None


def _flat(levels: Iterable[tuple[UserId, ...]]) -> tuple[UserId, ...]:
    return tuple(dict.fromkeys(one for level in levels for one in level))
