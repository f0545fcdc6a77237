"""Plain text in the encodings that people have: UTF-8, UTF-16 with its mark, GB18030. Knows lines; knows no markup."""

import codecs
import re

from bot.errors import Refused
from knowledge.reading.formats import File, Opened
from knowledge.splitting import Block

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "gb18030")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.02


def read(file: File) -> Opened:
    """One block: all of the file."""
    return Opened(iter([Block(decoded(file.data), line=1)]))


def decoded(raw: bytes) -> str:
    """A text file's words, line ends made one.  Raises: Refused("not_text") when no encoding fits, or it is full of control characters."""
    marked = [name for mark, name in MARKS if raw.startswith(mark)]
    for encoding in marked or ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(CONTROL.findall(text)) <= MOST_CONTROL * len(text):
            return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    raise Refused("not_text")
