"""WeCom's own encryption against what our fake of the app sends."""

import re

from tests.fakes.wecom import CORP, Caller, WecomApp
from tests.second.opinion import SecondOpinion


async def test_a_callback_of_the_fake_opens_with_the_vendors_code(second_opinion: SecondOpinion) -> None:
    """Signature, key, message and receiver are as `@wecom/crypto` makes them."""
    caller = Caller(WecomApp(), "")
    xml = caller.xml("LiWei", "text", {"Content": "海蓝]]>科技 🎉", "MsgId": "1"})
    query, body = caller.sealed(xml)
    found = re.search(rb"<Encrypt><!\[CDATA\[(.+?)]]>", body)
    assert found is not None

    opened, signature = await second_opinion.run("wecom_crypto.mjs", [
        {"do": "decrypt", "key": CORP.aes_key, "encrypt": found[1].decode()},
        {"do": "sign", "token": CORP.token, "timestamp": query["timestamp"], "nonce": query["nonce"], "encrypt": found[1].decode()},
    ])

    assert {"message": xml, "id": CORP.corp_id} == opened
    assert query["msg_signature"] == signature
