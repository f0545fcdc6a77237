"""Turns papers and letters into files by the suffix of their name. Knows which writer takes which format; knows none of their insides."""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from bot.domain.paper import Filing, Letter, Paper
from bot.render.mail import eml
from bot.render.plain import csv_text, html, markdown, plain_text

Writer = Callable[[Paper], bytes]
PLAIN: dict[str, Writer] = {".md": markdown, ".txt": plain_text, ".html": html, ".csv": csv_text}
CARRIES_FRONT = {".md"}  # formats whose head readers look at


def write_filings(folder: Path, filings: Iterable[Filing]) -> list[Path]:
    """Write each into `folder`, over what is there under that name; returns the files in order.

    Raises: KeyError for a suffix that nobody writes; ValueError for a name that leads out of the folder; OSError.
    """
    written = []
    for filing in filings:
        file = folder / filing.name
        if not file.resolve().is_relative_to(folder.resolve()):
            raise ValueError(filing.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes_of(filing.name, filing.content))
        written.append(file)
    return written


def bytes_of(name: str, content: Paper | Letter) -> bytes:
    """The file called `name`: the same content makes the same bytes.

    Raises: KeyError for a suffix that nobody writes; ValueError for a paper that not everyone may see in a format that cannot say so.
    """
    if isinstance(content, Letter):
        return eml(content, {attached: bytes_of(attached, paper) for attached, paper in content.attachments.items()})
    suffix = PurePosixPath(name).suffix.lower()
    if content.front.audience and suffix not in CARRIES_FRONT:
        raise ValueError(name)
    return _writer(suffix)(content)


def _writer(suffix: str) -> Writer:
    return PLAIN.get(suffix) or _office_writer(suffix)


def _office_writer(suffix: str) -> Writer:
    """Writers that need a library, imported when first asked for: together they take a second."""
    match suffix:
        case ".pdf":
            from bot.render.pdf import pdf  # noqa: PLC0415 - see above

            return pdf
        case ".docx":
            from bot.render.docx import docx  # noqa: PLC0415 - see above

            return docx
        case ".pptx":
            from bot.render.pptx import pptx  # noqa: PLC0415 - see above

            return pptx
        case ".xlsx":
            from bot.render.xlsx import xlsx  # noqa: PLC0415 - see above

            return xlsx
        case _:
            raise KeyError(suffix)
