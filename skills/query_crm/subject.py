"""Which entity a question is about, by the weight of all its words. Knows words; knows no query."""

from collections import Counter
from collections.abc import Iterator

from bot.domain.found import Name
from skills.query_crm.lexicon import Sense
from skills.query_crm.naming import Guess, Shape
from skills.query_crm.tokens import Cut, Token

DATE_WEIGHT = 2.0
FIELD_WEIGHT = 0.8
STATES = {
    "unpaid": {"invoice": 1.6}, "paid": {"invoice": 1.2}, "overdue": {"invoice": 0.9, "opportunity": 0.5}, "late": {"order": 1.6},
    "unshipped": {"order": 2.0}, "undelivered": {"order": 2.0}, "shipped": {"order": 1.0}, "delivered": {"order": 1.0},
    "stuck": {"opportunity": 1.5}, "open": {"opportunity": 0.3, "ticket": 0.2},
}  # fmt: skip
"""How strongly a state says which records are meant."""
HINTS = {"pipeline": "opportunity", "order_hint": "opportunity"}
PERSON_WEIGHT = 0.6
ASKS_FOR_A_PERSON = 1.2
ONLY_A_PERSON = 3.0
NAMED_WEIGHT = 0.5
PREFERRED = ("opportunity", "account", "invoice", "order", "ticket", "touchpoint", "contact", "quote", "contract", "nps", "task", "product")


def subject(cut: Cut) -> tuple[str, float] | None:
    """The entity, and how clearly it stands before the next (0 to 1); None when nothing says."""
    scores = Counter[str]()
    for token in cut.tokens:
        best: dict[str, float] = {}
        for entity, weight in _votes(token):
            best[entity] = max(weight, best.get(entity, 0.0))
        for entity, weight in best.items():
            scores[entity] += weight  # type: ignore[assignment] # a Counter of weights
    _people(cut, scores)
    ranked = sorted(((scores[entity], entity) for entity in PREFERRED if scores[entity] > 0), key=lambda one: -one[0])
    if not ranked:
        return None
    (best_score, entity), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
    return entity, min(1.0, (best_score - second) / max(best_score, 1.0) + min(best_score, 3.0) / 6)


def _votes(token: Token) -> Iterator[tuple[str, float]]:
    for sense in token.senses:
        match sense.kind:
            case "noun":
                yield HINTS.get(sense.entity, sense.entity), sense.weight
            case "value":
                yield sense.entity, sense.weight
            case "date":
                yield sense.entity, DATE_WEIGHT / _shared(token.senses, "date")
            case "field" if sense.entity != "any":
                yield sense.entity, FIELD_WEIGHT / _shared(token.senses, "field")
            case "state":
                yield from STATES.get(sense.value, {}).items()
            case _:
                pass


def _shared(senses: tuple[Sense, ...], kind: str) -> int:
    return len({sense.entity for sense in senses if sense.kind == kind and sense.entity != "any"})


def _people(cut: Cut, scores: "Counter[str]") -> None:
    """A person's name beside e-mail or phone, or with nothing else to ask about, is a contact."""
    named = any(isinstance(token.found, Guess) and token.found.shape in {Shape.PERSON, Shape.NAME} for token in cut.tokens)
    person = any(isinstance(token.found, Guess) and token.found.shape is Shape.PERSON for token in cut.tokens)
    asked = any(token.sense("field", entity="contact") and not token.sense("field", entity="ticket") for token in cut.tokens)
    known = any(isinstance(token.found, Name) and token.found.meant[0].entity == "account" for token in cut.tokens)
    if scores and (named or known):
        scores["account"] += NAMED_WEIGHT  # type: ignore[assignment] # a Counter of weights
    alone = all(token.idle or token.found or token.sense("noun", entity="account") for token in cut.tokens)
    if person and alone and not cut.text.isascii():
        scores["contact"] += ONLY_A_PERSON  # type: ignore[assignment] # a Counter of weights
    if named and asked:
        scores["contact"] += ASKS_FOR_A_PERSON  # type: ignore[assignment] # a Counter of weights
    elif person:
        scores["contact"] += PERSON_WEIGHT  # type: ignore[assignment] # a Counter of weights
