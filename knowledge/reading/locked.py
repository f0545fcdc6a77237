"""Office files under a password: opened in memory with the one that was given, then read as what they are. Keeps no password."""

import io
import struct
from dataclasses import replace

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from bot.errors import Refused
from knowledge.reading.formats import File, Opened, open_file

OPEN_TO_ALL = "VelvetSweatshop"
"""What Excel itself tries before it asks, for workbooks that are locked against changes alone.  Source: [MS-OFFCRYPTO] 2.1.3."""

BROKEN = (DecryptionError, FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, struct.error)


def read(file: File) -> Opened:
    """The document inside.  Raises: as `unlocked`."""
    return open_file(unlocked(file))


def unlocked(file: File) -> File:
    """The file inside.  Raises: Refused("encrypted") without a password, Refused("wrong_password") where it does not fit."""
    for password in (file.password, OPEN_TO_ALL):
        if password and (data := _decrypted(file.data, password)):
            return replace(file, data=data)
    raise Refused("wrong_password" if file.password else "encrypted")


def has_password(data: bytes) -> bool:
    """Whether an office file of any age is under a password."""
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except BROKEN:
        return False


def _decrypted(data: bytes, password: str) -> bytes:
    """What is inside, empty when the password does not fit."""
    out = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password)
        office.decrypt(out)  # ends with a look at whether it has become an office file
    except InvalidKeyError:
        return b""
    except BROKEN:
        raise Refused("broken") from None
    return out.getvalue()
