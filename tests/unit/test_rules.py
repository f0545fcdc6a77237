"""The digests by which a change of rules is noticed."""

import subprocess
import sys
from dataclasses import replace

from bot.config import Permissions
from bot.domain.approval import ReviewRules
from bot.rules import digests

SAY = """
from bot.config import Permissions
from bot.domain.approval import ReviewRules
from bot.rules import digests
print(digests(review=ReviewRules(), permissions=Permissions(), sets={"a", "b", "c"}))
"""


def test_the_same_rules_have_the_same_digests_in_every_process() -> None:
    """Sets have another order in each."""
    said = {subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True).stdout for _ in range(3)}

    assert 1 == len(said)


def test_a_changed_rule_has_another_digest() -> None:
    """And the others keep theirs."""
    before = digests(review=ReviewRules(), permissions=Permissions())

    after = digests(review=replace(ReviewRules(), due_min=1), permissions=Permissions())

    assert (True, before["permissions"]) == (before["review"] != after["review"], after["permissions"])


def test_what_a_role_may_do_is_in_the_digest() -> None:
    """One right of one role."""
    shipped = Permissions()

    assert digests(permissions=shipped) != digests(permissions=replace(shipped, rep=shipped.admin))
