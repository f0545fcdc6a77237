"""WeCom's envelope: its signature, its AES, its XML. Knows when one is forged or broken; knows no arrival and no HTTP.

`wechatpy` opens the box; what it does not do well is done around it: signatures are compared in constant time before anything is
opened, XML is read here (no DTD, so no entity bombs; exact text, where it would strip it), and every fault has one of two names.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException

from bot.ports import Clock

FRESH = timedelta(minutes=5)
"""How far the time of an envelope may be from ours, either way."""
LONGEST_NODES = 200
"""A callback has some twenty elements; a card with every selection some sixty."""


class Forged(Exception):
    """Not from WeCom, not for us, or too old: the reason is for the log."""


class Malformed(Exception):
    """From WeCom, and not to be read."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What stands in a callback's query beside the body: who signed, when, and with which nonce."""

    signature: str
    timestamp: str
    nonce: str


class Envelope:
    """Opens what WeCom sends to one receiver: a corp's app (its corp id) or, with "", an AI bot."""

    def __init__(self, token: str, aes_key: str, receiver: str, clock: Clock) -> None:
        """aes_key: the 43 characters that the console shows; `bot.secrets` has looked at them."""
        self._key = WeChatCrypto(token, aes_key, receiver).key
        self._token = token
        self._receiver = receiver
        self._clock = clock

    def echo(self, seal: Seal, echostr: str) -> str:
        """What a callback address answers to prove that it is ours.  Raises: Forged, Malformed."""
        self._check(seal, echostr)
        return self._decrypted(echostr)

    def opened(self, seal: Seal, body: bytes) -> Mapping[str, str]:
        """The fields of a callback; nested ones as `Outer.Inner`, of repeated ones the last.  Raises: Forged, Malformed."""
        sealed = _fields(body).get("Encrypt", "")
        if not sealed:
            raise Malformed("unsealed")
        self._check(seal, sealed)
        return _fields(self._decrypted(sealed).encode())

    def sealed(self, text: str, nonce: str = "") -> tuple[str, Seal]:
        """What WeCom would send of `text` now."""
        timestamp, nonce = str(int(self._clock.now().timestamp())), nonce or secrets.token_hex(8)
        encrypted: str = PrpCrypto(self._key).encrypt(text, self._receiver).decode()
        return encrypted, Seal(self._signature(timestamp, nonce, encrypted), timestamp, nonce)

    def _signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        parts = sorted(part.encode(errors="replace") for part in (self._token, timestamp, nonce, sealed))
        return hashlib.sha1(b"".join(parts)).hexdigest()  # noqa: S324 - WeCom's own scheme

    def _check(self, seal: Seal, sealed: str) -> None:
        wanted = self._signature(seal.timestamp, seal.nonce, sealed)
        if not hmac.compare_digest(wanted.encode(), seal.signature.encode(errors="replace")):
            raise Forged("signature")
        if not (seal.timestamp.isascii() and seal.timestamp.isdigit() and len(seal.timestamp) < 12):  # noqa: PLR2004 - seconds since 1970
            raise Forged("timestamp")
        if abs(self._clock.now().timestamp() - int(seal.timestamp)) > FRESH.total_seconds():
            raise Forged("stale")

    def _decrypted(self, sealed: str) -> str:
        try:
            text: str = PrpCrypto(self._key).decrypt(sealed, self._receiver)
        except InvalidCorpIdException as err:
            raise Forged("receiver") from err
        except Exception as err:  # base64, padding, struct, UTF-8: whatever wechatpy trips over in a signed box that is none
            raise Malformed(type(err).__name__) from err
        return text


def _fields(xml: bytes) -> Mapping[str, str]:
    try:
        root = ElementTree.fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as err:  # LookupError: an encoding that nobody knows
        raise Malformed(type(err).__name__) from err
    fields: dict[str, str] = {}
    _gather(root, "", fields)
    return fields


def _gather(element: Element, path: str, fields: dict[str, str]) -> None:
    for child in element:
        if len(fields) >= LONGEST_NODES or path.count(".") > 4:  # noqa: PLR2004 - deeper than any callback
            raise Malformed("overgrown")
        if len(child):
            _gather(child, f"{path}{child.tag}.", fields)
        else:
            fields[path + child.tag] = child.text or ""
