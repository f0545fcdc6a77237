"""What buttons and typed words about reviews mean."""

import pytest

from bot.domain.ids import RecordId, ReviewId
from bot.domain.review import RejectReason, ReviewRef
from bot.turns.review_actions import AUTHORS, REVIEWERS, SAID_SENT, action_of, reason_in, sent_action, terms_in, typed_verb, wish_in
from bot.turns.wishes import Consider, Sent, Verb

REF = ReviewRef(ReviewId("0190-ab"), 3)


@pytest.mark.parametrize("verb", Verb)
def test_button_means_what_it_was_made_for(verb: Verb) -> None:
    """Whichever verb it is of."""
    assert Consider(REF, verb) == wish_in(action_of(REF, verb))


def test_button_of_a_rejection_carries_its_reason() -> None:
    """One press sends it back."""
    assert Consider(REF, Verb.REJECT, reason=RejectReason.TONE) == wish_in(action_of(REF, Verb.REJECT, RejectReason.TONE))


def test_button_of_a_letter_says_that_it_was_sent() -> None:
    """And which."""
    assert Sent(RecordId("r")) == wish_in(sent_action(RecordId("r")))


@pytest.mark.parametrize(
    "action", ["", "say", "review:x:1", "review:x:one:approve", "review:x:1:own", "review:x:1:reject:mood", "letter::sent", "letter:x:read"]
)
def test_other_buttons_mean_nothing_here(action: str) -> None:
    """Nor do ones that somebody made up."""
    assert wish_in(action) is None


@pytest.mark.parametrize(
    "text, told",
    [
        ("通过", (Verb.APPROVE, "")), ("Approved", (Verb.APPROVE, "")), ("退回 太随意了", (Verb.REJECT, "太随意了")),
        ("退回", (Verb.REJECT, "")), ("reject: too casual", (Verb.REJECT, "too casual")), ("问 28号呢?", (Verb.ASK, "28号呢?")),
        ("ask why the 28th?", (Verb.ASK, "why the 28th?")), ("改 李董好", (Verb.EDIT, "李董好")),
        ("change to Dear Ms Lee", (Verb.EDIT, "Dear Ms Lee")), ("12%可以,15%不行", (Verb.COUNTER, "12%可以,15%不行")),
        ("问题不大", None), ("改进一下吧", None), ("通过率多少", None), ("what did they ask", None), ("editing", None), ("15%不行", None),
    ],
)  # fmt: skip
def test_reviewer_types_what_they_would_press(text: str, told: tuple[Verb, str] | None) -> None:
    """And words that only begin alike are just words."""
    assert told == typed_verb(text, REVIEWERS)


@pytest.mark.parametrize(
    "text, told",
    [
        ("催一下", (Verb.NUDGE, "")), ("nudge", (Verb.NUDGE, "")), ("回复 可以", (Verb.REPLY, "可以")), ("接受", (Verb.ACCEPT, "")),
        ("撤回送审", (Verb.WITHDRAW, "")), ("撤回", None), ("回复率", None),
    ],
)  # fmt: skip
def test_author_types_what_they_would_press(text: str, told: tuple[Verb, str] | None) -> None:
    """Taking back a save is another thing."""
    assert told == typed_verb(text, AUTHORS)


def test_terms_are_about_what_the_draft_has() -> None:
    """The figure that would do, not the one that would not."""
    terms = {"discount": 20, "payment_days": 60}

    assert {"discount": 12} == terms_in("12%可以,15%不行", terms)
    assert {"payment_days": 45} == terms_in("45天可以", terms)
    assert {"discount": 12.5} == terms_in("12.5% is ok, 15% isn't", terms)
    assert {} == terms_in("12%可以", {"body": "x"})


@pytest.mark.parametrize(
    "note, reason",
    [
        ("太随意了", RejectReason.TONE), ("数字没依据", RejectReason.FACTS), ("现在先别发", RejectReason.TIMING),
        ("折扣太高", RejectReason.TERMS), ("不太好", RejectReason.OTHER),
    ],
)  # fmt: skip
def test_note_tells_its_reason(note: str, reason: RejectReason) -> None:
    """Counted for the managers."""
    assert reason is reason_in(note)


def test_only_the_whole_sentence_says_that_it_was_sent() -> None:
    """A question about it says nothing of the kind."""
    assert [True, True, False, False] == [bool(SAID_SENT.fullmatch(text)) for text in ("我发了", "I've sent it", "我发了吗", "发给谁了")]
