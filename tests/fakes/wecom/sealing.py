"""How WeCom seals what it sends: AES-256-CBC with padding to 32 bytes, a SHA-1 signature. By `cryptography`, apart from our own code."""

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


def sealed(plain: bytes, key: bytes) -> bytes:
    """Encrypt; the IV is the key's first 16 bytes."""
    pad = BLOCK - len(plain) % BLOCK
    seal = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return seal.update(plain + bytes([pad]) * pad) + seal.finalize()


def envelope(message: str, aes_key: str, receive_id: str) -> str:
    """`Encrypt` of a callback: 16 random bytes, the length, the message, whom it is for."""
    data = message.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(data)) + data + receive_id.encode()
    return base64.b64encode(sealed(plain, base64.b64decode(aes_key + "="))).decode()


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """`msg_signature`."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypted])).encode()).hexdigest()  # noqa: S324 - WeCom's own
