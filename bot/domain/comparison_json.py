"""A comparison as JSON holds it, so that the process that makes one can tell it. Standard library only; judges nothing."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from bot.domain.changes import Change, ChangeKind
from bot.domain.comparison import Category, Clause, ClauseChange, ClauseChangeKind, Direction, Ground, Risk, Shift

Json = dict[str, Any]


def clause_to_json(one: Clause) -> list[Any]:
    """The fields in their order."""
    return list(astuple(one))


def clause_from_json(told: list[Any]) -> Clause:
    """What `clause_to_json` told."""
    number, top, heading, text, paragraphs = told
    return Clause(number, top, heading, text, tuple(paragraphs))


def change_to_json(one: ClauseChange) -> Json:
    """All of it."""
    return {
        "kind": one.kind, "old": clause_to_json(one.old) if one.old else None, "new": clause_to_json(one.new) if one.new else None,
        "words": [[piece.kind, piece.text] for piece in one.words], "categories": list(one.categories), "direction": one.direction,
        "risk": one.risk, "grounds": [[ground.rule, ground.direction, ground.risk, dict(ground.why)] for ground in one.grounds],
        "legal": one.legal, "shifts": [astuple(shift) for shift in one.shifts], "moved": one.moved,
        "split_from": list(one.split_from), "merged_into": list(one.merged_into), "affects": list(one.affects),
    }  # fmt: skip


def change_from_json(told: Mapping[str, Any]) -> ClauseChange:
    """What `change_to_json` told."""
    return ClauseChange(
        ClauseChangeKind(told["kind"]),
        clause_from_json(told["old"]) if told["old"] else None,
        clause_from_json(told["new"]) if told["new"] else None,
        tuple(Change(ChangeKind(kind), text) for kind, text in told["words"]),
        tuple(Category(one) for one in told["categories"]),
        Direction(told["direction"]),
        Risk(told["risk"]),
        tuple(Ground(rule, Direction(direction), Risk(risk), why) for rule, direction, risk, why in told["grounds"]),
        told["legal"],
        tuple(Shift(*one) for one in told["shifts"]),
        told["moved"],
        tuple(told["split_from"]),
        tuple(told["merged_into"]),
        tuple(told["affects"]),
    )
