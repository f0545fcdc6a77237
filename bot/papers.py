"""The desk where contracts are opened, built with the eye that reads scans. Opens and reads nothing itself."""

from bot.brains.builtin.sight import BuiltinPictureReader
from bot.ports.contracts import ContractFiles
from knowledge.child import Child, ChildStopped
from knowledge.papers.files import PaperFiles

EYE = "bot.brains.builtin.eye"
BOUNDS = {"OPENCV_IO_MAX_IMAGE_PIXELS": "100000000"}
"""What the library that opens pictures refuses by itself, before it takes any memory for them."""
CUTTER = "bot.reading.cutting"
LINGER_S = 60
"""The models that read pictures take half a gigabyte, which nobody needs who sends no scan."""


def contract_files(max_file_mb: int) -> ContractFiles:
    """What reads contracts and writes redlines. No process is begun before somebody sends a file."""
    return PaperFiles(BuiltinPictureReader(Child(EYE, (), BOUNDS, linger_s=LINGER_S), ChildStopped), max_file_mb, cutter=CUTTER)
