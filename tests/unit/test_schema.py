"""The schema beside the vocabulary that questions about records are asked in."""

import json
import os
from pathlib import Path

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.schema import Kind

OF_RECORDS = {
    "region": "account.region", "industry": "account.industry", "tier": "account.tier", "credit_rating": "account.credit_rating",
    "stage": "opportunity.stage", "role": "contact.role", "severity": "ticket.severity", "ticket.status": "ticket.status",
    "order.status": "order.status", "channel": "touchpoint.channel", "kind": "touchpoint.kind", "currency": "opportunity.currency",
}  # fmt: skip


@pytest.mark.skipif("EVALS_DIR" not in os.environ, reason="the vocabulary lies beside the tree: set EVALS_DIR")
@pytest.mark.parametrize("listed, path", OF_RECORDS.items())
def test_enumerated_values_are_those_that_questions_name(listed: str, path: str) -> None:
    """In the same order, none missing, none more."""
    vocabulary = json.loads((Path(os.environ["EVALS_DIR"]) / "evals" / "rep_questions_vocab.json").read_text(encoding="utf-8"))
    entity, _, name = path.partition(".")

    steps = SCHEMA.resolve(entity, name)
    assert steps
    assert vocabulary[listed] == list(steps[-1].value_names)


@pytest.mark.parametrize(
    "entity, path, kind",
    [
        ("opportunity", "account.region", Kind.ENUM),
        ("opportunity", "owner.team", Kind.TEXT),
        ("invoice", "order.opportunity.amount", Kind.MONEY),
        ("account", "renewal_date", Kind.DATE),
        ("touchpoint", "happened_at", Kind.MOMENT),
    ],
)
def test_a_path_leads_through_references(entity: str, path: str, kind: Kind) -> None:
    """To the field that it names, over as many records as it takes."""
    steps = SCHEMA.resolve(entity, path)

    assert steps
    assert (kind, len(path.split("."))) == (steps[-1].kind, len(steps))


@pytest.mark.parametrize("entity, path", [("opportunity", "account.colour"), ("opportunity", "stage.region"), ("planet", "name")])
def test_a_path_that_leads_nowhere_is_none(entity: str, path: str) -> None:
    """An unknown field, a step through a field that is no reference, an unknown entity."""
    assert SCHEMA.resolve(entity, path) is None


def test_every_money_field_has_its_currency_beside_it() -> None:
    """An amount without a currency is never summed in silence."""
    bare = [
        entity.name
        for entity in SCHEMA.entities
        if any(field.kind is Kind.MONEY for field in entity.fields) and entity.field("currency") is None
    ]
    assert [] == bare


def test_names_are_told_in_both_languages() -> None:
    """Each entity, field and value has a word in Chinese and one in English."""
    labels = [label for entity in SCHEMA.entities for label in (entity.label, *(field.label for field in entity.fields))]
    labels += [value.label for entity in SCHEMA.entities for field in entity.fields for value in field.values]

    assert not [label for label in labels if not label.zh or not label.en]
    assert all(entity.field(entity.title) and (not entity.when or entity.field(entity.when)) for entity in SCHEMA.entities)
