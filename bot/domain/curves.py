"""A picture of two figures against each other, both between 0 and 1: a ROC curve, a calibration. Knows no canvas and no model."""

from dataclasses import dataclass

MOST_COURSES = 3


@dataclass(frozen=True, slots=True)
class Course:
    """A line through `points`, each (across, up) from 0 to 1, forward. dotted: its points are shown, for there are few."""

    name: str
    points: tuple[tuple[float, float], ...]
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Curves:
    """Courses over one square. across, up: what the axes mean. even: what the diagonal means. note: how it is read.

    Raises: ValueError for no course or more than `MOST_COURSES`, or a point outside of the square.
    """

    title: str
    across: str
    up: str
    even: str
    courses: tuple[Course, ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody can draw."""
        inside = all(0 <= part <= 1 for one in self.courses for point in one.points for part in point)
        if not 1 <= len(self.courses) <= MOST_COURSES or not inside:
            message = f"not curves: {len(self.courses)} courses"
            raise ValueError(message)
