"""Where the bot's files lie: what people sent, sealed and lent for five minutes; what the bot uploads, in pieces, kept for three days."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports import Clock
from tests.fakes.wecom.corp import Json
from tests.fakes.wecom.sealing import sealed

LENT_FOR, KEPT_FOR = timedelta(minutes=5), timedelta(days=3)
PIECE_BYTES, PIECES = 512 << 10, 100
KINDS = frozenset({"file", "image", "voice", "video"})


class No(Exception):
    """An errcode."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


@dataclass
class Upload:
    """One that is under way. told: as it was begun."""

    told: Json
    pieces: dict[int, bytes] = field(default_factory=dict)


@dataclass
class Lockers:
    """Both. uploaded: media_id -> (kind, name, bytes, since)."""

    clock: Clock
    uploaded: dict[str, tuple[str, str, bytes, datetime]] = field(default_factory=dict)
    _lent: dict[str, tuple[bytes, str, datetime]] = field(default_factory=dict)
    _uploads: dict[str, Upload] = field(default_factory=dict)

    def lend(self, data: bytes, name: str) -> tuple[str, str]:
        """Seal with a key of its own; returns where it lies and that key, in base64."""
        key, place = secrets.token_bytes(32), secrets.token_urlsafe(12)
        self._lent[place] = (sealed(data, key), name, self.clock.now())
        return place, base64.b64encode(key).decode()

    def lent(self, place: str) -> tuple[bytes, str] | None:
        """What lies there, while its time lasts."""
        data, name, since = self._lent.get(place, (b"", "", None))
        return None if since is None or self.clock.now() >= since + LENT_FOR else (data, name)

    def forget(self) -> None:
        """What was lent is not there any more."""
        self._lent.clear()

    def has(self, media_id: object) -> bool:
        """Whether an upload is there still."""
        found = self.uploaded.get(str(media_id))
        return found is not None and self.clock.now() < found[3] + KEPT_FOR

    def upload(self, step: str, body: Json) -> Json:
        """init, chunk or finish."""
        if step == "init":
            return self._init(body)
        if (under_way := self._uploads.get(str(body.get("upload_id", "")))) is None:
            raise No(40007, "invalid upload_id")
        return self._chunk(under_way, body) if step == "chunk" else self._finish(under_way, str(body["upload_id"]))

    def _init(self, body: Json) -> Json:
        if body.get("type") not in KINDS or not body.get("filename"):
            raise No(40004, "invalid media type")
        if not 1 <= int(body.get("total_chunks", 0)) <= PIECES or not int(body.get("total_size", 0)) >= 5:
            raise No(40006, "invalid file size")
        upload_id = secrets.token_urlsafe(12)
        self._uploads[upload_id] = Upload(body)
        return {"upload_id": upload_id}

    def _chunk(self, under_way: Upload, body: Json) -> Json:
        try:
            piece = base64.b64decode(str(body.get("base64_data", "")), validate=True)
        except binascii.Error:
            raise No(47001, "data format error") from None
        number = body.get("chunk_index")
        if not isinstance(number, int) or not 0 <= number < int(under_way.told["total_chunks"]) or not 0 < len(piece) <= PIECE_BYTES:
            raise No(40006, "invalid chunk")
        under_way.pieces[number] = piece
        return {}

    def _finish(self, under_way: Upload, upload_id: str) -> Json:
        told, data = under_way.told, b"".join(piece for _, piece in sorted(under_way.pieces.items()))
        if len(under_way.pieces) != int(told["total_chunks"]) or len(data) != int(told["total_size"]):
            raise No(40006, "pieces are missing")
        if told.get("md5") and told["md5"] != hashlib.md5(data, usedforsecurity=False).hexdigest():
            raise No(40006, "md5 does not fit")
        del self._uploads[upload_id]
        media_id = secrets.token_urlsafe(24)
        self.uploaded[media_id] = (told["type"], told["filename"], data, self.clock.now())
        return {"type": told["type"], "media_id": media_id, "created_at": str(int(self.clock.now().timestamp()))}
