"""The llama-index part: blocks become its documents, our splitter one of its node parsers, the pipeline drives both.

Importing this costs seconds and a hundred megabytes, so it happens only in the process that reads.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import NodeParser
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import BaseNode, Document, NodeRelationship, TextNode

from knowledge.reading.formats import File, Opened, open_file
from knowledge.splitting import Block, split

AT_ONCE = 32
"""Blocks that go through the pipeline together; between two rounds the process that waits is told of the progress."""


class FileReader(BaseReader):
    """llama-index's door to our readers: a document for each block. `opened` holds what the file said about itself."""

    opened: Opened

    def lazy_load_data(self, file: File, **_: Any) -> Iterator[Document]:  # noqa: ANN401 - llama-index's signature
        """Documents of one file, block by block.  Raises: Refused."""
        self.opened = open_file(file)
        for block in self.opened.blocks:
            metadata = {
                "headings": list(block.headings), "page": block.page, "line": block.line, "place": block.place, "is_table": block.is_table,
                "unit": block.unit,
            }
            yield Document(text=block.text, metadata=metadata)


class PassageParser(NodeParser):
    """llama-index's door to our splitter: a node for each passage, with the lines that it stands on."""

    @classmethod
    def class_name(cls) -> str:
        """The name that llama-index keeps it by."""
        return "PassageParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **_: Any) -> list[BaseNode]:  # noqa: ANN401, ARG002, FBT001, FBT002 - theirs
        return [passage for node in nodes for passage in _passages(node)]


def _passages(node: BaseNode) -> Iterator[BaseNode]:
    where = node.metadata
    block = Block(
        node.get_content(), tuple(where["headings"]), where["page"], where["line"], where["place"], is_table=where["is_table"],
        unit=where["unit"],
    )
    for cut in split(block):
        lines = {"first_line": cut.first_line, "last_line": cut.last_line}
        yield TextNode(
            text=cut.text, metadata={**where, **lines}, relationships={NodeRelationship.SOURCE: node.as_related_node_info()}
        )


def passages(documents: Iterable[Document]) -> Iterator[list[BaseNode]]:
    """The passages of a file, some blocks' at a time."""
    pipeline = IngestionPipeline(transformations=[PassageParser()], disable_cache=True)
    waiting = iter(documents)
    while some := list(islice(waiting, AT_ONCE)):
        yield list(pipeline.run(documents=some))
