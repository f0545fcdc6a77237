"""WeCom's envelope: the published vectors, our own as npm's package sees them, and everything that is no envelope."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from wechatpy.client.api.jsapi import WeChatJSAPI
from wechatpy.enterprise.crypto import PrpCrypto

from bot.channels.wecom.crypto import Envelope, Forged, Malformed, Seal
from tests.fakes.senses import NOON, SetClock
from tests.fakes.wecom.sealing import envelope as sealed_by_fake
from tests.second.opinion import SecondOpinion

TOKEN, KEY, CORP = "a-token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wwcorp"
TEXTS = ("你好", "]]> & <b>", "🙂👩‍👩‍👧‍👦 \u202eevil", "x" * 4096, "汉" * 683, " 前后有空格 ")

Vector = dict[str, Any]


def vectors(evals_dir: Path, *kinds: str) -> list[Vector]:
    """The published vectors of some kinds."""
    told = json.loads((evals_dir / "channels" / "wecom_vectors.json").read_text(encoding="utf-8"))["vectors"]
    return [one for one in told if one["kind"] in kinds]


def envelope_of(vector: Vector) -> Envelope:
    """What opens a vector, at its own time."""
    clock = SetClock(datetime.fromtimestamp(int(vector.get("timestamp", 0)), UTC))
    return Envelope(vector["token"], vector["encoding_aes_key"], vector["receive_id"], clock)


def seal_of(vector: Vector) -> Seal:
    """The query of a vector."""
    return Seal(vector["msg_signature"], vector["timestamp"], vector["nonce"])


@pytest.fixture
def ours() -> Envelope:
    """An envelope of ours at noon."""
    return Envelope(TOKEN, KEY, CORP, SetClock())


def body_of(encrypted: str) -> bytes:
    """A callback's body."""
    return f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def message(content: str) -> str:
    """A text message inside."""
    return f"<xml><MsgType>text</MsgType><Content><![CDATA[{content.replace(']]>', ']]]]><![CDATA[>')}]]></Content></xml>"


def test_published_verifications_echo(evals_dir: Path) -> None:
    """What Tencent's samples verify."""
    asked = vectors(evals_dir, "url_verify")

    assert [one["plaintext"] for one in asked] == [envelope_of(one).echo(seal_of(one), one["echostr"]) for one in asked]
    assert asked


def test_published_messages_open(evals_dir: Path) -> None:
    """Every field that the samples name, to the letter."""
    asked = vectors(evals_dir, "decrypt_xml")
    opened = [envelope_of(one).opened(seal_of(one), one["body"].encode()) for one in asked]

    assert [one["fields"] for one in asked] == [{name: got[name] for name in one["fields"]} for one, got in zip(asked, opened, strict=True)]
    assert asked


def test_published_json_envelopes_open(evals_dir: Path) -> None:
    """Those of the AI bot too; what is inside need not be JSON."""
    asked = vectors(evals_dir, "decrypt_json", "aibot_json")
    opened = [envelope_of(one).echo(seal_of(one), json.loads(one["body"])["encrypt"]) for one in asked]

    assert [one["plaintext"] for one in asked] == opened
    assert asked


def test_published_ciphertexts_are_made_and_read(evals_dir: Path) -> None:
    """With the random bytes of the samples, byte for byte."""

    class Fixed(PrpCrypto):  # type: ignore[misc]  # wechatpy has no types
        def __init__(self, key: bytes, random: str) -> None:
            super().__init__(key)
            self.random = random

        def get_random_string(self) -> str:
            return self.random

    asked = vectors(evals_dir, "encrypt_fixed_random", "aibot_json")
    made = []
    for one in asked:
        key = envelope_of(one)._key  # noqa: SLF001 - the same key, through the vendor's code
        made.append(Fixed(key, one["random"]).encrypt(one["plaintext"], one["receive_id"]).decode())

    assert [one["ciphertext"] for one in asked] == made
    assert asked


def test_published_roundtrip_holds(evals_dir: Path) -> None:
    """What we seal, we open."""
    [asked] = vectors(evals_dir, "roundtrip")
    box = envelope_of(asked)

    assert asked["plaintext"] == _echoed(box, asked["plaintext"])


def test_published_page_signature_is_made(evals_dir: Path) -> None:
    """The library's signature for pages is the documented one."""
    [asked] = vectors(evals_dir, "jsapi_signature")
    made = WeChatJSAPI(None).get_jsapi_signature(asked["noncestr"], asked["jsapi_ticket"], asked["timestamp"], asked["url"])

    assert asked["signature"] == made


def _echoed(box: Envelope, text: str) -> str:
    sealed, seal = box.sealed(text)
    return box.echo(seal, sealed)


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_out_as_it_went_in(ours: Envelope, text: str) -> None:
    """To the letter: nothing stripped, nothing cut, sealed by us or by the fake platform."""
    sealed, seal = ours.sealed(message(text))
    by_fake = sealed_by_fake(message(text), KEY, CORP)
    again = Seal(ours._signature(seal.timestamp, seal.nonce, by_fake), seal.timestamp, seal.nonce)  # noqa: SLF001

    assert (text, text) == (ours.opened(seal, body_of(sealed))["Content"], ours.opened(again, body_of(by_fake))["Content"])


