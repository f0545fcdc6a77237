"""What people read about a review: the card of who reviews, the word to its author, how it stands. Decides and sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.changes import replaced
from bot.domain.drafted import entity_label, grounds_for, rows_of, told_rows
from bot.domain.evidence import Evidence
from bot.domain.figures import Left
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.people import Speaker
from bot.domain.records import HeldDraft
from bot.domain.review import UNDECIDED, HeldReview, RejectReason, ReviewState, Said
from bot.domain.talk import Lang
from bot.ports import Words
from bot.turns.gated import LETTER, QUOTE, called, why_gated
from bot.turns.review_actions import action_of
from bot.turns.wishes import Verb

GROUNDS = 3
MOST_CHANGES, LONGEST_CHANGE = 3, 24
COUNTERED = frozenset({QUOTE})
"""What has terms that a reviewer can offer to change."""


@dataclass(frozen=True)
class Case:
    """A review with its draft as it stands, and what people are called. names: user id -> name."""

    review: HeldReview
    draft: HeldDraft
    names: Mapping[str, str]

    @property
    def author(self) -> str:
        """The author's name."""
        return self.names.get(self.review.author, "")


@dataclass(frozen=True)
class Cards:
    """Words all of it."""

    words: Words

    def to_review(self, case: Case, reader: Speaker, lang: Lang, key: str = "review_card", margin: Left | None = None) -> Answer:
        """The card of a reviewer: what would leave, to whom, why it waits, up to three grounds that they may see.

        key: its first line. margin: what a quote leaves, where this reader may see it.
        """
        review = case.review
        lines = [self.words.say(key, lang, author=case.author, what=self.what(case, lang)), "", *self.content(case.draft, lang)]
        if margin:
            told = {"before": f"{margin.before:g}", "after": f"{margin.after:g}", "floor": f"{margin.floor:g}"}
            lines.append(self.words.say("review_margin_short" if margin.short else "review_margin", lang, **told))
        if review.talk:
            lines += ["", *(self._said(one, case, lang) for one in review.talk)]
        why = why_gated(review.gate, case.draft.entity, self.words, lang)
        if why:
            lines += ["", self.words.say("review_why", lang, why=self.words.say("list_comma", lang).join(why))]
        verbs = (Verb.APPROVE, Verb.EDIT, Verb.ASK, Verb.REJECT, *((Verb.COUNTER,) if case.draft.entity in COUNTERED else ()))
        return Answer("\n".join(lines), self.grounds(case.draft, reader), self.buttons(review, lang, *verbs))

    def grounds(self, draft: HeldDraft, reader: Speaker) -> tuple[Evidence, ...]:
        """Up to three grounds that the reader may see, each once."""
        return grounds_for(draft, reader)[:GROUNDS]

    def what(self, case: Case, lang: Lang) -> str:
        """The thing in a few words: an executive note · Acme · Ms Lee."""
        fields = case.draft.fields
        named = (fields.get("account_name"), fields.get("addressee") or fields.get("contact_name") or fields.get("number"))
        return " · ".join(str(one) for one in (called(case.review.gate, case.draft.entity, self.words, lang, "one"), *named) if one)

    def short(self, case: Case) -> str:
        """The thing on a button, beside others of the same account: whom a letter goes to, a quote by its account and discount."""
        fields = case.draft.fields
        account, named = fields.get("account_name"), fields.get("addressee") or fields.get("contact_name")
        off = f"{account or fields.get('number') or case.author} -{fields['discount']}%" if fields.get("discount") else None
        return str(off or named or account or fields.get("number") or case.author)

    def content(self, draft: HeldDraft, lang: Lang) -> list[str]:
        """What would leave, whole."""
        if draft.entity == LETTER:
            subject, body = str(draft.fields.get("subject") or "").strip(), str(draft.fields.get("body") or "").strip()
            return [*([self.words.say("review_subject", lang, subject=subject)] if subject else []), body]
        rows = told_rows(Draft("", draft.entity, draft.fields, draft.evidence), lang)
        told = (self.words.say("form_row", lang, name=row.name, value=row.value.strip()) for row in rows)
        return [entity_label(draft.entity, lang), *told]

    def submitted(self, case: Case, wait: str, lang: Lang) -> Answer:
        """To the author: it is with them. wait: how long that takes as a rule, "" where nobody knows."""
        who = self.waiting_for(case, lang)
        text = self.words.say("review_submitted_wait" if wait else "review_submitted", lang, who=who, wait=wait)
        return Answer(text, buttons=self.buttons(case.review, lang, Verb.NUDGE, Verb.WITHDRAW))

    def due(self, case: Case, until: str, lang: Lang) -> Answer:
        """To the author: it is with them, and until when they answer."""
        text = self.words.say("review_submitted_until", lang, who=self.waiting_for(case, lang), until=until)
        return Answer(text, buttons=self.buttons(case.review, lang, Verb.NUDGE, Verb.WITHDRAW))

    def decided(self, case: Case, by: str, lang: Lang) -> Answer:
        """To whoever just decided."""
        key = f"review_done_{case.review.state}"
        return Answer(self.words.say(key, lang, author=case.author, by=by, who=self.waiting_for(case, lang)))

    def stands(self, case: Case, lang: Lang) -> Answer:
        """How it stands now, to anybody of it who cannot decide."""
        review = case.review
        by = case.names.get(review.decided_by or "", "")
        text = self.words.say(f"review_is_{review.state}", lang, what=self.what(case, lang), who=self.waiting_for(case, lang), by=by)
        return Answer(text)

    def to_author(self, case: Case, lang: Lang, by: str = "") -> Answer:
        """To the author, when it moved: a question, other terms, a rejection, an end. Approvals of letters are told by their release.

        by: who moved it, "" where that is not known any more.
        """
        review = case.review
        match review.state:
            case ReviewState.ASKED:
                return self._asked(case, lang)
            case ReviewState.COUNTERED:
                who, terms = by or self.words.say("post_reviewer", lang), self.terms(case, lang)
                text = self.words.say("review_countered", lang, by=who, terms=terms, what=self.what(case, lang))
                return Answer(text, buttons=self.buttons(review, lang, Verb.ACCEPT, Verb.WITHDRAW))
            case ReviewState.REJECTED:
                text = self._rejected(case, lang)
                return Answer(text, buttons=self.buttons(review, lang, Verb.REVISE))
            case ReviewState.EXPIRED:
                return Answer(self.words.say("review_expired_told", lang, what=self.what(case, lang)),
                              buttons=self.buttons(review, lang, Verb.REVISE))
            case ReviewState.WAITING | ReviewState.APPROVED | ReviewState.WITHDRAWN:
                return self.stands(case, lang)

    def terms(self, case: Case, lang: Lang) -> str:
        """The terms that were offered, in words."""
        rows = rows_of(Draft("", case.draft.entity, case.review.counter), lang)
        return self.words.say("list_comma", lang).join(f"{one.name} {one.value}" for one in rows)

    def buttons(self, review: HeldReview, lang: Lang, *verbs: Verb) -> tuple[Button, ...]:
        """Buttons about this review, as it stands."""
        return tuple(Button(self.words.say(f"button_review_{verb}", lang), action_of(review.ref, verb)) for verb in verbs)

    def reasons(self, review: HeldReview, lang: Lang) -> Answer:
        """Which reason? A press is enough; a note can be typed instead."""
        buttons = tuple(
            Button(self.words.say(f"button_reason_{one}", lang), action_of(review.ref, Verb.REJECT, one)) for one in RejectReason
        )
        return Answer(self.words.say("review_which_reason", lang), buttons=buttons, found=False)

    def waiting_for(self, case: Case, lang: Lang) -> str:
        """Those who can decide now by name, as many as one reads; the post where there are more."""
        named = []
        for seat in case.review.open_seats if case.review.state in UNDECIDED else ():
            people = [case.names[one] for one in seat.eligible if one in case.names]
            named.append(people[0] if len(people) == 1 else self.words.say(f"post_{seat.post}", lang))
        return self.words.say("list_comma", lang).join(dict.fromkeys(named))

    def changed(self, before: HeldDraft | None, after: HeldDraft, lang: Lang) -> str:
        """What a reviewer changed, in words: “A” is now “B”; "" for nothing."""
        if before is None or before.fields == after.fields:
            return ""
        if after.entity != LETTER:
            names = [name for name, value in after.fields.items() if before.fields.get(name) != value]
            rows = rows_of(Draft("", after.entity, {name: after.fields[name] for name in names}), lang)
            return self.words.say("list_comma", lang).join(f"{one.name} {one.value}" for one in rows)
        pairs = [
            pair for name in ("subject", "body")
            for pair in replaced(str(before.fields.get(name) or ""), str(after.fields.get(name) or ""))
        ]  # fmt: skip
        if not pairs:
            return ""
        if len(pairs) > MOST_CHANGES or any(len(one) > LONGEST_CHANGE for pair in pairs for one in pair):
            return self.words.say("review_changed_places", lang, count=len(pairs))
        told = (self.words.say(_key(old, new), lang, old=old, new=new) for old, new in pairs)
        return self.words.say("list_comma", lang).join(told)

    def _asked(self, case: Case, lang: Lang) -> Answer:
        last = case.review.talk[-1] if case.review.talk else None
        by, text = (case.names.get(last.by, ""), last.text or "") if last else ("", "")
        told = self.words.say("review_asked", lang, by=by, question=text, what=self.what(case, lang))
        return Answer(told, buttons=self.buttons(case.review, lang, Verb.WITHDRAW))

    def _rejected(self, case: Case, lang: Lang) -> str:
        review = case.review
        reason = self.words.say(f"button_reason_{review.reason or RejectReason.OTHER}", lang)
        note = self.words.say("told", lang, what=reason, words=review.note) if review.note else reason
        by = case.names.get(review.decided_by or "", "")
        return self.words.say("review_rejected", lang, by=by, note=note, what=self.what(case, lang))

    def _said(self, one: Said, case: Case, lang: Lang) -> str:
        return self.words.say("told", lang, what=case.names.get(one.by, ""), words=one.text or self.words.say("form_gone", lang))


def _key(old: str, new: str) -> str:
    return "review_changed" if old and new else "review_added" if new else "review_removed"
