"""How far a step of a turn has come, where that is known. Standard library only."""

from typing import Self


class Partway(str):
    """A step by its name, of which `share` (0 to 1) is done and about `left_s` seconds are to go. Equal to the name alone."""

    __slots__ = ("left_s", "share")
    share: float
    left_s: float

    def __new__(cls, step: str, share: float, left_s: float) -> Self:
        """The step, so far."""
        one = super().__new__(cls, step)
        one.share, one.left_s = share, left_s
        return one

    @property
    def percent(self) -> int:
        """Done, in whole percents, rounded down."""
        return int(self.share * 100)

    @property
    def left_min(self) -> int:
        """Minutes to go, at least one."""
        return max(1, round(self.left_s / 60))
