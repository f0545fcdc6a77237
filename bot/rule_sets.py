"""The sets of rules over sections of config.toml, and what the parts of the house ask of them. Knows which sections there are."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.config import Config, with_sections
from bot.domain.approval import ReviewRules
from bot.domain.offering import SkillRules
from bot.domain.people import Role
from bot.domain.permissions import LivePolicy, Permissions, Rights
from bot.domain.review import Post
from bot.rulebook import RuleSet, Sets
from bot.table_text import plain, toml_of
from bot.tables import bad
from bot.workdays import Calendars

T = TypeVar("T")
FILE = "config.toml"


@dataclass(frozen=True)
class Ruled:
    """What parts of the house ask, each at the moment it is needed."""

    review: Callable[[], ReviewRules]
    policy: LivePolicy
    skills: Callable[[], SkillRules]


def ruled(book: Sets, config: Config, skills: Collection[str]) -> Ruled:
    """Add the sets to `book`. skills: the names of those there are.  Raises: BadConfig where the config itself does not hold."""
    return Ruled(
        book.hold(review_set(config)), LivePolicy(book.hold(permission_set(config))), book.hold(skill_set(config, skills)),
    )  # fmt: skip


def skill_set(config: Config, skills: Collection[str]) -> RuleSet[SkillRules]:
    """`[skills]`: what which team goes without."""

    def check(changed: Config, file: str) -> None:
        for key, value, wanted in changed.skills.faults(skills):
            raise bad(file, f"skills.{key}", value, wanted)

    return section_set("skills", config, "skills", lambda one: one.skills, check=check)


def permission_set(config: Config) -> RuleSet[Permissions]:
    """`[permissions]`: who may see and change what. What an admin may is the file's to say, so that nobody shuts the last one out."""

    def check(changed: Config, file: str) -> None:
        if _in_order(changed.permissions.admin) != _in_order(config.permissions.admin):
            raise bad(file, "permissions.admin", "…", toml_of(_in_order(config.permissions.admin)).strip().replace("\n", "; "))

    def table(policy: Permissions) -> Mapping[str, object]:
        return {role.value: _in_order(policy.roles[role]) for role in Role}

    return section_set("permissions", config, "permissions", Config.policy, check=check, table=table, gated=True)


def review_set(config: Config) -> RuleSet[ReviewRules]:
    """`[review]`: who agrees to what, and by when."""

    def check(changed: Config, _: str) -> None:
        Calendars(changed.review, changed.schedule.countries).of("")  # raises where nobody knows a country's days

    def table(rules: ReviewRules) -> object:
        """Posts of a row decide side by side: in whichever order they were written, they are the same."""
        rows = tuple(replace(row, posts=tuple(post for post in Post if post in row.posts)) for row in rules.quotes)
        return plain(replace(rules, quotes=rows))

    return section_set("review", config, "review", lambda one: one.review, check=check, table=table, gated=True)


def _in_order(rights: Rights) -> Mapping[str, object]:
    """A role's rights, so that the same ones are the same text."""
    reads, writes = (dict(sorted(plain(reaches).items())) for reaches in (rights.reads, rights.writes))
    return {"hidden": sorted(rights.hidden), "reads": reads, "writes": writes}


def section_set(
    name: str, config: Config, section: str, of: Callable[[Config], T], *, check: Callable[[Config, str], None] | None = None,
    table: Callable[[T], object] = plain, gated: bool = False, at_start: bool = False,
) -> RuleSet[T]:
    """A set that is one section of the config.

    of: what it is to those who ask. table: the section again. check: what the whole config does not check, here too; raises BadConfig.
    The name of the set stands in place of a file where something does not fit.
    """
    file = f"rules/{name}"
    if check:
        check(config, FILE)

    def read(text: str) -> T:
        changed = with_sections(config, text, (section,), file)
        if check:
            check(changed, file)
        return of(changed)

    def write(value: T) -> str:
        return toml_of({section: table(value)})

    return RuleSet(name, of(config), read, write, gated, at_start)
