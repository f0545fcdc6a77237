"""Reads the words in pictures by `rapidocr` (PP-OCRv6, its weights inside the package). Knows pixels; knows no page and no contract.

The line classifier stays off: with it .12 to .20 of the characters were wrong, without it .002. Import this in a process of its own.
"""

import logging
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rapidocr import RapidOCR

from bot.domain.seen import SeenLine, SeenPage

LOOKED_AT_PX = 960
"""Longest side of what lines are looked for in; they are read from the picture itself. Twice as fast as the package's own choice."""
MOST_PX = 40_000_000
LONGEST_SIDE_PX = 2_600
"""Larger photos are made smaller: the letters of a page of text are some 20 pixels high by then."""
LEAST_SURE = 0.5
LARGEST_BYTES = 50_000_000


class TooLarge(Exception):
    """A picture of more pixels than anybody needs to read a page."""


class NoPicture(Exception):
    """What was given is no picture, or a broken one."""


class Ocr:
    """The models, loaded once. threads: what it may use of the machine."""

    def __init__(self, threads: int) -> None:
        logging.disable(logging.WARNING)
        onnxruntime.disable_telemetry_events()
        cv2.setNumThreads(threads)
        self._engine = RapidOCR(params={
            "Global.use_cls": False, "Global.log_level": "error", "Global.text_score": LEAST_SURE, "Global.max_side_len": LONGEST_SIDE_PX,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads, "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max", "Det.limit_side_len": LOOKED_AT_PX, "Rec.rec_batch_num": 1,
        })  # fmt: skip

    def photo(self, path: Path) -> SeenPage:
        """The lines of a picture file, turned as its camera says.  Raises: NoPicture; TooLarge."""
        if path.stat().st_size > LARGEST_BYTES:
            raise TooLarge
        raw = np.fromfile(path, dtype=np.uint8)
        try:
            picture = cv2.imdecode(raw, cv2.IMREAD_COLOR)
        except cv2.error as error:  # the library refuses by itself what has too many pixels
            raise (TooLarge if "pixels" in str(error) else NoPicture) from None
        if picture is None:
            raise NoPicture
        return self.lines(np.asarray(picture, dtype=np.uint8))

    def grey(self, width: int, height: int, rows: bytes) -> SeenPage:
        """The lines of a page drawn in shades of grey."""
        plain = np.frombuffer(rows, dtype=np.uint8).reshape(height, width)
        return self.lines(np.repeat(plain[:, :, None], 3, axis=2))

    def lines(self, picture: NDArray[np.uint8]) -> SeenPage:
        """The lines of a picture (height, width, 3).  Raises: TooLarge."""
        height, width = picture.shape[:2]
        if height * width > MOST_PX:
            raise TooLarge
        found: Any = self._engine(picture, use_cls=False)  # what it answers with all its steps on
        if found.boxes is None or found.txts is None:
            return SeenPage(width, height, ())
        told = zip(found.boxes, found.txts, found.scores, strict=True)
        return SeenPage(width, height, tuple(_line(np.asarray(box), text, float(score)) for box, text, score in told))


def _line(box: NDArray[np.float32], text: str, sureness: float) -> SeenLine:
    left, top = box.min(axis=0)
    right, bottom = box.max(axis=0)
    return SeenLine(float(left), float(top), float(right), float(bottom), text, round(sureness, 3))
