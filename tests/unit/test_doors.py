"""The two import contracts of our own, on small graphs: what is allowed passes, everything else is named."""

from grimp import ImportGraph
from importlinter import ContractCheck

from tests.doors import OneRoomContract, OnlyContract


def _graph(*imports: tuple[str, str], vendors: tuple[str, ...] = ()) -> ImportGraph:
    graph = ImportGraph()
    for vendor in vendors:
        graph.add_module(vendor, is_squashed=True)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def _only(graph: ImportGraph) -> ContractCheck:
    options = {"name": "skills", "type": "only", "sources": ["skills"], "allowed": ["bot.domain", "numpy"]}
    return OnlyContract("skills", {}, options).check(graph, verbose=False)


def _one_room(graph: ImportGraph) -> ContractCheck:
    return OneRoomContract("rooms", {}, {"name": "rooms", "type": "one_room", "everywhere": ["numpy"]}).check(graph, verbose=False)


def test_what_the_list_names_may_be_imported() -> None:
    """Themselves, the standard library, and a listed package with all inside it."""
    graph = _graph(("skills.a", "skills.a.b"), ("skills.a", "json"), ("skills.a", "bot.domain.talk"), ("skills.a", "numpy"))

    assert _only(graph).kept


def test_what_nobody_named_may_not_be_imported() -> None:
    """A vendor that no list has heard of is refused, and so is a room whose name only begins alike."""
    graph = _graph(("skills.a", "brandnew"), ("skills.a", "bot.domains"), ("bot.web", "brandnew"))

    assert [("skills.a", "bot.domains"), ("skills.a", "brandnew")] == _only(graph).metadata["found"]


def test_tests_beside_a_skill_may_borrow() -> None:
    """They are not shipped."""
    graph = _graph(("skills.a.test_a", "tests"), ("skills.a.test_a", "pytest"))

    assert _only(graph).kept


def test_a_vendor_in_two_rooms_is_named_with_both() -> None:
    """A vendor's change of mind should cost one room."""
    graph = _graph(("bot.web.pages", "fastapi"), ("bot.channels.slack", "fastapi"), vendors=("fastapi",))

    assert {"fastapi": ["bot.channels", "bot.web"]} == _one_room(graph).metadata["found"]


def test_a_vendor_in_two_files_of_one_room_is_fine() -> None:
    """So is one that belongs to nobody, and Python's own."""
    graph = _graph(
        ("bot.web.pages", "fastapi"), ("bot.web.api", "fastapi"), ("bot.web.api", "numpy"), ("skills.a", "numpy"),
        ("bot.web.api", "json"), ("skills.a", "json"), vendors=("fastapi", "numpy", "json"),
    )  # fmt: skip

    assert _one_room(graph).kept
