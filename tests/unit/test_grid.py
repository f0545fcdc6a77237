"""Who may what, as it is printed: it fits a terminal, and says what holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.checkup import matrix
from bot.domain.entities import SCHEMA
from bot.domain.people import Role
from bot.domain.talk import Lang
from bot.render.blocks import columns_of
from bot.render.grid import grid_lines
from bot.words import TomlWords, read_sentences
from tests.tracked import ROOT

WORDS = TomlWords(read_sentences(ROOT / "bot" / "cli.toml"))


def printed(cells: Sequence[Any], lang: Lang) -> list[str]:
    """The lines in `lang`."""
    return list(grid_lines(cells, lambda key, **facts: WORDS.say(key, lang, **facts), lang))


@pytest.mark.parametrize("lang", Lang)
def test_it_fits_eighty_columns(lang: Lang) -> None:
    """A line for each entity, none too wide, in both languages."""
    lines = printed(matrix(ROOT / "config.toml"), lang)

    assert [] == [line for line in lines if columns_of(line) > 80]
    assert all(any(line.startswith(getattr(one.label, lang)) for line in lines) for one in SCHEMA.entities)


def test_every_role_and_entity_has_its_cell() -> None:
    """As data, too."""
    cells = matrix(ROOT / "config.toml")

    assert {(role, one.name) for role in Role for one in SCHEMA.entities} == {(cell["role"], cell["entity"]) for cell in cells}


def test_what_the_config_says_is_what_is_printed(tmp_path: Path) -> None:
    """Delivery may ship a region's orders, and sees no quantity."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[permissions.delivery]\nreads = { order = "region" }\nwrites = { "order.status" = "all" }\nhidden = ["order.quantity"]\n'
    )

    lines = printed(matrix(config), Lang.EN)

    [order] = [line for line in lines if line.startswith("Order ")]
    assert "r/r+" == order.split()[5]
    assert ["delivery may change of these only: order(status)", "delivery never sees: order(quantity)"] == [
        line for line in lines if line.startswith("delivery")
    ]


def test_a_wrong_config_has_no_grid(tmp_path: Path) -> None:
    """What is wrong is said by the findings."""
    config = tmp_path / "config.toml"
    config.write_text("[permissions.boss]\n")

    assert [] == matrix(config)
