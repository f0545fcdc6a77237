"""Every state, reason, post and moment of a review has its words on the page, in both languages."""

import pytest

from bot.domain.policy import Reason
from bot.domain.review import Post, RejectReason, ReviewState
from bot.domain.talk import Lang
from bot.reviewing import TABS
from bot.turns.wishes import Verb
from bot.web.shell import HERE
from bot.words import TomlWords, read_sentences

WORDS = TomlWords(read_sentences(HERE / "strings.toml"))
UNPRESSED = {Verb.SHOW, Verb.REVISE}
"""What no form of the page does."""
MOMENTS = ("opened", "approved", "nudged", "stand_in", "due", "escalates", "expires", "expired", "rejected", "withdrawn")
KEYS = (
    *(f"state_{one}" for one in ReviewState), *(f"gate_{one}" for one in Reason), *(f"reject_{one}" for one in RejectReason),
    *(f"post_{one}" for one in Post), *(f"reviews_{one}" for one in TABS), *(f"reviews_none_{one}" for one in TABS),
    *(f"{kind}_{one}" for one in Verb if one not in UNPRESSED for kind in ("act", "done")),
    *(f"time_{one}" for one in MOMENTS),
)  # fmt: skip


@pytest.mark.parametrize("lang", Lang)
def test_what_the_page_may_have_to_say_it_can_say(lang: Lang) -> None:
    """A new state or reason without a sentence is found here and not by a reviewer."""
    silent = [key for key in KEYS if not WORDS.say(key, lang)]

    assert [] == silent
