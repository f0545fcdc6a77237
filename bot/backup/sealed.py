"""Bytes sealed with a passphrase, and opened again: a stream in pieces, of which none can be changed, dropped or moved. Knows no file.

Key: scrypt (RFC 7914) with N = 2^17, r = 8, p = 1. Pieces: AES-256-GCM, nonce = prefix of 7 bytes, number of 4, 1 for the last one: the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015).
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import BadConfig

MAGIC = b"TANDEM-BACKUP-1\n"
SALT_BYTES, PREFIX_BYTES, TAG_BYTES = 16, 7, 16
PIECE_BYTES = 64 << 10
COST = 1 << 17
SHORTEST = 12
"""Characters of a passphrase: whoever has the file may guess as long as they like."""


class Sealing:
    """A file to write to; `close` writes the last piece, without which nothing opens."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if len(passphrase) < SHORTEST:
            raise BadConfig("backup_passphrase_short", shortest=SHORTEST)
        salt, prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._file, self._prefix, self._head = file, prefix, MAGIC + salt + prefix
        self._key = _key(passphrase, salt)
        self._waiting, self._number, self._told = bytearray(), 0, 0
        file.write(self._head)

    def write(self, data: bytes) -> int:
        """Take some more."""
        self._waiting += data
        self._told += len(data)
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]
        return len(data)

    def tell(self) -> int:
        """How much was taken."""
        return self._told

    def flush(self) -> None:
        """Nothing is ready before its piece is full."""

    def close(self) -> None:
        """Write what is left, as the last piece."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._key.encrypt(_nonce(self._prefix, self._number, last=last), piece, self._head))
        self._number += 1


def unsealed(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The pieces of a sealed file, from its start.  Raises: BadConfig("backup_locked") for another passphrase or a changed byte."""
    head = file.read(len(MAGIC) + SALT_BYTES + PREFIX_BYTES)
    salt, prefix = head[len(MAGIC) : -PREFIX_BYTES], head[-PREFIX_BYTES:]
    if not passphrase or len(salt) != SALT_BYTES:
        raise BadConfig("backup_locked")
    key, number = _key(passphrase, salt), 0
    piece = file.read(PIECE_BYTES + TAG_BYTES)
    while True:
        after = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield key.decrypt(_nonce(prefix, number, last=not after), piece, head)
        except InvalidTag:
            raise BadConfig("backup_locked") from None
        if not after:
            return
        piece, number = after, number + 1


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file begins as a sealed one; it is read from its start again after."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC


def _key(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