async def test_official_package_agrees(ours: Envelope, second_opinion: SecondOpinion) -> None:
    """The npm package @wecom/crypto opens what we seal, signs as we sign, and we open what it seals."""
    sealed = [ours.sealed(text) for text in TEXTS]
    asked = [
        *({"do": "decrypt", "key": KEY, "encrypt": encrypted} for encrypted, _ in sealed),
        *({"do": "sign", "token": TOKEN, "timestamp": seal.timestamp, "nonce": seal.nonce, "encrypt": it} for it, seal in sealed),
        *({"do": "encrypt", "key": KEY, "message": text, "id": CORP} for text in TEXTS),
    ]
    said = await second_opinion.run("wecom_crypto.mjs", asked)
    opened, signed, theirs = said[: len(TEXTS)], said[len(TEXTS) : -len(TEXTS)], said[-len(TEXTS) :]
    read = []
    for encrypted in theirs:
        timestamp = str(int(NOON.timestamp()))
        read.append(ours.echo(Seal(ours._signature(timestamp, "n", encrypted), timestamp, "n"), encrypted))  # noqa: SLF001

    assert [{"message": text, "id": CORP} for text in TEXTS] == opened
    assert [seal.signature for _, seal in sealed] == signed
    assert list(TEXTS) == read


@pytest.mark.parametrize(
    "forge",
    [
        lambda seal: Seal("", seal.timestamp, seal.nonce),
        lambda seal: Seal(seal.signature[:-1], seal.timestamp, seal.nonce),
        lambda seal: Seal(seal.signature.upper(), seal.timestamp, seal.nonce),
        lambda seal: Seal(seal.signature, str(int(seal.timestamp) + 1), seal.nonce),
        lambda seal: Seal(seal.signature, seal.timestamp, ""),
        lambda seal: Seal("汉字\ud800", seal.timestamp, "\u202e"),
    ],
)
def test_wrong_signature_is_forged(ours: Envelope, forge: Callable[[Seal], Seal]) -> None:
    """Whatever is wrong with it, in constant time, before anything is opened."""
    sealed, seal = ours.sealed(message("x"))

    with pytest.raises(Forged, match="signature"):
        ours.opened(forge(seal), body_of(sealed))


@pytest.mark.parametrize("late_s, stands", [(300, True), (301, False), (-300, True), (-301, False)])
def test_envelope_is_good_for_five_minutes(late_s: int, stands: bool) -> None:  # noqa: FBT001 - two columns of a table
    """Either way, to the second."""
    clock = SetClock()
    box = Envelope(TOKEN, KEY, CORP, clock)
    sealed, seal = box.sealed("1")
    clock.move(timedelta(seconds=late_s))
    if stands:
        assert "1" == box.echo(seal, sealed)
    else:
        with pytest.raises(Forged, match="stale"):
            box.echo(seal, sealed)


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e9", "١٧٨٤٠٣٠٤٠٠", "9" * 400])
def test_time_that_is_none_is_forged(ours: Envelope, timestamp: str) -> None:
    """Signed or not."""
    sealed, seal = ours.sealed("1")
    signed = Seal(ours._signature(timestamp, seal.nonce, sealed), timestamp, seal.nonce)  # noqa: SLF001

    with pytest.raises(Forged, match="timestamp"):
        ours.echo(signed, sealed)


def test_another_corps_message_is_forged(ours: Envelope) -> None:
    """Even with our token and key: it was not meant for us."""
    sealed, seal = Envelope(TOKEN, KEY, "wwother", SetClock()).sealed(message("x"))

    with pytest.raises(Forged, match="receiver"):
        ours.opened(seal, body_of(sealed))


@pytest.mark.parametrize("sealed", ["", "!", "AAAA", "QUJD" * 11, "汉字", "A" * 43 + "="])
def test_signed_box_that_is_none_is_malformed(ours: Envelope, sealed: str) -> None:
    """It opens to nothing, and says so by one name."""
    timestamp = str(int(NOON.timestamp()))
    seal = Seal(ours._signature(timestamp, "n", sealed), timestamp, "n")  # noqa: SLF001

    with pytest.raises((Malformed, Forged)):
        ours.echo(seal, sealed)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:/etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'
BROKEN: list[bytes] = [
    b"", b"\x00", b"<xml>", b"<xml/>", b"{}", b"<xml><Encrypt/></xml>", LAUGHS.encode(), OUTSIDE.encode(), b"<!DOCTYPE x><xml/>",
    b"<?xml version='1.0' encoding='nonsense'?><xml/>", b"\xff\xfe<\x00", b"<xml>" + b"<a>" * 20_000, "<xml>汉</xm>".encode("gbk"),
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_body_that_is_no_envelope_is_malformed(ours: Envelope, body: bytes) -> None:
    """No DTD is read, so no entity can grow or look around."""
    with pytest.raises(Malformed):
        ours.opened(Seal("", "", ""), body)


@pytest.mark.parametrize("inside", ["", "x", LAUGHS, "<xml>" + "<a>1</a>" * 300 + "</xml>", "<xml>" + "<a>" * 9 + "</a>" * 9 + "</xml>"])
def test_message_that_is_none_is_read_as_nothing_or_refused(ours: Envelope, inside: str) -> None:
    """Signed by WeCom, and still bounded."""
    sealed, seal = ours.sealed(inside)
    try:
        fields = dict(ours.opened(seal, body_of(sealed)))
    except Malformed:
        fields = {}

    assert len(fields) <= 1
