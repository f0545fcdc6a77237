"""What a field of the schema takes, whoever hands it over."""

import pytest

from bot.domain.entities import SCHEMA
from bot.domain.schema import Field, Kind, Label, Value
from bot.domain.written import read_in

LABEL = Label("某", "some")
FIELDS = {kind: Field("some", kind, LABEL, values=(Value("won", LABEL),) if kind is Kind.ENUM else ()) for kind in Kind}
FITS: dict[Kind, tuple[object, ...]] = {
    Kind.TEXT: ("", "海蓝"), Kind.NUMBER: (0, -1.5, 10**14), Kind.FLAG: (True, False), Kind.DATE: ("2026-02-28",),
    Kind.MOMENT: ("2026-02-28T09:00:00+00:00",), Kind.MONEY: (120000, 0.5), Kind.ENUM: ("won",), Kind.REFERENCE: ("id",),
}
UNFIT: dict[Kind, tuple[object, ...]] = {
    Kind.TEXT: (1, ["a"], {}), Kind.NUMBER: ("1", True, float("nan"), float("inf"), 10**400), Kind.FLAG: (0, "true"),
    Kind.DATE: ("2026-02-30", "2026-2-3", "20260203", "2026-02-03T00:00:00", 20260203, "２０２６-02-03"),
    Kind.MOMENT: ("2026-02-28", "2026-02-28T09:00:00", "2026-02-28T09:00:00+08:00", 1), Kind.MONEY: ("120000", False, -(10**15)),
    Kind.ENUM: ("lost", "", ["won"], 1), Kind.REFERENCE: (1,),
}


@pytest.mark.parametrize("kind", Kind)
def test_field_takes_its_own_kind_alone(kind: Kind) -> None:
    """Nothing empties any field; a value of another kind, a day that is none or a figure without end is refused."""
    fits = [FIELDS[kind].takes(value) for value in (None, *FITS[kind])]
    unfit = [FIELDS[kind].takes(value) for value in UNFIT[kind]]

    assert ([True] * (1 + len(FITS[kind])), [False] * len(UNFIT[kind])) == (fits, unfit)


def test_every_enumerated_value_of_the_schema_fits_its_field() -> None:
    """As it is named in the vocabulary."""
    for entity in SCHEMA.entities:
        for field in entity.fields:
            assert [] == [name for name in field.value_names if not field.takes(name)]


def test_a_subscriptions_time_is_written_as_it_is_said() -> None:
    """Words that say no hour of any day are refused at their field."""
    assert ({"time": "Fridays at 16:00"}, ()) == read_in("schedule", [("time", "Fridays at 16:00")])
    assert ({}, ("time",)) == read_in("schedule", [("time", "whenever")])
