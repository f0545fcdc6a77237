"""Two kinds of contract that import-linter lacks: an allow-list, and one room for each vendor. Knows imports, not what they are for."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

STDLIB = frozenset(sys.stdlib_module_names)


class OnlyContract(Contract):
    """`sources` import themselves, the standard library and `allowed`, and nothing else: what nobody named is refused.

    Tests beside the code (`test_*`) are left out; they may borrow whatever `tests` lends.
    """

    type_name = "only"
    # import-linter turns each field into its value when the contract is made
    sources: Any = fields.ListField(subfield=fields.StringField())
    allowed: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Find each import that crosses the list. A source that does not exist yet crosses nothing."""
        known = [*self.sources, *(self.allowed or [])]
        found = [
            (importer, imported)
            for importer in sorted(_shipped(graph.modules))
            if _within(importer, self.sources)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported.split(".")[0] not in STDLIB and not _within(imported, known)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each importer and what it may not import."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} may not import {imported}")


class OneRoomContract(Contract):
    """A package that is neither ours nor Python's is imported in one room only, unless it is listed in `everywhere`.

    A room is `bot.<name>`, or a top-level package beside `bot`.
    """

    type_name = "one_room"
    everywhere: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Find each vendor with several rooms."""
        ours = {module.split(".")[0] for module in graph.modules if not graph.is_module_squashed(module)}
        rooms: dict[str, set[str]] = defaultdict(set)
        for importer in _shipped(graph.modules):
            for imported in graph.find_modules_directly_imported_by(importer):
                vendor = imported.split(".")[0]
                if vendor not in ours | STDLIB | set(self.everywhere or []):
                    rooms[vendor].add(_room(importer))
        found = {vendor: sorted(where) for vendor, where in sorted(rooms.items()) if len(where) > 1}
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each vendor and its rooms."""
        for vendor, where in check.metadata["found"].items():
            output.print_error(f"{vendor} is imported in several rooms: {', '.join(where)}")


def _shipped(modules: Iterable[str]) -> Iterable[str]:
    return (module for module in modules if not module.split(".")[-1].startswith("test_"))


def _within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _room(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]
